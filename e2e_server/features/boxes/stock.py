"""What is held of a box, counted, for its members who ask "what is still on the server"."""

from __future__ import annotations

from crypto.wire import boxes as wire
from crypto.wire.base import Right
from e2e_server.features.boxes import relay, store
from e2e_server.features.boxes.shown import shown_by
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ReadTransaction


@handles(wire.BoxStock)
async def box_stock(context: Context, command: wire.BoxStock) -> wire.BoxStockReply:
    """Count the rows of a box for one of its readers."""

    shown = shown_by(context)

    def look(tx: ReadTransaction) -> tuple[store.BoxRow, store.Stock]:
        found, _ = relay.member(tx, command.box16, shown, Right.READ)
        return found, store.stock(tx, command.box16)

    found, held = await context.db.read(look)
    return wire.BoxStockReply(
        envelopes=held.envelopes,
        envelope_bytes=held.envelope_bytes,
        caps=held.caps,
        state=found.state,
        closes_hour=found.closes_hour,
        purge_minute=found.purge_minute,
    )
