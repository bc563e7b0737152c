"""A running chat handed over, and a relay that lies: its letters lie in an inbox among others.

What the letters of a hand-over must be is judged by the same code as for written cases
(`test_handover.py`); here is what only the queue and the inbox can lie about.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from clientlib.errors import Refused
from clientlib.staff import Staff
from clientlib.tickets import LiveTicket
from crypto import account, letter
from crypto.errors import RemoteError
from crypto.letter import LetterKind
from crypto.wire.boxes import StoredLetter
from crypto.wire.errors import WireError
from tests.helpers.handedchat import BEFORE, WORRY, ChatScene, chat_scene_of
from tests.helpers.handover import alone_with
from tests.helpers.written import texts
from tests.lying.handing import ShowsInbox
from tests.lying.proxy import Lie
from tests.lying.stage import Stage
from tests.lying.test_enquiries import swept
from tests.lying.test_handover import built_stage

__all__ = ["built_stage"]

# What a colleague does who believes: nothing of it may be sent.
BELIEVED = {"page_save", "commit", "swap", "handed_over"}


def play(stage: Stage, act: Callable[[ChatScene], Awaitable[None]]) -> None:
    """Maria hands a chat over in truth; then `act`."""

    async def scene() -> None:
        await swept(stage)
        maria, jonas = await stage.lied.signs_in("maria"), await stage.lied.signs_in("jonas")
        await stage.lied.on_duty(maria, jonas)
        chat = await waiting(stage, maria, jonas)
        try:
            await act(chat)
        finally:
            stage.tell(Lie())
            await chat.theirs.close()

    stage.play(scene)


async def waiting(stage: Stage, maria: Staff, jonas: Staff) -> ChatScene:
    """Jonas has been let in."""
    scene = await chat_scene_of(stage.lied, maria, jonas)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    return scene


async def believes_nothing(stage: Stage, scene: ChatScene) -> None:
    """Neither look nor taking over sends anything that somebody sends who believes."""
    mark = stage.relay.mark()
    for ask in (scene.other.open_handed, scene.other.succeed):
        with pytest.raises((Refused, RemoteError, WireError)):
            await ask(scene.ticket16)
    assert not BELIEVED & set(stage.relay.sent_since(mark))


async def letters_of(scene: ChatScene) -> tuple[StoredLetter, StoredLetter]:
    """Welcome and grant, as they lie in Jonas's inbox."""
    found = await LiveTicket(scene.ticket16).letters(scene.jonas.caseload)
    welcome, grant = sorted(found, key=lambda one: _kind(scene, one))
    return welcome, grant


def _kind(scene: ChatScene, stored: StoredLetter) -> LetterKind:
    return letter.open_letter(stored.e2, account.staff_kem(scene.jonas.ams)).kind


def test_what_was_handed_over_in_truth_is_taken(stage: Stage) -> None:
    """Each refusal below differs from this in one thing."""

    async def act(scene: ChatScene) -> None:
        stage.tell(ShowsInbox(scene.ticket16, *await letters_of(scene)))
        chat = await scene.succeeds()
        assert texts(chat.box) == [WORRY, BEFORE]
        await alone_with(scene.theirs, scene.jonas)

    play(stage, act)


def test_letters_of_another_chat_open_nothing(stage: Stage) -> None:
    """The relay names the ticket beside a letter, and may name any; the letter knows its own."""

    async def act(scene: ChatScene) -> None:
        other = await waiting(stage, scene.maria, scene.jonas)
        stage.tell(ShowsInbox(scene.ticket16, *await letters_of(other)))
        await believes_nothing(stage, scene)
        stage.tell(Lie())
        await other.theirs.close()

    play(stage, act)


def test_the_grant_of_another_chat_opens_nothing(stage: Stage) -> None:
    async def act(scene: ChatScene) -> None:
        other = await waiting(stage, scene.maria, scene.jonas)
        (welcome, _), (_, foreign) = await letters_of(scene), await letters_of(other)
        stage.tell(ShowsInbox(scene.ticket16, welcome, foreign))
        await believes_nothing(stage, scene)
        stage.tell(Lie())
        await other.theirs.close()

    play(stage, act)


def test_a_row_without_letters_hands_nothing_over(stage: Stage) -> None:
    async def act(scene: ChatScene) -> None:
        welcome, grant = await letters_of(scene)
        for shown in ((), (grant,), (welcome, welcome, grant)):
            stage.tell(ShowsInbox(scene.ticket16, *shown))
            await believes_nothing(stage, scene)

    play(stage, act)


def test_a_chat_that_begins_is_none_that_is_handed_over(stage: Stage) -> None:
    """A seeker's first letter, in the place of a colleague's."""

    async def act(scene: ChatScene) -> None:
        await stage.lied.on_duty(scene.jonas)
        seeker = await stage.lied.seeker()
        await scene.jonas.wait_until(lambda: seeker.ticket16 in scene.jonas.rows)
        await scene.jonas.accept(seeker.ticket16)
        await seeker.offered()
        theirs = await seeker.confirm()
        found = await LiveTicket(seeker.ticket16).letters(scene.jonas.caseload)
        assert len(found) == 1
        stage.tell(ShowsInbox(scene.ticket16, *found))
        await believes_nothing(stage, scene)
        stage.tell(Lie())
        await theirs.close()

    play(stage, act)


def test_a_hidden_grant_leaves_what_comes_from_now_on(stage: Stage) -> None:
    async def act(scene: ChatScene) -> None:
        welcome, _ = await letters_of(scene)
        stage.tell(ShowsInbox(scene.ticket16, welcome))
        chat = await scene.succeeds()
        await scene.theirs.say("Sind Sie da?")
        await chat.box.wait_until(lambda: texts(chat.box) != [])
        assert texts(chat.box) == ["Sind Sie da?"]

    play(stage, act)
