"""What happens to tickets inside one transaction; the rules themselves are in `machine`."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

from crypto.wire import enquiries as wire
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.bus.port import Topic
from e2e_server.config import Settings
from e2e_server.features.boxes import delete_letters_of, keep_letters_of
from e2e_server.features.enquiries import contact_store, machine, store
from e2e_server.features.enquiries.machine import (
    UNTAKEN,
    Clocks,
    EnquiryEvent,
    EnquiryLife,
    RefusedTransition,
)
from e2e_server.features.enquiries.store import TicketRow
from e2e_server.features.enquiries.teams import Listed, Terms, terms
from e2e_server.kernel.clock import MS_PER_MINUTE, hour_of
from e2e_server.kernel.context import Context
from e2e_server.storage.port import ReadTransaction, WriteTransaction

HOURS_PER_DAY = 24
TICKET_BYTES = 16
# Of a place: state, addressed or not, for leads or not, how long each of the three subjects is.
_HEAD_BYTES = 6
# What ends a hand-over: its letters open nothing that is still to be done.
_LETTERS_END = frozenset(
    {EnquiryEvent.SUCCEED, EnquiryEvent.STAND_IN, EnquiryEvent.KEEP, EnquiryEvent.TAKE_OVER}
)
# By which a team reads along: the newest welcome, its grant, and the draft that came with them.
_LETTERS_OF_TEAM = 3
# From then on a team may take it, whoever it was for; its letters are there already.
_GIVEN_BACK = frozenset({EnquiryEvent.RELEASE, EnquiryEvent.CALL_BACK})


class Place(NamedTuple):
    """What decides who of the team sees a ticket; `store.visible` says the same in SQL."""

    state: EnquiryState
    is_addressed: bool
    for_leads: bool
    assignee: bytes
    successor: bytes
    deputy: bytes

    def is_seen_by(self, subject16: bytes, where: Listed, *, is_all: bool) -> bool:
        """Tell whether it stands in somebody's list, with or without colleagues'."""
        if not where.at_all:
            return False
        if subject16 in (self.assignee, self.successor, self.deputy):
            return True
        if self.state not in UNTAKEN:
            return is_all
        return not self.is_addressed and where.sees(for_leads=self.for_leads)


class Change(NamedTuple):
    """An announcement: a ticket is new or has changed, and where it stood before."""

    ticket16: bytes
    before: Place

    def encode(self) -> bytes:
        """Return it as a reference for the bus."""
        state, is_addressed, for_leads, *people = self.before
        head = bytes([state, is_addressed, for_leads, *(len(one) for one in people)])
        return self.ticket16 + head + b"".join(people)

    @classmethod
    def decode(cls, ref: bytes) -> Change:
        """Read what `encode` made."""
        at = TICKET_BYTES + _HEAD_BYTES
        state, is_addressed, for_leads, *lengths = ref[TICKET_BYTES:at]
        people = [ref[at + sum(lengths[:i]) :][:length] for i, length in enumerate(lengths)]
        place = Place(EnquiryState(state), bool(is_addressed), bool(for_leads), *people)
        return cls(ref[:TICKET_BYTES], place)


def topic(portal16: bytes) -> Topic:
    """Name the announcements of a portal's written enquiries."""
    return b"enquiries:" + portal16


def clocks(settings: Settings) -> Clocks:
    """Read the lengths of the deadlines from the settings."""
    return Clocks(
        reserve_ms=settings.reserve_minutes * MS_PER_MINUTE,
        unaccepted_hours=settings.unaccepted_days * HOURS_PER_DAY,
        idle_hours=settings.idle_days * HOURS_PER_DAY + settings.retention_hours,
    )


def place_of(ticket: TicketRow) -> Place:
    """Return what decides who sees it."""
    people = (one or b"" for one in (ticket.assignee, ticket.successor, ticket.deputy))
    return Place(ticket.life.state, ticket.is_addressed, ticket.for_leads, *people)


def announce(tx: WriteTransaction, ticket: TicketRow) -> None:
    """Tell the team about a ticket; `ticket` as it was before, or as it is when it is new."""
    tx.announce(topic(ticket.portal16), Change(ticket.ticket16, place_of(ticket)).encode())


def happen(
    context: Context,
    tx: WriteTransaction,
    ticket: TicketRow,
    event: EnquiryEvent,
    whom: bytes | None = None,
) -> TicketRow:
    """Let `event` happen to a ticket as it is now, store and announce it; `wrong_state` else.

    `whom`: the subject of who takes it, or is to take it over, where the event names somebody.
    """
    limits, held = clocks(context.settings), terms(context, ticket.portal16)
    try:
        life = machine.apply(ticket.life, event, now_ms=tx.now_ms, clocks=limits)
    except RefusedTransition as error:
        raise WireError(ErrorCode.WRONG_STATE) from error
    if event in _GIVEN_BACK and ticket.is_addressed:
        # Their box waits for the team from now on, however long it has waited for one of them.
        life = machine.begun_anew(life, now_ms=tx.now_ms, clocks=limits)
    now = settle(tx, ticket, _after(ticket, event, whom, held), life)
    is_taken_now = ticket.life.state in UNTAKEN and life.state not in UNTAKEN
    if event in _LETTERS_END or is_taken_now:
        # Nobody opens it by them again, but a team that reads along.
        inboxes = held.inboxes if now.reads_along else frozenset()
        delete_letters_of(tx, ticket.ticket16, inboxes, _LETTERS_OF_TEAM)
    if now.reads_along and life.state not in UNTAKEN:
        keep_letters_of(tx, ticket.ticket16, life.ends_hour)
    return now


def current(tx: WriteTransaction, found: TicketRow | None, limits: Clocks) -> TicketRow:
    """Return a ticket as it is at this moment, deadlines counted before any sweep comes.

    `unknown` when there is none, or its time is over.
    """
    if found is not None:
        life = machine.elapse(found.life, now_ms=tx.now_ms, clocks=limits)
        if life.state is not EnquiryState.GONE:
            return settle(tx, found, found, life)
    raise WireError(ErrorCode.UNKNOWN)


def living(tx: ReadTransaction, found: TicketRow | None) -> TicketRow:
    """Return a ticket for what hangs on no state of it; `unknown` as in `current`."""
    if found is None or found.life.ends_hour <= hour_of(tx.now_ms):
        raise WireError(ErrorCode.UNKNOWN)
    return found


def settle(
    tx: WriteTransaction, before: TicketRow, after: TicketRow, life: EnquiryLife
) -> TicketRow:
    """Store who has it and what the table decided, and announce it; return the ticket as it is now.

    Its letters and contact data go with the ticket.
    """
    now = dataclasses.replace(after, life=life)
    if life.state is EnquiryState.OPEN and not now.is_addressed:
        now = dataclasses.replace(now, assignee=None)
    if now == before:
        return now
    if life.state is EnquiryState.GONE:
        delete_letters_of(tx, now.ticket16)
        contact_store.delete(tx, now.ticket16)
        store.delete(tx, now.ticket16)
    else:
        store.save(tx, now)
    announce(tx, before)
    return now


def _after(ticket: TicketRow, event: EnquiryEvent, whom: bytes | None, held: Terms) -> TicketRow:
    """Return who has it, who is to have it, and who sees it, after an event."""
    if event is EnquiryEvent.ACCEPT:
        return dataclasses.replace(ticket, assignee=whom)
    if event is EnquiryEvent.TAKE:
        # Who takes it lets the team out where the level says so by now.
        reads_along = ticket.reads_along and (held.reads_along or ticket.life.state not in UNTAKEN)
        return dataclasses.replace(ticket, assignee=whom, reads_along=reads_along)
    if event is EnquiryEvent.HAND_OVER:
        return dataclasses.replace(ticket, successor=whom, deputy=None)
    if event is EnquiryEvent.LEND:
        return dataclasses.replace(ticket, successor=whom, deputy=whom)
    if event is EnquiryEvent.STAND_IN:
        return dataclasses.replace(ticket, successor=None)
    if event in (EnquiryEvent.SUCCEED, EnquiryEvent.TAKE_OVER):
        return dataclasses.replace(ticket, assignee=whom, successor=None, deputy=None)
    if event is EnquiryEvent.KEEP:
        return dataclasses.replace(ticket, successor=None, deputy=None)
    if event in _GIVEN_BACK:
        return dataclasses.replace(
            ticket,
            assignee=None,
            successor=None,
            deputy=None,
            is_addressed=False,
            for_leads=held.for_leads,
            reads_along=held.reads_along,
        )
    return ticket


def row_of(ticket: TicketRow) -> wire.EnquiryRow:
    """Show a ticket as staff see it."""
    return wire.EnquiryRow(
        ticket16=ticket.ticket16,
        portal16=ticket.portal16,
        number=ticket.number,
        language=ticket.language,
        state=ticket.life.state,
        since_hour=ticket.life.since_hour,
        is_addressed=int(ticket.is_addressed),
        assignee=ticket.assignee or b"",
        until_ms=ticket.life.until_ms,
        successor=ticket.successor or b"",
        deputy=ticket.deputy or b"",
        has_regular=int(ticket.has_regular),
        for_leads=int(ticket.for_leads),
        reads_along=int(ticket.reads_along),
    )
