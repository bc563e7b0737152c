"""What one command has adopted and not yet stored is no leftover to another that comes between."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from crypto.wire.accounts import DoorKind
from crypto.wire.codec import RefusalFrame
from crypto.wire.errors import ErrorCode
from e2e_server.features.accounts import store
from e2e_server.features.accounts.doors import Doors
from tests.helpers.accounts import Account, Door, generations
from tests.helpers.server import Server, serving

EVA, UTE = Account("eva", has_recovery=True), Account("ute")
# More than enough for a command that nothing holds up.
PATIENCE_READS = 1_000


@asynccontextmanager
async def first_write_held(server: Server) -> AsyncIterator[asyncio.Event]:
    """Hold the next write of the relay until the body ends; the event says that it has come."""
    db, come, go = server.relay.parts.db, asyncio.Event(), asyncio.Event()
    plain = db.write

    async def write(work: Any) -> Any:
        if not come.is_set():
            come.set()
            await go.wait()
        return await plain(work)

    with mock.patch.object(db, "write", write):
        try:
            yield come
        finally:
            go.set()


async def let_run(server: Server, answer: asyncio.Future[Any]) -> None:
    """Give a command every chance to end."""
    for _ in range(PATIENCE_READS):
        if answer.done():
            return
        await server.relay.parts.db.read(lambda tx: None)


async def every_door_has_its_secret(server: Server) -> bool:
    doors = await server.relay.parts.db.read(store.door_generations)
    held = [one.held for one in await server.relay.parts.keeper.door_states(doors)]
    return all(held) and await generations(server) == len(doors)


async def test_a_name_is_deleted_while_somebody_else_reaches_for_it(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        await server.connect() as client,
        await server.connect() as other,
    ):
        await EVA.create(client)
        # Another person, by the handle, under the same pseudonym.
        theirs = await Account("eva").finish(other)
        finish = dataclasses.replace(theirs, handle=UTE.handle)
        farewell = EVA.door.farewell(await EVA.door.start(client))
        async with first_write_held(server) as come:
            created = await other.start(finish)
            await come.wait()
            deleted = await client.start(farewell)
            await let_run(server, deleted)
        answers = await asyncio.gather(created, deleted)
        refused = [one.code for one in answers if isinstance(one, RefusalFrame)]
        assert refused == [ErrorCode.NAME_TAKEN]
        assert await every_door_has_its_secret(server)


async def test_an_attempt_in_vain_takes_nobody_elses_secret_along(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        await server.connect() as client,
        await server.connect() as other,
    ):
        await UTE.create(client)
        await UTE.sign_in(client)
        # Both reach for one recovery door, and the second fails because of its other one.
        sheet = Door(EVA.recovery.name, DoorKind.RECOVERY)
        change = await UTE.door.change(client, sheet)
        await Account("eva").create(other)
        in_vain = await Account("eva", has_recovery=True).finish(other)
        async with first_write_held(server) as come:
            changed = await client.start(change)
            await come.wait()
            refused = await other.start(in_vain)
            await let_run(server, refused)
        answers = await asyncio.gather(changed, refused)
        assert [isinstance(one, RefusalFrame) for one in answers] == [False, True]
        assert await every_door_has_its_secret(server)


async def test_the_regular_job_waits_for_who_is_making_a_door(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        finish = await EVA.finish(client)
        door32 = server.relay.parts.services.get(Doors).key(EVA.id16)
        # Somebody had this pseudonym, and the keeper could not be told yet that it is free.
        await server.relay.parts.db.write(lambda tx: store.note_unsettled(tx, door32))
        async with first_write_held(server) as come:
            created = await client.start(finish)
            await come.wait()
            jobs = asyncio.create_task(server.relay.jobs.run_all())
            await let_run(server, jobs)
        assert not isinstance(await created, RefusalFrame)
        await jobs
        assert await every_door_has_its_secret(server)
