"""Who has a place for one more enquiry: decided inside one view, by whoever takes it in."""

from __future__ import annotations

from typing import Protocol

from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire.capacity import UNLIMITED
from e2e_server.features.capacity import store
from e2e_server.features.translog import NEVER_MS, log_of
from e2e_server.kernel.clock import MS_PER_DAY
from e2e_server.kernel.context import Context, JobContext
from e2e_server.storage.port import ReadTransaction, WriteTransaction


class Cases(Protocol):
    """Counts what somebody has; the room that has the tickets registers it when it starts."""

    def taken(self, tx: ReadTransaction, subject16: bytes) -> int:
        """Return how many places somebody's enquiries take, at whichever portal."""
        ...


def taken(context: Context, tx: ReadTransaction, subject16: bytes) -> int:
    """Return how many places are taken."""
    # Rooms register what they offer under its protocol; mypy takes that for an instance.
    return context.services.get(Cases).taken(tx, subject16)  # type: ignore[type-abstract]


def has_place(context: Context, tx: ReadTransaction, subject16: bytes) -> bool:
    """Tell whether somebody may take one more."""
    places = store.person(tx, subject16).places
    return places == UNLIMITED or taken(context, tx, subject16) < places


def admits(context: Context, tx: ReadTransaction, subject16: bytes, relation: bytes) -> bool:
    """Tell whether somebody may be written to alone.

    By a regular client always; by others not where only those are wanted, else by whom they know
    always, and by strangers while there is a place.
    """
    shown = _relation(tx, relation)
    is_theirs = shown is not None and shown.subject16 == subject16
    if shown is not None and is_theirs and not shown.is_known:
        return True
    if store.person(tx, subject16).is_regulars_only:
        return False
    return is_theirs or has_place(context, tx, subject16)


def is_regular(tx: ReadTransaction, relation: bytes) -> bool:
    """Tell whether a relation is that of somebody's regular client."""
    shown = _relation(tx, relation)
    return shown is not None and not shown.is_known


def _relation(tx: ReadTransaction, relation: bytes) -> store.RelationRow | None:
    return store.relation(tx, _hash(relation), _day(tx)) if relation else None


async def sweep(parts: JobContext) -> None:
    """Delete relations whose time is over, and what is about people whose key was revoked."""
    gone = log_of(parts).departed(NEVER_MS - 1)

    def work(tx: WriteTransaction) -> None:
        store.drop_relations_until(tx, _day(tx))
        for subject16 in gone:
            store.drop_person(tx, subject16)

    await parts.db.write(work)


def _hash(relation: bytes) -> bytes:
    return cap_hash(CapSecret(relation))


def _day(tx: ReadTransaction) -> int:
    return tx.now_ms // MS_PER_DAY
