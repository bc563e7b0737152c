"""What the organisation states about its staff: the payloads of log leaves (protocol section 4).

Each payload is a canonical array of fixed shape: `encode` writes its bytes, `decode` reads them or
raises NotCanonical. `kind` says which leaf it belongs to, `max_ms` how long it may be valid. Times
are ms since epoch, UTC; an end of 0 means "no end". Leaves, hashes and signatures are in
`certificate`; whether a statement counts is judged in `logview`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, TypeAlias

from crypto import checkpoint, encoding, primitives
from crypto.errors import BadStatement, NotCanonical
from crypto.keys import KemPublic, SignPublic
from crypto.kinds import Kind as Kind
from crypto.publication import Deletions, Release, SiteRelease

SUITE = 1
SUBJECT_BYTES = 16
DEPLOYMENT_BYTES = 16
HASH_BYTES = primitives.HASH_BYTES
DAY_MS = 24 * 60 * 60 * 1000
MAX_ADMIN_MS = 366 * DAY_MS
MAX_COUNSELLOR_MS = 90 * DAY_MS
MAX_TEAM_MS = 30 * DAY_MS
MAX_TEAM_MEMBERS = 200
MAX_WITNESSES = 16
MAX_COSIGNED_HOURS = 366 * 24
MAX_RETENTION_RULES = 16
MAX_NAME_CHARS = 200
MAX_LANGUAGE_CHARS = 16
MAX_REASON = 255
NO_END_MS = 0
# Of a certificate; one more where it says whom it replaces.
_STAFF_ITEMS = 4


class Role(IntEnum):
    """What a certified person is. An ADMIN certificate has ADMIN, a COUNSELLOR one the others."""

    ADMIN = 1
    COUNSELLOR = 2
    LEAD = 3
    AUDITOR = 4


class RevokeReason(IntEnum):
    """Why a certificate ends early. A number and no text: the log is public and about people."""

    OTHER = 0
    LEFT = 1
    KEY_LOST = 2
    ROLE_CHANGED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Org:
    """The first leaf, signed by the root key; its subject16 is the deployment id."""

    kind: ClassVar[Kind] = Kind.ORG
    max_ms: ClassVar[int] = NO_END_MS

    root_pk: SignPublic
    standby_pk: SignPublic
    deployment_id: bytes
    language: str

    def encode(self) -> bytes:
        return encoding.encode(
            [self.root_pk.raw, self.standby_pk.raw, self.deployment_id, self.language]
        )

    @staticmethod
    def decode(raw: bytes) -> Org:
        root, standby, deployment, language = encoding.decode_array(raw, 4)
        return Org(
            root_pk=_sign_public(root),
            standby_pk=_sign_public(standby),
            deployment_id=encoding.binary(deployment, DEPLOYMENT_BYTES),
            language=encoding.text(language, MAX_LANGUAGE_CHARS),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RootChange:
    """The standby key puts a new root key in force; subject16 is the deployment id."""

    kind: ClassVar[Kind] = Kind.ROOT_CHANGE
    max_ms: ClassVar[int] = NO_END_MS

    root_pk: SignPublic

    def encode(self) -> bytes:
        return encoding.encode([self.root_pk.raw])

    @staticmethod
    def decode(raw: bytes) -> RootChange:
        (root,) = encoding.decode_array(raw, 1)
        return RootChange(root_pk=_sign_public(root))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the root fixes for everybody; subject16 is the deployment id.

    `log_origin` and `log_pk` name the log in checkpoints. `retention`: (box kind, hours until the
    purge), sorted by kind. `witnesses`: (name, key), of which `witness_quorum` must have cosigned
    a checkpoint within the last `cosigned_hours`; 0 hours where no witness is asked for.
    """

    kind: ClassVar[Kind] = Kind.POLICY
    max_ms: ClassVar[int] = NO_END_MS

    suite: int = SUITE
    log_origin: str
    log_pk: SignPublic
    retention: tuple[tuple[str, int], ...]
    witnesses: tuple[tuple[str, SignPublic], ...] = ()
    witness_quorum: int = 0
    cosigned_hours: int = 0

    def encode(self) -> bytes:
        return encoding.encode(
            [
                self.suite,
                self.log_origin,
                self.log_pk.raw,
                [[kind, hours] for kind, hours in self.retention],
                [[name, key.raw] for name, key in self.witnesses],
                self.witness_quorum,
                self.cosigned_hours,
            ]
        )

    @staticmethod
    def decode(raw: bytes) -> Policy:
        suite, origin, log_pk, rules, witnesses, quorum, hours = encoding.decode_array(raw, 7)
        policy = Policy(
            suite=encoding.uint(suite),
            log_origin=encoding.text(origin, MAX_NAME_CHARS),
            log_pk=_sign_public(log_pk),
            retention=tuple((kind, encoding.uint(hours)) for kind, hours in _pairs(rules)),
            witnesses=tuple((name, _sign_public(key)) for name, key in _pairs(witnesses)),
            witness_quorum=encoding.uint(quorum, MAX_WITNESSES),
            cosigned_hours=encoding.uint(hours, MAX_COSIGNED_HOURS),
        )
        kinds = [kind for kind, _ in policy.retention]
        # Beyond ASCII the two languages sort differently.
        in_order = kinds == sorted(set(kinds)) and all(kind.isascii() for kind in kinds)
        if not in_order or len(kinds) > MAX_RETENTION_RULES:
            raise NotCanonical("retention rules not ASCII, not sorted, twice or too many")
        if policy.suite != SUITE or not checkpoint.is_origin(policy.log_origin):
            raise NotCanonical("unknown suite or impossible log name")
        if not policy.witness_quorum <= len(policy.witnesses) <= MAX_WITNESSES:
            raise NotCanonical("witnesses")
        if (policy.witness_quorum == 0) != (policy.cosigned_hours == 0):
            raise NotCanonical("a quorum goes with an age, and an age with a quorum")
        return policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The keys and role of one person: payload of ADMIN and COUNSELLOR certificates.

    It names the deployment, so that a root used twice cannot lend one's staff to the other.
    `replaces`: under which subject16 the person was certified before losing that key; else b"".
    """

    deployment_id: bytes
    role: Role
    sign_pk: SignPublic
    kem_pk: KemPublic
    replaces: bytes = b""

    @property
    def kind(self) -> Kind:
        """ADMIN or COUNSELLOR, by the role."""
        return Kind.ADMIN if self.role is Role.ADMIN else Kind.COUNSELLOR

    @property
    def max_ms(self) -> int:
        """The longest validity: 366 days for an admin, 90 for others."""
        return MAX_ADMIN_MS if self.role is Role.ADMIN else MAX_COUNSELLOR_MS

    def encode(self) -> bytes:
        """Four items, and a fifth for who comes back."""
        keys: list[encoding.Value] = [self.sign_pk.raw, self.kem_pk.raw]
        before: list[encoding.Value] = [self.replaces] if self.replaces else []
        return encoding.encode([self.deployment_id, int(self.role), *keys, *before])

    @staticmethod
    def decode(raw: bytes) -> Staff:
        items = encoding.array(encoding.decode(raw))
        if len(items) not in (_STAFF_ITEMS, _STAFF_ITEMS + 1):
            raise NotCanonical("items of a certificate")
        deployment, role, sign_pk, kem_pk, *before = items
        number = encoding.uint(role)
        if number not in list(Role):
            raise NotCanonical("unknown role")
        return Staff(
            deployment_id=encoding.binary(deployment, DEPLOYMENT_BYTES),
            role=Role(number),
            sign_pk=_sign_public(sign_pk),
            kem_pk=_kem_public(kem_pk),
            replaces=encoding.binary(before[0], SUBJECT_BYTES) if before else b"",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who stands in a team and its KEM key; subject16 of the leaf is team16.

    The first epoch is 1. `members`: 1 to 200 subject16, sorted. `restart`: an admin began anew.
    """

    kind: ClassVar[Kind] = Kind.TEAM
    max_ms: ClassVar[int] = MAX_TEAM_MS

    team16: bytes
    epoch: int
    kem_pk: KemPublic
    members: tuple[bytes, ...]
    restart: bool = False

    def encode(self) -> bytes:
        """Members are sorted here."""
        members = sorted(self.members)
        return encoding.encode(
            [self.team16, self.epoch, self.kem_pk.raw, members, int(self.restart)]
        )

    @staticmethod
    def decode(raw: bytes) -> Team:
        team16, epoch, kem_pk, members, restart = encoding.decode_array(raw, 5)
        team = Team(
            team16=encoding.binary(team16, SUBJECT_BYTES),
            epoch=encoding.uint(epoch),
            kem_pk=_kem_public(kem_pk),
            members=tuple(encoding.binary(m, SUBJECT_BYTES) for m in encoding.array(members)),
            restart=encoding.uint(restart, 1) == 1,
        )
        if list(team.members) != sorted(set(team.members)):
            raise NotCanonical("members not sorted or twice")
        if not 1 <= len(team.members) <= MAX_TEAM_MEMBERS or team.epoch < 1:
            raise NotCanonical("team without members or epoch")
        return team


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke:
    """Ends a certificate from this place in the log on; subject16 is that certificate's."""

    kind: ClassVar[Kind] = Kind.REVOKE
    max_ms: ClassVar[int] = NO_END_MS

    certificate_hash: bytes
    reason: int = RevokeReason.OTHER

    def encode(self) -> bytes:
        return encoding.encode([self.certificate_hash, int(self.reason)])

    @staticmethod
    def decode(raw: bytes) -> Revoke:
        """Unknown reasons are kept as numbers."""
        certificate_hash, reason = encoding.decode_array(raw, 2)
        return Revoke(
            certificate_hash=encoding.binary(certificate_hash, HASH_BYTES),
            reason=encoding.uint(reason, MAX_REASON),
        )


Payload: TypeAlias = (
    Org | Policy | Staff | Team | Revoke | RootChange | Release | SiteRelease | Deletions
)

_DECODERS: dict[int, Callable[[bytes], Payload]] = {
    Kind.ORG: Org.decode,
    Kind.POLICY: Policy.decode,
    Kind.ADMIN: Staff.decode,
    Kind.COUNSELLOR: Staff.decode,
    Kind.TEAM: Team.decode,
    Kind.REVOKE: Revoke.decode,
    Kind.ROOT_CHANGE: RootChange.decode,
    Kind.RELEASE: Release.decode,
    Kind.SITE: SiteRelease.decode,
    Kind.DELETIONS: Deletions.decode,
}


def is_known(kind: int) -> bool:
    """Tell whether this version knows statements of this kind."""
    return kind in _DECODERS


def decode(kind: int, raw: bytes) -> Payload:
    """Read a payload of a known `kind`; NotCanonical, or BadStatement when the kind is not its."""
    decoder = _DECODERS.get(kind)
    if decoder is None:
        raise BadStatement("unknown kind")
    payload = decoder(raw)
    if payload.kind != kind:
        raise BadStatement("role and kind do not fit")
    return payload


def _sign_public(value: encoding.Value) -> SignPublic:
    return SignPublic(encoding.binary(value, SignPublic.SIZE_BYTES))


def _kem_public(value: encoding.Value) -> KemPublic:
    return KemPublic(encoding.binary(value, KemPublic.SIZE_BYTES))


def _pairs(value: encoding.Value) -> list[tuple[str, encoding.Value]]:
    pairs = [encoding.array(one, 2) for one in encoding.array(value)]
    return [(encoding.text(name, MAX_NAME_CHARS), item) for name, item in pairs]
