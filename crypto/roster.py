"""Who is in a box and who may change that (protocol section 5, the table of box kinds).

    roster entry = [sidx, role, sign_pk, kem_pk, certificate hash or zeros]

A team entry has a zero sign_pk and the TEAM hash. Entries stand in rising order of sidx; a new
sidx is larger than every one used before, so that none is ever used twice. Everything about staff
is asked of a `StaffView` at a `Place`: the log size that the writer stated and the time of the
message, so that reading an old box again gives the same answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from crypto import encoding
from crypto.certificate import Certificate, TeamStatement
from crypto.encoding import Value
from crypto.envelope import MAX_SIDX
from crypto.errors import BadStatement, NotCanonical
from crypto.keys import KemPublic, SignPublic
from crypto.primitives import HASH_BYTES
from crypto.statement import Role as StaffRole

MAX_MEMBERS = 50
NO_CERTIFICATE = bytes(HASH_BYTES)
NO_SIGN_PK = SignPublic(bytes(SignPublic.SIZE_BYTES))


class BoxKind(IntEnum):
    """What a box is for; it never changes."""

    CASE = 1
    GROUP = 2
    STAFF = 3


class Role(IntEnum):
    """What a member is in a box."""

    SEEKER = 1
    COUNSELLOR = 2
    LEAD = 3
    TEAM = 4
    MODERATOR = 5
    PARTICIPANT = 6
    STAFF = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry:
    """One member of a box, with full keys."""

    sidx: int
    role: Role
    sign_pk: SignPublic
    kem_pk: KemPublic
    certificate_hash: bytes = NO_CERTIFICATE

    def to_value(self) -> list[Value]:
        """Return the array of five."""
        return [
            self.sidx,
            int(self.role),
            self.sign_pk.raw,
            self.kem_pk.raw,
            self.certificate_hash,
        ]

    @classmethod
    def from_value(cls, value: Value) -> RosterEntry:
        """Read what `to_value` wrote; NotCanonical for any other shape or an unknown role."""
        sidx, role, sign_pk, kem_pk, certificate_hash = encoding.array(value, 5)
        if role not in list(Role):
            raise NotCanonical("unknown role")
        return cls(
            sidx=encoding.uint(sidx, MAX_SIDX),
            role=Role(encoding.uint(role)),
            sign_pk=SignPublic(encoding.binary(sign_pk, SignPublic.SIZE_BYTES)),
            kem_pk=KemPublic(encoding.binary(kem_pk, KemPublic.SIZE_BYTES)),
            certificate_hash=encoding.binary(certificate_hash, HASH_BYTES),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterState:
    """What the last good commit left behind."""

    box16: bytes
    epoch: int
    epoch_hash: bytes
    box_kind: BoxKind
    about16: bytes
    share_hash: bytes
    entries: Mapping[int, RosterEntry]
    highest_sidx: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement is judged: the log's size as far as this box knows it, and the time."""

    log_n: int
    at_ms: int


class StaffView(Protocol):
    """What a client has read out of the log; answers for any earlier place in it too."""

    def counsellor(self, certificate_hash: bytes) -> Certificate | None:
        """Return the certificate that chains to the root, ended or revoked or not."""

    def team(self, team_hash: bytes) -> TeamStatement | None:
        """Return the valid TEAM statement of this hash, superseded or not."""

    def is_current_team(self, team_hash: bytes, log_n: int, at_ms: int) -> bool:
        """Tell whether that TEAM was its team's newest in the first `log_n` leaves, and ran."""

    def in_team(self, team16: bytes, subject16: bytes, log_n: int, at_ms: int) -> bool:
        """Tell whether the team's current TEAM lists the person; empty `team16`: some team's."""

    def log_root(self, log_n: int) -> bytes | None:
        """Return the log's Merkle root at size `log_n`; None when the log read is shorter."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Which roles an author may add and remove; who may create and close."""

    add: frozenset[Role]
    remove: frozenset[Role]
    create: bool
    close: bool


_CASE_STAFF = frozenset({Role.COUNSELLOR, Role.LEAD, Role.TEAM})
_CASE_ALL = _CASE_STAFF | {Role.SEEKER}
_GROUP_ALL = frozenset({Role.MODERATOR, Role.PARTICIPANT})
_STAFF_ALL = frozenset({Role.STAFF})
_NOBODY: frozenset[Role] = frozenset()

RIGHTS: Mapping[tuple[BoxKind, Role], Rights] = {
    # The seeker takes out revoked staff only: `may_remove` looks at the certificate too.
    (BoxKind.CASE, Role.SEEKER): Rights(
        frozenset({Role.TEAM}), frozenset({Role.COUNSELLOR, Role.LEAD}), True, True
    ),
    (BoxKind.CASE, Role.COUNSELLOR): Rights(_CASE_ALL, _CASE_ALL, True, True),
    (BoxKind.CASE, Role.LEAD): Rights(_CASE_ALL, _CASE_ALL, True, False),
    (BoxKind.CASE, Role.TEAM): Rights(_CASE_STAFF, _CASE_STAFF, False, False),
    (BoxKind.GROUP, Role.MODERATOR): Rights(_GROUP_ALL, _GROUP_ALL, True, True),
    (BoxKind.GROUP, Role.PARTICIPANT): Rights(_NOBODY, _NOBODY, False, False),
    (BoxKind.STAFF, Role.STAFF): Rights(_STAFF_ALL, _STAFF_ALL, True, True),
}

_CERTIFIED = frozenset({Role.COUNSELLOR, Role.LEAD, Role.MODERATOR, Role.STAFF})


def rights(box_kind: BoxKind, role: Role) -> Rights:
    """Return what `role` may do in such a box; BadStatement when the role has no place there."""
    found = RIGHTS.get((box_kind, role))
    if found is None:
        raise BadStatement("this role has no place in this kind of box")
    return found


def check_shape(box_kind: BoxKind, entries: tuple[RosterEntry, ...]) -> None:
    """Refuse a roster that no box of this kind may have, whoever signed it."""
    if not 1 <= len(entries) <= MAX_MEMBERS:
        raise BadStatement("a box has 1 to 50 members")
    numbers = [entry.sidx for entry in entries]
    if numbers != sorted(set(numbers)):
        raise BadStatement("roster not in rising order")
    for entry in entries:
        rights(box_kind, entry.role)
        if (entry.role is Role.TEAM) != (entry.sign_pk == NO_SIGN_PK):
            raise BadStatement("a team, and only a team, has no key to sign with")
        needs_hash = entry.role in _CERTIFIED or entry.role is Role.TEAM
        if needs_hash != (entry.certificate_hash != NO_CERTIFICATE):
            raise BadStatement("staff, and only staff, have a certificate")
    signers = [entry.sign_pk for entry in entries if entry.role is not Role.TEAM]
    if len(set(signers)) != len(signers) or len({e.kem_pk for e in entries}) != len(entries):
        raise BadStatement("one key stands twice")
    if box_kind is BoxKind.CASE and [e.role for e in entries].count(Role.SEEKER) != 1:
        raise BadStatement("a case has exactly one seeker")


def check_keys(entry: RosterEntry, staff: StaffView) -> None:
    """Refuse an entry whose keys are not the ones its certificate or TEAM states."""
    if entry.role is Role.TEAM:
        statement = staff.team(entry.certificate_hash)
        if statement is None or statement.team.kem_pk != entry.kem_pk:
            raise BadStatement("unknown TEAM, or not its key")
    elif entry.role in _CERTIFIED:
        certificate = staff.counsellor(entry.certificate_hash)
        if certificate is None:
            raise BadStatement("no such certificate in the log")
        if (certificate.sign_pk, certificate.kem_pk) != (entry.sign_pk, entry.kem_pk):
            raise BadStatement("not the certified keys")


def check_newcomer(box_kind: BoxKind, entry: RosterEntry, place: Place, staff: StaffView) -> None:
    """Refuse a new entry whose certificate or TEAM does not carry it at this place."""
    check_keys(entry, staff)
    if entry.role is Role.TEAM:
        if not staff.is_current_team(entry.certificate_hash, place.log_n, place.at_ms):
            raise BadStatement("TEAM is not current")
        return
    if entry.role not in _CERTIFIED:
        return
    certificate = active_certificate(entry.certificate_hash, place, staff)
    if entry.role is Role.LEAD and certificate.role is not StaffRole.LEAD:
        raise BadStatement("not certified as a lead")
    if box_kind is BoxKind.CASE and not staff.in_team(
        b"", certificate.subject16, place.log_n, place.at_ms
    ):
        raise BadStatement("in no current TEAM")


def active_certificate(certificate_hash: bytes, place: Place, staff: StaffView) -> Certificate:
    """Return a counsellor's certificate in force at `place`: for joins and team commits."""
    certificate = staff.counsellor(certificate_hash)
    if certificate is None or certificate.index >= place.log_n:
        raise BadStatement("no such certificate in the log")
    if certificate.role is StaffRole.ADMIN:
        raise BadStatement("an admin's certificate opens no box")
    if certificate.is_revoked_in(place.log_n) or not certificate.runs_at(place.at_ms):
        raise BadStatement("certificate ended or revoked")
    return certificate


def is_revoked(entry: RosterEntry, log_n: int, staff: StaffView) -> bool:
    """Tell whether the first `log_n` leaves revoke the entry's certificate."""
    if entry.role not in _CERTIFIED:
        return False
    certificate = staff.counsellor(entry.certificate_hash)
    return certificate is None or certificate.is_revoked_in(log_n)


def has_ended(entry: RosterEntry, at_ms: int, staff: StaffView) -> bool:
    """Tell whether the entry's certificate has run out: the conversation goes on, with a notice."""
    certificate = staff.counsellor(entry.certificate_hash) if entry.role in _CERTIFIED else None
    return certificate is not None and not certificate.runs_at(at_ms)


def may_remove(
    box_kind: BoxKind, author: Role, entry: RosterEntry, place: Place, staff: StaffView
) -> bool:
    """Tell whether a member with role `author` may take `entry` out."""
    if entry.role not in rights(box_kind, author).remove:
        return False
    return author is not Role.SEEKER or is_revoked(entry, place.log_n, staff)
