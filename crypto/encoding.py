"""The canonical msgpack subset (protocol section 2).

Values: unsigned int up to 2^53-1, bytes, NFC str, list. No map, float, nil, bool, negative, ext;
shortest form; at most 8 arrays deep; at most 4,096 items an array. The msgpack libraries of both
languages accept more and disagree with each other, so the rule is checked from outside:
`encode(decode(x)) == x`, else refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

import msgpack

from crypto.errors import LocalError, NotCanonical

MAX_UINT = 2**53 - 1
MAX_UINT16 = 2**16 - 1
MAX_DEPTH = 8
MAX_ITEMS = 4096

Value: TypeAlias = int | bytes | str | Sequence["Value"]


def encode(value: Value) -> bytes:
    """Encode `value`; LocalError when it lies outside the subset (a bug on our side)."""
    fault = _fault(value, 0)
    if fault:
        raise LocalError(f"not encodable: {fault}")
    return _pack(value)


def decode(raw: bytes) -> Value:
    """Decode `raw`; NotCanonical unless it is exactly what `encode` would have written.

    Arrays come back as lists.
    """
    try:
        value: Value = msgpack.unpackb(
            raw, raw=False, use_list=True, max_array_len=MAX_ITEMS, max_map_len=0, max_ext_len=0
        )
    except (ValueError, msgpack.UnpackException, RecursionError) as error:
        raise NotCanonical("not msgpack") from error
    fault = _fault(value, 0)
    if fault:
        raise NotCanonical(fault)
    if _pack(value) != raw:
        raise NotCanonical("not the shortest form")
    return value


def decode_array(raw: bytes, size: int) -> list[Value]:
    """Decode an array of exactly `size` items, the shape of every signed or hashed object."""
    value = decode(raw)
    if not isinstance(value, list) or len(value) != size:
        raise NotCanonical("wrong shape")
    return value


def encode_part(part: Value) -> bytes:
    """Bytes stand for themselves; an array written `[...]` in the spec is its encoding."""
    return part if isinstance(part, bytes) else encode(part)


# --- readers of one decoded item: the shape check of every fixed array -----------------------


def uint(value: Value, maximum: int = MAX_UINT) -> int:
    """Return `value` as an unsigned int up to `maximum`, or refuse."""
    if not isinstance(value, int) or value > maximum:
        raise NotCanonical("expected an unsigned integer in range")
    return value


def binary(value: Value, *sizes: int) -> bytes:
    """Return `value` as bytes of one of `sizes` (any size when none is given), or refuse."""
    if not isinstance(value, bytes) or (sizes and len(value) not in sizes):
        raise NotCanonical("expected bytes of a fixed size")
    return value


def text(value: Value, max_chars: int) -> str:
    """Return `value` as text of at most `max_chars` code points, or refuse."""
    if not isinstance(value, str) or len(value) > max_chars:
        raise NotCanonical("expected text")
    return value


def array(value: Value, size: int | None = None) -> list[Value]:
    """Return `value` as a list, of `size` items when given, or refuse."""
    if not isinstance(value, list) or (size is not None and len(value) != size):
        raise NotCanonical("expected an array")
    return value


def _pack(value: Value) -> bytes:
    packed: bytes = msgpack.packb(value, use_bin_type=True)
    return packed


def _fault(value: object, depth: int) -> str:
    """Name the first breach of the subset in `value`, or return the empty string."""
    # type() and not isinstance(): bool is an int to Python, and must be refused.
    kind = type(value)
    if kind is int:
        in_range = 0 <= value <= MAX_UINT  # type: ignore[operator]  # kind is int
        return "" if in_range else "integer out of range"
    if kind is bytes:
        return ""
    if kind is str:
        return _text_fault(value)  # type: ignore[arg-type]  # kind is str
    if kind is list or kind is tuple:
        # msgpack's ExtType is a tuple by inheritance, so here too the exact type counts.
        if depth == MAX_DEPTH:
            return "too deep"
        items: Sequence[object] = value  # type: ignore[assignment]  # kind is list or tuple
        if len(items) > MAX_ITEMS:
            return "too many items"
        # A plain loop: this runs for each item of each frame; a generator costs twice as much,
        # and so does a call for each of the many bytes.
        for item in items:
            if type(item) is bytes:
                continue
            fault = _fault(item, depth + 1)
            if fault:
                return fault
        return ""
    return "type outside the subset"


def _text_fault(value: str) -> str:
    if value.isascii():
        return ""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return "lone surrogate"
    return "" if unicodedata.is_normalized("NFC", value) else "text is not NFC"
