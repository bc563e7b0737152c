"""The outside of an envelope: all the relay may know of it (protocol section 5).

    E1  [1, 1, box16, kid8, n24, c]      stored
    E2  [1, 2, inbox16, SEAL]            a letter
    E3  [1, 3, box16, kid8, n24, c]      fleeting

Anything else is refused, also a size that is no bucket: there is one kind of thing the relay
stores, and it is sealed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from crypto import encoding, padding
from crypto.errors import BadLength, NotCanonical
from crypto.primitives import NONCE_BYTES, TAG_BYTES

SUITE = 1
KID_BYTES = 8
KEM_CIPHERTEXT_BYTES = 1120


class OuterKind(IntEnum):
    """The three formats."""

    E1 = 1
    E2 = 2
    E3 = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    """Address, epoch and sealed bytes of an E1 or E3; `fields` is what the AEAD binds."""

    kind: OuterKind
    box16: bytes
    kid: bytes
    nonce: bytes
    sealed: bytes

    @property
    def fields(self) -> list[encoding.Value]:
        """The array without c: associated data and first signed part."""
        return [SUITE, self.kind.value, self.box16, self.kid, self.nonce]


def parse_e1(raw: bytes, maximum: int = padding.MAX_COMMIT_BUCKET_BYTES) -> Outer:
    """Read the outside of a stored envelope; `maximum` is its largest bucket."""
    return _parse(raw, OuterKind.E1, maximum)


def parse_e3(raw: bytes) -> Outer:
    """Read the outside of a fleeting envelope: one bucket of 256 bytes."""
    return _parse(raw, OuterKind.E3, padding.MIN_BUCKET_BYTES)


def parse_e2(raw: bytes) -> tuple[bytes, bytes]:
    """Read the outside of a letter: (inbox16, SEAL bytes)."""
    suite, kind, inbox16, sealed = encoding.decode_array(raw, 4)
    _head(suite, kind, OuterKind.E2)
    seal = encoding.binary(sealed)
    padded = len(seal) - KEM_CIPHERTEXT_BYTES - TAG_BYTES
    if not padding.is_bucket(padded, padding.MAX_COMMIT_BUCKET_BYTES):
        raise BadLength("letter is no bucket")
    return encoding.binary(inbox16, 16), seal


def _parse(raw: bytes, expected: OuterKind, maximum: int) -> Outer:
    suite, kind, box16, kid, nonce, sealed = encoding.decode_array(raw, 6)
    _head(suite, kind, expected)
    outer = Outer(
        kind=expected,
        box16=encoding.binary(box16, 16),
        kid=encoding.binary(kid, KID_BYTES),
        nonce=encoding.binary(nonce, NONCE_BYTES),
        sealed=encoding.binary(sealed),
    )
    if not padding.is_bucket(len(outer.sealed) - TAG_BYTES, maximum):
        raise BadLength("envelope is no bucket")
    return outer


def _head(suite: encoding.Value, kind: encoding.Value, expected: OuterKind) -> None:
    if encoding.uint(suite) != SUITE or encoding.uint(kind) != expected:
        raise NotCanonical("not an envelope of this suite and format")
