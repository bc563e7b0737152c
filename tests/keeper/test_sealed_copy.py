"""The rolling copy: only the operator opens it, and a lost keeper is rebuilt from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import nacl.public
import pytest

from crypto.errors import NotCanonical
from e2e_server.keeper.founding import restore
from e2e_server.keeper.port import KeeperError
from e2e_server.keeper.sealed_copy import (
    COPY_NAME,
    decode_copy,
    encode_copy,
    open_copy,
    read_operator_key,
)
from tests.keeper.helpers import ALPHA, BOX, DOOR, SEED, folders_in, keeper_in, new_door
from tests.storage.helpers import Clock

OPERATOR = nacl.public.PrivateKey(b"operator".ljust(32, b"."))
PUBLIC, SECRET = OPERATOR.public_key.encode(), OPERATOR.encode()


async def test_a_lost_keeper_is_rebuilt_from_its_copy(tmp_path: Path) -> None:
    clock = Clock()
    async with keeper_in(tmp_path, clock, operator_public=PUBLIC) as keeper:
        instance_id, beta, share = (
            keeper.instance_id,
            await new_door(keeper),
            await keeper.share_new(BOX),
        )
        await keeper.settle(DOOR, 1)
        await new_door(keeper, gen=2)
        clock.elapse(1000)
        await keeper.write_copy()
        assert (await keeper.state()).copy_ms == clock()
    folders = folders_in(tmp_path)
    for folder in (folders.main, folders.mirror):
        shutil.rmtree(folder)
    copy = open_copy(folders.copy, PUBLIC, SECRET)
    assert copy.seed == SEED
    assert SEED.hex() not in repr(copy)
    assert "seed" not in repr(copy)
    await restore(folders, copy, clock)
    async with keeper_in(tmp_path, clock, expected_instance_id=instance_id) as keeper:
        assert await keeper.eval(DOOR, 1, ALPHA) == beta
        assert await keeper.share_get(BOX) == share
        with pytest.raises(KeeperError):  # still settled
            await new_door(keeper, gen=1)
        await new_door(keeper, gen=2)  # still not


async def test_a_copy_is_not_restored_over_a_keeper(tmp_path: Path) -> None:
    async with keeper_in(tmp_path, operator_public=PUBLIC):
        pass
    folders = folders_in(tmp_path)
    copy = open_copy(folders.copy, PUBLIC, SECRET)
    with pytest.raises(KeeperError, match="there is a keeper already"):
        await restore(folders, copy, Clock())
    folders.files[0].unlink()
    with pytest.raises(KeeperError, match="there is a keeper already"):
        await restore(folders, copy, Clock())


async def test_each_copy_replaces_the_one_before_and_forgets_with_the_keeper(
    tmp_path: Path,
) -> None:
    folders = folders_in(tmp_path)
    async with keeper_in(tmp_path, operator_public=PUBLIC) as keeper:
        assert [path.name for path in folders.copy.iterdir()] == [COPY_NAME]
        share = await keeper.share_new(BOX)
        await keeper.write_copy()
        assert share in encode_copy(open_copy(folders.copy, PUBLIC, SECRET))
        assert share not in (folders.copy / COPY_NAME).read_bytes()
        await keeper.share_drop(BOX)
        await keeper.write_copy()
        assert share not in encode_copy(open_copy(folders.copy, PUBLIC, SECRET))
    assert [path.name for path in folders.copy.iterdir()] == [COPY_NAME]
    assert (folders.copy / COPY_NAME).stat().st_mode & 0o777 == 0o600


async def test_only_the_operators_key_opens_it(tmp_path: Path) -> None:
    async with keeper_in(tmp_path, operator_public=PUBLIC):
        pass
    other = nacl.public.PrivateKey(b"somebody".ljust(32, b"."))
    folder = folders_in(tmp_path).copy
    with pytest.raises(KeeperError, match="cannot be opened"):
        open_copy(folder, other.public_key.encode(), other.encode())
    (folder / COPY_NAME).write_bytes(b"\x00" * 200)
    with pytest.raises(KeeperError, match="cannot be opened"):
        open_copy(folder, PUBLIC, SECRET)


async def test_without_an_operator_key_there_is_no_copy_and_it_says_so(tmp_path: Path) -> None:
    async with keeper_in(tmp_path) as keeper:
        assert (await keeper.state()).copy_ms is None
        with pytest.raises(KeeperError, match="no operator key"):
            await keeper.write_copy()


async def test_a_cut_or_foreign_copy_is_refused(tmp_path: Path) -> None:
    async with keeper_in(tmp_path, operator_public=PUBLIC) as keeper:
        await keeper.share_new(BOX)
        await keeper.write_copy()
    raw = encode_copy(open_copy(folders_in(tmp_path).copy, PUBLIC, SECRET))
    assert encode_copy(decode_copy(raw)) == raw
    shorter = raw.replace(bytes([0xC4, 68]), bytes([0xC4, 67]))[:-1]
    for bad in (raw[:-1], shorter, raw[:1] + b"\x02" + raw[2:]):
        with pytest.raises(NotCanonical):
            decode_copy(bad)


def test_the_operators_key_is_a_line_of_hex(tmp_path: Path) -> None:
    (tmp_path / "operator.pub").write_text(PUBLIC.hex() + "\n")
    assert read_operator_key(tmp_path) == PUBLIC


@pytest.mark.parametrize("text", [None, "", "ab", "zz" * 32, PUBLIC.hex() + "00"])
def test_an_unusable_operators_key_is_refused(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "operator.pub").write_text(text)
    with pytest.raises(KeeperError, match=r"operator\.pub"):
        read_operator_key(tmp_path)
