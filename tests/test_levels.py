"""Who reads what at each level, through the Python client: by keys, whatever a list shows."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from clientlib import org, recommit, teams
from clientlib.case import Case
from clientlib.consent import Answer
from clientlib.enquiry import Enquiry
from clientlib.errors import Refused
from clientlib.firstrequest import open_letters
from clientlib.staffenquiries import StaffEnquiries
from clientlib.standing import Standing
from clientlib.teamcare import look_after
from clientlib.teamcommit import ground_of
from crypto.levels import Level
from crypto.random import random_bytes
from crypto.statement import RevokeReason, Role
from crypto.verdict import NoticeKind
from crypto.wire.enquiries import EnquiryLetter, EnquiryState
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.handover import BEFORE, alone_with, stands
from tests.helpers.leads import LEADS16, Office, led, office
from tests.helpers.leaving import revoked
from tests.helpers.written import (
    SCENE_S,
    TEXT,
    alarms,
    at_desk,
    counted,
    falls_over,
    has,
    new,
    staff_again,
    takes,
    texts,
    writes,
)

DRAFT = "Liebe Kiesel, …"


async def is_listed(desk: StaffEnquiries, ticket16: bytes, state: EnquiryState) -> None:
    """Wait until it stands like this in a list."""
    rows = desk.rows
    async with asyncio.timeout(SCENE_S):
        await desk.wait_until(lambda: ticket16 in rows and rows[ticket16].state == state)


async def taken(here: Office, desk: StaffEnquiries) -> tuple[Enquiry, Case]:
    """Somebody writes; whose desk it is takes it over and answers."""
    enquiry = await writes(here.cast, await here.cast.registers("kiesel-407"))
    case = await takes(desk, enquiry)
    await case.say(BEFORE)
    assert enquiry.box is not None
    await has(enquiry.box, BEFORE)
    return enquiry, case


async def see_nothing(ticket16: bytes, *desks: StaffEnquiries) -> None:
    """It is in no list of theirs, and does not open."""
    for desk in desks:
        fresh = await at_desk(desk.staff)
        assert ticket16 not in fresh.rows
        with pytest.raises(WireError) as refused:
            await fresh.open(ticket16)
        assert refused.value.code is ErrorCode.UNKNOWN


async def test_what_is_given_back_only_leads_read(tmp_path: Path) -> None:
    async with led(tmp_path, Level.RESTRICTED) as cast:
        here = await office(cast)
        enquiry, case = await taken(here, here.maria)
        assert enquiry.box is not None
        ticket16, box16 = case.ticket16, case.box.box16
        # A new one is the team's: of the leads, whoever counsels as well.
        other = await writes(cast, enquiry.account, "Noch etwas.")
        await is_listed(here.jonas, other.note.ticket16, EnquiryState.OPEN)
        assert other.note.ticket16 in here.otto.rows
        assert other.note.ticket16 not in here.ruth.rows

        await here.maria.staff.keyring.keep_draft(box16, DRAFT)
        await here.maria.release(ticket16)
        for desk in (here.ruth, here.otto):
            await is_listed(desk, ticket16, EnquiryState.OPEN)
            assert desk.rows[ticket16].for_leads == 1
        await see_nothing(ticket16, here.maria, here.jonas)
        # A relay that shows them all that it has: what is sealed to others opens nothing.
        asked = EnquiryLetter(ticket16=ticket16)
        letters = (await here.ruth.staff.relay.request(asked)).letters
        for desk in (here.maria, here.jonas):
            with pytest.raises(Refused):
                await open_letters(desk.staff.caseload, ticket16, letters)
        async with asyncio.timeout(SCENE_S):
            await enquiry.box.wait_until(lambda: enquiry.standing is Standing.OPEN)
        assert alarms(enquiry.box) == []

        led_case = await here.ruth.accept(ticket16)
        await alone_with(enquiry.box, here.ruth.staff)
        assert texts(led_case.box) == [TEXT, BEFORE]
        assert here.ruth.staff.keyring.draft(box16) == DRAFT
        await led_case.say("Guten Tag")
        await has(enquiry.box, "Guten Tag")
        # Who has it as its counsellor ends it too, whatever they are certified as.
        await led_case.close()
        async with asyncio.timeout(SCENE_S):
            await enquiry.box.wait_until(lambda: enquiry.standing is Standing.CLOSED)
        assert alarms(enquiry.box) == alarms(led_case.box) == []


async def test_what_comes_in_only_leads_read_and_hand_on_with_consent(tmp_path: Path) -> None:
    async with led(tmp_path, Level.STRICT) as cast:
        here = await office(cast)
        waiting = await writes(cast, await cast.registers("moos-11"))
        await is_listed(here.ruth, waiting.note.ticket16, EnquiryState.OPEN)
        await see_nothing(waiting.note.ticket16, here.maria, here.jonas)
        enquiry, case = await taken(here, here.ruth)
        assert enquiry.box is not None
        ticket16 = case.ticket16
        assert [one.name for one in await case.handing.colleagues()] == ["Jonas", "Maria", "Otto"]

        await case.handing.ask(here.jonas.staff.certificate, with_history=True)
        await stands(enquiry.box, Answer.OPEN)
        await enquiry.answer(is_yes=True)
        await stands(case.box, Answer.YES)
        await here.ruth.settle(ticket16)
        rows, mine = here.jonas.rows, here.jonas.staff.subject16
        async with asyncio.timeout(SCENE_S):
            await here.jonas.wait_until(
                lambda: ticket16 in rows and rows[ticket16].successor == mine
            )
        his = await here.jonas.succeed(ticket16)
        await alone_with(enquiry.box, here.jonas.staff)
        assert texts(his.box) == [TEXT, BEFORE]
        assert alarms(enquiry.box) == []

        await here.jonas.release(ticket16)
        await is_listed(here.otto, ticket16, EnquiryState.OPEN)
        await see_nothing(ticket16, here.maria, here.jonas)
        assert texts((await here.otto.open(ticket16)).box) == [TEXT, BEFORE]


async def test_a_counsellor_is_not_written_to_past_the_leads(tmp_path: Path) -> None:
    async with led(tmp_path, Level.STRICT) as cast:
        here = await office(cast)
        account = await cast.registers("kiesel-407")
        maria16, ruth16 = here.maria.staff.subject16, here.ruth.staff.subject16
        with pytest.raises(Refused):
            await new(cast, account, maria16).send("", "", TEXT)
        enquiry = await writes(cast, account, addressee=ruth16)
        assert texts((await takes(here.ruth, enquiry)).box) == [TEXT]


async def test_a_lead_among_counsellors_works_like_anybody(tmp_path: Path) -> None:
    async with led(tmp_path, Level.OPEN) as cast:
        here = await office(cast)
        enquiry, case = await taken(here, here.otto)
        assert enquiry.box is not None
        await here.otto.release(case.ticket16)
        await is_listed(here.jonas, case.ticket16, EnquiryState.OPEN)
        assert case.ticket16 not in here.ruth.rows
        await here.jonas.accept(case.ticket16)
        await alone_with(enquiry.box, here.jonas.staff)
        assert alarms(enquiry.box) == []


async def test_a_release_that_fell_over_is_finished_at_the_next_sign_in(tmp_path: Path) -> None:
    """The leads' letters do not open to who gave it back: a receipt in the own inbox does."""
    async with led(tmp_path, Level.RESTRICTED) as cast:
        here = await office(cast)
        _, case = await taken(here, here.maria)
        with counted(here.maria.staff.relay) as asked:
            await here.maria.release(case.ticket16)
        account = await cast.seeker_signs_in("kiesel-407")
        for step, is_asked in (("commit", True), ("page_save", False), ("enquiry_release", False)):
            desk = await at_desk(await staff_again(cast, here.maria.staff), cast.teams)
            case = await takes(desk, await writes(cast, account))
            at = asked.index(step, asked.index("commit"))
            async with falls_over(desk.staff.relay, at, is_asked=is_asked):
                await desk.release(case.ticket16)
            fresh = await at_desk(await staff_again(cast, here.maria.staff), cast.teams)
            await fresh.take_up()
            assert case.ticket16 not in fresh.cases
            await is_listed(here.ruth, case.ticket16, EnquiryState.OPEN)
            entry = fresh.staff.keyring.entry(case.box.box16)
            assert entry is not None
            assert entry.secrets == ()
            assert texts((await here.ruth.open(case.ticket16)).box) == [TEXT]


@pytest.mark.parametrize("level", [Level.RESTRICTED, Level.OPEN])
async def test_a_release_to_the_other_team_is_an_alarm(tmp_path: Path, level: Level) -> None:
    """A counsellor's client that goes by another level than the seeker's page."""
    async with led(tmp_path, level) as cast:
        here = await office(cast)
        enquiry, case = await taken(here, here.maria)
        assert enquiry.box is not None
        box = enquiry.box
        cast.level = Level.OPEN if level is Level.RESTRICTED else Level.RESTRICTED
        wrong = await at_desk(here.maria.staff, cast.teams)
        await wrong.take_up()
        await wrong.release(case.ticket16)
        async with asyncio.timeout(SCENE_S):
            await box.wait_until(lambda: box.transcript.alarms != [])
        assert [one.kind for one in box.transcript.alarms] == [NoticeKind.UNINVITED]
        assert box.transcript.sending_paused


async def test_a_member_who_brings_in_the_other_team_is_an_alarm(tmp_path: Path) -> None:
    """In the team's name, with a key and a capability that are true."""
    async with led(tmp_path, Level.RESTRICTED) as cast:
        here = await office(cast)
        enquiry = await writes(cast, await cast.registers("kiesel-407"))
        assert enquiry.box is not None
        box, ticket16, jonas = enquiry.box, enquiry.note.ticket16, here.jonas.staff
        leads = (await jonas.log.update()).current_team(LEADS16, cast.now_ms())
        assert leads is not None
        letters = (await jonas.relay.request(EnquiryLetter(ticket16=ticket16))).letters
        first = await open_letters(jonas.caseload, ticket16, letters)
        made = recommit._made(jonas, first, ground_of(first), leads, random_bytes)
        await jonas.relay.request(made, first.welcome.join_cap.raw)
        async with asyncio.timeout(SCENE_S):
            await box.wait_until(lambda: box.transcript.alarms != [])
        assert [one.kind for one in box.transcript.alarms] == [NoticeKind.UNINVITED]


async def test_only_leads_come_into_the_leads_team(tmp_path: Path) -> None:
    async with led(tmp_path, Level.STRICT) as cast:
        here = await office(cast)
        ruth, maria16 = here.ruth.staff, here.maria.staff.subject16
        lea = await cast.counsellor(here.admin, "lea", "Lea", Role.LEAD)
        await ruth.log.update()
        found = teams.newcomers(ruth.log.view, LEADS16, cast.now_ms(), is_leads=True)
        assert [one.certificate.subject16 for one in found] == [lea.subject16]
        with pytest.raises(Refused):
            await teams.admit(ruth, LEADS16, maria16, is_leads=True)
        await teams.admit(ruth, LEADS16, lea.subject16, is_leads=True)
        assert await teams.take_team_seeds(lea) == 1

        # Where a client admits whom it should not, nobody seals anything to that team.
        await teams.admit(ruth, LEADS16, maria16)
        account = await cast.registers("kiesel-407")
        with pytest.raises(Refused):
            await writes(cast, account)


async def test_who_leads_no_more_is_taken_out_by_the_others(tmp_path: Path) -> None:
    async with led(tmp_path, Level.RESTRICTED) as cast:
        here = await office(cast)
        otto, ruth = here.otto.staff, here.ruth.staff
        await org.revoke(here.admin, otto.certificate, RevokeReason.ROLE_CHANGED, cast.now_ms())
        sign_pk, kem_pk = otto.certificate.sign_pk, otto.certificate.kem_pk
        await org.certify(
            here.admin, sign_pk, kem_pk, Role.COUNSELLOR, otto.subject16, cast.now_ms()
        )
        await ruth.log.update()
        # As a lead he has gone, and as a counsellor he has not.
        care = await look_after(ruth, LEADS16, is_leads=True)
        assert care.left == (otto.subject16,)
        assert ruth.log.view.in_team(cast.team16, otto.subject16, cast.now_ms())


async def test_who_has_lost_their_counsellor_gives_it_to_the_leads(tmp_path: Path) -> None:
    async with led(tmp_path, Level.RESTRICTED) as cast:
        here = await office(cast)
        enquiry, case = await taken(here, here.maria)
        assert enquiry.box is not None
        # The leads have a key that Maria never had: nothing is to be waited for.
        await revoked(cast, here.maria.staff)
        await enquiry.calling_back.run()
        await is_listed(here.ruth, case.ticket16, EnquiryState.OPEN)
        assert here.ruth.rows[case.ticket16].for_leads == 1
        await see_nothing(case.ticket16, here.jonas)
        led_case = await here.ruth.accept(case.ticket16)
        await alone_with(enquiry.box, here.ruth.staff)
        assert texts(led_case.box) == [TEXT, BEFORE]
        assert alarms(enquiry.box) == alarms(led_case.box) == []
