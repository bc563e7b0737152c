"""What a message says about a file (protocol section 6); its bytes are in `filestream`.

attachment = [blob16, AK, header24, true size, padded size, hash, mime, name]
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crypto import encoding, primitives
from crypto.encoding import Value
from crypto.errors import BadLength, NotCanonical
from crypto.padding import padme

BLOB_BYTES = 16
KEY_BYTES = 32
MAX_FILE_BYTES = 25 * 1024 * 1024
MAX_MIME_CHARS = 100
MAX_NAME_CHARS = 200

_MIME = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}\Z")
# No paths, and nothing that makes "exe.txt" of "txt.exe".
_UNSAFE_IN_NAME = re.compile("[/\\\\\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """What a message says about a file; `key` opens it. Sizes in bytes, `hash` of ciphertext."""

    blob16: bytes
    key: bytes = field(repr=False)
    header: bytes = field(repr=False)
    size: int
    padded_size: int
    hash: bytes
    mime: str
    name: str

    def items(self) -> list[Value]:
        """Return the array that goes into the message."""
        return [
            self.blob16,
            self.key,
            self.header,
            self.size,
            self.padded_size,
            self.hash,
            self.mime,
            self.name,
        ]

    @staticmethod
    def from_items(value: Value) -> Attachment:
        """Read the array; NotCanonical, or BadLength when the sizes do not fit each other."""
        blob16, key, header, size, padded, hash_, mime, name = encoding.array(value, 8)
        attachment = Attachment(
            blob16=encoding.binary(blob16, BLOB_BYTES),
            key=encoding.binary(key, KEY_BYTES),
            header=encoding.binary(header, primitives.STREAM_HEADER_BYTES),
            size=encoding.uint(size),
            padded_size=encoding.uint(padded),
            hash=encoding.binary(hash_, primitives.HASH_BYTES),
            mime=encoding.text(mime, MAX_MIME_CHARS),
            name=encoding.text(name, MAX_NAME_CHARS),
        )
        if not is_mime(attachment.mime) or not is_file_name(attachment.name):
            raise NotCanonical("type or name of the file")
        if attachment.size > MAX_FILE_BYTES or attachment.padded_size != padme(attachment.size):
            raise BadLength("sizes of the file")
        return attachment


def is_mime(mime: str) -> bool:
    """Tell whether `mime` looks like a media type without parameters."""
    return len(mime) <= MAX_MIME_CHARS and bool(_MIME.match(mime))


def is_file_name(name: str) -> bool:
    """Tell whether `name` is 1 to 200 characters without paths, controls or direction signs."""
    return 1 <= len(name) <= MAX_NAME_CHARS and not _UNSAFE_IN_NAME.search(name)
