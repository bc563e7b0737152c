"""Pseudonyms and passphrases: what both languages must read alike, and what both must refuse."""

from __future__ import annotations

from functools import partial
from typing import Any

from crypto import passphrase, unicode14
from tests.vectors.make.common import SeededRand, case, document, outcome

# The white space that becomes one space, and characters that libraries take for white space.
_SPACES = [0x09, 0x0A, 0x0D, 0x20, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000]
_NO_SPACES = [0x0B, 0x0C, *range(0x1C, 0x20), 0x85, 0x1680, 0x180E, 0x200B, 0x2028, 0x2029, 0xFEFF]
# Marks that later versions of Unicode assign; engines of different age normalise around them
# differently. U+0897 and U+1E4EE are of 15.1 and 15, U+1ACF of 17, U+11F42 of 15.
_NEWER = [0x0897, 0x0ECE, 0x1ACF, 0x10D69, 0x10EFD, 0x11F42, 0x1E08F, 0x1E4EE, 0x1E5EE, 0x1FAE8]
_LATEST = [0x0898, 0x08CA, 0x1DFA, 0x10F82, 0x1E2AE]
_NEVER = [0xFDD0, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF, 0x0378, 0x3FFFD]


def cases() -> dict[str, Any]:
    """Normalised texts, refused texts, generated passphrases, the table of assigned points."""
    return document(
        "Normalisation and generation (section 3).",
        [*_passphrases(), *_pseudonyms(), *_strengths(), *_generated(), *_suggested(), *_tables()],
    )


def _passphrases() -> list[dict[str, Any]]:
    table = [
        ("plain", "six words", "apfel birne kirsche traube melone pflaume"),
        ("upper case stays", "only pseudonyms are lowered", "Apfel Birne KIRSCHE"),
        ("decomposed", "NFC", "u\u0308ber a\u0308pfel und o\u0308l"),
        ("order of marks", "NFC", "a\u0323\u0302b and a\u0302\u0323b again"),
        ("hangul", "NFC composes jamo", "\u1112\u1161\u11ab" * 14),
        ("compatibility stays", "not NFKC", "\ufb01lm und \u2460\u2461 und mehr"),
        ("angstrom", "a canonical singleton", "\u212b\u212a\u2126 drei zeichen"),
        ("runs", "one space each, none outside", " \t zwei  drei\r\n\r\nvier \u3000 fünf "),
        ("space with mark", "the mark stays alone", "abcdefghijklmn\u00a0\u0301opq"),
        ("14 after spaces", "counted after normalising", "  abcdefg  hijklm  "),
        ("13 after spaces", "too short", "  abcdefg  hijkl  "),
        ("14 after NFC", "code points, composed", "a\u0308" * 14),
        ("13 after NFC", "26 code points before", "a\u0308" * 13),
        ("emoji", "code points, not UTF-16 units", "\U0001f333" * 14),
        ("13 emoji", "26 UTF-16 units", "\U0001f333" * 13),
        ("256", "the longest", "ab" * 128),
        ("257", "too long", "ab" * 128 + "c"),
        ("256 emoji", "the longest", "\U0001f333" * 256),
        ("empty", "too short", ""),
        ("only spaces", "too short", " \u2003" * 20),
        ("high surrogate", "alone", "abcdefghijklmn\ud83c"),
        ("low surrogate", "alone", "\udf33abcdefghijklmn"),
        ("swapped surrogates", "two lone ones", "\udf33\ud83cabcdefghijklmn"),
        ("private use", "assigned for good", "\ue000abcdefghijklmn"),
        ("control characters stay", "not white space to us", "abcdefghijklmn\x00\x7f\x9f"),
    ]
    table += [(f"space {c:04x}", "becomes U+0020", f"abcdefg{chr(c)}hijklmn") for c in _SPACES]
    table += [
        (f"no space {c:04x}", "stays, also outside", f"{chr(c)}abcdefg{chr(c)}hijklmn{chr(c)}")
        for c in _NO_SPACES
    ]
    table += [
        (f"newer {c:04x}", "not in Unicode 14", f"abcdefghijklmn{chr(c)}\u0301") for c in _NEWER
    ]
    table += [
        (f"latest {c:04x}", "new in Unicode 14", f"abcdefghijklmn{chr(c)}\u0323") for c in _LATEST
    ]
    table += [(f"never {c:04x}", "no character", f"abcdefghijklmn{chr(c)}") for c in _NEVER]
    return [_text("passphrase", *row) for row in table]


def _pseudonyms() -> list[dict[str, Any]]:
    table = [
        ("plain", "lower case", "eva"),
        ("ascii lowered", "A to Z only", "EvA.K-7"),
        ("umlaut stays", "not lowered", "ÄÖÜ"),
        ("turkish i stays", "not lowered, not split", "İ\u0130I"),
        ("kelvin sign", "NFC makes it K, then k", "\u212a\u212a\u212a"),
        ("sharp s", "stays", "GROẞ"),
        ("decomposed", "NFC", "Zoe\u0308"),
        ("three emoji", "code points", "\U0001f333\U0001f33f\U0001f335"),
        ("32", "the longest", "a" * 32),
        ("33", "too long", "a" * 33),
        ("2", "too short", "ab"),
        ("2 after NFC", "too short", "a\u0308b"),
        ("empty", "too short", ""),
        ("lone surrogate", "refused", "ab\ud83c"),
        ("nul", "control", "ab\x00c"),
        ("delete", "control", "ab\x7fc"),
        ("c1", "control", "ab\x9fc"),
    ]
    table += [(f"space {c:04x}", "refused", f"ab{chr(c)}c") for c in [*_SPACES, *_NO_SPACES]]
    table += [(f"outer space {c:04x}", "not trimmed", f"{chr(c)}abc") for c in (0x20, 0xA0)]
    table += [(f"newer {c:04x}", "not in Unicode 14", f"abc{chr(c)}") for c in _NEWER]
    return [_text("pseudonym", *row) for row in table]


def _text(operation: str, name: str, comment: str, text: str) -> dict[str, Any]:
    reader = {
        "passphrase": passphrase.normalise,
        "pseudonym": passphrase.normalise_pseudonym,
    }[operation]
    got, value = outcome(partial(reader, text))
    out = None if value is None else {"text": value}
    return case(f"{operation}: {name}", comment, {"op": operation, "text": text}, out, got)


def _generated() -> list[dict[str, Any]]:
    made = []
    for language, count, rand in (
        ("de", 6, bytes(9)),
        ("de", 6, b"\xff" * 9),
        ("en", 6, SeededRand("generate")(9)),
        ("de", 8, SeededRand("generate")(11)),
    ):
        given = {"op": "generate", "language": language, "words": count, "rand": rand}
        text = passphrase.generate(language, lambda _, rand=rand: rand, count)  # type: ignore[arg-type, misc]  # closed set; bound now
        name = f"{count} words, {language}, {rand[:2].hex()}"
        made.append(case(name, "11 bits a word", given, {"text": text}))
    return made


def _suggested() -> list[dict[str, Any]]:
    made = []
    for language, rand in (("de", bytes(4)), ("de", b"\xff" * 4), ("en", SeededRand("name")(4))):
        given = {"op": "suggest_pseudonym", "language": language, "rand": rand}
        text = passphrase.suggest_pseudonym(language, lambda _, rand=rand: rand)  # type: ignore[arg-type, misc]  # closed set; bound now
        assert passphrase.normalise_pseudonym(text) == text
        made.append(
            case(f"suggested, {language}, {rand.hex()}", "word-number", given, {"text": text})
        )
    return made


def _strengths() -> list[dict[str, Any]]:
    table = [
        ("six words", "apfel birne kirsche traube melone pflaume", "good and long"),
        ("four words", "ab cd ef ghijkl", "very good by words"),
        ("23 characters", "xkqvjzwpmrtlhgfdsbncyae", "good"),
        ("24 characters", "xkqvjzwpmrtlhgfdsbncyaeu", "very good by length"),
        ("14 characters", "xkqvjzwpmrtlhg", "the shortest good one"),
        (
            "emoji",
            "\U0001f333\U0001f40c\U0001f525\U0001f34e\U0001f47b\U0001f680" * 2 + "ab",
            "code points",
        ),
        ("five different", "abcdeabcdeabcda", "too few"),
        ("a stretch twice", "geheim1geheim1", "repeated"),
        ("a stretch and a half", "geheimnisgeheim", "not a whole number of times"),
        ("a stretch three times", "qwert!qwert!qwert!", "repeated"),
        ("alphabet", "abcdefghijklmn", "a run"),
        ("numbers down", "9876543210987654", "a run"),
        ("run in half", "abcdefgkxwzqpjm", "no run"),
        ("pseudonym twice", "kiesel-47kiesel-47", "nothing of its own"),
        ("pseudonym in capitals", "KIESEL-47 passt", "ASCII case does not matter"),
        ("pseudonym and more", "kiesel-47 im bach ohne ufer", "enough besides"),
        ("pseudonym and ten", "kiesel-47abcqwxyzv0", "just enough besides"),
        ("pseudonym and nine", "kiesel-47abcqwxyzv", "just too little besides"),
    ]
    made = []
    for name, phrase, comment in table:
        given = {"op": "strength", "text": phrase, "pseudonym": "kiesel-47"}
        got, out = outcome(lambda phrase=phrase: passphrase.strength(phrase, "kiesel-47"))  # type: ignore[misc]  # bound now
        made.append(case(f"strength: {name}", comment, given, out and {"strength": str(out)}, got))
    return made


def _tables() -> list[dict[str, Any]]:
    given = {"op": "edges"}
    return [case("edges", "one string in both languages", given, {"edges": unicode14.EDGES})]
