"""E1 and E3: sealing replayed, opening, and everything that is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crypto import encoding, envelope, labels, padding, primitives
from crypto.encoding import Value
from crypto.envelope import Body, Kind, Outer, Wrap
from crypto.errors import BadLength, BadSignature, BadTag, NotCanonical, WrongKey
from crypto.primitives import NONCE_BYTES
from tests.helpers.box import ANNA, NOW_MS, SEEKER, World, seeded
from tests.vectors.make.common import LOCAL_ERROR, SeededRand, case, document, flip

WORLD = World("envelope vectors")
KEY = WORLD.key()
BODY = Body(
    kind=Kind.TEXT,
    sidx=1,
    stream=0xFFFFFFFF,
    i=3,
    epoch_hash=seeded("epoch hash"),
    sent_ms=NOW_MS,
    head_n=7,
    head=seeded("head"),
    log_n=12,
    log_root=seeded("root"),
    payload=encoding.encode(["Grüß dich", 1]),
)
WRAP = Wrap(sidx=2, sealed=seeded("wrap", 64) * 18 + bytes(16))


def cases() -> dict[str, Any]:
    """All cases."""
    made = [*_sealed(), *_refused_seals(), *_parse(), *_refused_plaintexts(), *_signed()]
    made += [*_quoted(), *_numbers()]
    return document("E1 and E3 (section 5).", made)


def body_json(body: Body) -> dict[str, Any]:
    """Write a body as the cases do."""
    return {name: getattr(body, name) for name in Body.__dataclass_fields__} | {
        "kind": int(body.kind)
    }


def _keys() -> dict[str, Any]:
    return {"box16": WORLD.box16, "es": WORLD.es0.raw, "share": WORLD.share.raw, "epoch": 0}


def _sealed() -> list[dict[str, Any]]:
    commit = replace(BODY, kind=Kind.COMMIT, i=0)
    written = [
        ("text", envelope.FORM_STORED, BODY, ()),
        ("fullest text", envelope.FORM_STORED, replace(BODY, payload=bytes(65_300)), ()),
        ("commit with a wrap", envelope.FORM_STORED, commit, (WRAP,)),
        ("commit above 64 KiB", envelope.FORM_STORED, replace(commit, payload=bytes(70_000)), ()),
        ("unknown kind", envelope.FORM_STORED, replace(BODY, kind=255), ()),
        ("typing", envelope.FORM_FLEETING, replace(BODY, kind=1, payload=b"\x90"), ()),
    ]
    made = []
    for name, form, body, wraps in written:
        rand = SeededRand(name)
        if form == envelope.FORM_STORED:
            raw = envelope.seal_e1(KEY, SEEKER.sign, body, wraps, rand)
            opened = envelope.open_e1(raw, KEY)
        else:
            raw = envelope.seal_e3(KEY, SEEKER.sign, body, rand)
            opened = envelope.open_e3(raw, KEY)
        envelope.verify(opened, SEEKER.sign_pk)
        # Long runs of zeros would swell the file: such cases keep only the hash of the envelope.
        out = {"env_id": primitives.hash_(labels.ENV, raw), "size": len(raw)}
        given = _keys() | {
            "op": "seal",
            "form": form,
            "sign": SEEKER.sign.raw,
            "body": body_json(replace(body, payload=b"")),
            "payload": body.payload if len(body.payload) < 999 else f"00*{len(body.payload)}",
            "wraps": [[wrap.sidx, wrap.sealed] for wrap in wraps],
            "rand": rand.drawn,
        }
        made.append(case(f"seal {name}", "opens and verifies again", given, out))
    return made


def _refused_seals() -> list[dict[str, Any]]:
    too_long = [
        ("text above 64 KiB", envelope.FORM_STORED, replace(BODY, payload=b""), 65_536),
        ("typing above 256", envelope.FORM_FLEETING, replace(BODY, kind=1, payload=b""), 120),
        ("unknown above 256", envelope.FORM_FLEETING, replace(BODY, kind=2, payload=b""), 120),
    ]
    made = []
    for name, form, body, size in too_long:
        given = _keys() | {
            "op": "seal",
            "form": form,
            "sign": SEEKER.sign.raw,
            "body": body_json(body),
            "payload": f"00*{size}",
            "wraps": [],
            "rand": bytes(NONCE_BYTES),
        }
        made.append(case(f"seal {name}", "fits no bucket", given, expect=LOCAL_ERROR))
    given = made[0]["in"] | {"wraps": [[2, WRAP.sealed.hex()]], "payload": "90"}
    made.append(case("seal text with wraps", "only a commit has them", given, expect=LOCAL_ERROR))
    return made


def _text() -> bytes:
    return envelope.seal_e1(KEY, SEEKER.sign, BODY, rand=SeededRand("text"))


def _parse() -> list[dict[str, Any]]:
    raw = _text()
    items = encoding.decode_array(raw, 6)
    sealed = encoding.binary(items[5])
    outsides: list[tuple[str, list[Value], str]] = [
        ("other suite", [2, *items[1:]], NotCanonical.code),
        ("form of a letter", [1, 2, *items[2:]], NotCanonical.code),
        ("short box", [1, 1, bytes(15), *items[3:]], NotCanonical.code),
        ("long kid", [*items[:3], bytes(9), *items[4:]], NotCanonical.code),
        ("short nonce", [*items[:4], bytes(23), sealed], NotCanonical.code),
        ("text for bytes", [*items[:5], "c"], NotCanonical.code),
        ("five items", items[:5], NotCanonical.code),
        ("no bucket", [*items[:5], sealed + b"\x00"], BadLength.code),
        ("empty", [*items[:5], b""], BadLength.code),
        ("fleeting of 512", [1, 3, *items[2:5], bytes(512 + 16)], BadLength.code),
        ("fleeting among stored", [1, 3, *items[2:]], WrongKey.code),
    ]
    made = [_open_case("open " + name, encoding.encode(value), e) for name, value, e in outsides]
    other = World("another").key()
    foreign = envelope.seal_e1(other, SEEKER.sign, BODY, rand=SeededRand("foreign"))
    elsewhere = [*items[:2], other.box16, *items[3:]]
    made += [
        _open_case("open trailing byte", raw + b"\x00", NotCanonical.code),
        _open_case("open cut", raw[:-1], NotCanonical.code),
        _open_case("open nothing", b"", NotCanonical.code),
        _open_case("open foreign box", foreign, WrongKey.code),
        _open_case("open foreign box, own kid", encoding.encode(elsewhere), WrongKey.code),
        _open_case(
            "open foreign kid", encoding.encode([*items[:3], other.kid8, *items[4:]]), WrongKey.code
        ),
        _open_case("open moved to this box", _moved(foreign), BadTag.code),
        _open_case("open flipped in c", flip(raw, 8 * (len(raw) - 1)), BadTag.code),
        _open_case("open flipped in nonce", flip(raw, 8 * 33), BadTag.code),
        _open_case("open as stored what was fleeting", _as_stored(), BadTag.code),
    ]
    body = replace(BODY, payload=encoding.encode(["Grüß dich", 1]))
    made.append(_open_case("open text", raw, out={"body": body_json(body), "wraps": 0}))
    most = replace(BODY, kind=255, sidx=2**16 - 1, i=2**53 - 1, sent_ms=2**53 - 1)
    raw = envelope.seal_e1(KEY, SEEKER.sign, most, rand=SeededRand("largest numbers"))
    out = {"body": body_json(most), "wraps": 0}
    made.append(_open_case("open the largest numbers", raw, out=out))
    return made


def _moved(foreign: bytes) -> bytes:
    items = encoding.decode_array(foreign, 6)
    return encoding.encode([1, 1, KEY.box16, KEY.kid8, *items[4:]])


def _as_stored() -> bytes:
    body = replace(BODY, kind=1, payload=b"\x90")
    raw = envelope.seal_e3(KEY, SEEKER.sign, body, SeededRand("fleeting"))
    items = encoding.decode_array(raw, 6)
    return encoding.encode([1, 1, *items[2:]])


def _open_case(
    name: str, raw: bytes, expect: str = "success", out: dict[str, Any] | None = None
) -> dict[str, Any]:
    given = _keys() | {"op": "open", "raw": raw}
    return case(name, "the outside or the AEAD decides", given, out, expect)


def _refused_plaintexts() -> list[dict[str, Any]]:
    body, signature = BODY.to_value(), bytes(64)
    wrap: Value = [2, WRAP.sealed]
    short: Value = [2, bytes(1167)]
    commit = replace(BODY, kind=Kind.COMMIT).to_value()
    plaintexts: list[tuple[str, bytes, str]] = [
        ("body of ten", encoding.encode([body[:-1], signature, []]), NotCanonical.code),
        ("kind above 255", encoding.encode([[256, *body[1:]], signature, []]), NotCanonical.code),
        (
            "text as head",
            encoding.encode([[*body[:7], "x", *body[8:]], signature, []]),
            "not_canonical",
        ),
        (
            "sidx beyond 16 bits",
            encoding.encode([[body[0], 2**16, *body[2:]], signature, []]),
            NotCanonical.code,
        ),
        (
            "stream beyond 32 bits",
            encoding.encode([[*body[:2], 2**32, *body[3:]], signature, []]),
            NotCanonical.code,
        ),
        ("short signature", encoding.encode([body, bytes(63), []]), NotCanonical.code),
        ("wraps in a text", encoding.encode([body, signature, [wrap]]), NotCanonical.code),
        ("short wrap", encoding.encode([commit, signature, [short]]), NotCanonical.code),
        ("wraps not an array", encoding.encode([body, signature, b""]), NotCanonical.code),
        ("not msgpack", b"\xc1" * 40, NotCanonical.code),
    ]
    made = []
    for name, plaintext, expect in plaintexts:
        raw = sealed_plaintext(padding.pad(plaintext), name)
        made.append(_open_case(f"open {name}", raw, expect))
    message = encoding.encode([body, signature, []])
    wide = primitives.sodium_pad(message, 1024)
    made.append(_open_case("open wide bucket", sealed_plaintext(wide, "wide"), BadLength.code))
    none = sealed_plaintext(bytes(512), "none")
    made.append(_open_case("open without padding marker", none, BadLength.code))
    return made


def sealed_plaintext(padded: bytes, name: str) -> bytes:
    """Seal any padded bytes as a member with a broken client could."""
    outer = Outer(
        form=envelope.FORM_STORED,
        box16=KEY.box16,
        kid8=KEY.kid8,
        nonce24=SeededRand(name)(NONCE_BYTES),
    )
    head = outer.to_value()
    sealed = primitives.aead_seal(KEY.message_key, outer.nonce24, head, padded)
    return encoding.encode([*head, sealed])


def _signed() -> list[dict[str, Any]]:
    raw = _text()
    good = {"op": "verify", "raw": raw, "sign_pk": SEEKER.sign_pk.raw} | _keys()
    other = good | {"sign_pk": ANNA.sign_pk.raw}
    opened = envelope.open_e1(raw, KEY)
    value = [opened.body.to_value(), flip(opened.signature, 5), []]
    flipped = sealed_plaintext(padding.pad(encoding.encode(value)), "text")
    nonce = sealed_plaintext(
        padding.pad(encoding.encode([opened.body.to_value(), opened.signature, []])), "resealed"
    )
    return [
        case("verify", "the writer's key", good),
        case("verify another key", "not who signed", other, expect=BadSignature.code),
        case("verify flipped", "one bit", good | {"raw": flipped}, expect=BadSignature.code),
        case(
            "verify resealed",
            "a member seals another's message anew: the nonce is signed too",
            good | {"raw": nonce},
            expect=BadSignature.code,
        ),
    ]


def _quoted() -> list[dict[str, Any]]:
    """Outsides as letters quote them."""
    good: list[Value] = [1, 1, KEY.box16, KEY.kid8, bytes(NONCE_BYTES)]
    refused: list[tuple[str, list[Value]]] = [
        ("other suite", [2, *good[1:]]),
        ("fleeting", [1, 3, *good[2:]]),
        ("four items", good[:4]),
    ]
    raw = encoding.encode(good)
    made = [case("quote", "reads back", {"op": "quote", "raw": raw}, {"raw": raw})]
    for name, value in refused:
        given = {"op": "quote", "raw": encoding.encode(value)}
        made.append(case(f"quote {name}", "refused", given, expect=NotCanonical.code))
    return made


def _numbers() -> list[dict[str, Any]]:
    """By hand from docs/spec/conversations.md, E1.9."""
    kinds = {
        "COMMIT": 1,
        "TEXT": 2,
        "FILE": 3,
        "ACKNOWLEDGEMENT": 4,
        "CLOSE": 5,
        "RESEND_REQUEST": 6,
        "INTRODUCTION": 7,
        "ACCOUNT_OFFER": 8,
        "ENQUIRY": 9,
        "DONE": 10,
        "HAND_OVER": 11,
        "HAND_OVER_ANSWER": 12,
        "AGREED_QUESTION": 13,
        "RELATION": 15,
    }
    named = {"Kind": kinds, "Fleeting": {"TYPING": 1}}
    return [
        case(f"numbers of {name}", "as the spec has them", {"op": "numbers", "of": name}, out)
        for name, out in named.items()
    ]
