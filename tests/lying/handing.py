"""Lies about what colleagues hand on: letters, rows, what lies before the welcome, "too late"."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from crypto import kem, letter
from crypto.keys import KemSecret, SignSecret
from crypto.primitives import sign_public
from crypto.wire.base import Command, Event, Reply
from crypto.wire.boxes import InboxReadReply, ReadReply, StoredLetter
from crypto.wire.codec import CommandFrame
from crypto.wire.enquiries import (
    EnquiriesReply,
    EnquiryLetter,
    EnquiryLetterReply,
    EnquiryRowChanged,
)
from crypto.wire.errors import ErrorCode
from tests.helpers.handover import Scene
from tests.helpers.written import SCENE_S
from tests.lying.proxy import Lie, Line


async def letters_of(scene: Scene) -> list[StoredLetter]:
    """As Jonas is given them, in the order in which they were sealed: the welcome first."""
    reply = await scene.jonas.relay.request(EnquiryLetter(ticket16=scene.ticket16))
    return sorted(reply.letters, key=lambda one: one.letter)


def resealed(stored: StoredLetter, key: KemSecret, by: SignSecret, **changes: Any) -> StoredLetter:
    """The same letter into the same inbox, as `by` would have written it."""
    note = replace(letter.open_letter(stored.e2, key), sign_pk=sign_public(by), **changes)
    return replace(stored, e2=letter.seal_letter(kem.public(key), by, note))


class Shows(Lie):
    """Answers questions for letters with these; `ticket16`: only those about this one."""

    def __init__(self, *letters: StoredLetter, ticket16: bytes = b"") -> None:
        self.letters = letters
        self.ticket16 = ticket16

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        is_meant = isinstance(command, EnquiryLetter) and self.ticket16 in (b"", command.ticket16)
        return EnquiryLetterReply(letters=self.letters) if is_meant else reply


class ShowsInbox(Lie):
    """Answers every question for an inbox with these letters, all said to be of one ticket."""

    def __init__(self, ticket16: bytes, *letters: StoredLetter) -> None:
        self.letters = tuple(replace(one, ticket16=ticket16) for one in letters)

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(reply, InboxReadReply):
            return reply
        start = getattr(command, "start", 0)
        return InboxReadReply(letters=tuple(one for one in self.letters if one.letter >= start))


class Leaves(Lie):
    """Leaves one envelope out of a box, as if it had never been; `line`: to one client only."""

    def __init__(self, box16: bytes, n: int, line: int | None = None) -> None:
        self.box16 = box16
        self.n = n
        self.line = line

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        is_this = getattr(command, "box16", b"") == self.box16 and self.line in (None, line.number)
        if not (is_this and isinstance(reply, ReadReply)):
            return reply
        kept = [one for one in reply.rows if one.n != self.n]
        rows = tuple(replace(one, n=one.n - (one.n > self.n)) for one in kept)
        return replace(reply, rows=rows, head_n=reply.head_n - 1)


class Tells(Lie):
    """Shows no successor to anybody, and the same deputy to all."""

    def __init__(self, deputy: bytes = b"") -> None:
        self._told: dict[str, Any] = {"successor": b"", "deputy": deputy}

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(reply, EnquiriesReply):
            return reply
        return replace(reply, rows=tuple(replace(one, **self._told) for one in reply.rows))

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        if isinstance(event, EnquiryRowChanged):
            return (replace(event, row=replace(event.row, **self._told)),)
        return (event,)


class AlwaysLate(Lie):
    """Says of every commit that somebody else was first."""

    def __init__(self) -> None:
        self.refused = 0
        self._heard = asyncio.Event()  # the next commit

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | ErrorCode:
        if sent.command.META.name != "commit":
            return sent
        self.refused += 1
        self._heard.set()
        self._heard = asyncio.Event()
        return ErrorCode.STALE

    async def has_refused(self, n: int) -> None:
        """Wait until so many commits have been tried."""
        async with asyncio.timeout(SCENE_S):
            while self.refused < n:
                await self._heard.wait()
