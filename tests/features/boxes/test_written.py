"""Written boxes: begun under a sign-in, ended by disuse, read on by everybody until the purge."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire import accounts, boxes
from crypto.wire.base import Right
from crypto.wire.boxes import BoxState, CloseReason
from crypto.wire.errors import ErrorCode
from crypto.wire.translog import LogPublish, Statement
from tests.features.retention.test_purge import healthz
from tests.helpers.livecast import (
    HOUR_MS,
    MINUTE_MS,
    SEEKER_RIGHTS,
    STAFF_RIGHTS,
    Counsellor,
    House,
    Seeker,
    e1,
    house,
    new_cap,
)
from tests.helpers.organisation import seed
from tests.helpers.writtencast import (
    DAY_MS,
    IDLE_DAYS,
    UNACCEPTED_DAYS,
    Writer,
    accepts,
    writer,
)


def hour_of(home: House) -> int:
    return home.server.clock.now_ms() // HOUR_MS


async def closes_hour(sam: Writer) -> int:
    """Return when the box says that it ends."""
    read = await sam.client.call(boxes.Read(box16=sam.box16, start=1), sam.box_cap)
    stock = await sam.client.call(boxes.BoxStock(box16=sam.box16), sam.box_cap)
    assert read.closes_hour == stock.closes_hour
    return read.closes_hour


async def test_without_a_sign_in_nothing_begins(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        sam = await writer(home, "Sam")
        await sam.client.call(accounts.SignOut())
        refused = await sam.client.refusal(sam.create_command(), sam.box_cap)
        assert refused is ErrorCode.UNKNOWN
        assert await home.rows("SELECT 1 FROM boxes_boxes") == []


async def test_creating_again_gives_the_same_share(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        sam = await writer(home, "Sam")
        share = await sam.creates()
        assert await sam.creates() == share
        await sam.client.call(sam.to_team(), sam.box_cap)
        await sam.signs_in()
        home.server.clock.elapse(DAY_MS)
        await sam.signs_in()
        # At another hour the client names another end; that of the first time stands.
        before = await closes_hour(sam)
        assert await sam.creates() == share
        assert await closes_hour(sam) == before


async def test_hashes_alone_are_told_no_share(tmp_path: Path) -> None:
    """Who has a copy of the database knows them, and may make an account."""
    async with house(tmp_path) as home:
        sam, eve = await writer(home, "Sam"), await writer(home, "Eve")
        await sam.creates()
        for credential in (eve.box_cap, sam.ticket_cap):
            refused = await eve.client.refusal(sam.create_command(), credential)
            assert refused is ErrorCode.FORBIDDEN
        with_her_own = sam.create_command(caps=(new_cap(0, eve.box_cap, STAFF_RIGHTS),))
        assert await eve.client.refusal(with_her_own, eve.box_cap) is ErrorCode.CONFLICT
        both = (*sam.create_command().caps, new_cap(7, eve.box_cap, STAFF_RIGHTS))
        refused = await eve.client.refusal(sam.create_command(caps=both), eve.box_cap)
        assert refused is ErrorCode.CONFLICT


@pytest.mark.parametrize(
    "caps",
    [
        (new_cap(0, seed("box cap Sam"), SEEKER_RIGHTS),),
        (new_cap(1, seed("box cap Sam"), STAFF_RIGHTS),),
        (new_cap(0, seed("box cap Sam"), STAFF_RIGHTS), new_cap(1, seed("more"), 1)),
    ],
)
async def test_the_same_box_with_other_caps_is_refused(
    tmp_path: Path, caps: tuple[boxes.NewCap, ...]
) -> None:
    async with house(tmp_path) as home:
        sam = await writer(home, "Sam")
        await sam.creates()
        other = sam.create_command(caps=caps)
        assert await sam.client.refusal(other, sam.box_cap) is ErrorCode.CONFLICT


async def test_a_live_box_is_not_created_again_in_writing(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        eve = await writer(home, "Eve")
        refused = await eve.client.refusal(sam.create_command(), sam.box_cap)
        assert refused is ErrorCode.CONFLICT


async def test_a_closed_box_is_not_created_again(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        sam, tom = await writer(home, "Sam"), await writer(home, "Tom")
        for one in (sam, tom):
            await one.sends()
        await sam.client.call(sam.close_command(), sam.box_cap)
        refused = await sam.client.refusal(sam.create_command(), sam.box_cap)
        assert refused is ErrorCode.CLOSED
        # At its very hour, before any sweep.
        home.server.clock.elapse(UNACCEPTED_DAYS * DAY_MS)
        await tom.signs_in()
        refused = await tom.client.refusal(tom.create_command(), tom.box_cap)
        assert refused is ErrorCode.CLOSED


async def test_while_a_purge_is_overdue_nothing_begins(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        await sam.client.call(sam.close_command(), sam.box_cap)
        uma, vera = await writer(home, "Uma"), await writer(home, "Vera")
        await uma.creates()
        home.server.clock.elapse(48 * HOUR_MS + 2 * MINUTE_MS)
        for one in (uma, vera):
            await one.signs_in()
        refused = await vera.client.refusal(vera.create_command(), vera.box_cap)
        assert refused is ErrorCode.PURGE_OVERDUE
        # What has begun goes on.
        await uma.creates()


async def test_while_policy_names_other_hours_nothing_begins(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        server = home.server
        vera = await writer(home, "Vera")
        await home.close_lines()
        await server.stop()
        server.settings = dataclasses.replace(server.settings, retention_hours=72)
        await server.set_up()
        await server.start()
        await (await home.counsellor("Anna")).on_duty()
        await vera.connects()
        await vera.signs_in()
        refused = await vera.client.refusal(vera.create_command(), vera.box_cap)
        assert refused is ErrorCode.PURGE_OVERDUE
        tom = Seeker(home, "Tom")
        await tom.connects()
        assert await tom.client.refusal(tom.wait_command()) is ErrorCode.PURGE_OVERDUE
        status, health = await healthz(home)
        assert (status, health["policy_differs"], health["purge_overdue"]) == (503, 1, 0)
        home.organisation.policy(server.clock.now_ms() + 1, retention=(("live", 72),))
        leaf, payload = home.organisation.log[-1]
        renewed = LogPublish(statement=Statement(leaf=leaf, payload=payload))
        await vera.client.call(renewed)
        await vera.creates()
        await tom.waits()
        assert (await healthz(home))[0] == 200


async def test_an_account_begins_so_many_boxes_in_a_day(tmp_path: Path) -> None:
    async with house(tmp_path, enquiries_per_day=2) as home:
        sam = await writer(home, "Sam")
        await sam.creates()
        await sam.creates()
        for number, code in ((1, None), (2, ErrorCode.RATE_LIMITED)):
            cap, box16 = seed(f"cap {number}"), seed(f"box {number}", 16)
            caps = (new_cap(0, cap, STAFF_RIGHTS),)
            command = sam.create_command(box16=box16, caps=caps)
            if code is None:
                await sam.client.call(command, cap)
            else:
                assert await sam.client.refusal(command, cap) is code
        home.server.clock.elapse(DAY_MS + HOUR_MS)
        await sam.signs_in()
        await sam.client.call(sam.create_command(box16=box16, caps=caps), cap)


async def test_a_client_names_an_end_within_limits(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        sam = await writer(home, "Sam")
        past = sam.create_command(closes_hour=hour_of(home))
        assert await sam.client.refusal(past, sam.box_cap) is ErrorCode.EXPIRED
        # Nor is a share drawn for a box that never was.
        assert await home.server.relay.parts.keeper.share_list(b"", 10) == []
        far = sam.create_command(closes_hour=hour_of(home) + 10_000)
        await sam.client.call(far, sam.box_cap)
        assert await closes_hour(sam) == hour_of(home) + UNACCEPTED_DAYS * 24


async def test_a_nearer_end_is_kept(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        sam = await writer(home, "Sam")
        near = sam.create_command(closes_hour=hour_of(home) + 5)
        await sam.client.call(near, sam.box_cap)
        assert await closes_hour(sam) == hour_of(home) + 5


async def test_use_moves_the_end_once_no_team_is_in_it(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await writer(home, "Sam")
        await sam.sends()
        unaccepted = hour_of(home) + UNACCEPTED_DAYS * 24
        home.server.clock.elapse(5 * HOUR_MS)
        await sam.post("more")
        assert await closes_hour(sam) == unaccepted
        # Taking the team out is a use already: nobody may answer for another month.
        await accepts(anna, sam)
        assert await closes_hour(sam) == hour_of(home) + IDLE_DAYS * 24
        home.server.clock.elapse(5 * HOUR_MS)
        await sam.post("and more")
        moved = hour_of(home) + IDLE_DAYS * 24
        assert await closes_hour(sam) == moved
        home.server.clock.elapse(5 * HOUR_MS)
        # A repeat is no use.
        await sam.post("and more")
        assert await closes_hour(sam) == moved
        await sam.post("answer", cap=anna.cap_of(sam))
        assert await closes_hour(sam) == hour_of(home) + IDLE_DAYS * 24


async def test_an_addressed_one_ends_by_disuse_from_the_beginning(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await writer(home, "Sam")
        await sam.sends(addressee=anna)
        assert await closes_hour(sam) == hour_of(home) + IDLE_DAYS * 24


async def test_use_moves_no_live_end(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        named = sam.create_command().closes_hour
        await sam.post("hello")
        read = await sam.client.call(boxes.Read(box16=sam.box16, start=1), sam.box_cap)
        assert read.closes_hour == named


async def test_what_nobody_takes_or_uses_closes_at_its_hour(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        sam = await writer(home, "Sam")
        await sam.sends()
        await home.elapse(UNACCEPTED_DAYS * DAY_MS - 1)
        read = boxes.Read(box16=sam.box16, start=1)
        assert (await sam.client.call(read, sam.box_cap)).state == BoxState.OPEN
        await home.elapse(1)
        closed = await sam.client.call(read, sam.box_cap)
        assert (closed.state, closed.reason) == (BoxState.CLOSED, CloseReason.TIME_OVER)
        assert closed.purge_minute == closed.close_minute + 48 * 60
        await home.elapse(48 * HOUR_MS)
        assert await sam.client.refusal(read, sam.box_cap) is ErrorCode.UNKNOWN


async def test_everybody_with_keep_reads_on_swapped_or_not(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await writer(home, "Sam")
        await sam.sends(addressee=anna)
        # Anna never came; what the seeker drew for her reads on, as the seeker does anyway.
        await sam.client.call(sam.close_command(), sam.box_cap)
        read = boxes.Read(box16=sam.box16, start=1)
        for cap in (sam.box_cap, sam.join_cap):
            assert (await sam.client.call(read, cap)).head_n == 3
        await home.elapse(48 * HOUR_MS)
        assert await sam.client.refusal(read, sam.box_cap) is ErrorCode.UNKNOWN


async def test_a_cap_without_keep_ends_with_the_box(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        sam = await writer(home, "Sam")
        caps = (new_cap(0, sam.box_cap, SEEKER_RIGHTS),)
        await sam.client.call(sam.create_command(caps=caps), sam.box_cap)
        await sam.client.call(sam.to_team(), sam.box_cap)
        await sam.client.call(sam.close_command(), sam.box_cap)
        read = boxes.Read(box16=sam.box16, start=1)
        assert await sam.client.refusal(read, sam.box_cap) is ErrorCode.UNKNOWN


async def test_leaving_ends_nobody_elses_conversation(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await writer(home, "Sam")
        await sam.sends(addressee=anna)
        await joins(anna, sam)
        await anna.client.call(boxes.Leave(box16=sam.box16), anna.cap_of(sam))
        read = boxes.Read(box16=sam.box16, start=1)
        assert (await sam.client.call(read, sam.box_cap)).state == BoxState.OPEN
        assert await anna.client.refusal(read, anna.cap_of(sam)) is ErrorCode.UNKNOWN


async def joins(anna: Counsellor, sam: Writer) -> None:
    own = cap_hash(CapSecret(anna.cap_of(sam)))
    await anna.client.call(boxes.Swap(box16=sam.box16, new_cap_hash=own), sam.join_cap)


async def test_a_letter_belongs_to_the_ticket_of_its_commit(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        sam = await writer(home, "Sam")
        await sam.sends()
        assert await home.rows("SELECT ticket16 FROM boxes_letters") == [(sam.ticket16,)]
        tom = await writer(home, "Tom")
        await tom.creates()
        await tom.client.call(tom.to_team(ticket16=b""), tom.box_cap)
        assert await home.rows("SELECT ticket16 FROM boxes_letters ORDER BY letter") == [
            (sam.ticket16,),
            (None,),
        ]


async def test_a_live_chats_letter_is_its_own_tickets(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await home.counsellor("Berta")
        await anna.on_duty()
        chat = await home.seeker("Sam")
        await anna.accept(chat)
        await chat.begins(sam.inbox16)
        step = boxes.Commit(
            box16=chat.box16,
            old_kid=chat.kid,
            new_kid=seed("kid", 8),
            e1=e1(chat.box16, chat.kid, "step", 4096),
            caps=(),
            out=(),
            letters=(chat.commit_command(anna.inbox16).letters[0],),
            ticket16=seed("foreign ticket", 16),
        )
        await chat.client.call(step, chat.box_cap)
        rows = await home.rows("SELECT DISTINCT ticket16 FROM boxes_letters")
        assert rows == [(chat.ticket16,)]


@pytest.mark.parametrize("right", [Right.POST, Right.CLOSE, Right.KEEP])
async def test_a_team_is_given_reading_and_committing_only(tmp_path: Path, right: Right) -> None:
    async with house(tmp_path) as home:
        sam = await writer(home, "Sam")
        more = sam.team_cap(int(Right.READ | Right.COMMIT | right))
        with_team = sam.create_command(caps=(*sam.create_command().caps, more))
        assert await sam.client.refusal(with_team, sam.box_cap) is ErrorCode.MALFORMED
        await sam.creates()
        assert await sam.client.refusal(sam.to_team(caps=(more,)), sam.box_cap) is (
            ErrorCode.MALFORMED
        )
