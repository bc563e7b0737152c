"""What runs inside a connection's thread: a group of units, or of reads, in one transaction."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from e2e_server.bus.port import Announcement, Ref, Topic
from e2e_server.storage.port import (
    ConstraintError,
    Row,
    StorageError,
)

_PARAMETER = re.compile(r"\$([0-9]+)")


class Unit:
    """One queued call of `write` or `read`: its work, and the future its caller waits for."""

    __slots__ = ("announcements", "done", "error", "result", "work")

    def __init__(self, work: Callable[[Any], Any], done: asyncio.Future[Any]) -> None:
        self.work = work
        self.done = done
        self.result: Any = None
        self.error: Exception | None = None
        self.announcements: Sequence[Announcement] = ()

    def settle(self) -> Sequence[Announcement]:
        """Answer the caller, a writer after the commit; return what is to be announced."""
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

    A unit's own failure is left in `unit.error`; the others commit. The first attempt has no
    savepoints: each would copy every page that its unit changes, and hardly any unit fails after
    it has changed something. When one does, all run again, each in a savepoint of its own.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        if not all(_run_unit(connection, unit, now_ms) for unit in group):
            connection.execute("ROLLBACK")
            connection.execute("BEGIN IMMEDIATE")
            for unit in group:
                _run_in_savepoint(connection, unit, now_ms)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        _roll_back(connection)
        raise _translated(error) from error
    except BaseException:
        _roll_back(connection)
        raise


def run_reads(connection: sqlite3.Connection, group: Sequence[Unit], now_ms: int) -> None:
    """Run every read on one state; what one of them raises is left in its `error`."""
    try:
        connection.execute("BEGIN")
        for unit in group:
            try:
                unit.result = unit.work(_Transaction(connection, now_ms))
            except Exception as error:  # whatever it raises is its caller's, not the group's
                unit.error = error
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
            return self._connection.execute(_numbered(sql), params)
        except sqlite3.Error as error:
            raise _translated(error) from error


@lru_cache(maxsize=1_024)
def _numbered(sql: str) -> str:
    """Spell `$1` as `?1`: a tuple then does, where names would need a dict for each statement."""
    return _PARAMETER.sub(r"?\1", sql)


def _run_unit(connection: sqlite3.Connection, unit: Unit, now_ms: int) -> bool:
    """Run one unit; False when it failed after it had changed something, which must be undone."""
    transaction = _Transaction(connection, now_ms)
    unit.error = None
    before = connection.total_changes
    try:
        unit.result = unit.work(transaction)
        unit.announcements = transaction.announcements
    except Exception as error:  # whatever the unit raises is its caller's, not the group's
        unit.error = error
        if not connection.in_transaction:
            raise StorageError("the group was lost with one of its units") from error
    if not connection.in_transaction:
        raise StorageError("a unit ended the transaction")
    return unit.error is None or connection.total_changes == before


def _run_in_savepoint(connection: sqlite3.Connection, unit: Unit, now_ms: int) -> None:
    connection.execute("SAVEPOINT unit")
    if not _run_unit(connection, unit, now_ms):
        connection.execute("ROLLBACK TO unit")
    connection.execute("RELEASE unit")


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _translated(error: sqlite3.Error) -> StorageError:
    kind = ConstraintError if isinstance(error, sqlite3.IntegrityError) else StorageError
    return kind(f"{getattr(error, 'sqlite_errorname', 'SQLITE')}: {error}")
