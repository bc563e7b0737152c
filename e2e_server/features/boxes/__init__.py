"""Boxes: the relay itself. Sealed envelopes in numbered order, capabilities instead of accounts.

Tables: boxes_boxes, boxes_caps, boxes_envelopes, boxes_letters. Commands: crypto/wire/boxes.py.
What the server learns: that a box exists, how many members it has, bucketed sizes, the hour of
each arrival, the minute of the close. Never who wrote, what, or to whom. Rooms above use the names
exported here and nothing else.
"""

from __future__ import annotations

from crypto.wire.base import Right
from crypto.wire.boxes import CloseReason
from e2e_server.features.boxes import creating, handlers, jobs, letters, relay, stock, store
from e2e_server.features.boxes.fresh import Fresh
from e2e_server.features.boxes.letter_store import (
    delete_letters_in,
    delete_letters_of,
    has_letters,
    keep_letters_of,
)
from e2e_server.features.boxes.letters import LETTER_DAYS, letters_for, letters_in
from e2e_server.features.boxes.outside import outer_of
from e2e_server.features.boxes.owner import (
    Admission,
    BoxContents,
    BoxOwner,
    BoxOwners,
    Registrar,
)
from e2e_server.features.boxes.purge import Purger, must_delete_in_time, purges_overdue
from e2e_server.features.boxes.readers import BoxLooks
from e2e_server.features.boxes.reconcile import reconcile_shares
from e2e_server.features.boxes.relay import inbox_topic, keep_own
from e2e_server.features.boxes.shown import Shown
from e2e_server.features.boxes.slots import put as put_sealed
from e2e_server.features.boxes.slots import read as sealed_in
from e2e_server.features.boxes.slots import wipe as wipe_sealed
from e2e_server.features.boxes.team_inboxes import (
    TeamInboxes,
    inbox_of,
    inboxes_of_team,
    is_staff_inbox,
)
from e2e_server.kernel.context import Context, JobContext
from e2e_server.kernel.slices import Job, Slice
from e2e_server.storage.port import ReadTransaction, WriteTransaction

__all__ = [
    "LETTER_DAYS",
    "SLICE",
    "Admission",
    "BoxContents",
    "BoxOwner",
    "BoxOwners",
    "Purger",
    "Registrar",
    "close_live_box",
    "delete_letters_in",
    "delete_letters_of",
    "has_letters",
    "inbox_of",
    "inbox_topic",
    "inboxes_of_team",
    "is_box",
    "is_staff_inbox",
    "keep_letters_of",
    "keep_own",
    "letters_for",
    "letters_in",
    "member_of",
    "must_delete_in_time",
    "outer_of",
    "purges_overdue",
    "put_sealed",
    "reconcile_shares",
    "sealed_in",
    "wipe_sealed",
]

SWEEP_EVERY_S = 5


def close_live_box(
    context: Context, tx: WriteTransaction, box16: bytes, reason: CloseReason
) -> None:
    """Close a box on behalf of the room that owns it."""
    owners = context.services.get(BoxOwners).all
    relay.close_box(tx, box16, reason, owners, context.settings.retention_hours * 60)


def member_of(tx: ReadTransaction, box16: bytes, cap_hash: bytes, right: Right) -> None:
    """Refuse who may not do this in the box now; every right but reading ends with the box.

    Asked without a sign-in, so that a team's capability opens nothing here.
    """
    found, _ = relay.member(tx, box16, Shown(cap_hash=cap_hash), right)
    if right is not Right.READ:
        relay.must_be_open(found, tx.now_ms)


def is_box(tx: ReadTransaction, box16: bytes) -> bool:
    """Tell whether a box is here, open or closed."""
    return store.box(tx, box16) is not None


async def _start(parts: JobContext) -> None:
    parts.services.put(BoxOwners, BoxOwners())
    parts.services.put(BoxLooks, BoxLooks(parts.db))
    parts.services.put(Fresh, Fresh())
    parts.services.put(TeamInboxes, TeamInboxes())
    parts.services.put(Purger, Purger(parts.clock.now_ms()))


SLICE = Slice(
    name="boxes",
    handlers=(
        creating.create,
        handlers.commit,
        handlers.post,
        handlers.read,
        handlers.fleeting,
        handlers.share,
        handlers.swap,
        handlers.close,
        handlers.leave,
        stock.box_stock,
        letters.inbox_read,
        letters.letter_send,
        letters.letter_delete,
    ),
    jobs=(Job(name="boxes.sweep", run=jobs.sweep, every_s=SWEEP_EVERY_S),),
    start=_start,
)
