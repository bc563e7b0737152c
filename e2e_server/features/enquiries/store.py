"""The SQL of written enquiries: one statement a function, named for its meaning."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.wire.enquiries import EnquiryState
from e2e_server.features.enquiries.machine import EnquiryLife
from e2e_server.features.enquiries.teams import Listed
from e2e_server.storage.port import ReadTransaction, Row, WriteTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """The ticket of an enquiry as stored."""

    ticket16: bytes
    portal16: bytes
    number: int
    language: str
    cap_hash: bytes
    is_addressed: bool
    has_regular: bool
    for_leads: bool
    reads_along: bool
    assignee: bytes | None
    successor: bytes | None
    deputy: bytes | None
    life: EnquiryLife


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Whose list it is, by which teams they are listed, and whether with colleagues' cases."""

    subject16: bytes
    where: Listed
    is_all: bool


# What `for_leads` says of those whom a viewer sees; _NONE is said of none.
_SEEN, _SEEN_BY_LEADS, _NONE = 0, 1, -1
# Column order of `_ticket`; a constant of this file, never built from input.
_COLUMNS = """
ticket16, portal16, number, language, cap_hash, is_addressed, assignee,
successor, state, since_hour, until_ms, ends_hour, has_regular, deputy, for_leads,
reads_along
"""


def insert(tx: WriteTransaction, ticket: TicketRow) -> None:
    """Store a new ticket."""
    life = ticket.life
    tx.run(
        """
        INSERT INTO enquiries_tickets (
          ticket16, portal16, number, language, cap_hash, is_addressed, assignee,
          successor, state, since_hour, until_ms, ends_hour, has_regular, deputy, for_leads,
          reads_along
        ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        """,
        ticket.ticket16,
        ticket.portal16,
        ticket.number,
        ticket.language,
        ticket.cap_hash,
        int(ticket.is_addressed),
        ticket.assignee,
        ticket.successor,
        int(life.state),
        life.since_hour,
        life.until_ms,
        life.ends_hour,
        int(ticket.has_regular),
        ticket.deputy,
        int(ticket.for_leads),
        int(ticket.reads_along),
    )


def by_id(tx: ReadTransaction, ticket16: bytes) -> TicketRow | None:
    """Find a ticket."""
    return _ticket(
        tx.one(f"SELECT {_COLUMNS} FROM enquiries_tickets WHERE ticket16 = $1", ticket16)  # noqa: S608  # a constant
    )


def by_cap(tx: ReadTransaction, cap_hash: bytes) -> TicketRow | None:
    """Find the ticket that a capability opens."""
    return _ticket(
        tx.one(f"SELECT {_COLUMNS} FROM enquiries_tickets WHERE cap_hash = $1", cap_hash)  # noqa: S608  # a constant
    )


def highest_number(tx: ReadTransaction, portal16: bytes) -> int:
    """Return the highest number in use at a portal, 0 for none."""
    row = tx.one("SELECT MAX(number) FROM enquiries_tickets WHERE portal16 = $1", portal16)
    return int(row[0]) if row and row[0] is not None else 0


def visible(
    tx: ReadTransaction, portal16: bytes, view: Viewer, *, start: int, limit: int
) -> list[TicketRow]:
    """A page of what somebody sees of a portal, from a number on.

    $2 the last state before it is taken, $3 who asks, $4 whether for colleagues' too, $7 and $8
    what they see that nobody has taken. An addressed one is nobody else's business before that.
    """
    rows = tx.all(
        f"""
        SELECT {_COLUMNS} FROM enquiries_tickets
        WHERE
          portal16 = $1 AND number >= $5
          AND (
            assignee = $3 OR successor = $3 OR deputy = $3
            OR (state <= $2 AND is_addressed = 0 AND for_leads IN ($7, $8))
            OR (state > $2 AND $4)
          )
        ORDER BY number LIMIT $6
        """,  # noqa: S608  # a constant
        portal16,
        int(EnquiryState.RESERVED),
        view.subject16,
        int(view.is_all),
        start,
        limit,
        _SEEN if view.where.by_team else _NONE,
        _SEEN_BY_LEADS if view.where.by_leads else _NONE,
    )
    return [ticket for row in rows if (ticket := _ticket(row))]


def count_taken(tx: ReadTransaction, subject16: bytes, now_ms: int, hour: int) -> int:
    """How many places somebody's enquiries take: all but those that are done.

    Counted as at this moment, before any sweep: neither a ticket whose time is over, nor a
    reservation that has lapsed; what is written to them alone waits for them as long as it is open.
    """
    row = tx.one(
        """
        SELECT COUNT(*) FROM enquiries_tickets
        WHERE
          assignee = $1 AND state < $2 AND ends_hour > $3
          AND (until_ms = 0 OR until_ms > $4 OR is_addressed = 1)
        """,
        subject16,
        int(EnquiryState.DONE),
        hour,
        now_ms,
    )
    return int(row[0]) if row else 0


def due(tx: ReadTransaction, now_ms: int, hour: int) -> list[TicketRow]:
    """Reservations and tickets whose time is over."""
    rows = tx.all(
        f"""
        SELECT {_COLUMNS} FROM enquiries_tickets
        WHERE (until_ms > 0 AND until_ms <= $1) OR ends_hour <= $2
        LIMIT 500
        """,  # noqa: S608  # a constant
        now_ms,
        hour,
    )
    return [ticket for row in rows if (ticket := _ticket(row))]


def save(tx: WriteTransaction, ticket: TicketRow) -> None:
    """Store who has it and what the table decided."""
    life = ticket.life
    tx.run(
        """
        UPDATE enquiries_tickets
        SET
          assignee = $2, successor = $3,
          state = $4, since_hour = $5, until_ms = $6, ends_hour = $7,
          deputy = $8, is_addressed = $9, for_leads = $10, reads_along = $11
        WHERE ticket16 = $1
        """,
        ticket.ticket16,
        ticket.assignee,
        ticket.successor,
        int(life.state),
        life.since_hour,
        life.until_ms,
        life.ends_hour,
        ticket.deputy,
        int(ticket.is_addressed),
        int(ticket.for_leads),
        int(ticket.reads_along),
    )


def change_cap(tx: WriteTransaction, ticket16: bytes, cap_hash: bytes) -> None:
    """Store which capability the ticket obeys."""
    tx.run("UPDATE enquiries_tickets SET cap_hash = $2 WHERE ticket16 = $1", ticket16, cap_hash)


def delete(tx: WriteTransaction, ticket16: bytes) -> None:
    """Remove a ticket that is gone."""
    tx.run("DELETE FROM enquiries_tickets WHERE ticket16 = $1", ticket16)


def _ticket(row: Row | None) -> TicketRow | None:
    if row is None:
        return None
    return TicketRow(
        ticket16=row[0],
        portal16=row[1],
        number=row[2],
        language=row[3],
        cap_hash=row[4],
        is_addressed=bool(row[5]),
        has_regular=bool(row[12]),
        assignee=row[6],
        successor=row[7],
        deputy=row[13],
        for_leads=bool(row[14]),
        reads_along=bool(row[15]),
        life=EnquiryLife(
            state=EnquiryState(row[8]), since_hour=row[9], until_ms=row[10], ends_hour=row[11]
        ),
    )
