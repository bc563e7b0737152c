"""To take over a case or a chat that a colleague hands over: the successor's steps (E1.14).

    1 open      the letters of the ticket: a welcome and, if that was agreed, a grant; only reading
    2 remember  the secrets, where reading begins, whose epoch let me in: before any of it is used
    3 swap      the letter's capability for the own one
    4 commit    who handed over goes
    5 report    the ticket is mine, and its letters go

Until 3 the letters open it again, afterwards the keyring does, on any device of the account. The
other side stands in `handover.py`. Twin of web/js/features/workspace/succeeding.js.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from clientlib import commits
from clientlib.box import Box
from clientlib.caseload import Caseload
from clientlib.consent import Answer
from clientlib.errors import OVER, Disconnected, Refused
from clientlib.notes import HOUR_MS, ChatNote
from clientlib.standing import Standing
from clientlib.tickets import Entered, Row, Ticket
from crypto import grant, letter, reading
from crypto.boxstate import Pin
from crypto.commit import Commit, Reason, state_of
from crypto.entry import KeptSecret
from crypto.envelope import Kind
from crypto.grant import Grant
from crypto.letter import Letter, LetterKind, Welcome
from crypto.random import Rand, random_bytes
from crypto.roster import Role, RosterEntry
from crypto.transcript import Transcript
from crypto.verdict import NoticeKind
from crypto.wire import codec, content
from crypto.wire.boxes import StoredLetter
from crypto.wire.errors import ErrorCode, WireError

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """What somebody sent me about a ticket: a welcome, and the grant that came with it."""

    note: Letter
    welcome: Welcome
    grant: Grant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A case that waits for me, open to be read; `stop` the box when nobody looks any more."""

    letters: Letters
    box: Box

    @property
    def giver(self) -> RosterEntry:
        """Who hands over, as the commit that let me in lists them."""
        commit = self.letters.welcome.commit
        roster = Commit.decode(commit.body.payload).roster
        return next(one for one in roster if one.sidx == commit.body.sidx)

    @property
    def is_deputy(self) -> bool:
        """Tell whether it is lent to me: who let me in stays."""
        return Commit.decode(self.letters.welcome.commit.body.payload).reason == Reason.DEPUTY

    @property
    def with_history(self) -> bool:
        """Tell whether what was said before is mine to read."""
        return self.letters.grant is not None

    @property
    def added_n(self) -> int:
        """The number of the commit that let me in; 0 when the relay does not show it."""
        stated = self.letters.welcome.commit
        for one in self.box.taken:
            is_joined = any(notice.kind is NoticeKind.JOINED for notice in one.notices)
            if is_joined or (one.message is not None and one.message.opened.body == stated.body):
                return one.n
        return 0


async def open_handed(caseload: Caseload, ticket: Ticket) -> Handed:
    """Open the letters of a ticket and read its box.

    WireError taken when there is no letter (any more); RemoteError when it must not be believed.
    """
    letters = await _letters(caseload, ticket)
    welcome = letters.welcome
    try:
        share = await caseload.share_of(welcome.box16, welcome.join_cap)
    except WireError as error:
        if error.code is not ErrorCode.UNKNOWN:
            raise
        raise WireError(ErrorCode.TAKEN) from error
    if welcome.commit.body.log_n > caseload.log.view.size:
        await caseload.log.update()
    holder = reading.Holder(kem_secrets=caseload.kem_secrets[:1], share=share)
    handed = Handed(
        letters=letters, box=caseload.box(_begin(caseload, letters, holder), welcome.join_cap)
    )
    _check_commit(handed, ticket)
    await handed.box.open()
    try:
        _check_consent(handed)
    except Refused:
        await handed.box.stop()
        raise
    return handed


async def take_over(caseload: Caseload, ticket: Ticket, handed: Handed, row: Row) -> None:
    """Steps 2 and 3; the case then opens from the keyring, and `Succession` does the rest.

    Refused where what the service shows does not fit, be it the letter of a time that is over.
    WireError taken when who handed over has taken it back, or another device of mine was first.
    """
    stopped = handed.box.transcript.stopped
    if stopped is not None and stopped.kind is NoticeKind.YOU_WERE_REMOVED:
        raise WireError(ErrorCode.TAKEN)
    commits.roster_of(handed.box.transcript)
    letters, welcome = handed.letters, handed.letters.welcome
    earlier = letters.grant.secrets if letters.grant else ()
    first = welcome.epoch - len(earlier)
    secrets = [KeptSecret(epoch=first + i, es=es) for i, es in enumerate((*earlier, welcome.es))]
    pin = b"" if letters.grant else _pin(handed).encode()
    hour = caseload.now_ms() // HOUR_MS
    note = ticket.note(row, Entered(hour, welcome.epoch, pin, handed.is_deputy))
    await caseload.remember(welcome.box16, secrets, note, welcome.epoch)
    try:
        await caseload.swap(welcome.box16, welcome.join_cap)
    except WireError as error:
        if error.code is not ErrorCode.UNKNOWN:
            raise
        raise WireError(ErrorCode.TAKEN) from error


async def send_back(caseload: Caseload, ticket: Ticket, handed: Handed | None) -> None:
    """ "Zurückgeben": said in the box, so that who asked has it from me, then to the relay."""
    if handed is not None and handed.added_n and not handed.box.transcript.sending_paused:
        given = content.HandOverAnswer(n=handed.added_n, is_yes=0)
        with suppress(WireError, Disconnected):
            await handed.box.send(Kind.HAND_OVER_ANSWER, codec.encode(given))
    await caseload.relay.request(ticket.given_back())


class Succession:
    """The last step in the box, of a case that was handed to me."""

    def __init__(
        self, caseload: Caseload, note: ChatNote, box: Box, rand: Rand = random_bytes
    ) -> None:
        self._caseload = caseload
        self._note = note
        self._box = box
        self._rand = rand

    @property
    def predecessor(self) -> RosterEntry | None:
        """Who handed it over and is still in it; None where I am alone with the seeker."""
        own, roster = self._box.transcript.own, self._box.transcript.state.roster
        if not self._note.admitted or own is None or roster is None:
            return None
        others = (one for one in roster.entries.values() if one.role is Role.COUNSELLOR)
        return next((one for one in others if one.sidx < own.sidx), None)

    @property
    def is_done(self) -> bool:
        """Tell whether it was handed to me, and is mine alone."""
        return bool(self._note.admitted) and self.predecessor is None

    def knows(self, where: Standing) -> bool:
        """Tell whether I have read enough to say where it stands."""
        learned = self._box.learned
        return (
            not self._note.pin
            or learned.last_word is not None
            or where in (Standing.DONE, Standing.CLOSED)
        )

    async def finish(self) -> None:
        """Take out who handed over, unless they have taken it back before. Not for a deputy."""
        for _ in range(_ATTEMPTS):
            leaving, asked = self.predecessor, self._box.learned.hand_over
            if leaving is None or self._box.transcript.sending_paused:
                return
            if asked is not None and asked.answer is Answer.TAKEN_BACK:
                return
            try:
                await self._caseload.log.update()
                await commits.take_out(
                    self._caseload, self._box, leaving, Reason.HAND_OVER, self._rand
                )
            except WireError as error:
                if error.code in OVER:
                    return
                if error.code is not ErrorCode.STALE:
                    raise
                await self._box.read_on()


# --- letters and what they must be ----------------------------------------------------------------


async def _letters(caseload: Caseload, ticket: Ticket) -> Letters:
    """Sort the letters of a ticket: one welcome and at most one grant, of one author."""
    opened = [_opened(caseload, stored) for stored in await ticket.letters(caseload)]
    welcomes = [one for one in opened if one.kind == LetterKind.WELCOME]
    grants = [one for one in opened if one.kind == LetterKind.GRANT]
    if not welcomes:
        raise WireError(ErrorCode.TAKEN)
    if len(welcomes) > 1 or len(grants) > 1 or len(opened) > len(welcomes) + len(grants):
        raise Refused("more letters than one hand-over has")
    (note,) = welcomes
    if any(_author(one) != _author(note) for one in grants):
        raise Refused("letters of two authors")
    welcome = Welcome.decode(note.payload)
    # The giver sealed it in: the relay cannot show one ticket's letter as another's.
    if welcome.ticket16 != ticket.ticket16:
        raise Refused("the letter of another ticket")
    granted = Grant.decode(grants[0].payload) if grants else None
    return Letters(note=note, welcome=welcome, grant=granted)


def _opened(caseload: Caseload, stored: StoredLetter) -> Letter:
    # To my own key only: a team's letter hands nothing over.
    return letter.open_letter(stored.e2, caseload.kem_secrets[0])


def _author(note: Letter) -> tuple[bytes, bytes]:
    return note.certificate_hash, note.sign_pk.raw


def _begin(caseload: Caseload, letters: Letters, holder: reading.Holder) -> Transcript:
    note, welcome, staff = letters.note, letters.welcome, caseload.log.staff
    if letters.grant is None:
        return reading.join(note, welcome, holder, staff)
    return grant.read_granted(note, welcome, letters.grant, holder, staff)


def _check_commit(handed: Handed, ticket: Ticket) -> None:
    """The commit that lets me in is one of these, by a counsellor of that very roster."""
    note, body = handed.letters.note, handed.letters.welcome.commit.body
    commit = Commit.decode(body.payload)
    givers = [one for one in commit.roster if one.sidx == body.sidx]
    is_fit = [(one.role, one.certificate_hash) for one in givers] == [
        (Role.COUNSELLOR, note.certificate_hash)
    ]
    known = (Reason.HAND_OVER, Reason.DEPUTY) if ticket.CAN_BE_LENT else (Reason.HAND_OVER,)
    if commit.reason not in known or not is_fit:
        raise Refused("not handed over by a counsellor of it")


def _check_consent(handed: Handed) -> None:
    """Who reads the history reads the seeker's yes in it: to me, asked by who let me in."""
    if not handed.with_history:
        return
    asked, own = handed.box.learned.hand_over, handed.box.transcript.own
    if own is None or asked is None or handed.box.transcript.stopped is not None:
        raise Refused("the box does not hold what the letters say")
    is_mine = asked.certificate_hash == own.certificate_hash and asked.added_n > 0
    # A yes to the one lets nobody in as the other (`HandOver.allows`).
    if not (is_mine and asked.with_history and asked.sidx == handed.giver.sidx):
        raise Refused("the seeker has not agreed to this")


def _pin(handed: Handed) -> Pin:
    """Where to read on from on any device: right after the commit that let me in."""
    welcome, state = handed.letters.welcome, handed.box.transcript.state
    body, n = welcome.commit.body, handed.added_n
    head = state.head_at(n)
    if not n or head is None:
        raise Refused("the box does not hold what the letters say")
    return Pin(
        n=n,
        head=head,
        roster=state_of(welcome.box16, Commit.decode(body.payload)),
        es=welcome.es,
        old_kids=(welcome.commit.outer.kid8,),
        streams={(body.sidx, body.stream): body.i},
        log_n=body.log_n,
    )
