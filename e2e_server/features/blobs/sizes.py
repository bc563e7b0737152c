"""Which sizes a sealed attachment can have (protocol section 6), and how much one box may hold."""

from __future__ import annotations

from crypto.padding import MIN_ATTACHMENT_BYTES, padme
from crypto.primitives import STREAM_OVERHEAD_BYTES
from e2e_server.blobstore.port import PART_BYTES

CHUNK_BYTES = 262_144
# A chat of three hours; far above what people send, far below what would fill a disk.
BOX_MAX_BYTES = 512 * 1024 * 1024
BOX_MAX_BLOBS = 200
BOX_MAX_UNFINISHED = 4


def sealed_bytes(size: int) -> int:
    """Return how many bytes a file of `size` bytes has once it is padded and sealed."""
    padded = padme(size)
    return padded + -(-padded // CHUNK_BYTES) * STREAM_OVERHEAD_BYTES


def max_parts(file_bytes: int) -> int:
    """Return how many parts the largest file has."""
    return -(-sealed_bytes(file_bytes) // PART_BYTES)


def is_sealed_size(size: int) -> bool:
    """Tell whether a sealed file can have this size: only padded lengths are stored."""
    chunks = -(-size // (CHUNK_BYTES + STREAM_OVERHEAD_BYTES))
    padded = size - chunks * STREAM_OVERHEAD_BYTES
    return padded >= MIN_ATTACHMENT_BYTES and sealed_bytes(padded) == size
