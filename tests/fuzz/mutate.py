"""Changed bytes of valid samples: flipped, cut, spliced, of other types, not canonical."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import msgpack

# Values at the edges of what fields may be.
EDGES: tuple[Any, ...] = (
    0, 1, 2, 31, 127, 128, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, 2**53 - 1, 2**53, 2**63,
    -1, True, False, None, 1.5, "", "a", "ä", "\ud7ff\ue000", "\x00", "\u202e", "x" * 81,
    b"", b"\x00", bytes(15), bytes(16), bytes(17), bytes(31), bytes(32), bytes(33), bytes(64),
    [], [[]], [0] * 20, [[[[[[[[[0]]]]]]]]], {}, {"a": 1},
)  # fmt: skip


def mutated(random: Random, samples: list[bytes]) -> bytes:
    """Return one to three changes of one of these."""
    raw = random.choice(samples)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        raw = random.choice(CHANGES)(random, raw, samples)
    return raw


def _flip(random: Random, raw: bytes, _: list[bytes]) -> bytes:
    if not raw:
        return raw
    at = random.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << random.randrange(8)]) + raw[at + 1 :]


def _set(random: Random, raw: bytes, _: list[bytes]) -> bytes:
    """Another byte near the beginning, where types and lengths stand."""
    if not raw:
        return b"\x90"
    at = min(random.randrange(len(raw)), random.randrange(len(raw)))
    value = random.choice((0x00, 0x7F, 0x80, 0x90, 0xA0, 0xC0, 0xC4, 0xCC, 0xCF, 0xDC, 0xFF))
    return raw[:at] + bytes([value]) + raw[at + 1 :]


def _cut(random: Random, raw: bytes, _: list[bytes]) -> bytes:
    at, size = random.randrange(len(raw) + 1), random.choice((1, 2, 16, len(raw)))
    return raw[:at] + raw[at + size :]


def _more(random: Random, raw: bytes, _: list[bytes]) -> bytes:
    at = random.choice((len(raw), random.randrange(len(raw) + 1)))
    return raw[:at] + random.randbytes(random.choice((1, 2, 16))) + raw[at:]


def _splice(random: Random, raw: bytes, samples: list[bytes]) -> bytes:
    other = random.choice(samples)
    at = random.randrange(len(raw) + 1)
    return raw[:at] + other[random.randrange(len(other) + 1) :]


def _retype(random: Random, raw: bytes, samples: list[bytes]) -> bytes:
    """One value in the array is another, everything around it well formed."""
    try:
        value = msgpack.unpackb(raw, strict_map_key=False)
    except Exception:
        return _flip(random, raw, samples)
    return _packed(_with_another(random, value))


def _with_another(random: Random, value: Any) -> Any:
    if not isinstance(value, list) or not value or random.random() < 0.1:
        return _near(random, value)
    items = list(value)
    at = random.randrange(len(items))
    match random.randrange(8):
        case 0:
            del items[at]
        case 1:
            items.insert(at, items[at])
        case 2:
            other = random.randrange(len(items))
            items[at], items[other] = items[other], items[at]
        case _:
            items[at] = _with_another(random, items[at])
    return items


def _near(random: Random, value: Any) -> Any:
    """Something like it, or anything."""
    if random.random() < 0.5:
        return random.choice(EDGES)
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + random.choice((-1, 1, 1000))
    if isinstance(value, bytes):
        return random.choice((value[:-1], value + b"\x00", value[::-1], value.hex()))
    if isinstance(value, str):
        return random.choice((value[:-1], value + "é", value + "\u200b", value.encode()))
    return random.choice(EDGES)


def _packed(value: Any) -> bytes:
    try:
        return bytes(msgpack.packb(value, use_bin_type=True))
    except (ValueError, OverflowError, UnicodeEncodeError):
        return b"\xc1"


def _loose(random: Random, raw: bytes, samples: list[bytes]) -> bytes:
    """The same value in another form than the shortest one."""
    at = random.randrange(len(raw)) if raw else 0
    if not raw:
        return raw
    head, byte, rest = raw[:at], raw[at], raw[at + 1 :]
    if byte < 0x80:
        return head + b"\xcc" + bytes([byte]) + rest
    if 0x90 <= byte < 0xA0:
        return head + b"\xdc\x00" + bytes([byte & 15]) + rest
    if 0xA0 <= byte < 0xC0:
        return head + b"\xd9" + bytes([byte & 31]) + rest
    if byte in (0xC4, 0xCC, 0xD9):
        return head + bytes([byte + 1]) + b"\x00" + rest
    return _flip(random, raw, samples)


CHANGES: tuple[Callable[[Random, bytes, list[bytes]], bytes], ...] = (
    _flip, _set, _cut, _more, _splice, _loose, _retype, _retype, _retype, _retype,
)  # fmt: skip
