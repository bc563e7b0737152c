"""Written requests as a counsellor meets them, over sample models: list, request, conversation."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults
from tests.web.views_page import WORK, opens_messages, show

pytestmark = pytest.mark.browser
DESK = 1280


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


def opens_written(page: Page, state: str = "queue", width: int = DESK) -> None:
    """Go to the written requests of a sample."""
    show(page, WORK, state, width)
    page.get_by_role("tab", name=re.compile("Schriftlich")).click()


def row(page: Page, at: int) -> Locator:
    return page.locator(".row--written").nth(at)


def test_list_and_request_are_accessible(page: Page) -> None:
    opens_written(page)
    expect(row(page, 0)).to_contain_text("Kiesel-407")
    assert faults(page) == []
    row(page, 0).click()
    expect(page.get_by_role("heading", name="Streit mit meiner Chefin")).to_be_visible()
    assert faults(page) == []


def test_conversations_are_accessible(page: Page) -> None:
    show(page, WORK, "queue", DESK)
    opens_messages(page)
    assert faults(page) == []
    page.locator(".row--chat", has_text="Kiesel-407").click()
    expect(page.get_by_role("log")).to_contain_text("Ja, gern.")
    assert faults(page) == []
    page.get_by_role("button", name="Schließen und löschen").click()
    assert faults(page) == []


@pytest.mark.parametrize("state", ["opening", "nokey", "refused", "offline", "empty"])
def test_what_cannot_be_read_says_why(page: Page, state: str) -> None:
    opens_written(page, state)
    if state == "empty":
        expect(page.get_by_text("Gerade ist keine schriftliche Anfrage offen.")).to_be_visible()
    else:
        row(page, 0).click()
        words = {
            "opening": "wird auf Ihrem Gerät entschlüsselt",
            "nokey": "Schlüssel dieses Teams",
            "refused": "Wir zeigen nichts davon",
            "offline": "Keine Verbindung",
        }[state]
        expect(page.get_by_text(words).last).to_be_visible()
        expect(page.get_by_role("button", name="Anfrage übernehmen")).to_have_count(0)
    assert faults(page) == []


def test_a_row_says_who_what_about_since_when_and_whether_it_is_late(page: Page) -> None:
    opens_written(page)
    for words in ("Kiesel-407", "Streit mit meiner Chefin", "Arbeit", "überfällig", "9 Tagen"):
        expect(row(page, 0)).to_contain_text(words)
    expect(row(page, 1)).not_to_contain_text("überfällig")
    expect(row(page, 3)).to_contain_text("an Sie gerichtet")
    expect(page.get_by_role("tab", name=re.compile("Schriftlich"))).to_contain_text("8")
    page.get_by_role("tabpanel").evaluate("(list) => list.scrollTo(0, list.scrollHeight)")
    for words in ("Jonas K. übernimmt", "Jonas K. hat übernommen", "zurückgezogen"):
        expect(page.locator(".row--written[data-over]", has_text=words)).to_be_visible()


def test_a_request_says_who_reads_it_now_and_until_when(page: Page) -> None:
    opens_written(page)
    row(page, 0).click()
    detail = page.locator(".workspace__detail")
    expect(detail).to_contain_text(
        "Eva S., Jonas K., Maria B. und eine weitere Person aus dem Team; "
        "sobald jemand die Anfrage übernimmt, nur noch diese Person."
    )
    expect(detail.get_by_text("Brief von der Schule.pdf")).to_be_visible()
    expect(detail.get_by_text("Nach dem Übernehmen zu öffnen.")).to_be_visible()
    row(page, 3).click()
    expect(detail).to_contain_text("Nur Sie. Die Anfrage ist an Sie gerichtet.")


def test_a_large_team_is_a_number_and_names_on_demand(page: Page) -> None:
    opens_written(page)
    row(page, 2).click()
    promise = page.locator(".detail__promise")
    expect(promise).to_contain_text("Die 24 Personen im Team; sobald jemand")
    expect(promise).not_to_contain_text("Kollegin 24")
    page.get_by_text("Alle Namen zeigen").focus()
    page.keyboard.press("Enter")
    expect(promise).to_contain_text("Kollegin 23 und Kollegin 24")
    assert faults(page) == []


def test_taking_one_on_leads_to_answering_it(page: Page) -> None:
    opens_written(page)
    row(page, 1).click()
    page.get_by_role("button", name="Anfrage übernehmen").click()
    title = page.get_by_role("heading", name="Sie haben die Anfrage übernommen")
    expect(title).to_be_focused()
    expect(page.get_by_text("Ab jetzt lesen nur noch Sie und Farn-12 mit.")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Jetzt antworten").click()
    field = page.locator("#message-field")
    expect(field).to_be_focused()
    field.fill("Guten Tag.")
    # A letter has lines: Enter makes one, and Ctrl+Enter sends.
    field.press("Enter")
    expect(field).to_have_value("Guten Tag.\n")
    field.press("Control+Enter")
    expect(page.get_by_role("log")).to_contain_text("Guten Tag.")


def test_one_may_stay_in_the_list(page: Page) -> None:
    opens_written(page)
    row(page, 1).click()
    page.get_by_role("button", name="Anfrage übernehmen").click()
    page.get_by_role("button", name="In der Liste bleiben").click()
    expect(row(page, 1)).to_contain_text("von Ihnen übernommen")
    expect(page.get_by_text("Wählen Sie eine Anfrage aus der Liste.")).to_be_visible()
    expect(page.get_by_role("heading", name="Erstanfragen")).to_be_focused()


def test_who_is_later_hears_it_kindly(page: Page) -> None:
    opens_written(page)
    row(page, 2).click()
    page.get_by_role("button", name="Anfrage übernehmen").click()
    expect(page.get_by_role("heading", name="Da war jemand schneller")).to_be_focused()
    expect(page.get_by_text("Jonas K. hat die Anfrage gerade übernommen")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="Zur Liste").click()
    expect(row(page, 2)).to_contain_text("Jonas K. hat übernommen")


def test_what_fails_can_be_tried_again(page: Page) -> None:
    opens_written(page, "failing")
    row(page, 0).click()
    page.get_by_role("button", name="Anfrage übernehmen").click()
    expect(page.get_by_text("Das hat nicht geklappt.")).to_be_visible()
    expect(page.get_by_role("button", name="Anfrage übernehmen")).to_be_enabled()


def test_done_goes_to_the_other_shelf_and_can_be_written_to(page: Page) -> None:
    show(page, WORK, "queue", DESK)
    opens_messages(page)
    page.locator(".row--chat", has_text="Kiesel-407").click()
    page.get_by_role("button", name="Abschließen").click()
    expect(page.get_by_text("Schreiben Sie oder Kiesel-407 noch etwas")).to_be_visible()
    expect(page.locator("#message-field")).to_be_visible()
    expect(page.locator(".row--chat", has_text="Kiesel-407")).to_have_count(0)
    page.get_by_role("tab", name="Erledigt").click()
    expect(page.locator(".row--chat", has_text="Kiesel-407")).to_contain_text("abgeschlossen")


def test_closing_asks_first_and_says_what_is_deleted_when(page: Page) -> None:
    show(page, WORK, "queue", DESK)
    opens_messages(page)
    page.locator(".row--chat", has_text="Kiesel-407").click()
    opener = page.get_by_role("button", name="Schließen und löschen")
    opener.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Sie und Kiesel-407 können noch 48 Stunden lesen.")
    expect(dialog.get_by_role("button", name="Abbrechen")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    opener.click()
    dialog.get_by_role("button", name="Schließen und löschen").click()
    expect(page.locator("#message-field")).to_have_count(0)
    expect(page.get_by_text("Die Anfrage ist geschlossen.")).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("Sie haben die Anfrage geschlossen")
    assert faults(page) == []


def test_ten_thousand_rows_are_drawn_in_part_and_opened_where_one_looks(page: Page) -> None:
    opens_written(page, "many")
    expect(row(page, 0)).to_contain_text("Farn-12")
    assert page.locator(".row--written").count() < 40
    panel = page.get_by_role("tabpanel")
    panel.evaluate("(list) => list.scrollTo(0, list.scrollHeight / 2)")
    expect(page.get_by_text("Anfrage 49", exact=False).first).to_be_attached()
    panel.evaluate("(list) => list.scrollTo(0, list.scrollHeight)")
    last = page.locator("li[aria-posinset='10000']")
    expect(last).to_be_visible()
    expect(last).not_to_contain_text("Anfrage 10000")
    looked = page.evaluate("() => model.written.looked.map((ids) => ids.length)")
    assert max(looked) < 20
    assert sum(looked) < 60


def test_the_keyboard_walks_through_tabs_and_rows(page: Page) -> None:
    opens_written(page, "many")
    tab = page.get_by_role("tab", name=re.compile("Schriftlich"))
    expect(tab).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name=re.compile("Livechat"))).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Suche auf diesem Gerät")).to_be_visible()
    # The search, the filters, the list.
    for _ in range(3):
        page.keyboard.press("Tab")
    focused = page.locator("li:has(:focus)")
    for place in range(2, 32):
        # A row is drawn before it can be gone to: as a person would, one after the other.
        page.keyboard.press("ArrowDown")
        expect(focused).to_have_attribute("aria-posinset", str(place))
    expect(focused).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#detail-title")).to_be_focused()


def test_what_is_typed_is_kept_when_another_conversation_is_opened(page: Page) -> None:
    show(page, WORK, "queue", DESK)
    opens_messages(page)
    page.locator(".row--chat", has_text="Kiesel-407").click()
    page.locator("#message-field").fill("Ein langer Anfang")
    before = page.evaluate("() => model.saves ?? 0")
    page.locator(".row--chat", has_text="Farn-12").click()
    assert page.evaluate("() => model.saves") > before
    expect(page.locator("#message-field")).to_have_value("")
    page.locator(".row--chat", has_text="Kiesel-407").click()
    expect(page.locator("#message-field")).to_have_value("Ein langer Anfang")
