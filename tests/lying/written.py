"""Lies about written enquiries that more than one client is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crypto.random import random_bytes
from crypto.wire.base import Command, Done, Event, Reply
from crypto.wire.boxes import (
    Commit,
    EnvelopeStored,
    GetShare,
    Numbered,
    NumberReply,
    Post,
    Read,
    ReadReply,
    ShareReply,
)
from crypto.wire.capacity import Taker, Takers, TakersReply
from crypto.wire.codec import CommandFrame
from crypto.wire.enquiries import (
    EnquiryAccept,
    EnquiryAcceptReply,
    EnquiryLetter,
    EnquiryLetterReply,
    EnquiryRowChanged,
    EnquiryState,
    EnquiryTaken,
)
from crypto.wire.errors import ErrorCode
from tests.lying.proxy import Lie, Line

# What a counsellor does who believes: nothing of it may be sent.
BELIEVED = {"page_save", "commit", "swap", "enquiry_accept", "enquiry_taken"}
# Commit 0, who writes, what about: then the takeover.
TAKEOVER_N = 4


class Refuses(Lie):
    """Says no to one kind of command, whatever stands behind it."""

    def __init__(self, kind: type[Command[Any]], code: ErrorCode) -> None:
        self.kind = kind
        self.code = code

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | ErrorCode:
        return self.code if isinstance(sent.command, self.kind) else sent


class Letters(Lie):
    """Answers for one ticket with the letters of another."""

    def __init__(self, swapped: dict[bytes, bytes]) -> None:
        self.swapped = swapped

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame:
        command = sent.command
        if isinstance(command, EnquiryLetter):
            shown = self.swapped.get(command.ticket16, command.ticket16)
            return replace(sent, command=EnquiryLetter(ticket16=shown))
        return sent


class ToNobody(Lie):
    """Shows letters to a key that nobody here has."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(reply, EnquiryLetterReply):
            return reply
        # Behind form and suite comes the inbox.
        foreign = (
            replace(one, e2=one.e2[:5] + random_bytes(16) + one.e2[21:]) for one in reply.letters
        )
        return EnquiryLetterReply(letters=tuple(foreign))


class OtherShare(Lie):
    """Gives one box the share of another."""

    def __init__(self, box16: bytes, share: bytes) -> None:
        self.box16 = box16
        self.share = share

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        is_this = getattr(command, "box16", b"") == self.box16
        return ShareReply(share=self.share) if is_this and isinstance(reply, ShareReply) else reply


class Withholds(Lie):
    """Shows one box as if nothing stood in it."""

    def __init__(self, box16: bytes) -> None:
        self.box16 = box16

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, ReadReply) and getattr(command, "box16", b"") == self.box16:
            return replace(reply, rows=(), head_n=0)
        return reply


class Plays(Lie):
    """Tells one counsellor that everything went well, and shows them a box of their own."""

    def __init__(self, line: int, box16: bytes) -> None:
        self.line = line
        self.box16 = box16
        self.has_begun = False  # the box of their own
        # As the truth was, before it began.
        self.share: ShareReply | None = None
        self.page: ReadReply | None = None
        self.rows: tuple[Numbered, ...] = ()

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply:
        command = sent.command
        if line.number != self.line:
            return sent
        if isinstance(command, EnquiryAccept):
            return EnquiryAcceptReply(until_ms=1)
        if isinstance(command, EnquiryTaken):
            return Done()
        return self._in_box(sent) if getattr(command, "box16", b"") == self.box16 else sent

    def _in_box(self, sent: CommandFrame) -> CommandFrame | Reply:
        command = sent.command
        if isinstance(command, Commit | Post):
            n = self.rows[-1].n + 1
            self.rows = (*self.rows, Numbered(n=n, e1=command.e1))
            self.has_begun = True
            return NumberReply(n=n)
        if isinstance(command, GetShare) and self.share is not None and self.has_begun:
            return self.share
        if isinstance(command, Read) and self.page is not None and self.has_begun:
            rows = tuple(one for one in self.rows if one.n >= command.start)
            return replace(self.page, rows=rows, head_n=self.rows[-1].n)
        return sent

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        is_it = line.number == self.line and getattr(command, "box16", b"") == self.box16
        if is_it and isinstance(reply, ShareReply):
            self.share = reply
        if is_it and isinstance(reply, ReadReply) and reply.rows:
            self.page, self.rows = reply, reply.rows
        return reply

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        """Nor that somebody else has it."""
        if line.number != self.line:
            return (event,)
        is_row = isinstance(event, EnquiryRowChanged) and event.row.state != EnquiryState.OPEN
        is_envelope = isinstance(event, EnvelopeStored) and event.box16 == self.box16
        return () if is_row or is_envelope else (event,)


class Hides(Lie):
    """Keeps the takeover from the seeker; `is_closed_up`: the rest moves up one place."""

    def __init__(self, line: int, *, is_closed_up: bool) -> None:
        self.line = line
        self.step = int(is_closed_up)

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        if line.number != self.line or not isinstance(event, EnvelopeStored):
            return (event,)
        if event.n == TAKEOVER_N:
            return ()
        return (replace(event, n=event.n - self.step if event.n > TAKEOVER_N else event.n),)

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if line.number != self.line or not isinstance(reply, ReadReply):
            return reply
        kept = tuple(one for one in reply.rows if one.n < TAKEOVER_N)
        later = tuple(replace(one, n=one.n - self.step) for one in reply.rows if one.n > TAKEOVER_N)
        return replace(reply, rows=(*kept, *later))


# --- places -----------------------------------------------------------------------------------


class Steers(Lie):
    """Nobody has a place but one, and that one steps in."""

    def __init__(self, whom: bytes) -> None:
        self.whom = whom

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply | ErrorCode | bytes:
        if not isinstance(command, Takers):
            return reply
        taker = Taker(subject16=self.whom, is_open=1, is_regulars_only=0)
        return TakersReply(takers=(taker,), fallback=self.whom)


# --- called back ------------------------------------------------------------------------------


class Forgets(Lie):
    """Says that a commit stands, and does not store it."""

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply:
        return NumberReply(n=9) if isinstance(sent.command, Commit) else sent
