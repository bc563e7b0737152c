"""Handing a written enquiry over, in three real browsers: who wrote it, who gives it away, who goes
on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage
from tests.browser.lines import Traffic
from tests.browser.people import House
from tests.browser.writing import TEXT, WriterPage

HOUR_MS = 3_600_000
PHRASE = "wolken ziehen langsam über das meer"


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


def written(house: House, windows: Windows, maria: DeskPage, name: str, subject: str) -> WriterPage:
    """Somebody has written, and Maria has taken it on and answered."""
    anna = WriterPage(house, windows.phone().page)
    anna.has_an_access(name, PHRASE)
    anna.sends_an_enquiry(subject=subject)
    maria.opens_enquiry(subject)
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    maria.writes_back("Wie lange schon?")
    anna.reads_letters(TEXT, "Wie lange schon?")
    return anna


def test_with_what_came_before_from_one_to_the_other(
    house: House, windows: Windows, maria: DeskPage, jonas: DeskPage
) -> None:
    anna = written(house, windows, maria, "kiesel-801", "Mit Verlauf")
    traffic = Traffic(anna.page)
    maria.asks_to_hand_over("Jonas K.")
    assert faults(maria.page) == []
    question = anna.question()
    expect(question).to_contain_text("Maria B. möchte Ihr Anliegen weitergeben")
    expect(question).to_contain_text("Jonas K. kann dann alles lesen")
    expect(question).to_contain_text("liest Maria B. nicht mehr mit")
    question.get_by_text("Schlüssel prüfen").click()
    expect(question.locator(".words__word")).to_have_count(8)
    assert faults(anna.page) == []
    # Nobody is kept from writing meanwhile, and the question is there after a new sign-in.
    anna.answers("Ich überlege es mir.")
    maria.reads("Ich überlege es mir.")
    anna.comes()
    anna.signs_in("kiesel-801", PHRASE)
    anna.opens("Mit Verlauf")
    anna.agrees("Jonas K.")

    expect(maria.handing()).to_contain_text("Wird an Jonas K. übergeben")
    expect(anna.page.get_by_text("Jonas K. liest jetzt mit.")).to_be_visible()
    expect(anna.who_reads()).to_contain_text("Maria B. und Jonas K.")
    maria.page.locator("#message-field").fill("Das schaffe ich nicht mehr")
    detail = jonas.opens_handed("Maria B.")
    for words in ("Mit Verlauf", TEXT, "Wie lange schon?", "Ich überlege es mir."):
        expect(detail).to_contain_text(words)
    assert faults(jonas.page) == []
    # The list is read anew, and it goes on where it was.
    jonas.page.reload()
    jonas.signs_in("jonas")
    jonas.opens_handed("Maria B.")
    jonas.takes_over()
    jonas.answers_now()
    jonas.writes_back("Guten Tag, ich bin Jonas.")

    anna.reads_letters(
        TEXT, "Wie lange schon?", "Ich überlege es mir.", "Guten Tag, ich bin Jonas."
    )
    expect(anna.page.get_by_text("Maria B. liest nicht mehr mit.")).to_be_visible()
    expect(anna.who_reads()).to_contain_text("Nur Sie und Jonas K. können mitlesen.")
    maria.has_handed_over("Jonas K.")
    expect(maria.page.locator(".unsent")).to_have_text("Das schaffe ich nicht mehr")
    assert faults(maria.page) == []
    anna.answers("Nur für Jonas.")
    jonas.reads("Nur für Jonas.")
    assert "Nur für Jonas." not in maria.page.content()
    maria.page.get_by_role("button", name="Aus der Liste nehmen").click()
    expect(maria.case("Mit Verlauf")).to_have_count(0)

    jonas.page.get_by_role("button", name="Abschließen").click()
    jonas.stands("abgeschlossen")
    anna.answers("Noch etwas.")
    jonas.stands("in Bearbeitung")
    again = DeskPage(house, windows.desk().page)
    again.signs_in("jonas")
    again.opens_case("Mit Verlauf")
    for words in (TEXT, "Wie lange schon?", "Nur für Jonas.", "Noch etwas."):
        again.reads(words)
    again.closes()
    # Her keyring knows of the end before her sign-in is over.
    traffic.until_sent("enquiry_withdraw", "page_save")
    expect(anna.page.get_by_text("Jonas K. hat dieses Anliegen geschlossen.")).to_be_visible()

    # 48 hours later nothing of it is left, with anybody. A sign-in lasts 12 hours.
    assert house.rows_left() > 0
    house.server.elapse(49 * HOUR_MS)
    expect(anna.heading("Bitte melden Sie sich noch einmal an.")).to_be_visible()
    anna.types_name_and_phrase("kiesel-801", PHRASE)
    expect(anna.heading("Dieses Anliegen ist gelöscht")).to_be_visible()
    for desk in (maria, jonas):
        desk.signs_in("jonas" if desk is jonas else "maria")
        for shelf in ("Aktuell", "Erledigt"):
            desk.opens_messages(shelf)
            expect(desk.case("Mit Verlauf")).to_have_count(0)
    assert house.rows_left() == 0


def test_without_what_came_before(
    house: House, windows: Windows, maria: DeskPage, jonas: DeskPage
) -> None:
    anna = written(house, windows, maria, "farn-802", "Ohne Verlauf")
    maria.asks_to_hand_over("Jonas K.", with_history=False)
    expect(anna.question()).to_contain_text("nur lesen, was ab der Übergabe geschrieben wird")
    anna.agrees("Jonas K.")
    detail = jonas.opens_handed("Maria B.")
    expect(detail).to_contain_text("Ohne bisherigen Verlauf")
    assert TEXT not in jonas.page.content()
    anna.answers("Hallo, ich bin noch da.")
    expect(detail).to_contain_text("Hallo, ich bin noch da.")
    assert faults(jonas.page) == []
    jonas.takes_over()
    jonas.answers_now()
    jonas.writes_back("Guten Tag, ich bin Jonas.")
    anna.reads_letters(
        TEXT, "Wie lange schon?", "Hallo, ich bin noch da.", "Guten Tag, ich bin Jonas."
    )
    again = DeskPage(house, windows.desk().page)
    again.signs_in("jonas")
    again.opens_messages()
    again.case("Ohne bisherigen Verlauf").first.click()
    again.reads("Hallo, ich bin noch da.")
    again.reads("Guten Tag, ich bin Jonas.")
    assert TEXT not in again.page.content()
    again.closes()


def test_refused_nothing_changes_and_sent_back_it_stays(
    house: House, windows: Windows, maria: DeskPage, jonas: DeskPage
) -> None:
    anna = written(house, windows, maria, "nebel-803", "Lieber nicht")
    maria.asks_to_hand_over("Jonas K.")
    anna.declines()
    expect(maria.handing()).to_have_count(0)
    maria.reads("Nebel-803 möchte keine Übergabe.")
    jonas.opens_written()
    expect(jonas.handed_row("Maria B.")).to_have_count(0)

    maria.asks_to_hand_over("Jonas K.")
    maria.takes_back()
    expect(anna.question()).to_contain_text("Maria B. hat die Frage zurückgezogen.")

    maria.asks_to_hand_over("Jonas K.")
    anna.agrees("Jonas K.")
    jonas.opens_handed("Maria B.")
    jonas.sends_back()
    expect(maria.handing()).to_have_count(0)
    maria.reads("Jonas K. übernimmt nicht")
    expect(anna.question()).to_contain_text("Maria B. bleibt für Sie da.")
    expect(anna.who_reads()).to_contain_text("Nur Sie und Maria B. können mitlesen.")
    maria.writes_back("Dann machen wir beide weiter.")
    anna.reads_letters(TEXT, "Wie lange schon?", "Dann machen wir beide weiter.")


def test_agreed_while_nobody_is_there_it_is_done_at_the_next_sign_in(
    house: House, windows: Windows, maria: DeskPage, jonas: DeskPage
) -> None:
    anna = written(house, windows, maria, "moos-804", "Später")
    maria.asks_to_hand_over("Jonas K.")
    maria.page.get_by_role("button", name="Abmelden").click()
    expect(maria.page.get_by_role("heading", name="Anmelden")).to_be_visible()
    anna.agrees("Jonas K.")
    maria.signs_in("maria")
    detail = jonas.opens_handed("Maria B.")
    expect(detail).to_contain_text(TEXT)
    # Taken back in time, the colleague is out again.
    maria.opens_case("Später")
    maria.takes_back()
    expect(detail).to_contain_text("bleibt bei Maria B.")
    expect(anna.who_reads()).to_contain_text("Nur Sie und Maria B. können mitlesen.")
    maria.closes()
