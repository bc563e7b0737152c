"""The SQL of boxes: one statement a function, named for its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from crypto.wire.base import Right
from crypto.wire.boxes import BoxState, CloseReason
from e2e_server.features.boxes import slots
from e2e_server.storage.port import ReadTransaction, Row, WriteTransaction

PURGE_PAGE_ROWS = 200
_BOX = """
box16, closes_hour, ends_ms, kid, head, last_n, state, reason, close_minute, purge_minute
"""
_BOX_AND_CAPS = f"""
SELECT sidx, cap_hash, rights, under_sign_in, team16, {_BOX}
FROM boxes_boxes LEFT JOIN boxes_caps USING (box16) WHERE box16 = $1
"""  # noqa: S608  # a constant
_BOX_AND_CAP = f"""
SELECT sidx, cap_hash, rights, under_sign_in, team16, {_BOX}
FROM boxes_boxes JOIN boxes_caps USING (box16) WHERE box16 = $1 AND cap_hash = $2
"""  # noqa: S608  # a constant
_CAP_COLUMNS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxRow:
    """A box as stored."""

    box16: bytes
    closes_hour: int
    ends_ms: int
    kid: bytes
    head: bytes
    last_n: int
    state: BoxState
    reason: CloseReason
    close_minute: int
    purge_minute: int


class CapRow(NamedTuple):
    """A member's capability as stored."""

    sidx: int
    cap_hash: bytes
    rights: int
    under_sign_in: int  # 0 or 1
    team16: bytes | None = None  # whose members it works for; None: for whoever has it


class Stock(NamedTuple):
    """How much a box holds, its files aside."""

    envelopes: int
    envelope_bytes: int
    caps: int


def box(tx: ReadTransaction, box16: bytes) -> BoxRow | None:
    """Find a box."""
    return box_and_caps(tx, box16)[0]


def box_and_cap(tx: ReadTransaction, box16: bytes, cap_hash: bytes) -> tuple[BoxRow, CapRow] | None:
    """Find a box together with a capability that opens it, in one statement."""
    row = tx.one(_BOX_AND_CAP, box16, cap_hash)
    found = _box(row and row[_CAP_COLUMNS:])
    return None if row is None or found is None else (found, CapRow._make(row[:_CAP_COLUMNS]))


def readers(tx: ReadTransaction, box16: bytes) -> frozenset[bytes]:
    """The hashes of all capabilities that may read a box; cheap, because each post asks."""
    rows = tx.all(
        "SELECT cap_hash FROM boxes_caps WHERE box16 = $1 AND rights & $2", box16, int(Right.READ)
    )
    return frozenset(row[0] for row in rows)


def box_and_caps(tx: ReadTransaction, box16: bytes) -> tuple[BoxRow | None, dict[bytes, CapRow]]:
    """Find a box and the capability of each member by its hash, in one statement."""
    rows = tx.all(_BOX_AND_CAPS, box16)
    found = _box(rows[0][_CAP_COLUMNS:]) if rows else None
    return found, {row[1]: CapRow._make(row[:_CAP_COLUMNS]) for row in rows if row[1] is not None}


def insert_box(
    tx: WriteTransaction,
    *,
    box16: bytes,
    head: bytes,
    created_hour: int,
    closes_hour: int,
    ends_ms: int,
) -> None:
    """Store a new, empty box."""
    tx.run(
        """
        INSERT INTO boxes_boxes (
          box16, created_hour, closes_hour, ends_ms, kid, head, last_n, state, reason,
          close_minute, purge_minute
        ) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, 0, 0, 0)
        """,
        box16,
        created_hour,
        closes_hour,
        ends_ms,
        bytes(8),
        head,
        int(BoxState.OPEN),
    )


def number_of(tx: ReadTransaction, env_id: bytes) -> tuple[bytes, int] | None:
    """Find (box16, n) of an envelope that is stored already."""
    row = tx.one("SELECT box16, n FROM boxes_envelopes WHERE env_id = $1", env_id)
    return None if row is None else (row[0], int(row[1]))


def append(
    tx: WriteTransaction, *, box16: bytes, n: int, env_id: bytes, hour: int, envelope: bytes
) -> bool:
    """Store an envelope under its number; False, and nothing stored, when it is here already."""
    slot = slots.put(tx, envelope)
    is_new = tx.run(
        """
        INSERT INTO boxes_envelopes (slot, box16, n, env_id, hour)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (env_id) DO NOTHING
        """,
        slot,
        box16,
        n,
        env_id,
        hour,
    )
    if not is_new:
        slots.wipe(tx, [slot])
    return bool(is_new)


def advance(tx: WriteTransaction, box16: bytes, *, n: int, head: bytes, kid: bytes) -> None:
    """Store the box's newest number, chain head and epoch."""
    tx.run(
        "UPDATE boxes_boxes SET last_n = $2, head = $3, kid = $4 WHERE box16 = $1",
        box16,
        n,
        head,
        kid,
    )


def move_end(tx: WriteTransaction, box16: bytes, closes_hour: int) -> None:
    """Let a box end at another hour, unless it waits for a team: beside it there is one member."""
    tx.run(
        """
        UPDATE boxes_boxes SET closes_hour = $2
        WHERE box16 = $1
          AND (
            NOT EXISTS (SELECT 1 FROM boxes_caps WHERE box16 = $1 AND team16 IS NOT NULL)
            OR (SELECT COUNT(*) FROM boxes_caps WHERE box16 = $1 AND team16 IS NULL) > 1
          )
        """,
        box16,
        closes_hour,
    )


def from_number(
    tx: ReadTransaction, box16: bytes, start: int, limit: int
) -> list[tuple[int, bytes]]:
    """Envelopes of a box from a number on, in order."""
    rows = tx.all(
        """
        SELECT n, bytes_sealed FROM boxes_envelopes JOIN boxes_slots USING (slot)
        WHERE box16 = $1 AND n >= $2 ORDER BY n LIMIT $3
        """,
        box16,
        start,
        limit,
    )
    return [(int(row[0]), row[1]) for row in rows]


def stock(tx: ReadTransaction, box16: bytes) -> Stock:
    """Count what a box holds."""
    row = tx.one(
        """
        SELECT COUNT(*), COALESCE(SUM(LENGTH(bytes_sealed)), 0),
          (SELECT COUNT(*) FROM boxes_caps WHERE box16 = $1)
        FROM boxes_envelopes JOIN boxes_slots USING (slot) WHERE box16 = $1
        """,
        box16,
    )
    assert row is not None  # aggregates always answer
    return Stock._make(row)


def close(
    tx: WriteTransaction,
    box16: bytes,
    *,
    reason: CloseReason,
    close_minute: int,
    purge_minute: int,
) -> None:
    """Mark a box closed and plan its purge."""
    tx.run(
        """
        UPDATE boxes_boxes
        SET state = $2, reason = $3, close_minute = $4, purge_minute = $5, ends_ms = 0
        WHERE box16 = $1
        """,
        box16,
        int(BoxState.CLOSED),
        int(reason),
        close_minute,
        purge_minute,
    )


def ended_by(tx: ReadTransaction, now_ms: int, hour: int) -> list[bytes]:
    """Open boxes whose time is over: live chats by the millisecond, unused ones by the hour."""
    rows = tx.all(
        """
        SELECT box16 FROM boxes_boxes
        WHERE state = $1
          AND ((ends_ms > 0 AND ends_ms <= $2) OR (ends_ms = 0 AND closes_hour <= $3))
        LIMIT 500
        """,
        int(BoxState.OPEN),
        now_ms,
        hour,
    )
    return [row[0] for row in rows]


def purge_due(tx: ReadTransaction, minute: int, limit: int) -> list[bytes]:
    """Closed boxes whose 48 hours are over, the longest overdue first."""
    rows = tx.all(
        """
        SELECT box16 FROM boxes_boxes
        WHERE purge_minute > 0 AND purge_minute <= $1
        ORDER BY purge_minute LIMIT $2
        """,
        minute,
        limit,
    )
    return [row[0] for row in rows]


def count_purge_due(tx: ReadTransaction, minute: int) -> int:
    """How many closed boxes should have been purged by that minute."""
    row = tx.one(
        "SELECT COUNT(*) FROM boxes_boxes WHERE purge_minute > 0 AND purge_minute <= $1", minute
    )
    return int(row[0]) if row else 0


def delete_envelopes(tx: WriteTransaction, box16: bytes, limit: int) -> int:
    """Delete some envelopes of a box, the oldest first; return how many went."""
    rows = tx.all(
        "SELECT slot, n FROM boxes_envelopes WHERE box16 = $1 ORDER BY n LIMIT $2", box16, limit
    )
    if rows:
        slots.wipe(tx, (slot for slot, _ in rows))
        last_n = rows[-1][1]
        tx.run("DELETE FROM boxes_envelopes WHERE box16 = $1 AND n <= $2", box16, last_n)
    return len(rows)


def delete_box(tx: WriteTransaction, box16: bytes) -> None:
    """Delete a box and its capabilities; its envelopes are gone before."""
    tx.run("DELETE FROM boxes_caps WHERE box16 = $1", box16)
    tx.run("DELETE FROM boxes_boxes WHERE box16 = $1", box16)


def box_ids(tx: ReadTransaction) -> list[bytes]:
    """All boxes, for the sweep that compares them with the keeper's shares."""
    return [row[0] for row in tx.all("SELECT box16 FROM boxes_boxes")]


def _box(row: Row | None) -> BoxRow | None:
    if row is None:
        return None
    return BoxRow(
        box16=row[0],
        closes_hour=row[1],
        ends_ms=row[2],
        kid=row[3],
        head=row[4],
        last_n=row[5],
        state=BoxState(row[6]),
        reason=CloseReason(row[7]),
        close_minute=row[8],
        purge_minute=row[9],
    )
