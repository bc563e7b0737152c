"""The alarm for a team that an admin has begun anew (staff.md, steps J10 and Y6).

Every other change of a team is signed by one of its members. A restart is not: an admin alone says
who is in the team and under which key, so whoever is about to trust that must have seen it. What
was seen is kept in the account's settings, by the hash of the statement. Pure but for `note_seen`.
Twin of web/js/core/restarts.js.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from clientlib.errors import Refused
from clientlib.keyring import Keyring
from clientlib.settings import Settings
from crypto.certificate import TeamStatement
from crypto.logview import LogView


class RestartedTeam(Refused):
    """Nothing is sealed to this team before the person has seen that it was begun anew."""

    code = "restarted_team"

    def __init__(self, statement: TeamStatement) -> None:
        super().__init__("an admin has begun this team anew")
        self.statement = statement


def newest(view: LogView, team16: bytes) -> TeamStatement | None:
    """Return the last restart of a team; what came before it counts no more."""
    restarted = [one for one in view.team_history(team16) if one.team.restart]
    return restarted[-1] if restarted else None


def unseen(view: LogView, team16: bytes, seen: Collection[bytes]) -> TeamStatement | None:
    """Return the last restart of a team if it is not among those that were seen."""
    found = newest(view, team16)
    return None if found is None or found.hash in seen else found


def must_be_seen(view: LogView, team16: bytes, seen: Collection[bytes]) -> None:
    """Raise RestartedTeam where somebody would trust a restart that they have not seen."""
    found = unseen(view, team16, seen)
    if found is not None:
        raise RestartedTeam(found)


def seen_of(keyring: Keyring) -> tuple[bytes, ...]:
    """Return what this account has seen, on any of its devices."""
    return Settings.decode(keyring.settings).restarts


async def note_seen(keyring: Keyring, view: LogView, statement: TeamStatement) -> None:
    """Keep for all devices that the person has seen it; one hash a team, the newest."""
    current = {found.hash for one in view.team_ids() if (found := newest(view, one))}

    def change(raw: bytes) -> bytes:
        settings = Settings.decode(raw)
        seen = {*settings.restarts, statement.hash} & current
        return replace(settings, restarts=tuple(sorted(seen))).encode()

    await keyring.keep_settings(change)
