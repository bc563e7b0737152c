"""A new account: doors, slots and first pages, in one transaction (protocol section 3).

Order: the keeper adopts each door's secret, then one transaction stores everything, then the keeper
settles. A crash after the first step leaves a secret without a row, which the next attempt under
that name ignores (its own has another generation) and its settling deletes. A token is adopted
before anybody hears that a name is taken, so each question about a name has cost a stamp.
"""

from __future__ import annotations

from crypto.credential import is_slot_shape
from crypto.random import random_bytes
from crypto.wire import accounts as wire
from crypto.wire.accounts import PAGES, AccountKind
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.accounts import store
from e2e_server.features.accounts.doors import Doors
from e2e_server.keeper.port import GenerationError, UnknownTokenError
from e2e_server.kernel.clock import MS_PER_DAY
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ConstraintError, ReadTransaction, WriteTransaction

ACCOUNT_BYTES = 16
BEGINS_PER_HOUR = 300
MAX_DOORS = {AccountKind.SEEKER: 2, AccountKind.STAFF: 1}


@handles(wire.AccountBegin)
async def account_begin(context: Context, command: wire.AccountBegin) -> wire.AccountBeginReply:
    """Have the keeper draw a secret for a door that is being made."""
    counted = context.limits.count("account_begin", context.connection.prefix)
    if counted.last_hour > BEGINS_PER_HOUR:
        raise WireError(ErrorCode.RATE_LIMITED, retry_ms=60_000)
    token, beta = await context.keeper.begin(command.alpha)
    return wire.AccountBeginReply(beta=beta, keeper_token=token)


@handles(wire.AccountFinish)
async def account_finish(context: Context, command: wire.AccountFinish) -> Done:
    """Create the account; the same command again is harmless, another one's name is taken."""
    _check_shape(command)
    doors = context.services.get(Doors)
    named = [(doors.key(one.id16), doors.generation(one.keeper_token)) for one in command.doors]
    for (door32, gen), one in zip(named, command.doors, strict=True):
        try:
            await context.keeper.adopt(door32, gen, one.keeper_token)
        except (UnknownTokenError, GenerationError) as error:
            # The keeper has forgotten the token, perhaps because all of this was done before.
            if await context.db.read(lambda tx: _is_done(tx, command, doors)):
                return Done()
            raise WireError(ErrorCode.EXPIRED) from error
    try:
        await context.db.write(lambda tx: _store(tx, command, named))
    except ConstraintError as error:
        if await context.db.read(lambda tx: _is_done(tx, command, doors)):
            return Done()
        await _tidy(context, named)
        raise WireError(ErrorCode.NAME_TAKEN) from error
    for door32, gen in named:
        await context.keeper.settle(door32, gen)
    return Done()


def _check_shape(command: wire.AccountFinish) -> None:
    if command.kind not in list(AccountKind):
        raise WireError(ErrorCode.MALFORMED)
    kind = AccountKind(command.kind)
    ids = {one.id16 for one in command.doors}
    fits = (
        1 <= len(command.doors) <= MAX_DOORS[kind]
        and len(ids) == len(command.doors)
        and len(command.pages) == PAGES[kind]
        and all(is_slot_shape(one.slot) for one in command.doors)
    )
    if not fits:
        raise WireError(ErrorCode.MALFORMED)


def _store(
    tx: WriteTransaction, command: wire.AccountFinish, named: list[tuple[bytes, int]]
) -> None:
    account16 = random_bytes(ACCOUNT_BYTES)
    store.insert_account(tx, account16, command.kind, command.handle, tx.now_ms // MS_PER_DAY)
    for (door32, gen), one in zip(named, command.doors, strict=True):
        store.insert_door(tx, door32, account16, gen, one.auth_pk, one.slot)
    for number, sealed in enumerate(command.pages):
        store.insert_page(tx, account16, number, sealed)


def _is_done(tx: ReadTransaction, command: wire.AccountFinish, doors: Doors) -> bool:
    """Tell whether exactly this account stands: somebody repeats a command that got no answer."""
    for one in command.doors:
        row = store.door(tx, doors.key(one.id16))
        if row is None or (row.auth_pk, row.slot) != (one.auth_pk, one.slot):
            return False
        if not store.has_handle(tx, row.account16, command.handle):
            return False
    return True


async def _tidy(context: Context, named: list[tuple[bytes, int]]) -> None:
    """Have the keeper forget what it adopted in vain, where another one's door stands.

    Where none stands, somebody may be between adopting and storing: nothing is touched there.
    """
    doors = [door32 for door32, _ in named]
    rows = await context.db.read(lambda tx: [store.door(tx, one) for one in doors])
    for door32, row in zip(doors, rows, strict=True):
        if row is not None:
            await context.keeper.settle(door32, row.gen)
