"""A seeker with an account reads on until the purge; one without reads nothing after the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire import accounts, boxes, live
from crypto.wire.base import Right
from crypto.wire.boxes import BoxState
from crypto.wire.errors import ErrorCode
from tests.helpers.accounts import Account
from tests.helpers.livecast import (
    HOUR_MS,
    MINUTE_MS,
    SEEKER_RIGHTS,
    Counsellor,
    House,
    Seeker,
    e1,
    house,
    kid_of,
    new_cap,
    settled,
    told,
)
from tests.helpers.organisation import seed

SAM = Account("sam", has_recovery=True)
KEEP = SEEKER_RIGHTS | int(Right.KEEP)
CHAT_MS = 180 * MINUTE_MS


@asynccontextmanager
async def duty(folder: Path) -> AsyncIterator[tuple[House, Counsellor]]:
    async with house(folder) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        yield home, anna


async def registers(seeker: Seeker) -> None:
    """Make an account and sign in, on the line of the chat."""
    await SAM.create(seeker.client)
    await SAM.sign_in(seeker.client)


def read(seeker: Seeker) -> boxes.Read:
    return boxes.Read(box16=seeker.box16, start=1)


async def reads_until_the_purge(home: House, seeker: Seeker) -> None:
    """Check that a closed box is open to its seeker for reading, and for 48 hours."""
    reply = await seeker.client.call(read(seeker), seeker.box_cap)
    assert (reply.state, reply.head_n, len(reply.rows)) == (BoxState.CLOSED, 3, 3)
    share = boxes.GetShare(box16=seeker.box16)
    assert len((await seeker.client.call(share, seeker.box_cap)).share) == 32
    late = seeker.post_command("late")
    assert await seeker.client.refusal(late, seeker.box_cap) is ErrorCode.CLOSED
    await home.elapse(48 * HOUR_MS - 1)
    await seeker.client.call(read(seeker), seeker.box_cap)
    await home.elapse(1)
    assert await seeker.client.refusal(read(seeker), seeker.box_cap) is ErrorCode.UNKNOWN


async def test_an_account_made_during_the_chat_keeps_it(tmp_path: Path) -> None:
    async with duty(tmp_path) as (home, anna):
        sam = await home.chat(anna, "Sam")
        await sam.post("hello")
        await registers(sam)
        await sam.ticket(live.Keep())
        # Again, after a lost answer.
        await sam.ticket(live.Keep())
        await sam.client.call(sam.close_command(), sam.box_cap)
        await reads_until_the_purge(home, sam)


async def test_a_chat_that_was_begun_under_a_sign_in_is_kept(tmp_path: Path) -> None:
    async with duty(tmp_path) as (home, anna):
        sam = await home.seeker("Sam")
        await registers(sam)
        await anna.accept(sam)
        await sam.ticket(live.Confirm())
        await sam.ticket(sam.create_command(caps=(new_cap(0, sam.box_cap, KEEP),)))
        await sam.client.call(sam.commit_command(anna.inbox16), sam.box_cap)
        await sam.post("hello")
        await sam.client.call(sam.close_command(), sam.box_cap)
        await reads_until_the_purge(home, sam)


@pytest.mark.parametrize("registered", [True, False])
async def test_without_keep_the_end_is_the_end(tmp_path: Path, registered: bool) -> None:
    async with duty(tmp_path) as (home, anna):
        sam = await home.chat(anna, "Sam")
        if registered:
            await registers(sam)
        await sam.client.call(sam.close_command(), sam.box_cap)
        for command in (read(sam), boxes.GetShare(box16=sam.box16)):
            assert await sam.client.refusal(command, sam.box_cap) is ErrorCode.UNKNOWN
        # Too late: the ticket is forgotten with the close.
        assert await sam.refused(live.Keep()) is (
            ErrorCode.UNKNOWN if registered else ErrorCode.UNAUTHORISED
        )


async def test_keep_needs_a_sign_in_that_stands(tmp_path: Path) -> None:
    async with duty(tmp_path) as (home, anna):
        sam = await home.chat(anna, "Sam")
        assert await sam.refused(live.Keep()) is ErrorCode.UNAUTHORISED
        await registers(sam)
        await sam.client.call(accounts.SignOut())
        assert await sam.refused(live.Keep()) is ErrorCode.UNAUTHORISED
        await sam.client.call(sam.close_command(), sam.box_cap)
        assert await sam.client.refusal(read(sam), sam.box_cap) is ErrorCode.UNKNOWN


async def test_keep_is_for_a_running_chat(tmp_path: Path) -> None:
    async with duty(tmp_path) as (home, anna):
        sam = await home.seeker("Sam")
        await registers(sam)
        assert await sam.client.refusal(live.Keep(), seed("no ticket")) is ErrorCode.UNKNOWN
        assert await sam.refused(live.Keep()) is ErrorCode.WRONG_STATE
        await anna.accept(sam)
        assert await sam.refused(live.Keep()) is ErrorCode.WRONG_STATE
        await sam.ticket(live.Confirm())
        assert await sam.refused(live.Keep()) is ErrorCode.WRONG_STATE
        await sam.ticket(sam.create_command())
        await sam.ticket(live.Keep())
        # At the last millisecond, before any sweep.
        home.server.clock.elapse(CHAT_MS - 1)
        await sam.ticket(live.Keep())
        home.server.clock.elapse(1)
        assert await sam.refused(live.Keep()) is ErrorCode.WRONG_STATE


async def test_keep_concerns_the_own_capability_only(tmp_path: Path) -> None:
    async with duty(tmp_path) as (home, anna):
        tom = await home.chat(anna, "Tom")
        sam = await home.seeker("Sam")
        await anna.accept(sam)
        await sam.begins(anna.inbox16)
        before = await caps(home)
        await registers(sam)
        await sam.ticket(live.Keep())
        after = await caps(home)
        own = cap_hash(CapSecret(sam.box_cap))
        assert after == before | {own: (KEEP, 1)}
        await sam.client.call(sam.close_command(), sam.box_cap)
        # The join capability, which Sam drew, opens as little as before.
        assert await sam.client.refusal(read(sam), sam.join_cap) is ErrorCode.UNKNOWN
        await tom.client.call(tom.close_command(), tom.box_cap)
        assert await tom.client.refusal(read(tom), tom.box_cap) is ErrorCode.UNKNOWN


async def caps(home: House) -> dict[bytes, tuple[int, int]]:
    """Rights and sign-in of every capability, by its hash."""
    rows = await home.rows("SELECT cap_hash, rights, under_sign_in FROM boxes_caps")
    return {row[0]: (row[1], row[2]) for row in rows}


@pytest.mark.parametrize("how", ["left", "taken out"])
async def test_who_is_out_of_the_chat_keeps_nothing(tmp_path: Path, how: str) -> None:
    async with duty(tmp_path) as (home, anna):
        sam = await home.seeker("Sam")
        await registers(sam)
        await anna.accept(sam)
        await sam.ticket(live.Confirm())
        await sam.ticket(sam.create_command(caps=(new_cap(0, sam.box_cap, KEEP),)))
        await sam.client.call(sam.commit_command(anna.inbox16), sam.box_cap)
        await anna.joins(sam)
        if how == "left":
            await sam.client.call(boxes.Leave(box16=sam.box16), sam.box_cap)
        else:
            out = sam.commit_command(
                anna.inbox16,
                old_kid=sam.kid,
                new_kid=kid_of("without Sam"),
                e1=e1(sam.box16, sam.kid, "Sam is out", 2048),
                caps=(),
                out=(0,),
                letters=(),
            )
            await anna.client.call(out, anna.cap_of(sam))
        remaining = await caps(home)
        assert await sam.refused(live.Keep()) is ErrorCode.WRONG_STATE
        assert await caps(home) == remaining


async def test_a_seeker_with_an_account_leaves_and_the_chat_goes_on(tmp_path: Path) -> None:
    async with duty(tmp_path) as (home, anna):
        sam, tom = await home.chat(anna, "Sam"), await home.chat(anna, "Tom")
        await registers(sam)
        await sam.ticket(live.Keep())
        for seeker in (sam, tom):
            await seeker.client.call(boxes.Leave(box16=seeker.box16), seeker.box_cap)
        await settled(anna.client)
        closed = [one.box16 for one in told(anna.client, boxes.Closed)]
        assert closed == [tom.box16]
        assert (await anna.read(sam)).state == BoxState.OPEN
