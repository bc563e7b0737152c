"""Signed-note checkpoints: one good note, grease, and every way to break one."""

from __future__ import annotations

import base64
from typing import Any

from crypto import primitives
from crypto.checkpoint import Checkpoint, key_id, sign_checkpoint, verifier_key
from crypto.keys import SignSecret
from tests.helpers.organisation import ORIGIN, seed, sign_secret
from tests.vectors.make.common import case, document, flip

LOG = sign_secret("checkpoint log")
OTHER = sign_secret("checkpoint other")
ROOT = seed("checkpoint root")
GOOD = sign_checkpoint(LOG, Checkpoint(origin=ORIGIN, size=4095, root=ROOT))


def sign_text(text: str, secret: SignSecret = LOG, name: str = ORIGIN) -> str:
    """Return the signature line of any text."""
    public = primitives.sign_public(secret)
    signature = primitives.sign_raw(secret, text.encode())
    return line(key_id(name, public) + signature, name)


def line(raw: bytes, name: str = ORIGIN) -> str:
    """Return a signature line with these bytes."""
    return f"\u2014 {name} {base64.b64encode(raw).decode()}\n"


def note(text: str, *lines: str) -> bytes:
    """Join a text and signature lines (by default the log's own) to a note."""
    return (text + "\n" + "".join(lines or (sign_text(text),))).encode()


def cases() -> dict[str, Any]:
    sizes = {"empty log": 0, "one leaf": 1, "largest size": 2**53 - 1}
    found = [_signing(name, size) for name, size in sizes.items()]
    found.append(_signing("some leaves", 4095))
    found.append(
        case(
            "key id",
            "SHA-256(name LF 0x01 key), first four bytes; the verifier key for C2SP tools",
            {"op": "key", "origin": ORIGIN, "public": primitives.sign_public(LOG).raw},
            {
                "key_id": key_id(ORIGIN, primitives.sign_public(LOG)),
                "verifier_key": verifier_key(ORIGIN, primitives.sign_public(LOG)),
            },
        )
    )
    found += [_opening(name, why, raw) for name, why, raw in _good_notes()]
    found += [
        _opening(name, why, raw, "not_canonical") for name, why, raw in _not_canonical_notes()
    ]
    found += [_opening(name, why, raw, "bad_signature") for name, why, raw in _unsigned_notes()]
    found.append(
        _opening("another log", "origin differs", GOOD, "bad_signature", origin="example.org/two")
    )
    return document("C2SP signed-note checkpoints (tlog-checkpoint)", found)


def _signing(name: str, size: int) -> dict[str, Any]:
    signed = sign_checkpoint(LOG, Checkpoint(origin=ORIGIN, size=size, root=ROOT))
    given = {"op": "sign", "secret": LOG.raw, "origin": ORIGIN, "size": size, "root": ROOT}
    return case(f"sign: {name}", "text and signature are fixed", given, {"note": signed})


def _opening(
    name: str, why: str, raw: bytes, expect: str = "success", origin: str = ORIGIN
) -> dict[str, Any]:
    public = primitives.sign_public(LOG).raw
    given = {"op": "open", "note": raw, "origin": origin, "public": public}
    size = int(raw.split(b"\n")[1]) if expect == "success" else 0
    out = {"size": size, "root": ROOT} if expect == "success" else None
    return case(f"open: {name}", why, given, out, expect)


def _text(origin: str = ORIGIN, size: str = "4095", root: str = "") -> str:
    return f"{origin}\n{size}\n{root or base64.b64encode(ROOT).decode()}\n"


def _good_notes() -> list[tuple[str, str, bytes]]:
    text = _text()
    extended = text + "an extension line\n"
    own = sign_text(text)
    witness = sign_text(text, OTHER, "witness.example/w1")
    stranger = line(seed("grease", 64) + b"longer", "grease.example")
    same_name = line(seed("same name other key", 64) + b"four")
    umlaut = line(seed("grease", 9), "z\u00fcrich")
    return [
        ("plain", "one signature", GOOD),
        ("largest size", "2^53-1", note(_text(size=str(2**53 - 1)))),
        ("extension", "further lines are signed and ignored", note(extended)),
        ("witness behind", "grease: unknown signatures are ignored", note(text, own, witness)),
        ("witness before", "grease", note(text, witness, own)),
        ("unknown algorithm", "grease: another length", note(text, stranger, own)),
        ("own name, other key id", "grease", note(text, same_name, own)),
        ("name beyond ASCII", "grease", note(text, umlaut, own)),
        ("hundred signatures", "the most", note(text, *[stranger] * 99, own)),
    ]


def _not_canonical_notes() -> list[tuple[str, str, bytes]]:
    text, good = _text(), GOOD.decode()
    encoded = base64.b64encode(ROOT).decode()
    own = sign_text(text)
    bad_texts = {
        "size with leading zero": _text(size="04095"),
        "size with sign": _text(size="+4095"),
        "size with space": _text(size=" 4095"),
        "size empty": _text(size="").replace("\n\n", "\n"),
        "size in other digits": _text(size="\u0664\u0660"),
        "size beyond 2^53-1": _text(size=str(2**53)),
        "size of 17 digits": _text(size="1" * 17),
        "root without padding": _text(root=encoded.rstrip("=")),
        "root with loose last bits": _text(root=encoded[:-2] + "B="),
        "root with space": _text(root=encoded[:8] + " " + encoded[8:]),
        "root in the URL alphabet": _text(root="_" + encoded[1:]),
        "root of 31 bytes": _text(root=base64.b64encode(ROOT[1:]).decode()),
        "root of 33 bytes": _text(root=base64.b64encode(ROOT + b"x").decode()),
        "two lines": f"{ORIGIN}\n4095\n",
        "origin with plus": _text(origin="a+b"),
        "origin with space": _text(origin="a b"),
        "origin beyond ASCII": _text(origin="z\u00fcrich"),
        "origin too long": _text(origin="o" * 201),
        "empty first line": "\n" + text,
        "carriage returns": text.replace("\n", "\r\n"),
        "tab": text + "a\tb\n",
        "empty line inside": text + "\nmore\n",
    }
    found = [(name, "signed, and yet refused", note(bad)) for name, bad in bad_texts.items()]
    raws = {
        "nothing": b"",
        "text only": text.encode(),
        "no line after the text": (text + "\n").encode(),
        "no end of line": GOOD[:-1],
        "trailing empty line": GOOD + b"\n",
        "not UTF-8": GOOD.replace(b"\xe2\x80\x94", b"\xe2\x80\xff"),
        "byte order mark": b"\xef\xbb\xbf" + GOOD,
        "name not UTF-8": GOOD + b"\xe2\x80\x94 \xff AAAAAAAA\n",
        "hyphen for the dash": good.replace("\u2014", "-").encode(),
        "no dash": note(text, own, own.removeprefix("\u2014 ")),
        "line without name": note(text, own, "\u2014  " + own.split(" ")[2]),
        "line with one word": note(text, own, "\u2014 name\n"),
        "name with plus": note(text, own, line(b"12345", "a+b")),
        "signature not base64": note(text, own, "\u2014 name !!!!\n"),
        "signature without padding": note(text, own, "\u2014 name AAAAAAA\n"),
        "only a key id": note(text, own, line(b"1234", "name")),
        "101 signatures": note(text, own, *[line(b"12345", "name")] * 100),
        "too long": note(text + "x" * 65536 + "\n"),
    }
    return found + [(name, "not a signed note", raw) for name, raw in raws.items()]


def _unsigned_notes() -> list[tuple[str, str, bytes]]:
    text = _text()
    own = key_id(ORIGIN, primitives.sign_public(LOG))
    signature = primitives.sign_raw(LOG, text.encode())
    stranger = sign_text(text, OTHER, "witness.example/w1")
    other_text = _text(size="4096")
    elsewhere = _text(origin="example.org/two")
    return [
        ("another log's text", "signed by the key under its own name", note(elsewhere)),
        ("witness only", "the log itself must sign", note(text, stranger)),
        ("other key under the own name", "key id differs", note(text, sign_text(text, OTHER))),
        ("own key under another name", "", note(text, sign_text(text, LOG, "else"))),
        ("own key id under another name", "grease", note(text, line(own + signature, "else"))),
        ("signature flipped", "one bit", note(text, line(own + flip(signature, 100)))),
        ("signature cut", "63 bytes", note(text, line(own + signature[:-1]))),
        ("signature long", "65 bytes", note(text, line(own + signature + b"x"))),
        ("other size", "signature of another text", note(other_text, sign_text(text))),
        (
            "one good, one broken",
            "a broken signature by the known key refuses the note",
            note(text, sign_text(text), line(own + flip(signature, 3))),
        ),
        ("extension added later", "not covered", note(text + "more\n", sign_text(text))),
    ]
