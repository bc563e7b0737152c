"""The bus inside one process."""

from __future__ import annotations

import asyncio

from e2e_server.bus.local import LocalBus
from e2e_server.bus.port import Announcement, Ref


async def turn() -> None:
    """Let the event loop run what is due."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_soon(done.set)
    await done.wait()


async def test_a_listener_gets_one_call_per_batch_with_the_references_in_order() -> None:
    bus, calls = LocalBus(), list[tuple[Ref, ...]]()
    bus.subscribe(b"box", calls.append)
    bus.publish([Announcement(b"box", 1), Announcement(b"other", 9), Announcement(b"box", 2)])
    bus.publish([Announcement(b"box", 3)])
    assert calls == []  # never inside publish: the writer must not run foreign code
    await turn()
    assert calls == [(1, 2), (3,)]


async def test_a_listener_that_left_hears_nothing_more_not_even_what_was_under_way() -> None:
    bus, calls = LocalBus(), list[tuple[Ref, ...]]()
    leave = bus.subscribe("portal", calls.append)
    stay = list[tuple[Ref, ...]]()
    bus.subscribe("portal", stay.append)
    bus.publish([Announcement("portal", b"x")])
    leave()
    leave()
    await turn()
    assert calls == []
    assert stay == [(b"x",)]
    assert bus.topics == 1


async def test_a_listener_that_raises_harms_no_other() -> None:
    bus, calls = LocalBus(), list[tuple[Ref, ...]]()
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, about: faults.append(about))

    def broken(_: tuple[Ref, ...]) -> None:
        raise ValueError

    bus.subscribe(b"box", broken)
    bus.subscribe(b"box", calls.append)
    bus.publish([Announcement(b"box", 1)])
    await turn()
    assert calls == [(1,)]
    assert len(faults) == 1


async def test_nobody_listening_costs_nothing() -> None:
    bus = LocalBus()
    bus.subscribe(b"box", lambda _: None)()
    bus.publish([Announcement(b"box", 1)])
    assert bus.topics == 0
