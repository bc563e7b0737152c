"""Lies about conversations that more than one client is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crypto.wire import boxes
from crypto.wire.base import Command, Event, Reply
from crypto.wire.boxes import EnvelopeStored, GetShare
from crypto.wire.codec import CommandFrame
from crypto.wire.errors import ErrorCode
from crypto.wire.live import TicketResume
from tests.lying.proxy import Lie, Line

# What stands in the place of an envelope: any number of (number, bytes).
Change = Callable[[int, bytes], list[tuple[int, bytes]]]


class Envelopes(Lie):
    """Changes each envelope on its way to a reader, as an event and as a row alike.

    `change` gives what stands there instead: any number of (number, bytes).
    """

    def __init__(self, change: Change) -> None:
        self.change = change

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        if not isinstance(event, EnvelopeStored):
            return (event,)
        return tuple(replace(event, n=n, e1=e1) for n, e1 in self.change(event.n, event.e1))

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(reply, boxes.ReadReply):
            return reply
        told = [pair for row in reply.rows for pair in self.change(row.n, row.e1)]
        return replace(reply, rows=tuple(boxes.Numbered(n=n, e1=e1) for n, e1 in told))


class KnowsNothing(Lie):
    """Says that a living conversation is no more."""

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | ErrorCode:
        if isinstance(sent.command, GetShare | TicketResume):
            return ErrorCode.UNKNOWN
        return sent
