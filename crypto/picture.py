"""A portrait beside a profile: a small square JPEG that holds nothing but what is drawn.

The profile states its hash (crypto/profile.py, step F3); the bytes travel on their own, because 200
of them would be a heavy page. Both sides look at every segment: a camera writes place and owner
beside the picture, and a header can claim more pixels than a phone can hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crypto.errors import BadStatement, NotCanonical
from crypto.labels import PICTURE
from crypto.primitives import hash_

SIDE_PX = 256
MAX_PICTURE_BYTES = 24 * 1024

_START, _END = b"\xff\xd8", b"\xff\xd9"
_FRAMES = (0xC0, 0xC1, 0xC2)  # 8 bits, Huffman: what every browser writes and draws
_SCAN = 0xDA
_DRAWN = (*_FRAMES, 0xC4, _SCAN, 0xDB, 0xDD)
# Application segments and comments: Exif, places, thumbnails, colour profiles.
_BESIDE = (*range(0xE0, 0xF0), 0xFE)
_LENGTH_BYTES = 2
_FRAME_BYTES = 8
# In a scan a byte 255 is followed by 0 or by a restart mark; anything else ends it.
_AFTER_SCAN = re.compile(b"\xff[^\x00\xd0-\xd7]", re.DOTALL)


def plain(raw: bytes) -> bytes:
    """Return a JPEG without what stands beside the picture; NotCanonical for anything else."""
    kept = [raw[start:end] for marker, start, end in _segments(raw) if marker in _DRAWN]
    return b"".join((_START, *kept, _END))


def check_picture(raw: bytes) -> None:
    """Refuse with NotCanonical all but a plain JPEG of SIDE_PX square, at most 24 KiB."""
    if len(raw) > MAX_PICTURE_BYTES or plain(raw) != raw:
        raise NotCanonical("not a plain picture, or too large")
    frames = [(start, end) for marker, start, end in _segments(raw) if marker in _FRAMES]
    scans = [start for marker, start, _ in _segments(raw) if marker == _SCAN]
    if len(frames) != 1 or not scans or scans[0] < frames[0][0]:
        raise NotCanonical("not one picture")
    start, end = frames[0]
    head = raw[start + 2 + _LENGTH_BYTES : end]
    side = SIDE_PX.to_bytes(2, "big")
    # Bits of a sample, height, width, number of colours.
    if len(head) < _FRAME_BYTES or head[:5] != b"\x08" + side + side or head[5] not in (1, 3):
        raise NotCanonical("a picture of another size")


def picture_hash(raw: bytes) -> bytes:
    """Return what a profile states of its picture; 32 bytes."""
    return hash_(PICTURE, raw)


def open_picture(stated: bytes, raw: bytes) -> bytes:
    """Return the picture whose hash a profile states; BadStatement for another, NotCanonical."""
    if len(raw) > MAX_PICTURE_BYTES or picture_hash(raw) != stated:
        raise BadStatement("not the picture of this profile")
    check_picture(raw)
    return raw


def _segments(raw: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end of each segment; a scan with what belongs to it."""
    if raw[:2] != _START:
        raise NotCanonical("not a JPEG")
    at = len(_START)
    while raw[at : at + 2] != _END:
        marker = raw[at + 1] if raw[at : at + 1] == b"\xff" and at + 1 < len(raw) else 0
        length = int.from_bytes(raw[at + 2 : at + 4], "big")
        end = at + 2 + length
        if marker not in _DRAWN + _BESIDE or length < _LENGTH_BYTES or end > len(raw):
            raise NotCanonical("not a JPEG that ends")
        if marker == _SCAN:
            following = _AFTER_SCAN.search(raw, end)
            if following is None:
                raise NotCanonical("a scan without an end")
            end = following.start()
        yield marker, at, end
        at = end
