"""What lies on the operator's machine: never written, copied before it is read.

Databases are copied with their write-ahead log to a folder of our own, in memory where there is
room, and only the copies are opened: opening the originals would write beside them.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clientlib.audit.check import CannotRun, Words
from clientlib.audit.inside.config import Config
from clientlib.audit.inside.published import KEEPER_SCHEMA, RELAY_SCHEMA, ROOT, Published, load

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
_MEMORY = Path("/dev/shm")  # noqa: S108  # used only below a folder of our own, 0700
_TRIES = 5
_PUBLIC_IDS = ("portal16", "team16", "leads16")
_WAL_HEADER_BYTES = 32


class Database:
    """A private copy of one SQLite database and its write-ahead log, that nobody writes to."""

    def __init__(self, copy: Path, schema: Published) -> None:
        self.path = copy
        self.schema = schema
        # Not mode=ro: of a file it cannot write to SQLite forgets the CHECKs, and finds all well.
        self._connection = sqlite3.connect(f"{copy.as_uri()}?mode=rw", uri=True)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA query_only = ON")

    def close(self) -> None:
        """Let go of the copy."""
        self._connection.close()

    @property
    def connection(self) -> sqlite3.Connection:
        """For questions about the schema itself."""
        return self._connection

    def rows(self, sql: str, *values: object) -> Iterator[sqlite3.Row]:
        """Answer a question, row by row."""
        with closing(self._connection.cursor()) as cursor:
            yield from cursor.execute(sql, values)

    def value(self, sql: str, *values: object) -> Any:
        """The first value of the first row; None without rows."""
        row = self._connection.execute(sql, values).fetchone()
        return None if row is None else row[0]

    def tables(self) -> list[str]:
        """All tables that are really there, published or not."""
        return [
            str(row[0])
            for row in self.rows(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
        ]

    @contextmanager
    def raw(self) -> Iterator[list[tuple[str, mmap.mmap]]]:
        """Every byte of database and log, free pages included, by file name."""
        with ExitStack() as open_files:
            found = []
            for path in (self.path, _wal(self.path)):
                if path.exists() and path.stat().st_size:
                    file = open_files.enter_context(path.open("rb"))
                    content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
                    found.append((path.name, open_files.enter_context(content)))
            yield found


@dataclass(slots=True, kw_only=True)
class Machine:
    """The operator's machine; what the command line named besides is empty where it did not."""

    config: Config
    repository: Path
    folder: Path  # our own copies
    now_ms: int
    # What the auditor's own trial has written: words, and capabilities that only clients hold.
    markers: tuple[str, ...] = ()
    secrets: tuple[bytes, ...] = ()
    backups: tuple[Path, ...] = ()
    backup_days: int = 30
    logs: tuple[Path, ...] = ()
    # Before what lies in the write-ahead log counts: a purge may be under way.
    patience_s: int = 0
    _open: dict[Path, Database] = field(default_factory=dict)
    _schemas: dict[Path, Published] = field(default_factory=dict)

    @property
    def relay(self) -> Database:
        """The relay's database; CannotRun."""
        return self._database(self.config.relay_file, RELAY_SCHEMA)

    @property
    def keeper(self) -> Database:
        """The keeper's database; CannotRun."""
        return self._database(self.config.keeper_files[0], KEEPER_SCHEMA)

    @property
    def mirror(self) -> Database:
        """The keeper's mirror; CannotRun."""
        return self._database(self.config.keeper_files[1], KEEPER_SCHEMA)

    @property
    def databases(self) -> tuple[tuple[str, Database], ...]:
        """All three by the names that reports use."""
        return ("relay", self.relay), ("keeper", self.keeper), ("mirror", self.mirror)

    def public_ids(self) -> frozenset[bytes]:
        """The ids of portals and teams as site.json publishes them: people have chosen these."""
        try:
            portals = json.loads((self.config.data_dir / "site.json").read_text("utf-8"))["portals"]
            named = [one[name] for one in portals for name in _PUBLIC_IDS if name in one]
            return frozenset(bytes.fromhex(one) for one in named)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CannotRun(
                Words(
                    de="site.json fehlt oder ist beschädigt.",
                    en="site.json is missing or damaged.",
                )
            ) from error

    def fresh_relay(self) -> Database:
        """Copy the relay's database once more, in place of the copy before."""
        if old := self._open.pop(self.config.relay_file, None):
            old.close()
        return self.relay

    def open_copy(self, source: Path, schema: Path) -> Database:
        """Copy and open any database file, for backups too; CannotRun."""
        return self._database(source, schema)

    def close(self) -> None:
        """Let go of all copies."""
        for one in self._open.values():
            one.close()
        self._open.clear()

    def _database(self, source: Path, schema: Path) -> Database:
        if source not in self._open:
            if schema not in self._schemas:
                self._schemas[schema] = load(self.repository, schema)
            folder = Path(tempfile.mkdtemp(dir=self.folder))
            try:
                copy_files(source, folder / source.name)
                self._open[source] = Database(folder / source.name, self._schemas[schema])
            except (OSError, sqlite3.Error) as error:
                raise CannotRun(
                    Words(
                        de=f"{source} lässt sich nicht lesen. Läuft die Prüfung unter einem Konto, "
                        "das es darf?",
                        en=f"{source} cannot be read. Does this run under an account that may?",
                    )
                ) from error
        return self._open[source]


@contextmanager
def opened(
    config: Config, *, now_ms: int, repository: Path = ROOT, **more: Any
) -> Iterator[Machine]:
    """Hold a machine with a folder for its copies, wiped at the end; `more` as for `Machine`."""
    place = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="audit-", dir=place) as folder:
        machine = Machine(
            config=config, repository=repository, folder=Path(folder), now_ms=now_ms, **more
        )
        try:
            yield machine
        finally:
            machine.close()


def copy_files(source: Path, target: Path) -> None:
    """Copy a database and its log as of one moment, while it may be written to; OSError.

    Between two checkpoints the database file stands still and the log only grows, and what a
    torn end of the log holds does not count. A checkpoint meanwhile: once more.
    """
    for _ in range(_TRIES):
        before = _mark(source)
        shutil.copyfile(source, target)
        if _wal(source).exists():
            shutil.copyfile(_wal(source), _wal(target))
        else:
            _wal(target).unlink(missing_ok=True)
        if _mark(source) == before:
            return
    raise OSError("the database is being written to all the time")


def files_below(folders: Sequence[Path]) -> Iterator[Path]:
    """Every file below these folders, links not followed, in order."""
    for folder in folders:
        for top, _, names in sorted(os.walk(folder)):
            yield from (Path(top) / name for name in sorted(names))


def _wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _mark(source: Path) -> tuple[int, int, bytes]:
    """What a checkpoint would change: the file's time, and the salt of its log."""
    salt = b""
    if _wal(source).exists():
        with _wal(source).open("rb") as log:
            salt = log.read(_WAL_HEADER_BYTES)
    status = source.stat()
    return status.st_mtime_ns, status.st_size, salt
