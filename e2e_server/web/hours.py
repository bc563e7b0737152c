"""A portal's hours in words, for its page."""

from __future__ import annotations

from types import SimpleNamespace

from e2e_server.web.contexts import HoursRow
from e2e_server.web.site import Portal
from e2e_server.web.texts import fill


def hours_rows(t: SimpleNamespace, portal: Portal) -> tuple[HoursRow, ...]:
    """One row for each weekday on which the portal has hours."""
    rows = []
    for weekday, day in enumerate(t.portal.weekdays):
        spans = tuple(
            fill(t.portal.hours_range, **{
                "from": _clock(span.opens_minute), "to": _clock(span.closes_minute)
            })
            for span in portal.hours
            if span.weekday == weekday
        )  # fmt: skip
        if spans:
            rows.append(HoursRow(day=day, spans=spans))
    return tuple(rows)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
