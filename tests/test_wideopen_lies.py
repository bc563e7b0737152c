"""A team that reads along where nobody said so: the seeker's client tells, colleagues' refuse."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from clientlib.enquiry import Enquiry
from clientlib.errors import Refused
from clientlib.recommit import recommit
from clientlib.taking import Taking
from crypto.levels import Level
from crypto.random import random_bytes
from crypto.roster import Role
from crypto.verdict import NoticeKind
from tests.helpers.actors import Cast
from tests.helpers.handover import BEFORE, SCENE_S, team_is
from tests.helpers.wideopen import Shared, at_wide_desk, open_house, roles, shared
from tests.helpers.written import TEXT, again, at_desk, has, portal_of, texts, writes

ALL = [Role.SEEKER, Role.TEAM, Role.COUNSELLOR]


@pytest.fixture
async def cast(tmp_path: Path) -> AsyncIterator[Cast]:
    """The relay and the colleagues go by ganz-offen, whatever the seeker's page says."""
    async with open_house(tmp_path) as found:
        yield found


def epoch_of(enquiry: Enquiry) -> int:
    assert enquiry.box is not None
    roster = enquiry.box.transcript.state.roster
    return roster.epoch if roster else -1


async def alarmed(enquiry: Enquiry, epoch: int) -> list[Role]:
    """Wait until the seeker's client has seen that epoch; return who is the alarm."""
    box = enquiry.box
    assert box is not None
    async with asyncio.timeout(SCENE_S):
        await box.wait_until(lambda: epoch_of(enquiry) == epoch)
    found, roster = box.transcript.alarms, box.transcript.state.roster
    assert roster is not None
    assert all(one.kind is NoticeKind.UNINVITED for one in found)
    assert box.transcript.sending_paused is bool(found)
    return [roster.entries[one.sidx].role for one in found if one.sidx is not None]


async def goes_on(scene: Shared, text: str) -> None:
    """The person has decided, and writes on."""
    scene.theirs.transcript.proceed()
    await scene.enquiry.say(text)


async def on_another_device(cast: Cast, enquiry: Enquiry, level: Level) -> Enquiry:
    account = await again(cast, enquiry.account)
    entry = account.keyring.entry(enquiry.box16)
    assert entry is not None
    portal = portal_of(cast)
    said = replace(portal, teams=replace(portal.teams, level=level))
    return await Enquiry.take_up(account, said, entry)


async def test_a_colleague_who_keeps_the_team_in_is_an_alarm(cast: Cast) -> None:
    scene = await shared(cast, said=Level.OPEN)
    assert await alarmed(scene.enquiry, 1) == [Role.COUNSELLOR]
    assert roles(scene.theirs) == ALL
    assert (await scene.theirs.say("Noch etwas")).n == 0
    # On every device whose page says so, until the person decides.
    for level, wanted in ((Level.OPEN, [Role.COUNSELLOR]), (Level.WIDE_OPEN, [])):
        assert await alarmed(await on_another_device(cast, scene.enquiry, level), 1) == wanted
    scene.theirs.transcript.proceed()
    await scene.enquiry.flush()
    await has(scene.case.box, "Noch etwas")
    there = await on_another_device(cast, scene.enquiry, Level.OPEN)
    assert await alarmed(there, 1) == []


async def test_a_colleague_who_takes_it_over_is_an_alarm(cast: Cast) -> None:
    scene = await shared(cast, said=Level.OPEN)
    await alarmed(scene.enquiry, 1)
    await goes_on(scene, "Ich schreibe weiter.")
    await scene.jonas.take_over(scene.ticket16)
    assert await alarmed(scene.enquiry, 2) == [Role.COUNSELLOR]


@pytest.mark.parametrize("said", [Level.OPEN, Level.WIDE_OPEN])
async def test_a_second_one_beside_who_has_it_is_an_alarm_at_every_level(
    cast: Cast, said: Level
) -> None:
    scene = await shared(cast, said=said)
    await alarmed(scene.enquiry, 1)
    await goes_on(scene, "Ich schreibe weiter.")
    first = await scene.jonas.open(scene.ticket16)
    row = scene.jonas.rows[scene.ticket16]
    # The team goes, and whoever had it stays.
    await Taking(scene.jonas.staff, first, row, random_bytes, former=first.people).run()
    assert await alarmed(scene.enquiry, 2) == [Role.COUNSELLOR]
    assert roles(scene.theirs) == [Role.SEEKER, Role.COUNSELLOR, Role.COUNSELLOR]


@pytest.mark.parametrize("said", [Level.OPEN, Level.WIDE_OPEN])
async def test_the_teams_own_new_key_is_no_alarm_at_any_level(cast: Cast, said: Level) -> None:
    scene = await shared(cast, said=said)
    await alarmed(scene.enquiry, 1)
    await goes_on(scene, "Ich schreibe weiter.")
    jonas, maria = scene.jonas.staff, scene.maria.staff
    await team_is(cast, jonas, jonas, maria)
    progress = await recommit(jonas, cast.team16)
    assert (progress.done, progress.skipped) == (1, ())
    assert await alarmed(scene.enquiry, 2) == []
    assert roles(scene.theirs) == [Role.SEEKER, Role.COUNSELLOR, Role.TEAM]


async def test_the_relay_says_that_a_team_reads_along_where_it_does_not(cast: Cast) -> None:
    """Staff's page says: offen. Whatever a row tells, the team goes, and nobody opens it after."""
    scene = await shared(cast)
    maria, jonas = [await at_desk(one.staff) for one in scene.desks]
    enquiry = await writes(cast, scene.enquiry.account, "Für eine Person")
    ticket16 = enquiry.note.ticket16
    await maria.wait_until(lambda: ticket16 in maria.rows)
    assert maria.rows[ticket16].reads_along == 1
    await maria.accept(ticket16)
    await alarmed(enquiry, 1)
    assert enquiry.box is not None
    assert roles(enquiry.box) == [Role.SEEKER, Role.COUNSELLOR]
    for act in (jonas.open, jonas.take_over, scene.jonas.open, scene.jonas.take_over):
        with pytest.raises(Exception, match=r"taken|gone on") as refused:
            await act(ticket16)
        assert refused.type.__name__ in ("WireError", "Refused")
    # What is shared by another client's page is not opened by this one's, though the key would.
    fresh = await at_desk(jonas.staff)
    await fresh.read((enquiry.portal.portal16,), is_all=True)
    with pytest.raises(Refused):
        await fresh.open(scene.ticket16)


async def test_the_relay_says_that_no_team_reads_along_where_it_does(cast: Cast) -> None:
    scene = await shared(cast)
    enquiry = await writes(cast, scene.enquiry.account, "Für das Team")
    desk, ticket16 = scene.maria, enquiry.note.ticket16
    await desk.wait_until(lambda: ticket16 in desk.rows)
    desk.rows[ticket16] = replace(desk.rows[ticket16], reads_along=0)
    case = await desk.accept(ticket16)
    # It is hers alone then: less than was said, and no alarm.
    assert await alarmed(enquiry, 1) == []
    assert roles(case.box) == [Role.SEEKER, Role.COUNSELLOR]


async def test_who_was_taken_out_reads_on_as_one_of_the_team_only(cast: Cast) -> None:
    """Her client has the team's key: what she is shown as hers ends, whatever the relay serves."""
    scene = await shared(cast)
    await scene.jonas.take_over(scene.ticket16)
    async with asyncio.timeout(SCENE_S):
        await scene.case.box.wait_until(lambda: scene.case.is_out)
    assert (await scene.case.box.say("Zu spät")).n == 0
    assert texts(scene.case.box) == [TEXT, BEFORE]
    await scene.maria.settle(scene.ticket16)
    entry = scene.maria.staff.keyring.entry(scene.theirs.box16)
    assert entry is not None
    assert entry.secrets == ()
    desk = await at_wide_desk(cast, scene.maria.staff)
    assert await desk.take_up() == ()
