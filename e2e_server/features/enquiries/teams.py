"""Which of a portal's teams somebody is in; who of them sees what is decided in `tickets.Place`."""

from __future__ import annotations

from typing import NamedTuple

from e2e_server.features.boxes import inboxes_of_team
from e2e_server.features.translog import is_in_force, is_listed
from e2e_server.kernel.context import Context, SignIn


class Listed(NamedTuple):
    """By which of a portal's teams somebody who is signed in is listed now."""

    by_team: bool
    by_leads: bool

    @property
    def at_all(self) -> bool:
        """Tell whether they have anything to do with this portal."""
        return self.by_team or self.by_leads

    def sees(self, *, for_leads: bool) -> bool:
        """Tell whether what nobody has taken is theirs to take."""
        return self.by_leads if for_leads else self.by_team


def listed(context: Context, portal16: bytes, sign_in: SignIn | None) -> Listed:
    """Look up who is signed in; under a certificate in force, and none at an unknown portal."""
    portal = context.site.portal(portal16)
    if portal is None:
        return Listed(by_team=False, by_leads=False)
    by_leads = bool(portal.leads16) and is_listed(context, portal.leads16, sign_in)
    return Listed(by_team=is_listed(context, portal.team16, sign_in), by_leads=by_leads)


def may_have(context: Context, portal16: bytes, subject16: bytes) -> bool:
    """Tell whether somebody, present or not, may have a case of this portal: of either team."""
    portal = context.site.portal(portal16)
    teams = portal.teams.all16 if portal else ()
    return any(is_in_force(context, one, subject16) for one in teams)


def may_be_written_to(context: Context, portal16: bytes, subject16: bytes) -> bool:
    """Tell whether a new enquiry may be for somebody alone: of whom new ones go to."""
    portal = context.site.portal(portal16)
    return portal is not None and is_in_force(context, portal.teams.first16, subject16)


class Terms(NamedTuple):
    """What a portal's level says at this moment of what comes in or back.

    `for_leads`: until it is taken, only leads see it; `reads_along`: the team reads on afterwards,
    by letters in its `inboxes`.
    """

    for_leads: bool
    reads_along: bool
    inboxes: frozenset[bytes]


def terms(context: Context, portal16: bytes, *, is_new: bool = False) -> Terms:
    """Look up what holds for a new one, or for one that is given back; nothing where no portal."""
    teams = context.site.teams(portal16)
    for_leads = teams.is_leads(teams.first16 if is_new else teams.back16)
    inboxes = inboxes_of_team(context, teams.team16)
    return Terms(for_leads=for_leads, reads_along=teams.reads_along, inboxes=inboxes)
