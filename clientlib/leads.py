"""The leads' own team: it lists people who are certified as leads, and nobody else.

Twin of web/js/core/leads.js.
"""

from __future__ import annotations

from clientlib.counterpart import in_force
from clientlib.errors import Refused
from crypto.levels import Teams
from crypto.logview import LogView
from crypto.statement import Role, Team


def strangers(view: LogView, team: Team, now_ms: int) -> tuple[bytes, ...]:
    """Return whom a leads' team lists though their certificate in force is no lead's."""
    found = ((one, in_force(view, one, now_ms)) for one in team.members)
    return tuple(one for one, held in found if held is not None and held.role is not Role.LEAD)


def check_leads(view: LogView, teams: Teams, team: Team, now_ms: int) -> None:
    """Refused where something for leads alone would be sealed to somebody who is none."""
    if teams.is_leads(team.team16) and strangers(view, team, now_ms):
        raise Refused("the leads' team lists somebody who is no lead")
