"""What the published site.json says to the relay: the organisation, its portals, their hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from crypto.levels import NO_TEAMS, Level, Teams

TIME_ZONE = ZoneInfo("Europe/Berlin")
MINUTES_PER_DAY = 24 * 60
_DAYS_AHEAD = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHours:
    """One span of a weekday (0 is Monday), in minutes since local midnight; 1440 is its end."""

    weekday: int
    opens_minute: int
    closes_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """The entrance of one subject area and the teams behind it; live chats are `team16`'s."""

    portal16: bytes
    team16: bytes
    hours: tuple[OpenHours, ...]
    always: bool
    leads16: bytes = b""
    level: Level = Level.OPEN
    # Auditors serve it and nothing else, and nobody else serves it.
    is_audit: bool = False

    @property
    def teams(self) -> Teams:
        """Who of them reads what is written."""
        return Teams(team16=self.team16, leads16=self.leads16, level=self.level)

    def is_open_hour(self, now_ms: int) -> bool:
        """Tell whether the hours say open; whether somebody is on duty is another question."""
        return self.always or any(
            opens <= now_ms < closes for opens, closes in self._spans_around(now_ms)
        )

    def next_opening_ms(self, now_ms: int) -> int:
        """Return when the hours next begin, `now_ms` while they run, 0 when none are planned."""
        if self.is_open_hour(now_ms):
            return now_ms
        return min((opens for opens, _ in self._spans_around(now_ms) if opens > now_ms), default=0)

    def closing_ms(self, now_ms: int) -> int:
        """Return when the running hours end; 0 while none run, and where they never end."""
        spans = sorted(self._spans_around(now_ms))
        end_ms = now_ms
        for opens, closes in spans:
            if opens <= end_ms < closes:
                end_ms = closes
        # Today's weekday comes twice: whoever reaches the very last end has gone round the week.
        never_ends = self.always or end_ms == max((closes for _, closes in spans), default=0)
        return 0 if never_ends or end_ms == now_ms else end_ms

    def _spans_around(self, now_ms: int) -> Iterator[tuple[int, int]]:
        today = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(TIME_ZONE).date()
        for days in range(_DAYS_AHEAD):
            day = today + timedelta(days=days)
            for span in self.hours:
                if span.weekday == day.weekday():
                    midnight = datetime(day.year, day.month, day.day, tzinfo=TIME_ZONE)
                    yield (
                        _local_ms(midnight, span.opens_minute),
                        _local_ms(midnight, span.closes_minute),
                    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """The limits that the pages promise to people and the relay keeps."""

    chat_minutes: int
    confirm_minutes: int
    place_minutes: int
    resume_minutes: int
    unaccepted_days: int
    idle_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The organisation's fingerprint (32 bytes), deployment id (16) and portals."""

    fingerprint: bytes
    deployment_id: bytes
    portals: tuple[Portal, ...]
    retention_hours: int
    promises: Promises

    def portal(self, portal16: bytes) -> Portal | None:
        """Find a portal by its id."""
        return next((one for one in self.portals if one.portal16 == portal16), None)

    def is_audit_team(self, team16: bytes) -> bool:
        """Tell whether a team stands behind a portal that is for audits alone."""
        return any(one.is_audit and one.team16 == team16 for one in self.portals)

    def teams(self, portal16: bytes) -> Teams:
        """Return the teams behind a portal; none behind one that there is no more."""
        portal = self.portal(portal16)
        return portal.teams if portal else NO_TEAMS


def _local_ms(midnight: datetime, minute: int) -> int:
    """Return the moment when clocks show `minute` that day, also on the two odd days of a year."""
    # Wall-clock arithmetic: an aware datetime adds hours to what the clock shows.
    shown = midnight + timedelta(minutes=minute)
    return int(shown.astimezone(UTC).timestamp() * 1000)
