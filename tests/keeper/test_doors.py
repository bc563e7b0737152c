"""Doors: begin, adopt, settle, eval, drop, and what a crash between two steps leaves."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from crypto.errors import BadKey
from e2e_server.keeper.budget import CELLS, DAY_MS, Budgets
from e2e_server.keeper.port import (
    BEGIN_MS,
    EVALS_PER_DAY,
    OPEN_EVALS_PER_DAY,
    BudgetSpentError,
    GenerationError,
    Keeper,
    KeeperError,
    KeeperFullError,
    Resumable,
    UnknownTokenError,
)
from tests.keeper.helpers import ALPHA, DOOR, KeeperIn, inside, new_door
from tests.storage.helpers import Clock, raw_files


async def test_an_adopted_door_evaluates_with_the_secret_of_its_beginning(
    keeper_in: KeeperIn, tmp_path: Path
) -> None:
    async with keeper_in(tmp_path) as keeper:
        beta = await new_door(keeper)
        assert await keeper.eval(DOOR, 1, ALPHA) == beta
    async with keeper_in(tmp_path) as keeper:
        assert await keeper.eval(DOOR, 1, ALPHA) == beta


async def test_two_doors_have_two_secrets(keeper_in: KeeperIn, tmp_path: Path) -> None:
    async with keeper_in(tmp_path) as keeper:
        assert await new_door(keeper, b"1" * 32) != await new_door(keeper, b"2" * 32)


async def test_an_unknown_door_answers_stably_and_unlike_any_other(
    keeper_in: KeeperIn, tmp_path: Path
) -> None:
    async with keeper_in(tmp_path) as keeper:
        first = await keeper.eval(DOOR, 1, ALPHA)
        others = [await keeper.eval(b"e" * 32, 1, ALPHA), await keeper.eval(DOOR, 2, ALPHA)]
        assert first not in others
        beta = await new_door(keeper)
        assert beta != first
        assert await keeper.eval(DOOR, 2, ALPHA) == others[1]
    async with keeper_in(tmp_path) as keeper:
        await keeper.drop(DOOR)
        assert await keeper.eval(DOOR, 1, ALPHA) == first
    async with keeper_in(tmp_path, seed=b"another seed".ljust(32)) as keeper:
        assert await keeper.eval(DOOR, 1, ALPHA) != first


async def test_a_known_and_an_unknown_door_take_the_same_steps(
    keeper_in: KeeperIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    async with keeper_in(tmp_path) as keeper:
        await new_door(keeper)
        for name in ("evaluate", "scalar_from"):  # counted, because time in a test is noise
            real = getattr(__import__("crypto.oprf", fromlist=["oprf"]), name)
            monkeypatch.setattr(
                f"e2e_server.keeper.embedded.oprf.{name}",
                lambda *args, real=real, name=name: (steps.append(name), real(*args))[1],
            )
        await keeper.eval(DOOR, 1, ALPHA)
        known, steps[:] = list(steps), []
        await keeper.eval(b"e" * 32, 1, ALPHA)
        assert steps == known


async def test_a_pending_secret_dies_after_ten_minutes(keeper_in: KeeperIn, tmp_path: Path) -> None:
    clock = Clock()
    async with keeper_in(tmp_path, clock) as keeper:
        token, _ = await keeper.begin(ALPHA)
        clock.elapse(BEGIN_MS - 1)
        late, _ = await keeper.begin(ALPHA)
        await keeper.adopt(DOOR, 1, token)
        await keeper.adopt(DOOR, 1, token)  # a repeat after a lost answer
        clock.elapse(1)
        with pytest.raises(UnknownTokenError):
            await keeper.adopt(DOOR, 1, token)
        clock.elapse(BEGIN_MS)
        await inside(keeper).sweep()
        assert inside(keeper)._pending == {}
        with pytest.raises(UnknownTokenError):
            await keeper.adopt(b"e" * 32, 1, late)


async def test_a_token_serves_one_door_only(keeper_in: KeeperIn, tmp_path: Path) -> None:
    async with keeper_in(tmp_path) as keeper:
        token, _ = await keeper.begin(ALPHA)
        await keeper.adopt(DOOR, 1, token)
        for door, gen in ((b"e" * 32, 1), (DOOR, 2)):
            with pytest.raises(UnknownTokenError):
                await keeper.adopt(door, gen, token)
        with pytest.raises(UnknownTokenError):
            await keeper.adopt(DOOR, 1, b"t" * 32)


async def test_pending_secrets_are_bounded(
    keeper_in: KeeperIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("e2e_server.keeper.embedded.MAX_PENDING", 2)  # 4096 would be slow
    async with keeper_in(tmp_path) as keeper:
        await keeper.begin(ALPHA)
        await keeper.begin(ALPHA)
        with pytest.raises(KeeperFullError):
            await keeper.begin(ALPHA)


async def test_a_crash_between_begin_and_adopt_leaves_nothing(
    keeper_in: KeeperIn, tmp_path: Path
) -> None:
    async with keeper_in(tmp_path) as keeper:
        token, _ = await keeper.begin(ALPHA)
    async with keeper_in(tmp_path) as keeper:
        with pytest.raises(UnknownTokenError):
            await keeper.adopt(DOOR, 1, token)
        assert (await keeper.state()).doors == 0


async def changed_but_not_settled(keeper: Keeper) -> tuple[bytes, bytes]:
    """A door at generation 1, settled, with generation 2 adopted beside it."""
    old = await new_door(keeper)
    await keeper.settle(DOOR, 1)
    return old, await new_door(keeper, gen=2)


@pytest.mark.parametrize("relay_gen", [1, 2])
async def test_a_crash_between_adopt_and_settle_leaves_one_door_that_opens(
    keeper_in: KeeperIn, tmp_path: Path, relay_gen: int
) -> None:
    async with keeper_in(tmp_path) as keeper:
        betas = await changed_but_not_settled(keeper)
    async with keeper_in(tmp_path) as keeper:
        assert (await keeper.eval(DOOR, 1, ALPHA), await keeper.eval(DOOR, 2, ALPHA)) == betas
        await keeper.settle(DOOR, relay_gen)  # the sweep, with the relay's generation
        await keeper.settle(DOOR, relay_gen)
        answers = (await keeper.eval(DOOR, 1, ALPHA), await keeper.eval(DOOR, 2, ALPHA))
        assert [a == b for a, b in zip(answers, betas, strict=True)] == [
            relay_gen == 1,
            relay_gen == 2,
        ]


async def test_settling_a_generation_that_is_not_held_keeps_the_door(
    keeper_in: KeeperIn, tmp_path: Path
) -> None:
    async with keeper_in(tmp_path) as keeper:
        beta = await new_door(keeper)
        with pytest.raises(GenerationError):
            await keeper.settle(DOOR, 2)
        assert await keeper.eval(DOOR, 1, ALPHA) == beta


async def test_an_abandoned_generation_gives_way_but_a_settled_one_does_not(
    keeper_in: KeeperIn, tmp_path: Path
) -> None:
    async with keeper_in(tmp_path) as keeper:
        old, abandoned = await changed_but_not_settled(keeper)
        fresh = await new_door(keeper, gen=2)
        assert fresh != abandoned
        assert await keeper.eval(DOOR, 2, ALPHA) == fresh
        with pytest.raises(GenerationError):
            await new_door(keeper, gen=1)
        assert await keeper.eval(DOOR, 1, ALPHA) == old


async def test_a_settled_or_dropped_secret_is_in_no_keeper_file(
    keeper_in: KeeperIn, tmp_path: Path
) -> None:
    scalars: list[bytes] = []
    async with keeper_in(tmp_path) as keeper:
        for gen in (1, 2):
            token, _ = await keeper.begin(ALPHA)
            scalars.append(inside(keeper)._pending[token].scalar)
            await keeper.adopt(DOOR, gen, token)
        assert all(scalar in raw_files(tmp_path) for scalar in scalars)
        await keeper.settle(DOOR, 2)
        raw = raw_files(tmp_path)
        assert scalars[0] not in raw
        assert scalars[1] in raw
        await keeper.drop(DOOR)
        await keeper.drop(DOOR)
        assert scalars[1] not in raw_files(tmp_path)


async def test_doors_that_nobody_names_are_found_and_dropped(
    keeper_in: KeeperIn, tmp_path: Path
) -> None:
    named, lost = [b"1" * 32, b"2" * 32, b"3" * 32], [b"4" * 32, b"5" * 32]
    async with keeper_in(tmp_path) as keeper:
        for door in (*named, *lost):
            await new_door(keeper, door)
        await new_door(keeper, lost[0], gen=2)
        unheld = b"6" * 32
        assert await keeper.unnamed_doors([*named, *lost, unheld]) == []
        found = await keeper.unnamed_doors([*named, unheld])
        assert len(found) == len(lost)
        await keeper.drop_keys([*found, b"no key of a door".ljust(32)])
        await keeper.drop_keys(found)
        assert await keeper.unnamed_doors(named) == []
        assert (await keeper.state()).doors == len(named)
        (one,) = await keeper.door_states([(named[0], 1)])
        assert one.held


async def test_an_unusable_alpha_is_refused(keeper_in: KeeperIn, tmp_path: Path) -> None:
    async with keeper_in(tmp_path) as keeper:
        for bad in (bytes(32), b"\xff" * 32):
            with pytest.raises(BadKey):
                await keeper.begin(bad)
            with pytest.raises(BadKey):
                await keeper.eval(DOOR, 1, bad)


async def test_an_id_of_another_size_is_refused(keeper_in: KeeperIn, tmp_path: Path) -> None:
    async with keeper_in(tmp_path) as keeper:
        for call in (
            keeper.eval(b"short", 1, ALPHA),
            keeper.settle(b"short", 1),
            keeper.drop(b""),
            keeper.unnamed_doors([b"short"]),
            keeper.share_new(b"x" * 32),
            keeper.share_drop(b"x"),
            keeper.resume_put(b"x", Resumable(1, b""), 1),
        ):
            with pytest.raises(KeeperError):
                await call


async def test_a_door_has_nine_thousand_open_evaluations_a_day_across_restarts(
    keeper_in: KeeperIn,
    tmp_path: Path,
) -> None:
    clock = Clock()
    async with keeper_in(tmp_path, clock) as keeper:
        await keeper.eval(DOOR, 1, ALPHA)
        cell = Budgets.cell(inside(keeper)._door_key(DOOR))
        inside(keeper)._budgets._used[cell] = OPEN_EVALS_PER_DAY - 1
        await keeper.eval(DOOR, 1, ALPHA)
        with pytest.raises(BudgetSpentError):
            await keeper.eval(DOOR, 1, ALPHA)
        other = next(
            one for one in (bytes([i]) * 32 for i in range(9))
            if Budgets.cell(inside(keeper)._door_key(one)) != cell
        )  # fmt: skip
        await keeper.eval(other, 1, ALPHA)
    async with keeper_in(tmp_path, clock) as keeper:
        with pytest.raises(BudgetSpentError):
            await keeper.eval(DOOR, 1, ALPHA)
        clock.elapse(DAY_MS)
        await keeper.eval(DOOR, 1, ALPHA)
        clock.elapse(-2 * DAY_MS)
        inside(keeper)._budgets._used[cell] = OPEN_EVALS_PER_DAY
        with pytest.raises(BudgetSpentError):  # a clock set back gives no second day
            await keeper.eval(DOOR, 1, ALPHA)


async def test_a_crash_forgets_no_evaluation(keeper_in: KeeperIn, tmp_path: Path) -> None:
    async with keeper_in(tmp_path) as keeper:
        await asyncio.gather(
            *(inside(keeper)._spend(inside(keeper)._door_key(DOOR)) for _ in range(5))
        )
    async with keeper_in(tmp_path) as keeper:
        assert inside(keeper)._budgets._used[Budgets.cell(inside(keeper)._door_key(DOOR))] == 5


async def test_every_evaluation_takes_the_same_steps(keeper_in: KeeperIn, tmp_path: Path) -> None:
    """Also the first of a day, at a name nobody has, and the hundredth at one in use."""
    async with keeper_in(tmp_path) as keeper:
        await new_door(keeper)
        writes: list[int] = []
        plain = inside(keeper)._database.write

        async def counted(work: Any) -> Any:
            writes.append(1)
            return await plain(work)

        inside(keeper)._database.write = counted  # type: ignore[method-assign]
        seen = []
        for door in (DOOR, bytes(32), DOOR, DOOR, bytes(32)):
            writes.clear()
            await keeper.eval(door, 1, ALPHA)
            seen.append(len(writes))
        assert seen == [1] * 5


def test_the_last_tenth_is_for_remembered_devices() -> None:
    budgets = Budgets(0, [])

    for used in range(OPEN_EVALS_PER_DAY):
        assert budgets.take(7, 0) == (0, used + 1)
    with pytest.raises(BudgetSpentError):
        budgets.take(7, 0)
    for _ in range(EVALS_PER_DAY // 10):
        budgets.take(7, 0, EVALS_PER_DAY)
    with pytest.raises(BudgetSpentError):
        budgets.take(7, 0, EVALS_PER_DAY)


def test_a_flood_of_invented_doors_pushes_no_counter_out() -> None:
    budgets = Budgets(0, [(7, EVALS_PER_DAY)])
    for cell in range(CELLS):
        if cell != 7:
            budgets.take(cell, 0)
    with pytest.raises(BudgetSpentError):
        budgets.take(7, 0)
