"""The commands of boxes. What they decide stands in `relay`; what they store, in `store`."""

from __future__ import annotations

from crypto import chain
from crypto.padding import MAX_BUCKET_BYTES
from crypto.wire import boxes as wire
from crypto.wire.base import NO_RIGHT, Done, Right
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.outer import parse_e1, parse_e2, parse_e3
from e2e_server.bus.port import Announcement
from e2e_server.features.boxes import cap_store, relay, store
from e2e_server.features.boxes.fresh import Fresh
from e2e_server.features.boxes.letters import put_letters
from e2e_server.features.boxes.outside import outer_of, page_of
from e2e_server.features.boxes.owner import BoxOwners
from e2e_server.features.boxes.readers import BoxLooks, BoxReader, FleetingReader
from e2e_server.features.boxes.shown import Held, shown_by
from e2e_server.features.boxes.store import CapRow
from e2e_server.kernel.clock import MS_PER_DAY
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.kernel.units import write_unique
from e2e_server.storage.port import ReadTransaction, WriteTransaction


@handles(wire.Commit)
async def commit(context: Context, command: wire.Commit) -> wire.NumberReply:
    """Move the box to a new epoch: number, capabilities and letters in one transaction."""
    outer, shown = outer_of(parse_e1, command.e1), shown_by(context)
    if command.new_kid in (relay.NO_KID, command.old_kid):
        raise WireError(ErrorCode.MALFORMED)
    relay.check_caps(command.caps)
    inboxes = [outer_of(parse_e2, letter)[0] for letter in command.letters]

    def work(tx: WriteTransaction) -> int:
        found, cap = relay.member(tx, command.box16, shown, Right.COMMIT)
        # The first commit stands under its own epoch, each later one under the epoch before.
        under = command.old_kid if command.old_kid != relay.NO_KID else command.new_kid
        if command.old_kid != found.kid and store.number_of(tx, chain.env_id(command.e1)) is None:
            raise WireError(ErrorCode.STALE)
        n = relay.append(tx, found, command.e1, outer, kid=under, new_kid=command.new_kid)
        if n <= found.last_n:
            return n
        for sidx in command.out:
            relay.take_out(tx, command.box16, sidx)
        lets_team_in = any(one.team16 for one in command.caps)
        if found.kid != relay.NO_KID and cap.team16 is None and lets_team_in:
            # It waits for the team once more, for as long as anything does that nobody takes.
            relay.prolong(tx, found, context.settings.unaccepted_days * MS_PER_DAY)
        cap_store.give(tx, command.box16, command.caps, signed=False, came_with_box=False)
        if cap.team16 is None or not lets_team_in:
            # A team that seals it to its next key uses it for nothing.
            relay.prolong(tx, found, context.settings.idle_days * MS_PER_DAY)
        put_letters(context, tx, command, inboxes, cap.team16)
        return n

    return wire.NumberReply(n=await write_unique(context, work))


@handles(wire.Post)
async def post(context: Context, command: wire.Post) -> wire.NumberReply:
    """Number and store one envelope, and hand it to the readers who may be waiting for it."""
    outer = outer_of(lambda raw: parse_e1(raw, MAX_BUCKET_BYTES), command.e1)
    shown, idle_ms = shown_by(context), context.settings.idle_days * MS_PER_DAY

    def work(tx: WriteTransaction) -> tuple[int, frozenset[bytes]]:
        found, _ = relay.member(tx, command.box16, shown, Right.POST)
        n = relay.append(tx, found, command.e1, outer, kid=found.kid, new_kid=found.kid)
        if n <= found.last_n:
            return n, frozenset()
        relay.prolong(tx, found, idle_ms)
        return n, store.readers(tx, command.box16)

    n, readers = await context.db.write(work)
    if readers:
        context.services.get(Fresh).put(command.box16, n, command.e1, readers)
    return wire.NumberReply(n=n)


@handles(wire.Read)
async def read(context: Context, command: wire.Read) -> wire.ReadReply:
    """Read on and stay subscribed; subscribe first, so that nothing falls between.

    A client reads page after page until it has seen `head_n`; events go on where it stands.
    """

    shown = shown_by(context)

    def look(tx: ReadTransaction) -> tuple[store.BoxRow, CapRow, list[tuple[int, bytes]]]:
        found, cap = relay.member(tx, command.box16, shown, Right.READ)
        return found, cap, store.from_number(tx, command.box16, command.start, wire.MAX_ROWS)

    _, cap, _ = await context.db.read(look)
    reader = _follow(context, command.box16, Held(shown, cap))
    found, _, rows = await context.db.read(look)
    page = page_of(rows)
    next_n = page[-1][0] + 1 if page else command.start
    reader.start(next_n, told_closed=found.state is wire.BoxState.CLOSED)
    return wire.ReadReply(
        rows=tuple(wire.Numbered(n=n, e1=e1) for n, e1 in page),
        head_n=found.last_n,
        state=found.state,
        reason=found.reason,
        ends_ms=found.ends_ms,
        closes_hour=found.closes_hour,
        close_minute=found.close_minute,
        purge_minute=found.purge_minute,
    )


@handles(wire.Fleeting)
async def fleeting(context: Context, command: wire.Fleeting) -> Done:
    """Fan out; nothing is stored or numbered."""
    outer, shown = outer_of(parse_e3, command.e3), shown_by(context)

    def look(tx: ReadTransaction) -> None:
        found, _ = relay.member(tx, command.box16, shown, Right.POST)
        relay.must_be_open(found, tx.now_ms)
        if outer.box16 != command.box16:
            raise WireError(ErrorCode.MALFORMED)

    await context.db.read(look)
    context.bus.publish([Announcement(relay.fleeting_topic(command.box16), command.e3)])
    return Done()


@handles(wire.GetShare)
async def share(context: Context, command: wire.GetShare) -> wire.ShareReply:
    """Hand out the erase share to a reader."""
    shown = shown_by(context)
    await context.db.read(lambda tx: relay.reader(tx, command.box16, shown))
    return wire.ShareReply(share=await context.keeper.share_get(command.box16))


@handles(wire.Swap)
async def swap(context: Context, command: wire.Swap) -> Done:
    """Exchange the presented capability; repeating with the new one changes nothing."""
    shown = shown_by(context)

    def work(tx: WriteTransaction) -> None:
        _, caps = store.box_and_caps(tx, command.box16)
        if command.new_cap_hash in caps:
            return
        found, cap = relay.reader(tx, command.box16, shown)
        relay.must_be_own(cap)
        if relay.waits_for_swap(found, cap):
            cap_store.set_rights(tx, command.box16, cap.sidx, int(Right.READ | Right.KEEP))
        else:
            relay.must_be_open(found, tx.now_ms)
        cap_store.swap_cap(tx, command.box16, cap, command.new_cap_hash, shown.is_signed)

    await write_unique(context, work)
    return Done()


@handles(wire.Close)
async def close(context: Context, command: wire.Close) -> wire.CloseReply:
    """Number the close message, then end the rights; readers get it before the end."""
    outer = outer_of(lambda raw: parse_e1(raw, MAX_BUCKET_BYTES), command.e1)
    shown = shown_by(context)

    def work(tx: WriteTransaction) -> tuple[int, int]:
        found, _ = relay.member(tx, command.box16, shown, Right.CLOSE)
        relay.append(tx, found, command.e1, outer, kid=found.kid, new_kid=found.kid)
        return _close(context, tx, command.box16, wire.CloseReason.MESSAGE)

    close_minute, purge_minute = await context.db.write(work)
    return wire.CloseReply(close_minute=close_minute, purge_minute=purge_minute)


@handles(wire.Leave)
async def leave(context: Context, command: wire.Leave) -> Done:
    """Drop the own capability; without an account behind it, nobody can come back: it ends."""
    shown = shown_by(context)

    def work(tx: WriteTransaction) -> None:
        found, cap = relay.member(tx, command.box16, shown, NO_RIGHT)
        relay.must_be_own(cap)
        live = context.services.get(BoxOwners).ticket_of(tx, command.box16) is not None
        if live and not cap.under_sign_in and found.state is wire.BoxState.OPEN:
            _close(context, tx, command.box16, wire.CloseReason.LEFT)
        else:
            relay.take_out(tx, command.box16, cap.sidx)

    await context.db.write(work)
    return Done()


def _follow(context: Context, box16: bytes, held: Held) -> BoxReader:
    """Subscribe to all that happens in a box, with the capability that was shown."""
    connection, services = context.connection, context.services
    reader = BoxReader(connection, services.get(BoxLooks), services.get(Fresh), box16, held)
    connection.subscribe(relay.topic(box16), reader)
    connection.subscribe(relay.fleeting_topic(box16), FleetingReader(box16, held))
    return reader


def _close(
    context: Context, tx: WriteTransaction, box16: bytes, reason: wire.CloseReason
) -> tuple[int, int]:
    minutes = context.settings.retention_hours * 60
    return relay.close_box(tx, box16, reason, context.services.get(BoxOwners).all, minutes)
