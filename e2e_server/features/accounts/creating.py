"""A new account: doors, slots and first pages, in one transaction (protocol section 3).

Order: the keeper adopts each door's secret, then one transaction stores everything, then the keeper
settles. A token is adopted before anybody hears that a name is taken, so each question about a name
has cost a stamp.
"""

from __future__ import annotations

from crypto.credential import is_slot_shape
from crypto.random import random_bytes
from crypto.wire import accounts as wire
from crypto.wire.accounts import PAGES, AccountKind, DoorKind
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.accounts import store
from e2e_server.features.accounts.doors import Begun, Doors
from e2e_server.features.accounts.settling import adopting
from e2e_server.keeper.port import GenerationError, UnknownTokenError
from e2e_server.kernel.clock import MS_PER_DAY
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ConstraintError, ReadTransaction, WriteTransaction

ACCOUNT_BYTES = 16
BEGINS_PER_HOUR = 300
_PASSPHRASE_ONLY = (DoorKind.PASSPHRASE,)
# Staff have no recovery door: they are invited anew.
DOORS = {
    AccountKind.SEEKER: (_PASSPHRASE_ONLY, (DoorKind.PASSPHRASE, DoorKind.RECOVERY)),
    AccountKind.STAFF: (_PASSPHRASE_ONLY,),
}


@handles(wire.AccountBegin)
async def account_begin(context: Context, command: wire.AccountBegin) -> wire.AccountBeginReply:
    """Have the keeper draw a secret for a door that is being made."""
    count_question(context)
    token, beta = await context.keeper.begin(command.alpha)
    return wire.AccountBeginReply(beta=beta, keeper_token=token)


@handles(wire.AccountFinish)
async def account_finish(context: Context, command: wire.AccountFinish) -> Done:
    """Create the account; the same command again is harmless, another one's name is taken."""
    _check_shape(command)
    doors = context.services.get(Doors)
    begun = [doors.begun(one.id16, one.keeper_token) for one in command.doors]
    try:
        async with adopting(context, begun):
            await context.db.write(lambda tx: _store(tx, command, begun))
    except (UnknownTokenError, GenerationError, ConstraintError) as error:
        # The keeper forgets tokens and the row is there, perhaps because all of this was done.
        if not await context.db.read(lambda tx: _is_done(tx, command, begun)):
            is_taken = isinstance(error, ConstraintError)
            raise WireError(ErrorCode.NAME_TAKEN if is_taken else ErrorCode.EXPIRED) from error
    return Done()


def count_question(context: Context) -> None:
    """Count a step that may tell whether a name is taken; refuse a network that asks too often."""
    counted = context.limits.count("account_begin", context.connection.prefix)
    if counted.last_hour > BEGINS_PER_HOUR:
        raise WireError(ErrorCode.RATE_LIMITED, retry_ms=60_000)


def _check_shape(command: wire.AccountFinish) -> None:
    if command.kind not in list(AccountKind):
        raise WireError(ErrorCode.MALFORMED)
    kind = AccountKind(command.kind)
    ids = {one.id16 for one in command.doors}
    fits = (
        tuple(sorted(one.kind for one in command.doors)) in DOORS[kind]
        and len(ids) == len(command.doors)
        and len(command.pages) == PAGES[kind]
        and all(is_slot_shape(one.slot) for one in command.doors)
    )
    if not fits:
        raise WireError(ErrorCode.MALFORMED)


def _store(tx: WriteTransaction, command: wire.AccountFinish, begun: list[Begun]) -> None:
    account16 = random_bytes(ACCOUNT_BYTES)
    store.insert_account(tx, account16, command.kind, command.handle, tx.now_ms // MS_PER_DAY)
    for new, one in zip(begun, command.doors, strict=True):
        store.insert_door(
            tx,
            door32=new.door32,
            account16=account16,
            kind=one.kind,
            gen=new.gen,
            auth_pk=one.auth_pk,
            slot=one.slot,
        )
        store.note_unsettled(tx, new.door32)
    for number, sealed in enumerate(command.pages):
        store.insert_page(tx, account16, number, sealed)


def _is_done(tx: ReadTransaction, command: wire.AccountFinish, begun: list[Begun]) -> bool:
    """Tell whether exactly this account stands: somebody repeats a command that got no answer."""
    for new, one in zip(begun, command.doors, strict=True):
        row = store.door(tx, new.door32)
        if row is None or (row.kind, row.auth_pk, row.slot) != (one.kind, one.auth_pk, one.slot):
            return False
        if not store.has_handle(tx, row.account16, command.handle):
            return False
    return True
