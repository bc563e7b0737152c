"""Reads the claims: strictly, so that a missing or misspelt word names itself."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
# Files of sentences that are printed on pages: `<name>-de.json`.
PAGES = ("pages", "verify")
_LISTS = ("answers", "shown_by", "tried_by", "promises")
GROUPS = ("sealed", "accounts", "deletion", "evidence", "people")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence that somebody relies on; `limit_*` says what the tests do not show.

    `tried_by` are checks of `clientlib.audit`, which try it on a running service.
    """

    id: str
    de: str
    en: str
    answers: tuple[str, ...]
    shown_by: tuple[str, ...]
    limit_de: str
    limit_en: str
    tried_by: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    title_de: str
    title_en: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What must be answered, and what is not: see `asked.toml`."""

    failures: dict[str, str]
    questions: dict[str, str]
    not_built: dict[str, str]
    no_promise: frozenset[str]


def load() -> tuple[Group, ...]:
    """Return every group; TypeError or KeyError for a word too many or too few."""
    return tuple(_group(FOLDER / f"{name}.toml") for name in GROUPS)


def load_asked() -> Asked:
    found = tomllib.loads((FOLDER / "asked.toml").read_text("utf-8"))
    return Asked(
        failures=found["failures"],
        questions=found["questions"],
        not_built=found["not_built"],
        no_promise=frozenset(
            f"{section}.{key}" for section, keys in found["no_promise"].items() for key in keys
        ),
    )


def sentences(language: str = "de") -> dict[str, str]:
    """Return each sentence of the pages by its key: `portal.intro`, `legal.privacy_short.0`."""
    found: dict[str, str] = {}
    for part in PAGES:
        text = (ROOT / "web" / "text" / f"{part}-{language}.json").read_text("utf-8")
        found |= dict(_flat("", json.loads(text)))
    return found


def _group(path: Path) -> Group:
    found = tomllib.loads(path.read_text("utf-8"))
    return Group(
        title_de=found["title_de"],
        title_en=found["title_en"],
        claims=tuple(_claim(one) for one in found["claim"]),
    )


def _claim(words: dict[str, Any]) -> Claim:
    lists: dict[str, Any] = {key: tuple(words.pop(key)) for key in _LISTS if key in words}
    return Claim(**words, **lists)


def _flat(place: str, value: object) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        inner = [(f"{place}.{key}" if place else key, one) for key, one in value.items()]
        return [pair for key, one in inner for pair in _flat(key, one)]
    if isinstance(value, list):
        # A list of lists: each row is one sentence, in two parts.
        return [
            (f"{place}.{i}", ": ".join(row) if isinstance(row, list) else row)
            for i, row in enumerate(value)
        ]
    return [(place, str(value))]
