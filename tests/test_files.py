"""Files through the Python client and a real relay: both ways, attacks, resume, bounded memory."""

from __future__ import annotations

import dataclasses
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from clientlib.attachments import Download, Upload, read_message, write_message
from clientlib.box import Box
from clientlib.errors import Disconnected
from crypto.envelope import Kind
from crypto.errors import BadLength, BadProof, BadTag, RemoteError
from crypto.filetype import UnfitFile
from crypto.wire.errors import ErrorCode, WireError
from tests.helpers import files
from tests.helpers.actors import Cast, chat
from tests.helpers.enrolled import office
from tests.helpers.server import Server

MIB = 1024 * 1024
Pair = tuple[Box, Box]


@pytest.fixture
async def pair(cast: Cast) -> Pair:
    """A seeker's and a counsellor's box in one running chat."""
    maria = await office(cast)
    theirs, hers, _ = await chat(cast, maria)
    return theirs, hers


def pdf_of(size: int) -> bytes:
    """Return a PDF of exactly this size."""
    return files.pdf().ljust(size, b"\n")


async def received(box: Box) -> Any:
    """Wait for a file's message of the other side."""

    def found() -> list[Any]:
        return [said for said in box.said if said.kind == Kind.FILE and not said.mine]

    await box.wait_until(lambda: bool(found()))
    return found()[0]


async def test_a_file_each_way(pair: Pair) -> None:
    theirs, hers = pair
    plan = pdf_of(3 * MIB)
    steps: list[tuple[int, int]] = []
    await theirs.send_file(plan, "Wochenplan.pdf", lambda done, total: steps.append((done, total)))
    assert steps[-1][0] == steps[-1][1]
    assert len(steps) == 4
    found = await hers.fetch_file(await received(hers))
    assert (found.name, found.mime, found.raw) == ("Wochenplan.pdf", "application/pdf", plan)

    table = files.xlsx()
    await hers.send_file(table, "C:\\Akten\\Übersicht.XLSX")
    found = await theirs.fetch_file(await received(theirs))
    assert (found.name, found.raw) == ("Übersicht.xlsx", table)


async def test_the_message_says_what_was_sent(pair: Pair) -> None:
    theirs, hers = pair
    await theirs.send_file(files.pdf(), "Plan.pdf")
    said = await received(hers)
    sent = read_message(said.payload)
    assert (sent.name, sent.mime, sent.size) == ("Plan.pdf", "application/pdf", len(files.pdf()))
    assert write_message(sent) == said.payload


async def test_the_largest_file_goes_up_and_down(cast: Cast, pair: Pair) -> None:
    """25 MiB in memory of a few parts on the relay; what its own client holds is not counted."""
    theirs, hers = pair
    raw = pdf_of(25 * MIB)
    await theirs.send_file(raw, "gross.pdf")
    said = await received(hers)
    assert (await hers.fetch_file(said)).raw == raw
    with pytest.raises(UnfitFile) as refused:
        theirs.upload(raw + b"\n", "zu-gross.pdf")
    assert refused.value.reason == "too_large"


@pytest.mark.parametrize(
    ("raw", "name", "reason"),
    [
        (b"", "leer.pdf", "empty"),
        (b"MZ\x90\0", "brief.pdf", "unknown_type"),
        (files.docx("word/vbaProject.bin"), "brief.docx", "macros"),
    ],
    ids=["empty", "program", "macros"],
)
async def test_what_is_not_passed_on_leaves_no_trace(
    cast: Cast, pair: Pair, raw: bytes, name: str, reason: str
) -> None:
    theirs, _ = pair
    with pytest.raises(UnfitFile) as refused:
        await theirs.send_file(raw, name)
    assert refused.value.reason == reason
    assert await rows(cast.server) == 0


async def rows(server: Server) -> int:
    """Count the blobs of the relay."""
    found = await server.relay.parts.db.read(lambda tx: tx.all("SELECT blob FROM blobs_blobs"))
    return len(found)


async def test_cancelling_leaves_no_parts_behind(cast: Cast, pair: Pair) -> None:
    theirs, _ = pair
    uploads: list[Upload] = []
    upload = theirs.upload(pdf_of(3 * MIB), "Plan.pdf", lambda *_: uploads[0].stop())
    uploads.append(upload)
    with pytest.raises(WireError) as ended:
        await upload.run()
    assert ended.value.code is ErrorCode.EXPIRED
    assert await rows(cast.server) == 1
    await upload.cancel()
    assert await rows(cast.server) == 0
    folder = cast.server.settings.data_dir / "blobs"
    assert [path for path in folder.rglob("*") if path.is_file()] == []


class Relayed:
    """A bad line in front of the relay: counts requests, cuts them, changes what comes back."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.seen: list[tuple[str, str]] = []
        self.cut_puts_after: list[int] = []
        self.cut_get_at = 0
        self.change: Any = lambda raw: raw
        self.url = ""

    async def __aenter__(self) -> Relayed:
        app = web.Application(client_max_size=4 * MIB)
        app.router.add_route("*", "/blob/{rest:.*}", self._pass)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _pass(self, request: web.Request) -> web.StreamResponse:
        self.seen.append((request.method, request.headers.get("Range", "")))
        names = ("Authorization", "Range")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        body = await request.read() or None
        url = self._server.url + request.path
        async with (
            aiohttp.ClientSession() as http,
            http.request(request.method, url, data=body, headers=headers) as answer,
        ):
            raw = await answer.read()
        if request.method == "PUT" and len(self.seen) in self.cut_puts_after:
            return self._hang_up(request)
        if request.method == "GET" and answer.status < 300:
            return await self._give(request, answer.status, self.change(raw))
        return web.Response(status=answer.status, body=raw)

    async def _give(self, request: web.Request, status: int, raw: bytes) -> web.StreamResponse:
        response = web.StreamResponse(status=status)
        response.content_length = len(raw)
        await response.prepare(request)
        end, self.cut_get_at = self.cut_get_at or len(raw), 0
        await response.write(raw[:end])
        if end < len(raw):
            return self._hang_up(request)
        await response.write_eof()
        return response

    def _hang_up(self, request: web.Request) -> web.StreamResponse:
        # The relay has done it, only the answer is lost.
        assert request.transport is not None
        request.transport.abort()
        return web.Response()


@pytest.fixture
async def line(cast: Cast, pair: Pair) -> AsyncIterator[Relayed]:
    async with Relayed(cast.server) as found:
        for box in pair:
            box.relay.url = found.url
        yield found


async def test_an_upload_goes_on_after_a_lost_answer(pair: Pair, line: Relayed) -> None:
    theirs, hers = pair
    raw = pdf_of(3 * MIB)
    # The library itself tries a lost request once more, then it is our turn.
    line.cut_puts_after = [1, 2]
    upload = theirs.upload(raw, "Plan.pdf")
    with pytest.raises(Disconnected):
        await upload.run()
    sent = await upload.run()
    # Four parts, and twice more the one whose answers were lost.
    assert [method for method, _ in line.seen] == ["PUT"] * 6
    await theirs.send(Kind.FILE, write_message(sent))
    assert (await hers.fetch_file(await received(hers))).raw == raw


async def test_a_download_goes_on_where_the_line_broke(pair: Pair, line: Relayed) -> None:
    theirs, hers = pair
    raw = pdf_of(2 * MIB)
    await theirs.send_file(raw, "Plan.pdf")
    wanted = read_message((await received(hers)).payload)
    download = Download(hers.relay, hers.box16, hers._cap, wanted)
    line.cut_get_at = MIB + 7
    with pytest.raises(Disconnected):
        await download.run()
    assert (await download.run()).raw == raw
    start = int(line.seen[-1][1].removeprefix("bytes=").removesuffix("-"))
    assert 0 < start <= MIB + 7


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda raw: raw[:1000] + bytes([raw[1000] ^ 1]) + raw[1001:], BadTag),
        (lambda raw: raw + b"\0", BadLength),
        (lambda raw: raw[262_161:524_322] + raw[:262_161] + raw[524_322:], BadTag),
    ],
    ids=["one bit", "one byte more", "two chunks swapped"],
)
async def test_a_changed_file_is_never_released(
    pair: Pair, line: Relayed, change: Any, refusal: type[RemoteError]
) -> None:
    theirs, hers = pair
    await theirs.send_file(pdf_of(MIB), "Plan.pdf")
    said = await received(hers)
    line.change = change
    with pytest.raises(refusal):
        await hers.fetch_file(said)
    line.change = lambda raw: raw
    assert len((await hers.fetch_file(said)).raw) == MIB


async def test_a_file_cut_off_is_never_released(pair: Pair, line: Relayed) -> None:
    theirs, hers = pair
    await theirs.send_file(pdf_of(MIB), "Plan.pdf")
    said = await received(hers)
    line.change = lambda raw: raw[:-1]
    with pytest.raises(Disconnected):
        await hers.fetch_file(said)


async def test_one_file_does_not_stand_for_another(pair: Pair, line: Relayed) -> None:
    """The relay gives out another file of the same size: key and id do not fit."""
    theirs, hers = pair
    await theirs.send_file(pdf_of(5_000), "Plan.pdf")
    said = await received(hers)
    other = await theirs.upload(pdf_of(5_001), "Anderer.pdf").run()
    bodies: list[bytes] = []
    line.change = lambda raw: bodies.append(raw) or raw
    await Download(hers.relay, hers.box16, hers._cap, other).run()
    line.change = lambda raw: bodies[0]
    with pytest.raises(BadTag):
        await hers.fetch_file(said)


async def test_a_message_that_names_another_hash_is_refused(pair: Pair) -> None:
    theirs, hers = pair
    sent = await theirs.upload(files.pdf(), "Plan.pdf").run()
    wrong = dataclasses.replace(sent, hash=bytes(32))
    await theirs.send(Kind.FILE, write_message(wrong))
    with pytest.raises(BadProof):
        await hers.fetch_file(await received(hers))


@pytest.mark.parametrize(
    ("mime", "name", "reason"),
    [
        ("image/png", "Plan.png", "type_mismatch"),
        ("application/pdf", "Plan.exe", "name_mismatch"),
        ("application/pdf", "Plan", "name_mismatch"),
    ],
)
async def test_name_and_type_must_fit_the_content_on_arrival(
    pair: Pair, mime: str, name: str, reason: str
) -> None:
    """A client that says what is not so: the receiver judges the content itself."""
    theirs, hers = pair
    upload = theirs.upload(files.pdf(), "Plan.pdf")
    upload._mime, upload._name = mime, name
    sent = await upload.run()
    await theirs.send(Kind.FILE, write_message(sent))
    with pytest.raises(UnfitFile) as refused:
        await hers.fetch_file(await received(hers))
    assert refused.value.reason == reason


async def test_the_counsellor_opens_files_after_the_end_until_the_purge(
    cast: Cast, pair: Pair
) -> None:
    theirs, hers = pair
    await theirs.send_file(files.pdf(), "Plan.pdf")
    said = await received(hers)
    await theirs.close()
    await hers.wait_until(lambda: hers.clock.purge_minute > 0)
    assert (await hers.fetch_file(said)).raw == files.pdf()
    with pytest.raises(WireError):
        await theirs.send_file(files.pdf(), "Spaet.pdf")
    await cast.server.elapse(48 * 3_600_000 + 60_000)
    with pytest.raises(WireError) as gone:
        await hers.fetch_file(said)
    assert gone.value.code is ErrorCode.UNKNOWN


async def test_the_relay_needs_little_memory_for_a_large_file(cast: Cast, pair: Pair) -> None:
    """Parts and pieces pass one MiB at a time; client and relay share this process here."""
    theirs, hers = pair
    raw = pdf_of(25 * MIB)
    upload = theirs.upload(raw, "gross.pdf")
    tracemalloc.start()
    try:
        sent = await upload.run()
        _, peak_up = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        download = Download(hers.relay, hers.box16, hers._cap, sent)
        download._opener.open = lambda sealed: None  # type: ignore[method-assign]
        with pytest.raises(BadLength):
            await download.run()
        _, peak_down = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_up < 12 * MIB
    assert peak_down - before < 12 * MIB
