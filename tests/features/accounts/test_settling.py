"""At the start each door settles to the generation of its row, and nothing else is touched."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from crypto.wire.accounts import DoorKind
from e2e_server.features.accounts import store
from e2e_server.features.accounts.settling import CONSENT_FILE
from e2e_server.keeper.port import DoorState
from e2e_server.kernel.errors import StartError
from e2e_server.storage.port import WriteTransaction
from tests.helpers.accounts import Account, generations
from tests.helpers.organisation import seed
from tests.helpers.server import Server, serving

ANNA = Account("anna")
SETTLED = DoorState(held=True, settled=True, others=0)


async def door_of(server: Server) -> tuple[bytes, int]:
    """Return the only door's name and generation."""
    (found,) = await server.relay.parts.db.read(store.door_generations)
    return found


async def adopt(server: Server, door32: bytes, gen: int) -> None:
    keeper = server.relay.parts.keeper
    token, _ = await keeper.begin(ANNA.alpha())
    await keeper.adopt(door32, gen, token)


async def states(server: Server, *doors: tuple[bytes, int]) -> list[DoorState]:
    return await server.relay.parts.keeper.door_states(doors)


def entries(server: Server) -> list[dict[str, int]]:
    found = [json.loads(line) for line in server.log]
    return [one for one in found if one["event"] == "doors_settled"]


def noted(server: Server) -> list[dict[str, int]]:
    return [
        {"doors": one["doors"], "without_secret": one["without_secret"]} for one in entries(server)
    ]


async def has_account(server: Server) -> None:
    async with await server.connect() as client:
        await ANNA.create(client)


async def test_before_the_row_has_changed_the_older_secret_stays(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        await has_account(server)
        door32, gen = await door_of(server)
        await adopt(server, door32, gen + 1)
        await server.restart()
        found = await states(server, (door32, gen), (door32, gen + 1))
        assert found == [SETTLED, DoorState(held=False, settled=False, others=1)]
        assert noted(server) == [{"doors": 1, "without_secret": 0}]
        async with await server.connect() as client:
            await ANNA.sign_in(client)


async def test_once_the_row_has_changed_the_older_secret_goes(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        await has_account(server)
        door32, gen = await door_of(server)
        await adopt(server, door32, gen + 1)
        await server.relay.parts.db.write(
            lambda tx: tx.run("UPDATE accounts_doors SET gen = gen + 1")
        )
        await server.restart()
        assert (await states(server, (door32, gen + 1))) == [SETTLED]


async def test_a_door_that_was_stored_but_not_settled_is_settled(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        door32 = seed("half made")
        await server.relay.parts.db.write(lambda tx: store_door(tx, door32))
        await adopt(server, door32, 1)
        await server.restart()
        assert (await states(server, (door32, 1))) == [SETTLED]


async def test_a_generation_that_the_keeper_lost_touches_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        await has_account(server)
        door32, gen = await door_of(server)
        await server.relay.parts.db.write(
            lambda tx: tx.run("UPDATE accounts_doors SET gen = gen + 1")
        )
        await server.restart()
        assert (await states(server, (door32, gen))) == [SETTLED]
        assert noted(server) == [{"doors": 0, "without_secret": 1}]


async def test_where_all_fits_nothing_is_noted(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        await has_account(server)
        await server.restart()
        assert noted(server) == []


def store_door(tx: WriteTransaction, door32: bytes) -> None:
    account16, handle = seed(f"account {door32.hex()}", 16), seed(f"handle {door32.hex()}", 16)
    store.insert_account(tx, account16, 1, handle, 0)
    store.insert_door(
        tx,
        door32=door32,
        account16=account16,
        kind=DoorKind.PASSPHRASE,
        gen=1,
        auth_pk=bytes(32),
        slot=ANNA.slot,
    )


async def test_many_doors_ask_the_operator_first(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        doors = [seed(f"door {i}") for i in range(11)]
        for door32 in doors:
            await server.relay.parts.db.write(partial(store_door, door32=door32))
            await adopt(server, door32, 1)
            await adopt(server, door32, 2)
        await server.stop()
        with pytest.raises(StartError, match="11 of 11 doors have secrets"):
            await server.start()
        consent = server.settings.data_dir / CONSENT_FILE
        consent.touch()
        await server.start()
        assert await states(server, *((door32, 1) for door32 in doors)) == [SETTLED] * 11
        assert not consent.exists()


async def test_ten_doors_settle_without_a_question(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        doors = [seed(f"door {i}") for i in range(10)]
        for door32 in doors:
            await server.relay.parts.db.write(partial(store_door, door32=door32))
            await adopt(server, door32, 1)
            await adopt(server, door32, 2)
        await server.restart()
        assert await states(server, *((door32, 1) for door32 in doors)) == [SETTLED] * 10


async def test_a_secret_without_a_door_goes_at_the_start(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        await has_account(server)
        # Adopted before a crash, or brought back with an older copy of the keeper.
        await adopt(server, seed("no row"), 1)
        await server.restart()
        assert await generations(server) == 1
        assert [one["without_row"] for one in entries(server)] == [1]
        async with await server.connect() as client:
            await ANNA.sign_in(client)


async def test_many_secrets_without_a_door_ask_the_operator_first(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        await has_account(server)
        for i in range(11):
            await adopt(server, seed(f"no row {i}"), 1)
        await server.stop()
        with pytest.raises(StartError, match="11 secrets have lost their door"):
            await server.start()
        (server.settings.data_dir / CONSENT_FILE).touch()
        await server.start()
        assert await generations(server) == 1


async def test_what_was_noted_is_made_good_before_anybody_is_served(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        await has_account(server)
        door32, gen = await door_of(server)
        lost = [seed(f"deleted {i}") for i in range(11)]
        for one in lost:
            await adopt(server, one, 1)
        await adopt(server, door32, gen + 1)

        def note(tx: WriteTransaction) -> None:
            for one in (door32, *lost):
                store.note_unsettled(tx, one)

        await server.relay.parts.db.write(note)
        # Many, but these are asked for: no operator has to say yes.
        await server.restart()
        assert await states(server, (door32, gen)) == [SETTLED]
        assert await generations(server) == 1
        assert await server.relay.parts.db.read(store.unsettled) == []


async def test_a_noted_door_whose_secret_is_lost_holds_up_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        await has_account(server)
        door32, gen = await door_of(server)

        def put_back(tx: WriteTransaction) -> None:
            tx.run("UPDATE accounts_doors SET gen = gen + 1")
            store.note_unsettled(tx, door32)

        await server.relay.parts.db.write(put_back)
        await server.elapse(0)
        assert await server.relay.parts.db.read(store.unsettled) == []
        # Untouched: the copy that fits may yet be put back.
        assert await states(server, (door32, gen)) == [SETTLED]
