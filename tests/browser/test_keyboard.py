"""The whole way with the keyboard alone, once for each role, against the real relay.

At every stop the focus is seen; after every step it is where reading goes on, or on the safe
choice.
"""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.keyboard import Keys
from tests.browser.people import CounsellorPage, House, SeekerPage
from tests.helpers.actors import PHRASE

FIELD = "#message-field"


def test_a_seeker_needs_only_the_keyboard(
    house: House, windows: Windows, maria: CounsellorPage
) -> None:
    page = windows.phone().page
    keys = Keys(page)
    _comes_in(house, page, keys)
    _fills_in_the_page_before(page, keys)
    expect(page.get_by_role("heading", name="Sie sind im Warteraum")).to_be_focused()
    keys.uses("Ton, wenn jemand da ist", "checkbox", "Space")
    expect(page.get_by_role("checkbox", name="Ton, wenn jemand da ist")).to_be_checked()

    _is_called(page, maria)
    offer = page.get_by_role("dialog")
    expect(offer.get_by_role("heading")).to_be_focused()
    keys.uses("Jetzt chatten")
    expect(page.get_by_role("heading", name="Maria B.")).to_be_focused()

    _talks(page, keys, maria)
    _opens_and_leaves_every_sheet(page, keys)
    _ends(page, keys)
    expect(page.get_by_role("heading", name="Der Chat wurde beendet")).to_be_focused()


def test_a_counsellor_needs_only_the_keyboard(house: House, windows: Windows) -> None:
    page = windows.desk().page
    keys = Keys(page)
    _signs_in(house, page, keys)
    first, second = (SeekerPage(house, windows.phone().page) for _ in range(2))
    for seeker in (first, second):
        seeker.comes_to_the_portal()
        seeker.confirms_the_privacy_notice()
        seeker.is_waiting()
    names = [f"Ratsuchende_r {one.number}" for one in (first, second)]
    _takes(page, keys, names[0], "Guten Abend, Nummer 1.")
    first.says_yes()
    expect(page.get_by_text("aktiv", exact=True)).to_have_count(1)
    expect(page.locator(FIELD)).to_be_focused()
    first.reads("Guten Abend, Nummer 1.")

    keys.goes_to(page.get_by_role("button", name="Erstanfragen"), "Shift+Tab")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Erstanfragen")).to_be_focused()
    _takes(page, keys, names[1], "Guten Abend, Nummer 2.")
    second.says_yes()
    expect(page.get_by_text("aktiv", exact=True)).to_have_count(2)
    _goes_between_chats(page, keys, names)
    second.reads("Ich bin gleich bei Ihnen.")
    _names_the_chat(page, keys)

    _ends(page, keys)
    expect(page.get_by_role("heading", name=names[1])).to_be_focused()
    second.sees_the_end()
    keys.uses("Abmelden")
    expect(page.get_by_role("heading", name="Anmelden")).to_be_focused()


def test_capitals_are_not_the_way_out_and_three_shifts_are(house: House, windows: Windows) -> None:
    page = windows.phone().page
    page.goto(f"{house.url}/p/leben/chat")
    keys = Keys(page)
    draft = page.get_by_label("Möchten Sie schon etwas aufschreiben?")
    keys.goes_to(draft)
    for letter in "HILFE":
        keys.press(f"Shift+{letter}")
    keys.press("Shift+Tab", "Shift+Tab", "Shift+Tab")
    expect(draft).to_have_value("HILFE")
    keys.press("Shift")
    expect(page.get_by_text("Noch 2-mal Umschalt")).to_be_visible()
    keys.press("Shift")
    expect(page.get_by_text("Noch 1-mal Umschalt")).to_be_visible()
    keys.press("Shift")
    expect(page).to_have_title("Wetter")


def test_the_skip_links_lead_past_the_header_and_leave_no_trace(
    house: House, windows: Windows, maria: CounsellorPage
) -> None:
    page = windows.phone().page
    keys = Keys(page)
    page.goto(f"{house.url}/p/leben/chat")
    expect(page.get_by_role("button", name="Bestätigen")).to_be_visible()
    entries = page.evaluate("history.length")
    keys.goes_to(page.get_by_role("link", name="Zum Inhalt"))
    keys.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    SeekerPage(house, page).confirms_the_privacy_notice()
    _is_called(page, maria)
    keys.uses("Jetzt chatten")
    skip = page.get_by_role("link", name="Zum Nachrichtenfeld")
    expect(skip).to_have_count(1)
    keys.goes_to(skip, "Shift+Tab")
    keys.press("Enter")
    expect(page.locator(FIELD)).to_be_focused()
    assert page.evaluate("[history.length, location.hash]") == [entries, ""]


def _comes_in(house: House, page: Page, keys: Keys) -> None:
    page.goto(f"{house.url}/p/leben")
    expect(page.get_by_text("Jetzt geöffnet")).to_be_visible()
    keys.tab()
    expect(page.get_by_role("link", name="Diese Seite schnell verlassen")).to_be_focused()
    keys.tab()
    expect(page.get_by_role("link", name="Zum Inhalt")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    keys.uses("Chat starten", "link")
    expect(page.get_by_role("heading", name="Bevor es losgeht")).to_be_visible()


def _fills_in_the_page_before(page: Page, keys: Keys) -> None:
    keys.goes_to(page.get_by_role("radio", name="Möchte ich nicht sagen"))
    keys.press("ArrowUp", "ArrowUp")
    expect(page.get_by_role("radio", name="Familie")).to_be_checked()
    keys.goes_to(page.get_by_label("Möchten Sie schon etwas aufschreiben?"))
    keys.types("Es geht um meine Mutter.")
    keys.uses("Bestätigen")
    tick = page.get_by_label("Ich habe den Datenschutz-Hinweis gelesen")
    expect(page.get_by_role("alert")).to_contain_text("Datenschutz")
    expect(tick).to_be_focused()
    keys.press("Space")
    keys.uses("Bestätigen")


def _talks(page: Page, keys: Keys, maria: CounsellorPage) -> None:
    field = page.locator(FIELD)
    keys.goes_to(field)
    expect(field).to_have_value("Thema: Familie\n\nEs geht um meine Mutter.")
    keys.press("Enter")
    maria.reads("Es geht um meine Mutter.")
    expect(field).to_be_focused()
    maria.writes("Wie geht es Ihnen damit?")
    expect(page.locator(".chat__middle [role=status]")).to_have_text(
        "Maria B.: Wie geht es Ihnen damit?"
    )
    # The log can be read and scrolled with the keys.
    keys.goes_to(page.get_by_role("log"), "Shift+Tab")


def _opens_and_leaves_every_sheet(page: Page, keys: Keys) -> None:
    for opener, heading in (
        ("Verschlüsselt", "Wer kann mitlesen?"),
        ("Hilfe am Telefon", "Hilfe am Telefon"),
    ):
        button = page.get_by_role("button", name=opener)
        keys.goes_to(button)
        keys.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("heading", name=heading)).to_be_focused()
        # The way out is reached in the dialog too, and nothing behind it is.
        keys.goes_to(dialog.locator("[data-quick-exit]"))
        keys.press("Escape")
        expect(dialog).to_have_count(0)
        expect(button).to_be_focused()
    keys.uses("Emoji einfügen")
    expect(page.get_by_role("searchbox", name="Emoji suchen")).to_be_focused()
    keys.types("katze")
    found = page.locator(".emoji-picker__emoji").first
    expect(found).to_have_accessible_name(re.compile("katze", re.IGNORECASE))
    keys.press("Enter")
    expect(page.locator(FIELD)).not_to_have_value("")
    keys.press("Escape")
    expect(page.get_by_role("searchbox", name="Emoji suchen")).to_have_count(0)
    expect(page.locator(FIELD)).to_be_focused()
    keys.uses("Text gestalten")
    expect(page.get_by_role("group", name="Text gestalten")).to_be_visible()


def _ends(page: Page, keys: Keys) -> None:
    """The safe choice has the focus; Escape goes back to where one was."""
    opener = page.get_by_role("button", name="eenden")
    keys.goes_to(opener)
    keys.press("Enter")
    expect(page.get_by_role("button", name="Abbrechen")).to_be_focused()
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()
    keys.press("Enter")
    keys.goes_to(page.get_by_role("dialog").get_by_role("button", name="Chat beenden"))
    keys.press("Enter")


def _signs_in(house: House, page: Page, keys: Keys) -> None:
    page.goto(f"{house.url}/team")
    keys.goes_to(page.get_by_label("Anmeldename"))
    keys.types("jonas")
    keys.tab()
    keys.types(PHRASE)
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Erstanfragen")).to_be_focused()
    keys.goes_to(page.get_by_role("button", name="Erreichbar werden"))
    keys.press("Enter")
    expect(page.get_by_role("switch", name="Erreichbar")).to_be_checked()
    expect(page.get_by_role("heading", name="Erstanfragen")).to_be_focused()


def _takes(page: Page, keys: Keys, name: str, greeting: str) -> None:
    keys.uses(name)
    expect(page.locator("#detail-title")).to_be_focused()
    keys.uses("Chat starten")
    expect(page.get_by_role("button", name="Antworten")).to_be_focused()
    keys.press("Enter")
    expect(page.locator(FIELD)).to_be_focused()
    keys.types(greeting)
    keys.press("Enter")
    expect(page.get_by_role("button", name="Ändern")).to_be_focused()


def _goes_between_chats(page: Page, keys: Keys, names: list[str]) -> None:
    field = page.locator(FIELD)
    first, second = (page.get_by_text(f"An {name}") for name in names)
    expect(second).to_be_visible()
    keys.press("Alt+ArrowDown")
    expect(first).to_be_visible()
    expect(field).to_be_focused()
    keys.types("Für Nummer 1")
    keys.press("Alt+ArrowUp")
    expect(second).to_be_visible()
    expect(field).to_have_value("")
    keys.types("Ich bin gleich bei Ihnen.")
    keys.press("Enter", "Alt+ArrowUp")
    expect(field).to_have_value("Für Nummer 1")
    keys.press("Alt+ArrowDown")
    expect(second).to_be_visible()


def _names_the_chat(page: Page, keys: Keys) -> None:
    opener = page.get_by_role("button", name="Eigener Name und Farbe")
    keys.goes_to(opener, "Shift+Tab")
    keys.press("Enter")
    field = page.get_by_label("Eigener Name für diesen Chat")
    expect(field).to_be_focused()
    keys.types("Der Umzug")
    keys.goes_to(page.get_by_role("radio", name="Keine"))
    keys.press("ArrowDown")
    expect(page.get_by_role("radio", name="Blau")).to_be_checked()
    keys.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()
    expect(page.get_by_text("Der Umzug", exact=True)).to_have_count(2)


def _is_called(page: Page, maria: CounsellorPage) -> None:
    maria.accepts(SeekerPage(maria.house, page).number)
    maria.answers()
