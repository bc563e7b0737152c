"""Resume slots: what a reload or a killed tab needs, sealed by the client, in memory only."""

from __future__ import annotations

import heapq
from typing import NamedTuple

from crypto.padding import MAX_RESUME_BYTES
from e2e_server.keeper.port import KeeperError, KeeperFullError, Resumable

MAX_TOTAL_BYTES = 64 * 1024 * 1024
MAX_LIFE_MS = 60 * 60 * 1000


class Held(NamedTuple):
    """A slot, and when it is forgotten."""

    kept: Resumable
    expires_ms: int


class ResumeSlots:
    """Slots by id until they expire, bounded in total; refuses rather than push others out."""

    def __init__(self, max_total_bytes: int = MAX_TOTAL_BYTES) -> None:
        self._slots: dict[bytes, Held] = {}
        self._expiries: list[tuple[int, bytes]] = []
        self._total_bytes = 0
        self._max_total_bytes = max_total_bytes

    def __len__(self) -> int:
        return len(self._slots)

    def put(self, resume_id: bytes, kept: Resumable, expires_ms: int, now_ms: int) -> None:
        """Keep it until `expires_ms`, in place of what this id held, unless that is newer."""
        self.expire(now_ms)
        if len(kept.sealed) > MAX_RESUME_BYTES or not now_ms < expires_ms <= now_ms + MAX_LIFE_MS:
            raise KeeperError("a resume slot is too large or lives too long")
        held = self._slots.get(resume_id)
        if held is not None and held.kept.version > kept.version:
            kept = held.kept
        held_bytes = 0 if held is None else len(held.kept.sealed)
        if self._total_bytes - held_bytes + len(kept.sealed) > self._max_total_bytes:
            raise KeeperFullError("no room for another resume slot")
        self._total_bytes += len(kept.sealed) - held_bytes
        self._slots[resume_id] = Held(kept, expires_ms)
        heapq.heappush(self._expiries, (expires_ms, resume_id))
        # Each sign of life leaves an outdated expiry behind; never more of those than slots.
        if len(self._expiries) > 2 * len(self._slots) + 64:
            self._expiries = [(held.expires_ms, one) for one, held in self._slots.items()]
            heapq.heapify(self._expiries)

    def get(self, resume_id: bytes, now_ms: int) -> Resumable | None:
        """Return the slot, or None."""
        self.expire(now_ms)
        slot = self._slots.get(resume_id)
        return None if slot is None else slot.kept

    def drop(self, resume_id: bytes) -> None:
        """Forget the slot."""
        slot = self._slots.pop(resume_id, None)
        if slot is not None:
            self._total_bytes -= len(slot.kept.sealed)

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
            if slot is not None and slot.expires_ms <= now_ms:
                self.drop(resume_id)
