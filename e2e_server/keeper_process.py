"""The keeper as a process of its own: `init-keeper` makes its files, `keeper` runs it.

Both are for the keeper's user. Its seed and the operator's public key lie in its own folders, where
the relay's user cannot read them: the seed on both disks, like the database, so that one dead disk
costs nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from e2e_server import paths
from e2e_server.config import Settings, has_own_keeper
from e2e_server.keeper.embedded import EmbeddedKeeper, open_embedded
from e2e_server.keeper.founding import make_folders, must_not_replace_a_copy
from e2e_server.keeper.port import COPY_EVERY_S, SWEEP_EVERY_S
from e2e_server.keeper.serving import KeeperServer
from e2e_server.kernel.clock import MS_PER_S, Clock, SystemClock
from e2e_server.kernel.errors import StartError
from e2e_server.kernel.oplog import OpLog
from e2e_server.operator_key import keep_operator_key, read_operator_key
from e2e_server.secrets_dir import SecretName, SecretsDir
from e2e_server.users import uid_of


async def init_keeper(settings: Settings, operator_key: Path, clock: Clock | None = None) -> None:
    """Make folders, seed and database, or see that they fit; StartError, KeeperError.

    May be repeated: it makes what is missing and changes nothing that exists.
    """
    _must_be_own(settings)
    folders = paths.keeper_folders(settings)
    is_new = not any(path.exists() for path in folders.files)
    if is_new:  # before a seed is drawn, which would stand in the way of the lost one
        must_not_replace_a_copy(folders)
    await asyncio.to_thread(make_folders, folders)
    operator_public = read_operator_key(operator_key)
    keep_operator_key(paths.own_operator_key_path(settings), operator_key, operator_public)
    seed = _seed(settings, may_draw=is_new)
    keeper = await open_embedded(
        folders,
        seed=seed,
        now_ms=(clock or SystemClock()).now_ms,
        expected_instance_id=None,
        operator_public=operator_public,
    )
    await keeper.close()


@asynccontextmanager
async def own_keeper(
    settings: Settings, write_log: Callable[[str], None], clock: Clock | None = None
) -> AsyncIterator[KeeperServer]:
    """Serve the keeper at its socket while the block runs; its regular jobs are the caller's."""
    _must_be_own(settings)
    clock = clock or SystemClock()
    oplog = OpLog(clock, write_log)

    def tell(event: str, error: Exception | None) -> None:
        if error is None:
            oplog.note(event)
        else:
            oplog.fault(event, error)

    async with contextlib.AsyncExitStack() as stack:
        keeper = await _open(settings, clock)
        stack.push_async_callback(keeper.close)
        server = KeeperServer(keeper, relay_uid=uid_of(settings.relay_user), tell=tell)
        stack.push_async_callback(server.close)
        await server.listen(settings.keeper_socket)
        oplog.note("keeper_serving")
        yield server


async def serve_keeper(
    settings: Settings, write_log: Callable[[str], None], told_to_end: Callable[[], Awaitable[None]]
) -> None:
    """Run the keeper until it is told to end: serve, tidy up each minute, copy each hour."""
    clock = SystemClock()
    oplog = OpLog(clock, write_log)
    async with own_keeper(settings, write_log) as server, asyncio.TaskGroup() as jobs:
        regular = [
            jobs.create_task(regularly(server.keeper.sweep, SWEEP_EVERY_S, clock, oplog)),
            jobs.create_task(regularly(server.keeper.write_copy, COPY_EVERY_S, clock, oplog)),
        ]
        await told_to_end()
        for job in regular:
            job.cancel()


async def regularly(
    job: Callable[[], Awaitable[None]], every_s: int, clock: Clock, oplog: OpLog
) -> None:
    """Run a job again and again; one that fails is noted and tried again at its next turn."""
    while True:
        await clock.sleep(every_s * MS_PER_S)
        try:
            await job()
        except Exception as error:
            # The relay sees it too: its own job fails while the copy is overdue.
            oplog.fault("job_failed", error)


async def _open(settings: Settings, clock: Clock) -> EmbeddedKeeper:
    folders = paths.keeper_folders(settings)
    if not any(path.exists() for path in folders.files):
        raise StartError("there is no keeper in its folders yet: run e2e-server init-keeper")
    await asyncio.to_thread(make_folders, folders)  # a new disk is empty
    return await open_embedded(
        folders,
        seed=_seed(settings, may_draw=False),
        now_ms=clock.now_ms,
        expected_instance_id=None,
        operator_public=read_operator_key(
            paths.own_operator_key_path(settings), made_by="init-keeper"
        ),
    )


def _seed(settings: Settings, *, may_draw: bool) -> bytes:
    """The seed from either disk, put back where one has lost it.

    Never drawn anew beside a database: under another seed no door would open.
    """
    both = [SecretsDir(one) for one in (settings.keeper_dir, settings.keeper_mirror_dir)]
    seeds = [one.read(SecretName.KEEPER_SEED) for one in both if one.has(SecretName.KEEPER_SEED)]
    if len(set(seeds)) > 1:
        raise StartError("the keeper's two folders hold two different seeds")
    if not seeds and not may_draw:
        raise StartError(
            "the keeper's seed is missing: put it back, or restore the keeper from its sealed copy"
        )
    seed = seeds[0] if seeds else both[0].create(SecretName.KEEPER_SEED)
    for one in both:
        if not one.has(SecretName.KEEPER_SEED):
            one.create(SecretName.KEEPER_SEED, lambda _: seed)
    return seed


def _must_be_own(settings: Settings) -> None:
    if not has_own_keeper(settings):
        raise StartError("keeper_socket is empty: the keeper is part of the relay")
    if os.geteuid() != uid_of(settings.keeper_user):
        raise StartError(f"run this as {settings.keeper_user}, which is the keeper_user")
