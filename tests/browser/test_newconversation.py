"""A counsellor begins a conversation with somebody who has no access yet, in two real browsers."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from crypto.wire.capacity import UNLIMITED
from tests.browser.axe import faults
from tests.browser.canary import files_of, holds
from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage
from tests.browser.people import House
from tests.browser.test_capacity import wants
from tests.browser.writing import Answerer, WriterPage

PHRASE = "wolken ziehen langsam über das meer"
NICKNAME = "Frau aus dem Café"


def invites(maria: DeskPage, nickname: str = "") -> tuple[str, str, str]:
    """From wherever she is; words, link and the suggested name, as she passes them on."""
    maria.opens_messages()
    maria.page.get_by_role("button", name="Neues Gespräch …").click()
    dialog = maria.page.get_by_role("dialog")
    dialog.get_by_label("Eigener Name für Ihre Liste").fill(nickname)
    dialog.get_by_role("button", name="Einladung machen").click()
    words = dialog.locator(".words__word")
    expect(words).to_have_count(6)
    told = dialog.get_by_text("wird der Person der Name")
    found = re.search("„(.+?)“", told.inner_text())
    assert found is not None
    link = dialog.locator(".newaccess__link").inner_text()
    spoken = " ".join(words.all_inner_texts())
    dialog.get_by_role("button", name="Ich habe es weitergegeben").click()
    return spoken, link, found[1]


def waiting(maria: DeskPage, name: str) -> Locator:
    rows = maria.page.get_by_role("list", name="Einladungen, die warten")
    return rows.get_by_role("button", name=re.compile(re.escape(name)))


def test_invited_somebody_comes_and_both_write(house: House, windows: Windows) -> None:
    desk = windows.desk()
    maria = DeskPage(house, desk.page)
    maria.signs_in("maria")
    # Who takes on nothing new begins what they begin themselves all the same.
    wants(Answerer(house, "maria"), 0)
    words, link, suggested = invites(maria, NICKNAME)
    expect(waiting(maria, NICKNAME)).to_contain_text("Gilt bis")

    # It is there after a reload, with the same words.
    maria.signs_in("maria")
    maria.opens_messages()
    waiting(maria, NICKNAME).click()
    dialog = maria.page.get_by_role("dialog")
    expect(dialog.locator(".words__word")).to_have_text(words.split())
    maria.page.keyboard.press("Escape")

    anna = WriterPage(house, windows.phone().page)
    anna.page.goto(link)
    expect(anna.heading("Ihr neuer Zugang")).to_be_visible()
    expect(anna.page.get_by_text("Ihr Gespräch öffnet sich.")).to_be_visible()
    assert str(anna.page.evaluate("() => location.hash")) == ""
    assert faults(anna.page) == []
    anna.presses("Zugang anlegen")
    expect(anna.page.get_by_label("Ihr Fantasiename")).to_have_value(suggested)
    anna.takes_the_steps("ahorn-905", PHRASE, later=True)
    expect(anna.heading("Fast geschafft")).to_be_visible()

    row = waiting(maria, NICKNAME)
    expect(row).to_contain_text("hat sich gemeldet")
    row.click()
    expect(dialog).to_contain_text("Fragen Sie die Person, ob sie das gerade war")
    dialog.get_by_role("button", name="Ja, das ist die Person: beginnen").click()
    expect(maria.page.locator(".chat__name")).to_have_text("Ahorn-905")
    maria.writes_back("Willkommen. Schön, dass Sie da sind.")
    anna.reads_letters("Willkommen. Schön, dass Sie da sind.")
    assert faults(anna.page) == []
    anna.answers("Danke für die Einladung.")
    maria.reads("Danke für die Einladung.")
    expect(waiting(maria, NICKNAME)).to_have_count(0)

    # It comes back on another device of both.
    tablet = WriterPage(house, windows.desk().page)
    tablet.signs_in("ahorn-905", PHRASE)
    tablet.row("Maria B.").click()
    tablet.reads_letters("Willkommen. Schön, dass Sie da sind.", "Danke für die Einladung.")
    other = DeskPage(house, windows.desk().page)
    other.signs_in("maria")
    other.opens_messages()
    other.case("Ahorn-905").click()
    other.reads("Danke für die Einladung.")

    wants(Answerer(house, "maria"), UNLIMITED)
    files = files_of(house)
    for mark in (words, words.replace(" ", "-"), NICKNAME, "Danke für die Einladung.", "ahorn-905"):
        assert not [name for name, content in files.items() if holds(content, mark)]


def test_words_that_were_told_and_a_no(house: House, windows: Windows) -> None:
    maria = DeskPage(house, windows.desk().page)
    maria.signs_in("jonas")
    words, _, suggested = invites(maria)
    anna = WriterPage(house, windows.phone().page)
    anna.comes()
    anna.presses("Ich habe eine Einladung")
    anna.page.get_by_label("Sechs Wörter oder Link").fill(words.title())
    anna.presses("Weiter")
    anna.presses("Zugang anlegen")
    anna.takes_the_steps("linde-906", PHRASE, later=True)
    expect(anna.heading("Fast geschafft")).to_be_visible()
    waiting(maria, suggested).click()
    dialog = maria.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Nein, verwerfen").click()
    expect(dialog).to_have_count(0)
    expect(anna.heading("Das hat diesmal nicht geklappt")).to_be_visible()
    # Nobody else gets in with them.
    late = WriterPage(house, windows.phone().page)
    late.comes()
    late.presses("Ich habe eine Einladung")
    late.page.get_by_label("Sechs Wörter oder Link").fill(words)
    late.presses("Weiter")
    expect(late.page.get_by_text("Mit diesen Wörtern gibt es keine Einladung.")).to_be_visible()
