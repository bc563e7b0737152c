"""The sending end of one WebSocket: joined writes, bounded, and a slow reader is cut off.

Frames that become ready in one turn of the event loop leave in one write, which in a busy group is
worth more than anything else here. So the frames are put together here: a server's frame is a head
of two to ten bytes and the payload, unmasked and never compressed (RFC 6455 section 5.2). A client
that does not read loses its line, not its messages: it comes back with its cursor.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

MAX_WAITING_BYTES = 8 * 1024 * 1024
_FINAL_BINARY = 0x82


class Socket:
    """Queues frames and writes them together; `cut_off` is called when the client is too slow."""

    def __init__(self, transport: asyncio.Transport, cut_off: Callable[[], None]) -> None:
        self._transport = transport
        self._cut_off = cut_off
        self._ready: list[bytes] = []
        self._closed = False

    def send(self, payload: bytes) -> None:
        """Queue one frame; it leaves at the end of this turn."""
        if self._closed:
            return
        if not self._ready:
            asyncio.get_running_loop().call_soon(self.flush)
        self._ready += (frame_head(len(payload)), payload)

    def flush(self) -> None:
        """Write what is queued, in one call."""
        ready, self._ready = self._ready, []
        if not ready or self._closed or self._transport.is_closing():
            return
        if self._transport.get_write_buffer_size() > MAX_WAITING_BYTES:
            self.close()
            self._cut_off()
            return
        self._transport.write(b"".join(ready))

    def close(self) -> None:
        """Send nothing more; idempotent."""
        self._closed = True
        self._ready.clear()


def frame_head(size_bytes: int) -> bytes:
    """Return the head of one final binary frame from a server."""
    if size_bytes < 126:
        return bytes((_FINAL_BINARY, size_bytes))
    if size_bytes < 65_536:
        return bytes((_FINAL_BINARY, 126)) + size_bytes.to_bytes(2, "big")
    return bytes((_FINAL_BINARY, 127)) + size_bytes.to_bytes(8, "big")
