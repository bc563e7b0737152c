"""The keeper as a process of its own: its files, socket and user, and what starts beside it."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest

from e2e_server import cli
from e2e_server.init import init
from e2e_server.keeper.port import COPY_EVERY_S, KeeperError, WrongKeeperError
from e2e_server.keeper.sealed_copy import COPY_NAME
from e2e_server.keeper_process import init_keeper, own_keeper, regularly
from e2e_server.kernel.errors import StartError
from e2e_server.kernel.oplog import OpLog
from e2e_server.secrets_dir import SecretFileError, SecretName, SecretsDir
from e2e_server.storage.port import LockedError
from e2e_server.users import uid_of
from tests.helpers.clock import FakeClock
from tests.helpers.server import Server, write_config
from tests.keeper.helpers import BOX, operator_key


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """A relay with a keeper of its own, as both `init`s leave them; nothing runs."""
    made = Server(tmp_path, has_own_keeper=True)
    asyncio.run(made.set_up())
    return made


def run(config: Path, *arguments: str) -> int:
    return cli.main(["--config", str(config), *arguments])


async def starts(server: Server) -> None:
    """Start, and stop again where nothing has refused."""
    try:
        await server.start()
    finally:
        await server.stop()


# --- files -----------------------------------------------------------------------------------


def test_seed_and_operators_key_belong_to_the_keeper_alone(server: Server) -> None:
    settings = server.settings
    assert not SecretsDir(settings.data_dir).has(SecretName.KEEPER_SEED)
    assert not (settings.data_dir / "operator.pub").exists()
    seeds = {SecretsDir(one).read(SecretName.KEEPER_SEED) for one in keeper_disks(server)}
    assert len(seeds) == 1
    for folder in (*keeper_disks(server), settings.keeper_copy_dir):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert (settings.keeper_copy_dir / COPY_NAME).exists()


def keeper_disks(server: Server) -> tuple[Path, Path]:
    return server.settings.keeper_dir, server.settings.keeper_mirror_dir


@pytest.mark.parametrize("lost", [0, 1])
async def test_one_dead_disk_costs_nothing(tmp_path: Path, lost: int) -> None:
    server = Server(tmp_path, has_own_keeper=True)
    await server.set_up()
    await server.start_keeper()
    share = await server.keeper.share_new(BOX)
    await server.stop_keeper()
    shutil.rmtree(keeper_disks(server)[lost])
    if lost == 0:  # the operator's key is public, and given again
        await init_keeper(server.settings, operator_key(tmp_path), server.clock)
    await server.start()
    assert await server.relay.parts.keeper.share_get(BOX) == share
    assert {one.stat().st_mode & 0o777 for one in keeper_disks(server)} == {0o700}
    await server.stop()


def test_a_seed_is_never_drawn_beside_a_database(server: Server) -> None:
    for folder in keeper_disks(server):
        (folder / "secrets" / "keeper-seed").unlink()
    key = operator_key(server.settings.data_dir.parent)
    with pytest.raises(StartError, match="seed is missing"):
        asyncio.run(init_keeper(server.settings, key))
    with pytest.raises(StartError, match="seed is missing"):
        asyncio.run(starts(server))


def test_an_embedded_keeper_gets_no_new_seed_either(tmp_path: Path) -> None:
    server = Server(tmp_path)
    asyncio.run(server.set_up())
    (server.settings.data_dir / "secrets" / "keeper-seed").unlink()
    with pytest.raises(StartError, match="seed is missing"):
        asyncio.run(init(server.settings, operator_key(tmp_path)))


def test_two_different_seeds_stop_the_start(server: Server) -> None:
    path = server.settings.keeper_mirror_dir / "secrets" / "keeper-seed"
    path.write_bytes(b"another seed".ljust(32))
    with pytest.raises(StartError, match="two different seeds"):
        asyncio.run(starts(server))


def test_a_seed_that_others_can_read_stops_the_start(server: Server) -> None:
    (server.settings.keeper_dir / "secrets" / "keeper-seed").chmod(0o640)
    with pytest.raises(SecretFileError, match="can be read by others"):
        asyncio.run(starts(server))


def test_another_operator_key_is_not_taken_over(server: Server, tmp_path: Path) -> None:
    other = tmp_path / "other.pub"
    other.write_text("00" * 32, "ascii")
    with pytest.raises(StartError, match="another operator key"):
        asyncio.run(init_keeper(server.settings, other))


def test_a_keeper_that_was_never_made_is_not_made_by_starting_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Server(tmp_path, has_own_keeper=True)
    assert run(write_config(server), "keeper") == 1
    assert "run e2e-server init-keeper" in capsys.readouterr().err
    assert not server.settings.keeper_dir.exists()


def test_a_lost_keeper_that_was_made_anew_is_another_one(server: Server) -> None:
    for folder in (*keeper_disks(server), server.settings.keeper_copy_dir):
        shutil.rmtree(folder)
    key = operator_key(server.settings.data_dir.parent)
    asyncio.run(init_keeper(server.settings, key, server.clock))
    with pytest.raises(WrongKeeperError, match="another relay"):
        asyncio.run(starts(server))


async def test_an_embedded_keeper_moves_out(tmp_path: Path) -> None:
    """As docs/operations.md says: the seed's file moves, the operator's key is given again."""
    before = Server(tmp_path)
    await before.set_up()
    await before.start()
    share = await before.keeper.share_new(BOX)
    await before.stop()
    settings = before.settings
    (settings.keeper_dir / "secrets").mkdir(mode=0o700)
    shutil.move(
        settings.data_dir / "secrets" / "keeper-seed",
        settings.keeper_dir / "secrets" / "keeper-seed",
    )
    after = Server(tmp_path, has_own_keeper=True)
    await init_keeper(after.settings, settings.data_dir / "operator.pub", after.clock)
    await after.start_keeper()
    await init(after.settings, clock=after.clock)
    await after.start()
    assert await after.relay.parts.keeper.share_get(BOX) == share
    await after.stop()


# --- what starts beside it -------------------------------------------------------------------


async def test_keeper_and_a_relay_with_its_own_never_share_files(tmp_path: Path) -> None:
    server = Server(tmp_path, has_own_keeper=True)
    await server.set_up()
    await server.start_keeper()
    with pytest.raises(LockedError):
        async with own_keeper(server.settings, server.log.append, server.clock):
            pass
    # A configuration that forgets the socket: the relay finds a keeper that is in use.
    embedded = Server(tmp_path, clock=server.clock)
    seed = SecretsDir(server.settings.keeper_dir).read(SecretName.KEEPER_SEED)
    SecretsDir(embedded.settings.data_dir).create(SecretName.KEEPER_SEED, lambda _: seed)
    shutil.copy(server.settings.keeper_dir / "operator.pub", embedded.settings.data_dir)
    with pytest.raises(LockedError):
        await embedded.start()
    await server.stop_keeper()


def test_a_relay_without_its_keeper_does_not_start(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write_config(server), "check") == 1
    said = capsys.readouterr().err
    assert "no keeper at" in said
    assert said.count("\n") == 1


async def test_check_tells_where_relay_and_keeper_are_too_near(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Server(tmp_path, has_own_keeper=True)
    await server.set_up()
    await server.start_keeper()
    SecretsDir(server.settings.data_dir).create(SecretName.KEEPER_SEED)
    assert await asyncio.to_thread(run, write_config(server), "check") == 0
    told = capsys.readouterr().out
    assert "are one user" in told
    assert told.count("can be read by this user") == 3
    assert "still has a key file keeper-seed" in told
    await server.stop_keeper()


async def test_an_embedded_keeper_is_not_too_near(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Server(tmp_path)
    await server.set_up()
    assert await asyncio.to_thread(run, write_config(server), "check") == 0
    assert "warning" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changed", "command", "words"),
    [
        ({"keeper_user": "nobody-of-that-name"}, "check", "there is no user nobody-of-that-name"),
        ({"relay_user": "nobody-of-that-name"}, "keeper", "there is no user nobody-of-that-name"),
        ({"keeper_user": str(os.geteuid() + 1)}, "keeper", "which is the keeper_user"),
        ({"relay_user": ""}, "keeper", "belong together"),
        ({"keeper_user": ""}, "serve", "belong together"),
        ({"keeper_socket": ""}, "keeper", "belong together"),
    ],
)
def test_what_does_not_fit_is_named_in_one_sentence(
    server: Server,
    capsys: pytest.CaptureFixture[str],
    changed: dict[str, object],
    command: str,
    words: str,
) -> None:
    assert run(write_config(server, **changed), command) == 1
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_an_embedded_keeper_is_no_process_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = Server(tmp_path)
    asyncio.run(server.set_up())
    assert run(write_config(server), "keeper") == 1
    assert "keeper_socket is empty" in capsys.readouterr().err


def test_the_operators_key_is_given_to_the_one_that_makes_the_keeper(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = operator_key(tmp_path)
    assert run(write_config(server), "init", "--operator-key", str(key)) == 1
    assert "give --operator-key to init-keeper" in capsys.readouterr().err
    embedded = Server(tmp_path / "embedded")
    embedded.settings.data_dir.mkdir(parents=True)
    assert run(write_config(embedded), "init") == 1
    assert "--operator-key is missing" in capsys.readouterr().err


def test_a_user_is_a_name_or_a_number() -> None:
    assert uid_of("0") == 0
    assert uid_of("root") == 0
    for name in ("nobody-of-that-name", "", "-1", "٣"):
        with pytest.raises(StartError):
            uid_of(name)


class Ticks(FakeClock):
    """A clock whose sleepers the test meets, one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: asyncio.Queue[int] = asyncio.Queue()

    async def sleep(self, duration_ms: int) -> None:
        self.asked.put_nowait(duration_ms)
        await super().sleep(duration_ms)


async def test_a_regular_job_that_fails_is_noted_and_comes_again() -> None:
    clock, log, done = Ticks(), list[str](), list[int]()

    async def job() -> None:
        done.append(clock.now_ms())
        raise KeeperError("the disk is full")

    task = asyncio.ensure_future(regularly(job, COPY_EVERY_S, clock, OpLog(clock, log.append)))
    for turn in range(3):
        assert await clock.asked.get() == COPY_EVERY_S * 1000
        assert len(done) == len(log) == turn
        clock.elapse(COPY_EVERY_S * 1000)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert all("job_failed" in line and "disk" not in line for line in log)
