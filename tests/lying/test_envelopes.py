"""Envelopes that the relay drops, moves, repeats, changes or invents, and ends that nobody signed.

The seeker talks past the lies; Maria reads through them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from clientlib.box import Box, Said
from clientlib.outbox import ItemState
from clientlib.seeker import Seeker
from clientlib.staff import Staff
from clientlib.talk import _ending
from crypto.envelope import Kind
from crypto.random import random_bytes
from crypto.verdict import Notice, NoticeKind, Verdict
from crypto.wire import boxes
from crypto.wire.base import Command, Event, Reply
from crypto.wire.boxes import CloseReason, EnvelopeStored
from crypto.wire.codec import CommandFrame
from crypto.wire.errors import ErrorCode, WireError
from tests.lying.changes import Envelopes
from tests.lying.proxy import Lie, Line
from tests.lying.stage import Stage
from tests.lying.written import Refuses

OTHER_HISTORY = Notice(NoticeKind.OTHER_HISTORY)
# Commit 0 stands at 1; the seeker's first text at 2.
FIRST, SECOND, THIRD = 2, 3, 4


@dataclass(slots=True)
class Pair:
    """A running chat: the seeker tells the truth, Maria reads what the relay makes of it."""

    stage: Stage
    maria: Staff
    seeker: Seeker
    theirs: Box
    hers: Box

    async def says(self, *texts: str) -> None:
        """The seeker writes, and sees each text stand in the box before the next."""
        for text in texts:
            item = await self.theirs.say(text)
            await self.theirs.wait_until(lambda n=item.n: self.theirs.transcript.state.number >= n)  # type: ignore[misc]

    async def judged(self, count: int) -> list[Verdict | None]:
        """Wait until Maria has judged so many envelopes after commit 0; return the verdicts."""
        await self.hers.wait_until(lambda: len(self.hers.taken) > count)
        return [taken.verdict for taken in self.hers.taken[1 : count + 1]]

    @property
    def read(self) -> list[str | None]:
        """What Maria has been shown."""
        return [said.text for said in self.hers.said]


def play(stage: Stage, act: Callable[[Pair], Awaitable[None]]) -> None:
    """Begin a chat with the truth, then run `act`."""

    async def scene() -> None:
        maria = await stage.lied.signs_in("maria")
        await stage.lied.on_duty(maria)
        seeker = await stage.honest.seeker()
        theirs, hers = await stage.let_in(seeker, maria)
        pair = Pair(stage, maria, seeker, theirs, hers)
        try:
            await act(pair)
        finally:
            stage.tell(Lie())
            await hers.stop()
            await theirs.stop()
            with suppress(WireError):
                await theirs.leave()

    stage.play(scene)


def _same(n: int, e1: bytes) -> list[tuple[int, bytes]]:
    return [(n, e1)]


def test_the_truth_is_read(stage: Stage) -> None:
    async def act(pair: Pair) -> None:
        stage.tell(Envelopes(_same))
        await pair.says("eins", "zwei", "drei")
        assert await pair.judged(3) == [Verdict.OK] * 3
        assert pair.read == ["eins", "zwei", "drei"]
        assert not pair.hers.transcript.sending_paused

    play(stage, act)


def test_a_dropped_envelope_shows_at_the_next_one(stage: Stage) -> None:
    """The rest moves up, so that no number is missing: the count and the chain still tell."""

    def drop(n: int, e1: bytes) -> list[tuple[int, bytes]]:
        if n < SECOND:
            return [(n, e1)]
        return [] if n == SECOND else [(n - 1, e1)]

    async def act(pair: Pair) -> None:
        stage.tell(Envelopes(drop))
        await pair.says("eins", "zwei", "drei")
        assert await pair.judged(2) == [Verdict.OK, Verdict.FORK]
        assert pair.hers.taken[-1].findings == (Verdict.GAP, Verdict.FORK)
        assert pair.hers.transcript.alarms == [Notice(NoticeKind.OTHER_VIEW, 0)]
        mark = stage.relay.mark()
        item = await pair.hers.say("Ich habe Sie verstanden.")
        assert not item.tried
        assert stage.relay.sent_since(mark) == []

    play(stage, act)


def test_stale_with_nothing_newer_to_show_is_not_asked_for_ever(stage: Stage) -> None:
    async def act(pair: Pair) -> None:
        stage.tell(Refuses(boxes.Post, ErrorCode.STALE))
        mark = stage.relay.mark()
        item = await pair.hers.say("Sind Sie noch da?")
        assert stage.relay.sent_since(mark) == ["post", "read"]
        assert item.state is ItemState.PENDING
        stage.tell(Lie())
        await pair.hers.flush()
        assert item.state is ItemState.STORED

    play(stage, act)


def test_a_hole_that_the_relay_does_not_fill_pauses_sending(stage: Stage) -> None:
    def hole(n: int, e1: bytes) -> list[tuple[int, bytes]]:
        return [] if n == SECOND else [(n, e1)]

    async def act(pair: Pair) -> None:
        stage.tell(Envelopes(hole))
        await pair.says("eins", "zwei", "drei")
        assert await pair.judged(2) == [Verdict.OK, Verdict.WITHHELD]
        assert pair.read == ["eins"]
        mark = stage.relay.mark()
        assert not (await pair.hers.say("Sind Sie noch da?")).tried
        assert stage.relay.sent_since(mark) == []

    play(stage, act)


class RefusesToFill(Lie):
    """Leaves a hole and then refuses to be asked about it."""

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | ErrorCode:
        return ErrorCode.INTERNAL if isinstance(sent.command, boxes.Read) else sent

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        hole = isinstance(event, EnvelopeStored) and event.n == SECOND
        return () if hole else (event,)


def test_a_refused_question_about_a_hole_is_withholding_too(stage: Stage) -> None:
    async def act(pair: Pair) -> None:
        stage.tell(RefusesToFill())
        await pair.says("eins", "zwei", "drei")
        assert await pair.judged(2) == [Verdict.OK, Verdict.WITHHELD]

    play(stage, act)


def test_a_hole_that_was_only_late_is_filled(stage: Stage) -> None:
    class Late(Lie):
        def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
            late = isinstance(event, EnvelopeStored) and event.n == SECOND
            return () if late else (event,)

    async def act(pair: Pair) -> None:
        stage.tell(Late())
        await pair.says("eins", "zwei", "drei")
        assert await pair.judged(3) == [Verdict.OK] * 3
        assert not pair.hers.transcript.sending_paused

    play(stage, act)


class Swaps(Envelopes):
    """Shows the second and third envelope in each other's place."""

    def __init__(self) -> None:
        super().__init__(self._swapped)
        self.held: dict[int, bytes] = {}

    def _swapped(self, n: int, e1: bytes) -> list[tuple[int, bytes]]:
        if n not in (SECOND, THIRD):
            return [(n, e1)]
        self.held[n] = e1
        if len(self.held) < 2:
            return []
        return [(SECOND, self.held[THIRD]), (THIRD, self.held[SECOND])]


def test_reordered_envelopes_are_an_alarm(stage: Stage) -> None:
    async def act(pair: Pair) -> None:
        stage.tell(Swaps())
        await pair.says("eins", "zwei", "drei")
        assert await pair.judged(3) == [Verdict.OK, Verdict.FORK, Verdict.DUP]
        assert pair.hers.transcript.sending_paused

    play(stage, act)


def test_a_repeated_envelope_is_shown_once(stage: Stage) -> None:
    def twice(n: int, e1: bytes) -> list[tuple[int, bytes]]:
        return [(n, e1), (n, e1)] if n == FIRST else [(n, e1)]

    async def act(pair: Pair) -> None:
        stage.tell(Envelopes(twice))
        await pair.says("eins", "zwei")
        assert await pair.judged(3) == [Verdict.OK, Verdict.DUP, Verdict.OK]
        assert pair.read == ["eins", "zwei"]

    play(stage, act)


def test_an_envelope_repeated_as_a_new_one_is_shown_once_and_noticed(stage: Stage) -> None:
    def again(n: int, e1: bytes) -> list[tuple[int, bytes]]:
        if n < FIRST:
            return [(n, e1)]
        return [(n, e1), (n + 1, e1)] if n == FIRST else [(n + 1, e1)]

    async def act(pair: Pair) -> None:
        stage.tell(Envelopes(again))
        await pair.says("eins", "zwei", "drei")
        assert await pair.judged(4) == [Verdict.OK, Verdict.DUP, Verdict.OK, Verdict.FORK]
        assert pair.read == ["eins", "zwei", "drei"]

    play(stage, act)


def test_another_envelope_under_a_known_number_is_an_alarm(stage: Stage) -> None:
    def rewrite(n: int, e1: bytes) -> list[tuple[int, bytes]]:
        return [(n, e1), (FIRST, e1)] if n == SECOND else [(n, e1)]

    async def act(pair: Pair) -> None:
        stage.tell(Envelopes(rewrite))
        await pair.says("eins", "zwei")
        assert await pair.judged(3) == [Verdict.OK, Verdict.OK, Verdict.FORK]
        assert pair.hers.transcript.alarms == [OTHER_HISTORY]

    play(stage, act)


@pytest.mark.parametrize("place", [0, 3, 5, 25, 60, 200, -1])
def test_a_flipped_bit_is_not_read_and_shows_at_the_next_message(stage: Stage, place: int) -> None:
    def flip(n: int, e1: bytes) -> list[tuple[int, bytes]]:
        if n != FIRST:
            return [(n, e1)]
        raw = bytearray(e1)
        raw[place] ^= 1
        return [(n, bytes(raw))]

    async def act(pair: Pair) -> None:
        stage.tell(Envelopes(flip))
        await pair.says("eins", "zwei")
        first, second = await pair.judged(2)
        assert first in (Verdict.UNREADABLE, Verdict.BAD_COMMIT)
        assert second in (Verdict.FORK, Verdict.BAD_COMMIT)
        assert pair.read == ([] if first is Verdict.BAD_COMMIT else ["zwei"])
        assert pair.hers.transcript.sending_paused

    play(stage, act)


def test_an_envelope_of_another_box_is_not_read(stage: Stage) -> None:
    foreign: list[bytes] = []

    def replay(n: int, e1: bytes) -> list[tuple[int, bytes]]:
        return [(n, foreign[0])] if n == FIRST else [(n, e1)]

    async def other(pair: Pair) -> None:
        await pair.says("aus einem anderen Gespräch")
        page = await pair.hers.relay.request(
            boxes.Read(box16=pair.hers.box16, start=FIRST), pair.hers._cap
        )
        foreign.append(page.rows[0].e1)

    async def act(pair: Pair) -> None:
        stage.tell(Envelopes(replay))
        await pair.says("eins", "zwei")
        assert await pair.judged(2) == [Verdict.UNREADABLE, Verdict.FORK]

    play(stage, other)
    play(stage, act)


def test_an_invented_envelope_is_not_read(stage: Stage) -> None:
    """The relay knows box and kid, not the key."""

    def invent(n: int, e1: bytes) -> list[tuple[int, bytes]]:
        return [(n, e1[:60] + random_bytes(len(e1) - 60))] if n == FIRST else [(n, e1)]

    async def act(pair: Pair) -> None:
        stage.tell(Envelopes(invent))
        await pair.says("eins")
        assert await pair.judged(1) == [Verdict.UNREADABLE]

    play(stage, act)


class Misnumbers(Lie):
    """Tells who posts another number than it stores under."""

    def __init__(self, number: Callable[[int], int]) -> None:
        self.number = number

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(command, boxes.Post) and isinstance(reply, boxes.NumberReply):
            return boxes.NumberReply(n=self.number(reply.n))
        return reply


@pytest.mark.parametrize(
    "number", [lambda n: n + 1, lambda n: 0, lambda n: 1], ids=["later", "nowhere", "earlier"]
)
def test_an_own_post_that_stands_elsewhere_is_an_alarm(
    stage: Stage, number: Callable[[int], int]
) -> None:
    async def act(pair: Pair) -> None:
        stage.tell(Misnumbers(number))
        await pair.hers.say("eins")
        await pair.says("von dort")
        await pair.hers.wait_until(lambda: bool(pair.hers.transcript.alarms))
        assert pair.hers.transcript.alarms == [OTHER_HISTORY]

    play(stage, act)


class DropsOwn(Lie):
    """Says "stored" and stores nothing."""

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply:
        return boxes.NumberReply(n=FIRST) if isinstance(sent.command, boxes.Post) else sent


def test_an_own_post_that_was_never_stored_is_an_alarm(stage: Stage) -> None:
    async def act(pair: Pair) -> None:
        stage.tell(DropsOwn())
        await pair.hers.say("eins")
        await pair.says("von dort")
        await pair.judged(1)
        assert OTHER_HISTORY in pair.hers.transcript.alarms

    play(stage, act)


# --- the share --------------------------------------------------------------------------------


class OtherShare(Lie):
    """Gives another share than the keeper's, or none."""

    def __init__(self, share: bytes | None) -> None:
        self.share = share

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply | ErrorCode:
        if not isinstance(sent.command, boxes.GetShare):
            return sent
        return ErrorCode.UNKNOWN if self.share is None else boxes.ShareReply(share=self.share)


def test_a_changed_share_opens_nothing_and_says_so(stage: Stage) -> None:
    async def act(pair: Pair) -> None:
        await pair.says("eins")
        await pair.judged(1)
        await pair.hers.stop()
        stage.tell(OtherShare(random_bytes(32)))
        again = await stage.lied.signs_in("maria")
        (box,) = [one for one in await again.running() if one.box16 == pair.hers.box16]
        assert box.said == []
        assert box.transcript.stopped == Notice(NoticeKind.DAMAGED)
        mark = stage.relay.mark()
        assert not (await box.say("Hallo?")).tried
        assert stage.relay.sent_since(mark) == []
        await box.stop()

    play(stage, act)


def test_a_missing_share_opens_nothing(stage: Stage) -> None:
    async def act(pair: Pair) -> None:
        await pair.hers.stop()
        stage.tell(OtherShare(None))
        again = await stage.lied.signs_in("maria")
        assert pair.hers.box16 not in [one.box16 for one in await again.running()]

    play(stage, act)


# --- ends, fleeting things, broken members ----------------------------------------------------


@pytest.mark.parametrize("reason", [*list(CloseReason)[:2], CloseReason.LEFT])
def test_a_close_without_a_signature_was_the_service(stage: Stage, reason: CloseReason) -> None:
    async def act(pair: Pair) -> None:
        box16 = pair.hers.box16
        event = boxes.Closed(box16=box16, reason=reason, close_minute=1, purge_minute=2)
        await stage.relay.lines[-1].say(event)
        await pair.hers.wait_until(lambda: pair.hers.clock.state is boxes.BoxState.CLOSED)
        assert pair.hers.closed_by is None
        # Leaving is the quick exit, which no page can sign; only a seeker's page has it.
        by_service = "Der Chat wurde vom Dienst beendet."
        left = "Ihr Gegenüber hat die Seite verlassen; der Chat ist beendet."
        assert _ending(pair.hers) == (left if reason is CloseReason.LEFT else by_service)
        pair.theirs.clock.reason = reason
        assert _ending(pair.theirs) == by_service

    play(stage, act)


def test_a_signed_close_names_who_signed(stage: Stage) -> None:
    async def act(pair: Pair) -> None:
        await pair.theirs.close()
        await pair.hers.wait_until(lambda: pair.hers.clock.state is boxes.BoxState.CLOSED)
        assert pair.hers.closed_by == 0
        assert _ending(pair.hers) == "Der Chat wurde beendet."

    play(stage, act)


class RepeatsFleeting(Lie):
    """Shows every fleeting thing twice."""

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        return (event, event) if isinstance(event, boxes.FleetingSeen) else (event,)


def test_a_fleeting_message_counts_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(pair: Pair) -> None:
        seen: list[bool] = []
        take = pair.hers.transcript.take_fleeting
        monkeypatch.setattr(
            pair.hers.transcript, "take_fleeting", lambda raw: seen.append(take(raw) is not None)
        )
        stage.tell(RepeatsFleeting())
        await pair.theirs.type_now(True)
        await pair.hers.wait_until(lambda: len(seen) == 2)
        assert seen == [True, False]

    play(stage, act)


def test_a_genuine_message_that_is_no_text_stops_nothing(stage: Stage) -> None:
    async def act(pair: Pair) -> None:
        await pair.theirs.send(Kind.TEXT, b"\xc1")
        await pair.says("und weiter")
        assert await pair.judged(2) == [Verdict.UNREADABLE, Verdict.OK]
        assert [said for said in pair.hers.said if isinstance(said, Said)][-1].text == "und weiter"

    play(stage, act)
