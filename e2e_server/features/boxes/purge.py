"""The physical end of a box (protocol section 8): share first, then rows, then what they leave.

Every step can be repeated: a crash between any two leaves a box that is still due, and the next
sweep goes on. Once the share is gone nobody can read the box, whatever copies exist. The row of the
box goes in the transaction that enters its tomb, so each box leaves exactly one.
"""

from __future__ import annotations

from crypto import chain
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.blobstore.port import BlobError
from e2e_server.features.boxes import letter_store, relay, store
from e2e_server.features.boxes.owner import BoxOwners, Registrar
from e2e_server.features.translog import log_of
from e2e_server.keeper.port import KeeperError
from e2e_server.kernel.clock import MS_PER_HOUR, MS_PER_MINUTE
from e2e_server.kernel.context import Context, JobContext
from e2e_server.storage.port import ReadTransaction, StorageError, WriteTransaction

# Small steps keep the writer free for messages.
STEP_ROWS = 100
# A compaction takes about 7 ms for each MB: up to this size nobody notices it.
SMALL_BYTES = 4 * 1024 * 1024
# Hour of the day, UTC, in which a larger file is compacted.
QUIET_HOUR = 2
GRACE_MS = MS_PER_MINUTE


class Purger:
    """Purges what is due, and remembers what of it still has to be overwritten.

    Ciphertext is overwritten where it lies, see [Note: ciphertext in fixed slots], and is gone once
    the write-ahead log has been emptied: *owed* after every purge. Ids and hashes may leave stale
    copies in the gaps of pages, which only `Database.compact` removes; that stops writers, so a
    larger file waits for the night. A crash may lie between, so a new purger owes both, and its
    first run comes before anybody is served.
    """

    def __init__(self, now_ms: int) -> None:
        self._owes_since_ms: int | None = now_ms
        self._owes_compaction = True
        self._debts = 0
        self._has_run = False

    @property
    def owes_overwriting(self) -> bool:
        """Tell whether ciphertext of purged boxes may still lie on the disk."""
        return self._owes_since_ms is not None

    @property
    def owes_compaction(self) -> bool:
        """Tell whether ids of purged boxes may still lie on the disk."""
        return self._owes_compaction

    def owe(self, now_ms: int) -> None:
        """Remember that rows were deleted whose bytes have to leave the files too."""
        if self._owes_since_ms is None:
            self._owes_since_ms = now_ms
        self._owes_compaction = True
        self._debts += 1

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
        await self._overwrite(parts)
        if failures:
            raise next(iter(failures.values()))
        return purged

    async def purge(self, parts: JobContext, box16: bytes) -> None:
        """Delete one box: the keeper's share, envelopes, files, letters, ticket, capabilities."""
        self.owe(parts.clock.now_ms())
        await parts.keeper.share_drop(box16)
        while await parts.db.write(lambda tx: store.delete_envelopes(tx, box16, STEP_ROWS)):
            pass
        for contents in parts.services.get(BoxOwners).contents:
            await contents.delete(parts, box16)
        await parts.db.write(lambda tx: _forget(parts, tx, box16))

    def overdue(self, tx: ReadTransaction) -> int:
        """Return how many boxes should be gone by now; 1 when only bytes in the log should."""
        boxes = store.count_purge_due(tx, (tx.now_ms - GRACE_MS) // MS_PER_MINUTE)
        since = self._owes_since_ms
        return boxes or int(since is not None and since + GRACE_MS <= tx.now_ms)

    async def _due(self, parts: JobContext, failed: int) -> list[bytes]:
        limit = store.PURGE_PAGE_ROWS + failed
        return await parts.db.read(
            lambda tx: store.purge_due(tx, tx.now_ms // MS_PER_MINUTE, limit)
        )

    async def _overwrite(self, parts: JobContext) -> None:
        # What another room deletes meanwhile stays owed: it may have come too late for this.
        debts = self._debts
        if self._owes_since_ms is not None:
            await parts.db.checkpoint()
            if debts == self._debts:
                self._owes_since_ms = None
        if self._owes_compaction and await self._may_compact(parts):
            await parts.db.compact()
            self._owes_compaction = debts != self._debts
        self._has_run = True

    async def _may_compact(self, parts: JobContext) -> bool:
        is_night = parts.clock.now_ms() // MS_PER_HOUR % 24 == QUIET_HOUR
        return not self._has_run or is_night or await parts.db.size_bytes() <= SMALL_BYTES


def purges_overdue(parts: Context | JobContext, tx: ReadTransaction) -> int:
    """How many purges are more than a minute late."""
    return parts.services.get(Purger).overdue(tx)


def must_delete_in_time(context: Context, tx: ReadTransaction) -> None:
    """`purge_overdue` where what begins now might not be deleted when people are told."""
    if purges_overdue(context, tx) or log_of(context).differs():
        raise WireError(ErrorCode.PURGE_OVERDUE)


def _forget(parts: JobContext, tx: WriteTransaction, box16: bytes) -> None:
    found = store.box(tx, box16)
    if found is None:
        # Another process was faster, and has entered the tomb.
        return
    registrar = parts.services.get(Registrar)  # type: ignore[type-abstract]  # a key
    # Of one that was never closed, because its share was lost, the minute is 0.
    registrar.bury(tx, chain.tomb(box16, found.head, found.close_minute))
    owners = parts.services.get(BoxOwners)
    ticket16 = owners.ticket_of(tx, box16)
    if ticket16 is not None:
        letter_store.delete_letters_of(tx, ticket16)
    for owner in owners.all:
        owner.purged(tx, box16)
    store.delete_box(tx, box16)
    tx.announce(relay.topic(box16), box16)
