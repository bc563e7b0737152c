"""Primitives against their vectors, and against hashlib and argon2-cffi."""

from __future__ import annotations

import hashlib
from typing import Any

import argon2.low_level
import pytest

from crypto import labels, primitives
from crypto.errors import BadKey, BadTag, LocalError
from crypto.keys import SignPublic, SignSecret
from tests.helpers.vectors import Case, assert_reproduced, flip, name_of, untag_value, vectors

LABELS = {label.name: label for label in labels.ALL}


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("primitives")


def framed(*parts: bytes) -> bytes:
    """The input of HASH by its definition."""
    return b"\x07va1/msg" + b"".join(len(part).to_bytes(8, "little") + part for part in parts)


@pytest.mark.parametrize("case", vectors("primitives", "kdf"), ids=name_of)
def test_kdf(case: Case) -> None:
    label, context = LABELS[case.given["label"]], untag_value(case.given["context"])
    key, size = case.bytes_of("key"), case.given["size"]
    case.check(lambda: {"derived": primitives.kdf(key, label, context, size)})


@pytest.mark.parametrize("case", vectors("primitives", "hash"), ids=name_of)
def test_hash(case: Case) -> None:
    parts = [untag_value(part) for part in case.given["parts"]]
    case.check(lambda: {"digest": primitives.hash_(labels.MSG, *parts)})


@pytest.mark.parametrize("case", vectors("primitives", "hash64"), ids=name_of)
def test_hash64(case: Case) -> None:
    parts = [untag_value(part) for part in case.given["parts"]]
    case.check(lambda: {"digest": primitives.hash64(labels.MSG, *parts)})


def test_hashes_follow_their_definition_with_hashlib() -> None:
    message = framed(b"ab", b"c")
    assert (
        primitives.hash_(labels.MSG, b"ab", b"c")
        == hashlib.blake2b(message, digest_size=32).digest()
    )
    assert primitives.hash64(labels.MSG, b"ab", b"c") == hashlib.blake2b(message).digest()
    derived = hashlib.blake2b(b"\x07va1/msgctx", key=b"k" * 32, digest_size=16).digest()
    assert primitives.kdf(b"k" * 32, labels.MSG, b"ctx", 8) == derived[:8]
    whole = primitives.Blake2b()
    whole.update(b"ab")
    whole.update(b"c")
    assert whole.digest() == hashlib.blake2b(b"abc", digest_size=32).digest()


@pytest.mark.parametrize("case", vectors("primitives", "aead"), ids=name_of)
def test_aead(case: Case) -> None:
    key, nonce, sealed = (case.bytes_of(name) for name in ("key", "nonce", "sealed"))
    ad = untag_value(case.given["ad"])
    case.check(lambda: {"message": primitives.aead_open(key, nonce, ad, sealed)})
    if case.out:
        assert primitives.aead_seal(key, nonce, ad, bytes.fromhex(case.out["message"])) == sealed


def test_every_flipped_bit_of_a_sealed_message_is_refused() -> None:
    sealed = primitives.aead_seal(bytes(32), bytes(24), b"ad", b"text")
    for bit in range(len(sealed) * 8):
        with pytest.raises(BadTag):
            primitives.aead_open(bytes(32), bytes(24), b"ad", flip(sealed, bit))


def test_sealing_with_a_wrong_key_or_nonce_size_is_a_bug() -> None:
    for key, nonce in ((bytes(31), bytes(24)), (bytes(32), bytes(12))):
        with pytest.raises(LocalError):
            primitives.aead_seal(key, nonce, b"", b"")


@pytest.mark.parametrize("case", vectors("primitives", "argon2id"), ids=name_of)
def test_argon2id_agrees_with_the_reference_implementation(case: Case) -> None:
    password, salt = case.bytes_of("password"), case.bytes_of("salt")
    passes, memory_bytes = case.given["passes"], case.given["memory_bytes"]
    case.check(lambda: {"derived": primitives.argon2id(password, salt, passes, memory_bytes)})
    reference = argon2.low_level.hash_secret_raw(
        password, salt, passes, memory_bytes // 1024, 1, 32, argon2.low_level.Type.ID, 0x13
    )
    assert reference.hex() == case.out["derived"]


@pytest.mark.parametrize("case", vectors("primitives", "sign"), ids=name_of)
def test_sign(case: Case) -> None:
    secret, label = SignSecret(case.bytes_of("secret")), LABELS[case.given["label"]]
    parts = [untag_value(part) for part in case.given["parts"]]
    public = primitives.sign_public(secret).raw
    case.check(lambda: {"signature": primitives.sign(secret, label, *parts), "public": public})


@pytest.mark.parametrize("case", vectors("primitives", "verify"), ids=name_of)
def test_verify(case: Case) -> None:
    public, label = SignPublic(case.bytes_of("public")), LABELS[case.given["label"]]
    parts = [untag_value(part) for part in case.given["parts"]]
    signature = case.bytes_of("signature")
    case.check_silent(lambda: primitives.verify(public, label, signature, *parts))


@pytest.mark.parametrize("case", vectors("primitives", "verify_raw"), ids=name_of)
def test_verifiers_agree_on_edge_cases(case: Case) -> None:
    public = SignPublic(case.bytes_of("public"))
    signature, message = case.bytes_of("signature"), case.bytes_of("message")
    case.check_silent(lambda: primitives.verify_raw(public, signature, message))


def test_a_label_for_another_purpose_signs_nothing() -> None:
    secret = SignSecret(bytes(32))
    with pytest.raises(LocalError):
        primitives.sign(secret, labels.MSG, b"")
    with pytest.raises(LocalError):
        primitives.verify(primitives.sign_public(secret), labels.MSG, bytes(64), b"")


@pytest.mark.parametrize("case", vectors("primitives", "x25519"), ids=name_of)
def test_x25519(case: Case) -> None:
    scalar, point = case.bytes_of("scalar"), case.bytes_of("point")
    case.check(lambda: {"shared": primitives.x25519(scalar, point)})


def test_a_sealed_box_opens_only_as_it_was_sealed() -> None:
    secret = bytes(range(32))
    public = primitives.x25519_public(secret)
    sealed = primitives.sealed_box(public, b"copy")
    assert len(sealed) == 4 + primitives.SEALED_BOX_OVERHEAD_BYTES
    assert primitives.sealed_box_open(public, secret, sealed) == b"copy"
    for wrong in (flip(sealed, 0), flip(sealed, 300), sealed[:-1], b""):
        with pytest.raises(BadTag):
            primitives.sealed_box_open(public, secret, wrong)


def test_secrets_of_different_size_are_simply_unequal() -> None:
    assert primitives.equal(b"ab", b"ab")
    assert not primitives.equal(b"ab", b"ac")
    assert not primitives.equal(b"ab", b"abc")


def test_group_calls_refuse_points_off_the_curve_or_of_small_order() -> None:
    off_curve: Any = b"\x02" + bytes(31)
    with pytest.raises(BadKey):
        primitives.ed25519_add(off_curve, off_curve)
    with pytest.raises(BadKey):
        primitives.ed25519_multiply(b"\x01" + bytes(31), b"\x01" + bytes(31))
