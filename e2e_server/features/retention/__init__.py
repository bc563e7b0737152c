"""Retention: what has to be gone, goes on time, and everybody can see that it does.

Tables: retention_tombs, retention_days; the deadlines lie in the rows of `boxes` and `live`.
Commands: none; GET /log/deletions/<day> is the public list of a day, whose root the log holds.
What the server learns: nothing new; of a purged box it keeps a hash and the hour.
`/healthz` says when the last purge ran, whether it has stopped, how many are overdue, and of how
many days the log lacks the list; while a purge is overdue, no new chat begins (room `live`).
"""

from __future__ import annotations

from collections.abc import Mapping

from e2e_server.features.boxes import Purger, Registrar, purges_overdue, reconcile_shares
from e2e_server.features.retention import daybook, http
from e2e_server.kernel.clock import MS_PER_MINUTE, MS_PER_S
from e2e_server.kernel.context import JobContext
from e2e_server.kernel.slices import Job, Route, Slice

SWEEP_EVERY_S = 20
DAYS_EVERY_S = 60
# So long without a sweep that came through, and it has stopped, even if nothing is due.
STALLED_MS = 10 * MS_PER_MINUTE


class _LastRun:
    """When the sweep last came through to its end."""

    def __init__(self) -> None:
        self.ended_ms = 0


async def _start(parts: JobContext) -> None:
    """Compare boxes and shares, once every room above has said which boxes are its own."""
    parts.services.put(_LastRun, _LastRun())
    parts.services.put(Registrar, daybook.Daybook())
    await daybook.begin(parts)
    await reconcile_shares(parts)


async def _sweep(parts: JobContext) -> None:
    purged = await parts.services.get(Purger).run(parts)
    parts.services.get(_LastRun).ended_ms = parts.clock.now_ms()
    if purged:
        parts.oplog.note("purged", boxes=purged)


async def _health(parts: JobContext) -> Mapping[str, int]:
    ended_ms = parts.services.get(_LastRun).ended_ms
    return {
        "purge_last_run_ms": ended_ms,
        "purge_next_run_ms": ended_ms + SWEEP_EVERY_S * MS_PER_S if ended_ms else 0,
        "purge_stalled": int(0 < ended_ms < parts.clock.now_ms() - STALLED_MS),
        "purge_overdue": await parts.db.read(lambda tx: purges_overdue(parts, tx)),
        "purge_owes_overwriting": int(parts.services.get(Purger).owes_overwriting),
        "purge_owes_compaction": int(parts.services.get(Purger).owes_compaction),
        "deletions_overdue": await daybook.overdue(parts),
    }


SLICE = Slice(
    name="retention",
    jobs=(
        Job(name="retention.purge", run=_sweep, every_s=SWEEP_EVERY_S),
        Job(name="retention.days", run=daybook.close_days, every_s=DAYS_EVERY_S),
    ),
    routes=(Route(method="GET", path="/log/deletions/{day}", run=http.get_list),),
    start=_start,
    health=_health,
)
