"""Looking into a closed database file, and putting one in the place of another."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from e2e_server.storage.port import DamagedError, Row, StorageError
from e2e_server.storage.schema import Schema, check_database
from e2e_server.storage.sqlite_connection import open_connection
from e2e_server.storage.sqlite_files import (
    create_private,
    replace_file,
    side_files,
    sync_path,
)

_WIPE_BYTES = 1024 * 1024


def inspect(path: Path, schema: Schema, question: str) -> Row | None:
    """Check a file that nobody has open, then answer `question` from it; None without a file.

    SchemaError for another schema, DamagedError when the file is torn or inconsistent.
    """
    if not path.exists():
        return None
    check_database(path, schema)
    try:
        with closing(open_connection(path, wait_ms=0)) as connection:
            verdict = connection.execute("PRAGMA quick_check").fetchone()
            if verdict != ("ok",):
                raise DamagedError(f"{path.name} is inconsistent")
            row: Row | None = connection.execute(question).fetchone()
    except sqlite3.Error as error:
        raise DamagedError(f"{path.name} cannot be read: {error}") from error
    if row is None:
        raise DamagedError(f"{path.name} is incomplete")
    return row


def copy_database(source: Path, target: Path) -> None:
    """Put a copy of the closed `source` in the place of the closed `target`, durably.

    What stood there is overwritten first: it may hold secrets that `source` has deleted. A crash in
    between leaves a `target` that `inspect` finds missing, damaged or still older.
    """
    draft = target.with_name(target.name + ".new")
    create_private(draft)
    try:
        with closing(open_connection(source, wait_ms=0)) as connection:
            connection.execute("VACUUM INTO $1", {"1": str(draft)})
    except sqlite3.Error as error:
        raise StorageError(f"{source.name} cannot be copied: {error}") from error
    for old in (*side_files(target), target):
        wipe_file(old)
    replace_file(draft, target)


def wipe_file(path: Path) -> None:
    """Overwrite and remove a file; nothing happens when there is none."""
    if not path.exists():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        rest = os.fstat(descriptor).st_size
        while rest > 0:
            rest -= os.write(descriptor, bytes(min(rest, _WIPE_BYTES)))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    path.unlink()
    sync_path(path.parent)
