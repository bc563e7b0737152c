"""Envelopes that were just stored, for readers in this process: they need not read them back.

An announcement carries a number, and most readers are where they can use it at once. What `post`
has put on disk it leaves here, with the capabilities of that same transaction. Nobody relies on it:
who does not find a number looks into the database. Kept between one and two rounds of the sweep,
and never more than two times `ROUND_BYTES`.
"""

from __future__ import annotations

from typing import NamedTuple

from crypto.wire.boxes import EnvelopeStored
from e2e_server.kernel.connection import SharedEvent

# Some 800 messages of 1 KB in chats of two.
ROUND_BYTES = 2 * 1024 * 1024
_CAP_BYTES = 128


class Posted(NamedTuple):
    """An envelope as its readers get it, and the hashes of the capabilities that may read it."""

    event: SharedEvent
    readers: frozenset[bytes]


class Fresh:
    """What was posted in this round and in the one before."""

    def __init__(self) -> None:
        self._this: dict[tuple[bytes, int], Posted] = {}
        self._before: dict[tuple[bytes, int], Posted] = {}
        self._this_bytes = 0

    def put(self, box16: bytes, n: int, e1: bytes, readers: frozenset[bytes]) -> None:
        """Keep an envelope that is on disk under number `n`; `readers`: those of that moment."""
        # The event keeps its bytes twice, once as a frame.
        size_bytes = 2 * len(e1) + len(readers) * _CAP_BYTES
        if self._this_bytes + size_bytes > ROUND_BYTES:
            self.end_round()
        self._this_bytes += size_bytes
        event = SharedEvent(EnvelopeStored(box16=box16, n=n, e1=e1))
        self._this[box16, n] = Posted(event, readers)

    def find(self, box16: bytes, n: int) -> Posted | None:
        """Return the envelope of this number, None when it is not kept (any more)."""
        return self._this.get((box16, n)) or self._before.get((box16, n))

    def end_round(self) -> None:
        """Forget what was posted before this round; called with each sweep, and when it is full."""
        self._before, self._this, self._this_bytes = self._this, {}, 0
