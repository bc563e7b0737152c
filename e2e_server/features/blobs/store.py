"""The SQL of blobs: one statement a function, named for its meaning."""

from __future__ import annotations

from dataclasses import dataclass

from e2e_server.storage.port import ReadTransaction, Row, WriteTransaction

_BLOB = "blob, box16, key16, parts, size_bytes, expires_minute"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRow:
    """A blob as stored; `parts` and `size_bytes` are 0 until it is committed."""

    blob: int
    box16: bytes
    key16: bytes
    parts: int
    size_bytes: int
    expires_minute: int

    @property
    def is_committed(self) -> bool:
        """Tell whether it is complete and can be fetched."""
        return self.parts > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a box holds so far."""

    blobs: int
    unfinished: int
    size_bytes: int


def find(tx: ReadTransaction, box16: bytes, blob16: bytes) -> BlobRow | None:
    """Find a blob of a box."""
    row = tx.one(
        f"SELECT {_BLOB} FROM blobs_blobs WHERE box16 = $1 AND blob16 = $2",  # noqa: S608  # a constant
        box16,
        blob16,
    )
    return None if row is None else _blob(row)


def insert(
    tx: WriteTransaction,
    *,
    box16: bytes,
    blob16: bytes,
    key16: bytes,
    hour: int,
    expires_minute: int,
) -> None:
    """Begin an upload."""
    tx.run(
        """
        INSERT INTO blobs_blobs (box16, blob16, key16, parts, size_bytes, hour, expires_minute)
        VALUES ($1, $2, $3, 0, 0, $4, $5)
        """,
        box16,
        blob16,
        key16,
        hour,
        expires_minute,
    )


def held(tx: ReadTransaction, box16: bytes) -> Held:
    """Count what a box holds: blobs, unfinished ones, bytes of both."""
    row = tx.one(
        """
        SELECT COUNT(*), COALESCE(SUM(parts = 0), 0), COALESCE(SUM(size_bytes), 0) + COALESCE((
          SELECT SUM(blobs_parts.size_bytes) FROM blobs_parts
          JOIN blobs_blobs AS begun ON begun.blob = blobs_parts.blob WHERE begun.box16 = $1
        ), 0)
        FROM blobs_blobs WHERE box16 = $1
        """,
        box16,
    )
    assert row is not None
    return Held(blobs=int(row[0]), unfinished=int(row[1]), size_bytes=int(row[2]))


def part_size(tx: ReadTransaction, blob: int, part: int) -> int | None:
    """Return the size under which a part was announced, None when it is new."""
    row = tx.one("SELECT size_bytes FROM blobs_parts WHERE blob = $1 AND part = $2", blob, part)
    return None if row is None else int(row[0])


def insert_part(tx: WriteTransaction, blob: int, part: int, size_bytes: int) -> None:
    """Note that a part of this size is about to be written."""
    tx.run(
        "INSERT INTO blobs_parts (blob, part, size_bytes) VALUES ($1, $2, $3)",
        blob,
        part,
        size_bytes,
    )


def commit(tx: WriteTransaction, blob: int, parts: int, size_bytes: int) -> None:
    """Mark a blob complete; from here on it lives as long as its box."""
    tx.run(
        """
        UPDATE blobs_blobs SET parts = $2, size_bytes = $3, expires_minute = 0 WHERE blob = $1
        """,
        blob,
        parts,
        size_bytes,
    )
    tx.run("DELETE FROM blobs_parts WHERE blob = $1", blob)


def delete(tx: WriteTransaction, blob: int) -> None:
    """Delete a blob's rows."""
    tx.run("DELETE FROM blobs_parts WHERE blob = $1", blob)
    tx.run("DELETE FROM blobs_blobs WHERE blob = $1", blob)


def expired(tx: ReadTransaction, minute: int) -> list[BlobRow]:
    """Uploads whose hour is over, the oldest first."""
    rows = tx.all(
        f"""
        SELECT {_BLOB} FROM blobs_blobs
        WHERE expires_minute > 0 AND expires_minute <= $1
        ORDER BY expires_minute LIMIT 200
        """,  # noqa: S608  # a constant
        minute,
    )
    return [_blob(row) for row in rows]


def of_box(tx: ReadTransaction, box16: bytes) -> list[BlobRow]:
    """All blobs of a box."""
    rows = tx.all(f"SELECT {_BLOB} FROM blobs_blobs WHERE box16 = $1", box16)  # noqa: S608  # a constant
    return [_blob(row) for row in rows]


def everything(tx: ReadTransaction) -> list[BlobRow]:
    """All blobs, for the sweep that compares them with the files."""
    return [_blob(row) for row in tx.all(f"SELECT {_BLOB} FROM blobs_blobs")]  # noqa: S608  # a constant


def _blob(row: Row) -> BlobRow:
    return BlobRow(
        blob=row[0],
        box16=row[1],
        key16=row[2],
        parts=row[3],
        size_bytes=row[4],
        expires_minute=row[5],
    )
