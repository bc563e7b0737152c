"""The SQL of the room: one statement a function, named for its meaning."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.wire.capacity import UNLIMITED
from e2e_server.storage.port import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """What somebody takes on; as it is where nothing was set."""

    places: int = UNLIMITED
    is_regulars_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalRow:
    """The rules of a portal; as they are where nothing was set."""

    fallback: bytes | None = None
    is_automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationRow:
    """With whom a relation is: of a regular client, or of somebody who is only known."""

    subject16: bytes
    is_known: bool


def person(tx: ReadTransaction, subject16: bytes) -> PersonRow:
    """Return what somebody takes on."""
    row = tx.one(
        "SELECT places, is_regulars_only FROM capacity_people WHERE subject16 = $1", subject16
    )
    return PersonRow(places=row[0], is_regulars_only=bool(row[1])) if row else PersonRow()


def save_person(tx: WriteTransaction, subject16: bytes, row: PersonRow) -> None:
    """Store it; set back, nothing of it stays."""
    if row == PersonRow():
        tx.run("DELETE FROM capacity_people WHERE subject16 = $1", subject16)
        return
    tx.run(
        """
        INSERT INTO capacity_people (subject16, places, is_regulars_only) VALUES ($1, $2, $3)
        ON CONFLICT (subject16) DO UPDATE SET
          places = excluded.places, is_regulars_only = excluded.is_regulars_only
        """,
        subject16,
        row.places,
        int(row.is_regulars_only),
    )


def drop_person(tx: WriteTransaction, subject16: bytes) -> None:
    """Forget somebody: their places, that they step in, and whose regular counsellor they are."""
    tx.run("DELETE FROM capacity_people WHERE subject16 = $1", subject16)
    tx.run("UPDATE capacity_portals SET fallback = NULL WHERE fallback = $1", subject16)
    tx.run("DELETE FROM capacity_relations WHERE subject16 = $1", subject16)


def portal(tx: ReadTransaction, portal16: bytes) -> PortalRow:
    """Return the rules of a portal."""
    row = tx.one(
        "SELECT fallback, is_automatic FROM capacity_portals WHERE portal16 = $1", portal16
    )
    return PortalRow(fallback=row[0], is_automatic=bool(row[1])) if row else PortalRow()


def save_portal(tx: WriteTransaction, portal16: bytes, row: PortalRow) -> None:
    """Store the rules of a portal."""
    tx.run(
        """
        INSERT INTO capacity_portals (portal16, fallback, is_automatic) VALUES ($1, $2, $3)
        ON CONFLICT (portal16) DO UPDATE SET
          fallback = excluded.fallback, is_automatic = excluded.is_automatic
        """,
        portal16,
        row.fallback,
        int(row.is_automatic),
    )


def relation(tx: ReadTransaction, relation_hash: bytes, today: int) -> RelationRow | None:
    """Return whose client shows this relation, while it runs."""
    row = tx.one(
        """
        SELECT subject16, is_known FROM capacity_relations
        WHERE relation_hash = $1 AND ends_day > $2
        """,
        relation_hash,
        today,
    )
    return RelationRow(subject16=row[0], is_known=bool(row[1])) if row else None


def save_relation(
    tx: WriteTransaction, relation_hash: bytes, row: RelationRow, ends_day: int
) -> None:
    """Store a relation, or prolong it."""
    tx.run(
        """
        INSERT INTO capacity_relations (relation_hash, subject16, is_known, ends_day)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (relation_hash) DO UPDATE SET
          subject16 = excluded.subject16, is_known = excluded.is_known,
          ends_day = excluded.ends_day
        """,
        relation_hash,
        row.subject16,
        int(row.is_known),
        ends_day,
    )


def drop_relation(tx: WriteTransaction, relation_hash: bytes) -> None:
    """Delete a relation."""
    tx.run("DELETE FROM capacity_relations WHERE relation_hash = $1", relation_hash)


def drop_relation_of(tx: WriteTransaction, relation_hash: bytes, subject16: bytes) -> None:
    """Delete a relation if it is this counsellor's."""
    tx.run(
        "DELETE FROM capacity_relations WHERE relation_hash = $1 AND subject16 = $2",
        relation_hash,
        subject16,
    )


def drop_relations_until(tx: WriteTransaction, day: int) -> None:
    """Delete relations that have ended."""
    tx.run("DELETE FROM capacity_relations WHERE ends_day <= $1", day)
