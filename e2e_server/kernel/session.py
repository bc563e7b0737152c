"""Bytes in, actions out: everything that can be refused before a room is asked. Pure.

Order: rate, size, shape, name, the command's own size, credential. What cannot be read is refused
with the number that its head shows, else 0; after `MAX_OFFENCES` malformed frames, or
`MAX_RATE_OFFENCES` too many, the line is cut.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crypto.encoding import MAX_UINT
from crypto.errors import RemoteError
from crypto.wire.base import DEFAULT_MAX_BYTES, Command, Credential
from crypto.wire.codec import (
    BadFields,
    CommandFrame,
    UnknownCommand,
    decode_command,
    encode_refusal,
)
from crypto.wire.errors import ErrorCode
from e2e_server.kernel.limits import Bucket

MAX_OFFENCES = 3
MAX_RATE_OFFENCES = 100
CREDENTIAL_BYTES = 32
BURST_COMMANDS = 200
COMMANDS_PER_S = 40
# WebSocket close code 1008: policy violation.
CLOSE_POLICY = 1008
_FRAME_OVERHEAD_BYTES = 64
_WITH_CAPABILITY = (Credential.TICKET, Credential.BOX)
Commands = Mapping[str, type[Command[Any]]]


@dataclass(frozen=True, slots=True)
class Perform:
    """A command that may go to dispatch."""

    request: int
    command: Command[Any]
    credential: bytes


@dataclass(frozen=True, slots=True)
class Send:
    """A frame for the client."""

    frame: bytes


@dataclass(frozen=True, slots=True)
class HangUp:
    """Cut the line with this WebSocket close code."""

    code: int


Action = Perform | Send | HangUp


def largest_frame_bytes(commands: Commands) -> int:
    """Return the size beyond which no command is ever accepted."""
    return _FRAME_OVERHEAD_BYTES + max(one.META.max_bytes for one in commands.values())


class Session:
    """The state of one connection that concerns frames: its rate and its offences."""

    def __init__(self, commands: Commands, now_ms: int) -> None:
        self._commands = commands
        self._bucket = Bucket(BURST_COMMANDS, COMMANDS_PER_S, now_ms)
        self._offences = 0
        self._rate_offences = 0

    def receive(self, raw: bytes, now_ms: int) -> tuple[Action, ...]:
        """Judge one binary frame."""
        retry_ms = self._bucket.take(now_ms)
        if retry_ms:
            # Not decoded: that is what a flood would make expensive.
            return self._slow_down(peek_head(raw).request, retry_ms)
        # Decoding costs far more than receiving, so a large frame must say first what it is.
        if len(raw) > DEFAULT_MAX_BYTES and not self._may_be_large(raw):
            return self._offend(peek_head(raw).request, ErrorCode.TOO_LARGE)
        try:
            frame = decode_command(raw, self._commands)
        except UnknownCommand as error:
            return (Send(encode_refusal(error.request, ErrorCode.UNKNOWN_COMMAND)),)
        except BadFields as error:
            return self._offend(error.request, ErrorCode.MALFORMED)
        except RemoteError:
            return self._offend(0, ErrorCode.MALFORMED)
        code = fault_of(frame, len(raw))
        if code is not None:
            return (Send(encode_refusal(frame.request, code)),)
        return (Perform(frame.request, frame.command, frame.credential),)

    def offend(self) -> tuple[Action, ...]:
        """Judge a frame that is not even binary."""
        return self._offend(0, ErrorCode.MALFORMED)

    def _may_be_large(self, raw: bytes) -> bool:
        """Tell whether the head of `raw` names a command that may be this large."""
        command = self._commands.get(peek_head(raw).name)
        return command is not None and len(raw) <= command.META.max_bytes

    def _slow_down(self, request: int, retry_ms: int) -> tuple[Action, ...]:
        self._rate_offences += 1
        refusal = Send(encode_refusal(request, ErrorCode.RATE_LIMITED, retry_ms))
        if self._rate_offences < MAX_RATE_OFFENCES:
            return (refusal,)
        return (refusal, HangUp(CLOSE_POLICY))

    def _offend(self, request: int, code: ErrorCode) -> tuple[Action, ...]:
        self._offences += 1
        refusal = Send(encode_refusal(request, code))
        if self._offences < MAX_OFFENCES:
            return (refusal,)
        return (refusal, HangUp(CLOSE_POLICY))


def fault_of(frame: CommandFrame, size_bytes: int) -> ErrorCode | None:
    """Judge what a command declares of itself: its largest frame and its kind of credential."""
    meta = frame.command.META
    if size_bytes > meta.max_bytes:
        return ErrorCode.TOO_LARGE
    if meta.credential in _WITH_CAPABILITY:
        return None if len(frame.credential) == CREDENTIAL_BYTES else ErrorCode.UNAUTHORISED
    return ErrorCode.MALFORMED if frame.credential else None


@dataclass(frozen=True, slots=True)
class Head:
    """What the first bytes of a frame show; 0 and "" where they are not a command's."""

    request: int = 0
    name: str = ""


_NO_HEAD = Head()
_UINT_BYTES = {0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8}


def peek_head(raw: bytes) -> Head:
    """Read number and name from the head of a frame without decoding the rest.

    The head is [1, request, name, ...: an array of five, the kind, an unsigned int, a short text.
    """
    if raw[:2] != b"\x95\x01" or len(raw) < 4:
        return _NO_HEAD
    if raw[2] <= 0x7F:
        request, at = raw[2], 3
    elif raw[2] in _UINT_BYTES:
        at = 3 + _UINT_BYTES[raw[2]]
        request = int.from_bytes(raw[3:at], "big")
    else:
        return _NO_HEAD
    if request > MAX_UINT or at + 1 >= len(raw):
        return _NO_HEAD
    if 0xA0 <= raw[at] <= 0xBF:
        start, size = at + 1, raw[at] - 0xA0
    elif raw[at] == 0xD9:
        start, size = at + 2, raw[at + 1]
    else:
        return _NO_HEAD
    return Head(request, raw[start : start + size].decode("ascii", "replace"))
