"""What every blob store promises."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

PART_BYTES = 1024 * 1024
KEY_BYTES = 16


class BlobError(Exception):
    """The store could not do it; `code` is stable."""

    code = "blob"


class BlobMissingError(BlobError):
    """No such object or upload (deleted, never begun, not committed)."""

    code = "missing"


class BlobPartError(BlobError):
    """A part is empty, too long, out of range, missing, or differs from what stands there."""

    code = "part"


class BlobSpaceError(BlobError):
    """The disk is full; what was being written is not there."""

    code = "space"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBlob:
    """One file in the store, for the sweep that compares rows and objects."""

    key: bytes
    size_bytes: int
    changed_ms: int
    committed: bool


class BlobStore(Protocol):
    """Objects under random 16-byte keys drawn by `new_key`; none of them comes from a client."""

    def new_key(self) -> bytes:
        """Draw a key for a new upload."""
        ...

    async def write_part(self, key: bytes, number: int, raw: bytes) -> None:
        """Store part `number` (0 ..), on disk at return. All but the last have PART_BYTES.

        Again with the same bytes: nothing happens. Other bytes for a part: BlobPartError.
        """
        ...

    async def commit(self, key: bytes, parts: int) -> int:
        """Make the object of exactly `parts` parts readable; return its size. Idempotent."""
        ...

    async def size(self, key: bytes) -> int:
        """Size of a committed object in bytes; BlobMissingError."""
        ...

    def read(self, key: bytes, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Stream bytes `start` to `end` (excluded) in pieces of at most PART_BYTES."""
        ...

    async def delete(self, key: bytes) -> None:
        """Remove object and upload, durably; nothing happens when there is none."""
        ...

    async def stored(self) -> list[StoredBlob]:
        """Everything stored, uploads included."""
        ...

    async def strangers(self) -> int:
        """How much lies there that this store has not written; it is left alone."""
        ...
