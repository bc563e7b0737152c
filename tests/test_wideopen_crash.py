"""A device stops at any request of taking a colleague's enquiry over: one of them has it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crypto.roster import Role
from tests.helpers.actors import Cast
from tests.helpers.handover import BEFORE
from tests.helpers.wideopen import Shared, at_wide_desk, open_house, roles, shared
from tests.helpers.written import TEXT, alarms, counted, falls_over, has, staff_again, texts

STEPS = ["enquiry_letter", "share", "read", "log_read", "page_save", "commit", "enquiry_taken"]


@pytest.fixture
async def cast(tmp_path: Path) -> AsyncIterator[Cast]:
    async with open_house(tmp_path) as found:
        yield found


async def test_taking_over_goes_on_from_wherever_it_stopped(cast: Cast) -> None:
    """Maria and Jonas take it from one another, and stop at each request in its turn."""
    scene = await shared(cast)
    staff = [one.staff for one in scene.desks]
    with counted(staff[1].relay) as asked:
        await scene.jonas.take_over(scene.ticket16)
    assert [one for one in asked if one in ("page_save", "commit", "enquiry_taken")] == [
        "page_save",
        "commit",
        "enquiry_taken",
    ]
    turn = 0
    for at in range(len(asked)):
        for is_asked in (False, True):
            taker = staff[turn % 2]
            desk = await at_wide_desk(cast, await staff_again(cast, taker))
            await desk.take_up()
            async with falls_over(desk.staff.relay, at, is_asked=is_asked):
                await desk.take_over(scene.ticket16)
            # On another device: made up for, or done once more.
            fresh = await at_wide_desk(cast, await staff_again(cast, taker))
            await fresh.take_up()
            case = await fresh.take_over(scene.ticket16)
            await is_whole(scene, case.box.box16, fresh.rows[scene.ticket16].assignee)
            await case.say(f"Hier {turn}")
            await has(scene.theirs, f"Hier {turn}")
            assert alarms(case.box) == []
            turn += 1
    assert texts(scene.theirs)[:2] == [TEXT, BEFORE]
    assert alarms(scene.theirs) == []


async def is_whole(scene: Shared, box16: bytes, assignee: bytes) -> None:
    assert box16 == scene.theirs.box16
    assert assignee in [one.staff.subject16 for one in scene.desks]
    assert roles(scene.theirs) == [Role.SEEKER, Role.TEAM, Role.COUNSELLOR]
