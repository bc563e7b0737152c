"""What a purge costs those who write meanwhile: commit latency before, during and after.

`python -m bench.purge [envelopes]` fills a relay's database in a temporary folder with closed
boxes, then purges all of them while others post at a steady rate, as the relay does it. Goals for a
million envelopes of 1 KB: p99 of a commit at most 5 ms, none over 50 ms. The last line is the
compaction that a large file waits for until the night.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from crypto import chain
from crypto.random import random_bytes
from crypto.wire.boxes import CloseReason
from e2e_server.features.boxes import Purger, store
from e2e_server.kernel.context import JobContext
from e2e_server.storage.port import Database, WriteTransaction
from tests.helpers.server import serving

ENVELOPES = 100_000
PER_BOX = 200
BOXES_AT_ONCE = 10
ENVELOPE_BYTES = 1_077  # a bucket of 1 KB with its frame
POSTS_PER_S = 200
BASELINE_S = 5


async def main(envelopes: int) -> None:
    """Fill, measure, print."""
    with tempfile.TemporaryDirectory() as folder:
        async with serving(Path(folder)) as server:
            parts = server.relay.parts
            await _fill(parts.db, envelopes)
            size_mb = await parts.db.size_bytes() / 1e6
            async with _load(parts.db) as before:
                await asyncio.sleep(BASELINE_S)
            _print("without a purge", before)
            async with _load(parts.db) as during:
                started = time.perf_counter()
                await _purge(parts)
                took_s = time.perf_counter() - started
            _print("during the purge", during)
            rate = envelopes / took_s
            sys.stdout.write(
                f"purged {envelopes:,} ({size_mb:,.0f} MB) in {took_s:.1f} s: {rate:,.0f}/s\n"
            )
            started = time.perf_counter()
            await parts.db.compact()
            sys.stdout.write(f"compaction: writers wait {time.perf_counter() - started:.2f} s\n")


async def _fill(db: Database, envelopes: int) -> None:
    """Chats that run at the same time, so that their envelopes lie mixed."""
    for _ in range(envelopes // PER_BOX // BOXES_AT_ONCE):
        boxes = [random_bytes(16) for _ in range(BOXES_AT_ONCE)]
        await db.write(lambda tx, some=boxes: _chats(tx, some))  # type: ignore[misc]  # a default


def _chats(tx: WriteTransaction, boxes: list[bytes]) -> None:
    for box16 in boxes:
        _open(tx, box16)
    for n in range(1, PER_BOX + 1):
        for box16 in boxes:
            _append(tx, box16, n)
    for box16 in boxes:
        store.close(tx, box16, reason=CloseReason.TIME_OVER, close_minute=1, purge_minute=1)


def _open(tx: WriteTransaction, box16: bytes) -> None:
    head = chain.start(box16)
    store.insert_box(tx, box16=box16, head=head, created_hour=0, closes_hour=2**40, ends_ms=0)


def _append(tx: WriteTransaction, box16: bytes, n: int) -> None:
    envelope = random_bytes(ENVELOPE_BYTES)
    env_id = chain.env_id(envelope)
    store.append(tx, box16=box16, n=n, env_id=env_id, hour=0, envelope=envelope)


async def _purge(parts: JobContext) -> None:
    purger = Purger(parts.clock.now_ms())
    # As after a start: its first run may rewrite the file, which is measured apart.
    purger._has_run = True
    await purger.run(parts)


@asynccontextmanager
async def _load(db: Database) -> AsyncIterator[list[float]]:
    """Post at a steady rate and collect how long each commit took, in ms."""
    taken: list[float] = []
    box16 = random_bytes(16)
    await db.write(lambda tx: _open(tx, box16))

    async def post(n: int) -> None:
        started = time.perf_counter()
        await db.write(lambda tx: _append(tx, box16, n))
        taken.append((time.perf_counter() - started) * 1000)

    async def posts() -> None:
        async with asyncio.TaskGroup() as group:
            n, started = 0, time.perf_counter()
            while not stopped.is_set():
                n += 1
                group.create_task(post(n))
                await asyncio.sleep(max(0.0, started + n / POSTS_PER_S - time.perf_counter()))

    stopped = asyncio.Event()
    posting = asyncio.create_task(posts())
    try:
        yield taken
    finally:
        stopped.set()
        await posting


def _print(name: str, taken: list[float]) -> None:
    ordered = sorted(taken)
    p50, p99 = (ordered[int(len(ordered) * part)] for part in (0.5, 0.99))
    sys.stdout.write(
        f"{name:18} {len(ordered):7,} commits   p50 {p50:6.2f}   p99 {p99:6.2f}"
        f"   longest {ordered[-1]:7.2f} ms\n"
    )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ENVELOPES))
