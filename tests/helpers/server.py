"""A real relay on a free port of this machine, with a clock that the test moves.

async with serving(tmp_path) as server:                 # in the test's own loop
    async with await server.connect() as client: ...
    await server.elapse(48 * MS_PER_HOUR)               # moves the clock, runs every job once

with ThreadedServer(tmp_path, site_dir=built) as server:  # for browsers: own thread and loop
    page.goto(server.url)
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from crypto.primitives import x25519_public
from e2e_server import paths
from e2e_server.app import Relay, open_relay
from e2e_server.config import SETTINGS, Settings, has_own_keeper
from e2e_server.init import init
from e2e_server.keeper.embedded import EmbeddedKeeper
from e2e_server.keeper.serving import KeeperServer
from e2e_server.keeper_process import init_keeper, own_keeper
from e2e_server.secrets_dir import SecretName, SecretsDir
from tests.helpers import atrest
from tests.helpers.clock import FakeClock
from tests.helpers.draws import draws_of
from tests.helpers.organisation import Organisation, seed
from tests.helpers.rawclient import RawClient

HOST = "127.0.0.1"
PORTAL16 = seed("portal", 16)
OPERATOR_SECRET = seed("operator")
T = TypeVar("T")
INDEX = b"<!doctype html><title>Portal</title>"


class Server:
    """A relay with its folders below `folder`; may be stopped and started again on them.

    Two servers begin with the same secrets of their own, unless one `is_apart`. Where one
    `has_own_keeper` the relay reaches its keeper over a socket; it starts and stops with the relay.
    """

    def __init__(
        self,
        folder: Path,
        *,
        organisation: Organisation | None = None,
        clock: FakeClock | None = None,
        site_dir: Path | None = None,
        portals: list[dict[str, Any]] | None = None,
        is_apart: bool = False,
        has_own_keeper: bool = False,
        **settings: Any,
    ) -> None:
        self.clock = clock or FakeClock()
        self.organisation = organisation or Organisation()
        self.log: list[str] = []
        self.settings = settings_in(folder, site_dir, _own(folder, has_own_keeper) | settings)
        self._portals = portals or [portal_entry(self.organisation)]
        self._relay: Relay | None = None
        self._has_pages = site_dir is not None
        self._is_apart = is_apart
        self._keeping = contextlib.AsyncExitStack()
        self._own: KeeperServer | None = None
        self._port = 0

    @property
    def relay(self) -> Relay:
        """The running relay."""
        assert self._relay is not None, "not started"
        return self._relay

    @property
    def keeper(self) -> EmbeddedKeeper:
        """What does the keeper's work, in the relay or behind its socket."""
        keeper = self.relay.parts.keeper if self._own is None else self._own.keeper
        assert isinstance(keeper, EmbeddedKeeper)
        return keeper

    @property
    def own(self) -> KeeperServer:
        """The running keeper of its own."""
        assert self._own is not None, "none runs"
        return self._own

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.relay.port}"

    async def start_keeper(self) -> None:
        """Start the keeper of its own; nothing where it runs, or is part of the relay."""
        if has_own_keeper(self.settings) and self._own is None:
            running = own_keeper(self.settings, self.log.append, self.clock)
            self._own = await self._keeping.enter_async_context(running)

    async def stop_keeper(self) -> None:
        """Stop the keeper of its own; idempotent."""
        self._own = None
        await self._keeping.aclose()

    async def set_up(self) -> None:
        """Make what `init`, the organisation and `build-web` would have made."""
        data_dir = self.settings.data_dir
        is_own = has_own_keeper(self.settings)
        key = ("set up", self.clock.now_ms(), self.organisation.log_key.raw, is_own)
        is_new = not data_dir.exists() and not self._is_apart
        if not (is_new and atrest.lay_out(key, self.settings)):
            await self._init()
            if is_new:
                atrest.keep(key, self.settings)
        site = site_json(self.organisation, self._portals, self.settings)
        paths.site_path(self.settings).write_text(json.dumps(site), "utf-8")
        if not self._has_pages:
            write_bare_pages(self.settings.site_dir)

    async def _init(self) -> None:
        data_dir = self.settings.data_dir
        data_dir.mkdir(parents=True, exist_ok=True)
        secrets = SecretsDir(data_dir)
        if not (secrets.path / SecretName.LOG_KEY.value).exists():
            secrets.create(SecretName.LOG_KEY, lambda _: self.organisation.log_key.raw)
        operator_key = data_dir.parent / "operator.pub"
        operator_key.write_text(x25519_public(OPERATOR_SECRET).hex() + "\n", "ascii")
        if not has_own_keeper(self.settings):
            await init(self.settings, operator_key, self.clock)
            return
        await init_keeper(self.settings, operator_key, self.clock)
        await self.start_keeper()
        await init(self.settings, clock=self.clock)
        await self.stop_keeper()

    async def start(self) -> None:
        """Open the relay and listen: on a free port, and on the same one ever after."""
        await self.start_keeper()
        try:
            self._relay = await open_relay(
                self.settings, clock=self.clock, write_log=self.log.append, timers=False
            )
        except BaseException:
            await self.stop_keeper()
            raise
        self.keeper._rand = draws_of(self.settings.data_dir)
        self._port = await self._relay.listen(HOST, self._port)

    async def stop(self) -> None:
        """Close the relay; idempotent."""
        if self._relay is not None:
            await self._relay.close()
            self._relay = None
        await self.stop_keeper()

    async def restart(self) -> None:
        """Stop and start on the same folders and the same port."""
        await self.stop()
        await self.start()

    async def elapse(self, duration_ms: int) -> None:
        """Move the clock and run every job once."""
        self.clock.elapse(duration_ms)
        await self.relay.jobs.run_all()

    async def connect(self, headers: dict[str, str] | None = None) -> RawClient:
        """Open one more connection."""
        return await RawClient.connect(self.url, headers)


@asynccontextmanager
async def serving(folder: Path, **options: Any) -> AsyncIterator[Server]:
    """Run a server in this loop; options as for `Server`."""
    server = Server(folder, **options)
    await server.set_up()
    try:
        await server.start()
        yield server
    finally:
        await server.stop()


class ThreadedServer:
    """A server in a thread with a loop of its own, for tests that are not async."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.server = Server(folder, **options)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.server.url

    def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run something in the server's loop and return its result."""
        return asyncio.run_coroutine_threadsafe(work(), self._loop).result(timeout=60)

    def restart(self) -> None:
        """Stop and start again, as after an update; everybody's line breaks."""
        self.run(self.server.restart)

    def elapse(self, duration_ms: int) -> None:
        """Move the server's clock and run every job once."""
        self.run(lambda: self.server.elapse(duration_ms))

    def __enter__(self) -> ThreadedServer:
        self._thread.start()
        self.run(self.server.set_up)
        self.run(self.server.start)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.run(self.server.stop)
        finally:
            self.run(_cancel_what_runs)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()


async def _cancel_what_runs() -> None:
    """End what clients have left running in this loop, as `asyncio.run` does."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def settings_in(folder: Path, site_dir: Path | None, changed: dict[str, Any]) -> Settings:
    """Return default settings with every folder below `folder`."""
    settings = Settings(
        data_dir=folder / "data",
        keeper_dir=folder / "keeper",
        keeper_mirror_dir=folder / "mirror",
        keeper_copy_dir=folder / "copy",
        site_dir=site_dir or folder / "site",
    )
    return dataclasses.replace(settings, **changed)


def _own(folder: Path, is_own: bool) -> dict[str, Any]:
    user = str(os.geteuid())
    line = folder / "line" / "socket"
    chosen = {"keeper_socket": line, "keeper_user": user, "relay_user": user}
    if is_own:
        line.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return chosen if is_own else {}


def write_config(server: Server, **changed: object) -> Path:
    """Write a config.toml for a server's folders beside them, for the command line."""
    given = {
        setting.name: getattr(server.settings, setting.name)
        for setting in SETTINGS
        if getattr(server.settings, setting.name) != setting.default
    } | changed
    lines = [
        f'{name} = "{value}"' if isinstance(value, str | Path) else f"{name} = {value}".lower()
        for name, value in given.items()
    ]
    path = server.settings.data_dir.parent / "config.toml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def free_port() -> int:
    """Return a port that nobody uses at this moment."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
        return port


def portal_entry(organisation: Organisation, **changed: Any) -> dict[str, Any]:
    """Return one portal of site.json, open round the clock."""
    return {
        "slug": "leben",
        "portal16": PORTAL16.hex(),
        "team16": organisation.team16.hex(),
        "name": {"de": "Lebensfragen", "en": "Life questions"},
        "intro": {"de": "Schreiben Sie uns.", "en": "Write to us."},
        "hours": "always",
    } | changed


def site_json(
    organisation: Organisation, portals: list[dict[str, Any]], settings: Settings
) -> dict[str, Any]:
    """Return a site.json for an organisation that promises what the settings keep."""
    words = {"de": "Notruf", "en": "Emergency call"}
    return {
        "name": "Beratung Nordstadt",
        "fingerprint": organisation.fingerprint.hex(),
        "deployment_id": organisation.deployment_id.hex(),
        "language": "de",
        "year": 2026,
        "exit_url": "https://example.org/wetter",
        "portals": portals,
        "crisis": [{"tel": "112", "label": words}],
        "operator": {
            "name": "Beratung Nordstadt e. V.",
            "street": "Lindenweg 4",
            "town": "00000 Nordstadt",
            "email": "kontakt@example.org",
        },
        "retention_hours": settings.retention_hours,
        "limits": {
            "chat_minutes": settings.chat_minutes,
            "confirm_minutes": settings.confirm_minutes,
            "resume_minutes": settings.resume_minutes,
            "unaccepted_days": settings.unaccepted_days,
            "idle_days": settings.idle_days,
        },
    }


def write_site(path: Path, organisation: Organisation, portals: list[dict[str, Any]]) -> Path:
    """Write a site.json and return its path."""
    path.write_text(json.dumps(site_json(organisation, portals, Settings())), "utf-8")
    return path


def write_bare_pages(site_dir: Path) -> None:
    """Write the smallest built site: one page, the exit, one hashed file."""
    site_dir.mkdir(parents=True, exist_ok=True)
    (site_dir / "index.html").write_bytes(INDEX)
    (site_dir / "index.html.br").write_bytes(b"packed by br")
    (site_dir / "index.html.gz").write_bytes(b"packed by gz")
    (site_dir / "exit.html").write_bytes(b"")
    page = {"type": "text/html; charset=utf-8", "status": 200}
    table = {
        "classes": {
            "shell": {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'"},
            "exit": {
                "Cache-Control": "no-store",
                "Clear-Site-Data": '"cookies", "storage"',
                "Location": "https://example.org/wetter",
            },
        },
        "routes": {
            "/": {"file": "index.html", "class": "shell"} | page,
            "/exit": {"file": "exit.html", "class": "exit"} | page | {"status": 303},
        },
    }
    (site_dir / "headers.json").write_text(json.dumps(table), "utf-8")
