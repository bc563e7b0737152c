"""The only importer of nacl: the primitives of protocol section 2, nothing else.

Every function here exists under the same name in `web/js/crypto/primitives.js`. Both sides are
libsodium, because verifiers must agree: other Ed25519 implementations accept other edge cases.
BLAKE2b has no such edges and comes from hashlib: PyNaCl's call costs a multiple of the hash.
"""

from __future__ import annotations

import hashlib
import hmac

import nacl.bindings as sodium
import nacl.exceptions

from crypto.encoding import Value, encode_part
from crypto.errors import BadKey, BadLength, BadSignature, BadTag, LocalError
from crypto.keys import SignPublic, SignSecret
from crypto.labels import Label

HASH_BYTES = 32
HASH64_BYTES = 64
NONCE_BYTES = 24
TAG_BYTES = 16
SIGNATURE_BYTES = 64
KDF_MIN_BYTES = 16
STREAM_HEADER_BYTES = 24
STREAM_OVERHEAD_BYTES = 17
SEALED_BOX_OVERHEAD_BYTES = 48

_ZERO_32 = bytes(32)


def kdf(key: bytes, label: Label, context: Value = b"", size: int = 32) -> bytes:
    """KDF(k, label, ctx, n): BLAKE2b keyed with `key` (16 to 64 bytes), also the MAC."""
    if not 16 <= len(key) <= 64 or not 1 <= size <= 64:
        raise LocalError("kdf key or output size out of range")
    message = label.raw + encode_part(context)
    return hashlib.blake2b(message, digest_size=max(size, KDF_MIN_BYTES), key=key).digest()[:size]


def hash_(label: Label, *parts: Value) -> bytes:
    """HASH(label, p1..pm): BLAKE2b-256 over the label and the length-prefixed parts."""
    return _hash(label, parts, HASH_BYTES)


def hash64(label: Label, *parts: Value) -> bytes:
    """HASH64: as `hash_`, 64 bytes."""
    return _hash(label, parts, HASH64_BYTES)


class Blake2b:
    """Incremental unlabelled BLAKE2b-256, only for the ciphertext of attachments (section 6)."""

    def __init__(self) -> None:
        self._state = sodium.crypto_generichash_blake2b_init(digest_size=HASH_BYTES)

    def update(self, chunk: bytes) -> None:
        """Take `chunk` into the hash."""
        sodium.crypto_generichash_blake2b_update(self._state, chunk)

    def digest(self) -> bytes:
        """Return the 32 bytes; the object is spent afterwards."""
        return sodium.crypto_generichash_blake2b_final(self._state)


def aead_seal(key: bytes, nonce: bytes, ad: Value, message: bytes) -> bytes:
    """XChaCha20-Poly1305-IETF; returns len(message) + 16 bytes."""
    if len(key) != 32 or len(nonce) != NONCE_BYTES:
        raise LocalError("aead key or nonce has the wrong size")
    return sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(message, encode_part(ad), nonce, key)


def aead_open(key: bytes, nonce: bytes, ad: Value, sealed: bytes) -> bytes:
    """Undo `aead_seal`; BadTag when key, nonce, associated data or bytes differ."""
    if len(sealed) < TAG_BYTES or len(nonce) != NONCE_BYTES:
        raise BadLength("sealed bytes or nonce")
    try:
        return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed, encode_part(ad), nonce, key
        )
    except nacl.exceptions.CryptoError as error:
        raise BadTag from error


def argon2id(password: bytes, salt: bytes, passes: int, memory_bytes: int) -> bytes:
    """Argon2id v1.3, parallelism 1, 32 bytes; salt of 16 bytes."""
    return sodium.crypto_pwhash_alg(
        32, password, salt, passes, memory_bytes, sodium.crypto_pwhash_ALG_ARGON2ID13
    )


def sign_public(secret: SignSecret) -> SignPublic:
    """Derive the Ed25519 public key of a seed."""
    return SignPublic(sodium.crypto_sign_seed_keypair(secret.raw)[0])


def sign(secret: SignSecret, label: Label, *parts: Value) -> bytes:
    """SIG(sk, label, parts): Ed25519 over HASH(label, parts); 64 bytes."""
    if not label.name.startswith("sig/"):
        raise LocalError("a signature needs a label for signatures")
    expanded = sodium.crypto_sign_seed_keypair(secret.raw)[1]
    return sodium.crypto_sign(hash_(label, *parts), expanded)[:SIGNATURE_BYTES]


def verify(public: SignPublic, label: Label, signature: bytes, *parts: Value) -> None:
    """Raise BadSignature unless `signature` is `public`'s over these parts under this label."""
    if not label.name.startswith("sig/"):
        raise LocalError("a signature needs a label for signatures")
    if len(signature) != SIGNATURE_BYTES:
        raise BadSignature("wrong size")
    try:
        sodium.crypto_sign_open(signature + hash_(label, *parts), public.raw)
    except nacl.exceptions.CryptoError as error:
        raise BadSignature from error


def sign_raw(secret: SignSecret, message: bytes) -> bytes:
    """Plain Ed25519, only for C2SP signed notes, whose format fixes the message (section 4)."""
    expanded = sodium.crypto_sign_seed_keypair(secret.raw)[1]
    return sodium.crypto_sign(message, expanded)[:SIGNATURE_BYTES]


def verify_raw(public: SignPublic, signature: bytes, message: bytes) -> None:
    """Raise BadSignature unless plain Ed25519 `signature` fits; only for signed notes."""
    if len(signature) != SIGNATURE_BYTES:
        raise BadSignature("wrong size")
    try:
        sodium.crypto_sign_open(signature + message, public.raw)
    except nacl.exceptions.CryptoError as error:
        raise BadSignature from error


def x25519_public(scalar: bytes) -> bytes:
    """X25519(scalar, 9)."""
    return sodium.crypto_scalarmult_base(scalar)


def x25519(scalar: bytes, point: bytes) -> bytes:
    """X25519(scalar, point); BadKey when the result is all zero (low-order point)."""
    try:
        shared = sodium.crypto_scalarmult(scalar, point)
    except nacl.exceptions.CryptoError as error:
        raise BadKey("low-order point") from error
    if equal(shared, _ZERO_32):
        raise BadKey("low-order point")
    return shared


def sealed_box(public: bytes, message: bytes) -> bytes:
    """crypto_box_seal to an X25519 public key: the keeper's rolling copy, notice addresses."""
    return sodium.crypto_box_seal(message, public)


def sealed_box_open(public: bytes, secret: bytes, sealed: bytes) -> bytes:
    """Undo `sealed_box`; BadTag when it does not open."""
    try:
        return sodium.crypto_box_seal_open(sealed, public, secret)
    except nacl.exceptions.CryptoError as error:
        raise BadTag from error


def sodium_pad(message: bytes, block_bytes: int) -> bytes:
    """ISO/IEC 7816-4 padding to a multiple of `block_bytes`."""
    return sodium.sodium_pad(message, block_bytes)


def sodium_unpad(padded: bytes, block_bytes: int) -> bytes:
    """Undo `sodium_pad`; BadLength when the marker is missing."""
    try:
        return sodium.sodium_unpad(padded, block_bytes)
    except nacl.exceptions.CryptoError as error:
        raise BadLength("padding marker missing") from error


def equal(one: bytes, other: bytes) -> bool:
    """Compare secrets or tags in time independent of their content."""
    return hmac.compare_digest(one, other)


def _hash(label: Label, parts: tuple[Value, ...], size: int) -> bytes:
    message = bytearray(label.raw)
    for part in parts:
        raw = encode_part(part)
        message += len(raw).to_bytes(8, "little") + raw
    return hashlib.blake2b(message, digest_size=size).digest()


# --- raw group calls, only for oprf.py: PyNaCl exports no ristretto255 ------------------------


def ed25519_add(one: bytes, other: bytes) -> bytes:
    """Add two edwards25519 points; BadKey when one is not on the curve."""
    try:
        return sodium.crypto_core_ed25519_add(one, other)
    except nacl.exceptions.CryptoError as error:
        raise BadKey("not on the curve") from error


def ed25519_multiply(scalar: bytes, point: bytes) -> bytes:
    """`scalar` * `point`, not clamped; BadKey outside the prime-order group or when zero."""
    try:
        return sodium.crypto_scalarmult_ed25519_noclamp(scalar, point)
    except nacl.exceptions.CryptoError as error:
        raise BadKey("not in the prime-order group") from error


def scalar_multiply(one: bytes, other: bytes) -> bytes:
    """Multiply two scalars modulo the group order."""
    return sodium.crypto_core_ed25519_scalar_mul(one, other)


def scalar_invert(scalar: bytes) -> bytes:
    """Return 1 / `scalar` modulo the group order; `scalar` is not zero."""
    return sodium.crypto_core_ed25519_scalar_invert(scalar)


def scalar_reduce(wide: bytes) -> bytes:
    """Reduce 64 little-endian bytes modulo the group order."""
    return sodium.crypto_core_ed25519_scalar_reduce(wide)


# --- secretstream, only for `attachment` ------------------------------------------------------


class StreamSealer:
    """secretstream XChaCha20-Poly1305, writing; each key and header pair serves one file.

    The header (24 random bytes) is given and not drawn inside, so that vectors can replay it;
    libsodium derives the same state from it for both directions.
    """

    def __init__(self, key: bytes, header: bytes) -> None:
        self._state = _stream_state(key, header)

    def push(self, chunk: bytes, ad: bytes, is_final: bool) -> bytes:
        """Seal the next chunk; returns len(chunk) + 17 bytes."""
        tag = _TAG_FINAL if is_final else _TAG_MESSAGE
        return sodium.crypto_secretstream_xchacha20poly1305_push(self._state, chunk, ad, tag)


class StreamOpener:
    """secretstream XChaCha20-Poly1305, reading; BadTag leaves the stream where it was."""

    def __init__(self, key: bytes, header: bytes) -> None:
        self._state = _stream_state(key, header)

    def pull(self, sealed: bytes, ad: bytes) -> tuple[bytes, bool]:
        """Open the next chunk; returns it and whether it is the final one."""
        if len(sealed) < STREAM_OVERHEAD_BYTES:
            raise BadLength("sealed chunk")
        try:
            chunk, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(self._state, sealed, ad)
        except (nacl.exceptions.CryptoError, RuntimeError) as error:
            raise BadTag from error
        if tag not in (_TAG_MESSAGE, _TAG_FINAL):
            raise BadTag("a tag that the protocol does not use")
        return chunk, tag == _TAG_FINAL


_TAG_MESSAGE: int = sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_TAG_FINAL: int = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL


def _stream_state(key: bytes, header: bytes) -> sodium.crypto_secretstream_xchacha20poly1305_state:
    if len(key) != 32 or len(header) != STREAM_HEADER_BYTES:
        raise LocalError("stream key or header has the wrong size")
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    return state
