"""A first request, read before anybody has taken it: by everybody in the team, or its addressee.

Where the team reads along (E1.22), also afterwards: from epoch to epoch, by the team's own wraps.
Nothing is saved and nothing is written: whoever only reads leaves no trace in box or keyring. Twin
of web/js/features/workspace/opening.js.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clientlib import commits
from clientlib.box import Box
from clientlib.caseload import Caseload
from clientlib.errors import Refused
from crypto import grant, kem, letter, reading
from crypto.entry import KeptSecret
from crypto.errors import RemoteError
from crypto.givendraft import GivenDraft
from crypto.grant import Grant
from crypto.keys import EpochSecret, KemPublic, KemSecret
from crypto.letter import Letter, LetterKind, Welcome
from crypto.roster import Role, RosterEntry, RosterState
from crypto.verdict import NoticeKind
from crypto.wire.boxes import StoredLetter
from crypto.wire.enquiries import EnquiryLetter
from crypto.wire.errors import ErrorCode, WireError


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstRequest:
    """What opens it, and the open box; `stop` the box when nobody looks any more.

    `history`: the secrets of the epochs before the welcome's, where the team has sealed it anew, or
    somebody has given it back; `given`: what they had typed by then.
    """

    welcome: Welcome
    box: Box
    history: tuple[EpochSecret, ...] = ()
    given: GivenDraft | None = None

    @property
    def team(self) -> RosterEntry | None:
        """The team in whose name it is read; None for the addressee."""
        roster = self.box.transcript.state.roster
        entries = roster.entries.values() if roster else ()
        return next((one for one in entries if one.role is Role.TEAM), None)

    @property
    def people(self) -> tuple[RosterEntry, ...]:
        """Who of the team has taken it, and who is in it beside them; nobody in a first request."""
        roster = self.box.transcript.state.roster
        entries = roster.entries.values() if roster and self.team else ()
        return tuple(one for one in entries if one.role not in (Role.SEEKER, Role.TEAM))

    @property
    def has_gone_on(self) -> bool:
        """Tell whether the box is in a later epoch than its letter opens: somebody has taken it."""
        roster = self.box.transcript.state.roster
        return roster is not None and roster.epoch > self.welcome.epoch

    @property
    def draft(self) -> GivenDraft | None:
        """What came with it; None once somebody has taken it."""
        return None if self.has_gone_on else self.given

    @property
    def secrets(self) -> tuple[KeptSecret, ...]:
        """Every epoch's secret, from the first on: what opens all of it again.

        Refused where not all are here.
        """
        known = (*self.history, self.welcome.es)
        first = self.welcome.epoch - len(self.history)
        letters = [KeptSecret(epoch=first + i, es=es) for i, es in enumerate(known)]
        every = commits.history_of(self.box, letters)
        return tuple(KeptSecret(epoch=i, es=es) for i, es in enumerate(every))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """One opened letter of a ticket, and the key that opened it."""

    number: int
    secret: KemSecret
    note: Letter


async def open_first(
    caseload: Caseload, ticket16: bytes, *, reads_along: bool = False
) -> FirstRequest:
    """Open the letters of a ticket and read its box.

    `reads_along`: somebody of the team may have taken it. WireError taken when there is no letter
    any more; RemoteError when none of them is to be believed.
    """
    reply = await caseload.relay.request(EnquiryLetter(ticket16=ticket16))
    return await open_letters(caseload, ticket16, reply.letters, reads_along=reads_along)


async def open_letters(
    caseload: Caseload,
    ticket16: bytes,
    letters: Iterable[StoredLetter],
    *,
    reads_along: bool = False,
) -> FirstRequest:
    """As `open_first`, by letters that are there: the newest that fits opens it."""
    found: list[_Letter] = []
    reason: Exception = WireError(ErrorCode.TAKEN)
    for stored in letters:
        try:
            secret = _secret_for(caseload, stored)
            note = letter.open_letter(stored.e2, secret)
        except RemoteError as error:
            reason = error
        else:
            found.append(_Letter(number=stored.letter, secret=secret, note=note))
    for one in sorted(found, key=lambda one: -one.number):
        if one.note.kind in (LetterKind.GRANT, LetterKind.DRAFT, LetterKind.RECEIPT):
            continue
        try:
            first = await _open_letter(caseload, ticket16, one, found)
            return await _checked(first, kem.public(one.secret), reads_along=reads_along)
        except RemoteError as error:
            reason = error
        except WireError as error:
            # Of a box that is gone, or where the team is out already.
            if error.code is not ErrorCode.UNKNOWN:
                raise
    raise reason


async def _open_letter(
    caseload: Caseload, ticket16: bytes, one: _Letter, others: Sequence[_Letter]
) -> FirstRequest:
    if one.note.kind != LetterKind.WELCOME:
        raise Refused("not a welcome")
    welcome = Welcome.decode(one.note.payload)
    # The seeker sealed it in: the relay cannot show one ticket's letter as another's.
    if welcome.ticket16 != ticket16:
        raise Refused("the letter of another ticket")
    history = _history(one, welcome, others)
    share = await caseload.share_of(welcome.box16, welcome.join_cap)
    if welcome.commit.body.log_n > caseload.log.view.size:
        await caseload.log.update()
    holder, staff = reading.Holder(kem_secrets=(one.secret,), share=share), caseload.log.staff
    if history is None:
        transcript = reading.join(one.note, welcome, holder, staff)
        # In the very first roster nobody stands beside the team.
        _check_members(transcript.state.roster, kem.public(one.secret), reads_along=False)
    else:
        transcript = grant.read_granted(one.note, welcome, history, holder, staff)
    box = caseload.box(transcript, welcome.join_cap)
    await box.open()
    secrets, draft = history.secrets if history else (), _draft(one, welcome, others)
    return FirstRequest(welcome=welcome, box=box, history=secrets, given=draft)


def _history(one: _Letter, welcome: Welcome, others: Iterable[_Letter]) -> Grant | None:
    """Find what opens the epochs before a welcome that is not the first; None for the first.

    Who sealed it to the team anew gives both, by the same key and into the same inbox.
    """
    if welcome.epoch == 0:
        return None
    for raw in _with(one, LetterKind.GRANT, others):
        given = Grant.decode(raw)
        if given.box16 == welcome.box16 and len(given.secrets) == welcome.epoch:
            return given
    raise Refused("a welcome without its history")


def _draft(one: _Letter, welcome: Welcome, others: Iterable[_Letter]) -> GivenDraft | None:
    """Find the draft that came with a welcome; None where there is none of this very epoch."""
    for raw in _with(one, LetterKind.DRAFT, others):
        given = GivenDraft.decode(raw)
        if (given.box16, given.epoch) == (welcome.box16, welcome.epoch):
            return given
    return None


def _with(one: _Letter, kind: LetterKind, others: Iterable[_Letter]) -> list[bytes]:
    """The letters of a kind by the same key and into the same inbox."""
    same = (two for two in others if two.secret == one.secret and two.note.kind == kind)
    return [two.note.payload for two in same if two.note.sign_pk == one.note.sign_pk]


async def _checked(first: FirstRequest, reader: KemPublic, *, reads_along: bool) -> FirstRequest:
    """What was read ends where it is mine to read: a box that has gone on without me is another's.

    A colleague who has sealed it to the team's next key has left other letters.
    """
    transcript = first.box.transcript
    stopped = transcript.stopped
    try:
        if transcript.state.roster is not None:
            _check_members(transcript.state.roster, reader, reads_along=reads_along)
        if stopped is not None and stopped.kind is NoticeKind.YOU_WERE_REMOVED:
            raise Refused("it has gone on without this key")
    except Refused:
        await first.box.stop()
        raise
    return first


def _check_members(roster: RosterState | None, reader: KemPublic, *, reads_along: bool) -> None:
    """A first request is read by those to whose key its letter came, and by nobody else.

    Where the team reads along, whoever has taken it stands beside the team.
    """
    members = roster.entries.values() if roster else ()
    others = [one for one in members if one.role is not Role.SEEKER]
    readers = [one.role for one in others if one.kem_pk == reader]
    beside = [one.role for one in others if one.kem_pk != reader]
    is_shared = reads_along and readers == [Role.TEAM] and set(beside) == {Role.COUNSELLOR}
    if len(readers) != 1 or (beside and not is_shared):
        raise Refused("not the members of a first request")


def _secret_for(caseload: Caseload, stored: StoredLetter) -> KemSecret:
    """Find the key of the inbox that the letter is in: the own one, or a team's."""
    address, _ = letter.parse_letter(stored.e2)
    for secret in caseload.kem_secrets:
        if letter.inbox16(kem.public(secret)) == address:
            return secret
    raise Refused("a letter to a key that is not here")
