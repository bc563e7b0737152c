"""Blobs: sealed attachments of boxes, as padded bytes nobody here can open.

Tables: blobs_blobs, blobs_parts; the bytes lie in the blob store under keys of our own. Commands
and paths: crypto/wire/blobs.py. What the server learns: that a box has a file, its padded size, how
many parts, the hour. Never its name, its type, who sent it, or who fetched it.
"""

from __future__ import annotations

from collections.abc import Mapping

from e2e_server.features.blobs import handlers, http, sweep
from e2e_server.features.boxes import BoxOwners
from e2e_server.kernel.context import JobContext
from e2e_server.kernel.slices import Job, Route, Slice

__all__ = ["SLICE"]

SWEEP_EVERY_S = 30
COMPARE_EVERY_S = 3_600


async def _start(parts: JobContext) -> None:
    parts.services.put(sweep.Comparison, sweep.Comparison())
    parts.services.get(BoxOwners).contents.append(sweep.BlobContents())


async def _health(parts: JobContext) -> Mapping[str, int]:
    found = parts.services.get(sweep.Comparison)
    return {
        "blobs_orphans": found.orphans,
        "blobs_lost": found.lost,
        "blobs_strange": found.strange,
    }


SLICE = Slice(
    name="blobs",
    handlers=(handlers.commit, handlers.forget, handlers.blob_stock),
    jobs=(
        Job(name="blobs.sweep", run=sweep.drop_unfinished, every_s=SWEEP_EVERY_S),
        Job(name="blobs.compare", run=sweep.compare, every_s=COMPARE_EVERY_S),
    ),
    routes=(
        Route(method="PUT", path="/blob/{box16}/{blob16}/{part}", run=http.put_part),
        Route(method="GET", path="/blob/{box16}/{blob16}", run=http.get_blob),
    ),
    start=_start,
    health=_health,
)
