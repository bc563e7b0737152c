"""Who of the staff sees and does what with a ticket: each refusal, races, repeats."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from crypto.wire import accounts, boxes, enquiries
from crypto.wire.base import Command
from crypto.wire.codec import RefusalFrame
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode
from tests.helpers.livecast import Counsellor, House, e2, house, settled
from tests.helpers.writtencast import (
    RESERVE_MS,
    Writer,
    accepts,
    heard,
    listing,
    new_team,
    row_of,
    team_inbox,
    writer,
)

STATES = (EnquiryState.WAITING, EnquiryState.ANSWERED, EnquiryState.DONE)


@asynccontextmanager
async def team(folder: Path) -> AsyncIterator[tuple[House, Counsellor, Counsellor, Writer]]:
    """Anna and Berta counsel; Sam has written to their team."""
    async with house(folder) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        sam = await writer(home, "Sam")
        await sam.sends()
        yield home, anna, berta, sam


def commands_about(ticket16: bytes) -> tuple[Command[Any], ...]:
    """Return every command of staff about a ticket."""
    return (
        enquiries.EnquiryLetter(ticket16=ticket16),
        enquiries.EnquiryAccept(ticket16=ticket16),
        enquiries.EnquiryReturn(ticket16=ticket16),
        enquiries.EnquiryTaken(ticket16=ticket16),
        enquiries.EnquiryHandOver(ticket16=ticket16, successor=b"", is_deputy=0),
        enquiries.EnquiryMark(ticket16=ticket16, state=EnquiryState.ANSWERED),
        enquiries.EnquiryEnd(ticket16=ticket16),
    )


async def test_nobody_without_a_certificate_gets_anywhere(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, _, _, sam):
        stranger = await home.line()
        for client in (stranger, sam.client):
            for command in (*commands_about(sam.ticket16), sam_list(sam)):
                assert await client.refusal(command) is ErrorCode.UNAUTHORISED


def sam_list(sam: Writer) -> enquiries.Enquiries:
    return enquiries.Enquiries(portal16=sam.portal16, is_all=1, start=0)


async def test_a_foreign_ticket_answers_as_none_at_all(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, _, _, sam):
        clara = await home.counsellor("Clara")
        assert await clara.client.refusal(sam_list(sam)) is ErrorCode.FORBIDDEN
        for ticket16 in (sam.ticket16, bytes(16)):
            for command in commands_about(ticket16):
                assert await clara.client.refusal(command) is ErrorCode.UNKNOWN


async def test_a_portal_that_is_none_is_unknown(tmp_path: Path) -> None:
    async with team(tmp_path) as (_, anna, _, _):
        nowhere = enquiries.Enquiries(portal16=bytes(16), is_all=0, start=0)
        assert await anna.client.refusal(nowhere) is ErrorCode.UNKNOWN


async def test_an_addressed_one_is_nobody_elses_business(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        await listing(anna)
        await listing(berta, is_all=1)
        sam = await writer(home, "Sam")
        await sam.sends(addressee=anna)
        row = await row_of(anna, sam)
        assert (row.is_addressed, row.assignee) == (1, anna.person.subject16)
        assert await listing(berta, is_all=1) == ()
        for command in commands_about(sam.ticket16):
            assert await berta.client.refusal(command) is ErrorCode.UNKNOWN
        asked = enquiries.EnquiryLetter(ticket16=sam.ticket16)
        assert len((await anna.client.call(asked)).letters) == 1
        # Reserved, lapsed and open again it is still for her only.
        await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        await home.elapse(RESERVE_MS)
        row = await row_of(anna, sam)
        assert (row.state, row.assignee) == (EnquiryState.OPEN, anna.person.subject16)
        await settled(berta.client)
        assert heard(berta) == []
        await anna.client.call(enquiries.EnquiryTaken(ticket16=sam.ticket16))
        await settled(berta.client)
        assert heard(berta) == [(sam.ticket16, EnquiryState.WAITING)]
        assert (await anna.client.call(asked)).letters == ()


async def test_an_addressed_one_goes_without_a_word_to_the_others(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        sam = await writer(home, "Sam")
        await sam.sends(addressee=anna)
        await listing(anna)
        await listing(berta, is_all=1)
        await sam.ticket(enquiries.EnquiryWithdraw())
        await settled(anna.client, berta.client)
        assert heard(anna) == [(sam.ticket16, EnquiryState.GONE)]
        assert heard(berta) == []


async def test_two_accept_at_once_and_one_wins(tmp_path: Path) -> None:
    async with team(tmp_path) as (_, anna, berta, sam):
        command = enquiries.EnquiryAccept(ticket16=sam.ticket16)
        answers = await asyncio.gather(
            *[await one.client.start(command) for one in (anna, berta, anna, berta)]
        )
        refused = [one.code for one in answers if isinstance(one, RefusalFrame)]
        assert refused == [ErrorCode.TAKEN] * 2
        row = await row_of(anna, sam)
        assert row.state == EnquiryState.RESERVED
        assert row.until_ms == sam.home.server.clock.now_ms() + RESERVE_MS


async def test_the_winner_repeats_and_the_others_wait_ten_minutes(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta, sam):
        command = enquiries.EnquiryAccept(ticket16=sam.ticket16)
        first = await anna.client.call(command)
        home.server.clock.elapse(RESERVE_MS - 1)
        assert await anna.client.call(command) == first
        assert await berta.client.refusal(command) is ErrorCode.TAKEN
        # At that very moment, before any sweep.
        home.server.clock.elapse(1)
        await berta.client.call(command)
        assert await anna.client.refusal(command) is ErrorCode.TAKEN


async def test_a_lapsed_reservation_is_told(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta, sam):
        await listing(berta)
        await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        await home.elapse(RESERVE_MS)
        await settled(berta.client)
        assert heard(berta) == [
            (sam.ticket16, EnquiryState.RESERVED),
            (sam.ticket16, EnquiryState.OPEN),
        ]
        assert (await row_of(berta, sam)).assignee == b""


async def test_a_reservation_is_returned_by_who_has_it(tmp_path: Path) -> None:
    async with team(tmp_path) as (_, anna, berta, sam):
        command = enquiries.EnquiryReturn(ticket16=sam.ticket16)
        await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        assert await berta.client.refusal(command) is ErrorCode.FORBIDDEN
        for _ in range(2):
            await anna.client.call(command)
            row = await row_of(anna, sam)
            assert (row.state, row.assignee) == (EnquiryState.OPEN, b"")
        await accepts(berta, sam)
        assert await anna.client.refusal(command) is ErrorCode.FORBIDDEN
        assert await berta.client.refusal(command) is ErrorCode.WRONG_STATE


async def test_taken_is_taken_once_and_for_one(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta, sam):
        taken = enquiries.EnquiryTaken(ticket16=sam.ticket16)
        await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        assert await berta.client.refusal(taken) is ErrorCode.TAKEN
        assert await home.rows("SELECT 1 FROM boxes_letters") != []
        for _ in range(2):
            await anna.client.call(taken)
            row = await row_of(berta, sam)
            assert (row.state, row.assignee) == (EnquiryState.WAITING, anna.person.subject16)
            assert await home.rows("SELECT 1 FROM boxes_letters") == []
        assert await berta.client.refusal(taken) is ErrorCode.TAKEN
        accept = enquiries.EnquiryAccept(ticket16=sam.ticket16)
        assert await berta.client.refusal(accept) is ErrorCode.TAKEN
        assert await anna.client.refusal(accept) is ErrorCode.WRONG_STATE


async def test_a_report_that_comes_late_counts_while_nobody_else_has_it(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta, sam):
        await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        home.server.clock.elapse(RESERVE_MS)
        await berta.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        taken = enquiries.EnquiryTaken(ticket16=sam.ticket16)
        assert await anna.client.refusal(taken) is ErrorCode.TAKEN
        home.server.clock.elapse(RESERVE_MS)
        await anna.client.call(taken)
        assert (await row_of(anna, sam)).assignee == anna.person.subject16


async def test_only_the_assignee_marks_and_ends(tmp_path: Path) -> None:
    async with team(tmp_path) as (_, anna, berta, sam):
        marks = [enquiries.EnquiryMark(ticket16=sam.ticket16, state=one) for one in STATES]
        end = enquiries.EnquiryEnd(ticket16=sam.ticket16)
        for command in (*marks, end):
            assert await anna.client.refusal(command) is ErrorCode.FORBIDDEN
        await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        for command in (*marks, end):
            assert await anna.client.refusal(command) is ErrorCode.WRONG_STATE
        await accepts(anna, sam)
        for command in (*marks, *marks):
            assert await berta.client.refusal(command) is ErrorCode.FORBIDDEN
            await anna.client.call(command)
            assert (await row_of(berta, sam)).state == command.state
        assert await berta.client.refusal(end) is ErrorCode.FORBIDDEN
        await anna.client.call(end)
        for command in (*marks, end):
            assert await anna.client.refusal(command) is ErrorCode.UNKNOWN


@pytest.mark.parametrize("state", [0, EnquiryState.OPEN, EnquiryState.RESERVED, EnquiryState.GONE])
async def test_nobody_marks_what_only_happens(tmp_path: Path, state: int) -> None:
    async with team(tmp_path) as (_, anna, _, sam):
        await accepts(anna, sam)
        mark = enquiries.EnquiryMark(ticket16=sam.ticket16, state=state)
        assert await anna.client.refusal(mark) is ErrorCode.MALFORMED
        assert (await row_of(anna, sam)).state == EnquiryState.WAITING


async def test_who_leaves_the_team_keeps_nothing_and_hears_nothing(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta, sam):
        await accepts(berta, sam)
        await listing(berta, is_all=1)
        await berta.client.call(boxes.InboxRead(inbox16=team_inbox(), start=0))
        await new_team(home, "Anna", key="team key 2")
        for command in commands_about(sam.ticket16):
            assert await berta.client.refusal(command) is ErrorCode.FORBIDDEN
        assert await berta.client.refusal(sam_list(sam)) is ErrorCode.FORBIDDEN
        tom = await writer(home, "Tom")
        await tom.opens()
        assert (await row_of(anna, sam)).assignee == berta.person.subject16
        await settled(berta.client)
        assert heard(berta) == []
        for command in commands_about(tom.ticket16):
            assert await berta.client.refusal(command) is ErrorCode.UNKNOWN


async def test_whose_sign_in_ends_hears_nothing_more(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta, sam):
        await listing(anna)
        await listing(berta)
        await anna.client.call(accounts.SignOut())
        # Of Berta's 12 hours nothing is left, and nobody has told her line so.
        home.server.clock.elapse(13 * 3_600_000)
        await sam.signs_in()
        await sam.ticket(enquiries.EnquiryWithdraw())
        await settled(anna.client, berta.client)
        assert heard(anna) == heard(berta) == []


async def test_the_letters_are_the_teams_or_the_own_the_newest_six(tmp_path: Path) -> None:
    async with team(tmp_path) as (_, anna, berta, sam):
        more = [e2(team_inbox(), f"more {one}") for one in range(5)]
        others = [e2(berta.inbox16, "to Berta"), e2(bytes(16), "to nobody")]
        step = boxes.Commit(
            box16=sam.box16,
            old_kid=sam.kid,
            new_kid=b"nextkid8",
            e1=sam.taking(anna).e1,
            caps=(),
            out=(),
            letters=(*others, *more),
            ticket16=sam.ticket16,
        )
        await sam.client.call(step, sam.box_cap)
        asked = enquiries.EnquiryLetter(ticket16=sam.ticket16)
        first = sam.to_team().letters[0]
        found = [one.e2 for one in (await anna.client.call(asked)).letters]
        assert found == [*reversed(more), first]
        hers = [one.e2 for one in (await berta.client.call(asked)).letters]
        assert hers == [*reversed(more), others[0]]
