"""A conversation that a counsellor begins, over sample models: the list, dialogs, the keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults
from tests.browser.keyboard import Keys
from tests.web.views_page import WORK, opens_messages, show, walks_in_forced_colours

pytestmark = pytest.mark.browser
DESK = 1280
WORDS = "abbild kanal lampe moos turm wiese"
ROWS = ["Lampe-407", "Frau aus dem Café", "Lampe-407", "Lampe-407"]


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


def opens_list(page: Page, state: str, width: int = DESK) -> Locator:
    """ "Meine Nachrichten"; returns the way to a new conversation."""
    show(page, WORK, state, width)
    opens_messages(page)
    opener = page.get_by_role("button", name="Neues Gespräch …")
    expect(opener).to_be_visible()
    return opener


def row(page: Page, at: int) -> Locator:
    """One that waits."""
    return page.get_by_role("list", name="Einladungen, die warten").locator(".row").nth(at)


def opens_row(page: Page, state: str, at: int, width: int = DESK) -> Locator:
    opens_list(page, state, width)
    row(page, at).click()
    return page.get_by_role("dialog")


@pytest.mark.parametrize("width", [390, DESK])
def test_the_list_says_who_waits_and_who_has_come(page: Page, width: int) -> None:
    opens_list(page, "begun", width)
    names = page.get_by_role("list", name="Einladungen, die warten").locator(".row__name")
    expect(names).to_have_text(ROWS)
    for at, words in enumerate(("Gilt bis", "Bitte prüfen", "abgelaufen", "stimmt nicht")):
        expect(row(page, at)).to_contain_text(words)
    assert faults(page) == []
    page.set_viewport_size({"width": 320, "height": 844})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


def test_somebody_who_has_come_counts_as_news(page: Page) -> None:
    show(page, WORK, "begun", DESK)
    messages = page.get_by_role("button", name=re.compile("^Meine Nachrichten"))
    opens_list(page, "queue")
    before = messages.inner_text()
    show(page, WORK, "begun", DESK)
    expect(messages).not_to_have_text(before)


@pytest.mark.parametrize("at", range(4))
@pytest.mark.parametrize("width", [320, DESK])
def test_every_dialog_is_accessible_and_fits(page: Page, at: int, width: int) -> None:
    dialog = opens_row(page, "begun", at, width)
    expect(dialog).to_be_visible()
    assert faults(page) == []
    assert dialog.evaluate("(one) => one.scrollWidth <= one.clientWidth")


def test_one_is_begun_with_the_keyboard_and_its_words_are_shown(page: Page) -> None:
    opener = opens_list(page, "queue")
    keys = Keys(page)
    keys.uses("Neues Gespräch …")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Zugang für jemanden anlegen")).to_be_focused()
    expect(dialog).to_contain_text("die nur sie kennt")
    expect(dialog.get_by_role("radio")).to_have_count(0)
    assert faults(page) == []
    keys.goes_to(dialog.get_by_label("Eigener Name für Ihre Liste"))
    keys.types("Café")
    keys.uses("Einladung machen")
    expect(dialog.locator(".words__word")).to_have_text(WORDS.split())
    expect(dialog).to_contain_text("Lampe-407")
    expect(dialog).to_contain_text("niemandem sonst")
    keys.uses("Ich habe es weitergegeben")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    row(page, 0).click()
    expect(dialog.get_by_role("heading", name="Einladung für Café")).to_be_focused()
    keys.uses("Zurückziehen")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


def test_with_several_portals_one_is_chosen(page: Page) -> None:
    opens_list(page, "begunMany").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Jugend").check()
    assert faults(page) == []
    dialog.get_by_role("button", name="Einladung machen").click()
    expect(dialog.locator(".words__word")).to_have_count(6)
    asked = page.evaluate("async () => (await model.written.newConversations()).begun")
    assert asked == [[1, ""]]


def test_a_name_that_is_too_long_and_a_lost_line_are_said(page: Page) -> None:
    opens_list(page, "begunFails").click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_label("Eigener Name für Ihre Liste")
    field.fill("x" * 41)
    dialog.get_by_role("button", name="Einladung machen").click()
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile(r"Jetzt sind es\s41"))
    field.fill("x" * 40)
    dialog.get_by_role("button", name="Einladung machen").click()
    expect(dialog.get_by_role("alert").filter(has_text="Keine Verbindung.")).to_be_visible()
    expect(field).to_have_value("x" * 40)


def test_who_has_come_is_asked_about_before_it_begins(page: Page) -> None:
    dialog = opens_row(page, "begun", 1)
    expect(dialog).to_contain_text("Fragen Sie die Person, ob sie das gerade war")
    dialog.get_by_role("button", name="Ja, das ist die Person: beginnen").click()
    expect(dialog).to_have_count(0)
    expect(row(page, 1)).not_to_contain_text("Café")
    assert page.evaluate("() => document.activeElement !== document.body")


def test_a_no_throws_it_away(page: Page) -> None:
    dialog = opens_row(page, "begun", 1)
    dialog.get_by_role("button", name="Nein, verwerfen").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("Frau aus dem Café")).to_have_count(0)


def test_what_came_too_late_is_said_and_stays_open(page: Page) -> None:
    dialog = opens_row(page, "begunLate", 0)
    dialog.get_by_role("button", name="Ja, das ist die Person: beginnen").click()
    expect(dialog.get_by_role("alert")).not_to_be_empty()


@pytest.mark.parametrize(("at", "words"), [(2, "ist abgelaufen"), (3, "ohne Ihre Wörter")])
def test_what_has_ended_is_cleared(page: Page, at: int, words: str) -> None:
    dialog = opens_row(page, "begun", at)
    expect(dialog).to_contain_text(words)
    dialog.get_by_role("button", name="Verstanden").click()
    expect(page.get_by_role("list", name="Einladungen, die warten").locator("li")).to_have_count(3)


def test_in_english_everything_has_words(page: Page) -> None:
    show(page, f"/en{WORK}", "begun", DESK)
    page.get_by_role("button", name="Messages").click()
    page.get_by_role("button", name="New conversation …").click()
    expect(page.get_by_role("dialog")).to_contain_text("a passphrase that only they know")
    page.keyboard.press("Escape")
    page.get_by_role("list", name="Invitations that are waiting").locator(".row").nth(1).click()
    expect(page.get_by_role("dialog")).to_contain_text("whoever has come can read it")


def test_the_focus_is_seen_in_forced_colours(page: Page) -> None:
    opens_list(page, "begun")
    walks_in_forced_colours(page)
