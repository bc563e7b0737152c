"""The holidays of a region, for the day until which somebody answers; asked by build-web only."""

from __future__ import annotations

import holidays

from e2e_server.web.reading import SiteError

# What is written in December is answered in January, and not every operator builds each year.
YEARS = 3


def free_days(region: str, first_year: int) -> tuple[str, ...]:
    """Return the holidays of three years as ISO dates in order; `region` as in `DE` or `DE-NW`."""
    country, _, part = region.partition("-")
    try:
        found = holidays.country_holidays(
            country, subdiv=part or None, years=range(first_year, first_year + YEARS)
        )
    except NotImplementedError as error:
        raise SiteError(f"site.region: nobody knows the holidays of {region}") from error
    return tuple(day.isoformat() for day in sorted(found))
