"""Who of a portal's two teams reads what is written to it: the system level as a key policy.

                       new enquiries        what is given back
    offen              the team             the team
    eingeschraenkt     the team             the leads
    stark-eingeschraenkt   the leads        the leads

Between the two it is the counsellor's alone. The level decides whose key something is sealed to,
and which team a seeker's client lets in; nobody is kept from anything by a list. The fourth level,
"ganz-offen", in which a team reads along, is not available. Twin of web/js/crypto/levels.js.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How far what is written to a portal is open to its team."""

    OPEN = "offen"
    RESTRICTED = "eingeschraenkt"
    STRICT = "stark-eingeschraenkt"


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
        return self.team16 if self.level is Level.OPEN else self.leads16

    @property
    def all16(self) -> tuple[bytes, ...]:
        """Both: whoever one of them lists may have a case, be it by a hand-over."""
        return (self.team16, self.leads16) if self.leads16 else (self.team16,)

    def is_leads(self, team16: bytes) -> bool:
        """Tell whether this is the leads' team, which takes in nobody else."""
        return bool(self.leads16) and team16 == self.leads16
