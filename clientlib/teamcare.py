"""What a member's client does for its team at a sign-in, whatever was left undone (section 4).

    take      the keys that colleagues have sent
    succeed   where somebody has left: a new key
    renew     what ends soon
    recommit  what was sent to the key before

Each step looks first whether it is needed, so that an interrupted one is made up for by the next
sign-in of any member.
"""

from __future__ import annotations

from dataclasses import dataclass

from clientlib import teams
from clientlib.recommit import Progress, Tell, quiet, recommit
from clientlib.staff import Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What was done for one team: who went, and what was sealed anew."""

    left: tuple[bytes, ...]
    progress: Progress


async def look_after(staff: Staff, team16: bytes, tell: Tell = quiet) -> Care:
    """Take all steps for a team of mine; RestartedTeam before a restart was seen."""
    await teams.take_team_seeds(staff)
    before = (await staff.log.update()).latest_team(team16)
    await teams.succeed(staff, team16)
    await teams.renew_teams(staff)
    after = staff.log.view.latest_team(team16)
    stayed = after.team.members if after else ()
    left = tuple(one for one in before.team.members if one not in stayed) if before else ()
    return Care(left=left, progress=await recommit(staff, team16, tell))
