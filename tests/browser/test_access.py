"""Registered seekers in real browsers: from the three steps to the end of an access."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from clientlib.box import Box
from tests.browser.access import NEXT_PHRASE, OWN_PHRASE, AccessPage
from tests.browser.conftest import Window, Windows
from tests.browser.people import CounsellorPage, House
from tests.browser.scenes import KEPT, NOTHING, comes, field, offer


@pytest.fixture
def anna(house: House, windows: Windows) -> AccessPage:
    """Somebody on a phone."""
    return AccessPage(house, windows.phone().page)


def chats(person: AccessPage, maria: CounsellorPage) -> None:
    """Up to a running chat."""
    person.asks_for_a_chat()
    maria.accepts(person.number)
    maria.answers()
    person.says_yes()
    expect(person.page.get_by_role("log")).to_be_visible()


def test_an_access_in_three_steps_opens_the_same_history_on_every_device(
    house: House, windows: Windows, anna: AccessPage, maria: CounsellorPage
) -> None:
    anna.page.goto(f"{house.url}/p/leben")
    anna.page.get_by_role("link", name="Anmelden").click()
    anna.presses("Zugang anlegen")
    anna.takes_the_steps()
    anna.is_home()
    expect(anna.page.get_by_text("Noch keine Gespräche.")).to_be_visible()
    anna.asks_for_a_chat()
    expect(anna.page.get_by_text("Ihr Name im Chat:")).to_contain_text(anna.name)
    maria.accepts(anna.number)
    maria.answers()
    anna.says_yes()
    # The counsellor sees the chosen name, and nobody has told it to the relay.
    expect(maria.page.get_by_role("heading", name=re.compile(anna.name))).to_be_visible()
    anna.writes("Es geht mir nicht gut.")
    maria.reads("Es geht mir nicht gut.")
    maria.writes("Ich bin da.")
    anna.reads("Ich bin da.")
    anna.ends_the_chat()
    maria.sees_the_end()
    anna.goes_home()

    tablet = AccessPage(house, windows.desk().page)
    tablet.signs_in(anna.name, anna.phrase)
    for device in (anna, tablet):
        device.page.get_by_role("button", name=re.compile("lesbar bis")).click()
        device.reads("Es geht mir nicht gut.")
        device.reads("Ich bin da.")
    tablet.goes_home()
    tablet.signs_out()
    assert tablet.page.evaluate(KEPT) == NOTHING


def test_three_devices_write_at_once_and_all_read_all(
    house: House, windows: Windows, anna: AccessPage, maria: CounsellorPage
) -> None:
    anna.has_an_access("Geräte-7")
    chats(anna, maria)
    anna.writes("vom Telefon")
    maria.reads("vom Telefon")

    tablet = AccessPage(house, windows.desk().page)
    tablet.signs_in("geräte-7", OWN_PHRASE)
    tablet.page.get_by_role("button", name=re.compile("Chat läuft")).click()
    tablet.reads("vom Telefon")

    async def joins() -> Box:
        account = await house.cast.seeker_signs_in("geräte-7", OWN_PHRASE)
        found = await house.cast.comes_back(account)
        (box,) = found.boxes
        return box

    box = house.server.run(joins)
    anna.writes("eins")
    tablet.writes("zwei")
    house.server.run(lambda: box.say("drei"))
    anna.writes("vier")
    tablet.writes("fünf")
    for device in (anna, tablet, maria):
        for text in ("vom Telefon", "eins", "zwei", "drei", "vier", "fünf"):
            device.reads(text)

    async def hears() -> list[str | None]:
        await box.wait_until(lambda: sum(one.text is not None for one in box.said) >= 6)
        await box.stop()
        return [one.text for one in box.said if one.text is not None]

    assert sorted(filter(None, house.server.run(hears))) == sorted(
        ["vom Telefon", "eins", "zwei", "drei", "vier", "fünf"]
    )
    maria.ends_the_chat()
    expect(tablet.page.get_by_role("heading", name=re.compile("beendet"))).to_be_visible()


def test_a_changed_passphrase_asks_the_other_device_again_at_the_same_place(
    house: House, windows: Windows, anna: AccessPage
) -> None:
    anna.has_an_access("Wechsel-1")
    tablet = AccessPage(house, windows.desk().page)
    tablet.signs_in("Wechsel-1", OWN_PHRASE)
    tablet.page.get_by_role("button", name="Zugang", exact=True).click()
    expect(tablet.heading("Ihr Zugang")).to_be_visible()

    anna.opens_settings("Passphrase ändern")
    anna.page.get_by_label("Ihre jetzige Passphrase").fill(OWN_PHRASE)
    anna.chooses_a_passphrase(NEXT_PHRASE)
    anna.presses("Passphrase ändern")
    expect(anna.page.get_by_text("Ihre neue Passphrase gilt ab sofort.")).to_be_visible()

    expect(tablet.page.get_by_text("Bitte melden Sie sich noch einmal an.").first).to_be_visible()
    tablet.types_name_and_phrase("Wechsel-1", OWN_PHRASE)
    expect(tablet.page.get_by_text("Name oder Passphrase stimmt nicht.")).to_be_visible()
    tablet.types_name_and_phrase("Wechsel-1", NEXT_PHRASE)
    expect(tablet.heading("Ihr Zugang")).to_be_visible()


def test_a_draft_survives_the_end_of_a_sign_in(
    house: House, windows: Windows, anna: AccessPage, maria: CounsellorPage
) -> None:
    """What the relay takes no more waits sealed on the page, and is back after the next sign-in."""
    anna.has_an_access("Entwurf-1")
    chats(anna, maria)
    field(anna.page).fill("Das wollte ich noch sagen")
    tablet = AccessPage(house, windows.desk().page)
    tablet.signs_in("Entwurf-1", OWN_PHRASE)
    tablet.opens_settings("Passphrase ändern")
    tablet.page.get_by_label("Ihre jetzige Passphrase").fill(OWN_PHRASE)
    tablet.chooses_a_passphrase(NEXT_PHRASE)
    tablet.presses("Passphrase ändern")
    expect(anna.page.get_by_text("Bitte melden Sie sich noch einmal an.").first).to_be_visible()
    expect(anna.page.get_by_text("Das wollte ich noch sagen")).to_have_count(0)
    anna.types_name_and_phrase("Entwurf-1", NEXT_PHRASE)
    expect(field(anna.page)).to_have_value("Das wollte ich noch sagen")
    anna.page.get_by_role("button", name="Senden").click()
    maria.reads("Das wollte ich noch sagen")
    maria.ends_the_chat()


def test_a_lost_passphrase_is_found_again_with_the_sheet(
    house: House, windows: Windows, anna: AccessPage
) -> None:
    anna.has_an_access("Verloren-1")
    first_sheet = anna.code
    anna.signs_out()
    anna.presses("Mit Zugangsblatt anmelden")
    wrong = first_sheet[:-1] + ("2" if first_sheet[-1] != "2" else "3")
    anna.types_the_code(wrong)
    anna.presses("Zugang öffnen")
    expect(anna.page.get_by_text("Da stimmt ein Zeichen nicht.")).to_be_visible()
    anna.types_the_code(first_sheet)
    anna.presses("Zugang öffnen")
    expect(anna.heading("Ihre neue Passphrase")).to_be_visible()
    expect(anna.page.get_by_text("Der Code stimmt, Verloren-1.")).to_be_visible()
    anna.chooses_a_passphrase(NEXT_PHRASE)
    anna.presses("Neue Passphrase speichern")
    anna.takes_the_sheet()
    anna.is_home()
    assert anna.code != first_sheet

    # Neither the old passphrase nor the old sheet opens anything.
    tablet = AccessPage(house, windows.desk().page)
    tablet.comes()
    tablet.types_name_and_phrase("Verloren-1", OWN_PHRASE)
    expect(tablet.page.get_by_text("Name oder Passphrase stimmt nicht.")).to_be_visible()
    tablet.presses("Mit Zugangsblatt anmelden")
    tablet.types_the_code(first_sheet)
    tablet.presses("Zugang öffnen")
    expect(tablet.page.get_by_text("Mit diesem Code gibt es keinen Zugang.")).to_be_visible()
    tablet.signs_in("Verloren-1", NEXT_PHRASE)


def test_a_taken_name_and_a_weak_passphrase_lose_nothing(
    house: House, windows: Windows, anna: AccessPage
) -> None:
    anna.has_an_access("Doppelt-1")
    other = AccessPage(house, windows.desk().page)
    other.comes()
    other.presses("Zugang anlegen")
    other.name_field().fill("DOPPELT-1")
    other.presses("Weiter")
    other.chooses_a_passphrase("aaaaaaaaaaaaaaaaaa")
    other.presses("Zugang anlegen")
    expect(other.page.get_by_text("Das erraten andere zu leicht").first).to_be_visible()
    other.chooses_a_passphrase(NEXT_PHRASE)
    expect(other.page.get_by_text("Sehr gut").first).to_be_visible()
    other.presses("Zugang anlegen")
    expect(other.page.get_by_text("Diesen Namen gibt es schon.").first).to_be_visible()
    other.name_field().fill("Doppelt-2")
    other.presses("Weiter")
    field = other.page.get_by_label("Eigene Passphrase", exact=True)
    expect(field).to_have_value(NEXT_PHRASE)
    other.presses("Zugang anlegen")
    other.takes_the_sheet(later=True)
    other.is_home()
    expect(
        other.page.get_by_text("Sie wollten sich Ihr Zugangsblatt später notieren.")
    ).to_be_visible()


def test_an_unregistered_seeker_becomes_registered_in_the_waiting_room(
    house: House, windows: Windows, maria: CounsellorPage
) -> None:
    seeker = comes(house, windows.phone())
    number = seeker.number
    person = AccessPage(house, seeker.page)
    person.page.get_by_text("Sie möchten nicht länger warten?").click()
    person.presses("Zugang anlegen")
    person.takes_the_steps("Warteraum-1", OWN_PHRASE)
    seeker.is_waiting()

    # The place is the account's now: found from another device, and the chat keeps its history.
    tablet = AccessPage(house, windows.desk().page)
    tablet.signs_in("Warteraum-1", OWN_PHRASE)
    expect(tablet.page.get_by_text("Sie stehen in der Reihe")).to_be_visible()
    maria.accepts(number)
    maria.answers()
    seeker.says_yes()
    seeker.writes("Guten Abend")
    maria.reads("Guten Abend")
    expect(maria.page.get_by_role("heading", name=re.compile("Warteraum-1"))).to_be_visible()
    maria.ends_the_chat()
    tablet.signs_out()
    tablet.signs_in("Warteraum-1", OWN_PHRASE)
    tablet.page.get_by_role("button", name=re.compile("lesbar bis")).click()
    tablet.reads("Guten Abend")


def test_an_offered_access_keeps_a_running_chat(
    house: House, windows: Windows, maria: CounsellorPage
) -> None:
    seeker = comes(house, windows.phone())
    offer(maria, seeker)
    seeker.says_yes()
    seeker.writes("Ich muss gleich los.")
    maria.reads("Ich muss gleich los.")
    expect(seeker.page.get_by_role("button", name="Zugang anlegen")).to_have_count(0)
    maria.page.get_by_role("button", name="Zugang anbieten").click()
    person = AccessPage(house, seeker.page)
    person.presses("Zugang anlegen")
    person.takes_the_steps("Angebot-1", OWN_PHRASE)
    seeker.writes("Jetzt kann ich wiederkommen.")
    maria.reads("Jetzt kann ich wiederkommen.")
    expect(maria.page.get_by_role("heading", name=re.compile("Angebot-1"))).to_be_visible()
    maria.ends_the_chat()
    tablet = AccessPage(house, windows.desk().page)
    tablet.signs_in("Angebot-1", OWN_PHRASE)
    tablet.page.get_by_role("button", name=re.compile("lesbar bis")).click()
    tablet.reads("Ich muss gleich los.")
    tablet.reads("Jetzt kann ich wiederkommen.")


def test_a_deleted_access_opens_nothing_and_can_be_made_anew(
    house: House, anna: AccessPage
) -> None:
    anna.has_an_access("Weg-1")
    anna.opens_settings("Was ist noch auf dem Server")
    expect(anna.page.get_by_text("zwei (Passphrase und Zugangsblatt)")).to_be_visible()
    anna.page.get_by_role("button", name=re.compile("Zurück|Abbrechen|Ihr Zugang")).first.click()
    anna.page.get_by_role("button", name=re.compile("Zugang löschen")).click()
    dialog = anna.page.get_by_role("dialog")
    dialog.get_by_label("Ihre Passphrase", exact=True).fill(OWN_PHRASE)
    dialog.get_by_role("button", name="Zugang löschen").click()
    expect(anna.heading("Ihr Zugang ist gelöscht.")).to_be_visible()
    anna.comes()
    anna.types_name_and_phrase("Weg-1", OWN_PHRASE)
    expect(anna.page.get_by_text("Name oder Passphrase stimmt nicht.")).to_be_visible()
    anna.creates("Weg-1", NEXT_PHRASE)


def test_deleting_an_access_ends_a_running_chat(
    house: House, windows: Windows, anna: AccessPage, maria: CounsellorPage
) -> None:
    anna.has_an_access("Weg-2")
    chats(anna, maria)
    anna.writes("Ich gehe.")
    maria.reads("Ich gehe.")
    tablet = AccessPage(house, windows.desk().page)
    tablet.signs_in("Weg-2", OWN_PHRASE)
    tablet.opens_settings("Zugang löschen")
    dialog = tablet.page.get_by_role("dialog")
    expect(dialog.get_by_text("Ein laufendes Gespräch endet damit.")).to_be_visible()
    dialog.get_by_label("Ihre Passphrase", exact=True).fill(OWN_PHRASE)
    dialog.get_by_role("button", name="Zugang löschen").click()
    expect(tablet.heading("Ihr Zugang ist gelöscht.")).to_be_visible()
    # Nobody has signed this end: as after the quick exit.
    end = maria.page.locator(".system-entry--end")
    expect(end).to_contain_text("Weg-2 hat die Seite verlassen")
    expect(anna.page.get_by_role("log")).to_have_count(0)


def test_who_does_nothing_is_asked_and_then_locked_out_with_the_draft_kept(
    house: House, windows: Windows, maria: CounsellorPage
) -> None:
    window: Window = windows.phone(is_new=True)
    window.page.clock.install()
    anna = AccessPage(house, window.page)
    anna.has_an_access("Still-1")
    window.page.clock.fast_forward("08:30")
    dialog = anna.page.get_by_role("dialog", name="Sind Sie noch da?")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Ich bin noch da").click()
    expect(dialog).to_have_count(0)
    window.page.clock.fast_forward("10:30")
    expect(anna.page.get_by_text("Sie waren längere Zeit nicht aktiv.")).to_be_visible()
    expect(anna.page.locator("main")).not_to_contain_text("Still-1")
    anna.types_name_and_phrase("Still-1", OWN_PHRASE)
    anna.is_home()
