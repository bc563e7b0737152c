"""X-Wing and SEAL (protocol section 2): the only importer of `cryptography`.

X-Wing (draft-connolly-cfrg-xwing-kem) joins ML-KEM-768 and X25519, so that a wrapped key stays
closed while either of the two holds. The relay never imports this module.

    seed 32 -> SHAKE-256, 96 bytes -> ML-KEM seed d||z (64), X25519 secret (32)
    public key 1216 = ML-KEM 1184 || X25519 32      ciphertext 1120 = ML-KEM 1088 || X25519 32
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey

from crypto import labels, primitives
from crypto.encoding import Value, encode_part
from crypto.errors import BadKey, BadLength
from crypto.keys import KemPublic, KemSecret
from crypto.random import Rand, random_bytes

CIPHERTEXT_BYTES = 1120
SHARED_BYTES = 32
SEAL_OVERHEAD_BYTES = CIPHERTEXT_BYTES + primitives.TAG_BYTES

_MLKEM_PUBLIC_BYTES = 1184
_MLKEM_CIPHERTEXT_BYTES = 1088
_MLKEM_SEED_BYTES = 64
_X25519_BYTES = 32
# The draft's XWingLabel, drawn as a picture of itself: \./ above /^\.
_COMBINER_LABEL = rb"\.//^" + b"\\"
_ZERO_NONCE = bytes(primitives.NONCE_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Expanded:
    """The two secrets behind a seed, and the X25519 public key that the combiner takes in."""

    mlkem: MLKEM768PrivateKey
    x25519: bytes
    x25519_public: bytes


def public(secret: KemSecret) -> KemPublic:
    """Derive the public key of a seed."""
    expanded = _expand(secret)
    return KemPublic(expanded.mlkem.public_key().public_bytes_raw() + expanded.x25519_public)


def encapsulate(recipient: KemPublic, rand: Rand = random_bytes) -> tuple[bytes, bytes]:
    """Return (ciphertext 1120, shared secret 32); BadKey for a key that must not be used.

    `rand` feeds the X25519 half; the library draws the ML-KEM half itself, so a ciphertext made
    here cannot be replayed.
    """
    mlkem_raw, x25519_public = _split(recipient.raw, _MLKEM_PUBLIC_BYTES)
    try:
        mlkem_public = MLKEM768PublicKey.from_public_bytes(mlkem_raw)
    except ValueError as error:
        raise BadKey("not an ML-KEM-768 key") from error
    ephemeral = rand(_X25519_BYTES)
    x25519_shared = primitives.x25519(ephemeral, x25519_public)
    mlkem_shared, mlkem_ciphertext = mlkem_public.encapsulate()
    x25519_ciphertext = primitives.x25519_public(ephemeral)
    shared = _combine(mlkem_shared, x25519_shared, x25519_ciphertext, x25519_public)
    return mlkem_ciphertext + x25519_ciphertext, shared


def decapsulate(secret: KemSecret, ciphertext: bytes) -> bytes:
    """Return the shared secret; a changed ciphertext gives another one, not an error.

    BadLength for another size than 1120; BadKey when the X25519 share is of low order.
    """
    if len(ciphertext) != CIPHERTEXT_BYTES:
        raise BadLength("kem ciphertext")
    expanded = _expand(secret)
    mlkem_ciphertext, x25519_ciphertext = _split(ciphertext, _MLKEM_CIPHERTEXT_BYTES)
    x25519_shared = primitives.x25519(expanded.x25519, x25519_ciphertext)
    mlkem_shared = expanded.mlkem.decapsulate(mlkem_ciphertext)
    return _combine(mlkem_shared, x25519_shared, x25519_ciphertext, expanded.x25519_public)


def seal(recipient: KemPublic, context: Value, message: bytes, rand: Rand = random_bytes) -> bytes:
    """SEAL(pk, ctx, m): len(message) + 1136 bytes; the derived key is used this once."""
    ciphertext, shared = encapsulate(recipient, rand)
    key = _wrap_key(shared, recipient, ciphertext, context)
    return ciphertext + primitives.aead_seal(key, _ZERO_NONCE, context, message)


def open_(secret: KemSecret, context: Value, sealed: bytes) -> bytes:
    """Undo `seal`; BadTag when recipient, context or bytes differ."""
    if len(sealed) < SEAL_OVERHEAD_BYTES:
        raise BadLength("sealed to a key")
    ciphertext, body = _split(sealed, CIPHERTEXT_BYTES)
    shared = decapsulate(secret, ciphertext)
    key = _wrap_key(shared, public(secret), ciphertext, context)
    return primitives.aead_open(key, _ZERO_NONCE, context, body)


def _wrap_key(shared: bytes, recipient: KemPublic, ciphertext: bytes, context: Value) -> bytes:
    bound = primitives.hash_(labels.KEM_CTX, recipient.raw, ciphertext, encode_part(context))
    return primitives.kdf(shared, labels.KEM_WRAP, bound)


def _expand(secret: KemSecret) -> _Expanded:
    raw = hashlib.shake_256(secret.raw).digest(_MLKEM_SEED_BYTES + _X25519_BYTES)
    mlkem_seed, x25519 = _split(raw, _MLKEM_SEED_BYTES)
    return _Expanded(
        mlkem=MLKEM768PrivateKey.from_seed_bytes(mlkem_seed),
        x25519=x25519,
        x25519_public=primitives.x25519_public(x25519),
    )


def _combine(
    mlkem_shared: bytes, x25519_shared: bytes, x25519_ciphertext: bytes, x25519_public: bytes
) -> bytes:
    parts = mlkem_shared + x25519_shared + x25519_ciphertext + x25519_public + _COMBINER_LABEL
    return hashlib.sha3_256(parts).digest()


def _split(raw: bytes, size: int) -> tuple[bytes, bytes]:
    return raw[:size], raw[size:]
