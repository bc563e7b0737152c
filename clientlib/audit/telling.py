"""What every kind of audit shares on the command line: its options, its progress, its report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from clientlib.audit.check import Check, Progress, Result, Runner, State, Words
from clientlib.audit.page import LANGUAGES, moment, page_of
from clientlib.audit.page_words import MARKS, STATE_WORDS
from clientlib.audit.report import Report
from clientlib.audit.state import StateDir
from clientlib.terminal import UsageError, complain, plain, say

C = TypeVar("C")
DEFAULT_STATE = Path("~/.vieraugen-audit")


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """Add what every audit takes."""
    parser.add_argument(
        "--state",
        type=Path,
        default=DEFAULT_STATE,
        metavar="ORDNER",
        help="was zwischen zwei Läufen bleibt (Vorgabe: %(default)s)",
    )
    parser.add_argument("--json", type=Path, metavar="DATEI", help="Bericht als JSON schreiben")
    parser.add_argument("--html", type=Path, metavar="DATEI", help="Bericht als Seite schreiben")
    parser.add_argument("--language", choices=LANGUAGES, default="de", help="Sprache der Seite")
    parser.add_argument(
        "--quiet", action="store_true", help="nur sagen, was nicht bestanden ist (für cron)"
    )


def state_of(options: argparse.Namespace) -> StateDir:
    """Open the folder that the options name."""
    return StateDir(options.state.expanduser().absolute())


async def audit(
    kind: str,
    subject: Sequence[tuple[str, str]],
    checks: Sequence[Check[C]],
    context: C,
    options: argparse.Namespace,
    now_ms: Callable[[], int],
) -> int:
    """Run the checks, say how they end, write the reports, and return the exit status."""
    state = state_of(options)
    for path in (options.json, options.html):
        if path is not None and not path.absolute().parent.is_dir():
            raise UsageError(f"Den Ordner {path.absolute().parent} gibt es nicht.")
    began_ms = now_ms()
    teller = Teller(options.language, is_quiet=options.quiet)
    results = await Runner(context, now_ms, teller.tell).run(checks)
    report = Report(
        kind=kind,
        subject=tuple(subject),
        began_ms=began_ms,
        ended_ms=now_ms(),
        results=results,
    )
    signed = report.signed(state.key())
    if options.json is not None:
        options.json.write_bytes(signed)
    if options.html is not None:
        options.html.write_bytes(page_of(signed, options.language))
    teller.end(report)
    return report.exit_status


class Teller:
    """Says on the terminal what happens: every check, or in quiet mode only what went wrong."""

    def __init__(self, language: str, *, is_quiet: bool) -> None:
        self._language = language
        self._is_quiet = is_quiet

    def tell(self, step: Progress) -> None:
        """Say that a check begins, or how it ended."""
        if step.result is None:
            if not self._is_quiet and sys.stdout.isatty():
                sys.stdout.write(f"  [{step.number}/{step.of}] {self._of(step.title)} …\r")
                sys.stdout.flush()
            return
        self._tell_result(step.result, f"[{step.number}/{step.of}] ")

    def end(self, report: Report) -> None:
        """Say the sum."""
        if self._is_quiet:
            return
        counted = {one: 0 for one in State}
        for result in report.results:
            counted[result.outcome.state] += 1
        names = STATE_WORDS[self._language]
        say(", ".join(f"{counted[one]} {names[one]}" for one in State if counted[one]) + ".")

    def _tell_result(self, result: Result, place: str) -> None:
        outcome = result.outcome
        is_bad = outcome.state in (State.FAILED, State.BROKEN)
        if self._is_quiet and not is_bad:
            return
        tell = complain if self._is_quiet else say
        names = STATE_WORDS[self._language]
        title = self._of(result.title)
        tell(f"{MARKS[outcome.state]} {place}{title}: {names[outcome.state]} ({result.id})")
        if outcome.state in (State.PENDING, State.NOT_RUN, State.BROKEN):
            tell("    " + plain(self._of(outcome.words)))
        if outcome.until_ms:
            tell("    " + moment(outcome.until_ms))
        for finding in outcome.findings:
            tell("    - " + plain(self._of(finding.words)))
            for name, one in finding.evidence:
                tell(f"        {name}: {plain(one)}")

    def _of(self, words: Words) -> str:
        return words.en if self._language == "en" else words.de
