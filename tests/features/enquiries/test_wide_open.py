"""Where the team reads along: whose letters stay, who may take over, when a box ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from crypto.levels import Level
from crypto.wire import boxes, enquiries
from crypto.wire.base import Right
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode
from tests.features.enquiries.test_hand_over import rows_told
from tests.helpers.leads import LEADS16
from tests.helpers.livecast import (
    HOUR_MS,
    STAFF_RIGHTS,
    Counsellor,
    House,
    e1,
    e2,
    house,
    kid_of,
    new_cap,
    settled,
)
from tests.helpers.organisation import Organisation
from tests.helpers.server import portal_entry
from tests.helpers.writtencast import (
    DAY_MS,
    IDLE_DAYS,
    UNACCEPTED_DAYS,
    Writer,
    accepts,
    listing,
    new_team,
    row_of,
    team_inbox,
    writer,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Anna, Berta and Clara counsel; Sam has written to all of them."""

    home: House
    anna: Counsellor
    berta: Counsellor
    clara: Counsellor
    sam: Writer

    def taken(self) -> enquiries.EnquiryTaken:
        return enquiries.EnquiryTaken(ticket16=self.sam.ticket16)

    def hand_over(self, to: Counsellor, is_deputy: int = 0) -> enquiries.EnquiryHandOver:
        return enquiries.EnquiryHandOver(
            ticket16=self.sam.ticket16, successor=to.person.subject16, is_deputy=is_deputy
        )

    async def letters(self, whose: Counsellor) -> list[bytes]:
        """What somebody gets to open it with, the newest first."""
        ask = enquiries.EnquiryLetter(ticket16=self.sam.ticket16)
        return [one.e2 for one in (await whose.client.call(ask)).letters]

    async def commits(self, name: str, cap: bytes, whose: Counsellor, **more: object) -> None:
        """A commit in Sam's box with whatever it brings."""
        given = boxes.Commit(
            box16=self.sam.box16,
            old_kid=self.sam.kid,
            new_kid=kid_of(name),
            e1=e1(self.sam.box16, self.sam.kid, name, 4096),
            caps=(),
            out=(),
            letters=(),
            ticket16=b"",
        )
        await whose.client.call(replace(given, **more), cap)  # type: ignore[arg-type]  # its fields
        self.sam.kid = kid_of(name)

    async def takes(self, whose: Counsellor, sidx: int, out: tuple[int, ...] = ()) -> None:
        """Reserve if it is open, let them in beside the team, and report."""
        if not out:
            await whose.client.call(enquiries.EnquiryAccept(ticket16=self.sam.ticket16))
        cap = new_cap(sidx, whose.cap_of(self.sam), STAFF_RIGHTS)
        await self.commits(f"takes {sidx}", self.sam.join_cap, whose, caps=(cap,), out=out)
        await whose.client.call(self.taken())

    async def closes_hour(self) -> int:
        ask = boxes.Read(box16=self.sam.box16, start=1)
        return (await self.sam.client.call(ask, self.sam.box_cap)).closes_hour

    def hour(self) -> int:
        return self.home.server.clock.now_ms() // HOUR_MS


@asynccontextmanager
async def desk(folder: Path, level: Level = Level.WIDE_OPEN) -> AsyncIterator[Desk]:
    """One portal at a level; nobody has taken what Sam wrote."""
    leads16 = {} if level is Level.WIDE_OPEN else {"leads16": LEADS16.hex()}
    entry = portal_entry(Organisation(), level=level.value, **leads16)
    async with house(folder, portals=[entry]) as home:
        await new_team(home, "Anna", "Berta", "Clara")
        anna, berta, clara = [await home.counsellor(one) for one in ("Anna", "Berta", "Clara")]
        sam = await writer(home, "Sam")
        await sam.sends()
        yield Desk(home, anna, berta, clara, sam)


async def test_the_letters_stay_for_the_team_and_nobody_else_gets_them(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        first = await here.letters(here.anna)
        assert len(first) == 1
        assert (await row_of(here.berta, here.sam)).reads_along == 1
        await here.takes(here.anna, 2)
        for one in (here.anna, here.berta, here.clara):
            assert await here.letters(one) == first
        # A letter to a person goes with the hand-over, the team's stays.
        letter = e2(here.berta.inbox16, "to berta")
        await here.commits(
            "adds berta",
            here.anna.cap_of(here.sam),
            here.anna,
            letters=(letter,),
            ticket16=here.sam.ticket16,
        )
        await here.anna.client.call(here.hand_over(here.berta))
        assert await here.letters(here.berta) == [letter, *first]
        assert await here.letters(here.clara) == first
        await here.berta.client.call(here.taken())
        assert await here.letters(here.berta) == first


@pytest.mark.parametrize("level", [Level.OPEN, Level.RESTRICTED])
async def test_at_every_other_level_nothing_stays_and_nobody_takes_over(
    tmp_path: Path, level: Level
) -> None:
    async with desk(tmp_path, level) as here:
        assert (await row_of(here.berta, here.sam)).reads_along == 0
        await accepts(here.anna, here.sam)
        assert await here.letters(here.berta) == []
        assert await here.berta.client.refusal(here.taken()) is ErrorCode.TAKEN
        assert (await row_of(here.berta, here.sam)).assignee == here.anna.person.subject16


async def test_any_of_the_team_takes_it_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.takes(here.anna, 2)
        done = enquiries.EnquiryMark(ticket16=here.sam.ticket16, state=EnquiryState.ANSWERED)
        await here.anna.client.call(done)
        await here.anna.client.call(here.hand_over(here.clara, is_deputy=1))
        await listing(here.anna)
        before = await row_of(here.berta, here.sam)
        await here.takes(here.berta, 3, out=(2,))
        row = await row_of(here.berta, here.sam)
        assert row == replace(
            before, assignee=here.berta.person.subject16, successor=b"", deputy=b""
        )
        # Who had it hears that it is a colleague's, and may do nothing with it any more.
        await settled(here.anna.client)
        assert rows_told(here.anna)[-1] == row
        for command in (done, enquiries.EnquiryEnd(ticket16=here.sam.ticket16)):
            assert await here.anna.client.refusal(command) is ErrorCode.FORBIDDEN
        # Repeating is harmless, and whoever takes it over next has it.
        await here.berta.client.call(here.taken())
        await here.anna.client.call(here.taken())
        assert (await row_of(here.clara, here.sam)).assignee == here.anna.person.subject16
        # Whoever is to stand in, or to follow, says that and nothing else.
        await here.anna.client.call(here.hand_over(here.clara, is_deputy=1))
        await here.clara.client.call(here.taken())
        row = await row_of(here.clara, here.sam)
        assert (row.assignee, row.deputy) == (
            here.anna.person.subject16,
            here.clara.person.subject16,
        )


async def test_what_nobody_has_is_taken_as_ever(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.anna.client.call(enquiries.EnquiryAccept(ticket16=here.sam.ticket16))
        assert await here.berta.client.refusal(here.taken()) is ErrorCode.TAKEN
        await here.anna.client.call(enquiries.EnquiryReturn(ticket16=here.sam.ticket16))
        # The commit stands, and its report comes late.
        await here.berta.client.call(here.taken())
        row = await row_of(here.anna, here.sam)
        assert (row.state, row.assignee) == (EnquiryState.WAITING, here.berta.person.subject16)


async def test_who_has_left_the_team_takes_nothing_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.takes(here.anna, 2)
        await new_team(here.home, "Anna", "Berta", key="team key 2")
        assert await here.clara.client.refusal(here.taken()) is ErrorCode.UNKNOWN
        ask = enquiries.EnquiryLetter(ticket16=here.sam.ticket16)
        assert await here.clara.client.refusal(ask) is ErrorCode.UNKNOWN
        read = boxes.Read(box16=here.sam.box16, start=1)
        assert await here.clara.client.refusal(read, here.sam.join_cap) is ErrorCode.UNKNOWN
        await here.takes(here.berta, 3, out=(2,))


async def test_what_is_for_one_person_is_not_read_along_in(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        ria = await writer(here.home, "Ria")
        await ria.sends(here.anna)
        await here.anna.client.call(enquiries.EnquiryTaken(ticket16=ria.ticket16))
        row = await row_of(here.berta, ria)
        assert (row.is_addressed, row.reads_along) == (1, 0)
        taken = enquiries.EnquiryTaken(ticket16=ria.ticket16)
        assert await here.berta.client.refusal(taken) is ErrorCode.TAKEN
        await here.anna.client.call(enquiries.EnquiryRelease(ticket16=ria.ticket16))
        assert (await row_of(here.berta, ria)).reads_along == 1


async def test_a_box_in_which_a_team_reads_along_ends_by_disuse(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        end = here.hour() + UNACCEPTED_DAYS * 24
        here.home.server.clock.elapse(2 * HOUR_MS)
        await here.sam.post("one more word")
        assert await here.closes_hour() == end
        await here.takes(here.anna, 2)
        assert await here.closes_hour() == here.hour() + IDLE_DAYS * 24
        here.home.server.clock.elapse(2 * HOUR_MS)
        await here.sam.post("and one more")
        assert await here.closes_hour() == here.hour() + IDLE_DAYS * 24


async def test_sealing_it_anew_moves_no_end_and_the_letters_end_with_the_ticket(
    tmp_path: Path,
) -> None:
    async with desk(tmp_path) as here:
        await here.takes(here.anna, 2)
        end = await here.closes_hour()
        ask = "SELECT ends_hour FROM boxes_letters"
        (before,) = await here.home.rows("SELECT ends_hour FROM enquiries_tickets")
        assert await here.home.rows(ask) == [before]
        here.home.server.clock.elapse(3 * HOUR_MS)
        await new_team(here.home, "Anna", "Berta", key="team key 2")
        letters = tuple(e2(team_inbox("team key 2"), f"anew {one}") for one in range(2))
        cap = boxes.NewCap(
            sidx=3,
            cap_hash=new_cap(3, b"anew".ljust(32), 0).cap_hash,
            rights=int(Right.READ | Right.COMMIT),
            team16=here.home.organisation.team16,
        )
        await here.commits(
            "anew",
            here.sam.join_cap,
            here.berta,
            caps=(cap,),
            out=(1,),
            letters=letters,
            ticket16=here.sam.ticket16,
        )
        assert await here.closes_hour() == end
        assert await here.home.rows(ask) == [before, before]
        assert await here.letters(here.anna) == list(reversed(letters))
        # Far beyond the days of a letter that nobody fetches.
        await here.home.elapse(100 * DAY_MS)
        assert len(await here.home.rows(ask)) == 2


async def test_at_most_a_welcome_a_grant_and_a_draft_stay(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.takes(here.anna, 2)
        found: list[bytes] = []
        for turn in range(3):
            letters = tuple(e2(team_inbox(), f"back {turn} {one}") for one in range(3))
            await here.commits(
                f"back {turn}",
                here.anna.cap_of(here.sam),
                here.anna,
                letters=letters,
                ticket16=here.sam.ticket16,
            )
            await here.anna.client.call(enquiries.EnquiryRelease(ticket16=here.sam.ticket16))
            await here.anna.client.call(enquiries.EnquiryAccept(ticket16=here.sam.ticket16))
            await here.anna.client.call(here.taken())
            found = list(reversed(letters))
            assert await here.letters(here.berta) == found
        # And none is left with the ticket.
        await here.anna.client.call(enquiries.EnquiryEnd(ticket16=here.sam.ticket16))
        assert await here.home.rows("SELECT 1 FROM boxes_letters") == []
