"""The only door to time; everything else takes a clock or a moment as a parameter."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

MS_PER_S = 1_000
MS_PER_MINUTE = 60 * MS_PER_S
MS_PER_HOUR = 60 * MS_PER_MINUTE
MS_PER_DAY = 24 * MS_PER_HOUR


class Clock(Protocol):
    """Tells the time and waits; tests have one that moves only when told."""

    def now_ms(self) -> int:
        """Return ms since epoch, UTC."""
        ...

    async def sleep(self, duration_ms: int) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        """Return ms since epoch, UTC."""
        return time.time_ns() // 1_000_000

    async def sleep(self, duration_ms: int) -> None:
        """Wait in real time."""
        await asyncio.sleep(duration_ms / MS_PER_S)


def hour_of(now_ms: int) -> int:
    """Return the hour since epoch in which `now_ms` lies: all that most tables may know."""
    return now_ms // MS_PER_HOUR
