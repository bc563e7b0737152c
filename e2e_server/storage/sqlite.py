"""SQLite through aiosqlite: one writer that commits everything that arrived in one transaction.

```
 write(work) -> queue -> writer task: takes all queued -> ONE call into the writer's thread:
     BEGIN IMMEDIATE, every unit, COMMIT (synchronous=FULL); savepoints only where one fails
   -> resolve the callers -> publish the announcements -> next group
 read(work)   -> queue -> a reader task that is free takes all queued, in ONE call as well
 checkpoint() -> a connection and thread of its own
```
No artificial linger: while one group is being synced, the next one gathers.

[Note: stale copies] `secure_delete` zeroes a deleted cell, but when SQLite rebalances pages it
leaves bytes of *moved* cells in the gap of the old page; deleting the row later cleans only its new
place (about one row in a thousand). Only `compact` (VACUUM) removes those for certain, or a layout
that never moves cells, see [Note: secrets in fixed slots] and [Note: ciphertext in fixed slots].
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from e2e_server.bus.port import Announcement
from e2e_server.storage.port import (
    CheckpointError,
    ReadTransaction,
    StorageBusyError,
    StorageClosedError,
    StorageError,
    WriteTransaction,
)
from e2e_server.storage.sqlite_connection import EngineConnection, connect
from e2e_server.storage.sqlite_files import FolderLock, wal_path
from e2e_server.storage.sqlite_group import Unit, run_group, run_reads

T = TypeVar("T")

READERS = 2
MAX_QUEUED_UNITS = 20_000
CHECKPOINT_PAGES = 1000
RESTART_PAGES = 4 * CHECKPOINT_PAGES
TRUNCATE_WAIT_MS = 2000
WRITER_WAIT_MS = 10_000

Publish = Callable[[Sequence[Announcement]], None]


@dataclass(slots=True)
class Counters:
    """What happened since the start; only ever grows."""

    units: int = 0
    commits: int = 0
    failed_commits: int = 0
    passive_checkpoints: int = 0


async def open_sqlite(
    path: Path, *, now_ms: Callable[[], int], publish: Publish | None = None, readers: int = READERS
) -> SqliteDatabase:
    """Open the existing database file `path`; LockedError when another process has it.

    Create the file first with `schema.create_database`. `now_ms` is the clock; `publish` gets the
    announcements of each commit.
    """
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(FolderLock(path))
        opened: list[EngineConnection] = []
        for wait_ms in (WRITER_WAIT_MS, TRUNCATE_WAIT_MS, *[TRUNCATE_WAIT_MS] * readers):
            connection = await connect(path, wait_ms=wait_ms, read_only=len(opened) >= 2)
            stack.push_async_callback(connection.close)
            opened.append(connection)
        return SqliteDatabase(path, opened, stack.pop_all(), now_ms, publish or (lambda _: None))


class SqliteDatabase:
    """A `port.Database` over one file; made by `open_sqlite`."""

    def __init__(
        self,
        path: Path,
        connections: Sequence[EngineConnection],
        resources: contextlib.AsyncExitStack,
        now_ms: Callable[[], int],
        publish: Publish,
    ) -> None:
        self.path = path
        self.counters = Counters()
        self._writer, self._checkpointer, *self._readers = connections
        self._resources = resources
        self._now_ms = now_ms
        self._publish = publish
        self._queue: list[Unit] = []
        self._wake = asyncio.Event()
        self._gate = (
            asyncio.Lock()
        )  # held by the group in the thread, or by a truncating checkpoint
        self._checkpoint_due = asyncio.Event()
        self._units_since = 0  # the last passive checkpoint
        self._pages_per_unit = 8.0
        self._log_pages = 0
        self._reads: list[Unit] = []
        self._wake_readers = asyncio.Event()
        self._closing = False
        self._closed = asyncio.Event()
        self._tasks = [
            asyncio.create_task(self._write_groups(), name="storage-writer"),
            asyncio.create_task(self._checkpoint_often(), name="storage-checkpoints"),
            *(asyncio.create_task(self._read_groups(one)) for one in self._readers),
        ]

    async def write(self, work: Callable[[WriteTransaction], T]) -> T:
        """Run `work` in the next group; return its result when it is on disk."""
        if self._closing or self._tasks[0].done():
            raise StorageClosedError("the database is closed")
        if len(self._queue) >= MAX_QUEUED_UNITS:
            raise StorageBusyError("too many writes are waiting")
        unit = Unit(work, asyncio.get_running_loop().create_future())
        self._queue.append(unit)
        self._wake.set()
        return cast(T, await unit.done)

    async def read(self, work: Callable[[ReadTransaction], T]) -> T:
        """Run `work` on the last committed state."""
        if self._closing:
            raise StorageClosedError("the database is closed")
        unit = Unit(work, asyncio.get_running_loop().create_future())
        self._reads.append(unit)
        self._wake_readers.set()
        return cast(T, await unit.done)

    async def checkpoint(self) -> None:
        """Empty the write-ahead log; CheckpointError when a reader or the disk prevented it."""
        await self._passive()  # most of the work, beside the writer
        async with self._gate:
            await self._truncate()

    async def compact(self) -> None:
        """VACUUM, then empty the log; writers wait meanwhile. See [Note: stale copies]."""
        async with self._gate:
            await self._maintain("VACUUM")
            await self._truncate()

    async def size_bytes(self) -> int:
        """Return the size of the main file."""
        return await asyncio.to_thread(lambda: self.path.stat().st_size)

    async def close(self) -> None:
        """Write what is queued, stop the tasks, close the connections; idempotent."""
        if self._closing:
            await self._closed.wait()
            return
        self._closing = True
        self._wake.set()
        self._wake_readers.set()
        writer, checkpoints, *readers = self._tasks
        try:
            await writer
        finally:
            checkpoints.cancel()
            await asyncio.gather(checkpoints, *readers, return_exceptions=True)
            await self._resources.aclose()
            self._closed.set()

    async def _write_groups(self) -> None:
        while not (self._closing and not self._queue):
            await self._wake.wait()
            self._wake.clear()
            # Who gave up while queued was promised nothing: their unit is left out.
            group = [unit for unit in self._queue if not unit.done.done()]
            self._queue = []
            if group:
                async with self._gate:
                    await self._commit(group)

    async def _commit(self, group: list[Unit]) -> None:
        now_ms = self._now_ms()
        try:
            await self._writer.call(lambda connection: run_group(connection, group, now_ms))
        except BaseException as error:
            self.counters.failed_commits += 1
            for unit in group:  # an exception each: a shared one would mix the callers' tracebacks
                unit.fail(StorageError(str(error)))
            if not isinstance(error, StorageError):
                raise
            return
        self.counters.units += len(group)
        self.counters.commits += 1
        announcements = [item for unit in group for item in unit.settle()]
        if announcements:
            self._publish(announcements)
        self._units_since += len(group)
        if self._units_since * self._pages_per_unit >= CHECKPOINT_PAGES:
            self._checkpoint_due.set()

    async def _read_groups(self, connection: EngineConnection) -> None:
        while not (self._closing and not self._reads):
            await self._wake_readers.wait()
            group = [unit for unit in self._reads if not unit.done.done()]
            self._reads = []
            if not self._closing:
                self._wake_readers.clear()
            if group:
                await self._look(connection, group)

    async def _look(self, connection: EngineConnection, group: list[Unit]) -> None:
        now_ms = self._now_ms()
        try:
            await connection.call(lambda engine: run_reads(engine, group, now_ms))
        except BaseException as error:
            for unit in group:
                unit.fail(StorageError(str(error)))
            if not isinstance(error, StorageError):
                raise
            return
        for unit in group:
            unit.settle()

    async def _checkpoint_often(self) -> None:
        while True:
            await self._checkpoint_due.wait()
            self._checkpoint_due.clear()
            # A failure shows again, loudly, at the next truncating checkpoint or commit.
            with contextlib.suppress(CheckpointError):
                await self._passive()

    async def _passive(self) -> None:
        new_units = self._units_since
        self._units_since = 0
        _, log_pages, _ = await self._maintain("PRAGMA wal_checkpoint(PASSIVE)")
        self.counters.passive_checkpoints += 1
        # SQLite does not tell the size of the log at a commit; learn pages per unit from here.
        new_pages = log_pages - self._log_pages if log_pages >= self._log_pages else log_pages
        if new_units and new_pages > 0:
            self._pages_per_unit = new_pages / new_units
        self._log_pages = log_pages
        if log_pages > RESTART_PAGES:
            # Under steady load the log never restarts by itself, because new pages arrive during
            # each checkpoint. The short rest is moved while the writer waits; then it starts anew.
            async with self._gate:
                await self._maintain("PRAGMA wal_checkpoint(PASSIVE)")
                self._units_since = self._log_pages = 0

    async def _truncate(self) -> None:
        busy, _, _ = await self._maintain("PRAGMA wal_checkpoint(TRUNCATE)")
        wal = wal_path(self.path)
        if busy or (wal.exists() and wal.stat().st_size):
            raise CheckpointError("a reader kept the write-ahead log from being emptied")
        self._units_since = self._log_pages = 0

    async def _maintain(self, statement: str) -> tuple[int, int, int]:
        if self._closed.is_set():
            raise StorageClosedError("the database is closed")

        def maintain(connection: sqlite3.Connection) -> tuple[int, int, int]:
            try:
                row = connection.execute(statement).fetchone()
            except sqlite3.Error as error:
                raise CheckpointError(f"{statement}: {error}") from error
            return cast(tuple[int, int, int], row or (0, 0, 0))

        return await self._checkpointer.call(maintain)
