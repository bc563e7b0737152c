"""Boxes: the relay itself (protocol section 5).

    ticket cap -> relay  create  {box16, caps, closes_hour} -> {share}       idempotent; a written
                                                                             box: by its own cap
    box cap -> relay     commit  {box16, old_kid, new_kid, e1, caps, out, letters} -> {n}
                         post    {box16, e1}     -> {n}          or stale, closed
                         read    {box16, start}  -> {rows, head_n, box state}     stays subscribed
                         fleeting{box16, e3}     -> {}           fanned out, never stored
                         share   {box16}         -> {share}
                         swap    {box16, new_cap_hash} -> {}     join cap for the own one
                         close   {box16, e1}     -> {close_minute, purge_minute}
                         leave   {box16}         -> {}           drops the own cap
                         box_stock {box16}       -> {counts}     what is still on the server
    staff -> relay       inbox_read {inbox16, start} -> {letters}     letter_delete {letter}
                         letter_send {e2} -> {}              among colleagues: team keys, proposals
    relay -> readers     envelope {box16, n, e1}   fleeting_seen {box16, e3}
                         closed {box16, ...}       purged {box16}
                         letter {inbox16}          a letter has come: read the inbox

Unknown box, unknown capability and a box already purged are refused alike (`unknown`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated

from crypto.wire.base import (
    ALL_RIGHTS,
    STAFF_ROLES,
    Audience,
    Command,
    Credential,
    Done,
    Event,
    Record,
    Reply,
    Right,
    command,
    event,
)
from crypto.wire.fields import (
    Bytes8,
    Bytes16,
    Bytes32,
    CommitEnvelope,
    Envelope,
    FleetingEnvelope,
    Hour,
    LetterEnvelope,
    ListUpTo,
    Minute,
    Ms,
    Opt16,
    Sidx,
    Uint,
    UintUpTo,
)

RightsField = Annotated[int, UintUpTo(ALL_RIGHTS)]
MAX_ROWS = 200


class BoxState(IntEnum):
    """What a reader needs to know of a box."""

    OPEN = 1
    CLOSED = 2


class CloseReason(IntEnum):
    """How a box came to its end; only a signed close message names a person."""

    NONE = 0
    MESSAGE = 1
    TIME_OVER = 2
    LEFT = 3


CloseReasonField = Annotated[int, UintUpTo(3)]
BoxStateField = Annotated[int, UintUpTo(2)]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCap(Record):
    """The hash of a capability, whose member it is, and what it may do.

    With a `team16` it is a team's: it works only under the sign-in of somebody whom that team's
    TEAM lists at that moment, and is not swapped.
    """

    sidx: Sidx
    cap_hash: Bytes32
    rights: RightsField
    team16: Opt16 = b""


CapsField = Annotated[tuple[NewCap, ...], ListUpTo(50)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareReply(Reply):
    """The keeper's 32 bytes for this box; passes through memory only."""

    share: Bytes32


@command("create", Credential.TICKET, ShareReply)
@dataclass(frozen=True, slots=True, kw_only=True)
class Create(Command[ShareReply]):
    """Create the box of a confirmed live ticket, or under a sign-in that of a written enquiry.

    The same again gives the same share. Behind a written box stands no ticket: its credential is
    one of the capabilities in `caps`. A written box closes at `closes_hour` at the latest, and
    once no team's capability is left in it, when it has not been used for the idle period.
    """

    box16: Bytes16
    caps: CapsField
    closes_hour: Hour


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberReply(Reply):
    """The envelope's number in its box; posting the same bytes again gives the same."""

    n: Uint


@command("commit", Credential.BOX, NumberReply, right=Right.COMMIT, max_bytes=3 * 1024 * 1024)
@dataclass(frozen=True, slots=True, kw_only=True)
class Commit(Command[NumberReply]):
    """Move the box to a new epoch, in one transaction; `stale` unless `old_kid` is current.

    `old_kid` is eight zero bytes for the first commit. `caps` are new members' join cap hashes,
    `out` the sidx whose capability ends, `letters` the E2 envelopes of the same step; `ticket16`
    is the written ticket that these belong to. `stale` too for a letter to a team's former key.
    """

    box16: Bytes16
    old_kid: Bytes8
    new_kid: Bytes8
    e1: CommitEnvelope
    caps: CapsField
    out: Annotated[tuple[Sidx, ...], ListUpTo(50)]
    letters: Annotated[tuple[LetterEnvelope, ...], ListUpTo(50)]
    ticket16: Opt16 = b""


@command("post", Credential.BOX, NumberReply, right=Right.POST, max_bytes=80_000)
@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Command[NumberReply]):
    """Number and store one envelope; `stale` when its kid is not the current epoch's."""

    box16: Bytes16
    e1: Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered(Record):
    """An envelope with its number."""

    n: Uint
    e1: CommitEnvelope


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReply(Reply):
    """Envelopes from `start` on (at most MAX_ROWS), the last number, and the box's clock.

    `closes_hour` is when an open box ends if nobody uses it.
    """

    rows: Annotated[tuple[Numbered, ...], ListUpTo(MAX_ROWS)]
    head_n: Uint
    state: BoxStateField
    reason: CloseReasonField
    ends_ms: Ms
    closes_hour: Hour
    close_minute: Minute
    purge_minute: Minute


@command("read", Credential.BOX, ReadReply, right=Right.READ)
@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Command[ReadReply]):
    """Read from a number on and stay subscribed to this box on this connection."""

    box16: Bytes16
    start: Uint


@command("fleeting", Credential.BOX, Done, right=Right.POST)
@dataclass(frozen=True, slots=True, kw_only=True)
class Fleeting(Command[Done]):
    """Fan out an E3 to whoever is connected."""

    box16: Bytes16
    e3: FleetingEnvelope


@command("share", Credential.BOX, ShareReply, right=Right.READ)
@dataclass(frozen=True, slots=True, kw_only=True)
class GetShare(Command[ShareReply]):
    """Fetch the erase share."""

    box16: Bytes16


@command("swap", Credential.BOX, Done, right=Right.READ, audience=Audience.STAFF)
@dataclass(frozen=True, slots=True, kw_only=True)
class Swap(Command[Done]):
    """Exchange a join cap for the hash of the own one; under a sign-in it keeps `keep`."""

    box16: Bytes16
    new_cap_hash: Bytes32


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseReply(Reply):
    """The end, and the minute of the purge, 48 hours later."""

    close_minute: Minute
    purge_minute: Minute


@command("close", Credential.BOX, CloseReply, right=Right.CLOSE, max_bytes=80_000)
@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Command[CloseReply]):
    """Number the close message, push it, then end every right but `keep`."""

    box16: Bytes16
    e1: Envelope


@command("leave", Credential.BOX, Done, over_http=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class Leave(Command[Done]):
    """Drop the own capability; from an unregistered seeker it ends a live chat."""

    box16: Bytes16


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxStockReply(Reply):
    """Exact counts of what the relay holds of a box; `purge_minute` is 0 while it is open."""

    envelopes: Uint
    envelope_bytes: Uint
    caps: Uint
    state: BoxStateField
    closes_hour: Hour
    purge_minute: Minute


@command("box_stock", Credential.BOX, BoxStockReply, right=Right.READ, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class BoxStock(Command[BoxStockReply]):
    """What is still on the server of this conversation, without its files."""

    box16: Bytes16


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLetter(Record):
    """A letter as it lies in an inbox."""

    letter: Uint
    ticket16: Opt16
    e2: LetterEnvelope


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxReadReply(Reply):
    """Letters of this inbox, oldest first."""

    letters: Annotated[tuple[StoredLetter, ...], ListUpTo(MAX_ROWS)]


@command("inbox_read", Credential.STAFF, InboxReadReply, roles=STAFF_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRead(Command[InboxReadReply]):
    """Read the own inbox, or that of a team whose TEAM lists me; stays subscribed to `letter`."""

    inbox16: Bytes16
    start: Uint


@command("letter_delete", Credential.STAFF, Done, roles=STAFF_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class LetterDelete(Command[Done]):
    """Delete a letter that has done its work; repeating is harmless."""

    inbox16: Bytes16
    letter: Uint


@command("letter_send", Credential.STAFF, Done, roles=STAFF_ROLES, max_bytes=150_000)
@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSend(Command[Done]):
    """Leave a letter in a colleague's inbox; the same bytes again are stored once."""

    e2: LetterEnvelope


@event("envelope")
@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeStored(Event):
    """A new envelope, in number order on each connection."""

    box16: Bytes16
    n: Uint
    e1: CommitEnvelope


@event("fleeting_seen")
@dataclass(frozen=True, slots=True, kw_only=True)
class FleetingSeen(Event):
    """An E3 of another member."""

    box16: Bytes16
    e3: FleetingEnvelope


@event("closed")
@dataclass(frozen=True, slots=True, kw_only=True)
class Closed(Event):
    """The box has closed; comes after the close message where there is one."""

    box16: Bytes16
    reason: CloseReasonField
    close_minute: Minute
    purge_minute: Minute


@event("purged")
@dataclass(frozen=True, slots=True, kw_only=True)
class Purged(Event):
    """The box is gone; clients drop what they hold."""

    box16: Bytes16


@event("letter", audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class LetterStored(Event):
    """A letter has come into this inbox."""

    inbox16: Bytes16
