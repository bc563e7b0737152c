"""Bytes per page against the budgets of the design: what a first visit fetches, compressed as for a
release (brotli 11; fonts are compressed already). docs/decisions/0007-bytes-of-the-chat.md says how
they are kept."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import brotli
from playwright.sync_api import Page, expect

from tests.browser.access import AccessPage
from tests.browser.conftest import Windows
from tests.browser.newcomer import NewcomerPage, Office
from tests.browser.people import CounsellorPage, House, SeekerPage

KB = 1000
PORTAL_BYTES = 50 * KB
SEEKER_BYTES = 250 * KB
COUNSELLOR_BYTES = 350 * KB
# The first view of the access room counts as a seeker's; the whole way through it, or through an
# enrolment, is this.
WALK_BYTES = 300 * KB
COMPRESSED = (".woff2", ".png")


class Scale:
    """Weighs what a page fetched."""

    def __init__(self, page: Page, pages: Path) -> None:
        self._table: dict[str, Any] = json.loads((pages / "headers.json").read_text("utf-8"))
        self._pages = pages
        self._paths: set[str] = set()
        page.on("request", lambda request: self._paths.add(urlsplit(request.url).path))

    def weigh(self, without: frozenset[str] = frozenset()) -> int:
        """Return the bytes of everything fetched so far but `without`."""
        routes = self._table["routes"]
        files = {routes[path]["file"] for path in self._paths - without if path in routes}
        return sum(_released_bytes(self._pages / name) for name in files)


def test_the_portal_page_is_small(house: House, windows: Windows, pages: Path) -> None:
    page = windows.phone(is_new=True).page
    scale = Scale(page, pages)
    page.goto(f"{house.url}/p/leben")
    expect(page.locator("#open-state")).not_to_have_attribute("data-state", "checking")
    # What it fetches ahead is the chat's, and counts there.
    ahead = page.locator("#open-state").get_attribute("data-prefetch") or ""
    assert scale.weigh(frozenset(ahead.split())) <= PORTAL_BYTES


def test_the_access_room_opens_within_the_budget_of_a_chat(
    house: House, windows: Windows, pages: Path
) -> None:
    page = windows.phone(is_new=True).page
    scale = Scale(page, pages)
    anna = AccessPage(house, page)
    anna.comes()
    first = scale.weigh()
    anna.presses("Zugang anlegen")
    anna.takes_the_steps()
    anna.is_home()
    # With a second font, the words of the suggestions and the squares of the sheet.
    assert (first <= SEEKER_BYTES, scale.weigh() <= WALK_BYTES) == (True, True), (
        first,
        scale.weigh(),
    )


def test_an_enrolment_stays_within_the_budget_of_the_way_into_an_access(
    house: House, windows: Windows, pages: Path
) -> None:
    page = windows.phone(is_new=True).page
    scale = Scale(page, pages)
    NewcomerPage(house, page).enrols(Office(house).invites(), "anna.b")
    assert scale.weigh() <= WALK_BYTES, scale.weigh()


def test_chat_and_workspace_stay_within_their_budgets(
    house: House, windows: Windows, pages: Path
) -> None:
    desk, phone = windows.desk(is_new=True).page, windows.phone(is_new=True).page
    work, chat = Scale(desk, pages), Scale(phone, pages)
    maria = CounsellorPage(house, desk)
    maria.signs_in("maria")
    work_bytes = work.weigh()
    maria.becomes_reachable()
    seeker = SeekerPage(house, phone)
    phone.goto(f"{house.url}/p/leben/chat")
    seeker.confirms_the_privacy_notice()
    seeker.is_waiting()
    maria.accepts(seeker.number)
    maria.answers()
    seeker.says_yes()
    expect(phone.get_by_role("log")).to_be_visible()
    assert (chat.weigh() <= SEEKER_BYTES, work_bytes <= COUNSELLOR_BYTES) == (True, True), (
        chat.weigh(),
        work_bytes,
    )
    seeker.ends_the_chat()
    seeker.sees_the_end()


@cache
def _released_bytes(path: Path) -> int:
    raw = path.read_bytes()
    return len(raw) if path.suffix in COMPRESSED else len(brotli.compress(raw, quality=11))
