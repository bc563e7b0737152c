"""What a check is, what it may find, and how checks are run.

    CHECK = Check(
        id="log.history", title=Words(de=…, en=…), proves=…, cannot=…, run=history,
    )

    async def history(audit: Outside) -> Outcome:
        found = Findings()
        if …:
            found.add(Words(de=…, en=…), size=7, root=root.hex())
        return found.outcome(Words(de="… geprüft", en="… checked"))

A check returns an `Outcome`, or raises: `Refuted` where the first look is finding enough, `NotRun`
where it had no reason to run, `CannotRun` where something it needs is missing. Whatever else it
raises is *could not run* too, never *passed*.
"""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from clientlib.errors import Disconnected
from crypto.errors import RemoteError
from crypto.wire.errors import WireError

C = TypeVar("C")
# A report stays readable; the number of all findings of a check is always said.
MAX_FINDINGS = 50
MAX_EVIDENCE_CHARS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One sentence or more, in both languages."""

    de: str
    en: str


class State(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    # The result is not there yet; `until_ms` says when to come back.
    PENDING = "pending"
    # Nobody asked for it, or it had nothing to look at; `words` say why.
    NOT_RUN = "not_run"
    # It should have run and could not: nothing is known.
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as promised: a plain sentence, and what a technician looks up."""

    words: Words
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a check ended. `words`: what was tried and how often, or why not."""

    state: State
    words: Words
    findings: tuple[Finding, ...] = ()
    # All of them; `findings` holds at most MAX_FINDINGS.
    found: int = 0
    until_ms: int = 0
    # What one report is compared with another by: name -> value.
    facts: tuple[tuple[str, str], ...] = ()


class Findings:
    """What one check has found so far."""

    def __init__(self) -> None:
        self._found: list[Finding] = []
        self._count = 0
        self._facts: dict[str, str] = {}

    def __len__(self) -> int:
        return self._count

    def add(self, words: Words, **evidence: object) -> None:
        """Note something that is not as promised; the evidence may hold nothing secret."""
        self._count += 1
        if len(self._found) < MAX_FINDINGS:
            shown = tuple((name, str(one)[:MAX_EVIDENCE_CHARS]) for name, one in evidence.items())
            self._found.append(Finding(words=words, evidence=shown))

    def fact(self, name: str, value: object) -> None:
        """Note what was seen, right or wrong: `audit compare` lays it beside other reports."""
        self._facts[name] = str(value)

    def outcome(self, tried: Words) -> Outcome:
        """Failed if anything was found, else passed."""
        return Outcome(
            state=State.FAILED if self._count else State.PASSED,
            words=tried,
            findings=tuple(self._found),
            found=self._count,
            facts=tuple(sorted(self._facts.items())),
        )


class Unanswered(Exception):
    """A check has no answer; `words` say why."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


class NotRun(Unanswered):
    """It had no reason to run: it was not asked for, or its subject does not exist here."""


class CannotRun(Unanswered):
    """Something is missing that it needs."""


class Refuted(Exception):
    """What the check looked for is not there at all, which is itself a finding."""

    def __init__(self, words: Words, **evidence: object) -> None:
        super().__init__(words.en)
        self.words = words
        self.evidence = evidence


class Depends(NotRun):
    """Another check has already named why this one has nothing to look at."""

    def __init__(self, check_id: str) -> None:
        super().__init__(
            Words(
                de=f"Nicht gelaufen: Was hier gebraucht wird, fehlt; siehe »{check_id}«.",
                en=f"Not run: what this needs is missing; see “{check_id}”.",
            )
        )


def pending(words: Words, until_ms: int) -> Outcome:
    """The result is not there yet: come back at `until_ms`, ms since epoch."""
    return Outcome(state=State.PENDING, words=words, until_ms=until_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[C]):
    """One claim and how it is tried. `C` is what its kind of audit knows: a service, a folder."""

    id: str
    title: Words
    proves: Words
    cannot: Words
    run: Callable[[C], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A check's words and its outcome, as the report takes them."""

    id: str
    title: Words
    proves: Words
    cannot: Words
    outcome: Outcome
    took_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One step of a run: `result` is None when the check begins."""

    number: int
    of: int
    id: str
    title: Words
    result: Result | None = None


def _silent(_: Progress) -> None:
    pass


@dataclass(slots=True)
class Runner(Generic[C]):
    """Runs checks one after the other, in their order; one that fails stops none of the others."""

    context: C
    now_ms: Callable[[], int]
    on_progress: Callable[[Progress], None] = field(default=_silent)

    async def run(self, checks: Sequence[Check[C]]) -> tuple[Result, ...]:
        """Return one result for each check."""
        results = []
        for number, check in enumerate(checks, 1):
            step = Progress(number=number, of=len(checks), id=check.id, title=check.title)
            self.on_progress(step)
            began_ms = self.now_ms()
            result = Result(
                id=check.id,
                title=check.title,
                proves=check.proves,
                cannot=check.cannot,
                outcome=await outcome_of(check, self.context),
                took_ms=max(0, self.now_ms() - began_ms),
            )
            self.on_progress(
                Progress(
                    number=number, of=len(checks), id=check.id, title=check.title, result=result
                )
            )
            results.append(result)
        return tuple(results)


async def outcome_of(check: Check[C], context: C) -> Outcome:
    """Run one check; whatever it raises is an outcome, and never `passed`."""
    try:
        return await check.run(context)
    except Refuted as refuted:
        found = Findings()
        found.add(refuted.words, **refuted.evidence)
        return found.outcome(refuted.words)
    except NotRun as missing:
        return Outcome(state=State.NOT_RUN, words=missing.words)
    except CannotRun as missing:
        return Outcome(state=State.BROKEN, words=missing.words)
    except (Disconnected, TimeoutError) as lost:
        return _broken("Der Dienst antwortet nicht.", "The service does not answer.", lost)
    except WireError as refused:
        return _broken(
            f"Der Dienst hat einen Schritt abgelehnt ({refused.code.value}).",
            f"The service has refused a step ({refused.code.value}).",
            refused,
        )
    except RemoteError as refused:
        return _broken(
            "Der Dienst hat etwas geantwortet, das kein Client annimmt.",
            "The service has answered what no client takes.",
            refused,
        )
    except Exception as fault:
        # An audit that hides its own faults would be the worst of all.
        return _broken("Die Prüfung selbst ist gescheitert.", "The check itself has failed.", fault)


def exit_status(results: Sequence[Result]) -> int:
    """0: nothing speaks against the service; 1: something failed; 2: something could not run."""
    states = {one.outcome.state for one in results}
    if State.FAILED in states:
        return 1
    if State.BROKEN in states or not states:
        return 2
    return 0


def _broken(de: str, en: str, fault: BaseException) -> Outcome:
    place = traceback.extract_tb(fault.__traceback__)[-1]
    evidence = (
        ("error", f"{type(fault).__name__}: {fault}"[:MAX_EVIDENCE_CHARS]),
        ("where", f"{Path(place.filename).name}:{place.lineno}"),
    )
    words = Words(de=de, en=en)
    finding = Finding(words=words, evidence=evidence)
    return Outcome(state=State.BROKEN, words=words, findings=(finding,), found=1)
