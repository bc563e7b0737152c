"""The benchmark starts and measures; its figures are nobody's concern here."""

from __future__ import annotations

import asyncio
import json
import math
from dataclasses import astuple
from pathlib import Path

from bench import enquiries, enumeration, logs
from bench import keeper as bench_keeper
from bench.relay import MEASURES, TINY, measure
from bench.results import Bound, Goal, Row, as_json, as_text, compared


def test_every_measurement_runs_and_brings_figures(tmp_path: Path) -> None:
    told: list[str] = []
    rows = asyncio.run(measure(TINY, list(MEASURES), tmp_path, told.append))
    assert len(told) == len(MEASURES)
    assert all(math.isfinite(row.relay) for row in rows)
    assert {row.name for row in rows} >= {"messages", "deliveries, group of 30", "attachment up"}
    assert all(
        line.startswith(row.name)
        for row, line in zip(rows, as_text(rows).splitlines()[1:], strict=True)
    )


def test_a_ratio_is_taken_in_each_round_and_the_median_counts() -> None:
    goal = Goal(bound=Bound.AT_LEAST, value=0.5)
    row = compared("x", "/s", [(10, 20), (5, 20), (90, 100)], float, goal)
    assert (row.relay, row.bare, row.ratio, row.met) == (10, 20, 0.5, True)
    assert "ratio >= 0.5" in as_text([row])
    assert json.loads(as_json([row]))[0]["met"] is True


def test_a_goal_for_the_relay_alone_looks_at_its_own_figure() -> None:
    goal = Goal(bound=Bound.AT_MOST, value=20, of_ratio=False)
    assert Row(name="x", unit="KB", relay=21, goal=goal).met is False
    assert Row(name="x", unit="KB", relay=20, goal=goal).met is True
    assert Row(name="x", unit="KB", relay=20).met is None


def test_a_portal_with_enquiries_is_measured(tmp_path: Path) -> None:
    found = asyncio.run(enquiries.measure(tmp_path, rows=600, lines=2, rounds=2))
    assert all(value > 0 for value in astuple(found))
    assert found.heard >= found.taken


def test_a_keeper_of_its_own_is_measured_beside_the_embedded_one(tmp_path: Path) -> None:
    found = asyncio.run(bench_keeper.measure(tmp_path, calls=4, rounds=1))
    assert len(found) == 2 * len(bench_keeper.KINDS)
    assert all(one.own_ms > 0 and one.embedded_ms > 0 and one.ratio > 0 for one in found)
    assert bench_keeper.as_text(found).count("at once") == len(found)


def test_names_cannot_be_told_apart_by_code_or_size(tmp_path: Path) -> None:
    found = asyncio.run(enumeration.measure(90, tmp_path))
    assert enumeration.is_uniform(found)
    assert found["shapes"]["known"]
    assert [code for code, _ in found["spent"]["known"]].count("rate_limited") == 3
    assert [code for code, _ in found["slowed"]["known"]].count("stamp_needed") == 2


def test_the_chance_to_tell_is_a_coin_for_equal_times_and_certain_for_apart_ones() -> None:
    assert enumeration.chance_to_tell([1, 2, 3], [1, 2, 3]) == 0.5
    assert enumeration.chance_to_tell([1, 2], [3, 4]) == 1.0
    assert enumeration.chance_to_tell([3, 4], [1, 2]) == 0.0


def test_a_whole_log_is_replayed_and_checked() -> None:
    log = logs.Log(60)
    assert logs.in_python(log, rounds=1) > 0
    assert all(entry.is_valid for entry in log.replayed().entries)
