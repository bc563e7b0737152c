"""Pages, exit, health, one-frame commands."""

from __future__ import annotations

import asyncio
import json
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest

from crypto.wire import catalogue, codec
from crypto.wire.base import Command, Done, Reply
from crypto.wire.boxes import Leave
from crypto.wire.errors import ErrorCode
from crypto.wire.kernel import Ping
from crypto.wire.live import Confirm, ResumeDrop, ResumePut, Withdraw
from e2e_server.kernel.errors import StartError
from e2e_server.kernel.static import load_pages
from tests.helpers.server import HOST, INDEX, Server, serving

DROP = ResumeDrop(resume_id=bytes(32))


async def post(
    server: Server, body: bytes, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{server.url}/api/command", data=BytesIO(body), headers=headers) as answer,
    ):
        return answer.status, await answer.read()


def refused(raw: bytes) -> ErrorCode:
    frame = codec.decode_from_relay(raw, catalogue.events())
    assert isinstance(frame, codec.RefusalFrame)
    return frame.code


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("identity", None, INDEX),
        ("gzip", "gzip", b"packed by gz"),
        ("gzip, deflate, br;q=0.9", "br", b"packed by br"),
    ],
)
async def test_a_page_comes_with_its_headers_in_the_best_packing(
    tmp_path: Path, accepted: str, encoding: str | None, body: bytes
) -> None:
    async with (
        serving(tmp_path) as server,
        aiohttp.ClientSession(auto_decompress=False) as http,
        http.get(f"{server.url}/", headers={"Accept-Encoding": accepted}) as answer,
    ):
        assert answer.status == 200
        assert answer.headers.get("Content-Encoding") == encoding
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert await answer.read() == body


@pytest.mark.parametrize(
    "sent",
    [
        b"WISPERED / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / WISPERED/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nWISPERED\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: WISPERED\r\n\r\n",
        b"WISPERED\r\n\r\n",
        b"\x16\x03\x01WISPERED\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_answered_without_a_word_of_it(
    tmp_path: Path, sent: bytes
) -> None:
    async with serving(tmp_path) as server:
        reader, writer = await asyncio.open_connection(HOST, server.relay.port)
        writer.write(sent)
        head, _, body = (await asyncio.wait_for(reader.read(), 20)).partition(b"\r\n\r\n")
        writer.close()
        assert head.startswith(b"HTTP/1.1 400 ") or head.startswith(b"HTTP/1.0 400 ")
        assert b"Server: e2e-server" in head
        assert b"default-src 'none'" in head
        assert body == b""
        assert b"WISPERED" not in head
        assert not any("WISPERED" in line for line in server.log)
        async with await server.connect() as client:
            assert (await client.call(Ping())).now_ms == server.clock.now_ms()


async def test_the_exit_leads_away_and_empties_the_storage(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        aiohttp.ClientSession() as http,
        http.get(f"{server.url}/exit", allow_redirects=False) as answer,
    ):
        assert answer.status == 303
        assert answer.headers["Location"] == "https://example.org/wetter"
        assert answer.headers["Clear-Site-Data"] == '"cookies", "storage"'


async def test_only_listed_paths_are_served(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, aiohttp.ClientSession() as http:
        for path in ("/nothing", "/index.html", "/../data/site.json", "/headers.json", "//"):
            async with http.get(f"{server.url}{path}") as answer:
                assert answer.status == 404
                assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
                assert answer.headers["Server"] == "e2e-server"


async def test_health_gives_figures_and_no_ids(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        aiohttp.ClientSession() as http,
        http.get(f"{server.url}/healthz") as answer,
    ):
        figures = await answer.json()
        assert answer.status == 200
        assert figures["ok"] is True
        assert figures["purge_overdue"] == 0
        assert figures["purge_last_run_ms"] == server.clock.now_ms()
        assert all(isinstance(value, int) for value in figures.values())


async def test_a_command_may_come_as_one_frame(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        status, body = await post(server, codec.encode_command(9, DROP))
        frame = codec.decode_from_relay(body, catalogue.events())
        assert status == 200
        assert isinstance(frame, codec.ReplyFrame)
        assert (frame.request, codec.from_value(Done, frame.fields)) == (9, Done())


@pytest.mark.parametrize(
    ("command", "credential", "code"),
    [
        (Ping(), b"", ErrorCode.FORBIDDEN),
        (Confirm(), bytes(32), ErrorCode.FORBIDDEN),
        (ResumePut(resume_id=bytes(32), version=1, sealed=b"x"), b"", ErrorCode.UNAUTHORISED),
        (ResumePut(resume_id=bytes(32), version=1, sealed=b"x"), bytes(32), ErrorCode.UNKNOWN),
        (Withdraw(), b"", ErrorCode.UNAUTHORISED),
        (Withdraw(), bytes(32), ErrorCode.UNKNOWN),
        (Leave(box16=bytes(16)), bytes(32), ErrorCode.UNKNOWN),
        (DROP, bytes(32), ErrorCode.MALFORMED),
    ],
)
async def test_a_frame_over_http_is_judged_like_any_other(
    tmp_path: Path, command: Command[Reply], credential: bytes, code: ErrorCode
) -> None:
    async with serving(tmp_path) as server:
        _, body = await post(server, codec.encode_command(9, command, credential))
        assert refused(body) is code


async def test_noise_and_giants_over_http_are_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        assert refused((await post(server, b"\xc1"))[1]) is ErrorCode.MALFORMED
        assert (await post(server, bytes(64 * 1024 + 1)))[0] == 413
        assert (await post(server, bytes(3 * 1024 * 1024)))[0] == 413


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
async def test_a_foreign_page_may_not_act(tmp_path: Path, headers: dict[str, str]) -> None:
    async with serving(tmp_path) as server:
        assert (await post(server, codec.encode_command(9, DROP), headers))[0] == 403


async def test_too_many_requests_of_one_network_are_turned_away(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        for _ in range(600):
            server.relay.parts.limits.count("http", bytes([127, 0, 0, 0]))
        assert (await post(server, codec.encode_command(9, DROP)))[0] == 429


def test_pages_that_are_not_built_are_named(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="run e2e-server build-web"):
        load_pages(tmp_path)
    (tmp_path / "headers.json").write_text(json.dumps({"routes": {"/": {}}}), "utf-8")
    with pytest.raises(StartError, match="does not fit"):
        load_pages(tmp_path)
