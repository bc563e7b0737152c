"""Draws each document twice from one template: Markdown to go on writing in, HTML to print.

Templates are Markdown. What comes from site.json or the configuration is escaped on its way in, so
that a name never becomes a heading or markup.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from e2e_server.dataprotection.facts import Facts
from e2e_server.dataprotection.html import page

TEMPLATES = Path(__file__).with_name("templates")
# File name without its ending, in the order in which people read them.
DOCUMENTS = (
    "datenschutzhinweis",
    "verarbeitungsverzeichnis",
    "massnahmen",
    "loeschkonzept",
    "folgenabschaetzung",
)
# Signs that mean something in Markdown, and those that do so at the beginning.
_MARKUP = re.compile(r"([\\`*\[\]|<>#]|^[-+])")
_SPACES = re.compile(r"\s+")
_IDENTIFIER = re.compile(r"[A-Za-z0-9_./:-]+")
_MANY_LINES = re.compile(r"\n{3,}")


class _Ready(str):
    """Text that is Markdown already."""

    __slots__ = ()


def documents(facts: Facts) -> dict[str, str]:
    """Return every file by its name: two for each document."""
    found = {}
    for name in DOCUMENTS:
        text = _engine().get_template(f"{name}.md").render(f=facts)
        text = _MANY_LINES.sub("\n\n", text).strip() + "\n"
        found[f"{name}.md"] = text
        found[f"{name}.html"] = page(text)
    return found


@cache
def _engine() -> Environment:
    engine = Environment(
        # Nothing here is HTML: `finalize` escapes for Markdown, `html.page` for HTML.
        autoescape=False,  # noqa: S701
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_escaped,
    )
    engine.globals["blank"] = _blank
    engine.filters |= {"code": _code, "words": _words, "n": _counted}
    return engine


def _escaped(value: object) -> str:
    if isinstance(value, _Ready):
        return value
    return _MARKUP.sub(r"\\\1", _SPACES.sub(" ", str(value)))


def _blank(what: str) -> _Ready:
    """Mark something that only people can fill in."""
    return _Ready(f"[Ausfüllen: {what}]")


def _code(name: str) -> _Ready:
    """Show a name of the program; anything else is shown as plain text."""
    return _Ready(f"`{name}`" if _IDENTIFIER.fullmatch(name) else _escaped(name))


def _words(text: str) -> _Ready:
    """Keep the code marks of our own German words."""
    parts = text.split("`")
    return _Ready("".join(_code(one) if i % 2 else _escaped(one) for i, one in enumerate(parts)))


def _counted(number: int, one: str, many: str) -> _Ready:
    """`48 | n("Stunde", "Stunden")`: a number with the right form of its word."""
    return _Ready(f"{number} {one if number == 1 else many}")
