"""A proxy before a real service that alters what visitors get: one planted fault at a time.

fault.answer(seen, answer)   each HTTP answer on its way out; `seen` is how the visitor asked
fault.frame(line, raw)       each frame on its way out; `line` counts connections from 0
fault.sent(line, raw)        each frame on its way in; bytes are the answer in the relay's place
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import aiohttp
from aiohttp import web
from yarl import URL

from e2e_server.kernel.bare import BareHandler

HOST = "127.0.0.1"
_HOP = {"connection", "content-length", "transfer-encoding", "date", "keep-alive"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One request: its number among all of this path, and what the visitor said."""

    method: str
    path: str
    number: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; the body as packed."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes = field(repr=False)

    def unpacked(self, body: bytes) -> Answer:
        """Return an answer with another body, not packed."""
        kept = tuple(one for one in self.headers if one[0].lower() != "content-encoding")
        return replace(self, headers=kept, body=body)

    def without(self, name: str) -> Answer:
        """Return the answer without a header."""
        kept = tuple(one for one in self.headers if one[0].lower() != name)
        return replace(self, headers=kept)

    def having(self, name: str, value: str) -> Answer:
        """Return the answer with one header set."""
        return replace(self.without(name), headers=(*self.without(name).headers, (name, value)))


class Fault:
    """No fault: everything passes."""

    def answer(self, seen: Seen, answer: Answer) -> Answer:
        """What the visitor gets."""
        return answer

    def frame(self, line: int, raw: bytes) -> bytes:
        """What the client gets."""
        return raw

    def sent(self, line: int, raw: bytes) -> bytes | None:
        """What the proxy answers by itself; None hands the frame on."""
        return None


class Tamperer:
    """The proxy, on a free port; `fault` may be changed at any time."""

    def __init__(self) -> None:
        self.fault = Fault()
        self.target = ""
        self._counts: dict[str, int] = {}
        self._lines = 0
        self._http: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None
        self._listener: asyncio.Server | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen."""
        self._http = aiohttp.ClientSession(
            auto_decompress=False, connector=aiohttp.TCPConnector(limit=32)
        )
        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        loop, server = asyncio.get_running_loop(), self._runner.server
        assert server is not None
        # What is no HTTP the proxy answers itself, as the relay does.
        self._listener = await loop.create_server(lambda: BareHandler(server, loop), HOST, 0)
        self.url = f"http://{HOST}:{self._listener.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Stop; idempotent."""
        if self._listener is not None:
            self._listener.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._http is not None:
            await self._http.close()

    def plant(self, fault: Fault) -> None:
        """From now on this fault, as if nobody had been here before."""
        self.fault = fault
        self._counts.clear()
        self._lines = 0

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        is_line = request.headers.get("Upgrade", "").lower() == "websocket"
        is_page = {"Origin", "Sec-Fetch-Site"} & set(request.headers)
        if request.path == "/ws" and is_line and not is_page:
            return await self._carry(request)
        return await self._hand_on(request)

    async def _hand_on(self, request: web.Request) -> web.Response:
        assert self._http is not None
        number = self._counts.get(request.path, 0)
        self._counts[request.path] = number + 1
        async with self._http.request(
            request.method,
            URL(self.target + request.raw_path, encoded=True),
            headers=[one for one in request.headers.items() if one[0].lower() not in _HOP],
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            data=await request.read() or None,
            allow_redirects=False,
        ) as got:
            headers = tuple(one for one in got.headers.items() if one[0].lower() not in _HOP)
            answer = Answer(got.status, headers, await got.read())
        seen = Seen(request.method, request.path, number, dict(request.headers))
        told = self.fault.answer(seen, answer)
        response = web.Response(status=told.status, body=told.body)
        response.headers.popall("Content-Type", None)
        for name, value in told.headers:
            response.headers.add(name, value)
        return response

    async def _carry(self, request: web.Request) -> web.StreamResponse:
        assert self._http is not None
        line, self._lines = self._lines, self._lines + 1
        client = web.WebSocketResponse(max_msg_size=0)
        await client.prepare(request)
        address = self.target.replace("http", "ws", 1) + "/ws"
        async with self._http.ws_connect(address, max_msg_size=0) as relay:
            back = asyncio.get_running_loop().create_task(self._back(line, relay, client))
            async for message in client:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await relay.send_str(message.data)
                elif message.type is aiohttp.WSMsgType.BINARY:
                    own = self.fault.sent(line, message.data)
                    if own is not None:
                        await client.send_bytes(own)
                    elif not relay.closed:
                        await relay.send_bytes(message.data)
            await relay.close()
            await asyncio.gather(back, return_exceptions=True)
        return client

    async def _back(
        self,
        line: int,
        relay: aiohttp.ClientWebSocketResponse,
        client: web.WebSocketResponse,
    ) -> None:
        async for message in relay:
            if message.type is aiohttp.WSMsgType.BINARY and not client.closed:
                await client.send_bytes(self.fault.frame(line, message.data))
        await client.close()
