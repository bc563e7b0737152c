"""Contact data over sample models: the seeker's room, and the list in the room of the leads."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults
from tests.web.views_page import ACCESS, WORK, show

pytestmark = pytest.mark.browser
ROOM = (
    "enquiryContact",
    "enquiryContactLeft",
    "enquiryContactChanged",
    "enquiryContactFormer",
    "enquiryContactAnothers",
    "enquiryContactUnread",
    "enquiryContactRestarted",
)
DESK = ("leads", "leadsFormer", "leadsNone", "leadsOffline")
EMAIL, PHONE = "mara@example.org", "0431 55 55"


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


def opens(page: Page, state: str, width: int = 390, path: str = ACCESS) -> Locator:
    """Unfold the room of a sample conversation, and wait for what is fetched."""
    show(page, path, state, width)
    room = page.locator(".enquiry-contact")
    room.locator("summary").click()
    room.get_by_role("button").first.wait_for()
    return room


def opens_desk(page: Page, state: str, width: int = 1280, path: str = WORK) -> Locator:
    show(page, path, state, width)
    page.get_by_role("button", name=re.compile("^Team")).click()
    card = page.get_by_role("region", name=re.compile("^(Kontaktdaten|Contact data)$"))
    expect(card).to_be_visible()
    return card


@pytest.mark.parametrize("state", ROOM)
def test_each_state_of_the_room_is_accessible_and_fits_a_small_phone(
    page: Page, state: str
) -> None:
    for path in (ACCESS, f"/en{ACCESS}"):
        opens(page, state, 320, path)
        width = page.evaluate("() => document.querySelector('#content').scrollWidth")
        assert width <= 320
    assert faults(page) == []


@pytest.mark.parametrize("state", DESK)
def test_each_state_of_the_desk_is_accessible_and_fits_a_small_phone(
    page: Page, state: str
) -> None:
    for path in (f"/en{WORK}", WORK):
        card = opens_desk(page, state, 320, path)
        closed = card.get_by_role("button", name=re.compile("^(Anzeigen|Show)"))
        while closed.count() > 0:
            closed.first.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert faults(page) == []


def test_what_it_means_is_said_before_anything_is_left(page: Page) -> None:
    room = opens(page, "enquiryContact")
    for words in (
        "Sie müssen das nicht",
        "nur die Leitung (Ruth L. und Otto M.)",
        "Wer Sie hier berät, sieht es nicht",
        "sobald dieses Gespräch beendet ist",
        "Wir schicken nichts dorthin",
    ):
        expect(room).to_contain_text(words)
    # Without leads there is nothing of it.
    show(page, ACCESS, "enquiryAnswered")
    expect(page.get_by_text("Kontakt für die Leitung")).to_have_count(0)


def test_it_is_left_by_keys_alone_changed_and_deleted(page: Page) -> None:
    room = opens(page, "enquiryContact")
    expect(room.get_by_role("button", name="Löschen")).to_have_count(0)
    room.get_by_label("E-Mail-Adresse").focus()
    page.keyboard.type("mara")
    page.keyboard.press("Enter")
    # What does not fit is told at its field, and stays there.
    expect(room.get_by_label("E-Mail-Adresse")).to_be_focused()
    expect(room.get_by_text("nicht nach einer E-Mail-Adresse aus")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("End")
    page.keyboard.type("@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("call me")
    page.keyboard.press("Enter")
    expect(room.get_by_label("Telefonnummer")).to_be_focused()
    room.get_by_label("Telefonnummer").fill(PHONE)
    page.keyboard.press("Enter")
    expect(room.get_by_role("status")).to_have_text("Das ist jetzt für die Leitung hinterlegt.")
    expect(room).to_contain_text("Hinterlegt am")
    # What was typed is there still when it is folded and unfolded.
    room.get_by_label("Telefonnummer").fill("0431 77")
    for _ in range(2):
        room.locator("summary").click()
    expect(room.get_by_label("Telefonnummer")).to_have_value("0431 77")
    expect(room.get_by_label("E-Mail-Adresse")).to_have_value(EMAIL)
    room.get_by_role("button", name="Löschen").click()
    expect(room.get_by_role("status")).to_contain_text("Gelöscht.")
    expect(room.get_by_label("E-Mail-Adresse")).to_have_value("")


def test_what_stands_in_its_way_is_said(page: Page) -> None:
    for state, words in (
        ("enquiryContactChanged", "Auf einem anderen Gerät haben Sie es inzwischen geändert"),
        ("enquiryContactFormer", "hat noch den Schlüssel dazu"),
        ("enquiryContactFormer", "Bis dahin nehmen wir nichts an."),
        ("enquiryContactAnothers", "Sie können es ersetzen oder löschen."),
    ):
        expect(opens(page, state)).to_contain_text(words)
    room = opens(page, "enquiryContactRestarted")
    expect(room.get_by_label("E-Mail-Adresse")).to_have_count(0)
    room.locator(".card--alarm button").click()
    expect(room.get_by_label("E-Mail-Adresse")).to_be_visible()
    room = opens(page, "enquiryContactUnread")
    room.get_by_role("button", name="Noch einmal versuchen").click()
    expect(room.get_by_label("E-Mail-Adresse")).to_be_visible()


def test_a_lead_opens_one_by_one_and_is_told_what_is_known(page: Page) -> None:
    card = opens_desk(page, "leads")
    expect(card).not_to_contain_text("@")
    card.get_by_role("button", name="Anzeigen Anfrage 12").click()
    expect(card).to_contain_text("kiesel@example.org")
    expect(card).to_contain_text("von wem das ist")
    # The same button hides it again.
    hide = card.get_by_role("button", name="Verbergen Anfrage 12")
    expect(hide).to_be_focused()
    hide.press("Enter")
    expect(card).not_to_contain_text("@")
    card.get_by_role("button", name=re.compile("^Anzeigen Anfrage 15")).click()
    expect(card).to_contain_text("Von der Person, die im Gespräch mit Ihnen schreibt.")
    card.get_by_role("button", name="Anzeigen Anfrage 27").click()
    expect(card).to_contain_text("Wir zeigen es nicht.")
    # Of a team that counsels there is none.
    expect(page.get_by_role("heading", name="Kontaktdaten")).to_have_count(1)


def test_what_lies_under_the_former_key_is_said(page: Page) -> None:
    card = opens_desk(page, "leadsFormer")
    expect(card).to_contain_text("Davon liegen 3 noch unter dem früheren Schlüssel")
    expect(card.get_by_role("button", name="Neu verschließen")).to_be_visible()
    expect(opens_desk(page, "leadsNone")).to_contain_text("Es ist nichts hinterlegt.")
    expect(opens_desk(page, "leadsOffline").get_by_role("alert")).to_contain_text("gerade nicht")
