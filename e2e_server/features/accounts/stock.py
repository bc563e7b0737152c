"""What is held about an account, counted, for whoever asks "what is still on the server"."""

from __future__ import annotations

from crypto.wire import accounts as wire
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.accounts import store
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles


@handles(wire.AccountStock)
async def account_stock(context: Context, command: wire.AccountStock) -> wire.AccountStockReply:
    """Count the rows of the own account."""
    account16 = context.signed_in().account16
    found = await context.db.read(lambda tx: store.stock(tx, account16))
    if found is None:
        raise WireError(ErrorCode.UNAUTHORISED)
    return wire.AccountStockReply(
        created_day=found.created_day,
        doors=found.doors,
        pages=found.pages,
        page_bytes=found.page_bytes,
        sign_ins=found.sign_ins,
    )
