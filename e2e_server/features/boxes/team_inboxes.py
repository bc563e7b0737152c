"""Which inboxes are teams', by the keys in the log: several people read one, and keys change."""

from __future__ import annotations

from crypto import labels
from crypto.keys import KemPublic
from crypto.logview import LogView
from crypto.primitives import hash_
from e2e_server.features.translog import log_of
from e2e_server.kernel.context import Context

INBOX_BYTES = 16


def inbox_of(kem_pk: KemPublic) -> bytes:
    """Return the address of the inbox whose letters this key opens."""
    return hash_(labels.INBOX, kem_pk.raw)[:INBOX_BYTES]


def is_staff_inbox(context: Context, inbox16: bytes) -> bool:
    """Tell whether this is the inbox of a certified person or of a team, whenever they were."""
    if context.services.get(TeamInboxes).team_of(context, inbox16) is not None:
        return True
    view = log_of(context).view
    certificates = (view.certificate(entry.hash) for entry in view.entries)
    return any(one is not None and inbox_of(one.kem_pk) == inbox16 for one in certificates)


def inboxes_of_team(context: Context, team16: bytes) -> frozenset[bytes]:
    """Return the inboxes of a team, under its key of today and under its former ones."""
    history = log_of(context).view.team_history(team16)
    return frozenset(inbox_of(one.team.kem_pk) for one in history)


class TeamInboxes:
    """Every team's inbox, those of former keys too; found anew when the log has grown."""

    def __init__(self) -> None:
        self._view: LogView | None = None
        self._teams: dict[bytes, bytes] = {}

    def team_of(self, context: Context, inbox16: bytes) -> bytes | None:
        """Return the team16 under whose key the letters of this inbox are sealed."""
        view = log_of(context).view
        if view is not self._view:
            self._teams = {
                inbox_of(one.team.kem_pk): team16
                for team16 in view.team_ids()
                for one in view.team_history(team16)
            }
            self._view = view
        return self._teams.get(inbox16)

    def former_of(self, context: Context, team16: bytes) -> frozenset[bytes]:
        """Return the inboxes of a team under keys that it has had before the one of its newest."""
        history = log_of(context).view.team_history(team16)
        newest = {inbox_of(one.team.kem_pk) for one in history[-1:]}
        return inboxes_of_team(context, team16) - newest

    def is_superseded(self, context: Context, inbox16: bytes) -> bool:
        """Tell whether this is a team's inbox, but not under its key of today."""
        team16 = self.team_of(context, inbox16)
        if team16 is None:
            return False
        current = log_of(context).view.current_team(team16, context.clock.now_ms())
        return current is None or inbox_of(current.team.kem_pk) != inbox16
