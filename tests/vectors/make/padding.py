"""Buckets and Padmé: every border, one step below and above it."""

from __future__ import annotations

from functools import partial
from typing import Any

from crypto import padding
from tests.vectors.make.common import LOCAL_ERROR, SeededRand, case, document, outcome, packed

_COMMIT = padding.MAX_COMMIT_BUCKET_BYTES
_MESSAGE = padding.MAX_BUCKET_BYTES
_PADME_SIZES = [0, 1, 1023, 1024, 1025, 1055, 1056, 1057, 9999, 65535, 65536, 65537, 262144]
_PADME_SIZES += [
    1_000_000,
    10_485_760,
    2**31 - 1,
    2**31,
    2**32 - 1,
    2**32 + 1,
    2**40 + 1,
    2**48 - 1,
]


def cases() -> dict[str, Any]:
    """Buckets of sizes, padded messages, refused paddings and Padmé lengths."""
    return document(
        "Padding (section 2) and Padmé (section 6).",
        [*_buckets(), *_padded(), *_refused(), *_padme()],
    )


def _buckets() -> list[dict[str, Any]]:
    sizes = [0, 1, 254, 255, 256, 511, 512, 1023, 1024, 32767, 32768, 65534, 65535, 65536, 131071]
    made = []
    for maximum in (_MESSAGE, _COMMIT):
        for size in (*sizes, 131072):
            expect, out = outcome(partial(_bucket, size, maximum))
            given = {"op": "bucket", "size": size, "maximum": maximum}
            made.append(case(f"bucket {size} of {maximum}", "border", given, out, expect))
    assert {item["expect"] for item in made} == {"success", LOCAL_ERROR}
    return made


def _bucket(size: int, maximum: int) -> dict[str, int]:
    return {"bucket": padding.bucket(size, maximum)}


def _padded() -> list[dict[str, Any]]:
    rand = SeededRand("padding")
    made = []
    for size in (0, 1, 255, 256, 500, 1023):
        message = rand(size)
        given = {"op": "pad", "message": message, "maximum": _MESSAGE}
        out = {"padded": padding.pad(message)}
        made.append(case(f"pad {size}", "pads, and unpads again", given, out))
    return made


def _refused() -> list[dict[str, Any]]:
    marked = b"\x80" + bytes(255)
    bad = [
        ("empty", "not a bucket", b"", _MESSAGE),
        ("128", "below the smallest bucket", b"\x80" + bytes(127), _MESSAGE),
        ("257", "not a power of two", marked + b"\x00", _MESSAGE),
        ("768", "multiple of 256, but no power of two", marked + bytes(512), _MESSAGE),
        ("128 KiB message", "only commits and letters", b"\x80" + bytes(_COMMIT - 1), _MESSAGE),
        (
            "128 KiB message, full",
            "the size is refused before the content is looked at",
            b"a" * 100_000 + b"\x80" + bytes(_COMMIT - 100_001),
            _MESSAGE,
        ),
        ("256 KiB commit", "above the largest", b"\x80" + bytes(2 * _COMMIT - 1), _COMMIT),
        ("no marker", "all zero", bytes(256), _MESSAGE),
        ("wrong marker", "0x81 instead of 0x80", b"\x81" + bytes(255), _MESSAGE),
        ("no marker at the end", "last byte is text", b"a" * 256, _MESSAGE),
        ("bucket too large", "a message of 0 bytes in 512", b"\x80" + bytes(511), _MESSAGE),
        (
            "bucket too large by one",
            "255 bytes in 512",
            b"a" * 255 + b"\x80" + bytes(256),
            _MESSAGE,
        ),
    ]
    made = []
    for name, comment, padded, maximum in bad:
        expect, out = outcome(partial(padding.unpad, padded, maximum))
        assert out is None
        given = {"op": "unpad", "padded": packed(padded), "maximum": maximum}
        made.append(case(f"unpad {name}", comment, given, None, expect))
    return made


def _padme() -> list[dict[str, Any]]:
    return [
        case(
            f"padme {size}",
            "length",
            {"op": "padme", "size": size},
            {"padded": padding.padme(size)},
        )
        for size in _PADME_SIZES
    ]
