"""Who hears what, and in which order: readers, reconnects, fleeting, letters."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from crypto.wire import boxes, live
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.boxes.outside import PAGE_BYTES, page_of
from tests.features.boxes.test_rules import chatting
from tests.helpers.livecast import HOUR_MS, WEEK_MS, e1, e2, house, settled, told
from tests.helpers.organisation import Person


def numbers(events: list[boxes.EnvelopeStored]) -> list[int]:
    return [one.n for one in events]


async def test_each_connection_hears_each_envelope_once_in_order(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (home, anna, sam):
        await sam.client.call(boxes.Read(box16=sam.box16, start=2), sam.box_cap)

        async def talk(who: str, cap: bytes) -> None:
            client = await home.line()
            for i in range(25):
                await client.call(sam.post_command(f"{who} {i}"), cap)

        second = await home.line()
        heard: list[int] = []

        async def comes_and_goes() -> None:
            nonlocal second
            for _ in range(6):
                reply = await second.call(
                    boxes.Read(box16=sam.box16, start=len(heard) + 1), sam.box_cap
                )
                heard.extend(row.n for row in reply.rows)
                await settled(second)
                heard.extend(numbers(told(second, boxes.EnvelopeStored)))
                await second.close()
                second = await home.line()

        await asyncio.gather(
            talk("sam", sam.box_cap), talk("anna", anna.cap_of(sam)), comes_and_goes()
        )
        await settled(sam.client, anna.client)
        for client in (sam.client, anna.client):
            assert numbers(told(client, boxes.EnvelopeStored)) == list(range(2, 52))
        assert heard == list(range(1, len(heard) + 1))
        last = await second.call(boxes.Read(box16=sam.box16, start=len(heard) + 1), sam.box_cap)
        assert [*heard, *(row.n for row in last.rows)] == list(range(1, 52))


async def test_a_long_box_comes_in_pages_and_events_go_on_there(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (home, _anna, sam):
        for start in range(0, 240, 40):
            client = await home.line()
            for i in range(start, start + 40):
                await client.call(sam.post_command(f"{i}"), sam.box_cap)
        reader = await home.line()
        first = await reader.call(boxes.Read(box16=sam.box16, start=0), sam.box_cap)
        assert [row.n for row in first.rows] == list(range(1, 201))
        assert first.head_n == 241
        await settled(reader)
        assert told(reader, boxes.EnvelopeStored) == []
        rest = await reader.call(boxes.Read(box16=sam.box16, start=201), sam.box_cap)
        assert [row.n for row in rest.rows] == list(range(201, 242))
        await sam.post("newest")
        await settled(reader)
        assert numbers(told(reader, boxes.EnvelopeStored)) == [242]
        # Who does not read on is given the rest with the next envelope, in order, once.
        await reader.call(boxes.Read(box16=sam.box16, start=1), sam.box_cap)
        await sam.post("another")
        await settled(reader, reader, reader)
        assert numbers(told(reader, boxes.EnvelopeStored)) == list(range(201, 244))


def test_a_page_is_about_one_mebibyte_and_at_least_one_row() -> None:
    row = bytes(PAGE_BYTES // 2)
    assert len(page_of([(1, row), (2, row), (3, row)])) == 2
    assert page_of([(1, bytes(2 * PAGE_BYTES)), (2, b"")]) == [(1, bytes(2 * PAGE_BYTES))]
    assert page_of([]) == []


async def test_fleeting_is_fanned_out_and_never_stored(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (home, anna, sam):
        typing = e1(sam.box16, sam.kid, "typing", kind=3)
        await sam.client.call(boxes.Fleeting(box16=sam.box16, e3=typing), sam.box_cap)
        await settled(anna.client)
        assert [one.e3 for one in told(anna.client, boxes.FleetingSeen)] == [typing]
        assert [row.n for row in (await anna.read(sam)).rows] == [1]
        assert await home.rows("SELECT last_n FROM boxes_boxes") == [(1,)]
        await anna.client.call(sam.close_command(), anna.cap_of(sam))
        again = boxes.Fleeting(box16=sam.box16, e3=typing)
        assert await sam.client.refusal(again, sam.box_cap) is ErrorCode.UNKNOWN


async def test_letters_are_for_the_owner_of_the_key(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        await anna.on_duty()
        mine = boxes.InboxRead(inbox16=anna.inbox16, start=0)
        assert (await anna.client.call(mine)).letters == ()
        sam = await home.seeker("Sam")
        await anna.accept(sam)
        await sam.begins(anna.inbox16)
        await settled(anna.client)
        assert [one.inbox16 for one in told(anna.client, boxes.LetterStored)] == [anna.inbox16]
        (stored,) = (await anna.client.call(mine)).letters
        assert stored.ticket16 == sam.ticket16
        # A colleague neither reads nor deletes it, nor does a seeker.
        delete = boxes.LetterDelete(inbox16=anna.inbox16, letter=stored.letter)
        for command in (mine, delete):
            assert await berta.client.refusal(command) is ErrorCode.FORBIDDEN
            assert await sam.client.refusal(command) is ErrorCode.UNAUTHORISED
        note = boxes.LetterSend(e2=e2(anna.inbox16, "from Berta"))
        assert await sam.client.refusal(note) is ErrorCode.UNAUTHORISED
        await berta.client.call(note)
        await berta.client.call(note)
        letters = (await anna.client.call(mine)).letters
        assert [one.ticket16 for one in letters] == [sam.ticket16, b""]
        own = boxes.LetterDelete(inbox16=berta.inbox16, letter=stored.letter)
        await berta.client.call(own)
        assert len((await anna.client.call(mine)).letters) == 2
        await anna.client.call(delete)
        await anna.client.call(delete)
        (left,) = (await anna.client.call(mine)).letters
        assert left.e2 == note.e2
        for raw in (e1(anna.inbox16, bytes(8), "no letter", 2048), e2(anna.inbox16, "x", 1000)):
            refused = await berta.client.refusal(boxes.LetterSend(e2=raw))
            assert refused is ErrorCode.MALFORMED
        assert berta.person == Person("Berta")


async def test_letters_end_after_thirty_days(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        berta = await home.counsellor("Berta")
        await berta.client.call(boxes.LetterSend(e2=e2(bytes(16), "old")))
        await home.elapse(4 * WEEK_MS + 48 * HOUR_MS)
        assert len(await home.rows("SELECT 1 FROM boxes_letters")) == 1
        await home.elapse(HOUR_MS)
        assert await home.rows("SELECT 1 FROM boxes_letters") == []


async def test_an_inbox_comes_in_pages(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        berta = await home.counsellor("Berta")
        for i in range(10):
            note = boxes.LetterSend(e2=e2(berta.inbox16, f"note {i}", 128 * 1024))
            await berta.client.call(note)
        seen: list[int] = []
        while page := (
            await berta.client.call(
                boxes.InboxRead(inbox16=berta.inbox16, start=seen[-1] + 1 if seen else 0)
            )
        ).letters:
            assert len(page) < 10
            seen += [one.letter for one in page]
        assert len(seen) == 10 == len(set(seen))
        assert told(berta.client, live.QueueRowChanged) == []


async def test_a_full_disk_refuses_loses_nothing_and_goes_on(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (home, anna, sam):
        db: Any = home.server.relay.parts.db

        async def limit(pages: int) -> None:
            await db._writer.call(
                lambda c: c.execute(f"PRAGMA max_page_count = {pages}").fetchall()
            )

        (pages,) = await db._writer.call(lambda c: c.execute("PRAGMA page_count").fetchone())
        await limit(pages + 20)
        numbered: list[int] = []
        refused = None
        for i in range(60):
            command = boxes.Post(box16=sam.box16, e1=e1(sam.box16, sam.kid, f"{i}", 16 * 1024))
            try:
                numbered.append((await sam.client.call(command, sam.box_cap)).n)
            except WireError as error:
                refused = (i, error.code)
                break
        assert refused == (len(numbered), ErrorCode.STORAGE)
        assert numbered == list(range(2, len(numbered) + 2))
        # Everything that was acknowledged can be read; reading needs no room.
        assert (await anna.read(sam)).head_n == numbered[-1]
        await limit(2**30)
        again = boxes.Post(box16=sam.box16, e1=e1(sam.box16, sam.kid, f"{refused[0]}", 16 * 1024))
        assert (await sam.client.call(again, sam.box_cap)).n == numbered[-1] + 1
        await settled(anna.client)
        assert numbers(told(anna.client, boxes.EnvelopeStored))[-1] == numbered[-1] + 1
