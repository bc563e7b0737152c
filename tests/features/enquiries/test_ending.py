"""How a ticket ends by itself, what is left of it, and what was never there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from crypto.wire import enquiries
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode
from tests.features.retention.test_purge import on_disk
from tests.helpers.accounts import publish
from tests.helpers.livecast import HOUR_MS, Counsellor, House, house, settled
from tests.helpers.writtencast import (
    DAY_MS,
    IDLE_DAYS,
    UNACCEPTED_DAYS,
    Writer,
    accepts,
    heard,
    listing,
    row_of,
    writer,
)

RETENTION_MS = 48 * HOUR_MS
SWEEP_MS = 20_000
Step = Callable[[House, Counsellor, Writer], Awaitable[None]]


async def renewed(home: House) -> Counsellor:
    """Return Anna as she is after weeks: certified and listed anew, and signed in."""
    organisation, at_ms = home.organisation, home.server.clock.now_ms()
    people = [organisation.counsellor(home.ada, name, at_ms=at_ms) for name in ("Anna", "Berta")]
    epoch = len(organisation.view().team_history(organisation.team16)) + 1
    organisation.team(people[0], people, epoch=epoch, at_ms=at_ms)
    await home.close_lines()
    await publish(await home.line(), organisation)
    return await home.signs_in("Anna")


@pytest.mark.parametrize("is_reserved", [False, True])
async def test_what_nobody_takes_ends_after_thirty_days(tmp_path: Path, is_reserved: bool) -> None:
    async with house(tmp_path) as home:
        await home.counsellor("Anna")
        sam = await writer(home, "Sam")
        await sam.sends()
        home.server.clock.elapse(UNACCEPTED_DAYS * DAY_MS - 1)
        anna = await renewed(home)
        await sam.signs_in()
        await listing(anna)
        if is_reserved:
            await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        await sam.ticket(enquiries.EnquiryAgain())
        home.server.clock.elapse(1)
        # Before any sweep it is gone for whoever asks.
        assert await sam.refused(enquiries.EnquiryAgain()) is ErrorCode.UNKNOWN
        taken = enquiries.EnquiryTaken(ticket16=sam.ticket16)
        assert await anna.client.refusal(taken) is ErrorCode.UNKNOWN
        await home.elapse(0)
        await settled(anna.client)
        assert heard(anna)[-1] == (sam.ticket16, EnquiryState.GONE)
        for table in ("enquiries_tickets", "boxes_letters"):
            assert await home.rows(f"SELECT 1 FROM {table}") == []


async def test_what_nobody_uses_ends_when_its_box_is_purged(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        sam = await writer(home, "Sam")
        await sam.sends()
        await accepts(anna, sam)
        await home.elapse(20 * DAY_MS)
        anna = await renewed(home)
        await anna.client.call(
            enquiries.EnquiryMark(ticket16=sam.ticket16, state=EnquiryState.ANSWERED)
        )
        for passed_ms, is_here in (
            (IDLE_DAYS * DAY_MS + RETENTION_MS - 1, True),
            (1, False),
        ):
            await home.elapse(passed_ms)
            rows = await home.rows("SELECT 1 FROM enquiries_tickets")
            assert bool(rows) is is_here


async def test_a_week_without_power_changes_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        sam, tom = await writer(home, "Sam"), await writer(home, "Tom")
        await sam.sends()
        await tom.sends()
        await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        await accepts(anna, tom)
        before = await row_of(anna, tom)
        await home.close_lines()
        await home.server.stop()
        home.server.clock.elapse(7 * DAY_MS)
        await home.server.start()
        anna = await home.signs_in("Anna")
        assert await row_of(anna, tom) == before
        row = await row_of(anna, sam)
        assert (row.state, row.assignee, row.until_ms) == (EnquiryState.OPEN, b"", 0)


async def withdrawn(home: House, anna: Counsellor, sam: Writer) -> None:
    await sam.ticket(enquiries.EnquiryWithdraw())


async def taken(home: House, anna: Counsellor, sam: Writer) -> None:
    await accepts(anna, sam)


async def too_old(home: House, anna: Counsellor, sam: Writer) -> None:
    home.server.clock.elapse(UNACCEPTED_DAYS * DAY_MS)


@pytest.mark.parametrize("goes", [withdrawn, taken, too_old])
async def test_no_byte_of_a_letter_outlasts_its_work(tmp_path: Path, goes: Step) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await writer(home, "Sam")
        await sam.sends()
        # From here on the relay owes nothing that went before.
        await home.elapse(SWEEP_MS)
        marks = {"letter": sam.to_team().letters[0][-64:]}
        assert on_disk(tmp_path / "data", marks) == {"letter"}
        await goes(home, anna, sam)
        await home.elapse(SWEEP_MS)
        assert on_disk(tmp_path / "data", marks) == set()


async def test_no_id_of_an_ended_ticket_is_left_on_the_disk(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await writer(home, "Sam")
        await sam.sends()
        await accepts(anna, sam)
        await home.elapse(SWEEP_MS)
        marks = {"ticket": sam.ticket16}
        assert on_disk(tmp_path / "data", marks) == {"ticket"}
        await anna.client.call(enquiries.EnquiryEnd(ticket16=sam.ticket16))
        await home.elapse(SWEEP_MS)
        assert on_disk(tmp_path / "data", marks) == set()


async def test_no_row_ties_ticket_account_and_box(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await writer(home, "Sam")
        await sam.sends()
        await nothing_ties(home, sam)
        await accepts(anna, sam)
        await nothing_ties(home, sam)


async def nothing_ties(home: House, sam: Writer) -> None:
    """Look at every row of every table, before and after somebody has taken it."""
    ids = await ids_of(home, sam)
    found = set()
    for (table,) in await home.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in await home.rows(f"SELECT * FROM {table}"):
            blobs = b"\0".join(one for one in row if isinstance(one, bytes))
            named = [name for name, one in ids.items() if one in blobs]
            assert len(named) <= 1, table
            found |= set(named)
    assert found == set(ids)


async def ids_of(home: House, sam: Writer) -> dict[str, bytes]:
    """Return what names the three."""
    ((account16,),) = await home.rows(
        "SELECT account16 FROM accounts_accounts WHERE handle = $1", sam.account.handle
    )
    return {"account": account16, "box": sam.box16, "ticket": sam.ticket16}


async def test_the_log_says_nothing_of_enquiries(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await writer(home, "Sam")
        await sam.sends()
        await accepts(anna, sam)
        await sam.ticket(enquiries.EnquiryWithdraw())
        await home.elapse(UNACCEPTED_DAYS * DAY_MS)
        said = " ".join(home.server.log)
        ids = (await ids_of(home, sam)).values()
        for one in (*ids, anna.person.subject16, sam.portal16):
            assert one.hex() not in said
