"""A team's capability: for whom its TEAM lists, at every use and every delivery; its inbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire import accounts, boxes
from crypto.wire.base import Command, Right
from crypto.wire.blobs import BlobStock
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.boxes import member_of
from e2e_server.features.translog import is_listed
from e2e_server.kernel.connection import SignIn
from tests.helpers.livecast import HOUR_MS, Counsellor, House, e1, e2, house, settled, told
from tests.helpers.organisation import Person, seed
from tests.helpers.writtencast import (
    DAY_MS,
    Writer,
    accepts,
    new_team,
    team_inbox,
    writer,
)

End = Callable[[House, Counsellor], Awaitable[None]]


@asynccontextmanager
async def sent(folder: Path) -> AsyncIterator[tuple[House, Counsellor, Counsellor, Writer]]:
    """Anna and Berta are listed; Sam has written to their team."""
    async with house(folder) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        sam = await writer(home, "Sam")
        await sam.sends()
        yield home, anna, berta, sam


def uses(sam: Writer, anna: Counsellor) -> tuple[Command[Any], ...]:
    """Return everything that the capability can be shown for."""
    box16 = sam.box16
    return (
        boxes.GetShare(box16=box16),
        boxes.Read(box16=box16, start=1),
        boxes.BoxStock(box16=box16),
        boxes.Swap(box16=box16, new_cap_hash=cap_hash(CapSecret(seed("own")))),
        boxes.Leave(box16=box16),
        sam.post_command("as the team"),
        sam.close_command("as the team"),
        BlobStock(box16=box16),
        sam.taking(anna),
    )


async def out_of_the_team(home: House, berta: Counsellor) -> None:
    await new_team(home, "Anna", key="team key 2")


async def revoked(home: House, berta: Counsellor) -> None:
    await home.revokes(berta.person)


async def signed_out(home: House, berta: Counsellor) -> None:
    await berta.client.call(accounts.SignOut())


async def twelve_hours_later(home: House, berta: Counsellor) -> None:
    home.server.clock.elapse(13 * HOUR_MS)


async def team_expired(home: House, berta: Counsellor) -> None:
    """TEAM ends, while certificate and sign-in go on."""
    home.server.clock.elapse(31 * DAY_MS)
    await berta.client.close()
    berta.client = (await home.signs_in("Berta")).client


ENDS = (
    out_of_the_team,
    revoked,
    signed_out,
    twelve_hours_later,
    team_expired,
)


async def test_a_sign_in_counts_for_the_key_that_was_proved(tmp_path: Path) -> None:
    """The log binds a person to one key; a sign-in under another would be somebody else's."""
    async with sent(tmp_path) as (home, anna, _, _):
        parts, organisation = home.server.relay.parts, home.organisation
        for name, is_hers in (("Anna", True), ("Berta", False), ("Nobody", False)):
            sign_in = SignIn(
                account16=bytes(16),
                kind=2,
                token_hash=bytes(32),
                expires_ms=parts.clock.now_ms() + 1,
                subject16=anna.person.subject16,
                staff_pk=Person(name).sign_pk.raw,
            )
            assert is_listed(parts, organisation.team16, sign_in) is is_hers
        assert not is_listed(parts, organisation.team16, None)


async def test_a_member_reads_and_commits(tmp_path: Path) -> None:
    async with sent(tmp_path) as (_, anna, berta, sam):
        share = await sam.client.call(boxes.GetShare(box16=sam.box16), sam.box_cap)
        for one in (anna, berta):
            given = await one.client.call(boxes.GetShare(box16=sam.box16), sam.join_cap)
            assert given == share
            read = await one.client.call(boxes.Read(box16=sam.box16, start=1), sam.join_cap)
            assert read.head_n == 2
        await anna.client.call(sam.taking(anna), sam.join_cap)


async def test_nobody_else_does_anything_with_it(tmp_path: Path) -> None:
    async with sent(tmp_path) as (home, anna, _, sam):
        clara, stranger = await home.counsellor("Clara"), await home.line()
        tom = await writer(home, "Tom")
        for client in (clara.client, stranger, tom.client, sam.client):
            for command in uses(sam, anna):
                assert await client.refusal(command, sam.join_cap) is ErrorCode.UNKNOWN


@pytest.mark.parametrize("end", ENDS)
async def test_each_use_asks_anew(tmp_path: Path, end: End) -> None:
    async with sent(tmp_path) as (home, anna, berta, sam):
        read = boxes.Read(box16=sam.box16, start=1)
        await berta.client.call(read, sam.join_cap)
        await end(home, berta)
        for command in uses(sam, anna):
            assert await berta.client.refusal(command, sam.join_cap) is ErrorCode.UNKNOWN


@pytest.mark.parametrize("end", ENDS[:-1])
async def test_each_delivery_asks_anew(tmp_path: Path, end: End) -> None:
    async with sent(tmp_path) as (home, _, berta, sam):
        await berta.client.call(boxes.Read(box16=sam.box16, start=1), sam.join_cap)
        await sam.post("before")
        await settled(berta.client)
        assert len(told(berta.client, boxes.EnvelopeStored)) == 1
        await end(home, berta)
        # In this order: what is handed on unread, what is passed on unstored, what a look finds.
        await sam.post("after")
        await sam.client.call(fleeting(sam), sam.box_cap)
        await sam.client.call(sam.close_command(), sam.box_cap)
        await settled(berta.client)
        for kind in (boxes.EnvelopeStored, boxes.FleetingSeen, boxes.Closed):
            assert told(berta.client, kind) == []


async def test_the_close_alone_is_not_told_either(tmp_path: Path) -> None:
    async with sent(tmp_path) as (home, _, berta, sam):
        await berta.client.call(boxes.Read(box16=sam.box16, start=1), sam.join_cap)
        await new_team(home, "Anna", key="team key 2")
        await sam.client.call(sam.close_command(), sam.box_cap)
        await settled(berta.client)
        assert told(berta.client, boxes.EnvelopeStored) == []
        assert told(berta.client, boxes.Closed) == []


async def test_fleeting_ones_reach_a_member_and_nobody_after(tmp_path: Path) -> None:
    async with sent(tmp_path) as (home, _, berta, sam):
        await berta.client.call(boxes.Read(box16=sam.box16, start=1), sam.join_cap)
        await sam.client.call(fleeting(sam), sam.box_cap)
        await settled(berta.client)
        assert len(told(berta.client, boxes.FleetingSeen)) == 1
        await new_team(home, "Anna", key="team key 2")
        await sam.client.call(fleeting(sam), sam.box_cap)
        await settled(berta.client)
        assert told(berta.client, boxes.FleetingSeen) == []


def fleeting(sam: Writer) -> boxes.Fleeting:
    return boxes.Fleeting(box16=sam.box16, e3=e1(sam.box16, sam.kid, "typing", kind=3))


async def test_who_comes_back_into_the_team_reads_again(tmp_path: Path) -> None:
    async with sent(tmp_path) as (home, _, berta, sam):
        await new_team(home, "Anna", key="team key 2")
        read = boxes.Read(box16=sam.box16, start=1)
        assert await berta.client.refusal(read, sam.join_cap) is ErrorCode.UNKNOWN
        await new_team(home, "Anna", "Berta", key="team key 2")
        assert (await berta.client.call(read, sam.join_cap)).head_n == 2


async def test_nobody_makes_it_the_own_or_drops_it(tmp_path: Path) -> None:
    async with sent(tmp_path) as (_, anna, berta, sam):
        box16 = sam.box16
        for command in (
            boxes.Swap(box16=box16, new_cap_hash=cap_hash(CapSecret(seed("own")))),
            boxes.Leave(box16=box16),
            sam.post_command("as the team"),
            sam.close_command("as the team"),
        ):
            assert await berta.client.refusal(command, sam.join_cap) is ErrorCode.FORBIDDEN
        await anna.client.call(boxes.Read(box16=box16, start=1), sam.join_cap)


async def test_once_taken_the_others_hear_nothing_more(tmp_path: Path) -> None:
    async with sent(tmp_path) as (_, anna, berta, sam):
        read = boxes.Read(box16=sam.box16, start=1)
        await berta.client.call(read, sam.join_cap)
        await accepts(anna, sam)
        await sam.post("for Anna only", cap=anna.cap_of(sam))
        await settled(berta.client)
        assert told(berta.client, boxes.EnvelopeStored) == []
        assert await berta.client.refusal(read, sam.join_cap) is ErrorCode.UNKNOWN
        # Berta was a little later.
        late = sam.taking(berta, "late")
        assert await berta.client.refusal(late, sam.join_cap) is ErrorCode.UNKNOWN


async def test_of_two_who_take_it_one_commits(tmp_path: Path) -> None:
    async with sent(tmp_path) as (_, anna, berta, sam):
        first = await anna.client.call(sam.taking(anna), sam.join_cap)
        # What was said before is said again, by the own capability now.
        assert await anna.client.call(sam.taking(anna), anna.cap_of(sam)) == first
        refused = await berta.client.refusal(sam.taking(berta, "other"), sam.join_cap)
        assert refused is ErrorCode.UNKNOWN


async def test_over_http_it_opens_nothing(tmp_path: Path) -> None:
    async with sent(tmp_path) as (home, anna, _, sam):
        parts = home.server.relay.parts
        for right in (Right.READ, Right.COMMIT):
            with pytest.raises(WireError, match="unknown"):
                await parts.db.read(
                    lambda tx, right=right: member_of(  # type: ignore[misc]
                        tx, sam.box16, cap_hash(CapSecret(sam.join_cap)), right
                    )
                )
        stock = BlobStock(box16=sam.box16)
        assert await anna.client.refusal(stock, sam.join_cap) is ErrorCode.UNKNOWN


async def test_the_teams_inbox_is_read_by_whom_team_lists(tmp_path: Path) -> None:
    async with sent(tmp_path) as (home, anna, berta, sam):
        inbox = boxes.InboxRead(inbox16=team_inbox(), start=0)
        for one in (anna, berta):
            (letter,) = (await one.client.call(inbox)).letters
            assert letter.ticket16 == sam.ticket16
        clara = await home.counsellor("Clara")
        assert await clara.client.refusal(inbox) is ErrorCode.FORBIDDEN
        tom = await writer(home, "Tom")
        assert await tom.client.refusal(inbox) is ErrorCode.UNAUTHORISED
        await tom.sends()
        await settled(anna.client, berta.client)
        for one in (anna, berta):
            assert len(told(one.client, boxes.LetterStored)) == 1
        # Berta leaves; the old inbox is the team's still, and hers no longer.
        await new_team(home, "Anna", key="team key 2")
        assert len((await anna.client.call(inbox)).letters) == 2
        assert await berta.client.refusal(inbox) is ErrorCode.FORBIDDEN


async def test_who_has_signed_out_hears_of_no_letter(tmp_path: Path) -> None:
    async with sent(tmp_path) as (home, anna, berta, _):
        inbox = boxes.InboxRead(inbox16=team_inbox(), start=0)
        for one in (anna, berta):
            await one.client.call(inbox)
        await signed_out(home, berta)
        await (await writer(home, "Tom")).sends()
        await settled(anna.client, berta.client)
        assert len(told(anna.client, boxes.LetterStored)) == 1
        assert told(berta.client, boxes.LetterStored) == []


async def test_a_teams_letters_are_the_relays_to_delete(tmp_path: Path) -> None:
    async with sent(tmp_path) as (home, anna, _, _):
        ((letter,),) = await home.rows("SELECT letter FROM boxes_letters")
        delete = boxes.LetterDelete(inbox16=team_inbox(), letter=letter)
        assert await anna.client.refusal(delete) is ErrorCode.FORBIDDEN
        # Nor by naming the own inbox.
        own = boxes.LetterDelete(inbox16=anna.inbox16, letter=letter)
        await anna.client.call(own)
        assert await home.rows("SELECT letter FROM boxes_letters") == [(letter,)]


async def test_no_letter_goes_to_a_former_key(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, sam = await home.counsellor("Anna"), await writer(home, "Sam")
        await sam.creates()
        await new_team(home, "Anna", key="team key 2")
        assert await sam.client.refusal(sam.to_team(), sam.box_cap) is ErrorCode.STALE
        # Nothing of it stands: neither number nor capability.
        assert await home.rows("SELECT last_n FROM boxes_boxes") == [(0,)]
        assert len(await home.rows("SELECT 1 FROM boxes_caps")) == 1
        send = boxes.LetterSend(e2=e2(team_inbox(), "among colleagues"))
        assert await anna.client.refusal(send) is ErrorCode.STALE
        now = e2(team_inbox("team key 2"), "welcome")
        await sam.client.call(sam.to_team(letters=(now,)), sam.box_cap)


async def test_a_repeat_is_no_new_letter_to_a_former_key(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await home.counsellor("Anna")
        sam = await writer(home, "Sam")
        await sam.creates()
        first = await sam.client.call(sam.to_team(), sam.box_cap)
        await new_team(home, "Anna", key="team key 2")
        assert await sam.client.call(sam.to_team(), sam.box_cap) == first


async def test_a_renewed_team_with_the_same_key_takes_letters(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        sam = await writer(home, "Sam")
        await new_team(home, "Anna", "Berta")
        await sam.sends()
        home.server.clock.elapse(31 * DAY_MS)
        tom = await writer(home, "Tom")
        await tom.creates()
        assert await tom.client.refusal(tom.to_team(), tom.box_cap) is ErrorCode.STALE
