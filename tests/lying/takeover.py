"""Commits that take an enquiry over, as anybody could make them who holds the team's key.

`Takeover` is right in everything when Maria signs it; a test changes one thing of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from clientlib import begin
from clientlib.firstrequest import FirstRequest
from crypto import commit, epoch
from crypto.certificate import Certificate
from crypto.commit import Reason
from crypto.envelope import Kind, Wrap, seal_e1
from crypto.keys import EpochSecret, Share, SignSecret
from crypto.random import random_bytes
from crypto.roster import RosterEntry


@dataclass(slots=True, kw_only=True)
class Takeover:
    """Commit 1 of a first request that somebody in the team has opened."""

    first: FirstRequest
    certificate: Certificate
    sign: SignSecret
    # What a test changes; empty or None: as it should be.
    by: bytes | None = None
    sidx: int | None = None
    without_seeker: bool = False
    more: tuple[RosterEntry, ...] = ()
    wrapped_es: EpochSecret | None = None
    share: Share | None = None
    is_unwrapped: bool = False
    body: dict[str, Any] = field(default_factory=dict)
    commit: dict[str, Any] = field(default_factory=dict)

    def e1(self) -> bytes:
        """The sealed commit; ES_1 is drawn anew each time."""
        transcript = self.first.box.transcript
        roster, team = transcript.state.roster, self.first.team
        assert roster is not None
        assert team is not None
        me = begin.counsellor_entry(self.certificate, roster.highest_sidx + 1)
        dropped = {team.sidx, begin.SEEKER_SIDX} if self.without_seeker else {team.sidx}
        staying = [one for one in roster.entries.values() if one.sidx not in dropped]
        es = EpochSecret(random_bytes(EpochSecret.SIZE_BYTES))
        by = self.certificate.hash if self.by is None else self.by
        news, wraps = commit.make_commit(
            roster, (*staying, me, *self.more), Reason.ACCEPTED, es, by
        )
        if self.wrapped_es is not None:
            wraps = self._wraps(staying, self.wrapped_es)
            news = replace(news, wraps_hash=commit.wraps_hash(wraps))
        if self.is_unwrapped:
            wraps = ()
            news = replace(news, wraps_hash=commit.wraps_hash(wraps))
        if self.share is not None:
            box16 = transcript.state.box16
            news = replace(news, share_hash=epoch.share_hash(box16, self.share))
        news = replace(news, **self.commit)
        body = transcript.draft(
            kind=Kind.COMMIT,
            stream=7,
            i=0,
            sent_ms=self.first.box._now_ms(),
            log_n=transcript.state.log_n,
            payload=news.encode(),
            sidx=team.sidx if self.sidx is None else self.sidx,
        )
        return seal_e1(transcript.key, self.sign, replace(body, **self.body), wraps)

    def _wraps(self, staying: list[RosterEntry], es: EpochSecret) -> tuple[Wrap, ...]:
        box16 = self.first.box.box16
        return tuple(commit.wrap(one, box16, 1, es) for one in staying)
