"""Search, filters, bookmarks, the same name and text blocks, over sample models."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

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


# --- text blocks ----------------------------------------------------------------------------------


def opens_case(page: Page, state: str = "queue", width: int = DESK) -> None:
    show(page, WORK, state, width)
    opens_messages(page)
    page.locator(".row--chat", has_text="Kiesel-407").click()
    expect(page.get_by_role("button", name="Textbausteine")).to_be_visible()


def test_a_slash_and_enter_put_a_block_where_one_writes(page: Page) -> None:
    opens_case(page)
    field = page.locator("#message-field")
    field.press_sequentially("Guten Tag. /not")
    expect(page.locator(".blocks__fit[aria-selected=true]")).to_contain_text("Notruf")
    assert faults(page) == []
    field.press("Enter")
    expect(field).to_have_value("Guten Tag. Wenn Sie in Gefahr sind, wählen Sie bitte 112.")
    expect(page.locator(".blocks__fit")).to_have_count(0)
    field.fill("")
    field.press_sequentially("/")
    expect(page.locator(".blocks__fit")).to_have_count(2)
    field.press("ArrowDown")
    field.press("Tab")
    expect(field).to_have_value("Guten Tag, schön, dass Sie schreiben.")
    field.fill("")
    field.press_sequentially("/beg")
    field.press("Escape")
    expect(page.locator(".blocks__fit")).to_have_count(0)
    expect(field).to_have_value("/beg")


def test_in_a_live_chat_enter_puts_the_block_and_sends_nothing(page: Page) -> None:
    show(page, WORK, "queue", DESK)
    opens_messages(page)
    page.locator(".row--chat", has_text="Ratsuchende_r 7").click()
    expect(page.get_by_role("button", name="Textbausteine")).to_be_visible()
    field = page.locator("#message-field")
    field.press_sequentially("/notruf")
    expect(page.locator(".blocks__fit")).to_have_count(1)
    field.press("Enter")
    expect(field).to_have_value("Wenn Sie in Gefahr sind, wählen Sie bitte 112.")


def test_blocks_are_chosen_made_changed_and_deleted(page: Page) -> None:
    opens_case(page)
    page.locator("#message-field").fill("Halb fertig. ")
    page.get_by_role("button", name="Textbausteine").click()
    dialog = page.get_by_role("dialog")
    rows = dialog.locator(".blocks__row")
    expect(rows.first).to_contain_text("Notfall")
    assert faults(page) == []
    dialog.get_by_role("button", name="Neuer Baustein").click()
    dialog.get_by_role("button", name="Speichern").click()
    expect(dialog.get_by_role("alert")).to_contain_text("dürfen nicht leer sein")
    dialog.get_by_label("Name").fill("Ablauf")
    dialog.get_by_label("Text").fill("So gehen wir vor.")
    assert faults(page) == []
    dialog.get_by_role("button", name="Speichern").click()
    expect(rows).to_have_count(3)
    # Saving a block sends nothing of what is being written behind it.
    expect(page.locator("#message-field")).to_have_value("Halb fertig. ")
    dialog.get_by_role("button", name="Begrüßung löschen").click()
    expect(rows).to_have_count(2)
    dialog.get_by_role("button", name="Ablauf So gehen wir vor.").click()
    expect(page.locator("#message-field")).to_have_value("Halb fertig. So gehen wir vor.")
    expect(page.locator("#message-field")).to_be_focused()


def opens_blocks(page: Page, state: str = "blocks", width: int = DESK) -> Locator:
    opens_case(page, state, width)
    page.get_by_role("button", name="Textbausteine").click()
    return page.get_by_role("dialog")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_a_teams_blocks_stand_beside_ones_own(page: Page, width: int) -> None:
    dialog = opens_blocks(page, width=width)
    rows = dialog.locator(".blocks__row")
    expect(rows.first).to_contain_text("Notfall")
    expect(rows.first).to_contain_text("Zuletzt geändert von Jonas K.")
    expect(rows.nth(1)).not_to_contain_text("Team")
    assert faults(page) == []
    # A colleague would miss it: it is asked about.
    dialog.get_by_role("button", name="Notfall löschen").click()
    expect(dialog.get_by_role("button", name="Abbrechen")).to_be_focused()
    dialog.get_by_role("button", name="Abbrechen").click()
    expect(rows).to_have_count(5)
    dialog.get_by_role("button", name="Neuer Baustein").click()
    dialog.get_by_role("radio", name="Mein Team").check()
    dialog.get_by_role("checkbox", name="Notfallbaustein des Teams").check()
    dialog.get_by_role("button", name="Vorschlag einsetzen").click()
    expect(dialog.get_by_label("Name")).to_have_value("Notfall")
    assert faults(page) == []
    dialog.get_by_label("Name").fill("Voll")
    dialog.get_by_role("button", name="Speichern").click()
    expect(dialog.get_by_role("alert")).to_contain_text("kein Platz mehr")


def test_one_key_puts_the_block_for_emergencies_and_sends_nothing(page: Page) -> None:
    opens_case(page, "blocks")
    field = page.locator("#message-field")
    field.fill("Guten Tag. ")
    field.press("Alt+KeyN")
    expect(field).to_have_value(re.compile("^Guten Tag. Ich mache mir Sorgen"))
    button = page.get_by_role("button", name="Notfall", exact=True)
    expect(button).to_have_attribute("aria-keyshortcuts", "Alt+N")
    field.fill("")
    button.click()
    expect(field).to_have_value(re.compile("^Ich mache mir Sorgen"))
    expect(field).to_be_focused()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("blocksOlder", "ältere oder andere"),
        ("blocksRefused", "nicht von einem Teammitglied"),
        ("blocksNoKey", "unter einem Schlüssel"),
        ("blocksOffline", "gerade nicht laden"),
    ],
)
def test_why_a_teams_blocks_are_not_there_is_said(page: Page, state: str, words: str) -> None:
    dialog = opens_blocks(page, state)
    expect(dialog.get_by_role("status").first).to_contain_text(words)
    assert faults(page) == []
    dialog.get_by_role("button", name="Neuer Baustein").click()
    expect(dialog.get_by_role("radio")).to_have_count(0)


def test_after_a_restart_a_team_begins_with_none(page: Page) -> None:
    dialog = opens_blocks(page, "blocksLost")
    dialog.get_by_role("button", name="Leer neu beginnen").click()
    expect(dialog.get_by_role("button", name="Leer neu beginnen")).to_have_count(0)
    dialog.get_by_role("button", name="Neuer Baustein").click()
    expect(dialog.get_by_role("radio", name="Mein Team")).to_be_visible()
