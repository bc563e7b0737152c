"""Journeys over a relay whose keeper is a process of its own: it dies, comes back, is another."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from crypto.primitives import x25519_public
from crypto.wire import accounts as wire
from crypto.wire import live
from crypto.wire.accounts import DoorKind
from crypto.wire.base import Command
from crypto.wire.codec import RefusalFrame
from crypto.wire.errors import ErrorCode
from e2e_server import paths
from e2e_server.features.accounts.doors import Doors
from e2e_server.keeper.founding import restore
from e2e_server.keeper.port import KeeperLostError
from e2e_server.keeper.sealed_copy import open_copy
from tests.helpers.accounts import Account, Door, generations
from tests.helpers.changing import opens
from tests.helpers.livecast import HOUR_MS, Counsellor, House, Seeker, house
from tests.helpers.rawclient import RawClient
from tests.helpers.server import OPERATOR_SECRET, Server, serving

RETENTION_MS = 48 * HOUR_MS
LASTING = ("begin", "adopt", "settle", "drop", "share_new", "share_drop")


class Died(Exception):
    """The keeper is no more."""


@contextmanager
def dying(server: Server, at: int, is_done: bool) -> Iterator[list[str]]:
    """Have the keeper die at lasting call `at`, before it was done or after; yield what was."""
    own, called = server.own, list[str]()

    def mortal(name: str) -> Callable[..., Any]:
        plain = getattr(own.keeper, name)

        async def wrapped(*arguments: Any) -> Any:
            called.append(name)
            if len(called) > at:
                if is_done and len(called) == at + 1:
                    await plain(*arguments)
                for writer in tuple(own._lines.values()):
                    writer.transport.abort()
                raise Died
            return await plain(*arguments)

        return wrapped

    with ExitStack() as patches:
        for name in LASTING:
            patches.enter_context(mock.patch.object(own.keeper, name, mortal(name)))
        yield called


async def revive(server: Server) -> None:
    """Start the keeper again, without the relay, and run the relay's jobs."""
    await server.stop_keeper()
    await server.start_keeper()
    await server.relay.jobs.run_all()
    assert server.relay.jobs.failing == 0


async def agree(server: Server) -> None:
    """The keeper holds one secret for each door that has a row, and nothing is owed."""
    rows = await server.relay.parts.db.read(
        lambda tx: [
            tx.one(f"SELECT count(*) FROM accounts_{name}") for name in ("doors", "unsettled")
        ]
    )
    doors, unsettled = [row[0] if row else 0 for row in rows]
    assert (await generations(server), unsettled) == (doors, 0)


async def dies(
    server: Server, client: RawClient, command: Command[Any], at: int, done: bool
) -> bool:
    """Send a command to a relay whose keeper dies at its call `at`; tell whether it did."""
    with dying(server, at, done) as called:
        code = await answered(client, command)
        died = len(called) > at
    # A deletion is done with its rows; the keeper follows when it can.
    is_told = died and not isinstance(command, wire.AccountDelete)
    assert code is (ErrorCode.STORAGE if is_told else None)
    await revive(server)
    await agree(server)
    return died


async def answered(client: RawClient, command: Command[Any]) -> ErrorCode | None:
    """Send a command; return the code where it is refused."""
    answer = await (await client.start(command))
    return answer.code if isinstance(answer, RefusalFrame) else None


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
async def test_it_dies_at_each_call_while_an_account_is_made(tmp_path: Path, done: bool) -> None:
    async with serving(tmp_path, has_own_keeper=True) as server:
        died, at = True, 0
        while died:
            eva = Account(f"eva {at}", has_recovery=True)
            async with await server.connect() as client:
                finish = await eva.finish(client)
                died = await dies(server, client, finish, at, done)
                code = await answered(client, finish)
                if code is not None:
                    # The new keeper knows no token of the old one.
                    assert code is ErrorCode.EXPIRED
                    await eva.create(client)
            assert await opens(server, eva.door)
            assert await opens(server, eva.recovery)
            await agree(server)
            at += 1
        assert at == len(["adopt", "adopt", "settle", "settle", "none"])


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
async def test_it_dies_at_each_call_while_doors_change(tmp_path: Path, done: bool) -> None:
    async with serving(tmp_path, has_own_keeper=True) as server:
        died, at = True, 0
        while died:
            eva = Account(f"eva {at}", has_recovery=True)
            new = (eva.door.renamed(f"new {at}"), Door(f"sheet {at}", DoorKind.RECOVERY))
            async with await server.connect() as client:
                await eva.create(client)
                await eva.sign_in(client)
                change = await eva.door.change(client, *new)
                died = await dies(server, client, change, at, done)
                is_new = await opens(server, new[0])
                assert is_new == await opens(server, new[1])
                assert is_new != await opens(server, eva.door)
                if not is_new:
                    assert await client.refusal(change) is ErrorCode.EXPIRED
                    change = await eva.door.change(client, *new)
                await client.call(change)
            assert [await opens(server, one) for one in (*new, eva.door, eva.recovery)] == [
                True, True, False, False
            ]  # fmt: skip
            await agree(server)
            at += 1
        assert at == len(["adopt", "adopt", "settle", "settle", "drop", "none"])


@pytest.mark.parametrize("done", [False, True], ids=["before", "after"])
async def test_it_dies_at_each_call_while_an_account_ends(tmp_path: Path, done: bool) -> None:
    async with serving(tmp_path, has_own_keeper=True) as server:
        died, at = True, 0
        while died:
            eva = Account(f"eva {at}", has_recovery=True)
            async with await server.connect() as client:
                await eva.create(client)
                farewell = eva.door.farewell(await eva.door.start(client))
                died = await dies(server, client, farewell, at, done)
            assert not await opens(server, eva.door)
            at += 1
        assert at == len(["drop", "drop", "none"])


async def closed_chat(home: House, anna: Counsellor, name: str) -> Seeker:
    seeker = await home.chat(anna, name)
    await seeker.client.call(seeker.close_command(f"bye {name}"), seeker.box_cap)
    return seeker


async def test_a_conversation_from_the_first_share_to_the_purge(tmp_path: Path) -> None:
    """The keeper dies at the share of a box, before and after; at the purge, before and after."""
    async with house(tmp_path, has_own_keeper=True) as home:
        server = home.server
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        for name, done in (("Sam", False), ("Kim", True)):
            seeker = await home.seeker(name)
            await anna.accept(seeker)
            await seeker.ticket(live.Confirm())
            with dying(server, 0, done):
                assert await seeker.refused(seeker.create_command()) is ErrorCode.STORAGE
            await revive(server)
            share = (await seeker.ticket(seeker.create_command())).share
            assert share == await server.keeper.share_get(seeker.box16)
        for name in ("Ute", "Ina"):
            await closed_chat(home, anna, name)
        assert (await server.keeper.state()).shares == 4
        server.clock.elapse(RETENTION_MS)
        for done, left in ((False, 4), (True, 3)):
            with dying(server, 0, done) as called:
                await server.relay.jobs.run_all()
            assert server.relay.jobs.failing > 0
            assert called[0] == "share_drop"
            assert (await server.keeper.state()).shares == left
            if not done:
                await server.stop_keeper()
                await server.start_keeper()
        await revive(server)
        boxes_left = await home.rows("SELECT count(*) FROM boxes_boxes")
        assert (await server.keeper.state()).shares == boxes_left[0][0]


async def test_without_its_keeper_a_sign_in_is_refused_and_nothing_is_half_done(
    tmp_path: Path,
) -> None:
    eva = Account("kiesel-47")
    async with serving(tmp_path, has_own_keeper=True) as server:
        async with await server.connect() as client:
            await eva.create(client)
            finish = await Account("ute").finish(client)
            await server.stop_keeper()
            start = wire.SignInStart(id16=eva.id16, alpha=eva.alpha(), device_token=b"", stamp=b"")
            begin = wire.AccountBegin(alpha=eva.alpha(), stamp=b"")
            for command in (start, begin, finish):
                assert await client.refusal(command) is ErrorCode.STORAGE
            await server.start_keeper()
            await eva.sign_in(client)
            assert await client.refusal(finish) is ErrorCode.EXPIRED
        await agree(server)
        said = "".join(server.log)
        assert "KeeperLostError" in said
        door32 = server.relay.parts.services.get(Doors).key(eva.id16)
        for mark in (eva.name, eva.id16.hex(), door32.hex(), str(server.settings.keeper_socket)):
            assert mark not in said


async def test_relay_and_keeper_restart_in_any_order(tmp_path: Path) -> None:
    eva = Account("eva", has_recovery=True)
    async with serving(tmp_path, has_own_keeper=True) as server:
        async with await server.connect() as client:
            await eva.create(client)
        await server.relay.close()
        await server.stop_keeper()
        with pytest.raises(KeeperLostError):
            await open_without_keeper(server)
        await server.start()
        assert await opens(server, eva.door)
        # The relay alone: the keeper goes on, and what it keeps in memory with it.
        token = await begun(server, eva)
        await server.relay.close()
        server._relay = None
        await server.start()
        assert token in server.keeper._pending
        assert await opens(server, eva.recovery)


async def open_without_keeper(server: Server) -> None:
    with mock.patch.object(server, "start_keeper", mock.AsyncMock()):
        await server.start()


async def begun(server: Server, account: Account) -> bytes:
    async with await server.connect() as client:
        return await account.door.begin(client)


async def test_an_empty_and_a_wrong_keeper_are_refused_and_a_restored_one_is_not(
    tmp_path: Path,
) -> None:
    eva = Account("eva")
    async with serving(tmp_path, has_own_keeper=True) as server:
        async with await server.connect() as client:
            await eva.create(client)
            await server.keeper.write_copy()
            await server.stop_keeper()
            folders = paths.keeper_folders(server.settings)
            copy = open_copy(folders.copy, x25519_public(OPERATOR_SECRET), OPERATOR_SECRET)
            for one in folders.files:
                shutil.move(one, one.with_suffix(".lost"))
            async with serving(tmp_path / "other", has_own_keeper=True, is_apart=True) as other:
                line = server.settings.keeper_socket
                line.symlink_to(other.settings.keeper_socket)
                assert (
                    await client.refusal(wire.AccountBegin(alpha=eva.alpha(), stamp=b""))
                    is ErrorCode.STORAGE
                )
                assert (await other.keeper.state()).doors == 0
                line.unlink()
            await restore(folders, copy, server.clock.now_ms)
            await server.restart()
        assert await opens(server, eva.door)
        await agree(server)
