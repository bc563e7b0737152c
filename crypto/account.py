"""Every key that follows from AMS, the one secret of an account (section 3).

Own public keys are derived, never fetched. How AMS itself is reached stands in `doors.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto import labels
from crypto.errors import LocalError
from crypto.keys import AccountSecret, CapSecret, KemSecret, SignSecret
from crypto.primitives import kdf
from crypto.random import Rand, random_bytes

CONTEXT_BYTES = 16
HANDLE_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationKeys:
    """A member's own secrets for one box, from B; the same on each of their devices."""

    cap: CapSecret
    ticket_cap: CapSecret
    sign: SignSecret
    kem: KemSecret


def new_account_secret(rand: Rand = random_bytes) -> AccountSecret:
    """Draw AMS: for a new account, or in memory only for an unregistered seeker."""
    return AccountSecret(rand(AccountSecret.SIZE_BYTES))


def staff_sign(ams: AccountSecret) -> SignSecret:
    """A colleague's certified signing key."""
    return SignSecret(kdf(ams.raw, labels.STAFF_SIGN))


def staff_kem(ams: AccountSecret) -> KemSecret:
    """A colleague's certified KEM seed."""
    return KemSecret(kdf(ams.raw, labels.STAFF_KEM))


def handle(ams: AccountSecret) -> bytes:
    """16 bytes by which an admin can block an account whose name nobody knows; public."""
    return kdf(ams.raw, labels.HANDLE, size=HANDLE_BYTES)


def conversation(ams: AccountSecret, key_context: bytes) -> ConversationKeys:
    """Derive B = KDF(AMS, "conv", key context), and what stands on it.

    The context is box16, or the join id where the member came by invitation.
    """
    if len(key_context) != CONTEXT_BYTES:
        raise LocalError("a key context has 16 bytes")
    base = kdf(ams.raw, labels.CONVERSATION, key_context)
    return ConversationKeys(
        cap=CapSecret(kdf(base, labels.CAP)),
        ticket_cap=CapSecret(kdf(base, labels.TICKET)),
        sign=SignSecret(kdf(base, labels.SIGN)),
        kem=KemSecret(kdf(base, labels.KEM)),
    )
