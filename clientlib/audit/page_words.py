"""The words and the look of a report's page."""

from __future__ import annotations

from clientlib.audit.check import State

WORDS: dict[str, dict[str, str]] = {
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
        "checks": "Die Prüfungen im Einzelnen",
        "proves": "Was das zeigt",
        "would": "Was ein Bestehen zeigen würde",
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
        "checks": "The checks one by one",
        "proves": "What this shows",
        "would": "What passing would show",
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
MARKS = {
    State.PASSED: "✓",
    State.FAILED: "✗",
    State.PENDING: "…",
    State.NOT_RUN: "–",
    State.BROKEN: "!",
}
VERDICTS = {0: "good", 1: "bad", 2: "open"}
STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fff; --quiet: #5c5c63; --line: #d5d5da;
  --good: #17633a; --bad: #a3182b; --open: #8a5300; --ground: #f5f5f7; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf0; --paper: #18181b; --quiet: #a9a9b2;
  --line: #3a3a41; --good: #6fd39b; --bad: #ff8f9c; --open: #f0b763; --ground: #232327; } }
@media print { :root { --ink: #000; --paper: #fff; --quiet: #333; --line: #999; --good: #000;
  --bad: #000; --open: #000; --ground: #fff; } .signed, .facts { display: none; }
  :root { font-size: 10.5pt; } article, tr { break-inside: avoid; } h2 { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
  summary { list-style: none; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 52rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: 0 0 .5rem; }
h4 { font-size: .95rem; margin: 1rem 0 .25rem; }
p { margin: 0 0 .5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0;
  align-items: baseline; }
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
.verdict { margin-block: 1rem; padding: .75rem 1rem; background: var(--ground);
  border-radius: .5rem; border-inline-start: .4rem solid currentColor; font-weight: 600; }
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
