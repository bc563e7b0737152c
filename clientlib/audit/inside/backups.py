"""Backups: what an older one still holds, why it cannot be opened, and that the keeper is in none.

A backup that was taken before a purge holds the envelopes of conversations that are gone since.
That is as designed: what opens them was in the keeper, which deletes its share and is never backed
up. So the keeper beside a backup, or a share that still exists, is the finding.
"""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from clientlib.audit.check import CannotRun, Check, Findings, NotRun, Outcome, Words
from clientlib.audit.inside.machine import DAY_MS, Database, Machine, copy_files, files_below
from clientlib.audit.inside.orphans import share_key

_MAGIC = b"SQLite format 3\0"
_KEEPER_NAMES = ("keeper.sealed", "keeper.sqlite")
_KEEPER_TABLE, _RELAY_TABLE = "keeper_secrets", "boxes_boxes"
_BOXES = """
SELECT b.box16, count(e.slot) FROM boxes_boxes AS b
LEFT JOIN boxes_envelopes AS e USING (box16) GROUP BY b.box16
"""
_LIVING = "SELECT 1 FROM boxes_boxes WHERE box16 = ?"
_SHARES = "SELECT 1 FROM keeper_shares WHERE share_key = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One file of a backup: where it lies, as people would name it, and its bytes as a file."""

    name: str
    path: Path
    changed_ms: int


async def backups(machine: Machine) -> Outcome:
    """Look into every file of the named folders, archives opened."""
    if not machine.backups:
        raise NotRun(
            Words(
                de="Ohne --backup wurde keine Sicherung genannt.",
                en="Without --backup no backup was named.",
            )
        )
    found, told, files = Findings(), list[Words](), 0
    for folder in machine.backups:
        if not folder.is_dir():
            raise CannotRun(Words(de=f"{folder} ist kein Ordner.", en=f"{folder} is not a folder."))
    for saved in _saved(machine):
        files += 1
        told += _judge(machine, saved, found)
    return found.outcome(
        Words(
            de=" ".join([f"{files} Dateien angesehen.", *(one.de for one in told)]),
            en=" ".join([f"Looked at {files} files.", *(one.en for one in told)]),
        )
    )


def _judge(machine: Machine, saved: Saved, found: Findings) -> list[Words]:
    """Note what is wrong about one file; return what a relay's database in it still holds."""
    if Path(saved.name).name.startswith(_KEEPER_NAMES):
        found.add(_BESIDE, file=saved.name)
        return []
    if not _is_database(saved.path):
        return []
    with closing(_opened(machine, saved.path)) as database:
        tables = {str(row[0]) for row in database.execute("SELECT name FROM sqlite_master")}
        if _KEEPER_TABLE in tables:
            found.add(_BESIDE, file=saved.name)
        if _RELAY_TABLE not in tables:
            return []
        boxes = {bytes(box16): int(count) for box16, count in database.execute(_BOXES)}
    age_days = (machine.now_ms - saved.changed_ms) // DAY_MS
    if age_days > machine.backup_days:
        found.add(_OLD, file=saved.name, days=age_days, promised=machine.backup_days)
    gone = [one for one in boxes if not _is_there(machine.relay, _LIVING, one)]
    shares = [one for one in gone if _is_there(machine.keeper, _SHARES, share_key(one))]
    if shares:
        found.add(_OPENABLE, file=saved.name, conversations=len(shares))
        return []
    return [_holding(saved.name, age_days, boxes, gone)]


def _holding(name: str, age_days: int, boxes: dict[bytes, int], gone: list[bytes]) -> Words:
    """Say precisely what a backup that was taken before a purge still holds."""
    envelopes, lost = sum(boxes.values()), sum(boxes[one] for one in gone)
    return Words(
        de=f"»{name}«, {age_days} Tage alt, enthält {len(boxes)} Gespräche mit {envelopes} "
        f"Nachrichten; davon sind {len(gone)} mit {lost} Nachrichten im Dienst inzwischen "
        "gelöscht. Zu diesen gibt es keinen Anteil des Keepers mehr: Niemand kann sie öffnen.",
        en=f"“{name}”, {age_days} days old, holds {len(boxes)} conversations of {envelopes} "
        f"envelopes; {len(gone)} of them, {lost} envelopes, have been deleted in the service "
        "since. There is no share of the keeper for these any more: nobody can open them.",
    )


def _saved(machine: Machine) -> Iterator[Saved]:
    for path in files_below(machine.backups):
        changed_ms = path.stat().st_mtime_ns // 1_000_000
        yield Saved(name=str(path), path=path, changed_ms=changed_ms)
        try:
            if tarfile.is_tarfile(path):
                yield from _members(machine, path)
        except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
            raise CannotRun(
                Words(de=f"{path} lässt sich nicht öffnen.", en=f"{path} cannot be opened.")
            ) from error


def _members(machine: Machine, archive: Path) -> list[Saved]:
    """Unpack what may be a database, with its log beside it, under folders of our own."""
    places: dict[str, Path] = {}
    found = []
    with tarfile.open(archive) as opened:
        for member in opened:
            content = opened.extractfile(member) if member.isfile() else None
            if content is None:
                continue
            folder, _, name = member.name.rpartition("/")
            with content:
                begin = content.read(len(_MAGIC))
                if begin == _MAGIC or name.endswith("-wal"):
                    if folder not in places:
                        places[folder] = Path(tempfile.mkdtemp(dir=machine.folder))
                    with (places[folder] / name).open("wb") as file:
                        file.write(begin)
                        shutil.copyfileobj(content, file)
            path = places[folder] / name if begin == _MAGIC else archive
            found.append(
                Saved(
                    name=f"{archive}:{member.name}",
                    path=path,
                    changed_ms=int(member.mtime * 1000),
                )
            )
    return found


def _is_database(path: Path) -> bool:
    """Tell a database by its content, whatever its name."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _opened(machine: Machine, path: Path) -> sqlite3.Connection:
    """Open a copy: opening it where it lies would write beside it."""
    copy = Path(tempfile.mkdtemp(dir=machine.folder)) / path.name
    copy_files(path, copy)
    return sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)


def _is_there(database: Database, sql: str, key: bytes) -> bool:
    return database.value(sql, key) is not None


_BESIDE = Words(
    de="Der Keeper liegt in einer Sicherung: Was er löscht, bleibt dort erhalten, und gelöschte "
    "Gespräche ließen sich wieder öffnen.",
    en="The keeper lies in a backup: what it deletes stays there, and deleted conversations could "
    "be opened again.",
)
_OLD = Words(
    de="Eine Sicherung ist älter, als der Betrieb sie aufzuheben angibt.",
    en="A backup is older than the operator states to keep them.",
)
_OPENABLE = Words(
    de="Eine Sicherung enthält gelöschte Gespräche, zu denen der Keeper noch einen Anteil hat.",
    en="A backup holds deleted conversations of which the keeper still has a share.",
)

BACKUPS = Check(
    id="inside.backups",
    title=Words(
        de="Sicherungen öffnen nichts, was gelöscht ist",
        en="Backups open nothing that was deleted",
    ),
    proves=Words(
        de="In keiner der genannten Sicherungen liegt der Keeper oder seine Kopie, auch nicht "
        "unter anderem Namen oder in einem Archiv. Eine Sicherung, die vor einer Löschung gemacht "
        "wurde, enthält die verschlüsselten Nachrichten noch; ohne den gelöschten Anteil des "
        "Keepers kann sie niemand öffnen. Das ist so vorgesehen.",
        en="None of the named backups holds the keeper or its copy, under another name or in an "
        "archive neither. A backup that was taken before a purge still holds the encrypted "
        "envelopes; without the keeper's share, which was deleted, nobody can open them. That is "
        "as designed.",
    ),
    cannot=Words(
        de="Nicht genannte oder verschlüsselte Sicherungen sieht diese Prüfung nicht. Hätte jemand "
        "den Anteil vor der Löschung abgeschrieben, wäre es nicht zu merken.",
        en="Backups that were not named or are encrypted this check does not see. Had somebody "
        "copied the share before the purge, nothing would tell.",
    ),
    run=backups,
)
