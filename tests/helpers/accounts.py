"""Accounts and sign-ins over the raw wire, without Argon2id: what the relay sees is the same."""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto import oprf
from crypto.credential import (
    SLOT_SEALED_BYTES,
    SignInFacts,
    SlotParts,
    encode_slot,
    sign_sign_in,
    sign_staff,
)
from crypto.keys import SignSecret
from crypto.primitives import HASH_BYTES, NONCE_BYTES, sign_public
from crypto.wire import accounts as wire
from crypto.wire.accounts import PAGES, AccountKind
from crypto.wire.translog import LogPublish, Statement
from tests.helpers.organisation import Organisation, Person, seed
from tests.helpers.rawclient import RawClient

PAGE = bytes(4_096)


@dataclass(slots=True)
class Account:
    """A made-up account; everything follows from its name."""

    name: str
    kind: AccountKind = AccountKind.SEEKER
    pages: tuple[bytes, ...] = field(default=())

    @property
    def id16(self) -> bytes:
        return seed(f"door {self.name}", 16)

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

    @property
    def handle(self) -> bytes:
        return seed(f"handle {self.name}", 16)

    def alpha(self) -> bytes:
        """Return a blinded passphrase."""
        return oprf.blind(self.name.encode())[1]

    async def finish(self, client: RawClient) -> wire.AccountFinish:
        """Begin, and return the command that finishes."""
        begun = await client.call(wire.AccountBegin(alpha=self.alpha(), stamp=b""))
        door = wire.NewDoor(
            id16=self.id16,
            keeper_token=begun.keeper_token,
            auth_pk=sign_public(self.auth).raw,
            slot=self.slot,
        )
        return wire.AccountFinish(
            kind=self.kind,
            handle=self.handle,
            doors=(door,),
            pages=self.pages or (PAGE,) * PAGES[self.kind],
        )

    async def create(self, client: RawClient) -> None:
        """Make the account."""
        await client.call(await self.finish(client))

    async def begin_sign_in(self, client: RawClient) -> SignInFacts:
        """Start a sign-in and return what a finish signs; the deployment id is still missing."""
        alpha = self.alpha()
        started = await client.call(
            wire.SignInStart(id16=self.id16, alpha=alpha, device_token=b"", stamp=b"")
        )
        return SignInFacts(
            deployment_id=Organisation().deployment_id,
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
        """Sign in on this connection."""
        return await client.call(self.proof(await self.begin_sign_in(client), person))


async def publish(client: RawClient, organisation: Organisation) -> None:
    """Publish every statement of an organisation, in order; those in the log are passed over."""
    for leaf, payload in organisation.log:
        await client.call(LogPublish(statement=Statement(leaf=leaf, payload=payload)))


async def enrol(client: RawClient, person: Person) -> wire.SignInFinishReply:
    """Give a certified person an account and sign them in on this connection."""
    account = Account(person.name, AccountKind.STAFF)
    await account.create(client)
    return await account.sign_in(client, person)
