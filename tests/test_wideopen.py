"""At the level ganz-offen, through the Python client: a team reads along, and takes over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from unittest import mock

import pytest

from clientlib.case import Case
from clientlib.consent import Answer
from clientlib.errors import Refused
from clientlib.staffenquiries import StaffEnquiries
from clientlib.standing import Standing
from clientlib.teamcare import look_after
from crypto.levels import Level
from crypto.roster import Role
from crypto.statement import DAY_MS
from crypto.verdict import NoticeKind
from crypto.wire.boxes import Read
from crypto.wire.enquiries import EnquiryLetter, EnquiryState, EnquiryTaken
from crypto.wire.errors import ErrorCode, WireError
from e2e_server import paths
from tests.helpers.actors import Cast
from tests.helpers.handover import BEFORE, SCENE_S, stands
from tests.helpers.wideopen import Shared, at_wide_desk, open_house, roles, shared
from tests.helpers.written import (
    TEXT,
    alarms,
    all_at_once,
    counted,
    has,
    outcome_of,
    staff_again,
    takes,
    texts,
    writes,
)

ALL = [Role.SEEKER, Role.TEAM, Role.COUNSELLOR]
DRAFT = "Liebe Kiesel, …"


@pytest.fixture
async def cast(tmp_path: Path) -> AsyncIterator[Cast]:
    async with open_house(tmp_path) as found:
        yield found


async def is_out(scene: Shared) -> None:
    """Wait until Maria's client has heard that it is a colleague's."""
    async with asyncio.timeout(SCENE_S):
        await scene.case.box.wait_until(lambda: scene.case.is_out)


async def test_the_team_reads_along_and_one_takes_it_over(cast: Cast) -> None:
    scene = await shared(cast)
    ticket16, box = scene.ticket16, scene.theirs
    assert scene.jonas.rows[ticket16].reads_along == 1
    assert roles(box) == ALL
    assert scene.enquiry.standing is scene.case.standing is Standing.ANSWERED

    # Jonas reads what was said, and what is said from now on; nobody is told.
    with counted(scene.jonas.staff.relay) as asked:
        read = await scene.jonas.open(ticket16)
        assert texts(read.box) == [TEXT, BEFORE]
        await scene.enquiry.say("Danke")
        await has(read.box, "Danke")
        await read.box.acknowledge()
    assert set(asked) == {"enquiry_letter", "share", "read"}
    assert scene.jonas.cases == {}

    await scene.maria.staff.keyring.keep_draft(box.box16, DRAFT)
    his = await scene.jonas.take_over(ticket16)
    await scene.is_of(scene.jonas)
    assert roles(box) == ALL
    assert texts(his.box) == [TEXT, BEFORE, "Danke"]
    assert his.standing is scene.enquiry.standing is Standing.TAKEN
    await is_out(scene)
    assert scene.case.box.transcript.stopped is not None
    assert scene.case.box.transcript.stopped.kind is NoticeKind.YOU_WERE_REMOVED
    assert await scene.maria.settle(ticket16) is None
    # What she had typed stays on her page, and goes to nobody else.
    assert scene.case.unsent == DRAFT
    assert his.note.draft_by == b""
    assert scene.jonas.staff.keyring.draft(box.box16) == ""

    await his.say("Hier schreibt Jonas.")
    await has(box, "Hier schreibt Jonas.")
    await scene.enquiry.say("Guten Tag")
    await has(his.box, "Guten Tag")
    read = await scene.maria.open(ticket16)
    await has(read.box, "Hier schreibt Jonas.", "Guten Tag")
    assert alarms(box) == alarms(his.box) == alarms(read.box) == []
    assert not box.transcript.sending_paused


async def test_it_goes_to_and_fro_and_opens_on_every_device(cast: Cast) -> None:
    scene = await shared(cast)
    for desk in (scene.jonas, scene.maria, scene.jonas, scene.maria):
        await desk.take_over(scene.ticket16)
        await scene.is_of(desk)
        for one in scene.desks:
            if one is not desk and scene.ticket16 in one.cases:
                await one.settle(scene.ticket16)
    for desk, count in ((scene.maria, 1), (scene.jonas, 0)):
        fresh = await at_wide_desk(cast, await staff_again(cast, desk.staff))
        cases = await fresh.take_up()
        assert len(cases) == count
        for case in cases:
            assert texts(case.box) == [TEXT, BEFORE]
            assert alarms(case.box) == []
            await case.say("Wieder da")
    await has(scene.theirs, "Wieder da")
    assert alarms(scene.theirs) == []


async def test_two_take_it_over_at_once_and_one_has_it(cast: Cast) -> None:
    scene = await shared(cast, "paula")
    ticket16 = scene.ticket16
    others = scene.desks[1:]
    for one in others:
        await one.open(ticket16)
    found = await all_at_once(
        *(lambda one=one: outcome_of(one.take_over(ticket16)) for one in others)
    )
    lost = [one for one in found if isinstance(one, Exception)]
    assert [type(one) for one in lost] == [WireError]
    assert [one.code for one in lost if isinstance(one, WireError)] == [ErrorCode.TAKEN]
    winner = next(one for one, got in zip(others, found, strict=True) if got not in lost)
    await scene.is_of(winner)
    assert roles(scene.theirs) == ALL
    assert alarms(scene.theirs) == []
    # Who was second reads along, and may take it over then.
    second = next(one for one in others if one is not winner)
    assert texts((await second.open(ticket16)).box) == [TEXT, BEFORE]
    await second.take_over(ticket16)
    await scene.is_of(second)


async def test_nobody_takes_it_over_from_themselves(cast: Cast) -> None:
    scene = await shared(cast)
    with counted(scene.maria.staff.relay) as asked:
        assert await scene.maria.take_over(scene.ticket16) is scene.case
    assert "commit" not in asked
    # Nor does somebody who stands in: they are in it with a colleague.
    await scene.case.handing.ask(scene.jonas.staff.certificate, with_history=True, is_deputy=True)
    await stands(scene.theirs, Answer.OPEN)
    await scene.enquiry.answer(is_yes=True)
    await stands(scene.case.box, Answer.YES)
    await scene.maria.settle(scene.ticket16)
    with pytest.raises(Refused):
        await scene.jonas.take_over(scene.ticket16)
    rows, ticket16 = scene.jonas.rows, scene.ticket16
    await scene.jonas.wait_until(lambda: rows[ticket16].deputy != b"")
    await scene.jonas.succeed(ticket16)
    with pytest.raises(Refused):
        await scene.jonas.take_over(ticket16)
    assert roles(scene.theirs) == [*ALL, Role.COUNSELLOR]


async def test_a_deputy_goes_with_whom_they_stand_in_for(cast: Cast) -> None:
    scene = await shared(cast, "paula")
    ticket16, paula = scene.ticket16, scene.desks[2]
    await scene.case.handing.ask(scene.jonas.staff.certificate, with_history=True, is_deputy=True)
    await stands(scene.theirs, Answer.OPEN)
    await scene.enquiry.answer(is_yes=True)
    await stands(scene.case.box, Answer.YES)
    await scene.maria.settle(ticket16)
    rows = scene.jonas.rows
    await scene.jonas.wait_until(lambda: rows[ticket16].deputy != b"")
    lent = await scene.jonas.succeed(ticket16)
    await paula.take_over(ticket16)
    await scene.is_of(paula)
    row = paula.rows[ticket16]
    assert (row.successor, row.deputy) == (b"", b"")
    async with asyncio.timeout(SCENE_S):
        await lent.box.wait_until(lambda: lent.is_out)
    assert await scene.jonas.settle(ticket16) is None
    await is_out(scene)
    assert roles(scene.theirs) == ALL
    assert alarms(scene.theirs) == []


async def test_a_hand_over_with_the_seekers_yes_goes_on_beside_it(cast: Cast) -> None:
    scene = await shared(cast, "paula")
    ticket16 = scene.ticket16
    await scene.case.handing.ask(scene.jonas.staff.certificate, with_history=True)
    await stands(scene.theirs, Answer.OPEN)
    await scene.enquiry.answer(is_yes=True)
    await stands(scene.case.box, Answer.YES)
    await scene.maria.settle(ticket16)
    rows, jonas16 = scene.jonas.rows, scene.jonas.staff.subject16
    await scene.jonas.wait_until(lambda: rows[ticket16].successor == jonas16)
    his = await scene.jonas.succeed(ticket16)
    await scene.is_of(scene.jonas)
    assert roles(scene.theirs) == ALL
    assert texts(his.box) == [TEXT, BEFORE]
    # The team's letters have stayed.
    assert texts((await scene.desks[2].open(ticket16)).box) == [TEXT, BEFORE]
    assert alarms(scene.theirs) == []


async def test_given_back_and_taken_again_the_draft_goes_along_once(cast: Cast) -> None:
    scene = await shared(cast)
    ticket16, box = scene.ticket16, scene.theirs
    await scene.maria.staff.keyring.keep_draft(box.box16, DRAFT)
    await scene.maria.release(ticket16)
    rows = scene.jonas.rows
    await scene.jonas.wait_until(lambda: rows[ticket16].state == EnquiryState.OPEN)
    assert rows[ticket16].reads_along == 1
    async with asyncio.timeout(SCENE_S):
        await box.wait_until(lambda: scene.enquiry.standing is Standing.OPEN)
    assert roles(box) == [Role.SEEKER, Role.TEAM]
    await scene.jonas.accept(ticket16)
    await scene.is_of(scene.jonas)
    assert scene.jonas.staff.keyring.draft(box.box16) == DRAFT
    # By the same letters she takes it over; what she had given along is not hers to answer with.
    hers = await scene.maria.take_over(ticket16)
    await scene.is_of(scene.maria)
    assert hers.note.draft_by == b""
    assert texts(hers.box) == [TEXT, BEFORE]
    # Her own release lies there still, and is over: also while nobody has told that Jonas has it.
    await scene.jonas.settle(ticket16)
    with mock.patch.object(Case, "report"):
        await scene.jonas.take_over(ticket16)
    async with asyncio.timeout(SCENE_S):
        await hers.box.wait_until(lambda: hers.is_out)
    with counted(scene.maria.staff.relay) as asked:
        assert await scene.maria.settle(ticket16) is None
    assert "enquiry_letter" in asked
    assert "enquiry_release" not in asked
    await scene.maria.take_over(ticket16)
    fresh = await at_wide_desk(cast, await staff_again(cast, scene.maria.staff))
    with counted(fresh.staff.relay) as asked:
        (again,) = await fresh.take_up()
    assert "enquiry_release" not in asked
    assert again.standing is Standing.ANSWERED
    assert alarms(box) == alarms(again.box) == []


async def test_what_is_for_one_person_stays_theirs_until_they_give_it_back(cast: Cast) -> None:
    scene = await shared(cast)
    maria16 = scene.maria.staff.subject16
    enquiry = await writes(cast, scene.enquiry.account, "Nur für Sie", addressee=maria16)
    case = await takes(scene.maria, enquiry)
    await case.say("Guten Tag")
    ticket16, rows = case.ticket16, scene.jonas.rows
    await scene.jonas.wait_until(lambda: ticket16 in rows)
    assert rows[ticket16].reads_along == 0
    for act in (scene.jonas.open, scene.jonas.take_over):
        with pytest.raises(WireError) as refused:
            await act(ticket16)
        assert refused.value.code is ErrorCode.TAKEN
    assert enquiry.box is not None
    assert roles(enquiry.box) == [Role.SEEKER, Role.COUNSELLOR]
    await scene.maria.release(ticket16)
    await scene.jonas.wait_until(lambda: rows[ticket16].state == EnquiryState.OPEN)
    assert rows[ticket16].reads_along == 1
    await scene.jonas.accept(ticket16)
    read = await scene.maria.open(ticket16)
    assert texts(read.box) == ["Nur für Sie", "Guten Tag"]
    assert alarms(enquiry.box) == []


async def test_it_ends_by_disuse_as_any_that_is_taken(cast: Cast) -> None:
    scene = await shared(cast)
    days = cast.server.relay.parts.settings
    cap = scene.maria.staff.caseload.cap(scene.theirs.box16).raw
    ask = Read(box16=scene.theirs.box16, start=1)
    hour = cast.now_ms() // 3_600_000
    page = await scene.maria.staff.relay.request(ask, cap)
    assert page.closes_hour == hour + days.idle_days * 24
    # And its letters last as long: after months of talk a colleague still reads along.
    for _ in range(3):
        await cast.server.elapse(18 * DAY_MS)
        await look_after(await cast.signs_in("maria"), cast.team16)
        account = await cast.seeker_signs_in("kiesel-407")
        (there,) = (await cast.comes_back(account)).enquiries
        await there.say("Noch da")
    jonas = await at_wide_desk(cast, await cast.signs_in("jonas"))
    assert texts((await jonas.open(scene.ticket16)).box)[-1] == "Noch da"


async def now_at(cast: Cast, level: Level) -> list[StaffEnquiries]:
    """The operator says another level; everybody signs in on the new page."""
    path = paths.site_path(cast.server.settings)
    site = path.read_text("utf-8").replace(f'"level": "{cast.level}"', f'"level": "{level}"')
    path.write_text(site, "utf-8")
    await cast.server.restart()
    cast.level = level
    return [await at_wide_desk(cast, await cast.signs_in(one)) for one in ("maria", "jonas")]


async def test_a_change_of_level_holds_for_what_is_written_from_then_on(cast: Cast) -> None:
    scene = await shared(cast)
    open16 = (await writes(cast, scene.enquiry.account, "Noch ganz offen")).note.ticket16
    maria, jonas = await now_at(cast, Level.OPEN)
    assert (maria.rows[open16].reads_along, maria.rows[scene.ticket16].reads_along) == (1, 1)
    # Whoever takes it lets the team out: less than was said, as the page says now.
    case = await maria.accept(open16)
    assert roles(case.box) == [Role.SEEKER, Role.COUNSELLOR]
    await jonas.wait_until(lambda: jonas.rows[open16].state == EnquiryState.WAITING)
    assert jonas.rows[open16].reads_along == 0
    with pytest.raises(WireError) as refused:
        await jonas.staff.relay.request(EnquiryTaken(ticket16=open16))
    assert refused.value.code is ErrorCode.TAKEN
    ask = EnquiryLetter(ticket16=open16)
    assert (await jonas.staff.relay.request(ask)).letters == ()

    account = await cast.seeker_signs_in("kiesel-407")
    closed16 = (await writes(cast, account, "Nur für eine Person")).note.ticket16
    maria, jonas = await now_at(cast, Level.WIDE_OPEN)
    assert maria.rows[closed16].reads_along == 0
    case = await maria.accept(closed16)
    assert roles(case.box) == [Role.SEEKER, Role.COUNSELLOR]
    with pytest.raises(WireError):
        await jonas.open(closed16)
    # What ran before runs on as it was.
    assert texts((await jonas.open(scene.ticket16)).box) == [TEXT, BEFORE]


async def test_who_hears_of_it_by_the_list_first_takes_nothing_back(cast: Cast) -> None:
    scene = await shared(cast)
    await scene.case.box.stop()
    await scene.jonas.take_over(scene.ticket16)
    rows, jonas16 = scene.maria.rows, scene.jonas.staff.subject16
    await scene.maria.wait_until(lambda: rows[scene.ticket16].assignee == jonas16)
    with counted(scene.maria.staff.relay) as asked:
        await scene.maria.settle(scene.ticket16)
    assert "enquiry_taken" not in asked
    assert "read" in asked
    assert scene.jonas.rows[scene.ticket16].assignee == jonas16
