"""A first request, read before anybody has taken it: by everybody in the team, or its addressee.

Nothing is saved and nothing is written: whoever only reads leaves no trace in box or keyring. Twin
of web/js/features/workspace/opening.js.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
    somebody has given it back; `draft`: what they had typed by then.
    """

    welcome: Welcome
    box: Box
    history: tuple[EpochSecret, ...] = ()
    draft: GivenDraft | None = None

    @property
    def team(self) -> RosterEntry | None:
        """The team in whose name it is read; None for the addressee."""
        roster = self.box.transcript.state.roster
        entries = roster.entries.values() if roster else ()
        return next((one for one in entries if one.role is Role.TEAM), None)

    @property
    def secrets(self) -> tuple[KeptSecret, ...]:
        """Every epoch's secret, from the first on: what opens all of it again."""
        known = (*self.history, self.welcome.es)
        first = self.welcome.epoch - len(self.history)
        return tuple(KeptSecret(epoch=first + i, es=es) for i, es in enumerate(known))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """One opened letter of a ticket, and the key that opened it."""

    number: int
    secret: KemSecret
    note: Letter


async def open_first(caseload: Caseload, ticket16: bytes) -> FirstRequest:
    """Open the letters of a ticket and read its box.

    WireError taken when there is no letter any more; RemoteError when none of them is to be
    believed.
    """
    reply = await caseload.relay.request(EnquiryLetter(ticket16=ticket16))
    return await open_letters(caseload, ticket16, reply.letters)


async def open_letters(
    caseload: Caseload, ticket16: bytes, letters: Iterable[StoredLetter]
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
            return await _open_letter(caseload, ticket16, one, found)
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
        _check_members(transcript.state.roster, kem.public(one.secret))
    else:
        transcript = grant.read_granted(one.note, welcome, history, holder, staff)
    box = caseload.box(transcript, welcome.join_cap)
    await box.open()
    secrets, draft = history.secrets if history else (), _draft(one, welcome, others)
    first = FirstRequest(welcome=welcome, box=box, history=secrets, draft=draft)
    try:
        _check_still_mine(first, kem.public(one.secret))
    except Refused:
        await box.stop()
        raise
    return first


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


def _check_still_mine(first: FirstRequest, reader: KemPublic) -> None:
    """What was read ends where it is mine to read: a box that has gone on without me is another's.

    A colleague who has sealed it to the team's next key has left other letters.
    """
    transcript = first.box.transcript
    if first.history and transcript.state.roster is not None:
        _check_members(transcript.state.roster, reader)
    if transcript.stopped is not None and transcript.stopped.kind is NoticeKind.YOU_WERE_REMOVED:
        raise Refused("it has gone on without this key")


def _check_members(roster: RosterState | None, reader: KemPublic) -> None:
    """A first request is read by those to whose key its letter came, and by nobody else."""
    members = roster.entries.values() if roster else ()
    others = [one.kem_pk for one in members if one.role is not Role.SEEKER]
    if others != [reader]:
        raise Refused("not the members of a first request")


def _secret_for(caseload: Caseload, stored: StoredLetter) -> KemSecret:
    """Find the key of the inbox that the letter is in: the own one, or a team's."""
    address, _ = letter.parse_letter(stored.e2)
    for secret in caseload.kem_secrets:
        if letter.inbox16(kem.public(secret)) == address:
            return secret
    raise Refused("a letter to a key that is not here")
