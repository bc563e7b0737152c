"""The table of lies: no row without a test, no test without a row, no sentence that is none."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path

import pytest

from tests.lying import report

TESTS = Path(__file__).resolve().parents[1]
# What lies are tested by; a new test there comes with its row.
LYING = ("lying/test_*.py", "browser/test_lies*.py", "test_*_lies.py", "js/*.hostile.test.js")
# The truth, beside which each lie stands; and this file.
TRUTHS = {
    "lying/test_envelopes.py::test_the_truth_is_read",
    "browser/test_lies_chat.py::test_the_truth_is_read_again",
    "browser/test_lies_writing.py::test_a_takeover_by_one_of_the_team_is_believed",
    "lying/test_cases.py",
}
NAMED = sorted({one for _, met in report.rows() for one in met.tests})


@cache
def names_in(file: str) -> frozenset[str]:
    """Names of the tests in a file, as a row may name them."""
    text = (TESTS / file).read_text("utf-8")
    if file.endswith(".py"):
        names = [one.name for one in ast.parse(text).body if hasattr(one, "name")]
        return frozenset(name for name in names if name.startswith("test_"))
    cases = TESTS / "vectors" / f"{Path(file).name.split('.')[0]}.json"
    shared = json.loads(cases.read_text("utf-8"))["cases"] if cases.exists() else []
    written = {line.split("'")[1] for line in text.splitlines() if line.startswith("test('")}
    return frozenset(written | {one["name"] for one in shared})


@pytest.mark.parametrize("named", NAMED)
def test_a_row_names_tests_that_there_are(named: str) -> None:
    file, _, name = named.partition("::")
    assert name in names_in(file) if name else names_in(file)


def test_each_test_of_a_lie_has_its_row() -> None:
    files = [path for pattern in LYING for path in TESTS.glob(pattern)]
    assert len(files) > 20
    found = set()
    for path in files:
        file = path.relative_to(TESTS).as_posix()
        if file not in NAMED and file not in TRUTHS:
            found |= {f"{file}::{name}" for name in names_in(file) if path.suffix == ".py"}
            found |= {file} if path.suffix == ".js" else set()
    assert sorted(found - set(NAMED) - TRUTHS) == []


def test_each_case_stands_once_and_is_met_by_both_clients() -> None:
    keys = [case.key for case in report.CASES]
    assert len(keys) == len(set(keys))
    for _, met in report.rows():
        assert met.verdict
        assert met.tests or met.verdict.startswith(("entfällt", "dieselbe"))


def test_what_people_see_are_sentences_of_the_programs() -> None:
    for _, met in report.rows():
        for key in met.sees:
            assert " " in report.words(key), key
