"""The SQL of the log: one statement a function, named for its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from e2e_server.storage.port import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafRow:
    """A leaf as stored."""

    leaf: bytes
    payload: bytes


def append(tx: WriteTransaction, index: int, leaf_hash: bytes, row: LeafRow) -> None:
    """Store a leaf at its place; the schema refuses a place or a leaf twice."""
    tx.run(
        """
        INSERT INTO translog_leaves (idx, leaf_hash, leaf, payload)
        VALUES ($1, $2, $3, $4)
        """,
        index,
        leaf_hash,
        row.leaf,
        row.payload,
    )


def put_checkpoint(tx: WriteTransaction, note: bytes) -> None:
    """Replace the newest checkpoint."""
    tx.run(
        """
        INSERT INTO translog_checkpoint (one, note)
        VALUES (1, $1)
        ON CONFLICT (one) DO UPDATE SET note = excluded.note
        """,
        note,
    )


def from_index(tx: ReadTransaction, start: int, limit: int) -> list[LeafRow]:
    """Return leaves from a place on, in order."""
    rows = tx.all(
        """
        SELECT leaf, payload
        FROM translog_leaves
        WHERE idx >= $1
        ORDER BY idx
        LIMIT $2
        """,
        start,
        limit,
    )
    return [LeafRow(leaf=leaf, payload=payload) for leaf, payload in rows]


def size(tx: ReadTransaction) -> int:
    """Return the number of leaves."""
    row = tx.one("SELECT COUNT(*) FROM translog_leaves")
    return int(row[0]) if row else 0


def checkpoint(tx: ReadTransaction) -> bytes | None:
    """Return the newest checkpoint, None while the log is empty."""
    row = tx.one("SELECT note FROM translog_checkpoint WHERE one = 1")
    return bytes(row[0]) if row else None


def put_cosigned(tx: WriteTransaction, notes: Mapping[int, bytes]) -> None:
    """Keep exactly these notes with lines of witnesses, by size."""
    tx.run("DELETE FROM translog_cosigned")
    for size, note in notes.items():
        tx.run(
            """
            INSERT INTO translog_cosigned (size, note)
            VALUES ($1, $2)
            """,
            size,
            note,
        )


def cosigned(tx: ReadTransaction) -> dict[int, bytes]:
    """Return the kept notes with lines of witnesses, by size."""
    rows = tx.all("SELECT size, note FROM translog_cosigned")
    return {int(size): bytes(note) for size, note in rows}
