"""The servers that are measured.

`python -m bench.servers relay FOLDER CHATS`: the product with its files below FOLDER, that is
SQLite with synchronous=FULL, the embedded keeper, jobs running, limits as they are.
`python -m bench.servers doors FOLDER STARTS DAY`: the product with made-up accounts; STARTS free
tries of a name and DAY evaluations of the keeper, 0 for as many as it has.
`python -m bench.servers bare FOLDER`: an aiohttp server in the same kind of loop that does the same
traffic and nothing else: it answers each frame with a few bytes and hands it to every line of the
room; nothing is decoded, checked or stored. All print their port and end with their input.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

from aiohttp import web

from bench.boxes import made_boxes, seed_boxes
from bench.doors import create_accounts, set_budgets
from bench.processes import HOST
from crypto import encoding
from e2e_server.app import open_relay
from e2e_server.cli import raise_descriptor_limit
from tests.helpers.server import Server

_PIECE_BYTES = 256 * 1024
_GREETING = encoding.encode([0, 1, 1, 0, 0])
_REPLY = encoding.encode([2, 10, [1]])
_BACKLOG = 1_024


async def serve_relay(folder: Path, chats: int) -> None:
    """Set up an organisation, start the relay as `e2e-server serve` does, create the boxes."""
    server = Server(folder)
    await server.set_up()
    connections = raise_descriptor_limit()
    relay = await open_relay(server.settings, write_log=_complain, max_connections=connections)
    try:
        port = await relay.listen(HOST, 0)
        await seed_boxes(relay, made_boxes(chats))
        await _until_told(port)
    finally:
        await relay.close()


async def serve_doors(folder: Path, free_starts: int, day: int) -> None:
    """As `serve_relay`, with known and blocked accounts and changed budgets (0: as they are)."""
    set_budgets(free_starts, day)
    server = Server(folder)
    await server.set_up()
    relay = await open_relay(server.settings, write_log=_complain)
    try:
        port = await relay.listen(HOST, 0)
        # Who uses up a whole day of a name learns how often others tried it that day.
        await create_accounts(relay, port, in_use=day == 0)
        await _until_told(port)
    finally:
        await relay.close()


async def serve_bare(folder: Path) -> None:
    """Serve rooms and files without a thought."""
    raise_descriptor_limit()
    bare = _Bare(folder)
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_get("/room/{room}", bare.room)
    app.router.add_put("/file/{name}", bare.put)
    app.router.add_get("/file/{name}", bare.get)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, HOST, 0, backlog=_BACKLOG).start()
    try:
        await _until_told(int(runner.addresses[0][1]))
    finally:
        await runner.cleanup()


class _Bare:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rooms: dict[str, set[web.WebSocketResponse]] = {}

    async def room(self, request: web.Request) -> web.StreamResponse:
        line = web.WebSocketResponse(max_msg_size=1024 * 1024, compress=False)
        await line.prepare(request)
        lines = self._rooms.setdefault(request.match_info["room"], set())
        lines.add(line)
        try:
            await line.send_bytes(_GREETING)
            async for message in line:
                await line.send_bytes(_REPLY)
                for one in tuple(lines):
                    with contextlib.suppress(ConnectionError):
                        await one.send_bytes(message.data)
        finally:
            lines.discard(line)
        return line

    async def put(self, request: web.Request) -> web.StreamResponse:
        with (self._folder / request.match_info["name"]).open("wb") as file:
            async for piece in request.content.iter_chunked(_PIECE_BYTES):
                file.write(piece)
        return web.Response(status=204)

    async def get(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(self._folder / request.match_info["name"])


async def _until_told(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


def _complain(line: str) -> None:
    sys.stderr.write(line + "\n")


def main(arguments: list[str]) -> None:
    """Run one of them."""
    kind, folder, *numbers = arguments[0], Path(arguments[1]), *map(int, arguments[2:])
    servers = {"relay": serve_relay, "doors": serve_doors, "bare": serve_bare}
    asyncio.run(servers[kind](folder, *numbers))


if __name__ == "__main__":
    main(sys.argv[1:])
