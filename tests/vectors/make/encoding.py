"""The canonical msgpack subset: what must be accepted as it stands, and what must be refused.

Bytes are written by hand, not by the library under test: a wrong library cannot vouch for itself.
"""

from __future__ import annotations

from typing import Any

from crypto.encoding import MAX_ITEMS, MAX_UINT, Value
from crypto.errors import NotCanonical
from tests.vectors.make.common import case, document, packed, tag_value

_CODE = NotCanonical.code
_LONG = 4096
_64_KIB = 65536


def cases() -> dict[str, Any]:
    """Accepted values with their only encoding, and refused bytes with the reason."""
    accepted = [_accept(*item) for item in _accepted()]
    refused = [
        case(f"refuse {name}", comment, {"op": "refuse", "raw": packed(raw)}, None, _CODE)
        for name, comment, raw in _refused()
    ]
    return document("Canonical msgpack subset (section 2).", accepted + refused)


def _accept(name: str, comment: str, value: Value, raw: bytes) -> dict[str, Any]:
    given = {"op": "accept", "raw": packed(raw)}
    # A long value is all of one byte or zero, so its size says the same in fewer lines.
    size = 0 if isinstance(value, int) else len(value)
    out = {"value": tag_value(value)} if size < _LONG else {"size": size}
    return case(f"accept {name}", comment, given, out)


def _accepted() -> list[tuple[str, str, Value, bytes]]:
    return [
        ("0", "smallest fixint", 0, b"\x00"),
        ("127", "largest fixint", 127, b"\x7f"),
        ("128", "smallest uint8", 128, b"\xcc\x80"),
        ("255", "largest uint8", 255, b"\xcc\xff"),
        ("256", "smallest uint16", 256, b"\xcd\x01\x00"),
        ("65535", "largest uint16", 65535, b"\xcd\xff\xff"),
        ("65536", "smallest uint32", 65536, b"\xce\x00\x01\x00\x00"),
        ("2^31", "a signed reader would go negative", 2**31, b"\xce\x80\x00\x00\x00"),
        ("2^32-1", "largest uint32", 2**32 - 1, b"\xce\xff\xff\xff\xff"),
        ("2^32", "smallest uint64", 2**32, b"\xcf\x00\x00\x00\x01\x00\x00\x00\x00"),
        ("2^53-1", "largest of all", MAX_UINT, b"\xcf\x00\x1f" + b"\xff" * 6),
        ("empty bytes", "bin8", b"", b"\xc4\x00"),
        ("255 bytes", "largest bin8", bytes(255), b"\xc4\xff" + bytes(255)),
        ("256 bytes", "smallest bin16", bytes(256), b"\xc5\x01\x00" + bytes(256)),
        ("65536 bytes", "smallest bin32", bytes(_64_KIB), b"\xc6\x00\x01\x00\x00" + bytes(_64_KIB)),
        ("empty text", "fixstr", "", b"\xa0"),
        ("31 letters", "largest fixstr", "a" * 31, b"\xbf" + b"a" * 31),
        ("32 letters", "smallest str8", "a" * 32, b"\xd9\x20" + b"a" * 32),
        ("256 letters", "smallest str16", "a" * 256, b"\xda\x01\x00" + b"a" * 256),
        (
            "65536 letters",
            "smallest str32",
            "a" * _64_KIB,
            b"\xdb\x00\x01\x00\x00" + b"a" * _64_KIB,
        ),
        ("umlaut", "composed is NFC", "\u00fc", b"\xa2\xc3\xbc"),
        ("emoji", "above the basic plane", "\U0001f331", b"\xa4\xf0\x9f\x8c\xb1"),
        ("nul", "a control character is text too", "\x00", b"\xa1\x00"),
        ("byte order mark", "kept, not skipped", "\ufeffa", b"\xa4\xef\xbb\xbfa"),
        (
            "byte order mark, long",
            "some readers drop it only above a length",
            "\ufeff" + "a" * 300,
            b"\xda\x01\x2f\xef\xbb\xbf" + b"a" * 300,
        ),
        ("noncharacter", "U+FFFF is valid UTF-8", "\uffff", b"\xa3\xef\xbf\xbf"),
        (
            "newer mark out of order",
            "U+1E4EF (class 230) before U+1E4EE (220), both Unicode 15: to Unicode 14 in order",
            "a\u0327\U0001e4ef\U0001e4ee",
            b"\xaba\xcc\xa7\xf0\x9e\x93\xaf\xf0\x9e\x93\xae",
        ),
        (
            "newer composition left apart",
            "U+105D2 U+0307 (Unicode 16: U+105C9): to Unicode 14 two characters",
            "\U000105d2\u0307",
            b"\xa6\xf0\x90\x97\x92\xcc\x87",
        ),
        ("empty list", "fixarray", [], b"\x90"),
        ("15 items", "largest fixarray", [0] * 15, b"\x9f" + bytes(15)),
        ("16 items", "smallest array16", [0] * 16, b"\xdc\x00\x10" + bytes(16)),
        ("4096 items", "most items", [0] * MAX_ITEMS, b"\xdc\x10\x00" + bytes(MAX_ITEMS)),
        ("depth 8", "deepest nest", [[[[[[[[]]]]]]]], b"\x91" * 7 + b"\x90"),
        (
            "depth 8 with a value",
            "the innermost may hold values",
            _nest(8, 1),
            b"\x91" * 8 + b"\x01",
        ),
        ("mixed", "one of each", [1, b"\x02", "3", [4]], b"\x94\x01\xc4\x01\x02\xa13\x91\x04"),
    ]


def _nest(depth: int, value: Value) -> Value:
    return value if depth == 0 else [_nest(depth - 1, value)]


def _refused() -> list[tuple[str, str, bytes]]:
    return [*_wrong_types(), *_not_shortest(), *_wrong_text(), *_wrong_shape()]


def _wrong_types() -> list[tuple[str, str, bytes]]:
    return [
        ("nil", "type", b"\xc0"),
        ("reserved c1", "never used by msgpack", b"\xc1"),
        ("false", "type", b"\xc2"),
        ("true", "type", b"\xc3"),
        ("float32", "type, although 1.0 is whole", b"\xca\x3f\x80\x00\x00"),
        ("float64", "type", b"\xcb\x3f\xf0" + bytes(6)),
        ("negative fixint", "-1", b"\xff"),
        ("int8 negative", "-128", b"\xd0\x80"),
        ("int8 positive", "signed form of 1", b"\xd0\x01"),
        ("int16 positive", "signed form of 256", b"\xd1\x01\x00"),
        ("int32 positive", "signed form of 65536", b"\xd2\x00\x01\x00\x00"),
        ("int64 positive", "signed form of 2^32", b"\xd3\x00\x00\x00\x01\x00\x00\x00\x00"),
        ("int64 negative", "-1", b"\xd3" + b"\xff" * 8),
        ("empty map", "type", b"\x80"),
        ("map", "type", b"\x81\xa1a\x01"),
        ("map16", "type", b"\xde\x00\x00"),
        ("map32", "type", b"\xdf\x00\x00\x00\x00"),
        ("fixext1", "type", b"\xd4\x01\x00"),
        ("ext8", "type", b"\xc7\x01\x01\x00"),
        ("ext8 empty", "type", b"\xc7\x00\x01"),
        ("timestamp", "ext -1, which libraries turn into a date", b"\xd6\xff\x00\x00\x00\x01"),
        ("2^53", "out of range", b"\xcf\x00\x20" + bytes(6)),
        ("2^53+1", "out of range; a double would round it", b"\xcf\x00\x20" + bytes(5) + b"\x01"),
        ("2^64-1", "out of range", b"\xcf" + b"\xff" * 8),
        ("nil inside", "in a list", b"\x92\x01\xc0"),
        ("map inside", "in a list", b"\x91\x80"),
    ]


def _not_shortest() -> list[tuple[str, str, bytes]]:
    return [
        ("uint8 of 127", "shorter exists", b"\xcc\x7f"),
        ("uint16 of 255", "shorter exists", b"\xcd\x00\xff"),
        ("uint32 of 65535", "shorter exists", b"\xce\x00\x00\xff\xff"),
        ("uint64 of 2^32-1", "shorter exists", b"\xcf\x00\x00\x00\x00\xff\xff\xff\xff"),
        ("str8 of 31", "shorter exists", b"\xd9\x1f" + b"a" * 31),
        ("str16 of 255", "shorter exists", b"\xda\x00\xff" + b"a" * 255),
        ("str32 of 65535", "shorter exists", b"\xdb\x00\x00\xff\xff" + b"a" * 65535),
        ("bin16 of 255", "shorter exists", b"\xc5\x00\xff" + bytes(255)),
        ("bin32 of 65535", "shorter exists", b"\xc6\x00\x00\xff\xff" + bytes(65535)),
        ("array16 of 15", "shorter exists", b"\xdc\x00\x0f" + bytes(15)),
        ("array32 of 16", "shorter exists", b"\xdd\x00\x00\x00\x10" + bytes(16)),
        ("long form inside", "in a list", b"\x92\x01\xcc\x01"),
    ]


def _wrong_text() -> list[tuple[str, str, bytes]]:
    decomposed = "u\u0308".encode()
    return [
        ("lone continuation", "UTF-8", b"\xa1\x80"),
        ("cut sequence", "UTF-8", b"\xa1\xc3"),
        ("overlong nul", "UTF-8", b"\xa2\xc0\x80"),
        ("overlong slash", "UTF-8", b"\xa3\xe0\x80\xaf"),
        ("above U+10FFFF", "UTF-8", b"\xa4\xf4\x90\x80\x80"),
        ("five-byte form", "UTF-8", b"\xa5\xf8\x88\x80\x80\x80"),
        ("high surrogate", "U+D800 written as UTF-8", b"\xa3\xed\xa0\x80"),
        ("low surrogate", "U+DFFF written as UTF-8", b"\xa3\xed\xbf\xbf"),
        ("surrogate pair", "U+1F331 in two halves", b"\xa6\xed\xa0\xbc\xed\xbc\xb1"),
        ("broken UTF-8, long", "some readers use another path", b"\xda\x01\x2c" + b"\xff" * 300),
        ("decomposed umlaut", "not NFC", b"\xa3" + decomposed),
        ("decomposed umlaut, long", "not NFC", b"\xd9\xd2" + b"a" * 207 + decomposed),
        ("angstrom sign", "U+212B, NFC is U+00C5", b"\xa3\xe2\x84\xab"),
        ("marks out of order", "U+0301 before U+0327", b"\xa5a\xcc\x81\xcc\xa7"),
        (
            "decomposed after a newer mark",
            "cutting at U+1E4EF must not hide it",
            b"\xa7\xf0\x9e\x93\xaf" + decomposed,
        ),
        ("hangul apart", "U+1100 U+1161 compose", b"\xa6\xe1\x84\x80\xe1\x85\xa1"),
    ]


def _wrong_shape() -> list[tuple[str, str, bytes]]:
    return [
        ("nothing", "no bytes at all", b""),
        ("trailing byte", "after a value", b"\x01\x00"),
        ("two lists", "after a value", b"\x90\x90"),
        ("cut uint16", "cut short", b"\xcd\x01"),
        ("cut bytes", "cut short", b"\xc4\x02\x00"),
        ("cut text", "cut short", b"\xa2a"),
        ("cut list", "cut short", b"\x92\x01"),
        ("huge text announced", "4 GiB in 5 bytes", b"\xdb\xff\xff\xff\xff"),
        ("huge bytes announced", "4 GiB in 5 bytes", b"\xc6\xff\xff\xff\xff"),
        ("huge list announced", "2^32-1 items in 5 bytes", b"\xdd\xff\xff\xff\xff"),
        ("4097 items", "too many", b"\xdc\x10\x01" + bytes(4097)),
        ("65536 items", "array32 is always too many", b"\xdd\x00\x01\x00\x00" + bytes(_64_KIB)),
        ("depth 9", "too deep", b"\x91" * 8 + b"\x90"),
        ("depth 5000", "must not exhaust the stack", b"\x91" * 5000 + b"\x90"),
    ]
