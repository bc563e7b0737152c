"""What only leads see as long as nobody has it: by the level when it came, or came back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crypto.levels import Level
from crypto.statement import Role
from crypto.wire import enquiries
from crypto.wire.base import Command
from crypto.wire.capacity import PortalRulesSet, Takers
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode
from crypto.wire.live import Queue
from crypto.wire.sheets import SheetRead
from tests.features.enquiries.test_hand_over import rows_told
from tests.helpers.accounts import publish
from tests.helpers.leads import LEADS16
from tests.helpers.livecast import Counsellor, House, house, settled
from tests.helpers.organisation import Organisation, Person, seed
from tests.helpers.server import PORTAL16, portal_entry
from tests.helpers.writtencast import Writer, accepts, listing, new_team, row_of, writer


@dataclass(frozen=True, slots=True)
class Desk:
    """Anna and Berta counsel; Ruth leads, and Otto leads and counsels; Sam has written."""

    home: House
    anna: Counsellor
    berta: Counsellor
    ruth: Counsellor
    otto: Counsellor
    sam: Writer

    def all_of(self) -> list[Command[Any]]:
        """Return everything that somebody could ask about the ticket."""
        ticket16 = self.sam.ticket16
        return [
            enquiries.EnquiryLetter(ticket16=ticket16),
            enquiries.EnquiryAccept(ticket16=ticket16),
            enquiries.EnquiryTaken(ticket16=ticket16),
            enquiries.EnquiryReturn(ticket16=ticket16),
            enquiries.EnquiryRelease(ticket16=ticket16),
            enquiries.EnquiryMark(ticket16=ticket16, state=EnquiryState.DONE),
            enquiries.EnquiryEnd(ticket16=ticket16),
        ]

    def release(self) -> enquiries.EnquiryRelease:
        return enquiries.EnquiryRelease(ticket16=self.sam.ticket16)

    async def only_leads_see_it(self) -> None:
        """Neither list nor command tells counsellors of it."""
        for one in (self.ruth, self.otto):
            (row,) = await listing(one)
            assert (row.ticket16, row.for_leads) == (self.sam.ticket16, 1)
        for one in (self.anna, self.berta):
            for is_all in (0, 1):
                assert await listing(one, is_all=is_all) == ()
            for command in self.all_of():
                assert await one.client.refusal(command) is ErrorCode.UNKNOWN


@asynccontextmanager
async def desk(folder: Path, level: Level) -> AsyncIterator[Desk]:
    """One portal at a level; nobody has taken what Sam wrote."""
    entry = portal_entry(Organisation(), leads16=LEADS16.hex(), level=level.value)
    async with house(folder, portals=[entry]) as home:
        leads = [home.organisation.counsellor(home.ada, one, Role.LEAD) for one in ("Ruth", "Otto")]
        home.organisation.team(home.ada, leads, key="leads key 1", team16=LEADS16)
        await publish(await home.line(), home.organisation)
        await new_team(home, "Anna", "Berta", "Otto")
        names = ("Anna", "Berta", "Ruth", "Otto")
        anna, berta, ruth, otto = [await home.counsellor(one) for one in names]
        sam = await writer(home, "Sam")
        await sam.sends()
        yield Desk(home, anna, berta, ruth, otto, sam)


async def test_a_new_one_at_the_strictest_level(tmp_path: Path) -> None:
    async with desk(tmp_path, Level.STRICT) as here:
        await here.only_leads_see_it()
        await here.ruth.client.call(enquiries.EnquiryAccept(ticket16=here.sam.ticket16))
        await here.ruth.client.call(enquiries.EnquiryTaken(ticket16=here.sam.ticket16))
        await settled(here.anna.client, here.otto.client)
        assert [one.for_leads for one in rows_told(here.otto)][-1:] == [1]
        # Once somebody has it, colleagues see whose it is, as at every level.
        assert (await row_of(here.anna, here.sam)).assignee == here.ruth.person.subject16
        # A counsellor takes it over from a lead, and has it then like any other.
        over = enquiries.EnquiryHandOver(
            ticket16=here.sam.ticket16, successor=here.anna.person.subject16, is_deputy=0
        )
        await here.ruth.client.call(over)
        await here.anna.client.call(enquiries.EnquiryTaken(ticket16=here.sam.ticket16))
        done = enquiries.EnquiryMark(ticket16=here.sam.ticket16, state=EnquiryState.DONE)
        await here.anna.client.call(done)
        await here.anna.client.call(here.release())
        await here.only_leads_see_it()


async def test_one_that_is_given_back(tmp_path: Path) -> None:
    async with desk(tmp_path, Level.RESTRICTED) as here:
        # A new one is the team's; whoever only leads neither sees nor takes it.
        assert await listing(here.ruth) == ()
        for command in here.all_of():
            assert await here.ruth.client.refusal(command) is ErrorCode.UNKNOWN
        for one in (here.anna, here.otto):
            assert [row.for_leads for row in await listing(one)] == [0]
        await accepts(here.anna, here.sam)
        await settled(here.berta.client, here.ruth.client)
        for one in (here.berta, here.ruth):
            rows_told(one)
        await here.anna.client.call(here.release())
        await settled(here.berta.client, here.ruth.client)
        assert rows_told(here.berta) == []
        assert [row.for_leads for row in rows_told(here.ruth)] == [1]
        await here.only_leads_see_it()


async def test_one_whose_counsellor_has_gone(tmp_path: Path) -> None:
    async with desk(tmp_path, Level.RESTRICTED) as here:
        await accepts(here.otto, here.sam)
        await new_team(here.home, "Anna", "Berta", key="team key 2")
        # Whom the leads' team lists is there still.
        back = enquiries.EnquiryCallBack()
        assert await here.sam.refused(back) is ErrorCode.FORBIDDEN
        ruth = Person("Ruth")
        organisation = here.home.organisation
        organisation.team(ruth, [ruth], epoch=2, key="leads key 2", team16=LEADS16)
        await publish(await here.home.line(), organisation)
        await here.sam.ticket(back)
        assert [row.for_leads for row in await listing(here.ruth)] == [1]
        assert await listing(here.anna) == ()


async def test_in_an_open_portal_leads_have_no_list_of_their_own(tmp_path: Path) -> None:
    async with desk(tmp_path, Level.OPEN) as here:
        assert await listing(here.ruth) == ()
        await accepts(here.anna, here.sam)
        await here.anna.client.call(here.release())
        assert [row.for_leads for row in await listing(here.berta)] == [0]
        assert await listing(here.ruth) == ()


async def test_to_whom_something_new_may_be_written(tmp_path: Path) -> None:
    for level, names in (
        (Level.RESTRICTED, ["Anna", "Berta", "Otto"]),
        (Level.STRICT, ["Ruth", "Otto"]),
    ):
        async with desk(tmp_path / level, level) as here:
            takers = (await here.sam.client.call(Takers(portal16=PORTAL16))).takers
            listed = {Person(name).subject16 for name in names}
            assert {one.subject16 for one in takers} == listed
            ada = await here.home.counsellor("Ada")
            for one in (here.anna, here.ruth):
                subject16 = one.person.subject16
                new = await writer(here.home, f"To {one.person.name}")
                await new.creates()
                opening = new.open_command(addressee=subject16)
                rules = PortalRulesSet(portal16=PORTAL16, fallback=subject16, is_automatic=0)
                if subject16 in listed:
                    await new.ticket(opening)
                    await ada.client.call(rules)
                else:
                    assert await new.refused(opening) is ErrorCode.UNKNOWN
                    assert await ada.client.refusal(rules) is ErrorCode.UNKNOWN
                # What somebody begins themselves is theirs, whichever team they are of.
                own = new.open_command(
                    ticket16=seed(f"{one.person.name} begins", 16), addressee=subject16
                )
                await one.client.call(own, seed(f"ticket cap {one.person.name}", 32))


async def test_live_chats_are_the_counsellors_and_each_team_has_its_sheet(tmp_path: Path) -> None:
    async with desk(tmp_path, Level.STRICT) as here:
        queue = Queue(portals=(PORTAL16,))
        assert await here.ruth.client.refusal(queue) is ErrorCode.FORBIDDEN
        await here.otto.client.call(queue)
        sheet = SheetRead(team16=LEADS16, kind=1)
        assert (await here.ruth.client.call(sheet)).version == 0
        assert await here.anna.client.refusal(sheet) is ErrorCode.FORBIDDEN


async def test_where_the_team_reads_along_leads_are_of_it_or_take_nothing_over(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path, Level.WIDE_OPEN) as here:
        taken = enquiries.EnquiryTaken(ticket16=here.sam.ticket16)
        await here.anna.client.call(enquiries.EnquiryAccept(ticket16=here.sam.ticket16))
        await here.anna.client.call(taken)
        assert (await row_of(here.ruth, here.sam)).reads_along == 1
        ask = enquiries.EnquiryLetter(ticket16=here.sam.ticket16)
        assert (await here.ruth.client.call(ask)).letters == ()
        assert await here.ruth.client.refusal(taken) is ErrorCode.TAKEN
        await here.otto.client.call(taken)
        assert (await row_of(here.ruth, here.sam)).assignee == here.otto.person.subject16
