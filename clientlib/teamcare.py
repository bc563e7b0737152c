"""What a member's client does for its team at a sign-in, whatever was left undone (section 4).

    take      the keys that colleagues have sent
    succeed   where somebody has left: a new key
    renew     what ends soon
    recommit  what was sent to the key before
    reseal    the text blocks of the team, and what was left for leads

Each step looks first whether it is needed, so that an interrupted one is made up for by the next
sign-in of any member.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

from clientlib import teams
from clientlib.leadcontacts import LeadContacts
from clientlib.leads import strangers
from clientlib.recommit import Progress, Tell, quiet, recommit
from clientlib.staff import Staff
from clientlib.teamblocks import TeamBlocks
from crypto.errors import RemoteError
from crypto.levels import Teams


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What was done for one team: who went, and what was sealed anew; `contacts`: for leads."""

    left: tuple[bytes, ...]
    progress: Progress
    contacts: Progress


_NOTHING_LED: Mapping[bytes, Teams] = MappingProxyType({})


async def look_after(
    staff: Staff,
    team16: bytes,
    tell: Tell = quiet,
    *,
    is_leads: bool = False,
    led: Mapping[bytes, Teams] = _NOTHING_LED,
) -> Care:
    """Take all steps for a team of mine; RestartedTeam before a restart was seen.

    `is_leads`: who is certified as something else has left it. `led`: the portals whose leads they
    are, with their teams.
    """
    await teams.take_team_seeds(staff)
    before = (await staff.log.update()).latest_team(team16)
    now_ms, team = staff.caseload.now_ms(), before.team if before else None
    out = strangers(staff.log.view, team, now_ms) if team and is_leads else ()
    # Who is no lead any more is taken out by the others.
    await teams.succeed(staff, team16, out=() if staff.subject16 in out else out)
    await teams.renew_teams(staff)
    after = staff.log.view.latest_team(team16)
    stayed = after.team.members if after else ()
    left = tuple(one for one in before.team.members if one not in stayed) if before else ()
    progress = await recommit(staff, team16, tell)
    contacts = await _reseal_contacts(staff, led)
    # What is wrong with them is told to whoever opens them.
    with suppress(RemoteError):
        await TeamBlocks(staff, team16).reseal()
    return Care(left=left, progress=progress, contacts=contacts)


async def _reseal_contacts(staff: Staff, led: Mapping[bytes, Teams]) -> Progress:
    """Seal what was left for these leads to their present key; count it over all portals."""
    every = list[Progress]()
    for portal16, behind in led.items():
        # As with the text blocks: whoever opens one is told.
        with suppress(RemoteError):
            every.append(await LeadContacts(staff, portal16, behind).reseal())
    return Progress(
        done=sum(one.done for one in every),
        total=sum(one.total for one in every),
        skipped=tuple(ticket16 for one in every for ticket16 in one.skipped),
    )
