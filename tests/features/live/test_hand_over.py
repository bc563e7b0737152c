"""To whom a running chat is handed over: who says so, who sees it, when its letters go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from crypto.wire import boxes, live
from crypto.wire.errors import ErrorCode
from crypto.wire.live import QueueRow, QueueRowChanged, TicketState
from tests.features.retention.test_purge import on_disk
from tests.helpers.livecast import (
    HOUR_MS,
    MINUTE_MS,
    Counsellor,
    House,
    Seeker,
    e1,
    e2,
    house,
    kid_of,
    settled,
    told,
)
from tests.helpers.writtencast import new_team

SWEEP_MS = 20_000
CHAT_MS = 180 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Desk:
    """Anna chats with Sam; Berta is her colleague."""

    home: House
    anna: Counsellor
    berta: Counsellor
    sam: Seeker

    def hand_over(self, to: Counsellor | None) -> live.HandOver:
        """Return the report that it goes to somebody, or to nobody."""
        successor = to.person.subject16 if to else b""
        return live.HandOver(ticket16=self.sam.ticket16, successor=successor)

    def taken(self) -> live.HandedOver:
        return live.HandedOver(ticket16=self.sam.ticket16)

    def back(self) -> live.Return:
        return live.Return(ticket16=self.sam.ticket16)

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
        )
        await self.anna.client.call(step, self.anna.cap_of(self.sam))
        self.sam.kid = kid_of(name)
        return sealed

    async def row_for(self, counsellor: Counsellor) -> QueueRow | None:
        rows = await counsellor.queue()
        return next((row for row in rows if row.ticket16 == self.sam.ticket16), None)

    async def row(self) -> QueueRow:
        found = await self.row_for(self.anna)
        assert found is not None
        return found

    async def sealed_for(self, counsellor: Counsellor) -> tuple[bytes, ...]:
        """Return the letters of this chat in somebody's inbox."""
        read = boxes.InboxRead(inbox16=counsellor.inbox16, start=0)
        letters = (await counsellor.client.call(read)).letters
        return tuple(one.e2 for one in letters if one.ticket16 == self.sam.ticket16)


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    """Anna and Berta counsel; Anna is in a chat, and her own letter is read and gone."""
    async with house(folder) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        read = boxes.InboxRead(inbox16=anna.inbox16, start=0)
        for one in (await anna.client.call(read)).letters:
            await anna.client.call(boxes.LetterDelete(inbox16=anna.inbox16, letter=one.letter))
        yield Desk(home, anna, berta, sam)


def rows_told(counsellor: Counsellor) -> list[QueueRow]:
    return [one.row for one in told(counsellor.client, QueueRowChanged)]


async def test_a_colleague_takes_it_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        anna, berta = here.anna.person.subject16, here.berta.person.subject16
        before = await here.row()
        assert await here.berta.queue() == ()
        sealed = await here.adds(here.berta)
        for _ in range(2):
            await here.anna.client.call(here.hand_over(here.berta))
        await settled(here.berta.client)
        (row,) = rows_told(here.berta)
        assert (row.state, row.assignee, row.successor) == (TicketState.ACTIVE, anna, berta)
        assert (row.number, row.until_ms) == (before.number, before.until_ms)
        # What Anna has signed is hers; it would prove nothing to Berta.
        assert (len((await here.row()).acceptance), row.acceptance) == (1, ())
        assert await here.sealed_for(here.berta) == sealed

        for _ in range(2):
            await here.berta.client.call(here.taken())
            found = await here.row_for(here.berta)
            assert found is not None
            assert (found.assignee, found.successor) == (berta, b"")
            assert (found.until_ms, found.acceptance) == (before.until_ms, ())
            assert await here.sealed_for(here.berta) == ()
        assert await here.row_for(here.anna) is None
        assert await here.anna.client.refusal(here.taken()) is ErrorCode.FORBIDDEN
        await settled(here.anna.client)
        assert rows_told(here.anna)[-1].assignee == berta


async def test_the_seekers_page_still_finds_its_way_back(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.adds(here.berta)
        before = await here.sam.resumes()
        await here.anna.client.call(here.hand_over(here.berta))
        await here.berta.client.call(here.taken())
        assert await here.sam.resumes() == before
        assert len(before.offer) == 1


async def test_the_chat_ends_when_it_would_have_ended(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        ends_ms = (await here.row()).until_ms
        await here.adds(here.berta)
        await here.home.elapse(CHAT_MS // 2)
        await here.anna.client.call(here.hand_over(here.berta))
        await here.berta.client.call(here.taken())
        found = await here.row_for(here.berta)
        assert found is not None
        assert found.until_ms == ends_ms
        await here.home.elapse(ends_ms - here.home.server.clock.now_ms())
        closed = await here.row_for(here.berta)
        assert closed is not None
        assert (closed.state, closed.assignee) == (TicketState.CLOSED, here.berta.person.subject16)


async def test_a_colleague_sends_it_back(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.adds(here.berta)
        await here.anna.client.call(here.hand_over(here.berta))
        await here.berta.queue()
        await here.berta.client.call(here.back())
        assert ((await here.row()).successor, await here.sealed_for(here.berta)) == (b"", ())
        await settled(here.berta.client)
        left = rows_told(here.berta)[-1]
        assert (left.assignee, left.successor) == (here.anna.person.subject16, b"")
        for command in (here.back(), here.taken()):
            assert await here.berta.client.refusal(command) is ErrorCode.FORBIDDEN
        # It can go to her once more.
        await here.anna.client.call(here.hand_over(here.berta))
        await here.berta.client.call(here.taken())


async def test_the_assignee_gives_it_up(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.adds(here.berta)
        await here.anna.client.call(here.hand_over(here.berta))
        for _ in range(2):
            await here.anna.client.call(here.hand_over(None))
        assert (await here.row_for(here.berta), await here.sealed_for(here.berta)) == (None, ())
        assert await here.berta.client.refusal(here.taken()) is ErrorCode.FORBIDDEN


async def test_only_who_has_it_hands_it_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        for to in (here.berta, here.anna, None):
            refusal = await here.berta.client.refusal(here.hand_over(to))
            assert refusal is ErrorCode.FORBIDDEN
        assert await here.berta.client.refusal(here.taken()) is ErrorCode.FORBIDDEN
        await here.anna.client.call(here.hand_over(here.berta))
        assert await here.berta.client.refusal(here.hand_over(here.anna)) is ErrorCode.FORBIDDEN
        strange = live.HandOver(ticket16=bytes(16), successor=here.berta.person.subject16)
        assert await here.anna.client.refusal(strange) is ErrorCode.UNKNOWN
        gone = live.HandedOver(ticket16=bytes(16))
        assert await here.berta.client.refusal(gone) is ErrorCode.UNKNOWN


async def test_it_goes_to_a_listed_colleague_only(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        clara = await here.home.counsellor("Clara")
        for to in (clara, here.anna):
            assert await here.anna.client.refusal(here.hand_over(to)) is ErrorCode.UNKNOWN
        await here.home.revokes(here.berta.person)
        refusal = await here.anna.client.refusal(here.hand_over(here.berta))
        assert refusal is ErrorCode.UNKNOWN
        assert (await here.row()).successor == b""


async def test_nothing_is_handed_over_that_does_not_run(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        waiting = await here.home.seeker("Kim")
        ask = live.HandOver(ticket16=waiting.ticket16, successor=here.berta.person.subject16)
        assert await here.anna.client.refusal(ask) is ErrorCode.FORBIDDEN
        await here.anna.accept(waiting)
        assert await here.anna.client.refusal(ask) is ErrorCode.WRONG_STATE
        await here.anna.client.call(live.Return(ticket16=waiting.ticket16))
        await here.anna.client.call(here.hand_over(here.berta))
        # At the very millisecond, before any sweep has come.
        here.home.server.clock.elapse((await here.row()).until_ms - now_ms(here))
        for client, command in (
            (here.anna, here.hand_over(here.berta)),
            (here.berta, here.taken()),
            (here.berta, here.back()),
        ):
            assert await client.client.refusal(command) is ErrorCode.WRONG_STATE


def now_ms(here: Desk) -> int:
    return here.home.server.clock.now_ms()


async def test_a_successor_who_leaves_the_team_takes_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.adds(here.berta)
        await here.anna.client.call(here.hand_over(here.berta))
        await new_team(here.home, "Anna", key="team key 2")
        for command in (here.taken(), here.back()):
            assert await here.berta.client.refusal(command) is ErrorCode.FORBIDDEN
        await here.anna.client.call(here.hand_over(None))
        assert (await here.row()).successor == b""


async def test_who_has_left_the_team_hands_nothing_over(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await new_team(here.home, "Berta", key="team key 2")
        refusal = await here.anna.client.refusal(here.hand_over(here.berta))
        assert refusal is ErrorCode.FORBIDDEN


async def test_others_are_not_told_to_whom_it_goes(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await new_team(here.home, "Anna", "Berta", "Clara", key="team key 2")
        clara = await here.home.counsellor("Clara")
        assert await clara.queue() == ()
        await here.anna.client.call(here.hand_over(here.berta))
        await here.berta.queue()
        await settled(clara.client)
        assert rows_told(clara) == []
        # Nor is who was to have it told who is to have it now.
        await here.anna.client.call(here.hand_over(clara))
        await settled(here.berta.client)
        assert rows_told(here.berta)[-1].successor == b""
        await clara.client.call(here.taken())


async def test_an_end_in_the_middle_leaves_it_where_it_was(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        await here.adds(here.berta)
        await here.anna.client.call(here.hand_over(here.berta))
        await here.sam.client.call(here.sam.close_command(), here.sam.box_cap)
        row = await here.row()
        assert (row.state, row.successor) == (TicketState.CLOSED, b"")
        assert row.assignee == here.anna.person.subject16
        assert await here.row_for(here.berta) is None
        for client, command in (
            (here.berta, here.taken()),
            (here.berta, here.back()),
        ):
            assert await client.client.refusal(command) is ErrorCode.FORBIDDEN


async def sent_back(here: Desk) -> None:
    await here.berta.client.call(here.back())


async def taken_over(here: Desk) -> None:
    await here.berta.client.call(here.taken())


async def given_up(here: Desk) -> None:
    await here.anna.client.call(here.hand_over(None))


async def ended(here: Desk) -> None:
    await here.sam.client.call(here.sam.close_command(), here.sam.box_cap)


@pytest.mark.parametrize("goes", [sent_back, taken_over, given_up, ended])
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


async def test_letters_whose_report_never_came_go_with_the_chat(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        sealed = await here.adds(here.berta)
        await ended(here)
        assert len(await here.sealed_for(here.berta)) == len(sealed)
        await here.home.elapse(48 * HOUR_MS + SWEEP_MS)
        assert on_disk(tmp_path / "data", {"welcome": sealed[0][-64:]}) == set()
