"""E1 and E3: vectors, every flipped bit, and bytes that no client wrote."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import encoding, envelope, epoch, padding
from crypto.chain import env_id
from crypto.encoding import Value
from crypto.envelope import Body, Kind, Wrap
from crypto.errors import BadLength, LocalError, NotCanonical, RemoteError
from crypto.keys import EpochSecret, Share, SignPublic, SignSecret
from tests.helpers.box import SEEKER
from tests.helpers.vectors import (
    Case,
    ReplayRand,
    assert_reproduced,
    flip,
    name_of,
    vectors,
)
from tests.vectors.make.envelope import BODY, KEY, body_json, sealed_plaintext

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.integers(0, 2**53 - 1) | st.binary(max_size=40) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=12),
    max_leaves=30,
)


def _key(case: Case) -> epoch.EpochKey:
    es, share = EpochSecret(case.bytes_of("es")), Share(case.bytes_of("share"))
    return epoch.key(es, case.bytes_of("box16"), case.given["epoch"], share)


def _body(case: Case) -> Body:
    fields: dict[str, Any] = {
        name: bytes.fromhex(value) if isinstance(value, str) else value
        for name, value in case.given["body"].items()
    }
    return Body(**fields | {"payload": case.bytes_of("payload")})


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("envelope")


@pytest.mark.parametrize("case", vectors("envelope", "seal"), ids=name_of)
def test_sealing_follows_the_vectors(case: Case) -> None:
    secret, rand = SignSecret(case.bytes_of("sign")), ReplayRand(case.bytes_of("rand"))
    wraps = [Wrap(sidx=sidx, sealed=bytes.fromhex(raw)) for sidx, raw in case.given["wraps"]]

    def sealed() -> dict[str, Any]:
        if case.given["form"] == envelope.FORM_STORED:
            raw = envelope.seal_e1(_key(case), secret, _body(case), wraps, rand)
        else:
            raw = envelope.seal_e3(_key(case), secret, _body(case), rand)
        return {"env_id": env_id(raw), "size": len(raw)}

    case.check(sealed)


@pytest.mark.parametrize("case", vectors("envelope", "open"), ids=name_of)
def test_opening_follows_the_vectors(case: Case) -> None:
    def opened() -> dict[str, Any]:
        found = envelope.open_e1(case.bytes_of("raw"), _key(case))
        return {"body": body_json(found.body), "wraps": len(found.wraps)}

    case.check(opened)


@pytest.mark.parametrize("case", vectors("envelope", "verify"), ids=name_of)
def test_verifying_follows_the_vectors(case: Case) -> None:
    opened = envelope.open_e1(case.bytes_of("raw"), _key(case))
    public = SignPublic(case.bytes_of("sign_pk"))
    case.check_silent(lambda: envelope.verify(opened, public))


@pytest.mark.parametrize("case", vectors("envelope", "quote"), ids=name_of)
def test_quoted_outsides_follow_the_vectors(case: Case) -> None:
    def read() -> dict[str, Any]:
        outer = envelope.Outer.from_value(encoding.decode(case.bytes_of("raw")))
        assert outer.sealed == b""
        return {"raw": encoding.encode(outer.to_value())}

    case.check(read)


@pytest.mark.parametrize("case", vectors("envelope", "numbers"), ids=name_of)
def test_numbers_are_those_of_the_spec(case: Case) -> None:
    kinds: dict[str, type[IntEnum]] = {"Kind": Kind, "Fleeting": envelope.Fleeting}
    assert {one.name: int(one) for one in kinds[case.given["of"]]} == case.out


def test_nothing_that_was_written_or_sealed_shows_itself() -> None:
    opened = envelope.open_e1(envelope.seal_e1(KEY, SEEKER.sign, BODY), KEY)
    shown = repr([opened, Wrap(sidx=2, sealed=bytes(1168))])
    assert "sealed" not in shown
    assert "payload" not in shown


def test_an_outside_without_its_sealed_part_has_none() -> None:
    outer = envelope.parse_outer(envelope.seal_e1(KEY, SEEKER.sign, BODY))
    quoted = envelope.Outer(
        form=outer.form, box16=outer.box16, kid8=outer.kid8, nonce24=outer.nonce24
    )
    assert quoted == outer  # which is not part of what is compared
    assert quoted.sealed == b""


def test_each_flipped_bit_is_refused() -> None:
    raw = envelope.seal_e1(KEY, SEEKER.sign, BODY)
    for bit in range(len(raw) * 8):
        with pytest.raises(RemoteError):
            envelope.open_e1(flip(raw, bit), KEY)
    raw = envelope.seal_e3(KEY, SEEKER.sign, _typing())
    for bit in range(len(raw) * 8):
        with pytest.raises(RemoteError):
            envelope.open_e3(flip(raw, bit), KEY)


def _typing() -> Body:
    return replace(BODY, kind=envelope.Fleeting.TYPING, payload=b"\x90")


def test_a_text_never_takes_a_commits_bucket() -> None:
    wide = replace(BODY, payload=bytes(padding.MAX_BUCKET_BYTES))
    with pytest.raises(LocalError):
        envelope.seal_e1(KEY, SEEKER.sign, wide)
    raw = envelope.seal_e1(KEY, SEEKER.sign, replace(wide, kind=Kind.COMMIT))
    assert len(raw) == envelope.MAX_ENVELOPE_BYTES
    assert envelope.open_e1(raw, KEY).body.payload == wide.payload


def test_what_is_longer_than_any_envelope_is_not_even_read() -> None:
    with pytest.raises(NotCanonical):
        envelope.parse_outer(bytes(131_150))
    with pytest.raises(BadLength):
        envelope.parse_outer(bytes(131_151))


def test_a_text_in_a_commits_bucket_is_refused() -> None:
    wide = replace(BODY, payload=bytes(padding.MAX_BUCKET_BYTES)).to_value()
    message = encoding.encode([wide, bytes(64), []])
    padded = padding.pad(message, padding.MAX_COMMIT_BUCKET_BYTES)
    with pytest.raises(BadLength):
        envelope.open_e1(sealed_plaintext(padded, "wide text"), KEY)


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_or_read(raw: bytes) -> None:
    for call in (envelope.parse_outer, lambda one: envelope.open_e1(one, KEY)):
        try:
            call(raw)
        except RemoteError:
            continue


@given(VALUES)
def test_any_value_is_refused_or_read(value: Value) -> None:
    for call in (Body.from_value, envelope.Outer.from_value):
        try:
            call(value)
        except RemoteError:
            continue
