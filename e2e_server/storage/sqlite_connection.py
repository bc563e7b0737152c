"""An aiosqlite connection that runs a whole function in its thread, set up the same way always."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import aiosqlite

T = TypeVar("T")

PAGE_BYTES = 8192
JOURNAL_LIMIT_BYTES = 64 * 1024 * 1024
CACHED_STATEMENTS = 512

# In this order: the page size must be known before the first page is written.
SETTINGS = (
    f"PRAGMA page_size = {PAGE_BYTES}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA wal_autocheckpoint = 0",
    f"PRAGMA journal_size_limit = {JOURNAL_LIMIT_BYTES}",
)


class EngineConnection(aiosqlite.Connection):
    """Adds `call`: one hop into the thread for a group of statements; a hop per row is slow."""

    async def call(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in this connection's thread."""
        execute: Callable[[Callable[[], T]], Awaitable[T]] = self._execute
        return await execute(lambda: work(self._conn))


async def connect(path: Path, *, wait_ms: int, read_only: bool = False) -> EngineConnection:
    """Open `path`, which must exist; waits up to `wait_ms` for another connection's lock."""

    def open_file() -> sqlite3.Connection:
        return open_connection(path, wait_ms=wait_ms, read_only=read_only)

    connection = EngineConnection(open_file, iter_chunk_size=64)
    await connection
    return connection


def open_connection(path: Path, *, wait_ms: int, read_only: bool = False) -> sqlite3.Connection:
    """Open and set up a plain connection; explicit BEGIN and COMMIT only."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=wait_ms / 1000,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=CACHED_STATEMENTS,
    )
    try:
        for setting in SETTINGS:
            connection.execute(setting)
        if read_only:
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection
