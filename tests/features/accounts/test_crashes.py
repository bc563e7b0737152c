"""The relay dies between any two steps of making, changing and deleting doors, and starts again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from crypto.wire import accounts as wire
from crypto.wire.accounts import DoorKind
from crypto.wire.codec import RefusalFrame
from crypto.wire.errors import ErrorCode
from tests.helpers.accounts import Account, Door, generations
from tests.helpers.rawclient import RawClient
from tests.helpers.server import Server, serving

EVA = Account("eva", has_recovery=True)
OLD = (EVA.door, EVA.recovery)
NEW = (EVA.door.renamed("new phrase"), Door("new sheet", DoorKind.RECOVERY))
# What each command does that lasts, in order, and after how many of these it has happened.
CREATION = ("adopt", "adopt", "write", "forget", "forget", "write")
CREATED = 3
CHANGE = ("adopt", "adopt", "write", "forget", "forget", "forget", "write")
CHANGED = 3
DELETION = ("write", "forget", "forget", "write")
DELETED = 1
# The keeper hears of doors in the order of their keyed names, so these come in any order.
FORGETTING = ("settle", "drop")


class Died(Exception):
    """The process is no more: nothing that lasts happens after this."""


class Death:
    """Lets a relay do some lasting things, and nothing after them."""

    def __init__(self, server: Server, after: int) -> None:
        self.done: list[str] = []
        self._after = after
        self._parts = server.relay.parts

    def __enter__(self) -> Death:
        self._patches = ExitStack()
        for owner, names in (
            (self._parts.keeper, ("adopt", "settle", "drop", "drop_keys")),
            (self._parts.db, ("write", "checkpoint", "compact")),
        ):
            for name in names:
                patch = mock.patch.object(owner, name, self._mortal(name, getattr(owner, name)))
                self._patches.enter_context(patch)
        return self

    def __exit__(self, *_: object) -> None:
        self._patches.close()

    def _mortal(self, name: str, plain: Callable[..., Any]) -> Callable[..., Any]:
        async def wrapped(*args: Any) -> Any:
            # `drop` does its work through `drop_keys`: one step, not two.
            if name == "drop_keys":
                return await plain(*args)
            if len(self.done) >= self._after:
                raise Died
            result = await plain(*args)
            self.done.append("forget" if name in FORGETTING else name)
            return result

        return wrapped


async def opens(server: Server, *doors: Door) -> bool:
    """Tell whether all of these doors open; that some do and some do not is an error."""
    opened = set()
    for door in doors:
        async with await server.connect() as client:
            facts = await door.start(client)
            answer = await (await client.start(door.proof(facts)))
            opened.add(not isinstance(answer, RefusalFrame) and facts.slot == door.slot)
    assert len(opened) == 1
    return opened.pop()


async def dies(server: Server, client: RawClient, command: Any, after: int) -> tuple[str, ...]:
    """Send a command to a relay that dies while it works; start it again; return what it did."""
    with Death(server, after) as death:
        answer = await (await client.start(command))
        if isinstance(answer, RefusalFrame):
            assert answer.code is ErrorCode.INTERNAL
    await client.close()
    await server.restart()
    assert await count(server, "accounts_unsettled") == 0
    return tuple(death.done)


async def count(server: Server, table: str) -> int:
    found = await server.relay.parts.db.read(lambda tx: tx.one(f"SELECT COUNT(*) FROM {table}"))
    return int(found[0]) if found else 0


@pytest.mark.parametrize("after", range(len(CREATION) + 1))
async def test_making_an_account(tmp_path: Path, after: int) -> None:
    async with serving(tmp_path) as server:
        client = await server.connect()
        finish = await EVA.finish(client)
        assert await dies(server, client, finish, after) == CREATION[:after]
        assert await generations(server) == (2 if after >= CREATED else 0)
        assert await opens(server, *OLD) == (after >= CREATED)
        async with await server.connect() as again:
            if after >= CREATED:
                await again.call(finish)
            else:
                assert await again.refusal(finish) is ErrorCode.EXPIRED
                await EVA.create(again)
        assert await opens(server, *OLD)
        assert await generations(server) == 2


@pytest.mark.parametrize("after", range(len(CHANGE) + 1))
async def test_changing_both_doors(tmp_path: Path, after: int) -> None:
    async with serving(tmp_path) as server:
        client = await server.connect()
        await EVA.create(client)
        token = (await EVA.sign_in(client)).token
        command = await EVA.door.change(client, *NEW)
        assert await dies(server, client, command, after) == CHANGE[:after]
        assert await opens(server, *NEW) == (after >= CHANGED)
        assert await opens(server, *OLD) == (after < CHANGED)
        # One secret for each door: no copy of the rows finds another.
        assert await generations(server) == 2
        async with await server.connect() as again:
            await again.call(wire.Attach(token=token))
            if after >= CHANGED:
                await again.call(command)
            else:
                # The keeper's pending secrets died with it: the client begins again.
                assert await again.refusal(command) is ErrorCode.EXPIRED
                await again.call(await EVA.door.change(again, *NEW))
        assert await opens(server, *NEW)
        assert not await opens(server, *OLD)
        assert await generations(server) == 2


@pytest.mark.parametrize("after", range(len(DELETION) + 1))
async def test_deleting(tmp_path: Path, after: int) -> None:
    async with serving(tmp_path) as server:
        client = await server.connect()
        await EVA.create(client)
        farewell = EVA.door.farewell(await EVA.door.start(client))
        assert await dies(server, client, farewell, after) == DELETION[:after]
        assert await opens(server, *OLD) == (after < DELETED)
        assert await generations(server) == (2 if after < DELETED else 0)
        assert await count(server, "accounts_pages") == (1 if after < DELETED else 0)
