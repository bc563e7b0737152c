"""The SQL of capabilities, but for finding one: a statement a function, named for its meaning."""

from __future__ import annotations

from collections.abc import Iterable

from crypto.wire.base import Right
from crypto.wire.boxes import NewCap
from e2e_server.features.boxes.store import CapRow
from e2e_server.storage.port import ReadTransaction, WriteTransaction


def rows_of(caps: Iterable[NewCap], *, signed: bool) -> tuple[CapRow, ...]:
    """Return capabilities as they are stored when they are given."""
    return tuple(
        CapRow(
            sidx=new.sidx,
            cap_hash=new.cap_hash,
            rights=new.rights,
            under_sign_in=int(signed),
            team16=new.team16 or None,
        )
        for new in caps
    )


def give(
    tx: WriteTransaction,
    box16: bytes,
    caps: Iterable[NewCap],
    *,
    signed: bool,
    came_with_box: bool,
) -> None:
    """Give members their capabilities."""
    for row in rows_of(caps, signed=signed):
        insert_cap(tx, box16, row, came_with_box=came_with_box)


def first_caps(tx: ReadTransaction, box16: bytes) -> frozenset[CapRow]:
    """Find the capabilities with which a box was created."""
    rows = tx.all(
        """
        SELECT sidx, cap_hash, rights, under_sign_in, team16 FROM boxes_caps
        WHERE box16 = $1 AND came_with_box = 1
        """,
        box16,
    )
    return frozenset(CapRow._make(row) for row in rows)


def insert_cap(tx: WriteTransaction, box16: bytes, new: CapRow, *, came_with_box: bool) -> None:
    """Give a member a capability; a second one for the same member is refused by the schema."""
    tx.run(
        """
        INSERT INTO boxes_caps (
          box16, sidx, cap_hash, rights, under_sign_in, came_with_box, team16
        ) VALUES ($1, $2, $3, $4, $5, $6, $7)
        """,
        box16,
        new.sidx,
        new.cap_hash,
        new.rights,
        int(new.under_sign_in),
        int(came_with_box),
        new.team16,
    )


def swap_cap(
    tx: WriteTransaction, box16: bytes, old: CapRow, new_hash: bytes, signed: bool
) -> None:
    """Exchange a capability's hash; the rights stay."""
    tx.run(
        """
        UPDATE boxes_caps SET cap_hash = $3, under_sign_in = $4
        WHERE box16 = $1 AND sidx = $2
        """,
        box16,
        old.sidx,
        new_hash,
        int(signed),
    )


def set_rights(tx: WriteTransaction, box16: bytes, sidx: int, rights: int) -> None:
    """Change what a capability may do."""
    tx.run("UPDATE boxes_caps SET rights = $3 WHERE box16 = $1 AND sidx = $2", box16, sidx, rights)


def delete_cap(tx: WriteTransaction, box16: bytes, sidx: int) -> None:
    """Take a member's capability out."""
    tx.run("DELETE FROM boxes_caps WHERE box16 = $1 AND sidx = $2", box16, sidx)


def keep_own(tx: WriteTransaction, box16: bytes) -> bool:
    """Let whoever created the box keep their capability; False when they have none any more."""
    changed = tx.run(
        """
        UPDATE boxes_caps SET rights = rights | $2, under_sign_in = 1
        WHERE box16 = $1 AND came_with_box = 1
        """,
        box16,
        int(Right.KEEP),
    )
    return changed > 0
