"""What happens at the start and regularly: ended sign-ins go, the keeper tidies up and copies."""

from __future__ import annotations

from e2e_server.features.accounts import store
from e2e_server.features.accounts.doors import Doors
from e2e_server.features.accounts.settling import settle_doors, settle_noted
from e2e_server.kernel.clock import hour_of
from e2e_server.kernel.context import JobContext
from e2e_server.secrets_dir import SecretName, SecretsDir


async def start(parts: JobContext) -> None:
    """Read the pepper; settle what a crash or a restored copy left behind."""
    pepper = SecretsDir(parts.settings.data_dir).read(SecretName.PEPPER)
    parts.services.put(Doors, Doors(pepper))
    await settle_doors(parts)


async def sweep(parts: JobContext) -> None:
    """Delete sign-ins whose twelve hours are over."""
    await parts.db.write(lambda tx: store.drop_sign_ins_until(tx, hour_of(tx.now_ms)))


async def settle(parts: JobContext) -> None:
    """Have the keeper follow where a crash or a failure has kept it from doing so at once."""
    async with parts.services.get(Doors).turn:
        await settle_noted(parts)


async def sweep_keeper(parts: JobContext) -> None:
    """Have the keeper forget what is due in its memory."""
    await parts.keeper.sweep()


async def copy_keeper(parts: JobContext) -> None:
    """Replace the keeper's sealed copy."""
    await parts.keeper.write_copy()
