"""A relay that lies on command: a real one, behind a proxy that decodes every frame.

    relay = LyingRelay(server.url); await relay.start()   # RelayClient(relay.url), page.goto(...)
    relay.lie = SomeLie()                                     # from now on; `Lie()` is the truth
    mark = relay.mark(); ...; assert relay.sent_since(mark) == []

The proxy also hands on pages, so that a browser may be sent through it: everything a page does
then goes to the relay that lies.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from crypto.wire import catalogue, codec
from crypto.wire.base import Command, Event, Reply
from crypto.wire.codec import CommandFrame
from crypto.wire.errors import ErrorCode

HOST = "127.0.0.1"
# What belongs to one connection and not to what it carries.
_HOP_HEADERS = {"connection", "content-encoding", "content-length", "transfer-encoding"}


class Lie:
    """The truth. A subclass overrides what it lies about; each may act more than once."""

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply | ErrorCode | None:
        """What reaches the relay; a reply or a code answers in its place, None swallows it."""
        return sent

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply | ErrorCode | bytes:
        """What the client gets to hear; bytes are a whole frame."""
        return reply

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        """What the client is told; bytes are a whole frame."""
        return (event,)

    def page(self, path: str, body: bytes) -> bytes | None:
        """What is answered over HTTP under this path; None: nothing is there."""
        return body


@dataclass(slots=True)
class Line:
    """One client's connection through the proxy."""

    number: int
    client: web.WebSocketResponse
    relay: aiohttp.ClientWebSocketResponse
    asked: dict[int, Command[Any]] = field(default_factory=dict)
    gone: asyncio.Event = field(default_factory=asyncio.Event)  # the client has hung up

    async def say(self, event: Event) -> None:
        """Tell this client something the relay never said."""
        await self.client.send_bytes(codec.encode_event(event))

    async def send_raw(self, raw: bytes) -> None:
        """Send this client any bytes as a frame."""
        await self.client.send_bytes(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A command as a client sent it, before any lie."""

    line: int
    name: str
    command: Command[Any]
    credential: bytes


class LyingRelay:
    """The proxy: `lie` decides, `sent` is what clients have said so far."""

    def __init__(self, relay_url: str) -> None:
        self.relay_url = relay_url
        self.lie: Lie = Lie()
        self.sent: list[Sent] = []
        self.lines: list[Line] = []
        self.faults: list[BaseException] = []
        self._http: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._arrived = asyncio.Event()  # for the next line

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self._port}"

    async def start(self) -> None:
        """Listen on a free port."""
        self._http = aiohttp.ClientSession(auto_decompress=False)
        app = web.Application()
        app.router.add_get("/ws", self._carry)
        app.router.add_route("*", "/{rest:.*}", self._hand_on)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, 0)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Hang up all lines and stop; idempotent."""
        for line in self.lines:
            await line.relay.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._http is not None:
            await self._http.close()

    async def another(self, line: Line) -> None:
        """Wait until the newest line is another than this one."""
        while self.lines[-1] is line:
            await self._arrived.wait()

    def mark(self) -> int:
        """Return a place in what was sent."""
        return len(self.sent)

    def sent_since(self, mark: int, line: Line | None = None) -> list[str]:
        """Return the names of the commands sent since then, of one line where given."""
        return [one.name for one in self.sent[mark:] if line is None or one.line == line.number]

    # --- frames --------------------------------------------------------------------------------

    async def _carry(self, request: web.Request) -> web.WebSocketResponse:
        assert self._http is not None
        client = web.WebSocketResponse(max_msg_size=0)
        await client.prepare(request)
        wanted = ("Host", "Origin", "Sec-Fetch-Site")
        headers = {name: request.headers[name] for name in wanted if name in request.headers}
        relay = await self._http.ws_connect(f"{self.relay_url}/ws", headers=headers, max_msg_size=0)
        line = Line(len(self.lines), client, relay)
        self.lines.append(line)
        self._arrived.set()
        self._arrived = asyncio.Event()
        back = asyncio.get_running_loop().create_task(self._to_client(line))
        try:
            async for message in client:
                if message.type is aiohttp.WSMsgType.BINARY:
                    await self._to_relay(line, message.data)
        except Exception as fault:
            self.faults.append(fault)
        finally:
            line.gone.set()
            await relay.close()
            await asyncio.gather(back, return_exceptions=True)
        return client

    async def _to_relay(self, line: Line, raw: bytes) -> None:
        frame = codec.decode_command(raw, catalogue.commands())
        name = frame.command.META.name
        self.sent.append(
            Sent(line=line.number, name=name, command=frame.command, credential=frame.credential)
        )
        line.asked[frame.request] = frame.command
        told = self.lie.command(line, frame)
        if isinstance(told, CommandFrame):
            # The number stays: the answer is matched by it.
            again = codec.encode_command(frame.request, told.command, told.credential)
            await line.relay.send_bytes(again)
        elif isinstance(told, ErrorCode):
            await line.client.send_bytes(codec.encode_refusal(frame.request, told))
        elif told is not None:
            await line.client.send_bytes(codec.encode_reply(frame.request, told))

    async def _to_client(self, line: Line) -> None:
        try:
            async for message in line.relay:
                if message.type is not aiohttp.WSMsgType.BINARY:
                    continue
                for raw in self._told(line, message.data):
                    if not line.client.closed:
                        await line.client.send_bytes(raw)
        except ConnectionError:
            pass  # the client has gone
        except Exception as fault:
            self.faults.append(fault)
        finally:
            await line.client.close()

    def _told(self, line: Line, raw: bytes) -> list[bytes]:
        frame = codec.decode_from_relay(raw, catalogue.events())
        if isinstance(frame, codec.ReplyFrame):
            command = line.asked.pop(frame.request)
            reply = codec.from_value(command.META.reply, frame.fields)
            told = self.lie.reply(line, command, reply)
            if isinstance(told, bytes):
                return [told]
            if isinstance(told, ErrorCode):
                return [codec.encode_refusal(frame.request, told)]
            return [codec.encode_reply(frame.request, told)]
        if isinstance(frame, codec.EventFrame) and frame.event is not None:
            events = self.lie.event(line, frame.event)
            return [one if isinstance(one, bytes) else codec.encode_event(one) for one in events]
        return [raw]

    # --- pages ---------------------------------------------------------------------------------

    async def _hand_on(self, request: web.Request) -> web.Response:
        assert self._http is not None
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _HOP_HEADERS}
        async with self._http.request(
            request.method,
            self.relay_url + request.path_qs,
            headers=headers,
            data=await request.read(),
            allow_redirects=False,
        ) as answer:
            kept = _HOP_HEADERS - {"content-encoding"}
            told = [(k, v) for k, v in answer.headers.items() if k.lower() not in kept]
            body = await answer.read()
            page = self.lie.page(request.path, body) if answer.status == 200 else body
            if page is None:
                return web.Response(status=404)
            headers = {k: v for k, v in told if page == body or k.lower() != "content-encoding"}
            return web.Response(status=answer.status, headers=headers, body=page)
