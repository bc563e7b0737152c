"""What shows a member that a conversation was deleted: its tomb, the day's list, the log. Pure.

The client fetches the lists of the days from the close on, one by one, and has each judged, until
one of them names the tomb (protocol section 8). It says what it saw and no more: that no copy was
kept elsewhere, nobody can show.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crypto import chain, daylist, primitives
from crypto.daylist import HOURS_PER_DAY, LISTED_DAYS
from crypto.entry import Entry, has_moved
from crypto.errors import RemoteError
from crypto.publication import Deletions

# Clocks differ; a purge is a minute late at most.
LATE_MINUTES = 10
# The log has the root of a day an hour after its end at the latest.
ENTERING_HOURS = 1

_MINUTE_MS = 60_000
_DAY_MS = HOURS_PER_DAY * 60 * _MINUTE_MS


class Evidence(StrEnum):
    """What can be said of the deletion of one conversation."""

    LATER = "later"
    TONIGHT = "tonight"
    ENTERED = "entered"
    MISSING = "missing"
    NOT_ENTERED = "not_entered"
    FALSE_LIST = "false_list"
    PAST = "past"

    @property
    def is_alarm(self) -> bool:
        """Tell whether the service does not keep what it promised."""
        return self in (Evidence.MISSING, Evidence.NOT_ENTERED, Evidence.FALSE_LIST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found; `hour` of the deletion since the epoch, 0 where no list names it."""

    evidence: Evidence
    hour: int = 0


def tomb_of(entry: Entry) -> bytes | None:
    """Return the tomb that the purge of this box leaves; None where this account cannot know it."""
    if not entry.close_minute or has_moved(entry):
        return None
    return chain.tomb(entry.box16, entry.pin_chain, entry.close_minute)


def days_of(close_minute: int, now_ms: int) -> range:
    """Return the days whose lists may name it, since the epoch; none that is published no more."""
    today = now_ms // _DAY_MS
    return range(max(close_minute * _MINUTE_MS // _DAY_MS, today - LISTED_DAYS), today + 1)


def judge_day(
    tomb: bytes, day: int, raw: bytes | None, stated: Deletions | None, now_ms: int
) -> Found | None:
    """Return what the list of one day says of a tomb; None where it does not name it.

    `raw` is None where the relay has no such list, `stated` where the log says nothing of the day.
    """
    try:
        graves = daylist.read(raw or b"", day)
    except RemoteError:
        return Found(evidence=Evidence.FALSE_LIST)
    root = daylist.root(graves)
    if stated and not (len(graves) == stated.count and primitives.equal(root, stated.root)):
        return Found(evidence=Evidence.FALSE_LIST)
    hours = [one.hour for one in graves if one.tomb == tomb]
    if not hours:
        return None
    if stated:
        return Found(evidence=Evidence.ENTERED, hour=hours[0])
    is_due = now_ms >= (day + 1) * _DAY_MS + ENTERING_HOURS * 60 * _MINUTE_MS
    return Found(evidence=Evidence.NOT_ENTERED if is_due else Evidence.TONIGHT, hour=hours[0])


def unnamed(close_minute: int, retention_hours: int, seen_false: bool, now_ms: int) -> Found:
    """Return what is to be said where no list names the tomb; `seen_false`: one was not true."""
    due_minute = close_minute + retention_hours * 60
    if now_ms < (due_minute + LATE_MINUTES) * _MINUTE_MS:
        return Found(evidence=Evidence.LATER)
    if due_minute * _MINUTE_MS // _DAY_MS < now_ms // _DAY_MS - LISTED_DAYS:
        return Found(evidence=Evidence.PAST)
    return Found(evidence=Evidence.FALSE_LIST if seen_false else Evidence.MISSING)
