"""Words of fingerprints: bit order, both languages, organisation and person."""

from __future__ import annotations

from functools import partial
from typing import Any

from crypto import fingerprint
from crypto.keys import KemPublic, SignPublic
from crypto.words import LANGUAGES
from tests.vectors.make.common import LOCAL_ERROR, SeededRand, case, document, outcome


def cases() -> dict[str, Any]:
    """Digests to words, then keys to words."""
    return document("Words that people compare (sections 2 and 4).", [*_words(), *_keys()])


def _words() -> list[dict[str, Any]]:
    drawn = SeededRand("fingerprint")(32)
    table = [
        ("all zero", bytes(32), 8),
        ("all ones", b"\xff" * 32, 8),
        ("first bit", b"\x80" + bytes(31), 8),
        ("eleventh bit", b"\x00\x20" + bytes(30), 8),
        ("twelfth bit", b"\x00\x10" + bytes(30), 8),
        ("drawn", drawn, 8),
        ("one word", drawn, 1),
        ("as many as there are", drawn, 23),
        ("one too many", drawn, 24),
        ("none", drawn, 0),
        ("88 bits are 8 words", drawn[:11], 8),
        ("80 bits are not", drawn[:10], 8),
    ]
    made = []
    for language in LANGUAGES:
        for name, digest, count in table:
            got, value = outcome(partial(fingerprint.words, digest, count, language))
            given = {"op": "words", "digest": digest, "count": count, "language": language}
            out = {"words": value} if value else None
            made.append(case(f"{name}, {language}", "big-endian, 11 bits", given, out, got))
    assert sum(item["expect"] == LOCAL_ERROR for item in made) == 3 * len(LANGUAGES)
    return made


def _keys() -> list[dict[str, Any]]:
    rand = SeededRand("fingerprint keys")
    one, other, kem = SignPublic(rand(32)), SignPublic(rand(32)), KemPublic(rand(1216))
    made = []
    for language in LANGUAGES:
        given = {"op": "organisation", "root": one.raw, "standby": other.raw}
        out = {
            "hash": fingerprint.organisation_hash(one, other),
            "words": fingerprint.organisation_words(one, other, language),
        }
        given["language"] = language
        made.append(case(f"organisation, {language}", "8 words", given, out))
        facts = {"op": "person", "sign": one.raw, "kem": kem.raw, "language": language}
        words = fingerprint.person_words(one, kem, language)
        made.append(case(f"person, {language}", "8 words", facts, {"words": words}))
    return made
