"""Pseudonyms and passphrases: the same typed text must give the same bytes everywhere (section 3).

The lists are spelled out and no library's idea of "white space" or "lower case" is used: the two
languages differ in several characters. Code points that Unicode 14.0 does not assign are refused,
because normalisation of those depends on the age of the engine (see `unicode14.py`).
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from itertools import pairwise

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
# From here on a passphrase of one's own is called very good.
VERY_GOOD_CHARS = 24
VERY_GOOD_WORDS = 4
# Fewer different code points than this are a pattern.
MIN_DISTINCT_CHARS = 6
# What a passphrase with the pseudonym in it needs besides.
MIN_OWN_CHARS = 10

# U+0009, 000A, 000D, 0020, 00A0, 2000-200A, 202F, 205F, 3000: each run becomes one space.
_SPACES = frozenset("\t\n\r \xa0\u202f\u205f\u3000") | {chr(c) for c in range(0x2000, 0x200B)}
# A pseudonym has none of Unicode's white space, nor any control character.
_PSEUDONYM_REFUSED = (
    _SPACES
    | {chr(c) for c in range(0x20)}
    | {chr(c) for c in range(0x7F, 0xA0)}
    | frozenset("\u1680\u2028\u2029")
)
_FIRST_NUMBER = 100
_NUMBERS = 900
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


class TooWeak(RemoteError):
    """A passphrase that others try first: a pattern, or the pseudonym again."""

    code = "too_weak"


class Strength(StrEnum):
    """What a person is told of a passphrase they choose."""

    GOOD = "good"
    VERY_GOOD = "very_good"


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


def strength(phrase: str, pseudonym: str) -> Strength:
    """Judge a normalised passphrase that somebody wants to choose; TooWeak for patterns.

    No list of leaked passphrases: the keeper's budget is what stands against guessing. Refused are
    few different characters, one stretch repeated, runs such as "abcdef...", and nothing of its own
    beside the pseudonym.
    """
    lower = phrase.translate(_LOWER)
    if pseudonym in lower and len(lower.replace(pseudonym, "")) < MIN_OWN_CHARS:
        raise TooWeak("the pseudonym again")
    if len(set(phrase)) < MIN_DISTINCT_CHARS or _is_repeated(phrase) or _is_run(phrase):
        raise TooWeak("a pattern")
    words = phrase.count(" ") + 1
    is_long = len(phrase) >= VERY_GOOD_CHARS or words >= VERY_GOOD_WORDS
    return Strength.VERY_GOOD if is_long else Strength.GOOD


def suggest_pseudonym(language: Language, rand: Rand = random_bytes) -> str:
    """Return a pseudonym that is likely free: a word of our list and a number, `kiesel-407`."""
    drawn = rand(4)
    (word,) = words_of(drawn[:2], 1, language)
    return f"{word}-{_FIRST_NUMBER + int.from_bytes(drawn[2:], 'big') % _NUMBERS}"


def generate(language: Language, rand: Rand = random_bytes, words: int = GENERATED_WORDS) -> str:
    """Draw a passphrase of words from our own list, 11 bits each; already normalised."""
    drawn = rand((words * WORD_BITS + 7) // 8)
    return " ".join(words_of(drawn, words, language))


def _is_repeated(phrase: str) -> bool:
    """Tell whether one stretch of at most half the length makes up the whole."""
    # A text is found in its double, shifted by less than its length, exactly if it repeats.
    return (phrase + phrase).find(phrase, 1) <= len(phrase) // 2


def _is_run(phrase: str) -> bool:
    """Tell whether three of four neighbours follow each other, as in "1234" or "dcba"."""
    steps = [ord(b) - ord(a) for a, b in pairwise(phrase)]
    return 4 * sum(step in (1, -1) for step in steps) >= 3 * len(steps)


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
