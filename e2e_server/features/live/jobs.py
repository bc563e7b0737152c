"""The regular sweep of the queue: deadlines lie in rows, this only looks."""

from __future__ import annotations

from e2e_server.features.live import queue, store
from e2e_server.features.live.machine import TicketEvent
from e2e_server.kernel.context import JobContext
from e2e_server.storage.port import WriteTransaction


async def sweep(parts: JobContext) -> None:
    """Let every deadline that has come happen; a chat with a box ends with its box instead."""
    limits = queue.clocks(parts.settings)

    def work(tx: WriteTransaction) -> int:
        due = store.due(tx, tx.now_ms)
        for ticket in due:
            queue.elapse(tx, ticket, limits)
        return len(due)

    while await parts.db.write(work):
        pass


async def everybody_is_away(parts: JobContext) -> None:
    """After a start nobody is connected: the silence of all who wait begins now."""

    def work(tx: WriteTransaction) -> None:
        for ticket in store.unattended(tx):
            queue.happen(tx, ticket, TicketEvent.DISCONNECT, queue.clocks(parts.settings))

    await parts.db.write(work)
