"""What happens to tickets inside one transaction; the rules themselves are in `machine`."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

from crypto.wire import enquiries as wire
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.bus.port import Topic
from e2e_server.config import Settings
from e2e_server.features.boxes import delete_letters_of
from e2e_server.features.enquiries import machine, store
from e2e_server.features.enquiries.machine import (
    UNTAKEN,
    Clocks,
    EnquiryEvent,
    EnquiryLife,
    RefusedTransition,
)
from e2e_server.features.enquiries.store import TicketRow
from e2e_server.kernel.clock import MS_PER_MINUTE
from e2e_server.storage.port import WriteTransaction

HOURS_PER_DAY = 24
TICKET_BYTES = 16


class Place(NamedTuple):
    """What decides who of the team sees a ticket; `store.visible` says the same in SQL."""

    state: EnquiryState
    is_addressed: bool
    assignee: bytes

    def is_seen_by(self, subject16: bytes, *, is_all: bool) -> bool:
        """Tell whether it stands in a listed counsellor's list, with or without colleagues'."""
        if self.assignee == subject16:
            return True
        return not self.is_addressed if self.state in UNTAKEN else is_all


class Change(NamedTuple):
    """An announcement: a ticket is new or has changed, and where it stood before."""

    ticket16: bytes
    before: Place

    def encode(self) -> bytes:
        """Return it as a reference for the bus."""
        state, is_addressed, assignee = self.before
        return self.ticket16 + bytes([state, is_addressed]) + assignee

    @classmethod
    def decode(cls, ref: bytes) -> Change:
        """Read what `encode` made."""
        state, is_addressed = ref[TICKET_BYTES : TICKET_BYTES + 2]
        place = Place(EnquiryState(state), bool(is_addressed), ref[TICKET_BYTES + 2 :])
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
    return Place(ticket.life.state, ticket.is_addressed, ticket.assignee or b"")


def announce(tx: WriteTransaction, ticket: TicketRow) -> None:
    """Tell the team about a ticket; `ticket` as it was before, or as it is when it is new."""
    tx.announce(topic(ticket.portal16), Change(ticket.ticket16, place_of(ticket)).encode())


def happen(
    tx: WriteTransaction,
    ticket: TicketRow,
    event: EnquiryEvent,
    limits: Clocks,
    assignee: bytes | None = None,
) -> TicketRow:
    """Let `event` happen to a ticket as it is now, store and announce it; `wrong_state` else.

    `assignee` is who has it from then on, if the event changes that.
    """
    try:
        life = machine.apply(ticket.life, event, now_ms=tx.now_ms, clocks=limits)
    except RefusedTransition as error:
        raise WireError(ErrorCode.WRONG_STATE) from error
    return settle(tx, ticket, life, assignee or ticket.assignee)


def current(tx: WriteTransaction, found: TicketRow | None, limits: Clocks) -> TicketRow:
    """Return a ticket as it is at this moment, deadlines counted before any sweep comes.

    `unknown` when there is none, or its time is over.
    """
    if found is not None:
        life = machine.elapse(found.life, now_ms=tx.now_ms, clocks=limits)
        if life.state is not EnquiryState.GONE:
            return settle(tx, found, life, found.assignee)
    raise WireError(ErrorCode.UNKNOWN)


def settle(
    tx: WriteTransaction, ticket: TicketRow, life: EnquiryLife, assignee: bytes | None
) -> TicketRow:
    """Store what the table decided and announce it; return the ticket as it is now.

    Letters go with the ticket, and as soon as somebody has taken it: nobody opens it by them again.
    """
    if life.state is EnquiryState.OPEN and not ticket.is_addressed:
        assignee = None
    now = dataclasses.replace(ticket, life=life, assignee=assignee)
    if now == ticket:
        return ticket
    if life.state not in UNTAKEN:
        delete_letters_of(tx, ticket.ticket16)
    if life.state is EnquiryState.GONE:
        store.delete(tx, ticket.ticket16)
    else:
        store.save(tx, ticket.ticket16, assignee, life)
    announce(tx, ticket)
    return now


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
    )
