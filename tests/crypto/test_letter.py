"""E2: vectors, flipped bits, and bytes that no client wrote."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import encoding, kem, letter, padding
from crypto.errors import BadLength, BadSignature, LocalError, NotCanonical, RemoteError
from crypto.grant import Grant
from crypto.keys import KemPublic, KemSecret, SignPublic, SignSecret
from crypto.random import random_bytes
from tests.helpers.box import ANNA, BELA
from tests.helpers.replay import replayed_kem
from tests.helpers.vectors import Case, ReplayRand, assert_reproduced, flip, name_of, vectors
from tests.vectors.make.letter import LETTER, sealed


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("letter")


def _letter(fields: dict[str, Any]) -> letter.Letter:
    return letter.Letter(
        kind=fields["kind"],
        certificate_hash=bytes.fromhex(fields["certificate_hash"]),
        sign_pk=SignPublic(bytes.fromhex(fields["sign_pk"])),
        sent_ms=fields["sent_ms"],
        payload=bytes.fromhex(fields["payload"]),
    )


@pytest.mark.parametrize("case", vectors("letter", "seal"), ids=name_of)
def test_sealing_follows_the_vectors(case: Case) -> None:
    recipient = KemPublic(case.bytes_of("kem_pk"))
    secret, rand = SignSecret(case.bytes_of("sign")), ReplayRand(case.bytes_of("rand"))

    def made() -> dict[str, Any]:
        raw = letter.seal_letter(recipient, secret, _letter(case.given["letter"]), rand)
        return {"raw": raw, "inbox16": letter.inbox16(recipient)}

    with replayed_kem():
        case.check(made)


@pytest.mark.parametrize("case", vectors("letter", "open"), ids=name_of)
def test_opening_follows_the_vectors(case: Case) -> None:
    def opened() -> dict[str, Any]:
        found = letter.open_letter(case.bytes_of("raw"), KemSecret(case.bytes_of("kem")))
        return {
            "letter": {
                "kind": found.kind,
                "certificate_hash": found.certificate_hash,
                "sign_pk": found.sign_pk.raw,
                "sent_ms": found.sent_ms,
                "payload": found.payload,
            }
        }

    case.check(opened)


@pytest.mark.parametrize("case", vectors("letter", "welcome"), ids=name_of)
def test_welcomes_follow_the_vectors(case: Case) -> None:
    def read() -> dict[str, Any]:
        one = letter.Welcome.decode(case.bytes_of("raw"))
        assert one.encode() == case.bytes_of("raw")
        old = one.continuity
        return {
            "box16": one.box16,
            "epoch": one.epoch,
            "es": one.es.raw,
            "sidx": one.commit.body.sidx,
            "signature": one.commit.signature,
            "join_cap": one.join_cap.raw,
            "ticket16": one.ticket16,
            "handle": one.handle,
            "continuity": [old.old_box16, old.signature] if old else [],
        }

    case.check(read)


@pytest.mark.parametrize("case", vectors("letter", "team_seed"), ids=name_of)
def test_team_seeds_follow_the_vectors(case: Case) -> None:
    def read() -> dict[str, Any]:
        one = letter.TeamSeed.decode(case.bytes_of("raw"))
        return {"team16": one.team16, "epoch": one.epoch, "seed": one.seed.raw}

    case.check(read)


@pytest.mark.parametrize("case", vectors("letter", "grant"), ids=name_of)
def test_grants_follow_the_vectors(case: Case) -> None:
    def read() -> dict[str, Any]:
        one = Grant.decode(case.bytes_of("raw"))
        assert one.encode() == case.bytes_of("raw")
        return {"box16": one.box16, "secrets": [es.raw for es in one.secrets]}

    case.check(read)


@pytest.mark.parametrize("case", vectors("letter", "continues"), ids=name_of)
def test_continuity_follows_the_vectors(case: Case) -> None:
    old = letter.Continuity(old_box16=bytes(16), signature=case.bytes_of("signature"))
    old_pk, new_pk = (SignPublic(case.bytes_of(one)) for one in ("old_sign_pk", "new_sign_pk"))
    case.check_silent(lambda: old.verify(old_pk, case.bytes_of("new_box16"), new_pk))


def test_flipped_bits_are_refused() -> None:
    with replayed_kem():
        raw = sealed()
    bits = [*range(0, 26 * 8), *range(26 * 8, len(raw) * 8, 61)]
    for bit in bits:
        with pytest.raises(RemoteError):
            letter.open_letter(flip(raw, bit), BELA.kem)


def test_what_is_longer_than_any_letter_is_not_even_read() -> None:
    longest = replace(LETTER, payload=bytes(130_000))
    assert len(sealed("longest", longest)) == 132_234
    with pytest.raises(NotCanonical):
        letter.parse_letter(bytes(132_234))
    with pytest.raises(BadLength):
        letter.parse_letter(bytes(132_235))


def test_a_letter_opens_with_fresh_randomness_and_shows_no_payload() -> None:
    raw = letter.seal_letter(kem.public(BELA.kem), ANNA.sign, LETTER)
    found = letter.open_letter(raw, BELA.kem)
    assert found == LETTER
    assert "payload" not in repr(found)
    with pytest.raises(LocalError):
        letter.seal_letter(BELA.kem_pk, BELA.sign, LETTER)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(raw: bytes) -> None:
    for call in (letter.parse_letter, letter.Welcome.decode, letter.TeamSeed.decode):
        try:
            call(raw)
        except RemoteError:
            continue


def test_kinds_have_the_numbers_of_the_spec() -> None:
    assert {one.name: int(one) for one in letter.LetterKind} == {
        "WELCOME": 1,
        "GRANT": 2,
        "TEAM_SEED": 3,
        "TEAM_PROPOSAL": 4,
        "DRAFT": 5,
        "RECEIPT": 6,
        "CONTACT": 7,
    }


@pytest.mark.parametrize(
    ("place", "value", "refusal"),
    [(1, 256, NotCanonical), (5, bytes(63), BadSignature), (5, bytes(65), BadSignature)],
    ids=["kind 256", "signature of 63", "signature of 65"],
)
def test_a_letter_of_another_shape_is_refused_by_its_name(
    place: int, value: encoding.Value, refusal: type[RemoteError]
) -> None:
    items: list[encoding.Value] = [*LETTER.to_value(), bytes(64)]
    items[place] = value
    head: list[encoding.Value] = [1, 2, letter.inbox16(BELA.kem_pk)]
    message = padding.pad(encoding.encode(items), padding.MAX_COMMIT_BUCKET_BYTES)
    raw = encoding.encode([*head, kem.seal(BELA.kem_pk, head, message, random_bytes)])
    with pytest.raises(refusal):
        letter.open_letter(raw, BELA.kem)
