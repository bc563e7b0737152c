"""What a connection hears of boxes and inboxes: cursors, read after each announcement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crypto.wire.base import Event, Right
from crypto.wire.boxes import (
    BoxState,
    Closed,
    EnvelopeStored,
    FleetingSeen,
    LetterStored,
    Purged,
)
from e2e_server.bus.port import Ref
from e2e_server.features.boxes import relay, store
from e2e_server.features.boxes.outside import page_of
from e2e_server.features.boxes.store import BoxRow
from e2e_server.kernel.connection import Connection
from e2e_server.storage.port import Database, ReadTransaction

PAGE_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    found: BoxRow | None
    may_read: bool
    rows: list[tuple[int, bytes]]


class BoxReader:
    """One connection's place in one box, for as long as the capability it read with opens it."""

    def __init__(self, connection: Connection, db: Database, box16: bytes, cap_hash: bytes) -> None:
        self._connection = connection
        self._db = db
        self._box16 = box16
        self._cap_hash = cap_hash
        self._next_n = 1
        self._told_closed = False

    def start(self, next_n: int, *, told_closed: bool) -> None:
        """Stand before `next_n`: all earlier envelopes were in the reply."""
        self._next_n = max(1, next_n)
        self._told_closed = told_closed

    async def __call__(self, refs: tuple[Ref, ...]) -> Iterable[Event]:
        """Return what is new since last time, and end when nothing more may be read."""
        news = await self._db.read(self._look)
        if news.found is None:
            self._end()
            return [Purged(box16=self._box16)]
        # The close takes most capabilities away; who was reading still gets the last words. But
        # not who was taken out before: their reference says so.
        closing = news.found.state is BoxState.CLOSED and not self._told_closed
        if not news.may_read and (not closing or self._cap_hash in refs):
            self._end()
            return []
        rows = page_of(news.rows)
        events: list[Event] = [EnvelopeStored(box16=self._box16, n=n, e1=e1) for n, e1 in rows]
        self._next_n += len(rows)
        if self._next_n <= news.found.last_n:
            # The rest in its turn, so that a long box does not hold up the line.
            self._connection.poll_topic(relay.topic(self._box16))
        elif closing:
            events.append(self._closed(news.found, news.may_read))
        return events

    def _look(self, tx: ReadTransaction) -> _News:
        mine = store.cap(tx, self._box16, self._cap_hash)
        return _News(
            found=store.box(tx, self._box16),
            may_read=mine is not None and bool(mine.rights & Right.READ),
            rows=store.from_number(tx, self._box16, self._next_n, PAGE_ROWS),
        )

    def _closed(self, found: BoxRow, may_read: bool) -> Event:
        self._told_closed = True
        if not may_read:
            self._end()
        return Closed(
            box16=self._box16,
            reason=found.reason,
            close_minute=found.close_minute,
            purge_minute=found.purge_minute,
        )

    def _end(self) -> None:
        self._connection.unsubscribe(relay.topic(self._box16))
        self._connection.unsubscribe(relay.fleeting_topic(self._box16))


class FleetingReader:
    """Passes fleeting envelopes on; they were never stored, so the reference is the envelope."""

    def __init__(self, box16: bytes) -> None:
        self._box16 = box16

    async def __call__(self, refs: tuple[Ref, ...]) -> Iterable[Event]:
        """Return each fleeting envelope that was announced."""
        return [FleetingSeen(box16=self._box16, e3=ref) for ref in refs if isinstance(ref, bytes)]


class InboxReader:
    """Says that a letter has come; the client reads the inbox."""

    def __init__(self, inbox16: bytes) -> None:
        self._inbox16 = inbox16

    async def __call__(self, refs: tuple[Ref, ...]) -> Iterable[Event]:
        """Return one event for any number of letters."""
        return [LetterStored(inbox16=self._inbox16)] if refs else []
