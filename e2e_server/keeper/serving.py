"""The keeper's end of the line: one user may connect, and may make the calls of `calls.py`.

Whoever else connects hears nothing, not even the greeting. A request that breaks the rules ends the
line; a refusal and a failure are answered by their code, in any order, as each call is done.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable
from pathlib import Path

from crypto.encoding import Value, encode, text
from crypto.errors import NotCanonical, RemoteError
from e2e_server.keeper.calls import CALLS, INTERNAL, Call, code_of
from e2e_server.keeper.embedded import EmbeddedKeeper
from e2e_server.keeper.framing import (
    MAX_FRAME_BYTES,
    REFUSAL,
    RESULT,
    LineError,
    encode_greeting,
    peer_uid,
    read_frame,
    read_triple,
    write_frame,
)
from e2e_server.keeper.port import KeeperError
from e2e_server.keeper.socket_file import bind_socket, remove_socket

# The relay has one; a second while it restarts, and `check`.
MAX_LINES = 4
MAX_CALLS_AT_ONCE = 256
# Requests above this are served one at a time, so that few of them are in memory.
LARGE_BYTES = 256 * 1024
FAREWELL_S = 5.0
_MAX_NAME_CHARS = 40
# What a test or an operator's log hears: an event's name and, where one failed, the error.
Tell = Callable[[str, Exception | None], None]


class KeeperServer:
    """Serves `keeper` at a socket; `close` answers what was begun, and leaves the keeper open."""

    def __init__(self, keeper: EmbeddedKeeper, *, relay_uid: int, tell: Tell) -> None:
        self.keeper = keeper
        self._relay_uid = relay_uid
        self._tell = tell
        self._lines: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._server: asyncio.Server | None = None
        self._path = Path()

    async def listen(self, path: Path) -> None:
        """Serve at `path` from now on; KeeperError when that is not safe or not possible."""
        line = bind_socket(path)
        self._path = path
        self._server = await asyncio.start_unix_server(self._accept, sock=line)

    async def close(self) -> None:
        """Take no more calls, answer those that run, end all lines; idempotent."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        remove_socket(self._path)
        for writer in self._lines.values():
            # The reading side only: answers still go out.
            with contextlib.suppress(OSError):
                writer.get_extra_info("socket").shutdown(socket.SHUT_RD)
        if self._lines:
            _, stuck = await asyncio.wait(tuple(self._lines), timeout=FAREWELL_S)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._lines[task] = writer
        task.add_done_callback(self._lines.pop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if peer_uid(writer) != self._relay_uid or len(self._lines) > MAX_LINES:
                self._tell("peer_refused", None)
                return
            write_frame(writer, encode_greeting(self.keeper.instance_id))
            room = asyncio.Semaphore(MAX_CALLS_AT_ONCE)
            async with asyncio.TaskGroup() as calls:
                await self._read(reader, writer, room, calls)
        finally:
            # What was not sent is lost; nobody reads it any more.
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _read(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        room: asyncio.Semaphore,
        calls: asyncio.TaskGroup,
    ) -> None:
        while True:
            await room.acquire()
            try:
                raw = await read_frame(reader)
            except LineError:
                return
            try:
                number, name, call, arguments = _request(raw)
            except RemoteError as error:
                self._tell("line_breach", error)
                return
            answering = calls.create_task(self._answer(writer, number, name, call, arguments))
            answering.add_done_callback(lambda _: room.release())
            if len(raw) > LARGE_BYTES:
                await asyncio.wait((answering,))

    async def _answer(
        self,
        writer: asyncio.StreamWriter,
        number: int,
        name: str,
        call: Call,
        arguments: list[object],
    ) -> None:
        try:
            result = await getattr(self.keeper, name)(*arguments)
            raw = encode([number, RESULT, call.gives.pack(result)])
            if len(raw) > MAX_FRAME_BYTES:
                raise KeeperError("an answer is too large for the line")
        except Exception as error:
            code = code_of(error)
            if code == INTERNAL:
                self._tell("call_failed", error)
            raw = encode([number, REFUSAL, code])
        try:
            write_frame(writer, raw)
            await writer.drain()
        except OSError:
            # The relay has gone: what it asked for is done all the same.
            return


def _request(raw: bytes) -> tuple[int, str, Call, list[object]]:
    number, second, third = read_triple(raw)
    name = text(second, _MAX_NAME_CHARS)
    call = CALLS.get(name)
    if call is None or len(raw) > call.max_bytes:
        raise NotCanonical("no such call, or too large for it")
    arguments: Value = third
    return number, name, call, call.unpack(arguments)
