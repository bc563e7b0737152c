"""Whom a seeker gets to see: certified people of a team, under their signed names."""

from __future__ import annotations

from dataclasses import dataclass

from clientlib.relay import RelayClient
from crypto.certificate import Certificate
from crypto.errors import RemoteError
from crypto.logview import LogView
from crypto.picture import open_picture
from crypto.profile import Profile, open_profile
from crypto.wire.staff import ProfilePicture, Profiles, SignedProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """Who accepted, as verified: the certificate, and the name from the signed profile."""

    certificate: Certificate
    name: str


def in_force(view: LogView, subject16: bytes, now_ms: int) -> Certificate | None:
    """Return a person's newest certificate that runs and is not revoked; None without one."""
    every = view.own_certificates(subject16)
    running = [one for one in every if one.revoked_at is None and one.runs_at(now_ms)]
    return running[-1] if running else None


async def name_of(relay: RelayClient, team16: bytes, certificate: Certificate) -> str:
    """Read the display name that the certified key signed; "" when there is none."""
    reply = await relay.request(Profiles(team16=team16))
    return _signed_name(reply.profiles, certificate)


async def readers_of(
    relay: RelayClient, view: LogView, team16: bytes, now_ms: int
) -> tuple[Counterpart, ...]:
    """Return everybody whom TEAM lists: who reads a first request, as is said before sending."""
    current = view.current_team(team16, now_ms)
    listed = [in_force(view, one, now_ms) for one in current.team.members] if current else []
    reply = await relay.request(Profiles(team16=team16))
    return tuple(
        Counterpart(certificate=one, name=_signed_name(reply.profiles, one))
        for one in listed
        if one is not None
    )


async def profile_of(relay: RelayClient, team16: bytes, certificate: Certificate) -> Profile | None:
    """Read what the certified key signed; None where nothing believable is shown."""
    reply = await relay.request(Profiles(team16=team16))
    return _signed(reply.profiles, certificate)


async def picture_of(relay: RelayClient, team16: bytes, shown: Profile) -> bytes:
    """Fetch the picture that a profile states; b"" without one, RemoteError for another."""
    if not shown.picture_hash:
        return b""
    asked = ProfilePicture(team16=team16, subject16=shown.subject16)
    return open_picture(shown.picture_hash, (await relay.request(asked)).picture)


def _signed_name(profiles: tuple[SignedProfile, ...], certificate: Certificate) -> str:
    shown = _signed(profiles, certificate)
    return "" if shown is None else shown.name


def _signed(profiles: tuple[SignedProfile, ...], certificate: Certificate) -> Profile | None:
    for signed in profiles:
        if signed.subject16 == certificate.subject16:
            try:
                return open_profile(
                    certificate.sign_pk, signed.subject16, signed.profile, signed.signature
                )
            except RemoteError:
                return None
    return None
