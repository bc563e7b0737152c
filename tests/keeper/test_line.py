"""The line between relay and keeper: who may connect, what breaks it, and what a caller hears."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from crypto.encoding import Value, decode, encode
from crypto.errors import BadKey
from crypto.padding import MAX_RESUME_BYTES
from e2e_server.keeper import calls, framing, remote, serving
from e2e_server.keeper.calls import CALLS, SMALL_BYTES, error_of
from e2e_server.keeper.framing import LINE_VERSION, MAX_FRAME_BYTES, LineError
from e2e_server.keeper.port import (
    BudgetSpentError,
    GenerationError,
    Keeper,
    KeeperError,
    KeeperFullError,
    KeeperLostError,
    NoShareError,
    Resumable,
    UnknownTokenError,
    WrongKeeperError,
)
from e2e_server.keeper.remote import RemoteKeeper, open_remote
from e2e_server.keeper.serving import MAX_CALLS_AT_ONCE, MAX_LINES, KeeperServer
from e2e_server.kernel.errors import refusal_of
from e2e_server.storage.port import StorageError
from tests.keeper.helpers import ALPHA, BOX, DOOR, keeper_in, new_door, own_keeper_in, socket_in
from tests.storage.helpers import Clock

UID = os.geteuid()


class Keeping:
    """A keeper at a socket that a test stops, starts and looks into."""

    def __init__(self, folder: Path) -> None:
        self.path = socket_in(folder)
        self.heard: list[str] = []
        self.server: KeeperServer
        self._folder = folder

    @asynccontextmanager
    async def runs(self, relay_uid: int = UID, name: str = "") -> AsyncIterator[KeeperServer]:
        """Run it, one of another name in another folder."""
        (self._folder / name).mkdir(exist_ok=True)
        async with keeper_in(self._folder / name) as keeper:
            self.server = KeeperServer(keeper, relay_uid=relay_uid, tell=self._hear)
            await self.server.listen(self.path)
            try:
                yield self.server
            finally:
                await self.server.close()

    async def connect(self, uid: int = UID, known: bytes | None = None) -> RemoteKeeper:
        """Find it as the relay does."""
        return await open_remote(
            self.path, keeper_uid=uid, now_ms=Clock(), expected_instance_id=known
        )

    def _hear(self, event: str, error: Exception | None) -> None:
        self.heard.append(event)


@pytest.fixture
def keeping(tmp_path: Path) -> Keeping:
    return Keeping(tmp_path)


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
            await keeping.connect()


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


# --- what a caller hears ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    [
        UnknownTokenError,
        GenerationError,
        BudgetSpentError,
        NoShareError,
        KeeperFullError,
        WrongKeeperError,
        KeeperError,
        BadKey,
        StorageError,
    ],
)
async def test_each_refusal_arrives_as_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    async with own_keeper_in(tmp_path) as keeper:

        async def refuse(*_: object) -> None:
            raise kind("a text that may name somebody")

        monkeypatch.setattr(keeper.behind, "drop", refuse)  # some of these need a broken disk
        with pytest.raises(kind) as caught:
            await keeper.drop(DOOR)
        assert type(caught.value) is kind
        assert "somebody" not in str(caught.value)
        assert refusal_of(caught.value) is not None


async def test_a_fault_of_the_keepers_own_is_a_refusal_with_a_code(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with keeping.runs() as server:
        keeper = await keeping.connect()

        async def fail(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(server.keeper, "drop", fail)
        with pytest.raises(KeeperError):
            await keeper.drop(DOOR)
        assert keeping.heard == ["call_failed"]
        assert (await keeper.state()).doors == 0  # and the line goes on
        await keeper.close()


def test_an_unknown_code_is_the_plain_refusal() -> None:
    assert type(error_of("internal")) is KeeperError


async def test_without_a_keeper_a_call_fails_and_the_relay_is_back_with_it(
    keeping: Keeping,
) -> None:
    with pytest.raises(KeeperLostError):
        await keeping.connect()
    async with keeping.runs():
        keeper = await keeping.connect()
        await new_door(keeper)
    for _ in range(2):
        with pytest.raises(KeeperLostError) as caught:
            await keeper.eval(DOOR, 1, ALPHA)
        found = refusal_of(caught.value)
        assert found is not None
        assert found.code.value == "storage"
    async with keeping.runs():
        assert len(await keeper.eval(DOOR, 1, ALPHA)) == 32
        await keeper.close()
        with pytest.raises(KeeperLostError):
            await keeper.eval(DOOR, 1, ALPHA)


def held_up(
    server: KeeperServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> tuple[asyncio.Event, asyncio.Event]:
    """Have a call wait: return what is set when it has begun, and what lets it go on."""
    begun, goes_on = asyncio.Event(), asyncio.Event()
    plain: Callable[..., Awaitable[Any]] = getattr(server.keeper, name)

    async def waits(*arguments: object) -> Any:
        begun.set()
        await goes_on.wait()
        return await plain(*arguments)

    monkeypatch.setattr(server.keeper, name, waits)
    return begun, goes_on


async def test_a_slow_call_holds_up_no_other(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with keeping.runs() as server:
        keeper = await keeping.connect()
        begun, goes_on = held_up(server, monkeypatch, "share_new")
        slow = asyncio.ensure_future(keeper.share_new(BOX))
        await begun.wait()
        assert (await keeper.state()).shares == 0
        goes_on.set()
        assert len(await slow) == 32
        await keeper.close()


async def test_a_closing_keeper_answers_what_was_begun(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with keeping.runs() as server:
        keeper = await keeping.connect()
        begun, goes_on = held_up(server, monkeypatch, "share_new")
        slow = asyncio.ensure_future(keeper.share_new(BOX))
        await begun.wait()
        closing = asyncio.ensure_future(server.close())
        goes_on.set()
        assert len(await slow) == 32
        await closing
        with pytest.raises(KeeperLostError):
            await keeper.state()
        assert not keeping.path.exists()
        await keeper.close()


async def test_a_line_that_breaks_tells_everybody_who_waits(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with keeping.runs() as server:
        keeper = await keeping.connect()
        begun, goes_on = held_up(server, monkeypatch, "share_new")
        waiting = [asyncio.ensure_future(keeper.share_new(bytes([i]) * 16)) for i in range(3)]
        await begun.wait()
        for writer in tuple(server._lines.values()):
            writer.transport.abort()
        for failed in await asyncio.gather(*waiting, return_exceptions=True):
            assert type(failed) is KeeperLostError
        goes_on.set()
        # The keeper made them all the same: a repeat gets the first answer.
        shares = [await keeper.share_new(bytes([i]) * 16) for i in range(3)]
        assert (await keeper.state()).shares == len(set(shares)) == 3
        await keeper.close()


async def test_an_answer_that_does_not_come_is_given_up(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = MappingProxyType({**CALLS, "share_new": replace(CALLS["share_new"], timeout_s=0.01)})
    monkeypatch.setattr(remote, "CALLS", soon)  # nobody waits 15 seconds in a test
    async with keeping.runs() as server:
        keeper = await keeping.connect()
        _, goes_on = held_up(server, monkeypatch, "share_new")
        with pytest.raises(KeeperLostError, match="in time"):
            await keeper.share_new(BOX)
        goes_on.set()
        assert len(await keeper.share_list(b"", 9)) <= 1
        assert (await keeper.state()).instance_id == keeper.instance_id
        await keeper.close()


async def test_a_caller_that_goes_away_disturbs_nobody(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with keeping.runs() as server:
        keeper = await keeping.connect()
        begun, goes_on = held_up(server, monkeypatch, "share_new")
        gone = asyncio.ensure_future(keeper.share_new(BOX))
        await begun.wait()
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        goes_on.set()
        assert await keeper.share_new(BOX) == await keeper.share_get(BOX)
        await keeper.close()


async def test_a_thousand_calls_at_once_are_all_answered_and_few_run(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with keeping.runs() as server:
        keeper = await keeping.connect()
        running, most = 0, 0
        plain = server.keeper.resume_get

        async def counted(resume_id: bytes) -> Resumable | None:
            nonlocal running, most
            running, most = running + 1, max(most, running + 1)
            await asyncio.sleep(0)
            running -= 1
            return await plain(resume_id)

        monkeypatch.setattr(server.keeper, "resume_get", counted)
        found = await asyncio.gather(*(keeper.resume_get(bytes(32)) for _ in range(1000)))
        assert found == [None] * 1000
        assert 1 < most <= MAX_CALLS_AT_ONCE
        await keeper.close()


async def test_large_requests_are_served_one_at_a_time(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "LARGE_BYTES", 64)
    async with keeping.runs() as server:
        keeper, other = await keeping.connect(), await keeping.connect()
        begun, goes_on = held_up(server, monkeypatch, "unnamed_doors")
        next_begun, next_goes_on = held_up(server, monkeypatch, "share_new")
        large = asyncio.ensure_future(keeper.unnamed_doors([DOOR] * 3))
        await begun.wait()
        behind = asyncio.ensure_future(keeper.share_new(BOX))
        # Another line is not held up, and sees that what stands behind has not begun.
        assert (await other.state()).shares == 0
        assert not next_begun.is_set()
        goes_on.set()
        next_goes_on.set()
        assert await large == []
        assert len(await behind) == 32
        for line in (keeper, other):
            await line.close()


async def test_many_doors_and_shares_travel_whole(tmp_path: Path) -> None:
    """More than the 4,096 items that an array may have."""
    doors = [i.to_bytes(32, "big") for i in range(5_000)]
    async with own_keeper_in(tmp_path) as keeper:
        await new_door(keeper, doors[7], gen=2**31)
        states = await keeper.door_states([(door, 2**31) for door in doors])
        assert [i for i, one in enumerate(states) if one.held] == [7]
        assert len(await keeper.unnamed_doors(doors[8:])) == 1
        assert await keeper.unnamed_doors(doors) == []
        await keeper.drop_keys(doors)
        await keeper.share_drop_keys(doors)


async def test_a_resume_slot_of_the_largest_size_travels(tmp_path: Path) -> None:
    clock = Clock()
    async with own_keeper_in(tmp_path, clock) as keeper:
        kept = Resumable(2**53 - 1, bytes(MAX_RESUME_BYTES))
        await keeper.resume_put(bytes(32), kept, clock() + 1000)
        assert await keeper.resume_get(bytes(32)) == kept


async def test_every_call_of_the_port_is_on_the_line_or_the_keepers_own(tmp_path: Path) -> None:
    of_port = {name for name in vars(Keeper) if not name.startswith("_")}
    assert of_port - CALLS.keys() == {"sweep", "write_copy", "close"}
    assert CALLS.keys() <= of_port
    assert calls.__doc__ is not None
    described = set(re.findall(r"[a-z_]+", calls.__doc__))
    reading = {"door_states", "unnamed_doors", "share_get", "share_list", "resume_get", "state"}
    assert CALLS.keys() - described == reading


async def test_the_relay_sees_when_the_keepers_own_copy_is_overdue(tmp_path: Path) -> None:
    clock = Clock()
    async with own_keeper_in(tmp_path, clock, operator_public=ALPHA) as keeper:
        clock.elapse(2 * 3_600_000 - 1)
        await keeper.write_copy()
        clock.elapse(1)
        with pytest.raises(KeeperError, match="no sealed copy"):
            await keeper.write_copy()
        await keeper.behind.write_copy()
        await keeper.write_copy()
    async with own_keeper_in(tmp_path, clock) as keeper:
        with pytest.raises(KeeperError, match="no sealed copy"):
            await keeper.write_copy()


def test_a_greeting_is_canonical() -> None:
    assert decode(framing.encode_greeting(bytes(16))) == [LINE_VERSION, bytes(16)]
