"""By which day an answer is promised."""

from __future__ import annotations

from datetime import date

import pytest

from clientlib.workdays import answer_day, day_of
from tests.helpers.vectors import Case, assert_reproduced, name_of, vectors

_DAY_MS = 86_400_000
_NOON_MS = 1_795_431_600_000  # Monday, 23 November 2026, 12:00 in Berlin


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("workdays")


@pytest.mark.parametrize("case", vectors("workdays", "answer_day"), ids=name_of)
def test_an_answer_is_promised_by_a_day(case: Case) -> None:
    given = case.given
    holidays = frozenset(date.fromisoformat(one) for one in given["holidays"].split())
    received_ms, days, zone = given["received_ms"], given["working_days"], given["zone"]
    case.check(lambda: {"day": str(answer_day(received_ms, days, holidays, zone))})


@pytest.mark.parametrize("working_days", range(1, 12))
def test_exactly_that_many_working_days_lie_between(working_days: int) -> None:
    """Counted the other way round, without holidays."""
    promised = answer_day(_NOON_MS, working_days, ())
    between = [day_of(_NOON_MS + i * _DAY_MS) for i in range(1, 30)]
    counted = [one for one in between if one <= promised and one.isoweekday() <= 5]
    assert len(counted) == working_days
    assert promised.isoweekday() <= 5
