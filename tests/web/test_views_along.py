"""What colleagues have while the team reads along, as counsellors meet it, over sample models."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults
from tests.browser.keyboard import Keys
from tests.web.views_page import WORK, opens_messages, show

pytestmark = pytest.mark.browser
DESK = 1280
PHONE = 390


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


def opens_team_list(page: Page, width: int = DESK, state: str = "along") -> None:
    show(page, WORK, state, width)
    page.get_by_role("tab", name="Im Team").click()


def row(page: Page, at: int) -> Locator:
    return page.locator(".row--written").nth(at)


def detail(page: Page) -> Locator:
    return page.locator(".workspace__detail")


def test_the_list_says_who_has_what_and_where_it_stands(page: Page) -> None:
    opens_team_list(page)
    expect(row(page, 0)).to_contain_text("bei Jonas K.")
    expect(row(page, 0)).to_contain_text("in Bearbeitung")
    expect(row(page, 1)).to_contain_text("bei jemandem aus dem Team")
    expect(row(page, 2)).to_contain_text("beantwortet")
    expect(row(page, 3)).to_contain_text("abgeschlossen")
    assert faults(page) == []


def test_it_is_read_along_without_a_field_and_says_who_reads(page: Page) -> None:
    opens_team_list(page)
    row(page, 0).click()
    expect(page.locator("#detail-title")).to_be_focused()
    expect(detail(page)).to_contain_text("Seit dem Frühjahr streiten wir fast jeden Tag.")
    expect(detail(page)).to_contain_text("Das klingt anstrengend.")
    expect(detail(page)).to_contain_text(
        "Eva S., Jonas K. und Maria B.; auch dann noch, wenn jemand die Anfrage übernommen hat."
    )
    expect(detail(page)).to_contain_text("Sie lesen mit.")
    expect(page.get_by_role("textbox")).to_have_count(0)
    assert faults(page) == []


def test_taking_over_is_asked_first_and_done_by_the_keyboard(page: Page) -> None:
    opens_team_list(page)
    keys = Keys(page)
    row(page, 0).click()
    take = page.get_by_role("button", name="Anfrage übernehmen …")
    take.focus()
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="Anfrage übernehmen?")
    expect(dialog).to_contain_text("Dann antworten Sie. Jonas K. und Kiesel-407")
    expect(dialog).to_contain_text("noch nicht gesendet hat, kommt nicht mit.")
    expect(dialog.get_by_role("button", name="Abbrechen")).to_be_focused()
    assert faults(page) == []
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    expect(take).to_be_focused()
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Enter")
    title = page.get_by_role("heading", name="Sie haben die Anfrage übernommen")
    expect(title).to_be_focused()
    expect(detail(page)).to_contain_text("Das Team liest weiter mit.")
    assert faults(page) == []


def test_who_comes_second_is_told(page: Page) -> None:
    opens_team_list(page)
    row(page, 3).click()
    page.get_by_role("button", name="Anfrage übernehmen …").click()
    page.get_by_role("dialog").get_by_role("button", name="Anfrage übernehmen").click()
    expect(page.get_by_role("heading", name="Da war jemand schneller")).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_empty_list_says_so(page: Page) -> None:
    opens_team_list(page, state="alongEmpty")
    expect(page.get_by_text("Gerade hat niemand sonst im Team eine Anfrage.")).to_be_visible()
    assert faults(page) == []


def test_where_no_team_reads_along_there_is_no_such_list(page: Page) -> None:
    show(page, WORK, "queue", DESK)
    expect(page.get_by_role("tab")).to_have_count(2)


def test_who_only_leads_has_no_live_requests(page: Page) -> None:
    show(page, WORK, "leads", DESK)
    expect(page.get_by_role("tab", name=re.compile("Schriftlich"))).to_have_attribute(
        "aria-selected", "true"
    )
    expect(page.get_by_role("tab", name="Livechat-Anfragen")).to_have_count(0)
    assert faults(page) == []


def test_an_own_one_says_that_the_whole_team_reads(page: Page) -> None:
    show(page, WORK, "along", DESK)
    opens_messages(page)
    page.locator(".row--chat", has_text="Kiesel-407").click()
    page.locator(".encryption-badge").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("Sie, Kiesel-407 und das ganze Team können das lesen.")
    sheet.get_by_role("button", name="Schließen").click()
    page.get_by_role("button", name="Weitergeben").click()
    page.get_by_role("button", name="Übergeben …").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Das ganze Team liest weiter mit.")
    expect(dialog.get_by_role("radio", name="Ohne bisherigen Verlauf")).to_have_count(0)
    assert faults(page) == []


def test_one_that_was_taken_over_keeps_what_was_typed(page: Page) -> None:
    show(page, WORK, "along", DESK)
    opens_messages(page)
    page.locator(".row--chat", has_text="Birke-51").click()
    expect(detail(page)).to_contain_text("Jonas K. hat die Anfrage übernommen")
    expect(detail(page)).to_contain_text("unter „Im Team“")
    expect(detail(page)).to_contain_text("ich wollte Ihnen noch schreiben, dass")
    expect(page.locator("#message-field")).to_have_count(0)
    assert faults(page) == []
