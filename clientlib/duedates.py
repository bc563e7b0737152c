"""What runs out soon: the own certificate, and the TEAM statements that list me (section 4).

A certificate is renewed by an admin, a TEAM by whichever member signs in during its last ten days;
people are told in time, so that nobody stands outside on a Monday. Pure. Twin of
web/js/features/workspace/duedates.js.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from crypto.logview import LogView

DAY_MS = 86_400_000
# As many days before the end as people are told; at 0 it has ended.
TOLD_DAYS = (30, 14, 3, 0)


class Due(Enum):
    """What runs out."""

    CERTIFICATE = "certificate"
    TEAM = "team"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNotice:
    """One line for people: `told_days` is the closest of TOLD_DAYS that has been reached.

    `team16` is empty for a certificate.
    """

    what: Due
    team16: bytes
    told_days: int
    not_after_ms: int


def due_within(not_after_ms: int, now_ms: int) -> int | None:
    """Return the closest of the told distances that is reached; None while the end is further."""
    reached = [days for days in TOLD_DAYS if not_after_ms - now_ms <= days * DAY_MS]
    return min(reached) if reached else None


def days_left(not_after_ms: int, now_ms: int) -> int:
    """Return whole days until the end, the last one begun counted; 0 once it has come."""
    return max(0, -(-(not_after_ms - now_ms) // DAY_MS))


def due_notices(view: LogView, subject16: bytes, now_ms: int) -> tuple[DueNotice, ...]:
    """Return what of a person's runs out or has ended: the certificate first, then the teams.

    Of the certificates that were not revoked the one that runs longest counts; who has none is told
    something else. A TEAM runs 30 days, so that it is always within the first distance.
    """
    ends: list[tuple[Due, bytes, int]] = []
    held = [one for one in view.own_certificates(subject16) if one.revoked_at is None]
    if held:
        ends.append((Due.CERTIFICATE, b"", max(one.not_after_ms for one in held)))
    for team16 in view.team_ids():
        latest = view.latest_team(team16)
        if latest is not None and subject16 in latest.team.members:
            ends.append((Due.TEAM, team16, latest.not_after_ms))
    return tuple(
        DueNotice(what=what, team16=team16, told_days=told, not_after_ms=not_after_ms)
        for what, team16, not_after_ms in ends
        if (told := due_within(not_after_ms, now_ms)) is not None
    )
