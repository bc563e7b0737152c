"""Accounts and sign-ins over the raw wire, without Argon2id: what the relay sees is the same."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from crypto import oprf
from crypto.credential import (
    SLOT_SEALED_BYTES,
    DoorChange,
    SignInFacts,
    SlotParts,
    encode_slot,
    sign_delete,
    sign_door,
    sign_sign_in,
    sign_staff,
)
from crypto.keys import SignSecret
from crypto.primitives import HASH_BYTES, NONCE_BYTES, sign_public
from crypto.wire import accounts as wire
from crypto.wire.accounts import PAGES, AccountKind, DoorKind
from crypto.wire.translog import LogPublish, Statement
from tests.helpers.organisation import Organisation, Person, seed
from tests.helpers.rawclient import RawClient
from tests.helpers.server import Server

PAGE = bytes(4_096)
DEPLOYMENT_ID = Organisation().deployment_id


@dataclass(frozen=True, slots=True)
class Door:
    """A made-up door; its id follows from `place`, key and slot from `name`."""

    name: str
    kind: DoorKind = DoorKind.PASSPHRASE
    place: str = ""

    @property
    def id16(self) -> bytes:
        return seed(f"door {self.place or self.name}", 16)

    @property
    def auth(self) -> SignSecret:
        return SignSecret(seed(f"auth {self.name}"))

    @property
    def slot(self) -> bytes:
        parts = SlotParts(
            nonce=seed(f"nonce {self.name}", NONCE_BYTES),
            kek_commit=seed(f"commit {self.name}", HASH_BYTES),
            sealed=seed(f"sealed {self.name}", SLOT_SEALED_BYTES),
        )
        return encode_slot(parts)

    def renamed(self, name: str) -> Door:
        """Return the same door with another secret behind it."""
        return replace(self, name=name, place=self.place or self.name)

    def alpha(self) -> bytes:
        """Return a blinded secret."""
        return oprf.blind(self.name.encode())[1]

    async def begin(self, client: RawClient) -> bytes:
        """Have the keeper draw a secret; return its token."""
        begun = await client.call(wire.AccountBegin(alpha=self.alpha(), stamp=b""))
        return begun.keeper_token

    async def start(self, client: RawClient) -> SignInFacts:
        """Start a sign-in and return what its answer signs."""
        alpha = self.alpha()
        started = await client.call(
            wire.SignInStart(id16=self.id16, alpha=alpha, device_token=b"", stamp=b"")
        )
        return SignInFacts(
            deployment_id=DEPLOYMENT_ID,
            door_id=self.id16,
            challenge=started.challenge,
            alpha=alpha,
            beta=started.beta,
            slot=started.slot,
        )

    def proof(self, facts: SignInFacts, person: Person | None = None) -> wire.SignInFinish:
        """Return the finish of a sign-in; staff also prove their certified key."""
        subject16 = person.subject16 if person else b""
        staff = sign_staff(person.sign, facts.challenge, subject16) if person else b""
        return wire.SignInFinish(
            signature=sign_sign_in(self.auth, facts),
            subject16=subject16,
            staff_signature=staff,
        )

    async def sign_in(
        self, client: RawClient, person: Person | None = None
    ) -> wire.SignInFinishReply:
        """Sign in through this door on this connection."""
        return await client.call(self.proof(await self.start(client), person))

    def farewell(self, facts: SignInFacts) -> wire.AccountDelete:
        """Return the other answer to a start: delete the account."""
        return wire.AccountDelete(signature=sign_delete(self.auth, facts))

    def signed(self, new: Door, token: bytes) -> wire.ChangedDoor:
        """Return `new` as this door signs for it."""
        change = DoorChange(
            deployment_id=DEPLOYMENT_ID,
            old_door_id=self.id16,
            new_door_id=new.id16,
            keeper_token=token,
            auth_public=sign_public(new.auth),
            slot=new.slot,
        )
        return wire.ChangedDoor(
            kind=new.kind,
            id16=new.id16,
            keeper_token=token,
            auth_pk=sign_public(new.auth).raw,
            slot=new.slot,
            signature=sign_door(self.auth, change),
        )

    async def change(self, client: RawClient, *new: Door) -> wire.DoorChange:
        """Begin each new door, and return the change that this one signs."""
        doors = [self.signed(one, await one.begin(client)) for one in new]
        return wire.DoorChange(old_id16=self.id16, doors=tuple(doors))


@dataclass(slots=True)
class Account:
    """A made-up account; everything follows from its name."""

    name: str
    kind: AccountKind = AccountKind.SEEKER
    pages: tuple[bytes, ...] = field(default=())
    has_recovery: bool = False

    @property
    def door(self) -> Door:
        """The passphrase door."""
        return Door(self.name)

    @property
    def recovery(self) -> Door:
        """The recovery door, if the account has one."""
        return Door(f"sheet of {self.name}", DoorKind.RECOVERY)

    @property
    def id16(self) -> bytes:
        return self.door.id16

    @property
    def auth(self) -> SignSecret:
        return self.door.auth

    @property
    def slot(self) -> bytes:
        return self.door.slot

    @property
    def handle(self) -> bytes:
        return seed(f"handle {self.name}", 16)

    def alpha(self) -> bytes:
        """Return a blinded passphrase."""
        return self.door.alpha()

    async def finish(self, client: RawClient) -> wire.AccountFinish:
        """Begin, and return the command that finishes."""
        doors = (self.door, self.recovery) if self.has_recovery else (self.door,)
        new = [
            wire.NewDoor(
                kind=one.kind,
                id16=one.id16,
                keeper_token=await one.begin(client),
                auth_pk=sign_public(one.auth).raw,
                slot=one.slot,
            )
            for one in doors
        ]
        return wire.AccountFinish(
            kind=self.kind,
            handle=self.handle,
            doors=tuple(new),
            pages=self.pages or (PAGE,) * PAGES[self.kind],
        )

    async def create(self, client: RawClient) -> None:
        """Make the account."""
        await client.call(await self.finish(client))

    async def begin_sign_in(self, client: RawClient) -> SignInFacts:
        """Start a sign-in with the passphrase."""
        return await self.door.start(client)

    def proof(self, facts: SignInFacts, person: Person | None = None) -> wire.SignInFinish:
        """Return the finish of a sign-in with the passphrase."""
        return self.door.proof(facts, person)

    async def sign_in(
        self, client: RawClient, person: Person | None = None
    ) -> wire.SignInFinishReply:
        """Sign in with the passphrase on this connection."""
        return await self.door.sign_in(client, person)


async def publish(client: RawClient, organisation: Organisation) -> None:
    """Publish every statement of an organisation, in order; those in the log are passed over."""
    for leaf, payload in organisation.log:
        await client.call(LogPublish(statement=Statement(leaf=leaf, payload=payload)))


async def enrol(client: RawClient, person: Person) -> wire.SignInFinishReply:
    """Give a certified person an account and sign them in on this connection."""
    account = Account(person.name, AccountKind.STAFF)
    await account.create(client)
    return await account.sign_in(client, person)


async def generations(server: Server) -> int:
    """Count the secrets that the keeper holds for doors."""
    row = await server.keeper._database.read(lambda tx: tx.one("SELECT count(*) FROM keeper_doors"))
    return int(row[0]) if row else 0


async def block(server: Server, account: Account) -> None:
    """Do what the command for admins will do."""
    await server.relay.parts.db.write(
        lambda tx: tx.run(
            "UPDATE accounts_accounts SET blocked = 1 WHERE handle = $1", account.handle
        )
    )
