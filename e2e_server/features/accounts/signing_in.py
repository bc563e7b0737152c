"""Signing in: the start asks the keeper through a door, the finish proves that the slot opened.

Between the two the state lies on the connection, two minutes, one at a time, and is spent by the
first finish. An unknown or blocked door goes the whole way with decoys and is refused at the end,
exactly as a wrong passphrase is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crypto.credential import SignInFacts, token_hash, verify_sign_in, verify_staff
from crypto.errors import RemoteError
from crypto.keys import SignPublic
from crypto.random import random_bytes
from crypto.wire import accounts as wire
from crypto.wire.accounts import AccountKind
from crypto.wire.base import Done, Event
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.bus.port import Ref, Topic
from e2e_server.features.accounts import store
from e2e_server.features.accounts.doors import DECOY_GENERATION, Doors
from e2e_server.features.translog import log_of
from e2e_server.kernel.clock import MS_PER_HOUR, MS_PER_MINUTE, MS_PER_S, hour_of
from e2e_server.kernel.context import Context, SignIn
from e2e_server.kernel.dispatch import LATE_START_BITS, LATE_START_COMMAND
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ReadTransaction, WriteTransaction

START_LIFE_MS = 2 * MS_PER_MINUTE
SIGN_IN_HOURS = 12
FREE_STARTS_PER_HOUR = 10
FREE_STARTS_PER_DAY = 50
# Through many doors at once; a whole office behind one address stays far below.
FREE_STARTS_PER_NETWORK_AND_HOUR = 600
MAX_DELAY_MS = 30 * MS_PER_S
CHALLENGE_BYTES = 32
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSignIn:
    """What a finish must prove; `account16` is empty behind a decoy."""

    facts: SignInFacts
    auth_pk: SignPublic
    account16: bytes
    kind: int
    gen: int
    door32: bytes
    expires_ms: int


@handles(wire.SignInStart)
async def sign_in_start(context: Context, command: wire.SignInStart) -> wire.SignInStartReply:
    """Evaluate at a door; beyond the free budget it costs a stamp and time, never a refusal."""
    context.connection.forget(PendingSignIn)
    await _charge(context, command)
    doors = context.services.get(Doors)
    door32, decoy = doors.key(command.id16), doors.decoy(command.id16)
    row = await context.db.read(lambda tx: store.door(tx, door32))
    is_real = row is not None and not row.blocked
    gen = row.gen if row is not None and is_real else DECOY_GENERATION
    beta = await context.keeper.eval(door32, gen, command.alpha)
    slot = row.slot if row is not None and is_real else decoy.slot
    pending = PendingSignIn(
        facts=SignInFacts(
            deployment_id=context.site.deployment_id,
            door_id=command.id16,
            challenge=random_bytes(CHALLENGE_BYTES),
            alpha=command.alpha,
            beta=beta,
            slot=slot,
        ),
        auth_pk=SignPublic(row.auth_pk) if row is not None and is_real else decoy.auth_pk,
        account16=row.account16 if row is not None and is_real else b"",
        kind=row.kind if row is not None and is_real else 0,
        gen=gen,
        door32=door32,
        expires_ms=context.clock.now_ms() + START_LIFE_MS,
    )
    context.connection.keep(pending)
    return wire.SignInStartReply(beta=beta, slot=slot, challenge=pending.facts.challenge)


@handles(wire.SignInFinish)
async def sign_in_finish(context: Context, command: wire.SignInFinish) -> wire.SignInFinishReply:
    """Check the proof and bind the sign-in to this connection."""
    pending = context.connection.kept(PendingSignIn)
    # Spent before it is looked at: each challenge allows one guess.
    context.connection.forget(PendingSignIn)
    if pending is None:
        raise WireError(ErrorCode.WRONG_STATE)
    if pending.expires_ms <= context.clock.now_ms():
        raise WireError(ErrorCode.EXPIRED)
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
        # Behind a decoy there is no door, a blocked one, or none of generation 0.
        door = store.door(tx, pending.door32)
        if door is None or door.blocked or door.gen != pending.gen:
            raise WireError(ErrorCode.UNAUTHORISED)
        store.insert_sign_in(tx, token_hash(token), row)
        return store.pages(tx, pending.account16)

    pages = await context.db.write(work)
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
    context.connection.sign_in = None
    context.connection.unsubscribe(sign_in_topic(hashed))
    return Done()


def sign_in_topic(hashed: bytes) -> Topic:
    """Name the announcements about one sign-in: its end."""
    return b"sign-in:" + hashed


def delay_ms(over: int) -> int:
    """Return how long the start number `over` beyond the free ones waits: 0.5 s, doubling."""
    return min(MAX_DELAY_MS, MS_PER_S // 2 << min(over - 1, 10))


async def _charge(context: Context, command: wire.SignInStart) -> None:
    counted = context.limits.count("start", command.id16, context.connection.prefix)
    over = max(counted.last_hour - FREE_STARTS_PER_HOUR, counted.last_day - FREE_STARTS_PER_DAY)
    crowd = context.limits.count("starts", context.connection.prefix)
    if over > 0 or crowd.last_hour > FREE_STARTS_PER_NETWORK_AND_HOUR:
        context.limits.stamps.spend(LATE_START_COMMAND, command.stamp, LATE_START_BITS)
    if over > 0:
        await context.clock.sleep(delay_ms(over))


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
    if connection.sign_in is not None:
        connection.unsubscribe(sign_in_topic(connection.sign_in.token_hash))
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
        if not await db.read(look):
            connection.sign_in = None
            connection.unsubscribe(sign_in_topic(hashed))
        return ()

    connection.subscribe(sign_in_topic(hashed), reader)
