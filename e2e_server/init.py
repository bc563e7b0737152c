"""`init` and `check`: makes a relay's own files, and says whether they are all there and fit.

`init` may be repeated: it makes what is missing and changes nothing that exists, so a crash in the
middle is mended by running it again. The organisation's root file comes before it (its operator key
goes in here), POLICY, site.json and the pages after it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from crypto.keys import SignSecret
from crypto.primitives import sign_public
from e2e_server import paths
from e2e_server.app import open_relay
from e2e_server.config import Settings
from e2e_server.features.release import pages_signed
from e2e_server.keeper.embedded import open_embedded
from e2e_server.kernel import founding
from e2e_server.kernel.clock import Clock, SystemClock
from e2e_server.kernel.errors import StartError
from e2e_server.secrets_dir import SecretName, SecretsDir
from e2e_server.site_file import read_operator_key
from e2e_server.storage.schema import load_schema, prepare
from e2e_server.storage.sqlite import open_sqlite

_DIR_MODE = 0o700
PAGES_SIGNED = "pages signed"
PAGES_NOT_SIGNED = "pages NOT signed: the log names other ones; an admin signs with vieraugen site"


async def init(settings: Settings, operator_key: Path, clock: Clock | None = None) -> str:
    """Make secrets, database and keeper; return the log's public key in hex, for POLICY."""
    clock = clock or SystemClock()
    settings.data_dir.mkdir(mode=_DIR_MODE, parents=True, exist_ok=True)
    operator_public = read_operator_key(operator_key)
    _keep_operator_key(settings, operator_key, operator_public)
    secrets = SecretsDir(settings.data_dir)
    secrets.read_or_create(SecretName.PEPPER)
    log_key = sign_public(SignSecret(secrets.read_or_create(SecretName.LOG_KEY))).raw.hex()
    paths.log_key_path(settings).write_text(log_key + "\n", encoding="ascii")
    await asyncio.to_thread(prepare, paths.database_path(settings), load_schema(paths.SCHEMA_PATH))
    await _tie(settings, clock, secrets.read_or_create(SecretName.KEEPER_SEED), operator_public)
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
        )
    finally:
        await relay.close()


async def _tie(settings: Settings, clock: Clock, seed: bytes, operator_public: bytes) -> None:
    """Found the keeper and note its id, or check that the noted one is there."""
    db = await open_sqlite(paths.database_path(settings), now_ms=clock.now_ms)
    try:
        known = await db.read(founding.keeper_id)
        keeper = await open_embedded(
            paths.keeper_folders(settings),
            seed=seed,
            now_ms=clock.now_ms,
            expected_instance_id=known,
            operator_public=operator_public,
        )
        await keeper.close()
        if known is None:
            await db.write(lambda tx: founding.tie_to_keeper(tx, keeper.instance_id))
    finally:
        await db.close()


def _keep_operator_key(settings: Settings, given: Path, key: bytes) -> None:
    kept = paths.operator_key_path(settings)
    if not kept.exists():
        draft = kept.with_name(kept.name + ".new")
        shutil.copyfile(given, draft)
        os.replace(draft, kept)
    elif read_operator_key(kept) != key:
        raise StartError(f"{kept} holds another operator key; it is not replaced")
