"""What runs inside a connection's thread: a group of units in one transaction, or one read."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from e2e_server.bus.port import Announcement, Ref, Topic
from e2e_server.storage.port import (
    ConstraintError,
    ReadTransaction,
    Row,
    StorageError,
    WriteTransaction,
)

T = TypeVar("T")

# `$1` is a *named* parameter to SQLite, so that PostgreSQL's spelling works as it stands.
_NAMES = tuple(str(i) for i in range(1, 100))


class Unit:
    """One queued call of `write`: its work, and the future its caller waits for."""

    __slots__ = ("announcements", "done", "error", "result", "work")

    def __init__(self, work: Callable[[WriteTransaction], Any], done: asyncio.Future[Any]) -> None:
        self.work = work
        self.done = done
        self.result: Any = None
        self.error: Exception | None = None
        self.announcements: Sequence[Announcement] = ()

    def settle(self) -> Sequence[Announcement]:
        """Answer the caller after the commit; return what is to be announced."""
        if self.error is not None:
            self.fail(self.error)
            return ()
        if not self.done.done():  # a caller that gave up meanwhile: stored, nobody to tell
            self.done.set_result(self.result)
        return self.announcements

    def fail(self, error: Exception) -> None:
        """Answer the caller with `error`."""
        if not self.done.done():
            self.done.set_exception(error)


def run_group(connection: sqlite3.Connection, group: Sequence[Unit], now_ms: int) -> None:
    """Run every unit and commit once; StorageError when the whole group failed.

    A unit's own failure is left in `unit.error`; the others commit.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        for unit in group:
            _run_unit(connection, unit, now_ms)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        _roll_back(connection)
        raise _translated(error) from error
    except BaseException:
        _roll_back(connection)
        raise


def run_read(
    connection: sqlite3.Connection, work: Callable[[ReadTransaction], T], now_ms: int
) -> T:
    """Run `work` inside one read transaction, so that all its statements see one state."""
    try:
        connection.execute("BEGIN")
        return work(_Transaction(connection, now_ms))
    except sqlite3.Error as error:
        raise _translated(error) from error
    finally:
        _roll_back(connection)


class _Transaction:
    """`port.WriteTransaction` over a connection that is inside a transaction."""

    __slots__ = ("_connection", "announcements", "now_ms")

    def __init__(self, connection: sqlite3.Connection, now_ms: int) -> None:
        self._connection = connection
        self.now_ms = now_ms
        self.announcements: list[Announcement] = []

    def one(self, sql: str, *params: object) -> Row | None:
        cursor = self._execute(sql, params)
        row: Row | None = cursor.fetchone()
        cursor.close()  # or an INSERT ... RETURNING stays open and the savepoint cannot be released
        return row

    def all(self, sql: str, *params: object) -> list[Row]:
        return self._execute(sql, params).fetchall()

    def run(self, sql: str, *params: object) -> int:
        return self._execute(sql, params).rowcount

    def announce(self, topic: Topic, ref: Ref) -> None:
        self.announcements.append(Announcement(topic, ref))

    def _execute(self, sql: str, params: tuple[object, ...]) -> sqlite3.Cursor:
        # After some failures (disk full, input/output) SQLite ends the whole transaction by itself;
        # a later statement would then commit alone, without its unit and outside the group.
        if not self._connection.in_transaction:
            raise StorageError("the transaction has ended")
        try:
            return self._connection.execute(sql, dict(zip(_NAMES, params, strict=False)))
        except sqlite3.Error as error:
            raise _translated(error) from error


def _run_unit(connection: sqlite3.Connection, unit: Unit, now_ms: int) -> None:
    connection.execute("SAVEPOINT unit")
    transaction = _Transaction(connection, now_ms)
    try:
        unit.result = unit.work(transaction)
        unit.announcements = transaction.announcements
    except Exception as error:  # whatever the unit raises is its caller's, not the group's
        unit.error = error
        if not connection.in_transaction:
            raise StorageError("the group was lost with one of its units") from error
        connection.execute("ROLLBACK TO unit")
    if not connection.in_transaction:
        raise StorageError("a unit ended the transaction")
    connection.execute("RELEASE unit")


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _translated(error: sqlite3.Error) -> StorageError:
    kind = ConstraintError if isinstance(error, sqlite3.IntegrityError) else StorageError
    return kind(f"{getattr(error, 'sqlite_errorname', 'SQLITE')}: {error}")
