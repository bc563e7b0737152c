"""Staff statements as leaves of the organisation's log (protocol section 4).

    leaf = [1, kind, subject16, HASH("key",issuer_pk), not_before, not_after,
            HASH("payload",payload), SIG(issuer,"leaf",[first seven])]

HASH("leaf",leaf) is the certificate hash or TEAM hash by which others refer to a statement. This
module makes and reads single leaves and says what a valid certificate gives; `statement` has the
payloads, `logview` judges whether a statement counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto import encoding, labels, primitives
from crypto.errors import LocalError, NotCanonical
from crypto.keys import KemPublic, SignPublic, SignSecret
from crypto.statement import SUBJECT_BYTES, Kind, Payload, Role, Team

VERSION = 1
HASH_BYTES = primitives.HASH_BYTES
# Clocks of honest people differ; a statement this young already counts (section 5: 10 minutes).
CLOCK_TOLERANCE_MS = 10 * 60 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One decoded leaf; `kind` may be a number this version does not know."""

    kind: int
    subject16: bytes
    issuer_hash: bytes
    not_before_ms: int
    not_after_ms: int
    payload_hash: bytes
    signature: bytes

    @staticmethod
    def decode(raw: bytes) -> Leaf:
        """Read a leaf; NotCanonical unless it has exactly this shape."""
        version, kind, subject16, issuer, before, after, payload, signature = encoding.decode_array(
            raw, 8
        )
        if encoding.uint(version) != VERSION:
            raise NotCanonical("unknown version")
        return Leaf(
            kind=encoding.uint(kind),
            subject16=encoding.binary(subject16, SUBJECT_BYTES),
            issuer_hash=encoding.binary(issuer, HASH_BYTES),
            not_before_ms=encoding.uint(before),
            not_after_ms=encoding.uint(after),
            payload_hash=encoding.binary(payload, HASH_BYTES),
            signature=encoding.binary(signature, primitives.SIGNATURE_BYTES),
        )

    def verify(self, issuer: SignPublic) -> None:
        """Raise BadSignature unless `issuer` signed this leaf."""
        primitives.verify(issuer, labels.SIG_LEAF, self.signature, self._signed())

    def _signed(self) -> list[encoding.Value]:
        return [
            VERSION,
            self.kind,
            self.subject16,
            self.issuer_hash,
            self.not_before_ms,
            self.not_after_ms,
            self.payload_hash,
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A valid ADMIN or COUNSELLOR statement, as a client uses it.

    `index` is its place in the log, `revoked_at` the place of the REVOKE that ended it, or None.
    """

    hash: bytes
    index: int
    subject16: bytes
    role: Role
    sign_pk: SignPublic
    kem_pk: KemPublic
    not_before_ms: int
    not_after_ms: int
    revoked_at: int | None = None

    @property
    def kind(self) -> Kind:
        """ADMIN or COUNSELLOR, by the role."""
        return Kind.ADMIN if self.role is Role.ADMIN else Kind.COUNSELLOR

    def runs_at(self, at_ms: int) -> bool:
        """Tell whether `at_ms` lies in the validity; revocation is another question."""
        return in_force(self.not_before_ms, self.not_after_ms, at_ms)

    def is_revoked_in(self, log_size: int) -> bool:
        """Tell whether the first `log_size` leaves of the log hold a REVOKE of this."""
        return self.revoked_at is not None and self.revoked_at < log_size


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamStatement:
    """A valid TEAM statement with its place in the log."""

    hash: bytes
    index: int
    not_before_ms: int
    not_after_ms: int
    team: Team

    def runs_at(self, at_ms: int) -> bool:
        """Tell whether `at_ms` lies in the validity."""
        return in_force(self.not_before_ms, self.not_after_ms, at_ms)


def make_leaf(
    issuer: SignSecret, subject16: bytes, payload: Payload, not_before_ms: int, not_after_ms: int
) -> bytes:
    """Sign a statement; returns the leaf, `payload.encode()` travels beside it.

    `not_after_ms` is 0 for ORG, POLICY, REVOKE and ROOT_CHANGE. LocalError for a validity that
    every verifier would refuse.
    """
    if len(subject16) != SUBJECT_BYTES:
        raise LocalError("a subject has 16 bytes")
    if not fits_limit(payload.max_ms, not_before_ms, not_after_ms):
        raise LocalError("validity empty or too long for this kind")
    signed: list[encoding.Value] = [
        VERSION,
        int(payload.kind),
        subject16,
        key_hash(primitives.sign_public(issuer)),
        not_before_ms,
        not_after_ms,
        payload_hash(payload.encode()),
    ]
    return encoding.encode([*signed, primitives.sign(issuer, labels.SIG_LEAF, signed)])


def leaf_hash(leaf: bytes) -> bytes:
    """HASH("leaf", leaf): the certificate hash or TEAM hash. Not the hash of the Merkle leaf."""
    return primitives.hash_(labels.LEAF, leaf)


def key_hash(public: SignPublic) -> bytes:
    """HASH("key", pk), by which a leaf names its issuer."""
    return primitives.hash_(labels.KEY, public.raw)


def payload_hash(payload: bytes) -> bytes:
    """HASH("payload", payload), by which a leaf holds its payload."""
    return primitives.hash_(labels.PAYLOAD, payload)


def fingerprint(root_pk: SignPublic, standby_pk: SignPublic) -> bytes:
    """HASH("org", root_pk, standby_pk): the one thing people compare, 32 bytes."""
    return primitives.hash_(labels.ORG, root_pk.raw, standby_pk.raw)


def in_force(not_before_ms: int, not_after_ms: int, at_ms: int) -> bool:
    """Tell whether `at_ms` lies in a validity, with tolerance for clocks at its start only."""
    return not_before_ms <= at_ms + CLOCK_TOLERANCE_MS and (
        not_after_ms == 0 or at_ms < not_after_ms
    )


def fits_limit(max_ms: int, not_before_ms: int, not_after_ms: int) -> bool:
    """Tell whether a validity is allowed: none at all where `max_ms` is 0, else up to `max_ms`."""
    if max_ms == 0:
        return not_after_ms == 0
    return 0 < not_after_ms - not_before_ms <= max_ms
