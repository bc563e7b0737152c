"""Words that people compare by voice or on paper, and dice for passphrases (sections 2 and 4).

One list of 2,048 words a language, so a word is 11 bits. The organisation fixes the language in its
first leaf. Never words over both keys of a pair: a middleman with two keys of their own can make
those collide.
"""

from __future__ import annotations

from crypto import labels
from crypto.errors import LocalError
from crypto.keys import KemPublic, SignPublic
from crypto.primitives import hash_
from crypto.words import Language
from crypto.words import words as word_list

WORD_BITS = 11
COMPARED_WORDS = 8


def words(digest: bytes, count: int, language: Language) -> tuple[str, ...]:
    """WORDS(h, k): the first 11*k bits of `digest`, big-endian, as indices into the list."""
    bits = WORD_BITS * count
    if count < 1 or len(digest) * 8 < bits:
        raise LocalError("too few bits for that many words")
    number = int.from_bytes(digest, "big") >> (len(digest) * 8 - bits)
    mask = (1 << WORD_BITS) - 1
    listed = word_list(language)
    return tuple(listed[number >> WORD_BITS * (count - 1 - index) & mask] for index in range(count))


def organisation_hash(root_pk: SignPublic, standby_pk: SignPublic) -> bytes:
    """HASH("org", root, standby): the one thing that people compare, also as a QR code."""
    return hash_(labels.ORG, root_pk.raw, standby_pk.raw)


def organisation_words(
    root_pk: SignPublic, standby_pk: SignPublic, language: Language
) -> tuple[str, ...]:
    """The organisation fingerprint in 8 words."""
    return words(organisation_hash(root_pk, standby_pk), COMPARED_WORDS, language)


def person_words(sign_pk: SignPublic, kem_pk: KemPublic, language: Language) -> tuple[str, ...]:
    """A colleague's key in 8 words, read out when they are invited."""
    digest = hash_(labels.PERSON, sign_pk.raw, kem_pk.raw)
    return words(digest, COMPARED_WORDS, language)
