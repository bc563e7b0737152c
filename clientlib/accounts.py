"""Accounts: creating, signing in, deleting; the wire around the machine of `crypto.doors`.

Every proof is a fresh start: the keeper is asked, the slot opens, and only then something is
signed. What the slot refuses (WrongKey and its like) ends the work with nothing more sent, and
nothing here tries again by itself. Where the connection is lost before the answer, the next sign-in
shows whether it was done; the browser, which dials again by itself, then sends the same bytes once
more (D9, D11). How doors are changed stands in `doorchange.py`.

A `code` is 26 symbols, as `recovery.new_code` draws them and `recovery.read_code` reads them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from clientlib.relay import RelayClient
from crypto import account, credential, doors, keyring, passphrase, recovery, stamp
from crypto.doors import NewDoor, Opened
from crypto.errors import BadLength, LocalError
from crypto.keyring import PageContent
from crypto.keys import AccountSecret, SignPublic
from crypto.primitives import sign_public
from crypto.wire import accounts as wire
from crypto.wire.accounts import PAGES, AccountKind, DoorKind
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.kernel import Challenge

MAX_DIFFICULTY = 20
SubjectOf = Callable[[SignPublic], Awaitable[bytes]]
Before = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A sign-in: the account secret, the token, and the pages as the relay holds them."""

    ams: AccountSecret
    token: bytes
    subject16: bytes
    pages: tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One way into an account: the door's id (16 bytes) and what must be known there."""

    kind: DoorKind
    door_id: bytes
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A slot that has opened, and the challenge that the next signature answers."""

    opened: Opened
    challenge: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A door that the keeper has begun and nobody has stored yet."""

    kind: DoorKind
    door: NewDoor
    keeper_token: bytes


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
    code: str | None = None,
    ams: AccountSecret | None = None,
    content: PageContent | None = None,
) -> AccountSecret:
    """Create an account; WireError name_taken when there is one, TooWeak before anything is sent.

    `code`: a drawn one, for the recovery door of a seeker. `ams` and `content`: those of a visit
    that becomes registered; page 0 gets the pseudonym besides.
    """
    wanted = [await new_passphrase_door(name, phrase, deployment_id)]
    if code is not None:
        wanted.append(recovery_door(code))
    ams = ams or account.new_account_secret()
    made = [await make_door(relay, door, ams) for door in wanted]
    count = PAGES[kind]
    first = replace(content or PageContent(), pseudonym=passphrase.normalise_pseudonym(name))
    contents = [first, *[PageContent()] * (count - 1)]
    pages = tuple(keyring.seal_page(ams, n, 1, one, count) for n, one in enumerate(contents))
    await relay.request(
        wire.AccountFinish(
            kind=kind,
            handle=account.handle(ams),
            doors=tuple(_new_door(one) for one in made),
            pages=pages,
        )
    )
    return ams


async def sign_in(
    relay: RelayClient,
    *,
    name: str,
    phrase: str,
    deployment_id: bytes,
    subject_of: SubjectOf | None = None,
) -> SignedIn:
    """Sign in; staff give `subject_of`, which finds the subject certified for a signing key, or
    b"" for somebody not certified yet. WrongKey when the slot does not open: then nothing has been
    sent that depends on the passphrase but its blinding, and nothing more is sent.
    """
    proof = await prove(relay, await passphrase_door(name, phrase, deployment_id))
    return await _finish(relay, proof, deployment_id, subject_of)


async def sign_in_by_code(relay: RelayClient, *, code: str, deployment_id: bytes) -> SignedIn:
    """Sign in with a recovery sheet; the pseudonym stands in the keyring."""
    proof = await prove(relay, recovery_door(code))
    return await _finish(relay, proof, deployment_id, None)


async def delete(
    relay: RelayClient,
    *,
    name: str,
    phrase: str,
    deployment_id: bytes,
    before: Before | None = None,
) -> None:
    """Delete the account: doors, pages, sign-ins. `before` runs once the passphrase has opened the
    slot: what must happen while the account still is.
    """
    proof = await prove(relay, await passphrase_door(name, phrase, deployment_id))
    await _delete(relay, proof, deployment_id, before)


async def delete_by_code(
    relay: RelayClient, *, code: str, deployment_id: bytes, before: Before | None = None
) -> None:
    """As `delete`, with a recovery sheet."""
    await _delete(relay, await prove(relay, recovery_door(code)), deployment_id, before)


# --- doors, which `doorchange` needs too ---------------------------------------------------------


async def passphrase_door(name: str, phrase: str, deployment_id: bytes) -> Door:
    """Return the door of a passphrase that exists already: nobody judges it any more."""
    pseudonym = passphrase.normalise_pseudonym(name)
    secret = passphrase.normalise(phrase).encode("utf-8")
    door_id = await asyncio.to_thread(doors.login_id, pseudonym, deployment_id)
    return Door(kind=DoorKind.PASSPHRASE, door_id=door_id, secret=secret)


async def new_passphrase_door(name: str, phrase: str, deployment_id: bytes) -> Door:
    """Return the door of a passphrase that somebody has chosen; TooWeak for a pattern."""
    pseudonym = passphrase.normalise_pseudonym(name)
    passphrase.strength(passphrase.normalise(phrase), pseudonym)
    return await passphrase_door(name, phrase, deployment_id)


def recovery_door(code: str) -> Door:
    """Return the door of a recovery code; LocalError for what nobody has read or drawn."""
    if len(code) != recovery.CODE_SYMBOLS or recovery.read_code(recovery.written(code)) != code:
        raise LocalError("a recovery code has 26 symbols")
    return Door(
        kind=DoorKind.RECOVERY, door_id=recovery.door_id(code), secret=recovery.secret(code)
    )


async def prove(relay: RelayClient, door: Door) -> Proof:
    """Ask the keeper and open the slot; whatever this raises, nothing more is sent."""
    started = doors.start(door.door_id, door.secret)
    command = wire.SignInStart(
        id16=started.door_id, alpha=started.alpha, device_token=b"", stamp=b""
    )
    try:
        reply = await relay.request(command)
    except WireError as error:
        if error.code is not ErrorCode.STAMP_NEEDED:
            raise
        stamped = await make_stamp(relay, "sign_in_start")
        reply = await relay.request(replace(command, stamp=stamped))
    opened = await asyncio.to_thread(doors.open_slot, started, reply.beta, reply.slot)
    return Proof(opened=opened, challenge=reply.challenge)


async def make_door(relay: RelayClient, door: Door, ams: AccountSecret) -> Made:
    """Have the keeper begin a door and put `ams` behind it."""
    started = doors.start(door.door_id, door.secret)
    stamped = await make_stamp(relay, "account_begin")
    begun = await relay.request(wire.AccountBegin(alpha=started.alpha, stamp=stamped))
    made = await asyncio.to_thread(doors.new_door, started, begun.beta, ams)
    return Made(kind=door.kind, door=made, keeper_token=begun.keeper_token)


def _new_door(made: Made) -> wire.NewDoor:
    return wire.NewDoor(
        kind=made.kind,
        id16=made.door.door_id,
        keeper_token=made.keeper_token,
        auth_pk=made.door.auth_public.raw,
        slot=made.door.slot,
    )


async def _finish(
    relay: RelayClient, proof: Proof, deployment_id: bytes, subject_of: SubjectOf | None
) -> SignedIn:
    opened = proof.opened
    subject16 = staff_signature = b""
    if subject_of is not None:
        staff_sign = account.staff_sign(opened.ams)
        subject16 = await subject_of(sign_public(staff_sign))
        if subject16:
            staff_signature = credential.sign_staff(staff_sign, proof.challenge, subject16)
    finished = await relay.request(
        wire.SignInFinish(
            signature=doors.finish_signature(opened, deployment_id, proof.challenge),
            subject16=subject16,
            staff_signature=staff_signature,
        )
    )
    pages = tuple((page.version, page.sealed) for page in finished.pages)
    return SignedIn(ams=opened.ams, token=finished.token, subject16=subject16, pages=pages)


async def _delete(
    relay: RelayClient, proof: Proof, deployment_id: bytes, before: Before | None
) -> None:
    if before is not None:
        await before()
    signature = doors.delete_signature(proof.opened, deployment_id, proof.challenge)
    await relay.request(wire.AccountDelete(signature=signature))
