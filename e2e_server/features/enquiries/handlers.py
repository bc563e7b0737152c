"""The seeker's commands. The rules are in `machine`; one transaction each, in `tickets`."""

from __future__ import annotations

from crypto.wire import enquiries as wire
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.boxes import Purger
from e2e_server.features.capacity import admits, is_regular
from e2e_server.features.enquiries import machine, store, tickets
from e2e_server.features.enquiries.machine import EnquiryEvent
from e2e_server.features.enquiries.store import TicketRow
from e2e_server.features.enquiries.teams import may_be_written_to, may_have, terms
from e2e_server.kernel.clock import MS_PER_HOUR
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.kernel.units import write_unique
from e2e_server.storage.port import ReadTransaction, WriteTransaction


@handles(wire.EnquiryOpen)
async def enquiry_open(context: Context, command: wire.EnquiryOpen) -> wire.EnquiryOpenReply:
    """Show an enquiry to the team; the same ticket capability again gets the first answer."""
    sign_in = context.signed_in()
    if context.site.portal(command.portal16) is None:
        raise WireError(ErrorCode.UNKNOWN)
    # What somebody begins themselves is no stranger's: their sign-in says who they are.
    is_own = command.addressee == sign_in.subject16
    may_get = may_have if is_own else may_be_written_to
    if command.addressee and not may_get(context, command.portal16, command.addressee):
        raise WireError(ErrorCode.UNKNOWN)
    known = await context.db.read(lambda tx: _known(context, tx, command))
    if known is not None:
        return wire.EnquiryOpenReply(number=known.number)
    counted = context.limits.count("enquiry", sign_in.account16)
    if counted.last_day > context.settings.enquiries_per_day:
        raise WireError(ErrorCode.RATE_LIMITED, retry_ms=MS_PER_HOUR)

    def work(tx: WriteTransaction) -> TicketRow:
        known = _known(context, tx, command)
        if known is not None:
            return known
        is_asked = command.addressee and not is_own
        if is_asked and not admits(context, tx, command.addressee, command.relation):
            raise WireError(ErrorCode.AT_CAPACITY)
        ticket = _new_ticket(context, tx, command)
        store.insert(tx, ticket)
        tickets.announce(tx, ticket)
        return ticket

    return wire.EnquiryOpenReply(number=(await write_unique(context, work)).number)


@handles(wire.EnquiryAgain)
async def enquiry_again(context: Context, command: wire.EnquiryAgain) -> Done:
    """The seeker has written again; where somebody waits already, nothing changes."""
    await context.db.write(lambda tx: _own(context, tx, EnquiryEvent.WRITE_AGAIN))
    return Done()


@handles(wire.EnquiryCallBack)
async def enquiry_call_back(context: Context, command: wire.EnquiryCallBack) -> Done:
    """The team is in the box again, because who had it has left; it is open for all of them."""

    def work(tx: WriteTransaction) -> None:
        limits = tickets.clocks(context.settings)
        ticket = tickets.current(tx, store.by_cap(tx, context.cap_hash), limits)
        if ticket.assignee and may_have(context, ticket.portal16, ticket.assignee):
            raise WireError(ErrorCode.FORBIDDEN)
        tickets.happen(context, tx, ticket, EnquiryEvent.CALL_BACK)

    await context.db.write(work)
    return Done()


@handles(wire.EnquiryWithdraw)
async def enquiry_withdraw(context: Context, command: wire.EnquiryWithdraw) -> Done:
    """The ticket goes, and its letters with it."""
    await context.db.write(lambda tx: _own(context, tx, EnquiryEvent.WITHDRAW))
    context.services.get(Purger).owe(context.clock.now_ms())
    return Done()


def _own(context: Context, tx: WriteTransaction, event: EnquiryEvent) -> None:
    limits = tickets.clocks(context.settings)
    ticket = tickets.current(tx, store.by_cap(tx, context.cap_hash), limits)
    tickets.happen(context, tx, ticket, event)


def _known(context: Context, tx: ReadTransaction, command: wire.EnquiryOpen) -> TicketRow | None:
    """Find the ticket if this very seeker has opened it; `conflict` when another has."""
    ticket = store.by_id(tx, command.ticket16)
    if ticket is not None and ticket.cap_hash != context.cap_hash:
        raise WireError(ErrorCode.CONFLICT)
    return ticket


def _new_ticket(context: Context, tx: WriteTransaction, command: wire.EnquiryOpen) -> TicketRow:
    held = terms(context, command.portal16, is_new=True)
    return TicketRow(
        ticket16=command.ticket16,
        portal16=command.portal16,
        number=store.highest_number(tx, command.portal16) + 1,
        language=command.language,
        cap_hash=context.cap_hash,
        is_addressed=bool(command.addressee),
        has_regular=is_regular(tx, command.relation),
        for_leads=held.for_leads,
        # What is for one person has no team in it.
        reads_along=held.reads_along and not command.addressee,
        assignee=command.addressee or None,
        successor=None,
        deputy=None,
        life=machine.opened(tx.now_ms, tickets.clocks(context.settings)),
    )
