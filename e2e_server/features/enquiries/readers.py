"""What a counsellor's connection hears of a portal's written enquiries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crypto.wire.base import Event
from crypto.wire.enquiries import EnquiryRow, EnquiryRowChanged, EnquiryState
from e2e_server.bus.port import Ref
from e2e_server.features.enquiries import store, tickets
from e2e_server.features.enquiries.teams import Listed, listed
from e2e_server.features.enquiries.tickets import Change, Place
from e2e_server.kernel.connection import SharedEvent
from e2e_server.kernel.context import Context
from e2e_server.kernel.looks import SharedLooks
from e2e_server.storage.port import Database, ReadTransaction

# A ticket as it is now: what decides who sees it (None: nobody decides, it is gone), and its row.
News = Mapping[bytes, tuple[Place | None, SharedEvent]]


class EnquiryLooks:
    """Looks up what was announced, once for all counsellors who were woken for it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._shared = SharedLooks(self._read)

    async def look(self, portal16: bytes, ticket16s: tuple[bytes, ...]) -> News:
        """Return these tickets of a portal as they are now."""
        return await self._shared.look((portal16, ticket16s))

    async def _read(self, asked: tuple[bytes, tuple[bytes, ...]]) -> News:
        portal16, ticket16s = asked

        def work(tx: ReadTransaction) -> News:
            return {one: _news(tx, portal16, one) for one in ticket16s}

        return await self._db.read(work)


class EnquiriesReader:
    """A counsellor's view of one portal's enquiries on one connection, while TEAM lists them.

    It keeps no list: with thousands of open enquiries and hundreds of counsellors only what was
    announced is looked up. What an announcement cannot tell, the list read anew does.
    """

    def __init__(self, context: Context, portal16: bytes, *, is_all: bool) -> None:
        self._context = context
        self._portal16 = portal16
        self._is_all = is_all
        self._subject16 = context.signed_in().subject16

    async def __call__(self, refs: tuple[Ref, ...]) -> Iterable[Event | SharedEvent]:
        """Return the rows that have come into this list, changed in it, or left it."""
        connection = self._context.connection
        where = listed(self._context, self._portal16, connection.sign_in)
        if not where.at_all:
            connection.unsubscribe(tickets.topic(self._portal16))
            return []
        changes = [Change.decode(ref) for ref in refs if isinstance(ref, bytes)]
        if not changes:
            return []
        asked = tuple(dict.fromkeys(one.ticket16 for one in changes))
        news = await self._context.services.get(EnquiryLooks).look(self._portal16, asked)
        stood_here = {one.ticket16 for one in changes if self._sees(one.before, where)}
        return [
            event
            for ticket16, (place, event) in news.items()
            if ticket16 in stood_here or (place is not None and self._sees(place, where))
        ]

    def _sees(self, place: Place, where: Listed) -> bool:
        return place.is_seen_by(self._subject16, where, is_all=self._is_all)


def _news(
    tx: ReadTransaction, portal16: bytes, ticket16: bytes
) -> tuple[Place | None, SharedEvent]:
    ticket = store.by_id(tx, ticket16)
    if ticket is None:
        return None, SharedEvent(EnquiryRowChanged(row=_gone(portal16, ticket16)))
    return tickets.place_of(ticket), SharedEvent(EnquiryRowChanged(row=tickets.row_of(ticket)))


def _gone(portal16: bytes, ticket16: bytes) -> EnquiryRow:
    return EnquiryRow(
        ticket16=ticket16,
        portal16=portal16,
        number=0,
        language="",
        state=EnquiryState.GONE,
        since_hour=0,
        is_addressed=0,
        assignee=b"",
        until_ms=0,
        successor=b"",
        deputy=b"",
        has_regular=0,
        for_leads=0,
        reads_along=0,
    )
