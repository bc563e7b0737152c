"""Somebody leaves a team that reads along: what runs is sealed anew, and goes on. A real relay."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from clientlib import teams
from clientlib.callingback import Departure
from clientlib.standing import Standing
from clientlib.teamcare import look_after
from crypto.levels import Level
from crypto.roster import Role
from crypto.wire.boxes import Read
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import WireError
from tests.helpers.actors import Cast
from tests.helpers.handover import BEFORE, NAME, SCENE_S
from tests.helpers.teamcast import Former, fires, stolen
from tests.helpers.wideopen import Shared, at_wide_desk, open_house, roles, shared
from tests.helpers.written import (
    TEXT,
    FellOver,
    alarms,
    all_at_once,
    centre,
    counted,
    has,
    staff_again,
    takes,
    texts,
    writes,
)

LATER = "Das liest nur noch, wer geblieben ist."
HOUR_MS = 3_600_000


@pytest.fixture
async def cast(tmp_path: Path) -> AsyncIterator[Cast]:
    async with open_house(tmp_path) as found:
        yield found


async def is_sealed_anew(scene: Shared) -> None:
    """Wait until the seeker's client is in the epoch that the team's new key begins."""
    async with asyncio.timeout(SCENE_S):
        await scene.theirs.wait_until(lambda: roles(scene.theirs)[-1] is Role.TEAM)


async def test_who_leaves_reads_nothing_that_comes_after(cast: Cast) -> None:
    scene = await shared(cast, "paula")
    paula = scene.desks[2]
    former = Former.of(paula.staff, await paula.open(scene.ticket16))
    cap = scene.maria.staff.caseload.cap(scene.theirs.box16).raw
    ask = Read(box16=scene.theirs.box16, start=1)
    page = await scene.maria.staff.relay.request(ask, cap)
    await cast.server.elapse(3 * HOUR_MS)
    await fires(cast, paula.staff)
    jonas = await staff_again(cast, scene.jonas.staff)
    care = await look_after(jonas, cast.team16)
    assert (care.left, care.progress.done, care.progress.skipped) == (
        (paula.staff.subject16,),
        1,
        (),
    )
    await is_sealed_anew(scene)
    assert roles(scene.theirs) == [Role.SEEKER, Role.COUNSELLOR, Role.TEAM]
    # It is hers as before, and ends when it would have.
    assert scene.enquiry.standing is Standing.ANSWERED
    assert (await scene.maria.staff.relay.request(ask, cap)).closes_hour == page.closes_hour
    letters, envelopes = await stolen(cast, scene.enquiry)
    assert (former.opens(letters), len(letters)) == (0, 2)
    read = former.reads(envelopes)
    await scene.enquiry.say(LATER)
    await has(scene.case.box, LATER)
    await scene.case.say("Gut.")
    await has(scene.theirs, "Gut.")
    letters, envelopes = await stolen(cast, scene.enquiry)
    assert former.reads(envelopes) == read
    for command, credential in ((ask, former.first.welcome.join_cap.raw), (ask, b"")):
        with pytest.raises(WireError):
            await paula.staff.relay.request(command, credential)
    # Who stayed reads along by the new letters, and takes it over.
    scene.desks.remove(paula)
    desk = await at_wide_desk(cast, jonas)
    first = await desk.open(scene.ticket16)
    assert texts(first.box) == [TEXT, BEFORE, LATER, "Gut."]
    his = await desk.take_over(scene.ticket16)
    await scene.is_of(scene.jonas)
    assert texts(his.box) == [TEXT, BEFORE, LATER, "Gut."]
    again = await at_wide_desk(cast, await staff_again(cast, jonas))
    (there,) = await again.take_up()
    assert alarms(there.box) == alarms(scene.theirs) == []


async def test_a_key_that_came_while_the_line_lost_it_is_judged_by_the_newest_log(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = await shared(cast, "paula")
    box, missed = scene.theirs, list[int]()
    take = box._take

    async def misses(n: int, raw: bytes) -> None:
        if missed:
            await take(n, raw)
        else:
            missed.append(n)

    monkeypatch.setattr(box, "_take", misses)
    await fires(cast, scene.desks[2].staff)
    await look_after(await staff_again(cast, scene.jonas.staff), cast.team16)
    async with asyncio.timeout(SCENE_S):
        await box.wait_until(lambda: bool(missed))
    # What fills the gap states more of the log than the seeker's client has read.
    await scene.case.say("Gut.")
    await has(box, "Gut.")
    assert (roles(box)[-1], alarms(box), box.transcript.stopped) == (Role.TEAM, [], None)


async def test_whoever_has_it_leaves_and_the_team_goes_on(cast: Cast) -> None:
    scene = await shared(cast)
    await fires(cast, scene.maria.staff)
    # Nobody is called back: any of the team goes on. Until then the seeker's client says nothing.
    calling = scene.enquiry.calling_back
    assert await calling.look() is Departure.OTHERS
    assert (await scene.theirs.say(LATER)).n == 0
    with counted(scene.enquiry.account.relay) as asked:
        await calling.run()
    assert "enquiry_call_back" not in asked
    await look_after(scene.jonas.staff, cast.team16)
    await is_sealed_anew(scene)
    # The revoked goes in the commit that changes the key.
    assert roles(scene.theirs) == [Role.SEEKER, Role.TEAM]
    assert scene.enquiry.standing is Standing.OPEN
    await scene.enquiry.flush()
    # The seeker's next opening tells the relay that nobody has it.
    await scene.enquiry.calling_back.report()
    rows = scene.jonas.rows
    await scene.jonas.wait_until(lambda: rows[scene.ticket16].state == EnquiryState.OPEN)
    case = await scene.jonas.accept(scene.ticket16)
    assert texts(case.box) == [TEXT, BEFORE, LATER]
    await case.say("Guten Tag")
    await has(scene.theirs, "Guten Tag")
    assert alarms(scene.theirs) == alarms(case.box) == []


async def test_that_the_revoked_go_is_no_alarm_at_any_level(cast: Cast) -> None:
    """Beside the one that there was when the team stayed in, where the page said otherwise."""
    scene = await shared(cast, said=Level.OPEN)
    scene.theirs.transcript.proceed()
    await scene.enquiry.say(LATER)
    await has(scene.case.box, LATER)
    await fires(cast, scene.maria.staff)
    await look_after(scene.jonas.staff, cast.team16)
    await is_sealed_anew(scene)
    assert roles(scene.theirs) == [Role.SEEKER, Role.TEAM]
    assert scene.theirs.transcript.alarms == []


async def test_it_is_taken_over_before_the_seeker_comes_back(cast: Cast) -> None:
    scene = await shared(cast)
    await fires(cast, scene.maria.staff)
    await look_after(scene.jonas.staff, cast.team16)
    # The ticket still says Maria.
    case = await scene.jonas.take_over(scene.ticket16)
    rows, jonas16 = scene.jonas.rows, scene.jonas.staff.subject16
    await scene.jonas.wait_until(lambda: rows[scene.ticket16].assignee == jonas16)
    await case.say("Guten Tag")
    await has(scene.theirs, "Guten Tag")
    assert roles(scene.theirs) == [Role.SEEKER, Role.TEAM, Role.COUNSELLOR]
    assert alarms(scene.theirs) == []


async def test_a_key_change_goes_on_from_wherever_it_stopped(cast: Cast) -> None:
    scene = await shared(cast, "paula")
    await fires(cast, scene.desks[2].staff)
    # Each stops a little later than the one before, until one of them goes through.
    for at in itertools.count(6, 2):
        jonas = await staff_again(cast, scene.jonas.staff)
        with counted(jonas.relay, at, is_asked=at % 4 == 0) as asked, suppress(FellOver):
            await look_after(jonas, cast.team16)
        if len(asked) <= at:
            break
    maria = await staff_again(cast, scene.maria.staff)
    care = await look_after(maria, cast.team16)
    assert care.progress.skipped == ()
    assert (await look_after(maria, cast.team16)).progress.total == 0
    await is_sealed_anew(scene)
    await scene.enquiry.say(LATER)
    desk = await at_wide_desk(cast, await staff_again(cast, scene.jonas.staff))
    await desk.take_up()
    read = await desk.open(scene.ticket16)
    await has(read.box, LATER)
    assert alarms(scene.theirs) == []


async def test_ten_people_read_along_and_pass_on_what_many_write(cast: Cast) -> None:
    """Ten colleagues, three conversations: taken, read by all, taken over, sealed anew."""
    names = [f"person{one}" for one in range(10)]
    people = await centre(cast, *names)
    desks = [await at_wide_desk(cast, one) for one in people]
    accounts = [await cast.registers(f"{NAME}{one}") for one in range(3)]
    enquiries = [await writes(cast, one, "Anliegen") for one in accounts]
    tickets = [one.note.ticket16 for one in enquiries]
    for desk, enquiry in zip(desks, enquiries, strict=False):
        await (await takes(desk, enquiry)).say(f"Antwort von {desk.staff.subject16.hex()}")
    # Everybody reads everything, at the same time.
    firsts = await all_at_once(
        *(lambda desk=desk, one=one: desk.open(one) for desk in desks for one in tickets)
    )
    assert all(len(texts(one.box)) == 2 for one in firsts)
    # Nobody but who has it stands in it beside the team.
    for enquiry in enquiries:
        assert enquiry.box is not None
        assert roles(enquiry.box) == [Role.SEEKER, Role.TEAM, Role.COUNSELLOR]
    # Each of the first six takes the first one over from the one before.
    for desk in desks[1:7]:
        await desk.take_over(tickets[0])
    await fires(cast, people[9])
    await look_after(people[8], cast.team16)
    for desk in desks[:9]:
        fresh = await staff_again(cast, desk.staff)
        await teams.take_team_seeds(fresh)
        read = await at_wide_desk(cast, fresh)
        assert len(await read.take_up()) == (desk in (desks[1], desks[2], desks[6]))
        for ticket16 in tickets:
            if ticket16 not in read.cases:
                assert len(texts((await read.open(ticket16)).box)) == 2
    # Who has left holds the letters of then, and the relay gives them nothing.
    for box16, first in zip((one.box16 for one in enquiries), firsts[-3:], strict=True):
        ask, cap = Read(box16=box16, start=1), first.welcome.join_cap.raw
        with pytest.raises(WireError):
            await people[9].relay.request(ask, cap)
    for enquiry in enquiries:
        assert enquiry.box is not None
        assert alarms(enquiry.box) == []
        assert not enquiry.box.transcript.sending_paused
