"""An access from its first day to its last with the keyboard alone, against the real relay."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.access import NEXT_PHRASE, OWN_PHRASE, AccessPage
from tests.browser.conftest import Windows
from tests.browser.keyboard import Keys
from tests.browser.people import House


def test_a_person_with_an_access_needs_only_the_keyboard(house: House, windows: Windows) -> None:
    page = windows.phone().page
    anna, keys = AccessPage(house, page), Keys(page)
    anna.comes()
    keys.uses("Zugang anlegen")
    expect(anna.heading("Wie möchten Sie hier heißen?")).to_be_focused()
    name = page.get_by_label("Ihr Fantasiename")
    keys.goes_to(name)
    keys.press("Control+a")
    keys.types("Taste-1")
    keys.press("Enter")
    expect(anna.heading("Ihre Passphrase")).to_be_focused()
    keys.goes_to(page.get_by_label("Vorschlag nehmen"))
    keys.press("ArrowDown")
    keys.goes_to(page.get_by_label("Eigene Passphrase", exact=True))
    keys.types(OWN_PHRASE)
    keys.press("Enter")
    expect(anna.heading("Ihr Zugangsblatt")).to_be_focused()
    code = "".join(page.locator(".sheet .sheet__code").inner_text().split())
    keys.uses("Ich habe es an einem sicheren Ort")
    expect(anna.heading("Zur Probe: Ihr Code")).to_be_focused()
    keys.goes_to(page.get_by_label("Code von Ihrem Blatt"))
    keys.types(code.lower())
    keys.press("Enter")
    expect(anna.heading("Meine Gespräche")).to_be_focused()

    keys.goes_to(page.get_by_role("button", name="Zugang", exact=True))
    keys.press("Enter")
    expect(anna.heading("Ihr Zugang")).to_be_focused()
    keys.goes_to(page.get_by_role("button", name=re.compile("Passphrase ändern")))
    keys.press("Enter")
    keys.goes_to(page.get_by_label("Ihre jetzige Passphrase"))
    keys.types(OWN_PHRASE)
    keys.goes_to(page.get_by_label("Vorschlag nehmen"))
    keys.press("ArrowDown")
    keys.goes_to(page.get_by_label("Eigene Passphrase", exact=True))
    keys.types(NEXT_PHRASE)
    keys.press("Enter")
    expect(page.get_by_text("Ihre neue Passphrase gilt ab sofort.")).to_be_visible()

    keys.goes_to(page.get_by_role("button", name=re.compile("Zugang löschen")))
    keys.press("Enter")
    dialog = page.get_by_role("dialog")
    # The safe choice has the focus, and Escape is the same as that.
    expect(dialog.get_by_role("button", name="Abbrechen")).to_be_focused()
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    keys.goes_to(page.get_by_role("button", name=re.compile("Zugang löschen")))
    keys.press("Enter")
    keys.goes_to(dialog.get_by_label("Ihre Passphrase", exact=True))
    keys.types(NEXT_PHRASE)
    keys.press("Enter")
    expect(anna.heading("Ihr Zugang ist gelöscht.")).to_be_focused()
