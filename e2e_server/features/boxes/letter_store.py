"""The SQL of letters: one statement a function, named for its meaning."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from e2e_server.features.boxes import slots
from e2e_server.storage.port import ReadTransaction, Row, WriteTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """A letter as stored."""

    letter: int
    ticket16: bytes | None
    e2: bytes


def insert_letter(
    tx: WriteTransaction,
    *,
    inbox16: bytes,
    ticket16: bytes | None,
    env_id: bytes,
    ends_hour: int,
    letter: bytes,
) -> None:
    """Store a letter; the same bytes again are stored once."""
    if tx.one("SELECT 1 FROM boxes_letters WHERE env_id = $1", env_id) is not None:
        return
    tx.run(
        """
        INSERT INTO boxes_letters (inbox16, ticket16, env_id, ends_hour, slot)
        VALUES ($1, $2, $3, $4, $5)
        """,
        inbox16,
        ticket16,
        env_id,
        ends_hour,
        slots.put(tx, letter),
    )


def letters(tx: ReadTransaction, inbox16: bytes, start: int, limit: int) -> list[LetterRow]:
    """Letters of an inbox from a number on, oldest first."""
    rows = tx.all(
        """
        SELECT letter, ticket16, bytes_sealed FROM boxes_letters JOIN boxes_slots USING (slot)
        WHERE inbox16 = $1 AND letter >= $2 ORDER BY letter LIMIT $3
        """,
        inbox16,
        start,
        limit,
    )
    return [LetterRow(letter=int(row[0]), ticket16=row[1], e2=row[2]) for row in rows]


def letters_of(tx: ReadTransaction, ticket16: bytes) -> list[tuple[bytes, LetterRow]]:
    """The letters of a ticket with their inboxes, newest first."""
    rows = tx.all(
        """
        SELECT inbox16, letter, ticket16, bytes_sealed
        FROM boxes_letters JOIN boxes_slots USING (slot)
        WHERE ticket16 = $1 ORDER BY letter DESC
        """,
        ticket16,
    )
    return [(row[0], LetterRow(letter=int(row[1]), ticket16=row[2], e2=row[3])) for row in rows]


def delete_letter(tx: WriteTransaction, inbox16: bytes, letter: int) -> None:
    """Delete a letter of an inbox."""
    rows = tx.all(
        "SELECT slot FROM boxes_letters WHERE inbox16 = $1 AND letter = $2", inbox16, letter
    )
    _delete(tx, rows)


def last_end(tx: ReadTransaction, ticket16: bytes) -> int:
    """Return the hour at which the last letter of a ticket ends; 0 where there is none."""
    row = tx.one("SELECT MAX(ends_hour) FROM boxes_letters WHERE ticket16 = $1", ticket16)
    return int(row[0]) if row and row[0] is not None else 0


def keep_letters_of(tx: WriteTransaction, ticket16: bytes, ends_hour: int) -> None:
    """Let the letters of a ticket end no earlier than at that hour."""
    tx.run(
        "UPDATE boxes_letters SET ends_hour = $2 WHERE ticket16 = $1 AND ends_hour < $2",
        ticket16,
        ends_hour,
    )


def delete_letters_of(
    tx: WriteTransaction, ticket16: bytes, but_in: Collection[bytes] = (), newest: int = 0
) -> None:
    """Delete the letters of a ticket, but for the `newest` that lie in inboxes of `but_in`."""
    rows = tx.all(
        "SELECT slot, inbox16 FROM boxes_letters WHERE ticket16 = $1 ORDER BY letter DESC", ticket16
    )
    kept = [slot for slot, inbox16 in rows if inbox16 in but_in][:newest]
    _delete(tx, [(slot,) for slot, _ in rows if slot not in kept])


def delete_ticket_letters_in(tx: WriteTransaction, ticket16: bytes, inbox16: bytes) -> int:
    """Delete the letters of a ticket that lie in one inbox; return how many went."""
    rows = tx.all(
        "SELECT slot FROM boxes_letters WHERE ticket16 = $1 AND inbox16 = $2", ticket16, inbox16
    )
    _delete(tx, rows)
    return len(rows)


def has_letters(tx: ReadTransaction, inbox16: bytes) -> bool:
    """Tell whether anything lies in an inbox."""
    return tx.one("SELECT 1 FROM boxes_letters WHERE inbox16 = $1", inbox16) is not None


def delete_letters_in(tx: WriteTransaction, inbox16: bytes) -> None:
    """Delete all letters of an inbox."""
    _delete(tx, tx.all("SELECT slot FROM boxes_letters WHERE inbox16 = $1", inbox16))


def delete_ended_letters(tx: WriteTransaction, hour: int) -> int:
    """Delete the letters whose end has come by that hour; return how many went."""
    rows = tx.all("SELECT slot FROM boxes_letters WHERE ends_hour < $1", hour)
    _delete(tx, rows)
    return len(rows)


def _delete(tx: WriteTransaction, rows: Iterable[Row]) -> None:
    for (slot,) in rows:
        slots.wipe(tx, [slot])
        tx.run("DELETE FROM boxes_letters WHERE slot = $1", slot)
