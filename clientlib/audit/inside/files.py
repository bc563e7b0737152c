"""In the service's folders lies what the service writes, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from clientlib.audit.check import Check, Findings, Outcome, Words
from clientlib.audit.inside.config import Config
from clientlib.audit.inside.machine import Machine, files_below
from crypto import tiles
from crypto.errors import RemoteError

_SIDE = r"(?:-wal|-shm)?"
# The lock of the first file outlives its founding.
_KEEPER = rf"keeper\.sqlite{_SIDE}|keeper\.sqlite(?:\.founding)?\.lock|keeper-folder\.lock"
# Below the folder, by its whole path.
_DATA = re.compile(
    rf"relay\.sqlite{_SIDE}|relay\.sqlite\.lock|site\.json|operator\.pub|log(?:-next)?\.pub"
    r"|secrets/(?:pepper|log-key(?:-next)?|keeper-seed)"
    r"|blobs/(?P<head>[0-9a-f]{2})/(?P=head)[0-9a-f]{30}(?:\.part|\.parts)?"
)
_MAIN = re.compile(rf"{_KEEPER}|operator\.pub|secrets/keeper-seed")
_COPY = re.compile(r"keeper\.sealed")


async def known_files(machine: Machine) -> Outcome:
    """Hold each file's place and name against what the service writes there."""
    found, count = Findings(), 0
    for path, is_known in _judged(machine.config):
        count += 1
        if not is_known:
            found.add(_UNKNOWN, file=path)
    return found.outcome(
        Words(
            de=f"{count} Dateien in den Ordnern des Dienstes angesehen.",
            en=f"Looked at {count} files in the folders of the service.",
        )
    )


def _judged(config: Config) -> Iterator[tuple[Path, bool]]:
    kinds: dict[Path, list[re.Pattern[str]]] = {}
    for folder, kind in (
        (config.data_dir, _DATA),
        (config.keeper_dir, _MAIN),
        (config.keeper_mirror_dir, _MAIN),
        (config.keeper_copy_dir, _COPY),
    ):
        kinds.setdefault(folder, []).append(kind)
    for folder, patterns in kinds.items():
        others = [
            one for one in (*kinds, config.site_dir) if one != folder and folder in one.parents
        ]
        for path in files_below((folder,)):
            if any(other in path.parents for other in others):
                continue
            name = path.relative_to(folder).as_posix()
            is_plain = path.is_file() and not path.is_symlink()
            is_known = any(one.fullmatch(name) for one in patterns) or _is_of_log(name)
            yield path, (is_plain and is_known) or path == config.keeper_socket


def _is_of_log(name: str) -> bool:
    """Tell whether it is a file of the public log: a note, or exactly one tile's."""
    folder, _, rest = name.partition("/")
    if folder != "log" or rest in ("checkpoint", "cosigned"):
        return folder == "log"
    try:
        tiles.parse_path(rest)
    except RemoteError:
        return False
    return True


_UNKNOWN = Words(
    de="Eine Datei liegt in einem Ordner des Dienstes, die der Dienst nicht schreibt.",
    en="A file lies in a folder of the service that the service does not write.",
)

FILES = Check(
    id="inside.files",
    title=Words(
        de="In den Ordnern des Dienstes liegt nichts Fremdes",
        en="Nothing foreign lies in the service's folders",
    ),
    proves=Words(
        de="Jede Datei im Datenordner, beim Keeper, im Spiegel und in der Kopie ist eine, die "
        "der veröffentlichte Programmtext dort anlegt.",
        en="Each file in the data folder, the keeper, the mirror and the copy is one that the "
        "published source writes there.",
    ),
    cannot=Words(
        de="Was außerhalb dieser Ordner liegt, wurde nicht angesehen.",
        en="What lies outside of these folders was not looked at.",
    ),
    run=known_files,
)
