"""Boxes and the keeper's shares compared at start-up (protocol section 1).

After a crash between two steps, or when either side was put back from an older copy, a share may
have no box or a box no share. The first is dropped once it is an hour old, the second cannot be
read by anybody and is purged. Where that would touch much, an operator decides: most likely the
wrong copy was put back, and deleting would make that final.
"""

from __future__ import annotations

from dataclasses import dataclass

from e2e_server.features.boxes import store
from e2e_server.features.boxes.purge import Purger
from e2e_server.keeper.port import HeldShare, Keeper, share_key
from e2e_server.kernel.clock import hour_of
from e2e_server.kernel.consent import Consent, is_large
from e2e_server.kernel.context import JobContext

PAGE_SHARES = 1_000
# The hour of a share is rounded down: only two hours later it is certainly one hour old.
ORPHAN_HOURS = 2
CONSENT_FILE = "allow-sweep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one side has and the other has not."""

    orphans: tuple[bytes, ...]  # share keys
    unreadable: tuple[bytes, ...]  # box ids
    rows: int  # of the larger side

    @property
    def touched(self) -> int:
        """How many rows a sweep would delete."""
        return len(self.orphans) + len(self.unreadable)

    @property
    def is_large(self) -> bool:
        """Tell whether an operator has to say yes first."""
        return is_large(self.touched, self.rows)


def compare(boxes: list[bytes], shares: list[HeldShare], now_hour: int) -> Difference:
    """Find shares without a box, an hour old, and boxes without a share."""
    by_key = {share_key(box16): box16 for box16 in boxes}
    held = {share.share_key for share in shares}
    orphans = tuple(
        share.share_key
        for share in shares
        if share.share_key not in by_key and share.created_hour + ORPHAN_HOURS <= now_hour
    )
    unreadable = tuple(box16 for key, box16 in by_key.items() if key not in held)
    return Difference(orphans=orphans, unreadable=unreadable, rows=max(len(boxes), len(shares)))


async def reconcile_shares(parts: JobContext) -> None:
    """Bring the two sides together; StartError where an operator has to say yes first."""
    # Shares first: a box that comes into being meanwhile has its share already.
    shares = await _all_shares(parts.keeper)
    boxes = await parts.db.read(store.box_ids)
    found = compare(boxes, shares, hour_of(parts.clock.now_ms()))
    consent = Consent(parts.settings.data_dir, CONSENT_FILE)
    if found.is_large:
        consent.need(
            f"{len(found.unreadable)} conversations have lost their share and"
            f" {len(found.orphans)} shares their conversation, of {found.rows}"
        )
    if not found.touched:
        return
    await parts.keeper.share_drop_keys(found.orphans)
    for box16 in found.unreadable:
        await parts.services.get(Purger).purge(parts, box16)
    consent.spend()
    parts.oplog.note("reconciled", shares=len(found.orphans), boxes=len(found.unreadable))


async def _all_shares(keeper: Keeper) -> list[HeldShare]:
    found: list[HeldShare] = []
    while page := await keeper.share_list(found[-1].share_key if found else b"", PAGE_SHARES):
        found += page
    return found
