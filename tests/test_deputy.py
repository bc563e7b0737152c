"""A colleague stands in for a time, with the seeker's yes: both write, until one ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from clientlib.consent import Answer
from clientlib.errors import Refused
from clientlib.outbox import Item, ItemState
from clientlib.staff import Staff
from clientlib.standing import Standing
from crypto import account
from crypto.entry import EntryState
from crypto.statement import Revoke
from crypto.wire.boxes import Read
from crypto.wire.enquiries import EnquiryState
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
    SCENE_S,
    TEXT,
    alarms,
    all_at_once,
    at_desk,
    has,
    outcome_of,
    staff_again,
    texts,
)

MINE, YOURS = "Ich vertrete Maria.", "Ich lese mit."
End = Callable[[Scene], Awaitable[None]]


async def by_maria(scene: Scene) -> None:
    await scene.case.handing.take_back()


async def by_jonas(scene: Scene) -> None:
    await scene.other.stand_down(scene.ticket16)
    await stands(scene.case.box, Answer.SENT_BACK)
    await scene.desk.settle(scene.ticket16)


async def is_over(scene: Scene) -> None:
    """Jonas has nothing of it left, and Maria goes on alone."""
    await alone_with(scene.theirs, scene.maria)
    await scene.desk.settle(scene.ticket16)
    rows = scene.desk.rows
    await scene.desk.wait_until(lambda: rows[scene.ticket16].deputy == b"")
    assert rows[scene.ticket16].assignee == scene.maria.subject16
    theirs = scene.other.cases.get(scene.ticket16)
    if theirs is not None:
        await theirs.box.wait_until(lambda: theirs.is_out)
        assert await scene.other.settle(scene.ticket16) is None
    desk = await scene.jonas_again()
    assert scene.ticket16 not in desk.cases
    assert scene.ticket16 not in desk.rows
    entry = desk.staff.keyring.entry(scene.case.box.box16)
    await desk.staff.relay.close()
    if entry is None:
        return  # he had not taken it on
    assert (entry.state, entry.secrets) == (EntryState.GONE, ())
    await scene.case.say("Ich bin wieder da.")
    await has(scene.theirs, "Ich bin wieder da.")
    assert scene.theirs.transcript.alarms == alarms(scene.theirs) == alarms(scene.case.box) == []


@pytest.mark.parametrize("with_history", [True, False])
@pytest.mark.parametrize("ends", [by_maria, by_jonas])
async def test_from_the_question_to_the_end(cast: Cast, ends: End, with_history: bool) -> None:
    scene = await handed(cast)
    case = await scene.lends(with_history=with_history)
    assert scene.enquiry.hand_over is not None
    assert scene.enquiry.hand_over.is_deputy
    maria, jonas = scene.maria, scene.jonas
    assert (scene.row.assignee, scene.row.deputy) == (maria.subject16, jonas.subject16)
    both = [maria.certificate.hash, jonas.certificate.hash]
    assert counsellors(scene.theirs) == counsellors(case.box) == both
    await case.say(MINE)
    await scene.case.say(YOURS)
    for box in (scene.theirs, scene.case.box, case.box):
        await has(box, MINE, YOURS)
    assert scene.enquiry.standing is Standing.ANSWERED
    before = [TEXT, BEFORE] if with_history else []
    assert texts(case.box) == [*before, MINE, YOURS]

    # Whoever it is that settles, and wherever: nothing changes.
    for desk in (await scene.maria_again(), await scene.jonas_again()):
        assert counsellors(desk.cases[scene.ticket16].box) == both
        assert desk.rows[scene.ticket16].deputy == jonas.subject16
        await desk.staff.relay.close()
    await scene.enquiry.say("Danke Ihnen beiden.")
    await has(case.box, "Danke Ihnen beiden.")
    await scene.other.settle(scene.ticket16)
    await scene.other.wait_until(lambda: scene.row.state == EnquiryState.WAITING)
    await case.mark_done()
    await scene.other.wait_until(lambda: scene.row.state == EnquiryState.DONE)

    box16, cap = case.box.box16, scene.other.staff.caseload.cap(case.box.box16)
    await ends(scene)
    await is_over(scene)
    with pytest.raises(WireError) as refused:
        await jonas.relay.request(Read(box16=box16, start=1), cap.raw)
    assert refused.value.code is ErrorCode.UNKNOWN

    # He may stand in again.
    case = await scene.lends(with_history=with_history)
    await case.say("Noch einmal ich.")
    await has(scene.case.box, "Noch einmal ich.")


async def test_he_goes_at_once_also_while_she_is_away(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.lends()
    box16 = scene.case.box.box16
    await scene.maria.relay.close()
    await scene.other.stand_down(scene.ticket16)
    assert scene.ticket16 not in scene.other.cases
    entry = scene.jonas.keyring.entry(box16)
    assert entry is not None
    assert entry.secrets == ()
    await scene.other.wait_until(lambda: scene.row.deputy == b"")
    await stands(scene.theirs, Answer.SENT_BACK)
    # Her client takes him out; before, the roster says what is so.
    assert len(counsellors(scene.theirs)) == 2
    await scene.maria_again()
    await alone_with(scene.theirs, scene.maria)


async def test_not_taken_on_is_sent_back(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.asks(is_deputy=True)
    await scene.answers()
    await scene.settles()
    preview = await scene.other.open_handed(scene.ticket16)
    assert (preview.is_deputy, scene.row.deputy) == (True, scene.jonas.subject16)
    await scene.other.send_back(scene.ticket16)
    await stands(scene.case.box, Answer.SENT_BACK)
    await scene.desk.settle(scene.ticket16)
    await is_over(scene)


async def test_a_no_changes_nothing(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.asks(is_deputy=True)
    await scene.answers(is_yes=False)
    await scene.desk.settle(scene.ticket16)
    assert counsellors(scene.theirs) == [scene.maria.certificate.hash]
    assert scene.desk.rows[scene.ticket16].deputy == b""


async def test_both_end_it_at_the_same_moment(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.lends()
    await all_at_once(
        scene.case.handing.take_back,
        lambda: outcome_of(scene.other.stand_down(scene.ticket16)),
    )
    await is_over(scene)


async def test_who_writes_while_it_is_ended_loses_no_text(cast: Cast) -> None:
    scene = await handed(cast)
    case = await scene.lends()

    async def takes_back() -> None:
        await scene.case.handing.take_back()

    *_, mine = await all_at_once(
        takes_back,
        lambda: outcome_of(scene.case.say(YOURS)),
        lambda: outcome_of(scene.enquiry.say("Ich auch.")),
        lambda: outcome_of(case.say(MINE)),
    )
    await alone_with(scene.theirs, scene.maria)
    await has(scene.theirs, YOURS)
    await has(scene.case.box, "Ich auch.")
    # Either it came before, or Jonas is told that it did not.
    is_sent = isinstance(mine, Item) and mine.state is ItemState.STORED
    assert is_sent == (MINE in texts(scene.theirs))
    assert scene.theirs.transcript.alarms == []


async def test_nothing_else_is_asked_while_somebody_stands_in(cast: Cast) -> None:
    scene = await handed(cast)
    case = await scene.lends()
    for one, to in ((scene.case, scene.jonas), (case, scene.maria)):
        for is_deputy in (False, True):
            with pytest.raises(Refused):
                await one.handing.ask(to.certificate, with_history=True, is_deputy=is_deputy)
    with pytest.raises(Refused):
        await case.close()
    await scene.case.handing.take_back()
    await alone_with(scene.theirs, scene.maria)
    async with asyncio.timeout(SCENE_S):
        await case.box.wait_until(lambda: case.is_out)
    await scene.other.stand_down(scene.ticket16)
    await scene.case.handing.ask(scene.jonas.certificate, with_history=True)
    await stands(scene.theirs, Answer.OPEN)


async def test_a_question_for_good_replaces_one_for_a_time(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.asks(is_deputy=True)
    second = (await scene.maria_again()).cases[scene.ticket16]
    # Two devices that ask at the same moment: one of them has not heard of the other.
    second.box.learned.hand_over = None
    await second.handing.ask(scene.jonas.certificate, with_history=True)
    n = second.box.learned.hand_over.n if second.box.learned.hand_over else 0
    async with asyncio.timeout(SCENE_S):
        await scene.theirs.wait_until(
            lambda: scene.enquiry.hand_over is not None and scene.enquiry.hand_over.n == n
        )
    await scene.answers()
    await scene.settles()
    assert scene.row.deputy == b""
    await scene.succeeds()
    await alone_with(scene.theirs, scene.jonas)
    assert scene.theirs.transcript.alarms == []


async def test_only_who_is_of_the_portals_team_stands_in(cast: Cast) -> None:
    scene = await handed(cast, "eva")
    await team_is(cast, scene.maria, scene.maria, scene.jonas)
    eva = await cast.signs_in("eva")
    with pytest.raises(Refused):
        await scene.case.handing.ask(eva.certificate, with_history=True, is_deputy=True)


async def revoked(scene: Scene, who: Staff) -> None:
    admin = await scene.cast.signs_in("verwaltung")
    now_ms = scene.cast.now_ms()
    statement = Revoke(certificate_hash=who.certificate.hash)
    await admin.log.publish(account.staff_sign(admin.ams), who.subject16, statement, now_ms, 0)


async def test_a_deputy_who_is_revoked_goes(cast: Cast) -> None:
    scene = await handed(cast)
    await scene.lends()
    await revoked(scene, scene.jonas)
    await scene.desk.settle(scene.ticket16)
    await alone_with(scene.theirs, scene.maria)
    await scene.desk.wait_until(lambda: scene.desk.rows[scene.ticket16].deputy == b"")


async def test_who_is_revoked_is_followed_by_the_deputy(cast: Cast) -> None:
    scene = await handed(cast)
    case = await scene.lends()
    await revoked(scene, scene.maria)
    await scene.enquiry.say("Ist noch jemand da?")
    await scene.other.settle(scene.ticket16)
    await alone_with(scene.theirs, scene.jonas)
    await case.say(MINE)
    await has(scene.theirs, MINE)
    await scene.other.wait_until(lambda: scene.row.assignee == scene.jonas.subject16)
    assert (scene.row.deputy, scene.theirs.transcript.alarms) == (b"", [])
    # From now on it is like any other of his.
    desk = await at_desk(await staff_again(cast, scene.jonas))
    await desk.take_up()
    there = desk.cases[scene.ticket16]
    assert there.deputising.for_whom is None
    with pytest.raises(Refused):
        await there.stand_down()
    await there.close()
