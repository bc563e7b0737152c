"""The regular sweep of the queue: deadlines lie in rows, this only looks."""

from __future__ import annotations

from crypto.wire.live import TicketState
from e2e_server.features.live import queue, store
from e2e_server.features.live.machine import TicketEvent
from e2e_server.kernel.clock import MS_PER_HOUR, MS_PER_MINUTE
from e2e_server.kernel.context import JobContext
from e2e_server.storage.port import WriteTransaction


async def sweep(parts: JobContext) -> None:
    """Let every deadline that has come happen; a chat with a box ends with its box instead."""
    limits = queue.clocks(parts.settings)

    def work(tx: WriteTransaction) -> None:
        for ticket in store.due(tx, tx.now_ms):
            if ticket.life.state is not TicketState.ACTIVE or ticket.box16 is None:
                queue.happen(tx, ticket, TicketEvent.DEADLINE, limits)
        # A chat that never got a box has nothing to purge but its number.
        hours_ms = parts.settings.retention_hours * MS_PER_HOUR + limits.chat_ms
        for ticket16 in store.closed_without_box_before(
            tx, (tx.now_ms - hours_ms) // MS_PER_MINUTE
        ):
            store.delete(tx, ticket16)

    await parts.db.write(work)


async def everybody_is_away(parts: JobContext) -> None:
    """After a start nobody is connected: the silence of all who wait begins now."""

    def work(tx: WriteTransaction) -> None:
        for ticket in store.unattended(tx):
            queue.happen(tx, ticket, TicketEvent.DISCONNECT, queue.clocks(parts.settings))

    await parts.db.write(work)
