"""Invitations of seekers: a new access to an own conversation (protocol section 4).

    counsellor -> relay  invite         {join_id16} -> {expires_hour}
                         invite_read    {join_id16} -> {answers}     then events
                         invite_ticket  {join_id16, ticket16} -> {}  the ticket obeys the newcomer
                         invite_end     {join_id16} -> {}            confirmed, or thrown away
    newcomer -> relay    invite_look    {join_id16} -> {expires_hour, is_answered}
                         invite_answer  {join_id16, keys, hashes, mac, stamp} -> {}
    by the cap left      invite_letters {inbox16} -> {letters}       then events
    with the answer      invite_done    {inbox16} -> {}              read and kept: letters go
    relay -> counsellor  invite_answered {join_id16}
    relay -> newcomer    letter {inbox16}

An invitation lasts 48 hours and is answered once. It belongs to who gave it out; one that never
was, has ended, is somebody else's or too old is refused alike (`unknown`). Staff come by
`invitation_answer` (room staff).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from crypto.wire.base import (
    COUNSELLING_ROLES,
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
from crypto.wire.boxes import StoredLetter
from crypto.wire.fields import Bin, Bytes16, Bytes32, Hour, ListUpTo, StampField, UintUpTo

# WELCOME and GRANT; a repeat after a lost answer may leave a second pair.
MAX_LETTERS = 8
InvitedKem = Annotated[bytes, Bin(1216, 1216)]


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteReply(Reply):
    """From this hour on it counts no more."""

    expires_hour: Hour


@command("invite", Credential.STAFF, InviteReply, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class Invite(Command[InviteReply]):
    """Let one answer be left at this join id, for 48 hours; the same again gives the same hour."""

    join_id16: Bytes16


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteAnswered(Record):
    """What a newcomer left; the inviter's client checks `mac` before it commits."""

    sign_pk: Bytes32
    kem_pk: InvitedKem
    cap_hash: Bytes32
    mac: Bytes32


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteReadReply(Reply):
    """The answer, when there is one."""

    answers: Annotated[tuple[InviteAnswered, ...], ListUpTo(1)]
    expires_hour: Hour


@command("invite_read", Credential.STAFF, InviteReadReply, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class InviteRead(Command[InviteReadReply]):
    """Look at an own invitation and stay subscribed to `invite_answered`."""

    join_id16: Bytes16


@command("invite_ticket", Credential.STAFF, Done, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class InviteTicket(Command[Done]):
    """Before the commit: from now on the own written ticket obeys who answered, and nobody before.

    Relay and inviter never see ticket and box side by side: the hash moves from the answer into the
    ticket. Repeating is harmless; `wrong_state` while nobody has answered, `forbidden` for a
    colleague's ticket.
    """

    join_id16: Bytes16
    ticket16: Bytes16


@command("invite_end", Credential.STAFF, Done, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class InviteEnd(Command[Done]):
    """It has done its work, or is not wanted any more; repeating is harmless.

    Where no letter has been sent to who answered, their inbox ends too.
    """

    join_id16: Bytes16


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteLookReply(Reply):
    """It counts until that hour; `is_answered`: only the same keys may be left again."""

    expires_hour: Hour
    is_answered: Annotated[int, UintUpTo(1)]


@command("invite_look", Credential.NONE, InviteLookReply, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class InviteLook(Command[InviteLookReply]):
    """Ask whether it counts, before an access is made for it."""

    join_id16: Bytes16


@command(
    "invite_answer",
    Credential.NONE,
    Done,
    stamped=True,
    max_bytes=8_192,
    audience=Audience.ACCOUNT,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class InviteAnswer(Command[Done]):
    """Leave the newcomer's keys for the inviter; the same again is harmless, others are `taken`.

    `ticket_hash` is that of the newcomer's ticket capability, for `invite_ticket`.
    """

    join_id16: Bytes16
    sign_pk: Bytes32
    kem_pk: InvitedKem
    cap_hash: Bytes32
    ticket_hash: Bytes32
    mac: Bytes32
    stamp: StampField


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteLettersReply(Reply):
    """The oldest letters of this inbox; none while the inviter has not confirmed."""

    letters: Annotated[tuple[StoredLetter, ...], ListUpTo(MAX_LETTERS)]


@command("invite_letters", Credential.BOX, InviteLettersReply, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class InviteLetters(Command[InviteLettersReply]):
    """Read the inbox by the capability left with the answer; stays subscribed to `letter`.

    `unknown` once the inviter has refused, or nobody confirmed in time.
    """

    inbox16: Bytes16


@command("invite_done", Credential.BOX, Done, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class InviteDone(Command[Done]):
    """What the letters said is kept: they go, and the inbox with them; repeating is harmless."""

    inbox16: Bytes16


@event("invite_answered", audience=Audience.STAFF)
@dataclass(frozen=True, slots=True, kw_only=True)
class InviteAnsweredNow(Event):
    """Somebody has answered an own invitation, or it has ended: read it."""

    join_id16: Bytes16
