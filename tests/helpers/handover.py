"""A case that Maria hands over to Jonas, through the Python client.

scene = await handed(cast)                  # Maria has taken what somebody wrote
await scene.asks(); await scene.answers()   # the question, and the seeker's yes
await scene.settles()                       # Maria's client lets Jonas in, and says so
case = await scene.succeeds()               # Jonas takes it over
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from clientlib.box import Box
from clientlib.case import Case
from clientlib.consent import Answer
from clientlib.enquiry import Enquiry
from clientlib.staff import Staff
from clientlib.staffenquiries import StaffEnquiries
from crypto import account, kem
from crypto.keyring import TeamSeed
from crypto.keys import KemSecret
from crypto.random import random_bytes
from crypto.roster import Role
from crypto.statement import DAY_MS
from crypto.wire.enquiries import EnquiryRow
from tests.helpers.actors import Cast
from tests.helpers.written import (
    SCENE_S,
    at_desk,
    centre,
    has,
    staff_again,
    takes,
    writes,
)

NAME = "kiesel-407"
# Of the first counsellor's messages: what is said before anything is handed over.
BEFORE = "Danke, dass Sie schreiben."


@dataclass(slots=True)
class Scene:
    """Maria's case, and Jonas at his desk."""

    cast: Cast
    maria: Staff
    jonas: Staff
    desk: StaffEnquiries
    other: StaffEnquiries
    enquiry: Enquiry
    case: Case

    @property
    def ticket16(self) -> bytes:
        """The enquiry's ticket."""
        return self.case.ticket16

    @property
    def theirs(self) -> Box:
        """The seeker's view."""
        assert self.enquiry.box is not None
        return self.enquiry.box

    @property
    def row(self) -> EnquiryRow:
        """The row as Jonas sees it."""
        return self.other.rows[self.ticket16]

    async def asks(self, *, with_history: bool = True, is_deputy: bool = False) -> None:
        """Maria asks; it has come to the seeker."""
        certificate, handing = self.jonas.certificate, self.case.handing
        await handing.ask(certificate, with_history=with_history, is_deputy=is_deputy)
        await stands(self.theirs, Answer.OPEN)

    async def answers(self, *, is_yes: bool = True) -> None:
        """The seeker answers; it has come to Maria."""
        await self.enquiry.answer(is_yes=is_yes)
        await stands(self.case.box, Answer.YES if is_yes else Answer.NO)

    async def settles(self) -> None:
        """Maria's client does what is due; Jonas hears of it."""
        await self.desk.settle(self.ticket16)
        await self.waits_for_jonas()

    async def waits_for_jonas(self) -> None:
        """Wait until Jonas is to take it over."""
        mine = self.jonas.subject16
        rows, ticket16 = self.other.rows, self.ticket16
        async with asyncio.timeout(SCENE_S):
            await self.other.wait_until(
                lambda: ticket16 in rows and rows[ticket16].successor == mine
            )

    async def succeeds(self) -> Case:
        """Jonas takes it over."""
        return await self.other.succeed(self.ticket16)

    async def lends(self, *, with_history: bool = True) -> Case:
        """With every step in its turn: Jonas stands in for Maria; returns it as he has it."""
        await self.asks(with_history=with_history, is_deputy=True)
        await self.answers()
        await self.settles()
        case = await self.succeeds()
        async with asyncio.timeout(SCENE_S):
            await self.other.wait_until(lambda: self.row.successor == b"")
        return case

    async def maria_again(self) -> StaffEnquiries:
        """Maria on another device, with nothing in memory but the sign-in."""
        desk = await at_desk(await staff_again(self.cast, self.maria))
        await desk.take_up()
        return desk

    async def jonas_again(self) -> StaffEnquiries:
        """Jonas on another device."""
        desk = await at_desk(await staff_again(self.cast, self.jonas))
        await desk.take_up()
        return desk


async def handed(cast: Cast, *more: str) -> Scene:
    """Maria and Jonas counsel; Maria has taken what somebody wrote, and answered once."""
    maria, jonas, *_ = await centre(cast, "maria", "jonas", *more)
    account = await cast.registers(NAME)
    return await scene_of(cast, maria, jonas, await writes(cast, account))


async def scene_of(cast: Cast, maria: Staff, jonas: Staff, enquiry: Enquiry) -> Scene:
    """One more enquiry of the same people."""
    desk = await at_desk(maria)
    case = await takes(desk, enquiry)
    await case.say(BEFORE)
    scene = Scene(cast, maria, jonas, desk, await at_desk(jonas), enquiry, case)
    await has(scene.theirs, BEFORE)
    return scene


async def passes(
    scene: Scene, giver: StaffEnquiries, taker: StaffEnquiries, *, with_history: bool = True
) -> Case:
    """Hand the conversation over, with every step in its turn; returns it as the taker has it."""
    ticket16, case, subject16 = scene.ticket16, giver.cases[scene.ticket16], taker.staff.subject16
    await waits_for(scene, giver, taker, with_history=with_history)
    found = await taker.succeed(ticket16)
    await alone_with(scene.theirs, taker.staff)
    async with asyncio.timeout(SCENE_S):
        await case.box.wait_until(lambda: case.is_out)
        await taker.wait_until(lambda: taker.rows[ticket16].assignee == subject16)
    return found


async def waits_for(
    scene: Scene, giver: StaffEnquiries, taker: StaffEnquiries, *, with_history: bool = True
) -> None:
    """The seeker has said yes, and the taker has been let in."""
    ticket16, case, subject16 = scene.ticket16, giver.cases[scene.ticket16], taker.staff.subject16
    await case.handing.ask(taker.staff.certificate, with_history=with_history)
    await stands(scene.theirs, Answer.OPEN)
    await scene.enquiry.answer(is_yes=True)
    await stands(case.box, Answer.YES)
    await giver.settle(ticket16)
    rows = taker.rows
    async with asyncio.timeout(SCENE_S):
        await taker.wait_until(lambda: ticket16 in rows and rows[ticket16].successor == subject16)


async def stands(box: Box, answer: Answer | None) -> None:
    """Wait until the question stands like this; None: there is none (any more)."""

    def is_so() -> bool:
        asked = box.learned.hand_over
        return (asked.answer if asked else None) is answer

    async with asyncio.timeout(SCENE_S):
        await box.wait_until(is_so)


def counsellors(box: Box) -> list[bytes]:
    """The certificates of those who counsel in a box."""
    roster = box.transcript.state.roster
    entries = roster.entries.values() if roster else ()
    return [one.certificate_hash for one in entries if one.role is Role.COUNSELLOR]


async def alone_with(box: Box, staff: Staff) -> None:
    """Wait until the seeker and one counsellor are in a box, and nobody else."""
    wanted = staff.certificate.hash
    async with asyncio.timeout(SCENE_S):
        await box.wait_until(lambda: counsellors(box) == [wanted])


async def team_is(cast: Cast, signer: Staff, *members: Staff) -> None:
    """The next TEAM is these people, under a new key that all of them have."""
    view, now_ms = await signer.log.update(), cast.now_ms()
    latest = view.latest_team(cast.team16)
    assert latest is not None
    subjects = tuple(one.subject16 for one in members)
    epoch, seed = latest.team.epoch + 1, KemSecret(random_bytes(KemSecret.SIZE_BYTES))
    team = replace(latest.team, epoch=epoch, kem_pk=kem.public(seed), members=subjects)
    for one in members:
        await one.keyring.remember_seed(TeamSeed(team16=cast.team16, epoch=epoch, seed=seed))
    sign = account.staff_sign(signer.ams)
    await signer.log.publish(sign, team.team16, team, now_ms, now_ms + 20 * DAY_MS)
