"""Whose capability a ticket obeys, when a seeker comes back with a new access."""

from __future__ import annotations

from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.enquiries import store, tickets
from e2e_server.features.enquiries.machine import UNTAKEN
from e2e_server.features.enquiries.teams import listed
from e2e_server.kernel.context import Context
from e2e_server.storage.port import WriteTransaction


def obey_newcomer(context: Context, tx: WriteTransaction, ticket16: bytes, cap_hash: bytes) -> None:
    """Let an own ticket obey another capability, and the one before no more.

    `unknown` when there is none, `forbidden` for a colleague's and for one that nobody has taken.
    """
    sign_in, limits = context.signed_in(), tickets.clocks(context.settings)
    ticket = tickets.current(tx, store.by_id(tx, ticket16), limits)
    is_mine = ticket.assignee == sign_in.subject16 and ticket.life.state not in UNTAKEN
    if not is_mine or not listed(context, ticket.portal16, sign_in).at_all:
        raise WireError(ErrorCode.FORBIDDEN)
    store.change_cap(tx, ticket16, cap_hash)
