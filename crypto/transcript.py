"""The verdict machine over one box (protocol section 5, "Transcript rules").

Bytes in, verdicts out: no socket, no clock, no storage. Envelopes are taken in number order; the
first failing check of the table decides, but GAP, FORK and LOG_FORK let reading go on, so the
checks below them still run (see `verdict.Taken`). Nothing is given out before all checks.

`reading` says how one begins. A stop is for good; a pause of sending ends with `proceed`.
"""

from __future__ import annotations

from collections.abc import Collection

from crypto import chain, commit, encoding, epoch
from crypto.boxstate import Pin, State, Stream
from crypto.envelope import FORM_FLEETING, Body, Kind, open_outer, parse_outer, verify
from crypto.epoch import EpochKey
from crypto.errors import LocalError, RemoteError
from crypto.judge import Judged, judge, misplaced, writer
from crypto.keys import EpochSecret
from crypto.primitives import equal
from crypto.roster import Role, RosterEntry, RosterState, StaffView, has_ended, is_revoked
from crypto.verdict import Message, Need, NeedKind, Notice, NoticeKind, Taken, Verdict

# A fleeting message whose writer has not seen the last 20 envelopes is stale, or replayed.
FLEETING_WINDOW = 20
_ALARMING = frozenset({NoticeKind.OTHER_VIEW, NoticeKind.OTHER_HISTORY, NoticeKind.OTHER_LOG})


class Transcript:
    """One device's reading of one box. Replace `staff` when the log has grown."""

    def __init__(self, state: State, staff: StaffView) -> None:
        self.state = state
        self.staff = staff
        self.stopped: Notice | None = None
        self.alarms: list[Notice] = []  # why sending pauses, until the person decides
        self.withheld = False  # the relay left a hole and did not fill it
        self._accepted: set[Notice] = set()  # what the person knows of and goes on with
        self._delivered: dict[int, int] = {}
        self._read: dict[int, int] = {}
        self._ended: set[int] = set()
        self._fleeting: dict[Stream, int] = {}
        self._foreign_n = 0

    # --- reading ------------------------------------------------------------------------------

    def take(self, n: int, raw: bytes, tried: Collection[NeedKind] = ()) -> Taken:
        """Judge envelope `n`. When the answer has a `need`, fetch it and call again, naming it."""
        state = self.state
        if self.stopped is not None:
            return Taken(n=n, verdict=Verdict.BAD_COMMIT, notices=(self.stopped,))
        if n <= state.number:
            return self._again(n, raw)
        if n > state.number + 1:
            need = Need(NeedKind.ENVELOPES, state.number + 1)
            if need.kind not in tried:
                return Taken(n=n, verdict=None, need=need)
            self.withheld = True
            return Taken(n=n, verdict=Verdict.WITHHELD, findings=(Verdict.WITHHELD,))
        env_id = chain.env_id(raw)
        found = judge(state, self.staff, n, raw, env_id, tried)
        if found.need is not None:
            return Taken(n=n, verdict=None, need=found.need)
        return self._apply(n, env_id, found)

    def take_fleeting(self, raw: bytes) -> Message | None:
        """Return a fleeting message, or None: dropped unless a member signed it just now."""
        # No team does: `writer` asks it for a commit, and none fits 256 bytes.
        state = self.state
        if self.stopped or state.joining or state.roster is None or state.key is None:
            return None
        try:
            opened = open_outer(parse_outer(raw), FORM_FLEETING, state.key)
            author, sign_pk = writer(state.roster, opened.body, state.log_n, self.staff)
            verify(opened, sign_pk)
        except RemoteError:
            return None
        body, stream = opened.body, (opened.body.sidx, opened.body.stream)
        mine = state.head_at(body.head_n)
        if not state.number - FLEETING_WINDOW <= body.head_n <= state.number:
            return None
        if mine is not None and not equal(mine, body.head):
            return None
        if body.epoch_hash != state.roster.epoch_hash or body.i <= self._fleeting.get(stream, -1):
            return None
        self._fleeting[stream] = body.i
        return Message(n=0, opened=opened, author=author)

    def posted(self, n: int, envelope: bytes) -> bool:
        """Note where the relay says an own envelope stands; False, and an alarm, if it does not."""
        state, env_id = self.state, chain.env_id(envelope)
        if n > state.number:
            state.own_posts[n] = env_id
            return True
        if self._stands(n, env_id):
            return True
        self.alarm(Notice(NoticeKind.OTHER_HISTORY))
        return False

    def expect(self, n: int, head: bytes) -> bool:
        """Note a pin of the keyring; False, and an alarm, when the box read so far differs."""
        mine = self.state.head_at(n)
        if mine is None or equal(mine, head):
            self.state.expected_heads[n] = head
            return True
        self.alarm(Notice(NoticeKind.OTHER_HISTORY))
        return False

    def pin(self) -> Pin:
        """Return the state to read on from; LocalError before the commit that let me in."""
        state = self.state
        if state.roster is None or state.es is None or state.joining:
            raise LocalError("nothing read yet")
        return Pin(
            n=state.number,
            head=state.heads[-1],
            roster=state.roster,
            es=state.es,
            old_kids=tuple(sorted(state.old_kids)),
            streams=dict(state.streams),
            log_n=state.log_n,
        )

    # --- writing ------------------------------------------------------------------------------

    @property
    def sending_paused(self) -> bool:
        """Tell whether an alarm waits for the person, or reading has stopped."""
        return bool(self.alarms) or self.withheld or self.stopped is not None

    def may_write(self, kind: int) -> bool:
        """Tell whether content of this kind may be sealed: an alarm holds back all but the end."""
        return not self.sending_paused or (kind == Kind.CLOSE and self.stopped is None)

    def is_held(self, log_n: int) -> bool:
        """Tell whether nothing goes out now: an alarm waits, or the log revokes a member.

        The latter is for a seeker to wait for; staff take the revoked out at once.
        """
        own = self.own
        is_seeker = own is not None and own.role is Role.SEEKER
        return self.sending_paused or (is_seeker and bool(self.revoked_members(log_n)))

    def alarm(self, notice: Notice) -> None:
        """Sending pauses until the person decides; what they have decided about alarms no more."""
        if notice not in self._accepted and notice not in self.alarms:
            self.alarms.append(notice)

    def proceed(self) -> None:
        """The person goes on: sending resumes; the same of the same member alarms no more."""
        self._accepted.update(alarm for alarm in self.alarms if alarm.sidx is not None)
        self.alarms.clear()

    @property
    def key(self) -> EpochKey:
        """The key to seal under; LocalError before there is one."""
        if self.state.key is None:
            raise LocalError("no epoch yet")
        return self.state.key

    @property
    def own(self) -> RosterEntry | None:
        """The entry this reader writes as; None for a team's reader and before the start."""
        roster = self.state.roster
        entries = roster.entries.values() if roster else ()
        mine = (one for one in entries if one.kem_pk in self.state.own_kem)
        return next((one for one in mine if one.role is not Role.TEAM), None)

    def draft(
        self,
        *,
        kind: int,
        stream: int,
        i: int,
        sent_ms: int,
        log_n: int,
        payload: bytes,
        sidx: int | None = None,
    ) -> Body:
        """Fill in the own view. `sidx` is for commit 0 and for a team's commit."""
        state, log_root = self.state, self.staff.log_root(log_n)
        own = self.own
        number = sidx if own is None or sidx is not None else own.sidx
        if not self.may_write(kind) or log_root is None or number is None or state.joining:
            raise LocalError("nothing can be sent from here")
        return Body(
            kind=kind,
            sidx=number,
            stream=stream,
            i=i,
            epoch_hash=state.roster.epoch_hash if state.roster else commit.NO_EPOCH_HASH,
            sent_ms=sent_ms,
            head_n=state.number,
            head=state.heads[-1],
            log_n=log_n,
            log_root=log_root,
            payload=payload,
        )

    # --- ticks --------------------------------------------------------------------------------

    def delivered_to(self, sidx: int) -> int:
        """Return up to which number this member has stated to have read the box."""
        return self._delivered.get(sidx, 0)

    def read_by(self, sidx: int) -> int:
        """Return the read mark of this member's last acknowledgement; 0 where there is none."""
        return self._read.get(sidx, 0)

    def owed_acknowledgement(self) -> int:
        """Return the number to acknowledge, or 0: never for an acknowledgement, nor twice."""
        own = self.own
        is_owed = own is not None and self._foreign_n > self.delivered_to(own.sidx)
        return self._foreign_n if is_owed else 0

    def revoked_members(self, log_n: int) -> tuple[int, ...]:
        """Return whose certificates the log revokes: nothing is sealed to them any more."""
        roster = self.state.roster
        entries = roster.entries.values() if roster else ()
        return tuple(one.sidx for one in entries if is_revoked(one, log_n, self.staff))

    # --- applying what was judged -------------------------------------------------------------

    def _again(self, n: int, raw: bytes) -> Taken:
        """The relay shows a number once more: the same bytes, or it has two histories."""
        if self._stands(n, chain.env_id(raw)):
            return Taken(n=n, verdict=Verdict.DUP, findings=(Verdict.DUP,))
        notice = Notice(NoticeKind.OTHER_HISTORY)
        self.alarm(notice)
        return Taken(n=n, verdict=Verdict.FORK, findings=(Verdict.FORK,), notices=(notice,))

    def _stands(self, n: int, env_id: bytes) -> bool:
        """Tell whether this envelope was taken as number `n`, as far as this reader can tell."""
        before, after = self.state.head_at(n - 1), self.state.head_at(n)
        # Numbers begin at 1: a place 0 is no place.
        return n > 0 and (before is None or chain.extend(before, env_id) == after)

    def _apply(self, n: int, env_id: bytes, found: Judged) -> Taken:
        state = self.state
        notices = list(found.notices)
        if misplaced(state, n, env_id) and Notice(NoticeKind.OTHER_HISTORY) not in notices:
            # The checks above FORK failed first; a moved post of mine is an alarm all the same.
            notices.append(Notice(NoticeKind.OTHER_HISTORY))
        state.heads.append(chain.extend(state.heads[-1], env_id))
        self.withheld = False
        message = self._take_in(n, found, notices)
        for notice in notices:
            if notice.kind in _ALARMING:
                self.alarm(notice)
        if found.stop is not None:
            self.stopped = found.stop
            notices.append(found.stop)
        return Taken(
            n=n,
            verdict=found.verdict,
            findings=tuple(found.findings),
            message=message,
            notices=tuple(notices),
        )

    def _take_in(self, n: int, found: Judged, notices: list[Notice]) -> Message | None:
        state, opened = self.state, found.opened
        if opened is None:
            return None
        body = opened.body
        state.streams[(body.sidx, body.stream)] = body.i
        if state.joining is not None:
            state.joining, state.log_n = None, body.log_n
            notices.append(Notice(NoticeKind.JOINED, body.sidx))
            return None
        if found.log_fits:
            state.log_n = max(state.log_n, body.log_n)
        if Verdict.FORK not in found.findings:
            self._tick(n, body)
        if found.roster is not None and found.es is not None:
            self._enter(found.roster, found.es, notices)
        if found.author is None or found.stop is not None:
            return None
        if body.sidx not in self._ended and has_ended(found.author, body.sent_ms, self.staff):
            self._ended.add(body.sidx)
            notices.append(Notice(NoticeKind.CERTIFICATE_ENDED, body.sidx))
        return Message(n=n, opened=opened, author=found.author)

    def _enter(self, roster: RosterState, es: EpochSecret, notices: list[Notice]) -> None:
        """Move to the epoch of a good commit; people see who came and who went."""
        state = self.state
        before = state.roster.entries if state.roster else {}
        if state.key is not None and roster.epoch > 0:
            state.old_kids.add(state.key.kid8)
        state.roster, state.es = roster, es
        state.key = epoch.key(es, state.box16, roster.epoch, state.share)
        state.secrets[epoch.es_hash(state.box16, es)] = es
        notices.append(Notice(NoticeKind.NEW_EPOCH))
        gone = [sidx for sidx in before if sidx not in roster.entries]
        come = [sidx for sidx in roster.entries if sidx not in before]
        notices.extend(Notice(NoticeKind.REMOVED, sidx) for sidx in gone)
        notices.extend(Notice(NoticeKind.ADDED, sidx) for sidx in come)

    def _tick(self, n: int, body: Body) -> None:
        own = self.own
        self._delivered[body.sidx] = max(self.delivered_to(body.sidx), body.head_n)
        if body.kind == Kind.ACKNOWLEDGEMENT:
            mark = min(_read_mark(body.payload), body.head_n)
            self._read[body.sidx] = max(self.read_by(body.sidx), mark)
        elif own is None or body.sidx != own.sidx:
            self._foreign_n = n


def _read_mark(payload: bytes) -> int:
    """Return read_n of an acknowledgement [read_n]; 0, no mark, for any other content."""
    try:
        return encoding.uint(encoding.decode_array(payload, 1)[0])
    except RemoteError:
        return 0
