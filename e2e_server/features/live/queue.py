"""What happens to tickets inside one transaction; the rules themselves are in `machine`."""

from __future__ import annotations

import dataclasses

from crypto.logview import LogView
from crypto.wire import codec
from crypto.wire import live as wire
from crypto.wire.boxes import CloseReason
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.live import TicketState
from e2e_server.config import Settings
from e2e_server.features.boxes import Admission, BoxOwner, Purger, delete_letters_of
from e2e_server.features.live import machine, store
from e2e_server.features.live.machine import Clocks, RefusedTransition, TicketEvent, TicketLife
from e2e_server.features.live.store import TicketRow
from e2e_server.features.staff import portal_topic
from e2e_server.kernel.clock import MS_PER_HOUR, MS_PER_MINUTE
from e2e_server.storage.port import ReadTransaction, WriteTransaction

_EVENT_OF_CLOSE = {
    CloseReason.MESSAGE: TicketEvent.CLOSE,
    CloseReason.TIME_OVER: TicketEvent.DEADLINE,
    CloseReason.LEFT: TicketEvent.LEAVE,
}


def clocks(settings: Settings) -> Clocks:
    """Read the lengths of the deadlines from the settings."""
    return Clocks(
        silence_ms=settings.silence_minutes * MS_PER_MINUTE,
        resting_ms=settings.resting_hours * MS_PER_HOUR,
        offer_ms=settings.confirm_minutes * MS_PER_MINUTE,
        chat_ms=settings.chat_minutes * MS_PER_MINUTE,
        retention_ms=settings.retention_hours * MS_PER_HOUR,
    )


def smallest_free(numbers: list[int]) -> int:
    """Return the smallest number from 1 on that is not in `numbers` (sorted)."""
    free = 1
    for number in numbers:
        if number > free:
            break
        free = number + 1
    return free


def happen(
    tx: WriteTransaction, ticket: TicketRow, event: TicketEvent, limits: Clocks
) -> TicketRow:
    """Let `event` happen to a ticket, store and announce it; `wrong_state` when it may not.

    A deadline that has come counts even before the sweep does: it happens first.
    """
    front_place = store.edges(tx, ticket.portal16)[0] - 1
    life = ticket.life
    try:
        if ticket.box16 is None:
            life = machine.elapse(life, now_ms=tx.now_ms, clocks=limits, front_place=front_place)
        if life.state is TicketState.GONE:
            raise WireError(ErrorCode.UNKNOWN)
        life = machine.apply(life, event, now_ms=tx.now_ms, clocks=limits, front_place=front_place)
    except RefusedTransition as error:
        raise WireError(ErrorCode.WRONG_STATE) from error
    return settle(tx, ticket, life)


def elapse(tx: WriteTransaction, ticket: TicketRow, limits: Clocks) -> TicketRow:
    """Let the deadlines of a ticket happen that have come."""
    front_place = store.edges(tx, ticket.portal16)[0] - 1
    life = machine.elapse(ticket.life, now_ms=tx.now_ms, clocks=limits, front_place=front_place)
    return settle(tx, ticket, life)


def close(
    tx: WriteTransaction, ticket: TicketRow, event: TicketEvent, close_ms: int, limits: Clocks
) -> TicketRow:
    """End a running chat together with its box, at the moment of the box's close."""
    life = machine.apply(ticket.life, event, now_ms=close_ms, clocks=limits, front_place=0)
    return settle(tx, ticket, life)


def settle(tx: WriteTransaction, ticket: TicketRow, life: TicketLife) -> TicketRow:
    """Store what the table decided and announce it; return the ticket as it is now."""
    if life == ticket.life:
        return ticket
    if life.state is TicketState.GONE:
        store.delete(tx, ticket.ticket16)
    else:
        store.save_life(tx, ticket.ticket16, life)
        if life.state in (TicketState.WAITING, TicketState.RESTING) and ticket.assignee:
            store.save_offer(tx, ticket.ticket16, None, None)
        if life.state is TicketState.CLOSED:
            store.forget_cap(tx, ticket.ticket16)
            _keep(tx, ticket)
    announce(tx, ticket)
    return store.by_id(tx, ticket.ticket16) or dataclasses.replace(ticket, life=life)


def announce(tx: WriteTransaction, ticket: TicketRow) -> None:
    """Tell the seeker and the portal's staff that a ticket has changed."""
    tx.announce(portal_topic(ticket.portal16), ticket.ticket16)


def _keep(tx: WriteTransaction, ticket: TicketRow) -> None:
    """A chat that has ended is handed to nobody any more: who has it reads it until the purge."""
    if ticket.successor is not None:
        store.save_people(tx, ticket.ticket16, ticket.assignee, None)
        delete_letters_of(tx, ticket.ticket16)


def must(ticket: TicketRow | None) -> TicketRow:
    """Return the ticket; `unknown` when there is none."""
    if ticket is None:
        raise WireError(ErrorCode.UNKNOWN)
    return ticket


def acceptance_of(ticket: TicketRow) -> wire.Acceptance | None:
    """Return what the counsellor signed, while the offer stands and while the chat runs."""
    return None if ticket.offer is None else codec.decode(wire.Acceptance, ticket.offer)


def offer_of(ticket: TicketRow) -> wire.Offer | None:
    """Return the acceptance with the present end of the offer; 0 once it is confirmed."""
    signed = acceptance_of(ticket)
    if signed is None:
        return None
    is_open = ticket.life.state is TicketState.OFFERED
    return wire.Offer(
        certificate_hash=signed.certificate_hash,
        log_size=signed.log_size,
        log_root=signed.log_root,
        expires_ms=signed.expires_ms,
        signature=signed.signature,
        confirm_until_ms=ticket.life.deadline_ms if is_open else 0,
    )


def row_of(ticket: TicketRow, reader16: bytes, view: LogView) -> wire.QueueRow:
    """Show a ticket as a colleague sees it.

    The acceptance is for the one who signed it, while it is theirs; to whom it is handed over, for
    the two of them.
    """
    signed = acceptance_of(ticket) if ticket.assignee == reader16 else None
    if signed is not None:
        certificate = view.certificate(signed.certificate_hash)
        signed = signed if certificate and certificate.subject16 == reader16 else None
    is_told = reader16 in (ticket.assignee, ticket.successor)
    return wire.QueueRow(
        ticket16=ticket.ticket16,
        portal16=ticket.portal16,
        number=ticket.number,
        language=ticket.language,
        since_ms=ticket.since_minute * MS_PER_MINUTE,
        state=ticket.life.state,
        reason=ticket.life.reason,
        key_hash=ticket.key_hash,
        assignee=ticket.assignee or b"",
        until_ms=ticket.life.deadline_ms,
        acceptance=() if signed is None else (signed,),
        successor=(ticket.successor or b"") if is_told else b"",
    )


class LiveOwner(BoxOwner):
    """A live box is opened by its confirmed ticket and ends with it."""

    def __init__(self, settings: Settings, purger: Purger) -> None:
        self._clocks = clocks(settings)
        self._purger = purger

    def admit(self, tx: ReadTransaction, cap_hash: bytes, box16: bytes) -> Admission | None:
        """One box for one confirmed ticket, as long as its clock runs."""
        ticket = store.by_cap(tx, cap_hash)
        if ticket is None:
            return None
        if ticket.life.state is not TicketState.ACTIVE or ticket.box16 not in (None, box16):
            raise WireError(ErrorCode.WRONG_STATE)
        if ticket.life.deadline_ms <= tx.now_ms:
            raise WireError(ErrorCode.CLOSED)
        return Admission(ends_ms=ticket.life.deadline_ms, bound=ticket.box16 == box16)

    def bind(self, tx: WriteTransaction, cap_hash: bytes, box16: bytes) -> None:
        """Note the box on its ticket."""
        store.save_box(tx, must(store.by_cap(tx, cap_hash)).ticket16, box16)

    def ticket_of(self, tx: ReadTransaction, box16: bytes) -> bytes | None:
        """Return the live ticket of a box."""
        ticket = store.by_box(tx, box16)
        return None if ticket is None else ticket.ticket16

    def ended(self, tx: WriteTransaction, box16: bytes, reason: CloseReason, close_ms: int) -> None:
        """The ticket closes with its box."""
        ticket = store.by_box(tx, box16)
        if ticket is not None and ticket.life.state is TicketState.ACTIVE:
            close(tx, ticket, _EVENT_OF_CLOSE[reason], close_ms, self._clocks)
            if ticket.successor is not None:
                self._purger.owe(tx.now_ms)

    def purged(self, tx: WriteTransaction, box16: bytes) -> None:
        """The number is free again."""
        ticket = store.by_box(tx, box16)
        if ticket is not None:
            store.delete(tx, ticket.ticket16)
            announce(tx, ticket)
