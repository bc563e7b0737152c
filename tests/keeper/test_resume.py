"""Resume slots live in memory only and not long."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto.padding import MAX_RESUME_BYTES
from e2e_server.keeper.port import KeeperError, KeeperFullError, Resumable
from e2e_server.keeper.resume import MAX_LIFE_MS, ResumeSlots
from tests.keeper.helpers import KeeperIn, inside
from tests.storage.helpers import Clock, raw_files

ID = b"r" * 32


async def test_a_slot_is_kept_replaced_dropped_and_never_written(
    keeper_in: KeeperIn, tmp_path: Path
) -> None:
    clock, sealed = Clock(), b"sealed resume slot" * 20
    async with keeper_in(tmp_path, clock) as keeper:
        await keeper.resume_put(ID, Resumable(1, b"older"), clock() + 1000)
        await keeper.resume_put(ID, Resumable(2, sealed), clock() + 1000)
        assert await keeper.resume_get(ID) == (2, sealed)
        assert (await keeper.state()).resume_slots == 1
        assert sealed not in raw_files(tmp_path)
        await keeper.resume_drop(ID)
        await keeper.resume_drop(ID)
        assert await keeper.resume_get(ID) is None
        await keeper.resume_put(ID, Resumable(2, sealed), clock() + 1000)
    async with keeper_in(tmp_path, clock) as keeper:
        assert await keeper.resume_get(ID) is None


async def test_a_slot_dies_at_its_time_and_a_sign_of_life_moves_it(
    keeper_in: KeeperIn, tmp_path: Path
) -> None:
    clock = Clock()
    async with keeper_in(tmp_path, clock) as keeper:
        await keeper.resume_put(ID, Resumable(1, b"slot"), clock() + 1000)
        clock.elapse(999)
        await keeper.resume_put(ID, Resumable(1, b"slot"), clock() + 1000)
        clock.elapse(999)
        assert await keeper.resume_get(ID) == (1, b"slot")
        clock.elapse(1)
        await inside(keeper).sweep()
        assert (await keeper.state()).resume_slots == 0
        assert await keeper.resume_get(ID) is None


def test_slots_are_bounded_and_push_nobody_out() -> None:
    slots = ResumeSlots(max_total_bytes=100)
    slots.put(b"a", Resumable(1, bytes(60)), 10, 0)
    with pytest.raises(KeeperFullError):
        slots.put(b"b", Resumable(1, bytes(41)), 10, 0)
    slots.put(b"a", Resumable(1, bytes(50)), 10, 0)
    slots.put(b"b", Resumable(1, bytes(50)), 20, 0)
    assert slots.get(b"a", 9) == (1, bytes(50))
    slots.put(b"c", Resumable(1, bytes(50)), 30, 10)
    assert slots.get(b"a", 10) is None
    assert len(slots) == 2
    slots.clear()
    slots.put(b"d", Resumable(1, bytes(100)), 30, 10)


def test_what_comes_late_replaces_nothing_but_is_a_sign_of_life() -> None:
    slots = ResumeSlots()
    slots.put(ID, Resumable(5, b"newer"), 10, 0)
    slots.put(ID, Resumable(4, b"overtaken on its way"), 20, 5)
    assert slots.get(ID, 15) == (5, b"newer")
    slots.put(ID, Resumable(5, b"the same again"), 20, 5)
    assert slots.get(ID, 15) == (5, b"the same again")
    assert slots.get(ID, 20) is None


def test_signs_of_life_do_not_grow_the_memory() -> None:
    slots = ResumeSlots()
    for now in range(10_000):
        slots.put(ID, Resumable(1, b"slot"), now + 1000, now)
    assert len(slots._expiries) < 200
    assert slots.get(ID, 10_998) == (1, b"slot")
    assert slots.get(ID, 10_999) is None


@pytest.mark.parametrize(
    ("size", "expires_ms"), [(MAX_RESUME_BYTES + 1, 10), (1, 0), (1, -1), (1, MAX_LIFE_MS + 1)]
)
def test_a_slot_too_large_or_living_too_long_is_refused(size: int, expires_ms: int) -> None:
    with pytest.raises(KeeperError):
        ResumeSlots().put(ID, Resumable(1, bytes(size)), expires_ms, 0)
