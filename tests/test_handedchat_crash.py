"""A device stops at any request of a chat's hand-over: it goes on from the sign-in.

As test_handover_crash.py, for a running chat.
"""

from __future__ import annotations

import pytest

from clientlib.staffchats import StaffChats
from tests.helpers.actors import Cast
from tests.helpers.handedchat import BEFORE, WORRY, ChatScene, chat_scene_of
from tests.helpers.handover import alone_with, counsellors
from tests.helpers.server import PORTAL16
from tests.helpers.stops import beginning_of, places, watched
from tests.helpers.written import alarms, centre, falls_over, has, staff_again, texts


@pytest.fixture
def settings() -> dict[str, int]:
    return {"duty_lease_seconds": 36_000}


class Stage:
    """A chat of the same two counsellors, always their first."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    async def begin(self) -> None:
        self.maria, self.jonas = await centre(self.cast, "maria", "jonas")
        await self.cast.on_duty(self.maria, self.jonas)
        self.beginning = await beginning_of(self.cast)

    async def agreed(self, *, with_history: bool = True) -> ChatScene:
        """The seeker has said yes, and Maria's client has not acted on it yet."""
        await self.beginning.again()
        maria = await staff_again(self.cast, self.maria)
        jonas = await staff_again(self.cast, self.jonas)
        for one in (maria, jonas):
            await one.read_queue((PORTAL16,))
        scene = await chat_scene_of(self.cast, maria, jonas)
        await scene.asks(with_history=with_history)
        await scene.answers()
        return scene

    async def waiting(self, *, with_history: bool = True) -> ChatScene:
        """Jonas is let in."""
        scene = await self.agreed(with_history=with_history)
        await scene.settles()
        return scene


async def taken_over(scene: ChatScene, desk: StaffChats, *, with_history: bool = True) -> None:
    """Jonas has it, alone with the seeker, and everything that was said to him is there."""
    chat = desk.chats[scene.ticket16]
    await alone_with(scene.theirs, scene.jonas)
    assert scene.theirs.transcript.alarms == []
    await chat.box.say("Guten Tag")
    await has(scene.theirs, "Guten Tag")
    assert texts(chat.box) == [*([WORRY, BEFORE] if with_history else []), "Guten Tag"]
    assert alarms(scene.theirs) == alarms(chat.box) == []
    rows, ticket16 = desk.staff.rows, scene.ticket16
    await desk.staff.wait_until(
        lambda: rows[ticket16].assignee == scene.jonas.subject16 and rows[ticket16].successor == b""
    )


async def test_letting_in_goes_on_from_wherever_it_stopped(cast: Cast) -> None:
    stage = Stage(cast)
    await stage.begin()
    scene = await stage.agreed()
    with watched(cast, scene.maria.relay) as asked:
        await scene.settles()
    steps = ["page_save", "commit", "hand_over"]
    assert [one for one in asked if one in steps] == steps
    for at in places(asked):
        for is_asked in (False, True):
            scene = await stage.agreed()
            async with falls_over(scene.maria.relay, at, is_asked=is_asked):
                await scene.desk.settle(scene.ticket16)
            desk = await scene.maria_again()
            await scene.waits_for_jonas()
            assert len(counsellors(desk.chats[scene.ticket16].box)) == 2
            await scene.succeeds()
            await taken_over(scene, scene.other)


@pytest.mark.parametrize("with_history", [True, False])
async def test_taking_over_goes_on_from_wherever_it_stopped(cast: Cast, with_history: bool) -> None:
    stage = Stage(cast)
    await stage.begin()
    scene = await stage.waiting(with_history=with_history)
    with watched(cast, scene.jonas.relay) as asked:
        await scene.succeeds()
    steps = ["page_save", "swap", "page_save", "commit", "handed_over"]
    assert [one for one in asked if one in steps] == steps
    for at in places(asked):
        for is_asked in (False, True):
            scene = await stage.waiting(with_history=with_history)
            async with falls_over(scene.jonas.relay, at, is_asked=is_asked):
                await scene.succeeds()
            desk = await scene.jonas_again()
            if scene.ticket16 not in desk.chats:
                await desk.succeed(scene.ticket16)
            await taken_over(scene, desk, with_history=with_history)


@pytest.mark.parametrize("is_asked", [False, True])
async def test_sending_back_goes_on_from_wherever_it_stopped(cast: Cast, is_asked: bool) -> None:
    stage = Stage(cast)
    await stage.begin()
    scene = await stage.waiting()
    with watched(cast, scene.jonas.relay) as asked:
        await scene.other.send_back(scene.ticket16)
    assert [one for one in asked if one in ("post", "return")] == ["post", "return"]
    for at in places(asked):
        scene = await stage.waiting()
        async with falls_over(scene.jonas.relay, at, is_asked=is_asked):
            await scene.other.send_back(scene.ticket16)
        desk = await scene.jonas_again()
        # His list holds it only while it waits for him.
        if scene.ticket16 in desk.staff.rows:
            await desk.send_back(scene.ticket16)
        await scene.maria_again()
        await alone_with(scene.theirs, scene.maria)
