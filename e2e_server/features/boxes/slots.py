"""Where the ciphertext of envelopes and letters lies: rows of constant size that never move.

[Note: ciphertext in fixed slots] SQLite leaves stale copies of rows that it moves between pages,
see [Note: stale copies]. So each ciphertext is a row that is appended at the end, overwritten with
zeros when it is deleted, and used again for one of the same size; buckets have few sizes. Rows that
come and go hold only numbers and ids. Once the write-ahead log is empty, a wiped ciphertext is in
no file.
"""

from __future__ import annotations

from collections.abc import Iterable

from e2e_server.storage.port import ReadTransaction, WriteTransaction


def put(tx: WriteTransaction, sealed: bytes) -> int:
    """Store a ciphertext; return its slot."""
    free = tx.one("SELECT min(slot) FROM boxes_free_slots WHERE size_bytes = $1", len(sealed))
    if free is None or free[0] is None:
        row = tx.one("INSERT INTO boxes_slots (bytes_sealed) VALUES ($1) RETURNING slot", sealed)
        assert row is not None  # RETURNING answers for an inserted row
        return int(row[0])
    slot = int(free[0])
    tx.run("DELETE FROM boxes_free_slots WHERE slot = $1", slot)
    tx.run("UPDATE boxes_slots SET bytes_sealed = $1 WHERE slot = $2", sealed, slot)
    return slot


def read(tx: ReadTransaction, slot: int) -> bytes:
    """Return a ciphertext."""
    row = tx.one("SELECT bytes_sealed FROM boxes_slots WHERE slot = $1", slot)
    assert row is not None  # rows are never deleted
    return bytes(row[0])


def wipe(tx: WriteTransaction, slots: Iterable[int]) -> None:
    """Overwrite these with zeros, in place, and give them free."""
    for slot in slots:
        row = tx.one("SELECT length(bytes_sealed) FROM boxes_slots WHERE slot = $1", slot)
        assert row is not None  # rows are never deleted
        size_bytes = int(row[0])
        tx.run("UPDATE boxes_slots SET bytes_sealed = $1 WHERE slot = $2", bytes(size_bytes), slot)
        tx.run("INSERT INTO boxes_free_slots (slot, size_bytes) VALUES ($1, $2)", slot, size_bytes)
