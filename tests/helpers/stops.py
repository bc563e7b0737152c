"""A device stops at any request, each time in a scene that begins alike.

beginning = await beginning_of(cast)        # what lies on the server's disk now
with watched(cast, relay) as asked: ...     # once to the end
for at in places(asked):
    await beginning.again()                 # as it was then, and nobody is on the line
    async with falls_over(relay, at): ...
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from clientlib.relay import RelayClient
from crypto.wire.base import Command
from e2e_server.storage.sqlite import SqliteDatabase
from tests.helpers import atrest
from tests.helpers.actors import Cast


@dataclass(frozen=True, slots=True)
class Beginning:
    """One moment of a server; people who have signed in before go on with their sign-in."""

    cast: Cast
    folder: Path
    now_ms: int

    async def again(self) -> None:
        """Go back to it: what happened since weighs on nothing that comes."""
        server = self.cast.server
        await self.cast.close()
        await server.stop()
        atrest.put_back(self.folder, server.settings)
        server.clock.set_back(server.clock.now_ms() - self.now_ms)
        await server.start()


async def beginning_of(cast: Cast) -> Beginning:
    """Hang up and keep this moment, below the test's own folder."""
    server = cast.server
    folder = server.settings.data_dir.parent / f"beginning-{server.clock.now_ms()}"
    await cast.close()
    await server.stop()
    atrest.put_by(server.settings, folder)
    await server.start()
    return Beginning(cast, folder, server.clock.now_ms())


class Asked(list[str]):
    """What a line asked by name, and at which of it the relay wrote something."""

    def __init__(self) -> None:
        self.changing: set[int] = set()


@contextmanager
def watched(cast: Cast, relay: RelayClient) -> Iterator[Asked]:
    """Note what a line asks; as `counted`, to learn where to stop."""
    real, asked = relay.request, Asked()

    async def request(command: Command[Any], credential: bytes = b"") -> Any:
        at, before = len(asked), _written(cast)
        asked.append(command.META.name)
        reply = await real(command, credential)
        if _written(cast) != before:
            asked.changing.add(at)
        return reply

    with mock.patch.object(relay, "request", request):
        yield asked


def places(asked: Asked) -> list[int]:
    """Where to stop: at the first request, the last, and each for which the relay wrote something.

    Between two that only read nothing differs: the relay is as before, and the device forgets.
    """
    assert asked.changing, "nothing was done"
    return sorted({0, *asked.changing, len(asked) - 1})


def _written(cast: Cast) -> int:
    db = cast.server.relay.parts.db
    assert isinstance(db, SqliteDatabase)
    return db.counters.units
