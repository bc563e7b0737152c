"""The regular sweep of enquiries: deadlines lie in rows, this only looks."""

from __future__ import annotations

from crypto.wire.enquiries import EnquiryState
from e2e_server.features.boxes import Purger
from e2e_server.features.enquiries import machine, store, tickets
from e2e_server.kernel.clock import hour_of
from e2e_server.kernel.context import JobContext
from e2e_server.storage.port import WriteTransaction


async def sweep(parts: JobContext) -> None:
    """Open again what was reserved too long, and end what nobody takes or uses."""
    limits = tickets.clocks(parts.settings)

    def work(tx: WriteTransaction) -> tuple[int, int]:
        due, gone = store.due(tx, tx.now_ms, hour_of(tx.now_ms)), 0
        for ticket in due:
            life = machine.elapse(ticket.life, now_ms=tx.now_ms, clocks=limits)
            gone += life.state is EnquiryState.GONE
            tickets.settle(tx, ticket, ticket, life)
        return len(due), gone

    while (found := await parts.db.write(work))[0]:
        if found[1]:
            parts.services.get(Purger).owe(parts.clock.now_ms())
