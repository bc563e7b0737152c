"""A small schema, an opened database on it, and a look at the raw files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from e2e_server.bus.port import Announcement
from e2e_server.storage.port import WriteTransaction
from e2e_server.storage.schema import parse_schema, prepare
from e2e_server.storage.sqlite import SqliteDatabase, open_sqlite

SCHEMA = """
-- schema version: 1

-- Things people put down.
CREATE TABLE test_notes (
  note_id INTEGER PRIMARY KEY, -- number, by the engine; purpose: order; keep: until deleted
  name TEXT NOT NULL UNIQUE,   -- words, by the test; purpose: find it; keep: until deleted
  body_sealed BLOB             -- bytes, by the test; purpose: store them; keep: until deleted
) STRICT;
"""


class Clock:
    """Stands still until told."""

    def __init__(self, ms: int = 1_800_000_000_000) -> None:
        self.ms = ms

    def __call__(self) -> int:
        return self.ms

    def elapse(self, ms: int) -> None:
        self.ms += ms


@asynccontextmanager
async def opened(
    path: Path, published: list[Sequence[Announcement]] | None = None, clock: Clock | None = None
) -> AsyncIterator[SqliteDatabase]:
    """Create or check the file, open it, close it at the end."""
    prepare(path, parse_schema(SCHEMA))
    publish = None if published is None else published.append
    db = await open_sqlite(path, now_ms=clock or Clock(), publish=publish)
    try:
        yield db
    finally:
        await db.close()


def put(name: str, body: bytes = b"") -> Callable[[WriteTransaction], int]:
    """A unit that inserts one note and announces its number."""

    def work(tx: WriteTransaction) -> int:
        row = tx.one(
            "INSERT INTO test_notes (name, body_sealed) VALUES ($1, $2) RETURNING note_id",
            name,
            body,
        )
        assert row is not None
        tx.announce(b"notes", row[0])
        return int(row[0])

    return work


async def names(db: SqliteDatabase) -> list[str]:
    """All names, in the order they were put."""
    rows = await db.read(lambda tx: tx.all("SELECT name FROM test_notes ORDER BY note_id"))
    return [row[0] for row in rows]


def raw_files(folder: Path) -> bytes:
    """Every byte of every file below `folder`."""
    return b"\0".join(path.read_bytes() for path in files_in(folder))


def files_in(folder: Path) -> list[Path]:
    """Every file below `folder`."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def open_to_others(folder: Path) -> list[Path]:
    """Files and folders below `folder` that somebody else than the owner can reach."""
    return [path for path in folder.rglob("*") if path.stat().st_mode & 0o077]


def append_to(path: Path, raw: bytes) -> None:
    """Write behind the end of a file, as a crash in the middle of a write does."""
    with path.open("ab") as file:
        file.write(raw)
