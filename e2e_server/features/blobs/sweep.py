"""What ends by itself: uploads after an hour, blobs with their box, files and rows left alone.

A file is deleted before its row, except where somebody may still be writing to it; so a crash
leaves a row that finds its file, or a file that the hourly comparison finds.
"""

from __future__ import annotations

from dataclasses import dataclass

from e2e_server.blobstore.port import BlobStore
from e2e_server.features.blobs import store
from e2e_server.features.blobs.store import BlobRow
from e2e_server.features.boxes import BoxContents, is_box
from e2e_server.kernel.clock import MS_PER_MINUTE
from e2e_server.kernel.context import JobContext
from e2e_server.storage.port import ReadTransaction, WriteTransaction

# Where more than this is missing, the folder is likelier the wrong one than the rows are.
FREE_ROWS = 10
FREE_PART = 20


class Comparison:
    """What the last comparison of rows and files has found.

    `orphans`: files without a row, rows without a box or a file, all of which it has deleted;
    `lost`: committed rows without a file that wait for the operator; `strange`: files that are no
    blobs, left alone.
    """

    def __init__(self) -> None:
        self.orphans = 0
        self.lost = 0
        self.strange = 0


class BlobContents(BoxContents):
    """The blobs of a box, for its purge."""

    async def delete(self, parts: JobContext, box16: bytes) -> None:
        """Delete files and rows of a box; can be repeated after a crash between two of them."""
        for found in await parts.db.read(lambda tx: store.of_box(tx, box16)):
            await _store_of(parts).delete(found.key16)
            await _forget(parts, found)


async def drop_unfinished(parts: JobContext) -> None:
    """Drop uploads that were begun an hour ago and never committed."""

    def work(tx: WriteTransaction) -> list[BlobRow]:
        found = store.expired(tx, tx.now_ms // MS_PER_MINUTE)
        for one in found:
            store.delete(tx, one.blob)
        return found

    while found := await parts.db.write(work):
        for one in found:
            await _store_of(parts).delete(one.key16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Files without a row, rows of boxes that are no more, committed rows without a file."""

    files: tuple[bytes, ...]
    boxless: tuple[BlobRow, ...]
    lost: tuple[BlobRow, ...]
    rows: int

    @property
    def is_large(self) -> bool:
        """More lost rows than ten, and than one in twenty."""
        return len(self.lost) > FREE_ROWS and len(self.lost) * FREE_PART > self.rows


async def compare(parts: JobContext) -> None:
    """Bring rows and files together, after a crash or a restored copy."""
    before = await parts.db.read(store.everything)
    files = await _store_of(parts).stored()
    # A row stands before its file is written: what has none now never will.
    after, living = await parts.db.read(_rows_and_boxes)
    keys = {one.key16 for one in after}
    stored = {one.key for one in files if one.committed}
    still = {one.blob for one in after}
    difference = Difference(
        files=tuple(one.key for one in files if one.key not in keys),
        boxless=tuple(one for one in after if one.box16 not in living),
        lost=tuple(
            one
            for one in before
            if one.is_committed and one.blob in still and one.key16 not in stored
        ),
        rows=len(after),
    )
    await _mend(parts, difference)


async def _mend(parts: JobContext, found: Difference) -> None:
    for key in found.files:
        await _store_of(parts).delete(key)
    for one in found.boxless:
        await _store_of(parts).delete(one.key16)
        await _forget(parts, one)
    lost = () if found.is_large else found.lost
    for one in lost:
        await _forget(parts, one)
    comparison = parts.services.get(Comparison)
    comparison.orphans = len(found.files) + len(found.boxless) + len(lost)
    comparison.lost = len(found.lost) - len(lost)
    comparison.strange = await _store_of(parts).strangers()
    if found.files or found.boxless or found.lost:
        parts.oplog.note(
            "blobs_compared",
            files=len(found.files),
            boxless=len(found.boxless),
            lost=len(found.lost),
        )


def _rows_and_boxes(tx: ReadTransaction) -> tuple[list[BlobRow], set[bytes]]:
    rows = store.everything(tx)
    boxes = {one.box16 for one in rows}
    return rows, {box16 for box16 in boxes if is_box(tx, box16)}


async def _forget(parts: JobContext, found: BlobRow) -> None:
    await parts.db.write(lambda tx: store.delete(tx, found.blob))


def _store_of(parts: JobContext) -> BlobStore:
    return parts.services.get(BlobStore)  # type: ignore[type-abstract]  # a key
