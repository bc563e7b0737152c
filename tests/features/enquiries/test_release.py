"""A ticket goes back to the team: by who has it, or by the seeker whom everybody has left."""

from __future__ import annotations

from pathlib import Path

from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire import boxes, enquiries
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode
from tests.features.enquiries.test_hand_over import Desk, desk, rows_told
from tests.helpers.livecast import HOUR_MS, e1, e2, house, kid_of, settled
from tests.helpers.organisation import seed
from tests.helpers.writtencast import (
    TEAM_RIGHTS,
    UNACCEPTED_DAYS,
    listing,
    new_team,
    row_of,
    team_inbox,
    writer,
)

DAYS = 24


def release(here: Desk) -> enquiries.EnquiryRelease:
    return enquiries.EnquiryRelease(ticket16=here.sam.ticket16)


async def lets_the_team_in(here: Desk, letters: int = 3) -> None:
    """Commit as the assignee: the team comes in, with letters, and the assignee goes."""
    sam = here.sam
    step = boxes.Commit(
        box16=sam.box16,
        old_kid=sam.kid,
        new_kid=kid_of("released"),
        e1=e1(sam.box16, sam.kid, "released", 4096),
        caps=(
            boxes.NewCap(
                sidx=3,
                cap_hash=cap_hash(CapSecret(seed("team cap"))),
                rights=TEAM_RIGHTS,
                team16=here.home.organisation.team16,
            ),
        ),
        out=(2,),
        letters=tuple(e2(team_inbox(), f"released {one}") for one in range(letters)),
        ticket16=sam.ticket16,
    )
    await here.anna.client.call(step, here.anna.cap_of(sam))
    sam.kid = kid_of("released")


async def test_it_is_open_for_all_of_the_team(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await listing(here.berta)
        await here.home.server.elapse(5 * HOUR_MS)
        before = await here.row()
        await lets_the_team_in(here)
        for _ in range(2):
            await here.anna.client.call(release(here))
        row = await row_of(here.berta, here.sam)
        assert (row.state, row.assignee, row.is_addressed) == (EnquiryState.OPEN, b"", 0)
        # Somebody waits for an answer all the while.
        assert row.since_hour == before.since_hour
        await settled(here.berta.client)
        assert rows_told(here.berta)[-1] == row
        letters = await here.berta.client.call(here.letters())
        assert len(letters.letters) == 3
        # And not longer than anything that nobody takes: the ticket, and the box.
        (ends_hour,) = (await here.home.rows("SELECT ends_hour FROM enquiries_tickets"))[0]
        (closes_hour,) = (await here.home.rows("SELECT closes_hour FROM boxes_boxes"))[0]
        now_hour = here.home.server.clock.now_ms() // HOUR_MS
        assert ends_hour == closes_hour == now_hour + UNACCEPTED_DAYS * DAYS
        await here.berta.client.call(enquiries.EnquiryAccept(ticket16=here.sam.ticket16))
        await here.berta.client.call(here.taken())
        assert (await here.row()).assignee == here.berta.person.subject16
        assert await here.lying() == 0


async def test_who_was_answered_begins_to_wait(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        done = enquiries.EnquiryMark(ticket16=here.sam.ticket16, state=EnquiryState.DONE)
        await here.anna.client.call(done)
        await here.home.server.elapse(5 * HOUR_MS)
        await lets_the_team_in(here)
        await here.anna.client.call(release(here))
        assert (await here.row()).since_hour == here.home.server.clock.now_ms() // HOUR_MS
        # The seeker writes on, and it stays as open as it is.
        await here.sam.ticket(enquiries.EnquiryAgain())
        assert (await here.row()).state == EnquiryState.OPEN


async def test_what_was_for_one_is_for_all(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        sam = await writer(home, "Sam")
        await sam.sends(anna)
        await anna.client.call(enquiries.EnquiryTaken(ticket16=sam.ticket16))
        here = Desk(home, anna, berta, sam)
        assert await listing(berta) == ()
        await anna.client.call(release(here))
        (row,) = await listing(berta)
        assert (row.is_addressed, row.assignee) == (0, b"")


async def test_only_who_has_it_gives_it_back(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        clara = await here.home.counsellor("Clara")
        assert await here.berta.client.refusal(release(here)) is ErrorCode.FORBIDDEN
        assert await clara.client.refusal(release(here)) is ErrorCode.UNKNOWN
        assert (await here.row()).assignee == here.anna.person.subject16
        await here.anna.client.call(release(here))
        await here.berta.client.call(enquiries.EnquiryAccept(ticket16=here.sam.ticket16))
        assert await here.anna.client.refusal(release(here)) is ErrorCode.FORBIDDEN
        # A reservation is given back in its own way.
        assert await here.berta.client.refusal(release(here)) is ErrorCode.WRONG_STATE


async def test_not_while_it_is_handed_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.anna.client.call(here.hand_over(here.berta))
        assert await here.anna.client.refusal(release(here)) is ErrorCode.WRONG_STATE
        assert await here.berta.client.refusal(release(here)) is ErrorCode.FORBIDDEN
        assert (await here.row()).successor == here.berta.person.subject16


async def test_the_seeker_calls_back_only_from_whom_the_team_has_lost(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        back = enquiries.EnquiryCallBack()
        sam, bob = here.sam, await writer(here.home, "Bob")
        await bob.sends(here.anna)
        for one in (sam, bob):
            assert await one.refused(back) is ErrorCode.FORBIDDEN
        await new_team(here.home, "Berta", key="team key 2")
        for one in (sam, bob):
            for _ in range(2):
                await one.ticket(back)
            row = await row_of(here.berta, one)
            assert (row.state, row.assignee, row.is_addressed) == (EnquiryState.OPEN, b"", 0)
        await accepts_again(here)
        assert await sam.refused(back) is ErrorCode.FORBIDDEN


async def accepts_again(here: Desk) -> None:
    """Berta takes it, as far as the ticket is concerned."""
    await here.berta.client.call(enquiries.EnquiryAccept(ticket16=here.sam.ticket16))
    await here.berta.client.call(here.taken())


async def test_what_one_never_took_waits_for_all_as_long_as_any(tmp_path: Path) -> None:
    """Called back on its last day; and a repeat keeps nothing alive that nobody takes."""
    async with house(tmp_path) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        sam = await writer(home, "Sam")
        await sam.sends(anna)
        await home.server.elapse((UNACCEPTED_DAYS - 1) * DAYS * HOUR_MS)
        await home.revokes(anna.person)
        await sam.ticket(enquiries.EnquiryCallBack())
        now_hour = home.server.clock.now_ms() // HOUR_MS
        wanted = [(now_hour + UNACCEPTED_DAYS * DAYS,)]
        assert await home.rows("SELECT ends_hour FROM enquiries_tickets") == wanted
        await home.server.elapse(5 * HOUR_MS)
        await sam.ticket(enquiries.EnquiryCallBack())
        assert await home.rows("SELECT ends_hour FROM enquiries_tickets") == wanted
        assert berta.person.subject16 != anna.person.subject16
