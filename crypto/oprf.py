"""OPRF(ristretto255, SHA-512), mode base, of RFC 9497: the keeper's half of every passphrase.

The client blinds its input, the keeper multiplies without learning it, the client finalises. The
group itself is in `ristretto.py`; the browser takes it from libsodium.
"""

from __future__ import annotations

import hashlib

from crypto import ristretto
from crypto.errors import LocalError
from crypto.primitives import scalar_invert
from crypto.random import Rand, random_bytes

ELEMENT_BYTES = ristretto.POINT_BYTES
SCALAR_BYTES = ristretto.SCALAR_BYTES
OUTPUT_BYTES = 64
MAX_INPUT_BYTES = 2**16 - 1

_SUITE = b"OPRFV1-\x00-ristretto255-SHA512"
_HASH_TO_GROUP = b"HashToGroup-" + _SUITE
_SHA512_BLOCK_BYTES = 128


def random_scalar(rand: Rand = random_bytes) -> bytes:
    """Draw a scalar: 64 bytes reduced modulo the order, never zero (bias under 2^-250)."""
    return scalar_from(rand(ristretto.WIDE_BYTES))


def scalar_from(wide: bytes) -> bytes:
    """Reduce 64 uniform bytes to a scalar: drawn ones, and the PRF's scalars of unknown doors."""
    return ristretto.scalar_from(wide)


def is_element(raw: bytes) -> bool:
    """Tell whether `raw` is a canonical element and not the identity."""
    return ristretto.is_element(raw)


def blind(message: bytes, rand: Rand = random_bytes) -> tuple[bytes, bytes]:
    """Return (r, alpha): the secret blind and the element for the keeper, 32 bytes each."""
    r = random_scalar(rand)
    return r, ristretto.multiply(r, _hash_to_group(message))


def evaluate(scalar: bytes, alpha: bytes) -> bytes:
    """The keeper's step: beta = k * alpha; BadKey for the identity or a non-canonical alpha."""
    return ristretto.multiply(scalar, alpha)


def finalize(message: bytes, r: bytes, beta: bytes) -> bytes:
    """Unblind and hash to 64 bytes; BadKey for the identity or a non-canonical beta."""
    element = ristretto.multiply(scalar_invert(r), beta)
    return hashlib.sha512(_prefixed(message) + _prefixed(element) + b"Finalize").digest()


def _prefixed(part: bytes) -> bytes:
    if len(part) > MAX_INPUT_BYTES:
        raise LocalError("OPRF input too long")
    return len(part).to_bytes(2, "big") + part


def _hash_to_group(message: bytes) -> bytes:
    return ristretto.from_hash(_expand(message, _HASH_TO_GROUP))


def _expand(message: bytes, tag: bytes) -> bytes:
    """expand_message_xmd of RFC 9380 section 5.3.1 with SHA-512, for 64 bytes: one block."""
    tag_prime = tag + bytes([len(tag)])
    length = ristretto.WIDE_BYTES.to_bytes(2, "big")
    padding = bytes(_SHA512_BLOCK_BYTES)
    first = hashlib.sha512(padding + message + length + b"\x00" + tag_prime).digest()
    return hashlib.sha512(first + b"\x01" + tag_prime).digest()
