"""A clock that moves only when told; the server's time in tests."""

from __future__ import annotations

import asyncio

from tests.helpers.organisation import NOW_MS


class FakeClock:
    """`clock.elapse(ms)` moves it and wakes whoever sleeps until then, from any thread."""

    def __init__(self, now_ms: int = NOW_MS) -> None:
        self._now_ms = now_ms
        self._sleepers: list[tuple[int, asyncio.Future[None]]] = []

    def now_ms(self) -> int:
        """Return the present moment."""
        return self._now_ms

    @property
    def sleeping(self) -> int:
        """Return how many wait."""
        return len(self._sleepers)

    async def sleep(self, duration_ms: int) -> None:
        """Wait until the clock has been moved far enough."""
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now_ms + duration_ms, woken))
        await woken

    def elapse(self, duration_ms: int) -> None:
        """Move the clock forward."""
        self._now_ms += duration_ms
        due = [one for one in self._sleepers if one[0] <= self._now_ms]
        self._sleepers = [one for one in self._sleepers if one[0] > self._now_ms]
        for _, woken in due:
            woken.get_loop().call_soon_threadsafe(_wake, woken)

    def set_back(self, duration_ms: int) -> None:
        """Move the clock backwards, as an operator or a bad time server would."""
        self._now_ms -= duration_ms


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
