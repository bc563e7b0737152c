"""Between acceptance and "Jetzt chatten": one wins, time to decide, hand back, cancel."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path
from typing import Any

import pytest

from crypto.wire import live
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.live import TicketReason, TicketState
from tests.helpers.livecast import (
    MINUTE_MS,
    PORTAL16,
    WEEK_MS,
    Counsellor,
    House,
    Seeker,
    house,
    row_of,
    settled,
    told,
)
from tests.helpers.organisation import seed


async def evening(home: House) -> tuple[Counsellor, Counsellor, Seeker]:
    """Two counsellors on duty who follow the queue, one seeker."""
    anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
    for one in (anna, berta):
        await one.on_duty()
        await one.queue()
    return anna, berta, await home.seeker("Sam")


async def test_exactly_one_of_two_wins(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta, sam = await evening(home)
        both = await asyncio.gather(
            *(one.client.call(one.accept_command(sam)) for one in (anna, berta)),
            return_exceptions=True,
        )
        refused = [one.code for one in both if isinstance(one, WireError)]
        assert refused == [ErrorCode.TAKEN]
        winner, loser = (anna, berta) if isinstance(both[1], WireError) else (berta, anna)
        until_ms = home.server.clock.now_ms() + 5 * MINUTE_MS
        await settled(sam.client, winner.client, loser.client)
        (offered,) = told(sam.client, live.Offered)
        signed = winner.accept_command(sam)
        assert offered.offer.signature == signed.signature
        assert offered.offer.confirm_until_ms == until_ms
        row = row_of(sam.ticket16, told(loser.client, live.QueueRowChanged))
        assert (row.state, row.assignee) == (TicketState.OFFERED, winner.person.subject16)
        # The answer was lost: the same counsellor asks again and has still won.
        assert await winner.accept(sam) == until_ms
        assert await loser.client.refusal(loser.accept_command(sam)) is ErrorCode.TAKEN
        assert await loser.client.refusal(live.Return(ticket16=sam.ticket16)) is ErrorCode.FORBIDDEN


async def test_only_the_signer_gets_the_own_acceptance_back(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta, sam = await evening(home)
        command = anna.accept_command(sam)
        await anna.client.call(command)
        for one in (anna, berta):
            await settled(one.client)
            proof = row_of(sam.ticket16, told(one.client, live.QueueRowChanged)).acceptance
            assert [signed.signature for signed in proof] == [command.signature] * (one is anna)
            (row,) = await one.queue()
            assert row.acceptance == proof
        # On another device, after a restart, and while the chat runs.
        await home.restart()
        await sam.connects()
        await sam.ticket(live.Confirm())
        again = await home.signs_in("Anna")
        (row,) = await again.queue()
        (signed,) = row.acceptance
        assert row.state == TicketState.ACTIVE
        assert live.Accept(ticket16=row.ticket16, **dataclasses.asdict(signed)) == command
        # Past the end too: a letter may wait still.
        await sam.ticket(live.Withdraw())
        await settled(again.client)
        last = row_of(sam.ticket16, told(again.client, live.QueueRowChanged))
        assert (last.state, last.acceptance) == (TicketState.CLOSED, (signed,))
        assert [row.state for row in await again.queue()] == [TicketState.CLOSED]
        assert await (await home.signs_in("Berta")).queue() == ()


async def test_an_acceptance_that_was_handed_back_is_forgotten(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, _, sam = await evening(home)
        await anna.accept(sam)
        await anna.client.call(live.Return(ticket16=sam.ticket16))
        assert [row.acceptance for row in await anna.queue()] == [()]


async def test_accepting_needs_duty_a_place_in_the_team_and_time(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta, sam = await evening(home)
        clara = await home.counsellor("Clara")
        assert await clara.client.refusal(clara.accept_command(sam)) is ErrorCode.OFF_DUTY
        await berta.on_duty(on=0)
        assert await berta.client.refusal(berta.accept_command(sam)) is ErrorCode.OFF_DUTY
        short = anna.accept_command(sam, expires_ms=home.server.clock.now_ms() + 9 * MINUTE_MS)
        assert await anna.client.refusal(short) is ErrorCode.EXPIRED
        long = anna.accept_command(sam, expires_ms=home.server.clock.now_ms() + 60 * MINUTE_MS)
        assert await anna.client.refusal(long) is ErrorCode.EXPIRED
        unknown = anna.accept_command(sam, ticket16=bytes(16))
        assert await anna.client.refusal(unknown) is ErrorCode.UNKNOWN
        assert (await sam.resumes()).state == TicketState.WAITING


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"key_hash": seed("another seeker")}, ErrorCode.BAD_STATEMENT),
        ({"log_root": seed("another log")}, ErrorCode.BAD_STATEMENT),
        ({"log_size": 99}, ErrorCode.BAD_STATEMENT),
        ({"log_size": 3}, ErrorCode.BAD_STATEMENT),
        ({"certificate_hash": seed("certificate")}, ErrorCode.FORBIDDEN),
        ({"signature": bytes(64)}, ErrorCode.BAD_STATEMENT),
    ],
)
async def test_a_false_acceptance_is_no_offer(
    tmp_path: Path, changed: dict[str, Any], code: ErrorCode
) -> None:
    async with house(tmp_path) as home:
        anna, _, sam = await evening(home)
        false = anna.accept_command(sam, **changed)
        assert await anna.client.refusal(false) is code
        assert (await sam.resumes()).offer == ()


async def test_somebody_taken_out_of_the_team_accepts_nobody(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, _, sam = await evening(home)
        # The lease still runs; TEAM ends after its 30 days.
        home.server.clock.elapse(30 * 24 * 60 * MINUTE_MS)
        await home.server.relay.parts.db.write(
            lambda tx: tx.run("UPDATE staff_duty SET until_ms = until_ms * 2")
        )
        anna = await home.signs_in("Anna")
        assert await anna.client.refusal(anna.accept_command(sam)) is ErrorCode.FORBIDDEN


async def test_confirm_starts_the_clock_once(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta, sam = await evening(home)
        await anna.accept(sam)
        home.server.clock.elapse(MINUTE_MS)
        first = await sam.ticket(live.Confirm())
        assert first.started_ms == home.server.clock.now_ms()
        assert first.ends_ms == first.started_ms + 180 * MINUTE_MS
        home.server.clock.elapse(MINUTE_MS)
        assert await sam.ticket(live.Confirm()) == first
        await settled(sam.client, anna.client, berta.client)
        assert [one.ends_ms for one in told(anna.client, live.Confirmed)] == [first.ends_ms]
        assert told(berta.client, live.Confirmed) == []
        states = [one.state for one in told(sam.client, live.Ticket)]
        assert states == [TicketState.OFFERED, TicketState.ACTIVE]
        assert len(told(sam.client, live.Offered)) == 1
        # Berta's list loses it with a reason to say; Anna's keeps it.
        row = row_of(sam.ticket16, told(berta.client, live.QueueRowChanged))
        assert (row.state, row.assignee) == (TicketState.ACTIVE, anna.person.subject16)
        assert await berta.queue() == ()
        assert [row.state for row in await anna.queue()] == [TicketState.ACTIVE]


async def test_five_minutes_and_once_five_more(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, _, sam = await evening(home)
        first_ms = await anna.accept(sam)
        assert (await sam.resumes()).more_time_left == 1
        home.server.clock.elapse(3 * MINUTE_MS)
        longer = await sam.ticket(live.MoreTime())
        assert longer.confirm_until_ms == first_ms + 5 * MINUTE_MS
        assert await sam.refused(live.MoreTime()) is ErrorCode.WRONG_STATE
        assert (await sam.resumes()).more_time_left == 0
        await home.elapse(7 * MINUTE_MS - 1)
        assert (await sam.resumes()).state == TicketState.OFFERED
        told(sam.client, live.Ticket)
        await home.elapse(1)
        await settled(sam.client)
        (event,) = told(sam.client, live.Ticket)
        assert (event.state, event.reason) == (TicketState.RESTING, TicketReason.OFFER_EXPIRED)
        assert await sam.refused(live.Confirm()) is ErrorCode.WRONG_STATE
        # "Wieder anstellen": waiting, in the old place, and anybody may accept.
        tom = await home.seeker("Tom")
        again = await sam.resumes()
        assert (again.state, again.ahead, again.offer) == (TicketState.WAITING, 0, ())
        assert (await tom.resumes()).ahead == 1
        await anna.accept(sam)


async def test_too_late_by_a_millisecond_before_the_sweep(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, _, sam = await evening(home)
        await anna.accept(sam)
        home.server.clock.elapse(5 * MINUTE_MS)
        assert await sam.refused(live.Confirm()) is ErrorCode.WRONG_STATE
        assert await sam.refused(live.MoreTime()) is ErrorCode.WRONG_STATE


async def test_handed_back_somebody_waits_in_front(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta, sam = await evening(home)
        tom = await home.seeker("Tom")
        await anna.accept(tom)
        await anna.client.call(live.Return(ticket16=tom.ticket16))
        await settled(tom.client, berta.client)
        last = told(tom.client, live.Ticket)[-1]
        assert (last.state, last.reason, last.ahead) == (
            TicketState.WAITING,
            TicketReason.RETURNED,
            0,
        )
        assert (await sam.resumes()).ahead == 1
        assert [row.ticket16 for row in await berta.queue()] == [tom.ticket16, sam.ticket16]
        assert (await tom.resumes()).offer == ()
        # The device is there, so no silence runs.
        await home.elapse(11 * MINUTE_MS)
        await berta.accept(tom)
        assert await anna.client.refusal(live.Return(ticket16=tom.ticket16)) is ErrorCode.FORBIDDEN


async def test_cancelled_is_gone_and_the_counsellor_hears_it(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, _, sam = await evening(home)
        await anna.accept(sam)
        await sam.ticket(live.Withdraw())
        await settled(anna.client)
        row = row_of(sam.ticket16, told(anna.client, live.QueueRowChanged))
        assert row.state == TicketState.GONE
        hand_back = live.Return(ticket16=sam.ticket16)
        assert await anna.client.refusal(hand_back) is ErrorCode.UNKNOWN
        assert await home.rows("SELECT 1 FROM live_tickets") == []


async def test_the_offer_survives_a_reload_and_a_restart(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, _, sam = await evening(home)
        until_ms = await anna.accept(sam)
        await sam.hangs_up()
        await home.restart()
        await sam.connects()
        back = await sam.resumes()
        assert back.state == TicketState.OFFERED
        assert [one.confirm_until_ms for one in back.offer] == [until_ms]
        # Confirmed, and then the device fell over before the commit: the certificate is told again.
        started = await sam.ticket(live.Confirm())
        await home.restart()
        await sam.connects()
        running = await sam.resumes()
        assert (running.state, running.ends_ms) == (TicketState.ACTIVE, started.ends_ms)
        (offer,) = running.offer
        assert dataclasses.replace(offer, confirm_until_ms=until_ms) == back.offer[0]
        assert offer.confirm_until_ms == 0
        await sam.begins()


async def test_a_week_of_downtime_ends_an_offer(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, _, sam = await evening(home)
        await anna.accept(sam)
        await home.close_lines()
        await home.server.stop()
        home.server.clock.elapse(WEEK_MS)
        await home.server.start()
        # Five minutes, then twelve hours, both long ago.
        assert await home.rows("SELECT 1 FROM live_tickets") == []


async def test_while_a_purge_is_overdue_nothing_begins(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, _, sam = await evening(home)
        chat = await home.chat(anna, "Old")
        await anna.accept(sam)
        await anna.client.call(chat.close_command(), anna.cap_of(chat))
        # The relay was busy: nothing has swept for 48 hours and two minutes.
        until_ms = home.server.clock.now_ms() + 48 * 60 * MINUTE_MS + 2 * MINUTE_MS
        home.server.clock.elapse(48 * 60 * MINUTE_MS + 2 * MINUTE_MS)
        await home.server.relay.parts.db.write(
            lambda tx: [
                tx.run("UPDATE live_tickets SET deadline_ms = $1 WHERE state = 3", until_ms + 1),
                tx.run("UPDATE staff_duty SET until_ms = $1", until_ms + 1_000_000),
            ]
        )
        assert await sam.refused(live.Confirm()) is ErrorCode.PURGE_OVERDUE
        tom = Seeker(home, "Tom", PORTAL16)
        await tom.connects()
        assert await tom.client.refusal(tom.wait_command()) is ErrorCode.PURGE_OVERDUE
        await home.elapse(0)
        assert (await sam.ticket(live.Confirm())).started_ms == home.server.clock.now_ms()
        await tom.waits()
