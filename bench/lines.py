"""The load's end of a WebSocket: sends prepared frames, looks at the kind of each answer, no more.

A full client would cost the machine more than the server it measures. Kinds are those of
crypto/wire/codec.py; the bare server answers with the same first bytes.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from enum import IntEnum

from bench.processes import HOST
from crypto.errors import RemoteError
from crypto.wire import catalogue
from crypto.wire.codec import Frame, ReplyFrame, decode_from_relay

_HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
_SWITCHING = b"HTTP/1.1 101 "
_HEAD_END = b"\r\n\r\n"


class _Opcode(IntEnum):
    BINARY = 2
    PING = 9


class Tally:
    """What several lines have seen together, and how long each reply took."""

    def __init__(self) -> None:
        self.replies = 0
        self.events = 0
        self.latencies_s: list[float] = []
        self._wanted = (0, 0)
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def reaches(self, replies: int, events: int) -> None:
        """Wait until that many of both have come; SystemExit after a refusal or a cut."""
        self._wanted = (replies, events)
        self.look()
        await self._done

    def look(self) -> None:
        """Compare; called after every batch."""
        enough = self.replies >= self._wanted[0] and self.events >= self._wanted[1]
        if enough and self._wanted != (0, 0) and not self._done.done():
            self._done.set_result(None)

    def fail(self, why: str) -> None:
        """Give up: figures of a load that was refused would mean nothing."""
        if not self._done.done():
            self._done.set_exception(SystemExit(f"the load was refused: {why}"))
            self._done.exception()


class Line(asyncio.Protocol):
    """One connection: `opened`, then frames; replies come in the order of the commands."""

    def __init__(self, port: int, path: str) -> None:
        self.tally = Tally()
        self._port, self._path = port, path
        self._transport: asyncio.Transport | None = None
        self._greeted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unread = bytearray()
        self._in_http = True
        self._waiting: deque[float] = deque()
        self._later: deque[bytes] = deque()
        self._answered: asyncio.Future[bytes] | None = None

    @classmethod
    async def opened(cls, port: int, path: str) -> Line:
        """Connect and wait for the greeting."""
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(lambda: cls(port, path), HOST, port)
        await line._greeted
        return line

    async def ask(self, frame: bytes) -> bytes:
        """Send one frame and return the payload of its reply."""
        self._answered = asyncio.get_running_loop().create_future()
        self.send(frame)
        return await self._answered

    def send(self, frame: bytes) -> None:
        """Send a frame now."""
        self._waiting.append(time.perf_counter())
        assert self._transport is not None
        self._transport.write(frame)

    def send_all(self, frames: Iterable[bytes], in_flight: int) -> None:
        """Send frames, each as soon as fewer than `in_flight` wait for their reply."""
        self._later = deque(frames)
        first = [self._later.popleft() for _ in range(min(in_flight, len(self._later)))]
        self._waiting.extend([time.perf_counter()] * len(first))
        assert self._transport is not None
        self._transport.write(b"".join(first))

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the WebSocket."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        head = _HANDSHAKE.format(path=self._path, host=HOST, port=self._port)
        transport.write(head.encode("ascii"))

    def connection_lost(self, error: Exception | None) -> None:
        """Tell whoever still waits."""
        self._fail("the line was cut")

    def data_received(self, data: bytes) -> None:
        """Take apart what came; send what may follow in one write."""
        self._unread += data
        if self._in_http and not self._finish_http():
            return
        ready: list[bytes] = []
        at = 0
        while (end := self._take_frame(at, ready)) is not None:
            at = end
        del self._unread[:at]
        if ready and self._transport is not None:
            self._waiting.extend([time.perf_counter()] * len(ready))
            self._transport.write(b"".join(ready))
        self.tally.look()

    def _finish_http(self) -> bool:
        head, found, rest = self._unread.partition(_HEAD_END)
        if not found:
            return False
        if not head.startswith(_SWITCHING):
            self._fail(head[:80].decode("ascii", "replace"))
        self._in_http, self._unread = False, rest
        return True

    def _take_frame(self, at: int, ready: list[bytes]) -> int | None:
        """Handle the frame at `at`; return where it ends, None while it is not complete."""
        unread = self._unread
        if len(unread) < at + 4:
            return None
        start, size = at + 2, unread[at + 1]
        if size == 126:
            start, size = at + 4, int.from_bytes(unread[at + 2 : at + 4], "big")
        elif size == 127:
            start, size = at + 10, int.from_bytes(unread[at + 2 : at + 10], "big")
        end = start + size
        if len(unread) < end:
            return None
        if unread[at] & 0x0F == _Opcode.BINARY:
            self._take(unread[start + 1], start, end, ready)
        elif unread[at] & 0x0F == _Opcode.PING:
            self._pong()
        return end

    def _take(self, kind: int, start: int, end: int, ready: list[bytes]) -> None:
        if kind == Frame.REPLY:
            self.tally.replies += 1
            self.tally.latencies_s.append(time.perf_counter() - self._waiting.popleft())
            if self._later:
                ready.append(self._later.popleft())
            if self._answered is not None:
                self._answered.set_result(bytes(self._unread[start:end]))
                self._answered = None
        elif kind in (Frame.EVENT, Frame.COMMAND):
            self.tally.events += 1
        elif kind == Frame.GREETING:
            self._greeted.set_result(None)
        else:
            self._fail(f"refused: {bytes(self._unread[start:end])!r}")

    def _pong(self) -> None:
        if self._transport is not None:
            self._transport.write(b"\x8a\x80" + bytes(4))

    def _fail(self, why: str) -> None:
        for one in (self._greeted, self._answered):
            if one is not None and not one.done():
                one.set_exception(ConnectionError(why))
        self.tally.fail(why)


def head_of(reply: bytes) -> int:
    """Return `head_n` of the reply to a read."""
    frame = decode_from_relay(reply, catalogue.events())
    if not isinstance(frame, ReplyFrame) or not isinstance(frame.fields, list):
        raise RemoteError("not the reply to a read")
    head_n = frame.fields[1]
    assert isinstance(head_n, int)
    return head_n
