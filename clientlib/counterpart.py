"""Whom a seeker gets to see: certified people of a team, under their signed names."""

from __future__ import annotations

from dataclasses import dataclass

from clientlib.relay import RelayClient
from crypto import profile
from crypto.certificate import Certificate
from crypto.errors import RemoteError
from crypto.logview import LogView
from crypto.wire.staff import Profiles, SignedProfile


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


def _signed_name(profiles: tuple[SignedProfile, ...], certificate: Certificate) -> str:
    for signed in profiles:
        if signed.subject16 == certificate.subject16:
            try:
                return profile.open_profile(
                    certificate.sign_pk, signed.subject16, signed.profile, signed.signature
                ).name
            except RemoteError:
                return ""
    return ""
