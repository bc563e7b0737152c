"""Who has no place, in real browsers: said before it is sent, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from crypto.wire.capacity import UNLIMITED, CapacitySet, PortalRulesSet
from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage
from tests.browser.people import House
from tests.browser.writing import TEXT, Answerer, WriterPage
from tests.helpers.server import PORTAL16


def wants(who: Answerer, places: int) -> None:
    """How many enquiries somebody takes at a time."""
    change = CapacitySet(subject16=b"", places=places, is_regulars_only=0)
    who.house.server.run(lambda: who.staff.relay.request(change))


@pytest.fixture
def anna(house: House, windows: Windows) -> WriterPage:
    """Somebody on a phone."""
    return WriterPage(house, windows.phone().page)


@pytest.fixture
def maria(house: House) -> Iterator[Answerer]:
    """Afterwards she takes as many as come."""
    found = Answerer(house)
    yield found
    wants(found, UNLIMITED)


@pytest.fixture
def jonas(house: House) -> Answerer:
    """Steps in where somebody has no place."""
    found = Answerer(house, "jonas")

    async def steps_in() -> None:
        admin = await house.cast.signs_in("verwaltung")
        rules = PortalRulesSet(portal16=PORTAL16, fallback=found.subject16, is_automatic=0)
        await admin.relay.request(rules)

    house.server.run(steps_in)
    return found


def test_who_is_full_is_shown_as_such_and_somebody_else_gets_it(
    anna: WriterPage, maria: Answerer, jonas: Answerer
) -> None:
    wants(maria, 0)
    anna.has_an_access("kiesel-700")
    anna.begins()
    anna.types(subject="Für Maria")
    anna.chooses("Maria B.")
    full = anna.page.locator(".recipient", has_text="Maria B.")
    expect(full).to_contain_text("Nimmt gerade keine neuen Anliegen an.")
    before = anna.page.get_by_role("region", name="Gut zu wissen, bevor Sie senden")
    expect(before).to_contain_text("Stattdessen bekommt Jonas K. Ihr Anliegen.")
    expect(before).to_contain_text("Nur Jonas K. kann es lesen, außer")
    anna.sends()
    expect(anna.who_reads()).to_contain_text("Nur Sie und Jonas K. können mitlesen.")
    jonas.says(jonas.takes(), "Guten Tag, hier ist Jonas.")
    anna.reads_letters(TEXT, "Guten Tag, hier ist Jonas.")
    assert maria.open_requests() == 0


def test_the_last_place_goes_between_choosing_and_sending(
    anna: WriterPage, maria: Answerer, jonas: Answerer
) -> None:
    anna.has_an_access("kiesel-701")
    anna.begins()
    anna.types(subject="Eben noch frei")
    anna.chooses("Maria B.")
    expect(anna.page.get_by_text("Nur Maria B. kann es lesen, außer")).to_be_visible()
    wants(maria, 0)
    anna.presses("Senden")
    expect(anna.page.get_by_text("nimmt gerade keine neuen Anliegen mehr an")).to_be_visible()
    expect(anna.page.get_by_label("Ihre Nachricht")).to_have_value(TEXT)
    expect(anna.page.get_by_text("Nur Jonas K. kann es lesen, außer")).to_be_visible()
    assert (maria.open_requests(), jonas.open_requests()) == (0, 0)
    anna.presses("Noch einmal senden")
    expect(anna.heading("Eben noch frei")).to_be_visible()
    expect(anna.who_reads()).to_contain_text("Nur Sie und Jonas K. können mitlesen.")
    jonas.takes()


def test_a_counsellor_with_one_place_takes_the_next_when_the_first_is_done(
    house: House, windows: Windows, anna: WriterPage, maria: Answerer
) -> None:
    anna.has_an_access("kiesel-702")
    for subject in ("Das erste", "Das zweite"):
        anna.sends_an_enquiry(subject=subject)
        anna.goes_home()
    desk = DeskPage(house, windows.desk().page)
    desk.signs_in("maria")
    desk.page.get_by_role("button", name="Mein Profil").click()
    card = desk.page.get_by_role("region", name="Neue Anfragen")
    card.get_by_role("radio", name="Höchstens eine bestimmte Zahl").check()
    card.get_by_label("So viele zugleich").fill("1")
    card.get_by_role("button", name="Zahl speichern").click()
    expect(card.get_by_role("status")).to_contain_text("Gespeichert.")
    desk.opens_enquiry("Das erste")
    desk.takes()
    desk.has_taken()
    desk.opens_enquiry("Das zweite")
    desk.takes()
    expect(desk.page.get_by_text("so viele Anfragen, wie Sie möchten")).to_be_visible()
    desk.opens_case("Das erste")
    desk.page.get_by_role("button", name="Abschließen").click()
    desk.stands("abgeschlossen")
    desk.opens_enquiry("Das zweite")
    desk.takes()
    desk.has_taken()


def test_a_regular_client_gets_through_where_a_stranger_does_not(
    house: House, windows: Windows, anna: WriterPage, maria: Answerer, jonas: Answerer
) -> None:
    anna.has_an_access("kiesel-703")
    anna.sends_an_enquiry(subject="Zum ersten Mal")
    case = maria.takes()
    house.server.run(case.make_regular)
    wants(maria, 0)
    anna.goes_home()
    anna.begins()
    anna.types(subject="Wieder an Maria")
    anna.chooses("Maria B.")
    first = anna.page.locator(".recipients .recipient").first
    expect(first).to_contain_text("Maria B.")
    expect(first).to_contain_text("Ihre feste Ansprechperson.")
    expect(anna.page.get_by_text("Nur Maria B. kann es lesen, außer")).to_be_visible()
    anna.sends()
    expect(anna.who_reads()).to_contain_text("Nur Sie und Maria B. können mitlesen.")

    stranger = WriterPage(house, windows.phone().page)
    stranger.has_an_access("kiesel-704")
    stranger.begins()
    stranger.types(subject="Fremd")
    stranger.chooses("Maria B.")
    expect(stranger.page.get_by_text("Nur Jonas K. kann es lesen, außer")).to_be_visible()

    # Ended, it is as with everybody.
    anna.goes_home()
    anna.begins()
    anna.page.get_by_text("Lieber an eine bestimmte Person").click()
    anna.presses("Keine feste Ansprechperson mehr")
    known = anna.page.locator(".recipient", has_text="Maria B.")
    expect(known).to_contain_text("Mit dieser Person haben Sie schon geschrieben.")
    expect(known).to_contain_text("Nimmt gerade keine neuen Anliegen an.")
