"""The relay beside a bare server: `python -m bench.relay [--json] [--rounds N] [--only NAME ...]`.

Both run as processes of their own on this machine, the load in this one. Rounds alternate between
the two, and what counts is the median of the ratios: absolute figures drift with the machine. See
docs/performance.md for what each line means and for the goals.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from bench import files, scenarios
from bench.boxes import made_boxes
from bench.processes import running
from bench.results import Bound, Goal, Row, as_json, as_text, compared
from bench.scenarios import Target

B = TypeVar("B")

STEADY_LINES = 20
STEADY_PER_S = 200
_PAGE_BYTES = 8_192


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much of everything."""

    rounds: int = 5
    chats: int = 50
    messages: int = 120
    steady_s: float = 3.0
    group_messages: int = 40
    idle_lines: int = 1_500
    crowd_lines: int = 5_000
    resume_lines: int = 1_000
    file_bytes: int = 25 * files.MEGABYTE
    accounts: int = 30
    syncs: int = 200


# Only shows that everything works; its figures mean nothing.
TINY = Load(
    rounds=1,
    chats=12,
    messages=3,
    steady_s=0.1,
    group_messages=1,
    idle_lines=5,
    crowd_lines=5,
    resume_lines=5,
    file_bytes=files.MEGABYTE,
    accounts=1,
    syncs=3,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The two servers, and the load for both."""

    relay: Target
    bare: Target
    load: Load
    folder: Path

    async def rounds(self, once: Callable[[Target], Awaitable[B]]) -> list[tuple[B, B]]:
        """Measure (relay, bare) in turn, as often as the load says."""
        found = []
        for _ in range(self.load.rounds):
            bare = await once(self.bare)
            found.append((await once(self.relay), bare))
        return found


async def idle(bench: Bench) -> list[Row]:
    """Comes first: what earlier loads gave back would hide the memory that lines take."""
    bare = await scenarios.idle(bench.bare, lines=bench.load.idle_lines) / 1_000
    ours = await scenarios.idle(bench.relay, lines=bench.load.idle_lines) / 1_000
    goal = Goal(bound=Bound.AT_MOST, value=20, of_ratio=False)
    ratio = ours / bare if bare else None
    return [Row(name="idle line", unit="KB", relay=ours, bare=bare, ratio=ratio, goal=goal)]


async def throughput(bench: Bench) -> list[Row]:
    """100 lines in 50 chats, 4 messages in flight each."""
    load = bench.load
    rounds = await bench.rounds(
        lambda target: scenarios.saturate(
            target, lines=2 * load.chats, messages=load.messages, in_flight=4
        )
    )
    faster = Goal(bound=Bound.AT_LEAST, value=0.5)
    cheaper = Goal(bound=Bound.AT_MOST, value=2.0)
    return [
        compared("messages", "/s", rounds, lambda busy: busy.per_s, faster),
        compared("processor per message", "us", rounds, lambda busy: busy.cpu_us, cheaper),
    ]


async def latency(bench: Bench) -> list[Row]:
    """200 messages a second, until the reply; for scale, what one sync of the disk takes."""
    rounds = await bench.rounds(
        lambda target: scenarios.steady(
            target, lines=STEADY_LINES, per_s=STEADY_PER_S, duration_s=bench.load.steady_s
        )
    )
    sync_ms = await asyncio.to_thread(_sync_ms, bench.folder, bench.load.syncs)
    half = Goal(bound=Bound.AT_MOST, value=1, of_ratio=False)
    slowest = Goal(bound=Bound.AT_MOST, value=4, of_ratio=False)
    return [
        compared("reply at 200/s, p50", "ms", rounds, lambda busy: busy.p50_ms, half),
        compared("reply at 200/s, p99", "ms", rounds, lambda busy: busy.p99_ms, slowest),
        Row(
            name="one fdatasync of 8 KB, p50",
            unit="ms",
            relay=sync_ms,
        ),
    ]


async def group(bench: Bench) -> list[Row]:
    """30 readers of one box, who all write."""
    rounds = await bench.rounds(
        lambda target: scenarios.group(target, messages=bench.load.group_messages)
    )
    goal = Goal(bound=Bound.AT_LEAST, value=0.95)
    return [
        compared("deliveries, group of 30", "/s", rounds, lambda busy: busy.per_s, goal),
        compared("processor per delivery", "us", rounds, lambda busy: busy.cpu_us),
    ]


async def resume(bench: Bench) -> list[Row]:
    """1,000 lines that come back at once."""
    rounds = await bench.rounds(
        lambda target: scenarios.resume(target, lines=bench.load.resume_lines)
    )
    goal = Goal(bound=Bound.AT_LEAST, value=1_000, of_ratio=False)
    return [compared("lines resumed", "/s", rounds, lambda per_s: per_s, goal)]


async def crowd(bench: Bench) -> list[Row]:
    """Live traffic beside 5,000 idle lines, against the same without them."""
    load = bench.load
    rounds = [
        await scenarios.beside_idle(
            bench.relay, idle_lines=load.crowd_lines, duration_s=load.steady_s
        )
        for _ in range(min(3, load.rounds))
    ]
    goal = Goal(bound=Bound.AT_MOST, value=1.1)
    return [compared("p99 beside 5,000 idle : alone", "ms", rounds, lambda one: one.p99_ms, goal)]


async def attachment(bench: Bench) -> list[Row]:
    """25 MB up and down."""
    rounds = await bench.rounds(
        lambda target: files.carry(target, size_bytes=bench.load.file_bytes)
    )
    half = Goal(bound=Bound.AT_LEAST, value=0.5)
    memory = Goal(bound=Bound.AT_MOST, value=5, of_ratio=False)
    return [
        compared("attachment up", "MB/s", rounds, lambda one: one.up_mb_per_s, half),
        compared("attachment down", "MB/s", rounds, lambda one: one.down_mb_per_s, half),
        compared("memory meanwhile", "MB", rounds, lambda one: one.grown_mb, memory),
    ]


async def signin(bench: Bench) -> list[Row]:
    """What the server works for a start and a finish; beside it one bare OPRF evaluation."""
    work = await files.sign_in(bench.relay.server, accounts=bench.load.accounts)
    bare = work.evaluation_ms
    return [
        Row(name=name, unit="ms", relay=spent, bare=bare, ratio=spent / bare)
        for name, spent in (("sign-in start", work.start_ms), ("sign-in finish", work.finish_ms))
    ]


MEASURES: dict[str, Callable[[Bench], Awaitable[list[Row]]]] = {
    "idle": idle,
    "messages": throughput,
    "latency": latency,
    "group": group,
    "resume": resume,
    "attachment": attachment,
    "signin": signin,
    "crowd": crowd,
}


async def measure(
    load: Load, names: Sequence[str], folder: Path, tell: Callable[[str], object]
) -> list[Row]:
    """Start both servers with their files below `folder` and measure what `names` says."""
    boxes = made_boxes(load.chats)
    async with AsyncExitStack() as stack:
        places = [folder / "relay", folder / "bare"]
        for place in places:
            place.mkdir()
        ours, bare = await asyncio.gather(
            stack.enter_async_context(running("relay", str(places[0]), str(load.chats))),
            stack.enter_async_context(running("bare", str(places[1]))),
        )
        bench = Bench(
            relay=Target(server=ours, boxes=boxes, bare=False),
            bare=Target(server=bare, boxes=boxes, bare=True),
            load=load,
            folder=folder,
        )
        rows: list[Row] = []
        for name in names:
            tell(f"{name} ... ")
            rows += await MEASURES[name](bench)
        return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.relay", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--rounds", type=int, default=Load().rounds)
    parser.add_argument("--tiny", action="store_true", help="only show that it works")
    parser.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES))
    parser.add_argument(
        "--folder", type=Path, default=Path("var"), help="on the disk to be measured"
    )
    options = parser.parse_args(arguments)
    _raise_descriptor_limit()
    options.folder.mkdir(parents=True, exist_ok=True)
    load = TINY if options.tiny else replace(Load(), rounds=options.rounds)
    with tempfile.TemporaryDirectory(dir=options.folder.resolve()) as folder:
        rows = asyncio.run(measure(load, options.only, Path(folder), sys.stderr.write))
    sys.stdout.write((as_json(rows) if options.json else as_text(rows)) + "\n")


def _raise_descriptor_limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _sync_ms(folder: Path, times: int) -> float:
    taken = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for i in range(times):
            os.pwrite(file.fileno(), bytes(_PAGE_BYTES), i * _PAGE_BYTES)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e3


if __name__ == "__main__":
    main()
