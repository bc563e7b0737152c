"""A running chat goes to a colleague: noted for their lists, decided in the box by its members.

Whoever has it names a successor, who takes it over or sends it back. The clock of the chat runs on;
with the hand-over's end its letters go.
"""

from __future__ import annotations

import dataclasses

from crypto.wire import live as wire
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.boxes import Purger, delete_letters_of
from e2e_server.features.live import queue, store
from e2e_server.features.live.machine import TicketEvent
from e2e_server.features.live.store import TicketRow
from e2e_server.features.translog import counsels, serves
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import WriteTransaction


@handles(wire.HandOver)
async def hand_over(context: Context, command: wire.HandOver) -> Done:
    """Note to whom the assignee hands the chat over; or to nobody any more, and the letters go."""

    def work(tx: WriteTransaction) -> None:
        ticket = queue.must(store.by_id(tx, command.ticket16))
        if not _has(context, ticket):
            raise WireError(ErrorCode.FORBIDDEN)
        successor16 = command.successor
        if not successor16:
            _settle(context, tx, ticket, TicketEvent.KEEP)
        elif successor16 == ticket.assignee or not counsels(context, ticket.portal16, successor16):
            raise WireError(ErrorCode.UNKNOWN)
        else:
            after = dataclasses.replace(ticket, successor=successor16)
            _happen(context, tx, ticket, after, TicketEvent.HAND_OVER)

    await context.db.write(work)
    return _owe(context)


@handles(wire.HandedOver)
async def handed_over(context: Context, command: wire.HandedOver) -> Done:
    """The chat is the successor's from now on; whoever has it already may say so again."""

    def work(tx: WriteTransaction) -> None:
        ticket = queue.must(store.by_id(tx, command.ticket16))
        if is_successor(context, ticket):
            _settle(context, tx, ticket, TicketEvent.SUCCEED)
        elif not _has(context, ticket):
            raise WireError(ErrorCode.FORBIDDEN)

    await context.db.write(work)
    return _owe(context)


def is_successor(context: Context, ticket: TicketRow) -> bool:
    """Tell whether the chat is handed to who is signed in, whom the portal's TEAM lists."""
    is_named = ticket.successor == context.signed_in().subject16
    return is_named and serves(context, ticket.portal16, context.signed_in())


def send_back(context: Context, tx: WriteTransaction, ticket: TicketRow) -> None:
    """The successor does not take it over: it stays whose it is, and the letters go."""
    _settle(context, tx, ticket, TicketEvent.KEEP)


def _has(context: Context, ticket: TicketRow) -> bool:
    is_own = ticket.assignee == context.signed_in().subject16
    return is_own and serves(context, ticket.portal16, context.signed_in())


def _settle(context: Context, tx: WriteTransaction, ticket: TicketRow, event: TicketEvent) -> None:
    """End a hand-over: the letters open nothing that is still to be done."""
    has_come = event is TicketEvent.SUCCEED
    assignee = ticket.successor if has_come else ticket.assignee
    after = dataclasses.replace(ticket, assignee=assignee, successor=None)
    _happen(context, tx, ticket, after, event)
    delete_letters_of(tx, ticket.ticket16)


def _happen(
    context: Context,
    tx: WriteTransaction,
    before: TicketRow,
    after: TicketRow,
    event: TicketEvent,
) -> None:
    """Store who has it; `wrong_state` unless the chat runs, also where no sweep has come yet."""
    if before.life.deadline_ms <= tx.now_ms:
        raise WireError(ErrorCode.WRONG_STATE)
    queue.happen(tx, before, event, queue.clocks(context.settings))
    store.save_people(tx, before.ticket16, after.assignee, after.successor)
    queue.announce(tx, before)


def _owe(context: Context) -> Done:
    context.services.get(Purger).owe(context.clock.now_ms())
    return Done()
