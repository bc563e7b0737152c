"""What a seeker's account remembers of the contact data that they left for the leads.

in an enquiry's note    empty, or [n, at_ms, e-mail, phone]

The letter itself opens only to the leads, so this is what every device shows and changes. `n`
counts the changes; both empty: they were deleted. Its twin is the end of
web/js/features/enquiries/leavingcontact.js.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from crypto import encoding
from crypto.contact import MAX_EMAIL_BYTES, MAX_N, MAX_PHONE_CHARS
from crypto.passphrase import TooLong

# Gently: what is surely no address or number is told, nothing is looked up.
_EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
_PHONE = re.compile(r"[+]?[0-9 ()/.-]*")
_MIN_DIGITS = 5


class UnfitContact(ValueError):
    """What was typed is no e-mail address (`email`) or no telephone number (`phone`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftContact:
    """What was left as the `n`-th version, at `at_ms`; 0 before there was any."""

    n: int = 0
    at_ms: int = 0
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)

    @property
    def is_there(self) -> bool:
        """Tell whether something is left."""
        return bool(self.email or self.phone)

    def encode(self) -> bytes:
        """Return the bytes in the note; empty before there was any."""
        if not self.n:
            return b""
        return encoding.encode([self.n, self.at_ms, self.email, self.phone])

    @staticmethod
    def decode(raw: bytes) -> LeftContact:
        """Read the bytes in the note."""
        if not raw:
            return LeftContact()
        n, at_ms, email, phone = encoding.decode_array(raw, 4)
        return LeftContact(
            n=encoding.uint(n, MAX_N),
            at_ms=encoding.uint(at_ms),
            email=encoding.text(email, MAX_EMAIL_BYTES),
            phone=encoding.text(phone, MAX_PHONE_CHARS),
        )


def checked_contact(email: str, phone: str) -> tuple[str, str]:
    """Return what would be left of what was typed; UnfitContact or TooLong, which name the field.

    Either may be empty.
    """
    email, phone = _line(email), _line(phone)
    if len(email.encode("utf-8")) > MAX_EMAIL_BYTES or len(phone) > MAX_PHONE_CHARS:
        raise TooLong
    if email and not _EMAIL.fullmatch(email):
        raise UnfitContact("email")
    digits = sum(one.isdecimal() for one in phone)
    if phone and (digits < _MIN_DIGITS or not _PHONE.fullmatch(phone)):
        raise UnfitContact("phone")
    return email, phone


def _line(typed: str) -> str:
    """As it is encoded: a lone surrogate becomes U+FFFD, and every character its one form."""
    whole = typed.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unicodedata.normalize("NFC", whole.strip())
