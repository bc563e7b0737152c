"""Who has a place for one more enquiry: decided inside one view, by whoever takes it in."""

from __future__ import annotations

from typing import Protocol

from crypto.credential import cap_hash
from crypto.keys import CapSecret
from crypto.wire.capacity import UNLIMITED
from e2e_server.features.capacity import store
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
    """Tell whether somebody may be written to alone: a regular client always, others by place."""
    if relation and store.relation_owner(tx, _hash(relation), _day(tx)) == subject16:
        return True
    return not store.person(tx, subject16).is_regulars_only and has_place(context, tx, subject16)


def is_regular(tx: ReadTransaction, relation: bytes) -> bool:
    """Tell whether a relation is somebody's."""
    return bool(relation) and store.relation_owner(tx, _hash(relation), _day(tx)) is not None


async def sweep(parts: JobContext) -> None:
    """Delete relations whose time is over."""

    def work(tx: WriteTransaction) -> None:
        store.drop_relations_until(tx, _day(tx))

    await parts.db.write(work)


def _hash(relation: bytes) -> bytes:
    return cap_hash(CapSecret(relation))


def _day(tx: ReadTransaction) -> int:
    return tx.now_ms // MS_PER_DAY
