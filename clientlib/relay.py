"""One WebSocket to the relay: requests with their replies, and events.

It moves frames and matches replies; it decides nothing. A lost line fails every request under way
with `Disconnected`: whoever sent it repeats it, which the relay answers as the first time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar

import aiohttp

from clientlib.errors import Disconnected
from crypto.errors import RemoteError
from crypto.wire import catalogue, codec
from crypto.wire.base import Command, Event, Reply
from crypto.wire.errors import WireError
from crypto.wire.kernel import Ping

R = TypeVar("R", bound=Reply)
Listener = Callable[[Event], None]
MAX_FRAME_BYTES = 16 * 1024 * 1024


class RelayClient:
    """An open connection; use as an asynchronous context manager, or `open` and `close`."""

    def __init__(self, url: str) -> None:
        """`url`: the service's address, e.g. https://beratung.example."""
        self.url = url.rstrip("/")
        self.lost = asyncio.Event()
        self._http: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._pending: dict[int, tuple[Command[Any], asyncio.Future[Any]]] = {}
        self._listeners: list[Listener] = []
        self._next = 1
        self._reading: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect and read the greeting; RemoteError when the versions do not meet."""
        self._http = aiohttp.ClientSession()
        try:
            self._socket = await self._http.ws_connect(
                self.url.replace("http", "ws", 1) + "/ws", max_msg_size=MAX_FRAME_BYTES
            )
            first = codec.decode_from_relay(await self._socket.receive_bytes(), catalogue.events())
            if not isinstance(first, codec.Greeting):
                raise RemoteError("no greeting")
            if not first.version_min <= codec.VERSION_MAX or first.version_max < codec.VERSION_MIN:
                raise RemoteError("no common version")
        except aiohttp.ClientError as error:
            await self._http.close()
            raise Disconnected("cannot reach the service") from error
        self._reading = asyncio.get_running_loop().create_task(self._read())

    async def close(self) -> None:
        """Close the line; idempotent."""
        if self._socket is not None:
            await self._socket.close()
        if self._reading is not None:
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def __aenter__(self) -> RelayClient:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` for each event; the result ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def request(self, command: Command[R], credential: bytes = b"") -> R:
        """Send a command and return its reply; WireError when refused, Disconnected when lost."""
        socket = self._socket
        if socket is None or socket.closed or self.lost.is_set():
            raise Disconnected("not connected")
        number, self._next = self._next, self._next + 1
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._pending[number] = (command, future)
        try:
            await socket.send_bytes(codec.encode_command(number, command, credential))
            return await future
        except (aiohttp.ClientError, ConnectionError) as error:
            raise Disconnected("connection lost") from error
        finally:
            self._pending.pop(number, None)

    async def relay_now_ms(self) -> int:
        """Ask for the relay's time: for deadlines that both sides count, never for certificates."""
        return (await self.request(Ping())).now_ms

    async def _read(self) -> None:
        assert self._socket is not None
        try:
            async for message in self._socket:
                if message.type is aiohttp.WSMsgType.BINARY:
                    self._take(message.data)
        finally:
            self.lost.set()
            for _, future in self._pending.values():
                if not future.done():
                    future.set_exception(Disconnected("connection lost"))

    def _take(self, raw: bytes) -> None:
        frame = codec.decode_from_relay(raw, catalogue.events())
        if isinstance(frame, codec.EventFrame):
            # Unknown events are a newer relay's and no fault.
            for listener in tuple(self._listeners) if frame.event is not None else ():
                assert frame.event is not None
                listener(frame.event)
        elif isinstance(frame, codec.ReplyFrame | codec.RefusalFrame):
            command, future = self._pending.get(frame.request, (None, None))
            if command is None or future is None or future.done():
                return
            if isinstance(frame, codec.RefusalFrame):
                future.set_exception(WireError(frame.code, frame.retry_ms))
            else:
                try:
                    future.set_result(codec.from_value(command.META.reply, frame.fields))
                except RemoteError as error:
                    future.set_exception(error)
