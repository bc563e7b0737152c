"""A device stops at any request of giving a case back, or taking it on again: nothing is lost."""

from __future__ import annotations

from clientlib.staffenquiries import StaffEnquiries
from crypto.entry import EntryState
from crypto.wire.enquiries import EnquiryState
from tests.helpers.actors import Cast
from tests.helpers.handover import BEFORE, NAME, Scene, alone_with, scene_of
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

DRAFT = "Liebe Kiesel, …"


class Stage:
    """An enquiry of the same three people, always their first."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    async def begin(self) -> None:
        self.maria, self.jonas = await centre(self.cast, "maria", "jonas")
        self.account = await self.cast.registers(NAME)
        self.beginning = await beginning_of(self.cast)

    async def typed(self) -> Scene:
        """Maria has a case, and has typed something."""
        await self.beginning.again()
        account = await again(self.cast, self.account)
        maria = await staff_again(self.cast, self.maria)
        jonas = await staff_again(self.cast, self.jonas)
        scene = await scene_of(self.cast, maria, jonas, await writes(self.cast, account))
        await maria.keyring.keep_draft(scene.theirs.box16, DRAFT)
        return scene

    async def released(self) -> Scene:
        """The team has it."""
        scene = await self.typed()
        await scene.desk.release(scene.ticket16)
        return scene


async def open_for(desk: StaffEnquiries, scene: Scene) -> None:
    """Wait until nobody has it."""
    ticket16 = scene.ticket16
    await desk.wait_until(
        lambda: ticket16 in desk.rows and desk.rows[ticket16].state == EnquiryState.OPEN
    )


async def gone_on(scene: Scene, desk: StaffEnquiries) -> None:
    """Jonas has it with all that was said and the draft, alone with the seeker."""
    case = desk.cases[scene.ticket16]
    await alone_with(scene.theirs, scene.jonas)
    assert desk.staff.keyring.draft(case.box.box16) == DRAFT
    await case.say("Guten Tag")
    await has(scene.theirs, "Guten Tag")
    assert texts(case.box) == [TEXT, BEFORE, "Guten Tag"]
    assert scene.theirs.transcript.alarms == []
    assert alarms(scene.theirs) == alarms(case.box) == []


async def test_giving_back_goes_on_from_wherever_it_stopped(cast: Cast) -> None:
    stage = Stage(cast)
    await stage.begin()
    scene = await stage.typed()
    with watched(cast, scene.maria.relay) as asked:
        await scene.desk.release(scene.ticket16)
    steps = ["commit", "page_save", "enquiry_release"]
    assert [one for one in asked if one in steps] == steps
    for at in places(asked):
        for is_asked in (False, True):
            scene = await stage.typed()
            async with falls_over(scene.maria.relay, at, is_asked=is_asked):
                await scene.desk.release(scene.ticket16)
            desk = await scene.maria_again()
            if scene.ticket16 in desk.cases:
                # Stopped before the relay had the commit: it is Maria's as before, draft and all.
                assert at <= asked.index("commit")
                assert desk.staff.keyring.draft(scene.theirs.box16) == DRAFT
                await desk.release(scene.ticket16)
            entry = desk.staff.keyring.entry(scene.theirs.box16)
            assert entry is not None
            assert entry.state is EntryState.GONE
            await open_for(scene.other, scene)
            await scene.other.accept(scene.ticket16)
            await gone_on(scene, scene.other)


async def test_taking_it_on_goes_on_from_wherever_it_stopped(cast: Cast) -> None:
    stage = Stage(cast)
    await stage.begin()
    scene = await stage.released()
    await open_for(scene.other, scene)
    with watched(cast, scene.jonas.relay) as asked:
        await scene.other.accept(scene.ticket16)
    for at in places(asked):
        for is_asked in (False, True):
            scene = await stage.released()
            await open_for(scene.other, scene)
            async with falls_over(scene.jonas.relay, at, is_asked=is_asked):
                await scene.other.accept(scene.ticket16)
            desk = await at_desk(await staff_again(cast, scene.jonas))
            await desk.take_up()
            if scene.ticket16 not in desk.cases:
                await desk.accept(scene.ticket16)
            await gone_on(scene, desk)
