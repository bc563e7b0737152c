"""An own case is given back to the team, with the draft; whoever takes it goes on (E1.19)."""

from __future__ import annotations

import asyncio

import pytest

from clientlib.consent import Answer
from clientlib.errors import Refused
from clientlib.recommit import recommit
from clientlib.staffenquiries import StaffEnquiries
from clientlib.standing import Standing
from crypto.entry import EntryState
from crypto.levels import Teams
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.handover import BEFORE, Scene, alone_with, handed, passes, stands, team_is
from tests.helpers.written import (
    TEXT,
    alarms,
    at_desk,
    has,
    staff_again,
    takes,
    texts,
    writes,
)

DRAFT = "Liebe Kiesel, ich habe nachgedacht …"
SCENE_S = 30


async def is_open(desk: StaffEnquiries, ticket16: bytes) -> None:
    """Wait until it stands in a list as one that nobody has."""
    async with asyncio.timeout(SCENE_S):
        await desk.wait_until(
            lambda: ticket16 in desk.rows and desk.rows[ticket16].state == EnquiryState.OPEN
        )


async def released(scene: Scene, draft: str = DRAFT) -> None:
    """Maria has typed something and gives it back; the team has it."""
    await scene.maria.keyring.keep_draft(scene.theirs.box16, draft)
    await scene.desk.release(scene.ticket16)
    await is_open(scene.other, scene.ticket16)


async def test_it_goes_back_whole_and_whoever_takes_it_finds_the_draft(cast: Cast) -> None:
    scene = await handed(cast)
    await released(scene)

    first = await scene.other.open(scene.ticket16)
    assert texts(first.box) == [TEXT, BEFORE]
    assert first.draft is not None
    assert first.draft.text == DRAFT
    async with asyncio.timeout(SCENE_S):
        await scene.theirs.wait_until(lambda: scene.enquiry.standing is Standing.OPEN)
    assert scene.theirs.transcript.alarms == []
    assert alarms(scene.theirs) == []
    await scene.enquiry.say("Sind Sie noch da?")

    case = await scene.other.accept(scene.ticket16)
    await alone_with(scene.theirs, scene.jonas)
    assert texts(case.box) == [TEXT, BEFORE, "Sind Sie noch da?"]
    assert scene.jonas.keyring.draft(case.box.box16) == DRAFT
    assert case.note.draft_by == scene.maria.certificate.hash
    await case.say("Guten Tag")
    await has(scene.theirs, "Guten Tag")
    assert alarms(scene.theirs) == alarms(case.box) == []


async def test_who_gave_it_back_keeps_nothing_and_takes_it_again(cast: Cast) -> None:
    scene = await handed(cast)
    await released(scene)
    box16 = scene.theirs.box16
    entry = scene.maria.keyring.entry(box16)
    assert entry is not None
    assert (entry.state, entry.secrets) == (EntryState.GONE, ())
    assert scene.maria.keyring.draft(box16) == ""

    case = await scene.desk.accept(scene.ticket16)
    await alone_with(scene.theirs, scene.maria)
    assert texts(case.box) == [TEXT, BEFORE]
    assert scene.maria.keyring.draft(box16) == DRAFT
    await scene.desk.release(scene.ticket16, with_draft=False)
    await is_open(scene.other, scene.ticket16)
    assert (await scene.other.open(scene.ticket16)).draft is None
    assert alarms(scene.theirs) == []


async def test_another_device_that_looks_on_hears_that_it_is_over(cast: Cast) -> None:
    scene = await handed(cast)
    desk = await scene.maria_again()
    case = desk.cases[scene.ticket16]
    await released(scene)
    async with asyncio.timeout(SCENE_S):
        await case.box.wait_until(lambda: case.is_out)
    assert await desk.settle(scene.ticket16) is None
    entry = desk.staff.keyring.entry(scene.theirs.box16)
    assert entry is not None
    assert entry.state is EntryState.GONE


async def test_a_new_team_key_carries_history_and_draft(cast: Cast) -> None:
    scene = await handed(cast)
    await released(scene)
    await team_is(cast, scene.jonas, scene.jonas)
    progress = await recommit(scene.jonas, cast.team16)
    assert (progress.done, progress.skipped) == (1, ())
    desk = await at_desk(await staff_again(cast, scene.jonas))
    first = await desk.open(scene.ticket16)
    assert first.draft is not None
    assert (first.draft.text, first.draft.epoch) == (DRAFT, first.welcome.epoch)
    assert first.draft.certificate_hash == scene.maria.certificate.hash
    case = await desk.accept(scene.ticket16)
    assert texts(case.box) == [TEXT, BEFORE]
    assert scene.theirs.transcript.alarms == []


async def test_what_was_written_to_one_is_open_to_all_then(cast: Cast) -> None:
    scene = await handed(cast)
    account = scene.enquiry.account
    enquiry = await writes(cast, account, addressee=scene.maria.subject16)
    case = await takes(scene.desk, enquiry)
    await scene.desk.release(case.ticket16)
    await is_open(scene.other, case.ticket16)
    row = scene.other.rows[case.ticket16]
    assert (row.is_addressed, row.assignee) == (0, b"")
    await scene.other.accept(case.ticket16)
    assert enquiry.box is not None
    await alone_with(enquiry.box, scene.jonas)
    assert enquiry.box.transcript.alarms == []


async def test_a_history_that_is_not_mine_is_not_given_to_the_team(cast: Cast) -> None:
    scene = await handed(cast)
    case = await passes(scene, scene.desk, scene.other, with_history=False)
    with pytest.raises(Refused):
        await scene.other.release(case.ticket16)
    await alone_with(scene.theirs, scene.jonas)


async def test_while_a_colleague_is_asked_about_it_stays(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.asks()
    with pytest.raises(Refused):
        await scene.desk.release(scene.ticket16)
    await scene.answers()
    await scene.settles()
    with pytest.raises(Refused):
        await scene.desk.release(scene.ticket16)
    await stands(scene.theirs, Answer.DONE)


async def test_while_a_colleague_stands_in_it_stays(cast: Cast) -> None:
    """With both of them; and once the deputy has gone, it goes back to the team."""
    scene = await handed(cast)
    lent = await scene.lends()
    for desk in (scene.desk, scene.other):
        with pytest.raises(Refused):
            await desk.release(scene.ticket16)
    await scene.other.stand_down(lent.ticket16)
    case = scene.desk.cases[scene.ticket16]
    async with asyncio.timeout(SCENE_S):
        while case.handing.colleague is not None:
            await scene.desk.settle(scene.ticket16)
            await asyncio.sleep(0)
    await released(scene)
    assert alarms(scene.theirs) == []


async def test_it_does_not_go_to_another_team(cast: Cast) -> None:
    """A counsellor of two teams: the seeker wrote to one of them, and hears it as an alarm."""
    scene = await handed(cast)
    scene.theirs._teams = Teams(team16=bytes(16))
    await scene.desk.release(scene.ticket16)
    async with asyncio.timeout(SCENE_S):
        await scene.theirs.wait_until(lambda: scene.theirs.transcript.alarms != [])
    assert scene.theirs.transcript.sending_paused


async def test_the_relay_lets_only_who_has_it_release_it(cast: Cast) -> None:
    scene = await handed(cast)
    from crypto.wire.enquiries import EnquiryRelease

    with pytest.raises(WireError) as refused:
        await scene.jonas.relay.request(EnquiryRelease(ticket16=scene.ticket16))
    assert refused.value.code is ErrorCode.FORBIDDEN
    await scene.asks()
    await scene.answers()
    await scene.settles()
    with pytest.raises(WireError) as refused:
        await scene.maria.relay.request(EnquiryRelease(ticket16=scene.ticket16))
    assert refused.value.code is ErrorCode.WRONG_STATE
