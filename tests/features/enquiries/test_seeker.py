"""What the seeker's client may do with a ticket, and each refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto.wire import accounts, enquiries
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode
from tests.helpers.livecast import HOUR_MS, SECOND_PORTAL16, house, settled
from tests.helpers.organisation import Person, seed
from tests.helpers.writtencast import DAY_MS, accepts, heard, listing, new_team, row_of, writer


async def test_opening_needs_a_sign_in(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        sam = await writer(home, "Sam")
        await sam.client.call(accounts.SignOut())
        assert await sam.refused(sam.open_command()) is ErrorCode.UNAUTHORISED
        assert await home.rows("SELECT 1 FROM enquiries_tickets") == []


async def test_opening_again_gives_the_first_number(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        sam, tom = await writer(home, "Sam"), await writer(home, "Tom")
        await listing(anna)
        assert (await sam.opens(), await tom.opens(), await sam.opens()) == (1, 2, 1)
        await settled(anna.client)
        assert heard(anna) == [
            (sam.ticket16, EnquiryState.OPEN),
            (tom.ticket16, EnquiryState.OPEN),
        ]
        # Also when it has long been taken, and whatever the repeat says beside.
        await accepts_without_a_box(anna, sam)
        assert await sam.opens(portal16=SECOND_PORTAL16) == 1
        assert (await row_of(anna, sam)).state == EnquiryState.WAITING


async def accepts_without_a_box(anna, sam) -> None:
    await anna.client.call(enquiries.EnquiryTaken(ticket16=sam.ticket16))


async def test_numbers_go_on_in_each_portal_for_itself(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        writers = [await writer(home, name) for name in ("Sam", "Tom", "Uma")]
        assert [await one.opens() for one in writers] == [1, 2, 3]
        await writers[0].ticket(enquiries.EnquiryWithdraw())
        vera = await writer(home, "Vera")
        assert await vera.opens() == 4
        other = await writer(home, "Wim", SECOND_PORTAL16)
        assert await other.opens() == 1


async def test_another_seekers_ticket_is_refused(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        sam, tom = await writer(home, "Sam"), await writer(home, "Tom")
        await sam.opens()
        assert await tom.refused(tom.open_command(ticket16=sam.ticket16)) is ErrorCode.CONFLICT
        foreign = sam.open_command(ticket16=seed("another id", 16))
        assert await sam.refused(foreign) is ErrorCode.CONFLICT


@pytest.mark.parametrize("name", ["Clara", "Nobody"])
async def test_only_a_member_of_the_team_is_addressed(tmp_path: Path, name: str) -> None:
    async with house(tmp_path) as home:
        sam = await writer(home, "Sam")
        to_them = sam.open_command(addressee=seed(f"subject {name}", 16))
        assert await sam.refused(to_them) is ErrorCode.UNKNOWN
        assert await sam.refused(sam.open_command(portal16=bytes(16))) is ErrorCode.UNKNOWN


async def test_who_has_left_or_lost_the_certificate_is_not_addressed(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        sam = await writer(home, "Sam")
        await new_team(home, "Anna", key="team key 2")
        to_berta = sam.open_command(addressee=Person("Berta").subject16)
        assert await sam.refused(to_berta) is ErrorCode.UNKNOWN
        # Anna stays a member on paper.
        await home.revokes(Person("Anna"))
        to_anna = sam.open_command(addressee=Person("Anna").subject16)
        assert await sam.refused(to_anna) is ErrorCode.UNKNOWN


async def test_an_account_begins_so_many_in_a_day(tmp_path: Path) -> None:
    async with house(tmp_path, enquiries_per_day=2) as home:
        sam = await writer(home, "Sam")
        for number in (1, 2):
            one = sam.open_command(ticket16=seed(f"ticket {number}", 16))
            await sam.client.call(one, seed(f"cap {number}"))
            # A repeat costs nothing.
            await sam.client.call(one, seed(f"cap {number}"))
        assert await sam.refused(sam.open_command()) is ErrorCode.RATE_LIMITED
        tom = await writer(home, "Tom")
        assert await tom.opens() == 3
        home.server.clock.elapse(DAY_MS + HOUR_MS)
        await sam.signs_in()
        assert await sam.opens() == 4


async def test_writing_again_is_told_and_harmless_while_somebody_waits(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await writer(home, "Sam")
        await sam.sends()
        await sam.ticket(enquiries.EnquiryAgain())
        assert (await row_of(anna, sam)).state == EnquiryState.OPEN
        await accepts(anna, sam)
        for state in (EnquiryState.ANSWERED, EnquiryState.DONE):
            await anna.client.call(enquiries.EnquiryMark(ticket16=sam.ticket16, state=state))
            # Without a sign-in too: the capability says enough.
            await sam.connects()
            for _ in range(2):
                await sam.ticket(enquiries.EnquiryAgain())
                assert (await row_of(anna, sam)).state == EnquiryState.WAITING


async def test_unknown_and_gone_tickets_answer_alike(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        sam, tom = await writer(home, "Sam"), await writer(home, "Tom")
        await sam.opens()
        await sam.ticket(enquiries.EnquiryWithdraw())
        for one in (sam, tom):
            for command in (enquiries.EnquiryAgain(), enquiries.EnquiryWithdraw()):
                assert await one.refused(command) is ErrorCode.UNKNOWN


async def test_a_withdrawn_enquiry_leaves_neither_ticket_nor_letter(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await writer(home, "Sam")
        await listing(anna)
        await sam.sends()
        await sam.ticket(enquiries.EnquiryWithdraw())
        await settled(anna.client)
        assert heard(anna)[-1] == (sam.ticket16, EnquiryState.GONE)
        for table in ("enquiries_tickets", "boxes_letters"):
            assert await home.rows(f"SELECT 1 FROM {table}") == []
