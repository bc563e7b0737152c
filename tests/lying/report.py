"""Makes docs/lying-relay.md of the table of lies, in German: auditors read it."""

from __future__ import annotations

from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path

from e2e_server.web.texts import read_text_file
from tests.lying.cases import Case, Met
from tests.lying.cases_box import BOX_CASES
from tests.lying.cases_identity import IDENTITY_CASES
from tests.lying.cases_rest import REST_CASES

ROOT = Path(__file__).resolve().parents[2]
CASES = (*BOX_CASES, *IDENTITY_CASES, *REST_CASES)

_HEAD = """# Der lügende Server

Was geschieht, wenn der Server lügt? Ein echter Server steht hinter einem Vermittler, der jede
Nachricht auf der Leitung liest und auf Befehl fälscht, unterschlägt, vertauscht oder erfindet.
Dagegen laufen beide Programme: das Python-Programm (`vieraugen`) und die Webseite im Browser.
Kein Fall darf angenommen werden: Nichts Falsches geht als Wort eines Menschen durch, nichts
Geheimes wird gesendet, und wer davorsitzt, erfährt es in Worten.

Diese Seite ist erzeugt (`python -m tests.make_generated`) aus den Tabellen `tests/lying/cases*.py`;
ein Test hält fest, dass jede Zeile ihre Tests hat und jeder Test seine Zeile. Die Sätze sind die
der Programme selbst, `{name}` steht für einen Namen. Tests unter `js/` führen das Programm der
Webseite in Node aus, mit gemeinsamen Prüfdaten oder gegen einen dafür geschriebenen Server; alle
übrigen Tests in der Spalte »Browser« bedienen eine Seite im Browser.

Was auch diese Prüfungen nicht zeigen: Ein Server, der verändertes JavaScript ausliefert, kann
alles, was die Seite kann. Und wer nichts behalten hat, dem kann er einen älteren, in sich
stimmigen Stand zeigen, bis die nächste Nachricht zwischen zwei ehrlichen Leuten ankommt. Wer eine
Anfrage gerade hat, steht in der Liste der Beratenden auf das Wort des Servers: Er kann dort einen
falschen Namen zeigen oder eine Anfrage verbergen, aber niemanden in ein Gespräch setzen. Siehe
[threat-model.md](threat-model.md).
"""


def markdown() -> str:
    """Return the whole page."""
    parts = [_HEAD, f"{len(CASES)} Lügen, keine angenommen.\n"]
    for number, case in enumerate(CASES, 1):
        parts.append(f"## {number}. {case.title}\n")
        parts.append("| | Python | Browser |\n|---|---|---|")
        both = (case.python, case.browser)
        parts.append(_row("Urteil", [met.verdict for met in both]))
        parts.append(_row("Worte", [_said(met) for met in both]))
        parts.append(_row("Tests", [_tests(met) for met in both]) + "\n")
    return "\n".join(parts)


def words(key: str) -> str:
    """Return the sentence that a key names; KeyError or AttributeError where there is none."""
    room, _, name = key.partition(".")
    if room in web_words() and name in web_words()[room]:
        return web_words()[room][name]
    value = import_module(f"clientlib.{room}")
    for part in name.split("."):
        value = _named(value, part) if isinstance(value, dict) else getattr(value, part)
    return str(value)


def _named(sentences: dict[Enum, str], name: str) -> str:
    """Sentences for the members of an enumeration, by the member's name."""
    return next(sentence for member, sentence in sentences.items() if member.name == name)


@cache
def web_words() -> dict[str, dict[str, str]]:
    """All German sentences of the pages that are fetched as files, by room."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((ROOT / "web" / "text").glob("*de.js")):
        for room, sentences in read_text_file(path).items():
            found.setdefault(room, {}).update(sentences)
    return found


def _row(head: str, cells: list[str]) -> str:
    return f"| {head} | {' | '.join(cell.replace('|', '/') or '–' for cell in cells)} |"


def _said(met: Met) -> str:
    return "<br>".join(f"»{words(key)}«" for key in met.sees)


def _tests(met: Met) -> str:
    return "<br>".join(f"`{one}`" for one in met.tests)


def rows() -> list[tuple[Case, Met]]:
    """Return every case with each of its two clients."""
    return [(case, met) for case in CASES for met in (case.python, case.browser)]
