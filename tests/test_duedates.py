"""What runs out soon, told at 30, 14, 3 and 0 days."""

from __future__ import annotations

import pytest

from clientlib.duedates import DAY_MS, Due, days_left, due_notices, due_within
from tests.helpers.organisation import NOW_MS, Organisation

HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    ("left_ms", "told", "days"),
    [
        (31 * DAY_MS, None, 31),
        (30 * DAY_MS + 1, None, 31),
        (30 * DAY_MS, 30, 30),
        (14 * DAY_MS + 1, 30, 15),
        (14 * DAY_MS, 14, 14),
        (3 * DAY_MS + HOUR_MS, 14, 4),
        (3 * DAY_MS, 3, 3),
        (1, 3, 1),
        (0, 0, 0),
        (-5 * DAY_MS, 0, 0),
    ],
)
def test_the_closest_distance_that_is_reached_is_told(
    left_ms: int, told: int | None, days: int
) -> None:
    assert due_within(NOW_MS + left_ms, NOW_MS) == told
    assert days_left(NOW_MS + left_ms, NOW_MS) == days


def test_a_person_is_told_of_the_own_certificate_and_the_own_teams() -> None:
    org = Organisation()
    org.found()
    ada = org.admin("Ada")
    anna, bela = org.counsellor(ada, "Anna"), org.counsellor(ada, "Bela")
    org.team(ada, [anna])
    view = org.view()

    def told(subject16: bytes, days: int) -> list[tuple[Due, int]]:
        notices = due_notices(view, subject16, NOW_MS + days * DAY_MS)
        return [(one.what, one.told_days) for one in notices]

    assert told(anna.subject16, 0) == [(Due.TEAM, 30)]
    assert told(anna.subject16, 28) == [(Due.TEAM, 3)]
    assert told(anna.subject16, 60) == [(Due.CERTIFICATE, 30), (Due.TEAM, 0)]
    assert told(bela.subject16, 60) == [(Due.CERTIFICATE, 30)]
    assert told(bela.subject16, 90) == [(Due.CERTIFICATE, 0)]
    assert told(ada.subject16, 0) == []
    assert told(ada.subject16, 362) == [(Due.CERTIFICATE, 3)]


def test_the_newest_counts_and_what_was_taken_back_is_not_told() -> None:
    org = Organisation()
    org.found()
    ada = org.admin("Ada")
    anna = org.counsellor(ada, "Anna", days=10)
    first = org.view().own_certificates(anna.subject16)[0]
    org.counsellor(ada, "Anna", at_ms=NOW_MS + DAY_MS)
    view = org.view()
    assert due_notices(view, anna.subject16, NOW_MS + 5 * DAY_MS) == ()
    for one in view.own_certificates(anna.subject16):
        org.revoke(ada.sign, anna.subject16, one.hash)
    assert due_notices(org.view(), anna.subject16, NOW_MS + 95 * DAY_MS) == ()
    assert first.hash != view.own_certificates(anna.subject16)[-1].hash
