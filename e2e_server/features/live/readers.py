"""What a connection hears of the queue: the seeker of the own ticket, staff of their portals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crypto.logview import LogView
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
from e2e_server.features.translog import log_of, serves
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
        if ticket is None or ticket.life.state is TicketState.CLOSED:
            self._context.connection.unsubscribe(portal_topic(self._portal16))
            return [] if seen == self._told else [self._event(seen)]
        if ticket.life.state is TicketState.WAITING and ticket.life.deadline_ms:
            # The silence clock runs (after a hand-back, say), but the device is here.
            await self._context.db.write(self._present)
        events: list[Event] = []
        if seen != self._told:
            self._told = seen
            events.append(self._event(seen))
        offer = queue.offer_of(ticket)
        if ticket.life.state is TicketState.OFFERED and offer and offer != self._told_offer:
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
    """A counsellor's view of one portal's queue on one connection, while TEAM lists them."""

    def __init__(self, context: Context, portal16: bytes) -> None:
        self.portal16 = portal16
        self._context = context
        self._subject16 = context.signed_in().subject16
        self._told: dict[bytes, QueueRow] = {}

    def begin(self, tx: ReadTransaction) -> list[QueueRow]:
        """Return the whole queue; from here on only what changes is told."""
        self._told = self._rows(tx)
        return list(self._told.values())

    async def __call__(self, refs: tuple[Ref, ...]) -> Iterable[Event]:
        """Return the rows that have changed, and those that are gone."""
        if not serves(self._context, self.portal16, self._context.connection.sign_in):
            self._context.connection.unsubscribe(portal_topic(self.portal16))
            return [QueueRowChanged(row=_gone(self.portal16, one)) for one in self._told]
        before, now = self._told, await self._context.db.read(self._rows)
        left = [one for one in before if one not in now]
        ended = await self._context.db.read(lambda tx: [self._last(tx, one) for one in left])
        changed = [row for row in now.values() if before.get(row.ticket16) != row]
        self._told = now
        events: list[Event] = [QueueRowChanged(row=row) for row in (*ended, *changed)]
        return [*events, *(self._confirmed(row) for row in changed if self._is_my_chat(row))]

    def _rows(self, tx: ReadTransaction) -> dict[bytes, QueueRow]:
        tickets = store.queue_of(tx, self.portal16, self._subject16)
        return {one.ticket16: queue.row_of(one, self._subject16, self._view) for one in tickets}

    def _last(self, tx: ReadTransaction, ticket16: bytes) -> QueueRow:
        """Say how a row left the queue: taken, closed, or gone."""
        ticket = store.by_id(tx, ticket16)
        if ticket is None:
            return _gone(self.portal16, ticket16)
        return queue.row_of(ticket, self._subject16, self._view)

    @property
    def _view(self) -> LogView:
        return log_of(self._context).view

    def _is_my_chat(self, row: QueueRow) -> bool:
        return row.state == TicketState.ACTIVE and row.assignee == self._subject16

    def _confirmed(self, row: QueueRow) -> Confirmed:
        chat_ms = queue.clocks(self._context.settings).chat_ms
        return Confirmed(
            ticket16=row.ticket16, started_ms=row.until_ms - chat_ms, ends_ms=row.until_ms
        )


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
        acceptance=(),
        successor=b"",
    )
