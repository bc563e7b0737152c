"""What a connection hears of boxes and inboxes: cursors, read after each announcement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
from e2e_server.features.boxes.fresh import Fresh
from e2e_server.features.boxes.outside import page_of
from e2e_server.features.boxes.shown import Held
from e2e_server.features.boxes.store import BoxRow, CapRow
from e2e_server.kernel.connection import Connection, SharedEvent
from e2e_server.kernel.looks import SharedLooks
from e2e_server.storage.port import Database, ReadTransaction

PAGE_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxNews:
    """What stands in a box from some number on; `caps` by the hash of each capability."""

    found: BoxRow | None
    caps: Mapping[bytes, CapRow]
    events: tuple[SharedEvent, ...]


class BoxLooks:
    """Looks into boxes for readers; those at the same place of a box share one look."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._shared = SharedLooks(self._read)

    async def look(self, box16: bytes, start: int) -> BoxNews:
        """Return what a page holds from `start` on."""
        return await self._shared.look((box16, start))

    async def _read(self, place: tuple[bytes, int]) -> BoxNews:
        box16, start = place

        def work(tx: ReadTransaction) -> BoxNews:
            rows = page_of(store.from_number(tx, box16, start, PAGE_ROWS))
            found, caps = store.box_and_caps(tx, box16)
            return BoxNews(
                found=found,
                caps=caps,
                events=tuple(
                    SharedEvent(EnvelopeStored(box16=box16, n=n, e1=e1)) for n, e1 in rows
                ),
            )

        return await self._db.read(work)


class BoxReader:
    """One connection's place in one box, for as long as the capability it read with opens it."""

    def __init__(
        self, connection: Connection, looks: BoxLooks, fresh: Fresh, box16: bytes, held: Held
    ) -> None:
        self._connection = connection
        self._looks = looks
        self._fresh = fresh
        self._box16 = box16
        self._held = held
        self._cap_hash = held.cap_hash
        self._next_n = 1
        self._told_closed = False

    def start(self, next_n: int, *, told_closed: bool) -> None:
        """Stand before `next_n`: all earlier envelopes were in the reply."""
        self._next_n = max(1, next_n)
        self._told_closed = told_closed

    async def __call__(self, refs: tuple[Ref, ...]) -> Iterable[Event | SharedEvent]:
        """Return what is new since last time, and end when nothing more may be read."""
        if not self._held.works:
            # Taken out of the team, or signed out: not even that the box has closed.
            self._end()
            return []
        handed = self._handed(refs)
        if handed:
            return handed
        news = await self._looks.look(self._box16, self._next_n)
        if news.found is None:
            self._end()
            return [Purged(box16=self._box16)]
        # The close takes most capabilities away; who was reading still gets the last words. But
        # not who was taken out before: their reference says so.
        cap = news.caps.get(self._cap_hash)
        may_read = cap is not None and bool(cap.rights & Right.READ)
        closing = news.found.state is BoxState.CLOSED and not self._told_closed
        if not may_read and (not closing or self._cap_hash in refs):
            self._end()
            return news.events[: self._left_until(refs)]
        events: list[Event | SharedEvent] = list(news.events)
        self._next_n += len(events)
        if self._next_n <= news.found.last_n:
            # The rest in its turn, so that a long box does not hold up the line.
            self._connection.poll_topic(relay.topic(self._box16))
        elif closing:
            events.append(self._closed(news.found, may_read))
        return events

    def _handed(self, refs: tuple[Ref, ...]) -> list[SharedEvent]:
        """Return what was announced without reading it back; nothing where only a look can tell.

        Each envelope is judged by the capabilities of the moment in which it was numbered. A look
        is needed after anything but new envelopes in unbroken order (a close, somebody taken out),
        when one of them was not kept, and when this capability opened it no more.
        """
        events: list[SharedEvent] = []
        for n, ref in enumerate(refs[: PAGE_ROWS + 1], self._next_n):
            posted = self._fresh.find(self._box16, n) if ref == n else None
            if posted is None or self._cap_hash not in posted.readers:
                return []
            events.append(posted.event)
        if len(events) > PAGE_ROWS:
            return []
        self._next_n += len(events)
        return events

    def _left_until(self, refs: tuple[Ref, ...]) -> int:
        """Count what was still theirs to read of whom a commit has taken out: up to that commit.

        It is signed, so that nobody need believe this server that somebody else took them out. A
        team's reader is only no longer asked.
        """
        if self._held.cap.team16 is not None or self._cap_hash not in refs:
            return 0
        before = refs[: refs.index(self._cap_hash)]
        last_n = max((ref for ref in before if isinstance(ref, int)), default=0)
        return max(0, last_n - self._next_n + 1)

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

    def __init__(self, box16: bytes, held: Held) -> None:
        self._box16 = box16
        self._held = held

    async def __call__(self, refs: tuple[Ref, ...]) -> Iterable[Event]:
        """Return each fleeting envelope that was announced."""
        if not self._held.works:
            return []
        return [FleetingSeen(box16=self._box16, e3=ref) for ref in refs if isinstance(ref, bytes)]


class InboxReader:
    """Says that a letter has come; the client reads the inbox."""

    def __init__(self, inbox16: bytes, may_read: Callable[[], bool]) -> None:
        self._inbox16 = inbox16
        self._may_read = may_read

    async def __call__(self, refs: tuple[Ref, ...]) -> Iterable[Event]:
        """Return one event for any number of letters."""
        return [LetterStored(inbox16=self._inbox16)] if refs and self._may_read() else []
