"""The WebSocket as a client sees it: greeting, order, refusals, and how it ends."""

from __future__ import annotations

from pathlib import Path

from crypto.wire.kernel import Ping
from tests.helpers.server import serving


async def test_a_connection_is_greeted_and_answers_a_ping(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        assert client.greeting is not None
        assert client.greeting.heartbeat_ms == 10_000
        assert (await client.call(Ping())).now_ms == server.clock.now_ms()
