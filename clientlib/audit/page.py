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
from clientlib.audit.report import BadReport, read_report

LANGUAGES = ("de", "en")
_LINE_CHARS = 96
_SIGNED = re.compile(rb'<pre id="signed">([A-Za-z0-9+/=\n]*)</pre>')
_LANGUAGE = re.compile(rb'<html lang="(de|en)">')

PAGE_CHANGED = Words(
    de="Diese Seite sagt etwas anderes als der unterschriebene Bericht, den sie enthält.",
    en="This page says something else than the signed report that it carries.",
)
_WORDS: dict[str, dict[str, str]] = {
    "de": {
        "outside": "Prüfbericht: der Dienst von außen",
        "inside": "Prüfbericht: die Maschine des Betriebs",
        "subject": "Was geprüft wurde",
        "url": "Adresse",
        "fingerprint": "Fingerabdruck der Organisation",
        "words": "In Wörtern",
        "config": "Einstellungen",
        "began": "Beginn",
        "ended": "Ende",
        "auditor": "Schlüssel der prüfenden Person",
        "overview": "Übersicht",
        "result": "Ergebnis",
        "check": "Prüfung",
        "proves": "Was das zeigt",
        "cannot": "Was das nicht zeigt",
        "tried": "Was versucht wurde",
        "why": "Warum",
        "findings": "Was nicht stimmt",
        "more": "und {} weitere",
        "evidence": "Technische Einzelheiten",
        "facts": "Was gesehen wurde",
        "until": "Ergebnis ab",
        "signed": "Der unterschriebene Bericht",
        "signed_words": "Dieselben Angaben als JSON, von der prüfenden Person unterschrieben. "
        "»python -m clientlib.audit verify DATEI« prüft, ob diese Seite genau das sagt, was "
        "unterschrieben wurde.",
        "good": "Nichts spricht gegen den Dienst, soweit geprüft wurde.",
        "bad": "Es gibt etwas, das nicht stimmt.",
        "open": "Nicht alles ließ sich prüfen.",
        "limits": "Ein Bericht sagt, was an diesem Tag von diesem Ort aus zu sehen war. Er kann "
        "nicht zeigen, was der Dienst anderen Menschen schickt oder zu anderer Zeit; dafür gibt es "
        "die Stichproben mit wechselnden Kopfzeilen und den Vergleich mehrerer Berichte.",
    },
    "en": {
        "outside": "Audit report: the service from outside",
        "inside": "Audit report: the operator’s machine",
        "subject": "What was audited",
        "url": "Address",
        "fingerprint": "Fingerprint of the organisation",
        "words": "In words",
        "config": "Settings",
        "began": "Begun",
        "ended": "Ended",
        "auditor": "Auditor’s key",
        "overview": "Overview",
        "result": "Result",
        "check": "Check",
        "proves": "What this shows",
        "cannot": "What this does not show",
        "tried": "What was tried",
        "why": "Why",
        "findings": "What is not right",
        "more": "and {} more",
        "evidence": "Technical details",
        "facts": "What was seen",
        "until": "Result from",
        "signed": "The signed report",
        "signed_words": "The same as JSON, signed by the auditor. “python -m clientlib.audit "
        "verify FILE” checks that this page says exactly what was signed.",
        "good": "Nothing speaks against the service, as far as was checked.",
        "bad": "Something is not right.",
        "open": "Not everything could be checked.",
        "limits": "A report says what could be seen on this day from this place. It cannot show "
        "what the service sends to other people or at another time; samples with varied headers "
        "and the comparison of several reports are for that.",
    },
}
STATE_WORDS: dict[str, dict[State, str]] = {
    "de": {
        State.PASSED: "bestanden",
        State.FAILED: "nicht bestanden",
        State.PENDING: "steht aus",
        State.NOT_RUN: "nicht gelaufen",
        State.BROKEN: "konnte nicht laufen",
    },
    "en": {
        State.PASSED: "passed",
        State.FAILED: "failed",
        State.PENDING: "pending",
        State.NOT_RUN: "not run",
        State.BROKEN: "could not run",
    },
}
_MARKS = {
    State.PASSED: "✓",
    State.FAILED: "✗",
    State.PENDING: "…",
    State.NOT_RUN: "–",
    State.BROKEN: "!",
}
_VERDICTS = {0: "good", 1: "bad", 2: "open"}
_STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fff; --quiet: #5c5c63; --line: #d5d5da;
  --good: #17633a; --bad: #a3182b; --open: #8a5300; --ground: #f5f5f7; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf0; --paper: #18181b; --quiet: #a9a9b2;
  --line: #3a3a41; --good: #6fd39b; --bad: #ff8f9c; --open: #f0b763; --ground: #232327; } }
@media print { :root { --ink: #000; --paper: #fff; --quiet: #333; --line: #999; --good: #000;
  --bad: #000; --open: #000; --ground: #fff; } details.signed { display: none; }
  article { break-inside: avoid; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 52rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: 0 0 .5rem; }
h4 { font-size: .95rem; margin: 1rem 0 .25rem; }
p { margin: 0 0 .5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--quiet); } dd { margin: 0; min-width: 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; vertical-align: top; padding: .35rem .75rem .35rem 0;
  border-block-end: 1px solid var(--line); font-weight: inherit; }
thead th { color: var(--quiet); }
td:first-child, thead th:first-child { white-space: nowrap; }
a { color: inherit; }
code, pre, .raw { font: .85rem/1.45 ui-monospace, monospace; }
pre { white-space: pre-wrap; word-break: break-all; background: var(--ground); padding: 1rem; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 0 0 1rem; }
.verdict { padding: .75rem 1rem; background: var(--ground); border-radius: .5rem;
  border-inline-start: .4rem solid currentColor; font-weight: 600; }
.passed, .good { color: var(--good); } .failed, .bad { color: var(--bad); }
.broken, .pending, .open { color: var(--open); } .not_run { color: var(--quiet); }
.state { font-weight: 600; } .quiet { color: var(--quiet); }
ul { margin: 0; padding-inline-start: 1.25rem; }
li { margin-block-end: .5rem; }
summary { cursor: pointer; color: var(--quiet); }
summary:focus-visible, a:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0 1rem; }
  dd { margin-block-end: .5rem; } }
"""


def page_of(report: bytes, language: str = "de") -> bytes:
    """Return a signed report as an HTML file; BadReport unless its signature fits."""
    content = read_report(report)
    words = _WORDS[language]
    title = escape(words.get(content["kind"], words["outside"]))
    verdict = _VERDICTS[content["exit_status"]]
    parts = [
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>",
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
    shown = (f"{counted[one]} {STATE_WORDS[language][one]}" for one in State if counted[one])
    return escape(", ".join(shown)) + "."


def _subject(content: dict[str, Any], words: dict[str, str]) -> str:
    rows = [(words.get(name, name), one) for name, one in content["subject"].items()]
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
        f"<tbody>\n{rows}\n</tbody>\n</table>\n<h2>{escape(words['check'])}</h2>"
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
    if one["findings"]:
        parts.append(_findings(one, words, language))
    parts.append(_section(words["proves"], one["proves"][language]))
    parts.append(_section(words["cannot"], one["cannot"][language]))
    if one["facts"]:
        parts.append(
            f"<details><summary>{escape(words['facts'])}</summary>"
            f"{_pairs(list(one['facts'].items()), 'raw')}</details>"
        )
    footer = f"{escape(one['id'])} · {one['took_ms'] / 1000:.1f} s"
    return "\n".join([*parts, f'<p class="quiet raw">{footer}</p>\n</article>'])


def _findings(one: dict[str, Any], words: dict[str, str], language: str) -> str:
    items = []
    for finding in one["findings"]:
        evidence = ""
        if finding["evidence"]:
            pairs = _pairs(list(finding["evidence"].items()), "raw")
            evidence = f"<details><summary>{escape(words['evidence'])}</summary>{pairs}</details>"
        items.append(f"<li>{escape(finding['words'][language])}{evidence}</li>")
    more = one["found"] - len(one["findings"])
    if more > 0:
        items.append(f"<li>{escape(words['more'].format(more))}</li>")
    listed = "\n".join(items)
    return f"<h4>{escape(words['findings'])}</h4>\n<ul>\n{listed}\n</ul>"


def _section(head: str, text: str) -> str:
    return f"<h4>{escape(head)}</h4>\n<p>{escape(text)}</p>"


def _pairs(rows: list[tuple[str, str]], name: str = "") -> str:
    items = "\n".join(f"<dt>{escape(head)}</dt><dd>{escape(str(one))}</dd>" for head, one in rows)
    named = f' class="{name}"' if name else ""
    return f"<dl{named}>\n{items}\n</dl>"


def _state(one: dict[str, Any], language: str) -> str:
    state = State(one["state"])
    return f"{_MARKS[state]} {escape(STATE_WORDS[language][state])}"


def _signed(report: bytes, words: dict[str, str]) -> str:
    packed = base64.b64encode(report).decode("ascii")
    lines = (packed[at : at + _LINE_CHARS] for at in range(0, len(packed), _LINE_CHARS))
    return (
        f'<details class="signed"><summary>{escape(words["signed"])}</summary>\n'
        f"<p>{escape(words['signed_words'])}</p>\n"
        f'<pre id="signed">{chr(10).join(lines)}</pre>\n</details>'
    )
