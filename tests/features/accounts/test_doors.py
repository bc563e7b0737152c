"""Two doors of one account: which a new account has, and that each opens it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from unittest import mock

import pytest

from crypto.wire import accounts as wire
from crypto.wire.accounts import AccountKind, DoorKind
from crypto.wire.errors import ErrorCode
from e2e_server.features.accounts import store
from e2e_server.keeper.port import KeeperError
from e2e_server.kernel.clock import MS_PER_DAY
from tests.helpers.accounts import PAGE, Account, generations
from tests.helpers.organisation import seed
from tests.helpers.server import serving

EVA = Account("eva", has_recovery=True)
PASSPHRASE, RECOVERY = DoorKind.PASSPHRASE, DoorKind.RECOVERY


async def test_both_doors_open_the_same_account(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        assert await generations(server) == 2
        save = wire.PageSave(page=0, version=2, sealed=b"\x02" * 4_096)
        await EVA.sign_in(client)
        await client.call(save)
        async with await server.connect() as other:
            reply = await EVA.recovery.sign_in(other)
            assert [(one.version, one.sealed) for one in reply.pages] == [(2, save.sealed)]
            attached = await client.call(wire.Attach(token=reply.token))
            assert (attached.kind, attached.subject16) == (AccountKind.SEEKER, b"")


async def test_a_repeated_creation_of_two_doors_is_harmless(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        finish = await EVA.finish(client)
        await client.call(finish)
        await client.call(finish)
        await server.restart()
        async with await server.connect() as again:
            await again.call(finish)
            assert await generations(server) == 2
            reply = await EVA.recovery.sign_in(again)
            assert len(reply.pages) == 1


async def test_an_account_that_differs_in_one_door_only_is_another_one(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        rival = await EVA.finish(client)
        first, second = rival.doors
        other = dataclasses.replace(second, auth_pk=seed("another key"))
        rival = dataclasses.replace(rival, doors=(first, other), handle=seed("another", 16))
        assert await client.refusal(rival) is ErrorCode.NAME_TAKEN
        # What the keeper adopted in vain is gone.
        assert await generations(server) == 2
        await EVA.sign_in(client)
        await EVA.recovery.sign_in(client)


async def test_a_taken_name_leaves_no_secret_behind_the_new_recovery_door(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await Account("eva").create(client)
        assert await client.refusal(await EVA.finish(client)) is ErrorCode.NAME_TAKEN
        assert await generations(server) == 1
        assert await client.refusal(EVA.recovery.proof(await EVA.recovery.start(client))) is (
            ErrorCode.UNAUTHORISED
        )


@pytest.mark.parametrize(
    ("kind", "kinds"),
    [
        (AccountKind.SEEKER, (RECOVERY,)),
        (AccountKind.SEEKER, (PASSPHRASE, PASSPHRASE)),
        (AccountKind.SEEKER, (RECOVERY, RECOVERY)),
        (AccountKind.SEEKER, (PASSPHRASE, 0)),
        (AccountKind.SEEKER, (0,)),
        (AccountKind.STAFF, (RECOVERY,)),
        (AccountKind.STAFF, (PASSPHRASE, RECOVERY)),
        (AccountKind.STAFF, ()),
    ],
)
async def test_a_new_account_has_the_doors_of_its_kind(
    tmp_path: Path, kind: AccountKind, kinds: tuple[int, ...]
) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        account = Account("eva", kind, has_recovery=True)
        finish = await account.finish(client)
        doors = tuple(
            dataclasses.replace(one, kind=given)
            for one, given in zip(finish.doors, kinds, strict=False)
        )
        odd = dataclasses.replace(finish, doors=doors)
        assert await client.refusal(odd) is ErrorCode.MALFORMED
        assert await generations(server) == 0


async def test_two_doors_have_two_ids(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        finish = await EVA.finish(client)
        first, second = finish.doors
        doors = (first, dataclasses.replace(second, id16=first.id16))
        odd = dataclasses.replace(finish, doors=doors)
        assert await client.refusal(odd) is ErrorCode.MALFORMED


async def test_a_keeper_that_fails_to_settle_new_doors_is_told_again(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        finish, keeper = await EVA.finish(client), server.relay.parts.keeper
        with mock.patch.object(keeper, "settle", side_effect=KeeperError):
            assert await client.refusal(finish) is ErrorCode.STORAGE
        doors = await server.relay.parts.db.read(store.door_generations)
        assert [one.settled for one in await keeper.door_states(doors)] == [False, False]
        await server.elapse(0)
        assert [one.settled for one in await keeper.door_states(doors)] == [True, True]
        await client.call(finish)


async def test_an_account_counts_what_is_held_about_it(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        await server.connect() as client,
        await server.connect() as other,
    ):
        assert await client.refusal(wire.AccountStock()) is ErrorCode.UNAUTHORISED
        day = server.clock.now_ms() // MS_PER_DAY
        await EVA.create(client)
        await Account("somebody else").create(client)
        await EVA.sign_in(client)
        await EVA.recovery.sign_in(other)
        server.clock.elapse(MS_PER_DAY // 4)
        found = await client.call(wire.AccountStock())
        assert found == wire.AccountStockReply(
            created_day=day, doors=2, pages=1, page_bytes=len(PAGE), sign_ins=2
        )
        await client.call(wire.PageSave(page=0, version=2, sealed=bytes(8_000)))
        await other.call(wire.SignOut())
        found = await client.call(wire.AccountStock())
        assert (found.page_bytes, found.sign_ins) == (8_000, 1)


async def test_staff_count_their_sixteen_pages(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        staff = Account("Anna", AccountKind.STAFF)
        await staff.create(client)
        await staff.sign_in(client)
        found = await client.call(wire.AccountStock())
        assert (found.doors, found.pages, found.page_bytes) == (1, 16, 16 * len(PAGE))
