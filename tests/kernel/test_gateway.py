"""The WebSocket as a client sees it: greeting, order, refusals, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest

from crypto import stamp
from crypto.wire import accounts, codec
from crypto.wire.errors import ErrorCode
from crypto.wire.kernel import Challenge, Ping
from crypto.wire.translog import LogRead
from e2e_server.features.accounts.doors import Doors
from e2e_server.kernel.session import BURST_COMMANDS
from e2e_server.kernel.socket import MAX_WAITING_BYTES, Socket, frame_head
from tests.helpers.accounts import Account
from tests.helpers.server import Server, serving


async def test_a_connection_is_greeted_and_answers_a_ping(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        assert client.greeting == codec.Greeting(
            version_min=1, version_max=1, now_ms=server.clock.now_ms(), heartbeat_ms=10_000
        )
        assert (await client.call(Ping())).now_ms == server.clock.now_ms()


async def test_commands_sent_together_are_answered_in_their_order(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        answers = [await client.start(LogRead(start=i)) for i in range(100)]
        done = await asyncio.gather(*answers)
        assert [frame.request for frame in done] == list(range(1, 101))


async def test_a_ping_overtakes_a_slow_command(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        slow = await _delayed_start(server, client)
        assert (await client.call(Ping())).now_ms == server.clock.now_ms()
        assert not slow.done()
        server.clock.elapse(30_000)
        assert isinstance(await slow, codec.ReplyFrame)


async def test_malformed_frames_are_refused_and_then_the_line_is_cut(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        for _ in range(3):
            await client.send_raw(b"\xc1")
            assert (await client.stray_refusal()).code is ErrorCode.MALFORMED
        assert await client.ended() == 1008


async def test_a_text_frame_is_malformed(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await client.line.send_str("ping")
        refusal = await client.stray_refusal()
        assert (refusal.request, refusal.code) == (0, ErrorCode.MALFORMED)


async def test_an_oversized_frame_is_too_large_and_a_giant_one_ends_the_line(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await client.send_raw(bytes(100_000))
        assert (await client.stray_refusal()).code is ErrorCode.TOO_LARGE
        # The relay does not read it to its end, so the rest may find nobody listening.
        with contextlib.suppress(ConnectionError):
            await client.send_raw(bytes(4 * 1024 * 1024))
        assert await client.ended() in (1006, 1009)


async def test_a_flood_is_slowed_down(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        for _ in range(BURST_COMMANDS):
            await client.start(Ping())
        assert await client.refusal(Ping()) is ErrorCode.RATE_LIMITED


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example", "Host": "evil.example"}, 403),
    ],
)
async def test_a_foreign_page_gets_no_connection(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    async with serving(tmp_path) as server:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await server.connect(headers)
        assert refused.value.status == status


async def test_our_own_pages_get_a_connection(tmp_path: Path) -> None:
    async with serving(tmp_path, public_origin="https://beratung.example") as server:
        for origin in ("https://beratung.example", server.url):
            async with await server.connect({"Origin": origin}) as client:
                await client.call(Ping())


async def test_the_relay_says_goodbye_and_closing_again_is_harmless(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        relay = server.relay
        await relay.close()
        assert await client.ended() == 1001
        await relay.close()


async def test_a_command_that_had_arrived_is_done_although_the_client_has_gone(
    tmp_path: Path,
) -> None:
    account = Account("anna")
    async with serving(tmp_path) as server:
        client = await server.connect()
        await client.start(await account.finish(client))
        await client.close()
        async with await server.connect() as again:
            while server.relay.fanout.connections > 1:
                # Any answer will do; commands of one line would run into its limit on a slow disk.
                async with again.http.get(f"{server.url}/healthz"):
                    pass
            await account.sign_in(again)


async def test_a_failing_handler_answers_internal_and_logs_no_id(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await server.relay.parts.db.close()
        account = Account("anna")
        finish = accounts.SignInStart(
            id16=account.id16, alpha=account.alpha(), device_token=b"", stamp=b""
        )
        assert await client.refusal(finish) is ErrorCode.STORAGE
        failed = [json.loads(line) for line in server.log if "command_failed" in line]
        assert failed[-1]["command"] == "sign_in_start"
        assert failed[-1]["error"] == "StorageClosedError"
        assert account.id16.hex() not in "".join(server.log)


async def test_a_fault_of_our_own_is_internal_and_the_line_stays(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        server.relay.parts.services.put(Doors, None)
        start = accounts.SignInStart(
            id16=bytes(16), alpha=Account("anna").alpha(), device_token=b"", stamp=b""
        )
        assert await client.refusal(start) is ErrorCode.INTERNAL
        assert "AttributeError" in server.log[-1]
        await client.call(Ping())


async def test_connections_beyond_the_limit_are_turned_away(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect():
        cast(Any, server.relay)._gateway._max_connections = 1
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await server.connect()
        assert refused.value.status == 503


# --- the sending end -------------------------------------------------------------------------


class Wire(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self, waiting_bytes: int = 0) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.waiting_bytes = waiting_bytes

    def write(self, data: Any) -> None:
        self.writes.append(bytes(data))

    def get_write_buffer_size(self) -> int:
        return self.waiting_bytes

    def is_closing(self) -> bool:
        return False


async def test_frames_of_one_turn_leave_in_one_write() -> None:
    wire = Wire()
    socket = Socket(wire, lambda: None)
    for payload in (b"a", b"b" * 200, b"c" * 70_000):
        socket.send(payload)
    await asyncio.sleep(0)
    assert len(wire.writes) == 1
    assert wire.writes[0].startswith(b"\x82\x01a\x82\x7e\x00\xc8bb")
    assert frame_head(70_000) == b"\x82\x7f" + (70_000).to_bytes(8, "big")


async def test_a_slow_reader_is_cut_off() -> None:
    cut: list[bool] = []
    wire = Wire(MAX_WAITING_BYTES + 1)
    socket = Socket(wire, lambda: cut.append(True))
    socket.send(b"a")
    await asyncio.sleep(0)
    socket.send(b"b")
    await asyncio.sleep(0)
    assert (cut, wire.writes) == ([True], [])


async def _delayed_start(server: Server, client: Any) -> Any:
    """Use up the free starts of a door; return the answer to one that has to wait."""
    account = Account("anna")
    for _ in range(10):
        await account.begin_sign_in(client)
    offer = await client.call(Challenge(command="sign_in_start"))
    made = offer.challenge + stamp.make(offer.challenge, "sign_in_start", offer.difficulty)
    start = accounts.SignInStart(
        id16=account.id16, alpha=account.alpha(), device_token=b"", stamp=made
    )
    answer = await client.start(start)
    while not server.clock.sleeping:
        await client.call(Ping())
    return answer
