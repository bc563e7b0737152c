"""Where a written conversation stands, as people see it: read from the box itself.

One pure function of what the members have signed; the relay's rows only sort lists. Twin of
web/js/features/enquiries/standing.js.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import Enum

from clientlib.said import Learned
from clientlib.workdays import ZONE, answer_day, day_of
from crypto.roster import Role, RosterState


class Standing(Enum):
    """The states, each with the word that people read."""

    OPEN = "offen"
    TAKEN = "in Bearbeitung"
    ANSWERED = "beantwortet"
    DONE = "abgeschlossen"
    CLOSED = "geschlossen"


def standing(roster: RosterState | None, learned: Learned, *, is_closed: bool) -> Standing:
    """Tell where it stands; before the first commit it is as open as can be."""
    if is_closed:
        return Standing.CLOSED
    if not _is_taken(roster, learned):
        return Standing.OPEN
    if learned.is_done:
        return Standing.DONE
    is_new = learned.last_word is None and _is_begun(roster)
    is_owed = is_new or learned.last_word is Role.SEEKER
    return Standing.TAKEN if is_owed else Standing.ANSWERED


def has_team(roster: RosterState | None) -> bool:
    """Tell whether everybody in a team reads this."""
    entries = roster.entries.values() if roster else ()
    return any(one.role is Role.TEAM for one in entries)


def is_with_team(roster: RosterState | None) -> bool:
    """Tell whether it waits for a team: one reads it, and nobody in person."""
    people = (Role.SEEKER, Role.TEAM)
    entries = roster.entries.values() if roster else ()
    return has_team(roster) and all(one.role in people for one in entries)


def due_day(
    learned: Learned, working_days: int, holidays: Collection[date], zone: str = ZONE
) -> date | None:
    """Return by which day the seeker was promised an answer; None when they wait for none."""
    if learned.waiting_since_ms == 0:
        return None
    return answer_day(learned.waiting_since_ms, working_days, holidays, zone)


def is_overdue(where: Standing, due: date | None, now_ms: int, zone: str = ZONE) -> bool:
    """Tell whether the promised day has passed without an answer."""
    is_owed = where in (Standing.OPEN, Standing.TAKEN)
    return is_owed and due is not None and day_of(now_ms, zone) > due


def _is_taken(roster: RosterState | None, learned: Learned) -> bool:
    """A team's is taken by the commit that lets one of them in, whether the team goes or stays.

    One that was written to a counsellor is, once they have signed anything, be it that they read;
    one that they have begun is from the first.
    """
    if roster is None or is_with_team(roster):
        return False
    return roster.epoch > 0 or learned.has_counsellor_signed or _is_begun(roster)


def _is_begun(roster: RosterState | None) -> bool:
    """Tell whether a counsellor made the first commit."""
    first = roster.entries.get(0) if roster else None
    return first is not None and first.role is Role.COUNSELLOR
