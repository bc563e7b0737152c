"""Opaque objects: idempotent parts, an all-or-nothing commit, streams, deletion, the listing."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path

import pytest

from e2e_server.blobstore.local import LocalBlobStore
from e2e_server.blobstore.port import (
    PART_BYTES,
    BlobError,
    BlobMissingError,
    BlobPartError,
    BlobSpaceError,
)
from tests.storage.helpers import append_to, files_in, open_to_others

FULL = bytes(range(256)) * (PART_BYTES // 256)
LAST = b"the end"


@pytest.fixture
def store(tmp_path: Path) -> LocalBlobStore:
    return LocalBlobStore(tmp_path / "blobs", max_bytes=3 * PART_BYTES)


async def upload(store: LocalBlobStore, *parts: bytes) -> bytes:
    key = store.new_key()
    await asyncio.gather(*(store.write_part(key, i, part) for i, part in enumerate(parts)))
    await store.commit(key, len(parts))
    return key


async def whole(store: LocalBlobStore, key: bytes) -> bytes:
    return b"".join([piece async for piece in store.read(key)])


async def test_parts_in_any_order_become_one_object(store: LocalBlobStore) -> None:
    key = store.new_key()
    for number, part in ((2, LAST), (0, FULL), (1, FULL[::-1])):
        await store.write_part(key, number, part)
    assert await store.commit(key, 3) == 2 * PART_BYTES + len(LAST)
    assert await whole(store, key) == FULL + FULL[::-1] + LAST
    assert await store.size(key) == 2 * PART_BYTES + len(LAST)


async def test_a_range_is_streamed(store: LocalBlobStore) -> None:
    key = await upload(store, FULL, LAST)
    start = PART_BYTES - 3
    assert b"".join([p async for p in store.read(key, start, start + 6)]) == FULL[-3:] + LAST[:3]
    assert b"".join([p async for p in store.read(key, start, 10**9)]) == FULL[-3:] + LAST


async def test_a_part_may_be_sent_again_but_not_changed(store: LocalBlobStore) -> None:
    key = store.new_key()
    for _ in range(2):
        await store.write_part(key, 0, FULL)
        await store.write_part(key, 1, LAST)
    for number, other in ((0, FULL[::-1]), (1, b"other"), (1, LAST[:3]), (1, LAST + b"x")):
        with pytest.raises(BlobPartError):
            await store.write_part(key, number, other)
    await store.commit(key, 2)
    assert await whole(store, key) == FULL + LAST


async def test_commit_wants_every_part_and_only_the_last_one_short(store: LocalBlobStore) -> None:
    for parts, count in (
        ({1: LAST}, 2),
        ({0: FULL}, 2),
        ({0: FULL, 1: LAST}, 1),
        ({0: LAST, 1: LAST}, 2),
    ):
        key = store.new_key()
        for number, part in parts.items():
            await store.write_part(key, number, part)
        with pytest.raises(BlobPartError):
            await store.commit(key, count)
        with pytest.raises(BlobMissingError):
            await store.size(key)


async def test_commit_again_answers_the_same_and_closes_the_upload(store: LocalBlobStore) -> None:
    key = await upload(store, LAST)
    assert await store.commit(key, 1) == len(LAST)
    with pytest.raises(BlobPartError):
        await store.commit(key, 2)
    with pytest.raises(BlobPartError):
        await store.write_part(key, 0, LAST)


@pytest.mark.parametrize(("number", "size"), [(-1, 1), (3, 1), (0, 0), (0, PART_BYTES + 1)])
async def test_a_part_out_of_range_is_refused(
    store: LocalBlobStore, number: int, size: int
) -> None:
    with pytest.raises(BlobPartError):
        await store.write_part(store.new_key(), number, bytes(size))


async def test_a_count_out_of_range_or_an_unknown_upload_is_refused(store: LocalBlobStore) -> None:
    for count in (0, -1, 4):
        with pytest.raises(BlobPartError):
            await store.commit(store.new_key(), count)
    with pytest.raises(BlobMissingError):
        await store.commit(store.new_key(), 1)


async def test_a_key_of_another_size_is_refused(store: LocalBlobStore) -> None:
    with pytest.raises(BlobError):
        await store.delete(b"../../etc")


async def test_nothing_is_readable_before_the_commit_or_after_the_delete(
    store: LocalBlobStore, tmp_path: Path
) -> None:
    key = store.new_key()
    await store.write_part(key, 0, LAST)
    with pytest.raises(BlobMissingError):
        await whole(store, key)
    await store.commit(key, 1)
    for _ in range(2):
        await store.delete(key)
    with pytest.raises(BlobMissingError):
        await whole(store, key)
    assert files_in(tmp_path) == []


async def test_delete_takes_an_upload_and_its_marks(store: LocalBlobStore, tmp_path: Path) -> None:
    key = store.new_key()
    await store.write_part(key, 0, FULL)
    await store.delete(key)
    assert files_in(tmp_path) == []
    assert await store.stored() == []


async def test_a_stream_that_has_begun_survives_the_delete(store: LocalBlobStore) -> None:
    key = await upload(store, FULL, LAST)
    stream = store.read(key)
    first = await anext(stream)
    await store.delete(key)
    assert first + b"".join([piece async for piece in stream]) == FULL + LAST


async def test_stored_lists_objects_and_uploads_for_the_sweep(
    store: LocalBlobStore, tmp_path: Path
) -> None:
    done = await upload(store, LAST)
    begun = store.new_key()
    await store.write_part(begun, 0, FULL)
    lost = store.new_key()
    await store.write_part(lost, 0, FULL)
    (tmp_path / "blobs" / lost.hex()[:2] / (lost.hex() + ".part")).unlink()
    found = {one.key: one for one in await store.stored()}
    assert {key: one.committed for key, one in found.items()} == {
        done: True,
        begun: False,
        lost: False,
    }
    assert found[begun].size_bytes == PART_BYTES
    assert found[done].changed_ms > 0


async def test_a_part_cut_off_by_a_crash_is_sent_again(
    store: LocalBlobStore, tmp_path: Path
) -> None:
    key = store.new_key()
    await store.write_part(key, 0, FULL)
    upload_file = tmp_path / "blobs" / key.hex()[:2] / (key.hex() + ".part")
    append_to(upload_file, b"half of a part that never got its mark")
    with pytest.raises(BlobPartError):
        await store.commit(key, 2)
    await store.write_part(key, 1, LAST)
    await store.commit(key, 2)
    assert await whole(store, key) == FULL + LAST


async def test_a_full_disk_is_named_and_the_part_can_be_sent_again(
    store: LocalBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = store.new_key()

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:  # a real full disk is in test_durability.py
        patched.setattr(os, "pwrite", full)
        with pytest.raises(BlobSpaceError):
            await store.write_part(key, 0, LAST)
    with pytest.raises(BlobPartError):
        await store.commit(key, 1)
    await store.write_part(key, 0, LAST)
    await store.commit(key, 1)
    assert await whole(store, key) == LAST


async def test_files_and_folders_are_their_owners_only(
    store: LocalBlobStore, tmp_path: Path
) -> None:
    await upload(store, LAST)
    assert open_to_others(tmp_path) == []
