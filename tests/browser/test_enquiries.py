"""Written enquiries in real browsers: from the first words to the purge."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, expect

from crypto.envelope import Kind
from crypto.wire.enquiries import EnquiryState
from tests.browser.conftest import Windows
from tests.browser.people import House, SeekerPage
from tests.browser.scenes import KEPT, NOTHING
from tests.browser.writing import SUBJECT, TEXT, Answerer, WriterPage

HOUR_MS = 3_600_000


@pytest.fixture
def anna(house: House, windows: Windows) -> WriterPage:
    """Somebody on a phone."""
    return WriterPage(house, windows.phone().page)


@pytest.fixture
def maria(house: House) -> Answerer:
    """Signed in anew each time: the clock may have moved by days."""
    return Answerer(house)


def test_from_the_first_words_to_the_purge(
    house: House, windows: Windows, anna: WriterPage, maria: Answerer
) -> None:
    anna.creates("kiesel-500", "wolken ziehen langsam über das meer")
    anna.begins()
    # Said before anything is sent.
    expect(anna.page.get_by_text("Lesen kann es das Team")).to_contain_text("Maria")
    expect(anna.page.get_by_text(re.compile(r"antwortet Ihnen bis \w+, \d+\."))).to_be_visible()
    anna.types()
    anna.sends()
    expect(anna.heading(SUBJECT)).to_be_focused()
    expect(anna.heading("So geht es weiter")).to_be_visible()
    anna.stands("offen")
    expect(anna.who_reads()).to_contain_text("Sie und das Team")
    assert maria.reads_the_first() == ("kiesel-500", SUBJECT, [TEXT])

    case = maria.takes()
    expect(anna.page.get_by_text("Maria B. hat Ihr Anliegen übernommen.")).to_be_visible()
    anna.stands("in Bearbeitung")
    expect(anna.who_reads()).to_contain_text("Nur Sie und Maria B. können mitlesen.")
    maria.says(case, "Wie lange schon?")
    anna.reads_letters(TEXT, "Wie lange schon?")
    anna.stands("beantwortet")
    anna.answers("Seit Juni.")
    maria.has_read(case, "Seit Juni.")
    maria.row_is(case, EnquiryState.WAITING)
    maria.marks_done(case)
    anna.stands("abgeschlossen")
    anna.answers("Noch etwas.")
    anna.stands("in Bearbeitung")
    maria.row_is(case, EnquiryState.WAITING)

    # Everything is there on another device.
    anna.goes_home()
    tablet = WriterPage(house, windows.desk().page)
    tablet.signs_in(anna.name, anna.phrase)
    expect(tablet.row()).to_contain_text("Maria B.")
    expect(tablet.row()).to_contain_text("in Bearbeitung")
    tablet.opens()
    tablet.reads_letters(TEXT, "Wie lange schon?", "Seit Juni.", "Noch etwas.")
    tablet.closes()
    maria.row_is(case, EnquiryState.GONE)
    expect(anna.row()).to_contain_text("geschlossen")
    anna.opens()
    expect(anna.page.get_by_role("textbox")).to_have_count(0)
    house.server.elapse(49 * HOUR_MS)
    # A sign-in lasts 12 hours; whoever signs in again is back in the same place.
    expect(anna.heading("Bitte melden Sie sich noch einmal an.")).to_be_visible()
    anna.types_name_and_phrase(anna.name, anna.phrase)
    expect(anna.heading("Dieses Anliegen ist gelöscht")).to_be_visible()
    anna.goes_home()
    expect(anna.page.get_by_text("Noch keine Gespräche.")).to_be_visible()


def test_a_draft_lives_through_the_lock_and_on_another_device(
    house: House, windows: Windows, anna: WriterPage
) -> None:
    anna.has_an_access("kiesel-501")
    anna.begins()
    anna.types("Guten Tag, ich", "Noch offen")
    anna.presses("Entwurf behalten")
    expect(anna.page.get_by_text("Ihr Entwurf ist gespeichert.")).to_be_visible()
    tablet = WriterPage(house, windows.desk().page)
    tablet.signs_in(anna.name, anna.phrase)
    expect(tablet.row("Noch offen")).to_contain_text("Entwurf")
    tablet.row("Noch offen").click()
    expect(tablet.page.get_by_label("Ihre Nachricht")).to_have_value("Guten Tag, ich")
    tablet.presses("Verwerfen")
    tablet.page.get_by_role("dialog").get_by_role("button", name="Verwerfen").click()
    tablet.is_home()
    expect(tablet.page.get_by_text("Noch keine Gespräche.")).to_be_visible()


def test_addressed_to_one(house: House, anna: WriterPage, maria: Answerer) -> None:
    anna.has_an_access("kiesel-502")
    anna.begins()
    anna.chooses("Maria B.")
    expect(anna.page.get_by_text("Nur Maria B. kann es lesen, außer")).to_be_visible()
    anna.types(subject="Nur für Maria")
    anna.sends()
    expect(anna.who_reads()).to_contain_text("Nur Sie und Maria B. können mitlesen.")
    case = maria.takes()
    maria.says(case, "Danke für Ihr Vertrauen.")
    anna.reads_letters(TEXT, "Danke für Ihr Vertrauen.")
    anna.stands("beantwortet")
    maria.closes(case)
    expect(anna.page.get_by_text("Maria B. hat dieses Anliegen geschlossen.")).to_be_visible()


def test_a_file_goes_along_and_comes_back(house: House, anna: WriterPage, maria: Answerer) -> None:
    anna.has_an_access("kiesel-503")
    anna.begins()
    anna.types(subject="Mit Datei")
    chosen = FilePayload(name="Brief.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7\n%%EOF\n")
    anna.page.locator("input[type=file]").set_input_files(files=[chosen])
    anna.page.get_by_role("dialog").get_by_role("button", name="Anhängen").click()
    expect(anna.page.get_by_role("list", name="Dateien")).to_contain_text("Brief.pdf")
    anna.sends()
    expect(anna.page.get_by_role("log")).to_contain_text("Brief.pdf")
    said = [one.kind for one in maria.takes().box.said]
    assert said == [Kind.COMMIT, Kind.INTRODUCTION, Kind.ENQUIRY, Kind.FILE, Kind.COMMIT]


def test_without_a_line_nothing_is_lost_and_it_arrives_by_itself(
    house: House, windows: Windows, maria: Answerer
) -> None:
    anna = WriterPage(house, windows.phone(is_new=True).page)
    anna.has_an_access("kiesel-504")
    anna.begins()
    anna.types(subject="Ohne Netz")
    anna.page.context.set_offline(True)
    house.server.restart()
    anna.presses("Senden")
    expect(anna.page.get_by_text("Ihre Nachricht ist noch nicht bei uns.")).to_be_visible()
    expect(anna.page.get_by_label("Ihre Nachricht")).to_have_value(TEXT)
    anna.page.context.set_offline(False)
    expect(anna.heading("Ohne Netz")).to_be_visible()
    anna.stands("offen")


def test_from_the_waiting_room_into_writing(
    house: House, anna: WriterPage, maria: Answerer
) -> None:
    maria.opens_the_portal()
    seeker = SeekerPage(house, anna.page)
    seeker.comes_to_the_portal()
    anna.page.get_by_text("Familie", exact=True).click()
    anna.page.get_by_label("Möchten Sie schon etwas aufschreiben?").fill(TEXT)
    seeker.confirms_the_privacy_notice()
    seeker.is_waiting()
    assert len(house.queue()) == 1
    anna.would_rather_write()
    # Whoever turns back finds the place as it was.
    anna.presses("Abbrechen")
    seeker.is_waiting()
    expect(anna.page.locator("#wait-draft")).to_have_value(TEXT)
    anna.would_rather_write()
    anna.takes_the_steps()
    anna.finds_written(f"Thema: Familie\n\n{TEXT}")
    assert house.queue() == {}
    assert anna.page.evaluate(KEPT) == NOTHING
    anna.sends()
    anna.reads_letters(f"Thema: Familie\n\n{TEXT}")


def test_from_the_waiting_room_of_an_access_into_writing(
    house: House, anna: WriterPage, maria: Answerer
) -> None:
    maria.opens_the_portal()
    anna.has_an_access("kiesel-505")
    anna.asks_for_a_chat()
    anna.page.get_by_text("Schon etwas aufschreiben", exact=True).click()
    anna.page.locator("#wait-draft").fill(TEXT)
    anna.presses("Lieber schreiben")
    anna.finds_written(TEXT)
    assert house.queue() == {}
    anna.presses("Entwurf behalten")
    expect(anna.row("Ohne Betreff")).to_contain_text("Entwurf")
    expect(anna.page.get_by_text("Sie stehen in der Reihe")).to_have_count(0)
