"""A device stops at any request of a hand-over: it goes on from the sign-in, and nothing doubles.

Each request is a place to stop at, before the relay hears it and before the device hears the
answer. What goes on afterwards has the sign-in and nothing else.
"""

from __future__ import annotations

import pytest

from clientlib.staffenquiries import StaffEnquiries
from crypto.wire.enquiries import EnquiryState
from tests.helpers.actors import Cast
from tests.helpers.handover import (
    BEFORE,
    NAME,
    Scene,
    alone_with,
    counsellors,
    scene_of,
    waits_for,
)
from tests.helpers.stops import beginning_of, places, watched
from tests.helpers.written import (
    TEXT,
    again,
    alarms,
    at_desk,
    centre,
    falls_over,
    has,
    staff_again,
    texts,
    writes,
)


class Stage:
    """An enquiry of the same three people, always their first."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    async def begin(self) -> None:
        self.maria, self.jonas = await centre(self.cast, "maria", "jonas")
        self.account = await self.cast.registers(NAME)
        self.beginning = await beginning_of(self.cast)

    async def agreed(self, *, with_history: bool = True, is_deputy: bool = False) -> Scene:
        """The seeker has said yes, and Maria's client has not acted on it yet."""
        await self.beginning.again()
        account = await again(self.cast, self.account)
        maria = await staff_again(self.cast, self.maria)
        jonas = await staff_again(self.cast, self.jonas)
        enquiry = await writes(self.cast, account)
        scene = await scene_of(self.cast, maria, jonas, enquiry)
        await scene.asks(with_history=with_history, is_deputy=is_deputy)
        await scene.answers()
        return scene

    async def waiting(self, *, with_history: bool = True, is_deputy: bool = False) -> Scene:
        """Jonas is let in."""
        scene = await self.agreed(with_history=with_history, is_deputy=is_deputy)
        await scene.settles()
        return scene

    async def coming_back(self, *, with_history: bool) -> Scene:
        """Jonas has had it, and Maria is let in again."""
        scene = await self.agreed()
        await scene.settles()
        await scene.succeeds()
        await alone_with(scene.theirs, scene.jonas)
        await waits_for(scene, scene.other, scene.desk, with_history=with_history)
        return scene


def epochs_of(desk: StaffEnquiries, box16: bytes) -> list[int]:
    """Of which epochs the keyring holds secrets."""
    entry = desk.staff.keyring.entry(box16)
    return [one.epoch for one in entry.secrets] if entry else []


async def taken_over(scene: Scene, desk: StaffEnquiries, *, with_history: bool = True) -> None:
    """Jonas has it, alone with the seeker, and everything that was said to him is there."""
    case = desk.cases[scene.ticket16]
    await alone_with(scene.theirs, scene.jonas)
    assert scene.theirs.transcript.alarms == []
    await case.say("Guten Tag")
    await has(scene.theirs, "Guten Tag")
    assert texts(case.box) == [*([TEXT, BEFORE] if with_history else []), "Guten Tag"]
    assert alarms(scene.theirs) == alarms(case.box) == []
    await desk.wait_until(
        lambda: (
            desk.rows[scene.ticket16].assignee == scene.jonas.subject16
            and desk.rows[scene.ticket16].state == EnquiryState.ANSWERED
            and desk.rows[scene.ticket16].successor == b""
        )
    )


async def test_letting_in_goes_on_from_wherever_it_stopped(cast: Cast) -> None:
    stage = Stage(cast)
    await stage.begin()
    scene = await stage.agreed()
    with watched(cast, scene.maria.relay) as asked:
        await scene.settles()
    steps = ["page_save", "commit", "enquiry_hand_over"]
    assert [one for one in asked if one in steps] == steps
    for at in places(asked):
        for is_asked in (False, True):
            scene = await stage.agreed()
            async with falls_over(scene.maria.relay, at, is_asked=is_asked):
                await scene.desk.settle(scene.ticket16)
            desk = await scene.maria_again()
            await scene.waits_for_jonas()
            box = desk.cases[scene.ticket16].box
            assert len(counsellors(box)) == 2
            if at == asked.index("commit") and not is_asked:
                # The letter of the attempt that was lost opens nothing of what came of the next.
                assert epochs_of(desk, box.box16) == [0, 1, 2, 2]
            await scene.other.succeed(scene.ticket16)
            await taken_over(scene, scene.other)


@pytest.mark.parametrize("with_history", [True, False])
async def test_taking_over_goes_on_from_wherever_it_stopped(cast: Cast, with_history: bool) -> None:
    stage = Stage(cast)
    await stage.begin()
    scene = await stage.waiting(with_history=with_history)
    with watched(cast, scene.jonas.relay) as asked:
        await scene.succeeds()
    steps = ["page_save", "swap", "page_save", "commit", "enquiry_taken"]
    assert [one for one in asked if one in steps] == steps
    for at in places(asked):
        for is_asked in (False, True):
            scene = await stage.waiting(with_history=with_history)
            async with falls_over(scene.jonas.relay, at, is_asked=is_asked):
                await scene.succeeds()
            desk = await scene.jonas_again()
            if scene.ticket16 not in desk.cases:
                await desk.succeed(scene.ticket16)
            await taken_over(scene, desk, with_history=with_history)


@pytest.mark.parametrize("with_history", [True, False])
async def test_taking_it_back_goes_on_from_wherever_it_stopped(
    cast: Cast, with_history: bool
) -> None:
    stage = Stage(cast)
    await stage.begin()
    scene = await stage.coming_back(with_history=with_history)
    with watched(cast, scene.maria.relay) as asked:
        await scene.desk.succeed(scene.ticket16)
    steps = ["page_save", "swap", "page_save", "commit", "enquiry_taken"]
    assert [one for one in asked if one in steps] == steps
    for at in places(asked):
        for is_asked in (False, True):
            scene = await stage.coming_back(with_history=with_history)
            async with falls_over(scene.maria.relay, at, is_asked=is_asked):
                await scene.desk.succeed(scene.ticket16)
            desk = await scene.maria_again()
            if scene.ticket16 not in desk.cases:
                await desk.succeed(scene.ticket16)
            case = desk.cases[scene.ticket16]
            await alone_with(scene.theirs, scene.maria)
            await case.say("Guten Tag")
            await has(scene.theirs, "Guten Tag")
            before = [TEXT, BEFORE] if with_history else []
            assert texts(case.box) == [*before, "Guten Tag"]
            assert alarms(scene.theirs) == alarms(case.box) == []


@pytest.mark.parametrize("is_asked", [False, True])
async def test_keeping_it_goes_on_from_wherever_it_stopped(cast: Cast, is_asked: bool) -> None:
    stage = Stage(cast)
    await stage.begin()
    scene = await stage.waiting()
    with watched(cast, scene.maria.relay) as asked:
        await scene.case.handing.take_back()
    steps = ["post", "page_save", "commit", "enquiry_hand_over"]
    assert [one for one in asked if one in steps] == steps
    for at in places(asked):
        scene = await stage.waiting()
        async with falls_over(scene.maria.relay, at, is_asked=is_asked):
            await scene.case.handing.take_back()
        desk = await scene.maria_again()
        case = desk.cases[scene.ticket16]
        # Stopped before it was said: it waits for Jonas as before.
        if len(counsellors(case.box)) == 2:
            assert (at, is_asked) == (0, False)
            await case.handing.take_back()
        await alone_with(scene.theirs, scene.maria)
        await scene.other.wait_until(lambda here=scene: here.row.successor == b"")  # type: ignore[misc]  # bound now


@pytest.mark.parametrize("is_asked", [False, True])
async def test_sending_back_goes_on_from_wherever_it_stopped(cast: Cast, is_asked: bool) -> None:
    stage = Stage(cast)
    await stage.begin()
    scene = await stage.waiting()
    with watched(cast, scene.jonas.relay) as asked:
        await scene.other.send_back(scene.ticket16)
    assert [one for one in asked if one in ("post", "enquiry_return")] == ["post", "enquiry_return"]
    for at in places(asked):
        scene = await stage.waiting()
        async with falls_over(scene.jonas.relay, at, is_asked=is_asked):
            await scene.other.send_back(scene.ticket16)
        desk = await at_desk(await staff_again(cast, scene.jonas))
        # His list holds it only while it waits for him.
        if scene.ticket16 in desk.rows:
            await desk.send_back(scene.ticket16)
        await scene.maria_again()
        await alone_with(scene.theirs, scene.maria)


async def lent(scene: Scene, desk: StaffEnquiries, *, with_history: bool) -> None:
    """Jonas stands in, and everything that was said to him is there."""
    case = desk.cases[scene.ticket16]
    assert len(counsellors(case.box)) == 2
    await case.say("Guten Tag")
    await has(scene.theirs, "Guten Tag")
    assert texts(case.box) == [*([TEXT, BEFORE] if with_history else []), "Guten Tag"]
    assert scene.theirs.transcript.alarms == alarms(case.box) == []
    row = desk.rows
    await desk.wait_until(lambda: row[scene.ticket16].successor == b"")
    assert row[scene.ticket16].deputy == scene.jonas.subject16
    assert row[scene.ticket16].assignee == scene.maria.subject16


@pytest.mark.parametrize("is_asked", [False, True])
@pytest.mark.parametrize("with_history", [True, False])
async def test_standing_in_goes_on_from_wherever_it_stopped(
    cast: Cast, with_history: bool, is_asked: bool
) -> None:
    stage = Stage(cast)
    await stage.begin()
    scene = await stage.waiting(with_history=with_history, is_deputy=True)
    with watched(cast, scene.jonas.relay) as asked:
        await scene.succeeds()
    steps = ["page_save", "swap", "enquiry_taken"]
    assert [one for one in asked if one in (*steps, "commit")] == steps
    for at in places(asked):
        scene = await stage.waiting(with_history=with_history, is_deputy=True)
        async with falls_over(scene.jonas.relay, at, is_asked=is_asked):
            await scene.succeeds()
        desk = await scene.jonas_again()
        if scene.ticket16 not in desk.cases:
            await desk.succeed(scene.ticket16)
        await lent(scene, desk, with_history=with_history)


@pytest.mark.parametrize("is_asked", [False, True])
@pytest.mark.parametrize("with_history", [True, False])
async def test_standing_down_goes_on_from_wherever_it_stopped(
    cast: Cast, with_history: bool, is_asked: bool
) -> None:
    stage = Stage(cast)
    await stage.begin()
    scene = await stage.waiting(with_history=with_history, is_deputy=True)
    await scene.succeeds()
    with watched(cast, scene.jonas.relay) as asked:
        await scene.other.stand_down(scene.ticket16)
    steps = ["post", "enquiry_return", "page_save"]
    assert [one for one in asked if one in (*steps, "commit")] == steps
    for at in places(asked):
        scene = await stage.waiting(with_history=with_history, is_deputy=True)
        await scene.succeeds()
        async with falls_over(scene.jonas.relay, at, is_asked=is_asked):
            await scene.other.stand_down(scene.ticket16)
        desk = await scene.jonas_again()
        # Stopped before it was said: he stands in as before.
        if scene.ticket16 in desk.cases:
            assert (at, is_asked) == (0, False)
            await desk.stand_down(scene.ticket16)
        assert epochs_of(desk, scene.theirs.box16) == []
        await scene.maria_again()
        await alone_with(scene.theirs, scene.maria)
