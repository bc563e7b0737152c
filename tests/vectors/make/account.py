"""Accounts: door ids, slots, sign-ins and their refusals, derived keys."""

from __future__ import annotations

from functools import partial
from typing import Any

from crypto import account, credential, doors, generation, oprf
from crypto.keys import AccountSecret
from tests.vectors.make.common import LOCAL_ERROR, SeededRand, case, document, flip, outcome

_RAND = SeededRand("account")
_DEPLOYMENT = _RAND(16)
_DOOR = _RAND(16)
_SECRET = "sechs wörter aus der liste hier".encode()
_AMS = AccountSecret(_RAND(32))
_START = _RAND(64)
_CHALLENGE = _RAND(32)
_SCALAR = oprf.random_scalar(_RAND)
_FOREIGN_SCALAR = oprf.random_scalar(_RAND)
_SLOT_NONCE = _RAND(24)
_OTHER_DOOR = _RAND(16)
_KEEPER_TOKEN = _RAND(32)
# Where the three bins of a slot begin, behind their heads of two bytes.
_NONCE_AT, _COMMIT_AT, _SEALED_AT = 5, 31, 65


def cases() -> dict[str, Any]:
    """Every step of an account, and each refusal of `open_slot` once."""
    slot = _new_door(_DOOR, _SECRET).slot
    return document(
        "Doors, slots and derived keys (section 3).",
        [
            *_login_ids(),
            _new_door_case(),
            *_sign_ins(slot),
            _change_case(slot),
            _delete_case(slot),
            *_derived(),
            *_contexts(),
        ],
    )


def _login_ids() -> list[dict[str, Any]]:
    made = []
    for name in ("eva", "zoë.k", "星の王子"):
        given = {"op": "login_id", "pseudonym": name, "deployment_id": _DEPLOYMENT}
        out = {"id": doors.login_id(name, _DEPLOYMENT)}
        made.append(case(f"login id of {name!a}", "Argon2id, 1 pass, 32 MiB", given, out))
    short = {"op": "login_id", "pseudonym": "eva", "deployment_id": bytes(15)}
    made.append(case("short deployment id", "15 bytes", short, None, "bad_length"))
    return made


def _new_door_case() -> dict[str, Any]:
    door = _new_door(_DOOR, _SECRET)
    given = {
        "op": "new_door",
        "door_id": _DOOR,
        "secret": _SECRET,
        "rand": _START,
        "beta": _beta(_SCALAR),
        "ams": _AMS.raw,
        "slot_rand": _SLOT_NONCE,
    }
    out = {"auth_public": door.auth_public.raw, "slot": door.slot}
    return case("new door", "creating an account", given, out)


def _sign_ins(slot: bytes) -> list[dict[str, Any]]:
    beta = _beta(_SCALAR)
    odd = bytes([1]) + bytes(31)
    table: list[tuple[str, str, dict[str, Any], str]] = [
        ("sign-in", "all fits", {}, "success"),
        ("wrong passphrase", "one letter", {"secret": _SECRET + b"x"}, "wrong_key"),
        ("foreign scalar", "a lying relay", {"beta": _beta(_FOREIGN_SCALAR)}, "wrong_key"),
        ("alpha echoed", "beta = alpha: scalar 1", {"beta": _alpha()}, "wrong_key"),
        ("another door", "same slot, another id", {"door_id": _OTHER_DOOR}, "wrong_key"),
        ("commitment flipped", "one bit", {"slot": flip(slot, _COMMIT_AT * 8)}, "wrong_key"),
        ("nonce flipped", "one bit", {"slot": flip(slot, _NONCE_AT * 8 + 3)}, "bad_tag"),
        ("sealed flipped", "one bit", {"slot": flip(slot, _SEALED_AT * 8 + 7)}, "bad_tag"),
        ("tag flipped", "the last bit", {"slot": flip(slot, len(slot) * 8 - 1)}, "bad_tag"),
        ("slot version 2", "nothing newer exists", {"slot": _with(slot, 1, 2)}, "not_canonical"),
        ("suite 2", "nothing is negotiated", {"slot": _with(slot, 2, 2)}, "not_canonical"),
        ("suite 0", "nothing is negotiated", {"slot": _with(slot, 2, 0)}, "not_canonical"),
        ("slot of six", "array head of six items", {"slot": _with(slot, 0, 0x96)}, "not_canonical"),
        ("slot too short", "cut by one", {"slot": slot[:-1]}, "bad_length"),
        ("slot too long", "a byte more", {"slot": slot + b"\x00"}, "bad_length"),
        ("empty slot", "no bytes", {"slot": b""}, "bad_length"),
        ("identity", "would make rw independent of k", {"beta": bytes(32)}, "bad_key"),
        ("odd beta", "not canonical", {"beta": odd}, "bad_key"),
        ("short beta", "31 bytes", {"beta": beta[:31]}, "bad_key"),
    ]  # fmt: skip
    return [_sign_in(name, comment, slot, change, want) for name, comment, change, want in table]


def _sign_in(
    name: str, comment: str, slot: bytes, change: dict[str, Any], want: str
) -> dict[str, Any]:
    given = {
        "op": "sign_in",
        "door_id": _DOOR,
        "secret": _SECRET,
        "rand": _START,
        "beta": _beta(_SCALAR),
        "slot": slot,
        "deployment_id": _DEPLOYMENT,
        "challenge": _CHALLENGE,
        **change,
    }
    got, out = outcome(partial(_signed_in, given))
    assert got == want, name
    return case(name, comment, given, out, got)


def _signed_in(given: dict[str, Any]) -> dict[str, bytes]:
    started = doors.start(given["door_id"], given["secret"], lambda _: given["rand"])
    opened = doors.open_slot(started, given["beta"], given["slot"])
    return {
        "alpha": started.alpha,
        "ams": opened.ams.raw,
        "signature": doors.finish_signature(opened, given["deployment_id"], given["challenge"]),
    }


def _change_case(slot: bytes) -> dict[str, Any]:
    started = doors.start(_DOOR, _SECRET, lambda _: _START)
    opened = doors.open_slot(started, _beta(_SCALAR), slot)
    new = _new_door(_DOOR, b"eine ganz andere passphrase")
    given = {
        "op": "change",
        "old_door_id": _DOOR,
        "auth": opened.auth.raw,
        "deployment_id": _DEPLOYMENT,
        "new_door_id": new.door_id,
        "auth_public": new.auth_public.raw,
        "slot": new.slot,
        "keeper_token": _KEEPER_TOKEN,
    }
    out = {"signature": doors.change_signature(opened, _DEPLOYMENT, new, _KEEPER_TOKEN)}
    return case("change of passphrase", "signed with the old auth key", given, out)


def _delete_case(slot: bytes) -> dict[str, Any]:
    beta = _beta(_SCALAR)
    given = {
        "op": "delete",
        "door_id": _DOOR,
        "secret": _SECRET,
        "rand": _START,
        "beta": beta,
        "slot": slot,
        "deployment_id": _DEPLOYMENT,
        "challenge": _CHALLENGE,
    }
    started = doors.start(_DOOR, _SECRET, lambda _: _START)
    opened = doors.open_slot(started, beta, slot)
    out = {"signature": doors.delete_signature(opened, _DEPLOYMENT, _CHALLENGE)}
    return case("end of an account", "the facts of a sign-in under another label", given, out)


def _derived() -> list[dict[str, Any]]:
    rand = SeededRand("derived")
    made = []
    for number in range(2):
        ams, context = AccountSecret(rand(32)), rand(16)
        challenge, subject = rand(32), rand(16)
        keys = account.conversation(ams, context)
        given = {
            "op": "derived",
            "ams": ams.raw,
            "key_context": context,
            "challenge": challenge,
            "subject16": subject,
        }
        staff_sign = account.staff_sign(ams)
        out = {
            "staff_sign": staff_sign.raw,
            "staff_kem": account.staff_kem(ams).raw,
            "handle": account.handle(ams),
            "cap": keys.cap.raw,
            "cap_hash": credential.cap_hash(keys.cap),
            "ticket_cap": keys.ticket_cap.raw,
            "sign": keys.sign.raw,
            "kem": keys.kem.raw,
            "staff_signature": credential.sign_staff(staff_sign, challenge, subject),
        }
        made.append(case(f"derived {number}", "all that follows from AMS", given, out))
    bad = {"op": "derived", "ams": _AMS.raw, "key_context": bytes(15)}
    bad |= {"challenge": bytes(32), "subject16": bytes(16)}
    made.append(case("short context", "15 bytes", bad, None, LOCAL_ERROR))
    return made


def _contexts() -> list[dict[str, Any]]:
    made = []
    for number in (0, 1, 2, 2**32 - 1):
        given = {"op": "key_context", "box16": _DOOR, "generation": number}
        out = {"key_context": generation.key_context(_DOOR, number)}
        made.append(case(f"generation {number}", "the first is the box's id itself", given, out))
    return made


def _new_door(door_id: bytes, secret: bytes) -> doors.NewDoor:
    started = doors.start(door_id, secret, lambda _: _START)
    beta = oprf.evaluate(_SCALAR, started.alpha)
    return doors.new_door(started, beta, _AMS, lambda _: _SLOT_NONCE)


def _alpha() -> bytes:
    return doors.start(_DOOR, _SECRET, lambda _: _START).alpha


def _beta(scalar: bytes) -> bytes:
    return oprf.evaluate(scalar, _alpha())


def _with(raw: bytes, at: int, value: int) -> bytes:
    return raw[:at] + bytes([value]) + raw[at + 1 :]
