"""Hand-over among people who come and go: devices, races, who leaves, what ends meanwhile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from clientlib.consent import Answer
from clientlib.errors import Refused
from clientlib.staff import Staff
from clientlib.standing import Standing
from clientlib.succeeding import take_over
from clientlib.tickets import WrittenTicket
from crypto import account
from crypto.certificate import Certificate
from crypto.envelope import Kind
from crypto.statement import Revoke
from crypto.wire import codec, content
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers.actors import Cast
from tests.helpers.handover import (
    BEFORE,
    Scene,
    alone_with,
    counsellors,
    handed,
    stands,
    team_is,
)
from tests.helpers.written import (
    TEXT,
    alarms,
    all_at_once,
    at_desk,
    has,
    outcome_of,
    staff_again,
    texts,
)

Goes = Callable[[Scene], Awaitable[None]]


async def leaves_the_team(scene: Scene) -> None:
    await team_is(scene.cast, scene.maria, scene.maria)


async def is_revoked(scene: Scene) -> None:
    """The admin revokes Jonas."""
    admin = await scene.cast.signs_in("verwaltung")
    certificate = scene.jonas.certificate
    now_ms = scene.cast.now_ms()
    await admin.log.publish(
        account.staff_sign(admin.ams),
        scene.jonas.subject16,
        Revoke(certificate_hash=certificate.hash),
        now_ms,
        0,
    )


@pytest.mark.parametrize("goes", [leaves_the_team, is_revoked])
async def test_who_left_after_the_question_is_not_let_in(cast: Cast, goes: Goes) -> None:
    scene = await handed(cast)
    await scene.asks()
    await scene.answers()
    await goes(scene)
    await scene.desk.settle(scene.ticket16)
    await stands(scene.theirs, Answer.TAKEN_BACK)
    assert counsellors(scene.theirs) == [scene.maria.certificate.hash]
    with pytest.raises(Refused):
        await scene.case.handing.ask(certificate_of(scene.jonas), with_history=True)


def certificate_of(staff: Staff) -> Certificate:
    return staff.log.view.own_certificates(staff.subject16)[-1]


@pytest.mark.parametrize("goes", [leaves_the_team, is_revoked])
async def test_who_left_before_taking_it_is_taken_out_again(cast: Cast, goes: Goes) -> None:
    scene = await handed(cast)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    await goes(scene)
    with pytest.raises(WireError):
        await scene.succeeds()
    await scene.desk.settle(scene.ticket16)
    await alone_with(scene.theirs, scene.maria)
    await scene.desk.wait_until(lambda: scene.desk.rows[scene.ticket16].successor == b"")
    await scene.case.say("Ich bleibe.")
    await has(scene.theirs, "Ich bleibe.")
    assert scene.theirs.transcript.alarms == []


async def test_two_devices_of_the_giver_let_one_in(cast: Cast) -> None:
    scene = await handed(cast)
    other = await scene.maria_again()
    await scene.asks()
    await scene.answers()
    there = other.cases[scene.ticket16]
    await stands(there.box, Answer.YES)
    await all_at_once(scene.case.settle, there.settle)
    await scene.waits_for_jonas()
    assert len(counsellors(scene.case.box)) == len(counsellors(there.box)) == 2
    await scene.succeeds()
    await alone_with(scene.theirs, scene.jonas)
    assert scene.theirs.transcript.alarms == []


async def test_two_devices_of_the_successor_take_it_once(cast: Cast) -> None:
    scene = await handed(cast)
    other = await scene.jonas_again()
    await scene.asks()
    await scene.answers()
    await scene.settles()
    mine, rows = scene.jonas.subject16, other.rows
    await other.wait_until(lambda: rows[scene.ticket16].successor == mine)
    outcomes = await all_at_once(
        lambda: outcome_of(scene.succeeds()),
        lambda: outcome_of(other.succeed(scene.ticket16)),
    )
    lost = [one for one in outcomes if isinstance(one, Exception)]
    assert all(isinstance(one, WireError) and one.code is ErrorCode.TAKEN for one in lost)
    assert len(lost) < 2
    await alone_with(scene.theirs, scene.jonas)
    desk = await scene.jonas_again()
    assert texts(desk.cases[scene.ticket16].box) == [TEXT, BEFORE]


async def test_taken_and_taken_back_at_once_one_of_them_wins(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    await scene.other.open_handed(scene.ticket16)
    await all_at_once(
        lambda: outcome_of(scene.case.handing.take_back()),
        lambda: outcome_of(scene.succeeds()),
    )
    await scene.theirs.wait_until(lambda: len(counsellors(scene.theirs)) == 1)
    is_jonas = counsellors(scene.theirs) == [scene.jonas.certificate.hash]
    winner = await (scene.jonas_again() if is_jonas else scene.maria_again())
    loser = await (scene.maria_again() if is_jonas else scene.jonas_again())
    assert loser.cases == {}
    case = winner.cases[scene.ticket16]
    await case.say("Hier geht es weiter.")
    await has(scene.theirs, "Hier geht es weiter.")
    assert alarms(scene.theirs) == []
    assert scene.theirs.transcript.alarms == []


async def test_taken_back_while_it_is_read_is_told(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    preview = await scene.other.open_handed(scene.ticket16)
    await scene.case.handing.take_back()
    await preview.box.wait_until(lambda: preview.box.transcript.stopped is not None)
    with pytest.raises(WireError) as refused:
        await scene.succeeds()
    assert refused.value.code is ErrorCode.TAKEN
    assert scene.jonas.keyring.entry(scene.theirs.box16) is None


async def test_who_is_half_way_in_stops_where_it_has_been_taken_back(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    preview = await scene.other.open_handed(scene.ticket16)
    await take_over(scene.jonas.caseload, WrittenTicket(scene.ticket16), preview, scene.row)
    await scene.jonas.relay.close()
    asked = scene.case.handing.asked
    assert asked is not None
    given = content.HandOverAnswer(n=asked.n, is_yes=0)
    await scene.case.box.send(Kind.HAND_OVER_ANSWER, codec.encode(given))
    await scene.maria.relay.close()
    await scene.jonas_again()
    await scene.theirs.read_on()
    assert len(counsellors(scene.theirs)) == 2
    await scene.maria_again()
    await alone_with(scene.theirs, scene.maria)
    assert scene.theirs.transcript.alarms == []


@pytest.mark.parametrize("stage", ["asked", "yes", "let in"])
async def test_what_is_closed_meanwhile_is_over(cast: Cast, stage: str) -> None:
    scene = await handed(cast)
    await scene.asks()
    if stage != "asked":
        await scene.answers()
    if stage == "let in":
        await scene.settles()
    await scene.enquiry.close()
    await scene.case.box.wait_until(lambda: scene.case.standing is Standing.CLOSED)
    await scene.desk.settle(scene.ticket16)
    if stage == "let in":
        with pytest.raises(WireError):
            await scene.succeeds()
    else:
        with pytest.raises((Refused, WireError)):
            await scene.enquiry.answer(is_yes=True)
    assert len(counsellors(scene.theirs)) == (2 if stage == "let in" else 1)


async def test_it_is_handed_on_again_by_who_has_it_now(cast: Cast) -> None:
    scene = await handed(cast, "paula")
    await scene.asks()
    await scene.answers()
    await scene.settles()
    case = await scene.succeeds()
    paula = await cast.signs_in("paula")
    await paula.log.update()
    desk = await at_desk(paula)
    await case.handing.ask(paula.certificate, with_history=True)
    await stands(scene.theirs, Answer.OPEN)
    await scene.enquiry.answer(is_yes=True)
    await stands(case.box, Answer.YES)
    await scene.other.settle(scene.ticket16)
    rows, mine = desk.rows, paula.subject16
    await desk.wait_until(lambda: scene.ticket16 in rows and rows[scene.ticket16].successor == mine)
    third = await desk.succeed(scene.ticket16)
    assert texts(third.box) == [TEXT, BEFORE]
    await alone_with(scene.theirs, paula)
    assert alarms(third.box) == []
    again = await at_desk(await staff_again(cast, paula))
    await again.take_up()
    assert texts(again.cases[scene.ticket16].box) == [TEXT, BEFORE]


async def test_who_has_no_history_hands_on_none(cast: Cast) -> None:
    scene = await handed(cast, "paula")
    await scene.asks(with_history=False)
    await scene.answers()
    await scene.settles()
    case = await scene.succeeds()
    paula = await cast.signs_in("paula")
    await paula.log.update()
    assert not case.handing.has_history
    with pytest.raises(Refused):
        await case.handing.ask(paula.certificate, with_history=True)
    await case.handing.ask(paula.certificate, with_history=False)


async def test_who_may_be_asked_about_is_listed_certified_and_another(cast: Cast) -> None:
    scene = await handed(cast, "paula")
    found = await scene.case.handing.colleagues()
    assert [one.name for one in found] == ["Jonas", "Paula"]
    await is_revoked(scene)
    assert [one.name for one in await scene.case.handing.colleagues()] == ["Paula"]
    await leaves_the_team(scene)
    assert await scene.case.handing.colleagues() == ()


async def test_only_one_question_at_a_time(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.asks()
    for step in (scene.answers, scene.settles):
        with pytest.raises(Refused):
            await scene.case.handing.ask(scene.jonas.certificate, with_history=False)
        await step()
    with pytest.raises(Refused):
        await scene.case.handing.ask(scene.jonas.certificate, with_history=False)
