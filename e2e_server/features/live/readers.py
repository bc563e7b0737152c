"""What a connection hears of the queue: the seeker of the own ticket, staff of their portals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crypto.wire.base import Event
from crypto.wire.live import (
    Confirmed,
    Offer,
    Offered,
    QueueRow,
    QueueRowChanged,
    Ticket,
    TicketReason,
    TicketState,
)
from e2e_server.bus.port import Ref
from e2e_server.features.live import queue, store
from e2e_server.features.live.machine import TicketEvent
from e2e_server.features.live.store import TicketRow
from e2e_server.features.staff import portal_is_open, portal_topic
from e2e_server.kernel.context import Context
from e2e_server.storage.port import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What the seeker was told last."""

    state: TicketState
    reason: TicketReason
    ahead: int
    portal_open: int


class TicketReader:
    """The seeker's view of the own ticket on one connection."""

    def __init__(self, context: Context, ticket: TicketRow) -> None:
        self._context = context
        self._ticket16 = ticket.ticket16
        self._portal16 = ticket.portal16
        self._told: _Seen | None = None
        self._told_offer: Offer | None = None

    def assume_told(self, ticket: TicketRow, ahead: int, portal_open: bool) -> None:
        """The reply said this already."""
        self._told = _Seen(
            state=ticket.life.state,
            reason=ticket.life.reason,
            ahead=ahead,
            portal_open=int(portal_open),
        )
        self._told_offer = queue.offer_of(ticket)

    async def __call__(self, refs: tuple[Ref, ...]) -> Iterable[Event]:
        """Return what has changed; a ticket that is gone ends the subscription."""
        ticket, seen = await self._context.db.read(self._look)
        if ticket is None:
            self._context.connection.unsubscribe(portal_topic(self._portal16))
            return [self._event(_GONE)]
        if ticket.life.state is TicketState.WAITING and ticket.life.deadline_ms:
            # The silence clock runs (after a hand-back, say), but the device is here.
            await self._context.db.write(self._present)
        events: list[Event] = []
        if seen != self._told:
            self._told = seen
            events.append(self._event(seen))
        offer = queue.offer_of(ticket)
        if offer is not None and offer != self._told_offer:
            events.append(Offered(ticket16=self._ticket16, offer=offer))
        self._told_offer = offer
        return events

    def _look(self, tx: ReadTransaction) -> tuple[TicketRow | None, _Seen]:
        ticket = store.by_id(tx, self._ticket16)
        if ticket is None:
            return None, _GONE
        ahead = store.ahead_of(tx, self._portal16, ticket.life.place)
        is_open = portal_is_open(self._context, tx, self._portal16)
        return ticket, _Seen(
            state=ticket.life.state,
            reason=ticket.life.reason,
            ahead=ahead if ticket.life.state is TicketState.WAITING else 0,
            portal_open=int(is_open),
        )

    def _present(self, tx: WriteTransaction) -> None:
        ticket = store.by_id(tx, self._ticket16)
        if ticket is not None and ticket.life.state is TicketState.WAITING:
            limits = queue.clocks(self._context.settings)
            queue.happen(tx, ticket, TicketEvent.RETURN_OF_DEVICE, limits)

    def _event(self, seen: _Seen) -> Event:
        return Ticket(
            ticket16=self._ticket16,
            state=seen.state,
            reason=seen.reason,
            ahead=seen.ahead,
            portal_open=seen.portal_open,
        )


class QueueReader:
    """A counsellor's view of one portal's queue on one connection."""

    def __init__(self, context: Context, portal16: bytes, subject16: bytes) -> None:
        self._context = context
        self._portal16 = portal16
        self._subject16 = subject16

    async def __call__(self, refs: tuple[Ref, ...]) -> Iterable[Event]:
        """Return the rows that changed; without references (the slow poll), all of them."""
        rows = await self._context.db.read(lambda tx: self._look(tx, refs))
        events: list[Event] = [QueueRowChanged(row=row) for row in rows]
        return [
            *events,
            *(
                Confirmed(
                    ticket16=row.ticket16,
                    started_ms=row.until_ms - self._chat_ms(),
                    ends_ms=row.until_ms,
                )
                for row in rows
                if row.state == TicketState.ACTIVE and row.assignee == self._subject16
            ),
        ]

    def _look(self, tx: ReadTransaction, refs: tuple[Ref, ...]) -> list[QueueRow]:
        if not refs:
            tickets = store.queue_of(tx, self._portal16, self._subject16)
            return [queue.row_of(ticket) for ticket in tickets]
        ids = [ref for ref in dict.fromkeys(refs) if isinstance(ref, bytes) and len(ref) == 16]
        found = ((ticket16, store.by_id(tx, ticket16)) for ticket16 in ids)
        return [_gone(self._portal16, t) if row is None else queue.row_of(row) for t, row in found]

    def _chat_ms(self) -> int:
        return queue.clocks(self._context.settings).chat_ms


_GONE = _Seen(state=TicketState.GONE, reason=TicketReason.NONE, ahead=0, portal_open=0)


def _gone(portal16: bytes, ticket16: bytes) -> QueueRow:
    return QueueRow(
        ticket16=ticket16,
        portal16=portal16,
        number=0,
        language="",
        since_ms=0,
        state=TicketState.GONE,
        reason=TicketReason.NONE,
        key_hash=bytes(32),
        assignee=b"",
        until_ms=0,
    )
