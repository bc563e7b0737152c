"""Looking for known bytes everywhere: in any usual writing, and inside of packed files.

`writings(marker)` are the forms in which a text can lie on a disk; `holds` looks for them in bytes,
and in what gzip and zlib streams in them unpack to.
"""

from __future__ import annotations

import base64
import mmap
import re
import urllib.parse
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

_GZIP = re.compile(rb"\x1f\x8b\x08")
_MOST_UNPACKED = 64 * 1024 * 1024
# Shorter ones would be met by chance.
MIN_MARKER_BYTES = 8

Bytes = bytes | mmap.mmap


def writings(marker: str) -> tuple[bytes, ...]:
    """The text in UTF-8, UTF-16, hexadecimal, base64 at any place, and as part of an address."""
    raw = marker.encode("utf-8")
    return (
        raw,
        marker.encode("utf-16-le"),
        marker.encode("utf-16-be"),
        urllib.parse.quote(marker).encode("ascii"),
        *encodings(raw),
    )


def encodings(raw: bytes) -> tuple[bytes, ...]:
    """Bytes in hexadecimal and base64, whatever stands before and behind them."""
    found = [raw.hex().encode("ascii"), raw.hex().upper().encode("ascii")]
    for shift in range(3):
        # The ends mix with the neighbours and are cut off.
        inner = base64.b64encode(bytes(shift) + raw)[4 if shift else 0 : -4]
        found += [inner, inner.translate(bytes.maketrans(b"+/", b"-_"))]
    return tuple(one for one in found if len(one) >= MIN_MARKER_BYTES)


def holds(content: Bytes, wanted: Iterable[bytes]) -> bool:
    """Tell whether any of these stands in the content, packed or not."""
    return any(_stands(layer, wanted) for layer in (content, *unpacked(content)))


def unpacked(content: Bytes) -> Iterator[bytes]:
    """What every gzip stream in the content gives, as far as it goes."""
    for found in _GZIP.finditer(content):
        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            yield unpacker.decompress(content[found.start() :], _MOST_UNPACKED)
        except zlib.error:
            continue


def content_of(path: Path) -> Bytes:
    """A file's bytes, without reading it whole; OSError."""
    with path.open("rb") as file:
        if path.stat().st_size == 0:
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _stands(content: Bytes, wanted: Iterable[bytes]) -> bool:
    return any(content.find(one) >= 0 for one in wanted)
