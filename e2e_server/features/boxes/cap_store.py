"""The SQL of capabilities that changes them: one statement a function, named for its meaning."""

from __future__ import annotations

from crypto.wire.base import Right
from e2e_server.features.boxes.store import CapRow
from e2e_server.storage.port import WriteTransaction


def insert_cap(tx: WriteTransaction, box16: bytes, new: CapRow, *, came_with_box: bool) -> None:
    """Give a member a capability; a second one for the same member is refused by the schema."""
    tx.run(
        """
        INSERT INTO boxes_caps (box16, sidx, cap_hash, rights, under_sign_in, came_with_box)
        VALUES ($1, $2, $3, $4, $5, $6)
        """,
        box16,
        new.sidx,
        new.cap_hash,
        new.rights,
        int(new.under_sign_in),
        int(came_with_box),
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
