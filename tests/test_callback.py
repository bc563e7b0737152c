"""Who answered has left: the seeker gives the conversation to the team, and a colleague goes on."""

from __future__ import annotations

from dataclasses import replace
from unittest import mock

import pytest

from clientlib import releasing, restarts
from clientlib.callingback import Departure, departure
from clientlib.errors import Refused
from clientlib.outbox import ItemState
from clientlib.restarts import RestartedTeam
from clientlib.standing import Standing
from crypto import account as keys
from crypto import kem
from crypto.keyring import TeamSeed
from crypto.keys import KemSecret
from crypto.levels import Teams
from crypto.random import random_bytes
from crypto.statement import DAY_MS
from crypto.wire import boxes
from crypto.wire.enquiries import EnquiryCallBack
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.handover import BEFORE, Scene, alone_with, counsellors, handed, team_is
from tests.helpers.leaving import is_open, leaves, on_another_device, revoked
from tests.helpers.returning import NEW_NAME, OLD_NAME, answers, comes_in, in_counselling, invited
from tests.helpers.written import (
    TEXT,
    alarms,
    all_at_once,
    at_desk,
    centre,
    has,
    outcome_of,
    takes,
    texts,
    writes,
)
from tests.test_newaccess_canary import on_disk

LATER = "Sind Sie noch da?"


async def goes_on(scene: Scene, *said: str) -> None:
    """Jonas takes it, with all that was said, and both hear each other without an alarm."""
    await is_open(scene.other, scene.ticket16)
    first = await scene.other.open(scene.ticket16)
    assert texts(first.box) == [TEXT, BEFORE, *said]
    case = await scene.other.accept(scene.ticket16)
    await alone_with(scene.theirs, scene.jonas)
    assert texts(case.box) == [TEXT, BEFORE, *said]
    await case.say("Guten Tag")
    await has(scene.theirs, "Guten Tag")
    await scene.enquiry.say("Gut.")
    await has(case.box, "Gut.")
    assert scene.theirs.transcript.alarms == case.box.transcript.alarms == []
    assert alarms(scene.theirs) == alarms(case.box) == []


async def test_a_colleague_goes_on_with_all_that_was_said(cast: Cast) -> None:
    scene = await handed(cast)
    calling = scene.enquiry.calling_back
    assert await calling.look() is Departure.NOBODY
    await leaves(scene)
    assert await calling.look() is Departure.READY
    # Nothing is sealed to her any more; it goes with the conversation.
    item = await scene.enquiry.say(LATER)
    assert item.state is ItemState.PENDING

    await calling.run()
    assert item.n > 0
    assert scene.enquiry.standing is Standing.OPEN
    assert counsellors(scene.theirs) == []
    assert await calling.look() is Departure.NOBODY
    box16 = scene.theirs.box16
    cap = scene.maria.caseload.cap(box16).raw
    with pytest.raises(WireError) as refused:
        await scene.maria.relay.request(boxes.Read(box16=box16, start=1), cap)
    assert refused.value.code is ErrorCode.UNKNOWN
    await goes_on(scene, LATER)


async def test_while_somebody_counsels_in_the_team_nothing_is_called_back(cast: Cast) -> None:
    scene = await handed(cast)
    calling = scene.enquiry.calling_back
    with pytest.raises(Refused):
        await calling.run()
    account = scene.enquiry.account
    ticket_cap = keys.conversation(account.ams, scene.enquiry.entry.key_context).ticket_cap
    with pytest.raises(WireError) as refused:
        await account.relay.request(EnquiryCallBack(), ticket_cap.raw)
    assert refused.value.code is ErrorCode.FORBIDDEN
    assert counsellors(scene.theirs) == [scene.maria.certificate.hash]


async def test_who_is_only_in_the_team_no_more_reads_on_and_is_not_taken_out(cast: Cast) -> None:
    scene = await handed(cast)
    await team_is(cast, scene.jonas, scene.jonas)
    calling = scene.enquiry.calling_back
    assert await calling.look() is Departure.UNLISTED
    with pytest.raises(Refused):
        await calling.run()
    await scene.enquiry.say(LATER)
    await has(scene.case.box, LATER)


async def test_a_certificate_that_has_ended_is_no_revocation(cast: Cast) -> None:
    scene = await handed(cast)
    log, later = scene.enquiry.account.log, cast.now_ms() + 400 * DAY_MS
    assert departure(scene.theirs, log, Teams(team16=cast.team16), later) is Departure.UNLISTED


async def test_while_the_team_has_the_key_of_who_left_it_waits(cast: Cast) -> None:
    scene = await handed(cast)
    await revoked(cast, scene.maria)
    calling = scene.enquiry.calling_back
    assert await calling.look() is Departure.WAITS
    with pytest.raises(Refused):
        await calling.run()
    item = await scene.enquiry.say(LATER)
    await team_is(cast, scene.jonas, scene.jonas)
    assert await calling.look() is Departure.READY
    assert item.state is ItemState.PENDING
    await calling.run()
    await goes_on(scene, LATER)


async def test_where_the_team_has_ended_it_waits(cast: Cast) -> None:
    scene = await handed(cast)
    await leaves(scene)
    await scene.enquiry.calling_back.look()
    log, later = scene.enquiry.account.log, cast.now_ms() + 400 * DAY_MS
    assert departure(scene.theirs, log, Teams(team16=cast.team16), later) is Departure.WAITS


async def test_a_colleague_who_stands_in_takes_out_who_left(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.lends()
    await revoked(cast, scene.maria)
    calling = scene.enquiry.calling_back
    assert await calling.look() is Departure.OTHERS
    with pytest.raises(Refused):
        await calling.run()
    item = await scene.enquiry.say(LATER)
    assert item.state is ItemState.PENDING
    await scene.other.settle(scene.ticket16)
    await alone_with(scene.theirs, scene.jonas)
    assert await calling.look() is Departure.NOBODY
    await scene.enquiry.flush()
    await has(scene.other.cases[scene.ticket16].box, LATER)


async def test_two_devices_at_once_make_one_commit(cast: Cast) -> None:
    scene = await handed(cast)
    there = await on_another_device(cast, scene.enquiry)
    await leaves(scene)
    await all_at_once(scene.enquiry.calling_back.run, there.calling_back.run)
    assert there.box is not None
    for box in (scene.theirs, there.box):
        roster = box.transcript.state.roster
        assert roster is not None
        assert roster.epoch == 2
    await there.say(LATER)
    await goes_on(scene, LATER)
    assert alarms(there.box) == []


async def test_what_was_written_to_one_is_given_to_all(cast: Cast) -> None:
    """Nobody has taken it yet; it waits for the team as long as anything that nobody takes."""
    maria, jonas = await centre(cast, "maria", "jonas")
    enquiry = await writes(cast, await cast.registers("kiesel-407"), addressee=maria.subject16)
    desk = await at_desk(jonas)
    await revoked(cast, maria)
    await team_is(cast, jonas, jonas)
    await enquiry.calling_back.run()
    ticket16 = enquiry.note.ticket16
    await is_open(desk, ticket16)
    row = desk.rows[ticket16]
    assert (row.is_addressed, row.assignee) == (0, b"")
    case = await desk.accept(ticket16)
    assert texts(case.box) == [TEXT]


async def test_again_from_the_next_one_who_leaves(cast: Cast) -> None:
    scene, eva = await handed(cast, "eva"), await cast.signs_in("eva")
    await revoked(cast, scene.maria)
    await team_is(cast, scene.jonas, scene.jonas, eva)
    await scene.enquiry.calling_back.run()
    await goes_on(scene)
    await revoked(cast, scene.jonas)
    await team_is(cast, eva, eva)
    there = await on_another_device(cast, scene.enquiry)
    await there.calling_back.run()
    desk = await at_desk(eva)
    case = await takes(desk, there)
    assert texts(case.box) == [TEXT, BEFORE, "Guten Tag", "Gut."]


async def test_a_new_access_has_the_way_back_too(cast: Cast) -> None:
    """What was granted to it is granted on."""
    maria, jonas = await centre(cast, "maria", "jonas")
    case, _ = await in_counselling(cast, maria, await cast.registers(OLD_NAME))
    access, words = await invited(maria, case)
    enquiry = await comes_in(access, await answers(cast, await cast.registers(NEW_NAME), words))
    await revoked(cast, maria)
    await team_is(cast, jonas, jonas)
    await enquiry.calling_back.run()
    desk = await at_desk(jonas)
    found = await takes(desk, enquiry)
    assert enquiry.box is not None
    assert texts(found.box) == texts(enquiry.box)
    assert alarms(found.box) == []


async def test_what_somebody_gave_back_and_could_not_report_is_reported(cast: Cast) -> None:
    scene = await handed(cast)
    with mock.patch.object(releasing, "report", mock.AsyncMock()):
        await scene.desk.release(scene.ticket16)
    await leaves(scene)
    await on_another_device(cast, scene.enquiry)
    await is_open(scene.other, scene.ticket16)


async def test_a_team_begun_anew_must_be_seen_first(cast: Cast) -> None:
    scene = await handed(cast)
    await revoked(cast, scene.maria)
    await restarted(scene)
    with pytest.raises(RestartedTeam) as alarm:
        await scene.enquiry.calling_back.run()
    seeker = scene.enquiry.account
    await restarts.note_seen(seeker.keyring, seeker.log.view, alarm.value.statement)
    await scene.enquiry.calling_back.run()
    assert scene.enquiry.standing is Standing.OPEN


async def restarted(scene: Scene) -> None:
    """An admin begins the team anew, with Jonas alone."""
    cast, admin = scene.cast, await scene.cast.signs_in("verwaltung")
    view, now_ms = await admin.log.update(), cast.now_ms()
    latest = view.latest_team(cast.team16)
    assert latest is not None
    seed = KemSecret(random_bytes(KemSecret.SIZE_BYTES))
    team = replace(
        latest.team,
        epoch=latest.team.epoch + 1,
        kem_pk=kem.public(seed),
        members=(scene.jonas.subject16,),
        restart=True,
    )
    await scene.jonas.keyring.remember_seed(
        TeamSeed(team16=cast.team16, epoch=team.epoch, seed=seed)
    )
    sign = keys.staff_sign(admin.ams)
    await admin.log.publish(sign, team.team16, team, now_ms, now_ms + 20 * DAY_MS)


async def test_an_alarm_stands_before_it(cast: Cast) -> None:
    scene = await handed(cast)
    await leaves(scene)
    scene.theirs.transcript.withheld = True
    assert isinstance(await outcome_of(scene.enquiry.calling_back.run()), Refused)
    assert counsellors(scene.theirs) == [scene.maria.certificate.hash]


async def test_the_servers_files_hold_nothing_of_it(cast: Cast) -> None:
    scene = await handed(cast)
    await leaves(scene)
    calling = scene.enquiry.calling_back
    await calling.look()
    await scene.enquiry.say(LATER)
    await calling.run()
    first = await scene.other.open(scene.ticket16)
    own = keys.conversation(scene.enquiry.account.ams, scene.enquiry.entry.key_context)
    es = scene.theirs.transcript.state.es
    assert es is not None
    held = on_disk(
        cast,
        {
            "text": TEXT.encode(),
            "answer": BEFORE.encode(),
            "held back": LATER.encode(),
            "secret": es.raw,
            "team cap": first.welcome.join_cap.raw,
            "cap": own.cap.raw,
            "ticket cap": own.ticket_cap.raw,
            "key to sign": own.sign.raw,
            **{f"epoch {one.epoch}": one.es.raw for one in first.secrets},
        },
    )
    assert held == set()
    assert on_disk(cast, {"ticket": scene.ticket16}) == {"ticket"}
