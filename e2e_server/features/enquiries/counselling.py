"""The counsellor's commands: only for those whom a team of the portal lists at that moment."""

from __future__ import annotations

from crypto.wire import enquiries as wire
from crypto.wire.base import Done
from crypto.wire.boxes import StoredLetter
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.boxes import Purger, letters_for
from e2e_server.features.capacity import has_place
from e2e_server.features.enquiries import store, tickets
from e2e_server.features.enquiries.machine import UNTAKEN, EnquiryEvent
from e2e_server.features.enquiries.readers import EnquiriesReader
from e2e_server.features.enquiries.store import TicketRow
from e2e_server.features.enquiries.teams import listed, may_have
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ReadTransaction, WriteTransaction

_MARKS = {
    EnquiryState.WAITING: EnquiryEvent.MARK_WAITING,
    EnquiryState.ANSWERED: EnquiryEvent.MARK_ANSWERED,
    EnquiryState.DONE: EnquiryEvent.MARK_DONE,
}


@handles(wire.Enquiries)
async def enquiries(context: Context, command: wire.Enquiries) -> wire.EnquiriesReply:
    """Read a page of a portal's enquiries and stay subscribed; subscribe first, read then."""
    portal16, is_all = command.portal16, bool(command.is_all)
    if context.site.portal(portal16) is None:
        raise WireError(ErrorCode.UNKNOWN)
    where = listed(context, portal16, context.signed_in())
    if not where.at_all:
        raise WireError(ErrorCode.FORBIDDEN)
    reader = EnquiriesReader(context, portal16, is_all=is_all)
    context.connection.subscribe(tickets.topic(portal16), reader)
    subject16 = context.signed_in().subject16
    view = store.Viewer(subject16=subject16, where=where, is_all=is_all)

    def look(tx: ReadTransaction) -> list[TicketRow]:
        # One more than a page holds tells that there are more.
        limit = wire.MAX_ROWS + 1
        return store.visible(tx, portal16, view, start=command.start, limit=limit)

    found = await context.db.read(look)
    page = found[: wire.MAX_ROWS]
    return wire.EnquiriesReply(
        rows=tuple(tickets.row_of(one) for one in page), has_more=int(len(found) > len(page))
    )


@handles(wire.EnquiryLetter)
async def enquiry_letter(context: Context, command: wire.EnquiryLetter) -> wire.EnquiryLetterReply:
    """Return the letters that this counsellor can open, alone or as one of the team."""

    def look(tx: ReadTransaction) -> tuple[StoredLetter, ...]:
        ticket = _seen(context, store.by_id(tx, command.ticket16))
        return letters_for(context, tx, ticket.ticket16, wire.MAX_LETTERS)

    return wire.EnquiryLetterReply(letters=await context.db.read(look))


@handles(wire.EnquiryAccept)
async def enquiry_accept(context: Context, command: wire.EnquiryAccept) -> wire.EnquiryAcceptReply:
    """ "Anfrage übernehmen": exactly one wins; who repeats it gets the first answer.

    What is reserved by me, or written to me alone, has its place already.
    """

    def work(tx: WriteTransaction) -> int:
        ticket = _current(context, tx, command.ticket16)
        _not_anothers(context, ticket)
        subject16 = context.signed_in().subject16
        if ticket.assignee is None and not has_place(context, tx, subject16):
            raise WireError(ErrorCode.AT_CAPACITY)
        return tickets.happen(context, tx, ticket, EnquiryEvent.ACCEPT, subject16).life.until_ms

    return wire.EnquiryAcceptReply(until_ms=await context.db.write(work))


@handles(wire.EnquiryReturn)
async def enquiry_return(context: Context, command: wire.EnquiryReturn) -> Done:
    """Give back an own reservation, or what a colleague hands over or lends; harmless when open."""

    def work(tx: WriteTransaction) -> EnquiryEvent:
        ticket, event = _current(context, tx, command.ticket16), EnquiryEvent.HAND_BACK
        if _is_successor(context, ticket) or _is_deputy(context, ticket):
            event = EnquiryEvent.KEEP
        elif ticket.life.state is not EnquiryState.OPEN:
            _must_have(context, ticket)
        tickets.happen(context, tx, ticket, event)
        return event

    if await context.db.write(work) is EnquiryEvent.KEEP:
        context.services.get(Purger).owe(context.clock.now_ms())
    return Done()


@handles(wire.EnquiryTaken)
async def enquiry_taken(context: Context, command: wire.EnquiryTaken) -> Done:
    """The commit is made: it is this counsellor's, and nobody opens it by its letters again."""

    def work(tx: WriteTransaction) -> None:
        ticket, event = _current(context, tx, command.ticket16), EnquiryEvent.TAKE
        if _is_deputy(context, ticket):
            event = _event_of_deputy(context, ticket)
        elif _is_successor(context, ticket):
            event = EnquiryEvent.SUCCEED
        elif _may_take_over(context, ticket):
            event = EnquiryEvent.TAKE_OVER
        else:
            _not_anothers(context, ticket)
        tickets.happen(context, tx, ticket, event, context.signed_in().subject16)

    await context.db.write(work)
    context.services.get(Purger).owe(context.clock.now_ms())
    return Done()


@handles(wire.EnquiryHandOver)
async def enquiry_hand_over(context: Context, command: wire.EnquiryHandOver) -> Done:
    """Note to whom the assignee hands it over, or who stands in; or nobody, and the letters go."""
    event = EnquiryEvent.LEND if command.is_deputy else EnquiryEvent.HAND_OVER
    if not command.successor:
        event = EnquiryEvent.KEEP

    def work(tx: WriteTransaction) -> None:
        ticket = _current(context, tx, command.ticket16)
        _must_have(context, ticket)
        is_other = command.successor != ticket.assignee
        if command.successor and not (
            is_other and may_have(context, ticket.portal16, command.successor)
        ):
            raise WireError(ErrorCode.UNKNOWN)
        tickets.happen(context, tx, ticket, event, command.successor)

    await context.db.write(work)
    if event is EnquiryEvent.KEEP:
        context.services.get(Purger).owe(context.clock.now_ms())
    return Done()


@handles(wire.EnquiryRelease)
async def enquiry_release(context: Context, command: wire.EnquiryRelease) -> Done:
    """The team is in the box again: it is open; a repeat finds it so."""

    def work(tx: WriteTransaction) -> None:
        ticket = _current(context, tx, command.ticket16)
        is_open = ticket.life.state is EnquiryState.OPEN and ticket.assignee is None
        if not is_open:
            _must_have(context, ticket)
        if ticket.successor is not None:
            raise WireError(ErrorCode.WRONG_STATE)
        tickets.happen(context, tx, ticket, EnquiryEvent.RELEASE)

    await context.db.write(work)
    return Done()


@handles(wire.EnquiryMark)
async def enquiry_mark(context: Context, command: wire.EnquiryMark) -> Done:
    """Note where an own enquiry stands, or one that is lent to me."""
    event = _MARKS.get(EnquiryState(command.state)) if command.state else None
    if event is None:
        raise WireError(ErrorCode.MALFORMED)

    def work(tx: WriteTransaction) -> None:
        ticket = _current(context, tx, command.ticket16)
        # Who is only to stand in has not taken it yet.
        if not _is_deputy(context, ticket) or _is_successor(context, ticket):
            _must_have(context, ticket)
        tickets.happen(context, tx, ticket, event)

    await context.db.write(work)
    return Done()


@handles(wire.EnquiryEnd)
async def enquiry_end(context: Context, command: wire.EnquiryEnd) -> Done:
    """The ticket goes, because its conversation has been closed."""

    def work(tx: WriteTransaction) -> None:
        ticket = _current(context, tx, command.ticket16)
        _must_have(context, ticket)
        tickets.happen(context, tx, ticket, EnquiryEvent.END)

    await context.db.write(work)
    context.services.get(Purger).owe(context.clock.now_ms())
    return Done()


def _current(context: Context, tx: WriteTransaction, ticket16: bytes) -> TicketRow:
    ticket = _seen(context, store.by_id(tx, ticket16))
    return tickets.current(tx, ticket, tickets.clocks(context.settings))


def _seen(context: Context, ticket: TicketRow | None) -> TicketRow:
    """Return the ticket if this counsellor may see it; one that is not theirs is `unknown`.

    Only who has left the team is told more of what was their own.
    """
    subject16 = context.signed_in().subject16
    if ticket is None:
        raise WireError(ErrorCode.UNKNOWN)
    where = listed(context, ticket.portal16, context.signed_in())
    if not where.at_all:
        is_own = ticket.assignee == subject16
        raise WireError(ErrorCode.FORBIDDEN if is_own else ErrorCode.UNKNOWN)
    if not tickets.place_of(ticket).is_seen_by(subject16, where, is_all=True):
        raise WireError(ErrorCode.UNKNOWN)
    return ticket


def _must_have(context: Context, ticket: TicketRow) -> None:
    if ticket.assignee != context.signed_in().subject16:
        raise WireError(ErrorCode.FORBIDDEN)


def _is_successor(context: Context, ticket: TicketRow) -> bool:
    return ticket.successor == context.signed_in().subject16


def _is_deputy(context: Context, ticket: TicketRow) -> bool:
    return ticket.deputy == context.signed_in().subject16


def _event_of_deputy(context: Context, ticket: TicketRow) -> EnquiryEvent:
    """A deputy stands in, and has it alone where TEAM does not list its assignee any more."""
    assignee = ticket.assignee or b""
    is_there = may_have(context, ticket.portal16, assignee)
    return EnquiryEvent.STAND_IN if is_there else EnquiryEvent.SUCCEED


def _may_take_over(context: Context, ticket: TicketRow) -> bool:
    """A colleague's, in which the team reads along: any of them may go on in their place."""
    if not ticket.reads_along or ticket.life.state in UNTAKEN:
        return False
    sign_in = context.signed_in()
    by_team = listed(context, ticket.portal16, sign_in).by_team
    return by_team and ticket.assignee != sign_in.subject16


def _not_anothers(context: Context, ticket: TicketRow) -> None:
    if ticket.assignee not in (None, context.signed_in().subject16):
        raise WireError(ErrorCode.TAKEN)
