"""Regular and former clients: a capability in the seeker's hands; its hash and giver stand here.

Deliberately nothing else stands there: neither the account nor the box nor the ticket for which it
is shown, nor when.
"""

from __future__ import annotations

from crypto.wire import capacity as wire
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.capacity import store
from e2e_server.kernel.clock import MS_PER_DAY
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import WriteTransaction

RELATION_DAYS = 731


@handles(wire.RelationPut)
async def relation_put(context: Context, command: wire.RelationPut) -> Done:
    """Note a relation, or prolong the own one; `conflict` where it is another's."""
    subject16 = context.signed_in().subject16

    def work(tx: WriteTransaction) -> None:
        today = tx.now_ms // MS_PER_DAY
        before = store.relation(tx, command.relation_hash, today)
        if before is not None and before.subject16 != subject16:
            raise WireError(ErrorCode.CONFLICT)
        row = store.RelationRow(subject16=subject16, is_known=bool(command.is_known))
        store.save_relation(tx, command.relation_hash, row, today + RELATION_DAYS)

    await context.db.write(work)
    return Done()


@handles(wire.RelationDrop)
async def relation_drop(context: Context, command: wire.RelationDrop) -> Done:
    """End an own relation; that of a colleague stays, and nothing tells of it."""
    subject16 = context.signed_in().subject16
    await context.db.write(lambda tx: store.drop_relation_of(tx, command.relation_hash, subject16))
    return Done()


@handles(wire.RelationEnd)
async def relation_end(context: Context, command: wire.RelationEnd) -> Done:
    """End the relation that was shown."""
    await context.db.write(lambda tx: store.drop_relation(tx, context.cap_hash))
    return Done()
