"""Looks into the database that are shared by all who were woken for the same reason."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SharedLooks(Generic[K, V]):
    """Looks by key; those who ask for the same in one turn of the event loop share one look.

    One announcement wakes every reader of its topic in the same turn. Nobody joins a look that has
    begun: it might miss what they were woken for.
    """

    def __init__(self, read: Callable[[K], Awaitable[V]]) -> None:
        self._read = read
        self._planned: dict[K, asyncio.Future[V | None]] = {}

    async def look(self, key: K) -> V:
        """Return what `read` finds for this key from now on."""
        planned = self._planned.get(key)
        if planned is not None:
            # None: whoever planned it went away or failed.
            found = await asyncio.shield(planned)
            return await self._read(key) if found is None else found
        planned = self._planned[key] = asyncio.get_running_loop().create_future()
        try:
            try:
                await asyncio.sleep(0)
            finally:
                del self._planned[key]
            news = await self._read(key)
            planned.set_result(news)
            return news
        finally:
            if not planned.done():
                planned.set_result(None)
