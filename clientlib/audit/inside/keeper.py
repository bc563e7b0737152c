"""The keeper: two equal files, one sealed copy, keys in their own files and nowhere else."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from clientlib.audit import opacity
from clientlib.audit.check import CannotRun, Check, Findings, Outcome, Words
from clientlib.audit.inside.machine import HOUR_MS, MINUTE_MS, Database, Machine, files_below
from clientlib.audit.inside.search import content_of, encodings
from crypto import encoding
from crypto.errors import RemoteError

# Written every hour; a slow disk takes its time.
COPY_MS = HOUR_MS + 15 * MINUTE_MS
# A sealed box of the smallest content: key and tag, then ids, seed, counts.
MIN_COPY_BYTES = 48 + 60
SECRET_BYTES = 32
_TRIES = 3


async def kept_twice(machine: Machine) -> Outcome:
    """Compare the keeper with its mirror and with the relay, and look at the sealed copy."""
    found = Findings()
    for _ in range(_TRIES):
        apart = _apart(machine.keeper, machine.mirror)
        if not apart:
            break
        # A write may have come between the two copies.
        machine.close()
    for table in apart:
        found.add(_APART, table=table)
    own = machine.relay.value("SELECT instance_id FROM kernel_keeper")
    if own != machine.keeper.value("SELECT instance_id FROM keeper_identity"):
        found.add(_STRANGER)
    for words, evidence in _copy_faults(machine):
        found.add(words, **evidence)
    doors, shares = (
        machine.keeper.value(f"SELECT count(*) FROM {one}")  # noqa: S608  # our own constants
        for one in ("keeper_doors", "keeper_shares")
    )
    return found.outcome(
        Words(
            de=f"{doors} Türen und {shares} Anteile in beiden Dateien verglichen.",
            en=f"Compared {doors} doors and {shares} shares in both files.",
        )
    )


async def keys_apart(machine: Machine) -> Outcome:
    """Look at who may read what, and search for keys where none belongs."""
    found, config = Findings(), machine.config
    folders = {*(one.parent for one in (*config.key_files, *config.keeper_files, config.copy_file))}
    for path in (*sorted(folders), *private_files(machine)):
        mode = _status(path).st_mode
        if stat.S_IMODE(mode) & 0o077:
            found.add(_READABLE, path=path, mode=oct(stat.S_IMODE(mode)))
    keys = {path: _secret(path) for path in config.key_files}
    for path, key in keys.items():
        if len(key) != SECRET_BYTES:
            found.add(_NO_KEY, file=path, bytes=len(key))
    wanted = {path.name: (key, *encodings(key)) for path, key in keys.items() if key}
    # Of the keeper's own secrets there may be many: as they lie there, and in hexadecimal.
    held = [one for key in secrets_of(machine.keeper) for one in (key, key.hex().encode())]
    for path in _where_no_key_belongs(machine):
        content = content_of(path)
        for name, writings in wanted.items():
            if any(content.find(one) >= 0 for one in writings):
                found.add(_KEY, key=name, file=path)
        if any(content.find(one) >= 0 for one in held):
            found.add(_SECRET, file=path)
    return found.outcome(
        Words(
            de=f"{len(keys)} Schlüsseldateien, {len(folders)} Ordner und {len(held) // 2} "
            "Geheimnisse des Keepers geprüft.",
            en=f"Checked {len(keys)} key files, {len(folders)} folders and {len(held) // 2} "
            "secrets of the keeper.",
        )
    )


def private_files(machine: Machine) -> Iterator[Path]:
    """Files that only their owner may read."""
    config = machine.config
    yield from config.key_files
    for database in (config.relay_file, *config.keeper_files):
        yield from sorted(database.parent.glob(f"{database.name}*"))
    yield from sorted(config.keeper_copy_dir.glob("keeper.sealed*"))


def secrets_of(keeper: Database) -> list[bytes]:
    """The keeper's secrets in force: 32 bytes each."""
    return [
        bytes(row[0]) for row in keeper.rows("SELECT secret_raw FROM keeper_secrets") if any(row[0])
    ]


def _apart(keeper: Database, mirror: Database) -> list[str]:
    """Names of tables that differ."""
    tables = sorted({*keeper.tables(), *mirror.tables()})
    apart = []
    for table in tables:
        one, other = (_content(database, table) for database in (keeper, mirror))
        if one != other:
            apart.append(table)
    return apart


def _content(database: Database, table: str) -> list[tuple[object, ...]] | None:
    if table not in database.tables():
        return None
    return sorted((tuple(row) for row in database.rows(f'SELECT * FROM "{table}"')), key=repr)  # noqa: S608


def _copy_faults(machine: Machine) -> Iterator[tuple[Words, dict[str, object]]]:
    path = machine.config.copy_file
    if not path.exists():
        yield _NO_COPY, {}
        return
    age_ms = machine.now_ms - _status(path).st_mtime_ns // 1_000_000
    if age_ms > COPY_MS:
        yield _OLD_COPY, {"hours": round(age_ms / HOUR_MS, 1)}
    raw = bytes(content_of(path))
    is_open = any(raw.find(secret) >= 0 for secret in secrets_of(machine.keeper))
    try:
        encoding.decode(raw)
        is_open = True
    except RemoteError:
        pass
    if is_open or len(raw) < MIN_COPY_BYTES or opacity.suspicion(raw):
        yield _OPEN_COPY, {"bytes": len(raw)}


def _where_no_key_belongs(machine: Machine) -> Iterator[Path]:
    config = machine.config
    for path in files_below((config.data_dir, config.site_dir)):
        if path not in config.key_files:
            yield path
    yield from machine.logs


def _status(path: Path) -> os.stat_result:
    try:
        return path.lstat()
    except OSError as error:
        raise CannotRun(
            Words(de=f"{path} fehlt oder ist nicht zu sehen.", en=f"{path} is missing or hidden.")
        ) from error


def _secret(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotRun(
            Words(de=f"{path} lässt sich nicht lesen.", en=f"{path} cannot be read.")
        ) from error


_APART = Words(
    de="Keeper und Spiegel sind nicht gleich: Fällt eine Platte aus, ginge etwas verloren, oder "
    "Gelöschtes käme wieder.",
    en="Keeper and mirror are not equal: if a disk fails something would be lost, or what was "
    "deleted would come back.",
)
_STRANGER = Words(
    de="Dieser Keeper gehört nicht zu dieser Datenbank.",
    en="This keeper does not belong to this database.",
)
_NO_COPY = Words(
    de="Die versiegelte Kopie des Keepers fehlt.", en="The keeper's sealed copy is missing."
)
_OLD_COPY = Words(
    de="Die versiegelte Kopie des Keepers ist älter als eine Stunde: Was er seither gelöscht "
    "hat, steht noch darin.",
    en="The keeper's sealed copy is older than an hour: what it has deleted since is still in it.",
)
_OPEN_COPY = Words(
    de="Die Kopie des Keepers ist nicht versiegelt.", en="The keeper's copy is not sealed."
)
_READABLE = Words(
    de="Andere Konten dieses Rechners dürfen lesen, was nur dem Dienst gehört.",
    en="Other accounts of this machine may read what belongs to the service alone.",
)
_NO_KEY = Words(
    de="Eine Schlüsseldatei hat nicht ihre Länge.", en="A key file does not have its length."
)
_KEY = Words(
    de="Ein Schlüssel des Servers steht in einer Datei, in die er nicht gehört.",
    en="A key of the server stands in a file where it does not belong.",
)
_SECRET = Words(
    de="Ein Geheimnis des Keepers steht außerhalb von ihm.",
    en="A secret of the keeper stands outside of it.",
)

KEEPER = Check(
    id="inside.keeper",
    title=Words(
        de="Der Keeper ist doppelt und seine Kopie versiegelt",
        en="The keeper is there twice, its copy is sealed",
    ),
    proves=Words(
        de="Keeper und Spiegel sind Eintrag für Eintrag gleich und gehören zu dieser Datenbank. "
        "Die eine Kopie ist jünger als eine gute Stunde und versiegelt.",
        en="Keeper and mirror are equal entry by entry and belong to this database. The one copy "
        "is not older than about an hour, and sealed.",
    ),
    cannot=Words(
        de="Ob es weitere Kopien gibt, zeigt kein Blick auf die Platte. Ob die versiegelte Kopie "
        "mit dem Schlüssel aus dem Tresor aufgeht, zeigt nur eine Übung.",
        en="Whether there are further copies no look at a disk can show. Whether the sealed copy "
        "opens with the key from the safe only an exercise shows.",
    ),
    run=kept_twice,
)
KEYS = Check(
    id="inside.keys",
    title=Words(
        de="Schlüssel liegen in ihren Dateien und nur dort",
        en="Keys lie in their own files and only there",
    ),
    proves=Words(
        de="Schlüsseldateien, Datenbanken und Keeper sind nur für das Konto des Dienstes "
        "lesbar. Kein Schlüssel des Servers und kein Geheimnis des Keepers steht in der "
        "Datenbank, in Anhängen, ausgelieferten Dateien oder den genannten Protokollen.",
        en="Key files, databases and keeper can be read by the service's account only. No key of "
        "the server and no secret of the keeper stands in the database, in attachments, served "
        "files or the named logs.",
    ),
    cannot=Words(
        de="Wer das Konto des Dienstes oder root ist, liest alles, was der Dienst liest.",
        en="Whoever is the service's account or root reads all that the service reads.",
    ),
    run=keys_apart,
)
