"""The list of a portal: pages, whose rows stand in it, what is told of it, and at what price."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path
from typing import Any

from crypto.wire import enquiries
from crypto.wire.enquiries import MAX_ROWS, EnquiryState
from e2e_server.features.enquiries import machine, store, tickets
from e2e_server.features.enquiries.machine import UNTAKEN
from e2e_server.features.enquiries.readers import EnquiryLooks
from e2e_server.features.enquiries.store import TicketRow
from e2e_server.features.enquiries.teams import Listed
from e2e_server.features.enquiries.tickets import Change, Place
from e2e_server.kernel.looks import SharedLooks
from e2e_server.storage.port import WriteTransaction
from tests.features.boxes.test_looks import CountedReads
from tests.helpers.livecast import HOUR_MS, SECOND_PORTAL16, Counsellor, House, house, settled
from tests.helpers.organisation import seed
from tests.helpers.server import PORTAL16
from tests.helpers.writtencast import accepts, heard, listing, row_of, writer

# Who has anything to do with a portal: of its team, of its leads, or of both.
LISTED = (Listed(True, False), Listed(False, True), Listed(True, True))


async def fill(home: House, count: int) -> None:
    """Put many open enquiries into the portal's list."""
    parts = home.server.relay.parts
    clocks = tickets.clocks(parts.settings)

    def work(tx: WriteTransaction) -> None:
        for number in range(1, count + 1):
            store.insert(
                tx,
                TicketRow(
                    ticket16=seed(f"ticket {number}", 16),
                    portal16=PORTAL16,
                    number=number,
                    language="de",
                    cap_hash=seed(f"cap {number}"),
                    is_addressed=False,
                    has_regular=False,
                    for_leads=False,
                    reads_along=False,
                    assignee=None,
                    successor=None,
                    deputy=None,
                    life=machine.opened(tx.now_ms, clocks),
                ),
            )

    await parts.db.write(work)


async def page(anna: Counsellor, start: int) -> enquiries.EnquiriesReply:
    command = enquiries.Enquiries(portal16=PORTAL16, is_all=0, start=start)
    return await anna.client.call(command)


async def test_a_long_list_comes_page_by_page(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await fill(home, 2 * MAX_ROWS + 1)
        numbers: list[int] = []
        while rows := (reply := await page(anna, numbers[-1] + 1 if numbers else 0)).rows:
            numbers += [row.number for row in rows]
            assert (len(rows), reply.has_more) in ((MAX_ROWS, 1), (1, 0))
        assert numbers == list(range(1, 2 * MAX_ROWS + 2))


async def test_a_full_last_page_says_that_it_is_the_last(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await fill(home, MAX_ROWS)
        reply = await page(anna, 0)
        assert (len(reply.rows), reply.has_more) == (MAX_ROWS, 0)
        reply = await page(anna, MAX_ROWS + 1)
        assert (reply.rows, reply.has_more) == ((), 0)


async def test_no_action_reads_the_whole_list(tmp_path: Path) -> None:
    """What the database does for each statement of an enquiry: by an index, without sorting."""
    plans: list[str] = []
    async with house(tmp_path) as home:

        def work(tx: WriteTransaction) -> None:
            planned = PlannedReads(tx, plans)
            view = store.Viewer(subject16=bytes(16), where=Listed(True, True), is_all=False)
            store.visible(planned, PORTAL16, view, start=7, limit=501)
            store.by_id(planned, bytes(16))
            store.by_cap(planned, bytes(32))
            store.highest_number(planned, PORTAL16)
            store.due(planned, 1, 1)

        await home.server.relay.parts.db.write(work)
    assert len(plans) >= 5
    for plan in plans:
        assert "SEARCH" in plan or plan == "MULTI-INDEX OR" or plan.startswith("INDEX "), plan
    # A page begins at its number, and comes in order without a sort.
    assert "enquiries_tickets_by_number (portal16=? AND number>?)" in plans[0]


class PlannedReads:
    """A transaction that notes how the database would find what is asked for."""

    def __init__(self, tx: WriteTransaction, plans: list[str]) -> None:
        self._tx = tx
        self._plans = plans

    def one(self, sql: str, *values: Any) -> Any:
        """As the transaction's."""
        self._plan(sql, values)
        return self._tx.one(sql, *values)

    def all(self, sql: str, *values: Any) -> Any:
        """As the transaction's."""
        self._plan(sql, values)
        return self._tx.all(sql, *values)

    def _plan(self, sql: str, values: tuple[Any, ...]) -> None:
        self._plans += [row[3] for row in self._tx.all(f"EXPLAIN QUERY PLAN {sql}", *values)]


async def test_a_row_says_what_staff_may_know_and_no_more(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await writer(home, "Sam")
        await sam.sends()
        (row,) = await listing(anna)
        assert row == enquiries.EnquiryRow(
            ticket16=sam.ticket16,
            portal16=PORTAL16,
            number=1,
            language="de",
            state=EnquiryState.OPEN,
            since_hour=home.server.clock.now_ms() // HOUR_MS,
            is_addressed=0,
            assignee=b"",
            until_ms=0,
            successor=b"",
            deputy=b"",
            has_regular=0,
            for_leads=0,
            reads_along=0,
        )


async def test_the_own_list_holds_open_ones_and_the_own(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        sam, tom, uma = [await writer(home, name) for name in ("Sam", "Tom", "Uma")]
        elsewhere = await writer(home, "Wim", SECOND_PORTAL16)
        for one in (sam, tom, uma, elsewhere):
            await one.sends()
        await accepts(anna, sam)
        await accepts(berta, tom)
        own = [row.ticket16 for row in await listing(anna)]
        assert own == [sam.ticket16, uma.ticket16]
        every = [row.ticket16 for row in await listing(anna, is_all=1)]
        assert every == [sam.ticket16, tom.ticket16, uma.ticket16]
        assert (await row_of(anna, tom)).assignee == berta.person.subject16


async def test_a_list_hears_of_what_enters_stays_and_leaves_it(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        await listing(anna)
        await listing(berta, is_all=1)
        sam = await writer(home, "Sam")
        await sam.sends()
        await accepts(berta, sam)
        await settled(anna.client, berta.client)
        open_to_taken = [EnquiryState.OPEN, EnquiryState.RESERVED, EnquiryState.WAITING]
        assert [state for _, state in heard(anna)] == open_to_taken
        assert [state for _, state in heard(berta)] == open_to_taken
        # From here on it is no longer in Anna's list.
        for state in (EnquiryState.ANSWERED, EnquiryState.DONE):
            mark = enquiries.EnquiryMark(ticket16=sam.ticket16, state=state)
            await berta.client.call(mark)
        await berta.client.call(enquiries.EnquiryEnd(ticket16=sam.ticket16))
        await settled(anna.client, berta.client)
        assert heard(anna) == []
        gone = [EnquiryState.ANSWERED, EnquiryState.DONE, EnquiryState.GONE]
        assert [state for _, state in heard(berta)] == gone


async def test_two_lists_on_one_line_are_one(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await writer(home, "Sam")
        for is_all in (1, 0, 0):
            await listing(anna, is_all=is_all)
        await sam.opens()
        await settled(anna.client)
        assert heard(anna) == [(sam.ticket16, EnquiryState.OPEN)]


async def test_a_poll_without_reason_costs_no_look(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await fill(home, 3)
        await listing(anna)
        parts = home.server.relay.parts
        counted = CountedReads(parts.db)
        parts.services.put(EnquiryLooks, EnquiryLooks(counted))
        home.server.relay.fanout.poll_all()
        await settled(anna.client)
        assert (heard(anna), counted.reads) == ([], 0)


async def test_a_team_that_is_woken_together_looks_once(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        lines = [await home.counsellor("Anna"), await home.counsellor("Berta")]
        lines += [await home.signs_in(name) for name in ("Anna", "Berta") * 3]
        for one in lines:
            await listing(one)
        parts = home.server.relay.parts
        counted = CountedReads(parts.db)
        parts.services.put(EnquiryLooks, EnquiryLooks(counted))
        sam = await writer(home, "Sam")
        await sam.opens()
        for one in lines:
            await settled(one.client)
            assert heard(one) == [(sam.ticket16, EnquiryState.OPEN)]
        assert counted.reads == 1


async def test_who_shares_a_look_that_fails_looks_again() -> None:
    asked: list[str] = []

    async def read(key: str) -> str:
        asked.append(key)
        if len(asked) == 1:
            raise OSError
        return key

    looks = SharedLooks(read)
    first, second = await gather(looks, "a", "a")
    assert isinstance(first, OSError)
    assert (second, asked) == ("a", ["a", "a"])


async def gather(looks: SharedLooks[str, str], *keys: str) -> list[str | BaseException]:
    return await asyncio.gather(*map(looks.look, keys), return_exceptions=True)


def test_an_announcement_comes_back_as_it_was() -> None:
    one, other = seed("somebody", 16), seed("a colleague", 16)
    for people in ((b"", b"", b""), (one, b"", b""), (one, other, b""), (one, b"", other)):
        place = Place(EnquiryState.WAITING, True, False, *people)
        change = Change(seed("ticket", 16), place)
        assert Change.decode(change.encode()) == change


async def test_sql_and_readers_agree_on_who_sees_what(tmp_path: Path) -> None:
    me, other = seed("subject Anna", 16), seed("subject Berta", 16)
    async with house(tmp_path) as home:
        parts = home.server.relay.parts
        for number, place in enumerate(places(me, other), 1):
            state, is_addressed, for_leads, assignee, successor, deputy = place
            row = TicketRow(
                ticket16=seed(f"ticket {number}", 16),
                portal16=PORTAL16,
                number=number,
                language="de",
                cap_hash=seed(f"cap {number}"),
                is_addressed=is_addressed,
                has_regular=False,
                for_leads=for_leads,
                reads_along=False,
                assignee=assignee or None,
                successor=successor or None,
                deputy=deputy or None,
                life=machine.EnquiryLife(state=state, since_hour=0, until_ms=0, ends_hour=1),
            )
            await parts.db.write(lambda tx, row=row: store.insert(tx, row))  # type: ignore[misc]
        for is_all, where in itertools.product((False, True), LISTED):
            view = store.Viewer(subject16=me, where=where, is_all=is_all)
            rows = await parts.db.read(
                lambda tx, view=view: store.visible(  # type: ignore[misc]
                    tx, PORTAL16, view, start=0, limit=500
                )
            )
            seen = [one for one in places(me, other) if one.is_seen_by(me, where, is_all=is_all)]
            assert [tickets.place_of(row) for row in rows] == seen
            assert 0 < len(seen) < len(places(me, other))


def places(me: bytes, other: bytes) -> list[Place]:
    """Return every place in which a ticket can stand."""
    return [
        Place(state, is_addressed, for_leads, assignee, successor, deputy)
        for state in list(EnquiryState)[:5]
        for is_addressed in (False, True)
        for for_leads in (False, True)
        for assignee in (b"", me, other)
        for successor in (b"", me, other)
        for deputy in {b"", successor, me}
        if assignee or not (is_addressed or state > EnquiryState.OPEN)
        if not successor or (state not in UNTAKEN and successor != assignee)
        if deputy in (b"", successor) or (not successor and state not in UNTAKEN)
    ]
