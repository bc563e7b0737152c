"""A keeper in a temporary folder, opened and opened again: in this process, or behind a socket."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from crypto import oprf
from crypto.primitives import x25519_public
from e2e_server.keeper.embedded import EmbeddedKeeper, open_embedded
from e2e_server.keeper.founding import KeeperFolders
from e2e_server.keeper.port import Keeper
from e2e_server.keeper.remote import RemoteKeeper, open_remote
from e2e_server.keeper.serving import KeeperServer
from tests.helpers.server import OPERATOR_SECRET
from tests.storage.helpers import Clock

SEED = b"seed" * 8
ALPHA = oprf.blind(b"a passphrase")[1]
DOOR = b"d" * 32
BOX = b"b" * 16
UID = os.geteuid()


def folders_in(folder: Path) -> KeeperFolders:
    """The three folders of a keeper below `folder`."""
    return KeeperFolders(main=folder / "main", mirror=folder / "mirror", copy=folder / "copy")


@asynccontextmanager
async def keeper_in(
    folder: Path, clock: Clock | None = None, **more: Any
) -> AsyncIterator[EmbeddedKeeper]:
    """Open the keeper below `folder`, founding it when nothing else is asked."""
    arguments: dict[str, Any] = {
        "seed": SEED,
        "now_ms": clock or Clock(),
        "expected_instance_id": None,
        **more,
    }
    keeper = await open_embedded(folders_in(folder), **arguments)
    try:
        yield keeper
    finally:
        await keeper.close()


class OwnKeeper(RemoteKeeper):
    """The relay's end of a line, and for tests what is behind the other end."""

    behind: EmbeddedKeeper


KeeperIn = Callable[..., AbstractAsyncContextManager[Keeper]]


@asynccontextmanager
async def own_keeper_in(
    folder: Path, clock: Clock | None = None, **more: Any
) -> AsyncIterator[OwnKeeper]:
    """As `keeper_in`, over a real socket below `folder`."""
    now_ms = clock or Clock()
    async with AsyncExitStack() as stack:
        behind = await stack.enter_async_context(keeper_in(folder, now_ms, **more))
        path = socket_in(folder)
        server = KeeperServer(behind, relay_uid=os.geteuid(), tell=_fail)
        stack.push_async_callback(server.close)
        await server.listen(path)
        keeper = OwnKeeper(path, os.geteuid(), now_ms, None)
        keeper.behind = behind
        stack.push_async_callback(keeper.close)
        await keeper.find()
        yield keeper


def socket_in(folder: Path) -> Path:
    """Where a keeper of its own listens below `folder`."""
    (folder / "line").mkdir(mode=0o700, exist_ok=True)
    return folder / "line" / "socket"


def inside(keeper: Keeper) -> EmbeddedKeeper:
    """What does the work, on either side of a line."""
    if isinstance(keeper, OwnKeeper):
        return keeper.behind
    assert isinstance(keeper, EmbeddedKeeper)
    return keeper


def _fail(event: str, error: Exception | None) -> None:
    raise AssertionError(event) from error


async def new_door(keeper: Keeper, door: bytes = DOOR, gen: int = 1) -> bytes:
    """Begin and adopt; return beta for ALPHA."""
    token, beta = await keeper.begin(ALPHA)
    await keeper.adopt(door, gen, token)
    return beta


def operator_key(folder: Path) -> Path:
    """Write the operator's public key below `folder`."""
    path = folder / "operator.pub"
    path.write_text(x25519_public(OPERATOR_SECRET).hex() + "\n", "ascii")
    return path


class Keeping:
    """A keeper at a socket that a test stops, starts and looks into."""

    def __init__(self, folder: Path) -> None:
        self.path = socket_in(folder)
        self.heard: list[str] = []
        self.server: KeeperServer
        self._folder = folder

    @asynccontextmanager
    async def runs(self, relay_uid: int = UID, name: str = "") -> AsyncIterator[KeeperServer]:
        """Run it, one of another name in another folder."""
        (self._folder / name).mkdir(exist_ok=True)
        async with keeper_in(self._folder / name) as keeper:
            self.server = KeeperServer(keeper, relay_uid=relay_uid, tell=self._hear)
            await self.server.listen(self.path)
            try:
                yield self.server
            finally:
                await self.server.close()

    async def connect(self, uid: int = UID, known: bytes | None = None) -> RemoteKeeper:
        """Find it as the relay does."""
        return await open_remote(
            self.path, keeper_uid=uid, now_ms=Clock(), expected_instance_id=known
        )

    def _hear(self, event: str, error: Exception | None) -> None:
        self.heard.append(event)
