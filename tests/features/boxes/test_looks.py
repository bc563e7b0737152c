"""Readers of one box who are woken together: one look into the database for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from crypto.wire.codec import encode_event
from crypto.wire.translog import LogGrown
from e2e_server.bus.local import LocalBus
from e2e_server.features.boxes.readers import BoxLooks
from e2e_server.kernel.connection import Connection, SharedEvent
from e2e_server.storage.port import Database, ReadTransaction
from tests.helpers.livecast import Seeker, house

T = TypeVar("T")


@asynccontextmanager
async def chat(folder: Path) -> AsyncIterator[tuple[Database, Seeker]]:
    """A relay's database and the seeker of a running chat in it."""
    async with house(folder) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        yield home.server.relay.parts.db, await home.chat(anna, "Sam")


class CountedReads:
    """A database that counts its reads, fails the first few, and answers while `answers` is set."""

    def __init__(self, db: Database, failing: int = 0) -> None:
        self.reads = 0
        self.begun = asyncio.Event()
        self.answers = asyncio.Event()
        self.answers.set()
        self._db = db
        self._failing = failing

    async def read(self, work: Callable[[ReadTransaction], T]) -> T:
        self.reads += 1
        if self.reads <= self._failing:
            raise OSError
        found = await self._db.read(work)
        # Only now: until it has read, what is posted meanwhile may be in it.
        self.begun.set()
        await self.answers.wait()
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


async def test_readers_at_the_same_place_share_a_look_and_its_bytes(tmp_path: Path) -> None:
    async with chat(tmp_path) as (db, sam):
        counted = CountedReads(db)
        looks = BoxLooks(counted)
        one, other, behind = await asyncio.gather(
            looks.look(sam.box16, 1), looks.look(sam.box16, 1), looks.look(sam.box16, 2)
        )
        assert counted.reads == 2
        assert one is other
        assert one.events[0].frame is other.events[0].frame
        assert len(behind.events) == len(one.events) - 1
        # It is over with its turn: who asks later looks anew.
        await looks.look(sam.box16, 1)
        assert counted.reads == 3


async def test_nobody_joins_a_look_that_has_begun(tmp_path: Path) -> None:
    async with chat(tmp_path) as (db, sam):
        counted = CountedReads(db)
        counted.answers.clear()
        looks = BoxLooks(counted)
        begun = asyncio.ensure_future(looks.look(sam.box16, 1))
        await counted.begun.wait()
        await sam.post("what the look that has begun may have missed")
        later = asyncio.ensure_future(looks.look(sam.box16, 1))
        counted.answers.set()
        assert len((await later).events) == len((await begun).events) + 1


async def test_a_look_that_fails_fails_only_for_whom_began_it(tmp_path: Path) -> None:
    async with chat(tmp_path) as (db, sam):
        looks = BoxLooks(CountedReads(db, failing=1))
        first, second = await asyncio.gather(
            looks.look(sam.box16, 1), looks.look(sam.box16, 1), return_exceptions=True
        )
        assert isinstance(first, OSError)
        assert not isinstance(second, BaseException)


@pytest.mark.parametrize("leaver", [0, 1])
async def test_who_goes_away_takes_nobody_along(tmp_path: Path, leaver: int) -> None:
    async with chat(tmp_path) as (db, sam):
        looks = BoxLooks(db)
        asking = [asyncio.ensure_future(looks.look(sam.box16, 1)) for _ in range(3)]
        await asyncio.sleep(0)
        asking[leaver].cancel()
        await asyncio.wait(asking)
        assert [one.cancelled() for one in asking] == [i == leaver for i in range(3)]


def test_a_shared_event_is_encoded_once_and_as_any_other() -> None:
    sent: list[bytes] = []
    connections = [Connection(LocalBus(), b"", sent.append) for _ in range(2)]
    event = LogGrown(size=3)
    shared = SharedEvent(event)
    for connection in connections:
        connection.send(shared)
    assert sent[0] == encode_event(event)
    assert sent[0] is sent[1]
