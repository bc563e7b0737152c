"""The line between relay and keeper: who may connect, and what breaks it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from crypto.encoding import Value, encode
from crypto.padding import MAX_RESUME_BYTES
from e2e_server.keeper import framing, remote
from e2e_server.keeper.calls import SMALL_BYTES
from e2e_server.keeper.framing import LINE_VERSION, MAX_FRAME_BYTES, LineError
from e2e_server.keeper.port import (
    KeeperError,
    KeeperLostError,
    WrongKeeperError,
)
from e2e_server.keeper.serving import MAX_LINES
from tests.keeper.helpers import (
    ALPHA,
    BOX,
    DOOR,
    UID,
    Keeping,
)


async def heard(reader: asyncio.StreamReader) -> bytes:
    """Return what comes next; nothing when the line has ended."""
    return await asyncio.wait_for(reader.read(100), 10)


# --- who may connect -------------------------------------------------------------------------


async def test_another_user_than_the_relays_hears_nothing(keeping: Keeping) -> None:
    async with keeping.runs(relay_uid=UID + 1):
        reader, writer = await asyncio.open_unix_connection(os.fspath(keeping.path))
        assert await heard(reader) == b""
        writer.close()
        with pytest.raises(KeeperLostError, match="does not let this user in"):
            await keeping.connect()
    assert keeping.heard == ["peer_refused", "peer_refused"]


async def test_a_keeper_under_another_user_is_told_nothing(keeping: Keeping) -> None:
    async with keeping.runs():
        with pytest.raises(WrongKeeperError, match="another user"):
            await keeping.connect(uid=UID + 1)


async def test_another_keeper_stays_refused_and_the_right_one_is_taken_back(
    keeping: Keeping,
) -> None:
    async with keeping.runs():
        keeper = await keeping.connect()
        share = await keeper.share_new(BOX)
    async with keeping.runs(name="other") as other:
        for _ in range(2):
            with pytest.raises(WrongKeeperError):
                await keeper.share_new(BOX)
        assert (await other.keeper.state()).shares == 0
        with pytest.raises(WrongKeeperError):
            await keeping.connect(known=keeper.instance_id)
    async with keeping.runs():
        assert await keeper.share_get(BOX) == share
        await keeper.close()


async def test_few_lines_at_once(keeping: Keeping) -> None:
    async with keeping.runs():
        lines = [await keeping.connect() for _ in range(MAX_LINES)]
        with pytest.raises(KeeperLostError):
            await keeping.connect()
        for line in lines:
            await line.close()


# --- what breaks the line --------------------------------------------------------------------


def framed(value: Value) -> bytes:
    raw = encode(value)
    return len(raw).to_bytes(4, "big") + raw


BREACHES = {
    "no msgpack": b"\x00\x00\x00\x01\xc1",
    "no canonical form": b"\x00\x00\x00\x0a\x93\xcc\x01\xa5state\x90",
    "no array": framed(7),
    "two parts": framed([1, "state"]),
    "a number below zero": b"\x00\x00\x00\x09\x93\xff\xa5state\x90",
    "no such call": framed([1, "close", []]),
    "a call that a keeper of its own makes by itself": framed([1, "write_copy", []]),
    "an inner name": framed([1, "_spend", [b""]]),
    "an argument too many": framed([1, "state", [b""]]),
    "an argument too few": framed([1, "eval", [DOOR, 1]]),
    "text for bytes": framed([1, "drop", ["door"]]),
    "bytes for a count": framed([1, "settle", [DOOR, b""]]),
    "half a record": framed([1, "drop_keys", [bytes(33)]]),
    "half a door": framed([1, "door_states", [bytes(35)]]),
    "too large for the call": framed([1, "share_new", [bytes(SMALL_BYTES)]]),
    "a slot too large": framed(
        [1, "resume_put", [bytes(32), [1, bytes(MAX_RESUME_BYTES + SMALL_BYTES)], 1]]
    ),
}


@pytest.mark.parametrize("raw", BREACHES.values(), ids=BREACHES)
async def test_a_request_that_breaks_the_rules_ends_the_line(keeping: Keeping, raw: bytes) -> None:
    async with keeping.runs() as server:
        reader, writer = await asyncio.open_unix_connection(os.fspath(keeping.path))
        await framing.read_frame(reader)
        writer.write(raw)
        assert await heard(reader) == b""
        writer.close()
        assert keeping.heard == ["line_breach"]
        state = await server.keeper.state()
        assert (state.doors, state.shares, state.resume_slots) == (0, 0, 0)


async def test_a_frame_too_large_is_not_even_read(keeping: Keeping) -> None:
    async with keeping.runs():
        reader, writer = await asyncio.open_unix_connection(os.fspath(keeping.path))
        await framing.read_frame(reader)
        writer.write((MAX_FRAME_BYTES + 1).to_bytes(4, "big"))
        assert await heard(reader) == b""
        writer.close()


class Liar:
    """A keeper that greets and answers as it is told."""

    def __init__(self, path: Path, greeting: bytes, answer: Callable[[int], bytes]) -> None:
        self._path, self._greeting, self._answer = path, greeting, answer

    async def __aenter__(self) -> None:
        self._lines: list[tuple[asyncio.Task[None], asyncio.StreamWriter]] = []
        self._server = await asyncio.start_unix_server(self._serve, path=os.fspath(self._path))

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._path.unlink()
        for task, writer in self._lines:
            writer.transport.abort()
            await task

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._lines.append((task, writer))
        writer.write(self._greeting)
        try:
            while True:
                number, _, _ = framing.read_triple(await framing.read_frame(reader))
                writer.write(self._answer(number))
        except (LineError, ConnectionError):
            return
        finally:
            writer.transport.abort()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)


GREETING = framed([LINE_VERSION, bytes(16)])


@pytest.mark.parametrize(
    ("greeting", "error"),
    [
        (framed([LINE_VERSION + 1, bytes(16)]), WrongKeeperError),
        (framed([LINE_VERSION, bytes(15)]), KeeperLostError),
        (framed([LINE_VERSION]), KeeperLostError),
        (b"\x00\x00\xff\xff", KeeperLostError),
    ],
)
async def test_an_odd_greeting_is_no_keeper(
    keeping: Keeping, greeting: bytes, error: type[KeeperError]
) -> None:
    async with Liar(keeping.path, greeting, lambda _: b""):
        with pytest.raises(error) as caught:
            await keeping.connect()
        assert type(caught.value) is error


async def test_a_keeper_that_does_not_greet_is_given_up(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "GREETING_S", 0.01)  # nobody waits five seconds in a test
    async with Liar(keeping.path, b"", lambda _: b""):
        with pytest.raises(KeeperLostError):
            await asyncio.wait_for(keeping.connect(), 10)


ODD_ANSWERS: dict[str, Callable[[int], bytes]] = {
    "no msgpack": lambda _: b"\x00\x00\x00\x01\xc1",
    "two parts": lambda n: framed([n, 0]),
    "another shape": lambda n: framed([n, 0, [b""]]),
    "text for a beta": lambda n: framed([n, 0, "beta"]),
    "a code that is none": lambda n: framed([n, 1, b"code"]),
    "an unknown code": lambda n: framed([n, 1, "new_code"]),
    "too large": lambda _: b"\xff\xff\xff\xff",
}


@pytest.mark.parametrize("answer", ODD_ANSWERS.values(), ids=ODD_ANSWERS)
async def test_an_odd_answer_is_a_refusal_with_a_code(
    keeping: Keeping, answer: Callable[[int], bytes]
) -> None:
    async with Liar(keeping.path, GREETING, answer):
        keeper = await keeping.connect()
        with pytest.raises(KeeperError):
            await keeper.eval(DOOR, 1, ALPHA)
        await keeper.close()


async def test_states_of_other_doors_than_asked_for_are_refused(keeping: Keeping) -> None:
    async with Liar(keeping.path, GREETING, lambda n: framed([n, 0, b""])):
        keeper = await keeping.connect()
        with pytest.raises(KeeperError, match="other doors"):
            await keeper.door_states([(DOOR, 1)])
        await keeper.close()
