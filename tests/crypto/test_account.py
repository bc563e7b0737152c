"""Doors, the sign-in machine, and what follows from the account secret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import argon2.low_level
import pytest

from crypto import account, credential, doors, generation, labels, oprf
from crypto.errors import (
    BadKey,
    BadTag,
    LocalError,
    NotCanonical,
    WrongKey,
)
from crypto.keys import AccountSecret, SignPublic, SignSecret
from crypto.primitives import hash_
from tests.helpers.vectors import (
    Case,
    ReplayRand,
    SeededRand,
    assert_reproduced,
    flip,
    name_of,
    vectors,
)

_DEPLOYMENT = bytes(range(16))
_DOOR = bytes(range(16, 32))
_SECRET = b"a passphrase of some length"
_CHALLENGE = bytes([7]) * 32


@pytest.fixture(scope="module", name="ams")
def _ams() -> AccountSecret:
    return account.new_account_secret(SeededRand("ams"))


@pytest.fixture(scope="module", name="scalar")
def _scalar() -> bytes:
    return oprf.random_scalar(SeededRand("keeper"))


@pytest.fixture(scope="module", name="door")
def _door(ams: AccountSecret, scalar: bytes) -> doors.NewDoor:
    started = doors.start(_DOOR, _SECRET)
    return doors.new_door(started, oprf.evaluate(scalar, started.alpha), ams)


@pytest.fixture(scope="module", name="opened")
def _opened(door: doors.NewDoor, scalar: bytes) -> doors.Opened:
    started = doors.start(_DOOR, _SECRET)
    return doors.open_slot(started, oprf.evaluate(scalar, started.alpha), door.slot)


def _facts(opened: doors.Opened) -> credential.SignInFacts:
    return credential.SignInFacts(
        deployment_id=_DEPLOYMENT,
        door_id=opened.door_id,
        challenge=_CHALLENGE,
        alpha=opened.alpha,
        beta=opened.beta,
        slot=opened.slot,
    )


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("account")


@pytest.mark.parametrize("case", vectors("account", "login_id"), ids=name_of)
def test_a_pseudonym_gives_its_door_id(case: Case) -> None:
    name, deployment = case.given["pseudonym"], case.bytes_of("deployment_id")
    case.check(lambda: {"id": doors.login_id(name, deployment)})


@pytest.mark.parametrize("case", vectors("account", "new_door"), ids=name_of)
def test_a_door_is_made_as_in_the_vectors(case: Case) -> None:
    def call() -> dict[str, bytes]:
        rand = ReplayRand(case.bytes_of("rand"))
        started = doors.start(case.bytes_of("door_id"), case.bytes_of("secret"), rand)
        slot_rand = ReplayRand(case.bytes_of("slot_rand"))
        ams = AccountSecret(case.bytes_of("ams"))
        door = doors.new_door(started, case.bytes_of("beta"), ams, slot_rand)
        return {"auth_public": door.auth_public.raw, "slot": door.slot}

    case.check(call)


@pytest.mark.parametrize("case", vectors("account", "sign_in"), ids=name_of)
def test_a_sign_in_opens_or_is_refused_as_in_the_vectors(case: Case) -> None:
    def call() -> dict[str, bytes]:
        rand = ReplayRand(case.bytes_of("rand"))
        started = doors.start(case.bytes_of("door_id"), case.bytes_of("secret"), rand)
        opened = doors.open_slot(started, case.bytes_of("beta"), case.bytes_of("slot"))
        signature = doors.finish_signature(
            opened, case.bytes_of("deployment_id"), case.bytes_of("challenge")
        )
        return {"alpha": started.alpha, "ams": opened.ams.raw, "signature": signature}

    case.check(call)


@pytest.mark.parametrize("case", vectors("account", "change"), ids=name_of)
def test_a_changed_door_is_signed_with_the_old_key(case: Case) -> None:
    change = credential.DoorChange(
        deployment_id=case.bytes_of("deployment_id"),
        old_door_id=case.bytes_of("old_door_id"),
        new_door_id=case.bytes_of("new_door_id"),
        keeper_token=case.bytes_of("keeper_token"),
        auth_public=SignPublic(case.bytes_of("auth_public")),
        slot=case.bytes_of("slot"),
    )
    auth = SignSecret(case.bytes_of("auth"))
    case.check(lambda: {"signature": credential.sign_door(auth, change)})


@pytest.mark.parametrize("case", vectors("account", "delete"), ids=name_of)
def test_the_end_of_an_account_is_signed_under_a_label_of_its_own(case: Case) -> None:
    def call() -> dict[str, Any]:
        rand = ReplayRand(case.bytes_of("rand"))
        started = doors.start(case.bytes_of("door_id"), case.bytes_of("secret"), rand)
        opened = doors.open_slot(started, case.bytes_of("beta"), case.bytes_of("slot"))
        facts = case.bytes_of("deployment_id"), case.bytes_of("challenge")
        signature = doors.delete_signature(opened, *facts)
        assert signature != doors.finish_signature(opened, *facts)
        return {"signature": signature}

    case.check(call)


@pytest.mark.parametrize("case", vectors("account", "key_context"), ids=name_of)
def test_each_generation_has_its_key_context(case: Case) -> None:
    box16, number = case.bytes_of("box16"), case.given["generation"]
    case.check(lambda: {"key_context": generation.key_context(box16, number)})


@pytest.mark.parametrize("case", vectors("account", "derived"), ids=name_of)
def test_keys_follow_from_the_account_secret(case: Case) -> None:
    def call() -> dict[str, Any]:
        ams = AccountSecret(case.bytes_of("ams"))
        keys = account.conversation(ams, case.bytes_of("key_context"))
        staff_sign = account.staff_sign(ams)
        challenge, subject16 = case.bytes_of("challenge"), case.bytes_of("subject16")
        return {
            "staff_sign": staff_sign.raw,
            "staff_kem": account.staff_kem(ams).raw,
            "handle": account.handle(ams),
            "cap": keys.cap.raw,
            "cap_hash": credential.cap_hash(keys.cap),
            "ticket_cap": keys.ticket_cap.raw,
            "sign": keys.sign.raw,
            "kem": keys.kem.raw,
            "staff_signature": credential.sign_staff(staff_sign, challenge, subject16),
        }

    case.check(call)


# --- the order of a sign-in ----------------------------------------------------------------------


def test_the_right_passphrase_opens_the_slot_and_signs_in(
    door: doors.NewDoor, opened: doors.Opened, ams: AccountSecret
) -> None:
    assert opened.ams == ams
    signature = doors.finish_signature(opened, _DEPLOYMENT, _CHALLENGE)
    credential.verify_sign_in(door.auth_public, signature, _facts(opened))


def test_an_answer_under_a_foreign_scalar_gets_nothing_derived_from_the_passphrase(
    door: doors.NewDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The classic failure: a client that signs before the slot is open lets a relay that answers
    # with its own scalar guess passphrases offline. monkeypatch, because the claim is that no
    # signature is made at all.
    signed: list[object] = []
    monkeypatch.setattr(credential, "sign", lambda *given: signed.append(given))
    foreign = oprf.random_scalar(SeededRand("foreign"))
    started = doors.start(_DOOR, _SECRET)
    with pytest.raises(WrongKey) as refusal:
        doors.open_slot(started, oprf.evaluate(foreign, started.alpha), door.slot)
    assert signed == []
    # All the machine gives away is one bit: an error without a value in it, and a dead state.
    assert str(refusal.value) == "wrong_key: slot"
    with pytest.raises(LocalError):
        doors.open_slot(started, oprf.evaluate(foreign, started.alpha), door.slot)


def test_one_passphrase_never_sends_the_same_alpha_twice() -> None:
    assert doors.start(_DOOR, _SECRET).alpha != doors.start(_DOOR, _SECRET).alpha


def test_a_start_answers_once(door: doors.NewDoor, scalar: bytes) -> None:
    started = doors.start(_DOOR, _SECRET)
    beta = oprf.evaluate(scalar, started.alpha)
    doors.open_slot(started, beta, door.slot)
    with pytest.raises(LocalError):
        doors.open_slot(started, beta, door.slot)
    with pytest.raises(LocalError):
        doors.new_door(started, beta, AccountSecret(bytes(32)))


def test_a_refused_element_spends_the_start_too(door: doors.NewDoor, scalar: bytes) -> None:
    started = doors.start(_DOOR, _SECRET)
    with pytest.raises(BadKey):
        doors.open_slot(started, bytes(32), door.slot)
    with pytest.raises(LocalError):
        doors.open_slot(started, oprf.evaluate(scalar, started.alpha), door.slot)


def test_the_commitment_is_compared_before_the_seal_is_tried(
    door: doors.NewDoor, scalar: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A slot crafted to open under several keys must die on its commitment (partitioning oracle).
    def never(*_: object) -> bytes:
        raise AssertionError("the AEAD was tried under an uncommitted key")

    monkeypatch.setattr(doors, "aead_open", never)
    parts = credential.decode_slot(door.slot)
    forged = credential.encode_slot(replace(parts, kek_commit=flip(parts.kek_commit, 0)))
    started = doors.start(_DOOR, _SECRET)
    with pytest.raises(WrongKey):
        doors.open_slot(started, oprf.evaluate(scalar, started.alpha), forged)


def test_every_one_bit_flip_of_a_slot_is_refused(
    ams: AccountSecret, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 904 openings under one root: OPRF and Argon2id would take minutes and have their own tests.
    root = SeededRand("root")(64)
    monkeypatch.setattr(doors, "_root", lambda *_: root)
    slot = doors.make_slot(root, _DOOR, ams)
    started = doors.start(_DOOR, _SECRET)
    assert doors.open_slot(started, b"", slot).ams == ams
    for bit in range(len(slot) * 8):
        with pytest.raises((WrongKey, BadTag, NotCanonical)):
            doors.open_slot(started, b"", flip(slot, bit))


def test_argon2id_agrees_with_the_reference_implementation() -> None:
    salt = hash_(labels.DEPLOYMENT, _DEPLOYMENT)[:16]
    expected = argon2.low_level.hash_secret_raw(
        b"eva", salt, 1, 32 * 1024, 1, 32, argon2.low_level.Type.ID
    )
    assert doors.login_id("eva", _DEPLOYMENT) == expected[:16]


# --- derived keys and contracts ------------------------------------------------------------------


def test_each_use_has_its_own_key(ams: AccountSecret) -> None:
    keys = [account.conversation(ams, bytes([n]) * 16) for n in range(2)]
    drawn = [k.raw for pair in keys for k in (pair.cap, pair.ticket_cap, pair.sign, pair.kem)]
    drawn += [account.staff_sign(ams).raw, account.staff_kem(ams).raw, account.handle(ams)]
    assert len({raw[:16] for raw in drawn}) == len(drawn)


@pytest.mark.parametrize(
    "call",
    [
        lambda: doors.start(bytes(15), _SECRET),
        lambda: account.conversation(AccountSecret(bytes(32)), bytes(15)),
    ],
    ids=["door id", "key context"],
)
def test_a_wrong_size_from_our_own_side_is_a_local_error(call: Callable[[], object]) -> None:
    with pytest.raises(LocalError):
        call()


def test_no_secret_shows_in_a_repr(opened: doors.Opened, ams: AccountSecret) -> None:
    started = doors.start(_DOOR, _SECRET)
    keys = account.conversation(ams, bytes(16))
    assert repr(started) == "Started(redacted)"
    shown = repr(started) + repr(opened) + repr(keys)
    for secret in (ams.raw, opened.auth.raw, keys.cap.raw, keys.sign.raw):
        assert secret.hex() not in shown
        assert repr(secret) not in shown
