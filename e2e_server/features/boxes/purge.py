"""The physical end of a box (protocol section 8): share first, then rows, then stale copies.

Every step can be repeated: a crash between any two leaves a box that is still due, and the next
sweep goes on. Once the share is gone nobody can read the box, whatever copies exist.
"""

from __future__ import annotations

from e2e_server.blobstore.port import BlobError
from e2e_server.features.boxes import letter_store, relay, store
from e2e_server.features.boxes.owner import BoxOwners
from e2e_server.keeper.port import KeeperError
from e2e_server.kernel.clock import MS_PER_MINUTE
from e2e_server.kernel.context import Context, JobContext
from e2e_server.storage.port import ReadTransaction, StorageError, WriteTransaction

# Small steps keep the writer free for messages.
STEP_ROWS = 100
GRACE_MS = MS_PER_MINUTE


class Purger:
    """Purges what is due, and remembers that stale copies of it still have to be overwritten.

    Deleted rows leave copies of themselves in the gaps of pages and in the write-ahead log; only
    `Database.compact` removes those for certain. A crash after the rows went and before that would
    leave readable bytes behind, so a new purger always owes one.
    """

    def __init__(self, now_ms: int) -> None:
        self._owes_since_ms: int | None = now_ms

    @property
    def owes_compaction(self) -> bool:
        """Tell whether bytes of purged rows may still lie on the disk."""
        return self._owes_since_ms is not None

    async def run(self, parts: JobContext) -> int:
        """Purge every box whose hours are over; return how many went.

        One that fails does not hold up the others; the first failure is raised at the end, and all
        of it is tried again at the next run.
        """
        purged, failures = 0, dict[bytes, Exception]()
        while due := [b for b in await self._due(parts, len(failures)) if b not in failures]:
            for box16 in due:
                try:
                    await self.purge(parts, box16)
                    purged += 1
                except (KeeperError, StorageError, BlobError) as error:
                    failures[box16] = error
        await self._compact(parts)
        if failures:
            raise next(iter(failures.values()))
        return purged

    async def purge(self, parts: JobContext, box16: bytes) -> None:
        """Delete one box: the keeper's share, envelopes, files, letters, ticket, capabilities."""
        if self._owes_since_ms is None:
            self._owes_since_ms = parts.clock.now_ms()
        await parts.keeper.share_drop(box16)
        while await parts.db.write(lambda tx: store.delete_envelopes(tx, box16, STEP_ROWS)):
            pass
        for contents in parts.services.get(BoxOwners).contents:
            await contents.delete(parts, box16)
        await parts.db.write(lambda tx: _forget(parts, tx, box16))

    def overdue(self, tx: ReadTransaction) -> int:
        """Return how many boxes should be gone by now; 1 when only their stale copies should."""
        boxes = store.count_purge_due(tx, (tx.now_ms - GRACE_MS) // MS_PER_MINUTE)
        since = self._owes_since_ms
        return boxes or int(since is not None and since + GRACE_MS <= tx.now_ms)

    async def _due(self, parts: JobContext, failed: int) -> list[bytes]:
        limit = store.PURGE_PAGE_ROWS + failed
        return await parts.db.read(
            lambda tx: store.purge_due(tx, tx.now_ms // MS_PER_MINUTE, limit)
        )

    async def _compact(self, parts: JobContext) -> None:
        if self._owes_since_ms is not None:
            await parts.db.compact()
            self._owes_since_ms = None


def purges_overdue(parts: Context | JobContext, tx: ReadTransaction) -> int:
    """How many purges are more than a minute late; while there are any, no new chat begins."""
    return parts.services.get(Purger).overdue(tx)


def _forget(parts: JobContext, tx: WriteTransaction, box16: bytes) -> None:
    owners = parts.services.get(BoxOwners)
    ticket16 = owners.ticket_of(tx, box16)
    if ticket16 is not None:
        letter_store.delete_letters_of(tx, ticket16)
    for owner in owners.all:
        owner.purged(tx, box16)
    store.delete_box(tx, box16)
    tx.announce(relay.topic(box16), box16)
