"""A staff member's profile: what seekers see of a person (protocol section 4).

    profile = [subject16, name, picture or empty, languages, text, counter]   with SIG "profile"

Signed by the certified key and not logged, so that people change it freely; of two the one with
the higher counter counts. The relay can hold a newer one back, never alter one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crypto import encoding, labels, primitives
from crypto.errors import BadStatement, NotCanonical
from crypto.keys import SignPublic, SignSecret
from crypto.statement import MAX_LANGUAGE_CHARS, SUBJECT_BYTES

MAX_NAME_CHARS = 80
MAX_TEXT_CHARS = 2000
MAX_PICTURE_BYTES = 48 * 1024
MAX_LANGUAGES = 16

# Control characters, line separators and writing-direction overrides could make one name look
# like another. Ranges and not categories: the two languages know different Unicode versions.
_UNSAFE_IN_NAME = re.compile("[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one person shows; `picture` is an image file or empty."""

    subject16: bytes
    name: str
    picture: bytes = b""
    languages: tuple[str, ...] = ()
    text: str = ""
    counter: int = 0

    def encode(self) -> bytes:
        """Return the bytes that are signed and stored."""
        return encoding.encode(
            [
                self.subject16,
                self.name,
                self.picture,
                list(self.languages),
                self.text,
                self.counter,
            ]
        )

    @staticmethod
    def decode(raw: bytes) -> Profile:
        """Read a profile; NotCanonical for another shape, a size over its limit or a bad name."""
        subject16, name, picture, languages, text, counter = encoding.decode_array(raw, 6)
        profile = Profile(
            subject16=encoding.binary(subject16, SUBJECT_BYTES),
            name=encoding.text(name, MAX_NAME_CHARS),
            picture=encoding.binary(picture),
            languages=tuple(
                encoding.text(one, MAX_LANGUAGE_CHARS) for one in encoding.array(languages)
            ),
            text=encoding.text(text, MAX_TEXT_CHARS),
            counter=encoding.uint(counter),
        )
        if len(profile.picture) > MAX_PICTURE_BYTES or len(profile.languages) > MAX_LANGUAGES:
            raise NotCanonical("picture too large or too many languages")
        if not profile.name or _UNSAFE_IN_NAME.search(profile.name):
            raise NotCanonical("not a name that can be shown")
        return profile


def sign_profile(secret: SignSecret, raw: bytes) -> bytes:
    """Sign an encoded profile with the certified key; 64 bytes."""
    return primitives.sign(secret, labels.SIG_PROFILE, raw)


def open_profile(public: SignPublic, subject16: bytes, raw: bytes, signature: bytes) -> Profile:
    """Return the profile that `public`, certified for `subject16`, signed.

    BadSignature; BadStatement when it is about somebody else; NotCanonical.
    """
    primitives.verify(public, labels.SIG_PROFILE, signature, raw)
    profile = Profile.decode(raw)
    if profile.subject16 != subject16:
        raise BadStatement("a profile of somebody else")
    return profile
