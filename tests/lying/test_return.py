"""A relay that lies to somebody who comes back: what the account has seen before is not undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from clientlib.account import SeekerAccount
from clientlib.box import Box
from crypto.entry import EntryState
from crypto.errors import BadProof
from crypto.verdict import NoticeKind
from crypto.wire.base import Command, Reply
from crypto.wire.boxes import Numbered, ReadReply
from tests.lying.changes import KnowsNothing
from tests.lying.proxy import Lie, Line
from tests.lying.stage import Stage
from tests.lying.test_doors import somebody
from tests.lying.test_log import Log, _hides_the_last

Rows = tuple[Numbered, ...]
SAID = ("eins", "zwei", "drei")


async def chatted(stage: Stage) -> tuple[str, SeekerAccount]:
    """Somebody has chatted, signed out, and so kept how far the chat was read; it still runs."""
    known = await somebody(stage)
    seeker = await stage.lied.seeker(known.account)
    theirs, _ = await stage.let_in(seeker, stage.maria)
    for text in SAID:
        await theirs.say(text)
    await theirs.wait_until(lambda: len([one for one in theirs.said if one.text]) == len(SAID))
    await known.account.sign_out()
    return known.name, known.account


async def comes_back(stage: Stage, name: str) -> Box:
    """Sign in, and open the only chat."""
    account = await stage.lied.seeker_signs_in(name)
    (box,) = (await stage.lied.comes_back(account)).boxes
    return box


class Rewrites(Lie):
    """Shows other rows of the box."""

    def __init__(self, change: Callable[[Rows], Rows]) -> None:
        self.change = change

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(reply, ReadReply):
            return reply
        rows = self.change(reply.rows)
        return replace(reply, rows=rows, head_n=len(rows))


def _whole(rows: Rows) -> Rows:
    return rows


def _shorter(rows: Rows) -> Rows:
    return rows[:-1]


def _swapped(rows: Rows) -> Rows:
    *first, one, other = rows
    return (*first, replace(other, n=one.n), replace(one, n=other.n))


@pytest.mark.parametrize(
    ("change", "is_paused"), [(_whole, False), (_shorter, True), (_swapped, True)]
)
def test_a_chat_that_was_read_further_shows_nothing_older(
    stage: Stage, change: Callable[[Rows], Rows], is_paused: bool
) -> None:
    async def scene() -> None:
        name, _ = await chatted(stage)
        stage.tell(Rewrites(change))
        box = await comes_back(stage, name)
        transcript = box.transcript
        assert transcript.sending_paused is is_paused
        assert transcript.withheld is (change is _shorter)
        other = any(one.kind is NoticeKind.OTHER_HISTORY for one in transcript.alarms)
        assert other is (change is _swapped)
        stage.tell(Lie())
        await box.close()

    stage.play(scene)


def test_a_seeker_with_a_pin_does_not_go_on_with_an_older_log(stage: Stage) -> None:
    async def scene() -> None:
        known = await somebody(stage)
        stage.tell(Log(stage, _hides_the_last))
        mark = stage.relay.mark()
        with pytest.raises(BadProof):
            await stage.lied.seeker_signs_in(known.name)
        assert "page_save" not in stage.relay.sent_since(mark)

    stage.play(scene)


def test_no_secret_goes_because_the_service_says_so(stage: Stage) -> None:
    async def scene() -> None:
        name, _ = await chatted(stage)
        stage.tell(KnowsNothing())
        account = await stage.lied.seeker_signs_in(name)
        found = await stage.lied.comes_back(account)
        assert (found.seekers, found.boxes) == ((), ())
        stage.tell(Lie())
        (entry,) = account.keyring.entries
        assert entry.state is EntryState.OPEN
        box = await comes_back(stage, name)
        assert [one.text for one in box.said if one.text] == list(SAID)
        await box.close()

    stage.play(scene)
