"""A team's key has changed: what lay under the one before is sealed anew, and its letters go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire import boxes, enquiries
from crypto.wire.errors import ErrorCode
from tests.helpers.livecast import Counsellor, House, e1, e2, house, kid_of
from tests.helpers.organisation import seed
from tests.helpers.writtencast import (
    TEAM_RIGHTS,
    Writer,
    accepts,
    listing,
    new_team,
    row_of,
    team_inbox,
    writer,
)

NEW_KEY = "team key 2"
NEW_CAP = seed("new team cap")


def anew(home: House, sam: Writer, name: str = "anew", **changed: Any) -> boxes.Commit:
    """The commit that takes the team's old entry out and its new one in, with its two letters."""
    given: dict[str, Any] = {
        "box16": sam.box16,
        "old_kid": sam.kid,
        "new_kid": kid_of(name),
        "e1": e1(sam.box16, sam.kid, name, bucket=4096),
        "caps": (
            boxes.NewCap(
                sidx=2,
                cap_hash=cap_hash(CapSecret(NEW_CAP)),
                rights=TEAM_RIGHTS,
                team16=home.organisation.team16,
            ),
        ),
        "out": (1,),
        "letters": (e2(team_inbox(NEW_KEY), name), e2(team_inbox(NEW_KEY), f"{name} grant")),
        "ticket16": sam.ticket16,
    }
    return boxes.Commit(**(given | changed))


async def letters_of(counsellor: Counsellor, sam: Writer) -> list[bytes]:
    """What a member gets to open the request with."""
    asked = enquiries.EnquiryLetter(ticket16=sam.ticket16)
    return [one.e2 for one in (await counsellor.client.call(asked)).letters]


async def test_the_letters_of_the_old_inbox_go_in_the_same_step(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        sam, tom = await writer(home, "Sam"), await writer(home, "Tom")
        await sam.sends()
        await tom.sends()
        (old,) = await letters_of(anna, sam)
        await new_team(home, "Anna", key=NEW_KEY)
        # Until then it is opened with the key of before, by who is listed now and nobody else.
        assert await letters_of(anna, sam) == [old]
        asked = enquiries.EnquiryLetter(ticket16=sam.ticket16)
        assert await berta.client.refusal(asked) is ErrorCode.UNKNOWN

        step = anew(home, sam)
        n = (await anna.client.call(step, sam.join_cap)).n
        assert await letters_of(anna, sam) == [step.letters[1], step.letters[0]]
        count = "SELECT COUNT(*) FROM boxes_letters WHERE inbox16 = $1"
        assert await home.rows(count, team_inbox()) == [(1,)]  # Tom's
        assert len(await letters_of(anna, tom)) == 1
        # Said again with the capability that came with it, it changes nothing.
        assert (await anna.client.call(step, NEW_CAP)).n == n

        read = boxes.Read(box16=sam.box16, start=1)
        assert await anna.client.refusal(read, sam.join_cap) is ErrorCode.UNKNOWN
        assert (await anna.client.call(read, NEW_CAP)).head_n == n
        assert await berta.client.refusal(read, NEW_CAP) is ErrorCode.UNKNOWN
        row = await row_of(anna, sam)
        assert row.state == enquiries.EnquiryState.OPEN


async def test_what_is_sealed_anew_ends_on_the_day_that_was_promised(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        sam = await writer(home, "Sam")
        await sam.sends()
        hours = "SELECT closes_hour FROM boxes_boxes WHERE box16 = $1"
        before = await home.rows(hours, sam.box16)
        await new_team(home, "Anna", key=NEW_KEY)
        home.server.clock.elapse(5 * 3_600_000)
        await anna.client.call(anew(home, sam), sam.join_cap)
        assert await home.rows(hours, sam.box16) == before


async def test_of_two_who_seal_it_anew_the_first_counts(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        sam = await writer(home, "Sam")
        await sam.sends()
        await new_team(home, "Anna", "Berta", key=NEW_KEY)
        first, second = anew(home, sam), anew(home, sam, "second")
        await anna.client.call(first, sam.join_cap)
        assert await berta.client.refusal(second, sam.join_cap) is ErrorCode.UNKNOWN
        assert await berta.client.refusal(second, NEW_CAP) is ErrorCode.STALE
        assert await letters_of(berta, sam) == list(reversed(first.letters))


async def test_whoever_takes_it_first_leaves_nothing_to_seal_anew(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna, berta = await home.counsellor("Anna"), await home.counsellor("Berta")
        sam = await writer(home, "Sam")
        await sam.sends()
        step = None
        await new_team(home, "Anna", "Berta", key=NEW_KEY)
        step = anew(home, sam)
        await accepts(anna, sam)
        assert await berta.client.refusal(step, sam.join_cap) is ErrorCode.UNKNOWN
        assert await home.rows("SELECT COUNT(*) FROM boxes_letters") == [(0,)]


async def test_only_the_team_itself_takes_its_old_letters_away(tmp_path: Path) -> None:
    """A seeker who names another's ticket, a member who sends no letter, one to somebody alone."""
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        sam, eve = await writer(home, "Sam"), await writer(home, "Eve")
        await sam.sends()
        await eve.sends()
        (old,) = await letters_of(anna, sam)
        await new_team(home, "Anna", key=NEW_KEY)
        hers = anew(home, eve, "hers", ticket16=sam.ticket16)
        await eve.client.call(hers, eve.box_cap)
        assert old in await letters_of(anna, sam)
        alone = anew(home, sam, "alone", caps=(), letters=(e2(anna.inbox16, "to Anna"),))
        await anna.client.call(alone, sam.join_cap)
        assert old in await letters_of(anna, sam)


async def test_a_letter_to_the_key_of_before_is_refused_with_its_commit(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        sam = await writer(home, "Sam")
        await sam.sends()
        await new_team(home, "Anna", key=NEW_KEY)
        step = anew(home, sam, letters=(e2(team_inbox(), "again"),))
        assert await anna.client.refusal(step, sam.join_cap) is ErrorCode.STALE
        assert len(await letters_of(anna, sam)) == 1
        assert len(await listing(anna)) == 1
