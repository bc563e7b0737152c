"""The end of an account: what it takes, what goes, and that nothing of it is left anywhere."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any, cast
from unittest import mock

import aiohttp
import pytest

from crypto.credential import sign_delete, sign_sign_in
from crypto.keys import SignSecret
from crypto.wire import accounts as wire
from crypto.wire.accounts import AccountKind
from crypto.wire.codec import RefusalFrame
from crypto.wire.errors import ErrorCode
from e2e_server import paths
from e2e_server.features.accounts import store
from e2e_server.features.accounts.doors import Doors
from e2e_server.features.accounts.starting import START_LIFE_MS
from e2e_server.keeper.embedded import EmbeddedKeeper
from e2e_server.keeper.port import KeeperError
from tests.helpers.accounts import Account, Door, generations
from tests.helpers.livecast import settled, told
from tests.helpers.organisation import seed
from tests.helpers.rawclient import RawClient
from tests.helpers.server import Server, serving

PAGE_BYTES = 65_600
EVA = Account("eva", has_recovery=True, pages=(seed("the page of Eva", 64) * (PAGE_BYTES // 64),))
UTE = Account("ute", has_recovery=True)
TABLES = tuple(f"accounts_{name}" for name in ("accounts", "doors", "pages", "sign_ins"))


async def delete(client: RawClient, door: Door) -> None:
    """Start at a door and delete what is behind it."""
    await client.call(door.farewell(await door.start(client)))


async def rows(server: Server, table: str) -> int:
    found = await server.relay.parts.db.read(lambda tx: tx.one(f"SELECT COUNT(*) FROM {table}"))
    return int(found[0]) if found else 0


async def is_gone(server: Server, account: Account) -> bool:
    """Tell whether both doors answer like unknown ones."""
    async with await server.connect() as client:
        codes = []
        for door in (account.door, account.recovery):
            answer = await (await client.start(door.proof(await door.start(client))))
            codes.append(answer.code if isinstance(answer, RefusalFrame) else None)
        return codes == [ErrorCode.UNAUTHORISED] * 2


@pytest.mark.parametrize("door", [EVA.door, EVA.recovery], ids=["passphrase", "recovery"])
async def test_either_door_deletes_the_account_and_nothing_else(tmp_path: Path, door: Door) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        for account in (EVA, UTE):
            await account.create(client)
            await account.sign_in(client)
        await delete(client, door)
        assert await is_gone(server, EVA)
        assert [await rows(server, table) for table in TABLES] == [1, 2, 1, 1]
        assert await rows(server, "accounts_unsettled") == 0
        assert await generations(server) == 2
        # The line is somebody else's.
        await client.call(wire.PageRead(page=0))
        await UTE.recovery.sign_in(client)


async def test_every_sign_in_ends_at_once(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        await server.connect() as client,
        await server.connect() as second,
        await server.connect() as third,
    ):
        await EVA.create(client)
        await EVA.sign_in(client)
        token = (await EVA.recovery.sign_in(second)).token
        await third.call(wire.Attach(token=token))
        await delete(client, EVA.door)
        await settled(second, third, client)
        heard = [len(told(line, wire.SignedOut)) for line in (client, second, third)]
        assert heard == [0, 1, 1]
        for line in (client, second, third):
            assert await line.refusal(wire.PageRead(page=0)) is ErrorCode.UNAUTHORISED
            assert await line.refusal(wire.AccountStock()) is ErrorCode.UNAUTHORISED
            assert await line.refusal(wire.Attach(token=token)) is ErrorCode.UNAUTHORISED


async def test_a_line_that_has_not_heard_of_the_end_finds_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        await EVA.sign_in(client)

        def without_a_word(tx: Any) -> None:
            (account,) = tx.all("SELECT account16 FROM accounts_accounts")
            tx.run("DELETE FROM accounts_sign_ins")
            store.delete_account(tx, account[0])

        await server.relay.parts.db.write(without_a_word)
        assert await client.refusal(wire.AccountStock()) is ErrorCode.UNAUTHORISED
        # Lines look now and then by themselves: by this time this one may have found out.
        found_out = (ErrorCode.UNKNOWN, ErrorCode.UNAUTHORISED)
        assert await client.refusal(wire.PageRead(page=0)) in found_out


async def test_staff_delete_their_account_in_the_same_way(tmp_path: Path) -> None:
    staff = Account("Anna", AccountKind.STAFF)
    async with serving(tmp_path) as server, await server.connect() as client:
        await staff.create(client)
        await delete(client, staff.door)
        assert [await rows(server, table) for table in TABLES] == [0, 0, 0, 0]
        assert await generations(server) == 0


async def test_the_pseudonym_is_free_again(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        await delete(client, EVA.door)
        await EVA.create(client)
        assert len((await EVA.sign_in(client)).pages) == 1
        assert await generations(server) == 2


# --- refusals --------------------------------------------------------------------------------


async def test_without_a_start_nothing_is_deleted(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        await EVA.sign_in(client)
        command = wire.AccountDelete(signature=bytes(64))
        assert await client.refusal(command) is ErrorCode.WRONG_STATE
        assert await rows(server, "accounts_accounts") == 1


async def test_a_start_allows_one_answer_of_either_kind(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        wrong_end = wire.AccountDelete(signature=bytes(64))
        wrong_proof = wire.SignInFinish(signature=bytes(64), subject16=b"", staff_signature=b"")
        for spent in (wrong_end, wrong_proof):
            facts = await EVA.door.start(client)
            assert await client.refusal(spent) is ErrorCode.UNAUTHORISED
            assert await client.refusal(EVA.door.farewell(facts)) is ErrorCode.WRONG_STATE
            assert await client.refusal(EVA.door.proof(facts)) is ErrorCode.WRONG_STATE
        facts = await EVA.door.start(client)
        await client.call(EVA.door.proof(facts))
        assert await client.refusal(EVA.door.farewell(facts)) is ErrorCode.WRONG_STATE
        assert await rows(server, "accounts_accounts") == 1


async def test_a_start_lives_two_minutes(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        facts = await EVA.door.start(client)
        server.clock.elapse(START_LIFE_MS)
        assert await client.refusal(EVA.door.farewell(facts)) is ErrorCode.EXPIRED


async def test_it_works_on_the_connection_of_its_start_only(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        await server.connect() as client,
        await server.connect() as other,
    ):
        await EVA.create(client)
        farewell = EVA.door.farewell(await EVA.door.start(client))
        assert await other.refusal(farewell) is ErrorCode.WRONG_STATE


async def test_a_sign_in_is_no_yes_to_the_end_and_the_end_no_sign_in(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        facts = await EVA.door.start(client)
        as_end = wire.AccountDelete(signature=sign_sign_in(EVA.auth, facts))
        assert await client.refusal(as_end) is ErrorCode.UNAUTHORISED
        facts = await EVA.door.start(client)
        as_sign_in = wire.SignInFinish(
            signature=sign_delete(EVA.auth, facts), subject16=b"", staff_signature=b""
        )
        assert await client.refusal(as_sign_in) is ErrorCode.UNAUTHORISED
        assert await rows(server, "accounts_accounts") == 1


async def test_another_key_deletes_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        await UTE.create(client)
        for key in (SignSecret(seed("a stranger")), EVA.recovery.auth, UTE.auth):
            facts = await EVA.door.start(client)
            forged = wire.AccountDelete(signature=sign_delete(key, facts))
            assert await client.refusal(forged) is ErrorCode.UNAUTHORISED
        facts = await UTE.door.start(client)
        moved = wire.AccountDelete(signature=sign_delete(EVA.auth, facts))
        assert await client.refusal(moved) is ErrorCode.UNAUTHORISED
        assert await rows(server, "accounts_accounts") == 2


async def test_a_door_that_changed_since_the_start_deletes_nothing(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        await server.connect() as client,
        await server.connect() as thief,
    ):
        await EVA.create(client)
        await EVA.sign_in(client)
        farewell = EVA.door.farewell(await EVA.door.start(thief))
        await client.call(await EVA.door.change(client, EVA.door.renamed("new phrase")))
        assert await thief.refusal(farewell) is ErrorCode.UNAUTHORISED
        await client.call(wire.PageRead(page=0))


async def test_of_two_ends_at_once_one_is_the_last(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        await server.connect() as client,
        await server.connect() as other,
    ):
        await EVA.create(client)
        ends = [
            await client.start(EVA.door.farewell(await EVA.door.start(client))),
            await other.start(EVA.recovery.farewell(await EVA.recovery.start(other))),
        ]
        refused = [one.code for one in await asyncio.gather(*ends) if isinstance(one, RefusalFrame)]
        assert refused == [ErrorCode.UNAUTHORISED]
        assert await generations(server) == 0


async def test_an_end_and_a_change_at_once_leave_no_secret(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        await server.connect() as client,
        await server.connect() as other,
    ):
        await EVA.create(client)
        await EVA.sign_in(client)
        new = (EVA.door.renamed("new phrase"), Door("new sheet", EVA.recovery.kind))
        change = await EVA.door.change(client, *new)
        farewell = EVA.recovery.farewell(await EVA.recovery.start(other))
        answers = await asyncio.gather(await client.start(change), await other.start(farewell))
        refused = [one.code for one in answers if isinstance(one, RefusalFrame)]
        assert refused == [ErrorCode.UNAUTHORISED]
        # Whichever came first: the keeper holds what the rows name.
        assert await generations(server) == await rows(server, "accounts_doors")


# --- nothing is left -------------------------------------------------------------------------


def on_disk(folder: Path, marks: dict[str, bytes]) -> set[str]:
    """Name the marks that occur in any file below `folder`."""
    found = set()
    for path in (one for one in folder.rglob("*") if one.is_file()):
        raw = path.read_bytes()
        found |= {name for name, mark in marks.items() if mark in raw}
    return found


async def marks_of(server: Server) -> dict[str, bytes]:
    """What could be found of Eva: her page, slots, names, and the keeper's secrets."""
    keeper = cast(EmbeddedKeeper, server.relay.parts.keeper)
    doors = server.relay.parts.services.get(Doors)
    scalars = await keeper._database.read(
        lambda tx: tx.all("SELECT secret_raw FROM keeper_secrets JOIN keeper_doors USING (slot)")
    )
    return {
        "page": EVA.pages[0][:512],
        "handle": EVA.handle,
        **{f"slot {one.kind.name}": one.slot[-48:] for one in (EVA.door, EVA.recovery)},
        **{f"name {one.kind.name}": doors.key(one.id16) for one in (EVA.door, EVA.recovery)},
        **{f"scalar {number}": bytes(row[0]) for number, row in enumerate(scalars)},
    }


async def test_the_bytes_are_gone_from_every_file(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        marks = await marks_of(server)
        assert len(marks) == 8
        # In the write-ahead log, and once more in the file itself.
        assert on_disk(tmp_path, marks) == marks.keys()
        await server.relay.parts.db.checkpoint()
        assert on_disk(tmp_path, marks) == marks.keys()
        await delete(client, EVA.door)
        scalars = {name: mark for name, mark in marks.items() if name.startswith("scalar")}
        assert on_disk(tmp_path, scalars) == set()
        assert on_disk(tmp_path, marks)
        await server.elapse(0)
        assert on_disk(tmp_path, marks) == set()


async def test_a_slot_that_was_replaced_is_gone_too(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        await EVA.sign_in(client)
        marks = {"slot": EVA.recovery.slot[-48:]}
        await client.call(await EVA.door.change(client, Door("sheet", EVA.recovery.kind)))
        assert on_disk(tmp_path, marks)
        await server.elapse(0)
        assert on_disk(tmp_path, marks) == set()


async def test_in_a_large_file_too_where_nothing_is_rewritten_by_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("e2e_server.features.boxes.purge.SMALL_BYTES", 0)
    async with serving(tmp_path) as server, await server.connect() as client:
        for account in (UTE, EVA, Account("ida", pages=EVA.pages)):
            await account.create(client)
        marks = {"page": b"the page of Ute".ljust(512, b".")}
        await UTE.sign_in(client)
        sealed = marks["page"] * (PAGE_BYTES // 512)
        await client.call(wire.PageSave(page=0, version=2, sealed=sealed))
        assert on_disk(tmp_path, marks)
        await delete(client, UTE.recovery)
        await server.elapse(0)
        assert on_disk(tmp_path, marks) == set()


async def test_no_older_copy_of_the_database_opens(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        async with await server.connect() as client:
            await EVA.create(client)
            path, copy = paths.database_path(server.settings), tmp_path / "an older copy"
            await server.relay.parts.db.checkpoint()
            shutil.copyfile(path, copy)
            before = {one: await beta(client, one) for one in (EVA.door, EVA.recovery)}
            await delete(client, EVA.recovery)
        await server.stop()
        shutil.copyfile(copy, path)
        await server.start()
        async with await server.connect() as client:
            for door, old in before.items():
                assert (await door.start(client)).slot == door.slot
                assert await beta(client, door) != old


ALPHA = EVA.alpha()


async def beta(client: RawClient, door: Door) -> bytes:
    start = wire.SignInStart(id16=door.id16, alpha=ALPHA, device_token=b"", stamp=b"")
    return (await client.call(start)).beta


async def test_a_keeper_that_fails_is_told_again_until_it_has_forgotten(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await EVA.create(client)
        keeper = server.relay.parts.keeper
        with mock.patch.object(keeper, "drop", side_effect=KeeperError):
            await delete(client, EVA.door)
            assert await is_gone(server, EVA)
            assert await generations(server) == 2
            await server.elapse(0)
            assert await jobs_failing(server) == 1
        # Meanwhile somebody else has taken the name: their secret is not touched.
        await Account("eva").create(client)
        assert await generations(server) == 1
        await server.elapse(0)
        assert await jobs_failing(server) == 0
        await EVA.sign_in(client)


async def jobs_failing(server: Server) -> int:
    async with aiohttp.ClientSession() as http, http.get(f"{server.url}/healthz") as answer:
        return int((await answer.json())["jobs_failing"])
