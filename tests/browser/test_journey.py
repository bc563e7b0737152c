"""The first journey in two browsers: real relay, real cryptography, from portal to purge."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Windows
from tests.browser.people import CounsellorPage, House, SeekerPage
from tests.helpers.chromium import CHROMIUM, launched

HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def browser(browser: Browser) -> Iterator[Browser]:
    """All of Chromium, as people have it."""
    with launched(browser.browser_type, CHROMIUM) as whole:
        yield whole


def test_a_chat_in_two_browsers(house: House, windows: Windows) -> None:
    maria = CounsellorPage(house, windows.desk().page)
    maria.signs_in("maria")
    maria.becomes_reachable()

    seeker = SeekerPage(house, windows.phone().page)
    seeker.comes_to_the_portal()
    seeker.confirms_the_privacy_notice()
    seeker.is_waiting()

    maria.accepts(1)
    maria.answers()
    seeker.says_yes()
    seeker.writes("Guten Abend. Ich weiß nicht weiter.")
    maria.reads("Guten Abend. Ich weiß nicht weiter.")
    maria.writes("Schön, dass Sie da sind.")
    seeker.reads("Schön, dass Sie da sind.")
    maria.reads("Schön, dass Sie da sind.")
    seeker.reads("Guten Abend. Ich weiß nicht weiter.")

    seeker.ends_the_chat()
    seeker.sees_the_end()
    maria.sees_the_end()
    # S0.17, T6: the seeker's device keeps nothing.
    assert seeker.page.evaluate("[sessionStorage.length, localStorage.length]") == [0, 0]

    house.server.elapse(48 * HOUR_MS + 60_000)
    expect(maria.page.get_by_text("Ratsuchende_r 1")).to_have_count(0)
