"""The physical end of a box (protocol section 8): share first, then rows, then the log of writes.

Every step can be repeated: a crash between any two leaves a box that is still due, and the next
sweep goes on. Once the share is gone nobody can read the box, whatever copies exist.
"""

from __future__ import annotations

from e2e_server.features.boxes import relay, store
from e2e_server.features.boxes.owner import BoxOwners
from e2e_server.kernel.clock import MS_PER_MINUTE
from e2e_server.kernel.context import JobContext
from e2e_server.storage.port import ReadTransaction, WriteTransaction

# Small steps keep the writer free for messages.
STEP_ROWS = 100
GRACE_MINUTES = 1


class Purger:
    """Purges what is due; remembers that the write-ahead log still has to be emptied.

    A crash after the rows went and before the log was emptied would leave readable bytes behind,
    so a new purger always owes an emptying.
    """

    def __init__(self) -> None:
        self.owes_emptying = True

    async def run(self, parts: JobContext) -> int:
        """Purge every box whose hours are over; return how many. Raises what stood in the way."""
        due = await parts.db.read(lambda tx: store.purge_due(tx, tx.now_ms // MS_PER_MINUTE))
        for found in due:
            self.owes_emptying = True
            await _purge(parts, found.box16)
        if self.owes_emptying:
            await parts.db.checkpoint()
            self.owes_emptying = False
        return len(due)


def purges_overdue(tx: ReadTransaction) -> int:
    """How many boxes should be gone by now, a minute of grace included."""
    return store.count_purge_due(tx, tx.now_ms // MS_PER_MINUTE - GRACE_MINUTES)


async def _purge(parts: JobContext, box16: bytes) -> None:
    owners = parts.services.get(BoxOwners)
    await parts.keeper.share_drop(box16)

    def delete_some(tx: WriteTransaction) -> int:
        return store.delete_envelopes(tx, box16, STEP_ROWS)

    def forget(tx: WriteTransaction) -> None:
        ticket16 = owners.ticket_of(tx, box16)
        if ticket16 is not None:
            store.delete_letters_of(tx, ticket16)
        for owner in owners.all:
            owner.purged(tx, box16)
        store.delete_box(tx, box16)
        tx.announce(relay.topic(box16), box16)

    while await parts.db.write(delete_some):
        pass
    await parts.db.write(forget)
