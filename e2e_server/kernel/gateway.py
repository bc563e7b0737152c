"""The WebSocket at /ws: bytes from the socket to the session, commands to dispatch, frames back.

One reading task and one working task a connection. The reader stops reading while `MAX_WAITING`
commands wait, so a client that sends faster than it is served is slowed down by its own line.
"""

from __future__ import annotations

import asyncio
from collections import deque

from aiohttp import WSMsgType, web

from crypto.wire.codec import encode_greeting
from crypto.wire.kernel import Ping
from e2e_server.kernel.clock import MS_PER_S
from e2e_server.kernel.connection import Connection
from e2e_server.kernel.context import JobContext
from e2e_server.kernel.dispatch import Dispatcher
from e2e_server.kernel.fanout import Fanout
from e2e_server.kernel.origin import Origins
from e2e_server.kernel.session import Commands, HangUp, Perform, Send, Session, largest_frame_bytes
from e2e_server.kernel.socket import Socket

MAX_WAITING = 32
CLOSE_GOING_AWAY = 1001
CLOSE_INTERNAL = 1011
CLOSE_TRY_LATER = 1013
_CLOSE_WAIT_S = 2.0
# The machine's own ping, for lines that died without a word.
_LINE_CHECK_S = 30.0


class Gateway:
    """Serves every WebSocket of this process."""

    def __init__(
        self,
        parts: JobContext,
        dispatcher: Dispatcher,
        commands: Commands,
        fanout: Fanout,
        origins: Origins,
        max_connections: int,
    ) -> None:
        self._parts = parts
        self._dispatcher = dispatcher
        self._commands = commands
        self._max_connections = max_connections
        self._fanout = fanout
        self._origins = origins
        self._lines: set[web.WebSocketResponse] = set()
        self._closing = False

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Carry one connection from its greeting to its end."""
        if not self._origins.is_ours(request):
            return web.Response(status=403)
        if self._closing or self._fanout.connections >= self._max_connections:
            return web.Response(status=503)
        line = web.WebSocketResponse(
            max_msg_size=largest_frame_bytes(self._commands),
            compress=False,
            heartbeat=_LINE_CHECK_S,
            timeout=_CLOSE_WAIT_S,
        )
        await line.prepare(request)
        transport = request.transport
        if transport is None:
            return line
        self._lines.add(line)
        socket = Socket(transport, transport.abort)
        connection = Connection(self._parts.bus, self._origins.prefix_of(request), socket.send)
        self._fanout.add(connection)
        try:
            heartbeat_ms = self._parts.settings.heartbeat_seconds * MS_PER_S
            socket.send(encode_greeting(self._parts.clock.now_ms(), heartbeat_ms))
            await _Line(self._parts, self._dispatcher, self._commands, connection, socket).run(line)
        finally:
            self._fanout.remove(connection)
            self._lines.discard(line)
            socket.close()
            connection.close()
        return line

    async def close(self) -> None:
        """Say goodbye to everybody and take nobody new; idempotent."""
        self._closing = True
        lines = tuple(self._lines)
        goodbyes = (line.close(code=CLOSE_GOING_AWAY) for line in lines)
        await asyncio.gather(*goodbyes, return_exceptions=True)


class _Line:
    """One connection at work."""

    def __init__(
        self,
        parts: JobContext,
        dispatcher: Dispatcher,
        commands: Commands,
        connection: Connection,
        socket: Socket,
    ) -> None:
        self._parts = parts
        self._dispatcher = dispatcher
        self._session = Session(commands, parts.clock.now_ms())
        self._connection = connection
        self._socket = socket
        self._waiting: deque[Perform] = deque()
        self._wake = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._ended = False

    async def run(self, line: web.WebSocketResponse) -> None:
        """Read until the end, then finish the commands that had arrived."""
        self._connection.use_wake(self._wake.set)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._work(line))
            try:
                await self._read(line)
            finally:
                self._ended = True
                self._wake.set()

    async def _read(self, line: web.WebSocketResponse) -> None:
        async for message in line:
            now_ms = self._parts.clock.now_ms()
            if message.type is WSMsgType.BINARY:
                actions = self._session.receive(message.data, now_ms)
            else:
                actions = self._session.offend()
            for action in actions:
                if isinstance(action, Send):
                    self._socket.send(action.frame)
                elif isinstance(action, HangUp):
                    await self._hang_up(line, action.code)
                    return
                elif isinstance(action.command, Ping):
                    # At once: a heartbeat behind a slow command would look like a dead line.
                    self._socket.send(await self._dispatcher.answer(self._connection, action))
                else:
                    self._waiting.append(action)
                    self._wake.set()
            if len(self._waiting) >= MAX_WAITING:
                self._has_room.clear()
                await self._has_room.wait()

    async def _work(self, line: web.WebSocketResponse) -> None:
        while True:
            if self._waiting:
                perform = self._waiting.popleft()
                self._has_room.set()
                self._socket.send(await self._dispatcher.answer(self._connection, perform))
            elif self._ended:
                return
            elif not self._connection.has_news:
                self._wake.clear()
                await self._wake.wait()
            if self._connection.has_news and not self._ended:
                await self._tell_news(line)

    async def _tell_news(self, line: web.WebSocketResponse) -> None:
        try:
            await self._connection.read_news()
        except Exception as error:
            # The client comes back with its cursors; going on would leave it a silent hole.
            self._parts.oplog.fault("reader_failed", error)
            await self._hang_up(line, CLOSE_INTERNAL)

    async def _hang_up(self, line: web.WebSocketResponse, code: int) -> None:
        self._socket.flush()
        self._socket.close()
        await line.close(code=code)
