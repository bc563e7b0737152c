"""The counsellor's commands: read the queue, accept, hand back. Only for those whom TEAM lists."""

from __future__ import annotations

from crypto.acceptance import AUDITS, COUNSELS, Accept, Verdict, judge_accept
from crypto.wire import codec
from crypto.wire import live as wire
from crypto.wire.base import Done
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.live import TicketState
from e2e_server.features.boxes import Purger
from e2e_server.features.live import handing, queue, store
from e2e_server.features.live.machine import TicketEvent
from e2e_server.features.live.readers import QueueReader
from e2e_server.features.live.store import TicketRow
from e2e_server.features.staff import is_on_duty, portal_topic
from e2e_server.features.translog import log_of, serves
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.storage.port import ReadTransaction, WriteTransaction

# What a client may mend by signing again; everything else is a forgery, or no business of theirs.
_CODES = {
    Verdict.EXPIRED: ErrorCode.EXPIRED,
    Verdict.TOO_LONG: ErrorCode.EXPIRED,
    Verdict.LOG_STALE: ErrorCode.STALE,
    Verdict.NOT_IN_TEAM: ErrorCode.FORBIDDEN,
    Verdict.WRONG_ROLE: ErrorCode.FORBIDDEN,
}


@handles(wire.Queue)
async def read_queue(context: Context, command: wire.Queue) -> wire.QueueReply:
    """Read the queues of the own portals and stay subscribed."""
    sign_in = context.signed_in()
    for portal16 in command.portals:
        if context.site.portal(portal16) is None:
            raise WireError(ErrorCode.UNKNOWN)
        if not serves(context, portal16, sign_in):
            raise WireError(ErrorCode.FORBIDDEN)
    readers = [QueueReader(context, portal16) for portal16 in command.portals]
    for reader in readers:
        context.connection.subscribe(portal_topic(reader.portal16), reader)

    def look(tx: ReadTransaction) -> list[wire.QueueRow]:
        return [row for reader in readers for row in reader.begin(tx)]

    return wire.QueueReply(rows=tuple(await context.db.read(look)))


@handles(wire.Accept)
async def accept(context: Context, command: wire.Accept) -> wire.AcceptReply:
    """ "Chat starten": exactly one wins; who repeats the own acceptance wins again."""
    sign_in = context.signed_in()
    if command.certificate_hash != sign_in.certificate_hash:
        raise WireError(ErrorCode.FORBIDDEN)

    def work(tx: WriteTransaction) -> int:
        ticket = queue.must(store.by_id(tx, command.ticket16))
        if not is_on_duty(tx, ticket.portal16, sign_in.subject16):
            raise WireError(ErrorCode.OFF_DUTY)
        if ticket.assignee == sign_in.subject16 and ticket.life.state is TicketState.OFFERED:
            return ticket.life.deadline_ms
        if ticket.assignee is not None:
            raise WireError(ErrorCode.TAKEN)
        limits = queue.clocks(context.settings)
        # Both halves of the time to decide must fit into what the counsellor signed.
        if command.expires_ms < tx.now_ms + 2 * limits.offer_ms:
            raise WireError(ErrorCode.EXPIRED)
        _judge(context, ticket, command, tx.now_ms)
        offered = queue.happen(tx, ticket, TicketEvent.ACCEPT, limits)
        store.save_offer(tx, ticket.ticket16, sign_in.subject16, _acceptance(command))
        return offered.life.deadline_ms

    return wire.AcceptReply(confirm_until_ms=await context.db.write(work))


@handles(wire.Return)
async def hand_back(context: Context, command: wire.Return) -> Done:
    """Give an own offered request back: it waits in front. A successor takes no chat over."""

    def work(tx: WriteTransaction) -> None:
        ticket = queue.must(store.by_id(tx, command.ticket16))
        if handing.is_successor(context, ticket):
            handing.send_back(context, tx, ticket)
            return
        if ticket.assignee != context.signed_in().subject16:
            raise WireError(ErrorCode.FORBIDDEN)
        queue.happen(tx, ticket, TicketEvent.HAND_BACK, queue.clocks(context.settings))

    await context.db.write(work)
    context.services.get(Purger).owe(context.clock.now_ms())
    return Done()


def _judge(context: Context, ticket: TicketRow, command: wire.Accept, now_ms: int) -> None:
    """Ask what the seeker's client will ask, so that nobody waits for an offer it must refuse."""
    portal = context.site.portal(ticket.portal16)
    if portal is None:
        raise WireError(ErrorCode.UNKNOWN)
    verdict = judge_accept(
        log_of(context).view,
        Accept(
            ticket16=command.ticket16,
            certificate_hash=command.certificate_hash,
            log_size=command.log_size,
            log_root=command.log_root,
            expires_ms=command.expires_ms,
            signature=command.signature,
        ),
        ticket16=ticket.ticket16,
        seeker_hash=ticket.key_hash,
        team16=portal.team16,
        roles=AUDITS if portal.is_audit else COUNSELS,
        device_now_ms=now_ms,
        relay_now_ms=now_ms,
    )
    if verdict is not Verdict.OK:
        raise WireError(_CODES.get(verdict, ErrorCode.BAD_STATEMENT))


def _acceptance(command: wire.Accept) -> bytes:
    return codec.encode(
        wire.Acceptance(
            certificate_hash=command.certificate_hash,
            log_size=command.log_size,
            log_root=command.log_root,
            expires_ms=command.expires_ms,
            signature=command.signature,
        )
    )
