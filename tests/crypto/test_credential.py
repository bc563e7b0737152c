"""What the relay checks of an account."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import account, credential, doors, labels
from crypto.errors import BadLength, BadSignature, LocalError, RemoteError
from crypto.keys import AccountSecret, CapSecret, ResumeSecret, SignSecret
from crypto.primitives import hash_, sign_public
from tests.helpers.vectors import SeededRand, flip

_DEPLOYMENT = bytes(range(16))
_DOOR = bytes(range(16, 32))
_CHALLENGE = bytes([7]) * 32


@pytest.fixture(name="ams")
def _ams() -> AccountSecret:
    return account.new_account_secret(SeededRand("ams"))


@pytest.fixture(name="door")
def _door(ams: AccountSecret, auth: SignSecret) -> doors.NewDoor:
    slot = doors.make_slot(bytes(64), _DOOR, ams, SeededRand("slot"))
    return doors.NewDoor(door_id=_DOOR, auth_public=sign_public(auth), slot=slot)


@pytest.fixture(name="auth")
def _auth() -> SignSecret:
    return SignSecret(SeededRand("auth")(32))


@pytest.fixture(name="opened")
def _opened(ams: AccountSecret, auth: SignSecret, door: doors.NewDoor) -> doors.Opened:
    alpha, beta = bytes([1]) * 32, bytes([2]) * 32
    return doors.Opened(ams=ams, auth=auth, door_id=_DOOR, alpha=alpha, beta=beta, slot=door.slot)


def _facts(opened: doors.Opened) -> credential.SignInFacts:
    return credential.SignInFacts(
        deployment_id=_DEPLOYMENT,
        door_id=opened.door_id,
        challenge=_CHALLENGE,
        alpha=opened.alpha,
        beta=opened.beta,
        slot=opened.slot,
    )


@pytest.mark.parametrize("name", ["deployment_id", "door_id", "challenge", "alpha", "beta", "slot"])
def test_a_sign_in_signature_covers_every_fact(
    name: str, opened: doors.Opened, door: doors.NewDoor
) -> None:
    signature = doors.finish_signature(opened, _DEPLOYMENT, _CHALLENGE)
    facts = _facts(opened)
    altered = replace(facts, **{name: flip(getattr(facts, name), 0)})
    with pytest.raises(BadSignature):
        credential.verify_sign_in(door.auth_public, signature, altered)


def test_a_changed_door_is_accepted_only_as_it_was_signed(
    opened: doors.Opened, door: doors.NewDoor
) -> None:
    token = bytes([9]) * 32
    signature = doors.change_signature(opened, _DEPLOYMENT, door, token)
    change = credential.DoorChange(
        deployment_id=_DEPLOYMENT,
        old_door_id=_DOOR,
        new_door_id=_DOOR,
        keeper_token=token,
        auth_public=door.auth_public,
        slot=door.slot,
    )
    credential.verify_door(door.auth_public, signature, change)
    other = sign_public(SignSecret(bytes(32)))
    altered = [
        replace(change, deployment_id=flip(_DEPLOYMENT, 0)),
        replace(change, old_door_id=flip(_DOOR, 0)),
        replace(change, new_door_id=flip(_DOOR, 0)),
        replace(change, keeper_token=flip(token, 0)),
        replace(change, auth_public=other),
        replace(change, slot=flip(door.slot, 0)),
    ]
    for wrong in altered:
        with pytest.raises(BadSignature):
            credential.verify_door(door.auth_public, signature, wrong)
    with pytest.raises(BadSignature):
        credential.verify_door(other, signature, change)


def test_a_staff_proof_counts_for_one_challenge_and_subject(ams: AccountSecret) -> None:
    secret = account.staff_sign(ams)
    public, subject16 = sign_public(secret), bytes(16)
    signature = credential.sign_staff(secret, _CHALLENGE, subject16)
    credential.verify_staff(public, signature, challenge=_CHALLENGE, subject16=subject16)
    for challenge, subject in ((bytes(32), subject16), (_CHALLENGE, bytes([1]) * 16)):
        with pytest.raises(BadSignature):
            credential.verify_staff(public, signature, challenge=challenge, subject16=subject)


def test_a_sign_in_signature_is_no_staff_proof_and_no_change(
    opened: doors.Opened, door: doors.NewDoor
) -> None:
    signature = doors.finish_signature(opened, _DEPLOYMENT, _CHALLENGE)
    with pytest.raises(BadSignature):
        credential.verify_staff(door.auth_public, signature, challenge=_CHALLENGE, subject16=_DOOR)


def test_the_end_of_an_account_is_believed_of_its_door_alone(
    opened: doors.Opened, door: doors.NewDoor
) -> None:
    signature = doors.delete_signature(opened, _DEPLOYMENT, _CHALLENGE)
    facts = _facts(opened)
    credential.verify_delete(door.auth_public, signature, facts)
    sign_in = doors.finish_signature(opened, _DEPLOYMENT, _CHALLENGE)
    for other, about in ((sign_in, facts), (signature, replace(facts, challenge=bytes(32)))):
        with pytest.raises(BadSignature):
            credential.verify_delete(door.auth_public, other, about)


def test_tokens_and_capabilities_are_stored_as_hashes() -> None:
    assert credential.token_hash(bytes(32)) == hash_(labels.TOKEN, bytes(32))
    assert credential.cap_hash(CapSecret(bytes(32))) == hash_(labels.CAP, bytes(32))
    assert credential.resume_id(ResumeSecret(bytes(32))) == hash_(labels.RESUME_ID, bytes(32))
    with pytest.raises(BadLength):
        credential.token_hash(bytes(31))


def test_a_slot_has_one_shape(door: doors.NewDoor) -> None:
    assert len(door.slot) == credential.SLOT_BYTES
    assert credential.is_slot_shape(door.slot)
    assert credential.is_slot_shape(door.slot[:-1]) is False
    assert credential.is_slot_shape(bytes(credential.SLOT_BYTES)) is False
    with pytest.raises(BadLength):
        credential.decode_slot(door.slot[:-1])
    with pytest.raises(LocalError):
        credential.encode_slot(
            credential.SlotParts(nonce=bytes(23), kek_commit=bytes(32), sealed=bytes(48))
        )


@settings(deadline=None)
@given(st.binary(max_size=200) | st.binary(min_size=113, max_size=113))
def test_arbitrary_slots_are_refused_or_written_back_alike(raw: bytes) -> None:
    try:
        parts = credential.decode_slot(raw)
    except RemoteError:
        assert not credential.is_slot_shape(raw)
        return
    assert credential.encode_slot(parts) == raw


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=106, max_size=106))
def test_anything_in_the_shape_of_a_slot_is_taken_apart(inside: bytes) -> None:
    parts = credential.SlotParts(nonce=inside[:24], kek_commit=inside[24:56], sealed=inside[56:104])
    assert credential.decode_slot(credential.encode_slot(parts)) == parts
