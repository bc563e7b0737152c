"""Stamps."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import stamp
from crypto.errors import BadLength, BadProof
from tests.helpers.vectors import Case, assert_reproduced, name_of, vectors


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("stamp")


@pytest.mark.parametrize("case", vectors("stamp", "make"), ids=name_of)
def test_the_first_stamp_is_found_or_the_work_refused(case: Case) -> None:
    challenge, difficulty = case.bytes_of("challenge"), case.given["difficulty"]
    case.check(lambda: {"x": stamp.make(challenge, case.given["command"], difficulty)})


@pytest.mark.parametrize("case", vectors("stamp", "check"), ids=name_of)
def test_a_stamp_is_checked_for_its_challenge_and_command(case: Case) -> None:
    challenge, x = case.bytes_of("challenge"), case.bytes_of("x")
    command, difficulty = case.given["command"], case.given["difficulty"]

    def call() -> dict[str, bytes]:
        stamp.check(challenge, command, x, difficulty)
        return {}

    case.check(call)


@settings(deadline=None)
@given(st.binary(max_size=40), st.binary(max_size=12))
def test_arbitrary_stamps_are_refused(challenge: bytes, x: bytes) -> None:
    with pytest.raises((BadLength, BadProof)):
        stamp.check(challenge, "wait", x, stamp.MAX_DIFFICULTY)


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.integers(0, 8))
def test_what_is_made_is_accepted(challenge: bytes, difficulty: int) -> None:
    stamp.check(challenge, "wait", stamp.make(challenge, "wait", difficulty), difficulty)
