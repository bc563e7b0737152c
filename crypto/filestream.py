"""The bytes of a file: a chunked stream under a key of its own (protocol section 6).

    AK = 32 random bytes per file;   secretstream over plaintext chunks of 262,144 bytes,
    AD = HASH("att",blob16,le32(j)), TAG_FINAL on the last chunk and nowhere else
    plaintext extended with zeros to Padmé(max(size, 1024))

Nothing of a file is released before every chunk, the final tag, count, hash and size agree.
"""

from __future__ import annotations

from crypto import labels, primitives
from crypto.attachment import (
    BLOB_BYTES,
    KEY_BYTES,
    MAX_FILE_BYTES,
    Attachment,
    is_file_name,
    is_mime,
)
from crypto.errors import BadLength, BadProof, LocalError
from crypto.padding import padme
from crypto.random import Rand, random_bytes

CHUNK_BYTES = 262_144
SEALED_CHUNK_BYTES = CHUNK_BYTES + primitives.STREAM_OVERHEAD_BYTES
PART_BYTES = 1024 * 1024


class Sealer:
    """Seals one file chunk by chunk: `seal` for each of `count` chunks, then `finish`."""

    def __init__(self, blob16: bytes, size: int, rand: Rand = random_bytes) -> None:
        if len(blob16) != BLOB_BYTES or not 0 <= size <= MAX_FILE_BYTES:
            raise LocalError("blob id or file size")
        self.count = chunk_count(padme(size))
        self._blob16, self._size, self._padded_size = blob16, size, padme(size)
        self._key, self._header = rand(KEY_BYTES), rand(primitives.STREAM_HEADER_BYTES)
        self._stream = primitives.StreamSealer(self._key, self._header)
        self._hash = primitives.Blake2b()
        self._done = 0

    def seal(self, plain: bytes) -> bytes:
        """Seal the file's next 262,144 bytes; fewer or none where the file has ended."""
        j = self._done
        if j == self.count or len(plain) != _plain_bytes(self._size, j):
            raise LocalError("not the next chunk of this file")
        padded = plain.ljust(_plain_bytes(self._padded_size, j), b"\0")
        sealed = self._stream.push(padded, _ad(self._blob16, j), j == self.count - 1)
        self._hash.update(sealed)
        self._done += 1
        return sealed

    def finish(self, mime: str, name: str) -> Attachment:
        """Return what the message says about the file; call once, after the last chunk."""
        if self._done != self.count:
            raise LocalError("the file is not complete")
        if not is_mime(mime) or not is_file_name(name):
            raise LocalError("type or name of the file")
        return Attachment(
            blob16=self._blob16,
            key=self._key,
            header=self._header,
            size=self._size,
            padded_size=self._padded_size,
            hash=self._hash.digest(),
            mime=mime,
            name=name,
        )


class Opener:
    """Opens one file chunk by chunk and keeps it back until `finish` has compared everything."""

    def __init__(self, attachment: Attachment) -> None:
        self.count = chunk_count(attachment.padded_size)
        self._attachment = attachment
        self._stream = primitives.StreamOpener(attachment.key, attachment.header)
        self._hash = primitives.Blake2b()
        self._chunks: list[bytes] = []

    def open(self, sealed: bytes) -> None:
        """Take the next sealed chunk (262,161 bytes, the last one fewer); BadTag, BadLength."""
        j = len(self._chunks)
        wanted = _plain_bytes(self._attachment.padded_size, j)
        if j == self.count or len(sealed) != wanted + primitives.STREAM_OVERHEAD_BYTES:
            raise BadLength("chunk of another size, or one too many")
        chunk, is_final = self._stream.pull(sealed, _ad(self._attachment.blob16, j))
        if is_final != (j == self.count - 1):
            raise BadLength("final tag missing or too early")
        plain = chunk[: _plain_bytes(self._attachment.size, j)]
        if chunk[len(plain) :].strip(b"\0"):
            raise BadLength("something lies behind the file's end")
        self._hash.update(sealed)
        self._chunks.append(plain)

    def finish(self) -> list[bytes]:
        """Return the file's chunks; BadLength when some are missing, BadProof for another hash."""
        if len(self._chunks) != self.count:
            raise BadLength("the file is not complete")
        if not primitives.equal(self._hash.digest(), self._attachment.hash):
            raise BadProof("the ciphertext is not what the message names")
        return self._chunks


def seal_file(
    blob16: bytes, plain: bytes, mime: str, name: str, rand: Rand = random_bytes
) -> tuple[Attachment, bytes]:
    """Seal a file held in memory; returns what the message says, and the blob."""
    sealer = Sealer(blob16, len(plain), rand)
    starts = range(0, sealer.count * CHUNK_BYTES, CHUNK_BYTES)
    sealed = b"".join(sealer.seal(plain[start : start + CHUNK_BYTES]) for start in starts)
    return sealer.finish(mime, name), sealed


def open_file(attachment: Attachment, blob: bytes) -> bytes:
    """Open a blob held in memory; raises as `Opener` does."""
    opener = Opener(attachment)
    for start in range(0, len(blob), SEALED_CHUNK_BYTES):
        opener.open(blob[start : start + SEALED_CHUNK_BYTES])
    return b"".join(opener.finish())


def sealed_size(size: int) -> int:
    """Return how many bytes the relay stores for a file of `size` bytes."""
    padded = padme(size)
    return padded + chunk_count(padded) * primitives.STREAM_OVERHEAD_BYTES


def chunk_count(padded_size: int) -> int:
    """Return the number of chunks of a padded file, at least 1."""
    return -(-padded_size // CHUNK_BYTES)


def _plain_bytes(size: int, j: int) -> int:
    """Return how many of `size` bytes lie in chunk `j`."""
    return max(0, min(CHUNK_BYTES, size - j * CHUNK_BYTES))


def _ad(blob16: bytes, j: int) -> bytes:
    return primitives.hash_(labels.ATTACHMENT, blob16, j.to_bytes(4, "little"))
