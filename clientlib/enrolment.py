"""Enrolling staff: what the newcomer leaves, and what the admin looks at before signing.

Twin of web/js/features/enrolment for the newcomer's half; the admin's half exists here only.
Protocol section 4, spec steps I1 to I7.
"""

from __future__ import annotations

from dataclasses import dataclass

from clientlib import org
from clientlib.relay import RelayClient
from clientlib.staff import Staff
from crypto import account, invitation, kem
from crypto.keys import AccountSecret, KemPublic, SignPublic
from crypto.logview import LogView
from crypto.primitives import sign_public
from crypto.random import Rand
from crypto.statement import Role
from crypto.wire.staff import InvitationAnswer, InvitationRead


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """The keys that somebody left who knew the secret; nobody has certified them yet."""

    sign_pk: SignPublic
    kem_pk: KemPublic


async def answer_invitation(
    relay: RelayClient, ams: AccountSecret, secret: bytes, stamp: bytes
) -> None:
    """Leave the newcomer's public keys for the admin who gave out `secret` by hand."""
    sign_pk = sign_public(account.staff_sign(ams))
    kem_pk = kem.public(account.staff_kem(ams))
    # Staff come by certificate; the capability of an invitation is for seekers and groups.
    no_cap = bytes(32)
    await relay.request(
        InvitationAnswer(
            join_id16=invitation.join_id(secret),
            sign_pk=sign_pk.raw,
            kem_pk=kem_pk.raw,
            cap_hash=no_cap,
            mac=invitation.join_mac(secret, sign_pk, kem_pk, no_cap),
            stamp=stamp,
        )
    )


async def newcomer(admin: Staff, secret: bytes) -> Newcomer:
    """Return who answered; BadTag for keys that somebody else put in their place."""
    answer = await admin.relay.request(InvitationRead(join_id16=invitation.join_id(secret)))
    found = Newcomer(sign_pk=SignPublic(answer.sign_pk), kem_pk=KemPublic(answer.kem_pk))
    invitation.check_join(
        secret, answer.mac, sign_pk=found.sign_pk, kem_pk=found.kem_pk, cap_hash=answer.cap_hash
    )
    return found


def subject_of(view: LogView, found: Newcomer) -> bytes | None:
    """Return the person for whom these keys are certified already; None for nobody."""
    for entry in reversed(view.entries):
        one = view.certificate(entry.hash)
        if one is not None and (one.sign_pk, one.kem_pk) == (found.sign_pk, found.kem_pk):
            return one.subject16
    return None


async def approve(
    admin: Staff, secret: bytes, role: Role, now_ms: int, rand: Rand, *, replaces: bytes = b""
) -> bytes:
    """Certify whoever answered, words compared elsewhere; returns the new subject16."""
    found = await newcomer(admin, secret)
    return await org.certify(
        admin, found.sign_pk, found.kem_pk, role, rand(16), now_ms, replaces=replaces
    )
