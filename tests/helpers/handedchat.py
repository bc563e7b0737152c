"""A running chat that Maria hands over to Jonas, through the Python client.

scene = await chatting(cast)                # Maria chats with somebody; Jonas is on duty too
await scene.asks(); await scene.answers()   # the question, and the seeker's yes
await scene.settles()                       # Maria's client lets Jonas in, and says so
chat = await scene.succeeds()               # Jonas takes it over
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from clientlib.account import SeekerAccount
from clientlib.answering import answer_hand_over
from clientlib.box import Box
from clientlib.consent import Answer
from clientlib.seeker import Seeker
from clientlib.staff import Staff
from clientlib.staffchats import Chat, StaffChats
from crypto.wire.live import QueueRow
from tests.helpers.actors import Cast, chat
from tests.helpers.handover import stands
from tests.helpers.server import PORTAL16
from tests.helpers.written import SCENE_S, TEAM16, centre, has, staff_again

WORRY = "Ich weiß nicht weiter."
BEFORE = "Gut, dass Sie da sind."


@dataclass(slots=True)
class ChatScene:
    """Maria's chat, and Jonas beside her."""

    cast: Cast
    maria: Staff
    jonas: Staff
    desk: StaffChats
    other: StaffChats
    seeker: Seeker
    theirs: Box
    chat: Chat

    @property
    def ticket16(self) -> bytes:
        """The chat's ticket."""
        return self.seeker.ticket16

    @property
    def row(self) -> QueueRow:
        """The row as Jonas sees it."""
        return self.jonas.rows[self.ticket16]

    async def asks(self, *, with_history: bool = True) -> None:
        """Maria asks; it has come to the seeker."""
        await self.chat.handing.ask(self.jonas.certificate, with_history=with_history)
        await stands(self.theirs, Answer.OPEN)

    async def answers(self, *, is_yes: bool = True) -> None:
        """The seeker answers; it has come to Maria."""
        await answer_hand_over(self.theirs, is_yes=is_yes)
        await stands(self.chat.box, Answer.YES if is_yes else Answer.NO)

    async def settles(self) -> None:
        """Maria's client does what is due; Jonas hears of it."""
        await self.desk.settle(self.ticket16)
        await self.waits_for_jonas()

    async def waits_for_jonas(self) -> None:
        """Wait until Jonas is to take it over."""
        mine, rows, ticket16 = self.jonas.subject16, self.jonas.rows, self.ticket16
        async with asyncio.timeout(SCENE_S):
            await self.jonas.wait_until(
                lambda: ticket16 in rows and rows[ticket16].successor == mine
            )

    async def waits_for_nobody(self) -> None:
        """Wait until Jonas's list holds it no more."""
        rows, ticket16, mine = self.jonas.rows, self.ticket16, self.jonas.subject16
        async with asyncio.timeout(SCENE_S):
            await self.jonas.wait_until(
                lambda: ticket16 not in rows or rows[ticket16].successor != mine
            )

    async def succeeds(self) -> Chat:
        """Jonas takes it over."""
        return await self.other.succeed(self.ticket16)

    async def maria_again(self) -> StaffChats:
        """Maria on another device, with nothing in memory but the sign-in."""
        return await at_chats(await staff_again(self.cast, self.maria))

    async def jonas_again(self) -> StaffChats:
        """Jonas on another device."""
        return await at_chats(await staff_again(self.cast, self.jonas))


async def at_chats(staff: Staff) -> StaffChats:
    """Read the queue and open the own chats again."""
    await staff.read_queue((PORTAL16,))
    chats = StaffChats(staff, {PORTAL16: TEAM16})
    await chats.take_up()
    return chats


async def chatting(cast: Cast, account: SeekerAccount | None = None) -> ChatScene:
    """Maria and Jonas are on duty; Maria is in a chat, and has answered once."""
    maria, jonas = await centre(cast, "maria", "jonas")
    await cast.on_duty(maria, jonas)
    return await chat_scene_of(cast, maria, jonas, account)


async def chat_scene_of(
    cast: Cast, maria: Staff, jonas: Staff, account: SeekerAccount | None = None
) -> ChatScene:
    """One more chat of the same people, who are on duty."""
    desk, other = StaffChats(maria, {PORTAL16: TEAM16}), StaffChats(jonas, {PORTAL16: TEAM16})
    theirs, hers, seeker = await chat(cast, maria, account)
    scene = ChatScene(
        cast, maria, jonas, desk, other, seeker, theirs, desk.know(seeker.ticket16, hers)
    )
    await theirs.say(WORRY)
    await has(hers, WORRY)
    await hers.say(BEFORE)
    await has(theirs, BEFORE)
    return scene
