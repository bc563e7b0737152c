"""The SQL of invitations: one statement a function, named for its meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from e2e_server.storage.port import ReadTransaction, Row, WriteTransaction


class Answer(NamedTuple):
    """What a newcomer left; `ticket_hash` is None once it stands in the ticket."""

    sign_pk: bytes
    kem_pk: bytes
    cap_hash: bytes
    ticket_hash: bytes | None
    mac: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenRow:
    """An invitation as stored."""

    join_id16: bytes
    subject16: bytes
    expires_hour: int
    answer: Answer | None


_GIVEN = "join_id16, subject16, expires_hour, sign_pk, kem_pk, cap_hash, ticket_hash, mac"


def give(tx: WriteTransaction, join_id16: bytes, subject16: bytes, expires_hour: int) -> None:
    """Store a new invitation."""
    tx.run(
        """
        INSERT INTO invitations_given (join_id16, subject16, expires_hour) VALUES ($1, $2, $3)
        """,
        join_id16,
        subject16,
        expires_hour,
    )


def given(tx: ReadTransaction, join_id16: bytes) -> GivenRow | None:
    """Find an invitation."""
    return _given(tx.one(f"SELECT {_GIVEN} FROM invitations_given WHERE join_id16 = $1", join_id16))  # noqa: S608  # a constant


def given_until(tx: ReadTransaction, hour: int) -> list[GivenRow]:
    """Invitations whose time is over."""
    rows = tx.all(f"SELECT {_GIVEN} FROM invitations_given WHERE expires_hour <= $1", hour)  # noqa: S608  # a constant
    return [found for row in rows if (found := _given(row))]


def answer(tx: WriteTransaction, join_id16: bytes, left: Answer) -> None:
    """Store what the newcomer left."""
    tx.run(
        """
        UPDATE invitations_given
        SET sign_pk = $2, kem_pk = $3, cap_hash = $4, ticket_hash = $5, mac = $6
        WHERE join_id16 = $1
        """,
        join_id16,
        *left,
    )


def forget_ticket(tx: WriteTransaction, join_id16: bytes) -> None:
    """The hash of the ticket capability stands in the ticket now."""
    tx.run("UPDATE invitations_given SET ticket_hash = NULL WHERE join_id16 = $1", join_id16)


def end(tx: WriteTransaction, join_id16: bytes) -> None:
    """Delete an invitation."""
    tx.run("DELETE FROM invitations_given WHERE join_id16 = $1", join_id16)


def open_inbox(tx: WriteTransaction, inbox16: bytes, cap_hash: bytes, ends_hour: int) -> None:
    """Let a capability read an inbox."""
    tx.run(
        "INSERT INTO invitations_inboxes (inbox16, cap_hash, ends_hour) VALUES ($1, $2, $3)",
        inbox16,
        cap_hash,
        ends_hour,
    )


def reads_inbox(tx: ReadTransaction, inbox16: bytes, cap_hash: bytes, hour: int) -> bool:
    """Tell whether a capability may read an inbox."""
    row = tx.one(
        """
        SELECT 1 FROM invitations_inboxes WHERE inbox16 = $1 AND cap_hash = $2 AND ends_hour > $3
        """,
        inbox16,
        cap_hash,
        hour,
    )
    return row is not None


def close_inbox(tx: WriteTransaction, inbox16: bytes) -> None:
    """Nobody reads this inbox any more."""
    tx.run("DELETE FROM invitations_inboxes WHERE inbox16 = $1", inbox16)


def close_inboxes_until(tx: WriteTransaction, hour: int) -> int:
    """Close inboxes whose letters have ended; return how many."""
    return tx.run("DELETE FROM invitations_inboxes WHERE ends_hour <= $1", hour)


def _given(row: Row | None) -> GivenRow | None:
    if row is None:
        return None
    left = None if row[3] is None else Answer(*row[3:8])
    return GivenRow(join_id16=row[0], subject16=row[1], expires_hour=row[2], answer=left)
