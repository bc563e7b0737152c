"""To whom an enquiry is handed over: who says so, who sees it, when its letters go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crypto.wire import boxes, enquiries
from crypto.wire.base import Command
from crypto.wire.enquiries import EnquiryRow, EnquiryRowChanged, EnquiryState
from crypto.wire.errors import ErrorCode
from tests.features.retention.test_purge import on_disk
from tests.helpers.livecast import Counsellor, House, e1, e2, house, kid_of, settled, told
from tests.helpers.organisation import seed
from tests.helpers.writtencast import (
    Writer,
    accepts,
    listing,
    new_team,
    row_of,
    writer,
)

SWEEP_MS = 20_000


@dataclass(frozen=True, slots=True)
class Desk:
    """Anna has taken what Sam wrote; Berta is her colleague."""

    home: House
    anna: Counsellor
    berta: Counsellor
    sam: Writer

    def hand_over(self, to: Counsellor | None, *, is_deputy: int = 0) -> enquiries.EnquiryHandOver:
        """Return the report that it goes to somebody, or to nobody."""
        successor = to.person.subject16 if to else b""
        return enquiries.EnquiryHandOver(
            ticket16=self.sam.ticket16, successor=successor, is_deputy=is_deputy
        )

    def taken(self) -> enquiries.EnquiryTaken:
        return enquiries.EnquiryTaken(ticket16=self.sam.ticket16)

    def back(self) -> enquiries.EnquiryReturn:
        return enquiries.EnquiryReturn(ticket16=self.sam.ticket16)

    def letters(self) -> enquiries.EnquiryLetter:
        return enquiries.EnquiryLetter(ticket16=self.sam.ticket16)

    async def adds(self, colleague: Counsellor) -> tuple[bytes, ...]:
        """Commit as the assignee, with two letters for a colleague; return them."""
        name = f"add {colleague.person.name}"
        sealed = tuple(e2(colleague.inbox16, f"{name} {one}") for one in range(2))
        step = boxes.Commit(
            box16=self.sam.box16,
            old_kid=self.sam.kid,
            new_kid=kid_of(name),
            e1=e1(self.sam.box16, self.sam.kid, name, 4096),
            caps=(),
            out=(),
            letters=sealed,
            ticket16=self.sam.ticket16,
        )
        await self.anna.client.call(step, self.anna.cap_of(self.sam))
        self.sam.kid = kid_of(name)
        return sealed

    async def row(self) -> EnquiryRow:
        return await row_of(self.anna, self.sam)

    async def lying(self) -> int:
        """Count the letters that lie with the relay."""
        return len(await self.home.rows("SELECT 1 FROM boxes_letters"))


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    """Anna and Berta counsel; Anna has taken what Sam wrote."""
    async with house(folder) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        sam = await writer(home, "Sam")
        await sam.sends()
        await accepts(anna, sam)
        yield Desk(home, anna, berta, sam)


def rows_told(counsellor: Counsellor) -> list[EnquiryRow]:
    return [one.row for one in told(counsellor.client, EnquiryRowChanged)]


async def test_a_colleague_takes_it_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        anna, berta = here.anna.person.subject16, here.berta.person.subject16
        for one in (here.anna, here.berta):
            await listing(one)
        sealed = await here.adds(here.berta)
        # Marks and words in between leave the letters where they are.
        answered = enquiries.EnquiryMark(ticket16=here.sam.ticket16, state=EnquiryState.ANSWERED)
        await here.anna.client.call(answered)
        before = await here.row()
        for _ in range(2):
            await here.anna.client.call(here.hand_over(here.berta))
        row = await here.row()
        assert (row.assignee, row.successor, row.state) == (anna, berta, EnquiryState.ANSWERED)
        assert row.since_hour == before.since_hour
        await settled(here.berta.client)
        assert rows_told(here.berta) == [row]
        await here.sam.ticket(enquiries.EnquiryAgain())
        await here.anna.client.call(answered)
        letters = (await here.berta.client.call(here.letters())).letters
        assert tuple(one.e2 for one in letters) == sealed[::-1]
        assert (await here.anna.client.call(here.letters())).letters == ()

        for _ in range(2):
            await here.berta.client.call(here.taken())
            row = await row_of(here.berta, here.sam)
            assert (row.assignee, row.successor) == (berta, b"")
            assert row.state == EnquiryState.ANSWERED
            assert await here.lying() == 0
        assert await here.anna.client.refusal(here.taken()) is ErrorCode.TAKEN
        await settled(here.anna.client)
        assert rows_told(here.anna)[-1] == row


async def test_it_stays_in_the_own_list_of_both_until_it_is_taken(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        assert await listing(here.berta) == ()
        await here.anna.client.call(here.hand_over(here.berta))
        for one in (here.anna, here.berta):
            assert [row.ticket16 for row in await listing(one)] == [here.sam.ticket16]
        await here.berta.client.call(here.taken())
        assert await listing(here.anna) == ()


async def test_a_colleague_sends_it_back(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await listing(here.berta)
        await here.adds(here.berta)
        await here.anna.client.call(here.hand_over(here.berta))
        await here.berta.client.call(here.back())
        row = await here.row()
        assert (row.assignee, row.successor) == (here.anna.person.subject16, b"")
        assert await here.lying() == 0
        await settled(here.berta.client)
        hers = here.berta.person.subject16
        assert [one.successor for one in rows_told(here.berta)] == [hers, b""]
        assert await here.berta.client.refusal(here.back()) is ErrorCode.FORBIDDEN
        assert await here.berta.client.refusal(here.taken()) is ErrorCode.TAKEN


async def test_the_assignee_gives_it_up(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.adds(here.berta)
        await here.anna.client.call(here.hand_over(here.berta))
        for _ in range(2):
            await here.anna.client.call(here.hand_over(None))
            assert (await here.row()).successor == b""
            assert await here.lying() == 0
        assert await here.berta.client.refusal(here.taken()) is ErrorCode.TAKEN


async def test_giving_up_also_ends_letters_that_were_never_reported(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.adds(here.berta)
        await here.anna.client.call(here.hand_over(None))
        assert await here.lying() == 0


async def test_only_the_assignee_hands_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        clara = await here.home.counsellor("Clara")
        for to in (None, here.anna, here.berta):
            assert await here.berta.client.refusal(here.hand_over(to)) is ErrorCode.FORBIDDEN
            assert await clara.client.refusal(here.hand_over(to)) is ErrorCode.UNKNOWN
        # Not the successor either, be it back or on to somebody else.
        await here.anna.client.call(here.hand_over(here.berta))
        for to in (None, here.anna, here.berta):
            assert await here.berta.client.refusal(here.hand_over(to)) is ErrorCode.FORBIDDEN
        assert (await here.row()).successor == here.berta.person.subject16


async def test_it_goes_to_a_listed_colleague_only(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        clara = await here.home.counsellor("Clara")
        for to in (here.anna, clara):
            assert await here.anna.client.refusal(here.hand_over(to)) is ErrorCode.UNKNOWN
        nobody = enquiries.EnquiryHandOver(
            ticket16=here.sam.ticket16, successor=seed("nobody", 16), is_deputy=0
        )
        assert await here.anna.client.refusal(nobody) is ErrorCode.UNKNOWN
        await new_team(here.home, "Anna", key="team key 2")
        assert await here.anna.client.refusal(here.hand_over(here.berta)) is ErrorCode.UNKNOWN
        assert (await here.row()).successor == b""


async def test_it_goes_to_nobody_whose_certificate_is_revoked(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.home.revokes(here.berta.person)
        assert await here.anna.client.refusal(here.hand_over(here.berta)) is ErrorCode.UNKNOWN


@pytest.mark.parametrize("is_addressed", [False, True])
async def test_nothing_is_handed_over_before_it_is_taken(
    tmp_path: Path, is_addressed: bool
) -> None:
    async with house(tmp_path) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        sam = await writer(home, "Sam")
        await sam.sends(addressee=anna if is_addressed else None)
        here = Desk(home, anna, berta, sam)
        open_code = ErrorCode.WRONG_STATE if is_addressed else ErrorCode.FORBIDDEN
        for to in (berta, None):
            assert await anna.client.refusal(here.hand_over(to)) is open_code
        await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        for to in (berta, None):
            assert await anna.client.refusal(here.hand_over(to)) is ErrorCode.WRONG_STATE
        assert await here.lying() == 1


async def test_the_first_taker_repeats_without_ending_the_hand_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.adds(here.berta)
        await here.anna.client.call(here.hand_over(here.berta))
        await here.anna.client.call(here.taken())
        assert (await here.row()).successor == here.berta.person.subject16
        assert await here.lying() == 2


async def test_a_successor_only_takes_or_returns(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.anna.client.call(here.hand_over(here.berta))
        ticket16 = here.sam.ticket16
        refused: tuple[tuple[Command[Any], ErrorCode], ...] = (
            (enquiries.EnquiryAccept(ticket16=ticket16), ErrorCode.TAKEN),
            (
                enquiries.EnquiryMark(ticket16=ticket16, state=EnquiryState.DONE),
                ErrorCode.FORBIDDEN,
            ),
            (enquiries.EnquiryEnd(ticket16=ticket16), ErrorCode.FORBIDDEN),
        )
        for command, code in refused:
            assert await here.berta.client.refusal(command) is code


async def test_a_successor_who_leaves_the_team_takes_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.adds(here.berta)
        await here.anna.client.call(here.hand_over(here.berta))
        await new_team(here.home, "Anna", key="team key 2")
        for command in (here.taken(), here.back(), here.letters()):
            assert await here.berta.client.refusal(command) is ErrorCode.UNKNOWN
        await here.anna.client.call(here.hand_over(None))
        assert (await here.row()).successor == b""


async def sent_back(here: Desk) -> None:
    await here.berta.client.call(here.back())


async def taken_over(here: Desk) -> None:
    await here.berta.client.call(here.taken())


async def given_up(here: Desk) -> None:
    await here.anna.client.call(here.hand_over(None))


async def withdrawn(here: Desk) -> None:
    await here.sam.ticket(enquiries.EnquiryWithdraw())


async def ended(here: Desk) -> None:
    await here.anna.client.call(enquiries.EnquiryEnd(ticket16=here.sam.ticket16))


@pytest.mark.parametrize("goes", [sent_back, taken_over, given_up, withdrawn, ended])
async def test_no_byte_of_a_hand_overs_letter_outlasts_its_work(
    tmp_path: Path, goes: Callable[[Desk], Awaitable[None]]
) -> None:
    async with desk(tmp_path) as here:
        sealed = await here.adds(here.berta)
        await here.anna.client.call(here.hand_over(here.berta))
        await here.home.elapse(SWEEP_MS)
        marks = {"welcome": sealed[0][-64:], "grant": sealed[1][-64:]}
        assert on_disk(tmp_path / "data", marks) == set(marks)
        await goes(here)
        await here.home.elapse(SWEEP_MS)
        assert on_disk(tmp_path / "data", marks) == set()
