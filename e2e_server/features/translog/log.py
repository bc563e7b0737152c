"""The judged log in memory: asked by every staff command, extended by one statement at a time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from crypto import checkpoint
from crypto.certificate import Certificate
from crypto.checkpoint import Checkpoint
from crypto.errors import RemoteError
from crypto.keys import SignSecret
from crypto.logrules import Reason
from crypto.logview import LogView
from crypto.primitives import sign_public
from crypto.statement import Kind, Policy
from crypto.wire.base import Role
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.bus.port import Topic
from e2e_server.kernel.context import Context, JobContext, SignIn, Standing

LOG_TOPIC: Topic = b"log"
NEVER_MS = 2**63
# The kind of box that every POLICY names; here all kinds are kept equally long.
LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """A log with one statement more and the checkpoint for it, not yet in force."""

    view: LogView
    note: bytes


class StaffLog:
    """The log as the relay knows it. `turn` is held while a statement is judged and stored.

    `keys`: the log key, and after it the next one where a change waits for its POLICY.
    """

    def __init__(
        self,
        keys: tuple[SignSecret, ...],
        view: LogView,
        deployment_id: bytes,
        retention_hours: int,
    ) -> None:
        self.turn = asyncio.Lock()
        self.view = view
        self.keys = keys
        self.retention_hours = retention_hours
        self._deployment_id = deployment_id

    @property
    def key(self) -> SignSecret:
        """The log key in force."""
        return self._key_under(self.view.policy())

    def _key_under(self, policy: Policy | None) -> SignSecret:
        """Return the key that POLICY names; before any POLICY the first."""
        return next((one for one in self.keys if _is_named(one, policy)), self.keys[0])

    def standing(self, subject16: bytes, now_ms: int) -> Standing | None:
        """Return the newest certificate in force for a person: neither ended nor revoked."""
        for one in reversed(self.view.own_certificates(subject16)):
            if one.revoked_at is None and one.runs_at(now_ms):
                return Standing(
                    certificate_hash=one.hash, role=Role(one.role), sign_pk=one.sign_pk.raw
                )
        return None

    def departed(self, by_ms: int) -> tuple[bytes, ...]:
        """Return whose every certificate was revoked, by `by_ms`; ended ones may be renewed."""
        ended_ms: dict[bytes, int] = {}
        for entry in self.view.entries:
            one = self.view.certificate(entry.hash)
            if one is None:
                continue
            # Who is certified anew after this one was taken back has not gone.
            ended_ms[one.subject16] = max(ended_ms.get(one.subject16, 0), self._revoked_ms(one))
        return tuple(one for one, at_ms in ended_ms.items() if at_ms <= by_ms)

    def _revoked_ms(self, certificate: Certificate) -> int:
        if certificate.revoked_at is None:
            return NEVER_MS
        revoke = self.view.entries[certificate.revoked_at].leaf
        return NEVER_MS if revoke is None else revoke.not_before_ms

    def index_of(self, leaf_hash: bytes) -> int | None:
        """Return the place of a leaf that is already in the log."""
        return next((one.index for one in self.view.entries if one.hash == leaf_hash), None)

    def judge(self, leaf: bytes, payload: bytes) -> Grown:
        """Return the log with this statement; `bad_statement` unless it counts at this place."""
        try:
            longer = self.view.extend([leaf], [payload])
        except RemoteError as error:
            raise WireError(ErrorCode.BAD_STATEMENT) from error
        if longer.entries[-1].reason is not Reason.OK:
            raise WireError(ErrorCode.BAD_STATEMENT)
        policy = longer.policy()
        # Under another log key no client would open what this relay signs.
        if not any(_is_named(one, policy) for one in self.keys):
            raise WireError(ErrorCode.BAD_STATEMENT)
        # By POLICY's hours people reckon when a deletion is late: it says what is done here.
        newest = longer.entries[-1].leaf
        is_new = newest is not None and newest.kind == Kind.POLICY
        if policy is not None and is_new and not self._does(policy):
            raise WireError(ErrorCode.BAD_STATEMENT)
        return Grown(view=longer, note=self.sign(longer))

    def differs(self) -> bool:
        """Tell whether POLICY promises other hours than this relay keeps conversations."""
        policy = self.view.policy()
        return policy is not None and not self._does(policy)

    def _does(self, policy: Policy) -> bool:
        hours = dict(policy.retention)
        return LIVE in hours and set(hours.values()) == {self.retention_hours}

    def sign(self, view: LogView) -> bytes:
        """Return the signed note for the size and root of `view`."""
        return self._sign(view, view.size)

    def sign_at(self, size: int) -> bytes:
        """Return the signed note for the first `size` leaves, under the log's present name."""
        return self._sign(self.view, size)

    def _sign(self, view: LogView, size: int) -> bytes:
        policy = view.policy()
        # Until POLICY names the log, only its first leaf is there, and nobody relies on the note.
        origin = policy.log_origin if policy else self._deployment_id.hex()
        return checkpoint.sign_checkpoint(
            self._key_under(policy), Checkpoint(origin=origin, size=size, root=view.root_at(size))
        )


def _is_named(key: SignSecret, policy: Policy | None) -> bool:
    return policy is None or policy.log_pk == sign_public(key)


def staff_certificate(context: Context) -> Certificate:
    """Return the certificate under which a STAFF command came; `forbidden` without one."""
    found = log_of(context).view.certificate(context.signed_in().certificate_hash)
    if found is None:
        raise WireError(ErrorCode.FORBIDDEN)
    return found


def is_listed(parts: Context | JobContext, team16: bytes, sign_in: SignIn | None) -> bool:
    """Tell whether the team's current TEAM lists who is signed in, under a certificate in force."""
    log, now_ms = log_of(parts), parts.clock.now_ms()
    if sign_in is None or sign_in.expires_ms <= now_ms:
        return False
    standing = log.standing(sign_in.subject16, now_ms)
    # The person may have been certified anew under another key since this sign-in.
    if standing is None or standing.sign_pk != sign_in.staff_pk:
        return False
    return _fits(parts, team16, standing) and log.view.in_team(team16, sign_in.subject16, now_ms)


def serves(parts: Context | JobContext, portal16: bytes, sign_in: SignIn | None) -> bool:
    """As `is_listed`, for a portal's counsellors; one that the site does not know has none."""
    portal = parts.site.portal(portal16)
    return portal is not None and is_listed(parts, portal.team16, sign_in)


def counsels(context: Context, portal16: bytes, subject16: bytes) -> bool:
    """Tell whether somebody, present or not, is certified and one of a portal's counsellors."""
    portal = context.site.portal(portal16)
    return portal is not None and is_in_force(context, portal.team16, subject16)


def is_in_force(context: Context, team16: bytes, subject16: bytes) -> bool:
    """Tell whether somebody, present or not, is certified and listed by a team's TEAM."""
    log, now_ms = log_of(context), context.clock.now_ms()
    standing = log.standing(subject16, now_ms)
    is_certified = standing is not None and _fits(context, team16, standing)
    return is_certified and log.view.in_team(team16, subject16, now_ms)


def _fits(parts: Context | JobContext, team16: bytes, standing: Standing) -> bool:
    """Tell whether a role may be in a team: auditors in that of the audit alone, and nobody else.

    TEAM is signed by people; a slip of theirs, or an admin's trick, gives an auditor nothing.
    """
    return (standing.role is Role.AUDITOR) == parts.site.is_audit_team(team16)


def log_of(context: Context | JobContext) -> StaffLog:
    """Return the log; every room that asks who is certified or in a team goes through here."""
    return context.services.get(StaffLog)
