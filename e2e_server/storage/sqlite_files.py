"""Files around a SQLite database: the exclusive lock, side files, syncing and replacing."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from e2e_server.storage.port import LockedError

PRIVATE_MODE = 0o600


def wal_path(path: Path) -> Path:
    """The write-ahead log beside `path`."""
    return path.with_name(path.name + "-wal")


def side_files(path: Path) -> tuple[Path, ...]:
    """Everything SQLite keeps beside the main file."""
    return (wal_path(path), path.with_name(path.name + "-shm"))


def sync_path(path: Path) -> None:
    """fsync a file or a folder (a rename is durable only after its folder is)."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def create_private(path: Path) -> None:
    """Make an empty file that only its owner may read, in place of what a crash left there."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, PRIVATE_MODE))


def replace_file(draft: Path, target: Path) -> None:
    """Put `draft` in the place of `target`, durably: after a crash one of the two is there."""
    sync_path(draft)
    os.replace(draft, target)
    sync_path(target.parent)


class FolderLock:
    """Keeps a second process off the same database; released by the kernel even after a crash.

    A file of its own, because closing any descriptor of the database file would drop SQLite's own
    locks of this process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        self._descriptor = -1

    def __enter__(self) -> FolderLock:
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_MODE)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise LockedError(
                f"{self._path.parent} is in use: another process has this database open"
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)
