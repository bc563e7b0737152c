"""Search, filters, bookmarks and what came under the same name, over sample models."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.web.views_page import WORK, opens_messages, show

pytestmark = pytest.mark.browser
DESK = 1280
PHONE = 390


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


def opens_written(page: Page, state: str = "queue", width: int = DESK) -> None:
    show(page, WORK, state, width)
    page.get_by_role("tab", name=re.compile("Schriftlich")).click()


def looks_for(page: Page, words: str) -> None:
    page.get_by_label("Suche auf diesem Gerät").fill(words)


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_search_and_filters_are_accessible(page: Page, width: int) -> None:
    opens_written(page, width=width)
    page.get_by_text("Filter", exact=True).click()
    expect(page.get_by_label("Stand")).to_be_visible()
    assert faults(page) == []
    looks_for(page, "chefin")
    expect(page.locator(".row--found").first).to_be_visible()
    assert faults(page) == []


def test_a_filter_says_what_it_hides_and_shows_all_again(page: Page) -> None:
    opens_written(page)
    rows = page.locator(".row--written")
    before = rows.count()
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Sprache").select_option("en")
    expect(rows).to_have_count(1)
    expect(page.get_by_text(f"Der Filter blendet {before - 1} von {before} aus.")).to_be_visible()
    expect(page.get_by_text("Filter (aktiv)")).to_be_visible()
    page.get_by_label("Für wen").select_option("me")
    expect(page.get_by_text("Keine Anfrage passt zum Filter.")).to_be_visible()
    page.get_by_role("button", name="Alle zeigen").click()
    expect(rows).to_have_count(before)
    expect(page.get_by_text("Der Filter blendet")).to_have_count(0)


def test_a_topic_is_known_of_what_was_read_here_and_that_is_said(page: Page) -> None:
    opens_written(page)
    expect(page.locator(".row--written").first).not_to_contain_text("Anfrage")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Thema").select_option(index=1)
    expect(page.get_by_text("nur, was Sie auf diesem Gerät schon gelesen haben")).to_be_visible()


def test_the_search_says_where_it_looked_and_opens_what_it_found(page: Page) -> None:
    show(page, WORK, "queue", DESK)
    opens_messages(page)
    looks_for(page, "CHEFIN")
    own = page.locator(".row--found", has_text="Kiesel-407")
    expect(own.first).to_contain_text("Meine Nachrichten")
    expect(page.get_by_text("Gesucht auf diesem Gerät: in Ihren eigenen Anfragen")).to_be_visible()
    own.first.click()
    expect(page.locator(".case__subject")).to_have_text("Streit mit meiner Chefin")
    looks_for(page, "gibtesnicht")
    expect(page.get_by_role("status").filter(has_text="Nichts gefunden.")).to_be_visible()
    # Escape takes the words away, and the list is there again.
    page.get_by_label("Suche auf diesem Gerät").press("Escape")
    expect(page.locator(".row--found")).to_have_count(0)
    expect(page.locator(".row--chat").first).to_be_visible()


def test_the_own_name_for_somebody_is_found(page: Page) -> None:
    show(page, WORK, "queue", DESK)
    opens_messages(page)
    looks_for(page, "die mit dem hund")
    found = page.locator(".row--found")
    expect(found).to_have_text([re.compile("die mit dem hund", re.IGNORECASE)] * 2)


def test_a_bookmark_is_set_shown_and_filtered_by(page: Page) -> None:
    opens_written(page)
    page.locator(".row--written").first.click()
    mark = page.get_by_role("button", name="Auf die Merkliste")
    expect(mark).to_have_attribute("aria-pressed", "false")
    mark.press("Enter")
    expect(mark).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".row--written").first).to_contain_text("gemerkt")
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Für wen").select_option("marked")
    expect(page.locator(".row--written")).to_have_count(1)


def test_the_same_name_is_told_as_a_name_and_no_proof(page: Page) -> None:
    show(page, WORK, "queue", DESK)
    page.get_by_role("tab", name=re.compile("Schriftlich")).click()
    page.locator(".row--written", has_text="Kiesel-407").first.click()
    earlier = page.locator(".earlier")
    expect(earlier).to_contain_text("unter demselben Namen")
    earlier.locator("summary").click()
    expect(earlier).to_contain_text("Gleich heißt nicht bewiesen")
    expect(earlier.locator(".row--found").first).to_contain_text("Kiesel-407")
    assert faults(page) == []


def test_english_words(page: Page) -> None:
    show(page, f"/en{WORK}", "queue", DESK)
    page.get_by_role("tab", name=re.compile("Written")).click()
    expect(page.get_by_label("Search on this device")).to_be_visible()
