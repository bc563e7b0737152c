"""The SQL of letters: one statement a function, named for its meaning."""

from __future__ import annotations

from dataclasses import dataclass

from e2e_server.storage.port import ReadTransaction, WriteTransaction


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
    hour: int,
    letter: bytes,
) -> None:
    """Store a letter; the same bytes again are stored once."""
    tx.run(
        """
        INSERT INTO boxes_letters (inbox16, ticket16, env_id, hour, letter_sealed)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (env_id) DO NOTHING
        """,
        inbox16,
        ticket16,
        env_id,
        hour,
        letter,
    )


def letters(tx: ReadTransaction, inbox16: bytes, start: int, limit: int) -> list[LetterRow]:
    """Letters of an inbox from a number on, oldest first."""
    rows = tx.all(
        """
        SELECT letter, ticket16, letter_sealed FROM boxes_letters
        WHERE inbox16 = $1 AND letter >= $2 ORDER BY letter LIMIT $3
        """,
        inbox16,
        start,
        limit,
    )
    return [LetterRow(letter=int(row[0]), ticket16=row[1], e2=row[2]) for row in rows]


def delete_letter(tx: WriteTransaction, inbox16: bytes, letter: int) -> None:
    """Delete a letter of an inbox."""
    tx.run("DELETE FROM boxes_letters WHERE inbox16 = $1 AND letter = $2", inbox16, letter)


def delete_letters_of(tx: WriteTransaction, ticket16: bytes) -> None:
    """Delete all letters of a ticket."""
    tx.run("DELETE FROM boxes_letters WHERE ticket16 = $1", ticket16)


def delete_letters_before(tx: WriteTransaction, hour: int) -> int:
    """Delete letters older than that hour."""
    return tx.run("DELETE FROM boxes_letters WHERE hour < $1", hour)
