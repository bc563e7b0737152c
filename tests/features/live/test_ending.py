"""The end of a chat: either side, 180 minutes, the quick exit; numbers stay taken for 48 hours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import aiohttp

from crypto.wire import boxes, codec, live
from crypto.wire.base import Command, Done
from crypto.wire.boxes import BoxState, CloseReason
from crypto.wire.errors import ErrorCode
from crypto.wire.live import TicketReason, TicketState
from tests.helpers.livecast import (
    HOUR_MS,
    MINUTE_MS,
    WEEK_MS,
    House,
    Seeker,
    e1,
    house,
    row_of,
    settled,
    told,
)

CHAT_MS = 180 * MINUTE_MS
NEXT_KID = b"\x01" * 8


async def over_http(home: House, command: Command[Done], credential: bytes) -> bytes:
    """Send what a page sends with its last breath; return the answer's frame."""
    frame = codec.encode_command(1, command, credential)
    url = f"{home.server.url}/api/command"
    async with aiohttp.ClientSession() as http, http.post(url, data=frame) as answer:
        assert answer.status == 200
        return await answer.read()


async def ticket_rows(home: House) -> list[tuple[object, ...]]:
    return await home.rows("SELECT number, state, cap_hash, offer, started_ms FROM live_tickets")


async def test_either_side_ends_it(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        for name, by_seeker in (("Sam", True), ("Tom", False)):
            seeker = await home.chat(anna, name)
            await seeker.client.call(boxes.Read(box16=seeker.box16, start=1), seeker.box_cap)
            told(anna.client, live.QueueRowChanged)
            client, cap = (
                (seeker.client, seeker.box_cap) if by_seeker else (anna.client, anna.cap_of(seeker))
            )
            done = await client.call(seeker.close_command(f"bye {name}"), cap)
            minute = -(-home.server.clock.now_ms() // MINUTE_MS)
            assert (done.close_minute, done.purge_minute) == (minute, minute + 48 * 60)
            await settled(seeker.client, anna.client)
            for one in (seeker.client, anna.client):
                last = told(one, boxes.EnvelopeStored)[-1]
                assert last.e1 == seeker.close_command(f"bye {name}").e1
                (closed,) = told(one, boxes.Closed)
                assert closed.reason == CloseReason.MESSAGE
            event = told(seeker.client, live.Ticket)[-1]
            assert (event.state, event.reason) == (TicketState.CLOSED, TicketReason.ENDED)
            # Nobody comes back: neither to the box nor to the ticket.
            assert await seeker.refused(live.TicketResume()) is ErrorCode.UNKNOWN
            assert await seeker.refused(seeker.create_command()) is ErrorCode.UNKNOWN
            read = boxes.Read(box16=seeker.box16, start=1)
            assert await seeker.client.refusal(read, seeker.box_cap) is ErrorCode.UNKNOWN
        rows = await ticket_rows(home)
        # The acceptance stays for the counsellor whose letter waits still.
        assert [(n, state, cap) for n, state, cap, _, _ in rows] == [
            (n, TicketState.CLOSED, None) for n in (1, 2)
        ]
        assert all(offer and started == 0 for *_, offer, started in rows)


async def test_the_180_minutes_end_it_to_the_millisecond(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        await anna.queue()
        # The box was made a while after "Jetzt chatten"; the clock counts from there all the same.
        tom = await home.seeker("Tom")
        await anna.accept(tom)
        await tom.ticket(live.Confirm())
        home.server.clock.elapse(CHAT_MS - 1)
        assert await sam.post("last word") == 2
        home.server.clock.elapse(1)
        assert await tom.refused(tom.create_command()) is ErrorCode.CLOSED
        late = sam.post_command("too late")
        assert await sam.client.refusal(late, sam.box_cap) is ErrorCode.CLOSED
        next_commit = e1(sam.box16, sam.kid, "next commit", 2048)
        for command in (
            sam.close_command(),
            boxes.Swap(box16=sam.box16, new_cap_hash=bytes(32)),
            boxes.Fleeting(box16=sam.box16, e3=e1(sam.box16, sam.kid, "typing", kind=3)),
            sam.commit_command(bytes(16), old_kid=sam.kid, new_kid=NEXT_KID, e1=next_commit),
        ):
            assert await sam.client.refusal(command, sam.box_cap) is ErrorCode.CLOSED
        await home.elapse(0)
        await settled(anna.client)
        (closed,) = told(anna.client, boxes.Closed)
        assert closed.reason == CloseReason.TIME_OVER
        row = row_of(sam.ticket16, told(anna.client, live.QueueRowChanged))
        assert (row.state, row.reason) == (TicketState.CLOSED, TicketReason.TIME_OVER)
        assert await sam.client.refusal(late, sam.box_cap) is ErrorCode.UNKNOWN


async def test_nobody_online_at_180_minutes_and_a_sweep_that_comes_late(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        ends_ms = home.server.clock.now_ms() + CHAT_MS
        await home.close_lines()
        await home.server.stop()
        home.server.clock.elapse(CHAT_MS + 7 * HOUR_MS)
        await home.server.start()
        # T9: the chat ended when it ended, not when somebody looked.
        (row,) = await home.rows(
            "SELECT state, reason, close_minute, purge_minute FROM boxes_boxes"
        )
        minute = -(-ends_ms // MINUTE_MS)
        assert row == (BoxState.CLOSED, CloseReason.TIME_OVER, minute, minute + 48 * 60)
        (ticket,) = await home.rows("SELECT deadline_ms FROM live_tickets")
        assert ticket == ((minute + 48 * 60) * MINUTE_MS,)
        anna = await home.signs_in("Anna")
        reply = await anna.read(sam)
        assert (reply.state, len(reply.rows)) == (BoxState.CLOSED, 1)
        await home.elapse(WEEK_MS)
        assert await home.rows("SELECT 1 FROM boxes_boxes") == []


async def test_a_running_chat_never_closes_for_silence(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        await home.close_lines()
        await home.quiet()
        for _ in range(17):
            await home.elapse(10 * MINUTE_MS)
        await home.restart()
        await sam.connects()
        assert (await sam.resumes()).state == TicketState.ACTIVE
        assert await sam.post("still here") == 2


async def test_the_quick_exit_in_every_state(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        await anna.queue()
        done = codec.encode_reply(1, Done())
        waiting = await home.seeker("Waiting")
        offered = await home.seeker("Offered")
        await anna.accept(offered)
        for one in (waiting, offered):
            assert await over_http(home, live.Withdraw(), one.ticket_cap) == done
            await settled(anna.client)
            row = row_of(one.ticket16, told(anna.client, live.QueueRowChanged))
            assert row.state == TicketState.GONE
        assert await home.rows("SELECT 1 FROM live_tickets") == []
        # Confirmed but without a box yet; with a box, by ticket; with a box, by its capability.
        confirmed = await home.seeker("Confirmed")
        await anna.accept(confirmed)
        await confirmed.ticket(live.Confirm())
        by_ticket, by_box = await home.chat(anna, "Ticket"), await home.chat(anna, "Box")
        leave = boxes.Leave(box16=by_box.box16)
        for one, command, cap in (
            (confirmed, live.Withdraw(), confirmed.ticket_cap),
            (by_ticket, live.Withdraw(), by_ticket.ticket_cap),
            (by_box, leave, by_box.box_cap),
        ):
            assert await over_http(home, command, cap) == done
            await settled(anna.client)
            row = row_of(one.ticket16, told(anna.client, live.QueueRowChanged))
            assert (row.state, row.reason) == (TicketState.CLOSED, TicketReason.LEFT)
        assert [one.reason for one in told(anna.client, boxes.Closed)] == [CloseReason.LEFT] * 2
        unknown = codec.encode_refusal(1, ErrorCode.UNKNOWN, 0)
        assert await over_http(home, leave, by_box.box_cap) == unknown


async def test_numbers_stay_taken_for_48_hours_across_restarts(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        boxless = await home.seeker("Boxless")
        await anna.accept(boxless)
        await boxless.ticket(live.Confirm())
        await boxless.ticket(live.Withdraw())
        await sam.client.call(sam.close_command(), sam.box_cap)
        await home.restart()
        home.server.clock.elapse(48 * HOUR_MS - 1)
        anna = await home.signs_in("Anna")
        await anna.on_duty()
        await home.elapse(0)
        assert (await home.seeker("Third")).number == 3
        await home.elapse(MINUTE_MS)
        assert [(await home.seeker(name)).number for name in ("Uma", "Vera")] == [1, 2]


async def test_a_restart_in_the_middle_of_a_chat(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        await sam.post("before")
        await home.restart()
        anna = await home.signs_in("Anna")
        assert [row.n for row in (await anna.read(sam)).rows] == [1, 2]
        await sam.connects()
        assert await sam.post("after") == 3
        await sam.post("own", cap=sam.box_cap)
        await settled(anna.client)
        assert [one.n for one in told(anna.client, boxes.EnvelopeStored)] == [3, 4]


async def test_resume_slots_live_in_memory_only(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await (await home.counsellor("Anna")).on_duty()
        sam = await home.seeker("Sam")
        slot = live.ResumePut(resume_id=b"\x05" * 32, version=7, sealed=b"sealed slot")
        get = live.ResumeGet(resume_id=slot.resume_id)
        assert await sam.client.refusal(slot, bytes(32)) is ErrorCode.UNKNOWN
        await sam.ticket(slot)
        assert (await sam.client.call(get)).sealed == b"sealed slot"
        await over_http(home, live.ResumeDrop(resume_id=slot.resume_id), b"")
        assert await sam.client.refusal(get) is ErrorCode.UNKNOWN
        # The last breath of a page that the phone takes down keeps what was just typed,
        # and may overtake what the page has sent before it on its line.
        await over_http(home, replace(slot, version=8, sealed=b"and the last word"), sam.ticket_cap)
        await sam.ticket(slot)
        kept = await sam.client.call(get)
        assert (kept.version, kept.sealed) == (8, b"and the last word")
        home.server.clock.elapse(10 * MINUTE_MS)
        assert await sam.client.refusal(get) is ErrorCode.UNKNOWN
        # After the end nobody keeps anything.
        await sam.ticket(live.Withdraw())
        assert await sam.refused(slot) is ErrorCode.UNKNOWN


async def test_a_stranger_cannot_end_a_chat(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam, tom = await home.chat(anna, "Sam"), await home.seeker("Tom")
        for command in (sam.close_command(), boxes.Leave(box16=sam.box16)):
            for cap in (tom.box_cap, tom.ticket_cap, sam.ticket_cap):
                assert await tom.client.refusal(command, cap) is ErrorCode.UNKNOWN
        assert await stranger_ids(tom) == []
        assert await sam.post("goes on") == 2


async def stranger_ids(tom: Seeker) -> list[object]:
    """Return what a waiting seeker has heard about others: nothing names them."""
    await settled(tom.client)
    return [one for one in tom.client.events if not isinstance(one, live.Ticket)]
