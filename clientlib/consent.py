"""The seeker's yes: who asks to be followed by whom, and what was answered (E1.13).

Pure: messages in, one question out. It asks and answers; only a commit hands over. Twin of
web/js/features/enquiries/consent.js.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import Enum

from crypto.commit import Commit, Reason
from crypto.envelope import Kind
from crypto.levels import NO_TEAMS, Teams
from crypto.roster import Role, RosterEntry, StaffView, is_revoked
from crypto.transcript import Transcript
from crypto.verdict import Message, Notice, NoticeKind, Taken
from crypto.wire import codec, content


class Answer(Enum):
    """What has become of a question."""

    OPEN = "open"
    YES = "yes"
    NO = "no"
    # By who asked: before the commit, or as long as the colleague has not taken it over.
    TAKEN_BACK = "taken back"
    # The commit has let the colleague in.
    DONE = "done"
    # By that colleague.
    SENT_BACK = "sent back"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """The question that stands: at number `n`, from member `sidx`, about a certificate.

    `is_deputy`: they stand in, and who asked stays. `added_n` is the number of the commit that has
    let the colleague in; 0 before.
    """

    n: int
    sidx: int
    certificate_hash: bytes
    with_history: bool
    is_deputy: bool = False
    answer: Answer = Answer.OPEN
    added_n: int = 0

    def allows(self, author: RosterEntry, newcomer: RosterEntry, reason: int) -> bool:
        """Tell whether the seeker said yes to this colleague, asked by who lets them in.

        What the commit calls them, they were asked about: one who stands in, or who goes on.
        """
        return (
            self.answer is Answer.YES
            and author.sidx == self.sidx
            and newcomer.role is Role.COUNSELLOR
            and newcomer.certificate_hash == self.certificate_hash
            and (reason == Reason.DEPUTY) == self.is_deputy
        )


def heard(now: HandOver | None, message: Message) -> HandOver | None:
    """Return the question after a message; RemoteError for a genuine one of a broken shape."""
    kind = message.opened.body.kind
    if kind == Kind.HAND_OVER:
        return _asked(now, message)
    if kind == Kind.HAND_OVER_ANSWER:
        return _answered(now, message)
    return _committed(now, message) if kind == Kind.COMMIT else now


@dataclass(frozen=True, slots=True)
class Promise:
    """What may become of this conversation without being asked, by the level of the seeker's page.

    It was said before the seeker wrote. Without teams it may go back to nobody: a live chat.
    """

    staff: StaffView
    teams: Teams = NO_TEAMS

    def covers(self, author: RosterEntry, news: Commit) -> bool:
        """Tell whether a counsellor has given it back: to that team, and to nobody beside."""
        others, back16 = _not_seekers(news.roster), self.teams.back16
        if author.role is not Role.COUNSELLOR or news.reason != Reason.RELEASED or not back16:
            return False
        team = self.staff.team(others[0].certificate_hash) if len(others) == 1 else None
        return team is not None and team.team.team16 == back16

    def is_same_team(self, author: RosterEntry, newcomer: RosterEntry) -> bool:
        """Tell whether a team lets in itself, under a later key, and no other team."""
        one, other = (self.staff.team(two.certificate_hash) for two in (author, newcomer))
        return one is not None and other is not None and one.team.team16 == other.team.team16

    def exceeds(
        self, author: RosterEntry, news: Commit, added: Collection[int], removed: Collection[int]
    ) -> tuple[RosterEntry, ...]:
        """Return who reads or writes beyond it, after a commit that one of the team made.

        Whoever takes it on, or over, answers alone. The team lets itself out then, and takes out
        nobody else, unless it reads along. `removed`: without who was revoked, who goes anyway.
        """
        others = _not_seekers(news.roster)
        people = tuple(one for one in others if one.role is not Role.TEAM)
        newcomers = tuple(one for one in people if one.sidx in added)
        if newcomers and len(people) > len(newcomers):
            return newcomers
        if self.teams.reads_along:
            return ()
        team = tuple(one for one in others if one.role is Role.TEAM)
        is_beyond = (newcomers and team) or set(removed) - {author.sidx}
        return (newcomers or team) if is_beyond else ()


def uninvited(
    now: HandOver | None,
    message: Message,
    added: Collection[int],
    promise: Promise,
    removed: Collection[int] = (),
) -> tuple[RosterEntry, ...]:
    """Return whom a counsellor's commit lets in, or leaves in, without the seeker's yes.

    `now` as before it. One of the team who takes it on in the team's name was invited: the seeker
    wrote to all of it. So was the team to which it goes back, and the one that reads along where
    the page says so; in a team's name no other team comes in. A question is good for one colleague.
    """
    author = message.author
    if message.opened.body.kind != Kind.COMMIT or author.role is Role.SEEKER:
        return ()
    commit = Commit.decode(message.opened.body.payload)
    if promise.covers(author, commit):
        return ()
    newcomers = [one for one in _not_seekers(commit.roster) if one.sidx in added]
    persons = [one for one in newcomers if one.role is not Role.TEAM]
    if author.role is Role.TEAM and len(persons) <= 1:
        teams = (one for one in newcomers if one.role is Role.TEAM)
        strangers = tuple(one for one in teams if not promise.is_same_team(author, one))
        return strangers or promise.exceeds(author, commit, added, removed)
    reason = commit.reason
    return tuple(one for one in newcomers if now is None or not now.allows(author, one, reason))


def guard(
    transcript: Transcript,
    now: HandOver | None,
    taken: Taken,
    teams: Teams = NO_TEAMS,
    before: Collection[RosterEntry] = (),
) -> None:
    """A seeker decides who comes in: else it is an alarm, and sending pauses.

    `before`: who was in it until then.

    Nothing is sealed under an alarm, so what the seeker has written after one, be it on another
    device, says that they go on.
    """
    own, message = transcript.own, taken.message
    if message is None or own is None or own.role is not Role.SEEKER:
        return
    if message.author.sidx == own.sidx:
        kept = [one for one in transcript.alarms if one.kind is not NoticeKind.UNINVITED]
        transcript.alarms = kept
    added, removed = (_named(taken, kind) for kind in (NoticeKind.ADDED, NoticeKind.REMOVED))
    log_n, staff = message.opened.body.log_n, transcript.staff
    revoked = [one.sidx for one in before if is_revoked(one, log_n, staff)]
    removed = [sidx for sidx in removed if sidx not in revoked]
    for entry in uninvited(now, message, added, Promise(transcript.staff, teams), removed):
        transcript.alarm(Notice(NoticeKind.UNINVITED, entry.sidx))


def _named(taken: Taken, kind: NoticeKind) -> list[int]:
    found = (one.sidx for one in taken.notices if one.kind is kind)
    return [sidx for sidx in found if sidx is not None]


def _not_seekers(roster: Iterable[RosterEntry]) -> list[RosterEntry]:
    return [one for one in roster if one.role is not Role.SEEKER]


def _asked(now: HandOver | None, message: Message) -> HandOver | None:
    """Only who counsels asks, and a newer question replaces an older."""
    body = message.opened.body
    asked = codec.decode(content.HandOver, body.payload)
    if message.author.role is not Role.COUNSELLOR:
        return now
    return HandOver(
        n=message.n,
        sidx=body.sidx,
        certificate_hash=asked.certificate_hash,
        with_history=asked.with_history == 1,
        is_deputy=asked.is_deputy == 1,
    )


def _answered(now: HandOver | None, message: Message) -> HandOver | None:
    """The seeker answers once; who asked takes back; who was let in sends back."""
    given = codec.decode(content.HandOverAnswer, message.opened.body.payload)
    author = message.author
    if now is None:
        return None
    if author.role is Role.SEEKER:
        if given.n == now.n and now.answer is Answer.OPEN:
            return replace(now, answer=Answer.YES if given.is_yes else Answer.NO)
    elif given.is_yes == 0:
        is_over = now.answer in (Answer.NO, Answer.SENT_BACK)
        if author.sidx == now.sidx and given.n == now.n and not is_over:
            return replace(now, answer=Answer.TAKEN_BACK)
        is_colleague = author.certificate_hash == now.certificate_hash
        if is_colleague and given.n == now.added_n and now.answer is Answer.DONE:
            return replace(now, answer=Answer.SENT_BACK)
    return now


def _committed(now: HandOver | None, message: Message) -> HandOver | None:
    """A commit settles a question, or ends it: who asked is gone, or the colleague again."""
    commit = Commit.decode(message.opened.body.payload)
    if now is None or now.sidx not in (one.sidx for one in commit.roster):
        return None
    newcomer = next(
        (one for one in commit.roster if one.certificate_hash == now.certificate_hash), None
    )
    if newcomer is None:
        return None if now.added_n else now
    if now.allows(message.author, newcomer, commit.reason):
        return replace(now, answer=Answer.DONE, added_n=message.n)
    return now
