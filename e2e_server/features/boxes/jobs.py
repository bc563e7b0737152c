"""The regular sweep of boxes: live chats end at their minute, unused boxes at their hour."""

from __future__ import annotations

from crypto.wire.boxes import CloseReason
from e2e_server.features.boxes import letter_store, relay, store
from e2e_server.features.boxes.fresh import Fresh
from e2e_server.features.boxes.owner import BoxOwners
from e2e_server.kernel.clock import hour_of
from e2e_server.kernel.context import JobContext
from e2e_server.storage.port import WriteTransaction


async def sweep(parts: JobContext) -> None:
    """Close what has come to its end and drop letters whose time is over."""
    parts.services.get(Fresh).end_round()
    owners = parts.services.get(BoxOwners).all
    minutes = parts.settings.retention_hours * 60

    def work(tx: WriteTransaction) -> int:
        ended = store.ended_by(tx, tx.now_ms, hour_of(tx.now_ms))
        for box16 in ended:
            relay.close_box(tx, box16, CloseReason.TIME_OVER, owners, minutes)
        return len(ended)

    while await parts.db.write(work):
        pass
    hour = hour_of(parts.clock.now_ms())
    await parts.db.write(lambda tx: letter_store.delete_ended_letters(tx, hour))
