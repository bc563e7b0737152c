"""The SQL of the live queue: one statement a function, named for its meaning."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.wire.live import TicketReason, TicketState
from e2e_server.features.live.machine import TicketLife
from e2e_server.storage.port import ReadTransaction, Row, WriteTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """A ticket as stored."""

    ticket16: bytes
    portal16: bytes
    language: str
    number: int
    cap_hash: bytes | None
    key_hash: bytes
    since_minute: int
    assignee: bytes | None
    offer: bytes | None
    box16: bytes | None
    life: TicketLife
    successor: bytes | None = None


# Column order of `_ticket`; a constant of this file, never built from input.
_COLUMNS = """
ticket16, portal16, language, number, cap_hash, key_hash, since_minute, assignee, offer, box16,
state, reason, deadline_ms, place, more_time_used, started_ms, successor
"""


def insert(tx: WriteTransaction, *, client_id16: bytes, ticket: TicketRow) -> None:
    """Store a new ticket."""
    life = ticket.life
    tx.run(
        """
        INSERT INTO live_tickets (
          ticket16, client_id16, portal16, language, number, cap_hash, key_hash, since_minute,
          state, reason, deadline_ms, place, more_time_used, started_ms
        ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """,
        ticket.ticket16,
        client_id16,
        ticket.portal16,
        ticket.language,
        ticket.number,
        ticket.cap_hash,
        ticket.key_hash,
        ticket.since_minute,
        int(life.state),
        int(life.reason),
        life.deadline_ms,
        life.place,
        int(life.more_time_used),
        life.started_ms,
    )


def by_client_id(tx: ReadTransaction, client_id16: bytes) -> TicketRow | None:
    """Find the ticket that this client id made."""
    return _ticket(
        tx.one(f"SELECT {_COLUMNS} FROM live_tickets WHERE client_id16 = $1", client_id16)  # noqa: S608  # a constant
    )


def by_cap(tx: ReadTransaction, cap_hash: bytes) -> TicketRow | None:
    """Find the ticket that a capability opens."""
    return _ticket(
        tx.one(f"SELECT {_COLUMNS} FROM live_tickets WHERE cap_hash = $1", cap_hash)  # noqa: S608  # a constant
    )


def by_id(tx: ReadTransaction, ticket16: bytes) -> TicketRow | None:
    """Find a ticket."""
    return _ticket(
        tx.one(f"SELECT {_COLUMNS} FROM live_tickets WHERE ticket16 = $1", ticket16)  # noqa: S608  # a constant
    )


def by_box(tx: ReadTransaction, box16: bytes) -> TicketRow | None:
    """Find the ticket of a box."""
    return _ticket(
        tx.one(f"SELECT {_COLUMNS} FROM live_tickets WHERE box16 = $1", box16)  # noqa: S608  # a constant
    )


def queue_of(tx: ReadTransaction, portal16: bytes, subject16: bytes) -> list[TicketRow]:
    """All that wait, rest or are offered, in order, and the subject's own chats until their purge.

    Own is also what a colleague hands over. A closed one is told too: the letter of a chat that
    began and ended while its counsellor was away still opens it, for those 48 hours.
    """
    rows = tx.all(
        f"""
        SELECT {_COLUMNS} FROM live_tickets
        WHERE portal16 = $1 AND (state < $2 OR (state IN ($2, $3) AND $4 IN (assignee, successor)))
        ORDER BY place
        """,  # noqa: S608  # a constant
        portal16,
        int(TicketState.ACTIVE),
        int(TicketState.CLOSED),
        subject16,
    )
    return [ticket for row in rows if (ticket := _ticket(row))]


def due(tx: ReadTransaction, now_ms: int) -> list[TicketRow]:
    """All whose deadline has come, the oldest first; one with a box ends with its box instead."""
    rows = tx.all(
        f"""
        SELECT {_COLUMNS} FROM live_tickets
        WHERE deadline_ms > 0 AND deadline_ms <= $1 AND box16 IS NULL
        ORDER BY deadline_ms
        LIMIT 500
        """,  # noqa: S608  # a constant
        now_ms,
    )
    return [ticket for row in rows if (ticket := _ticket(row))]


def unattended(tx: ReadTransaction) -> list[TicketRow]:
    """All that wait without a running deadline: after a start nobody is connected."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM live_tickets WHERE state = $1 AND deadline_ms = 0",  # noqa: S608  # a constant
        int(TicketState.WAITING),
    )
    return [ticket for row in rows if (ticket := _ticket(row))]


def save_life(tx: WriteTransaction, ticket16: bytes, life: TicketLife) -> None:
    """Store what the table decided."""
    tx.run(
        """
        UPDATE live_tickets
        SET state = $2, reason = $3, deadline_ms = $4, place = $5, more_time_used = $6,
            started_ms = $7
        WHERE ticket16 = $1
        """,
        ticket16,
        int(life.state),
        int(life.reason),
        life.deadline_ms,
        life.place,
        int(life.more_time_used),
        life.started_ms,
    )


def save_offer(
    tx: WriteTransaction, ticket16: bytes, assignee: bytes | None, offer: bytes | None
) -> None:
    """Store or clear who accepted and the signed acceptance."""
    tx.run(
        "UPDATE live_tickets SET assignee = $2, offer = $3 WHERE ticket16 = $1",
        ticket16,
        assignee,
        offer,
    )


def save_people(
    tx: WriteTransaction, ticket16: bytes, assignee: bytes | None, successor: bytes | None
) -> None:
    """Store who has a running chat, and who is to have it."""
    tx.run(
        "UPDATE live_tickets SET assignee = $2, successor = $3 WHERE ticket16 = $1",
        ticket16,
        assignee,
        successor,
    )


def save_box(tx: WriteTransaction, ticket16: bytes, box16: bytes) -> None:
    """Bind the ticket to its box."""
    tx.run("UPDATE live_tickets SET box16 = $2 WHERE ticket16 = $1", ticket16, box16)


def forget_cap(tx: WriteTransaction, ticket16: bytes) -> None:
    """After the close nobody acts on the ticket any more."""
    tx.run(
        """
        UPDATE live_tickets
        SET cap_hash = NULL
        WHERE ticket16 = $1
        """,
        ticket16,
    )


def delete(tx: WriteTransaction, ticket16: bytes) -> None:
    """Remove a ticket that is gone."""
    tx.run("DELETE FROM live_tickets WHERE ticket16 = $1", ticket16)


def ahead_of(tx: ReadTransaction, portal16: bytes, place: int) -> int:
    """How many wait before that place."""
    row = tx.one(
        """
        SELECT COUNT(*) FROM live_tickets
        WHERE portal16 = $1 AND state = $2 AND place < $3
        """,
        portal16,
        int(TicketState.WAITING),
        place,
    )
    return int(row[0]) if row else 0


def waiting_in(tx: ReadTransaction, portal16: bytes) -> int:
    """How many wait in a portal."""
    row = tx.one(
        "SELECT COUNT(*) FROM live_tickets WHERE portal16 = $1 AND state = $2",
        portal16,
        int(TicketState.WAITING),
    )
    return int(row[0]) if row else 0


def edges(tx: ReadTransaction, portal16: bytes) -> tuple[int, int]:
    """Return the first and the last place in a portal's queue, 0 and 0 when it is empty."""
    row = tx.one(
        "SELECT COALESCE(MIN(place), 0), COALESCE(MAX(place), 0) FROM live_tickets"
        " WHERE portal16 = $1",
        portal16,
    )
    return (int(row[0]), int(row[1])) if row else (0, 0)


def numbers_in_use(tx: ReadTransaction, portal16: bytes) -> list[int]:
    """All running numbers of a portal, also of closed chats whose 48 hours run."""
    rows = tx.all("SELECT number FROM live_tickets WHERE portal16 = $1 ORDER BY number", portal16)
    return [int(row[0]) for row in rows]


def _ticket(row: Row | None) -> TicketRow | None:
    if row is None:
        return None
    return TicketRow(
        ticket16=row[0],
        portal16=row[1],
        language=row[2],
        number=row[3],
        cap_hash=row[4],
        key_hash=row[5],
        since_minute=row[6],
        assignee=row[7],
        offer=row[8],
        box16=row[9],
        life=TicketLife(
            state=TicketState(row[10]),
            reason=TicketReason(row[11]),
            deadline_ms=row[12],
            place=row[13],
            more_time_used=bool(row[14]),
            started_ms=row[15],
        ),
        successor=row[16],
    )
