"""48 hours after the end nothing is left: rows, shares, and the very bytes on the disk (T10)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from crypto import chain
from crypto.wire import boxes, live
from crypto.wire.errors import ErrorCode
from crypto.wire.outer import parse_e1
from e2e_server.features.boxes import letter_store, relay, store
from e2e_server.features.boxes.purge import QUIET_HOUR
from e2e_server.features.boxes.reconcile import CONSENT_FILE, compare
from e2e_server.keeper.port import HeldShare, KeeperError, share_key
from e2e_server.kernel.errors import StartError
from e2e_server.storage.port import CheckpointError
from tests.helpers.livecast import (
    HOUR_MS,
    MINUTE_MS,
    WEEK_MS,
    Counsellor,
    House,
    Seeker,
    e1,
    house,
    settled,
    told,
)
from tests.helpers.organisation import seed

RETENTION_MS = 48 * HOUR_MS
ENVELOPES = 2_000
TABLES = ("live_tickets", "boxes_boxes", "boxes_caps", "boxes_envelopes", "boxes_letters")


async def closed_chat(home: House, anna: Counsellor, name: str) -> Seeker:
    seeker = await home.chat(anna, name)
    await seeker.client.call(seeker.close_command(f"bye {name}"), seeker.box_cap)
    return seeker


def on_disk(folder: Path, marks: dict[str, bytes]) -> set[str]:
    """Name the marks that occur in any file below `folder`."""
    found = set()
    for path in (one for one in folder.rglob("*") if one.is_file()):
        raw = path.read_bytes()
        found |= {name for name, mark in marks.items() if mark in raw}
    return found


async def healthz(home: House) -> tuple[int, dict[str, Any]]:
    url = f"{home.server.url}/healthz"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize("is_large", [False, True], ids=["small file", "large file"])
async def test_the_bytes_are_gone_from_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_large: bool
) -> None:
    if is_large:  # what takes a gigabyte in earnest: the file is not rewritten by day
        monkeypatch.setattr("e2e_server.features.boxes.purge.SMALL_BYTES", 0)
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.seeker("Sam")
        await anna.accept(sam)
        share = await sam.begins(anna.inbox16)
        await anna.joins(sam)
        await anna.read(sam)
        keeps = await home.chat(anna, "Keeps")
        marks = {"share": share, "key": sam.key_hash, "welcome": seed("letter welcome Sam", 64)}
        others = dict[str, bytes]()
        # Sizes mixed and chats interleaved: pages are split and merged, and cells move about.
        for first in range(0, ENVELOPES, 100):
            posts = list[boxes.Post]()
            for i in range(first, first + 100):
                chat, into = (sam, marks) if i % 10 else (keeps, others)
                envelope = e1(chat.box16, chat.kid, f"text {i}", 256 << (i % 3 // 2))
                into[f"text {i}"] = bytes(envelope[-48:])
                into[f"name of {i}"] = chain.env_id(envelope)
                posts.append(boxes.Post(box16=chat.box16, e1=envelope))
            await home.server.relay.parts.db.write(lambda tx, some=posts: store_all(tx, some))
        some = dict(list(marks.items())[:200])
        assert on_disk(tmp_path, some) >= some.keys() - {"key"}
        await sam.client.call(sam.close_command(), sam.box_cap)
        await settled(anna.client)
        told(anna.client, boxes.Closed)
        await home.elapse(RETENTION_MS - 1)
        assert on_disk(tmp_path / "keeper", {"share": share}) == {"share"}
        await home.elapse(1)
        assert (await healthz(home))[1]["purge_owes_compaction"] == is_large
        ids = {name for name in marks if is_large and name.startswith(("name of", "key"))}
        assert on_disk(tmp_path, marks) <= ids
        purged = told(anna.client, boxes.Purged)
        await settled(anna.client)
        purged += told(anna.client, boxes.Purged)
        assert [one.box16 for one in purged] == [sam.box16]
        # The other chat ran out long ago and is in its own 48 hours.
        assert (await anna.read(keeps)).head_n == 1 + ENVELOPES // 10
        assert (
            await anna.client.refusal(boxes.GetShare(box16=sam.box16), anna.cap_of(sam))
            is ErrorCode.UNKNOWN
        )
        await home.elapse(WEEK_MS)
        for table in TABLES:
            assert await home.rows(f"SELECT 1 FROM {table}") == [], table
        assert (await home.server.relay.parts.keeper.state()).shares == 0
        # Moved about while the first one went, if anything moves at all.
        texts = {name: mark for name, mark in others.items() if name.startswith("text")}
        assert on_disk(tmp_path, texts) == set()
        hour = home.server.clock.now_ms() // HOUR_MS % 24
        await home.elapse((QUIET_HOUR - hour) % 24 * HOUR_MS)
        assert (await healthz(home))[1]["purge_owes_compaction"] == 0
        assert on_disk(tmp_path, marks | others) == set()


def store_all(tx: Any, posts: list[boxes.Post]) -> None:
    """Store envelopes as `post` does, without a round trip for each of thousands."""
    for command in posts:
        found = store.box(tx, command.box16)
        assert found is not None
        outer = parse_e1(command.e1)
        relay.append(tx, found, command.e1, outer, kid=found.kid, new_kid=found.kid)


async def test_to_the_minute_and_not_before(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        home.server.clock.elapse(17_500)
        sam = await closed_chat(home, anna, "Sam")
        # The minute is rounded up, so that nobody loses a second of the 48 hours.
        await home.elapse(RETENTION_MS + 42_499)
        assert (await anna.read(sam)).rows
        await home.elapse(1)
        read = boxes.Read(box16=sam.box16, start=1)
        assert await anna.client.refusal(read, anna.cap_of(sam)) is ErrorCode.UNKNOWN


class Broken:
    """Stands before a method and fails until it is mended."""

    def __init__(self, owner: Any, name: str, error: Exception, only: bytes = b"") -> None:
        self._real = getattr(owner, name)
        self._error = error
        self._only = only
        self.broken = True
        setattr(owner, name, self)

    async def __call__(self, *arguments: Any) -> Any:
        if self.broken and (not self._only or self._only in arguments):
            raise self._error
        return await self._real(*arguments)


@pytest.mark.parametrize("where", ["keeper", "rows", "disk"])
async def test_a_failing_purge_is_seen_retried_and_stops_new_chats(
    tmp_path: Path, where: str
) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam, tom = await closed_chat(home, anna, "Sam"), await closed_chat(home, anna, "Tom")
        assert (await healthz(home))[0] == 200
        parts = home.server.relay.parts
        if where == "keeper":
            fault = Broken(parts.keeper, "share_drop", KeeperError("disk"), only=sam.box16)
        else:
            fault = Broken(parts.db, "checkpoint", CheckpointError("disk"))
        if where == "rows":
            fault.broken = False
            await parts.db.write(
                lambda tx: tx.run(
                    "CREATE TRIGGER stuck BEFORE DELETE ON boxes_envelopes"
                    " BEGIN SELECT RAISE(ABORT, 'stuck'); END"
                )
            )
        await home.elapse(RETENTION_MS)
        anna = await home.signs_in("Anna")
        await anna.on_duty()
        status, health = await healthz(home)
        assert (status, health["jobs_failing"]) == (503, 1)
        uma = Seeker(home, "Uma")
        await uma.connects()
        await uma.waits()
        await anna.accept(uma)
        await home.elapse(MINUTE_MS)
        await anna.on_duty()
        status, health = await healthz(home)
        assert (status, health["ok"]) == (503, False)
        assert health["purge_overdue"] == {"keeper": 1, "rows": 2, "disk": 1}[where]
        assert await uma.refused(live.Confirm()) is ErrorCode.PURGE_OVERDUE
        vera = Seeker(home, "Vera")
        await vera.connects()
        assert await vera.client.refusal(vera.wait_command()) is ErrorCode.PURGE_OVERDUE
        # One that fails holds up no other.
        left = [row[0] for row in await home.rows("SELECT box16 FROM boxes_boxes")]
        assert left == {"keeper": [sam.box16], "rows": [sam.box16, tom.box16], "disk": []}[where]
        assert any('"job_failed"' in line and "retention" in line for line in home.server.log)
        fault.broken = False
        if where == "rows":
            await parts.db.write(lambda tx: tx.run("DROP TRIGGER stuck"))
        await home.elapse(20_000)
        status, health = await healthz(home)
        assert (status, health["purge_overdue"], health["purge_owes_overwriting"]) == (200, 0, 0)
        assert health["purge_owes_compaction"] == 0
        assert health["purge_last_run_ms"] == home.server.clock.now_ms()
        assert health["purge_next_run_ms"] == health["purge_last_run_ms"] + 20_000
        await uma.ticket(live.Confirm())
        await vera.waits()


async def test_a_crash_between_any_two_steps_is_made_good_at_the_next_start(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        chats = [await closed_chat(home, anna, name) for name in ("One", "Two", "Three")]
        marks = {one.name: seed(f"sealed bye {one.name}", 64) for one in chats}
        parts = home.server.relay.parts
        # The share was dropped; share and envelopes; share, envelopes and letters.
        for one in chats:
            await parts.keeper.share_drop(one.box16)
        for one in chats[1:]:
            await parts.db.write(lambda tx, b=one.box16: store.delete_envelopes(tx, b, 100))
        await parts.db.write(lambda tx: letter_store.delete_letters_of(tx, chats[2].ticket16))
        await home.close_lines()
        await home.server.stop()
        home.server.clock.elapse(WEEK_MS)
        await home.server.start()
        for table in TABLES:
            assert await home.rows(f"SELECT 1 FROM {table}") == [], table
        assert on_disk(tmp_path, marks) == set()


# --- boxes and shares at start-up ------------------------------------------------------------


async def test_a_share_without_a_box_goes_after_an_hour(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        keeper = home.server.relay.parts.keeper
        await keeper.share_new(seed("crashed before the box", 16))
        await home.restart()
        assert (await home.server.relay.parts.keeper.state()).shares == 2
        home.server.clock.elapse(2 * HOUR_MS)
        await home.restart()
        assert (await home.server.relay.parts.keeper.state()).shares == 1
        await sam.connects()
        share = boxes.GetShare(box16=sam.box16)
        assert len((await sam.client.call(share, sam.box_cap)).share) == 32


async def test_a_box_without_a_share_is_purged_at_the_start(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam, tom = await home.chat(anna, "Sam"), await home.chat(anna, "Tom")
        await home.server.relay.parts.keeper.share_drop(sam.box16)
        await home.restart()
        assert await home.rows("SELECT box16 FROM boxes_boxes") == [(tom.box16,)]
        assert await home.rows("SELECT number FROM live_tickets") == [(2,)]


async def test_a_large_difference_asks_the_operator_first(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        keeper = home.server.relay.parts.keeper
        for i in range(11):
            await keeper.share_new(seed(f"lost {i}", 16))
        await home.close_lines()
        await home.server.stop()
        home.server.clock.elapse(2 * HOUR_MS)
        with pytest.raises(StartError, match="11 shares their conversation, of 11; put back"):
            await home.server.start()
        (home.server.settings.data_dir / CONSENT_FILE).touch()
        await home.server.start()
        assert (await home.server.relay.parts.keeper.state()).shares == 0
        # Consent is for once.
        assert not (home.server.settings.data_dir / CONSENT_FILE).exists()


def boxes_and_shares(boxes_: int, shares: int) -> tuple[list[bytes], list[HeldShare]]:
    ids = [seed(f"box {i}", 16) for i in range(max(boxes_, shares))]
    held = [HeldShare(share_key=share_key(one), created_hour=0) for one in ids[:shares]]
    return ids[:boxes_], held


@pytest.mark.parametrize(
    ("boxes_", "shares", "is_large"),
    [
        (10, 0, False),
        (11, 0, True),
        (0, 10, False),
        (0, 11, True),
        (220, 209, False),
        (219, 208, True),
        (40, 40, False),
    ],
)
def test_more_than_ten_and_one_in_twenty(boxes_: int, shares: int, is_large: bool) -> None:
    assert compare(*boxes_and_shares(boxes_, shares), now_hour=9).is_large is is_large


def test_a_young_share_without_a_box_is_left_alone() -> None:
    _, held = boxes_and_shares(0, 1)
    assert compare([], held, now_hour=1).touched == 0
    assert compare([], held, now_hour=2).orphans == (held[0].share_key,)
