"""Contact data beside a ticket: the seeker leaves them, only the portal's leads fetch them.

They stay when the ticket is taken, handed over, or given back, and go with it (`tickets.settle`).
"""

from __future__ import annotations

from crypto.wire import contacts as wire
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.outer import parse_e2
from e2e_server.features.boxes import Purger, inbox_of, outer_of
from e2e_server.features.enquiries import contact_store, store, tickets
from e2e_server.features.enquiries.contact_store import ContactRow
from e2e_server.features.enquiries.store import TicketRow
from e2e_server.features.enquiries.teams import listed
from e2e_server.features.translog import log_of
from e2e_server.kernel.clock import hour_of
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ReadTransaction, WriteTransaction


@handles(wire.ContactLook)
async def contact_look(context: Context, command: wire.ContactLook) -> wire.ContactLookReply:
    """Tell the seeker what is kept, and whether under the key that the leads have now."""

    def look(tx: ReadTransaction) -> wire.ContactLookReply:
        ticket = tickets.living(tx, store.by_cap(tx, context.cap_hash))
        kept = contact_store.contact(tx, ticket.ticket16)
        is_current = kept.inbox16 == _inbox_now(context, ticket.portal16)
        return wire.ContactLookReply(version=kept.version, is_current=int(is_current))

    return await context.db.read(look)


@handles(wire.ContactPut)
async def contact_put(context: Context, command: wire.ContactPut) -> Done:
    """Keep what the seeker leaves, in the place of what they have left before."""

    def work(tx: WriteTransaction) -> bool:
        ticket = tickets.living(tx, store.by_cap(tx, context.cap_hash))
        kept = contact_store.contact(tx, ticket.ticket16)
        if command.version < max(kept.version, 1):
            raise WireError(ErrorCode.CONFLICT)
        _keep(context, tx, ticket, command.version, command.letter)
        return kept.version > 0

    if await context.db.write(work):
        context.services.get(Purger).owe(context.clock.now_ms())
    return Done()


@handles(wire.ContactDrop)
async def contact_drop(context: Context, command: wire.ContactDrop) -> Done:
    """Delete them at once; also where the portal has no leads any more."""

    def work(tx: WriteTransaction) -> bool:
        ticket = tickets.living(tx, store.by_cap(tx, context.cap_hash))
        if contact_store.contact(tx, ticket.ticket16).version > command.version:
            raise WireError(ErrorCode.CONFLICT)
        return contact_store.delete(tx, ticket.ticket16)

    if await context.db.write(work):
        context.services.get(Purger).owe(context.clock.now_ms())
    return Done()


@handles(wire.Contacts)
async def contacts(context: Context, command: wire.Contacts) -> wire.ContactsReply:
    """List for leads where something was left; what it is, each letter says when it is opened."""
    portal16 = command.portal16
    if context.site.portal(portal16) is None:
        raise WireError(ErrorCode.UNKNOWN)
    if not _leads(context, portal16):
        raise WireError(ErrorCode.FORBIDDEN)
    # One more than a page holds tells that there are more.
    limit = wire.MAX_ROWS + 1
    found = await context.db.read(
        lambda tx: contact_store.page(
            tx, portal16, start=command.start, hour=hour_of(tx.now_ms), limit=limit
        )
    )
    now16 = _inbox_now(context, portal16)
    rows = [
        wire.ContactRow(
            ticket16=ticket16, number=number, version=version, is_current=int(inbox16 == now16)
        )
        for ticket16, number, version, inbox16 in found[: wire.MAX_ROWS]
    ]
    return wire.ContactsReply(rows=tuple(rows), has_more=int(len(found) > len(rows)))


@handles(wire.ContactRead)
async def contact_read(context: Context, command: wire.ContactRead) -> wire.ContactReadReply:
    """Give a lead the letter; reading is not told to anybody."""

    def look(tx: ReadTransaction) -> wire.ContactReadReply:
        kept = _kept_for_leads(context, tx, command.ticket16)[1]
        return wire.ContactReadReply(version=kept.version, letter=kept.letter)

    return await context.db.read(look)


@handles(wire.ContactReseal)
async def contact_reseal(context: Context, command: wire.ContactReseal) -> Done:
    """Put the same under the leads' new key; whoever left them still has the former one."""

    def work(tx: WriteTransaction) -> None:
        ticket, kept = _kept_for_leads(context, tx, command.ticket16)
        is_former = kept.inbox16 != _inbox_now(context, ticket.portal16)
        if command.version != kept.version or not is_former:
            raise WireError(ErrorCode.CONFLICT)
        _keep(context, tx, ticket, command.version, command.letter)

    await context.db.write(work)
    context.services.get(Purger).owe(context.clock.now_ms())
    return Done()


def _keep(
    context: Context, tx: WriteTransaction, ticket: TicketRow, version: int, letter: bytes
) -> None:
    """Store a letter to the leads of today, and to nobody else."""
    portal = context.site.portal(ticket.portal16)
    if portal is None or not portal.leads16:
        raise WireError(ErrorCode.FORBIDDEN)
    inbox16, _ = outer_of(parse_e2, letter)
    if inbox16 != _inbox_now(context, ticket.portal16):
        raise WireError(ErrorCode.STALE)
    row = ContactRow(version=version, inbox16=inbox16, letter=letter)
    contact_store.save(tx, ticket.ticket16, row)


def _kept_for_leads(
    context: Context, tx: ReadTransaction, ticket16: bytes
) -> tuple[TicketRow, ContactRow]:
    """Find a ticket with contact data; `unknown` to everybody but the leads of its portal."""
    ticket = tickets.living(tx, store.by_id(tx, ticket16))
    if not _leads(context, ticket.portal16):
        raise WireError(ErrorCode.UNKNOWN)
    kept = contact_store.contact(tx, ticket16)
    if not kept.version:
        raise WireError(ErrorCode.UNKNOWN)
    return ticket, kept


def _leads(context: Context, portal16: bytes) -> bool:
    return listed(context, portal16, context.signed_in()).by_leads


def _inbox_now(context: Context, portal16: bytes) -> bytes | None:
    """Return the inbox of a portal's leads under their key of today; None where they have none."""
    portal = context.site.portal(portal16)
    if portal is None or not portal.leads16:
        return None
    current = log_of(context).view.current_team(portal.leads16, context.clock.now_ms())
    return inbox_of(current.team.kem_pk) if current else None
