"""A portal at the level ganz-offen: `async with open_house(folder) as cast: ...`.

scene = await shared(cast)            # Maria has taken what somebody wrote, and answered once
await scene.is_of(scene.jonas)        # wait until the seeker's page shows who answers
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clientlib.box import Box
from clientlib.case import Case
from clientlib.enquiry import Enquiry
from clientlib.staff import Staff
from clientlib.staffenquiries import StaffEnquiries
from crypto.levels import Level
from crypto.roster import Role
from tests.helpers.actors import Cast
from tests.helpers.handover import BEFORE, NAME, alone_with
from tests.helpers.organisation import Organisation
from tests.helpers.server import PORTAL16, portal_entry, serving
from tests.helpers.written import SCENE_S, centre, has, takes, writes


@asynccontextmanager
async def open_house(folder: Path, **options: Any) -> AsyncIterator[Cast]:
    """Serve one portal whose whole team reads along."""
    organisation = Organisation()
    entry = portal_entry(organisation, level=Level.WIDE_OPEN.value)
    more = {"enquiries_per_day": 1_000} | options
    async with serving(folder, organisation=organisation, portals=[entry], **more) as server:
        cast = Cast(server, level=Level.WIDE_OPEN)
        try:
            yield cast
        finally:
            await cast.close()


async def at_wide_desk(cast: Cast, staff: Staff) -> StaffEnquiries:
    """Read the list with colleagues' cases, and follow it."""
    desk = StaffEnquiries(staff, {PORTAL16: cast.teams})
    await desk.read((PORTAL16,), is_all=True)
    return desk


def roles(box: Box) -> list[Role]:
    """Who is in a box, in the order in which they came."""
    roster = box.transcript.state.roster
    return [one.role for one in roster.entries.values()] if roster else []


@dataclass(slots=True)
class Shared:
    """Maria's case, and the desks of all who read along."""

    cast: Cast
    desks: list[StaffEnquiries]
    enquiry: Enquiry
    case: Case

    @property
    def maria(self) -> StaffEnquiries:
        return self.desks[0]

    @property
    def jonas(self) -> StaffEnquiries:
        return self.desks[1]

    @property
    def ticket16(self) -> bytes:
        return self.case.ticket16

    @property
    def theirs(self) -> Box:
        """The seeker's view."""
        assert self.enquiry.box is not None
        return self.enquiry.box

    async def is_of(self, desk: StaffEnquiries) -> None:
        """Wait until it is theirs, for the seeker and in every list."""
        await alone_with(self.theirs, desk.staff)
        ticket16, subject16 = self.ticket16, desk.staff.subject16
        for one in self.desks:
            rows = one.rows
            async with asyncio.timeout(SCENE_S):
                await one.wait_until(
                    lambda rows=rows: rows[ticket16].assignee == subject16  # type: ignore[misc]
                )


async def shared(cast: Cast, *names: str, said: Level = Level.WIDE_OPEN) -> Shared:
    """Everybody is at their desk; Maria has taken what somebody wrote.

    `said`: the level by the seeker's page.
    """
    people = await centre(cast, "maria", "jonas", *names)
    desks = [await at_wide_desk(cast, one) for one in people]
    cast.level = said
    enquiry = await writes(cast, await cast.registers(NAME))
    cast.level = Level.WIDE_OPEN
    case = await takes(desks[0], enquiry)
    await case.say(BEFORE)
    scene = Shared(cast, desks, enquiry, case)
    await has(scene.theirs, BEFORE)
    await scene.is_of(scene.maria)
    return scene
