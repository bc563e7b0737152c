"""Regular work: APScheduler triggers, the rooms' rows hold the deadlines.

A job that fails is noted and tried again at its next turn; none runs twice at once. At start-up all
run once, before anybody is served, so that downtime is caught up with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from e2e_server.kernel.context import JobContext
from e2e_server.kernel.slices import Job


class Jobs:
    """Runs jobs; without `start` they run only when told, as tests want it."""

    def __init__(self, jobs: Sequence[Job], parts: JobContext) -> None:
        self._jobs = tuple(jobs)
        self._parts = parts
        self._locks = {job.name: asyncio.Lock() for job in self._jobs}
        self._failing: set[str] = set()
        self._scheduler: AsyncIOScheduler | None = None

    @property
    def failing(self) -> int:
        """Return how many jobs failed at their last run."""
        return len(self._failing)

    async def run_all(self) -> None:
        """Run every job once, in the order of the rooms."""
        for job in self._jobs:
            await self._run(job)

    def start(self) -> None:
        """Trigger the jobs regularly from now on."""
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for job in self._jobs:
            self._scheduler.add_job(
                self._run,
                IntervalTrigger(seconds=job.every_s, timezone="UTC"),
                args=(job,),
                name=job.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        self._scheduler.start()

    async def close(self) -> None:
        """Trigger nothing more and wait for what runs; idempotent."""
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            scheduler.remove_all_jobs()
            for lock in self._locks.values():
                async with lock:
                    pass
            scheduler.shutdown(wait=False)

    async def _run(self, job: Job) -> None:
        async with self._locks[job.name]:
            try:
                await job.run(self._parts)
                self._failing.discard(job.name)
            except Exception as error:
                self._failing.add(job.name)
                self._parts.oplog.fault("job_failed", error, job=job.name)
