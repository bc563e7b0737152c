"""One conversation: reads, judges, shows; says, seals, sends. Shell around transcript and outbox.

Nothing is shown before the transcript has judged it; nothing is sent but what the outbox sealed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from clientlib import consent
from clientlib.attachments import (
    Download,
    Progress,
    ReceivedFile,
    Upload,
    quiet,
    read_message,
    write_message,
)
from clientlib.boxclock import BoxClock
from clientlib.errors import Disconnected
from clientlib.outbox import Item, ItemState, Outbox
from clientlib.relay import RelayClient
from clientlib.said import Learned, Said, said_of
from clientlib.translog import LogReader
from crypto.entry import Entry, ended
from crypto.envelope import Kind, parse_outer, seal_e3
from crypto.errors import RemoteError
from crypto.keys import CapSecret, SignSecret
from crypto.levels import NO_TEAMS, Teams
from crypto.roster import Role
from crypto.transcript import Transcript
from crypto.verdict import NeedKind, Taken, Verdict
from crypto.wire import boxes as wire
from crypto.wire import codec, content
from crypto.wire.base import Event
from crypto.wire.errors import ErrorCode, WireError


class Box:
    """A member's device in one box."""

    def __init__(
        self,
        relay: RelayClient,
        log: LogReader,
        transcript: Transcript,
        cap: CapSecret,
        secret: SignSecret,
        now_ms: Callable[[], int],
        own_role: Role | None = None,
        teams: Teams = NO_TEAMS,
    ) -> None:
        self.relay = relay
        self.transcript = transcript
        self.clock = BoxClock()
        self.said: list[Said] = []
        self.taken: list[Taken] = []
        self.learned = Learned()
        self.changed = asyncio.Condition()
        self._log = log
        self._cap = cap.raw
        self._secret = secret
        self._outbox = Outbox(secret)
        self._now_ms = now_ms
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._reading = asyncio.Lock()
        self._sending = asyncio.Lock()
        self._unlisten: Callable[[], None] | None = None
        self._pump: asyncio.Task[None] | None = None
        self._fleeting_i = 0
        self._is_introduced = False
        # Of a seeker: their words are the own ones, whatever access they came from.
        self._own_role = own_role
        # Of a seeker: to whom a written conversation may be given back, and who reads along.
        self._teams = teams

    @property
    def box16(self) -> bytes:
        """The box's address."""
        return self.transcript.state.box16

    @property
    def closed_by(self) -> int | None:
        """Who signed a close message; None: nobody did, so the service ended it."""
        return self.learned.closed_by

    @property
    def pseudonym(self) -> str:
        """The name under which the seeker writes; "" for an unregistered one."""
        return self.learned.pseudonym

    def with_end(self, entry: Entry) -> Entry:
        """Return what the keyring keeps, with the end once all that came before it was read."""
        state, is_whole = self.transcript.state, not self.transcript.withheld
        if not (self.clock.end_minute and is_whole and self.transcript.stopped is None):
            return entry
        return ended(entry, self.clock.end_minute, state.number, state.heads[-1])

    async def open(self) -> None:
        """Read everything there is and follow the box from now on."""
        self._unlisten = self.relay.listen(self._hear)
        await self.read_on()
        self._pump = asyncio.get_running_loop().create_task(self._follow())

    async def read_on(self) -> None:
        """Read from the own place to the end, page by page."""
        async with self._reading:
            while True:
                start = self.transcript.state.number + 1
                page = await self.relay.request(wire.Read(box16=self.box16, start=start), self._cap)
                for row in page.rows:
                    await self._take(row.n, row.e1)
                self.clock.read(page, self.transcript.state.number)
                if not page.rows or not start <= self.transcript.state.number < page.head_n:
                    break
        await self._tell()

    async def stop(self) -> None:
        """Follow no longer; idempotent."""
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None
        if self._pump is not None:
            self._pump.cancel()
            await asyncio.gather(self._pump, return_exceptions=True)

    async def say(self, text: str) -> Item:
        """Send a text; it stays queued when it cannot be sent now."""
        return await self.send(Kind.TEXT, codec.encode(content.Text(text=text)))

    async def send(self, kind: Kind, payload: bytes) -> Item:
        """Send any content."""
        item = self._outbox.say(kind, payload, self._now_ms())
        await self.flush()
        return item

    def upload(self, raw: bytes, name: str, progress: Progress = quiet) -> Upload:
        """Prepare a file to be sent: `run` and `cancel` it; UnfitFile for what is not passed on."""
        return Upload(self.relay, self.box16, self._cap, raw, name, progress=progress)

    async def send_file(self, raw: bytes, name: str, progress: Progress = quiet) -> Item:
        """Send a file: first its sealed bytes, then the message that names and opens it."""
        sent = await self.upload(raw, name, progress).run()
        return await self.send(Kind.FILE, write_message(sent))

    async def fetch_file(self, said: Said, progress: Progress = quiet) -> ReceivedFile:
        """Fetch the file of a message; nothing is handed out before all of it is checked."""
        wanted = read_message(said.payload)
        return await Download(self.relay, self.box16, self._cap, wanted, progress=progress).run()

    async def introduce(self, pseudonym: str) -> None:
        """Say under which name this registered seeker writes, unless it has been said."""
        if not (self._is_introduced or self.pseudonym) and self.clock.state is wire.BoxState.OPEN:
            self._is_introduced = True
            given = codec.encode(content.Introduction(pseudonym=pseudonym))
            await self.send(Kind.INTRODUCTION, given)

    async def offer_account(self) -> Item:
        """Tell the seeker that they may make an access now and go on later."""
        return await self.send(Kind.ACCOUNT_OFFER, codec.encode(content.AccountOffer()))

    async def flush(self) -> None:
        """Send what waits, in order; what the line or an alarm stops stays queued."""
        async with self._sending:
            await self._drain()

    async def acknowledge(self, read_n: int = 0) -> None:
        """State what has been delivered, if the protocol owes it; `read_n` where marks are on."""
        if self.transcript.owed_acknowledgement() and not self.transcript.is_held(self._log_n()):
            mark = content.Acknowledgement(read_n=read_n)
            await self.send(Kind.ACKNOWLEDGEMENT, codec.encode(mark))

    async def type_now(self, active: bool) -> None:
        """Tell that somebody is writing; nobody waits for it."""
        body = self.transcript.draft(
            kind=1,
            stream=self._outbox.stream,
            i=self._fleeting_i,
            sent_ms=self._now_ms(),
            log_n=self._log_n(),
            payload=codec.encode(content.Typing(active=int(active))),
        )
        self._fleeting_i += 1
        e3 = seal_e3(self.transcript.key, self._secret, body)
        await self.relay.request(wire.Fleeting(box16=self.box16, e3=e3), self._cap)

    async def close(self) -> None:
        """End the conversation with a signed word; a repeat after a lost answer is harmless.

        No alarm stands in its way; where nothing can be sealed any more, the own capability goes.
        """
        if not self.transcript.may_write(Kind.CLOSE):
            await self.leave()
            self.clock.state = wire.BoxState.CLOSED
            return
        async with self._sending:
            self._outbox.end(codec.encode(content.Close()), self._now_ms())
            await self._drain()
        # What will find the tomb ends with the own last word; who may not read on needs none.
        with suppress(WireError, Disconnected):
            await self.read_on()

    async def leave(self) -> None:
        """Drop the own capability: for an unregistered seeker this ends the chat."""
        await self.relay.request(wire.Leave(box16=self.box16), self._cap)

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds; it is asked after every change."""
        async with self.changed:
            await self.changed.wait_for(condition)

    def _log_n(self) -> int:
        """Size of the log by now; where another conversation has read on, this one follows."""
        self.transcript.staff = self._log.staff
        return self._log.view.size

    async def _drain(self) -> None:
        while item := self._outbox.next(self.transcript, self._log_n()):
            if not await self._post(item):
                break

    async def _post(self, item: Item) -> bool:
        """Send one item; tell whether the next one may follow."""
        try:
            if item.kind is Kind.CLOSE:
                close = wire.Close(box16=self.box16, e1=item.envelope)
                done = await self.relay.request(close, self._cap)
                self.clock.close_minute = done.close_minute
                self.clock.purge_minute = done.purge_minute
                self._outbox.stored(item, 0)
                return False
            post = wire.Post(box16=self.box16, e1=item.envelope)
            reply = await self.relay.request(post, self._cap)
        except Disconnected:
            return False
        except WireError as error:
            if error.code is ErrorCode.STALE:
                kid8 = parse_outer(item.envelope).kid8
                self._outbox.stale(item)
                await self.read_on()
                # Under the same key it would be stale again: a relay that hides what came first
                # would be asked without end.
                return item not in self._outbox.waiting or kid8 != self.transcript.key.kid8
            if item.kind is Kind.CLOSE and error.code in (ErrorCode.CLOSED, ErrorCode.UNKNOWN):
                # Closed already: by a first try whose answer was lost, or by the other side.
                self._outbox.stored(item, 0)
                self.clock.state = wire.BoxState.CLOSED
                return False
            self._outbox.failed(item)
            raise
        fits = self.transcript.posted(reply.n, item.envelope)
        self._outbox.stored(item, reply.n)
        if not fits:
            await self._tell()
        return item.state is ItemState.STORED

    def _hear(self, event: Event) -> None:
        if getattr(event, "box16", None) == self.box16:
            self._events.put_nowait(event)

    async def _follow(self) -> None:
        while True:
            event = await self._events.get()
            if isinstance(event, wire.EnvelopeStored):
                async with self._reading:
                    await self._take(event.n, event.e1)
            elif isinstance(event, wire.FleetingSeen):
                self.transcript.take_fleeting(event.e3)
            elif isinstance(event, wire.Closed):
                self.clock.closed(event)
            elif isinstance(event, wire.Purged):
                self.clock.purged = True
            await self._tell()

    async def _take(self, n: int, raw: bytes) -> None:
        """Judge one envelope, fetching what the judgement needs, each thing once."""
        tried: set[NeedKind] = set()
        later: tuple[wire.Numbered, ...] = ()
        while (need := (taken := self.transcript.take(n, raw, tried)).need) is not None:
            tried.add(need.kind)
            # What the relay refuses, or answers with bytes that must not be believed, is missing:
            # then the judgement goes by what is known, which is the stricter one.
            with suppress(RemoteError, WireError):
                if need.kind is NeedKind.LOG:
                    await self._read_log()
                else:
                    later = await self._fill(need.n, n)
        self._show(taken)
        for row in later:
            await self._take(row.n, row.e1)

    async def _fill(self, start: int, end: int) -> tuple[wire.Numbered, ...]:
        """Read again what lies before `end`; what came after it is told here and not as events."""
        page = await self.relay.request(wire.Read(box16=self.box16, start=start), self._cap)
        # What lies between is judged at once: it may state more of the log than is known here.
        with suppress(RemoteError):
            await self._read_log()
        for row in (one for one in page.rows if one.n < end):
            self._show(self.transcript.take(row.n, row.e1, set(NeedKind)))
        return tuple(row for row in page.rows if row.n > end)

    async def _read_log(self) -> None:
        await self._log.update()
        self.transcript.staff = self._log.staff

    def _show(self, taken: Taken) -> None:
        self.taken.append(taken)
        if taken.message is None:
            return
        try:
            said = said_of(taken.message, self.transcript.own, self._own_role)
            asked, before = self.learned.hand_over, self.learned.members
            consent.guard(self.transcript, asked, taken, self._teams, before)
            self.learned.learn(taken.message)
        except RemoteError:
            # Genuine, but not what it says: the writer's client is broken, or wants to break this.
            unreadable = (*taken.findings, Verdict.UNREADABLE)
            self.taken[-1] = replace(taken, verdict=Verdict.UNREADABLE, findings=unreadable)
        else:
            self.said.append(said)

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()
