"""The first file of a keeper: empty for a new one, or filled from the operator's copy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from e2e_server.keeper import store
from e2e_server.keeper.port import KeeperError
from e2e_server.keeper.sealed_copy import COPY_NAME, KeeperCopy
from e2e_server.storage.port import WriteTransaction
from e2e_server.storage.schema import Schema, create_database, load_schema
from e2e_server.storage.sqlite import open_sqlite
from e2e_server.storage.sqlite_copy import wipe_file
from e2e_server.storage.sqlite_files import replace_file

DATABASE_NAME = "keeper.sqlite"
SCHEMA_PATH = Path(__file__).with_name("schema.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperFolders:
    """Where the keeper lives; three different folders, none of them in a backup."""

    main: Path
    mirror: Path
    copy: Path

    @property
    def files(self) -> tuple[Path, Path]:
        """The database and its mirror."""
        return self.main / DATABASE_NAME, self.mirror / DATABASE_NAME


async def restore(folders: KeeperFolders, copy: KeeperCopy, now_ms: Callable[[], int]) -> None:
    """Rebuild a lost keeper from its opened copy; refuses where any keeper file still exists.

    The caller puts `copy.seed` back into its key file.
    """
    if any(path.exists() for path in folders.files):
        raise KeeperError("there is a keeper already; a copy is not restored over it")
    await asyncio.to_thread(make_folders, folders)
    schema = load_schema(SCHEMA_PATH)
    await found(
        folders.files[0],
        schema,
        now_ms,
        lambda tx: store.found(tx, copy.instance_id, copy.version + 1, copy.doors, copy.shares),
    )


def must_not_replace_a_copy(folders: KeeperFolders) -> None:
    """KeeperError where a new keeper's first copy would take the place of a lost keeper's last."""
    if (folders.copy / COPY_NAME).exists():
        raise KeeperError(
            f"{folders.copy} holds the copy of a keeper that is lost: run e2e-server"
            " restore-keeper, or put the copy away to begin with an empty keeper"
        )


def make_folders(folders: KeeperFolders) -> None:
    """Make the three folders, for their owner only."""
    for folder in (folders.main, folders.mirror, folders.copy):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


async def found(
    path: Path,
    schema: Schema,
    now_ms: Callable[[], int],
    fill: Callable[[WriteTransaction], None],
) -> None:
    """Write a complete first file; it gets its name last, so a crash leaves none."""
    draft = path.with_name(path.name + ".founding")
    await asyncio.to_thread(wipe_file, draft)
    await asyncio.to_thread(create_database, draft, schema)
    database = await open_sqlite(draft, now_ms=now_ms, readers=1)
    try:
        await database.write(fill)
    finally:
        await database.close()
    await asyncio.to_thread(replace_file, draft, path)
