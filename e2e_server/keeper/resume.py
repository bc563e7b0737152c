"""Resume slots: what a reload or a killed tab needs, sealed by the client, in memory only."""

from __future__ import annotations

import heapq

from crypto.padding import MAX_RESUME_BYTES
from e2e_server.keeper.port import KeeperError, KeeperFullError

MAX_TOTAL_BYTES = 64 * 1024 * 1024
MAX_LIFE_MS = 60 * 60 * 1000


class ResumeSlots:
    """Slots by id until they expire, bounded in total; refuses rather than push others out."""

    def __init__(self, max_total_bytes: int = MAX_TOTAL_BYTES) -> None:
        self._slots: dict[bytes, tuple[bytes, int]] = {}
        self._expiries: list[tuple[int, bytes]] = []
        self._total_bytes = 0
        self._max_total_bytes = max_total_bytes

    def __len__(self) -> int:
        return len(self._slots)

    def put(self, resume_id: bytes, sealed: bytes, expires_ms: int, now_ms: int) -> None:
        """Keep `sealed` until `expires_ms`, in place of what this id held."""
        self.expire(now_ms)
        if len(sealed) > MAX_RESUME_BYTES or not now_ms < expires_ms <= now_ms + MAX_LIFE_MS:
            raise KeeperError("a resume slot is too large or lives too long")
        held = len(self._slots[resume_id][0]) if resume_id in self._slots else 0
        if self._total_bytes - held + len(sealed) > self._max_total_bytes:
            raise KeeperFullError("no room for another resume slot")
        self._total_bytes += len(sealed) - held
        self._slots[resume_id] = (sealed, expires_ms)
        heapq.heappush(self._expiries, (expires_ms, resume_id))
        # Each sign of life leaves an outdated expiry behind; never more of those than slots.
        if len(self._expiries) > 2 * len(self._slots) + 64:
            self._expiries = [(expires, one) for one, (_, expires) in self._slots.items()]
            heapq.heapify(self._expiries)

    def get(self, resume_id: bytes, now_ms: int) -> bytes | None:
        """Return the slot, or None."""
        self.expire(now_ms)
        slot = self._slots.get(resume_id)
        return None if slot is None else slot[0]

    def drop(self, resume_id: bytes) -> None:
        """Forget the slot."""
        slot = self._slots.pop(resume_id, None)
        if slot is not None:
            self._total_bytes -= len(slot[0])

    def clear(self) -> None:
        """Forget everything."""
        self._slots.clear()
        self._expiries.clear()
        self._total_bytes = 0

    def expire(self, now_ms: int) -> None:
        """Forget what is due."""
        while self._expiries and self._expiries[0][0] <= now_ms:
            _, resume_id = heapq.heappop(self._expiries)
            slot = self._slots.get(resume_id)
            if slot is not None and slot[1] <= now_ms:
                self.drop(resume_id)
