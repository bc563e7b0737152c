"""What the relay may check of an account, without being able to make it (protocol section 3).

Signatures at sign-in and for a changed door, hashes of tokens and capabilities, the outer shape of
a slot. No secret of an account enters or leaves here, so the relay imports this and not `account`;
the client signs and hashes through the same functions and cannot drift from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto import labels
from crypto.encoding import Value, binary, decode_array, encode, uint
from crypto.errors import BadLength, LocalError, NotCanonical
from crypto.keys import CapSecret, ResumeSecret, SignPublic, SignSecret
from crypto.primitives import HASH_BYTES, NONCE_BYTES, TAG_BYTES, hash_, sign, verify

SUITE = 1
SLOT_VERSION = 1
SLOT_SEALED_BYTES = 32 + TAG_BYTES
# Array head, version, suite, then three bins with a head of two bytes each.
SLOT_BYTES = 3 + (2 + NONCE_BYTES) + (2 + HASH_BYTES) + (2 + SLOT_SEALED_BYTES)
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotParts:
    """A slot taken apart: nonce 24, commitment to the key 32, the sealed account secret 48."""

    nonce: bytes
    kek_commit: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFacts:
    """Everything a sign-in signature covers; both sides fill it from what they saw themselves."""

    deployment_id: bytes
    door_id: bytes
    challenge: bytes
    alpha: bytes
    beta: bytes
    slot: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorChange:
    """A door that takes the place of another: signed with the auth key of the old one.

    `keeper_token` is the pending evaluation's, adopted once, so a change cannot be replayed.
    """

    deployment_id: bytes
    old_door_id: bytes
    new_door_id: bytes
    keeper_token: bytes
    auth_public: SignPublic
    slot: bytes


def encode_slot(parts: SlotParts) -> bytes:
    """Write a slot of exactly SLOT_BYTES; the relay's decoys go through here too."""
    raw = encode([SLOT_VERSION, SUITE, parts.nonce, parts.kek_commit, parts.sealed])
    if len(raw) != SLOT_BYTES:
        raise LocalError("a slot part has the wrong size")
    return raw


def decode_slot(raw: bytes) -> SlotParts:
    """Read a slot; another version or suite is refused, nothing is negotiated."""
    if len(raw) != SLOT_BYTES:
        raise BadLength("slot")
    version, suite, nonce, commit, sealed = decode_array(raw, 5)
    if uint(version) != SLOT_VERSION or uint(suite) != SUITE:
        raise NotCanonical("unknown slot version or suite")
    return SlotParts(
        nonce=binary(nonce, NONCE_BYTES),
        kek_commit=binary(commit, HASH_BYTES),
        sealed=binary(sealed, SLOT_SEALED_BYTES),
    )


def is_slot_shape(raw: bytes) -> bool:
    """Tell whether `raw` looks like a slot; all that the relay can know about one."""
    try:
        decode_slot(raw)
    except (BadLength, NotCanonical):
        return False
    return True


def sign_sign_in(auth: SignSecret, facts: SignInFacts) -> bytes:
    """SIG(auth, "sign-in", [...]); only `doors.finish_signature` calls it."""
    return sign(auth, labels.SIG_SIGN_IN, _sign_in_part(facts))


def verify_sign_in(auth: SignPublic, signature: bytes, facts: SignInFacts) -> None:
    """Raise BadSignature unless the door's auth key signed exactly these facts."""
    verify(auth, labels.SIG_SIGN_IN, signature, _sign_in_part(facts))


def sign_delete(auth: SignSecret, facts: SignInFacts) -> bytes:
    """SIG(auth, "delete", [...]): the end of the account, over what a sign-in would cover."""
    return sign(auth, labels.SIG_DELETE, _sign_in_part(facts))


def verify_delete(auth: SignPublic, signature: bytes, facts: SignInFacts) -> None:
    """Raise BadSignature unless the door's auth key asked for the end over these facts."""
    verify(auth, labels.SIG_DELETE, signature, _sign_in_part(facts))


def sign_staff(staff: SignSecret, challenge: bytes, subject16: bytes) -> bytes:
    """SIG(staff_sign, "staff", [chal, subject16]): which certificate this sign-in uses."""
    return sign(staff, labels.SIG_STAFF, [challenge, subject16])


def verify_staff(
    staff: SignPublic, signature: bytes, *, challenge: bytes, subject16: bytes
) -> None:
    """Raise BadSignature unless the certified key signed this challenge and subject."""
    verify(staff, labels.SIG_STAFF, signature, [challenge, subject16])


def sign_door(old_auth: SignSecret, change: DoorChange) -> bytes:
    """SIG(old auth, "door", [...]): change of passphrase or recovery code."""
    return sign(old_auth, labels.SIG_DOOR, _door_part(change))


def verify_door(old_auth: SignPublic, signature: bytes, change: DoorChange) -> None:
    """Raise BadSignature unless the old door's auth key signed this change."""
    verify(old_auth, labels.SIG_DOOR, signature, _door_part(change))


def cap_hash(cap: CapSecret) -> bytes:
    """HASH("cap", cap): what the relay stores of a capability."""
    return hash_(labels.CAP, cap.raw)


def token_hash(token: bytes) -> bytes:
    """HASH("token", token): what the relay stores of a sign-in or device token (32 bytes)."""
    if len(token) != TOKEN_BYTES:
        raise BadLength("token")
    return hash_(labels.TOKEN, token)


def resume_id(resume: ResumeSecret) -> bytes:
    """HASH("resume-id", R): under which the keeper holds a resume slot in memory."""
    return hash_(labels.RESUME_ID, resume.raw)


def _sign_in_part(facts: SignInFacts) -> list[Value]:
    slot_hash = hash_(labels.SLOT_SENT, facts.slot)
    return [
        facts.deployment_id,
        facts.door_id,
        facts.challenge,
        facts.alpha,
        facts.beta,
        slot_hash,
    ]


def _door_part(change: DoorChange) -> list[Value]:
    return [
        change.deployment_id,
        change.old_door_id,
        change.new_door_id,
        change.keeper_token,
        change.auth_public.raw,
        hash_(labels.SLOT_SENT, change.slot),
    ]
