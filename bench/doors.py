"""Made-up accounts for `bench.enumeration`: known, unknown and blocked names, and raised budgets.

Everything follows from a name, so that the server's process and the load's agree.
"""

from __future__ import annotations

from enum import StrEnum

from bench.processes import HOST
from e2e_server.app import Relay
from e2e_server.features.accounts import starting
from e2e_server.keeper import budget
from e2e_server.storage.port import WriteTransaction
from tests.helpers.accounts import Account
from tests.helpers.rawclient import RawClient

NAMES_PER_KIND = 25


class Kind(StrEnum):
    """What stands behind a name."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    BLOCKED = "blocked"


def made_accounts(kind: Kind) -> list[Account]:
    """Return the accounts of a kind; those of unknown names are never created."""
    return [Account(f"{kind} {n}") for n in range(NAMES_PER_KIND)]


def set_budgets(free_starts: int, day: int) -> None:
    """Change this process's budgets; 0 leaves one as it is."""
    if free_starts:
        starting.FREE_STARTS_PER_HOUR = free_starts
        starting.FREE_STARTS_PER_DAY = free_starts
        starting.FREE_STARTS_PER_NETWORK_AND_HOUR = free_starts
    if day:
        defaults = budget.Budgets.take.__defaults__
        assert defaults == (budget.OPEN_EVALS_PER_DAY,)
        budget.Budgets.take.__defaults__ = (day,)


async def create_accounts(relay: Relay, port: int, *, in_use: bool) -> None:
    """Create the accounts of two kinds over the wire, then block one kind as an admin would.

    In use: each signs in once, as its owner has done today; what that leaves behind must not show.
    """
    client = await RawClient.connect(f"http://{HOST}:{port}")
    try:
        for kind in (Kind.KNOWN, Kind.BLOCKED):
            for account in made_accounts(kind):
                await account.create(client)
                if in_use:
                    await account.sign_in(client)
    finally:
        await client.close()
    handles = [account.handle for account in made_accounts(Kind.BLOCKED)]

    def block(tx: WriteTransaction) -> None:
        for handle in handles:
            tx.run("UPDATE accounts_accounts SET blocked = 1 WHERE handle = $1", handle)

    await relay.parts.db.write(block)
