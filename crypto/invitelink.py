"""How an invitation of staff is written: the fragment of a link, or a code to type (section 4).

    facts   = secret 16 || hour 22 bits: from this hour since the epoch on it counts no more
              || replaces 16, for somebody who comes back: under whom they were certified before
    written = 30 symbols of Crockford's base32 (56 with `replaces`, the last 2 bits zero) || 2 check
              symbols, the first 10 bits of HASH("invite-check", the symbols), in groups of 4
    link    = <base>/team/einladung#<written>, in English <base>/en/team/einladung#<written>

A browser sends no fragment to anybody. Both clients look at the hour: the newcomer's before it
leaves keys, the inviter's, which drew it, before it signs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto import labels, symbols
from crypto.errors import BadLength, LocalError
from crypto.invitation import SECRET_BYTES, new_secret
from crypto.passphrase import TooLong
from crypto.random import Rand, random_bytes
from crypto.statement import SUBJECT_BYTES
from crypto.words import Language

VALID_HOURS = 7 * 24
WRITTEN_SYMBOLS = 32

_CHECK_SYMBOLS = 2
_FACT_SYMBOLS = WRITTEN_SYMBOLS - _CHECK_SYMBOLS
_AGAIN_SYMBOLS = 56
# 278 bits in 56 symbols.
_SPARE_BITS = 2
_HOUR_BITS = _FACT_SYMBOLS * symbols.SYMBOL_BITS - SECRET_BYTES * 8
_HOUR_MS = 3_600_000
_PATHS: dict[Language, str] = {"de": "/team/einladung", "en": "/en/team/einladung"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """The secret, 16 bytes, and the hour since the epoch from which on it counts no more.

    `replaces` is the subject16 of somebody who comes back with another key; else b"".
    """

    secret: bytes = field(repr=False)
    expires_hour: int
    replaces: bytes = b""

    def is_over(self, now_ms: int) -> bool:
        """Tell whether it has run out."""
        return now_ms >= self.expires_hour * _HOUR_MS


def new_invitation(now_ms: int, rand: Rand = random_bytes, *, replaces: bytes = b"") -> Invitation:
    """Draw an invitation for the next 7 days, to the hour."""
    hour = now_ms // _HOUR_MS + VALID_HOURS
    return Invitation(secret=new_secret(rand), expires_hour=hour, replaces=replaces)


def written(invitation: Invitation) -> str:
    """Return the 32 symbols, as they are copied or typed; 58 where somebody comes back."""
    if len(invitation.secret) != SECRET_BYTES:
        raise BadLength("invitation secret")
    if not 0 <= invitation.expires_hour < 1 << _HOUR_BITS:
        raise LocalError("no hour of an invitation")
    if len(invitation.replaces) not in (0, SUBJECT_BYTES):
        raise BadLength("whom an invitation replaces")
    number, count = int.from_bytes(invitation.secret, "big"), _FACT_SYMBOLS
    number = number << _HOUR_BITS | invitation.expires_hour
    if invitation.replaces:
        number, count = number << SUBJECT_BYTES * 8, _AGAIN_SYMBOLS
        number = (number | int.from_bytes(invitation.replaces, "big")) << _SPARE_BITS
    size_bits = count * symbols.SYMBOL_BITS
    bits_to_byte = -size_bits % 8
    raw = (number << bits_to_byte).to_bytes((size_bits + bits_to_byte) // 8, "big")
    facts = symbols.symbols(raw, count)
    return symbols.grouped(facts + symbols.check_of(facts, labels.INVITE_CHECK, _CHECK_SYMBOLS))


def link(base: str, invitation: Invitation, language: Language = "de") -> str:
    """Return the whole address; `base` is where people reach the service."""
    return f"{base.rstrip('/')}{_PATHS[language]}#{written(invitation)}"


def read(typed: str) -> Invitation:
    """Read a link or what stands behind its "#"; refusals as `symbols.read`."""
    text, replaces = typed.rpartition("#")[2], b""
    try:
        number = _number(text, _FACT_SYMBOLS)
    except TooLong:
        number = _number(text, _AGAIN_SYMBOLS)
        if number & (1 << _SPARE_BITS) - 1:
            raise symbols.Mistyped("spare bits") from None
        number >>= _SPARE_BITS
        replaces = (number & (1 << SUBJECT_BYTES * 8) - 1).to_bytes(SUBJECT_BYTES, "big")
        number >>= SUBJECT_BYTES * 8
    secret = (number >> _HOUR_BITS).to_bytes(SECRET_BYTES, "big")
    hour = number & (1 << _HOUR_BITS) - 1
    return Invitation(secret=secret, expires_hour=hour, replaces=replaces)


def _number(text: str, count: int) -> int:
    facts = symbols.read(text, count, labels.INVITE_CHECK, _CHECK_SYMBOLS)
    return symbols.number_of(facts)
