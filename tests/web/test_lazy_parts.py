"""Parts of a page that are fetched when somebody wants them: they come, or the page says so."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.web.views_page import SEEKER, show

pytestmark = pytest.mark.browser
FAILED = re.compile("Das hat nicht geklappt")


@pytest.fixture
def cut_page(browser: Browser, views_origin: str) -> Iterator[Page]:
    """A page over sample models that gets none of these parts; its console may say so."""
    context = browser.new_context(base_url=views_origin, locale="de-DE")
    for part in ("view-files.js", "ui/emoji.js"):
        context.route(f"**/{part}", lambda route: route.abort())
    yield context.new_page()
    context.close()


def test_a_file_is_refused_in_words_when_its_part_does_not_come(cut_page: Page) -> None:
    show(cut_page, SEEKER, "chat")
    plan = FilePayload(name="Plan.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7")
    cut_page.locator("input[type=file]").set_input_files(plan)
    sheet = cut_page.get_by_role("dialog")
    expect(sheet.get_by_role("alert")).to_have_text(FAILED)
    sheet.get_by_role("button", name="Schließen").click()
    expect(sheet).to_have_count(0)


def test_the_emoji_say_it_when_they_do_not_come(cut_page: Page) -> None:
    show(cut_page, SEEKER, "chat")
    cut_page.get_by_role("button", name="Emoji einfügen").click()
    expect(cut_page.get_by_role("dialog").get_by_role("status")).to_have_text(FAILED)


def test_the_words_are_found_when_somebody_looks(sample_page: Page) -> None:
    show(sample_page, SEEKER, "chat")
    sample_page.get_by_role("button", name=re.compile("Verschlüsselt")).click()
    sheet = sample_page.get_by_role("dialog")
    words = sheet.locator(".words__word")
    expect(words).to_have_count(0)
    sheet.get_by_text("Selbst prüfen").click()
    expect(words).to_have_count(8)
