"""Typed secrets: one reading in both languages, and the dice."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import passphrase, unicode14
from crypto.errors import RemoteError
from crypto.passphrase import (
    BadCharacter,
    Strength,
    TooLong,
    TooShort,
    TooWeak,
    generate,
    normalise,
    normalise_pseudonym,
    strength,
    suggest_pseudonym,
)
from crypto.words import Language, words
from tests.helpers.vectors import (
    Case,
    ReplayRand,
    SeededRand,
    assert_reproduced,
    name_of,
    vectors,
)

# The Unicode Consortium counts 144,697 characters in version 14.0, without control characters,
# surrogates and private use, which our table counts as assigned too.
_CHARACTERS_14_0 = 144_697
_CONTROLS, _SURROGATES, _PRIVATE_USE = 65, 2_048, 6_400 + 2 * 65_534


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("passphrase")


@pytest.mark.parametrize("case", vectors("passphrase", "passphrase"), ids=name_of)
def test_a_passphrase_is_read_as_in_the_vectors(case: Case) -> None:
    case.check(lambda: {"text": normalise(case.given["text"])})


@pytest.mark.parametrize("case", vectors("passphrase", "pseudonym"), ids=name_of)
def test_a_pseudonym_is_read_as_in_the_vectors(case: Case) -> None:
    case.check(lambda: {"text": normalise_pseudonym(case.given["text"])})


@pytest.mark.parametrize("case", vectors("passphrase", "strength"), ids=name_of)
def test_a_choice_is_judged_as_in_the_vectors(case: Case) -> None:
    judged = (case.given["text"], case.given["pseudonym"])
    case.check(lambda: {"strength": str(strength(*judged))})


@given(st.text(min_size=14, max_size=60))
def test_every_passphrase_is_judged_or_refused(text: str) -> None:
    try:
        phrase = normalise(text)
        judged = strength(phrase, "eva")
    except RemoteError:
        return
    assert judged in set(Strength)


@given(st.text("abcdef", min_size=1, max_size=12), st.integers(2, 12))
def test_a_stretch_again_and_again_is_too_weak(stretch: str, times: int) -> None:
    with pytest.raises(TooWeak):
        strength(stretch * times, "eva")


@pytest.mark.parametrize("language", ["de", "en"])
def test_generated_passphrases_are_very_good(language: Language) -> None:
    for _ in range(200):
        assert strength(generate(language), suggest_pseudonym(language)) is Strength.VERY_GOOD


@pytest.mark.parametrize("case", vectors("passphrase", "suggest_pseudonym"), ids=name_of)
def test_a_pseudonym_is_suggested_as_in_the_vectors(case: Case) -> None:
    rand = ReplayRand(case.bytes_of("rand"))
    case.check(lambda: {"text": suggest_pseudonym(case.given["language"], rand)})


@pytest.mark.parametrize("case", vectors("passphrase", "generate"), ids=name_of)
def test_words_are_drawn_as_in_the_vectors(case: Case) -> None:
    language, count = case.given["language"], case.given["words"]
    rand = ReplayRand(case.bytes_of("rand"))
    case.check(lambda: {"text": generate(language, rand, count)})


@pytest.mark.parametrize("case", vectors("passphrase", "edges"), ids=name_of)
def test_both_languages_hold_one_table(case: Case) -> None:
    case.check(lambda: {"edges": unicode14.EDGES})


# --- the table of Unicode 14 -------------------------------------------------------------------


def test_the_table_is_that_of_unicode_14() -> None:
    # Whatever version this interpreter knows, it knows every character of 14.0; and the number
    # of those is published. Both together leave no room for another table.
    assigned = [code for code in range(0x110000) if unicode14.is_assigned(chr(code))]
    assert len(assigned) == _CHARACTERS_14_0 + _CONTROLS + _SURROGATES + _PRIVATE_USE
    assert all(unicodedata.category(chr(code)) != "Cn" for code in assigned)


@pytest.mark.parametrize("code", [0x0898, 0x1DFA, 0x1FAE7, 0x2B738, 0xE000, 0xD800])
def test_what_14_assigns_counts(code: int) -> None:
    assert unicode14.is_assigned(chr(code))


@pytest.mark.parametrize("code", [0x0897, 0x1FAE8, 0x2B739, 0xFFFF, 0x10FFFF, 0x378])
def test_what_came_later_or_never_does_not(code: int) -> None:
    assert not unicode14.is_assigned(chr(code))


# --- normalising ---------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text(min_size=14, max_size=80))
def test_a_normalised_passphrase_is_a_fixed_point_in_nfc(text: str) -> None:
    try:
        once = normalise(text)
    except (TooShort, TooLong, BadCharacter):
        return
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip(" ")
    assert "  " not in once


@settings(deadline=None)
@given(st.text(min_size=3, max_size=40))
def test_a_normalised_pseudonym_is_a_fixed_point(text: str) -> None:
    try:
        once = normalise_pseudonym(text)
    except (TooShort, TooLong, BadCharacter):
        return
    assert normalise_pseudonym(once) == once
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Zs", "Zl", "Zp"} for c in once)


@settings(deadline=None)
@given(st.text(alphabet="aäöüéñ한 ", min_size=14, max_size=60))
def test_composed_and_decomposed_typing_are_one_passphrase(text: str) -> None:
    def read(form: str) -> str:
        try:
            return normalise(form)
        except TooShort:
            return ""

    assert read(unicodedata.normalize("NFD", text)) == read(unicodedata.normalize("NFC", text))


def test_a_refusal_does_not_repeat_what_was_typed() -> None:
    for text in ("geheim", "geheim" * 100, "ein geheimnis \ud800 hier"):
        with pytest.raises(RemoteError) as refusal:
            normalise(text)
        assert "geheim" not in str(refusal.value)


# --- the dice ------------------------------------------------------------------------------------


def test_every_word_is_drawn_by_exactly_one_value_of_eleven_bits() -> None:
    drawn = Counter(
        generate("de", lambda _, value=value: (value << 5).to_bytes(2, "big"), 1)  # type: ignore[misc]  # bound now
        for value in range(2048)
    )
    assert set(drawn) == set(words("de"))
    assert set(drawn.values()) == {1}


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_generated_passphrase_is_normalised_already(language: Language) -> None:
    rand = SeededRand(language)
    for _ in range(200):
        text = generate(language, rand)
        assert normalise(text) == text
        assert len(text.split(" ")) == passphrase.GENERATED_WORDS


def test_six_words_take_66_bits() -> None:
    rand = SeededRand("bits")
    generate("de", rand)
    assert len(rand.drawn) == 9
