"""What every engine promises to the rooms: units of work, grouped commits, announcements.

A unit of work is a *synchronous* function over a transaction object. It may run in another thread
than the event loop, so it touches nothing but its transaction and its own values, never waits, and
must give the same result when run twice. `$1`, `$2` ... are bound in order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from e2e_server.bus.port import Ref, Topic

T = TypeVar("T")
Row = tuple[Any, ...]


class StorageError(Exception):
    """The engine could not do it (disk full, input/output error); nothing of it was stored."""

    code = "storage"


class ConstraintError(StorageError):
    """A UNIQUE, CHECK, NOT NULL or foreign key of the schema refused the statement."""

    code = "constraint"


class StorageBusyError(StorageError):
    """Too many units are waiting for the disk; the caller may try again later."""

    code = "busy"


class CheckpointError(StorageError):
    """The write-ahead log could not be emptied: deleted bytes may still lie there."""

    code = "checkpoint"


class StorageClosedError(StorageError):
    """The database is closed or closing."""

    code = "closed"


class SchemaError(StorageError):
    """The file was written with another schema than this program's."""

    code = "schema"


class DamagedError(SchemaError):
    """The file is torn, inconsistent, or no database of this program at all."""

    code = "damaged"


class LockedError(StorageError):
    """Another process has this database open."""

    code = "locked"


class ReadTransaction(Protocol):
    """One consistent view of the database."""

    @property
    def now_ms(self) -> int:
        """The clock's reading for this transaction, ms since epoch, UTC."""
        ...

    def one(self, sql: str, *params: object) -> Row | None:
        """Return the first row, or None."""
        ...

    def all(self, sql: str, *params: object) -> list[Row]:
        """Return every row."""
        ...


class WriteTransaction(ReadTransaction, Protocol):
    """A unit that may change rows; commits with others in one group."""

    def run(self, sql: str, *params: object) -> int:
        """Execute a statement; return the number of rows it changed."""
        ...

    def announce(self, topic: Topic, ref: Ref) -> None:
        """Tell listeners of `topic` after the commit; forgotten when the unit or commit fails."""
        ...


class Database(Protocol):
    """A durable store. `write` returns after the bytes are on disk."""

    async def write(self, work: Callable[[WriteTransaction], T]) -> T:
        """Run `work`, commit, return its result; what it raises undoes it alone and is raised."""
        ...

    async def read(self, work: Callable[[ReadTransaction], T]) -> T:
        """Run `work` on a consistent view that no writer blocks."""
        ...

    async def checkpoint(self) -> None:
        """Move everything into the main file and empty the log; CheckpointError when it cannot."""
        ...

    async def compact(self) -> None:
        """Rewrite the file so that no stale copy of a deleted row is left, then `checkpoint`.

        Writers wait meanwhile, longer for a larger file.
        """
        ...

    async def size_bytes(self) -> int:
        """Return the size of what `compact` would rewrite."""
        ...

    async def close(self) -> None:
        """Finish what was queued and let go of the files; idempotent."""
        ...
