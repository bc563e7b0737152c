"""What a person has said, until the relay holds it: bytes in, bytes out, no socket, no clock.

One envelope is under way at a time, in the order of saying. The bytes of an attempt are kept until
the relay has numbered them, so repeating after a lost line stores nothing twice. `stale` throws the
bytes away: the text is sealed anew, under the same count of the stream.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum

from crypto.envelope import Kind, seal_e1
from crypto.errors import LocalError
from crypto.keys import SignSecret
from crypto.random import Rand, random_bytes
from crypto.transcript import Transcript


class ItemState(Enum):
    """Where something said stands; delivered and read are told by the transcript."""

    PENDING = "pending"
    STORED = "stored"
    FAILED = "failed"


@dataclass(slots=True)
class Item:
    """One thing said. `key` is the sender's own name for it."""

    key: int
    kind: Kind
    payload: bytes = field(repr=False)
    sent_ms: int
    state: ItemState = ItemState.PENDING
    n: int = 0
    envelope: bytes = field(default=b"", repr=False)
    tried: bool = False

    @property
    def has_failed(self) -> bool:
        """Tell whether somebody must decide about it."""
        return self.state is ItemState.FAILED


class Outbox:
    """The queue of one stream; `stream` is a random 32-bit number per sign-in or reload."""

    def __init__(self, secret: SignSecret, rand: Rand = random_bytes, next_i: int = 0) -> None:
        self.stream = int.from_bytes(rand(4), "little")
        self.next_i = next_i
        self._secret = secret
        self._rand = rand
        self._waiting: deque[Item] = deque()
        self._is_ending = False
        self._next_key = 1

    @property
    def waiting(self) -> tuple[Item, ...]:
        """Everything that the relay has not numbered yet, oldest first."""
        return tuple(self._waiting)

    def say(self, kind: Kind, payload: bytes, sent_ms: int) -> Item:
        """Queue something; it stays queued until it is stored or withdrawn."""
        item = Item(key=self._next_key, kind=kind, payload=payload, sent_ms=sent_ms)
        self._next_key += 1
        self._waiting.append(item)
        return item

    def end(self, payload: bytes, sent_ms: int) -> Item:
        """Queue the close message as the last thing said; what was never tried is taken back.

        What an alarm held back is not sent after all. What has been tried keeps its place: whether
        the relay has it is known only once it is posted again, with the same bytes.
        """
        self._waiting = deque(one for one in self._waiting if one.tried and not one.has_failed)
        self._is_ending = True
        return self.say(Kind.CLOSE, payload, sent_ms)

    def next(self, transcript: Transcript, log_n: int) -> Item | None:
        """Return what to send now with `envelope` filled in, or None.

        `log_n` is the size of the log this client has read. Nothing is sealed while the transcript
        holds it back, but the end. What sealing raises leaves the item queued and sends
        nothing.
        """
        item = self._waiting[0] if self._waiting else None
        if item is None or item.has_failed:
            return None
        if transcript.is_held(log_n) and not self._is_ending:
            return None
        if not item.envelope:
            body = transcript.draft(
                kind=item.kind,
                stream=self.stream,
                i=self.next_i,
                sent_ms=item.sent_ms,
                log_n=log_n,
                payload=item.payload,
            )
            item.envelope = seal_e1(transcript.key, self._secret, body, rand=self._rand)
        item.tried = True
        return item

    def stored(self, item: Item, n: int) -> None:
        """The relay numbered it."""
        item.state, item.n, item.envelope = ItemState.STORED, n, b""
        self._waiting.remove(item)
        self.next_i += 1

    def stale(self, item: Item) -> None:
        """The box has moved on and did not store it: seal it anew, same count; not after an end."""
        item.envelope = b""
        if self._is_ending and item.kind is not Kind.CLOSE:
            self._waiting.remove(item)

    def failed(self, item: Item) -> None:
        """It cannot be sent now; it and all after it wait until somebody repeats or withdraws."""
        item.state = ItemState.FAILED

    def retry(self, item: Item) -> None:
        """Try a failed item again."""
        item.state = ItemState.PENDING

    def withdraw(self, item: Item) -> None:
        """Take back what was never tried, or what the relay refused for good."""
        if item.tried and item.state is not ItemState.FAILED:
            raise LocalError("it may have been sent already")
        self._waiting.remove(item)
