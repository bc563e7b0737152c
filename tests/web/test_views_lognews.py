"""What is new in the log, and a log without its witnesses, over sample models."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.web.views_page import WORK, show

pytestmark = pytest.mark.browser
SUMMARY = re.compile(r"Neu im Verzeichnis seit Ihrer letzten Anmeldung: 7\sEinträge")


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


def test_the_card_is_quiet_until_it_is_opened_and_goes_when_it_was_read(page: Page) -> None:
    show(page, WORK, "news", 1280)
    summary = page.locator(".log-news summary")
    expect(summary).to_have_text(SUMMARY)
    expect(page.get_by_text("Jetzt bestätigt als Beratung")).not_to_be_visible()
    summary.focus()
    page.keyboard.press("Enter")
    for words in (
        "Jetzt bestätigt als Beratung: Jonas K.",
        "Bestätigung verlängert: jemand ohne Profil",
        "Für Sie selbst wurde eine Bestätigung ausgestellt.",
        "Bestätigung zurückgenommen: Petra L.",
        "Neuer Stand im Team »Trennung und Familie«: 4 Mitglieder.",
        "Eine Version des Programms wurde freigegeben: v1.2.0",
    ):
        expect(page.get_by_text(re.compile(words.replace(" ", r"\s")))).to_be_visible()
    expect(page.get_by_role("group", name="Wörter des Schlüssels von Jonas K.")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Verstanden").click()
    expect(summary).to_have_count(0)
    expect(page.locator("[data-heading]").first).to_be_focused()


@pytest.mark.parametrize("path", [WORK, f"/en{WORK}"])
def test_the_open_card_fits_a_small_phone(page: Page, path: str) -> None:
    show(page, path, "news", 320)
    page.locator(".log-news summary").click()
    expect(page.locator(".log-news__row").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_where_nothing_is_new_there_is_no_card(page: Page) -> None:
    show(page, WORK, "queue", 1280)
    expect(page.locator(".log-news")).to_have_count(0)


def test_the_team_room_says_when_witnesses_were_there_last(page: Page) -> None:
    show(page, WORK, "news", 1280)
    page.get_by_role("button", name=re.compile("^Team")).click()
    expect(page.get_by_text("Unabhängige Zeugen haben das Verzeichnis zuletzt am")).to_be_visible()


@pytest.mark.parametrize("state", ["unwitnessed", "signinunwitnessed"])
def test_a_log_without_its_witnesses_is_said_in_words(page: Page, state: str) -> None:
    show(page, WORK, state, 1280)
    expect(page.get_by_text("Unabhängige Zeugen müssen regelmäßig bestätigen")).to_be_visible()
    assert faults(page) == []
