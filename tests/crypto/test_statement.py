"""Payloads, leaves and profiles: vectors and fuzz."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import certificate, encoding, ownprofile, primitives, profile, statement
from crypto.certificate import Certificate, Leaf
from crypto.errors import LocalError, RemoteError
from crypto.keys import KemPublic, SignPublic, SignSecret
from crypto.labels import SIG_LEAF
from crypto.statement import Kind, Policy, Role
from tests.helpers.organisation import NOW_MS, Organisation, Person
from tests.helpers.vectors import Case, assert_reproduced, flip, name_of, vectors
from tests.vectors.make.profile import ANNA, GOOD


def run(case: Case) -> dict[str, object]:
    given = case.given
    if given["op"] == "leaf":
        raw = case.bytes_of("leaf")
        Leaf.decode(raw).verify(SignPublic(case.bytes_of("issuer")))
        return {"hash": certificate.leaf_hash(raw)}
    payload = statement.decode(given["kind"], case.bytes_of("payload"))
    if given["op"] == "payload":
        raw = payload.encode()
        return {"encoded": raw, "hash": certificate.payload_hash(raw)}
    leaf = certificate.make_leaf(
        SignSecret(case.bytes_of("secret")),
        case.bytes_of("subject16"),
        payload,
        given["not_before_ms"],
        given["not_after_ms"],
    )
    return {"leaf": leaf}


def run_profile(case: Case) -> dict[str, object]:
    raw = case.bytes_of("profile")
    opened = profile.open_profile(
        SignPublic(case.bytes_of("public")),
        case.bytes_of("subject16"),
        raw,
        case.bytes_of("signature"),
    )
    return {
        "name": opened.name,
        "languages": opened.languages,
        "texts": opened.texts,
        "status": opened.status,
        "picture_hash": opened.picture_hash,
        "counter": opened.counter,
        "encoded": ownprofile.encode_profile(opened),
        "signed": ownprofile.sign_profile(SignSecret(case.bytes_of("secret")), raw),
    }


@pytest.mark.parametrize("case", vectors("statement"), ids=name_of)
def test_statements_follow_their_vectors(case: Case) -> None:
    case.check(lambda: run(case))


@pytest.mark.parametrize("case", vectors("profile"), ids=name_of)
def test_profiles_follow_their_vectors(case: Case) -> None:
    case.check(lambda: run_profile(case))


@pytest.mark.parametrize("case", vectors("ownprofile"), ids=name_of)
def test_typed_lines_and_texts_follow_their_vectors(case: Case) -> None:
    def cleaned() -> dict[str, object]:
        typed = case.given["typed"]
        line, text = ownprofile.clean_line(typed), ownprofile.clean_text(typed)
        shown = profile.Profile(
            subject16=bytes(16), counter=0, name="x", texts=(text, ""), status=line
        )
        ownprofile.encode_profile(shown)
        return {"line": line, "text": text}

    case.check(cleaned)


@pytest.mark.parametrize("name", ["statement", "profile", "ownprofile"])
def test_the_generators_reproduce_the_vectors(name: str) -> None:
    assert_reproduced(name)


def test_every_flipped_bit_of_a_leaf_is_refused() -> None:
    org = Organisation()
    org.found()
    raw, public = org.log[0][0], primitives.sign_public(org.root)
    for bit in range(len(raw) * 8):
        with pytest.raises(RemoteError):
            Leaf.decode(flip(raw, bit)).verify(public)


def test_every_flipped_bit_of_a_profile_is_refused() -> None:
    raw = ownprofile.encode_profile(GOOD)
    signature = ownprofile.sign_profile(ANNA.sign, raw)
    for bit in range(len(raw) * 8):
        with pytest.raises(RemoteError):
            profile.open_profile(ANNA.sign_pk, ANNA.subject16, flip(raw, bit), signature)


def test_the_signature_covers_the_array_of_the_first_seven() -> None:
    org = Organisation()
    org.found()
    items = encoding.decode_array(org.log[0][0], 8)
    signature = encoding.binary(items[7])
    primitives.verify(primitives.sign_public(org.root), SIG_LEAF, signature, items[:7])


def test_a_subject_of_another_size_is_our_fault() -> None:
    org = Organisation()
    payload = org.staff(Person("Anna"), Role.ADMIN)
    with pytest.raises(LocalError):
        certificate.make_leaf(org.root, b"short", payload, NOW_MS, NOW_MS + 1)


def test_a_certificate_runs_from_ten_minutes_before_its_start_until_its_end() -> None:
    made = Certificate(
        hash=bytes(32),
        index=3,
        subject16=bytes(16),
        role=Role.LEAD,
        sign_pk=Person("Anna").sign_pk,
        kem_pk=KemPublic(bytes(1216)),
        not_before_ms=NOW_MS,
        not_after_ms=NOW_MS + 5,
        revoked_at=7,
    )
    assert made.kind is Kind.COUNSELLOR
    assert not made.runs_at(NOW_MS - 600_001)
    assert made.runs_at(NOW_MS - 600_000)
    assert made.runs_at(NOW_MS + 4)
    assert not made.runs_at(NOW_MS + 5)
    assert not made.is_revoked_in(7)
    assert made.is_revoked_in(8)


@given(st.integers(0, 12), st.binary(max_size=200))
def test_junk_payloads_raise_nothing_but_remote_errors(kind: int, raw: bytes) -> None:
    with suppress(RemoteError):
        statement.decode(kind, raw)
    with suppress(RemoteError):
        Leaf.decode(raw)
    with suppress(RemoteError):
        profile.Profile.decode(raw)


VALUES = st.recursive(
    st.integers(0, 300) | st.binary(max_size=40) | st.text("abz\u00fc", max_size=5),
    lambda inner: st.lists(inner, max_size=8),
    max_leaves=20,
)


@given(st.integers(1, 7), st.lists(VALUES, max_size=9))
def test_junk_of_the_right_encoding_raises_nothing_but_remote_errors(
    kind: int, items: list[encoding.Value]
) -> None:
    raw = encoding.encode(items)
    with suppress(RemoteError):
        statement.decode(kind, raw)
    with suppress(RemoteError):
        Leaf.decode(raw)
    with suppress(RemoteError):
        profile.Profile.decode(raw)


def test_a_policy_asks_for_witnesses_only_where_it_says_so() -> None:
    policy = Policy(log_origin="example.org/log", log_pk=Person("log").sign_pk, retention=())
    assert (policy.witnesses, policy.witness_quorum, policy.cosigned_hours) == ((), 0, 0)
    assert Policy.decode(policy.encode()) == policy
