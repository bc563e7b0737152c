"""A lost passphrase in Chromium: the old page, the new invitation, the team, and who comes back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import Windows
from tests.browser.desk import Writer
from tests.browser.newcomer import NewcomerPage
from tests.browser.people import House
from tests.browser.teamdesk import TeamOffice, TeamPage

TEXT = "Seit dem Sommer schlafe ich schlecht."
OTHER = "abends zieht ein boot über den see"
DRAFT = "Guten Tag, ich habe Ihre Zeilen gelesen und"
NOTE = "Möchte abends schreiben."


@pytest.fixture
def office(house: House) -> TeamOffice:
    return TeamOffice(house)


def test_who_lost_the_passphrase_is_back_after_one_comparing_of_words(
    house: House, windows: Windows, office: TeamOffice
) -> None:
    first = NewcomerPage(house, windows.desk().page)
    link = office.invites()
    first.enrols(link, "anna.b")
    before = office.approves(link)
    office.admits(before)
    first.is_confirmed()
    first.types_into_the_sign_in("anna.b")
    anna = TeamPage(house, first.page)
    expect(first.heading("Erstanfragen")).to_be_visible()
    anna.opens_team()
    first.page.get_by_label("So sehen Sie Team und Ratsuchende").fill("Anna B.")
    first.presses("Namen speichern")
    writers = [Writer(house, f"moos-90{n}") for n in range(2)]
    for n, writer in enumerate(writers):
        writer.writes(f"Anliegen {n}", TEXT)
    anna.opens_enquiry("Anliegen 0")
    anna.takes()
    anna.has_taken()
    anna.answers_now()
    first.page.locator("#message-field").fill(DRAFT)
    notes = anna.opens_particulars()
    notes.get_by_role("button", name="Bearbeiten").click()
    notes.get_by_label("Notizen").fill(NOTE)
    notes.press("Escape")

    maria = TeamPage(house, windows.desk().page)
    maria.signs_in("maria")
    maria.opens_written()
    expect(maria.enquiry_row("Anliegen 1")).to_be_visible()
    maria.opens_team()
    again = office.invites_again(before)

    # The page that is still open says what has happened, and keeps what was typed.
    expect(first.heading("Ihr Zugang wurde gesperrt")).to_be_focused()
    expect(first.page.locator(".kept__text")).to_have_text([DRAFT, NOTE])
    assert TEXT not in first.page.content()
    assert faults(first.page) == []
    first.presses("Zur Anmeldung")
    first.types_into_the_sign_in("anna.b")
    expect(first.page.get_by_role("alert")).to_contain_text("Ihre Passphrase stimmt")
    expect(first.page.get_by_role("alert")).to_contain_text("dieser Zugang wurde gesperrt")

    # The team's key is another one before anybody is asked anything.
    maria.has_sealed(1)
    maria.has_members("Maria B. (Sie)", "Jonas K.")

    back = NewcomerPage(house, windows.desk().page)
    back.opens(again)
    expect(back.heading("Ihre neue Einladung")).to_be_visible()
    expect(back.heading("Was verloren ist")).to_be_visible()
    expect(back.page.get_by_text("Ihr alter Schlüssel ist noch nicht gesperrt")).to_have_count(0)
    assert faults(back.page) == []
    back.compares()
    back.takes_the_steps("anna.b", OTHER)
    expect(back.page.get_by_text("Diesen Namen gibt es schon")).to_be_visible()
    back.page.get_by_label("Anmeldename").fill("anna.neu")
    back.presses("Weiter")
    back.presses("Zugang anlegen")
    back.is_waiting()
    words = back.key_words
    office.approves(again)
    back.is_confirmed()
    expect(back.heading("Was verloren ist")).to_be_visible()
    back.types_into_the_sign_in("anna.neu", OTHER)
    expect(back.heading("Jetzt fehlt noch Ihr Team")).to_be_visible()

    card = maria.is_asked_about("Anna B.", "kommt mit neuem Schlüssel zurück")
    assert maria.words_on(card) == words
    assert faults(maria.page) == []
    card.get_by_role("button", name="Wörter stimmen überein: aufnehmen").click()
    expect(back.heading("Erstanfragen")).to_be_visible()
    anna = TeamPage(house, back.page)
    anna.opens_enquiry("Anliegen 1")
    expect(back.page.locator(".workspace__detail")).to_contain_text(TEXT)
    # What is her own is closed, and her name is there to be taken up again.
    anna.opens_messages()
    expect(anna.case("Anliegen 0")).to_have_count(0)
    anna.opens_team()
    expect(back.page.get_by_label("So sehen Sie Team und Ratsuchende")).to_have_value("Anna B.")
