"""C2SP tlog-tiles: the log as static files that anybody can serve, copy and check.

    tile/<L>/<N>[.p/<W>]        up to 256 hashes of subtrees with 256^L leaves each
    tile/entries/<N>[.p/<W>]    up to 256 leaves, each as uint16 big-endian length || bytes
    payload/<N>[.p/<W>]         the payload of each leaf in the same form (ours, not of C2SP)

N counts from 0 and is written in groups of three digits, all but the last with an x in front:
1234067 is x001/x234/067. A partial tile says its width W, 1 to 255. A full one never changes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crypto.errors import LocalError, NotCanonical
from crypto.merkle import HASH_BYTES, Tree

WIDTH = 256
HEIGHT = 8
# L of tile/<L>: beyond, a log had 2^48 leaves.
LEVELS = range(6)
MAX_ENTRY_BYTES = 0xFFFF
ENTRIES = "tile/entries"
PAYLOADS = "payload"

_LENGTH_BYTES = 2
_PATH = re.compile(
    r"(?P<kind>tile/[0-5]|tile/entries|payload)/"
    r"(?P<number>(?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?\Z"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """One file: `kind` is tile/<L>, tile/entries or payload; `width` 256 when it is full."""

    kind: str
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return the path below the log's prefix."""
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        number = "/".join([f"x{one}" for one in groups[:-1]] + groups[-1:])
        return f"{self.kind}/{number}" + (f".p/{self.width}" if self.width < WIDTH else "")

    @property
    def start(self) -> int:
        """Return the place of its first item among all of its kind."""
        return self.number * WIDTH

    @property
    def level(self) -> int | None:
        """Return L of a tile of hashes; None for leaves and payloads."""
        return None if self.kind in (ENTRIES, PAYLOADS) else int(self.kind.rpartition("/")[2])


def parse_path(path: str) -> Tile:
    """Return the tile that a path names; NotCanonical for any other path."""
    found = _PATH.match(path)
    if found is None:
        raise NotCanonical("not the path of a tile")
    number = int(re.sub("[x/]", "", found["number"]))
    tile = Tile(found["kind"], number, int(found["width"] or WIDTH))
    # One path for each tile: no x000 in front, no .p/256.
    if tile.path != path:
        raise NotCanonical("not the one path of this tile")
    return tile


def tiles_of(size: int) -> list[Tile]:
    """Return every tile of a log with `size` leaves, partial ones in their present width."""
    found = []
    for level in LEVELS:
        found += _row(f"tile/{level}", size // WIDTH**level)
    return found + _row(ENTRIES, size) + _row(PAYLOADS, size)


def last_tiles(size: int) -> list[Tile]:
    """Return the tiles that the last of `size` leaves changed: all that must be written anew."""
    if size == 0:
        return []
    levels = [level for level in LEVELS if size % (WIDTH**level) == 0]
    rows = [(f"tile/{level}", size // WIDTH**level) for level in levels]
    return [_row_end(kind, count) for kind, count in [*rows, (ENTRIES, size), (PAYLOADS, size)]]


def hash_tile(tree: Tree, tile: Tile) -> bytes:
    """Return the bytes of a tile of hashes; LocalError when the tree is too small for it."""
    if tile.level is None:
        raise LocalError("not a tile of hashes")
    height = HEIGHT * tile.level
    return b"".join(tree.node(height, tile.start + i) for i in range(tile.width))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return leaves or payloads in the form of a bundle."""
    if any(len(one) > MAX_ENTRY_BYTES for one in entries):
        raise LocalError("an entry is too long for a bundle")
    return b"".join(len(one).to_bytes(_LENGTH_BYTES, "big") + one for one in entries)


def decode_bundle(raw: bytes, width: int) -> list[bytes]:
    """Return the entries of a bundle; NotCanonical unless there are exactly `width`."""
    entries, place = [], 0
    while place < len(raw):
        start = place + _LENGTH_BYTES
        place = start + int.from_bytes(raw[place:start], "big")
        if place > len(raw):
            raise NotCanonical("a bundle that ends too early")
        entries.append(raw[start:place])
    if len(entries) != width:
        raise NotCanonical("a bundle of another width")
    return entries


def decode_hashes(raw: bytes, width: int) -> list[bytes]:
    """Return the hashes of a tile; NotCanonical unless there are exactly `width`."""
    if len(raw) != width * HASH_BYTES:
        raise NotCanonical("a tile of another width")
    return [raw[i : i + HASH_BYTES] for i in range(0, len(raw), HASH_BYTES)]


def _row(kind: str, count: int) -> list[Tile]:
    """Return the tiles that hold `count` items."""
    full = [Tile(kind, number) for number in range(count // WIDTH)]
    return full + ([_row_end(kind, count)] if count % WIDTH else [])


def _row_end(kind: str, count: int) -> Tile:
    """Return the last tile of a row of `count` items, which must not be empty."""
    return Tile(kind, (count - 1) // WIDTH, (count - 1) % WIDTH + 1)
