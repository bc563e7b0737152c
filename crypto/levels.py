"""Who of a portal's two teams reads what is written to it: the system level as a key policy.

                           new enquiries    taken              what is given back
    ganz-offen             the team         team reads along   the team
    offen                  the team         counsellor alone   the team
    eingeschraenkt         the team         counsellor alone   the leads
    stark-eingeschraenkt   the leads        counsellor alone   the leads

The level decides whose key something is sealed to, and which team a seeker's client lets in and
leaves in; nobody is kept from anything by a list. Twin of web/js/crypto/levels.js.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How far what is written to a portal is open to its team."""

    WIDE_OPEN = "ganz-offen"
    OPEN = "offen"
    RESTRICTED = "eingeschraenkt"
    STRICT = "stark-eingeschraenkt"


_BACK_TO_LEADS = frozenset({Level.RESTRICTED, Level.STRICT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """The teams behind a portal; `leads16` is empty where leads have none of their own."""

    team16: bytes
    leads16: bytes = b""
    level: Level = Level.OPEN

    @property
    def first16(self) -> bytes:
        """Whom a new enquiry goes to; who is written to alone is one of them."""
        return self.leads16 if self.level is Level.STRICT else self.team16

    @property
    def back16(self) -> bytes:
        """Whom an enquiry goes to that somebody gives back."""
        return self.leads16 if self.level in _BACK_TO_LEADS else self.team16

    @property
    def reads_along(self) -> bool:
        """Tell whether the whole team reads on when one of them has taken an enquiry of the team.

        Then any of them may take it over. What was written to one person stays theirs alone.
        """
        return self.level is Level.WIDE_OPEN

    @property
    def all16(self) -> tuple[bytes, ...]:
        """Both: whoever one of them lists may have a case, be it by a hand-over."""
        return (self.team16, self.leads16) if self.leads16 else (self.team16,)

    def is_leads(self, team16: bytes) -> bool:
        """Tell whether this is the leads' team, which takes in nobody else."""
        return bool(self.leads16) and team16 == self.leads16


# Of a portal that the site has no more, and where no team has anything to do with it.
NO_TEAMS = Teams(team16=b"")
