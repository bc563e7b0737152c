"""The own profile, written and signed; it is read by crypto/profile.py.

A file of its own, because a seeker's page reads profiles and never writes one.
"""

from __future__ import annotations

from crypto import encoding, labels, primitives
from crypto.keys import SignSecret
from crypto.profile import FORM, Profile


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


def sign_profile(secret: SignSecret, raw: bytes) -> bytes:
    """Sign an encoded profile with the certified key; 64 bytes."""
    return primitives.sign(secret, labels.SIG_PROFILE, raw)
