"""`init` and `check`: makes a relay's own files, and says whether they are all there and fit.

`init` may be repeated: it makes what is missing and changes nothing that exists, so a crash in the
middle is mended by running it again. The organisation's root file comes before it (its operator key
goes in here), POLICY, site.json and the pages after it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from crypto.keys import SignSecret
from crypto.primitives import sign_public
from e2e_server import paths
from e2e_server.app import open_relay
from e2e_server.config import Settings, has_own_keeper
from e2e_server.features.release import pages_signed
from e2e_server.features.translog import log_of
from e2e_server.keeper.embedded import open_embedded
from e2e_server.keeper.founding import must_not_replace_a_copy
from e2e_server.keeper.port import Keeper
from e2e_server.keeper.remote import open_remote
from e2e_server.kernel import founding
from e2e_server.kernel.clock import Clock, SystemClock
from e2e_server.kernel.errors import StartError
from e2e_server.operator_key import keep_operator_key, read_operator_key
from e2e_server.secrets_dir import SecretName, SecretsDir
from e2e_server.storage.schema import load_schema, prepare
from e2e_server.storage.sqlite import open_sqlite
from e2e_server.users import uid_of

_DIR_MODE = 0o700
PAGES_SIGNED = "pages signed"
PAGES_NOT_SIGNED = "pages NOT signed: the log names other ones; an admin signs with vieraugen site"

POLICY_DIFFERS = (
    "warning: POLICY names other hours than retention_hours, so nothing new begins here: put the "
    "setting back, or publish a renewed POLICY"
)


async def init(
    settings: Settings, operator_key: Path | None = None, clock: Clock | None = None
) -> str:
    """Make secrets, database and keeper; return the log's public key in hex, for POLICY.

    A keeper of its own is made before, by `init-keeper`, and runs: here it is only tied to the
    database. The operator's key is given to that one of the two that makes the keeper.
    """
    clock = clock or SystemClock()
    if has_own_keeper(settings) != (operator_key is None):
        raise StartError(
            "the keeper is a process of its own: give --operator-key to init-keeper"
            if operator_key
            else "--operator-key is missing: the keeper's copy is sealed to it"
        )
    settings.data_dir.mkdir(mode=_DIR_MODE, parents=True, exist_ok=True)
    if operator_key is not None:
        key = read_operator_key(operator_key)
        keep_operator_key(paths.operator_key_path(settings), operator_key, key)
    secrets = SecretsDir(settings.data_dir)
    secrets.read_or_create(SecretName.PEPPER)
    log_key = sign_public(SignSecret(secrets.read_or_create(SecretName.LOG_KEY))).raw.hex()
    paths.log_key_path(settings).write_text(log_key + "\n", encoding="ascii")
    await asyncio.to_thread(prepare, paths.database_path(settings), load_schema(paths.SCHEMA_PATH))
    await _tie(settings, clock)
    return log_key


async def check(settings: Settings, write_log: Callable[[str], None]) -> tuple[str, ...]:
    """Open everything as `serve` would, without listening; return figures for the operator."""
    relay = await open_relay(settings, write_log=write_log, timers=False)
    try:
        state = await relay.parts.keeper.state()
        return (
            f"portals {len(relay.parts.site.portals)}",
            f"keeper doors {state.doors}, shares {state.shares}",
            f"jobs failing {relay.jobs.failing}",
            PAGES_SIGNED if pages_signed(relay.parts) else PAGES_NOT_SIGNED,
            *((POLICY_DIFFERS,) if log_of(relay.parts).differs() else ()),
            *_nearness(settings),
        )
    finally:
        await relay.close()


async def _tie(settings: Settings, clock: Clock) -> None:
    """Note the keeper's id in the database, or check that the noted keeper is there."""
    db = await open_sqlite(paths.database_path(settings), now_ms=clock.now_ms)
    try:
        known = await db.read(founding.keeper_id)
        keeper = await _found_keeper(settings, clock, known)
        found = (await keeper.state()).instance_id
        await keeper.close()
        if known is None:
            await db.write(lambda tx: founding.tie_to_keeper(tx, found))
    finally:
        await db.close()


async def _found_keeper(settings: Settings, clock: Clock, known: bytes | None) -> Keeper:
    """Open the keeper, made now if there was none; one of its own is only looked for."""
    if has_own_keeper(settings):
        return await open_remote(
            settings.keeper_socket,
            keeper_uid=uid_of(settings.keeper_user),
            now_ms=clock.now_ms,
            expected_instance_id=known,
        )
    folders, secrets = paths.keeper_folders(settings), SecretsDir(settings.data_dir)
    is_founded = any(path.exists() for path in folders.files)
    if is_founded and not secrets.has(SecretName.KEEPER_SEED):
        # Under another seed no door would open.
        raise StartError("the keeper's seed is missing: put the key file keeper-seed back")
    if not is_founded and known is None:
        must_not_replace_a_copy(folders)
    return await open_embedded(
        folders,
        seed=secrets.read_or_create(SecretName.KEEPER_SEED),
        now_ms=clock.now_ms,
        expected_instance_id=known,
        operator_public=read_operator_key(paths.operator_key_path(settings)),
    )


def _nearness(settings: Settings) -> Iterator[str]:
    """What brings relay and keeper nearer to each other than a keeper of its own is meant to be."""
    if not has_own_keeper(settings):
        return
    if uid_of(settings.keeper_user) == uid_of(settings.relay_user):
        yield "warning: relay_user and keeper_user are one user, so a thief of one has both"
    folders = paths.keeper_folders(settings)
    for folder in (folders.main, folders.mirror, folders.copy):
        if os.access(folder, os.R_OK) or os.access(folder, os.X_OK):
            yield f"warning: {folder} of the keeper can be read by this user"
    if SecretsDir(settings.data_dir).has(SecretName.KEEPER_SEED):
        yield "warning: the relay still has a key file keeper-seed: move it to the keeper"
