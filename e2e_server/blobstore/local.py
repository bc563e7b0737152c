"""Objects in a folder: `ab/abcd…` once committed, `ab/abcd….part` while parts arrive.

An upload is one file; part n stands at n MiB. Beside it, `….parts` has one byte per part that
is complete on disk: written after the part, so a crash leaves at worst a part to be sent again.
Each part is synced by itself: a single sync of a large file would hold up the database's commits.
"""

from __future__ import annotations

import asyncio
import errno
import os
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

from crypto.random import Rand, random_bytes
from e2e_server.blobstore.port import (
    KEY_BYTES,
    PART_BYTES,
    BlobError,
    BlobMissingError,
    BlobPartError,
    BlobSpaceError,
    StoredBlob,
)

T = TypeVar("T")

_LOCKS = 64
_UPLOAD = ".part"
_MARKS = ".parts"
_NAME = re.compile(r"([0-9a-f]{32})(\.parts?)?")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class LocalBlobStore:
    """A `BlobStore` in `folder`, at most `max_bytes` per object."""

    def __init__(self, folder: Path, *, max_bytes: int, rand: Rand = random_bytes) -> None:
        self._folder = folder
        self._max_parts = -(-max_bytes // PART_BYTES)
        self._rand = rand
        self._locks = [asyncio.Lock() for _ in range(_LOCKS)]
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def new_key(self) -> bytes:
        """Draw a key for a new upload."""
        return self._rand(KEY_BYTES)

    async def write_part(self, key: bytes, number: int, raw: bytes) -> None:
        """Store one part; see `BlobStore`."""
        if not 0 <= number < self._max_parts or not 0 < len(raw) <= PART_BYTES:
            raise BlobPartError("number or size out of range")
        await self._exclusively(key, lambda: self._write_part(self._path(key), number, raw))

    async def commit(self, key: bytes, parts: int) -> int:
        """Make the object readable; see `BlobStore`."""
        if not 0 < parts <= self._max_parts:
            raise BlobPartError("count out of range")
        return await self._exclusively(key, lambda: self._commit(self._path(key), parts))

    async def size(self, key: bytes) -> int:
        """Size of a committed object in bytes; BlobMissingError."""
        return await asyncio.to_thread(_size, self._path(key))

    async def read(
        self, key: bytes, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Stream a committed object; see `BlobStore`."""
        # Opened once: a delete meanwhile does not mix two objects, the stream just finishes.
        descriptor = await asyncio.to_thread(_open, self._path(key))
        try:
            stop = os.fstat(descriptor).st_size if end is None else end
            while start < stop:
                piece = await asyncio.to_thread(
                    os.pread, descriptor, min(PART_BYTES, stop - start), start
                )
                if not piece:
                    return
                start += len(piece)
                yield piece
        finally:
            os.close(descriptor)

    async def delete(self, key: bytes) -> None:
        """Remove object and upload, durably."""
        await self._exclusively(key, lambda: _delete(self._path(key)))

    async def stored(self) -> list[StoredBlob]:
        """Everything stored, uploads included; uploads that lost their file as well."""
        return await asyncio.to_thread(self._list)

    async def strangers(self) -> int:
        """How many files in the folder, at any depth, have a name or a place of no blob."""
        return await asyncio.to_thread(self._count_strangers)

    async def _exclusively(self, key: bytes, work: Callable[[], T]) -> T:
        # Two parts of one upload share the file of marks. Shielded as a whole: a caller that goes
        # away must not let the next one in while the thread still writes.
        try:
            return await asyncio.shield(self._locked(self._locks[sum(key) % _LOCKS], work))
        except OSError as error:
            kind = BlobSpaceError if error.errno in _FULL else BlobError
            raise kind(error.strerror or "input/output error") from error

    async def _locked(self, lock: asyncio.Lock, work: Callable[[], T]) -> T:
        async with lock:
            return await asyncio.to_thread(work)

    def _path(self, key: bytes) -> Path:
        if len(key) != KEY_BYTES:
            raise BlobError("a key has 16 bytes")
        name = key.hex()
        return self._folder / name[:2] / name

    def _write_part(self, path: Path, number: int, raw: bytes) -> None:
        if path.exists():
            raise BlobPartError("already committed")
        _make_folder(path.parent)
        marks = _read_marks(path)
        upload = _open_private(_beside(path, _UPLOAD))
        try:
            if number < len(marks) and marks[number]:
                stands = os.pread(upload, PART_BYTES, number * PART_BYTES)
                if stands != raw:
                    raise BlobPartError("differs from what was sent before")
                return
            _write_all(upload, raw, number * PART_BYTES)
            if number >= len(marks):  # a longer part that a crash cut off may stand here
                os.ftruncate(upload, number * PART_BYTES + len(raw))
            os.fsync(upload)
        finally:
            os.close(upload)
        _set_mark(path, number, _mark(raw), is_first=not marks)

    def _commit(self, path: Path, parts: int) -> int:
        upload = _beside(path, _UPLOAD)
        if path.exists():
            size = path.stat().st_size
            if -(-size // PART_BYTES) != parts:
                raise BlobPartError("committed with another count")
            return size
        if not upload.exists():
            raise BlobMissingError("no such upload")
        marks = _read_marks(path)
        whole = marks[: parts - 1] == b"\x02" * (parts - 1)
        if len(marks) != parts or not whole or not marks[-1]:
            raise BlobPartError("a part is missing, or one but the last is short")
        os.replace(upload, path)
        _sync(path.parent)
        _beside(path, _MARKS).unlink(missing_ok=True)
        return path.stat().st_size

    def _list(self) -> list[StoredBlob]:
        found = []
        for path in sorted(self._folder.glob("??/*")):
            if not self._is_own(path):
                continue
            if path.suffix == _MARKS and _beside(path.with_suffix(""), _UPLOAD).exists():
                continue
            status = path.stat()
            found.append(
                StoredBlob(
                    key=bytes.fromhex(path.stem),
                    size_bytes=status.st_size,
                    changed_ms=status.st_mtime_ns // 1_000_000,
                    committed=path.suffix == "",
                )
            )
        return found

    def _count_strangers(self) -> int:
        files = (path for path in self._folder.rglob("*") if not path.is_dir())
        return sum(not self._is_own(path) for path in files)

    def _is_own(self, path: Path) -> bool:
        name = _NAME.fullmatch(path.name)
        return name is not None and path.parent == self._folder / name[1][:2]


def _mark(raw: bytes) -> int:
    """2: a full part; 1: a short one, which only the last may be; 0: not there."""
    return 2 if len(raw) == PART_BYTES else 1


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _read_marks(path: Path) -> bytes:
    try:
        return _beside(path, _MARKS).read_bytes()
    except FileNotFoundError:
        return b""


def _set_mark(path: Path, number: int, mark: int, *, is_first: bool) -> None:
    descriptor = _open_private(_beside(path, _MARKS))
    try:
        if is_first:
            # The names of both files, before any mark: where one stands, they are on disk.
            _sync(path.parent)
        _write_all(descriptor, bytes([mark]), number)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _open_private(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _write_all(descriptor: int, raw: bytes, offset: int) -> None:
    view = memoryview(raw)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise BlobMissingError("no such object") from error


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError as error:
        raise BlobMissingError("no such object") from error


def _delete(path: Path) -> None:
    files = [one for suffix in ("", _UPLOAD, _MARKS) if (one := _beside(path, suffix)).exists()]
    for one in files:
        one.unlink(missing_ok=True)
    if files:
        _sync(path.parent)


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
