"""Which declarations of the wire a page loads at once: no more than it has a use for."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e_server.web.entries import ACCESS_JS, ENROLMENT_JS, FIRST_ACTS, SEEKER_JS, WORKSPACE_JS
from e2e_server.web.modules import loaded_at_once, reachable

WEB = Path(__file__).parents[2] / "web"
CATALOGUES = {f"js/wire/catalogue{part}.js" for part in ("", "-account", "-staff", "-contacts")}
CODE = {
    path.relative_to(WEB).as_posix(): path.read_bytes()
    for folder in ("js", "text", "vendor")
    for path in (WEB / folder).rglob("*js")
}


def acts(entry: str) -> tuple[str, ...]:
    """The entry of a page and what it imports as its first act."""
    return (entry, *(act.format(language="de") for act in FIRST_ACTS[entry]))


@pytest.mark.parametrize(
    ("entry", "parts"),
    [
        (SEEKER_JS, {""}),
        (ACCESS_JS, {"", "-account"}),
        (WORKSPACE_JS, {"", "-account", "-staff"}),
        (ENROLMENT_JS, {"", "-account", "-staff"}),
    ],
)
def test_a_page_loads_the_messages_that_its_people_need(entry: str, parts: set[str]) -> None:
    found = CATALOGUES & set(loaded_at_once(CODE, acts(entry)))
    assert found == {f"js/wire/catalogue{part}.js" for part in parts}


def test_a_chat_can_fetch_what_an_account_needs_and_nothing_of_the_staff() -> None:
    later = CATALOGUES & set(reachable(CODE, acts(SEEKER_JS)))
    assert later == {"js/wire/catalogue.js", "js/wire/catalogue-account.js"}
