"""E2: letters sealed with replayed randomness, their payloads, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crypto import encoding, envelope, kem, labels, letter, padding, primitives
from crypto.encoding import Value
from crypto.errors import BadLength, BadSignature, BadTag, NotCanonical, WrongKey
from crypto.grant import Grant
from crypto.keys import CapSecret, EpochSecret, KemSecret
from tests.helpers.box import ANNA, BELA, NOW_MS, SEEKER, TEAM16, World, live_chat, seeded
from tests.helpers.replay import replayed_kem
from tests.vectors.make.common import SeededRand, case, document, flip

LETTER = letter.Letter(
    kind=letter.LetterKind.TEAM_SEED,
    certificate_hash=ANNA.certificate_hash,
    sign_pk=ANNA.sign_pk,
    sent_ms=NOW_MS,
    payload=letter.TeamSeed(team16=TEAM16, epoch=3, seed=KemSecret(seeded("a seed"))).encode(),
)


def cases() -> dict[str, Any]:
    """All cases."""
    with replayed_kem():
        made = [*_sealed(), *_opened(), *_refused_letters(), *_payloads()]
    return document("E2 (section 5). Letters in the cases are to Bela.", made)


def sealed(name: str = "letter", written: letter.Letter = LETTER) -> bytes:
    """Seal Anna's letter to Bela."""
    return letter.seal_letter(BELA.kem_pk, ANNA.sign, written, SeededRand(name))


def _fields(one: letter.Letter) -> dict[str, Any]:
    return {
        "kind": int(one.kind),
        "certificate_hash": one.certificate_hash,
        "sign_pk": one.sign_pk.raw,
        "sent_ms": one.sent_ms,
        "payload": one.payload,
    }


def _sealed() -> list[dict[str, Any]]:
    given = {
        "op": "seal",
        "kem_pk": BELA.kem_pk.raw,
        "sign": ANNA.sign.raw,
        "letter": _fields(LETTER),
    }
    rand = SeededRand("letter")
    raw = letter.seal_letter(BELA.kem_pk, ANNA.sign, LETTER, rand)
    out = {"raw": raw, "inbox16": letter.inbox16(BELA.kem_pk)}
    liar = given | {"sign": SEEKER.sign.raw, "rand": rand.drawn}
    return [
        case("seal", "replayed", given | {"rand": rand.drawn}, out),
        case("seal for another", "the letter names another signer", liar, expect="local_error"),
    ]


def _open(name: str, comment: str, raw: bytes, expect: str) -> dict[str, Any]:
    given = {"op": "open", "raw": raw, "kem": BELA.kem.raw}
    return case(f"open {name}", comment, given, expect=expect)


def _opened() -> list[dict[str, Any]]:
    raw = sealed()
    items = encoding.decode_array(raw, 4)
    cipher = encoding.binary(items[3])
    other = letter.seal_letter(SEEKER.kem_pk, ANNA.sign, LETTER, SeededRand("other"))
    good = case(
        "open",
        "opens",
        {"op": "open", "raw": raw, "kem": BELA.kem.raw},
        {"letter": _fields(LETTER)},
    )
    refused: list[tuple[str, str, bytes, str]] = [
        ("another inbox", "to the seeker", other, WrongKey.code),
        ("readdressed", "the inbox is in the context", _readdressed(other), BadTag.code),
        ("flipped in ML-KEM", "one bit", flip(raw, 8 * 100), BadTag.code),
        ("flipped in the tag", "one bit", flip(raw, 8 * len(raw) - 1), BadTag.code),
        ("another suite", "2", encoding.encode([2, *items[1:]]), NotCanonical.code),
        ("form of an envelope", "1", encoding.encode([1, 1, *items[2:]]), NotCanonical.code),
        ("no bucket", "a byte more", encoding.encode([*items[:3], cipher + b"\x00"]), "bad_length"),
        ("nothing sealed", "empty", encoding.encode([*items[:3], b""]), BadLength.code),
        ("short inbox", "15", encoding.encode([1, 2, bytes(15), cipher]), NotCanonical.code),
        ("cut", "one byte", raw[:-1], NotCanonical.code),
    ]
    return [good, *[_open(*one) for one in refused]]


def _readdressed(other: bytes) -> bytes:
    items = encoding.decode_array(other, 4)
    return encoding.encode([1, 2, letter.inbox16(BELA.kem_pk), items[3]])


def _seal_value(name: str, value: list[Value]) -> bytes:
    head: list[Value] = [1, 2, letter.inbox16(BELA.kem_pk)]
    padded = padding.pad(encoding.encode(value), padding.MAX_COMMIT_BUCKET_BYTES)
    return encoding.encode([*head, kem.seal(BELA.kem_pk, head, padded, SeededRand(name))])


def _refused_letters() -> list[dict[str, Any]]:
    """Letters that open, from senders with a broken or hostile client."""
    value = LETTER.to_value()
    head: list[Value] = [1, 2, letter.inbox16(BELA.kem_pk)]

    def signed(items: list[Value], pk: bytes = BELA.kem_pk.raw) -> list[Value]:
        return [*items, primitives.sign(ANNA.sign, labels.SIG_LETTER, head, pk, items)]

    forged = [*value[:2], [value[2][0], SEEKER.sign_pk.raw], *value[3:]]  # type: ignore[index]
    wrong: list[tuple[str, str, list[Value], str]] = [
        ("other signer", "names the seeker's key", signed(forged), BadSignature.code),
        ("for another recipient", "forwarded", signed(value, SEEKER.kem_pk.raw), BadSignature.code),
        (
            "changed payload",
            "after signing",
            [*value[:4], b"\x90", signed(value)[5]],
            "bad_signature",
        ),
        ("short signature", "63 bytes", [*value, bytes(63)], BadSignature.code),
        ("version 2", "unknown", signed([2, *value[1:]]), NotCanonical.code),
        (
            "short key",
            "31 bytes",
            signed([*value[:2], [bytes(32), bytes(31)], *value[3:]]),
            "not_canonical",
        ),
        ("five items", "no signature", value, NotCanonical.code),
    ]
    return [_open(name, note, _seal_value(name, items), code) for name, note, items, code in wrong]


def _payloads() -> list[dict[str, Any]]:
    world, _, _ = live_chat("letters")
    opened = envelope.open_e1(world.log[0], world.key())
    old = letter.make_continuity(SEEKER.sign, bytes(16), world.box16, ANNA.sign_pk)
    full = letter.Welcome(
        box16=world.box16,
        epoch=0,
        es=world.es0,
        commit=opened,
        join_cap=CapSecret(seeded("cap")),
        ticket16=seeded("ticket", 16),
        handle=seeded("handle", 16),
        continuity=old,
    )
    bare = replace(full, ticket16=b"", handle=b"", continuity=None)
    made = []
    for name, one in (("full", full), ("bare", bare)):
        raw = one.encode()
        out = {
            "box16": one.box16,
            "epoch": one.epoch,
            "es": one.es.raw,
            "sidx": one.commit.body.sidx,
            "signature": one.commit.signature,
            "join_cap": one.join_cap.raw,
            "ticket16": one.ticket16,
            "handle": one.handle,
            "continuity": [old.old_box16, old.signature] if one.continuity else [],
        }
        made.append(case(f"welcome {name}", "reads back", {"op": "welcome", "raw": raw}, out))
    items = encoding.decode_array(bare.encode(), 10)
    outer = encoding.array(items[3])
    broken: list[tuple[str, list[Value]]] = [
        ("of another box", [bytes(16), *items[1:]]),
        ("with a fleeting outside", [*items[:3], [1, 3, *outer[2:]], *items[4:]]),
        ("short secret", [*items[:2], bytes(31), *items[3:]]),
        ("long ticket", [*items[:7], bytes(17), *items[8:]]),
        ("odd continuity", [*items[:9], b"\x90"]),
        ("nine items", items[:9]),
    ]
    for name, value in broken:
        given = {"op": "welcome", "raw": encoding.encode(value)}
        made.append(case(f"welcome {name}", "refused", given, expect=NotCanonical.code))
    made += _continuities(world, old)
    made += _grants()
    seed = letter.TeamSeed(team16=TEAM16, epoch=3, seed=KemSecret(seeded("a seed")))
    out = {"team16": TEAM16, "epoch": 3, "seed": seed.seed.raw}
    made.append(case("team seed", "reads back", {"op": "team_seed", "raw": seed.encode()}, out))
    short = encoding.encode([TEAM16, 3, bytes(31)])
    given = {"op": "team_seed", "raw": short}
    made.append(case("team seed short", "31 bytes", given, expect=NotCanonical.code))
    return made


def _grants() -> list[dict[str, Any]]:
    secrets = tuple(EpochSecret(seeded(f"es {n}")) for n in range(3))
    one = Grant(box16=seeded("box", 16), secrets=secrets)
    out = {"box16": one.box16, "secrets": [es.raw for es in secrets]}
    made = [case("grant", "reads back", {"op": "grant", "raw": one.encode()}, out)]
    raws: list[Value] = [es.raw for es in secrets]
    broken: list[tuple[str, Value]] = [
        ("of nothing", [one.box16, []]),
        ("with a short secret", [one.box16, [*raws, bytes(31)]]),
        ("of a short box", [bytes(15), raws]),
        ("with more", [one.box16, raws, 0]),
    ]
    for name, value in broken:
        given = {"op": "grant", "raw": encoding.encode(value)}
        made.append(case(f"grant {name}", "refused", given, expect=NotCanonical.code))
    return made


def _continuities(world: World, old: letter.Continuity) -> list[dict[str, Any]]:
    given = {
        "op": "continues",
        "signature": old.signature,
        "old_sign_pk": SEEKER.sign_pk.raw,
        "new_box16": world.box16,
        "new_sign_pk": ANNA.sign_pk.raw,
    }
    return [
        case("continues", "the old key names the new box", given),
        case(
            "continues another box", "no", given | {"new_box16": bytes(16)}, expect="bad_signature"
        ),
        case(
            "continues another key",
            "no",
            given | {"new_sign_pk": bytes(32)},
            expect="bad_signature",
        ),
        case(
            "continues by another",
            "no",
            given | {"old_sign_pk": BELA.sign_pk.raw},
            expect="bad_signature",
        ),
    ]
