"""What is measured over the wire: each function loads one server and returns plain figures.

    saturate   100 lines in 50 chats, 4 messages in flight each: how many a second, at what cost
    steady     200 messages a second over 20 lines: how long until the reply
    group      30 lines read one box and write into it: deliveries a second
    idle       lines that only listen: memory each
    resume     lines that come back and read on: how many a second

The commands of one line stay below the relay's burst of 200, so its limits stand as they are; each
round opens new lines. Whoever posts reads its box too, as every client does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from bench.boxes import GROUP_MEMBERS, Box
from bench.lines import Line, Tally, head_of
from bench.processes import Running
from crypto.encoding import MAX_UINT

_OPENING_AT_ONCE = 100
_series = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A server and its boxes; `bare` has rooms instead of boxes, joined by their path."""

    server: Running
    boxes: tuple[Box, ...]
    bare: bool

    def path(self, box: Box) -> str:
        """Where a line for this box connects."""
        return f"/room/{box.number}" if self.bare else "/ws"


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """A round under load."""

    per_s: float
    cpu_us: float
    p50_ms: float
    p99_ms: float


async def saturate(target: Target, *, lines: int, messages: int, in_flight: int) -> Busy:
    """Let every line of many chats post as fast as `in_flight` allows."""
    seats = [(box, member) for box in target.boxes[1:] for member in range(2)][:lines]
    return await _load(target, seats, messages, in_flight, readers=2)


async def group(target: Target, *, messages: int) -> Busy:
    """Let 30 readers of one box post, one message in flight each; `per_s` counts deliveries."""
    seats = [(target.boxes[0], member) for member in range(GROUP_MEMBERS)]
    busy = await _load(target, seats, messages, 1, readers=GROUP_MEMBERS)
    return Busy(
        per_s=busy.per_s * GROUP_MEMBERS,
        cpu_us=busy.cpu_us / GROUP_MEMBERS,
        p50_ms=busy.p50_ms,
        p99_ms=busy.p99_ms,
    )


async def steady(target: Target, *, lines: int, per_s: int, duration_s: float) -> Busy:
    """Post at a fixed rate, whatever the replies do, each line in its turn."""
    seats = [(box, member) for box in target.boxes[1:] for member in range(2)][:lines]
    opened = await _open_all(target, seats)
    total = int(per_s * duration_s)
    stocks = [_posts(seat, -(-total // lines)) for seat in seats]
    tally = _share_tally(opened)
    cpu_s, began = target.server.cpu_s(), time.perf_counter()
    for i in range(total):
        await asyncio.sleep(max(0.0, began + i / per_s - time.perf_counter()))
        opened[i % lines].send(stocks[i % lines].pop())
    await tally.reaches(total, total * 2)
    return _end(target, opened, tally, cpu_s, began)


async def idle(target: Target, *, lines: int) -> float:
    """Return the bytes of server memory for each further line that reads a box and waits."""
    seats = _many_seats(target, 2 * lines)
    # The first ones pay for what is made once: pools, caches, code pages.
    first = await _open_all(target, seats[:lines])
    before = target.server.resident_bytes()
    rest = await _open_all(target, seats[lines:])
    grown = target.server.resident_bytes() - before
    await _close_all(first + rest)
    return grown / lines


async def resume(target: Target, *, lines: int) -> float:
    """Return how many lines a second come back: connect, greeting, the last envelopes."""
    heads = dict[int, int]()
    if not target.bare:
        for box in target.boxes[1:]:
            line = await Line.opened(target.server.port, target.path(box))
            heads[box.number] = head_of(await line.ask(box.read(1, 0, MAX_UINT)))
            await _close_all([line])
    turn = asyncio.Semaphore(_OPENING_AT_ONCE)

    async def come_back(box: Box, member: int) -> Line:
        async with turn:
            line = await Line.opened(target.server.port, target.path(box))
            if not target.bare:
                await line.ask(box.read(1, member, max(1, heads[box.number] - 4)))
            return line

    began = time.perf_counter()
    opened = await asyncio.gather(*(come_back(*seat) for seat in _many_seats(target, lines)))
    per_s = lines / (time.perf_counter() - began)
    await _close_all(opened)
    return per_s


async def beside_idle(target: Target, *, idle_lines: int, duration_s: float) -> tuple[Busy, Busy]:
    """Return the steady load beside that many idle lines, and alone."""
    alone = await steady(target, lines=20, per_s=200, duration_s=duration_s)
    crowd = await _open_all(target, _many_seats(target, idle_lines, spare=10))
    beside = await steady(target, lines=20, per_s=200, duration_s=duration_s)
    await _close_all(crowd)
    return beside, alone


async def _load(
    target: Target, seats: Sequence[tuple[Box, int]], messages: int, in_flight: int, readers: int
) -> Busy:
    opened = await _open_all(target, seats)
    stocks = [_posts(seat, messages) for seat in seats]
    tally = _share_tally(opened)
    total = messages * len(seats)
    cpu_s, began = target.server.cpu_s(), time.perf_counter()
    for line, frames in zip(opened, stocks, strict=True):
        line.send_all(frames, in_flight)
    await tally.reaches(total, total * readers)
    return _end(target, opened, tally, cpu_s, began)


def _end(target: Target, opened: Sequence[Line], tally: Tally, cpu_s: float, began: float) -> Busy:
    elapsed_s = time.perf_counter() - began
    spent_s = target.server.cpu_s() - cpu_s
    for line in opened:
        line.close()
    ordered = sorted(tally.latencies_s)
    return Busy(
        per_s=tally.replies / elapsed_s,
        cpu_us=spent_s / tally.replies * 1e6,
        p50_ms=ordered[len(ordered) // 2] * 1e3,
        p99_ms=ordered[len(ordered) * 99 // 100] * 1e3,
    )


async def _open_all(target: Target, seats: Sequence[tuple[Box, int]]) -> list[Line]:
    """Open a line for each seat and let it read its box from the end on."""
    turn = asyncio.Semaphore(_OPENING_AT_ONCE)

    async def open_one(box: Box, member: int) -> Line:
        async with turn:
            line = await Line.opened(target.server.port, target.path(box))
            if not target.bare:
                head_n = head_of(await line.ask(box.read(1, member, MAX_UINT)))
                await line.ask(box.read(2, member, head_n + 1))
            return line

    return list(await asyncio.gather(*(open_one(*seat) for seat in seats)))


async def _close_all(lines: Sequence[Line]) -> None:
    for line in lines:
        line.close()


def _posts(seat: tuple[Box, int], messages: int) -> list[bytes]:
    box, member = seat
    return list(box.posts(member, next(_series), messages))


def _share_tally(lines: Sequence[Line]) -> Tally:
    tally = Tally()
    for line in lines:
        line.tally = tally
    return tally


def _many_seats(target: Target, lines: int, spare: int = 0) -> list[tuple[Box, int]]:
    """Spread lines over the chats, passing over the first `spare`, which others load."""
    boxes = target.boxes[1 + spare :]
    return [(boxes[i % len(boxes)], i // len(boxes) % 2) for i in range(lines)]
