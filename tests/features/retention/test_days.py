"""Each purge leaves one tomb in the day's public list, whose root the log holds, once a day."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import aiohttp
import pytest

from crypto import chain, daylist
from crypto.daylist import Grave
from e2e_server.features.boxes import Purger, store
from e2e_server.features.retention import SLICE, daybook
from e2e_server.features.retention import store as days
from e2e_server.features.translog import log_of
from e2e_server.kernel.clock import MS_PER_DAY
from e2e_server.storage.port import StorageError
from tests.features.retention.test_purge import RETENTION_MS, closed_chat, healthz
from tests.helpers.livecast import HOUR_MS, MINUTE_MS, House, Seeker, house
from tests.helpers.organisation import seed
from tests.helpers.server import serving

SPEC = Path(__file__).parents[3] / "docs" / "spec" / "deletion.md"


def today(home: House) -> int:
    return home.server.clock.now_ms() // MS_PER_DAY


async def list_of(home: House, day: int | str) -> tuple[int, bytes]:
    url = f"{home.server.url}/log/deletions/{day}"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        return answer.status, await answer.read()


async def tomb_of(home: House, seeker: Seeker) -> bytes:
    """Compute it as a member does, from what is there before the purge."""
    rows = await home.rows(
        "SELECT head, close_minute FROM boxes_boxes WHERE box16 = $1", seeker.box16
    )
    ((head, close_minute),) = rows
    return chain.tomb(seeker.box16, head, close_minute)


def lines_of(tombs: list[bytes], hour: int) -> bytes:
    return b"".join(f"{one.hex()} {hour}\n".encode() for one in sorted(tombs))


def root_by_hand(raw: bytes) -> bytes:
    """As the specification tells an auditor to (Z16), by its own lines and none of ours."""
    (script,) = re.findall(r"```python\n(.*?)```", SPEC.read_text("utf-8"), re.DOTALL)
    with tempfile.NamedTemporaryFile() as file:
        file.write(raw)
        file.flush()
        told = subprocess.run(
            [sys.executable, "-I", "-c", script, file.name], capture_output=True, check=True
        )
    return bytes.fromhex(told.stdout.decode("ascii"))


async def test_a_purge_is_in_the_list_at_once_and_in_the_log_by_night(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        chats = [await closed_chat(home, anna, name) for name in ("One", "Two", "Three")]
        tombs = [await tomb_of(home, one) for one in chats]
        view = log_of(home.server.relay.parts).view
        size = view.size
        assert await list_of(home, today(home)) == (200, b"")
        await home.elapse(RETENTION_MS)
        day, hour = today(home), home.server.clock.now_ms() // HOUR_MS
        # The days that were over without a deletion are entered as well.
        view = log_of(home.server.relay.parts).view
        assert [view.deletions(one) is None for one in (day - 2, day - 1, day)] == [
            False,
            False,
            True,
        ]
        raw = lines_of(tombs, hour)
        assert await list_of(home, day) == (200, raw)
        await home.elapse(MS_PER_DAY)
        view = log_of(home.server.relay.parts).view
        stated = view.deletions(day)
        assert stated is not None
        assert (stated.count, stated.root) == (3, root_by_hand(raw))
        assert await list_of(home, day) == (200, raw)
        assert view.deletion_days() == (day - 2, day - 1, day)
        assert view.size == size + 3
        # Again and again, it stays one leaf.
        await home.elapse(MINUTE_MS)
        assert log_of(home.server.relay.parts).view.size == size + 3
        assert (await healthz(home))[1]["deletions_overdue"] == 0


@pytest.mark.parametrize("count", [0, 1, 2, 3, 6, 7])
def test_the_root_is_as_an_auditor_computes_it(count: int) -> None:
    graves = [Grave(tomb=seed(f"tomb {i}"), hour=24 * 20_000 + i) for i in range(count)]
    raw = daylist.write(graves)
    assert daylist.root(daylist.read(raw, 20_000)) == root_by_hand(raw) == daylist.root(graves)


async def test_days_without_a_service_are_made_up_in_order(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await closed_chat(home, anna, "Sam")
        tomb, first = await tomb_of(home, sam), today(home)
        await home.close_lines()
        await home.server.stop()
        home.server.clock.elapse(5 * MS_PER_DAY)
        await home.server.start()
        view = log_of(home.server.relay.parts).view
        assert view.deletion_days() == tuple(range(first, first + 5))
        # It was purged when the service came back, and that is what the list says.
        assert [one.tomb for one in await graves_of(home, first + 5)] == [tomb]
        assert [await graves_of(home, day) for day in range(first, first + 5)] == [[]] * 5


async def graves_of(home: House, day: int) -> list[Grave]:
    return list(daylist.read((await list_of(home, day))[1], day))


async def test_every_crash_leaves_exactly_one_tomb(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam, tom, uma = [await closed_chat(home, anna, name) for name in ("Sam", "Tom", "Uma")]
        tombs = [await tomb_of(home, one) for one in (sam, tom, uma)]
        parts = home.server.relay.parts
        # After the share; after half of the rows; right before the box itself goes.
        await parts.keeper.share_drop(sam.box16)
        await parts.keeper.share_drop(tom.box16)
        await parts.db.write(lambda tx: store.delete_envelopes(tx, tom.box16, 1))
        await parts.db.write(
            lambda tx: tx.run(
                "CREATE TRIGGER stuck BEFORE DELETE ON boxes_boxes WHEN old.box16 = "
                f"x'{uma.box16.hex()}' BEGIN SELECT RAISE(ABORT, 'stuck'); END"
            )
        )
        home.server.clock.elapse(RETENTION_MS)
        with pytest.raises(StorageError):
            await parts.services.get(Purger).run(parts)
        day = today(home)
        # What could not be forgotten has no tomb either.
        assert {one.tomb for one in await graves_of(home, day)} == set(tombs[:2])
        await parts.db.write(lambda tx: tx.run("DROP TRIGGER stuck"))
        await home.restart()
        assert {one.tomb for one in await graves_of(home, day)} == set(tombs)
        # Two that purge at once, as on two nodes: the second finds nothing.
        await parts_purge(home, sam.box16)
        assert len(await graves_of(home, day)) == 3


async def parts_purge(home: House, box16: bytes) -> None:
    parts = home.server.relay.parts
    await parts.services.get(Purger).purge(parts, box16)


async def test_a_box_that_lost_its_share_leaves_a_tomb_too(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        tomb = await tomb_of(home, sam)  # its close minute is 0: it never closed
        await home.server.relay.parts.keeper.share_drop(sam.box16)
        await home.restart()
        assert [one.tomb for one in await graves_of(home, today(home))] == [tomb]


async def test_nothing_is_purged_where_no_tomb_can_be_written(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        await closed_chat(home, anna, "Sam")
        parts = home.server.relay.parts
        await parts.db.write(
            lambda tx: tx.run(
                "CREATE TRIGGER stuck BEFORE INSERT ON retention_tombs"
                " BEGIN SELECT RAISE(ABORT, 'stuck'); END"
            )
        )
        await home.elapse(RETENTION_MS + MINUTE_MS)
        assert len(await home.rows("SELECT 1 FROM boxes_boxes")) == 1
        assert (await healthz(home))[0] == 503


async def test_no_tomb_goes_into_a_list_that_is_over(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await closed_chat(home, anna, "Sam")
        tomb = await tomb_of(home, sam)
        await home.elapse(RETENTION_MS - MINUTE_MS)
        over = today(home) - 1
        before = log_of(home.server.relay.parts).view.deletions(over)
        # The clock is put back by more than a day, and something is purged then.
        home.server.clock.elapse(-26 * HOUR_MS)
        await parts_purge(home, sam.box16)
        assert await graves_of(home, over) == []
        assert await graves_of(home, over + 1) == [Grave(tomb=tomb, hour=(over + 1) * 24)]
        home.server.clock.elapse(26 * HOUR_MS)
        await home.elapse(MS_PER_DAY)
        view = log_of(home.server.relay.parts).view
        assert view.deletions(over) == before
        assert view.deletions(over + 1).count == 1  # type: ignore[union-attr]  # it was entered


async def test_a_day_that_does_not_come_into_the_log_is_seen_and_made_up(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        parts = home.server.relay.parts
        first = today(home)
        await parts.db.write(
            lambda tx: tx.run(
                "CREATE TRIGGER stuck BEFORE INSERT ON translog_leaves"
                " BEGIN SELECT RAISE(ABORT, 'stuck'); END"
            )
        )
        await home.elapse(3 * MS_PER_DAY)
        status, health = await healthz(home)
        assert (status, health["deletions_overdue"], health["jobs_failing"]) == (503, 3, 1)
        await parts.db.write(lambda tx: tx.run("DROP TRIGGER stuck"))
        await home.elapse(MINUTE_MS)
        assert log_of(parts).view.deletion_days() == tuple(range(first, first + 3))
        assert (await healthz(home))[0] == 200


async def test_a_sweep_that_has_stopped_is_seen_though_nothing_is_due(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        await home.elapse(0)
        home.server.clock.elapse(10 * MINUTE_MS)
        assert (await healthz(home))[0] == 200
        home.server.clock.elapse(1)
        status, health = await healthz(home)
        assert (status, health["purge_stalled"], health["purge_overdue"]) == (503, 1, 0)
        await home.elapse(0)
        assert (await healthz(home))[0] == 200


async def test_a_day_has_an_hour_to_come_into_the_log(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        to_midnight = -home.server.clock.now_ms() % MS_PER_DAY
        home.server.clock.elapse(to_midnight + daybook.GRACE_MS - 1)
        await home.server.relay.parts.db.write(lambda tx: days.open_day(tx, today(home)))
        purge = SLICE.jobs[0]
        await purge.run(home.server.relay.parts)
        assert (await healthz(home))[0] == 200
        home.server.clock.elapse(1)
        status, health = await healthz(home)
        assert (status, health["deletions_overdue"]) == (503, 1)
        assert (health["purge_stalled"], health["jobs_failing"]) == (0, 0)


async def test_days_that_no_job_closes_are_counted_all_the_same(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        home.server.clock.elapse(-home.server.clock.now_ms() % MS_PER_DAY + 2 * MS_PER_DAY)
        await SLICE.jobs[0].run(home.server.relay.parts)
        assert (await healthz(home))[1]["deletions_overdue"] == 2
        home.server.clock.elapse(daybook.GRACE_MS)
        status, health = await healthz(home)
        assert (status, health["deletions_overdue"], health["jobs_failing"]) == (503, 3, 0)
        await home.elapse(0)
        assert (await healthz(home))[0] == 200


async def test_lists_are_published_for_ninety_days(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        await closed_chat(home, anna, "Sam")
        first = today(home)
        await home.elapse(RETENTION_MS)
        day = today(home)
        assert (await list_of(home, first - 1))[0] == 404
        assert (await list_of(home, day + 1))[0] == 404
        await home.elapse(daylist.LISTED_DAYS * MS_PER_DAY)
        assert len(await graves_of(home, day)) == 1
        await home.elapse(MS_PER_DAY)
        assert (await list_of(home, day))[0] == 404
        assert await home.rows("SELECT 1 FROM retention_tombs") == []
        stated = log_of(home.server.relay.parts).view.deletions(day)
        assert stated is not None
        assert stated.count == 1


async def test_what_is_no_day_has_no_list(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, aiohttp.ClientSession() as http:
        for day in ("", "x", "-1", "01", "1.0", "9999999", "20000x", "%F0%9D%9F%8F"):
            async with http.get(f"{server.url}/log/deletions/{day}") as answer:
                assert answer.status == 404, day


async def test_the_second_start_begins_no_days_anew(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        before = await home.server.relay.parts.db.read(days.days)
        await home.close_lines()
        await home.server.stop()
        home.server.clock.elapse(2 * MS_PER_DAY)
        await home.server.start()
        after = await home.server.relay.parts.db.read(days.days)
        assert before is not None
        assert after == (before.first, before.open + 2)
