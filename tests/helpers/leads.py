"""A portal whose leads have a team: `async with led(folder, Level.STRICT) as cast: ...`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from clientlib.staff import Staff
from clientlib.staffenquiries import StaffEnquiries
from crypto.levels import Level
from crypto.statement import Role
from tests.helpers.actors import Cast
from tests.helpers.organisation import Organisation, seed
from tests.helpers.server import portal_entry, serving
from tests.helpers.written import at_desk

LEADS16 = seed("leads", 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Maria and Jonas counsel; Ruth leads, Otto leads and counsels; each at their desk."""

    cast: Cast
    admin: Staff
    maria: StaffEnquiries
    jonas: StaffEnquiries
    ruth: StaffEnquiries
    otto: StaffEnquiries


@asynccontextmanager
async def led(folder: Path, level: Level) -> AsyncIterator[Cast]:
    """Serve one portal with leads, at a level."""
    organisation = Organisation()
    entry = portal_entry(organisation, leads16=LEADS16.hex(), level=level.value)
    async with serving(folder, organisation=organisation, portals=[entry]) as server:
        cast = Cast(server, leads16=LEADS16, level=level)
        try:
            yield cast
        finally:
            await cast.close()


async def office(cast: Cast) -> Office:
    """Everybody is certified, and both teams are founded."""
    admin = await cast.found()
    maria = await cast.counsellor(admin, "maria", "Maria")
    jonas = await cast.counsellor(admin, "jonas", "Jonas")
    ruth = await cast.counsellor(admin, "ruth", "Ruth", Role.LEAD)
    otto = await cast.counsellor(admin, "otto", "Otto", Role.LEAD)
    await cast.team(admin, maria, jonas, otto)
    await cast.team(admin, ruth, otto, team16=LEADS16)
    people = {"maria": maria, "jonas": jonas, "ruth": ruth, "otto": otto}
    desks = {name: await at_desk(one, cast.teams) for name, one in people.items()}
    return Office(cast=cast, admin=admin, **desks)
