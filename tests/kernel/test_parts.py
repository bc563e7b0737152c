"""The small parts: log, jobs, connections, handlers, errors."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from crypto.errors import BadSignature, LocalError
from crypto.wire import catalogue
from crypto.wire.base import Event
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.kernel import Ping, Pong
from crypto.wire.translog import LogGrown
from e2e_server.bus.local import LocalBus
from e2e_server.bus.port import Announcement, Ref
from e2e_server.keeper.port import (
    BudgetSpentError,
    KeeperError,
    KeeperFullError,
    NoShareError,
    UnknownTokenError,
)
from e2e_server.kernel.connection import MAX_SUBSCRIPTIONS, Connection
from e2e_server.kernel.context import Context, JobContext
from e2e_server.kernel.dispatch import KERNEL_SLICE
from e2e_server.kernel.errors import StartError, refusal_of
from e2e_server.kernel.fanout import Fanout
from e2e_server.kernel.jobs import Jobs
from e2e_server.kernel.oplog import OpLog
from e2e_server.kernel.origin import network_of
from e2e_server.kernel.slices import Job, Slice, handlers_by_name, handles
from e2e_server.slices import SLICES
from e2e_server.storage.port import StorageError
from tests.helpers.clock import FakeClock
from tests.helpers.server import serving

# --- the operators' log ----------------------------------------------------------------------


def test_an_entry_is_one_line_of_json() -> None:
    lines: list[str] = []
    OpLog(FakeClock(5), lines.append).note("purged", boxes=3, room="retention")
    assert json.loads(lines[0]) == {
        "at_ms": 5,
        "event": "purged",
        "boxes": 3,
        "room": "retention",
    }


@pytest.mark.parametrize("text", ["0123abcd", "10.0.0.1", "Anna Müller", "a b", "", "x" * 100])
def test_what_is_no_name_of_the_code_is_not_logged(text: str) -> None:
    lines: list[str] = []
    with pytest.raises(LocalError):
        OpLog(FakeClock(), lines.append).note("event", fact=text)
    assert lines == []


def test_a_failure_is_logged_by_class_and_place_and_never_by_its_words() -> None:
    lines: list[str] = []
    try:
        handlers_by_name((), {"ping": Ping})
    except StartError as error:
        OpLog(FakeClock(), lines.append).fault("failed", error)
    entry = json.loads(lines[0])
    assert entry["error"] == "StartError"
    assert entry["place"].startswith("kernel.slices:")
    assert "ping" not in lines[0]


# --- jobs ------------------------------------------------------------------------------------


async def test_a_failing_job_is_counted_and_tried_again(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        faults = [True, False]

        async def run(parts: JobContext) -> None:
            if faults.pop(0):
                raise ValueError("a name nobody may read")

        jobs = Jobs((Job(name="room.sweep", run=run, every_s=1),), server.relay.parts)
        await jobs.run_all()
        assert jobs.failing == 1
        assert "a name nobody may read" not in "".join(server.log)
        assert json.loads(server.log[-1])["job"] == "room.sweep"
        await jobs.run_all()
        assert jobs.failing == 0


async def test_jobs_are_triggered_and_end_with_the_relay(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        jobs = Jobs((Job(name="room.sweep", run=_nothing, every_s=20),), server.relay.parts)
        jobs.start()
        await jobs.close()
        await jobs.close()


async def test_every_room_starts_and_every_job_runs_at_the_start(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        assert server.relay.jobs.failing == 0
        assert server.log == []


# --- connections -----------------------------------------------------------------------------


def _connection(bus: LocalBus, sent: list[bytes]) -> Connection:
    return Connection(bus, b"", sent.append)


async def _settled() -> None:
    await asyncio.sleep(0)


async def test_a_reader_is_called_once_for_all_that_was_announced() -> None:
    bus, sent, heard = LocalBus(), list[bytes](), list[tuple[Ref, ...]]()
    connection = _connection(bus, sent)

    async def reader(refs: tuple[Ref, ...]) -> Iterable[Event]:
        heard.append(refs)
        return [LogGrown(size=len(refs))]

    connection.subscribe(b"topic", reader)
    for ref in (1, 2, 3):
        bus.publish([Announcement(b"topic", ref)])
    await _settled()
    assert connection.has_news
    await connection.read_news()
    assert heard == [(1, 2, 3)]
    assert len(sent) == 1
    assert not connection.has_news


async def test_a_poll_calls_readers_without_a_reason() -> None:
    bus, heard = LocalBus(), list[tuple[Ref, ...]]()
    connection = _connection(bus, [])

    async def reader(refs: tuple[Ref, ...]) -> Iterable[Event]:
        heard.append(refs)
        return ()

    connection.subscribe(b"topic", reader)
    fanout = Fanout()
    fanout.add(connection)
    fanout.poll_some()
    await connection.read_news()
    fanout.poll_all()
    await connection.read_news()
    assert heard == [(), ()]


async def test_every_connection_is_polled_within_ten_ticks() -> None:
    fanout, bus = Fanout(), LocalBus()
    connections = [_connection(bus, []) for _ in range(25)]
    for connection in connections:
        connection.subscribe(b"topic", _silent)
        fanout.add(connection)
    for _ in range(10):
        fanout.poll_some()
    assert all(connection.has_news for connection in connections)


async def test_a_closed_connection_leaves_nothing_behind() -> None:
    bus, told = LocalBus(), list[str]()
    connection = _connection(bus, [])
    connection.subscribe(b"topic", _silent)
    connection.on_close(lambda: told.append("closed"))
    connection.keep("a note")
    connection.close()
    connection.close()
    assert (bus.topics, told, connection.kept(str)) == (0, ["closed"], None)
    connection.subscribe(b"topic", _silent)
    assert bus.topics == 0


async def test_a_connection_follows_only_so_much() -> None:
    connection = _connection(LocalBus(), [])
    for i in range(MAX_SUBSCRIPTIONS):
        connection.subscribe(b"topic %d" % i, _silent)
    connection.subscribe(b"topic 0", _silent)
    with pytest.raises(WireError) as refused:
        connection.subscribe(b"one more", _silent)
    assert refused.value.code is ErrorCode.RATE_LIMITED


async def test_a_reader_that_fails_ends_the_line_and_names_no_id(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, await server.connect() as client:
        await client.call(Ping())
        (connection,) = server.relay.fanout._connections

        async def broken(refs: tuple[Ref, ...]) -> Iterable[Event]:
            raise KeyError("0123456789abcdef")

        connection.subscribe(b"topic", broken)
        connection.poll()
        assert await client.ended() == 1011
        assert "reader_failed" in server.log[-1]
        assert "0123456789abcdef" not in server.log[-1]


# --- handlers, errors, networks --------------------------------------------------------------


def test_every_command_has_exactly_one_handler() -> None:
    commands = catalogue.commands()
    assert set(handlers_by_name(SLICES, commands)) == set(commands)
    with pytest.raises(StartError, match="no room answers"):
        handlers_by_name(SLICES[:-2], commands)
    with pytest.raises(StartError, match="two handlers"):
        handlers_by_name((*SLICES, KERNEL_SLICE), commands)


def test_a_handler_for_an_unknown_command_stops_the_start() -> None:
    class Other(Ping):
        META = dataclasses.replace(Ping.META, name="other")

    @handles(Other)
    async def other(context: Context, command: Other) -> Pong:
        return Pong(now_ms=0)

    with pytest.raises(StartError, match="does not know"):
        handlers_by_name((Slice(name="odd", handlers=(other,)),), catalogue.commands())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (WireError(ErrorCode.TAKEN), ErrorCode.TAKEN),
        (BadSignature(), ErrorCode.MALFORMED),
        (UnknownTokenError(), ErrorCode.EXPIRED),
        (NoShareError(), ErrorCode.UNKNOWN),
        (BudgetSpentError(), ErrorCode.RATE_LIMITED),
        (KeeperFullError(), ErrorCode.RATE_LIMITED),
        (KeeperError(), ErrorCode.STORAGE),
        (StorageError(), ErrorCode.STORAGE),
    ],
)
def test_a_failure_has_one_code_on_the_wire(error: Exception, code: ErrorCode) -> None:
    refusal = refusal_of(error)
    assert refusal is not None
    assert refusal.code is code


def test_our_own_faults_have_no_code() -> None:
    assert refusal_of(ValueError()) is None
    assert refusal_of(LocalError()) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.2.254"),
        ("2001:db8:1:2::1", "2001:db8:1:ffff::1"),
        ("::ffff:192.0.2.1", "192.0.2.7"),
    ],
)
def test_neighbours_share_a_network(one: str, other: str) -> None:
    assert network_of(one) == network_of(other) != b""


def test_strangers_share_none() -> None:
    assert network_of("192.0.2.1") != network_of("192.0.3.1")
    assert network_of("not an address") == b""


async def _nothing(parts: JobContext) -> None:
    return None


async def _silent(refs: tuple[Ref, ...]) -> Iterable[Any]:
    return ()
