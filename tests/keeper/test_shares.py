"""Erase shares: one per box, and gone from every keeper file once dropped."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from e2e_server.keeper.port import NoShareError, share_key
from tests.keeper.helpers import BOX, KeeperIn
from tests.storage.helpers import Clock, raw_files


async def test_a_share_is_drawn_once_and_survives_a_restart(
    keeper_in: KeeperIn, tmp_path: Path
) -> None:
    async with keeper_in(tmp_path) as keeper:
        one, again = await asyncio.gather(keeper.share_new(BOX), keeper.share_new(BOX))
        assert one == again
        assert len(one) == 32
        assert await keeper.share_new(b"c" * 16) != one
    async with keeper_in(tmp_path) as keeper:
        assert await keeper.share_get(BOX) == one


async def test_a_dropped_share_is_in_no_file_of_keeper_and_mirror(
    keeper_in: KeeperIn, tmp_path: Path
) -> None:
    async with keeper_in(tmp_path) as keeper:
        share, kept = await keeper.share_new(BOX), await keeper.share_new(b"c" * 16)
        for side in ("main", "mirror"):
            assert share in raw_files(tmp_path / side)
        await keeper.share_drop(BOX)
        raw = raw_files(tmp_path)
        assert share not in raw
        assert kept in raw
        with pytest.raises(NoShareError):
            await keeper.share_get(BOX)
        await keeper.share_drop(BOX)
        assert await keeper.share_new(BOX) != share


async def test_no_stale_copy_of_any_dropped_share_is_left_among_thousands(
    keeper_in: KeeperIn, tmp_path: Path
) -> None:
    """See [Note: secrets in fixed slots]: ordinary rows leave moved copies now and then."""
    draw = random.Random(7)
    dropped: list[bytes] = []
    live: dict[bytes, bytes] = {}
    async with keeper_in(tmp_path) as keeper:
        for _ in range(25):
            for _ in range(draw.randrange(10, 90)):
                box = draw.randbytes(16)
                live[box] = await keeper.share_new(box)
            gone = draw.sample(sorted(live), draw.randrange(len(live)))
            dropped += [live.pop(box) for box in gone]
            await keeper.share_drop_keys([share_key(box) for box in gone])
        raw = raw_files(tmp_path)
        assert len(dropped) > 500
        assert [share for share in dropped if share in raw or share[:16] in raw] == []
        assert all(share in raw for share in live.values())
        assert [await keeper.share_get(box) for box in live] == list(live.values())


async def test_the_list_for_the_sweep_names_keys_and_hours_in_order(
    keeper_in: KeeperIn, tmp_path: Path
) -> None:
    clock = Clock(10 * 3_600_000)
    async with keeper_in(tmp_path, clock) as keeper:
        boxes = [bytes([i]) * 16 for i in range(5)]
        for box in boxes:
            await keeper.share_new(box)
            clock.elapse(3_600_000)
        page = await keeper.share_list(b"", 3)
        rest = await keeper.share_list(page[-1].share_key, 3)
        listed = {held.share_key: held.created_hour for held in page + rest}
        assert listed == {share_key(box): 10 + i for i, box in enumerate(boxes)}
        assert list(listed) == sorted(listed)
        await keeper.share_drop_keys(list(listed))
        assert (await keeper.state()).shares == 0
