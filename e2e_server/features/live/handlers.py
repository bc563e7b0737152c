"""The seeker's commands. The rules are in `machine`; one transaction each, in `queue`."""

from __future__ import annotations

from crypto.random import random_bytes
from crypto.wire import live as wire
from crypto.wire.base import Done
from crypto.wire.boxes import CloseReason
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.live import TicketReason, TicketState
from e2e_server.features.boxes import close_live_box, keep_own, must_delete_in_time
from e2e_server.features.live import queue, store
from e2e_server.features.live.machine import TicketEvent, TicketLife
from e2e_server.features.live.readers import TicketReader
from e2e_server.features.live.store import TicketRow
from e2e_server.features.staff import portal_is_open, portal_topic
from e2e_server.keeper.port import Resumable
from e2e_server.kernel.background import Background
from e2e_server.kernel.clock import MS_PER_MINUTE
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ReadTransaction, WriteTransaction


@handles(wire.Wait)
async def wait(context: Context, command: wire.Wait) -> wire.WaitReply:
    """Take a place in the queue; the same client id gets the first answer."""
    portal = context.site.portal(command.portal16)
    if portal is None:
        raise WireError(ErrorCode.UNKNOWN)

    def work(tx: WriteTransaction) -> TicketRow:
        known = store.by_client_id(tx, command.client_id16)
        if known is not None:
            if known.cap_hash != command.cap_hash:
                raise WireError(ErrorCode.CONFLICT)
            return queue.happen(
                tx, known, TicketEvent.RETURN_OF_DEVICE, queue.clocks(context.settings)
            )
        _may_wait(context, tx, command.portal16)
        ticket = _new_ticket(tx, command)
        store.insert(tx, client_id16=command.client_id16, ticket=ticket)
        tx.announce(portal_topic(command.portal16), ticket.ticket16)
        return ticket

    ticket = await context.db.write(work)
    ahead = await _attend(context, ticket)
    return wire.WaitReply(ticket16=ticket.ticket16, number=ticket.number, ahead=ahead)


@handles(wire.TicketResume)
async def ticket_resume(context: Context, command: wire.TicketResume) -> wire.TicketResumeReply:
    """The device is back: what waited or rested waits again, in the old place.

    The acceptance comes with a running chat too: a client that fell over between `confirm` and
    `commit` needs to know again whom to let in.
    """

    ticket = await context.db.write(lambda tx: _own(context, tx, TicketEvent.RETURN_OF_DEVICE))
    ahead = await _attend(context, ticket)
    is_open = await context.db.read(lambda tx: portal_is_open(context, tx, ticket.portal16))
    offer = queue.offer_of(ticket)
    life = ticket.life
    return wire.TicketResumeReply(
        ticket16=ticket.ticket16,
        number=ticket.number,
        state=life.state,
        ahead=ahead,
        portal_open=int(is_open),
        more_time_left=int(life.state is TicketState.OFFERED and not life.more_time_used),
        started_ms=life.started_ms,
        ends_ms=life.deadline_ms if life.state is TicketState.ACTIVE else 0,
        offer=() if offer is None else (offer,),
    )


@handles(wire.Withdraw)
async def withdraw(context: Context, command: wire.Withdraw) -> Done:
    """Leave the queue, cancel an offer, or (quick exit) leave a running chat."""

    def work(tx: WriteTransaction) -> None:
        ticket = queue.must(store.by_cap(tx, context.cap_hash))
        if ticket.life.state is TicketState.ACTIVE and ticket.box16 is not None:
            close_live_box(context, tx, ticket.box16, CloseReason.LEFT)
        else:
            queue.happen(tx, ticket, TicketEvent.WITHDRAW, queue.clocks(context.settings))

    await context.db.write(work)
    return Done()


@handles(wire.MoreTime)
async def more_time(context: Context, command: wire.MoreTime) -> wire.MoreTimeReply:
    """Five more minutes to decide, once."""
    ticket = await context.db.write(lambda tx: _own(context, tx, TicketEvent.MORE_TIME))
    return wire.MoreTimeReply(confirm_until_ms=ticket.life.deadline_ms)


@handles(wire.Confirm)
async def confirm(context: Context, command: wire.Confirm) -> wire.ConfirmReply:
    """ "Jetzt chatten": the clock starts; repeating gives the same clock."""

    def work(tx: WriteTransaction) -> TicketRow:
        ticket = queue.must(store.by_cap(tx, context.cap_hash))
        if ticket.life.state is not TicketState.ACTIVE:
            must_delete_in_time(context, tx)
        return queue.happen(tx, ticket, TicketEvent.CONFIRM, queue.clocks(context.settings))

    ticket = await context.db.write(work)
    return wire.ConfirmReply(started_ms=ticket.life.started_ms, ends_ms=ticket.life.deadline_ms)


@handles(wire.Keep)
async def keep(context: Context, command: wire.Keep) -> Done:
    """The seeker has an account now: their capability outlasts the end of the running chat."""
    context.signed_in()

    def work(tx: WriteTransaction) -> None:
        ticket = queue.must(store.by_cap(tx, context.cap_hash))
        if ticket.life.state is not TicketState.ACTIVE or ticket.box16 is None:
            raise WireError(ErrorCode.WRONG_STATE)
        keep_own(tx, ticket.box16)

    await context.db.write(work)
    return Done()


@handles(wire.ResumePut)
async def resume_put(context: Context, command: wire.ResumePut) -> Done:
    """Keep the sealed slot for a while; only a living ticket may."""
    await context.db.read(lambda tx: queue.must(store.by_cap(tx, context.cap_hash)))
    expires_ms = context.clock.now_ms() + context.settings.resume_minutes * MS_PER_MINUTE
    kept = Resumable(command.version, command.sealed)
    await context.keeper.resume_put(command.resume_id, kept, expires_ms)
    return Done()


@handles(wire.ResumeGet)
async def resume_get(context: Context, command: wire.ResumeGet) -> wire.ResumeGetReply:
    """Fetch the slot after a reload."""
    kept = await context.keeper.resume_get(command.resume_id)
    if kept is None:
        raise WireError(ErrorCode.UNKNOWN)
    return wire.ResumeGetReply(version=kept.version, sealed=kept.sealed)


@handles(wire.ResumeDrop)
async def resume_drop(context: Context, command: wire.ResumeDrop) -> Done:
    """Delete the slot; whoever knows its id holds the 32 bytes that open it."""
    await context.keeper.resume_drop(command.resume_id)
    return Done()


def _may_wait(context: Context, tx: ReadTransaction, portal16: bytes) -> None:
    must_delete_in_time(context, tx)
    if not portal_is_open(context, tx, portal16):
        raise WireError(ErrorCode.PORTAL_CLOSED)
    if store.waiting_in(tx, portal16) >= context.settings.max_waiting_per_portal:
        raise WireError(ErrorCode.PORTAL_FULL)


def _new_ticket(tx: WriteTransaction, command: wire.Wait) -> TicketRow:
    _, last_place = store.edges(tx, command.portal16)
    return TicketRow(
        ticket16=random_bytes(16),
        portal16=command.portal16,
        language=command.language,
        number=queue.smallest_free(store.numbers_in_use(tx, command.portal16)),
        cap_hash=command.cap_hash,
        key_hash=command.key_hash,
        since_minute=tx.now_ms // MS_PER_MINUTE,
        assignee=None,
        offer=None,
        box16=None,
        life=TicketLife(
            state=TicketState.WAITING,
            reason=TicketReason.NONE,
            deadline_ms=0,
            place=last_place + 1,
            more_time_used=False,
            started_ms=0,
        ),
    )


async def _attend(context: Context, ticket: TicketRow) -> int:
    """Bind the ticket to this connection: its events come here, its silence starts at the end."""
    reader = TicketReader(context, ticket)
    connection = context.connection
    already = connection.ticket16 == ticket.ticket16
    connection.ticket16 = ticket.ticket16
    connection.subscribe(portal_topic(ticket.portal16), reader)

    def look(tx: ReadTransaction) -> tuple[int, bool]:
        waits = ticket.life.state is TicketState.WAITING
        ahead = store.ahead_of(tx, ticket.portal16, ticket.life.place) if waits else 0
        return ahead, portal_is_open(context, tx, ticket.portal16)

    ahead, is_open = await context.db.read(look)
    reader.assume_told(ticket, ahead, is_open)
    if not already:
        background = context.services.get(Background)
        connection.on_close(lambda: background.run(_silent(context, ticket.ticket16)))
    return ahead


async def _silent(context: Context, ticket16: bytes) -> None:
    """The connection is gone; unless the device has another one, its silence begins."""

    def work(tx: WriteTransaction) -> None:
        ticket = store.by_id(tx, ticket16)
        if ticket is not None and ticket.life.state is TicketState.WAITING:
            queue.happen(tx, ticket, TicketEvent.DISCONNECT, queue.clocks(context.settings))

    await context.db.write(work)


def _own(context: Context, tx: WriteTransaction, event: TicketEvent) -> TicketRow:
    ticket = queue.must(store.by_cap(tx, context.cap_hash))
    return queue.happen(tx, ticket, event, queue.clocks(context.settings))
