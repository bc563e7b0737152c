"""Keyring pages: read one, save one by compare-and-swap."""

from __future__ import annotations

from crypto.wire import accounts as wire
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.accounts import store
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import WriteTransaction


@handles(wire.PageRead)
async def page_read(context: Context, command: wire.PageRead) -> wire.KeyringPageReply:
    """Return one page as stored."""
    account16 = context.signed_in().account16
    row = await context.db.read(lambda tx: store.page(tx, account16, command.page))
    if row is None:
        raise WireError(ErrorCode.UNKNOWN)
    return wire.KeyringPageReply(version=row.version, sealed=row.sealed)


@handles(wire.PageSave)
async def page_save(context: Context, command: wire.PageSave) -> wire.PageSaveReply:
    """Store the next version of a page; the same save again is harmless."""
    account16 = context.signed_in().account16

    def work(tx: WriteTransaction) -> None:
        if store.save_page(tx, account16, command.page, command.version, command.sealed):
            return
        row = store.page(tx, account16, command.page)
        if row is None:
            raise WireError(ErrorCode.UNKNOWN)
        if (row.version, row.sealed) != (command.version, command.sealed):
            raise WireError(ErrorCode.CONFLICT)

    await context.db.write(work)
    return wire.PageSaveReply(version=command.version)
