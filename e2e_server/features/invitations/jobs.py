"""The regular sweep: invitations end after 48 hours, inboxes of newcomers with their letters."""

from __future__ import annotations

from e2e_server.features.boxes import Purger
from e2e_server.features.invitations import handlers, store
from e2e_server.kernel.clock import hour_of
from e2e_server.kernel.context import JobContext
from e2e_server.storage.port import WriteTransaction


async def sweep(parts: JobContext) -> None:
    """Delete what nobody has confirmed or read in time."""

    def work(tx: WriteTransaction) -> int:
        hour = hour_of(tx.now_ms)
        over = store.given_until(tx, hour)
        for found in over:
            handlers.end(tx, found)
        return len(over) + store.close_inboxes_until(tx, hour)

    if await parts.db.write(work):
        parts.services.get(Purger).owe(parts.clock.now_ms())
