"""A tiny client of the wire: sends command objects over a real WebSocket, nothing more.

async with await RawClient.connect(url) as client:
    reply = await client.call(Ping())
    assert await client.refusal(PageRead(page=0)) is ErrorCode.UNAUTHORISED
    event = await client.event(LogGrown)
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, TypeVar, cast

import aiohttp

from crypto.wire import catalogue, codec
from crypto.wire.base import Command, Event, Reply
from crypto.wire.errors import ErrorCode, WireError

# Of nothing but what never comes: a busy machine takes its time.
TIMEOUT_S = 60.0
R = TypeVar("R", bound=Reply)
E = TypeVar("E", bound=Event)


class RawClient:
    """One connection; replies are matched by number, events are kept in order."""

    def __init__(self, http: aiohttp.ClientSession, line: aiohttp.ClientWebSocketResponse) -> None:
        self.http = http
        self.line = line
        self.events: list[Event] = []
        self.greeting: codec.Greeting | None = None
        self.stray: list[codec.RefusalFrame] = []
        self._next_request = 1
        self._waiting: dict[int, asyncio.Future[codec.ReplyFrame | codec.RefusalFrame]] = {}
        self._arrived = asyncio.Event()
        self._reader: asyncio.Task[None] | None = None

    @classmethod
    async def connect(cls, url: str, headers: dict[str, str] | None = None) -> RawClient:
        """Open `url` (http://host:port) and read the greeting."""
        http = aiohttp.ClientSession()
        try:
            line = await http.ws_connect(f"{url}/ws", headers=headers, max_msg_size=0)
        except BaseException:
            await http.close()
            raise
        client = cls(http, line)
        first = codec.decode_from_relay(await line.receive_bytes(), catalogue.events())
        assert isinstance(first, codec.Greeting)
        client.greeting = first
        client._reader = asyncio.create_task(client._read())
        return client

    async def call(self, command: Command[R], credential: bytes = b"") -> R:
        """Send a command and return its reply; WireError when refused."""
        answer = await asyncio.wait_for(await self.start(command, credential), TIMEOUT_S)
        if isinstance(answer, codec.RefusalFrame):
            raise WireError(answer.code, answer.retry_ms)
        reply = codec.from_value(command.META.reply, answer.fields)
        return cast("R", reply)  # the catalogue names the class, mypy knows it only as Reply

    async def start(
        self, command: Command[Any], credential: bytes = b""
    ) -> asyncio.Future[codec.ReplyFrame | codec.RefusalFrame]:
        """Send a command and return the answer to come."""
        request = self._next_request
        self._next_request += 1
        answer: asyncio.Future[codec.ReplyFrame | codec.RefusalFrame]
        answer = asyncio.get_running_loop().create_future()
        self._waiting[request] = answer
        await self.line.send_bytes(codec.encode_command(request, command, credential))
        return answer

    async def refusal(self, command: Command[Any], credential: bytes = b"") -> ErrorCode:
        """Send a command that must be refused and return the code."""
        try:
            await self.call(command, credential)
        except WireError as error:
            return error.code
        raise AssertionError(f"{command.META.name} was not refused")

    async def event(self, kind: type[E]) -> E:
        """Return the next event of this kind and take it out of the list."""

        async def wait() -> E:
            while True:
                for one in self.events:
                    if isinstance(one, kind):
                        self.events.remove(one)
                        return one
                self._arrived.clear()
                await self._arrived.wait()

        return await asyncio.wait_for(wait(), TIMEOUT_S)

    async def send_raw(self, raw: bytes) -> None:
        """Send any bytes as one frame."""
        await self.line.send_bytes(raw)

    async def stray_refusal(self) -> codec.RefusalFrame:
        """Return the next refusal that answers no command of ours."""

        async def wait() -> codec.RefusalFrame:
            while not self.stray:
                self._arrived.clear()
                await self._arrived.wait()
            return self.stray.pop(0)

        return await asyncio.wait_for(wait(), TIMEOUT_S)

    async def ended(self) -> int:
        """Wait until the relay has closed the line; return the close code."""
        assert self._reader is not None
        await asyncio.wait_for(self._reader, TIMEOUT_S)
        return self.line.close_code or 0

    async def close(self) -> None:
        """Close the line; idempotent."""
        await self.line.close()
        if self._reader is not None:
            await self._reader
        await self.http.close()

    async def __aenter__(self) -> RawClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _read(self) -> None:
        async for message in self.line:
            if message.type is aiohttp.WSMsgType.BINARY:
                self._take(message.data)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the relay has closed the line"))
                answer.exception()

    def _take(self, raw: bytes) -> None:
        frame = codec.decode_from_relay(raw, catalogue.events())
        if isinstance(frame, codec.ReplyFrame | codec.RefusalFrame):
            answer = self._waiting.pop(frame.request, None)
            if answer is not None and not answer.done():
                answer.set_result(frame)
            elif isinstance(frame, codec.RefusalFrame):
                self.stray.append(frame)
        elif isinstance(frame, codec.EventFrame) and frame.event is not None:
            self.events.append(frame.event)
        self._arrived.set()
