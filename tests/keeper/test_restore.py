"""The drill: both disks of the keeper are lost, and its sealed copy brings everybody back."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from crypto.primitives import x25519_public
from e2e_server import cli
from e2e_server.init import init
from e2e_server.keeper.port import KeeperError
from e2e_server.keeper_process import init_keeper
from e2e_server.keeper_restore import restore_keeper
from e2e_server.kernel.errors import StartError
from e2e_server.secrets_dir import SecretName, SecretsDir
from tests.helpers.accounts import Account
from tests.helpers.changing import opens
from tests.helpers.server import OPERATOR_SECRET, Server, write_config

EVA = Account("eva", has_recovery=True)


def operator_secret(folder: Path, secret: bytes = OPERATOR_SECRET) -> Path:
    """What `vieraugen org operator` writes."""
    path = folder / "operator.key"
    path.touch(mode=0o600)
    path.write_text(secret.hex() + "\n", "ascii")
    return path


async def with_an_account(folder: Path, is_own: bool) -> Server:
    """A relay that is stopped, with Eva's doors in the keeper's copy."""
    server = Server(folder, has_own_keeper=is_own)
    await server.set_up()
    await server.start()
    async with await server.connect() as client:
        await EVA.create(client)
    await server.keeper.write_copy()
    await server.stop()
    return server


def lose(server: Server) -> None:
    for folder in (server.settings.keeper_dir, server.settings.keeper_mirror_dir):
        shutil.rmtree(folder)


def files(folder: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


@pytest.mark.parametrize("is_own", [False, True], ids=["embedded", "own"])
async def test_both_disks_are_lost_and_everybody_comes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], is_own: bool
) -> None:
    server = await with_an_account(tmp_path, is_own)
    lose(server)
    if not is_own:  # the relay's machine is new too
        (server.settings.data_dir / "secrets" / "keeper-seed").unlink()
    key = operator_secret(tmp_path)
    found = await restore_keeper(server.settings, key, server.clock)
    assert (found.doors, found.shares) == (2, 0)
    assert found.written_ms == server.clock.now_ms()
    await server.start()
    assert await opens(server, EVA.door)
    assert await opens(server, EVA.recovery)
    await server.stop()
    if is_own:
        for folder in (server.settings.keeper_dir, server.settings.keeper_mirror_dir):
            assert folder.stat().st_mode & 0o777 == 0o700
    # Again: there is a keeper now, and not even a seed is put back.
    home = server.settings.keeper_mirror_dir if is_own else server.settings.data_dir
    (home / "secrets" / "keeper-seed").unlink()
    before = files(tmp_path)
    config = write_config(server)
    again = ["--config", str(config), "restore-keeper", "--operator-secret", str(key)]
    assert await asyncio.to_thread(cli.main, again) == 1
    assert "is not restored over it" in capsys.readouterr().err
    config.unlink()
    assert files(tmp_path) == before


async def test_the_command_says_how_old_the_copy_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = await with_an_account(tmp_path, True)
    lose(server)
    arguments = ["--config", str(write_config(server)), "restore-keeper"]
    key = str(operator_secret(tmp_path))
    assert await asyncio.to_thread(cli.main, [*arguments, "--operator-secret", key]) == 0
    said = capsys.readouterr().out
    assert "copy written 20" in said
    assert "keeper doors 2, shares 0" in said


async def test_what_does_not_fit_changes_nothing(tmp_path: Path) -> None:
    server = await with_an_account(tmp_path, True)
    lose(server)
    before = files(tmp_path)
    wrong = operator_secret(tmp_path, b"another operator".ljust(32))
    with pytest.raises(KeeperError, match="cannot be opened"):
        await restore_keeper(server.settings, wrong)
    wrong.unlink()
    key = operator_secret(tmp_path)
    key.chmod(0o640)
    with pytest.raises(StartError, match="can be read by others"):
        await restore_keeper(server.settings, key)
    key.unlink()
    with pytest.raises(StartError, match="cannot be read"):
        await restore_keeper(server.settings, key)
    assert files(tmp_path) == before


async def test_another_keepers_seed_is_not_replaced(tmp_path: Path) -> None:
    server = await with_an_account(tmp_path, False)
    lose(server)
    (server.settings.data_dir / "secrets" / "keeper-seed").unlink()
    other = SecretsDir(server.settings.data_dir).create(SecretName.KEEPER_SEED)
    with pytest.raises(StartError, match="seed of another keeper"):
        await restore_keeper(server.settings, operator_secret(tmp_path))
    assert SecretsDir(server.settings.data_dir).read(SecretName.KEEPER_SEED) == other
    assert not server.settings.keeper_dir.exists()


@pytest.mark.parametrize("is_own", [False, True], ids=["embedded", "own"])
async def test_the_last_copy_of_a_lost_keeper_is_never_replaced_by_an_empty_one(
    tmp_path: Path, is_own: bool
) -> None:
    server = await with_an_account(tmp_path, is_own)
    lose(server)
    if not is_own:  # and the relay's folder too
        shutil.rmtree(server.settings.data_dir)
    before = files(server.settings.keeper_copy_dir)
    assert before
    key = tmp_path / "operator.pub"
    key.write_text(x25519_public(OPERATOR_SECRET).hex() + "\n", "ascii")
    making = init_keeper if is_own else init
    with pytest.raises(KeeperError, match="run e2e-server restore-keeper"):
        await making(server.settings, key, server.clock)
    assert files(server.settings.keeper_copy_dir) == before
    for home in (server.settings.data_dir, server.settings.keeper_dir):
        assert not SecretsDir(home).has(SecretName.KEEPER_SEED)
    await restore_keeper(server.settings, operator_secret(tmp_path), server.clock)
