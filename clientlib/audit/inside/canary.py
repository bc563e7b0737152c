"""The marker texts that the audit itself has written through the service are nowhere to be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clientlib.audit.check import CannotRun, Check, Findings, NotRun, Outcome, Words
from clientlib.audit.inside.machine import Database, Machine, files_below
from clientlib.audit.inside.search import content_of, encodings, holds, writings


async def no_canary(machine: Machine) -> Outcome:
    """Search every table, every file and every file's name for every marker."""
    if not machine.markers:
        raise NotRun(
            Words(
                de="Ohne --canary ist nicht bekannt, wonach zu suchen wäre.",
                en="Without --canary it is not known what to look for.",
            )
        )
    wanted = (
        *(one for marker in machine.markers for one in writings(marker)),
        *(one for secret in machine.secrets for one in (secret, *encodings(secret))),
    )
    found, count = Findings(), 0
    for name, database in machine.databases:
        # A long value is cut over several pages, so values are searched besides the files.
        for table in _tables_with(database, wanted):
            found.add(_VALUE, database=name, table=table)
    for path in places(machine):
        count += 1
        try:
            content = content_of(path)
        except OSError as error:
            raise CannotRun(
                Words(de=f"{path} lässt sich nicht lesen.", en=f"{path} cannot be read.")
            ) from error
        if holds(content, wanted):
            found.add(_FILE, file=path)
        if holds(path.name.encode("utf-8", "surrogateescape"), wanted):
            found.add(_NAME, folder=path.parent)
    return found.outcome(
        Words(
            de=f"{len(machine.markers)} Merkwörter in {len(wanted)} Schreibweisen gesucht, in "
            f"allen Tabellen und {count} Dateien.",
            en=f"Looked for {len(machine.markers)} markers in {len(wanted)} writings, in all "
            f"tables and {count} files.",
        )
    )


def places(machine: Machine) -> Iterator[Path]:
    """Every file of the service, of the logs and of the backups that were named."""
    config = machine.config
    yield from files_below(
        (
            config.data_dir,
            config.keeper_dir,
            config.keeper_mirror_dir,
            config.keeper_copy_dir,
            config.site_dir,
            *machine.backups,
        )
    )
    yield from machine.logs


def _tables_with(database: Database, wanted: tuple[bytes, ...]) -> Iterator[str]:
    for table in database.tables():
        rows = database.rows(f'SELECT * FROM "{table}"')  # noqa: S608  # a name of the file's own
        if any(holds(_bytes_of(value), wanted) for row in rows for value in row):
            yield table


def _bytes_of(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


_VALUE = Words(
    de="Ein Text, den die Prüfung verschlüsselt geschrieben hat, steht lesbar in der Datenbank.",
    en="A text that the audit has written encrypted stands readable in the database.",
)
_FILE = Words(
    de="Ein Text, den die Prüfung verschlüsselt geschrieben hat, steht lesbar in einer Datei.",
    en="A text that the audit has written encrypted stands readable in a file.",
)
_NAME = Words(
    de="Ein Text, den die Prüfung verschlüsselt geschrieben hat, steht in einem Dateinamen.",
    en="A text that the audit has written encrypted stands in the name of a file.",
)

CANARY = Check(
    id="inside.canary",
    title=Words(
        de="Was die Prüfung geschrieben hat, ist nirgends zu lesen",
        en="What the audit has written can be read nowhere",
    ),
    proves=Words(
        de="Die Prüfung hat als gewöhnliche Teilnehmerin Texte, Namen und Dateien durch den Dienst "
        "geschickt. Keiner davon steht in einer Tabelle, im Schreibprotokoll, in freien Bereichen, "
        "Anhängen, beim Keeper, in Protokollen, Sicherungen oder Dateinamen, auch nicht gepackt "
        "oder in anderer Schreibweise.",
        en="As an ordinary participant the audit has sent texts, names and files through the "
        "service. None of them stands in a table, the write-ahead log, free space, attachments, "
        "the keeper, logs, backups or names of files, packed or written otherwise neither.",
    ),
    cannot=Words(
        de="Es wurden nur die genannten Ordner und Dateien durchsucht. Ein Betrieb, der die "
        "Prüfung erkennt, könnte sich bei ihr anders verhalten als sonst.",
        en="Only the named folders and files were searched. An operator who recognises the audit "
        "could behave otherwise towards it.",
    ),
    run=no_canary,
)
