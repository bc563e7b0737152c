"""Sealed files over HTTP: parts, commit, fetch; who may, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from crypto.wire.boxes import Leave
from crypto.wire.errors import ErrorCode
from e2e_server.features.blobs import http as rules
from e2e_server.features.blobs import sizes
from tests.helpers.blobs import MIB, Line, SealedFile, authorization, stored_files
from tests.helpers.livecast import House, Seeker, house
from tests.helpers.organisation import seed


class Scene:
    """One running chat: Sam's line and Anna's, each with the own capability."""

    def __init__(self, home: House, seeker: Seeker, sam: Line, anna: Line) -> None:
        self.home, self.seeker, self.sam, self.anna = home, seeker, sam, anna
        self.box16 = seeker.box16


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        seeker = await home.chat(anna, "Sam")
        yield Scene(
            home,
            seeker,
            Line(home, seeker, seeker.box_cap, seeker.client),
            Line(home, seeker, anna.cap_of(seeker), anna.client),
        )


async def test_a_file_goes_each_way(scene: Scene) -> None:
    for name, size, giver, taker in (
        ("small", 1, scene.sam, scene.anna),
        ("large", 3 * MIB, scene.anna, scene.sam),
    ):
        file = SealedFile(name, size)
        await giver.sends(file)
        for line in (taker, giver):
            answer = await line.get(file.blob16)
            assert (answer.status, answer.body) == (200, file.sealed)
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Content-Disposition"] == "attachment"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_a_part_may_be_sent_again_and_a_commit_repeated(scene: Scene) -> None:
    file = SealedFile("again", 2 * MIB)
    for _ in range(2):
        assert await scene.sam.put_parts(file) == [204] * 3
    for _ in range(2):
        await scene.seeker.client.call(file.commit(scene.box16), scene.sam.cap)
    assert (await scene.anna.get(file.blob16)).body == file.sealed
    # What is committed takes no more parts.
    answer = await scene.sam.put(scene.sam.path(file.blob16, 0), file.parts[0])
    assert answer.code == "wrong_state"


async def test_parts_may_come_in_any_order(scene: Scene) -> None:
    file = SealedFile("order", 2 * MIB)
    for number in (2, 0, 1):
        path = scene.sam.path(file.blob16, number)
        assert (await scene.sam.put(path, file.parts[number])).status == 204
    await scene.seeker.client.call(file.commit(scene.box16), scene.sam.cap)
    assert (await scene.anna.get(file.blob16)).body == file.sealed


async def test_a_download_goes_on_where_the_line_broke(scene: Scene) -> None:
    file = SealedFile("rest", 2 * MIB)
    await scene.sam.sends(file)
    for start in (1, MIB + 5, len(file.sealed) - 1):
        answer = await scene.anna.get(file.blob16, {"Range": f"bytes={start}-"})
        assert (answer.status, answer.body) == (206, file.sealed[start:])
        last = len(file.sealed) - 1
        assert answer.headers["Content-Range"] == f"bytes {start}-{last}/{len(file.sealed)}"
    for odd in (f"bytes={len(file.sealed)}-", "bytes=-5", "bytes=1-2", "lines=1-"):
        assert (await scene.anna.get(file.blob16, {"Range": odd})).code == "malformed"


async def test_the_same_part_with_other_bytes_is_refused(scene: Scene) -> None:
    file, other = SealedFile("one"), SealedFile("other")
    path = scene.sam.path(file.blob16, 0)
    assert (await scene.sam.put(path, file.parts[0])).status == 204
    assert (await scene.sam.put(path, other.parts[0])).code == "conflict"
    assert (await scene.sam.put(path, file.parts[0][:-1])).code == "conflict"


async def test_a_wrong_hash_ends_the_upload(scene: Scene) -> None:
    file = SealedFile("hash")
    await scene.sam.put_parts(file)
    commit = file.commit(scene.box16, ciphertext_hash=seed("another"))
    assert await scene.seeker.client.refusal(commit, scene.sam.cap) is ErrorCode.CONFLICT
    assert (await scene.anna.get(file.blob16)).code == "unknown"
    assert stored_files(scene.home) == []
    assert await scene.home.rows("SELECT * FROM blobs_blobs") == []
    # Sent anew, it is taken.
    await scene.sam.sends(file)


async def test_a_committed_file_keeps_its_hash_and_count(scene: Scene) -> None:
    file = SealedFile("kept", 2 * MIB)
    await scene.sam.sends(file)
    client, cap = scene.seeker.client, scene.sam.cap
    wrong_hash = file.commit(scene.box16, ciphertext_hash=seed("another"))
    assert await client.refusal(wrong_hash, cap) is ErrorCode.CONFLICT
    wrong_count = file.commit(scene.box16, parts=2)
    assert await client.refusal(wrong_count, cap) is ErrorCode.WRONG_STATE
    assert (await scene.anna.get(file.blob16)).body == file.sealed


async def test_a_missing_part_is_told_and_can_follow(scene: Scene) -> None:
    file = SealedFile("missing", 2 * MIB)
    client, cap = scene.seeker.client, scene.sam.cap
    assert await client.refusal(file.commit(scene.box16), cap) is ErrorCode.UNKNOWN
    for number in (0, 2):
        await scene.sam.put(scene.sam.path(file.blob16, number), file.parts[number])
    for parts in (0, 2, 3, 4):
        commit = file.commit(scene.box16, parts=parts)
        assert await client.refusal(commit, cap) is ErrorCode.WRONG_STATE
    await scene.sam.put(scene.sam.path(file.blob16, 1), file.parts[1])
    await client.call(file.commit(scene.box16), cap)


async def test_only_padded_sizes_are_kept(scene: Scene) -> None:
    """A size tells a bucket, never a length: bytes that no sealed file has are refused."""
    raw = SealedFile("padded").sealed[:-1]
    file = SealedFile("padded")
    file.sealed, file.parts = raw, [raw]
    await scene.sam.put_parts(file)
    refused = await scene.seeker.client.refusal(file.commit(scene.box16), scene.sam.cap)
    assert refused is ErrorCode.CONFLICT


async def test_nobody_else_sends_or_fetches(scene: Scene) -> None:
    anna = await scene.home.signs_in("Anna")
    await anna.on_duty()
    tom = await scene.home.chat(anna, "Tom")
    file = SealedFile("mine")
    await scene.sam.sends(file)
    foreign = Line(scene.home, scene.seeker, tom.box_cap, tom.client)
    invented = Line(scene.home, scene.seeker, seed("invented"), tom.client)
    for line in (foreign, invented):
        assert (await line.get(file.blob16)).code == "unknown"
        assert (await line.put(line.path(file.blob16, 0), file.parts[0])).code == "unknown"
        refused = await tom.client.refusal(file.commit(scene.box16), line.cap)
        assert refused is ErrorCode.UNKNOWN
        refused = await tom.client.refusal(file.forget(scene.box16), line.cap)
        assert refused is ErrorCode.UNKNOWN
    # The own box does not know a blob of another one.
    own = Line(scene.home, tom, tom.box_cap, tom.client)
    assert (await own.get(file.blob16)).code == "unknown"


async def test_without_a_capability_there_is_no_answer(scene: Scene) -> None:
    file = SealedFile("bare")
    await scene.sam.sends(file)
    path = scene.sam.path(file.blob16)
    cap = authorization(scene.sam.cap)["Authorization"]
    odd = ["", "Box", f"Bearer {cap[4:]}", f"{cap}=", f"{cap[:-1]}", f"{cap[:-1]}+", cap + "A"]
    for given in odd:
        answer = await scene.sam.call("GET", path, None, {"Authorization": given})
        assert (answer.status, answer.code) == (401, "unauthorised"), given
        answer = await scene.sam.call("PUT", path + "/0", b"x", {"Authorization": given})
        assert (answer.status, answer.code) == (401, "unauthorised"), given


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
    ids=["cross-site", "same-site"],
)
async def test_a_foreign_page_is_refused(scene: Scene, headers: dict[str, str]) -> None:
    file = SealedFile("foreign")
    await scene.sam.sends(file)
    assert (await scene.sam.get(file.blob16, headers)).status == 403
    assert (await scene.sam.put(scene.sam.path(file.blob16, 0), b"x", headers)).status == 403


async def test_a_foreign_origin_sends_nothing(scene: Scene) -> None:
    path = scene.sam.path(seed("blob", 16), 0)
    answer = await scene.sam.put(path, b"x", {"Origin": "https://example.org"})
    assert answer.status == 403
    assert await scene.home.rows("SELECT * FROM blobs_blobs") == []


async def test_after_the_end_the_counsellor_reads_and_nobody_sends(scene: Scene) -> None:
    file, late = SealedFile("before"), SealedFile("late")
    await scene.sam.sends(file)
    await scene.sam.put_parts(late)
    await scene.seeker.client.call(scene.seeker.close_command(), scene.sam.cap)
    # The seeker's capability has ended with the chat.
    assert (await scene.sam.get(file.blob16)).code == "unknown"
    assert (await scene.sam.put(scene.sam.path(late.blob16, 0), late.parts[0])).code == "unknown"
    refused = await scene.seeker.client.refusal(late.commit(scene.box16), scene.sam.cap)
    assert refused is ErrorCode.UNKNOWN
    # The counsellor's reads until the purge.
    assert (await scene.anna.get(file.blob16)).body == file.sealed
    assert (await scene.anna.put(scene.anna.path(late.blob16, 0), late.parts[0])).code == "closed"
    refused = await scene.anna.client.refusal(late.commit(scene.box16), scene.anna.cap)
    assert refused is ErrorCode.CLOSED
    refused = await scene.anna.client.refusal(late.forget(scene.box16), scene.anna.cap)
    assert refused is ErrorCode.CLOSED


async def test_at_the_last_minute_nothing_is_taken_before_the_sweep(scene: Scene) -> None:
    file = SealedFile("over time")
    await scene.sam.put_parts(file)
    scene.home.server.clock.elapse(180 * 60_000)
    assert (await scene.sam.put(scene.sam.path(file.blob16, 0), file.parts[0])).code == "closed"
    refused = await scene.seeker.client.refusal(file.commit(scene.box16), scene.sam.cap)
    assert refused is ErrorCode.CLOSED


async def test_who_left_fetches_nothing(scene: Scene) -> None:
    file = SealedFile("left")
    await scene.anna.sends(file)
    await scene.seeker.client.call(Leave(box16=scene.box16), scene.sam.cap)
    assert (await scene.sam.get(file.blob16)).code == "unknown"


async def test_a_cancelled_upload_leaves_no_parts_behind(scene: Scene) -> None:
    file = SealedFile("cancelled", 2 * MIB)
    await scene.sam.put(scene.sam.path(file.blob16, 0), file.parts[0])
    assert stored_files(scene.home) != []
    for _ in range(2):
        await scene.seeker.client.call(file.forget(scene.box16), scene.sam.cap)
    assert stored_files(scene.home) == []
    assert await scene.home.rows("SELECT * FROM blobs_blobs") == []
    assert await scene.home.rows("SELECT * FROM blobs_parts") == []


async def test_a_part_that_arrives_after_the_cancellation_is_dropped(scene: Scene) -> None:
    file = SealedFile("race", 2 * MIB)
    cancelled = False

    async def slowly() -> AsyncIterator[bytes]:
        nonlocal cancelled
        yield file.parts[0][:1000]
        await scene.seeker.client.call(file.forget(scene.box16), scene.sam.cap)
        cancelled = True
        yield file.parts[0][1000:]

    url = scene.home.server.url + scene.sam.path(file.blob16, 0)
    headers = authorization(scene.sam.cap) | {"Content-Length": str(len(file.parts[0]))}
    # Known before, so that the cancellation has something to take back.
    await scene.sam.put(scene.sam.path(file.blob16, 1), file.parts[1])
    async with (
        aiohttp.ClientSession() as http,
        http.put(url, data=slowly(), headers=headers) as answer,
    ):
        assert (answer.status, await answer.text()) == (404, "unknown")
    assert cancelled
    assert stored_files(scene.home) == []


async def test_what_was_sent_is_not_taken_back(scene: Scene) -> None:
    file = SealedFile("sent")
    await scene.sam.sends(file)
    for line in (scene.sam, scene.anna):
        refused = await line.client.refusal(file.forget(scene.box16), line.cap)
        assert refused is ErrorCode.WRONG_STATE


async def test_odd_paths_are_refused(scene: Scene) -> None:
    box, blob = scene.box16.hex(), seed("blob", 16).hex()
    for path in (
        f"/blob/{box}/{'AB' * 16}/0",
        f"/blob/{box[:-2]}/{blob}/0",
        f"/blob/{box}/{blob}00/0",
        f"/blob/{box}/{blob}/00",
        f"/blob/{box}/{blob}/-1",
        f"/blob/{box}/{blob}/x",
        f"/blob/{box}/{blob}/1\u00b2",
        f"/blob/{box}/{blob}/99999",
    ):
        answer = await scene.sam.put(path, b"x")
        assert (answer.status, answer.code) == (400, "malformed"), path
    assert (await scene.sam.put(f"/blob/{box}/{blob}/0", b"")).code == "malformed"


async def test_a_part_without_a_length_is_refused(scene: Scene) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"x"

    url = scene.home.server.url + scene.sam.path(seed("blob", 16), 0)
    async with (
        aiohttp.ClientSession() as http,
        http.put(url, data=body(), headers=authorization(scene.sam.cap)) as answer,
    ):
        assert (answer.status, await answer.text()) == (400, "malformed")


async def test_more_than_the_operator_allows_is_refused(scene: Scene) -> None:
    blob16 = seed("huge", 16)
    largest = sizes.max_parts(scene.home.server.settings.attachment_max_bytes)
    assert (await scene.sam.put(scene.sam.path(blob16, 0), bytes(MIB + 1))).status == 413
    assert (await scene.sam.put(scene.sam.path(blob16, largest), b"x")).code == "too_large"
    assert (await scene.sam.put(scene.sam.path(blob16, largest - 1), b"x")).status == 204


async def test_a_box_has_room_for_so_many_uploads_at_once(scene: Scene) -> None:
    files = [SealedFile(f"many {number}") for number in range(sizes.BOX_MAX_UNFINISHED + 1)]
    for file in files[:-1]:
        assert await scene.sam.put_parts(file) == [204]
    answer = await scene.sam.put(scene.sam.path(files[-1].blob16, 0), files[-1].parts[0])
    assert (answer.status, answer.code) == (429, "rate_limited")
    await scene.seeker.client.call(files[0].commit(scene.box16), scene.sam.cap)
    assert await scene.sam.put_parts(files[-1]) == [204]


async def test_a_box_has_an_end(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = SealedFile("first"), SealedFile("second")
    monkeypatch.setattr(sizes, "BOX_MAX_BYTES", 2 * len(first.sealed) - 1)
    await scene.sam.sends(first)
    answer = await scene.sam.put(scene.sam.path(second.blob16, 0), second.parts[0])
    assert (answer.status, answer.code) == (413, "too_large")
    monkeypatch.setattr(sizes, "BOX_MAX_BYTES", 2 * len(first.sealed))
    monkeypatch.setattr(sizes, "BOX_MAX_BLOBS", 1)
    answer = await scene.sam.put(scene.sam.path(second.blob16, 0), second.parts[0])
    assert (answer.status, answer.code) == (413, "too_large")


async def test_parts_without_end_are_slowed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "PARTS_PER_TEN_MINUTES", 3)
    file = SealedFile("again and again")
    path = scene.sam.path(file.blob16, 0)
    statuses = [(await scene.sam.put(path, file.parts[0])).status for _ in range(4)]
    assert statuses == [204, 204, 204, 429]


async def test_a_lost_file_is_like_an_unknown_one(scene: Scene) -> None:
    file = SealedFile("lost")
    await scene.sam.sends(file)
    for path in stored_files(scene.home):
        path.unlink()
    assert (await scene.anna.get(file.blob16)).code == "unknown"


async def test_a_full_disk_is_told_and_takes_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    file = SealedFile("full")
    with monkeypatch.context() as patched:
        patched.setattr("e2e_server.blobstore.local._write_all", full)
        answer = await scene.sam.put(scene.sam.path(file.blob16, 0), file.parts[0])
        assert (answer.status, answer.code) == (503, "storage")
    await scene.sam.sends(file)


async def test_everything_is_there_after_a_restart(scene: Scene) -> None:
    file, half = SealedFile("restart"), SealedFile("half", 2 * MIB)
    await scene.sam.sends(file)
    await scene.sam.put(scene.sam.path(half.blob16, 0), half.parts[0])
    await scene.home.restart()
    await scene.seeker.connects()
    sam = Line(scene.home, scene.seeker, scene.sam.cap, scene.seeker.client)
    assert (await sam.get(file.blob16)).body == file.sealed
    for number in (1, 2):
        assert (await sam.put(sam.path(half.blob16, number), half.parts[number])).status == 204
    await scene.seeker.client.call(half.commit(scene.box16), sam.cap)
    assert (await sam.get(half.blob16)).body == half.sealed
