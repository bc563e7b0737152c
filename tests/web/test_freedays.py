"""Which days are no working days: of a whole country, or of a part of it."""

from __future__ import annotations

import pytest

from e2e_server.web import SiteError
from e2e_server.web.freedays import free_days


def test_three_years_in_order() -> None:
    days = free_days("DE", 2026)
    assert list(days) == sorted(set(days))
    assert {day[:4] for day in days} == {"2026", "2027", "2028"}
    # Easter moves, New Year does not.
    assert {"2026-01-01", "2026-04-06", "2027-03-29", "2028-12-26"} <= set(days)


def test_a_part_of_a_country_has_its_own() -> None:
    corpus_christi = "2026-06-04"
    assert corpus_christi in free_days("DE-NW", 2026)
    assert corpus_christi not in free_days("DE", 2026)
    assert corpus_christi not in free_days("DE-NI", 2026)


@pytest.mark.parametrize("region", ["", "Nordstadt", "DE-Nordstadt", "-", "XX"])
def test_a_region_that_nobody_knows_is_refused(region: str) -> None:
    with pytest.raises(SiteError, match=r"site\.region"):
        free_days(region, 2026)
