"""How often doors were tried is kept for the day it was counted on, and no longer."""

from __future__ import annotations

from pathlib import Path

from e2e_server.keeper import store
from e2e_server.keeper.budget import DAY_MS, day_of
from tests.keeper.helpers import ALPHA, DOOR, Clock, keeper_in


async def test_the_counts_of_a_day_go_with_it(tmp_path: Path) -> None:
    clock = Clock()
    async with keeper_in(tmp_path, clock) as keeper:
        await keeper.eval(DOOR, 1, ALPHA)
        counted = day_of(clock())
        await keeper.sweep()
        assert await _kept(keeper, counted) == 1

        clock.elapse(DAY_MS)
        await keeper.sweep()
        assert await _kept(keeper, counted) == 0


async def _kept(keeper: object, day: int) -> int:
    database = keeper._database  # type: ignore[attr-defined]
    return len(await database.read(lambda tx: store.budgets(tx, day)))
