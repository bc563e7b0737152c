"""How long statements run, and since when a certificate is revoked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto import certificate
from tests.helpers.box import ANNA

TOLERANCE_MS = certificate.CLOCK_TOLERANCE_MS


@pytest.mark.parametrize(
    ("at_ms", "runs"),
    [
        (1_000 - TOLERANCE_MS - 1, False),
        (1_000 - TOLERANCE_MS, True),
        (1_999, True),
        (2_000, False),
    ],
)
def test_a_statement_runs_from_its_begin_to_before_its_end(at_ms: int, runs: bool) -> None:
    assert certificate.in_force(1_000, 2_000, at_ms) is runs


def test_what_has_no_end_does_not_end() -> None:
    assert certificate.in_force(1_000, 0, 2**53 - 1)
    assert certificate.in_force(1_000, 0, 1_000)
    # One is an end like any other.
    assert not certificate.in_force(0, 1, 1)


@pytest.mark.parametrize(
    ("end", "fits"), [(4, False), (5, False), (6, True), (15, True), (16, False)]
)
def test_a_validity_has_at_least_a_millisecond_and_at_most_its_limit(end: int, fits: bool) -> None:
    assert certificate.fits_limit(10, 5, end) is fits


def test_revoked_is_who_a_leaf_of_the_log_so_far_revokes() -> None:
    held = ANNA.certificate()
    assert not held.is_revoked_in(10)
    revoked = replace(held, revoked_at=10)
    assert [revoked.is_revoked_in(size) for size in (0, 10, 11)] == [False, False, True]
    assert replace(held, revoked_at=0).is_revoked_in(1)
