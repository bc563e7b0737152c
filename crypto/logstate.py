"""What a log has established so far, and the names of the verdicts on its statements."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from crypto.certificate import Certificate, TeamStatement
from crypto.keys import SignPublic
from crypto.kinds import Kind
from crypto.publication import Deletions, Release, SiteRelease
from crypto.statement import Org, Policy, Staff


class Reason(StrEnum):
    """Why a statement does not count; OK when it does."""

    OK = "ok"
    MALFORMED = "malformed"
    DUPLICATE = "duplicate"
    UNKNOWN_KIND = "unknown_kind"
    BAD_VALIDITY = "bad_validity"
    UNKNOWN_ISSUER = "unknown_issuer"
    BAD_SIGNATURE = "bad_signature"
    NO_RIGHT = "no_right"
    ISSUER_REVOKED = "issuer_revoked"
    ISSUER_ENDED = "issuer_ended"
    FOREIGN_DEPLOYMENT = "foreign_deployment"
    STALE = "stale"
    SUBJECT_TAKEN = "subject_taken"
    KEY_TAKEN = "key_taken"
    UNKNOWN_TARGET = "unknown_target"
    ALREADY_REVOKED = "already_revoked"
    EPOCH_TAKEN = "epoch_taken"
    EPOCH_SKIPPED = "epoch_skipped"
    NOT_MEMBER = "not_member"
    UNKNOWN_MEMBER = "unknown_member"
    KEY_KEPT = "key_kept"
    KEY_REUSED = "key_reused"
    KEY_REVOKED = "key_revoked"
    NOT_REVOKED = "not_revoked"
    ALREADY_REPLACED = "already_replaced"
    DAY_TAKEN = "day_taken"
    DAY_SKIPPED = "day_skipped"


@dataclass(slots=True, kw_only=True)
class State:
    """What the log has established so far; changed by `apply` only.

    `keys` and `holders` are by key hash; root and standby have no holder. `inboxes` says which
    subject or team owns a KEM key. `teams` holds every valid statement of a team, oldest first.
    `barred` are the subjects whose keys get no certificate any more. `releases` are by leaf hash,
    in the order of the log; `days` are those whose deletions were entered.
    """

    org: Org
    root_pk: SignPublic
    root_since_ms: int
    policy: Policy | None = None
    policy_since_ms: int | None = None
    keys: dict[bytes, SignPublic] = field(default_factory=dict)
    holders: dict[bytes, bytes] = field(default_factory=dict)
    inboxes: dict[bytes, bytes] = field(default_factory=dict)
    people: dict[bytes, Staff] = field(default_factory=dict)
    certificates: dict[bytes, Certificate] = field(default_factory=dict)
    own: dict[bytes, tuple[bytes, ...]] = field(default_factory=dict)
    teams: dict[bytes, tuple[TeamStatement, ...]] = field(default_factory=dict)
    barred: set[bytes] = field(default_factory=set)
    releases: dict[bytes, Release] = field(default_factory=dict)
    release_since_ms: int | None = None
    site: SiteRelease | None = None
    site_since_ms: int | None = None
    days: dict[int, Deletions] = field(default_factory=dict)

    def copy(self) -> State:
        """Return an independent state; everything inside the tables is immutable."""
        return replace(
            self,
            keys=dict(self.keys),
            holders=dict(self.holders),
            inboxes=dict(self.inboxes),
            people=dict(self.people),
            certificates=dict(self.certificates),
            own=dict(self.own),
            teams=dict(self.teams),
            barred=set(self.barred),
            releases=dict(self.releases),
            days=dict(self.days),
        )

    def certificates_of(self, subject16: bytes, kind: Kind) -> list[Certificate]:
        """Return a subject's valid certificates of one kind, revoked ones too, oldest first."""
        found = [self.certificates[one] for one in self.own.get(subject16, ())]
        return [one for one in found if one.kind is kind]
