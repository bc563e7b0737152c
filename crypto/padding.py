"""Padding to buckets (protocol section 2): sizes tell classes, never lengths.

`pad` extends to the smallest power of two of at least len+1, from 256 B to 64 KiB (commits and
letters: 128 KiB); `unpad` refuses every other length. `padme` is the bucket of attachments
(Padmé: at most 12 % overhead, O(log log n) bits of leakage; section 6).
"""

from __future__ import annotations

from crypto import primitives
from crypto.errors import BadLength, LocalError

MIN_BUCKET_BYTES = 256
MAX_BUCKET_BYTES = 64 * 1024
MAX_COMMIT_BUCKET_BYTES = 128 * 1024
MIN_ATTACHMENT_BYTES = 1024
# A sealed resume slot [nonce, bucket with tag] at its largest: 1 byte for the array, 2 and 5 for
# the heads of its two items. Wire and keeper take no byte more.
MAX_RESUME_BYTES = 1 + 2 + primitives.NONCE_BYTES + 5 + MAX_BUCKET_BYTES + primitives.TAG_BYTES


def bucket(size: int, maximum: int = MAX_BUCKET_BYTES) -> int:
    """Return the bucket for a message of `size` bytes; LocalError when it fits none."""
    wanted = max(MIN_BUCKET_BYTES, 1 << size.bit_length())
    if wanted > maximum:
        raise LocalError("message larger than the largest bucket")
    return wanted


def is_bucket(size: int, maximum: int = MAX_BUCKET_BYTES) -> bool:
    """Tell whether `size` is one of the allowed padded sizes."""
    return MIN_BUCKET_BYTES <= size <= maximum and size & (size - 1) == 0


def pad(message: bytes, maximum: int = MAX_BUCKET_BYTES) -> bytes:
    """Pad `message` (ISO/IEC 7816-4, as sodium_pad) to its bucket."""
    return primitives.sodium_pad(message, bucket(len(message), maximum))


def unpad(padded: bytes, maximum: int = MAX_BUCKET_BYTES) -> bytes:
    """Undo `pad`; BadLength for a size, or a message in a bucket, that `pad` would not choose."""
    if not is_bucket(len(padded), maximum):
        raise BadLength("not a bucket")
    message = primitives.sodium_unpad(padded, len(padded))
    if bucket(len(message), maximum) != len(padded):
        raise BadLength("not the smallest bucket")
    return message


def padme(size: int) -> int:
    """Return the padded length for `size` plaintext bytes of an attachment, at least 1 KiB."""
    length = max(size, MIN_ATTACHMENT_BYTES)
    exponent = length.bit_length() - 1
    zero_bits = exponent - (exponent.bit_length() - 1) - 1
    mask = (1 << zero_bits) - 1
    return (length + mask) & ~mask
