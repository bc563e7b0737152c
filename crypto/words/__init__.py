"""Our own word lists: 2,048 words a language, 11 bits a word.

Generated passphrases and the words of a fingerprint are drawn from here, so the position of a word
is part of the protocol: a list may never change once a deployment uses it. How the lists were made
and which rules they keep is in docs/wordlists.md; tests/crypto/test_words.py holds them to it.
The browser has the same lists, written by crypto/words/mirror.py.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final, Literal, get_args

Language = Literal["de", "en"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


@cache
def words(language: Language) -> tuple[str, ...]:
    """Return the list of one language: 2,048 words in sorted order, index 0 to 2,047.

    Raises ValueError for a language we have no list for. The closed set is checked before a file
    name is built, because the language comes out of an organisation's signed leaf.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no word list for language {language!r}")
    text = files("crypto.words").joinpath(f"{language}.txt").read_text(encoding="ascii")
    return tuple(text.splitlines())
