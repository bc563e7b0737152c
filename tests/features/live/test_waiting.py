"""In the queue: places, numbers, silence, return, portals; over the wire."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire import accounts, live, staff
from crypto.wire.errors import ErrorCode
from crypto.wire.live import TicketReason, TicketState
from e2e_server.features.live.queue import smallest_free
from tests.helpers.livecast import (
    HOUR_MS,
    MINUTE_MS,
    PORTAL16,
    SECOND_PORTAL16,
    WEEK_MS,
    Seeker,
    house,
    row_of,
    settled,
    told,
)

NO_TICKET = b"\x07" * 32


async def comes_back(seeker: Seeker) -> live.TicketResumeReply:
    await seeker.connects()
    return await seeker.resumes()


async def test_places_and_numbers_and_withdrawal(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        assert await anna.queue() == ()
        sam, tom, uma = [await home.seeker(name) for name in ("Sam", "Tom", "Uma")]
        assert [one.number for one in (sam, tom, uma)] == [1, 2, 3]
        assert (await tom.resumes()).ahead == 1
        await settled(anna.client)
        rows = told(anna.client, live.QueueRowChanged)
        assert [(one.row.number, one.row.state) for one in rows] == [(n, 1) for n in (1, 2, 3)]
        assert row_of(sam.ticket16, rows).key_hash == sam.key_hash
        told(uma.client, live.Ticket)

        await sam.ticket(live.Withdraw())
        await settled(anna.client, tom.client, uma.client)
        assert [one.ahead for one in told(uma.client, live.Ticket)] == [1]
        gone = told(anna.client, live.QueueRowChanged)
        assert row_of(sam.ticket16, gone).state == TicketState.GONE
        assert await sam.refused(live.Withdraw()) is ErrorCode.UNKNOWN
        assert await sam.refused(live.TicketResume()) is ErrorCode.UNKNOWN
        # Nothing of the request is left, and the number is free.
        assert await home.rows("SELECT number FROM live_tickets ORDER BY number") == [(2,), (3,)]
        assert (await home.seeker("Vera")).number == 1
        assert [row.number for row in await anna.queue()] == [2, 3, 1]


def test_the_smallest_free_number() -> None:
    assert [smallest_free(used) for used in ([], [1], [2], [1, 2, 4], [2, 3])] == [1, 2, 1, 3, 1]


async def test_a_repeated_request_gets_the_first_answer(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.seeker("Sam")
        first = sam.ticket16
        await sam.hangs_up()
        await sam.connects()
        await sam.waits()
        assert (sam.ticket16, sam.number) == (first, 1)
        # It is a device that has come back: its silence is over.
        assert await home.rows("SELECT deadline_ms FROM live_tickets") == [(0,)]
        stranger = dataclasses.replace(sam.wait_command(), cap_hash=bytes(32))
        assert await sam.client.refusal(stranger) is ErrorCode.CONFLICT


async def test_silence_rests_and_the_return_finds_the_old_place(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam, tom = await home.seeker("Sam"), await home.seeker("Tom")
        await sam.hangs_up()
        await home.elapse(10 * MINUTE_MS - 1)
        assert [row.state for row in await anna.queue()] == [TicketState.WAITING] * 2
        await home.elapse(1)
        rows = await anna.queue()
        assert [row.state for row in rows] == [TicketState.RESTING, TicketState.WAITING]
        assert rows[0].reason == TicketReason.SILENCE
        assert (await tom.resumes()).ahead == 0
        # Nobody accepts somebody who is away.
        assert await anna.client.refusal(anna.accept_command(sam)) is ErrorCode.WRONG_STATE
        back = await comes_back(sam)
        assert (back.state, back.ahead, back.number) == (TicketState.WAITING, 0, 1)
        assert (await tom.resumes()).ahead == 1
        # A device that is there is never silent.
        await home.elapse(11 * HOUR_MS)
        assert [row.state for row in await anna.queue()] == [TicketState.WAITING] * 2


async def test_a_second_line_of_the_same_device_is_no_silence(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await (await home.counsellor("Anna")).on_duty()
        sam = await home.seeker("Sam")
        old = sam.client
        await comes_back(sam)
        await old.close()
        await home.quiet()
        await settled(sam.client)
        await home.elapse(11 * MINUTE_MS)
        assert (await sam.resumes()).state == TicketState.WAITING
        assert [one.state for one in told(sam.client, live.Ticket)] in ([], [TicketState.WAITING])


async def test_twelve_hours_of_rest_end_the_request(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.seeker("Sam")
        await anna.queue()
        await sam.hangs_up()
        await home.elapse(10 * MINUTE_MS)
        await home.elapse(12 * HOUR_MS - 1)
        assert len(await home.rows("SELECT 1 FROM live_tickets")) == 1
        await sam.connects()
        # To the millisecond, also when the sweep has not come yet.
        home.server.clock.elapse(1)
        assert await sam.refused(live.TicketResume()) is ErrorCode.UNKNOWN
        await home.elapse(0)
        assert await home.rows("SELECT 1 FROM live_tickets") == []


async def test_a_restart_keeps_places_and_numbers_and_a_week_catches_up(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await (await home.counsellor("Anna")).on_duty()
        sam, tom = await home.seeker("Sam"), await home.seeker("Tom")
        await sam.ticket(live.Withdraw())
        await home.restart()
        assert (await comes_back(tom)).state == TicketState.WAITING
        assert tom.number == 2
        await (await home.signs_in("Anna")).on_duty()
        assert (await home.seeker("Uma")).number == 1
        await home.close_lines()
        await home.server.stop()
        home.server.clock.elapse(WEEK_MS)
        await home.server.start()
        assert await home.rows("SELECT 1 FROM live_tickets") == []


async def test_after_a_kill_everybody_is_away(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await (await home.counsellor("Anna")).on_duty()
        await home.seeker("Sam")
        # As a killed process leaves the rows: nobody noted that the line ended.
        await home.restart()
        await home.server.relay.parts.db.write(
            lambda tx: tx.run("UPDATE live_tickets SET deadline_ms = 0")
        )
        await home.restart()
        await home.elapse(10 * MINUTE_MS)
        states = await home.rows("SELECT state FROM live_tickets")
        assert states == [(TicketState.RESTING,)]


async def test_the_last_one_leaves_and_the_place_is_kept(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        await anna.on_duty()
        await berta.on_duty()
        sam = await home.seeker("Sam")
        await anna.on_duty(on=0)
        await settled(sam.client)
        assert told(sam.client, live.Ticket) == []
        await berta.on_duty(on=0)
        await settled(sam.client)
        (closed,) = told(sam.client, live.Ticket)
        assert (closed.portal_open, closed.state) == (0, TicketState.WAITING)
        assert (await sam.resumes()).portal_open == 0
        tom = Seeker(home, "Tom")
        await tom.connects()
        assert await tom.client.refusal(tom.wait_command()) is ErrorCode.PORTAL_CLOSED
        # A repeat of what has a place already is no new request.
        await sam.waits()
        await anna.on_duty()
        await settled(sam.client)
        (opened,) = told(sam.client, live.Ticket)
        assert (opened.portal_open, opened.ahead) == (1, 0)


async def test_two_portals_are_two_queues(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty(PORTAL16)
        sam = await home.seeker("Sam")
        tom = Seeker(home, "Tom", SECOND_PORTAL16)
        await tom.connects()
        assert await tom.client.refusal(tom.wait_command()) is ErrorCode.PORTAL_CLOSED
        await anna.on_duty(PORTAL16, SECOND_PORTAL16)
        reply = await tom.waits()
        assert (tom.number, reply.ahead) == (1, 0)
        assert [row.ticket16 for row in await anna.queue(PORTAL16)] == [sam.ticket16]
        assert [row.ticket16 for row in await anna.queue(SECOND_PORTAL16)] == [tom.ticket16]
        both = await anna.queue(PORTAL16, SECOND_PORTAL16)
        assert {row.portal16 for row in both} == {PORTAL16, SECOND_PORTAL16}


async def test_a_full_portal_says_so(tmp_path: Path) -> None:
    async with house(tmp_path, max_waiting_per_portal=2) as home:
        await (await home.counsellor("Anna")).on_duty(PORTAL16, SECOND_PORTAL16)
        sam = await home.seeker("Sam")
        await home.seeker("Tom")
        uma = Seeker(home, "Uma")
        await uma.connects()
        assert await uma.client.refusal(uma.wait_command()) is ErrorCode.PORTAL_FULL
        await home.seeker("Vera", SECOND_PORTAL16)
        await sam.ticket(live.Withdraw())
        await uma.waits()


async def test_strangers_and_unknown_portals(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.seeker("Sam")
        lost = dataclasses.replace(sam.wait_command(), portal16=b"\x01" * 16)
        fresh = dataclasses.replace(lost, client_id16=b"\x02" * 16)
        assert await sam.client.refusal(fresh) is ErrorCode.UNKNOWN
        for command in (live.TicketResume(), live.Withdraw(), live.Confirm(), live.MoreTime()):
            assert await sam.client.refusal(command, NO_TICKET) is ErrorCode.UNKNOWN
            # The hash that the database holds opens nothing.
            stolen = cap_hash(CapSecret(sam.ticket_cap))
            assert await sam.client.refusal(command, stolen) is ErrorCode.UNKNOWN
            assert await sam.client.refusal(command) is ErrorCode.UNAUTHORISED
        assert await sam.refused(live.Confirm()) is ErrorCode.WRONG_STATE
        assert await sam.refused(live.MoreTime()) is ErrorCode.WRONG_STATE
        assert await sam.refused(sam.create_command()) is ErrorCode.WRONG_STATE
        assert await sam.client.refusal(live.Queue(portals=())) is ErrorCode.UNAUTHORISED


async def test_only_the_team_sees_the_queue(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        clara, anna = await home.counsellor("Clara"), await home.counsellor("Anna")
        queue = live.Queue(portals=(PORTAL16,))
        assert await clara.client.refusal(queue) is ErrorCode.FORBIDDEN
        assert await anna.client.refusal(live.Queue(portals=(bytes(16),))) is ErrorCode.UNKNOWN
        await anna.on_duty()
        sam = await home.seeker("Sam")
        assert len(await anna.queue()) == 1
        # Anna is revoked in the middle: what she follows ends, and what she saw goes.
        await home.revokes(anna.person)
        await sam.ticket(live.Withdraw())
        await home.rows("SELECT 1")
        berta = await home.counsellor("Berta")
        await berta.on_duty()
        await home.seeker("Tom")
        await settled(anna.client)
        rows = told(anna.client, live.QueueRowChanged)
        assert [(one.row.ticket16, one.row.state) for one in rows] == [
            (sam.ticket16, TicketState.GONE)
        ]
        assert await anna.client.refusal(queue) is ErrorCode.FORBIDDEN


async def test_who_signs_out_hears_no_more_of_the_queue(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.seeker("Sam")
        await anna.queue()
        await anna.client.call(accounts.SignOut())
        await home.seeker("Tom")
        await settled(anna.client)
        rows = told(anna.client, live.QueueRowChanged)
        assert [(one.row.ticket16, one.row.state) for one in rows] == [
            (sam.ticket16, TicketState.GONE)
        ]


async def test_the_portal_page_counts_who_waits(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await (await home.counsellor("Anna")).on_duty()
        sam = await home.seeker("Sam")
        state = await sam.client.call(staff.PortalState(portal16=PORTAL16))
        assert (state.open, state.waiting) == (1, 1)
