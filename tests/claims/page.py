"""Draws `docs/claims.md`: German tables for who has to answer for a service, English ones after."""

from __future__ import annotations

from collections.abc import Iterable

from tests.claims.auditpage import anchor
from tests.claims.claims import FOLDER, Asked, Claim, Group, load, load_asked, sentences

INTRO = FOLDER / "intro.md"


def render() -> str:
    """Return the whole document."""
    groups, asked = load(), load_asked()
    claims = [claim for group in groups for claim in group.claims]
    lines = [INTRO.read_text("utf-8").rstrip("\n")]
    for group in groups:
        lines += ["", f"## {group.title_de}"]
        for claim in group.claims:
            lines += ["", *_claim(claim)]
    lines += ["", "## Fehler, die es anderswo gab", "", *_answers(asked.failures, asked, claims)]
    lines += ["", "## Was Prüfende fragen", "", *_answers(asked.questions, asked, claims)]
    lines += ["", "## Was auf den Seiten steht", "", *_pages(claims)]
    lines += ["", "## English", "", *_english(groups)]
    return "\n".join(lines) + "\n"


def _claim(claim: Claim) -> list[str]:
    return [
        f"### {claim.id}",
        "",
        f"{claim.de}",
        "",
        *(f"- `{test}`" for test in claim.shown_by),
        "",
        *_tried(claim),
        f"Grenze: {claim.limit_de} ({', '.join(claim.answers)})",
    ]


def _tried(claim: Claim) -> list[str]:
    if not claim.tried_by:
        return []
    checks = ", ".join(f"[{one}](audit-checks.md#{anchor(one)})" for one in claim.tried_by)
    return [f"Auf einem laufenden Dienst versucht es die Prüfung: {checks}.", ""]


def _answers(numbers: dict[str, str], asked: Asked, claims: list[Claim]) -> list[str]:
    return [
        "| Nr. | | Aussage |",
        "|---|---|---|",
        *(
            f"| {number} | {_cell(words)} | {_who_answers(number, asked, claims)} |"
            for number, words in numbers.items()
        ),
    ]


def _who_answers(number: str, asked: Asked, claims: list[Claim]) -> str:
    if number in asked.not_built:
        return f"offen: {asked.not_built[number]}"
    return ", ".join(_link(claim) for claim in claims if number in claim.answers)


def _pages(claims: list[Claim]) -> list[str]:
    said = sentences("de")
    behind = {key: claim for claim in claims for key in claim.promises}
    return [
        "| Satz | Aussage |",
        "|---|---|",
        *(f"| {_cell(said[key])} | {_link(behind[key])} |" for key in said if key in behind),
    ]


def _english(groups: Iterable[Group]) -> list[str]:
    lines = [
        "Generated from `tests/claims/`. Each claim with its limit: what its tests, named above",
        "under the same id, do not show. **Not yet independently reviewed.**",
    ]
    for group in groups:
        lines += ["", f"**{group.title_en}**", "", "| claim | | limit |", "|---|---|---|"]
        lines += [
            f"| {_link(claim)} | {_cell(claim.en)} | {_cell(claim.limit_en)} |"
            for claim in group.claims
        ]
    return lines


def _link(claim: Claim) -> str:
    return f"[{claim.id}](#{claim.id})"


def _cell(words: str) -> str:
    return words.replace("|", "\\|")
