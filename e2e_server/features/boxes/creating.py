"""How a box begins: by a confirmed live ticket, or under a sign-in as a written conversation."""

from __future__ import annotations

from crypto import chain
from crypto.wire import boxes as wire
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.features.boxes import cap_store, relay, store
from e2e_server.features.boxes.owner import Admission, BoxOwner, BoxOwners
from e2e_server.features.boxes.purge import must_delete_in_time
from e2e_server.kernel.clock import MS_PER_DAY, MS_PER_HOUR, hour_of
from e2e_server.kernel.context import Context
from e2e_server.kernel.slices import handles
from e2e_server.kernel.units import write_unique
from e2e_server.storage.port import ReadTransaction, WriteTransaction


@handles(wire.Create)
async def create(context: Context, command: wire.Create) -> wire.ShareReply:
    """Create a box; the keeper's share exists before the box does, and repeats give the same."""
    relay.check_caps(command.caps)
    owner, admission = await context.db.read(lambda tx: _admission(context, tx, command))
    if owner is None and not admission.bound:
        _count_written(context)
    share = await context.keeper.share_new(command.box16)

    def work(tx: WriteTransaction) -> None:
        owner, admission = _admission(context, tx, command)
        if admission.bound:
            return
        store.insert_box(
            tx,
            box16=command.box16,
            head=chain.start(command.box16),
            created_hour=hour_of(tx.now_ms),
            closes_hour=command.closes_hour if owner else _closes_hour(context, tx, command),
            ends_ms=admission.ends_ms,
        )
        signed = context.sign_in is not None
        cap_store.give(tx, command.box16, command.caps, signed=signed, came_with_box=True)
        if owner:
            owner.bind(tx, context.cap_hash, command.box16)

    await write_unique(context, work)
    return wire.ShareReply(share=share)


def _admission(
    context: Context, tx: ReadTransaction, command: wire.Create
) -> tuple[BoxOwner | None, Admission]:
    """Find the room whose ticket may create this box; a box of anybody else is never touched."""
    for owner in context.services.get(BoxOwners).all:
        admission = owner.admit(tx, context.cap_hash, command.box16)
        if admission is not None:
            if not admission.bound and store.box(tx, command.box16) is not None:
                raise WireError(ErrorCode.CONFLICT)
            return owner, admission
    if context.sign_in is None:
        raise WireError(ErrorCode.UNKNOWN)
    return None, _written(context, tx, command)


def _written(context: Context, tx: ReadTransaction, command: wire.Create) -> Admission:
    """Judge a written conversation, whose credential is a capability that comes with the box.

    A repeat is told the share, so it must come from who made the box: neither hashes, which are in
    every copy of the database, nor an account, which no box names, would prove that.
    """
    if context.cap_hash not in {one.cap_hash for one in command.caps}:
        raise WireError(ErrorCode.FORBIDDEN)
    if store.box(tx, command.box16) is None:
        must_delete_in_time(context, tx)
        if command.closes_hour * MS_PER_HOUR <= tx.now_ms:
            raise WireError(ErrorCode.EXPIRED)
        return Admission(ends_ms=0, bound=False)
    held = store.box_and_cap(tx, command.box16, context.cap_hash)
    if held is None:
        raise WireError(ErrorCode.CONFLICT)
    relay.must_be_open(held[0], tx.now_ms)
    asked = frozenset(cap_store.rows_of(command.caps, signed=True))
    if cap_store.first_caps(tx, command.box16) != asked:
        raise WireError(ErrorCode.CONFLICT)
    return Admission(ends_ms=0, bound=True)


def _closes_hour(context: Context, tx: ReadTransaction, command: wire.Create) -> int:
    """Return when an unaccepted box ends, however much later its creator names."""
    latest_ms = tx.now_ms + context.settings.unaccepted_days * MS_PER_DAY
    return min(command.closes_hour, hour_of(latest_ms))


def _count_written(context: Context) -> None:
    counted = context.limits.count("written_box", context.signed_in().account16)
    if counted.last_day > context.settings.enquiries_per_day:
        raise WireError(ErrorCode.RATE_LIMITED, retry_ms=MS_PER_HOUR)
