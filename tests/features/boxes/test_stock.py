"""How much is held of a box, to whom it is told, and that it is exact to the byte."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from crypto.wire import boxes, live
from crypto.wire.boxes import BoxState
from crypto.wire.errors import ErrorCode
from tests.helpers.livecast import HOUR_MS, Counsellor, House, Seeker, e1, house, new_cap
from tests.helpers.organisation import seed

POST_ONLY = seed("may only post")


@asynccontextmanager
async def chatting(folder: Path) -> AsyncIterator[tuple[House, Counsellor, Seeker]]:
    """A running chat between Sam and Anna, and another one that must not count."""
    async with house(folder) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        tom = await home.chat(anna, "Tom")
        await tom.post("elsewhere")
        yield home, anna, await home.chat(anna, "Sam")


async def test_a_box_counts_what_is_held(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (home, anna, sam):
        stock = boxes.BoxStock(box16=sam.box16)
        first = sam.commit_command(bytes(16)).e1
        sizes = [len(first)]
        for name, bucket in (("one", 256), ("two", 1024), ("three", 256)):
            await sam.post(name, bucket=bucket)
            sizes.append(len(e1(sam.box16, sam.kid, name, bucket)))
        found = await sam.client.call(stock, sam.box_cap)
        assert found == boxes.BoxStockReply(
            envelopes=4,
            envelope_bytes=sum(sizes),
            caps=2,
            state=BoxState.OPEN,
            closes_hour=home.server.clock.now_ms() // HOUR_MS + 8,
            purge_minute=0,
        )
        assert await anna.client.call(stock, anna.cap_of(sam)) == found
        # What cannot be read back counts as little as what was never taken.
        await sam.post("three")
        assert await sam.client.call(stock, sam.box_cap) == found


async def test_after_the_close_it_names_the_minute_of_the_purge(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (home, anna, sam):
        closed = await sam.client.call(sam.close_command(), sam.box_cap)
        stock = boxes.BoxStock(box16=sam.box16)
        found = await anna.client.call(stock, anna.cap_of(sam))
        assert (found.state, found.purge_minute) == (BoxState.CLOSED, closed.purge_minute)
        # The seeker's capability went with the close.
        assert (found.envelopes, found.caps) == (2, 1)
        assert await sam.client.refusal(stock, sam.box_cap) is ErrorCode.UNKNOWN
        await home.elapse(48 * HOUR_MS)
        assert await anna.client.refusal(stock, anna.cap_of(sam)) is ErrorCode.UNKNOWN


async def test_only_readers_of_this_box_are_told(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (home, anna, sam):
        stock = boxes.BoxStock(box16=sam.box16)
        for cap in (seed("box cap Tom"), seed("nobody's")):
            assert await sam.client.refusal(stock, cap) is ErrorCode.UNKNOWN
        nowhere = boxes.BoxStock(box16=seed("no box", 16))
        assert await sam.client.refusal(nowhere, sam.box_cap) is ErrorCode.UNKNOWN
        uma = await home.seeker("Uma")
        await anna.accept(uma)
        await uma.ticket(live.Confirm())
        caps = (new_cap(0, uma.box_cap, 31), new_cap(1, POST_ONLY, 2))
        await uma.ticket(uma.create_command(caps=caps))
        blind = boxes.BoxStock(box16=uma.box16)
        assert await uma.client.refusal(blind, POST_ONLY) is ErrorCode.FORBIDDEN
        assert (await uma.client.call(blind, uma.box_cap)).caps == 2
