"""Profiles: signed ones, and shapes, sizes and names that are refused."""

from __future__ import annotations

from typing import Any

from crypto import encoding, primitives
from crypto.ownprofile import encode_profile, sign_profile
from crypto.picture import picture_hash
from crypto.profile import LANGUAGES, Profile
from tests.helpers.organisation import Person
from tests.helpers.portraits import portrait
from tests.vectors.make.common import case, document, flip

ANNA = Person("Anna")
GOOD = Profile(
    subject16=ANNA.subject16,
    counter=7,
    name="Anna M\u00fcller",
    languages=("de", "en"),
    texts=("Ich h\u00f6re zu.", "I listen."),
    status="Urlaub bis 4. Januar",
    picture_hash=picture_hash(portrait()),
)


def cases() -> dict[str, Any]:
    raw = encode_profile(GOOD)
    signature = sign_profile(ANNA.sign, raw)
    found = [_opening("ok", "signed by the certified key", raw, signature, "success")]
    found += [_opening(name, "allowed", *_signed(**change), "success") for name, change in _FINE]
    found += [
        _opening(name, "refused", *_signed(**change), "not_canonical") for name, change in _BAD
    ]
    short = encoding.encode([1, ANNA.subject16, 0, "Anna", [], ["", ""], ""])
    other = Person("Ben")
    foreign = encode_profile(Profile(subject16=other.subject16, counter=0, name="Ben"))
    stranger = sign_profile(other.sign, raw)
    unlabelled = primitives.sign_raw(ANNA.sign, raw)
    for name, profile, by, expect in (
        ("seven items", short, sign_profile(ANNA.sign, short), "not_canonical"),
        ("not msgpack", b"\xc1", sign_profile(ANNA.sign, b"\xc1"), "not_canonical"),
        ("somebody else's", foreign, sign_profile(ANNA.sign, foreign), "bad_statement"),
        ("signed by a colleague", raw, stranger, "bad_signature"),
        ("signed without label", raw, unlabelled, "bad_signature"),
        ("flipped text", flip(raw, 500), signature, "bad_signature"),
        ("flipped signature", raw, flip(signature, 0), "bad_signature"),
        ("short signature", raw, signature[:63], "bad_signature"),
    ):
        found.append(_opening(name, "refused", profile, by, expect))
    return document("Profiles under the key of one certified person", found)


def _signed(**change: Any) -> tuple[bytes, bytes]:
    fields = {
        "form": 1,
        "subject16": ANNA.subject16,
        "counter": 0,
        "name": "Anna",
        "languages": [],
        "texts": ["", ""],
        "status": "",
        "picture": b"",
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
            "languages": profile.languages,
            "texts": profile.texts,
            "status": profile.status,
            "picture_hash": profile.picture_hash,
            "counter": profile.counter,
            "encoded": raw,
            "signed": signature,
        }
    return case(name, why, given, out, expect)


_FINE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("longest name", {"name": "\u00fc" * 80}),
    ("name beyond the basic plane", {"name": "\U0001f98a" * 80}),
    ("name with joiner", {"name": "\u0915\u094d\u200d\u0937"}),
    ("HTML is text", {"name": "<b>Anna", "texts": ["<script>alert(1)</script>", "&amp;"]}),
    ("longest texts, with lines", {"texts": ["\u00fc\n" * 250, "t" * 500]}),
    ("longest status", {"status": "\u00fc" * 80}),
    ("eight languages", {"languages": list(LANGUAGES[:8])}),
    ("the last language", {"languages": ["zh"]}),
)

_BAD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("another form", {"form": 2}),
    ("empty name", {"name": ""}),
    ("name of blanks", {"name": "\u00a0 "}),
    ("name with a blank before", {"name": " Anna"}),
    ("name with a blank behind", {"name": "Anna\u2003"}),
    ("name too long", {"name": "n" * 81}),
    ("name with line break", {"name": "An\nna"}),
    ("name with C1 control", {"name": "An\u0085na"}),
    ("name written backwards", {"name": "\u202eannA"}),
    ("name with isolate", {"name": "A\u2066nna"}),
    ("name with line separator", {"name": "A\u2028nna"}),
    ("name with byte order mark", {"name": "\ufeffAnna"}),
    ("name with an invisible sign", {"name": "An\u200bna"}),
    ("name with a direction mark", {"name": "Anna\u200f"}),
    ("name with an invisible operator", {"name": "An\u2063na"}),
    ("text too long", {"texts": ["t" * 501, ""]}),
    ("other text too long", {"texts": ["", "t" * 501]}),
    ("text written backwards", {"texts": ["", "\u202eolleh"]}),
    ("text with a control", {"texts": ["a\tb", ""]}),
    ("one text", {"texts": ["t"]}),
    ("three texts", {"texts": ["", "", ""]}),
    ("text is bytes", {"texts": [b"t", ""]}),
    ("status too long", {"status": "s" * 81}),
    ("status of two lines", {"status": "a\nb"}),
    ("status with a blank behind", {"status": "a "}),
    ("nine languages", {"languages": list(LANGUAGES[:9])}),
    ("language of no list", {"languages": ["xx"]}),
    ("language twice", {"languages": ["de", "de"]}),
    ("languages out of order", {"languages": ["en", "de"]}),
    ("language is markup", {"languages": ["<b>"]}),
    ("language is bytes", {"languages": [b"de"]}),
    ("subject of 15 bytes", {"subject16": bytes(15)}),
    ("picture instead of its hash", {"picture": portrait()}),
    ("hash of 31 bytes", {"picture": bytes(31)}),
    ("counter is text", {"counter": "7"}),
)
