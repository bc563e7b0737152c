"""The log of staff statements (protocol section 4), append-only, read whole.

    anyone -> relay   log_publish {leaf, payload}   -> {index}       the signature decides
    anyone -> relay   log_read    {start}           -> {statements, size, checkpoint, cosigned}
    witness -> relay  log_cosign  {size, line}      -> {}            the cosignature decides

A reply holds at most `MAX_STATEMENTS`; the client asks on from where it stands until it has `size`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from crypto.wire.base import (
    Audience,
    Command,
    Credential,
    Done,
    Event,
    Record,
    Reply,
    command,
    event,
)
from crypto.wire.fields import Bin, Leaf, ListUpTo, Payload, TextUpTo, Uint

MAX_STATEMENTS = 256
CheckpointField = Annotated[bytes, Bin(1, 4_096)]
# With the lines of at most 16 witnesses; empty where none is kept.
CosignedField = Annotated[bytes, Bin(0, 10_240)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Record):
    """A leaf of the log with the payload its hash names."""

    leaf: Leaf
    payload: Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPublishReply(Reply):
    """The leaf's place; publishing the same leaf again gives the same place."""

    index: Uint


@command("log_publish", Credential.NONE, LogPublishReply, max_bytes=40_000, audience=Audience.STAFF)
@dataclass(frozen=True, slots=True, kw_only=True)
class LogPublish(Command[LogPublishReply]):
    """Append a statement that its issuer may make at this place; else bad_statement."""

    statement: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class LogReadReply(Reply):
    """Statements from the asked start, the whole size, and the signed-note checkpoint for it.

    `cosigned`: the newest checkpoint under which as many witnesses stand as POLICY asks for.
    """

    statements: Annotated[tuple[Statement, ...], ListUpTo(MAX_STATEMENTS)]
    size: Uint
    checkpoint: CheckpointField
    cosigned: CosignedField


@command("log_read", Credential.NONE, LogReadReply)
@dataclass(frozen=True, slots=True, kw_only=True)
class LogRead(Command[LogReadReply]):
    """Read statements from index `start` on."""

    start: Uint


@command("log_cosign", Credential.NONE, Done, audience=Audience.STAFF)
@dataclass(frozen=True, slots=True, kw_only=True)
class LogCosign(Command[Done]):
    """Hand in a witness's signature line over the checkpoint of `size` leaves."""

    size: Uint
    line: Annotated[str, TextUpTo(400)]


@event("log_grown")
@dataclass(frozen=True, slots=True, kw_only=True)
class LogGrown(Event):
    """The log has a new size; clients that keep a view read on."""

    size: Uint
