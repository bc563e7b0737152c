"""Written requests at the counsellors' desks, in real browsers: from the list to the purge."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from clientlib.notes import CaseNote, chat_note
from crypto.entry import EntryState
from tests.browser.axe import faults
from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage, Writer
from tests.browser.people import House

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
TEXT = "Seit dem Sommer schlafe ich schlecht."


@pytest.fixture
def maria(house: House, windows: Windows) -> DeskPage:
    found = DeskPage(house, windows.desk().page)
    found.signs_in("maria")
    return found


@pytest.fixture
def jonas(house: House, windows: Windows) -> DeskPage:
    found = DeskPage(house, windows.desk().page)
    found.signs_in("jonas")
    return found


def test_from_the_list_to_the_purge(house: House, windows: Windows, maria: DeskPage) -> None:
    anna = Writer(house, "kiesel-601")
    maria.opens_written()
    anna.writes("Schlaf", TEXT)
    expect(maria.enquiry_row("Schlaf")).to_contain_text("Kiesel-601")
    maria.opens_enquiry("Schlaf")
    detail = maria.page.locator(".workspace__detail")
    expect(detail).to_contain_text(TEXT)
    expect(detail).to_contain_text("Jonas K. und Maria B.")
    anna.says("Und am Tag bin ich müde.")
    expect(detail).to_contain_text("Und am Tag bin ich müde.")
    assert faults(maria.page) == []
    assert anna.stands() == "offen"

    maria.takes()
    maria.has_taken()
    maria.answers_now()
    maria.stands("in Bearbeitung")
    maria.reads(TEXT)
    maria.writes_back("Wie lange schon?")
    anna.has_read("Wie lange schon?")
    maria.stands("beantwortet")
    maria.page.get_by_role("button", name="Abschließen").click()
    maria.stands("abgeschlossen")
    expect(maria.page.get_by_text("Schreiben Sie oder Kiesel-601 noch etwas")).to_be_visible()
    expect(maria.case("Schlaf")).to_have_count(0)
    anna.says("Noch etwas.")
    maria.reads("Noch etwas.")
    maria.stands("in Bearbeitung")
    expect(maria.case("Schlaf")).to_contain_text("Noch etwas.")
    assert faults(maria.page) == []

    # Everything is there after a new sign-in, at another desk.
    other = DeskPage(house, windows.desk().page)
    other.signs_in("maria")
    other.opens_case("Schlaf")
    for words in (TEXT, "Und am Tag bin ich müde.", "Wie lange schon?", "Noch etwas."):
        other.reads(words)
    other.closes()
    expect(maria.page.get_by_text("Die Anfrage ist geschlossen.")).to_be_visible()
    other.page.context.close()
    house.server.elapse(49 * HOUR_MS)
    # A sign-in lasts 12 hours.
    expect(maria.page.get_by_role("heading", name="Anmelden")).to_be_visible()
    maria.signs_in("maria")
    maria.opens_messages("Erledigt")
    expect(maria.case("Schlaf")).to_have_count(0)


def test_of_two_desks_one_takes_it_on(house: House, maria: DeskPage, jonas: DeskPage) -> None:
    anna = Writer(house, "farn-602")
    anna.writes("Umzug", TEXT)
    for desk in (maria, jonas):
        desk.opens_enquiry("Umzug")
        expect(desk.page.get_by_text(TEXT)).to_be_visible()
    # Both press at the same moment: each page has its hand on the button before it comes.
    name = "Anfrage übernehmen"
    buttons = [
        desk.page.get_by_role("button", name=name).element_handle() for desk in (maria, jonas)
    ]
    moment_ms = time.time() * 1000 + 1_000
    for button in buttons:
        button.evaluate("(it, at) => void setTimeout(() => it.click(), at - Date.now())", moment_ms)
    mine = "Sie haben die Anfrage übernommen"
    for desk in (maria, jonas):
        title = desk.page.locator("#detail-title")
        expect(title).to_have_text(re.compile(f"{mine}|Da war jemand schneller"))
    titles = [desk.page.locator("#detail-title").inner_text() for desk in (maria, jonas)]
    assert sorted(titles) == ["Da war jemand schneller", mine]
    first, second = (maria, jonas) if titles[0] == mine else (jonas, maria)
    first.answers_now()
    first.writes_back("Guten Tag.")
    anna.has_read("Guten Tag.")
    anna.says("Nur für eine Person.")
    first.reads("Nur für eine Person.")
    assert anna.said() == [TEXT, "Guten Tag.", "Nur für eine Person."]
    second.opens_messages()
    expect(second.case("Umzug")).to_have_count(0)
    assert "Nur für eine Person." not in second.page.content()


def test_written_to_one_person_the_others_do_not_see_it(
    house: House, maria: DeskPage, jonas: DeskPage
) -> None:
    subject16 = house.server.run(lambda: house.cast.signs_in("maria")).subject16
    anna = Writer(house, "nebel-603")
    for desk in (maria, jonas):
        desk.opens_written()
    anna.writes("Nur an Maria", TEXT, addressee=subject16)
    expect(maria.enquiry_row("Nur an Maria")).to_contain_text("an Sie gerichtet")
    maria.opens_enquiry("Nur an Maria")
    expect(maria.page.get_by_text("Nur Sie. Die Anfrage ist an Sie gerichtet.")).to_be_visible()
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    maria.writes_back("Ich lese mit.")
    anna.has_read("Ich lese mit.")
    expect(jonas.enquiry_row("Nur an Maria")).to_have_count(0)
    assert "Nebel-603" not in jonas.page.content()


def test_files_open_once_it_is_taken_on(house: House, maria: DeskPage) -> None:
    anna = Writer(house, "amsel-604")
    anna.writes("Brief", TEXT)
    anna.sends_a_file(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "brief.pdf")
    maria.opens_enquiry("Brief")
    detail = maria.page.locator(".workspace__detail")
    expect(detail.get_by_text("brief.pdf")).to_be_visible()
    expect(detail.get_by_text("Nach dem Übernehmen zu öffnen.")).to_be_visible()
    expect(detail.get_by_role("button", name="Speichern")).to_have_count(0)
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    with maria.page.expect_download() as download:
        maria.page.get_by_role("log").get_by_role("button", name="Speichern").click()
    assert download.value.suggested_filename == "brief.pdf"


def test_what_waits_too_long_is_overdue_and_a_draft_is_never_lost(
    house: House, windows: Windows, maria: DeskPage
) -> None:
    anna = Writer(house, "birke-605")
    anna.writes("Eilig", TEXT)
    maria.opens_written()
    expect(maria.enquiry_row("Eilig")).not_to_contain_text("überfällig")
    house.server.elapse(8 * DAY_MS)
    maria.signs_in("maria")
    maria.opens_enquiry("Eilig")
    expect(maria.enquiry_row("Eilig")).to_contain_text("überfällig")
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    maria.stands("überfällig")
    maria.page.locator("#message-field").fill("Ein langer Anfang")
    maria.page.get_by_role("button", name="Abmelden").click()
    expect(maria.page.get_by_role("heading", name="Anmelden")).to_be_visible()
    again = DeskPage(house, windows.desk().page)
    again.signs_in("maria")
    again.opens_case("Eilig")
    expect(again.page.locator("#message-field")).to_have_value("Ein langer Anfang")


def test_the_keyboard_alone_takes_it_on_and_answers(house: House, maria: DeskPage) -> None:
    anna = Writer(house, "moos-606")
    anna.writes("Tastatur", TEXT)
    page = maria.page
    page.get_by_role("tab", name=re.compile("Livechat")).focus()
    page.keyboard.press("ArrowRight")
    expect(maria.enquiry_row("Tastatur")).to_be_visible()
    expect(page.get_by_label("Suche auf diesem Gerät")).to_be_visible()
    rows = page.locator(".row--written").count()
    # The search, the filters, the list.
    for _ in range(3):
        page.keyboard.press("Tab")
    for _ in range(rows):
        if "Tastatur" in page.evaluate("() => document.activeElement.textContent"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#detail-title")).to_be_focused()
    page.get_by_role("button", name="Anfrage übernehmen").press("Enter")
    maria.has_taken()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#message-field")).to_be_focused()
    page.keyboard.type("Guten Tag.")
    page.keyboard.press("Control+Enter")
    anna.has_read("Guten Tag.")


def test_what_the_browser_took_on_the_python_client_opens(house: House, maria: DeskPage) -> None:
    anna = Writer(house, "regen-607")
    anna.writes("Beide", TEXT)
    maria.opens_enquiry("Beide")
    maria.takes()
    maria.has_taken()
    staff = house.server.run(lambda: house.cast.signs_in("maria"))
    notes = [chat_note(one) for one in staff.keyring.entries if one.state is not EntryState.GONE]
    assert anna.enquiry is not None
    tickets = [one.ticket16 for one in notes if isinstance(one, CaseNote)]
    assert anna.enquiry.note.ticket16 in tickets
