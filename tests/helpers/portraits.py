"""Pictures of people, small and always the same bytes: JPEGs that browsers really draw."""

from __future__ import annotations

import struct

SIDE_PX = 256
_BLOCK_PX = 8
# One table of step width 1; zigzag order does not matter for it.
_STEPS = b"\x00" + b"\x01" * 64
_AC = b"\x10" + b"\x01" + bytes(15) + b"\x00"


def segment(marker: int, body: bytes) -> bytes:
    """Return one segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def portrait(level: int = 160, *, width: int = SIDE_PX, height: int = SIDE_PX) -> bytes:
    """Return a picture of one grey, from 1 (black) to 255; 128 is not one of them."""
    difference = (level - 128) * _BLOCK_PX
    bits = abs(difference).bit_length()
    # Code 0 for "no difference" and for "nothing further", 10 for one of so many bits.
    codes = b"\x00" + b"\x01\x01" + bytes(14) + bytes((0, bits))
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    first = difference if difference > 0 else difference + 2**bits - 1
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
    scan += _blocks(f"10{first:0{bits}b}0", width, height)
    head = segment(0xDB, _STEPS) + segment(0xC0, frame) + segment(0xC4, codes) + segment(0xC4, _AC)
    return b"\xff\xd8" + head + scan + b"\xff\xd9"


def _blocks(first: str, width: int, height: int) -> bytes:
    """Return the scan: the first block says the grey, every other the same again."""
    count = -(-width // _BLOCK_PX) * -(-height // _BLOCK_PX)
    bits = first + "00" * (count - 1)
    bits += "1" * (-len(bits) % 8)
    raw = int(bits, 2).to_bytes(len(bits) // 8, "big")
    return raw.replace(b"\xff", b"\xff\x00")
