"""By which day an answer is promised: working days of the place where the centre works.

Twin of web/js/core/workdays.js; both follow tests/vectors/workdays.json.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

# Where the centres of this product work; the days of their calendar begin at midnight there.
ZONE = "Europe/Berlin"
_SATURDAY = 5
_MS_PER_SECOND = 1000
_ONE_DAY = timedelta(days=1)


def answer_day(
    received_ms: int, working_days: int, holidays: Collection[date], zone: str = ZONE
) -> date:
    """Return the day by whose end something received then is answered.

    A day counts that is neither Saturday, Sunday nor a holiday; the day of arrival does not. With
    0 working days it is the day of arrival, whatever day that is.
    """
    day = day_of(received_ms, zone)
    left = working_days
    while left > 0:
        day += _ONE_DAY
        if day.weekday() < _SATURDAY and day not in holidays:
            left -= 1
    return day


def day_of(at_ms: int, zone: str = ZONE) -> date:
    """Return which day it is in `zone` at a moment."""
    return datetime.fromtimestamp(at_ms // _MS_PER_SECOND, UTC).astimezone(ZoneInfo(zone)).date()
