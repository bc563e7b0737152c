"""Somebody who changes the doors of an account: `async with signed_in(tmp_path) as eva: ...`"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from crypto.wire import accounts as wire
from crypto.wire.accounts import DoorKind
from crypto.wire.codec import RefusalFrame
from crypto.wire.errors import ErrorCode
from tests.helpers.accounts import Account, Door, generations
from tests.helpers.rawclient import RawClient
from tests.helpers.server import Server, serving

EVA = Account("eva", has_recovery=True)
UTE = Account("ute", has_recovery=True)
NEW_PHRASE = EVA.door.renamed("new phrase")
NEW_SHEET = Door("new sheet", DoorKind.RECOVERY)
BOTH = (NEW_PHRASE, NEW_SHEET)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """An account signed in by its passphrase, its line, and the relay."""

    account: Account
    server: Server
    client: RawClient
    sign_in: wire.SignInFinishReply

    async def change(self, *new: Door, by: Door | None = None) -> wire.DoorChange:
        """Begin new doors; return the change, signed by the passphrase where nothing is said."""
        return await (by or self.account.door).change(self.client, *new)

    async def changes(self, *new: Door, by: Door | None = None) -> None:
        """Put new doors in the place of the old ones."""
        await self.client.call(await self.change(*new, by=by))

    async def refusal(self, command: wire.DoorChange) -> ErrorCode:
        """Send a change that must be refused and return the code."""
        return await self.client.refusal(command)

    async def opens(self, door: Door) -> bool:
        """Tell whether a door opens."""
        return await opens(self.server, door)

    async def secrets(self) -> int:
        """Count the secrets that the keeper holds for doors of anybody."""
        return await generations(self.server)


@asynccontextmanager
async def signed_in(folder: Path, account: Account = EVA) -> AsyncIterator[SignedIn]:
    """A relay with this account."""
    async with serving(folder) as server, await server.connect() as client:
        await account.create(client)
        reply = await account.sign_in(client)
        yield SignedIn(account=account, server=server, client=client, sign_in=reply)


async def opens(server: Server, door: Door) -> bool:
    """Tell whether a door opens, by its key and by the slot that it hands out."""
    async with await server.connect() as client:
        facts = await door.start(client)
        answer = await (await client.start(door.proof(facts)))
        if isinstance(answer, RefusalFrame):
            assert answer.code is ErrorCode.UNAUTHORISED
            return False
        return facts.slot == door.slot
