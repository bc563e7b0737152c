"""Writes the word lists once more as JavaScript modules: python -m crypto.words.mirror.

The text files are the source; web/js/crypto/words/*.js is derived and committed, because the
browser loads its modules as they lie there, without a build step. A test compares both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from crypto.words import LANGUAGES, Language, words

MIRROR_DIR: Final = Path(__file__).resolve().parents[2] / "web" / "js" / "crypto" / "words"


def render(language: Language) -> str:
    """Return the JavaScript module of one language, with the marker that names its source."""
    return (
        f"// generated from crypto/words/{language}.txt by python -m crypto.words.mirror;"
        " do not edit\n"
        "\n"
        "/** The 2,048 words of this language in protocol order.\n"
        " * @type {ReadonlyArray<string>} */\n"
        f'export const WORDS = Object.freeze("{" ".join(words(language))}".split(" "));\n'
    )


def main() -> None:
    """Write the mirror of every language."""
    MIRROR_DIR.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        (MIRROR_DIR / f"{language}.js").write_text(render(language), encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
