"""Lines that break: what stands between one page and the relay, in the hands of a test.

line = Line(page)                     # before the page loads
line.cut(); line.mend()               # no line, and none to be had; then one again
line.lose_answer("post")              # the relay has it, the page never hears of it
line.hold(); line.release()           # nothing comes in, what goes out arrives
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, WebSocket, WebSocketRoute


class Line:
    """All sockets of one page, one after the other."""

    def __init__(self, page: Page) -> None:
        self._is_down = False
        self._stays_down = False
        self._is_held = False
        self._lost = b""
        self._awaits_loss = False
        self._held: list[bytes | str] = []
        self._page_end: WebSocketRoute | None = None
        self._relay_end: WebSocketRoute | None = None
        page.route_web_socket(re.compile("/ws$"), self._connect)

    def cut(self) -> None:
        """The line breaks, and so does every new one until it is mended."""
        self._is_down = True
        self._break()

    def mend(self) -> None:
        """The next attempt reaches the relay."""
        self._is_down = False

    def lose_answer(self, command: str, *, for_good: bool = False) -> None:
        """The next such command reaches the relay; the line breaks before its answer is here.

        `for_good`: until it is mended.
        """
        self._lost = command.encode()
        self._stays_down = for_good

    @property
    def has_lost(self) -> bool:
        """Whether an answer was lost."""
        return self._lost == b"" and not self._awaits_loss

    def hold(self) -> None:
        """Nothing comes in any more; what goes out arrives."""
        self._is_held = True

    def release(self) -> None:
        """What was held arrives."""
        self._is_held = False
        for message in self._held:
            if self._page_end is not None:
                self._page_end.send(message)
        self._held.clear()

    def _connect(self, page_end: WebSocketRoute) -> None:
        if self._is_down:
            page_end.close()
            return
        relay_end = page_end.connect_to_server()
        self._page_end, self._relay_end = page_end, relay_end
        page_end.on_message(self._from_page)
        relay_end.on_message(self._from_relay)

    def _from_page(self, message: bytes | str) -> None:
        if self._relay_end is None:
            return
        if isinstance(message, bytes) and self._lost and self._lost in message:
            self._lost, self._awaits_loss = b"", True
        self._relay_end.send(message)

    def _from_relay(self, message: bytes | str) -> None:
        if self._awaits_loss:
            # Whatever it says now, it has the command: one line is served in order.
            self._awaits_loss = False
            self._is_down = self._stays_down
            self._break()
        elif self._is_held:
            self._held.append(message)
        elif self._page_end is not None:
            self._page_end.send(message)

    def _break(self) -> None:
        for end in (self._page_end, self._relay_end):
            if end is not None:
                end.close()
        self._page_end = self._relay_end = None


class Traffic:
    """Every frame of one page, both ways, as the browser saw it; made before the page loads."""

    def __init__(self, page: Page) -> None:
        self.sent: list[bytes] = []
        self.received: list[bytes] = []
        self._page = page
        self._sockets: list[WebSocket] = []
        self._sent_before = 0
        page.on("websocket", self._follow)

    @contextmanager
    def expect_command(self, name: str) -> Iterator[None]:
        """Wait, after what is done inside, until the page has sent this command."""
        command = name.encode()
        with self._sockets[-1].expect_event("framesent", lambda frame: command in frame):
            yield

    def wait_for_command(self, name: str) -> None:
        """Wait until the page sends this command after all that it has been told to do so far."""
        command = name.encode()
        self._sockets[-1].wait_for_event("framesent", lambda frame: command in frame)

    def until_sent(self, *names: str) -> None:
        """Wait until the page has sent these in order, on its newest line; each look is a trip."""
        for _ in range(1_000):
            frames = iter(self.sent[self._sent_before :])
            if all(any(name.encode() in frame for frame in frames) for name in names):
                return
            self._page.evaluate("() => new Promise(requestAnimationFrame)")
        raise AssertionError(f"never sent {names}")

    def _follow(self, socket: WebSocket) -> None:
        self._sent_before = len(self.sent)
        self._sockets.append(socket)
        socket.on("framesent", lambda frame: self.sent.append(as_bytes(frame)))
        socket.on("framereceived", lambda frame: self.received.append(as_bytes(frame)))


def as_bytes(frame: bytes | str) -> bytes:
    """The frame as it lay on the line."""
    return frame if isinstance(frame, bytes) else frame.encode()
