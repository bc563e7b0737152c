"""The root file on paper: each key as words from our own list, with a check.

A 32-byte key is 24 words (256 bits and 8 check bits), a 16-byte id 12 words (128 and 4). The check
covers what the words are for, so that root and standby cannot change places. It finds slips of the
pen, not attacks: whoever holds the paper holds the keys.
"""

from __future__ import annotations

import hashlib
from typing import Final, get_args

from clientlib.org import Root
from crypto import fingerprint
from crypto.errors import BadLength, RemoteError
from crypto.keys import SignPublic, SignSecret
from crypto.words import Language
from crypto.words import words as word_list

# What stands on the paper: purpose and size in bytes, in this order.
PARTS: Final = (("root", 32), ("standby", 32), ("operator", 32), ("deployment", 16))
# On the paper of a root that took the first one's place: the first one's public key.
FIRST: Final = ("first", 32)
_BITS_PER_CHECK_BIT = 32


class WrongWord(RemoteError):
    """A word that is not in the list, or words that do not belong together."""

    code = "wrong_word"


def to_words(raw: bytes, purpose: str, language: Language) -> tuple[str, ...]:
    """Return 24 words for 32 bytes, 12 for 16."""
    return fingerprint.words(raw + _check(raw, purpose), word_count(len(raw)), language)


def from_words(typed: str, size_bytes: int, purpose: str, language: Language) -> bytes:
    """Undo `to_words`; BadLength for another number of words, WrongWord where the check fails."""
    spoken = typed.lower().split()
    if len(spoken) != word_count(size_bytes):
        raise BadLength(f"{word_count(size_bytes)} words are needed, not {len(spoken)}")
    indices = {word: index for index, word in enumerate(word_list(language))}
    number = 0
    for place, word in enumerate(spoken, start=1):
        if word not in indices:
            raise WrongWord(f"word {place} is not in the list")
        number = number << fingerprint.WORD_BITS | indices[word]
    check_bits = _check_bits(size_bytes)
    raw = (number >> check_bits).to_bytes(size_bytes, "big")
    if number & ((1 << check_bits) - 1) != _check(raw, purpose)[0] >> (8 - check_bits):
        raise WrongWord("the words do not belong together")
    return raw


def word_count(size_bytes: int) -> int:
    """Return how many words a key of this size has."""
    return (size_bytes * 8 + _check_bits(size_bytes)) // fingerprint.WORD_BITS


def paper_of(root: Root) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return purpose and words of everything in a root file."""
    language = language_of(root.language)
    raws = (root.root.raw, root.standby.raw, root.operator, root.deployment_id)
    parts = [(purpose, raw) for (purpose, _), raw in zip(PARTS, raws, strict=True)]
    if root.first is not None:
        parts.append((FIRST[0], root.first.raw))
    return tuple((purpose, to_words(raw, purpose, language)) for purpose, raw in parts)


def root_of(paper: dict[str, str], language: Language) -> Root:
    """Return the root file that was written down; errors as `from_words`."""
    root, standby, operator, deployment_id = (
        from_words(paper[purpose], size, purpose, language) for purpose, size in PARTS
    )
    purpose, size = FIRST
    first = from_words(paper[purpose], size, purpose, language) if purpose in paper else b""
    return Root(
        root=SignSecret(root),
        standby=SignSecret(standby),
        operator=operator,
        deployment_id=deployment_id,
        language=language,
        first=SignPublic(first) if first else None,
    )


def language_of(name: str) -> Language:
    """Return a language that we have a list for."""
    for language in get_args(Language):
        if language == name:
            found: Language = language
            return found
    raise WrongWord("no word list for this language")


def _check(raw: bytes, purpose: str) -> bytes:
    return hashlib.sha256(f"vieraugen {purpose}\n".encode("ascii") + raw).digest()[:1]


def _check_bits(size_bytes: int) -> int:
    return size_bytes * 8 // _BITS_PER_CHECK_BIT
