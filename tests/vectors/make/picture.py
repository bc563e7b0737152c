"""Pictures beside profiles: plain ones, and what is taken out or refused."""

from __future__ import annotations

from typing import Any

from crypto import picture
from tests.helpers.files import png, with_exif
from tests.helpers.portraits import portrait, segment
from tests.vectors.make.common import case, document

GOOD = portrait()
_FRAME = GOOD.index(b"\xff\xc0")
_SCAN = GOOD.index(b"\xff\xda")
_BIG = GOOD[:2] + segment(0xDB, b"\x00" + b"\x01" * 64) * 400 + GOOD[2:]


def cases() -> dict[str, Any]:
    found = [_stripped(name, raw, "success") for name, raw in _STRIPPED]
    found += [_stripped(name, raw, "not_canonical") for name, raw in _NO_PICTURE]
    found += [
        _opened("open: grey", GOOD, "success"),
        _opened("open: dark", portrait(20), "success"),
    ]
    found += [_opened(f"open: {name}", raw, "not_canonical") for name, raw in _REFUSED]
    other = picture.picture_hash(portrait(90))
    found.append(_opened("open: of another profile", GOOD, "bad_statement", other))
    found.append(_opened("open: no picture is stated", GOOD, "bad_statement", b""))
    found.append(_opened("open: too many bytes", _BIG, "bad_statement"))
    return document("Pictures: `plain` takes out what is not drawn, `open` refuses the rest", found)


def _stripped(name: str, raw: bytes, expect: str) -> dict[str, Any]:
    out = {"plain": GOOD} if expect == "success" else {}
    return case(name, "what is drawn stays", {"op": "plain", "raw": raw}, out, expect)


def _opened(name: str, raw: bytes, expect: str, stated: bytes | None = None) -> dict[str, Any]:
    known = picture.picture_hash(raw) if stated is None else stated
    given = {"op": "open", "stated": known, "raw": raw}
    return case(
        name,
        "hash, size and segments",
        given,
        {"hash": known} if expect == "success" else {},
        expect,
    )


_STRIPPED: tuple[tuple[str, bytes], ...] = (
    ("plain stays plain", GOOD),
    ("Exif with a place", with_exif(GOOD, b"52.5N 13.4E, Anna")),
    ("comment", GOOD[:2] + segment(0xFE, b"taken at home") + GOOD[2:]),
    ("comment before the scan", GOOD[:_SCAN] + segment(0xFE, b"x") + GOOD[_SCAN:]),
    ("bytes behind the end", GOOD + b"PK\x03\x04"),
)

_NO_PICTURE: tuple[tuple[str, bytes], ...] = (
    ("empty", b""),
    ("a PNG", png()),
    ("HTML", b"<img src=x onerror=alert(1)>"),
    ("cut in the scan", GOOD[:-9]),
    ("cut in a segment", GOOD[: _FRAME + 5]),
    ("an unknown segment", GOOD[:2] + segment(0xC8, b"\0\0") + GOOD[2:]),
    ("length below itself", GOOD[:2] + b"\xff\xe1\x00\x01" + GOOD[2:]),
)

_COLOURS = b"\x01\x00\x01\x00\x01\x01\x11"
_REFUSED: tuple[tuple[str, bytes], ...] = (
    ("Exif inside", with_exif(GOOD, b"52.5N 13.4E, Anna")),
    ("comment inside", GOOD[:2] + segment(0xFE, b"x") + GOOD[2:]),
    ("one byte behind the end", GOOD + b"\0"),
    ("not square", portrait(width=256, height=248)),
    ("too small", portrait(width=128, height=128)),
    ("claims to be huge", GOOD.replace(b"\x08\x01\x00\x01\x00", b"\x08\xff\xdc\xff\xdc")),
    ("two frames", GOOD[: _FRAME + 13] + GOOD[_FRAME:]),
    ("no frame", GOOD[:_FRAME] + GOOD[_FRAME + 13 :]),
    ("frame too short", GOOD[:_FRAME] + segment(0xC0, b"\x08\x01\x00") + GOOD[_FRAME + 13 :]),
    ("four colours", GOOD.replace(_COLOURS, b"\x01\x00\x01\x00\x04\x01\x11")),
    ("twelve bits", GOOD.replace(b"\x08\x01\x00\x01\x00", b"\x0c\x01\x00\x01\x00")),
    ("scan before the frame", GOOD[:_FRAME] + GOOD[_SCAN:-2] + GOOD[_FRAME:]),
    ("no scan", GOOD[:_SCAN] + b"\xff\xd9"),
    ("nothing", b""),
    ("another kind of picture", png(256, 256)),
    ("markup", b"<svg onload=alert(1)>"),
    ("lossless", GOOD.replace(b"\xff\xc0", b"\xff\xc3")),
)
