"""Pseudonyms and passphrases: the same typed text must give the same bytes everywhere (section 3).

The lists are spelled out and no library's idea of "white space" or "lower case" is used: the two
languages differ in several characters. Code points that Unicode 14.0 does not assign are refused,
because normalisation of those depends on the age of the engine (see `unicode14.py`).
"""

from __future__ import annotations

import unicodedata

from crypto.errors import RemoteError
from crypto.fingerprint import WORD_BITS
from crypto.fingerprint import words as words_of
from crypto.random import Rand, random_bytes
from crypto.unicode14 import is_assigned
from crypto.words import Language

MIN_PASSPHRASE_CHARS = 14
MAX_PASSPHRASE_CHARS = 256
MIN_PSEUDONYM_CHARS = 3
MAX_PSEUDONYM_CHARS = 32
GENERATED_WORDS = 6

# U+0009, 000A, 000D, 0020, 00A0, 2000-200A, 202F, 205F, 3000: each run becomes one space.
_SPACES = frozenset("\t\n\r \xa0\u202f\u205f\u3000") | {chr(c) for c in range(0x2000, 0x200B)}
# A pseudonym has none of Unicode's white space, nor any control character.
_PSEUDONYM_REFUSED = (
    _SPACES
    | {chr(c) for c in range(0x20)}
    | {chr(c) for c in range(0x7F, 0xA0)}
    | frozenset("\u1680\u2028\u2029")
)
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


class TooShort(RemoteError):
    """The typed text has too few code points."""

    code = "too_short"


class TooLong(RemoteError):
    """The typed text has too many code points."""

    code = "too_long"


class BadCharacter(RemoteError):
    """The typed text holds a code point that is not allowed there."""

    code = "bad_character"


def normalise(text: str) -> str:
    """Return the passphrase as it is hashed: NFC, single spaces, 14 to 256 code points."""
    composed = _composed(text)
    spaced = "".join(" " if c in _SPACES else c for c in composed)
    single = " ".join(word for word in spaced.split(" ") if word)
    return _sized(single, MIN_PASSPHRASE_CHARS, MAX_PASSPHRASE_CHARS)


def normalise_pseudonym(text: str) -> str:
    """Return the pseudonym as it is hashed: NFC, ASCII lower case, 3 to 32 code points.

    White space is refused everywhere and not trimmed: what a person sees is what they type again.
    """
    composed = _composed(text).translate(_LOWER)
    if any(c in _PSEUDONYM_REFUSED for c in composed):
        raise BadCharacter("control character or white space")
    return _sized(composed, MIN_PSEUDONYM_CHARS, MAX_PSEUDONYM_CHARS)


def generate(language: Language, rand: Rand = random_bytes, words: int = GENERATED_WORDS) -> str:
    """Draw a passphrase of words from our own list, 11 bits each; already normalised."""
    drawn = rand((words * WORD_BITS + 7) // 8)
    return " ".join(words_of(drawn, words, language))


def _composed(text: str) -> str:
    for character in text:
        if 0xD800 <= ord(character) <= 0xDFFF or not is_assigned(character):
            raise BadCharacter("surrogate, or newer than Unicode 14")
    return unicodedata.normalize("NFC", text)


def _sized(text: str, minimum: int, maximum: int) -> str:
    if len(text) < minimum:
        raise TooShort
    if len(text) > maximum:
        raise TooLong
    return text
