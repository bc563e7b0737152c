"""Invitations: a secret that travels by hand, and the keys left under it (section 4).

The newcomer's client leaves [public keys, cap hash, MAC] at the join id; the inviter's client,
which knows the secret, checks the MAC before it signs or commits. Who is let into a box checks in
turn that the welcome comes from somebody who knows it. The relay sees only the join id
and can neither guess 16 random bytes nor put other keys in their place. Words instead of bytes
hold against it only at Argon2id cost.
"""

from __future__ import annotations

from crypto import labels
from crypto.encoding import Value
from crypto.errors import BadLength, BadTag, LocalError
from crypto.keys import KemPublic, SignPublic
from crypto.passphrase import normalise, suggest_pseudonym
from crypto.primitives import argon2id, equal, hash_, kdf
from crypto.random import Rand, random_bytes
from crypto.words import Language

SECRET_BYTES = 16
WORDS_SECRET_BYTES = 32
JOIN_ID_BYTES = 16
MAC_BYTES = 32

_SALT_BYTES = 16
_HASH_BYTES = 32
_PASSES = 3
_MEMORY_BYTES = 64 * 1024 * 1024


def new_secret(rand: Rand = random_bytes) -> bytes:
    """Draw the 16 bytes that stand in the fragment of the invitation's address."""
    return rand(SECRET_BYTES)


def secret_from_words(words: str, deployment_id: bytes) -> bytes:
    """Return the 32-byte secret behind 6 spoken words; slow.

    Normalised like a passphrase, then in ASCII lower case: whoever hears a noun may write it big.
    """
    salt = hash_(labels.INVITE, deployment_id)[:_SALT_BYTES]
    spoken = normalise(words).encode("utf-8").lower()
    return argon2id(spoken, salt, _PASSES, _MEMORY_BYTES)


def join_id(secret: bytes) -> bytes:
    """Return the 16 bytes under which the relay keeps the answer."""
    return kdf(_checked(secret), labels.JOIN_ID, size=JOIN_ID_BYTES)


def join_mac(secret: bytes, sign_pk: SignPublic, kem_pk: KemPublic, cap_hash: bytes) -> bytes:
    """Authenticate the newcomer's keys and cap hash towards the inviter; 32 bytes."""
    if len(cap_hash) != _HASH_BYTES:
        raise LocalError("a cap hash has 32 bytes")
    covered: Value = [[sign_pk.raw, kem_pk.raw], cap_hash]
    return kdf(_checked(secret), labels.JOIN_MAC, covered, MAC_BYTES)


def check_join(
    secret: bytes, mac: bytes, *, sign_pk: SignPublic, kem_pk: KemPublic, cap_hash: bytes
) -> None:
    """Raise BadTag unless whoever left these keys knew the secret."""
    if len(mac) != MAC_BYTES or len(cap_hash) != _HASH_BYTES:
        raise BadLength("invitation answer")
    if not equal(mac, join_mac(secret, sign_pk, kem_pk, cap_hash)):
        raise BadTag("invitation answer")


def welcome_proof(secret: bytes, box16: bytes, kem_pk: KemPublic) -> bytes:
    """Show a newcomer who welcomes them: only the inviter knows the secret; 32 bytes.

    It stands in the place of the welcome's join cap, which an invited newcomer has no use for.
    """
    covered: Value = [box16, kem_pk.raw]
    return kdf(_checked(secret), labels.JOIN_WELCOME, covered, MAC_BYTES)


def check_welcome(secret: bytes, proof: bytes, *, box16: bytes, kem_pk: KemPublic) -> None:
    """Raise BadTag unless whoever lets me into this box knew the secret."""
    if not equal(proof, welcome_proof(secret, box16, kem_pk)):
        raise BadTag("welcome of somebody else")


def suggested_name(secret: bytes, language: Language) -> str:
    """Return a pseudonym that inviter and newcomer see alike, though nobody sends it."""
    return suggest_pseudonym(
        language, lambda size: kdf(_checked(secret), labels.JOIN_NAME, size=size)
    )


def _checked(secret: bytes) -> bytes:
    if len(secret) not in (SECRET_BYTES, WORDS_SECRET_BYTES):
        raise BadLength("invitation secret")
    return secret
