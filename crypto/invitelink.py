"""How an invitation of staff is written: the fragment of a link, or a code to type (section 4).

    facts   = secret 16 || hour 22 bits: from this hour since the epoch on it counts no more
    written = 30 symbols of Crockford's base32 || 2 check symbols, the first 10 bits of
              HASH("invite-check", the 30 symbols), in groups of 4
    link    = <base>/team/einladung#<written>, in English <base>/en/team/einladung#<written>

A browser sends no fragment to anybody. Both clients look at the hour: the newcomer's before it
leaves keys, the inviter's, which drew it, before it signs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto import labels, symbols
from crypto.errors import BadLength, LocalError
from crypto.invitation import SECRET_BYTES, new_secret
from crypto.random import Rand, random_bytes
from crypto.words import Language

VALID_HOURS = 7 * 24
WRITTEN_SYMBOLS = 32

_CHECK_SYMBOLS = 2
_FACT_SYMBOLS = WRITTEN_SYMBOLS - _CHECK_SYMBOLS
_HOUR_BITS = _FACT_SYMBOLS * symbols.SYMBOL_BITS - SECRET_BYTES * 8
_HOUR_MS = 3_600_000
_PATHS: dict[Language, str] = {"de": "/team/einladung", "en": "/en/team/einladung"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """The secret, 16 bytes, and the hour since the epoch from which on it counts no more."""

    secret: bytes = field(repr=False)
    expires_hour: int

    def is_over(self, now_ms: int) -> bool:
        """Tell whether it has run out."""
        return now_ms >= self.expires_hour * _HOUR_MS


def new_invitation(now_ms: int, rand: Rand = random_bytes) -> Invitation:
    """Draw an invitation for the next 7 days, to the hour."""
    return Invitation(secret=new_secret(rand), expires_hour=now_ms // _HOUR_MS + VALID_HOURS)


def written(invitation: Invitation) -> str:
    """Return the 32 symbols, as they are copied or typed."""
    if len(invitation.secret) != SECRET_BYTES:
        raise BadLength("invitation secret")
    if not 0 <= invitation.expires_hour < 1 << _HOUR_BITS:
        raise LocalError("no hour of an invitation")
    number = int.from_bytes(invitation.secret, "big") << _HOUR_BITS | invitation.expires_hour
    size_bits = _FACT_SYMBOLS * symbols.SYMBOL_BITS
    spare_bits = -size_bits % 8
    facts = symbols.symbols(
        (number << spare_bits).to_bytes((size_bits + spare_bits) // 8, "big"), _FACT_SYMBOLS
    )
    return symbols.grouped(facts + symbols.check_of(facts, labels.INVITE_CHECK, _CHECK_SYMBOLS))


def link(base: str, invitation: Invitation, language: Language = "de") -> str:
    """Return the whole address; `base` is where people reach the service."""
    return f"{base.rstrip('/')}{_PATHS[language]}#{written(invitation)}"


def read(typed: str) -> Invitation:
    """Read a link or what stands behind its "#"; refusals as `symbols.read`."""
    text = typed.rpartition("#")[2]
    number = symbols.number_of(
        symbols.read(text, _FACT_SYMBOLS, labels.INVITE_CHECK, _CHECK_SYMBOLS)
    )
    secret = (number >> _HOUR_BITS).to_bytes(SECRET_BYTES, "big")
    return Invitation(secret=secret, expires_hour=number & (1 << _HOUR_BITS) - 1)
