"""Staff: invitations, profiles, duty, portals (protocol section 4).

newcomer -> relay    invitation_answer {join_id, sign_pk, kem_pk, cap_hash, mac, stamp} -> {}
admin -> relay       invitation_read   {join_id} -> {sign_pk, kem_pk, cap_hash, mac, expires_hour}
counsellor -> relay  profile_put {profile, signature, picture} -> {}
anyone -> relay      profiles    {team16}    -> {profiles}
anyone -> relay      profile_picture {team16, subject16} -> {picture}   when its row is looked at
counsellor -> relay  duty        {portals, on} -> {until_ms}     a lease: repeat to renew
anyone -> relay      portal_state {portal16} -> {open, waiting, on_duty, next_open_ms, closes_ms}
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
    Record,
    Reply,
    Role,
    command,
)
from crypto.wire.fields import (
    Bin,
    Bytes16,
    Bytes32,
    Bytes64,
    Hour,
    ListUpTo,
    Ms,
    StampField,
    Uint,
    UintUpTo,
)

KemPublicField = Annotated[bytes, Bin(1216, 1216)]
# crypto/profile.py: a name, a status and two texts of 4 bytes a character, and what lies around.
ProfileField = Annotated[bytes, Bin(1, 5_120)]
# As picture.MAX_PICTURE_BYTES, which the wire must not load.
MAX_PICTURE_BYTES = 24 * 1024
Flag = Annotated[int, UintUpTo(1)]


@command(
    "invitation_answer",
    Credential.NONE,
    Done,
    stamped=True,
    max_bytes=8_192,
    audience=Audience.STAFF,
)
@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationAnswer(Command[Done]):
    """Leave the newcomer's public keys at the join id; works once, 7 days for staff."""

    join_id16: Bytes16
    sign_pk: Bytes32
    kem_pk: KemPublicField
    cap_hash: Bytes32
    mac: Bytes32
    stamp: StampField


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationReadReply(Reply):
    """What the newcomer left; the inviter's client checks `mac` before it signs anything."""

    sign_pk: Bytes32
    kem_pk: KemPublicField
    cap_hash: Bytes32
    mac: Bytes32
    expires_hour: Hour


@command("invitation_read", Credential.STAFF, InvitationReadReply, roles=(Role.ADMIN,))
@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRead(Command[InvitationReadReply]):
    """Fetch an answered invitation."""

    join_id16: Bytes16


@command("profile_put", Credential.STAFF, Done, roles=COUNSELLING_ROLES, max_bytes=32_768)
@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePut(Command[Done]):
    """Publish the own signed profile; its counter must rise, else conflict.

    `picture` is the one whose hash the profile states, empty where it states none.
    """

    profile: ProfileField
    signature: Bytes64
    picture: Annotated[bytes, Bin(0, MAX_PICTURE_BYTES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedProfile(Record):
    """A profile as its subject signed it; the relay adds whether a live chat would find them."""

    subject16: Bytes16
    profile: ProfileField
    signature: Bytes64
    on_duty: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilesReply(Reply):
    """The profiles of a team's current members; to one of them, also of who may be admitted."""

    profiles: Annotated[tuple[SignedProfile, ...], ListUpTo(200)]


@command("profiles", Credential.NONE, ProfilesReply)
@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles(Command[ProfilesReply]):
    """Fetch the public profiles of a team."""

    team16: Bytes16


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePictureReply(Reply):
    """A picture; the client compares it with the hash in the signed profile."""

    picture: Annotated[bytes, Bin(1, MAX_PICTURE_BYTES)]


@command("profile_picture", Credential.NONE, ProfilePictureReply, audience=Audience.ACCOUNT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePicture(Command[ProfilePictureReply]):
    """Fetch one picture of a team's current members; unknown where there is none."""

    team16: Bytes16
    subject16: Bytes16


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyReply(Reply):
    """The lease ends then unless renewed; 0 after leaving."""

    until_ms: Ms


@command("duty", Credential.STAFF, DutyReply, roles=COUNSELLING_ROLES)
@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Command[DutyReply]):
    """Be reachable for live chats of these portals, or (`on` 0) no longer."""

    portals: Annotated[tuple[Bytes16, ...], ListUpTo(64)]
    on: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalStateReply(Reply):
    """Open when the hours say so and somebody is on duty.

    `next_open_ms` is 0 while the hours run and when none are planned; `closes_ms`, the end of the
    hours that run, is 0 while none run and where they never end.
    """

    open: Flag
    waiting: Uint
    on_duty: Uint
    next_open_ms: Ms
    closes_ms: Ms


@command("portal_state", Credential.NONE, PortalStateReply)
@dataclass(frozen=True, slots=True, kw_only=True)
class PortalState(Command[PortalStateReply]):
    """Ask whether a portal's live chat is open."""

    portal16: Bytes16
