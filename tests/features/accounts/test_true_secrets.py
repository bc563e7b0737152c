"""The doors of a seeker with true secrets, Argon2id and all: what opens after a change, what never.

Everybody here holds more than the relay gives: the old database, the old passphrase, the old sheet.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from crypto import account, doors, keyring, recovery
from crypto.doors import NewDoor, Opened
from crypto.errors import WrongKey
from crypto.keyring import PageContent
from crypto.keys import AccountSecret
from crypto.wire import accounts as wire
from crypto.wire.accounts import AccountKind, DoorKind
from e2e_server import paths
from tests.helpers.accounts import DEPLOYMENT_ID
from tests.helpers.rawclient import RawClient
from tests.helpers.server import Server, serving

EVA_ID16 = doors.login_id("eva", DEPLOYMENT_ID)


@dataclass(frozen=True, slots=True)
class Secret:
    """What a person knows: a passphrase, or the code on a sheet."""

    kind: DoorKind
    id16: bytes
    words: bytes

    async def new_door(self, client: RawClient, ams: AccountSecret) -> tuple[NewDoor, bytes]:
        """Begin and make a door; return it with the keeper's token."""
        started = doors.start(self.id16, self.words)
        begun = await client.call(wire.AccountBegin(alpha=started.alpha, stamp=b""))
        return doors.new_door(started, begun.beta, ams), begun.keeper_token

    async def open(self, client: RawClient) -> tuple[Opened, bytes]:
        """Open the slot; return what was in it, and the challenge. WrongKey."""
        started = doors.start(self.id16, self.words)
        reply = await client.call(
            wire.SignInStart(id16=self.id16, alpha=started.alpha, device_token=b"", stamp=b"")
        )
        return doors.open_slot(started, reply.beta, reply.slot), reply.challenge


def phrase(words: str) -> Secret:
    return Secret(DoorKind.PASSPHRASE, EVA_ID16, words.encode())


def sheet() -> Secret:
    code = recovery.new_code()
    return Secret(DoorKind.RECOVERY, recovery.door_id(code), recovery.secret(code))


async def create(client: RawClient, ams: AccountSecret, *secrets: Secret) -> None:
    new = []
    for one in secrets:
        door, token = await one.new_door(client, ams)
        new.append(
            wire.NewDoor(
                kind=one.kind,
                id16=door.door_id,
                keeper_token=token,
                auth_pk=door.auth_public.raw,
                slot=door.slot,
            )
        )
    page = keyring.seal_page(ams, 0, 1, PageContent(pseudonym="eva"), 1)
    await client.call(
        wire.AccountFinish(
            kind=AccountKind.SEEKER,
            handle=account.handle(ams),
            doors=tuple(new),
            pages=(page,),
        )
    )


async def change(client: RawClient, by: Secret, *secrets: Secret) -> None:
    """Sign in with one secret and replace doors, as after a sheet was used."""
    opened, challenge = await by.open(client)
    signature = doors.finish_signature(opened, DEPLOYMENT_ID, challenge)
    await client.call(wire.SignInFinish(signature=signature, subject16=b"", staff_signature=b""))
    changed = []
    for one in secrets:
        door, token = await one.new_door(client, opened.ams)
        changed.append(
            wire.ChangedDoor(
                kind=one.kind,
                id16=door.door_id,
                keeper_token=token,
                auth_pk=door.auth_public.raw,
                slot=door.slot,
                signature=doors.change_signature(opened, DEPLOYMENT_ID, door, token),
            )
        )
    await client.call(wire.DoorChange(old_id16=by.id16, doors=tuple(changed)))


async def opens(server: Server, secret: Secret, ams: AccountSecret) -> bool:
    async with await server.connect() as client:
        try:
            opened, _ = await secret.open(client)
        except WrongKey:
            return False
        assert opened.ams.raw == ams.raw
        return True


async def put_back(server: Server, copy: Path) -> None:
    """Put an older copy of the relay's database in its place."""
    await server.stop()
    shutil.copyfile(copy, paths.database_path(server.settings))
    await server.start()


async def test_a_used_sheet_gives_new_secrets_and_the_old_ones_open_nothing(tmp_path: Path) -> None:
    old, new = (phrase("lampe wiese sieben kanal"), sheet()), (phrase("moos turm acht"), sheet())
    ams, copy = account.new_account_secret(), tmp_path / "an older copy"
    async with serving(tmp_path) as server:
        async with await server.connect() as client:
            await create(client, ams, *old)
            assert all([await opens(server, one, ams) for one in old])
            await server.relay.parts.db.checkpoint()
            shutil.copyfile(paths.database_path(server.settings), copy)
            await change(client, old[1], *new)
        assert all([await opens(server, one, ams) for one in new])
        assert not any([await opens(server, one, ams) for one in old])
        await put_back(server, copy)
        assert not any([await opens(server, one, ams) for one in (*old, *new)])


async def test_what_was_deleted_opens_to_nobody_in_no_copy(tmp_path: Path) -> None:
    secrets = (phrase("lampe wiese sieben kanal"), sheet())
    ams, copy = account.new_account_secret(), tmp_path / "an older copy"
    async with serving(tmp_path) as server:
        async with await server.connect() as client:
            await create(client, ams, *secrets)
            await server.relay.parts.db.checkpoint()
            shutil.copyfile(paths.database_path(server.settings), copy)
            opened, challenge = await secrets[1].open(client)
            signature = doors.delete_signature(opened, DEPLOYMENT_ID, challenge)
            await client.call(wire.AccountDelete(signature=signature))
        assert not any([await opens(server, one, ams) for one in secrets])
        await put_back(server, copy)
        assert not any([await opens(server, one, ams) for one in secrets])
