"""A commit that a member signs for a team's entry (protocol section 5).

It is made and checked as every member will check it, before anything is sent: one that they refuse
would damage the box for good. Twin of web/js/features/workspace/teamcommit.js.
"""

from __future__ import annotations

from dataclasses import dataclass

from clientlib import commits
from clientlib.errors import Refused
from clientlib.firstrequest import FirstRequest
from clientlib.staff import Staff
from crypto.commit import Reason
from crypto.errors import BadStatement
from crypto.keys import EpochSecret
from crypto.random import Rand
from crypto.roster import RosterEntry, RosterState, is_revoked
from crypto.transcript import Transcript
from crypto.wire import boxes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a reader of the team commits on: read to its end, and sound."""

    transcript: Transcript
    roster: RosterState
    team: RosterEntry
    es: EpochSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who takes the team's place, why, and the secret of the epoch that begins so."""

    entry: RosterEntry
    reason: Reason
    es: EpochSecret


def ground_of(first: FirstRequest) -> Ground:
    """Return what to commit on; Refused while an alarm waits, BadStatement where no team is in."""
    transcript, team = first.box.transcript, first.team
    roster, es = transcript.state.roster, transcript.state.es
    if transcript.sending_paused or transcript.state.joining is not None:
        raise Refused("what the service shows of this request does not fit")
    if roster is None or es is None or team is None:
        raise BadStatement("no team is in it")
    return Ground(transcript=transcript, roster=roster, team=team, es=es)


def seal_for_team(
    staff: Staff, ground: Ground, change: Change, given: boxes.NewCap, rand: Rand
) -> boxes.Commit:
    """Seal the commit in the team's name, with the own key; `given`: what the new entry may do.

    Who stays in it stays, but for the revoked: they shall not read what the new key opens.
    BadStatement where the other members would refuse it. Letters are for the caller to add.
    """
    log, entries = staff.log, ground.roster.entries.values()
    revoked = [one.sidx for one in entries if is_revoked(one, log.view.size, log.staff)]
    out = (ground.team.sidx, *revoked)
    staying = (one for one in entries if one.sidx not in out)
    made = commits.Change(
        entries=(*staying, change.entry),
        reason=change.reason,
        es=change.es,
        sidx=ground.team.sidx,
        by=staff.certificate.hash,
    )
    sealed = commits.seal(staff.caseload, ground.transcript, made, rand)
    return sealed.command(caps=(given,), out=out)
