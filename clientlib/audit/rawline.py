"""A connection on which anything may be sent, also what no client would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from clientlib.errors import Disconnected
from clientlib.relay import MAX_FRAME_BYTES
from crypto.errors import RemoteError
from crypto.wire import codec
from crypto.wire.codec import RefusalFrame, ReplyFrame

ANSWER_S = 20


@dataclass(slots=True)
class Line:
    """One connection on which anything may be sent."""

    socket: aiohttp.ClientWebSocketResponse

    async def ask(self, raw: bytes | str) -> ReplyFrame | RefusalFrame | None:
        """Send a frame and return the answer; None when the line was cut instead."""
        try:
            if isinstance(raw, str):
                await self.socket.send_str(raw)
            else:
                await self.socket.send_bytes(raw)
            while True:
                message = await self.socket.receive(ANSWER_S)
                if message.type is not aiohttp.WSMsgType.BINARY:
                    return None
                frame = codec.decode_from_relay(message.data, {})
                if isinstance(frame, ReplyFrame | RefusalFrame):
                    return frame
        except (aiohttp.ClientError, ConnectionError):
            return None


@asynccontextmanager
async def open_line(url: str) -> AsyncIterator[Line]:
    """Open one more connection; the greeting has been read."""
    address = url.replace("http", "ws", 1) + "/ws"
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(address, max_msg_size=MAX_FRAME_BYTES) as socket,
        ):
            greeting = codec.decode_from_relay(await socket.receive_bytes(), {})
            if not isinstance(greeting, codec.Greeting):
                raise RemoteError("no greeting")
            yield Line(socket)
    except aiohttp.ClientError as error:
        raise Disconnected("cannot reach the service") from error
