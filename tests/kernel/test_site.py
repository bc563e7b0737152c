"""Opening hours in Berlin, also on the two odd days of a year."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from e2e_server.kernel.site import OpenHours, Portal


def moment(text: str) -> int:
    """`2027-01-15 08:00` in UTC, as ms."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def portal(*spans: tuple[int, int, int], always: bool = False) -> Portal:
    hours = tuple(
        OpenHours(weekday=day, opens_minute=opens * 60, closes_minute=closes * 60)
        for day, opens, closes in spans
    )
    return Portal(portal16=bytes(16), team16=bytes(16), hours=hours, always=always)


# 2027-01-15 is a Friday; Berlin is one hour ahead of UTC in winter, two in summer.
@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2027-01-15 07:59", False),
        ("2027-01-15 08:00", True),
        ("2027-01-15 10:59", True),
        ("2027-01-15 11:00", False),
        ("2027-01-14 09:00", False),
        ("2027-07-16 07:00", True),
        ("2027-07-16 10:00", False),
    ],
)
def test_hours_are_local_hours(at: str, is_open: bool) -> None:
    assert portal((4, 9, 12)).is_open_hour(moment(at)) is is_open


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2027-01-15 07:00", "2027-01-15 08:00"),
        ("2027-01-15 09:00", "2027-01-15 09:00"),
        ("2027-01-15 11:00", "2027-01-22 08:00"),
        ("2027-01-16 00:00", "2027-01-22 08:00"),
    ],
)
def test_the_next_opening_is_found_up_to_a_week_ahead(at: str, opens: str) -> None:
    assert portal((4, 9, 12)).next_opening_ms(moment(at)) == moment(opens)


def test_a_span_to_midnight_and_one_from_midnight_join() -> None:
    joined = portal((5, 22, 24), (6, 0, 2))
    assert joined.is_open_hour(moment("2027-01-16 22:59"))
    assert joined.is_open_hour(moment("2027-01-16 23:00"))
    assert not joined.is_open_hour(moment("2027-01-17 01:00"))


@pytest.mark.parametrize(
    ("at", "closes"),
    [
        ("2027-01-15 07:59", 0),
        ("2027-01-15 08:00", "2027-01-15 11:00"),
        ("2027-01-15 10:59", "2027-01-15 11:00"),
        ("2027-01-15 11:00", 0),
        ("2027-01-16 21:00", "2027-01-17 01:00"),
    ],
)
def test_running_hours_end_where_the_last_joined_span_ends(at: str, closes: str | int) -> None:
    # Spans out of order, and two that meet at midnight.
    hours = portal((6, 0, 2), (4, 9, 12), (5, 22, 24))
    expected = moment(closes) if isinstance(closes, str) else closes
    assert hours.closing_ms(moment(at)) == expected


def test_hours_that_never_end_have_no_closing_time() -> None:
    whole_week = portal(*((day, 0, 24) for day in range(7)))
    but_monday = portal(*((day, 0, 24) for day in range(1, 7)))
    for at in ("2027-01-15 09:00", "2027-03-27 22:59", "2027-10-30 21:59"):
        assert whole_week.closing_ms(moment(at)) == 0
    assert but_monday.closing_ms(moment("2027-01-15 09:00")) == moment("2027-01-17 23:00")
    assert portal(always=True).closing_ms(moment("2027-01-15 09:00")) == 0
    assert portal().closing_ms(moment("2027-01-15 09:00")) == 0


def test_clock_changes_move_hours_with_the_clock() -> None:
    sunday = portal((6, 9, 12))
    # 28 March 2027: clocks go forward; 31 October 2027: back.
    assert sunday.next_opening_ms(moment("2027-03-28 00:00")) == moment("2027-03-28 07:00")
    assert sunday.next_opening_ms(moment("2027-10-31 00:00")) == moment("2027-10-31 08:00")
    assert sunday.closing_ms(moment("2027-03-28 07:00")) == moment("2027-03-28 10:00")
    assert sunday.closing_ms(moment("2027-10-31 08:00")) == moment("2027-10-31 11:00")


def test_a_portal_without_hours_never_opens_and_one_may_always_be_open() -> None:
    assert portal().next_opening_ms(moment("2027-01-15 09:00")) == 0
    assert not portal().is_open_hour(moment("2027-01-15 09:00"))
    assert portal(always=True).is_open_hour(moment("2027-01-15 03:00"))
