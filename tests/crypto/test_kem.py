"""X-Wing and SEAL: the draft's vectors, kyber-py as oracle, hostile keys and ciphertexts."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kyber_py.ml_kem import ML_KEM_768  # type: ignore[import-untyped]  # has no stubs

from crypto import kem
from crypto.errors import BadKey, BadLength, BadTag, RemoteError
from crypto.keys import KemPublic, KemSecret
from tests.helpers.vectors import (
    Case,
    SeededRand,
    assert_reproduced,
    flip,
    name_of,
    untag_value,
    vectors,
)

# First 16 bytes of public key and ciphertext as the draft prints them (appendix C, version 08).
DRAFT_HEADS = [
    ("e2236b35a8c24b39b10aa1323a96a919", "b83aa828d4d62b9a83ceffe1d3d3bb1e"),
    ("0333285fa253661508c9fb444852caa4", "c93beb22326705699bbc3d1d0aa6339b"),
    ("36244278824f77c621c660892c1c3886", "0d2e38cbf17a2e2e4e0c87a94ca1e770"),
]
SECRET = KemSecret(SeededRand("test-kem")(32))


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("kem")


@pytest.mark.parametrize("case", vectors("kem", "draft"), ids=name_of)
def test_the_published_vectors_are_met(case: Case) -> None:
    secret = KemSecret(case.bytes_of("seed"))
    ciphertext = bytes.fromhex(case.out["ciphertext"])
    assert kem.public(secret).raw.hex() == case.out["public"]
    assert kem.decapsulate(secret, ciphertext).hex() == case.out["shared"]


def test_the_vectors_begin_as_printed_in_the_draft() -> None:
    for case, (public, ciphertext) in zip(vectors("kem", "draft"), DRAFT_HEADS, strict=True):
        assert case.out["public"].startswith(public)
        assert case.out["ciphertext"].startswith(ciphertext)


@pytest.mark.parametrize("case", vectors("kem", "encapsulate"), ids=name_of)
def test_a_key_that_must_not_be_used_is_refused(case: Case) -> None:
    case.check(lambda: {"made": kem.encapsulate(KemPublic(case.bytes_of("public")))})


@pytest.mark.parametrize("case", vectors("kem", "decapsulate"), ids=name_of)
def test_decapsulate(case: Case) -> None:
    secret = KemSecret(case.bytes_of("seed"))
    case.check(lambda: {"shared": kem.decapsulate(secret, case.bytes_of("ciphertext"))})


@pytest.mark.parametrize("case", vectors("kem", "open"), ids=name_of)
def test_open(case: Case) -> None:
    secret, context = KemSecret(case.bytes_of("seed")), untag_value(case.given["context"])
    case.check(lambda: {"message": kem.open_(secret, context, case.bytes_of("sealed"))})


@pytest.mark.parametrize("case", vectors("kem", "seal"), ids=name_of)
def test_what_the_vector_sealed_is_made_of_the_inputs_it_names(case: Case) -> None:
    opening = next(item for item in vectors("kem", "open") if item.out)
    assert case.out["sealed"] == opening.given["sealed"]
    assert case.given["message"] == opening.out["message"]


def test_kyber_py_opens_what_encapsulate_made() -> None:
    ciphertext, shared = kem.encapsulate(kem.public(SECRET))
    assert len(ciphertext) == kem.CIPHERTEXT_BYTES
    assert len(shared) == kem.SHARED_BYTES
    assert kem.decapsulate(SECRET, ciphertext) == shared
    seed = hashlib.shake_256(SECRET.raw).digest(96)[:64]
    encapsulation_key, decapsulation_key = ML_KEM_768.key_derive(seed)
    assert kem.public(SECRET).raw[:1184] == encapsulation_key
    mlkem_shared = ML_KEM_768.decaps(decapsulation_key, ciphertext[:1088])
    assert kem._expand(SECRET).mlkem.decapsulate(ciphertext[:1088]) == mlkem_shared


def test_sealing_twice_gives_two_ciphertexts() -> None:
    public = kem.public(SECRET)
    first, second = (kem.seal(public, [1], b"same") for _ in range(2))
    assert first[:1088] != second[:1088]
    assert first[1088:1120] != second[1088:1120]
    assert len(first) == 4 + kem.SEAL_OVERHEAD_BYTES
    assert kem.open_(SECRET, [1], first) == kem.open_(SECRET, [1], second) == b"same"


def test_a_flipped_bit_anywhere_is_refused() -> None:
    sealed = kem.seal(kem.public(SECRET), [1], b"text")
    # Each byte once, with its bit chosen by place; every bit of the share and of the body.
    bits = {at * 8 + at % 8 for at in range(len(sealed))} | set(range(1088 * 8, len(sealed) * 8))
    for bit in sorted(bits):
        with pytest.raises((BadTag, BadKey)):
            kem.open_(SECRET, [1], flip(sealed, bit))


@settings(max_examples=50)
@given(st.binary(max_size=64), st.sampled_from([0, 1100, 1120, 1136]))
def test_arbitrary_bytes_are_refused(tail: bytes, size: int) -> None:
    with pytest.raises(RemoteError):
        kem.open_(SECRET, b"", bytes(size) + tail)


def test_a_secret_of_another_size_is_refused() -> None:
    with pytest.raises(BadLength):
        KemSecret(bytes(31))
