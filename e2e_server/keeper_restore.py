"""`restore-keeper`: rebuild a lost keeper from its sealed copy, with the operator's offline key."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from crypto.primitives import equal, x25519_public
from e2e_server import paths
from e2e_server.config import Settings, has_own_keeper
from e2e_server.keeper.founding import make_folders, restore
from e2e_server.keeper.sealed_copy import open_copy
from e2e_server.kernel.clock import Clock, SystemClock
from e2e_server.kernel.errors import StartError
from e2e_server.operator_key import read_operator_key
from e2e_server.secrets_dir import SecretName, SecretsDir


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back."""

    written_ms: int  # when the copy was written: what changed since is lost
    doors: int
    shares: int


async def restore_keeper(
    settings: Settings, operator_secret: Path, clock: Clock | None = None
) -> Restored:
    """Put database and seed back; KeeperError, StartError, and then nothing has changed.

    For the user who owns the keeper's folders, while neither relay nor keeper runs. Refuses where a
    keeper's file or another seed is still there.
    """
    secret = _read_secret(operator_secret)
    public = x25519_public(secret)
    folders = paths.keeper_folders(settings)
    copy = open_copy(folders.copy, public, secret)
    homes = (
        (settings.keeper_dir, settings.keeper_mirror_dir)
        if has_own_keeper(settings)
        else (settings.data_dir,)
    )
    seeds = [SecretsDir(home) for home in homes]
    for one in seeds:
        held = one.has(SecretName.KEEPER_SEED)
        if held and not equal(one.read(SecretName.KEEPER_SEED), copy.seed):
            raise StartError(f"{one.path} holds the seed of another keeper: put it away first")
    if any(path.exists() for path in folders.files):
        raise StartError("there is a keeper already; a copy is not restored over it")
    make_folders(folders)
    for one in seeds:
        if not one.has(SecretName.KEEPER_SEED):
            one.create(SecretName.KEEPER_SEED, lambda _: copy.seed)
    if has_own_keeper(settings):
        kept = paths.own_operator_key_path(settings)
        if not kept.exists():
            kept.write_text(public.hex() + "\n", encoding="ascii")
    # Last: before it there is no keeper, and the same command goes on after a crash.
    await restore(folders, copy, (clock or SystemClock()).now_ms)
    return Restored(written_ms=copy.written_ms, doors=len(copy.doors), shares=len(copy.shares))


def _read_secret(path: Path) -> bytes:
    try:
        if stat.S_IMODE(os.stat(path).st_mode) & 0o077:
            raise StartError(f"{path} can be read by others: chmod 600 it")
    except OSError as error:
        raise StartError(f"{path} cannot be read: {error.strerror}") from error
    return read_operator_key(path)
