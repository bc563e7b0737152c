"""Two files that are one keeper: written together, brought together, never confused."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest

from e2e_server.keeper.embedded import EmbeddedKeeper
from e2e_server.keeper.port import NoShareError, WrongKeeperError
from e2e_server.storage.port import (
    CheckpointError,
    LockedError,
    SchemaError,
    StorageError,
    WriteTransaction,
)
from tests.keeper.helpers import BOX, SEED, folders_in, keeper_in
from tests.storage.helpers import Clock, raw_files

T = TypeVar("T")
OTHER = b"c" * 16


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as file:
        return int(file.execute("SELECT version FROM keeper_identity").fetchone()[0])


async def founded(folder: Path) -> tuple[bytes, bytes]:
    """A closed keeper that holds one share; return (instance id, share)."""
    async with keeper_in(folder) as keeper:
        return keeper.instance_id, await keeper.share_new(BOX)


async def refuses(folder: Path, words: str, **more: object) -> None:
    with pytest.raises(WrongKeeperError, match=words):
        async with keeper_in(folder, **more):
            pass


def make_fail(keeper: EmbeddedKeeper, side: int) -> Callable[[], None]:
    """Let every write of one of the two databases fail; the result mends it."""
    db = keeper._database._both[side]
    real = db.write

    async def fail(work: Callable[[WriteTransaction], T]) -> T:
        raise StorageError("no space")

    db.write = fail  # type: ignore[method-assign]  # a fault on one disk

    def mend() -> None:
        db.write = real  # type: ignore[method-assign]

    return mend


async def test_both_files_hold_every_answered_write(tmp_path: Path) -> None:
    _, share = await founded(tmp_path)
    main, mirror = folders_in(tmp_path).files
    assert version(main) == version(mirror)
    assert share in main.read_bytes()
    assert share in mirror.read_bytes()


@pytest.mark.parametrize(("lost", "name"), [(0, "main"), (1, "mirror")])
async def test_a_missing_file_is_rebuilt_from_the_other(
    tmp_path: Path, lost: int, name: str
) -> None:
    instance_id, share = await founded(tmp_path)
    folders_in(tmp_path).files[lost].unlink()
    async with keeper_in(tmp_path, expected_instance_id=instance_id) as keeper:
        assert (await keeper.state()).repaired == name
        assert await keeper.share_get(BOX) == share
    main, mirror = folders_in(tmp_path).files
    assert version(main) == version(mirror)


@pytest.mark.parametrize("damage", [b"not a database at all" * 500, b""])
@pytest.mark.parametrize("torn", [0, 1])
async def test_a_damaged_file_is_rebuilt_from_the_other(
    tmp_path: Path, torn: int, damage: bytes
) -> None:
    instance_id, share = await founded(tmp_path)
    folders_in(tmp_path).files[torn].write_bytes(damage)
    async with keeper_in(tmp_path, expected_instance_id=instance_id) as keeper:
        assert (await keeper.state()).repaired == ("main", "mirror")[torn]
        assert await keeper.share_get(BOX) == share


@pytest.mark.parametrize("page", [1, -1])
async def test_a_file_with_a_torn_page_is_rebuilt_from_the_other(tmp_path: Path, page: int) -> None:
    instance_id, share = await founded(tmp_path)
    main, _ = folders_in(tmp_path).files
    raw = bytearray(main.read_bytes())
    start = page * 8192 % len(raw)
    raw[start : start + 8192] = b"\xa5" * 8192
    main.write_bytes(raw)
    async with keeper_in(tmp_path, expected_instance_id=instance_id) as keeper:
        assert (await keeper.state()).repaired == "main"
        assert await keeper.share_get(BOX) == share


@pytest.mark.parametrize("older", [0, 1])
async def test_the_newer_file_wins_and_what_it_had_deleted_is_in_no_file(
    tmp_path: Path, older: int
) -> None:
    instance_id, share = await founded(tmp_path)
    path = folders_in(tmp_path).files[older]
    old = path.read_bytes()
    async with keeper_in(tmp_path) as keeper:
        await keeper.share_drop(BOX)
    path.write_bytes(old)
    assert share in raw_files(tmp_path)
    async with keeper_in(tmp_path, expected_instance_id=instance_id) as keeper:
        assert (await keeper.state()).repaired == ("main", "mirror")[older]
        with pytest.raises(NoShareError):
            await keeper.share_get(BOX)
        assert share not in raw_files(tmp_path)


async def test_a_lost_keeper_is_refused_and_not_founded_anew(tmp_path: Path) -> None:
    instance_id, _ = await founded(tmp_path)
    for path in folders_in(tmp_path).files:
        path.unlink()
    await refuses(tmp_path, "missing", expected_instance_id=instance_id)
    assert not any(path.exists() for path in folders_in(tmp_path).files)


async def test_two_unreadable_files_are_refused(tmp_path: Path) -> None:
    instance_id, _ = await founded(tmp_path)
    for path in folders_in(tmp_path).files:
        path.write_bytes(b"x" * 9000)
    await refuses(tmp_path, "neither", expected_instance_id=instance_id)


async def test_another_keeper_is_refused(tmp_path: Path) -> None:
    instance_id, _ = await founded(tmp_path / "one")
    other_id, _ = await founded(tmp_path / "two")
    assert instance_id != other_id
    await refuses(tmp_path / "two", "another relay", expected_instance_id=instance_id)
    _, mirror = folders_in(tmp_path / "one").files
    mirror.write_bytes(folders_in(tmp_path / "two").files[1].read_bytes())
    await refuses(tmp_path / "one", "two different keepers", expected_instance_id=instance_id)


async def test_a_file_of_a_newer_program_is_never_overwritten(tmp_path: Path) -> None:
    await founded(tmp_path)
    main, _ = folders_in(tmp_path).files
    with closing(sqlite3.connect(main, isolation_level=None)) as file:
        file.execute("UPDATE storage_schema SET version = 2")
    before = main.read_bytes()
    with pytest.raises(SchemaError, match="newer"):
        async with keeper_in(tmp_path):
            pass
    assert main.read_bytes() == before


@pytest.mark.parametrize("side", [0, 1])
async def test_a_write_that_reached_one_disk_is_not_answered_and_the_two_are_joined_again(
    tmp_path: Path, side: int
) -> None:
    async with keeper_in(tmp_path) as keeper:
        share = await keeper.share_new(BOX)
        make_fail(keeper, side)
        with pytest.raises(StorageError):
            await keeper.share_new(OTHER)
        assert await keeper.share_get(BOX) == share
        other = await keeper.share_new(OTHER)  # opened again: the fault is gone
        assert await keeper.share_get(BOX) == share
    main, mirror = folders_in(tmp_path).files
    assert version(main) == version(mirror)
    assert other in main.read_bytes()
    assert other in mirror.read_bytes()


async def test_nothing_is_written_while_the_two_cannot_be_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with keeper_in(tmp_path) as keeper:
        share = await keeper.share_new(BOX)
        make_fail(keeper, 1)
        with pytest.raises(StorageError):
            await keeper.share_new(OTHER)

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr("e2e_server.keeper.mirror.copy_database", full)
            for _ in range(2):
                with pytest.raises(StorageError):
                    await keeper.share_new(b"d" * 16)
            assert await keeper.share_get(BOX) == share
        await keeper.share_new(b"d" * 16)


async def test_a_drop_whose_bytes_could_not_be_removed_is_not_answered(tmp_path: Path) -> None:
    async with keeper_in(tmp_path) as keeper:
        share = await keeper.share_new(BOX)
        mirror = keeper._database._both[1]
        await mirror._checkpointer.call(lambda one: one.execute("PRAGMA busy_timeout = 1"))
        reader = sqlite3.connect(mirror.path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM keeper_secrets").fetchone()
        with pytest.raises(CheckpointError):
            await keeper.share_drop(BOX)
        assert share in raw_files(tmp_path)
        reader.close()
        await keeper.share_drop(BOX)  # the retry finds no row, and still clears the log
        assert share not in raw_files(tmp_path)


async def test_a_caller_that_goes_away_leaves_both_files_alike(tmp_path: Path) -> None:
    async with keeper_in(tmp_path) as keeper:
        tasks = [asyncio.ensure_future(keeper.share_new(bytes([i]) * 16)) for i in range(20)]
        await tasks[0]
        for task in tasks[1::2]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    main, mirror = folders_in(tmp_path).files
    assert version(main) == version(mirror)


async def test_a_second_process_is_refused(tmp_path: Path) -> None:
    async with keeper_in(tmp_path):
        with pytest.raises(LockedError):
            async with keeper_in(tmp_path):
                pass


async def test_a_crash_while_founding_leaves_no_half_keeper(tmp_path: Path) -> None:
    draft = folders_in(tmp_path).main / "keeper.sqlite.founding"
    draft.parent.mkdir(parents=True)
    draft.write_bytes(b"half a file")
    async with keeper_in(tmp_path) as keeper:
        assert (await keeper.state()).shares == 0
    assert not draft.exists()


async def test_the_seed_and_the_secrets_are_in_no_repr(tmp_path: Path) -> None:
    async with keeper_in(tmp_path, Clock()) as keeper:
        await keeper.begin(
            bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76")
        )
        assert repr(SEED) not in repr(vars(keeper)["_pending"])
        assert "redacted" in repr(keeper._pending)
