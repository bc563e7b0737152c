"""Whom a seeker gets to see: the certified person who accepted, under the signed name."""

from __future__ import annotations

from dataclasses import dataclass

from clientlib.relay import RelayClient
from crypto import profile
from crypto.certificate import Certificate
from crypto.errors import RemoteError
from crypto.wire.staff import Profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """Who accepted, as verified: the certificate, and the name from the signed profile."""

    certificate: Certificate
    name: str


async def name_of(relay: RelayClient, team16: bytes, certificate: Certificate) -> str:
    """Read the display name that the certified key signed; "" when there is none."""
    reply = await relay.request(Profiles(team16=team16))
    for signed in reply.profiles:
        if signed.subject16 == certificate.subject16:
            try:
                return profile.open_profile(
                    certificate.sign_pk, signed.subject16, signed.profile, signed.signature
                ).name
            except RemoteError:
                return ""
    return ""
