"""A keeper of its own beside the embedded one: `python -m bench.keeper [--calls N] [--rounds N]`.

Each call is made by the same code over `port.Keeper`, once in this process and once over a socket
to another, on the same disk and in turn; what counts is the ratio in each round. "50 at once": so
many callers, as the relay has when many people come, each with one call after the other.
`python -m bench.keeper serve FOLDER` is that other process.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import PROGRAM_ROOT
from crypto import oprf
from e2e_server.keeper.embedded import EmbeddedKeeper, KeeperFolders, open_embedded
from e2e_server.keeper.port import Keeper, Resumable
from e2e_server.keeper.remote import open_remote
from e2e_server.keeper.serving import KeeperServer

ALPHA = oprf.blind(b"a passphrase")[1]
SEED = b"seed" * 8
_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One line of the table: ms for each call by the clock and of processor; medians over rounds.

    Processor time of all threads, of the relay's side and the keeper's together.
    """

    name: str
    own_ms: float
    embedded_ms: float
    ratio: float
    own_cpu_ms: float
    embedded_cpu_ms: float
    cpu_ratio: float


async def measure(folder: Path, calls: int, rounds: int) -> list[Found]:
    """Measure every line; `calls` of each kind in a round."""
    async with _embedded(folder / "embedded") as embedded, _own(folder) as (own, pid):
        found = []
        for name, make in KINDS.items():
            for at_once in (1, _AT_ONCE):
                times = []
                for turn in range(rounds):
                    numbers = range((turn * 2 + (at_once > 1)) * calls, (turn + 1) * 2 * calls)
                    load = _Load(make, numbers[:calls], at_once)
                    times.append((await load.timed(own, pid), await load.timed(embedded, 0)))
                found.append(_median(f"{name}, {at_once} at once", times))
        return found


def as_text(found: Sequence[Found]) -> str:
    """Lay the figures out for reading."""
    head = (
        f"{'':30}{'own ms':>9}{'embedded':>10}{'ratio':>7}{'cpu ms':>9}{'embedded':>10}{'ratio':>7}"
    )
    lines = [
        f"{one.name:30}{one.own_ms:9.3f}{one.embedded_ms:10.3f}{one.ratio:7.2f}"
        f"{one.own_cpu_ms:9.3f}{one.embedded_cpu_ms:10.3f}{one.cpu_ratio:7.2f}"
        for one in found
    ]
    return "\n".join([head, *lines])


async def _eval(keeper: Keeper, number: int) -> None:
    # A door each: one door has a budget.
    await keeper.eval(number.to_bytes(32, "big"), 1, ALPHA)


async def _share_new(keeper: Keeper, number: int) -> None:
    await keeper.share_new(number.to_bytes(16, "big"))


async def _share_get(keeper: Keeper, number: int) -> None:
    await keeper.share_get(number.to_bytes(16, "big"))


async def _resume_put(keeper: Keeper, number: int) -> None:
    kept = Resumable(number, bytes(4096))
    await keeper.resume_put(bytes(32), kept, _now_ms() + 60_000)


KINDS: dict[str, Callable[[Keeper, int], Awaitable[None]]] = {
    "eval": _eval,
    "share_new": _share_new,
    "share_get": _share_get,
    "resume_put of 4 KiB": _resume_put,
}


@dataclass(frozen=True, slots=True)
class _Load:
    """The same calls for either keeper; `share_get` asks for what `share_new` has made."""

    make: Callable[[Keeper, int], Awaitable[None]]
    numbers: range
    at_once: int

    async def timed(self, keeper: Keeper, pid: int) -> tuple[float, float]:
        """Return ms for each call, by the clock and of processor, with process `pid`'s if given."""
        numbers = iter(self.numbers)

        async def one_after_the_other() -> None:
            for number in numbers:
                await self.make(keeper, number)

        began, cpu_began = time.perf_counter(), time.process_time() + _cpu_s(pid)
        await asyncio.gather(*(one_after_the_other() for _ in range(self.at_once)))
        took, cpu_took = time.perf_counter(), time.process_time() + _cpu_s(pid)
        each = 1000 / len(self.numbers)
        return (took - began) * each, (cpu_took - cpu_began) * each


def _cpu_s(pid: int) -> float:
    """Processor time of all threads of another process so far; 0 without one."""
    threads = Path(f"/proc/{pid}/task").iterdir() if pid else ()
    return sum(int((one / "schedstat").read_text("ascii").split()[0]) for one in threads) / 1e9


def _median(name: str, times: list[tuple[tuple[float, float], tuple[float, float]]]) -> Found:
    def figures(place: int) -> tuple[float, float, float]:
        pairs = [(own[place], embedded[place]) for own, embedded in times]
        ratios = [own / embedded for own, embedded in pairs]
        return tuple(map(statistics.median, (*zip(*pairs, strict=True), ratios)))

    clock, cpu = figures(0), figures(1)
    return Found(
        name=name,
        own_ms=clock[0],
        embedded_ms=clock[1],
        ratio=clock[2],
        own_cpu_ms=cpu[0],
        embedded_cpu_ms=cpu[1],
        cpu_ratio=cpu[2],
    )


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@asynccontextmanager
async def _embedded(folder: Path) -> AsyncIterator[EmbeddedKeeper]:
    folders = KeeperFolders(main=folder / "main", mirror=folder / "mirror", copy=folder / "copy")
    keeper = await open_embedded(folders, seed=SEED, now_ms=_now_ms, expected_instance_id=None)
    try:
        yield keeper
    finally:
        await keeper.close()


@asynccontextmanager
async def _own(folder: Path) -> AsyncIterator[tuple[Keeper, int]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.keeper",
        "serve",
        str(folder / "own"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=PROGRAM_ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    async with AsyncExitStack() as stack:
        stack.push_async_callback(process.wait)
        stack.callback(process.stdin.close)  # its input ends, and so does it
        if await process.stdout.readline() != b"serving\n":
            raise SystemExit("the keeper did not start")
        keeper = await open_remote(
            folder / "own" / "line" / "socket",
            keeper_uid=os.geteuid(),
            now_ms=_now_ms,
            expected_instance_id=None,
        )
        stack.push_async_callback(keeper.close)
        yield keeper, process.pid


async def _serve(folder: Path) -> None:
    (folder / "line").mkdir(mode=0o700, parents=True)
    async with _embedded(folder) as keeper:
        server = KeeperServer(keeper, relay_uid=os.geteuid(), tell=lambda *_: None)
        await server.listen(folder / "line" / "socket")
        try:
            sys.stdout.write("serving\n")
            sys.stdout.flush()
            reader = asyncio.StreamReader()
            loop = asyncio.get_running_loop()
            await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
            await reader.read()
        finally:
            await server.close()


def main(arguments: Sequence[str]) -> None:
    """Measure and print, or serve."""
    if arguments[:1] == ["serve"]:
        asyncio.run(_serve(Path(arguments[1])))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="on the disk to be measured")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        found = asyncio.run(measure(Path(folder), options.calls, options.rounds))
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(as_text(found) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
