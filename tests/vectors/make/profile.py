"""Profiles: signed ones, and shapes, sizes and names that are refused."""

from __future__ import annotations

from typing import Any

from crypto import encoding, primitives
from crypto.profile import Profile, sign_profile
from tests.helpers.organisation import Person
from tests.vectors.make.common import case, document, flip

ANNA = Person("Anna")
GOOD = Profile(
    subject16=ANNA.subject16,
    name="Anna M\u00fcller",
    picture=b"\x89PNG",
    languages=("de", "en"),
    text="Ich h\u00f6re zu.",
    counter=7,
)


def cases() -> dict[str, Any]:
    raw = GOOD.encode()
    signature = sign_profile(ANNA.sign, raw)
    found = [_opening("ok", "signed by the certified key", raw, signature, "success")]
    found += [_opening(name, "allowed", *_signed(**change), "success") for name, change in _FINE]
    found += [
        _opening(name, "refused", *_signed(**change), "not_canonical") for name, change in _BAD
    ]
    short = encoding.encode([ANNA.subject16, "Anna", b"", [], ""])
    other = Person("Ben")
    foreign = Profile(subject16=other.subject16, name="Ben").encode()
    stranger = sign_profile(other.sign, raw)
    unlabelled = primitives.sign_raw(ANNA.sign, raw)
    for name, profile, by, expect in (
        ("five items", short, sign_profile(ANNA.sign, short), "not_canonical"),
        ("not msgpack", b"\xc1", sign_profile(ANNA.sign, b"\xc1"), "not_canonical"),
        ("somebody else's", foreign, sign_profile(ANNA.sign, foreign), "bad_statement"),
        ("signed by a colleague", raw, stranger, "bad_signature"),
        ("signed without label", raw, unlabelled, "bad_signature"),
        ("flipped text", flip(raw, 300), signature, "bad_signature"),
        ("flipped signature", raw, flip(signature, 0), "bad_signature"),
        ("short signature", raw, signature[:63], "bad_signature"),
    ):
        found.append(_opening(name, "refused", profile, by, expect))
    return document("Profiles under the key of one certified person", found)


def _signed(**change: Any) -> tuple[bytes, bytes]:
    fields = {
        "subject16": ANNA.subject16,
        "name": "Anna",
        "picture": b"",
        "languages": [],
        "text": "",
        "counter": 0,
        **change,
    }
    raw = encoding.encode(list(fields.values()))
    return raw, sign_profile(ANNA.sign, raw)


def _opening(name: str, why: str, raw: bytes, signature: bytes, expect: str) -> dict[str, Any]:
    given = {
        "secret": ANNA.sign.raw,
        "public": ANNA.sign_pk.raw,
        "subject16": ANNA.subject16,
        "profile": raw,
        "signature": signature,
    }
    out: dict[str, Any] = {}
    if expect == "success":
        profile = Profile.decode(raw)
        out = {
            "name": profile.name,
            "picture": profile.picture,
            "languages": profile.languages,
            "text": profile.text,
            "counter": profile.counter,
            "encoded": raw,
            "signed": signature,
        }
    return case(name, why, given, out, expect)


_FINE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("longest name", {"name": "\u00fc" * 80}),
    ("name beyond the basic plane", {"name": "\U0001f98a" * 80}),
    ("name with joiner", {"name": "\u0915\u094d\u200d\u0937"}),
    ("longest text, any signs", {"text": "\u202e\n" * 1000}),
    ("sixteen languages", {"languages": ["de"] * 16}),
)

_BAD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("empty name", {"name": ""}),
    ("name too long", {"name": "n" * 81}),
    ("name with line break", {"name": "An\nna"}),
    ("name with C1 control", {"name": "An\u0085na"}),
    ("name written backwards", {"name": "\u202eannA"}),
    ("name with isolate", {"name": "A\u2066nna"}),
    ("name with line separator", {"name": "A\u2028nna"}),
    ("name with byte order mark", {"name": "\ufeffAnna"}),
    ("text too long", {"text": "t" * 2001}),
    ("picture too large", {"picture": bytes(48 * 1024 + 1)}),
    ("seventeen languages", {"languages": ["de"] * 17}),
    ("language too long", {"languages": ["d" * 17]}),
    ("language is bytes", {"languages": [b"de"]}),
    ("subject of 15 bytes", {"subject16": bytes(15)}),
    ("counter is text", {"counter": "7"}),
)
