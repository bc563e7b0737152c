"""Draws `docs/audit-checks.md`: each check of the audit tool, what it proves and what it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientlib.audit.check import Check
from clientlib.audit.claims import OUTSIDE
from clientlib.audit.inside.run import CHECKS as INSIDE

_INTRO = """# Die Prüfungen im Einzelnen / The checks one by one

Erzeugt aus `clientlib/audit/`; nicht von Hand ändern. Was jede Prüfung zeigt und was sie nicht
zeigen kann, in den Worten, in denen es auch im Bericht steht. Wie man sie ausführt:
[audit.md](audit.md). *(English below.)*"""


def render() -> str:
    """Return the whole document."""
    lines = [_INTRO]
    groups: tuple[tuple[str, Sequence[Check[Any]]], ...] = (
        ("Von außen", OUTSIDE),
        ("Auf der Maschine des Betriebs", INSIDE),
    )
    for title, checks in groups:
        lines += ["", f"## {title}"]
        for check in checks:
            lines += ["", f"### {check.id}", "", f"**{check.title.de}**", "", check.proves.de]
            lines += ["", f"Grenze: {check.cannot.de}"]
    lines += ["", "## English", "", *_english(OUTSIDE), *_english(INSIDE)[2:]]
    return "\n".join(lines) + "\n"


def anchor(check_id: str) -> str:
    """Return where a heading with an id leads to: dots are left out."""
    return check_id.replace(".", "")


def _english(checks: Sequence[Check[Any]]) -> list[str]:
    return [
        "| check | proves | cannot |",
        "|---|---|---|",
        *(f"| `{one.id}` | {_cell(one.proves.en)} | {_cell(one.cannot.en)} |" for one in checks),
    ]


def _cell(words: str) -> str:
    return words.replace("|", "\\|")
