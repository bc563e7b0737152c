"""How many enquiries somebody has at a time: what takes a place, what frees it, who may set it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from crypto.wire import enquiries
from crypto.wire.capacity import (
    UNLIMITED,
    Capacity,
    CapacityReply,
    CapacitySet,
    PortalRules,
    PortalRulesSet,
    RelationPut,
    Taker,
    Takers,
    TakersReply,
)
from crypto.wire.codec import RefusalFrame
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.livecast import Counsellor, House, house
from tests.helpers.organisation import Person, seed
from tests.helpers.server import PORTAL16
from tests.helpers.writtencast import (
    DAY_MS,
    RESERVE_MS,
    UNACCEPTED_DAYS,
    Writer,
    accepts,
    new_team,
    row_of,
    writer,
)

BY_PLACE = range(1, 4)


@asynccontextmanager
async def team(folder: Path) -> AsyncIterator[tuple[House, Counsellor, Counsellor]]:
    """Anna and Berta counsel."""
    async with house(folder) as home:
        yield home, await home.counsellor("Anna"), await home.counsellor("Berta")


async def sets(who: Counsellor, places: int, *, about: bytes = b"", only: int = 0) -> None:
    """Say how many enquiries somebody wants at a time."""
    command = CapacitySet(subject16=about, places=places, is_regulars_only=only)
    await who.client.call(command)


async def taken(who: Counsellor) -> int:
    """Return how many of the own places are taken."""
    return (await who.client.call(Capacity(subject16=b""))).taken


async def writes(home: House, name: str, to: Counsellor | None = None) -> Writer:
    """Somebody new sends an enquiry."""
    one = await writer(home, name)
    await one.sends(to)
    return one


async def refused(home: House, name: str, to: Counsellor) -> ErrorCode:
    """Somebody new writes to one counsellor alone, and is refused."""
    one = await writer(home, name)
    await one.creates()
    await one.client.call(one.to_one(to), one.box_cap)
    return await one.refused(one.open_command(addressee=to.person.subject16))


async def takers(one: Writer) -> TakersReply:
    """Ask who takes on new enquiries."""
    return await one.client.call(Takers(portal16=PORTAL16))


def passes(home: House, duration_ms: int) -> None:
    """Let time go by without waking any sweep."""
    home.server.clock.set_back(-duration_ms)


async def test_without_a_word_everybody_takes_as_many_as_come(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta):
        sam = await writes(home, "Sam", anna)
        own = await anna.client.call(Capacity(subject16=b""))
        assert own == CapacityReply(places=UNLIMITED, is_regulars_only=0, taken=1)
        everybody = sorted(one.person.subject16 for one in (anna, berta))
        assert await takers(sam) == TakersReply(
            takers=tuple(Taker(subject16=one, is_open=1, is_regulars_only=0) for one in everybody),
            fallback=b"",
        )
        # Set back, nothing of it stays.
        await sets(anna, 3)
        await sets(anna, UNLIMITED)
        assert await home.rows("SELECT * FROM capacity_people") == []


async def test_who_takes_none_is_not_written_to_alone_and_takes_none(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta):
        await sets(anna, 0)
        assert await refused(home, "Sam", anna) is ErrorCode.AT_CAPACITY
        tom = await writes(home, "Tom")
        accept = enquiries.EnquiryAccept(ticket16=tom.ticket16)
        assert await anna.client.refusal(accept) is ErrorCode.AT_CAPACITY
        # It is as open as it was, and a colleague's.
        assert (await row_of(anna, tom)).state == EnquiryState.OPEN
        await accepts(berta, tom)
        open_to = {one.subject16: one.is_open for one in (await takers(tom)).takers}
        assert open_to == {anna.person.subject16: 0, berta.person.subject16: 1}


async def test_the_next_one_comes_when_one_is_done(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, _):
        await sets(anna, 1)
        sam, tom = await writes(home, "Sam"), await writes(home, "Tom")
        accept = enquiries.EnquiryAccept(ticket16=tom.ticket16)
        await accepts(anna, sam)
        for state in (EnquiryState.WAITING, EnquiryState.ANSWERED):
            await anna.client.call(enquiries.EnquiryMark(ticket16=sam.ticket16, state=state))
            assert await anna.client.refusal(accept) is ErrorCode.AT_CAPACITY
            assert await taken(anna) == 1
        done = enquiries.EnquiryMark(ticket16=sam.ticket16, state=EnquiryState.DONE)
        await anna.client.call(done)
        await anna.client.call(accept)
        # Sam writes on: that is never refused, and there is one more than there are places.
        await sam.ticket(enquiries.EnquiryAgain())
        assert await taken(anna) == 2
        assert await refused(home, "Uma", anna) is ErrorCode.AT_CAPACITY


async def test_each_end_frees_the_place(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, _):
        await sets(anna, 1)
        # Given back.
        sam = await writes(home, "Sam")
        await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        assert await taken(anna) == 1
        await anna.client.call(enquiries.EnquiryReturn(ticket16=sam.ticket16))
        assert await taken(anna) == 0
        # Closed by the counsellor; withdrawn by the seeker, before it is taken and after.
        await accepts(anna, sam)
        await anna.client.call(enquiries.EnquiryEnd(ticket16=sam.ticket16))
        for name, is_taken in (("Tom", False), ("Uma", True)):
            one = await writes(home, name, anna)
            assert await taken(anna) == 1
            if is_taken:
                await anna.client.call(enquiries.EnquiryTaken(ticket16=one.ticket16))
            await one.ticket(enquiries.EnquiryWithdraw())
            assert await taken(anna) == 0


async def test_deadlines_count_before_any_sweep(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, _):
        await sets(anna, 1)
        sam, tom = await writes(home, "Sam"), await writes(home, "Tom")
        await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        passes(home, RESERVE_MS)
        assert await taken(anna) == 0
        await writes(home, "Uma", anna)
        assert await taken(anna) == 1
        passes(home, UNACCEPTED_DAYS * DAY_MS)
        again = await home.signs_in("Anna")
        assert await taken(again) == 0
        late = enquiries.EnquiryAccept(ticket16=tom.ticket16)
        assert await again.client.refusal(late) is ErrorCode.UNKNOWN
        assert (await home.rows("SELECT COUNT(*) FROM enquiries_tickets"))[0][0] == 3


async def test_a_reservation_of_what_is_mine_alone_keeps_its_place(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, _):
        await sets(anna, 1)
        sam = await writes(home, "Sam", anna)
        # It has its place since it was sent.
        await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        passes(home, RESERVE_MS)
        assert await taken(anna) == 1
        assert await refused(home, "Tom", anna) is ErrorCode.AT_CAPACITY


async def test_what_somebody_begins_themselves_passes_and_nobody_elses(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta):
        await sets(anna, 1)
        strangers = [await writer(home, f"Sam {n}") for n in range(8)]
        for one in strangers:
            await one.creates()
            await one.client.call(one.to_one(anna), one.box_cap)

        def opens(by: Counsellor | Writer, name: str) -> Awaitable[enquiries.EnquiryOpenReply]:
            begun = strangers[0].open_command(
                ticket16=seed(f"begun {name}", 16), addressee=anna.person.subject16
            )
            return by.client.call(begun, seed(f"ticket cap {name}", 32))

        asked = [
            *(opens(anna, f"own {n}") for n in range(2)),
            *(opens(one, one.name) for one in strangers),
        ]
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert not [one for one in found[:2] if isinstance(one, BaseException)]
        # Of the strangers at most the one who was there before her own two.
        assert sum(not isinstance(one, BaseException) for one in found[2:]) <= 1
        full = await taken(anna)
        assert full >= 2
        # A colleague, though of the same team, is as much of a stranger.
        await sets(anna, 0)
        with pytest.raises(WireError) as stranger:
            await opens(berta, "colleague")
        assert stranger.value.code is ErrorCode.AT_CAPACITY
        await opens(anna, "one more")
        assert await taken(anna) == full + 1


async def test_what_a_colleague_hands_over_is_never_refused(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta):
        await sets(berta, 0)
        sam = await writes(home, "Sam")
        await accepts(anna, sam)
        to_berta = enquiries.EnquiryHandOver(
            ticket16=sam.ticket16, successor=berta.person.subject16, is_deputy=0
        )
        await anna.client.call(to_berta)
        assert (await taken(anna), await taken(berta)) == (1, 0)
        await berta.client.call(enquiries.EnquiryTaken(ticket16=sam.ticket16))
        assert (await taken(anna), await taken(berta)) == (0, 1)


async def test_standing_in_takes_no_place(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta):
        await sets(berta, 0)
        sam = await writes(home, "Sam")
        await accepts(anna, sam)
        to_berta = enquiries.EnquiryHandOver(
            ticket16=sam.ticket16, successor=berta.person.subject16, is_deputy=1
        )
        await anna.client.call(to_berta)
        await berta.client.call(enquiries.EnquiryTaken(ticket16=sam.ticket16))
        assert (await taken(anna), await taken(berta)) == (1, 0)


async def test_a_late_report_is_taken_for_the_commit_stands(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, _):
        sam = await writes(home, "Sam")
        await anna.client.call(enquiries.EnquiryAccept(ticket16=sam.ticket16))
        await anna.client.call(sam.taking(anna), sam.join_cap)
        passes(home, RESERVE_MS)
        await sets(anna, 0)
        await anna.client.call(enquiries.EnquiryTaken(ticket16=sam.ticket16))
        assert await taken(anna) == 1


@pytest.mark.parametrize("places", BY_PLACE)
async def test_ten_who_write_at_once_get_as_many_as_there_are_places(
    tmp_path: Path, places: int
) -> None:
    async with team(tmp_path) as (home, anna, _):
        await sets(anna, places)
        people = [await writer(home, f"Person {n}") for n in range(10)]
        pending = [
            await one.client.start(
                one.open_command(addressee=anna.person.subject16), one.ticket_cap
            )
            for one in people
        ]
        replies = await asyncio.gather(*pending)
        refusals = [one.code for one in replies if isinstance(one, RefusalFrame)]
        assert refusals == [ErrorCode.AT_CAPACITY] * (10 - places)
        assert await taken(anna) == places
        # Who got in gets the same answer again, though it is full now.
        for one, reply in zip(people, replies, strict=True):
            if not isinstance(reply, RefusalFrame):
                assert await one.opens(addressee=anna.person.subject16) > 0


async def test_two_devices_that_take_at_once_do_not_both_get_the_last_place(
    tmp_path: Path,
) -> None:
    async with team(tmp_path) as (home, anna, _):
        other = await home.signs_in("Anna")
        await sets(anna, 1)
        sam, tom = await writes(home, "Sam"), await writes(home, "Tom")
        pending = [
            await device.client.start(enquiries.EnquiryAccept(ticket16=one.ticket16))
            for device, one in ((anna, sam), (other, tom))
        ]
        replies = await asyncio.gather(*pending)
        refusals = [one.code for one in replies if isinstance(one, RefusalFrame)]
        assert (refusals, await taken(anna)) == ([ErrorCode.AT_CAPACITY], 1)


# --- who may set what -------------------------------------------------------------------------


async def test_colleagues_neither_read_nor_change_each_others(tmp_path: Path) -> None:
    async with team(tmp_path) as (_, anna, berta):
        about = berta.person.subject16
        for command in (
            Capacity(subject16=about),
            CapacitySet(subject16=about, places=0, is_regulars_only=0),
            PortalRulesSet(portal16=PORTAL16, fallback=b"", is_automatic=1),
        ):
            assert await anna.client.refusal(command) is ErrorCode.FORBIDDEN
        # Naming oneself is the same as naming nobody.
        await sets(anna, 2, about=anna.person.subject16)
        assert (await anna.client.call(Capacity(subject16=b""))).places == 2
        assert (await berta.client.call(Capacity(subject16=b""))).places == UNLIMITED


async def test_nobody_without_a_certificate_gets_anywhere(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, _, _):
        sam, stranger = await writer(home, "Sam"), await home.line()
        for command in (
            Capacity(subject16=b""),
            CapacitySet(subject16=b"", places=0, is_regulars_only=0),
            PortalRules(portal16=PORTAL16),
            PortalRulesSet(portal16=PORTAL16, fallback=b"", is_automatic=1),
        ):
            for client in (sam.client, stranger):
                assert await client.refusal(command) is ErrorCode.UNAUTHORISED
        assert await stranger.refusal(Takers(portal16=PORTAL16)) is ErrorCode.UNAUTHORISED
        assert await sam.client.refusal(Takers(portal16=bytes(16))) is ErrorCode.UNKNOWN


async def test_an_admin_sets_it_for_whoever_is_certified(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, _):
        ada = await home.counsellor("Ada")
        await sets(ada, 4, about=anna.person.subject16)
        assert (await anna.client.call(Capacity(subject16=b""))).places == 4
        nobody = CapacitySet(subject16=bytes(16), places=0, is_regulars_only=0)
        assert await ada.client.refusal(nobody) is ErrorCode.UNKNOWN


async def test_who_steps_in_is_an_admins_word_about_somebody_in_the_team(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta):
        ada, sam = await home.counsellor("Ada"), await writer(home, "Sam")

        def rules(fallback: bytes, portal16: bytes = PORTAL16) -> PortalRulesSet:
            return PortalRulesSet(portal16=portal16, fallback=fallback, is_automatic=1)

        for wrong in (bytes(16), Person("Clara").subject16, ada.person.subject16):
            assert await ada.client.refusal(rules(wrong)) is ErrorCode.UNKNOWN
        assert await ada.client.refusal(rules(b"", bytes(16))) is ErrorCode.UNKNOWN
        assert await anna.client.refusal(PortalRules(portal16=bytes(16))) is ErrorCode.UNKNOWN
        await ada.client.call(rules(berta.person.subject16))
        assert (await takers(sam)).fallback == berta.person.subject16
        found = await anna.client.call(PortalRules(portal16=PORTAL16))
        assert (found.fallback, found.is_automatic) == (berta.person.subject16, 1)
        # Who has left the team steps in no more, whatever the rules say.
        await new_team(home, "Anna", key="team key 2")
        reply = await takers(sam)
        assert (reply.fallback, len(reply.takers)) == (b"", 1)


async def test_who_is_certified_no_more_is_not_among_the_takers(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta):
        ada, sam = await home.counsellor("Ada"), await writer(home, "Sam")
        by_berta = PortalRulesSet(
            portal16=PORTAL16, fallback=berta.person.subject16, is_automatic=0
        )
        await ada.client.call(by_berta)
        await home.revokes(berta.person)
        reply = await takers(sam)
        assert [one.subject16 for one in reply.takers] == [anna.person.subject16]
        assert reply.fallback == b""


async def test_nothing_stays_about_whose_key_was_revoked(tmp_path: Path) -> None:
    async with team(tmp_path) as (home, anna, berta):
        ada = await home.counsellor("Ada")
        for one in (anna, berta):
            await sets(one, 3)
            relation = RelationPut(relation_hash=one.person.subject16 * 2, is_known=0)
            await one.client.call(relation)
        by_berta = PortalRulesSet(
            portal16=PORTAL16, fallback=berta.person.subject16, is_automatic=1
        )
        await ada.client.call(by_berta)
        await home.revokes(berta.person)
        await home.elapse(3_600_000)
        mine = (anna.person.subject16,)
        assert await home.rows("SELECT subject16 FROM capacity_people") == [mine]
        assert await home.rows("SELECT subject16 FROM capacity_relations") == [mine]
        assert await home.rows("SELECT fallback, is_automatic FROM capacity_portals") == [(None, 1)]
