"""Team keys in Chromium: a newcomer is admitted, a member leaves, an admin begins a team anew."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import Windows
from tests.browser.desk import Writer
from tests.browser.lines import Line
from tests.browser.newcomer import PHRASE as OWN_PHRASE
from tests.browser.newcomer import NewcomerPage
from tests.browser.people import House
from tests.browser.teamdesk import TeamOffice, TeamPage

TEXT = "Seit dem Sommer schlafe ich schlecht."
# Who came by a link, by the name of their sign-in; the tests of this file go on from one another.
SUBJECTS: dict[str, bytes] = {}


@pytest.fixture
def office(house: House) -> TeamOffice:
    return TeamOffice(house)


@pytest.fixture
def maria(house: House, windows: Windows) -> TeamPage:
    found = TeamPage(house, windows.desk().page)
    found.signs_in("maria")
    return found


def enrols(office: TeamOffice, newcomer: NewcomerPage, sign_in: str, name: str) -> str:
    """From the link to the wait for the team; returns the words that the newcomer reads out."""
    link = office.invites()
    newcomer.enrols(link, sign_in)
    SUBJECTS[sign_in] = office.approves(link)
    newcomer.is_confirmed()
    newcomer.types_into_the_sign_in(sign_in)
    expect(newcomer.heading("Jetzt fehlt noch Ihr Team")).to_be_focused()
    newcomer.page.get_by_label("So sehen Sie Team und Ratsuchende").fill(name)
    newcomer.presses("Namen speichern")
    expect(newcomer.page.get_by_text(name, exact=True)).to_be_visible()
    return newcomer.key_words


def test_a_newcomer_is_admitted_after_the_words_and_takes_an_open_request(
    house: House, windows: Windows, office: TeamOffice, maria: TeamPage
) -> None:
    writer = Writer(house, "kiesel-801")
    writer.writes("Schlaf", TEXT)
    newcomer = NewcomerPage(house, windows.desk().page)
    words = enrols(office, newcomer, "anna.b", "Anna B.")
    assert faults(newcomer.page) == []
    expect(maria.rail).to_contain_text("1")
    maria.opens_team()
    card = maria.is_asked_about("Anna B.")
    assert maria.words_on(card) == words
    assert faults(maria.page) == []
    card.get_by_role("button", name="Wörter stimmen überein: aufnehmen").click()
    expect(maria.page.get_by_text("Anna B. gehört jetzt zum Team.")).to_be_visible()
    maria.has_members("Maria B. (Sie)", "Anna B.", "Jonas K.")
    # Her own page goes on by itself.
    anna = TeamPage(house, newcomer.page)
    expect(newcomer.heading("Erstanfragen")).to_be_visible()
    anna.opens_enquiry("Schlaf")
    expect(anna.page.locator(".workspace__detail")).to_contain_text(TEXT)
    anna.takes()
    anna.has_taken()
    anna.answers_now()
    anna.writes_back("Guten Tag, ich bin Anna.")
    writer.has_read("Guten Tag, ich bin Anna.")
    # And everything is there again at the next sign-in.
    newcomer.page.goto(f"{house.url}/team")
    newcomer.types_into_the_sign_in("anna.b", OWN_PHRASE)
    anna.opens_case("Schlaf")
    anna.reads("Guten Tag, ich bin Anna.")


def test_put_off_and_admitted_later(
    house: House, windows: Windows, office: TeamOffice, maria: TeamPage
) -> None:
    newcomer = NewcomerPage(house, windows.desk().page)
    enrols(office, newcomer, "bela.c", "Bela C.")
    maria.opens_team()
    maria.is_asked_about("Bela C.").get_by_role("button", name="Später").click()
    expect(maria.page.get_by_role("heading", name=re.compile("^Bela C. möchte"))).to_have_count(0)
    maria.page.get_by_text("Weitere Personen, die bestätigt sind").click()
    maria.page.get_by_role("button", name="Aufnehmen … Bela C.").click()
    card = maria.is_asked_about("Bela C.")
    card.get_by_role("button", name="Wörter stimmen überein: aufnehmen").click()
    expect(newcomer.heading("Erstanfragen")).to_be_visible()


def test_a_member_is_revoked_and_reads_nothing_that_comes_after(
    house: House, windows: Windows, office: TeamOffice, maria: TeamPage
) -> None:
    bela = TeamPage(house, windows.desk().page)
    bela.page.goto(f"{house.url}/team")
    NewcomerPage(house, bela.page).types_into_the_sign_in("bela.c", OWN_PHRASE)
    writers = [Writer(house, f"farn-81{n}") for n in range(3)]
    for n, writer in enumerate(writers):
        writer.writes(f"Anliegen {n}", TEXT)
    bela.opens_enquiry("Anliegen 1")
    expect(bela.page.locator(".workspace__detail")).to_contain_text(TEXT)
    maria.opens_written()
    expect(maria.enquiry_row("Anliegen 2")).to_be_visible()
    maria.opens_team()
    maria.watches()
    office.revokes(SUBJECTS["bela.c"])
    maria.has_sealed(3)
    assert maria.told() == ["0", "1", "2", "3"]
    assert faults(maria.page) == []
    maria.has_members("Maria B. (Sie)", "Anna B.", "Jonas K.")
    # What comes now is not for him: on the page that is still open, and with a new sign-in.
    secret = "Das ist nur für die, die da sind."
    writers[1].says(secret)
    maria.opens_enquiry("Anliegen 1")
    expect(maria.page.locator(".workspace__detail")).to_contain_text(secret)
    expect(bela.page.get_by_role("heading", name="Ihr Zugang wurde gesperrt")).to_be_visible()
    assert secret not in bela.page.content()
    bela.page.goto(f"{house.url}/team")
    NewcomerPage(house, bela.page).types_into_the_sign_in("bela.c", OWN_PHRASE)
    expect(bela.page.get_by_role("alert")).to_contain_text("dieser Zugang wurde gesperrt")
    assert secret not in bela.page.content()
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    maria.reads(secret)
    maria.writes_back("Ich bin da.")
    writers[1].has_read("Ich bin da.")


def test_taken_out_by_a_colleague_with_the_name_typed(
    house: House, windows: Windows, maria: TeamPage
) -> None:
    jonas = TeamPage(house, windows.desk().page)
    jonas.signs_in("jonas")
    jonas.opens_enquiry("Anliegen 2")
    expect(jonas.page.locator(".workspace__detail")).to_contain_text(TEXT)
    maria.opens_team()
    maria.page.get_by_role("button", name="Aus dem Team nehmen … Jonas K.").click()
    dialog = maria.page.get_by_role("dialog")
    expect(dialog.get_by_label("Tippen Sie zur Sicherheit den Namen ein: Jonas K.")).to_be_focused()
    assert faults(maria.page) == []
    maria.page.keyboard.type("Jonas")
    maria.page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("noch nicht richtig geschrieben")
    dialog.get_by_role("textbox").fill("jonas k.")
    maria.page.keyboard.press("Enter")
    expect(maria.page.get_by_text("Jonas K. gehört nicht mehr zum Team.")).to_be_visible()
    maria.has_sealed(2)
    # He is still certified: what he took on stays, the list does not.
    expect(jonas.enquiry_row("Anliegen 2")).to_have_count(0)
    assert TEXT not in jonas.page.content()
    jonas.opens_team()
    expect(jonas.page.get_by_text("Sie gehören gerade zu keinem Team.")).to_be_visible()
    assert faults(jonas.page) == []


def test_sealing_goes_on_after_a_reload(house: House, windows: Windows, office: TeamOffice) -> None:
    page = windows.desk().page
    line = Line(page)
    maria = TeamPage(house, page)
    maria.signs_in("maria")
    maria.opens_written()
    expect(maria.enquiry_row("Anliegen 2")).to_be_visible()
    line.lose_answer("commit", for_good=True)
    office.revokes(SUBJECTS["anna.b"])
    maria.opens_team()
    expect(page.get_by_text(re.compile("^Keine Verbindung")).first).to_be_visible()
    page.reload()
    line.mend()
    maria.signs_in("maria")
    maria.opens_enquiry("Anliegen 0")
    expect(page.locator(".workspace__detail")).to_contain_text(TEXT)
    maria.opens_enquiry("Anliegen 2")
    expect(page.locator(".workspace__detail")).to_contain_text(TEXT)
    maria.opens_team()
    expect(page.get_by_text("Nicht neu verschlossen")).to_have_count(0)
    maria.has_members("Maria B. (Sie)")


def test_a_team_that_an_admin_begins_anew_is_an_alarm(
    house: House, windows: Windows, office: TeamOffice
) -> None:
    maria = TeamPage(house, windows.desk().page)
    maria.signs_in("maria")
    office.begins_anew()
    bar = maria.page.get_by_text(re.compile("wurde von der Verwaltung neu begonnen"))
    expect(bar).to_be_visible()
    maria.page.get_by_role("button", name="Ansehen").click()
    title = maria.page.get_by_role("heading", name=re.compile("wurde neu begonnen"))
    expect(title).to_be_visible()
    assert faults(maria.page) == []
    maria.page.get_by_role("button", name="Ich habe nachgefragt, es stimmt").click()
    expect(title).to_have_count(0)
    expect(bar).to_have_count(0)
    # For good, on every device.
    other = TeamPage(house, windows.desk().page)
    other.signs_in("maria")
    other.opens_team()
    expect(other.page.get_by_text("Wer zum Team gehört")).to_be_visible()
    expect(other.page.get_by_text(re.compile("neu begonnen"))).to_have_count(0)
