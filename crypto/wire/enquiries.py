"""Written enquiries: who waits for an answer, who has taken it (protocol section 5).

    ticket cap -> relay  enquiry_open     {ticket16, portal16, language, addressee,
                                           relation} -> {number}
                         enquiry_again    {}  -> {}        the seeker has written again
                         enquiry_call_back {} -> {}        the team is asked to go on
                         enquiry_withdraw {}  -> {}        it is closed: the ticket goes
    staff -> relay       enquiries        {portal16, is_all, start} -> {rows, has_more}  then events
                         enquiry_letter   {ticket16} -> {letters}      opens a first request
                         enquiry_accept   {ticket16} -> {until_ms}     or taken
                         enquiry_return   {ticket16} -> {}
                         enquiry_taken    {ticket16} -> {}     the commit is made: letters go
                         enquiry_hand_over {ticket16, successor, is_deputy} -> {}    or to nobody
                         enquiry_release  {ticket16} -> {}     back to the team: open again
                         enquiry_mark     {ticket16, state} -> {}
                         enquiry_end      {ticket16} -> {}     it is closed: the ticket goes
    relay -> staff       enquiry_row      {row}

The box is created under a sign-in, its first commit and first message come before `enquiry_open`,
so that nobody sees a ticket that opens nothing. Unlike a live ticket this one names no box: what
stands here is what writers' clients say of it, to sort and to count by. A client that lies spoils
a list, not a conversation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

from crypto.wire.base import (
    COUNSELLING_ROLES,
    Audience,
    Command,
    Credential,
    Done,
    Event,
    Record,
    Reply,
    command,
    event,
)
from crypto.wire.boxes import StoredLetter
from crypto.wire.fields import (
    Bytes16,
    Hour,
    Language,
    LanguageOrNone,
    ListUpTo,
    Ms,
    Opt16,
    Opt32,
    Uint,
    UintUpTo,
)

MAX_ROWS = 500
# Welcome, grant and draft, of a team's key or a hand-over; a lost answer may leave them twice.
MAX_LETTERS = 6


class EnquiryState(IntEnum):
    """The states of a written enquiry; GONE is told once and not kept."""

    OPEN = 1
    RESERVED = 2
    WAITING = 3
    ANSWERED = 4
    DONE = 5
    GONE = 6


EnquiryStateField = Annotated[int, UintUpTo(6)]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryOpenReply(Reply):
    """N of "Anliegen N", until the pseudonym is read."""

    number: Uint


@command("enquiry_open", Credential.TICKET, EnquiryOpenReply, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryOpen(Command[EnquiryOpenReply]):
    """Under a sign-in: show the enquiry to the portal's team, or to one of them only.

    The credential is the ticket capability whose hash the relay notes here. The same again gives
    the first answer; another's `ticket16` is refused (`conflict`). `addressee` is empty, or the
    subject of somebody whom the portal's TEAM lists (`unknown` else), and who has a place for it
    (`at_capacity` else). `relation` is empty, or what the seeker's regular counsellor gave them: to
    that counsellor it opens the way also without a place; of any other it tells that there is one.
    """

    ticket16: Bytes16
    portal16: Bytes16
    language: Language
    addressee: Opt16
    relation: Opt32


@command("enquiry_again", Credential.TICKET, Done, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryAgain(Command[Done]):
    """The seeker has written again: what was answered or done waits for an answer."""


@command("enquiry_call_back", Credential.TICKET, Done, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryCallBack(Command[Done]):
    """The seeker has let the team in again, because nobody is there any more who could answer.

    Nobody has it then, and all of the team see it. `forbidden` while TEAM lists who has it.
    """


@command("enquiry_withdraw", Credential.TICKET, Done, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryWithdraw(Command[Done]):
    """The seeker has closed the conversation; `unknown` when the ticket is gone already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryRow(Record):
    """One written enquiry as staff see it.

    `since_hour` is when somebody began to wait, or when it was answered or done: reserving and
    taking begin no new wait.

    `assignee` is who reserves or has it; before, of an addressed one, for whom it is.
    `until_ms` is the end of a reservation, else 0. `successor` is to whom the assignee hands it
    over, until that colleague has taken it or sent it back. `deputy` is who stands in for the
    assignee; the same person as `successor` until they have taken it. `has_regular` is 1 where the
    seeker's client has shown, when it was opened, that they have a regular counsellor. `for_leads`
    is 1 where only the portal's leads see it as long as nobody has it. `reads_along` is 1 where the
    team reads on after somebody has taken it, and any of them may take it over.
    """

    ticket16: Bytes16
    portal16: Bytes16
    number: Uint
    language: LanguageOrNone
    state: EnquiryStateField
    since_hour: Hour
    is_addressed: Annotated[int, UintUpTo(1)]
    assignee: Opt16
    until_ms: Ms
    successor: Opt16
    deputy: Opt16
    has_regular: Annotated[int, UintUpTo(1)]
    for_leads: Annotated[int, UintUpTo(1)]
    reads_along: Annotated[int, UintUpTo(1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiriesReply(Reply):
    """At most MAX_ROWS rows from number `start` on, in rising order, and whether more follow.

    How many there are is not told: to count them, every page would cost the whole list.
    """

    rows: Annotated[tuple[EnquiryRow, ...], ListUpTo(MAX_ROWS)]
    has_more: Annotated[int, UintUpTo(1)]


@command("enquiries", Credential.STAFF, EnquiriesReply, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiries(Command[EnquiriesReply]):
    """Read a portal's written enquiries and stay subscribed to `enquiry_row`.

    `is_all` 0: those that are open and the own ones; 1: also those of colleagues.
    """

    portal16: Bytes16
    is_all: Annotated[int, UintUpTo(1)]
    start: Uint


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryLetterReply(Reply):
    """The letters of this ticket in the inbox of the team, or the own one."""

    letters: Annotated[tuple[StoredLetter, ...], ListUpTo(MAX_LETTERS)]


@command("enquiry_letter", Credential.STAFF, EnquiryLetterReply, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryLetter(Command[EnquiryLetterReply]):
    """Fetch what opens a first request, or a case that is handed over.

    Nothing once it is taken, unless the team reads along.
    """

    ticket16: Bytes16


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryAcceptReply(Reply):
    """Until then the commit must be reported (`enquiry_taken`), else it is open again."""

    until_ms: Ms


@command("enquiry_accept", Credential.STAFF, EnquiryAcceptReply, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryAccept(Command[EnquiryAcceptReply]):
    """ "Anfrage übernehmen": the first of all wins, the others get `taken`.

    One for the team needs a free place of my own (`at_capacity`).
    """

    ticket16: Bytes16


@command("enquiry_return", Credential.STAFF, Done, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryReturn(Command[Done]):
    """Give a reservation back: it is open again. From the successor: I do not take it over; from
    the deputy: I do not stand in any more."""

    ticket16: Bytes16


@command("enquiry_taken", Credential.STAFF, Done, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryTaken(Command[Done]):
    """The commit is made that gives it to me: it waits for my answer, and its letters are deleted.

    Also after the reservation has run out, when nobody else has one; repeating it is harmless.
    Where the team reads along, its letters stay, and any of its members may take from a colleague
    what is taken: then it is mine, and nobody is successor or deputy any more.
    From the successor: it is mine from now on; where it stands does not change. From one who is to
    be the deputy: I stand in; it stays the assignee's as long as TEAM lists them.
    """

    ticket16: Bytes16


@command("enquiry_hand_over", Credential.STAFF, Done, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryHandOver(Command[Done]):
    """The assignee has added a colleague to the box, who may take the enquiry over, or stand in.

    `successor` is somebody else whom the portal's TEAM lists (`unknown` else), or empty: nobody any
    more, and the letters go. It stays the assignee's until the successor says `enquiry_taken`; with
    `is_deputy` also then.
    """

    ticket16: Bytes16
    successor: Opt16
    is_deputy: Annotated[int, UintUpTo(1)]


@command("enquiry_release", Credential.STAFF, Done, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryRelease(Command[Done]):
    """The assignee has let the team in again and gone: it is open, for whoever takes it.

    `wrong_state` while it is being handed over. Repeating it is harmless while it is open.
    """

    ticket16: Bytes16


@command("enquiry_mark", Credential.STAFF, Done, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryMark(Command[Done]):
    """The assignee or their deputy says where it stands: WAITING, ANSWERED or DONE."""

    ticket16: Bytes16
    state: EnquiryStateField


@command("enquiry_end", Credential.STAFF, Done, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryEnd(Command[Done]):
    """The assignee has closed the conversation; `unknown` when the ticket is gone already."""

    ticket16: Bytes16


@event("enquiry_row", audience=Audience.STAFF)
@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryRowChanged(Event):
    """To staff of the portal: a row is new or has changed (GONE: take it away kindly)."""

    row: EnquiryRow
