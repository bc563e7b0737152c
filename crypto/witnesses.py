"""Whether the witnesses whom POLICY names have cosigned a log, enough of them and lately enough.

The log's own signature lets every leaf count at once, so that a revocation waits for nobody. Beside
it stands one checkpoint, perhaps an older one, under which the cosignatures lie: whoever shows two
people two logs, or one of them an old one, can do so for `cosigned_hours` and no longer.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto import checkpoint, cosignature
from crypto.certificate import CLOCK_TOLERANCE_MS
from crypto.errors import NotWitnessed, RemoteError
from crypto.logview import LogView, Position
from crypto.statement import Policy

MS_PER_HOUR = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """Since when (ms) enough witnesses have seen the first `size` leaves, as asked for."""

    size: int
    at_ms: int


def check(view: LogView, note: bytes, now_ms: int) -> Witnessed | None:
    """Return what the witnesses have seen; None where POLICY asks for none. NotWitnessed.

    `note`: the cosigned checkpoint that came with the log. `now_ms`: the device's own clock, for a
    relay that could name the time could name an old one.
    """
    policy = view.policy()
    if policy is None or policy.witness_quorum == 0:
        return None
    try:
        opened = checkpoint.open_checkpoint(note, policy.log_origin, policy.log_pk)
        times = cosignature.cosigned(note, policy.witnesses)
    except RemoteError as error:
        raise NotWitnessed("no cosigned checkpoint") from error
    if view.position(opened.size, opened.root) is not Position.KNOWN:
        raise NotWitnessed("the cosigned checkpoint is another log's")
    at_ms = _counted(policy, times, now_ms)
    return Witnessed(size=opened.size, at_ms=at_ms)


def _counted(policy: Policy, times: dict[bytes, int], now_ms: int) -> int:
    """Return the time of the last witness needed for the quorum, the newest counted first."""
    begin_ms = now_ms - policy.cosigned_hours * MS_PER_HOUR
    end_ms = now_ms + CLOCK_TOLERANCE_MS
    fresh = [one * 1000 for one in times.values() if begin_ms <= one * 1000 <= end_ms]
    if len(fresh) < policy.witness_quorum:
        raise NotWitnessed("too few witnesses, or too long ago")
    return sorted(fresh, reverse=True)[policy.witness_quorum - 1]
