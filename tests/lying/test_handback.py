"""Who has been in a case before, and a relay that lies: a former time does not come back."""

from __future__ import annotations

from typing import Any

import pytest

from crypto.entry import Entry, EntryState
from crypto.errors import BadProof
from crypto.wire.accounts import KeyringPageReply
from crypto.wire.base import Command, Reply
from tests.helpers.handover import BEFORE, Scene, passes
from tests.helpers.written import TEXT, at_desk, staff_again, texts
from tests.lying.proxy import Lie, Line
from tests.lying.stage import Stage
from tests.lying.test_handover import BELIEVED, built_stage, play

__all__ = ["built_stage"]


class Remembers(Lie):
    """Keeps each page of a keyring, and shows it again: at the next sign-in, or ever after."""

    def __init__(self, *, in_conflict: bool) -> None:
        self.in_conflict = in_conflict
        self.old: dict[int, KeyringPageReply] = {}
        self.is_shown = False
        self._shown: set[int] = set()

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(reply, KeyringPageReply):
            return reply
        page = getattr(command, "page", 0)
        if not self.is_shown:
            self.old[page] = reply
        elif self.in_conflict or page not in self._shown:
            self._shown.add(page)
            return self.old[page]
        return reply


def entry_of(staff: Any, scene: Scene) -> Entry:
    found: Entry | None = staff.keyring.entry(scene.theirs.box16)
    assert found is not None
    return found


@pytest.mark.parametrize("in_conflict", [True, False])
def test_a_keyring_that_is_rolled_back_opens_no_former_time(
    stage: Stage, in_conflict: bool
) -> None:
    """Of the first time, while she is in for the second."""

    async def act(scene: Scene) -> None:
        lie = Remembers(in_conflict=in_conflict)
        stage.tell(lie)
        await staff_again(stage.lied, scene.maria)
        stage.tell(Lie())
        await scene.other.succeed(scene.ticket16)
        await scene.desk.cases[scene.ticket16].box.wait_until(lambda: scene.case.is_out)
        await passes(scene, scene.other, scene.desk)
        assert entry_of(scene.maria, scene).generation == 4

        lie.is_shown = True
        stage.tell(lie)
        mark = stage.relay.mark()
        staff = await staff_again(stage.lied, scene.maria)
        assert entry_of(staff, scene).generation == 0
        desk = await at_desk(staff)
        if in_conflict:
            with pytest.raises(BadProof):
                await desk.take_up()
        else:
            # Shown once only, it is found out at the first save: what is true stays.
            await desk.take_up()
            found = entry_of(staff, scene)
            assert (found.generation, found.state) == (4, EntryState.OPEN)
            await desk.take_up()
            assert texts(desk.cases[scene.ticket16].box) == [TEXT, BEFORE]
        assert not (BELIEVED - {"page_save"}) & set(stage.relay.sent_since(mark))
        stage.tell(Lie())
        again = await at_desk(await staff_again(stage.lied, scene.maria))
        assert texts((await again.take_up())[0].box) == [TEXT, BEFORE]

    play(stage, act)
