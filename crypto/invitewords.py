"""How an invitation of a seeker is written: six words, spoken or behind the "#" of a link.

    words = 6 of one of the two lists, 66 bits; secret = `invitation.secret_from_words`
    link  = <base>/p/<portal>/zugang#einladung=<words with "-" between>; in English <base>/en/p/...

One form for the telephone, for paper and for a message, so that nobody has to choose. A browser
sends no fragment to anybody. When it ends is known to the relay and to the inviter's client.
"""

from __future__ import annotations

import re

from crypto.passphrase import BadCharacter, TooLong, TooShort, generate
from crypto.random import Rand, random_bytes
from crypto.symbols import Mistyped
from crypto.words import LANGUAGES, Language
from crypto.words import words as words_of

WORDS = 6
VALID_HOURS = 48
FRAGMENT = "einladung="

_PREFIXES: dict[Language, str] = {"de": "", "en": "/en"}
# What people put between words, and what a page keeps of a pasted line.
_BETWEEN = re.compile(r"[\s\u00a0\-\u2010-\u2014.,;+_]+")


def new_words(language: Language, rand: Rand = random_bytes) -> str:
    """Draw six words, with spaces between."""
    return generate(language, rand, WORDS)


def link(base: str, slug: str, words: str, language: Language = "de") -> str:
    """Return the whole address of a portal's access page; `base` is where people reach us."""
    page = f"{base.rstrip('/')}{_PREFIXES[language]}/p/{slug}/zugang"
    return f"{page}#{FRAGMENT}{words.replace(' ', '-')}"


def read(typed: str) -> str:
    """Read a link, what stands behind its "#", or typed words; returns them with spaces between.

    BadCharacter, TooShort or TooLong for anything but six words of letters, Mistyped for a word
    that is on neither list; whether they are right is only known at the service.
    """
    text = typed.rpartition(FRAGMENT)[2].strip()
    words = [one for one in _BETWEEN.split(text.lower()) if one]
    if not all(one.isascii() and one.isalpha() for one in words):
        raise BadCharacter("not a word of our lists")
    if len(words) < WORDS:
        raise TooShort("fewer than six words")
    if len(words) > WORDS:
        raise TooLong("more than six words")
    known = (words_of(language) for language in LANGUAGES)
    if not any(set(words) <= set(one) for one in known):
        raise Mistyped("not words of one of our lists")
    return " ".join(words)
