"""A staff member's profile: what seekers and colleagues see of a person (protocol section 4).

    profile = [1, subject16, counter, name, languages, [text de, text en], status, picture]

with SIG "profile"; picture is empty or the hash of a picture (crypto/picture.py). Signed by the
certified key and not logged, so that people change it freely; of two the one with the higher
counter counts. The relay can hold a newer one back, never alter one. Profiles are written by
crypto/ownprofile.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crypto import encoding, labels, primitives
from crypto.errors import BadStatement, NotCanonical
from crypto.keys import SignPublic
from crypto.statement import SUBJECT_BYTES

FORM = 1
MAX_NAME_CHARS = 80
MAX_TEXT_CHARS = 500
MAX_STATUS_CHARS = 80
MAX_LANGUAGES = 8
PICTURE_HASH_BYTES = 32
# In which one can be counselled: ISO 639, in the order of their codes. It can grow with the form.
_CODES = (
    "ar bg bs cs de el en es fa fr hr hu it ku mk nl pl prs ps pt ro ru so sq sr ti tr uk vi zh"
)
LANGUAGES = tuple(_CODES.split())
# Of the texts, in this order.
TEXT_LANGUAGES = ("de", "en")

# Control characters, line separators, invisible and writing-direction signs could make one name
# look like another, or a text run over its place. Ranges and not categories: the two languages
# know different Unicode versions.
UNSAFE = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one person shows. `texts` in the order of TEXT_LANGUAGES; `picture_hash` may be empty;
    `status` is a line like an absence."""

    subject16: bytes
    counter: int
    name: str
    languages: tuple[str, ...] = ()
    texts: tuple[str, str] = ("", "")
    status: str = ""
    picture_hash: bytes = b""

    @staticmethod
    def decode(raw: bytes) -> Profile:
        """Read a profile; NotCanonical for another shape, a size over its limit or a bad sign."""
        form, subject16, counter, name, languages, texts, status, picture = encoding.decode_array(
            raw, 8
        )
        if encoding.uint(form) != FORM:
            raise NotCanonical("a profile of another form")
        german, english = encoding.array(texts, len(TEXT_LANGUAGES))
        profile = Profile(
            subject16=encoding.binary(subject16, SUBJECT_BYTES),
            counter=encoding.uint(counter),
            name=_line(name, MAX_NAME_CHARS),
            languages=_languages(encoding.array(languages)),
            texts=(_text(german), _text(english)),
            status=_line(status, MAX_STATUS_CHARS),
            picture_hash=encoding.binary(picture, 0, PICTURE_HASH_BYTES),
        )
        if not profile.name:
            raise NotCanonical("nobody is called nothing")
        return profile


def open_profile(public: SignPublic, subject16: bytes, raw: bytes, signature: bytes) -> Profile:
    """Return the profile that `public`, certified for `subject16`, signed.

    BadSignature; BadStatement when it is about somebody else; NotCanonical.
    """
    primitives.verify(public, labels.SIG_PROFILE, signature, raw)
    profile = Profile.decode(raw)
    if profile.subject16 != subject16:
        raise BadStatement("a profile of somebody else")
    return profile


def _line(value: encoding.Value, max_chars: int) -> str:
    line = encoding.text(value, max_chars)
    if line != line.strip() or UNSAFE.search(line):
        raise NotCanonical("not a line that can be shown")
    return line


def _text(value: encoding.Value) -> str:
    """Read several lines; nothing but their ends is a control character."""
    found = encoding.text(value, MAX_TEXT_CHARS)
    if UNSAFE.search(found.replace("\n", "")):
        raise NotCanonical("not a text that can be shown")
    return found


def _languages(values: list[encoding.Value]) -> tuple[str, ...]:
    """Read codes of the list, each once, sorted: one choice has one form."""
    if len(values) > MAX_LANGUAGES:
        raise NotCanonical("too many languages")
    chosen = tuple(one for one in LANGUAGES if one in values)
    if list(chosen) != values:
        raise NotCanonical("languages of another list or order")
    return chosen
