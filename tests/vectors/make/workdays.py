"""Answering days: weekends, holidays, hours around midnight, days when clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clientlib.workdays import ZONE, answer_day
from tests.vectors.make.common import case, document

# Nationwide holidays of Germany as a page carries them: this and the next two years, in order.
HOLIDAYS = [
    "2026-01-01",
    "2026-04-03",
    "2026-04-06",
    "2026-05-01",
    "2026-05-14",
    "2026-05-25",
    "2026-10-03",
    "2026-12-25",
    "2026-12-26",
    "2027-01-01",
    "2027-03-26",
    "2027-03-29",
    "2027-05-01",
    "2027-05-06",
    "2027-05-17",
    "2027-10-03",
    "2027-12-25",
    "2027-12-26",
    "2028-01-01",
    "2028-04-14",
    "2028-04-17",
    "2028-05-01",
    "2028-05-25",
    "2028-06-05",
    "2028-10-03",
    "2028-12-25",
    "2028-12-26",
]
NEW_YORK = "America/New_York"
# A whole month of holidays, and some: nobody works between them.
LONG = [str(date(2026, 7, 1) + timedelta(days=i)) for i in range(60)]
MONDAY = "2026-11-23 10:12"

CASES: tuple[tuple[str, str, str, int, list[str], str], ...] = (
    ("two days from a Monday", "the day of arrival does not count", MONDAY, 2, HOLIDAYS, ZONE),
    ("one day from a Monday", "the next day", MONDAY, 1, HOLIDAYS, ZONE),
    ("no day", "answered the same day", MONDAY, 0, HOLIDAYS, ZONE),
    ("no day on a Sunday", "0 is the day of arrival, always", "2026-11-22 12:00", 0, [], ZONE),
    ("five days", "over a weekend", MONDAY, 5, HOLIDAYS, ZONE),
    ("thirty days", "over a year's end", MONDAY, 30, HOLIDAYS, ZONE),
    ("from a Friday", "Saturday and Sunday do not count", "2026-11-27 18:00", 2, HOLIDAYS, ZONE),
    ("from a Saturday", "counting begins on Monday", "2026-11-28 08:00", 2, HOLIDAYS, ZONE),
    ("from a Sunday", "counting begins on Monday", "2026-11-29 08:00", 2, HOLIDAYS, ZONE),
    ("before Christmas", "two holidays and a weekend", "2026-12-23 16:00", 2, HOLIDAYS, ZONE),
    ("at the year's end", "New Year's Day is a Friday", "2026-12-31 23:30", 1, HOLIDAYS, ZONE),
    ("on New Year's Day", "arrives on a holiday", "2027-01-01 09:00", 1, HOLIDAYS, ZONE),
    ("Maundy Thursday", "Good Friday and Easter Monday", "2026-04-02 12:00", 2, HOLIDAYS, ZONE),
    ("Easter Sunday", "arrives between holidays", "2026-04-05 12:00", 1, HOLIDAYS, ZONE),
    ("Easter without holidays", "the same days counted", "2026-04-02 12:00", 2, [], ZONE),
    ("a holiday on a Saturday", "counts once", "2026-10-02 12:00", 1, HOLIDAYS, ZONE),
    ("last second of a day", "still Monday", "2026-11-23 23:59:59", 1, HOLIDAYS, ZONE),
    ("first second of a day", "already Tuesday", "2026-11-24 00:00:00", 1, HOLIDAYS, ZONE),
    ("before summer time", "the hour that is skipped", "2026-03-29 01:59:59", 1, HOLIDAYS, ZONE),
    ("after summer time", "one second later", "2026-03-29 03:00:00", 1, HOLIDAYS, ZONE),
    ("first night of summer time", "midnight is 22:00 UTC", "2026-03-30 00:30", 1, HOLIDAYS, ZONE),
    ("before winter time", "25 hours in a day", "2026-10-25 00:00:00", 1, HOLIDAYS, ZONE),
    ("end of the long day", "25 hours in a day", "2026-10-25 23:59:59", 1, HOLIDAYS, ZONE),
    ("leap day", "29 February is a Tuesday", "2028-02-28 12:00", 1, HOLIDAYS, ZONE),
    ("leap year's March", "from a leap day", "2028-02-29 12:00", 1, HOLIDAYS, ZONE),
    ("long list of holidays", "sixty in a row", "2026-06-30 12:00", 2, LONG, ZONE),
    ("another zone", "still Sunday there", "2026-11-29 23:00", 1, HOLIDAYS, NEW_YORK),
)


def cases() -> dict[str, Any]:
    """All cases, and a leap year in steps of two weeks."""
    found = [_case(*one) for one in CASES]
    start = datetime(2028, 1, 1, 22, 30, tzinfo=UTC)
    found += [
        _case(
            f"2028, day {i}",
            "two working days",
            f"{start + timedelta(days=i):%Y-%m-%d %H:%M}",
            2,
            HOLIDAYS,
            ZONE,
        )
        for i in range(0, 366, 14)
    ]
    return document("By which day an answer is promised.", found)


def _case(name: str, why: str, local: str, days: int, holidays: list[str], zone: str) -> Any:
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    received_ms = int(at.timestamp()) * 1000
    kept = frozenset(date.fromisoformat(one) for one in holidays)
    given = {
        "op": "answer_day",
        "received_ms": received_ms,
        "working_days": days,
        "holidays": " ".join(holidays),
        "zone": zone,
    }
    return case(name, why, given, {"day": str(answer_day(received_ms, days, kept, zone))})
