"""The questions that boxes ask about staff, answered from a replayed log (protocol section 4).

`roster.StaffView` is the shape of these questions; a `LogView` is what answers them, also for an
earlier size of the log, so that reading an old box again gives the same verdicts.
"""

from __future__ import annotations

from crypto.certificate import Certificate, TeamStatement
from crypto.logview import LogView
from crypto.statement import Role


class LogStaff:
    """A replayed log as a `roster.StaffView`.

    `for_audit`: of an auditor's own trial. Everywhere else an auditor's certificate opens no box,
    whatever TEAM says; the twin, which has no trials, knows no other case.
    """

    def __init__(self, view: LogView, *, for_audit: bool = False) -> None:
        self.view = view
        self._for_audit = for_audit
        # Every envelope asks for the root it states; the view never changes.
        self._roots: dict[int, bytes] = {}

    def counsellor(self, certificate_hash: bytes) -> Certificate | None:
        """Return the certificate that chains to the root, ended or revoked or not."""
        found = self.view.certificate(certificate_hash)
        is_auditor = found is not None and found.role is Role.AUDITOR
        return None if is_auditor and not self._for_audit else found

    def team(self, team_hash: bytes) -> TeamStatement | None:
        """Return the valid TEAM statement of this hash, superseded or not."""
        return self.view.team(team_hash)

    def is_current_team(self, team_hash: bytes, log_n: int, at_ms: int) -> bool:
        """Tell whether that TEAM was its team's newest in the first `log_n` leaves, and ran."""
        found = self.view.team(team_hash)
        if found is None:
            return False
        newest = self._newest(found.team.team16, log_n)
        return newest is not None and newest.hash == team_hash and newest.runs_at(at_ms)

    def in_team(self, team16: bytes, subject16: bytes, log_n: int, at_ms: int) -> bool:
        """Tell whether the team's current TEAM lists the person; empty `team16`: some team's."""
        teams = (team16,) if team16 else self.view.team_ids()
        newest = (self._newest(one, log_n) for one in teams)
        return any(
            one is not None and one.runs_at(at_ms) and subject16 in one.team.members
            for one in newest
        )

    def log_root(self, log_n: int) -> bytes | None:
        """Return the log's Merkle root at size `log_n`; None when the log read is shorter."""
        if log_n > self.view.size:
            return None
        if log_n not in self._roots:
            self._roots[log_n] = self.view.root_at(log_n)
        return self._roots[log_n]

    def _newest(self, team16: bytes, log_n: int) -> TeamStatement | None:
        earlier = [one for one in self.view.team_history(team16) if one.index < log_n]
        return earlier[-1] if earlier else None
