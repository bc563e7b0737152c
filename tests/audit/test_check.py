"""Checks and their runner: whatever happens is an outcome, and a fault is never "passed"."""

from __future__ import annotations

import pytest

from clientlib.audit.check import (
    MAX_FINDINGS,
    CannotRun,
    Check,
    Depends,
    Findings,
    NotRun,
    Outcome,
    Progress,
    Runner,
    State,
    Words,
    exit_status,
    pending,
)
from clientlib.errors import Disconnected
from crypto.errors import BadProof
from crypto.wire.errors import ErrorCode, WireError

SOME = Words(de="Etwas", en="Something")


def check_that(raises: BaseException | None = None, outcome: Outcome | None = None) -> Check[str]:
    async def run(context: str) -> Outcome:
        assert context == "the context"
        if raises is not None:
            raise raises
        return outcome or Findings().outcome(SOME)

    return Check(id="a.check", title=SOME, proves=SOME, cannot=SOME, run=run)


async def run(*checks: Check[str]) -> tuple[State, ...]:
    results = await Runner("the context", lambda: 7).run(checks)
    return tuple(one.outcome.state for one in results)


@pytest.mark.parametrize(
    ("raised", "state"),
    [
        (None, State.PASSED),
        (NotRun(SOME), State.NOT_RUN),
        (Depends("files.served"), State.NOT_RUN),
        (CannotRun(SOME), State.BROKEN),
        (Disconnected("gone"), State.BROKEN),
        (TimeoutError(), State.BROKEN),
        (BadProof("no"), State.BROKEN),
        (WireError(ErrorCode.STORAGE), State.BROKEN),
        (ZeroDivisionError(), State.BROKEN),
        (KeyError("x"), State.BROKEN),
    ],
)
async def test_what_a_check_raises_is_its_outcome_and_never_passed(
    raised: BaseException | None, state: State
) -> None:
    assert await run(check_that(raised)) == (state,)


async def test_a_check_that_breaks_stops_none_of_the_others_and_says_where() -> None:
    results = await Runner("the context", lambda: 7).run(
        [check_that(ZeroDivisionError("by zero")), check_that()]
    )
    assert [one.outcome.state for one in results] == [State.BROKEN, State.PASSED]
    evidence = dict(results[0].outcome.findings[0].evidence)
    assert evidence["error"] == "ZeroDivisionError: by zero"
    assert evidence["where"].startswith("test_check.py:")


async def test_one_finding_is_enough_to_fail_and_a_flood_is_counted() -> None:
    found = Findings()
    for number in range(MAX_FINDINGS + 10):
        found.add(SOME, number=number)
    found.fact("size", 3)
    outcome = found.outcome(SOME)
    assert outcome.state is State.FAILED
    assert (len(outcome.findings), outcome.found) == (MAX_FINDINGS, MAX_FINDINGS + 10)
    assert outcome.findings[3].evidence == (("number", "3"),)
    assert outcome.facts == (("size", "3"),)


async def test_progress_is_told_before_and_after_each_check() -> None:
    told: list[Progress] = []
    await Runner("the context", lambda: 7, told.append).run([check_that(), check_that()])
    assert [(one.number, one.of, one.result is None) for one in told] == [
        (1, 2, True),
        (1, 2, False),
        (2, 2, True),
        (2, 2, False),
    ]


@pytest.mark.parametrize(
    ("checks", "status"),
    [
        ([check_that()], 0),
        ([check_that(), check_that(NotRun(SOME))], 0),
        ([check_that(), check_that(outcome=pending(SOME, 5))], 0),
        ([check_that(), check_that(CannotRun(SOME))], 2),
        ([check_that(outcome=Outcome(state=State.FAILED, words=SOME))], 1),
        (
            [check_that(ValueError()), check_that(outcome=Outcome(state=State.FAILED, words=SOME))],
            1,
        ),
        ([], 2),
    ],
)
async def test_the_exit_status_tells_failed_from_could_not_run(
    checks: list[Check[str]], status: int
) -> None:
    assert exit_status(await Runner("the context", lambda: 7).run(checks)) == status
