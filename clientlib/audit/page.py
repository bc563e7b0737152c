"""The report as a page for people: one file, no script, nothing fetched, fit for printing.

Drawn from the signed JSON alone, which it carries at its end; `read_page` checks that the page says
exactly what was signed.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime
from html import escape
from typing import Any

from clientlib.audit.check import State, Words
from clientlib.audit.page_words import MARKS, STATE_WORDS, STYLE, VERDICTS, WORDS
from clientlib.audit.report import BadReport, read_report

LANGUAGES = ("de", "en")
_LINE_CHARS = 96
_SIGNED = re.compile(rb'<pre id="signed">([A-Za-z0-9+/=\n]*)</pre>')
_HEX = re.compile(r"[0-9a-f]{32,}")
_LANGUAGE = re.compile(rb'<html lang="(de|en)">')

PAGE_CHANGED = Words(
    de="Diese Seite sagt etwas anderes als der unterschriebene Bericht, den sie enthält.",
    en="This page says something else than the signed report that it carries.",
)


def page_of(report: bytes, language: str = "de") -> bytes:
    """Return a signed report as an HTML file; BadReport unless its signature fits."""
    content = read_report(report)
    words = WORDS[language]
    title = escape(words.get(content["kind"], words["outside"]))
    verdict = VERDICTS[content["exit_status"]]
    parts = [
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>",
        f'<h1>{title}</h1>\n<p class="verdict {verdict}">{escape(words[verdict])} '
        f"{_counted(content, language)}</p>",
        f"<p>{escape(words['limits'])}</p>",
        _subject(content, words),
        _overview(content, words, language),
        *(_check(one, words, language) for one in content["checks"]),
        _signed(report, words),
        "</main>\n</body>\n</html>\n",
    ]
    return "\n".join(parts).encode("utf-8")


def read_page(raw: bytes) -> dict[str, Any]:
    """Return the content of a page; BadReport unless it is what its signed report draws."""
    found, language = _SIGNED.search(raw), _LANGUAGE.search(raw)
    if found is None or language is None:
        raise BadReport(PAGE_CHANGED)
    try:
        report = base64.b64decode(found[1].replace(b"\n", b""), validate=True)
    except binascii.Error as error:
        raise BadReport(PAGE_CHANGED) from error
    content = read_report(report)
    if page_of(report, language[1].decode("ascii")) != raw:
        raise BadReport(PAGE_CHANGED)
    return content


def moment(at_ms: int) -> str:
    """Return a moment in UTC, to the minute."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _counted(content: dict[str, Any], language: str) -> str:
    counted = content["counts"]
    shown = (
        f"{counted[one]}\N{NO-BREAK SPACE}{STATE_WORDS[language][one]}"
        for one in State
        if counted[one]
    )
    return escape(", ".join(shown)) + "."


def _subject(content: dict[str, Any], words: dict[str, str]) -> str:
    order = list(words)
    given = sorted(
        content["subject"].items(), key=lambda one: order.index(one[0]) if one[0] in words else 99
    )
    rows = [(words.get(name, name), one) for name, one in given]
    rows += [
        (words["began"], moment(content["began_ms"])),
        (words["ended"], moment(content["ended_ms"])),
        (words["auditor"], content["auditor"]),
    ]
    return f"<h2>{escape(words['subject'])}</h2>\n{_pairs(rows)}"


def _overview(content: dict[str, Any], words: dict[str, str], language: str) -> str:
    rows = "\n".join(
        f'<tr><td class="state {one["state"]}">{_state(one, language)}</td>'
        f'<td><a href="#{escape(one["id"])}">{escape(one["title"][language])}</a></td></tr>'
        for one in content["checks"]
    )
    return (
        f"<h2>{escape(words['overview'])}</h2>\n<table>\n<thead><tr>"
        f'<th scope="col">{escape(words["result"])}</th>'
        f'<th scope="col">{escape(words["check"])}</th></tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table>\n<h2>{escape(words['checks'])}</h2>"
    )


def _check(one: dict[str, Any], words: dict[str, str], language: str) -> str:
    has_run = one["state"] in (State.PASSED, State.FAILED)
    parts = [
        f'<article id="{escape(one["id"])}">\n<h3>{escape(one["title"][language])}</h3>',
        f'<p class="state {one["state"]}">{_state(one, language)}</p>',
        _section(words["tried"] if has_run else words["why"], one["words"][language]),
    ]
    if one["until_ms"]:
        parts.append(_section(words["until"], moment(one["until_ms"])))
    if one["state"] == State.BROKEN:
        # Nothing is known to be wrong, and why is said above.
        parts += [_evidence(finding, words) for finding in one["findings"]]
    elif one["findings"]:
        parts.append(_findings(one, words, language))
    shown = "proves" if one["state"] == State.PASSED else "would"
    parts.append(_section(words[shown], one["proves"][language]))
    parts.append(_section(words["cannot"], one["cannot"][language]))
    if one["facts"]:
        parts.append(
            f'<details class="facts"><summary>{escape(words["facts"])}</summary>'
            f"{_pairs(list(one['facts'].items()), 'raw')}</details>"
        )
    footer = f"{escape(one['id'])} · {one['took_ms'] / 1000:.1f} s"
    return "\n".join([*parts, f'<p class="quiet raw">{footer}</p>\n</article>'])


def _findings(one: dict[str, Any], words: dict[str, str], language: str) -> str:
    items = []
    for finding in one["findings"]:
        told = escape(finding["words"][language])
        items.append(f"<li>{told}{_evidence(finding, words)}</li>")
    more = one["found"] - len(one["findings"])
    if more > 0:
        items.append(f"<li>{escape(words['more'].format(more))}</li>")
    listed = "\n".join(items)
    return f"<h4>{escape(words['findings'])}</h4>\n<ul>\n{listed}\n</ul>"


def _evidence(finding: dict[str, Any], words: dict[str, str]) -> str:
    if not finding["evidence"]:
        return ""
    pairs = _pairs(list(finding["evidence"].items()), "raw")
    return f"<details><summary>{escape(words['evidence'])}</summary>{pairs}</details>"


def _section(head: str, text: str) -> str:
    return f"<h4>{escape(head)}</h4>\n<p>{escape(text)}</p>"


def _pairs(rows: list[tuple[str, str]], name: str = "") -> str:
    items = "\n".join(f"<dt>{escape(head)}</dt>{_value(str(one))}" for head, one in rows)
    named = f' class="{name}"' if name else ""
    return f"<dl{named}>\n{items}\n</dl>"


def _value(text: str) -> str:
    is_hex = _HEX.fullmatch(text) is not None
    return f'<dd class="raw">{text}</dd>' if is_hex else f"<dd>{escape(text)}</dd>"


def _state(one: dict[str, Any], language: str) -> str:
    state = State(one["state"])
    return f"{MARKS[state]} {escape(STATE_WORDS[language][state])}"


def _signed(report: bytes, words: dict[str, str]) -> str:
    packed = base64.b64encode(report).decode("ascii")
    lines = (packed[at : at + _LINE_CHARS] for at in range(0, len(packed), _LINE_CHARS))
    return (
        f'<details class="signed"><summary>{escape(words["signed"])}</summary>\n'
        f"<p>{escape(words['signed_words'])}</p>\n"
        f'<pre id="signed">{chr(10).join(lines)}</pre>\n</details>'
    )
