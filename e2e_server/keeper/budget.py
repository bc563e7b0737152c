"""How often each door may be tried today: counters in a table of fixed size.

A door's cell is the first 16 bits of its keyed id, which nobody outside can choose. Two doors may
share a cell and then share its budget; a flood of invented ids can spend cells but erase none.
Each evaluation is on disk before it is answered: so a crash forgets none, and every answer takes
the same steps. Counts written ahead would answer faster at a name that was in use today.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from e2e_server.keeper.port import EVALS_PER_DAY, OPEN_EVALS_PER_DAY, BudgetSpentError

CELLS = 2**16
DAY_MS = 24 * 3600 * 1000


def day_of(now_ms: int) -> int:
    """Days since epoch, UTC."""
    return now_ms // DAY_MS


class Budgets:
    """Counts of one day."""

    def __init__(self, day: int, stored: Iterable[tuple[int, int]]) -> None:
        self.day = day
        self._used = array("H", bytes(2 * CELLS))
        for cell, used in stored:
            self._used[cell] = min(used, EVALS_PER_DAY)

    @staticmethod
    def cell(door_key: bytes) -> int:
        """Where this door is counted."""
        return int.from_bytes(door_key[:2], "big")

    def take(self, cell: int, now_ms: int, limit: int = OPEN_EVALS_PER_DAY) -> tuple[int, int]:
        """Count one evaluation and return (day, count), to be stored first; BudgetSpentError.

        `limit` is EVALS_PER_DAY for a remembered device.
        """
        day = day_of(now_ms)
        if day > self.day:  # never back: a clock set back must not give a second day
            self.day = day
            self._used = array("H", bytes(2 * CELLS))
        if self._used[cell] >= limit:
            raise BudgetSpentError("no evaluations left today")
        self._used[cell] += 1
        return self.day, self._used[cell]
