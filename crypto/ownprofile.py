"""The own profile, written and signed; it is read by crypto/profile.py.

A file of its own, because a seeker's page reads profiles and never writes one.
"""

from __future__ import annotations

import re
import unicodedata

from crypto import encoding, labels, primitives
from crypto.keys import SignSecret
from crypto.profile import FORM, UNSAFE, Profile

_BREAKS = re.compile("[\t\n\v\f\r\u2028\u2029]+")


def encode_profile(profile: Profile) -> bytes:
    """Return the bytes that are signed and stored; NotCanonical when no client would read them."""
    raw = encoding.encode(
        [
            FORM,
            profile.subject16,
            profile.counter,
            profile.name,
            list(profile.languages),
            list(profile.texts),
            profile.status,
            profile.picture_hash,
        ]
    )
    Profile.decode(raw)
    return raw


def clean_line(typed: str) -> str:
    """Return what somebody typed or pasted as one line without signs that nobody sees."""
    return UNSAFE.sub("", _BREAKS.sub(" ", unicodedata.normalize("NFC", typed))).strip()


def clean_text(typed: str) -> str:
    """Return several lines, each without signs that nobody sees."""
    given = re.sub("\r\n?|[\u2028\u2029]", "\n", unicodedata.normalize("NFC", typed))
    lines = given.replace("\t", " ").split("\n")
    return "\n".join(UNSAFE.sub("", line) for line in lines).strip()


def sign_profile(secret: SignSecret, raw: bytes) -> bytes:
    """Sign an encoded profile with the certified key; 64 bytes."""
    return primitives.sign(secret, labels.SIG_PROFILE, raw)
