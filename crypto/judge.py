"""The check table of section 5, as a function of a reader's state and one envelope.

`judge` changes nothing; `transcript` applies what it answers. The checks stand in the table's
order: readable, epoch, opens, member and signature, new, no gap, same view, same log, commit.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from crypto import chain, commit, epoch
from crypto.boxstate import State
from crypto.envelope import (
    FORM_STORED,
    Body,
    Kind,
    Opened,
    Outer,
    open_outer,
    parse_outer,
    verify,
)
from crypto.epoch import EpochKey
from crypto.errors import BadSignature, BadStatement, RemoteError
from crypto.keys import EpochSecret, SignPublic
from crypto.primitives import equal
from crypto.roster import Place, Role, RosterEntry, RosterState, StaffView, is_revoked, rights
from crypto.verdict import Need, NeedKind, Notice, NoticeKind, Verdict

_GRAVE = (Verdict.BAD_COMMIT, Verdict.FORK, Verdict.LOG_FORK)


@dataclass(slots=True)
class Judged:
    """The answer of `judge`. `findings` lists the failing checks in the table's order."""

    findings: list[Verdict] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    need: Need | None = None
    opened: Opened | None = None  # with `author`, when the checks above GAP held
    author: RosterEntry | None = None
    log_fits: bool = False
    roster: RosterState | None = None  # after a good commit, with its `es`
    es: EpochSecret | None = None
    stop: Notice | None = None

    @property
    def verdict(self) -> Verdict:
        """The first failing check decides, but what lets reading go on yields to what is worse."""
        grave = next((one for one in _GRAVE if one in self.findings), None)
        return grave or (self.findings[0] if self.findings else Verdict.OK)


class _Failed(Exception):
    """A check above GAP, or of a commit, failed."""

    def __init__(self, verdict: Verdict, stop: Notice | None = None) -> None:
        super().__init__(verdict)
        self.verdict = verdict
        self.stop = stop


class _Missing(Exception):
    """Something must be fetched first."""

    def __init__(self, need: Need) -> None:
        super().__init__(need)
        self.need = need


def judge(
    state: State,
    staff: StaffView,
    n: int,
    raw: bytes,
    env_id: bytes,
    tried: Collection[NeedKind] = (),
) -> Judged:
    """Judge envelope `n`, the one after the last taken; `env_id` is that of `raw`."""
    found = Judged()
    try:
        outer = _readable(state, raw)
        if state.joining is not None:
            _judge_joining(state, state.joining, outer, n, tried, found)
        else:
            _judge_member(state, staff, outer, n, env_id, tried, found)
    except _Failed as failed:
        found.findings.append(failed.verdict)
        found.stop = failed.stop
    except _Missing as missing:
        return Judged(need=missing.need)
    return found


def writer(
    roster: RosterState, body: Body, log_n: int, staff: StaffView
) -> tuple[RosterEntry, SignPublic]:
    """Return the member that `body` names and the key that must have signed.

    BadStatement when nobody in the roster may write this, be it that the certificate is revoked
    in the first `log_n` leaves of the log.
    """
    entry = roster.entries.get(body.sidx)
    if entry is None or is_revoked(entry, log_n, staff):
        raise BadStatement("no member")
    if entry.role is Role.TEAM:
        # A team reads; it writes nothing but a commit, which one of its people signs.
        certificate = None
        if body.kind == Kind.COMMIT:
            certificate = staff.counsellor(commit.Commit.decode(body.payload).by)
        if certificate is None or certificate.is_revoked_in(log_n):
            raise BadStatement("nobody signs for the team")
        return entry, certificate.sign_pk
    if body.kind == Kind.CLOSE and not rights(roster.box_kind, entry.role).close:
        raise BadStatement("may not close")
    return entry, entry.sign_pk


def _readable(state: State, raw: bytes) -> Outer:
    try:
        outer = parse_outer(raw)
    except RemoteError as error:
        raise _Failed(Verdict.UNREADABLE) from error
    if outer.form != FORM_STORED or outer.box16 != state.box16:
        raise _Failed(Verdict.UNREADABLE)
    return outer


def _judge_member(
    state: State,
    staff: StaffView,
    outer: Outer,
    n: int,
    env_id: bytes,
    tried: Collection[NeedKind],
    found: Judged,
) -> None:
    opened = _open(state, outer, n, tried)
    body = opened.body
    author, first = _author(state, staff, opened, tried)
    last = state.streams.get((body.sidx, body.stream))
    # The same bytes have the same place in the same stream: this is "env_id new" too.
    if last is not None and body.i <= last:
        raise _Failed(Verdict.DUP)
    if body.i != last + 1 if last is not None else body.i != 0 and not state.began_late:
        found.findings.append(Verdict.GAP)
    found.opened, found.author = opened, author
    _judge_view(state, body, n, env_id, found)
    _judge_log(staff, body, tried, found)
    if body.kind == Kind.COMMIT:
        _judge_commit(state, staff, opened, first, found)


def _open(state: State, outer: Outer, n: int, tried: Collection[NeedKind]) -> Opened:
    if outer.kid8 in state.old_kids:
        raise _Failed(Verdict.OLD_EPOCH)
    if state.key is None or outer.kid8 != state.key.kid8:
        _unknown_epoch(n, tried)
    assert state.key is not None
    try:
        return open_outer(outer, FORM_STORED, state.key)
    except RemoteError as error:
        # Where even the first commit does not open, the share or the secret is not this box's:
        # nothing after it will open either, and whoever reads must hear that.
        stop = Notice(NoticeKind.DAMAGED) if state.roster is None else None
        raise _Failed(Verdict.UNREADABLE, stop) from error


def _unknown_epoch(n: int, tried: Collection[NeedKind]) -> None:
    if NeedKind.ENVELOPES not in tried:
        raise _Missing(Need(NeedKind.ENVELOPES, n))
    raise _Failed(Verdict.BAD_COMMIT, Notice(NoticeKind.DAMAGED))


def _author(
    state: State, staff: StaffView, opened: Opened, tried: Collection[NeedKind]
) -> tuple[RosterEntry, commit.Commit | None]:
    """Find the writer and verify the signature; before commit 0 that is what it must be."""
    body = opened.body
    first, roster = None, state.roster
    if roster is None:
        if body.kind != Kind.COMMIT:
            raise _Failed(Verdict.BAD_COMMIT, Notice(NoticeKind.DAMAGED))
        try:
            first = commit.Commit.decode(body.payload)
        except RemoteError as error:
            raise _Failed(Verdict.BAD_COMMIT, Notice(NoticeKind.DAMAGED)) from error
        roster = commit.state_of(state.box16, first)
    try:
        author, sign_pk = writer(roster, body, state.log_n, staff)
    except RemoteError as error:
        # Who signs for a team may be certified by a leaf that this reader has not read yet.
        _log_root(staff, body, tried)
        raise _Failed(Verdict.NOT_MEMBER) from error
    try:
        verify(opened, sign_pk)
    except BadSignature as error:
        raise _Failed(Verdict.BAD_SIG) from error
    return author, first


def _judge_view(state: State, body: Body, n: int, env_id: bytes, found: Judged) -> None:
    """FORK: the writer's view of box and epoch is mine; my posts stand where the relay said."""
    expected = state.roster.epoch_hash if state.roster else commit.NO_EPOCH_HASH
    mine = state.head_at(body.head_n)
    same = body.head_n < n and (mine is None or equal(mine, body.head))
    if not same or not equal(expected, body.epoch_hash):
        found.notices.append(Notice(NoticeKind.OTHER_VIEW, body.sidx))
    if misplaced(state, n, env_id):
        found.notices.append(Notice(NoticeKind.OTHER_HISTORY))
    if found.notices:
        found.findings.append(Verdict.FORK)


def misplaced(state: State, n: int, env_id: bytes) -> bool:
    """Tell whether envelope `n` is not what the relay or this account's keyring said of it."""
    if not equal(state.own_posts.get(n, env_id), env_id):
        return True
    expected = state.expected_heads.get(n)
    return expected is not None and expected != chain.extend(state.heads[-1], env_id)


def _judge_log(staff: StaffView, body: Body, tried: Collection[NeedKind], found: Judged) -> None:
    root = _log_root(staff, body, tried)
    if root is None or not equal(root, body.log_root):
        found.findings.append(Verdict.LOG_FORK)
        found.notices.append(Notice(NoticeKind.OTHER_LOG, body.sidx))
    else:
        found.log_fits = True


def _log_root(staff: StaffView, body: Body, tried: Collection[NeedKind]) -> bytes | None:
    """Return the own root at the size that the writer states; asks once for a log that is short."""
    root = staff.log_root(body.log_n)
    if root is None and NeedKind.LOG not in tried:
        raise _Missing(Need(NeedKind.LOG, body.log_n))
    return root


def _judge_commit(
    state: State, staff: StaffView, opened: Opened, first: commit.Commit | None, found: Judged
) -> None:
    body, box16 = opened.body, state.box16
    damaged = Notice(NoticeKind.DAMAGED, body.sidx)
    # A log size that does not fit this reader's log proves nothing about revocations.
    log_n = max(state.log_n, body.log_n) if found.log_fits else state.log_n
    place = Place(log_n, body.sent_ms)
    try:
        news = first or commit.Commit.decode(body.payload)
        if state.roster is None:
            next_ = commit.check_commit0(box16, news, body.sidx, opened.wraps, place, staff)
        else:
            next_ = commit.check_commit(state.roster, news, body.sidx, opened.wraps, place, staff)
        if news.epoch >= state.admitted and not _stays(state, news):
            raise _Failed(Verdict.BAD_COMMIT, Notice(NoticeKind.YOU_WERE_REMOVED, body.sidx))
        es = _secret(state, news, opened)
        if not equal(news.share_hash, epoch.share_hash(box16, state.share)):
            raise BadStatement("not the share of this box")
    except RemoteError as error:
        raise _Failed(Verdict.BAD_COMMIT, damaged) from error
    found.roster, found.es = next_, es


def _stays(state: State, news: commit.Commit) -> bool:
    """Tell whether I am in it afterwards. Who is taken out as a person may hold the team's key too:
    that lets them read on, or in again, by the team's letter, not by this commit.
    """
    before = state.roster.entries if state.roster else {}
    mine = [entry for entry in news.roster if entry.kem_pk in state.own_kem]
    if state.roster is None or news.es_hash in state.secrets:
        return bool(mine)
    is_person = any(_is_own_person(state, entry) for entry in before.values())
    return any(
        entry.sidx in before and (not is_person or entry.role is not Role.TEAM) for entry in mine
    )


def _is_own_person(state: State, entry: RosterEntry) -> bool:
    return entry.role is not Role.TEAM and entry.kem_pk in state.own_kem


def _secret(state: State, news: commit.Commit, opened: Opened) -> EpochSecret:
    """Return the new epoch's secret, from the keyring or the own wrap; it must match the hash."""
    kept = state.secrets.get(news.es_hash)
    if kept is not None:
        return kept
    own = {entry.sidx: state.own_kem.get(entry.kem_pk) for entry in news.roster}
    for wrap in opened.wraps:
        secret = own.get(wrap.sidx)
        if secret is not None:
            es = commit.open_wrap(wrap, state.box16, news.epoch, secret)
            if equal(epoch.es_hash(state.box16, es), news.es_hash):
                return es
    raise BadStatement("no secret that matches")


def _judge_joining(
    state: State,
    joining: Opened,
    outer: Outer,
    n: int,
    tried: Collection[NeedKind],
    found: Judged,
) -> None:
    """Before the commit that added me: count unopened, and recognise that commit."""
    assert state.key is not None
    if outer == joining.outer:
        # Commit 0 stands under the epoch that the letter opened; a later one under the epoch
        # before, whose key a newcomer does not get.
        is_first = outer.kid8 == state.key.kid8
        if is_first and not _opens_as(state.key, outer, joining):
            raise _Failed(Verdict.BAD_COMMIT, Notice(NoticeKind.DAMAGED, joining.body.sidx))
        found.opened = joining
    elif outer.kid8 == state.key.kid8:
        _unknown_epoch(n, tried)
    else:
        found.notices.append(Notice(NoticeKind.BEFORE_JOIN))


def _opens_as(key: EpochKey, outer: Outer, quoted: Opened) -> bool:
    try:
        return open_outer(outer, FORM_STORED, key) == quoted
    except RemoteError:
        return False
