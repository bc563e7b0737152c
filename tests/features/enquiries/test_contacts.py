"""Contact data beside a ticket: who leaves them, who fetches them, how long they stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crypto import letter
from crypto.levels import Level
from crypto.wire import boxes, contacts, enquiries
from crypto.wire.base import Command
from crypto.wire.errors import ErrorCode
from tests.features.enquiries.test_hand_over import desk as desk_without_leads
from tests.features.enquiries.test_leads import Desk, desk
from tests.features.retention.test_purge import on_disk
from tests.helpers.accounts import publish
from tests.helpers.leads import LEADS16
from tests.helpers.livecast import HOUR_MS, e2
from tests.helpers.organisation import Person, kem_public, seed
from tests.helpers.server import PORTAL16
from tests.helpers.writtencast import (
    DAY_MS,
    UNACCEPTED_DAYS,
    accepts,
    team_inbox,
    writer,
)

LOOK = contacts.ContactLook()
ROWS = "SELECT version, inbox16 FROM enquiries_contacts"


def leads_inbox(number: int = 1) -> bytes:
    return letter.inbox16(kem_public(f"leads key {number}"))


def left(version: int, name: str = "", inbox16: bytes = b"", bucket: int = 1024) -> Any:
    """Return the leaving of contact data, as a later version or again."""
    sealed = e2(inbox16 or leads_inbox(), name or f"contact {version}", bucket)
    return contacts.ContactPut(version=version, letter=sealed)


def resealed(here: Desk, version: int, inbox16: bytes = b"") -> contacts.ContactReseal:
    sealed = e2(inbox16 or leads_inbox(2), f"anew {version}")
    return contacts.ContactReseal(ticket16=here.sam.ticket16, version=version, letter=sealed)


async def listing(here: Desk, who: str = "ruth", start: int = 0) -> contacts.ContactsReply:
    command = contacts.Contacts(portal16=PORTAL16, start=start)
    reply: contacts.ContactsReply = await getattr(here, who).client.call(command)
    return reply


async def new_leads_key(here: Desk, *names: str, number: int = 2) -> None:
    """Publish the leads' next epoch under another key."""
    people = [Person(name) for name in names]
    organisation = here.home.organisation
    organisation.team(people[0], people, epoch=number, key=f"leads key {number}", team16=LEADS16)
    await publish(await here.home.line(), organisation)


async def test_only_leads_fetch_what_was_left(tmp_path: Path) -> None:
    async with desk(tmp_path, Level.OPEN) as here:
        ticket16 = here.sam.ticket16
        read = contacts.ContactRead(ticket16=ticket16)
        for one in (here.anna, here.ruth):
            assert await one.client.refusal(read) is ErrorCode.UNKNOWN
        assert await here.sam.ticket(LOOK) == contacts.ContactLookReply(version=0, is_current=0)
        await here.sam.ticket(left(1))
        assert await here.sam.ticket(LOOK) == contacts.ContactLookReply(version=1, is_current=1)
        # Nobody else can tell this ticket from one without, whoever has it.
        for before in (True, False):
            for one in (here.anna, here.berta):
                assert await one.client.refusal(read) is ErrorCode.UNKNOWN
                asked = contacts.Contacts(portal16=PORTAL16, start=0)
                assert await one.client.refusal(asked) is ErrorCode.FORBIDDEN
                assert await one.client.refusal(resealed(here, 1)) is ErrorCode.UNKNOWN
            # Who only leads fetches them although the ticket is none of theirs.
            for lead in (here.ruth, here.otto):
                kept = await lead.client.call(read)
                assert (kept.version, kept.letter) == (1, left(1).letter)
            if before:
                await accepts(here.anna, here.sam)
        (row,) = (await listing(here)).rows
        assert (row.ticket16, row.number, row.version, row.is_current) == (ticket16, 1, 1, 1)
        # They are no letters of the ticket, and in nobody's inbox.
        opened = await here.anna.client.refusal(enquiries.EnquiryLetter(ticket16=seed("no", 16)))
        assert opened is ErrorCode.UNKNOWN
        own = enquiries.EnquiryLetter(ticket16=ticket16)
        assert (await here.anna.client.call(own)).letters == ()
        inbox = boxes.InboxRead(inbox16=leads_inbox(), start=0)
        assert (await here.ruth.client.call(inbox)).letters == ()


async def test_a_lead_who_has_left_fetches_nothing(tmp_path: Path) -> None:
    async with desk(tmp_path, Level.OPEN) as here:
        await here.sam.ticket(left(1))
        await new_leads_key(here, "Otto")
        read = contacts.ContactRead(ticket16=here.sam.ticket16)
        assert await here.ruth.client.refusal(read) is ErrorCode.UNKNOWN
        asked = contacts.Contacts(portal16=PORTAL16, start=0)
        assert await here.ruth.client.refusal(asked) is ErrorCode.FORBIDDEN
        assert (await here.otto.client.call(read)).version == 1


async def test_a_later_version_takes_the_place(tmp_path: Path) -> None:
    async with desk(tmp_path, Level.RESTRICTED) as here:
        await here.sam.ticket(left(2))
        assert await here.sam.refused(left(1)) is ErrorCode.CONFLICT
        assert await here.sam.refused(left(0)) is ErrorCode.CONFLICT
        assert await here.sam.refused(contacts.ContactDrop(version=1)) is ErrorCode.CONFLICT
        await here.sam.ticket(left(2, "again"))
        await here.sam.ticket(left(5))
        read = contacts.ContactRead(ticket16=here.sam.ticket16)
        kept = await here.ruth.client.call(read)
        assert (kept.version, kept.letter) == (5, left(5).letter)
        assert await here.home.rows(ROWS) == [(5, leads_inbox())]
        await here.sam.ticket(contacts.ContactDrop(version=6))
        await here.sam.ticket(contacts.ContactDrop(version=6))
        assert await here.home.rows(ROWS) == []
        assert await here.ruth.client.refusal(read) is ErrorCode.UNKNOWN
        assert (await listing(here)).rows == ()


async def test_they_are_sealed_to_the_leads_of_today_and_to_nobody_else(tmp_path: Path) -> None:
    async with desk(tmp_path, Level.OPEN) as here:
        for inbox16 in (team_inbox(), here.ruth.inbox16, leads_inbox(2), seed("nowhere", 16)):
            assert await here.sam.refused(left(1, inbox16=inbox16)) is ErrorCode.STALE
        for bucket in (512, 2048):
            with pytest.raises(Exception, match="out of range"):
                await here.sam.ticket(left(1, bucket=bucket))
        broken = bytes(contacts.CONTACT_LETTER_BYTES)
        put = contacts.ContactPut(version=1, letter=broken)
        assert await here.sam.refused(put) is ErrorCode.MALFORMED
        assert await here.home.rows(ROWS) == []


async def test_a_new_key_of_the_leads(tmp_path: Path) -> None:
    async with desk(tmp_path, Level.OPEN) as here:
        await here.sam.ticket(left(1))
        # Nothing is to be done yet, and nothing is replaced.
        now = resealed(here, 1, leads_inbox())
        assert await here.otto.client.refusal(now) is ErrorCode.CONFLICT
        await new_leads_key(here, "Otto")
        assert (await here.sam.ticket(LOOK)).is_current == 0
        assert [one.is_current for one in (await listing(here, "otto")).rows] == [0]
        assert await here.sam.refused(left(2)) is ErrorCode.STALE
        former = resealed(here, 1, leads_inbox(1))
        assert await here.otto.client.refusal(former) is ErrorCode.STALE
        # What the seeker has changed meanwhile is not replaced by what was before.
        assert await here.otto.client.refusal(resealed(here, 2)) is ErrorCode.CONFLICT
        assert await here.ruth.client.refusal(resealed(here, 1)) is ErrorCode.UNKNOWN
        assert await here.anna.client.refusal(resealed(here, 1)) is ErrorCode.UNKNOWN
        await here.otto.client.call(resealed(here, 1))
        assert await here.home.rows(ROWS) == [(1, leads_inbox(2))]
        assert (await here.sam.ticket(LOOK)).is_current == 1
        assert await here.otto.client.refusal(resealed(here, 1)) is ErrorCode.CONFLICT
        # Or the seeker's own client seals them anew, as the same version.
        await new_leads_key(here, "Otto", number=3)
        await here.sam.ticket(left(1, inbox16=leads_inbox(3)))
        assert await here.home.rows(ROWS) == [(1, leads_inbox(3))]


async def test_they_stay_while_the_ticket_goes_from_hand_to_hand(tmp_path: Path) -> None:
    async with desk(tmp_path, Level.RESTRICTED) as here:
        sam, ticket16 = here.sam, here.sam.ticket16
        await sam.ticket(left(1))
        berta16 = here.berta.person.subject16
        await accepts(here.anna, sam)
        over = enquiries.EnquiryHandOver(ticket16=ticket16, successor=berta16, is_deputy=0)
        await here.anna.client.call(over)
        await here.berta.client.call(enquiries.EnquiryTaken(ticket16=ticket16))
        done = enquiries.EnquiryMark(ticket16=ticket16, state=enquiries.EnquiryState.DONE)
        await here.berta.client.call(done)
        await here.berta.client.call(here.release())
        await here.home.elapse(29 * DAY_MS)
        assert await here.home.rows(ROWS) == [(1, leads_inbox())]


@pytest.mark.parametrize("way", ["end", "withdraw", "drop", "replace"])
async def test_their_bytes_are_gone_from_every_file(tmp_path: Path, way: str) -> None:
    async with desk(tmp_path, Level.OPEN) as here:
        sam = here.sam
        await accepts(here.anna, sam)
        await sam.ticket(left(1))
        await here.home.elapse(1_000)
        mark = {"contact": bytes(left(1).letter[-64:]), "inbox": leads_inbox()}
        assert "contact" in on_disk(tmp_path, mark)
        if way == "end":
            await here.anna.client.call(enquiries.EnquiryEnd(ticket16=sam.ticket16))
        elif way == "withdraw":
            await sam.ticket(enquiries.EnquiryWithdraw())
        elif way == "drop":
            await sam.ticket(contacts.ContactDrop(version=1))
        else:
            await sam.ticket(left(2))
        await here.home.elapse(1_000)
        assert "contact" not in on_disk(tmp_path, mark)
        if way != "replace":
            assert await here.home.rows(ROWS) == []
        if way in ("end", "withdraw"):
            read = contacts.ContactRead(ticket16=sam.ticket16)
            assert await here.ruth.client.refusal(read) is ErrorCode.UNKNOWN
            for command in (LOOK, left(2), contacts.ContactDrop(version=9)):
                assert await sam.refused(command) is ErrorCode.UNKNOWN


async def test_they_end_with_a_ticket_whose_time_is_over(tmp_path: Path) -> None:
    async with desk(tmp_path, Level.OPEN) as here:
        await here.sam.ticket(left(1))
        here.home.server.clock.elapse(UNACCEPTED_DAYS * DAY_MS)
        here.home.organisation.team(
            Person("Ruth"),
            [Person("Ruth")],
            epoch=2,
            key="leads key 1",
            team16=LEADS16,
            at_ms=here.home.server.clock.now_ms() - HOUR_MS,
        )
        # Before any sweep it is gone for whoever asks.
        for command in (LOOK, left(2), contacts.ContactDrop(version=9)):
            assert await here.sam.refused(command) is ErrorCode.UNKNOWN
        await here.home.elapse(0)
        assert await here.home.rows(ROWS) == []


async def test_only_with_the_tickets_own_capability(tmp_path: Path) -> None:
    async with desk(tmp_path, Level.OPEN) as here:
        await here.sam.ticket(left(1))
        commands: list[Command[Any]] = [LOOK, left(9), contacts.ContactDrop(version=9)]
        for command in commands:
            for cap in (seed("a stranger's cap", 32), here.sam.box_cap):
                assert await here.anna.client.refusal(command, cap) is ErrorCode.UNKNOWN
        assert await here.home.rows(ROWS) == [(1, leads_inbox())]


async def test_a_portal_without_leads_keeps_none(tmp_path: Path) -> None:
    async with desk_without_leads(tmp_path) as here:
        assert await here.sam.refused(left(1)) is ErrorCode.FORBIDDEN
        assert (await here.sam.ticket(LOOK)).version == 0
        await here.sam.ticket(contacts.ContactDrop(version=1))
        asked = contacts.Contacts(portal16=PORTAL16, start=0)
        assert await here.anna.client.refusal(asked) is ErrorCode.FORBIDDEN
        nowhere = contacts.Contacts(portal16=seed("no portal", 16), start=0)
        assert await here.anna.client.refusal(nowhere) is ErrorCode.UNKNOWN


async def test_the_list_comes_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with desk(tmp_path, Level.OPEN) as here:
        people = [here.sam]
        for name in ("Tom", "Uli"):
            one = await writer(here.home, name)
            await one.sends()
            people.append(one)
        for one in people:
            await one.ticket(left(1, one.name))
        monkeypatch.setattr("crypto.wire.contacts.MAX_ROWS", 2)
        first = await listing(here)
        assert ([one.number for one in first.rows], first.has_more) == ([1, 2], 1)
        rest = await listing(here, start=3)
        assert ([one.number for one in rest.rows], rest.has_more) == ([3], 0)
