"""Files: sealed ones by their hash, and streams put together wrongly.

Byte i of a file is (7 i + 3) mod 256. An "open" case pushes `steps` [j of the associated data,
bytes, is_final] onto one stream, then joins the sealed chunks in `order`, cuts `cut` bytes off the
end and adds `tail`; where the file ends before the padded size, bytes are `filler`. The items name
the blob's own hash, unless the case is about the hash.
"""

from __future__ import annotations

import hashlib
from typing import Any

from crypto import attachment, filestream, labels, primitives
from crypto.attachment import Attachment
from crypto.encoding import Value
from crypto.filestream import CHUNK_BYTES
from crypto.padding import padme
from tests.helpers.organisation import seed
from tests.vectors.make.common import SeededRand, case, document, flip, tag_value

BLOB = seed("blob", 16)
KEY, HEADER = seed("attachment key"), seed("attachment header", 24)
SIZES = (0, 1, 1023, 1024, 1025, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES - 9)
THREE = 3 * CHUNK_BYTES - 40_000


def plain(size: int) -> bytes:
    """Return the file of `size` bytes."""
    return bytes((7 * i + 3) & 255 for i in range(256)) * (size // 256 + 1)


def steps_of(size: int) -> list[list[Any]]:
    """Return the steps of an honest sealer."""
    padded = padme(size)
    count = filestream.chunk_count(padded)
    return [[j, min(CHUNK_BYTES, padded - j * CHUNK_BYTES), j == count - 1] for j in range(count)]


def build(given: dict[str, Any]) -> bytes:
    """Return the blob that a case describes."""
    whole = plain(given["size"])[: given["size"]]
    stream = primitives.StreamSealer(KEY, HEADER)
    sealed, at = [], 0
    for j, size, is_final in given["steps"]:
        chunk = whole[at : at + size].ljust(size, bytes([given["filler"]]))
        ad = primitives.hash_(labels.ATTACHMENT, BLOB, int(j).to_bytes(4, "little"))
        sealed.append(stream.push(chunk, ad, is_final))
        at += size
    blob = b"".join(sealed[one] for one in given["order"])
    tail: bytes = given["tail"]
    return blob[: len(blob) - int(given["cut"])] + tail


def cases() -> dict[str, Any]:
    found = [_sealing(size) for size in SIZES]
    for name, expect, change in _STREAMS:
        found.append(_opening(name, expect, change))
    found += [_reading(name, expect, items) for name, expect, items in _shapes()]
    return document("Attachments; the blobs follow from the cases", found)


def _sealing(size: int) -> dict[str, Any]:
    rand = SeededRand(f"attachment {size}")
    data = plain(size)[:size]
    made, blob = filestream.seal_file(BLOB, data, "image/png", "Bild.png", rand)
    given = {"op": "seal", "size": size, "blob16": BLOB, "rand": rand.drawn}
    digest = hashlib.sha256(blob).digest()
    out = {"items": made.items(), "blob_sha256": digest, "blob_bytes": len(blob)}
    return case(f"seal {size} bytes", "", given, out)


def _opening(name: str, expect: str, change: dict[str, Any]) -> dict[str, Any]:
    size = change.get("size", THREE)
    steps = change.get("steps", steps_of(size))
    given: dict[str, Any] = {
        "op": "open",
        "size": size,
        "steps": steps,
        "order": list(range(len(steps))),
        "cut": 0,
        "tail": b"",
        "filler": 0,
        **change,
    }
    blob = build(given)
    hashed = hashlib.blake2b(blob, digest_size=32).digest()
    if change.get("flip_hash"):
        hashed = flip(hashed, 0)
    given["items"] = [
        change.get("blob16", BLOB),
        change.get("key", KEY),
        change.get("header", HEADER),
        change.get("stated", size),
        padme(size),
        hashed,
        "application/pdf",
        "Brief.pdf",
    ]
    out = {"plain_sha256": hashlib.sha256(plain(size)[:size]).digest()}
    return case(f"open: {name}", "", given, out if expect == "success" else None, expect)


def _with(place: int, step: list[Any]) -> list[list[Any]]:
    steps = steps_of(THREE)
    steps[place] = step
    return steps


_LAST = steps_of(THREE)[2][1]
_STREAMS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("three chunks", "success", {}),
    ("empty file", "success", {"size": 0}),
    ("exactly one chunk", "success", {"size": CHUNK_BYTES}),
    ("one chunk and a byte", "success", {"size": CHUNK_BYTES + 1}),
    ("no final tag", "bad_length", {"steps": _with(2, [2, _LAST, False])}),
    ("two final tags", "bad_length", {"steps": _with(1, [1, CHUNK_BYTES, True])}),
    (
        "final tag in the middle only",
        "bad_length",
        {"steps": [[0, CHUNK_BYTES, True], [1, CHUNK_BYTES, False], [2, _LAST, False]]},
    ),
    ("chunks swapped", "bad_tag", {"order": [1, 0, 2]}),
    ("first chunk dropped", "bad_tag", {"order": [1, 2]}),
    ("middle chunk dropped", "bad_length", {"order": [0, 2]}),
    ("last chunk dropped", "bad_length", {"order": [0, 1]}),
    ("nothing there", "bad_length", {"order": []}),
    ("chunk doubled", "bad_tag", {"order": [0, 0, 2]}),
    ("last chunk doubled", "bad_length", {"order": [0, 1, 2, 2]}),
    ("a byte behind", "bad_length", {"tail": b"\x00"}),
    ("a chunk behind", "bad_length", {"size": CHUNK_BYTES, "tail": bytes(18)}),
    ("cut by a byte", "bad_length", {"cut": 1}),
    ("chunk of 16 bytes", "bad_length", {"size": 1, "order": [], "tail": bytes(16)}),
    ("smaller chunks", "bad_length", {"steps": [[0, 1000, False], [1, _LAST, True]]}),
    ("number of a chunk wrong", "bad_tag", {"steps": _with(1, [2, CHUNK_BYTES, False])}),
    ("another key", "bad_tag", {"key": flip(KEY, 0)}),
    ("another header", "bad_tag", {"header": flip(HEADER, 0)}),
    ("end of the header changed", "bad_tag", {"header": flip(HEADER, 191)}),
    ("another blob's id", "bad_tag", {"blob16": flip(BLOB, 0)}),
    ("another hash", "bad_proof", {"flip_hash": 1}),
    ("bytes behind the end", "bad_length", {"filler": 1}),
    ("size stated too small", "bad_length", {"stated": THREE - 1}),
)


def _shapes() -> list[tuple[str, str, Value]]:
    good: list[Value] = [BLOB, KEY, HEADER, 1500, padme(1500), seed("h"), "image/png", "Bild.png"]

    def changed(place: int, value: Value) -> list[Value]:
        return [*good[:place], value, *good[place + 1 :]]

    largest: list[Value] = [
        *good[:3],
        attachment.MAX_FILE_BYTES,
        padme(attachment.MAX_FILE_BYTES),
        *good[5:],
    ]
    beyond = attachment.MAX_FILE_BYTES + 1
    return [
        ("as it should be", "success", good),
        ("largest file", "success", largest),
        ("name in another script", "success", changed(7, "\u5199\u771f\U0001f98a.png")),
        ("longest name", "success", changed(7, "\U0001f98a" * 200)),
        ("no array", "not_canonical", 7),
        ("seven items", "not_canonical", good[:7]),
        ("short blob id", "not_canonical", changed(0, BLOB[1:])),
        ("short key", "not_canonical", changed(1, KEY[1:])),
        ("short header", "not_canonical", changed(2, HEADER[1:])),
        ("size as text", "not_canonical", changed(3, "1500")),
        ("short hash", "not_canonical", changed(5, KEY[1:])),
        ("type with parameter", "not_canonical", changed(6, "text/html; charset=utf-8")),
        ("type in capitals", "not_canonical", changed(6, "Image/png")),
        ("type empty", "not_canonical", changed(6, "")),
        ("type with line end", "not_canonical", changed(6, "image/png\n")),
        ("name empty", "not_canonical", changed(7, "")),
        ("name too long", "not_canonical", changed(7, "n" * 201)),
        ("name with path", "not_canonical", changed(7, "../x.png")),
        ("name with backslash", "not_canonical", changed(7, "a\\x.png")),
        ("name with line end", "not_canonical", changed(7, "a\n.png")),
        ("name turned around", "not_canonical", changed(7, "gnp\u202egpj.exe")),
        ("padded size of another class", "bad_length", changed(4, padme(1500) + 64)),
        ("padded size not padded", "bad_length", changed(4, 1500)),
        ("too large", "bad_length", [*good[:3], beyond, padme(beyond), *good[5:]]),
        ("far too large", "bad_length", changed(3, 2**53 - 1)),
    ]


def _reading(name: str, expect: str, items: Value) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if expect == "success":
        made = Attachment.from_items(items)
        out = {"items": made.items(), "sealed_bytes": filestream.sealed_size(made.size)}
    given = {"op": "items", "items": tag_value(items)}
    return case(f"items: {name}", "", given, out, expect)
