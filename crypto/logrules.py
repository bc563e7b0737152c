"""The rules by which a statement counts, judged at its place in the log (protocol section 4).

`judge` looks at one leaf and the state before it and names the first broken rule; `apply` takes a
valid one into the state. A bad statement stays in the tree, because every client must compute the
same root, but gives no rights. All clients and the relay must judge alike, so nothing here depends
on the present time: an issuer's validity is compared with the leaf's own not_before.
"""

from __future__ import annotations

from dataclasses import replace

from crypto import certificate
from crypto.certificate import Certificate, Leaf, TeamStatement
from crypto.errors import BadSignature, BadStatement
from crypto.keys import SignPublic
from crypto.logstate import Reason as Reason
from crypto.logstate import State as State
from crypto.publication import Deletions, Release, SiteRelease
from crypto.statement import (
    DAY_MS,
    Kind,
    Org,
    Payload,
    Policy,
    Revoke,
    RevokeReason,
    RootChange,
    Staff,
    Team,
)


def found(leaf: Leaf, org: Org) -> State:
    """Begin a log with its first leaf; BadStatement unless the root key signed both keys."""
    if leaf.kind != Kind.ORG or leaf.subject16 != org.deployment_id or leaf.not_after_ms != 0:
        raise BadStatement("not the first statement of an organisation")
    if org.root_pk == org.standby_pk or leaf.issuer_hash != certificate.key_hash(org.root_pk):
        raise BadStatement("keys of the first statement")
    leaf.verify(org.root_pk)
    state = State(org=org, root_pk=org.root_pk, root_since_ms=leaf.not_before_ms)
    for key in (org.root_pk, org.standby_pk):
        state.keys[certificate.key_hash(key)] = key
    return state


def judge(state: State, leaf: Leaf, payload: Payload) -> Reason:
    """Name the first rule that the statement breaks at this place, or OK."""
    issuer = state.keys.get(leaf.issuer_hash)
    if issuer is None:
        return Reason.UNKNOWN_ISSUER
    try:
        leaf.verify(issuer)
    except BadSignature:
        return Reason.BAD_SIGNATURE
    if not certificate.fits_limit(payload.max_ms, leaf.not_before_ms, leaf.not_after_ms):
        return Reason.BAD_VALIDITY
    if isinstance(payload, Policy):
        return _judge_policy(state, leaf, issuer)
    if isinstance(payload, RootChange):
        return _judge_root_change(state, leaf, payload, issuer)
    if isinstance(payload, Staff):
        return _judge_staff(state, leaf, payload, issuer)
    if isinstance(payload, Team):
        return _judge_team(state, leaf, payload)
    if isinstance(payload, Revoke):
        return _judge_revoke(state, leaf, payload, issuer)
    if isinstance(payload, Release):
        return _judge_release(state, leaf, issuer)
    if isinstance(payload, SiteRelease):
        return _judge_site(state, leaf, payload)
    if isinstance(payload, Deletions):
        return _judge_deletions(state, leaf, payload, issuer)
    # A second first leaf.
    return Reason.NO_RIGHT


def apply(state: State, leaf: Leaf, payload: Payload, leaf_hash: bytes, index: int) -> None:
    """Take a statement that `judge` found OK into the state."""
    if isinstance(payload, Policy):
        state.policy, state.policy_since_ms = payload, leaf.not_before_ms
        state.keys[certificate.key_hash(payload.log_pk)] = payload.log_pk
    elif isinstance(payload, RootChange):
        state.root_pk, state.root_since_ms = payload.root_pk, leaf.not_before_ms
        state.keys[certificate.key_hash(payload.root_pk)] = payload.root_pk
    elif isinstance(payload, Staff):
        _apply_staff(state, leaf, payload, leaf_hash, index)
    elif isinstance(payload, Team):
        statement = TeamStatement(
            hash=leaf_hash,
            index=index,
            not_before_ms=leaf.not_before_ms,
            not_after_ms=leaf.not_after_ms,
            team=payload,
        )
        state.teams[payload.team16] = (*state.teams.get(payload.team16, ()), statement)
        state.inboxes[payload.kem_pk.raw] = payload.team16
    elif isinstance(payload, Revoke):
        ended = replace(state.certificates[payload.certificate_hash], revoked_at=index)
        state.certificates[payload.certificate_hash] = ended
        if payload.reason != RevokeReason.ROLE_CHANGED:
            state.barred.add(leaf.subject16)
    elif isinstance(payload, Release):
        state.releases[leaf_hash], state.release_since_ms = payload, leaf.not_before_ms
    elif isinstance(payload, SiteRelease):
        state.site, state.site_since_ms = payload, leaf.not_before_ms
    elif isinstance(payload, Deletions):
        state.days[payload.day] = payload


def _apply_staff(state: State, leaf: Leaf, staff: Staff, leaf_hash: bytes, index: int) -> None:
    state.certificates[leaf_hash] = Certificate(
        hash=leaf_hash,
        index=index,
        subject16=leaf.subject16,
        role=staff.role,
        sign_pk=staff.sign_pk,
        kem_pk=staff.kem_pk,
        not_before_ms=leaf.not_before_ms,
        not_after_ms=leaf.not_after_ms,
    )
    if leaf.subject16 not in state.people:
        key_hash = certificate.key_hash(staff.sign_pk)
        state.keys[key_hash] = staff.sign_pk
        state.holders[key_hash] = leaf.subject16
        state.inboxes[staff.kem_pk.raw] = leaf.subject16
        state.people[leaf.subject16] = staff
    state.own[leaf.subject16] = (*state.own.get(leaf.subject16, ()), leaf_hash)


def _judge_policy(state: State, leaf: Leaf, issuer: SignPublic) -> Reason:
    if issuer != state.root_pk:
        return Reason.NO_RIGHT
    return _judge_newer(state, leaf, state.policy_since_ms)


def _judge_root_change(state: State, leaf: Leaf, change: RootChange, issuer: SignPublic) -> Reason:
    if issuer != state.org.standby_pk:
        return Reason.NO_RIGHT
    if leaf.subject16 != state.org.deployment_id:
        return Reason.FOREIGN_DEPLOYMENT
    if leaf.not_before_ms <= state.root_since_ms:
        return Reason.STALE
    taken = certificate.key_hash(change.root_pk) in state.keys
    return Reason.KEY_TAKEN if taken else Reason.OK


def _judge_release(state: State, leaf: Leaf, issuer: SignPublic) -> Reason:
    if issuer != state.root_pk:
        return Reason.NO_RIGHT
    return _judge_newer(state, leaf, state.release_since_ms)


def _judge_site(state: State, leaf: Leaf, site: SiteRelease) -> Reason:
    right = _right(state, leaf, Kind.ADMIN)
    if right is not Reason.OK:
        return right
    if site.release not in state.releases:
        return Reason.UNKNOWN_TARGET
    return _judge_newer(state, leaf, state.site_since_ms)


def _judge_newer(state: State, leaf: Leaf, since_ms: int | None) -> Reason:
    """An older statement, signed but held back, must not come into force after a newer one."""
    if leaf.subject16 != state.org.deployment_id:
        return Reason.FOREIGN_DEPLOYMENT
    return Reason.OK if since_ms is None or leaf.not_before_ms > since_ms else Reason.STALE


def _judge_deletions(state: State, leaf: Leaf, deletions: Deletions, issuer: SignPublic) -> Reason:
    if state.policy is None or issuer != state.policy.log_pk:
        return Reason.NO_RIGHT
    if leaf.subject16 != state.org.deployment_id:
        return Reason.FOREIGN_DEPLOYMENT
    # A list that is still growing has no root yet.
    if leaf.not_before_ms < (deletions.day + 1) * DAY_MS:
        return Reason.BAD_VALIDITY
    last = next(reversed(state.days), None)
    if last is None or deletions.day == last + 1:
        return Reason.OK
    return Reason.DAY_TAKEN if deletions.day <= last else Reason.DAY_SKIPPED


def _judge_staff(state: State, leaf: Leaf, staff: Staff, issuer: SignPublic) -> Reason:
    if staff.kind is Kind.ADMIN:
        right = Reason.OK if issuer == state.root_pk else Reason.NO_RIGHT
    else:
        right = _right(state, leaf, Kind.ADMIN)
    if right is not Reason.OK:
        return right
    if staff.deployment_id != state.org.deployment_id:
        return Reason.FOREIGN_DEPLOYMENT
    # TEAM statements list subjects. If an admin could give a listed subject another key, the
    # admin would alone place somebody in a live chat.
    known = state.people.get(leaf.subject16)
    if known:
        same = (known.sign_pk, known.kem_pk) == (staff.sign_pk, staff.kem_pk)
        same = same and staff.replaces in (b"", known.replaces)
        if not same:
            return Reason.SUBJECT_TAKEN
        # Whoever found a lost key would come back with it, under the old name.
        return Reason.KEY_REVOKED if leaf.subject16 in state.barred else Reason.OK
    key_hash = certificate.key_hash(staff.sign_pk)
    # One inbox, one owner: else a stranger's sign-in could fetch and delete its letters.
    taken = key_hash in state.keys or staff.kem_pk.raw in state.inboxes
    if taken:
        return Reason.KEY_TAKEN
    return _judge_replaced(state, staff.replaces) if staff.replaces else Reason.OK


def _judge_replaced(state: State, before: bytes) -> Reason:
    """Nobody counsels under two keys, and nobody is replaced by two."""
    held = [state.certificates[one] for one in state.own.get(before, ())]
    if not held:
        return Reason.UNKNOWN_TARGET
    if before not in state.barred or any(one.revoked_at is None for one in held):
        return Reason.NOT_REVOKED
    is_replaced = any(one.replaces == before for one in state.people.values())
    return Reason.ALREADY_REPLACED if is_replaced else Reason.OK


def _judge_revoke(state: State, leaf: Leaf, revoke: Revoke, issuer: SignPublic) -> Reason:
    target = state.certificates.get(revoke.certificate_hash)
    if target is None:
        return Reason.UNKNOWN_TARGET
    if target.subject16 != leaf.subject16:
        return Reason.MALFORMED
    if target.revoked_at is not None:
        return Reason.ALREADY_REVOKED
    by_holder = state.holders.get(leaf.issuer_hash) == target.subject16
    if issuer == state.root_pk or by_holder:
        return Reason.OK
    return Reason.NO_RIGHT if target.kind is Kind.ADMIN else _right(state, leaf, Kind.ADMIN)


def _judge_team(state: State, leaf: Leaf, team: Team) -> Reason:
    if leaf.subject16 != team.team16:
        return Reason.MALFORMED
    history = state.teams.get(team.team16, ())
    latest = history[-1].team if history else None
    for rule in (_team_epoch, _team_signer, _team_key):
        reason = rule(state, leaf, team, latest)
        if reason is not Reason.OK:
            return reason
    for subject16 in team.members:
        # Listed before certified would mean: an admin chooses later whose key that is.
        certificates = state.certificates_of(subject16, Kind.COUNSELLOR)
        if all(one.revoked_at is not None for one in certificates):
            return Reason.UNKNOWN_MEMBER
    return Reason.OK


def _team_epoch(state: State, leaf: Leaf, team: Team, latest: Team | None) -> Reason:
    wanted = latest.epoch + 1 if latest else 1
    if team.epoch < wanted:
        return Reason.EPOCH_TAKEN
    return Reason.OK if team.epoch == wanted else Reason.EPOCH_SKIPPED


def _team_signer(state: State, leaf: Leaf, team: Team, latest: Team | None) -> Reason:
    if latest is None or team.restart:
        nothing_to_restart = latest is None and team.restart
        return Reason.MALFORMED if nothing_to_restart else _right(state, leaf, Kind.ADMIN)
    if state.holders.get(leaf.issuer_hash) not in latest.members:
        return Reason.NOT_MEMBER
    return _right(state, leaf, Kind.COUNSELLOR)


def _team_key(state: State, leaf: Leaf, team: Team, latest: Team | None) -> Reason:
    if state.inboxes.get(team.kem_pk.raw, team.team16) != team.team16:
        return Reason.KEY_TAKEN
    if latest and team.kem_pk == latest.kem_pk:
        # Who has left still knows the old key.
        left = set(latest.members) - set(team.members)
        return Reason.KEY_KEPT if left or team.restart else Reason.OK
    return Reason.KEY_REUSED if team.kem_pk.raw in state.inboxes else Reason.OK


def _right(state: State, leaf: Leaf, kind: Kind) -> Reason:
    """Tell whether the issuer holds an unrevoked certificate of `kind` that ran at not_before."""
    holder = state.holders.get(leaf.issuer_hash, b"")
    held = state.certificates_of(holder, kind)
    if not held:
        return Reason.NO_RIGHT
    unrevoked = [one for one in held if one.revoked_at is None]
    if not unrevoked:
        return Reason.ISSUER_REVOKED
    runs = any(one.runs_at(leaf.not_before_ms) for one in unrevoked)
    return Reason.OK if runs else Reason.ISSUER_ENDED
