"""What a box takes and from whom: order, epochs, capabilities, formats; over the wire."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from unittest import mock

import pytest

from crypto import chain
from crypto.credential import cap_hash
from crypto.encoding import encode
from crypto.keys import CapSecret
from crypto.wire import boxes, live
from crypto.wire.base import Right
from crypto.wire.boxes import BoxState
from crypto.wire.errors import ErrorCode
from e2e_server.features.boxes import relay
from e2e_server.features.boxes.fresh import Fresh
from e2e_server.features.boxes.readers import BoxLooks, BoxReader
from e2e_server.kernel.connection import Connection
from tests.helpers.livecast import (
    Counsellor,
    House,
    Seeker,
    e1,
    e2,
    held,
    house,
    kid_of,
    new_cap,
    settled,
    told,
)
from tests.helpers.organisation import seed

OTHER_CAP = seed("other cap")


@asynccontextmanager
async def chatting(folder: Path) -> AsyncIterator[tuple[House, Counsellor, Seeker]]:
    """A running chat between Sam and Anna."""
    async with house(folder) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        yield home, anna, await home.chat(anna, "Sam")


async def confirmed(home: House, anna: Counsellor, name: str) -> Seeker:
    """A seeker whose clock runs, without a box."""
    seeker = await home.seeker(name)
    await anna.accept(seeker)
    await seeker.ticket(live.Confirm())
    return seeker


# --- create ----------------------------------------------------------------------------------


async def test_create_is_idempotent_and_gives_one_share(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await confirmed(home, anna, "Sam")
        first = await sam.ticket(sam.create_command())
        assert len(first.share) == 32
        assert await sam.ticket(sam.create_command()) == first
        # One ticket, one box.
        second = sam.create_command(box16=bytes(16))
        assert await sam.refused(second) is ErrorCode.WRONG_STATE
        assert len(await home.rows("SELECT 1 FROM boxes_boxes")) == 1
        assert (await home.server.relay.parts.keeper.state()).shares == 1


async def test_somebody_elses_box_gives_no_share(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (home, anna, sam):
        tom = await confirmed(home, anna, "Tom")
        stolen = tom.create_command(box16=sam.box16)
        keeper = home.server.relay.parts.keeper
        with mock.patch.object(keeper, "share_new", side_effect=AssertionError) as asked:
            assert await tom.refused(stolen) is ErrorCode.CONFLICT
        asked.assert_not_called()
        same_cap = tom.create_command(caps=(new_cap(0, sam.box_cap, 31),))
        assert await tom.refused(same_cap) is ErrorCode.CONFLICT
        twice = tom.create_command(caps=(new_cap(0, OTHER_CAP, 1), new_cap(0, tom.box_cap, 1)))
        assert await tom.refused(twice) is ErrorCode.CONFLICT
        assert len(await home.rows("SELECT 1 FROM boxes_boxes")) == 1
        # Nothing of the refused attempts is bound to the ticket.
        await tom.ticket(tom.create_command())


async def test_the_hour_that_a_client_names_ends_no_live_chat(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await confirmed(home, anna, "Sam")
        await sam.ticket(sam.create_command(closes_hour=1))
        await home.elapse(0)
        await sam.client.call(sam.commit_command(bytes(16)), sam.box_cap)
        assert await sam.post("a wrong clock") == 2


# --- post and commit -------------------------------------------------------------------------


async def test_nothing_is_posted_before_the_first_commit(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await confirmed(home, anna, "Sam")
        await sam.ticket(sam.create_command())
        for kid in (sam.kid, bytes(8)):
            early = boxes.Post(box16=sam.box16, e1=e1(sam.box16, kid, "early"))
            assert await sam.client.refusal(early, sam.box_cap) is ErrorCode.STALE
        close = sam.close_command()
        assert await sam.client.refusal(close, sam.box_cap) is ErrorCode.STALE
        nothing = sam.commit_command(bytes(16), new_kid=bytes(8))
        assert await sam.client.refusal(nothing, sam.box_cap) is ErrorCode.MALFORMED
        wrong = sam.commit_command(bytes(16), old_kid=kid_of("never"))
        assert await sam.client.refusal(wrong, sam.box_cap) is ErrorCode.STALE


async def test_the_same_bytes_keep_their_number(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (home, anna, sam):
        assert [await sam.post(text) for text in ("one", "two", "one")] == [2, 3, 2]
        # The repeat took no room: its slot holds zeros and is free.
        free = await home.rows(
            "SELECT bytes_sealed FROM boxes_free_slots JOIN boxes_slots USING (slot)"
        )
        assert [set(raw) for (raw,) in free] == [{0}]
        commit = sam.commit_command(anna.inbox16)
        assert (await sam.client.call(commit, sam.box_cap)).n == 1
        # A repeat does nothing else: no capability comes back, no letter comes twice.
        caps = await home.rows("SELECT sidx, cap_hash FROM boxes_caps ORDER BY sidx")
        assert [cap for _, cap in caps] == [
            cap_hash(CapSecret(one)) for one in (sam.box_cap, anna.cap_of(sam))
        ]
        inbox = await anna.client.call(boxes.InboxRead(inbox16=anna.inbox16, start=0))
        assert len(inbox.letters) == 1
        rows = await home.rows("SELECT head, last_n FROM boxes_boxes")
        head = chain.start(sam.box16)
        for row in (await anna.read(sam)).rows:
            head = chain.extend(head, chain.env_id(row.e1))
        assert rows == [(head, 3)]


async def test_a_commit_moves_the_epoch_for_all(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (_home, anna, sam):
        await sam.post("before")
        await sam.client.call(boxes.Read(box16=sam.box16, start=3), sam.box_cap)
        new_kid, old_kid = kid_of("next"), sam.kid
        step = boxes.Commit(
            box16=sam.box16,
            old_kid=old_kid,
            new_kid=new_kid,
            e1=e1(sam.box16, old_kid, "step", 4096),
            caps=(new_cap(2, OTHER_CAP, int(Right.READ)),),
            out=(0,),
            letters=(),
        )
        rival = dataclasses.replace(step, e1=e1(sam.box16, old_kid, "rival", 4096))
        under_new = dataclasses.replace(step, e1=e1(sam.box16, new_kid, "under new", 4096))
        same = dataclasses.replace(step, new_kid=old_kid)
        assert await anna.client.refusal(under_new, anna.cap_of(sam)) is ErrorCode.STALE
        assert await anna.client.refusal(same, anna.cap_of(sam)) is ErrorCode.MALFORMED
        taken = dataclasses.replace(step, caps=(new_cap(1, OTHER_CAP, 1),))
        assert await anna.client.refusal(taken, anna.cap_of(sam)) is ErrorCode.CONFLICT
        assert (await anna.client.call(step, anna.cap_of(sam))).n == 3
        assert await anna.client.refusal(rival, anna.cap_of(sam)) is ErrorCode.STALE
        late = sam.post_command("under the old key")
        assert await anna.client.refusal(late, anna.cap_of(sam)) is ErrorCode.STALE
        # What was taken under the old key keeps its number.
        assert (await anna.client.call(sam.post_command("before"), anna.cap_of(sam))).n == 2
        # Who was taken out is given the signed commit that did it, posts nothing, and hears no
        # more of what comes after.
        assert await sam.client.refusal(late, sam.box_cap) is ErrorCode.UNKNOWN
        sam.kid = new_kid
        await sam.post("for those who stayed", cap=anna.cap_of(sam))
        await settled(sam.client)
        assert [one.n for one in told(sam.client, boxes.EnvelopeStored)] == [3]
        await anna.client.call(sam.close_command("end"), anna.cap_of(sam))
        await settled(sam.client)
        assert told(sam.client, boxes.Closed) == []


async def test_taken_out_and_closed_at_once_hears_of_no_close(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (home, anna, sam):
        parts, sent = home.server.relay.parts, list[bytes]()
        connection = Connection(parts.bus, b"", sent.append)
        hashed = cap_hash(CapSecret(sam.box_cap))
        looks = parts.services.get(BoxLooks)
        reader = BoxReader(connection, looks, Fresh(), sam.box16, held(hashed))
        reader.start(2, told_closed=False)
        connection.subscribe(relay.topic(sam.box16), reader)
        step = boxes.Commit(
            box16=sam.box16,
            old_kid=sam.kid,
            new_kid=kid_of("next"),
            e1=e1(sam.box16, sam.kid, "step", 4096),
            caps=(),
            out=(0,),
            letters=(),
        )
        close = boxes.Close(box16=sam.box16, e1=e1(sam.box16, kid_of("next"), "end"))
        for command in (step, close):
            await anna.client.call(command, anna.cap_of(sam))
        # The line was busy: removal and close reach the reader together.
        await connection.read_news()
        assert len(sent) == 1
        assert step.e1 in sent[0]
        assert not connection.is_subscribed(relay.topic(sam.box16))


# --- capabilities ----------------------------------------------------------------------------


@pytest.mark.parametrize("right", [Right.READ, Right.POST, Right.COMMIT, Right.CLOSE, Right.KEEP])
async def test_each_right_opens_its_commands_only(tmp_path: Path, right: Right) -> None:
    async with chatting(tmp_path) as (home, _anna, sam):
        await home.server.relay.parts.db.write(
            lambda tx: tx.run("UPDATE boxes_caps SET rights = $1 WHERE sidx = 0", int(right))
        )
        box16 = sam.box16
        fleeting = boxes.Fleeting(box16=box16, e3=e1(box16, sam.kid, "typing", kind=3))
        commands = {
            boxes.Read(box16=box16, start=1): Right.READ,
            boxes.GetShare(box16=box16): Right.READ,
            sam.post_command("post"): Right.POST,
            fleeting: Right.POST,
            sam.commit_command(
                bytes(16),
                old_kid=sam.kid,
                new_kid=kid_of("x"),
                e1=e1(box16, sam.kid, "x", 2048),
                caps=(),
            ): Right.COMMIT,
            boxes.Swap(box16=box16, new_cap_hash=cap_hash(CapSecret(OTHER_CAP))): Right.READ,
        }
        if right not in (Right.READ, Right.COMMIT):
            commands[sam.close_command()] = Right.CLOSE
        for command, needed in commands.items():
            if needed is right:
                await sam.client.call(command, sam.box_cap)
            else:
                code = await sam.client.refusal(command, sam.box_cap)
                assert code is ErrorCode.FORBIDDEN, command


async def test_foreign_capabilities_open_nothing(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (home, anna, sam):
        tom = await home.chat(anna, "Tom")
        box16 = sam.box16
        commands = (
            boxes.Read(box16=box16, start=1),
            boxes.GetShare(box16=box16),
            sam.post_command("forged"),
            sam.close_command(),
            boxes.Leave(box16=box16),
            boxes.Fleeting(box16=box16, e3=e1(box16, sam.kid, "typing", kind=3)),
            boxes.Swap(box16=box16, new_cap_hash=cap_hash(CapSecret(OTHER_CAP))),
            sam.commit_command(bytes(16), old_kid=sam.kid, new_kid=kid_of("x")),
        )
        stolen = cap_hash(CapSecret(sam.box_cap))
        for command in commands:
            # Of nobody, of another box, of the own ticket, the hash itself, a spent join cap.
            for cap in (OTHER_CAP, tom.box_cap, sam.ticket_cap, stolen, sam.join_cap):
                assert await tom.client.refusal(command, cap) is ErrorCode.UNKNOWN
            assert await tom.client.refusal(command) is ErrorCode.UNAUTHORISED
        # The right capability, but an envelope for another box.
        crossed = boxes.Post(box16=tom.box16, e1=sam.post_command("crossed").e1)
        assert await tom.client.refusal(crossed, tom.box_cap) is ErrorCode.MALFORMED
        fleeting = boxes.Fleeting(box16=tom.box16, e3=e1(box16, sam.kid, "typing", kind=3))
        assert await tom.client.refusal(fleeting, tom.box_cap) is ErrorCode.MALFORMED


async def test_swap_keeps_the_rights_and_repeats(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (home, anna, sam):
        before = await home.rows("SELECT sidx, rights, under_sign_in FROM boxes_caps ORDER BY sidx")
        assert before == [(0, 15, 0), (1, 31, 1)]
        await anna.joins(sam)
        assert before == await home.rows(
            "SELECT sidx, rights, under_sign_in FROM boxes_caps ORDER BY sidx"
        )
        swap = boxes.Swap(box16=sam.box16, new_cap_hash=cap_hash(CapSecret(OTHER_CAP)))
        assert await anna.client.refusal(swap, sam.join_cap) is ErrorCode.UNKNOWN
        await anna.client.call(swap, anna.cap_of(sam))
        read = boxes.Read(box16=sam.box16, start=1)
        assert await anna.client.refusal(read, anna.cap_of(sam)) is ErrorCode.UNKNOWN
        await anna.client.call(read, OTHER_CAP)


@pytest.mark.parametrize("signed", [True, False])
async def test_keep_counts_only_under_a_sign_in(tmp_path: Path, signed: bool) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.seeker("Sam")
        await anna.accept(sam)
        await sam.begins(anna.inbox16)
        line = anna.client if signed else await home.line()
        own = cap_hash(CapSecret(anna.cap_of(sam)))
        await line.call(boxes.Swap(box16=sam.box16, new_cap_hash=own), sam.join_cap)
        await sam.client.call(sam.close_command(), sam.box_cap)
        if not signed:
            read = boxes.Read(box16=sam.box16, start=1)
            assert await line.refusal(read, anna.cap_of(sam)) is ErrorCode.UNKNOWN
            return
        reply = await anna.read(sam)
        assert (reply.state, reply.head_n, len(reply.rows)) == (BoxState.CLOSED, 2, 2)
        assert len((await line.call(boxes.GetShare(box16=sam.box16), anna.cap_of(sam))).share) == 32
        for command in (
            sam.post_command("late"),
            sam.close_command("again"),
            boxes.Fleeting(box16=sam.box16, e3=e1(sam.box16, sam.kid, "typing", kind=3)),
            sam.commit_command(bytes(16), old_kid=sam.kid, new_kid=kid_of("x")),
            boxes.Swap(box16=sam.box16, new_cap_hash=cap_hash(CapSecret(OTHER_CAP))),
        ):
            assert await line.refusal(command, anna.cap_of(sam)) is ErrorCode.CLOSED
        await line.call(boxes.Leave(box16=sam.box16), anna.cap_of(sam))
        read = boxes.Read(box16=sam.box16, start=1)
        assert await line.refusal(read, anna.cap_of(sam)) is ErrorCode.UNKNOWN


async def test_a_join_capability_keeps_nothing(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.seeker("Sam")
        await anna.accept(sam)
        await sam.begins(anna.inbox16)
        await sam.client.call(sam.close_command(), sam.box_cap)
        read = boxes.Read(box16=sam.box16, start=1)
        share = boxes.GetShare(box16=sam.box16)
        swap = boxes.Swap(box16=sam.box16, new_cap_hash=cap_hash(CapSecret(OTHER_CAP)))
        # The seeker drew it, and has no sign-in; nor does it read by itself for anybody.
        for command in (read, share, swap):
            assert await sam.client.refusal(command, sam.join_cap) is ErrorCode.UNKNOWN
        assert await anna.client.refusal(read, sam.join_cap) is ErrorCode.UNKNOWN
        # Swapped under a sign-in it reads what was said while the counsellor was away.
        await anna.client.call(share, sam.join_cap)
        await anna.client.call(swap, sam.join_cap)
        assert len((await anna.client.call(read, OTHER_CAP)).rows) == 2
        assert await sam.client.refusal(share, sam.join_cap) is ErrorCode.UNKNOWN


async def test_keep_is_nothing_for_an_unregistered_seeker(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await confirmed(home, anna, "Sam")
        await sam.ticket(sam.create_command(caps=(new_cap(0, sam.box_cap, 31),)))
        await sam.client.call(sam.commit_command(anna.inbox16), sam.box_cap)
        await sam.client.call(sam.close_command(), sam.box_cap)
        read = boxes.Read(box16=sam.box16, start=1)
        assert await sam.client.refusal(read, sam.box_cap) is ErrorCode.UNKNOWN


async def test_a_counsellor_who_leaves_does_not_end_the_chat(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (_home, anna, sam):
        await anna.client.call(boxes.Leave(box16=sam.box16), anna.cap_of(sam))
        assert await sam.post("still open") == 2
        await settled(anna.client)
        assert told(anna.client, boxes.EnvelopeStored) == []


# --- formats ---------------------------------------------------------------------------------


def hostile(box16: bytes, kid: bytes) -> dict[str, bytes]:
    """What is no E1 of this box."""
    good = e1(box16, kid, "good")
    return {
        "a letter": e2(box16, "letter", 512),
        "fleeting": e1(box16, kid, "typing", kind=3),
        "no bucket": encode([1, 1, box16, kid, bytes(24), bytes(273)]),
        "another box": e1(bytes(16), kid, "another"),
        "nested": encode([1, 1, box16, kid, bytes(24), [good]]),
        "trailing byte": good + b"\x00",
        "cut": good[:-1],
        "not canonical": b"\xdc\x00\x06" + good[1:],
        "another suite": encode([2, 1, box16, kid, bytes(24), bytes(272)]),
        "plain text": b"Guten Abend, ich weiss nicht weiter. " * 10,
        "one field more": encode([1, 1, box16, kid, bytes(24), bytes(272), b""]),
        "short key id": encode([1, 1, box16, kid[:7], bytes(24), bytes(272)]),
        "text for bytes": encode([1, 1, box16, kid, bytes(24), "x" * 272]),
    }


async def test_only_sealed_envelopes_of_a_bucket_are_taken(tmp_path: Path) -> None:
    async with chatting(tmp_path) as (home, _, sam):
        for name, raw in hostile(sam.box16, sam.kid).items():
            for command in (
                boxes.Post(box16=sam.box16, e1=raw),
                boxes.Close(box16=sam.box16, e1=raw),
                sam.commit_command(bytes(16), old_kid=sam.kid, new_kid=kid_of("x"), e1=raw),
            ):
                client = await home.line()
                code = await client.refusal(command, sam.box_cap)
                assert code is ErrorCode.MALFORMED, name
                await client.close()
        for bucket in (256, 512, 64 * 1024):
            await sam.post(f"{bucket}", bucket=bucket)
        client = await home.line()
        fleeting = boxes.Fleeting(box16=sam.box16, e3=e1(sam.box16, sam.kid, "stored?"))
        assert await client.refusal(fleeting, sam.box_cap) is ErrorCode.MALFORMED
        assert [row[0] for row in await home.rows("SELECT n FROM boxes_envelopes ORDER BY n")] == [
            1,
            2,
            3,
            4,
        ]
