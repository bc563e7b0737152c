"""A keeper in a temporary folder, opened and opened again, and a look at its raw files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from crypto import oprf
from e2e_server.keeper.embedded import EmbeddedKeeper, open_embedded
from e2e_server.keeper.founding import KeeperFolders
from tests.storage.helpers import Clock

SEED = b"seed" * 8
ALPHA = oprf.blind(b"a passphrase")[1]
DOOR = b"d" * 32
BOX = b"b" * 16


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


async def new_door(keeper: EmbeddedKeeper, door: bytes = DOOR, gen: int = 1) -> bytes:
    """Begin and adopt; return beta for ALPHA."""
    token, beta = await keeper.begin(ALPHA)
    await keeper.adopt(door, gen, token)
    return beta
