"""Signing in: the start is in `starting`, the finish proves that the slot opened.

A sign-in binds to the connection; `attach` binds it to a new one, and its end is announced to all.
"""

from __future__ import annotations

from collections.abc import Iterable

from crypto.credential import token_hash, verify_sign_in, verify_staff
from crypto.errors import RemoteError
from crypto.keys import SignPublic
from crypto.random import random_bytes
from crypto.wire import accounts as wire
from crypto.wire.accounts import AccountKind
from crypto.wire.base import Done, Event
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.bus.port import Ref, Topic
from e2e_server.features.accounts import store
from e2e_server.features.accounts.starting import PendingSignIn, forgive_start, spend_start
from e2e_server.features.translog import log_of
from e2e_server.kernel.clock import MS_PER_HOUR, hour_of
from e2e_server.kernel.context import Connection, Context, SignIn
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ReadTransaction, WriteTransaction

SIGN_IN_HOURS = 12
TOKEN_BYTES = 32


@handles(wire.SignInFinish)
async def sign_in_finish(context: Context, command: wire.SignInFinish) -> wire.SignInFinishReply:
    """Check the proof and bind the sign-in to this connection."""
    pending = spend_start(context)
    staff_pk = _prove(context, command, pending)
    token = random_bytes(TOKEN_BYTES)
    row = store.SignInRow(
        account16=pending.account16,
        kind=pending.kind,
        expires_hour=hour_of(context.clock.now_ms()) + SIGN_IN_HOURS,
        subject16=command.subject16,
        staff_pk=staff_pk,
    )

    def work(tx: WriteTransaction) -> list[store.PageRow]:
        pending.door(tx)
        store.insert_sign_in(tx, token_hash(token), row)
        return store.pages(tx, pending.account16)

    pages = await context.db.write(work)
    forgive_start(context, pending.facts.door_id)
    _bind(context, token_hash(token), row)
    return wire.SignInFinishReply(
        token=token,
        pages=tuple(wire.KeyringPage(version=one.version, sealed=one.sealed) for one in pages),
    )


@handles(wire.Attach)
async def attach(context: Context, command: wire.Attach) -> wire.AttachReply:
    """Bind a sign-in to a new connection."""
    hashed = token_hash(command.token)
    row = await context.db.read(lambda tx: store.sign_in(tx, hashed, hour_of(tx.now_ms)))
    if row is None:
        raise WireError(ErrorCode.UNAUTHORISED)
    _bind(context, hashed, row)
    return wire.AttachReply(kind=row.kind, subject16=row.subject16)


@handles(wire.SignOut)
async def sign_out(context: Context, command: wire.SignOut) -> Done:
    """End this sign-in on every connection."""
    hashed = context.signed_in().token_hash

    def work(tx: WriteTransaction) -> None:
        store.drop_sign_in(tx, hashed)
        tx.announce(sign_in_topic(hashed), b"")

    await context.db.write(work)
    unbind(context.connection)
    return Done()


def sign_in_topic(hashed: bytes) -> Topic:
    """Name the announcements about one sign-in: its end."""
    return b"sign-in:" + hashed


def end_sign_ins(tx: WriteTransaction, account16: bytes, spared: bytes = b"") -> None:
    """End all sign-ins of an account but one, and tell their connections."""
    for hashed in store.sign_ins_of(tx, account16):
        if hashed != spared:
            store.drop_sign_in(tx, hashed)
            tx.announce(sign_in_topic(hashed), b"")


def unbind(connection: Connection) -> None:
    """Take the sign-in off a connection; harmless when there is none."""
    if connection.sign_in is not None:
        connection.unsubscribe(sign_in_topic(connection.sign_in.token_hash))
        connection.sign_in = None


def _prove(context: Context, command: wire.SignInFinish, pending: PendingSignIn) -> bytes:
    """Return the proved staff key, or empty; `unauthorised` whichever proof fails."""
    try:
        verify_sign_in(pending.auth_pk, command.signature, pending.facts)
        return _prove_staff(context, command, pending)
    except RemoteError as error:
        raise WireError(ErrorCode.UNAUTHORISED) from error


def _prove_staff(context: Context, command: wire.SignInFinish, pending: PendingSignIn) -> bytes:
    if not command.subject16 and not command.staff_signature:
        return b""
    standing = log_of(context).standing(command.subject16, context.clock.now_ms())
    if standing is None or pending.kind != AccountKind.STAFF:
        raise WireError(ErrorCode.UNAUTHORISED)
    verify_staff(
        SignPublic(standing.sign_pk),
        command.staff_signature,
        challenge=pending.facts.challenge,
        subject16=command.subject16,
    )
    return standing.sign_pk


def _bind(context: Context, hashed: bytes, row: store.SignInRow) -> None:
    connection, db = context.connection, context.db
    unbind(connection)
    connection.sign_in = SignIn(
        account16=row.account16,
        kind=row.kind,
        token_hash=hashed,
        expires_ms=row.expires_hour * MS_PER_HOUR,
        subject16=row.subject16,
        staff_pk=row.staff_pk,
    )

    def look(tx: ReadTransaction) -> bool:
        return store.sign_in(tx, hashed, hour_of(tx.now_ms)) is not None

    async def reader(refs: tuple[Ref, ...]) -> Iterable[Event]:
        if await db.read(look):
            return ()
        unbind(connection)
        return (wire.SignedOut(),)

    connection.subscribe(sign_in_topic(hashed), reader)
    # It may have ended between being stored and being listened to.
    connection.poll_topic(sign_in_topic(hashed))
