"""Ciphertext lies in rows of constant size that are used again and never move."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from e2e_server.features.boxes import slots
from e2e_server.paths import SCHEMA_PATH
from e2e_server.storage.port import ReadTransaction, WriteTransaction
from e2e_server.storage.schema import load_schema, prepare
from e2e_server.storage.sqlite import SqliteDatabase, open_sqlite
from tests.helpers.vectors import SeededRand
from tests.storage.helpers import Clock, raw_files


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    path = tmp_path / "db"
    prepare(path, load_schema(SCHEMA_PATH))
    database = await open_sqlite(path, now_ms=Clock())
    yield database
    await database.close()


def sealed(name: str, size: int) -> bytes:
    return SeededRand(name)(size)


def held(tx: ReadTransaction) -> dict[int, bytes]:
    return dict(tx.all("SELECT slot, bytes_sealed FROM boxes_slots"))


async def test_a_wiped_slot_takes_the_next_of_its_size(db: SqliteDatabase) -> None:
    one = await db.write(lambda tx: slots.put(tx, sealed("one", 300)))
    two = await db.write(lambda tx: slots.put(tx, sealed("two", 300)))
    await db.write(lambda tx: slots.wipe(tx, [one]))
    assert (await db.read(held))[one] == bytes(300)
    larger = await db.write(lambda tx: slots.put(tx, sealed("larger", 301)))
    assert larger not in (one, two)
    assert await db.write(lambda tx: slots.put(tx, sealed("next", 300))) == one
    assert await db.write(lambda tx: slots.put(tx, sealed("last", 300))) not in (one, two, larger)
    assert (await db.read(held))[one] == sealed("next", 300)


@pytest.mark.parametrize("size", [312, 8_248, 131_128])
async def test_a_wiped_ciphertext_is_in_no_file(
    db: SqliteDatabase, tmp_path: Path, size: int
) -> None:
    """In one page, in a page and one beyond, in many pages."""
    first, last = sealed("first", size), sealed("last", size)
    slot = await db.write(lambda tx: slots.put(tx, first))
    await db.write(lambda tx: slots.put(tx, last))
    await db.checkpoint()
    # Those that lie across the end of a page occur in no file as they are.
    cut = [first[start : start + 64] for start in range(0, size - 64, 100)]
    pieces = [piece for piece in cut if piece in raw_files(tmp_path)]
    assert len(pieces) > len(cut) * 0.9
    await db.write(lambda tx: slots.wipe(tx, [slot]))
    await db.checkpoint()
    raw = raw_files(tmp_path)
    assert not any(piece in raw for piece in pieces)
    assert last[:200] in raw


async def test_much_coming_and_going_leaves_no_stale_copy(
    db: SqliteDatabase, tmp_path: Path
) -> None:
    """With rows that are deleted, about one in some thousand is left in the gap of a page."""
    rand = random.Random(1)
    boxes: list[list[tuple[int, bytes]]] = [[] for _ in range(40)]

    def arrive(tx: WriteTransaction, first: int) -> None:
        for number in range(first, first + 500):
            size = rand.choice([312] * 6 + [568] * 3 + [1_080] * 2 + [2_104])
            mark = b"<%08d>" % number
            boxes[rand.randrange(len(boxes))].append((slots.put(tx, mark.ljust(size, b".")), mark))

    def go(tx: WriteTransaction, box: list[tuple[int, bytes]]) -> None:
        slots.wipe(tx, (slot for slot, _ in box))

    for first in range(0, 20_000, 500):
        await db.write(partial(arrive, first=first))
    rand.shuffle(boxes)
    for first in range(20_000, 38_000, 500):
        await db.write(partial(go, box=boxes.pop()))
        await db.write(partial(arrive, first=first))
    await db.checkpoint()
    living = {mark for box in boxes for _, mark in box}
    found = set(re.findall(rb"<[0-9]{8}>", raw_files(tmp_path)))
    assert (len(found - living), len(living - found)) == (0, 0)
