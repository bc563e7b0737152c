"""One database in two places: every unit is applied to both and on both disks before its answer.

The keeper must not be lost and must be able to forget, so it has a mirror instead of backups. Each
unit moves a version on; after a crash the file with the higher version is the newer one and is
copied over the other. When one disk fails, the failed unit is not answered and the two are brought
together again before the next one; while that is impossible, nothing is written.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from e2e_server.keeper import store
from e2e_server.keeper.port import WrongKeeperError
from e2e_server.storage.port import (
    DamagedError,
    ReadTransaction,
    StorageClosedError,
    StorageError,
    WriteTransaction,
)
from e2e_server.storage.schema import Schema
from e2e_server.storage.sqlite import SqliteDatabase, open_sqlite
from e2e_server.storage.sqlite_copy import copy_database, inspect
from e2e_server.storage.sqlite_files import FolderLock

T = TypeVar("T")


def reconcile(main: Path, mirror: Path, schema: Schema) -> str:
    """Bring two closed files together; return which one was rebuilt: "", "main" or "mirror".

    WrongKeeperError when neither can be read, or when they are two different keepers. A file with
    another schema is never overwritten (SchemaError).
    """
    found = [_identity(path, schema) for path in (main, mirror)]
    one, other = found
    if one is None and other is None:
        raise WrongKeeperError("neither the keeper's file nor its mirror can be read")
    if one is not None and other is not None and one[0] != other[0]:
        raise WrongKeeperError("the keeper's file and its mirror belong to two different keepers")
    version, mirrored = (-1 if state is None else state[1] for state in found)
    if version > mirrored:
        copy_database(main, mirror)
        return "mirror"
    if version < mirrored:
        copy_database(mirror, main)
        return "main"
    return ""


class MirroredDatabase:
    """Two `SqliteDatabase`s that take every write together; reads come from the first."""

    def __init__(self, main: Path, mirror: Path, schema: Schema, now_ms: Callable[[], int]) -> None:
        self._paths = (main, mirror)
        self._schema = schema
        self._now_ms = now_ms
        self._locks = contextlib.ExitStack()
        self._both: tuple[SqliteDatabase, ...] = ()
        self._turn = asyncio.Lock()
        self._apart = False
        self._closed = False

    async def open(self) -> str:
        """Lock both folders, reconcile, open; return which file was rebuilt."""
        try:
            for path in self._paths:
                self._locks.enter_context(FolderLock(path.with_name("keeper-folder")))
            repaired = await asyncio.to_thread(reconcile, *self._paths, self._schema)
            await self._open_both()
        except BaseException:
            await self.close()
            raise
        return repaired

    async def write(self, work: Callable[[WriteTransaction], T]) -> T:
        """Apply `work` to both; StorageError when it is not on both disks."""
        # Shielded: a caller that goes away must not leave a write on one side only.
        return await asyncio.shield(self._write(work))

    async def read(self, work: Callable[[ReadTransaction], T]) -> T:
        """Read from the first."""
        try:
            return await self._main().read(work)
        except StorageClosedError:
            async with self._turn:  # they were being brought together, or are closed for good
                return await self._main().read(work)

    async def checkpoint(self) -> None:
        """Empty both logs; CheckpointError when one could not be."""
        await asyncio.shield(self._checkpoint())

    async def close(self) -> None:
        """Close both; idempotent."""
        async with self._turn:
            self._closed = True
            await self._close_both()
            self._locks.close()

    async def _write(self, work: Callable[[WriteTransaction], T]) -> T:
        def counted(tx: WriteTransaction) -> T:
            result = work(tx)
            store.count_write(tx)
            return result

        async with self._turn:
            await self._rejoin()
            results = await asyncio.gather(
                *(db.write(counted) for db in self._both), return_exceptions=True
            )
            failed = [result for result in results if isinstance(result, BaseException)]
            if not failed:
                first: T = results[0]  # type: ignore[assignment]  # no exception among them
                return first
            # A refusal of the unit itself comes from both and changes neither.
            refused = len(failed) == 2 and not any(isinstance(one, StorageError) for one in failed)
            self._apart = not refused
            raise failed[0]

    async def _checkpoint(self) -> None:
        async with self._turn:
            await self._rejoin()
            results = await asyncio.gather(
                *(db.checkpoint() for db in self._both), return_exceptions=True
            )
            for result in results:
                if isinstance(result, BaseException):
                    raise result

    async def _rejoin(self) -> None:
        if self._closed:
            raise StorageClosedError("the keeper is closed")
        if not self._apart:
            return
        await self._close_both()
        try:
            await asyncio.to_thread(reconcile, *self._paths, self._schema)
        except OSError as error:
            raise StorageError("the keeper's two files cannot be brought together") from error
        finally:
            await self._open_both()
        self._apart = False

    async def _open_both(self) -> None:
        opened: list[SqliteDatabase] = []
        try:
            for path in self._paths:
                opened.append(await open_sqlite(path, now_ms=self._now_ms, readers=1))
        finally:
            self._both = tuple(opened)

    async def _close_both(self) -> None:
        await asyncio.gather(*(db.close() for db in self._both))

    def _main(self) -> SqliteDatabase:
        if not self._both:
            raise StorageClosedError("the keeper is closed")
        return self._both[0]


def _identity(path: Path, schema: Schema) -> tuple[bytes, int] | None:
    try:
        row = inspect(path, schema, store.IDENTITY_SQL)
    except DamagedError:
        return None
    return None if row is None else (bytes(row[0]), int(row[1]))
