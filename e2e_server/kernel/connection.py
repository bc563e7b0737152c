"""One client's line: what rooms may do with it, and the turn-taking of commands and events.

Commands of a connection run one after the other, and events wait while one runs: a reply never
overtakes the events that its command caused, nor they it. Announcements that arrive meanwhile are
gathered, so a reader is called once for all of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from crypto.wire.base import Event, Role
from crypto.wire.codec import encode_event
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.bus.port import Bus, Ref, Topic

# A box takes two; a counsellor may have hundreds of written conversations, and read first requests.
MAX_SUBSCRIPTIONS = 2_000
_MAX_GATHERED_REFS = 10_000
N = TypeVar("N")


class SharedEvent:
    """An event that goes to several connections: encoded once, for the first that sends it."""

    __slots__ = ("_event", "_frame")

    def __init__(self, event: Event) -> None:
        self._event = event
        self._frame = b""

    @property
    def frame(self) -> bytes:
        """The event as a frame."""
        self._frame = self._frame or encode_event(self._event)
        return self._frame


Reader = Callable[[tuple[Ref, ...]], Awaitable[Iterable[Event | SharedEvent]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Who is signed in on a connection; staff fields are empty for seekers.

    `role` and `certificate_hash` are those of the certificate in force when the command arrived;
    they are set only for commands that need staff.
    """

    account16: bytes
    kind: int
    token_hash: bytes
    expires_ms: int
    subject16: bytes = b""
    staff_pk: bytes = b""
    role: Role | None = None
    certificate_hash: bytes = b""


class Connection:
    """Made by the gateway; rooms subscribe, send, keep notes and ask to be told of its end."""

    def __init__(self, bus: Bus, prefix: bytes, send: Callable[[bytes], None]) -> None:
        """`prefix`: the network the client came from, for limits only; `send` takes a frame."""
        self.prefix = prefix
        self.sign_in: SignIn | None = None
        self.ticket16: bytes | None = None
        self.closed = False
        self._bus = bus
        self._send = send
        self._wake: Callable[[], None] = lambda: None
        self._readers: dict[Topic, Reader] = {}
        self._ends: dict[Topic, Callable[[], None]] = {}
        self._gathered: dict[Topic, list[Ref]] = {}
        self._notes: dict[type[Any], Any] = {}
        self._on_close: list[Callable[[], None]] = []

    def subscribe(self, topic: Topic, reader: Reader) -> None:
        """Call `reader` after commits that announced `topic`, and now and then without reason.

        Subscribe first, read then: a reader holds a cursor, so nothing falls between the two. A
        second subscription to a topic replaces the first.
        """
        if self.closed:
            return
        if topic not in self._readers:
            if len(self._readers) >= MAX_SUBSCRIPTIONS:
                raise WireError(ErrorCode.RATE_LIMITED)
            self._ends[topic] = self._bus.subscribe(topic, lambda refs: self._gather(topic, refs))
        self._readers[topic] = reader

    def unsubscribe(self, topic: Topic) -> None:
        """End a subscription; harmless when there is none."""
        self._readers.pop(topic, None)
        self._gathered.pop(topic, None)
        end = self._ends.pop(topic, None)
        if end is not None:
            end()

    def poll_topic(self, topic: Topic) -> None:
        """Have the reader of `topic` called soon: there is more than a reply could hold."""
        self._gather(topic, ())

    def is_subscribed(self, topic: Topic) -> bool:
        """Tell whether a reader is waiting for `topic`."""
        return topic in self._readers

    def send(self, event: Event | SharedEvent) -> None:
        """Send one event; it leaves together with everything else of this turn of the loop."""
        self._send(event.frame if isinstance(event, SharedEvent) else encode_event(event))

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call `callback` once when the connection ends, however it ends; it must not wait."""
        self._on_close.append(callback)

    def keep(self, note: object) -> None:
        """Keep a room's own state for this connection, one object per class."""
        self._notes[type(note)] = note

    def kept(self, kind: type[N]) -> N | None:
        """Return the object of this class that was kept, if any."""
        found: N | None = self._notes.get(kind)
        return found

    def forget(self, kind: type[Any]) -> None:
        """Drop the object of this class; harmless when there is none."""
        self._notes.pop(kind, None)

    # --- for the gateway and the fan-out -------------------------------------------------------

    def use_wake(self, wake: Callable[[], None]) -> None:
        """Have `wake` called whenever there is something to read."""
        self._wake = wake

    @property
    def has_news(self) -> bool:
        """Tell whether a reader has to be called."""
        return bool(self._gathered)

    async def read_news(self) -> None:
        """Call the reader of each announced topic once and send what they return."""
        gathered, self._gathered = self._gathered, {}
        for topic, refs in gathered.items():
            reader = self._readers.get(topic)
            if reader is not None:
                for event in await reader(tuple(refs)):
                    self.send(event)

    def poll(self) -> None:
        """Have every reader called although nothing was announced."""
        for topic in tuple(self._readers):
            self.poll_topic(topic)

    def close(self) -> None:
        """End subscriptions and tell whoever asked; idempotent."""
        if self.closed:
            return
        self.closed = True
        for topic in tuple(self._readers):
            self.unsubscribe(topic)
        callbacks, self._on_close = self._on_close, []
        for callback in callbacks:
            callback()
        self._notes.clear()
        self.sign_in = None

    def _gather(self, topic: Topic, refs: tuple[Ref, ...]) -> None:
        if topic in self._readers:
            gathered = self._gathered.setdefault(topic, [])
            # References are hints; a reader with a cursor finds the rest without them.
            gathered.extend(refs[: _MAX_GATHERED_REFS - len(gathered)])
            self._wake()
