"""Work that outlives its connection: owned tasks, awaited at the end, failures noted."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from e2e_server.kernel.oplog import OpLog


class Background:
    """Runs what a closing connection leaves to do; `close` waits for all of it."""

    def __init__(self, oplog: OpLog) -> None:
        self._oplog = oplog
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Start `work` now; what it raises is noted and harms nobody else."""
        task = asyncio.get_running_loop().create_task(self._guard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Wait until everything has ended; idempotent."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            self._oplog.fault("background_failed", error)
