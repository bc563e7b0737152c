"""Retention: what has to be gone, goes on time, and everybody can see that it does.

Tables: none of its own; the deadlines lie in the rows of `boxes` and `live`. Commands: none.
`/healthz` says when the last purge ran, whether one failed, and how many are overdue; while one is
overdue, no new chat begins (room `live`).
"""

from __future__ import annotations

from collections.abc import Mapping

from e2e_server.features.boxes import Purger, purges_overdue
from e2e_server.kernel.context import JobContext
from e2e_server.kernel.slices import Job, Slice

SWEEP_EVERY_S = 20


class _LastRun:
    """When the sweep last came through to its end."""

    def __init__(self) -> None:
        self.purger = Purger()
        self.ended_ms = 0


async def _start(parts: JobContext) -> None:
    parts.services.put(_LastRun, _LastRun())


async def _sweep(parts: JobContext) -> None:
    last = parts.services.get(_LastRun)
    purged = await last.purger.run(parts)
    last.ended_ms = parts.clock.now_ms()
    if purged:
        parts.oplog.note("purged", boxes=purged)


async def _health(parts: JobContext) -> Mapping[str, int]:
    last = parts.services.get(_LastRun)
    return {
        "purge_last_run_ms": last.ended_ms,
        "purge_next_run_ms": last.ended_ms + SWEEP_EVERY_S * 1000 if last.ended_ms else 0,
        "purge_overdue": await parts.db.read(purges_overdue),
        "purge_owes_emptying": int(last.purger.owes_emptying),
    }


SLICE = Slice(
    name="retention",
    jobs=(Job(name="retention.purge", run=_sweep, every_s=SWEEP_EVERY_S),),
    start=_start,
    health=_health,
)
