"""Creating an account and signing in: the wire around the machine of `crypto.account`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from clientlib.relay import RelayClient
from crypto import account, credential, keyring, passphrase, stamp
from crypto.account import Opened, Started
from crypto.errors import BadLength
from crypto.keyring import PageContent
from crypto.keys import AccountSecret, SignPublic
from crypto.primitives import sign_public
from crypto.wire.accounts import (
    PAGES,
    AccountBegin,
    AccountFinish,
    AccountKind,
    NewDoor,
    SignInFinish,
    SignInStart,
)
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.kernel import Challenge

MAX_DIFFICULTY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A sign-in: the account secret, the token, and the pages as the relay holds them."""

    ams: AccountSecret
    token: bytes
    subject16: bytes
    pages: tuple[tuple[int, bytes], ...]


async def make_stamp(relay: RelayClient, command: str) -> bytes:
    """Fetch a challenge and find its stamp (challenge 32, x 8)."""
    asked = await relay.request(Challenge(command=command))
    if asked.difficulty > MAX_DIFFICULTY:
        raise BadLength("the service asks for more work than this client does")
    x = await asyncio.to_thread(stamp.make, asked.challenge, command, asked.difficulty)
    return asked.challenge + x


async def create(
    relay: RelayClient,
    *,
    name: str,
    phrase: str,
    deployment_id: bytes,
    kind: AccountKind,
) -> AccountSecret:
    """Create an account behind one passphrase door; WireError name_taken when there is one."""
    started = await _start(name, phrase, deployment_id)
    begun = await relay.request(
        AccountBegin(alpha=started.alpha, stamp=await make_stamp(relay, "account_begin"))
    )
    ams = account.new_account_secret()
    door = await asyncio.to_thread(account.new_door, started, begun.beta, ams)
    count = PAGES[kind]
    pages = tuple(
        keyring.seal_page(
            ams,
            page,
            1,
            PageContent(pseudonym=passphrase.normalise_pseudonym(name) if page == 0 else ""),
            count,
        )
        for page in range(count)
    )
    new = NewDoor(
        id16=door.door_id,
        keeper_token=begun.keeper_token,
        auth_pk=door.auth_public.raw,
        slot=door.slot,
    )
    await relay.request(
        AccountFinish(kind=kind, handle=account.handle(ams), doors=(new,), pages=pages)
    )
    return ams


async def sign_in(
    relay: RelayClient,
    *,
    name: str,
    phrase: str,
    deployment_id: bytes,
    subject_of: Callable[[SignPublic], Awaitable[bytes]] | None = None,
) -> SignedIn:
    """Sign in; staff give `subject_of`, which finds the subject certified for a signing key, or
    b"" for somebody not certified yet. WrongKey when the slot does not open: then nothing has been
    sent that depends on the passphrase but its blinding, and nothing more is sent.
    """
    started = await _start(name, phrase, deployment_id)
    command = SignInStart(id16=started.door_id, alpha=started.alpha, device_token=b"", stamp=b"")
    try:
        reply = await relay.request(command)
    except WireError as error:
        if error.code is not ErrorCode.STAMP_NEEDED:
            raise
        stamped = await make_stamp(relay, "sign_in_start")
        reply = await relay.request(
            SignInStart(id16=started.door_id, alpha=started.alpha, device_token=b"", stamp=stamped)
        )
    opened: Opened = await asyncio.to_thread(account.open_slot, started, reply.beta, reply.slot)
    subject16 = staff_signature = b""
    if subject_of is not None:
        staff_sign = account.staff_sign(opened.ams)
        subject16 = await subject_of(sign_public(staff_sign))
        if subject16:
            staff_signature = credential.sign_staff(staff_sign, reply.challenge, subject16)
    finished = await relay.request(
        SignInFinish(
            signature=account.finish_signature(opened, deployment_id, reply.challenge),
            subject16=subject16,
            staff_signature=staff_signature,
        )
    )
    pages = tuple((page.version, page.sealed) for page in finished.pages)
    return SignedIn(ams=opened.ams, token=finished.token, subject16=subject16, pages=pages)


async def _start(name: str, phrase: str, deployment_id: bytes) -> Started:
    pseudonym = passphrase.normalise_pseudonym(name)
    secret = passphrase.normalise(phrase).encode("utf-8")
    door_id = await asyncio.to_thread(account.login_id, pseudonym, deployment_id)
    return account.start(door_id, secret)
