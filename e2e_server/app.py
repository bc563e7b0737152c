"""The composition root: the only file that knows everybody.

`open_relay` puts the parts together and starts the rooms; `Relay.listen` serves; `Relay.close` lets
go of everything in the reverse order and may be called again.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ssl
from collections.abc import Callable, Mapping

from aiohttp import web

from crypto.wire import catalogue
from e2e_server import paths
from e2e_server.blobstore.local import LocalBlobStore
from e2e_server.blobstore.port import BlobStore
from e2e_server.bus.local import LocalBus
from e2e_server.config import Settings, has_own_keeper
from e2e_server.features.translog import log_of
from e2e_server.keeper.embedded import open_embedded
from e2e_server.keeper.port import Keeper
from e2e_server.keeper.remote import open_remote
from e2e_server.kernel import founding
from e2e_server.kernel.background import Background
from e2e_server.kernel.bare import BareHandler
from e2e_server.kernel.clock import Clock, SystemClock
from e2e_server.kernel.context import JobContext, Services
from e2e_server.kernel.dispatch import Dispatcher
from e2e_server.kernel.errors import StartError
from e2e_server.kernel.fanout import POLL_EVERY_S, Fanout
from e2e_server.kernel.gateway import Gateway
from e2e_server.kernel.http import Http
from e2e_server.kernel.jobs import Jobs
from e2e_server.kernel.limits import Limits
from e2e_server.kernel.oplog import OpLog
from e2e_server.kernel.origin import Origins
from e2e_server.kernel.slices import Job, handlers_by_name
from e2e_server.kernel.static import Page, load_pages
from e2e_server.log_key import settle_log_key
from e2e_server.operator_key import read_operator_key
from e2e_server.secrets_dir import SecretName, SecretsDir
from e2e_server.site_file import check_promises, load_relay_site
from e2e_server.slices import SLICES
from e2e_server.storage.port import Database
from e2e_server.storage.schema import check_database, load_schema
from e2e_server.storage.sqlite import open_sqlite
from e2e_server.users import uid_of

SHUTDOWN_S = 5.0
MAX_CONNECTIONS = 20_000


class Relay:
    """A running relay; made by `open_relay`."""

    def __init__(
        self,
        parts: JobContext,
        jobs: Jobs,
        fanout: Fanout,
        gateway: Gateway,
        application: web.Application,
        resources: contextlib.AsyncExitStack,
    ) -> None:
        self.parts = parts
        self.jobs = jobs
        self.fanout = fanout
        self.port = 0
        self._gateway = gateway
        self._application = application
        self._resources = resources
        self._closed = False

    async def listen(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Serve on `host`; return the port, which the system chooses when `port` is 0."""
        loop = asyncio.get_running_loop()
        runner = web.AppRunner(self._application, shutdown_timeout=SHUTDOWN_S, handle_signals=False)
        await runner.setup()
        server = runner.server
        assert server is not None  # it is set up
        self._resources.push_async_callback(runner.cleanup)
        self._resources.push_async_callback(self._gateway.close)
        try:
            # No web.TCPSite: the handler that it gives connections quotes what it cannot read.
            listener = await loop.create_server(
                lambda: BareHandler(server, loop), host, port, ssl=tls, backlog=1024
            )
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise StartError(
                    f"port {port} on {host} is taken by another program: stop it, "
                    "or choose another listen_port"
                ) from error
            raise StartError(f"cannot listen on {host} port {port}: {error.strerror}") from error
        self._resources.callback(listener.close)
        self.port = int(listener.sockets[0].getsockname()[1])
        return self.port

    async def close(self) -> None:
        """Say goodbye to everybody, finish what was begun, let go of all files; idempotent."""
        if not self._closed:
            self._closed = True
            await self._resources.aclose()


async def open_relay(
    settings: Settings,
    *,
    clock: Clock | None = None,
    write_log: Callable[[str], None],
    timers: bool = True,
    max_connections: int = MAX_CONNECTIONS,
) -> Relay:
    """Open everything, start the rooms, run each job once. `timers` False: jobs only when told."""
    clock = clock or SystemClock()
    pages = load_pages(settings.site_dir)
    async with contextlib.AsyncExitStack() as stack:
        parts = await _open_parts(settings, clock, OpLog(clock, write_log), stack)
        background = Background(parts.oplog)
        parts.services.put(Background, background)
        stack.push_async_callback(background.close)
        for slice_ in SLICES:
            if slice_.start is not None:
                await slice_.start(parts)
        settle_log_key(settings, log_of(parts).key)
        fanout = Fanout()
        jobs = Jobs(_all_jobs(fanout), parts)
        await jobs.run_all()
        stack.push_async_callback(jobs.close)
        relay = _assemble(parts, jobs, fanout, pages, max_connections, stack.pop_all())
    if timers:
        jobs.start()
    return relay


async def _open_parts(
    settings: Settings, clock: Clock, oplog: OpLog, stack: contextlib.AsyncExitStack
) -> JobContext:
    site = load_relay_site(paths.site_path(settings))
    check_promises(site, settings)
    await asyncio.to_thread(
        check_database, paths.database_path(settings), load_schema(paths.SCHEMA_PATH)
    )
    bus = LocalBus()
    db = await open_sqlite(paths.database_path(settings), now_ms=clock.now_ms, publish=bus.publish)
    stack.push_async_callback(db.close)
    keeper = await open_keeper(settings, clock, db)
    stack.push_async_callback(keeper.close)
    services = Services()
    # Ciphertext is padded: at most an eighth more, and a tag for each of its chunks.
    max_bytes = settings.attachment_max_bytes + settings.attachment_max_bytes // 8
    services.put(BlobStore, LocalBlobStore(paths.blobs_path(settings), max_bytes=max_bytes))
    return JobContext(
        db=db,
        bus=bus,
        keeper=keeper,
        clock=clock,
        settings=settings,
        site=site,
        limits=Limits(clock),
        services=services,
        oplog=oplog,
    )


async def open_keeper(settings: Settings, clock: Clock, db: Database) -> Keeper:
    """Open the keeper to which this database belongs; StartError before `init` has tied them."""
    instance_id = await db.read(founding.keeper_id)
    if instance_id is None:
        raise StartError("this database has no keeper yet: run e2e-server init")
    if has_own_keeper(settings):
        return await open_remote(
            settings.keeper_socket,
            keeper_uid=uid_of(settings.keeper_user),
            now_ms=clock.now_ms,
            expected_instance_id=instance_id,
        )
    return await open_embedded(
        paths.keeper_folders(settings),
        seed=SecretsDir(settings.data_dir).read(SecretName.KEEPER_SEED),
        now_ms=clock.now_ms,
        expected_instance_id=instance_id,
        operator_public=read_operator_key(paths.operator_key_path(settings)),
    )


def _all_jobs(fanout: Fanout) -> tuple[Job, ...]:
    async def poll(parts: JobContext) -> None:
        fanout.poll_some()

    rooms = tuple(job for slice_ in SLICES for job in slice_.jobs)
    return (*rooms, Job(name="kernel.poll", run=poll, every_s=POLL_EVERY_S))


def _assemble(
    parts: JobContext,
    jobs: Jobs,
    fanout: Fanout,
    pages: Mapping[str, Page],
    max_connections: int,
    resources: contextlib.AsyncExitStack,
) -> Relay:
    commands = catalogue.commands()
    settings = parts.settings
    dispatcher = Dispatcher(parts, handlers_by_name(SLICES, commands))
    origins = Origins(settings.public_origin, behind_proxy=settings.behind_proxy)
    gateway = Gateway(parts, dispatcher, commands, fanout, origins, max_connections)
    http = Http(parts, dispatcher, commands, gateway, origins, jobs, SLICES, pages)
    return Relay(parts, jobs, fanout, gateway, http.application(), resources)
