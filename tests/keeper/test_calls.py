"""Calls over the line: what a caller hears, many at once, and a keeper that goes away."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from crypto.encoding import decode
from crypto.errors import BadKey
from crypto.padding import MAX_RESUME_BYTES
from e2e_server.keeper import calls, framing, remote, serving
from e2e_server.keeper.calls import CALLS, error_of
from e2e_server.keeper.framing import LINE_VERSION
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
from e2e_server.keeper.serving import MAX_CALLS_AT_ONCE, KeeperServer
from e2e_server.kernel.errors import refusal_of
from e2e_server.storage.port import StorageError
from tests.keeper.helpers import (
    ALPHA,
    BOX,
    DOOR,
    Keeping,
    new_door,
    own_keeper_in,
)
from tests.storage.helpers import Clock


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
        failures = asyncio.gather(*waiting, return_exceptions=True)
        for failed in await asyncio.wait_for(failures, 10):
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
            await asyncio.wait_for(keeper.share_new(BOX), 10)
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
