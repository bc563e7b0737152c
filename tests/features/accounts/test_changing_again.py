"""Changes of doors that come twice, at once, after a fault, or to an older copy."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from unittest import mock

import pytest

from crypto.wire import accounts as wire
from crypto.wire.codec import RefusalFrame
from crypto.wire.errors import ErrorCode
from e2e_server import paths
from e2e_server.features.accounts import store
from e2e_server.features.accounts.doors import Doors
from e2e_server.keeper.port import KeeperError
from e2e_server.kernel.clock import MS_PER_MINUTE
from tests.helpers.accounts import Account, Door
from tests.helpers.changing import BOTH, EVA, NEW_PHRASE, NEW_SHEET, UTE, signed_in
from tests.helpers.rawclient import RawClient


async def test_a_repeated_change_is_harmless(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        command = await eva.change(*BOTH)
        await eva.client.call(command)
        await eva.client.call(command)
        await eva.server.restart()
        eva.server.clock.elapse(11 * MS_PER_MINUTE)
        async with await eva.server.connect() as again:
            await again.call(wire.Attach(token=eva.sign_in.token))
            async with await eva.server.connect() as other:
                theirs = await NEW_PHRASE.sign_in(other)
                # Done already: nobody else's sign-in ends a second time.
                await again.call(command)
                await other.call(wire.PageRead(page=0))
                await other.call(wire.Attach(token=theirs.token))
        assert await eva.secrets() == 2


async def test_an_older_change_is_not_played_again(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        first = await eva.change(NEW_PHRASE)
        await eva.client.call(first)
        newest = EVA.door.renamed("newest")
        await eva.changes(newest, by=NEW_PHRASE)
        assert await eva.refusal(first) is ErrorCode.UNAUTHORISED
        assert await eva.opens(newest)
        assert await eva.secrets() == 2


async def test_of_two_changes_at_once_one_wins(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva, await eva.server.connect() as other:
        await EVA.sign_in(other)
        rival = EVA.door.renamed("rival phrase")
        commands = [
            (eva.client, await eva.change(NEW_PHRASE)),
            (other, await EVA.door.change(other, rival)),
        ]
        started = [await line.start(command) for line, command in commands]
        answers = await asyncio.gather(*started)
        refused = [one.code for one in answers if isinstance(one, RefusalFrame)]
        assert refused == [ErrorCode.UNAUTHORISED]
        won = NEW_PHRASE if not isinstance(answers[0], RefusalFrame) else rival
        lost = rival if won is NEW_PHRASE else NEW_PHRASE
        assert await eva.opens(won)
        assert not await eva.opens(lost)
        assert not await eva.opens(EVA.door)
        assert await eva.secrets() == 2


async def test_two_accounts_reach_for_one_sheet_at_once(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva, await eva.server.connect() as other:
        await UTE.create(other)
        await UTE.sign_in(other)
        commands = [
            (eva.client, await eva.change(NEW_SHEET)),
            (other, await UTE.door.change(other, NEW_SHEET)),
        ]
        started = [await line.start(command) for line, command in commands]
        answers = await asyncio.gather(*started)
        refused = [one.code for one in answers if isinstance(one, RefusalFrame)]
        assert refused == [ErrorCode.NAME_TAKEN]
        assert await eva.opens(NEW_SHEET)
        assert await eva.secrets() == len(
            await eva.server.relay.parts.db.read(store.door_generations)
        )


@pytest.mark.parametrize("repeated", [False, True], ids=["job", "repeat"])
async def test_a_keeper_that_fails_is_told_again(tmp_path: Path, repeated: bool) -> None:
    async with signed_in(tmp_path) as eva:
        command = await eva.change(NEW_PHRASE)
        keeper = eva.server.relay.parts.keeper
        with mock.patch.object(keeper, "settle", side_effect=KeeperError):
            # Stored, but not done: the old secret is still there.
            assert await eva.refusal(command) is ErrorCode.STORAGE
            assert await eva.secrets() == 3
        if repeated:
            await eva.client.call(command)
        else:
            await eva.server.elapse(0)
        assert await eva.secrets() == 2
        assert await eva.opens(NEW_PHRASE)


async def test_a_new_sheet_settles_although_the_keeper_failed(tmp_path: Path) -> None:
    async with signed_in(tmp_path, Account("eva")) as eva:
        command, keeper = await eva.change(NEW_SHEET), eva.server.relay.parts.keeper
        with mock.patch.object(keeper, "settle", side_effect=KeeperError):
            assert await eva.refusal(command) is ErrorCode.STORAGE
        await eva.server.elapse(0)
        doors = await eva.server.relay.parts.db.read(store.door_generations)
        assert [one.settled for one in await keeper.door_states(doors)] == [True, True]


async def test_a_door_whose_secret_the_keeper_has_lost_can_be_changed(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        keeper, doors = eva.server.relay.parts.keeper, eva.server.relay.parts.services.get(Doors)
        await keeper.drop(doors.key(EVA.id16))
        await eva.changes(NEW_PHRASE)
        assert await eva.opens(NEW_PHRASE)
        assert await eva.secrets() == 2


async def test_a_sheet_is_replaced_while_the_phrases_secret_is_lost(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        keeper, doors = eva.server.relay.parts.keeper, eva.server.relay.parts.services.get(Doors)
        await keeper.drop(doors.key(EVA.id16))
        await eva.changes(NEW_SHEET)
        assert await eva.opens(NEW_SHEET)


async def test_no_older_copy_of_the_database_opens_to_the_old_secrets(tmp_path: Path) -> None:
    async with signed_in(tmp_path) as eva:
        path, copy = paths.database_path(eva.server.settings), tmp_path / "an older copy"
        await eva.server.relay.parts.db.checkpoint()
        shutil.copyfile(path, copy)
        alpha = EVA.alpha()
        before = {door: await beta(eva.client, door, alpha) for door in (EVA.door, EVA.recovery)}
        await eva.changes(*BOTH)
        await eva.server.stop()
        shutil.copyfile(copy, path)
        await eva.server.start()
        async with await eva.server.connect() as again:
            for door, old in before.items():
                reply = await again.call(
                    wire.SignInStart(id16=door.id16, alpha=alpha, device_token=b"", stamp=b"")
                )
                # The slot is back, and nothing that opens it.
                assert reply.slot == door.slot
                assert reply.beta != old


async def beta(client: RawClient, door: Door, alpha: bytes) -> bytes:
    start = wire.SignInStart(id16=door.id16, alpha=alpha, device_token=b"", stamp=b"")
    return (await client.call(start)).beta
