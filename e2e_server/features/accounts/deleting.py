"""The end of an account: its rows in one transaction, then the keeper's secrets (section 3).

It answers a start as a sign-in does, with a signature of its own, so that nobody deletes an account
from a line that was left open. Once the keeper has dropped both doors, neither passphrase nor
recovery code opens anything, in no backup either.
"""

from __future__ import annotations

from crypto.credential import verify_delete
from crypto.errors import RemoteError
from crypto.wire import accounts as wire
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.accounts import store
from e2e_server.features.accounts.doors import Doors
from e2e_server.features.accounts.settling import settle_noted
from e2e_server.features.accounts.signing_in import end_sign_ins, unbind
from e2e_server.features.accounts.starting import PendingSignIn, spend_start
from e2e_server.keeper.port import KeeperError
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import StorageError, WriteTransaction


@handles(wire.AccountDelete)
async def account_delete(context: Context, command: wire.AccountDelete) -> Done:
    """Delete the account behind the door of the pending start."""
    pending = spend_start(context)
    _prove(command, pending)

    def work(tx: WriteTransaction) -> bytes:
        account16 = pending.door(tx).account16
        end_sign_ins(tx, account16)
        for door in store.doors_of(tx, account16):
            store.note_unsettled(tx, door.door32)
        store.delete_account(tx, account16)
        return account16

    async with context.services.get(Doors).turn:
        account16 = await context.db.write(work)
        await _drop_doors(context)
    if context.sign_in is not None and context.sign_in.account16 == account16:
        # Who asked for the end is told by the answer, not by an event.
        unbind(context.connection)
    return Done()


def _prove(command: wire.AccountDelete, pending: PendingSignIn) -> None:
    try:
        verify_delete(pending.auth_pk, command.signature, pending.facts)
    except RemoteError as error:
        raise WireError(ErrorCode.UNAUTHORISED) from error


async def _drop_doors(context: Context) -> None:
    try:
        await settle_noted(context)
    except (KeeperError, StorageError) as error:
        # The account is gone and cannot be asked for again: the job goes on until it is done.
        context.oplog.fault("doors_not_dropped", error)
