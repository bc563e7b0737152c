"""Giving a written enquiry back to the team, in real browsers: with the draft, and taken on."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage
from tests.browser.people import House
from tests.browser.writing import TEXT, WriterPage

PHRASE = "wolken ziehen langsam über das meer"
SUBJECT = "Freigegeben"
DRAFT = "Liebe Kiesel, ich habe nachgedacht."


def test_it_goes_back_with_the_draft_and_a_colleague_goes_on(
    house: House, windows: Windows
) -> None:
    maria, jonas = (DeskPage(house, windows.desk().page) for _ in range(2))
    maria.signs_in("maria")
    jonas.signs_in("jonas")
    anna = WriterPage(house, windows.phone().page)
    anna.has_an_access("kiesel-871", PHRASE)
    anna.sends_an_enquiry(subject=SUBJECT)
    maria.opens_enquiry(SUBJECT)
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    maria.writes_back("Wie lange schon?")
    anna.reads_letters(TEXT, "Wie lange schon?")

    # By the keyboard alone: to the button, through the dialog, and out of it.
    maria.page.locator("#message-field").fill(DRAFT)
    maria.passes_on()
    button = maria.page.get_by_role("button", name="Freigeben …")
    button.focus()
    maria.page.keyboard.press("Enter")
    dialog = maria.page.get_by_role("dialog", name="An das Team freigeben")
    expect(dialog).to_contain_text("Jonas K.")
    expect(dialog).to_contain_text("Auch das, was bisher geschrieben wurde.")
    expect(dialog.get_by_role("checkbox", name="Entwurf mitgeben")).to_be_checked()
    assert faults(maria.page) == []
    maria.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()
    maria.page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Freigeben", exact=True).focus()
    maria.page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(maria.case(SUBJECT)).to_have_count(0)
    expect(maria.page.get_by_text("Die Anfrage ist wieder offen")).to_be_visible()

    said = "Maria B. hat Ihr Anliegen an das Team zurückgegeben."
    expect(anna.page.get_by_role("log").get_by_text(said)).to_be_visible()
    expect(anna.who_reads()).to_contain_text("und das Team")
    assert faults(anna.page) == []
    anna.answers("Ich bin noch da.")

    jonas.opens_enquiry(SUBJECT)
    detail = jonas.page.locator(".workspace__detail")
    for words in (TEXT, "Maria B.", "Wie lange schon?", "Ich bin noch da.", DRAFT):
        expect(detail).to_contain_text(words)
    assert faults(jonas.page) == []
    jonas.takes()
    jonas.has_taken()
    jonas.answers_now()
    expect(jonas.page.locator("#message-field")).to_have_value(DRAFT)
    expect(jonas.page.get_by_text("Maria B. hat diesen Entwurf mitgegeben.")).to_be_visible()
    assert faults(jonas.page) == []
    # On another device too.
    again = DeskPage(house, windows.desk().page)
    again.signs_in("jonas")
    again.opens_case(SUBJECT)
    expect(again.page.locator("#message-field")).to_have_value(DRAFT)
    jonas.page.locator("#message-field").focus()
    jonas.writes_back("Guten Tag, ich bin Jonas.")
    anna.reads_letters(TEXT, "Wie lange schon?", "Ich bin noch da.", "Guten Tag, ich bin Jonas.")
    expect(anna.who_reads()).to_contain_text("Nur Sie und Jonas K. können mitlesen.")
    assert DRAFT not in anna.page.content()
    jonas.closes()
