"""Commands that belong to no room.

anyone -> relay   ping        {}                     -> {now_ms}      heartbeat and clock offset
anyone -> relay   challenge   {command}              -> {challenge, difficulty, expires_ms}
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from crypto.wire.base import Command, Credential, Reply, command
from crypto.wire.fields import Bytes32, Ms, TextUpTo, UintUpTo


@dataclass(frozen=True, slots=True, kw_only=True)
class Pong(Reply):
    """The relay's clock."""

    now_ms: Ms


@command("ping", Credential.NONE, Pong)
@dataclass(frozen=True, slots=True, kw_only=True)
class Ping(Command[Pong]):
    """Heartbeat of the client, every 10 s; its answer also measures the clock offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeReply(Reply):
    """A stamp's challenge: find x with `difficulty` leading zero bits (section 3)."""

    challenge: Bytes32
    difficulty: Annotated[int, UintUpTo(20)]
    expires_ms: Ms


@command("challenge", Credential.NONE, ChallengeReply)
@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge(Command[ChallengeReply]):
    """Ask for a challenge before a stamped command."""

    command: Annotated[str, TextUpTo(40)]
