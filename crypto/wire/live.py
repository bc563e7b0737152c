"""Live chat: the queue, the acceptance, the start (protocol section 5).

    seeker -> relay      wait        {client_id16, portal16, language, cap_hash, key_hash, stamp}
                                                        -> {ticket16, number, ahead}
    ticket cap -> relay  ticket_resume {} -> {ticket state, offer}     withdraw {}     more_time {}
    ticket cap -> relay  confirm     {}   -> {started_ms, ends_ms}     the clock runs
    ticket cap -> relay  keep        {}   -> {}                        under a sign-in
    anyone -> relay      resume_put / resume_get / resume_drop {resume_id}
    counsellor -> relay  queue       {portals} -> {rows}               then events queue_row
    counsellor -> relay  accept      {ticket16, ...}  -> {confirm_until_ms}    or taken
    counsellor -> relay  return      {ticket16} -> {}
    counsellor -> relay  hand_over   {ticket16, successor} -> {}       or empty: not any more
    successor -> relay   handed_over {ticket16} -> {}                  it is mine, or return
    relay -> seeker      ticket      {state, ahead, ...}      relay -> counsellors  queue_row {row}
    relay -> seeker      offered     {acceptance}

A ticket holds no content. State numbers are `TicketState`; who sees what in words is decided by
the clients. `number` is N of "Ratsuchende_r N".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

from crypto.padding import MAX_RESUME_BYTES
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
from crypto.wire.fields import (
    Bin,
    Bytes16,
    Bytes32,
    Bytes64,
    Language,
    LanguageOrNone,
    ListUpTo,
    Ms,
    Opt16,
    StampField,
    Uint,
    UintUpTo,
)


class TicketState(IntEnum):
    """The states of a live request; GONE is told once and not kept."""

    WAITING = 1
    RESTING = 2
    OFFERED = 3
    ACTIVE = 4
    CLOSED = 5
    GONE = 6


class TicketReason(IntEnum):
    """Why a ticket came to its state, so that both sides can say it in words."""

    NONE = 0
    WITHDRAWN = 1
    SILENCE = 2
    RETURNED = 3
    OFFER_EXPIRED = 4
    CANCELLED = 5
    NOBODY_ON_DUTY = 6
    TOO_LONG = 7
    ENDED = 8
    TIME_OVER = 9
    LEFT = 10


StateField = Annotated[int, UintUpTo(6)]
ReasonField = Annotated[int, UintUpTo(10)]
SealedResume = Annotated[bytes, Bin(1, MAX_RESUME_BYTES)]
# 0 or 16 bytes: the accepting counsellor, told to colleagues so that a row can say who took it.
Assignee = Annotated[bytes, Bin(0, 16)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitReply(Reply):
    """The place in the queue."""

    ticket16: Bytes16
    number: Uint
    ahead: Uint


@command("wait", Credential.NONE, WaitReply, stamped=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class Wait(Command[WaitReply]):
    """Ask for a live chat; binds the ticket to this connection."""

    client_id16: Bytes16
    portal16: Bytes16
    language: Language
    cap_hash: Bytes32
    key_hash: Bytes32
    stamp: StampField


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance(Record):
    """A counsellor's signed word to take a ticket; it signs the seeker's key hash too."""

    certificate_hash: Bytes32
    log_size: Uint
    log_root: Bytes32
    expires_ms: Ms
    signature: Bytes64


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Acceptance):
    """An acceptance as the seeker's client must judge it, and until when it may be confirmed."""

    confirm_until_ms: Ms


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketResumeReply(Reply):
    """Where the ticket stands; `offer` has at most one item."""

    ticket16: Bytes16
    number: Uint
    state: StateField
    ahead: Uint
    portal_open: Annotated[int, UintUpTo(1)]
    more_time_left: Annotated[int, UintUpTo(1)]
    started_ms: Ms
    ends_ms: Ms
    offer: Annotated[tuple[Offer, ...], ListUpTo(1)]


@command("ticket_resume", Credential.TICKET, TicketResumeReply)
@dataclass(frozen=True, slots=True, kw_only=True)
class TicketResume(Command[TicketResumeReply]):
    """The device is back (or says "Wieder anstellen"): a resting ticket waits again."""


@command("withdraw", Credential.TICKET, Done, over_http=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Command[Done]):
    """Leave the queue, or cancel an offer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreTimeReply(Reply):
    """The new end of the offer."""

    confirm_until_ms: Ms


@command("more_time", Credential.TICKET, MoreTimeReply)
@dataclass(frozen=True, slots=True, kw_only=True)
class MoreTime(Command[MoreTimeReply]):
    """Five more minutes to decide, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmReply(Reply):
    """The clock: 180 minutes from the start."""

    started_ms: Ms
    ends_ms: Ms


@command("confirm", Credential.TICKET, ConfirmReply)
@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Command[ConfirmReply]):
    """ "Jetzt chatten": only now may a box be created for this ticket."""


@command("keep", Credential.TICKET, Done, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Keep(Command[Done]):
    """Under a sign-in: this seeker has an account now, and may read on until the purge.

    Their capability gets the right `keep` and counts as given under a sign-in; only while the chat
    runs (`wrong_state` else). Repeating it is harmless.
    """


@command("resume_put", Credential.TICKET, Done, max_bytes=80_000, over_http=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePut(Command[Done]):
    """Keep the sealed resume slot in the keeper's memory while the ticket lives.

    A `version` below the one held was overtaken on its way by a newer put: a sign of life only.
    """

    resume_id: Bytes32
    version: Uint
    sealed: SealedResume


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeGetReply(Reply):
    """The slot as it was put."""

    version: Uint
    sealed: SealedResume


@command("resume_get", Credential.NONE, ResumeGetReply)
@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeGet(Command[ResumeGetReply]):
    """Fetch the slot after a reload; `unknown` when it is gone."""

    resume_id: Bytes32


@command("resume_drop", Credential.NONE, Done, over_http=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeDrop(Command[Done]):
    """Delete the slot: at the end and at the quick exit."""

    resume_id: Bytes32


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow(Record):
    """One live request as staff see it; key_hash is what an acceptance signs.

    `acceptance` has at most one item, given while offered or active, and only to the counsellor
    who signed it: by the own signature the client knows, after a crash or on another device, which
    key it has accepted. To anybody else it would prove nothing that they act on.

    `successor` is to whom the assignee of a running chat hands it over, until that colleague has
    taken it or sent it back. Only these two see the row of a running chat.
    """

    ticket16: Bytes16
    portal16: Bytes16
    number: Uint
    language: LanguageOrNone
    since_ms: Ms
    state: StateField
    reason: ReasonField
    key_hash: Bytes32
    assignee: Assignee
    until_ms: Ms
    acceptance: Annotated[tuple[Acceptance, ...], ListUpTo(1)]
    successor: Opt16


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueReply(Reply):
    """All requests of these portals that wait or are offered, oldest first."""

    rows: Annotated[tuple[QueueRow, ...], ListUpTo(2_000)]


@command("queue", Credential.STAFF, QueueReply, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class Queue(Command[QueueReply]):
    """Read the queue and stay subscribed to `queue_row` events."""

    portals: Annotated[tuple[Bytes16, ...], ListUpTo(64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptReply(Reply):
    """Until then the seeker may confirm."""

    confirm_until_ms: Ms


@command("accept", Credential.STAFF, AcceptReply, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(Command[AcceptReply]):
    """ "Chat starten": the first of all wins, the others get `taken`."""

    ticket16: Bytes16
    certificate_hash: Bytes32
    log_size: Uint
    log_root: Bytes32
    expires_ms: Ms
    signature: Bytes64


@command("return", Credential.STAFF, Done, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Command[Done]):
    """Give an offered request back: it waits in front again.

    From the successor: I do not take the chat over.
    """

    ticket16: Bytes16


@command("hand_over", Credential.STAFF, Done, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(Command[Done]):
    """The assignee has added a colleague to the box of a running chat, who may take it over.

    `successor` is somebody else whom the portal's TEAM lists (`unknown` else), or empty: nobody any
    more, and the letters go. It stays the assignee's until the successor says `handed_over`, and
    its clock runs on.
    """

    ticket16: Bytes16
    successor: Opt16


@command("handed_over", Credential.STAFF, Done, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(Command[Done]):
    """From the successor: the running chat is mine from now on, and its letters go.

    Repeating it is harmless.
    """

    ticket16: Bytes16


@event("ticket")
@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket(Event):
    """To the seeker: state or place has changed."""

    ticket16: Bytes16
    state: StateField
    reason: ReasonField
    ahead: Uint
    portal_open: Annotated[int, UintUpTo(1)]


@event("offered")
@dataclass(frozen=True, slots=True, kw_only=True)
class Offered(Event):
    """To the seeker: somebody has accepted; judge it before showing a name."""

    ticket16: Bytes16
    offer: Offer


@event("queue_row", audience=Audience.STAFF)
@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRowChanged(Event):
    """To staff of the portal: a row is new or has changed (GONE: take it away kindly)."""

    row: QueueRow


@event("confirmed", audience=Audience.STAFF)
@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed(Event):
    """To the accepting counsellor: the clock runs; the welcome letter follows."""

    ticket16: Bytes16
    started_ms: Ms
    ends_ms: Ms
