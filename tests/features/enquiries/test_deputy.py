"""The relay of a case that is lent: who sees it, who says where it stands, who ends it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from crypto.wire import enquiries
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode
from tests.features.enquiries.test_hand_over import Desk, desk, rows_told
from tests.helpers.livecast import settled
from tests.helpers.writtencast import listing, new_team, row_of


@asynccontextmanager
async def lent(folder: Path) -> AsyncIterator[Desk]:
    """Berta stands in for Anna."""
    async with desk(folder) as here:
        await here.adds(here.berta)
        await here.anna.client.call(here.hand_over(here.berta, is_deputy=1))
        await here.berta.client.call(here.taken())
        yield here


def mark(here: Desk, state: EnquiryState = EnquiryState.DONE) -> enquiries.EnquiryMark:
    return enquiries.EnquiryMark(ticket16=here.sam.ticket16, state=state)


async def test_a_colleague_stands_in_and_it_stays_the_assignees(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        anna, berta = here.anna.person.subject16, here.berta.person.subject16
        for one in (here.anna, here.berta):
            await listing(one)
        await here.adds(here.berta)
        for _ in range(2):
            await here.anna.client.call(here.hand_over(here.berta, is_deputy=1))
        row = await here.row()
        assert (row.assignee, row.successor, row.deputy) == (anna, berta, berta)
        # Before she takes it on, she says nothing of where it stands.
        assert await here.berta.client.refusal(mark(here)) is ErrorCode.FORBIDDEN
        assert len((await here.berta.client.call(here.letters())).letters) == 2
        for _ in range(2):
            await here.berta.client.call(here.taken())
            row = await here.row()
            assert (row.assignee, row.successor, row.deputy) == (anna, b"", berta)
            assert await here.lying() == 0
        await settled(here.berta.client)
        assert rows_told(here.berta)[-1] == row
        for state in (EnquiryState.WAITING, EnquiryState.ANSWERED, EnquiryState.DONE):
            for one in (here.berta, here.anna):
                await one.client.call(mark(here, state))
                assert (await row_of(one, here.sam)).state == state


async def test_a_deputy_neither_ends_it_nor_gives_it_to_others(tmp_path: Path) -> None:
    async with lent(tmp_path) as here:
        end = enquiries.EnquiryEnd(ticket16=here.sam.ticket16)
        assert await here.berta.client.refusal(end) is ErrorCode.FORBIDDEN
        for to in (None, here.anna, here.berta):
            for is_deputy in (0, 1):
                command = here.hand_over(to, is_deputy=is_deputy)
                assert await here.berta.client.refusal(command) is ErrorCode.FORBIDDEN


@pytest.mark.parametrize("by", ["assignee", "deputy"])
@pytest.mark.parametrize("is_taken", [False, True])
async def test_either_ends_it(tmp_path: Path, by: str, is_taken: bool) -> None:
    async with desk(tmp_path) as here:
        await here.adds(here.berta)
        await here.anna.client.call(here.hand_over(here.berta, is_deputy=1))
        if is_taken:
            await here.berta.client.call(here.taken())
        if by == "assignee":
            await here.anna.client.call(here.hand_over(None))
        else:
            await here.berta.client.call(here.back())
        row = await here.row()
        assert (row.assignee, row.successor, row.deputy) == (here.anna.person.subject16, b"", b"")
        assert await here.lying() == 0
        assert await here.berta.client.refusal(mark(here)) is ErrorCode.FORBIDDEN
        assert await here.berta.client.refusal(here.taken()) is ErrorCode.TAKEN
        assert await here.berta.client.refusal(here.back()) is ErrorCode.FORBIDDEN
        assert await listing(here.berta) == ()


async def test_of_going_on_and_standing_in_the_newest_counts(tmp_path: Path) -> None:
    async with lent(tmp_path) as here:
        berta = here.berta.person.subject16
        await here.anna.client.call(here.hand_over(here.berta))
        row = await here.row()
        assert (row.successor, row.deputy) == (berta, b"")
        await here.anna.client.call(here.hand_over(here.berta, is_deputy=1))
        row = await here.row()
        assert (row.successor, row.deputy) == (berta, berta)


async def test_a_deputy_who_leaves_the_team_sees_it_no_more(tmp_path: Path) -> None:
    async with lent(tmp_path) as here:
        await new_team(here.home, "Anna", key="team key 2")
        for command in (mark(here), here.taken(), here.back()):
            assert await here.berta.client.refusal(command) is ErrorCode.UNKNOWN
        assert (await here.row()).deputy == here.berta.person.subject16


@pytest.mark.parametrize("goes", ["left", "revoked"])
async def test_a_deputy_follows_who_is_there_no_more_and_nobody_else(
    tmp_path: Path, goes: str
) -> None:
    async with lent(tmp_path) as here:
        anna, berta = here.anna.person.subject16, here.berta.person.subject16
        await here.berta.client.call(here.taken())
        assert (await row_of(here.berta, here.sam)).assignee == anna
        if goes == "left":
            await new_team(here.home, "Berta", key="team key 2")
        else:
            await here.home.revokes(here.anna.person)
        await here.berta.client.call(here.taken())
        row = await row_of(here.berta, here.sam)
        assert (row.assignee, row.successor, row.deputy) == (berta, b"", b"")
