"""Times at rest are rounded (protocol section 7): in the schema, and in the rows of a journey."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from e2e_server import paths
from e2e_server.kernel.clock import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE
from e2e_server.storage.schema import declared_columns
from tests.helpers.blobs import Line, SealedFile
from tests.helpers.livecast import House, Seeker, house

ROOT = Path(__file__).parents[3]
SCHEMAS = (ROOT / "schema.sql", ROOT / "e2e_server" / "keeper" / "schema.sql")

# Finer than a minute, each while something runs that people watch, and why it has to be.
MS = {
    "staff_duty.until_ms": "a lease of minutes; nobody could be sent away in time by the hour",
    "live_tickets.deadline_ms": "a countdown that both sides see; to the minute after the close",
    "live_tickets.started_ms": "a countdown that both sides see; 0 after the close",
    "boxes_boxes.ends_ms": "the end of a running chat, promised to the second; 0 after the close",
    "enquiries_tickets.until_ms": "a reservation of ten minutes; 0 when it ends",
}
# Finer than an hour: section 7 allows live tickets minutes, and the box the minute of its close.
MINUTES = {
    "live_tickets.since_minute",
    "boxes_boxes.close_minute",
    "boxes_boxes.purge_minute",
    "blobs_blobs.expires_minute",
}
UNITS = {"ms": 1, "minute": MS_PER_MINUTE, "hour": MS_PER_HOUR, "day": MS_PER_DAY}
# An odd moment: what was cut off would show.
ODD_MS = 17 * MS_PER_MINUTE + 42_137


def columns(unit: str) -> set[str]:
    return {
        f"{one.table}.{one.name}"
        for path in SCHEMAS
        for one in declared_columns(path.read_text("utf-8"))
        if re.search(rf"(^|_){unit}$", one.name)
    }


def test_no_column_is_finer_than_the_protocol_allows() -> None:
    assert columns("ms") == set(MS)
    assert columns("minute") == MINUTES


def test_whatever_is_a_time_says_so_in_its_name() -> None:
    for path in SCHEMAS:
        for one in declared_columns(path.read_text("utf-8")):
            if re.search(r"\b(ms|minutes?|hours?|days?) since epoch|, ms\b", one.meaning):
                assert re.search(r"(^|_)(ms|minute|hour|day)$", one.name), one


def stored(path: Path) -> list[tuple[str, int]]:
    """Every whole number in every table, with its column."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
        tables = [
            row[0] for row in file.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        found = []
        for table in tables:
            rows = file.execute(f"SELECT * FROM {table}")
            names = [one[0] for one in rows.description]
            for row in rows:
                found += [
                    (f"{table}.{name}", value)
                    for name, value in zip(names, row, strict=True)
                    if isinstance(value, int)
                ]
    return found


def near(home: House, unit: str) -> dict[str, int]:
    """Return the columns whose value is a moment of these weeks in this unit."""
    now, weeks = home.server.clock.now_ms(), 90 * MS_PER_DAY
    keepers = list(home.server.settings.data_dir.parent.rglob("keeper.sqlite"))
    assert keepers
    files = [paths.database_path(home.server.settings), *keepers]
    return {
        name: value
        for path in files
        for name, value in stored(path)
        if abs(value * UNITS[unit] - now) < weeks
    }


@pytest.mark.parametrize("is_over", [False, True], ids=["running", "closed"])
async def test_the_rows_of_a_chat_hold_no_finer_time(tmp_path: Path, is_over: bool) -> None:
    async with house(tmp_path) as home:
        home.server.clock.elapse(ODD_MS)
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        await sam.post("text")
        await Line(home, sam, sam.box_cap, sam.client).sends(SealedFile("file"))
        waits = await home.seeker("Tom")
        assert waits.ticket16
        if is_over:
            await sam.client.call(sam.close_command(), sam.box_cap)
            await waits.hangs_up()
        found = near(home, "ms")
        assert set(found) <= set(MS)
        assert set(near(home, "minute")) <= MINUTES
        if not is_over:
            assert set(found) >= {"staff_duty.until_ms", "boxes_boxes.ends_ms"}
            return
        assert await times_of(home, sam) == (0, 0)
        ((deadline_ms,),) = await home.rows(
            "SELECT deadline_ms FROM live_tickets WHERE ticket16 = $1", sam.ticket16
        )
        assert deadline_ms % MS_PER_MINUTE == 0


async def times_of(home: House, seeker: Seeker) -> tuple[int, int]:
    ((started_ms,),) = await home.rows(
        "SELECT started_ms FROM live_tickets WHERE ticket16 = $1", seeker.ticket16
    )
    ((ends_ms,),) = await home.rows(
        "SELECT ends_ms FROM boxes_boxes WHERE box16 = $1", seeker.box16
    )
    return started_ms, ends_ms


async def test_a_deletion_is_known_to_the_hour_and_no_finer(tmp_path: Path) -> None:
    async with house(tmp_path) as home:
        home.server.clock.elapse(ODD_MS)
        anna = await home.counsellor("Anna")
        await anna.on_duty()
        sam = await home.chat(anna, "Sam")
        await sam.client.call(sam.close_command(), sam.box_cap)
        await home.elapse(48 * MS_PER_HOUR + MS_PER_MINUTE)
        ((hour,),) = await home.rows("SELECT hour FROM retention_tombs")
        assert hour == home.server.clock.now_ms() // MS_PER_HOUR
        # Nothing else of it is left that says when it was.
        assert {name.split(".")[0] for name in near(home, "minute")} <= {"staff_duty"}
