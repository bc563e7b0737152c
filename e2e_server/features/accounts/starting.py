"""The first step of signing in, and of deleting: ask the keeper through a door.

Between the two steps the state lies on the connection, two minutes, one at a time, and is spent by
the first answer. An unknown or blocked door goes the whole way with decoys and is refused at the
end, exactly as a wrong secret is; it makes no difference which of an account's doors it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto.credential import SignInFacts
from crypto.keys import SignPublic
from crypto.random import random_bytes
from crypto.wire import accounts as wire
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.accounts import store
from e2e_server.features.accounts.doors import DECOY_GENERATION, Doors
from e2e_server.kernel.clock import MS_PER_MINUTE, MS_PER_S
from e2e_server.kernel.context import Context
from e2e_server.kernel.dispatch import LATE_START_BITS, LATE_START_COMMAND
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ReadTransaction

START_LIFE_MS = 2 * MS_PER_MINUTE
FREE_STARTS_PER_HOUR = 10
FREE_STARTS_PER_DAY = 50
# Through many doors at once; a whole office behind one address stays far below.
FREE_STARTS_PER_NETWORK_AND_HOUR = 600
MAX_DELAY_MS = 30 * MS_PER_S
CHALLENGE_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingSignIn:
    """What the answer to a start must prove; `account16` is empty behind a decoy."""

    facts: SignInFacts
    auth_pk: SignPublic
    account16: bytes
    kind: int
    gen: int
    door32: bytes
    expires_ms: int

    def door(self, tx: ReadTransaction) -> store.DoorRow:
        """Return the door as it was at the start; `unauthorised` when it is so no more."""
        # Behind a decoy there is no door, a blocked one, or none of generation 0.
        row = store.door(tx, self.door32)
        if row is None or row.blocked or row.gen != self.gen:
            raise WireError(ErrorCode.UNAUTHORISED)
        return row


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
        kind=row.account_kind if row is not None and is_real else 0,
        gen=gen,
        door32=door32,
        expires_ms=context.clock.now_ms() + START_LIFE_MS,
    )
    context.connection.keep(pending)
    return wire.SignInStartReply(beta=beta, slot=slot, challenge=pending.facts.challenge)


def spend_start(context: Context) -> PendingSignIn:
    """Return the start of this connection, once: each challenge allows one guess."""
    pending = context.connection.kept(PendingSignIn)
    context.connection.forget(PendingSignIn)
    if pending is None:
        raise WireError(ErrorCode.WRONG_STATE)
    if pending.expires_ms <= context.clock.now_ms():
        raise WireError(ErrorCode.EXPIRED)
    return pending


def delay_ms(over: int) -> int:
    """Return how long the start number `over` beyond the free ones waits: 0.5 s, doubling."""
    return min(MAX_DELAY_MS, MS_PER_S // 2 << min(over - 1, 10))


def forgive_start(context: Context, id16: bytes) -> None:
    """Count the last start at this door as if it had not been.

    After a sign-in: its owner's starts cost a neighbour in the same network nothing, and tell them
    nothing. After a stamp that was missing: nothing was evaluated.
    """
    context.limits.forgive("start", id16, context.connection.prefix)
    context.limits.forgive("starts", context.connection.prefix)


async def _charge(context: Context, command: wire.SignInStart) -> None:
    counted = context.limits.count("start", command.id16, context.connection.prefix)
    over = max(counted.last_hour - FREE_STARTS_PER_HOUR, counted.last_day - FREE_STARTS_PER_DAY)
    crowd = context.limits.count("starts", context.connection.prefix)
    if over > 0 or crowd.last_hour > FREE_STARTS_PER_NETWORK_AND_HOUR:
        try:
            context.limits.stamps.spend(LATE_START_COMMAND, command.stamp, LATE_START_BITS)
        except WireError:
            forgive_start(context, command.id16)
            raise
    if over > 0:
        await context.clock.sleep(delay_ms(over))
