"""Lies about invitations to a new access, and about the access that is out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crypto.wire.base import Command, Reply
from crypto.wire.boxes import Commit, GetShare, Read, ReadReply, ShareReply, StoredLetter
from crypto.wire.codec import CommandFrame
from crypto.wire.errors import ErrorCode
from crypto.wire.invitations import (
    InviteAnswered,
    InviteLetters,
    InviteLettersReply,
    InviteReadReply,
)
from tests.lying.proxy import Lie, Line


class Leaves(Lie):
    """Puts another answer under every invitation."""

    def __init__(self, left: InviteAnswered) -> None:
        self.left = left

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, InviteReadReply):
            return replace(reply, answers=(self.left,))
        return reply


class NeverStands(Lie):
    """Says each time that another commit was faster."""

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | ErrorCode:
        return ErrorCode.STALE if isinstance(sent.command, Commit) else sent


class NeverConfirmed(Lie):
    """Says that nobody was let in."""

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | ErrorCode:
        return ErrorCode.UNKNOWN if isinstance(sent.command, InviteLetters) else sent


class ServesOn(Lie):
    """Gives one box whole to whoever asks, with whatever capability."""

    def __init__(self, box16: bytes, share: bytes, whole: ReadReply) -> None:
        self.box16 = box16
        self.share = share
        self.whole = whole

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply:
        asked = sent.command
        if isinstance(asked, GetShare) and asked.box16 == self.box16:
            return ShareReply(share=self.share)
        if isinstance(asked, Read) and asked.box16 == self.box16:
            rows = tuple(row for row in self.whole.rows if row.n >= asked.start)
            return replace(self.whole, rows=rows)
        return sent


class ShowsLetters(Lie):
    """Shows these letters in the place of those that came, and gives the box that they are of."""

    def __init__(self, letters: tuple[StoredLetter, ...], box: ServesOn) -> None:
        self.letters = letters
        self.box = box

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply:
        return self.box.command(line, sent)

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, InviteLettersReply):
            return InviteLettersReply(letters=self.letters)
        return reply
