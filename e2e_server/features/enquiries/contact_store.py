"""The SQL of contact data: one statement a function, named for its meaning."""

from __future__ import annotations

from dataclasses import dataclass

from e2e_server.features.boxes import put_sealed, sealed_in, wipe_sealed
from e2e_server.storage.port import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """The contact data of a ticket as stored; as it is where there are none."""

    version: int = 0
    inbox16: bytes = b""
    letter: bytes = b""


def contact(tx: ReadTransaction, ticket16: bytes) -> ContactRow:
    """Return what is kept beside a ticket."""
    row = tx.one(
        "SELECT version, inbox16, slot FROM enquiries_contacts WHERE ticket16 = $1", ticket16
    )
    if row is None:
        return ContactRow()
    return ContactRow(version=row[0], inbox16=row[1], letter=sealed_in(tx, row[2]))


def save(tx: WriteTransaction, ticket16: bytes, kept: ContactRow) -> None:
    """Store contact data; those before are overwritten."""
    delete(tx, ticket16)
    tx.run(
        """
        INSERT INTO enquiries_contacts (ticket16, version, inbox16, slot)
        VALUES ($1, $2, $3, $4)
        """,
        ticket16,
        kept.version,
        kept.inbox16,
        put_sealed(tx, kept.letter),
    )


def delete(tx: WriteTransaction, ticket16: bytes) -> bool:
    """Delete the contact data of a ticket; tell whether there were any."""
    row = tx.one("SELECT slot FROM enquiries_contacts WHERE ticket16 = $1", ticket16)
    if row is None:
        return False
    tx.run("DELETE FROM enquiries_contacts WHERE ticket16 = $1", ticket16)
    wipe_sealed(tx, [row[0]])
    return True


def page(
    tx: ReadTransaction, portal16: bytes, *, start: int, hour: int, limit: int
) -> list[tuple[bytes, int, int, bytes]]:
    """(ticket16, number, version, inbox16) of a portal's tickets with contact data, from a number
    on; none whose time is over, before any sweep."""
    rows = tx.all(
        """
        SELECT ticket16, number, version, inbox16
        FROM enquiries_contacts JOIN enquiries_tickets USING (ticket16)
        WHERE portal16 = $1 AND number >= $2 AND ends_hour > $3
        ORDER BY number LIMIT $4
        """,
        portal16,
        start,
        hour,
        limit,
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]
