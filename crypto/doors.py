"""Doors: how an account's secret is reached by who knows a door's id and secret (section 3).

The order is the security: the client opens the slot before it signs anything. A relay that answers
with a scalar of its own then learns one yes or no about one guess, the one it put into the slot;
a client that signed first would hand it an oracle for the passphrase. So a signature needs an
`Opened`, which only `open_slot` makes, and a `Started` works once.

    started = start(door_id, secret)             -> relay: door id, started.alpha
    opened = open_slot(started, beta, slot)      refuses: nothing more is sent, no retry
    finish_signature(opened, deployment, chal)   -> relay

Two doors work alike: the passphrase door (`login_id` of the pseudonym) and the recovery door
(`recovery.door_id` of the code). Argon2id runs with the compiled-in costs only; each call of
`login_id`, `open_slot` and `new_door` takes a noticeable part of a second.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto import credential, labels, oprf
from crypto.encoding import Value
from crypto.errors import BadLength, LocalError, WrongKey
from crypto.keys import AccountSecret, SignPublic, SignSecret
from crypto.primitives import (
    NONCE_BYTES,
    aead_open,
    aead_seal,
    argon2id,
    equal,
    hash64,
    hash_,
    kdf,
    sign_public,
)
from crypto.random import Rand, random_bytes

DOOR_ID_BYTES = 16
DEPLOYMENT_ID_BYTES = 16

_SALT_BYTES = 16
_LOGIN_PASSES = 1
_LOGIN_MEMORY_BYTES = 32 * 1024 * 1024
_ROOT_PASSES = 3
_ROOT_MEMORY_BYTES = 64 * 1024 * 1024


class Started:
    """A sign-in or a new door between its two steps; `alpha` and `door_id` go to the relay.

    It works once: a second answer to the same blinded passphrase would be a second guess.
    """

    __slots__ = ("_message", "_r", "_spent", "alpha", "door_id")

    def __init__(self, door_id: bytes, message: bytes, r: bytes, alpha: bytes) -> None:
        self.door_id = door_id
        self.alpha = alpha
        self._message = message
        self._r = r
        self._spent = False

    def __repr__(self) -> str:
        return "Started(redacted)"

    def spend(self, beta: bytes) -> bytes:
        """Return rw (64 bytes) for the keeper's answer; a second call is our bug."""
        if self._spent:
            raise LocalError("this start has had its answer")
        self._spent = True
        return oprf.finalize(self._message, self._r, beta)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A slot that opened: the account secret, the door's auth key, and what was seen on the way."""

    ams: AccountSecret
    auth: SignSecret
    door_id: bytes
    alpha: bytes
    beta: bytes
    slot: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDoor:
    """What the relay gets to store for a door: 16, 32 and SLOT_BYTES bytes."""

    door_id: bytes
    auth_public: SignPublic
    slot: bytes


def login_id(pseudonym: str, deployment_id: bytes) -> bytes:
    """Return the door id of a normalised pseudonym; slow, so that trying names costs something."""
    if len(deployment_id) != DEPLOYMENT_ID_BYTES:
        raise BadLength("deployment id")
    salt = hash_(labels.DEPLOYMENT, deployment_id)[:_SALT_BYTES]
    name = pseudonym.encode("utf-8")
    return argon2id(name, salt, _LOGIN_PASSES, _LOGIN_MEMORY_BYTES)[:DOOR_ID_BYTES]


def start(door_id: bytes, secret: bytes, rand: Rand = random_bytes) -> Started:
    """Blind a door's secret (the normalised passphrase in UTF-8) for the keeper."""
    if len(door_id) != DOOR_ID_BYTES:
        raise LocalError("a door id has 16 bytes")
    message = hash_(labels.PASSWORD, door_id, secret)
    r, alpha = oprf.blind(message, rand)
    return Started(door_id, message, r, alpha)


def open_slot(started: Started, beta: bytes, slot: bytes) -> Opened:
    """Open the slot with the keeper's answer; whatever it raises, nothing more may be sent.

    WrongKey is all that a wrong passphrase, an unknown door, a blocked account and a lying relay
    have in common; BadTag means the slot was damaged behind a fitting commitment.
    """
    parts = credential.decode_slot(slot)
    root = _root(started, beta)
    kek = kdf(root, labels.KEK)
    # Before the AEAD: one ciphertext could otherwise be made to open under many keys.
    if not equal(parts.kek_commit, _kek_commit(kek, started.door_id)):
        raise WrongKey("slot")
    ad = _slot_ad(started.door_id)
    ams = AccountSecret(aead_open(kdf(kek, labels.KEK_ENC), parts.nonce, ad, parts.sealed))
    return Opened(
        ams=ams,
        auth=_auth(root),
        door_id=started.door_id,
        alpha=started.alpha,
        beta=beta,
        slot=slot,
    )


def finish_signature(opened: Opened, deployment_id: bytes, challenge: bytes) -> bytes:
    """Sign the sign-in, over everything the relay sent, with the door's auth key."""
    return credential.sign_sign_in(opened.auth, _facts(opened, deployment_id, challenge))


def delete_signature(opened: Opened, deployment_id: bytes, challenge: bytes) -> bytes:
    """Sign the end of the account, over what a sign-in would cover."""
    return credential.sign_delete(opened.auth, _facts(opened, deployment_id, challenge))


def new_door(
    started: Started, beta: bytes, ams: AccountSecret, rand: Rand = random_bytes
) -> NewDoor:
    """Make the door behind which `ams` will lie: creating an account, changing a passphrase."""
    root = _root(started, beta)
    return NewDoor(
        door_id=started.door_id,
        auth_public=sign_public(_auth(root)),
        slot=make_slot(root, started.door_id, ams, rand),
    )


def make_slot(root: bytes, door_id: bytes, ams: AccountSecret, rand: Rand = random_bytes) -> bytes:
    """Seal `ams` under a door's root (64 bytes); SLOT_BYTES bytes."""
    kek = kdf(root, labels.KEK)
    nonce = rand(NONCE_BYTES)
    parts = credential.SlotParts(
        nonce=nonce,
        kek_commit=_kek_commit(kek, door_id),
        sealed=aead_seal(kdf(kek, labels.KEK_ENC), nonce, _slot_ad(door_id), ams.raw),
    )
    return credential.encode_slot(parts)


def change_signature(
    opened: Opened, deployment_id: bytes, door: NewDoor, keeper_token: bytes
) -> bytes:
    """Sign a new door with the auth key of the one just opened."""
    change = credential.DoorChange(
        deployment_id=deployment_id,
        old_door_id=opened.door_id,
        new_door_id=door.door_id,
        keeper_token=keeper_token,
        auth_public=door.auth_public,
        slot=door.slot,
    )
    return credential.sign_door(opened.auth, change)


def _root(started: Started, beta: bytes) -> bytes:
    """HASH64("root", rw, Argon2id(rw, ...)): the keeper's part, made slow once more."""
    rw = started.spend(beta)
    salt = hash_(labels.SALT, started.door_id)[:_SALT_BYTES]
    return hash64(labels.ROOT, rw, argon2id(rw, salt, _ROOT_PASSES, _ROOT_MEMORY_BYTES))


def _facts(opened: Opened, deployment_id: bytes, challenge: bytes) -> credential.SignInFacts:
    return credential.SignInFacts(
        deployment_id=deployment_id,
        door_id=opened.door_id,
        challenge=challenge,
        alpha=opened.alpha,
        beta=opened.beta,
        slot=opened.slot,
    )


def _auth(root: bytes) -> SignSecret:
    return SignSecret(kdf(root, labels.AUTH))


def _kek_commit(kek: bytes, door_id: bytes) -> bytes:
    return kdf(kek, labels.KEK_COMMIT, door_id)


def _slot_ad(door_id: bytes) -> bytes:
    suite: Value = [credential.SLOT_VERSION, credential.SUITE]
    return hash_(labels.SLOT, door_id, suite)
