"""The page of an invitation over its real model and no server: what newcomers meet there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.keyboard import Keys
from tests.web.test_views_access import TOO_SMALL
from tests.web.views_page import ENROL, show, walks_in_forced_colours

pytestmark = pytest.mark.browser

STATES = (
    "noLink",
    "badLink",
    "over",
    "invited",
    "invitedFails",
    "back",
    "backEarly",
    "stranger",
    "isBack",
    "backName",
    "backCertified",
    "name",
    "nameShort",
    "taken",
    "passphrase",
    "own",
    "fails",
    "seeker",
    "used",
    "again",
    "againWrong",
    "waiting",
    "waitingLost",
    "certified",
    "member",
)
# At these the keys go through everything.
WALKED = ("invited", "back", "passphrase", "again", "certified")


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible_in_every_way_of_showing_it(page: Page, state: str) -> None:
    show(page, ENROL, state, 320)
    expect(page.locator("h1")).to_have_count(1)
    assert page.evaluate(TOO_SMALL) == []
    assert faults(page) == []
    if state in WALKED:
        walks_in_forced_colours(page)


@pytest.mark.parametrize("state", STATES)
def test_every_state_speaks_english(page: Page, state: str) -> None:
    """A sentence that is missing, or left in German, would be seen here."""
    show(page, f"/en{ENROL}", state, 320)
    assert faults(page) == []
    text = page.locator("#app").inner_text()
    assert re.search(r"\b(?:und|nicht|Sie|der|die|Passphrase aus)\b", text) is None, text


def test_the_steps_with_the_keyboard_alone(page: Page) -> None:
    show(page, ENROL, "invited")
    expect(page.get_by_role("group", name="Die 8 Wörter der Organisation")).to_be_visible()
    keys = Keys(page)
    keys.uses("Die Wörter stimmen")
    expect(page.get_by_role("heading", name="Ihr Anmeldename")).to_be_focused()
    expect(page.get_by_label("Anmeldename")).to_have_value("")
    keys.goes_to(page.get_by_label("Anmeldename"))
    keys.types("Maria.B")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Ihre Passphrase")).to_be_focused()
    expect(page.get_by_text("Schritt 2 von 3")).to_be_visible()
    expect(page.get_by_text("müssen Sie neu eingeladen werden")).to_be_visible()
    words = " ".join(page.locator(".words__word").all_inner_texts())
    keys.uses("Zugang anlegen")
    expect(page.get_by_role("heading", name="Fast geschafft")).to_be_focused()
    made = page.evaluate("() => enrolment.made")
    assert made == {"name": "maria.b", "phrase": words}
    own = page.get_by_role("group", name="Die 8 Wörter Ihres Schlüssels")
    expect(own.locator(".words__word")).to_have_count(8)
    page.evaluate("() => { enrolment.members = [false, false]; enrolment.hears(); }")
    expect(page.get_by_role("heading", name="Sie sind bestätigt")).to_be_focused()
    expect(page.get_by_text("Jetzt fehlt noch Ihr Team")).to_be_visible()
    page.evaluate("() => { enrolment.members = [true, false]; enrolment.hears(); }")
    expect(page.get_by_text("Sie gehören zum Team.")).to_have_count(1)
    expect(page.get_by_text("Jetzt fehlt noch Ihr Team")).to_have_count(0)
    link = page.get_by_role("link", name="Zum Arbeitsbereich")
    expect(link).to_have_attribute("href", "/team")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ma", "mindestens 3 Zeichen"),
        ("m" * 33, "höchstens 32 Zeichen"),
        ("maria b", "Ohne Leerzeichen"),
    ],
)
def test_a_name_that_cannot_be_one_is_explained_and_kept(page: Page, name: str, words: str) -> None:
    show(page, ENROL, "name")
    page.get_by_label("Anmeldename").fill(name)
    page.get_by_role("button", name="Weiter").click()
    expect(
        page.get_by_role("alert").filter(has_text=words.replace(" Z", "\u00a0Z"))
    ).to_be_visible()
    expect(page.get_by_label("Anmeldename")).to_have_value(name)


def test_a_name_that_is_taken_may_be_ones_own(page: Page) -> None:
    show(page, ENROL, "taken")
    expect(page.get_by_role("alert").filter(has_text="gibt es schon")).to_be_visible()
    page.get_by_role("button", name="Ich habe schon angefangen").click()
    expect(page.get_by_role("heading", name="Weiter mit Ihrem Zugang")).to_be_focused()
    expect(page.get_by_label("Anmeldename")).to_have_value("vergeben")


def test_nothing_is_asked_of_empty_fields(page: Page) -> None:
    show(page, ENROL, "again")
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_label("Anmeldename")).to_be_focused()
    page.get_by_label("Anmeldename").fill("maria.b")
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_label("Passphrase", exact=True)).to_be_focused()
    page.get_by_label("Passphrase", exact=True).fill("richtig")
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_role("heading", name="Fast geschafft")).to_be_focused()


def test_without_the_organisations_words_nobody_begins(page: Page) -> None:
    show(page, ENROL, "invitedFails")
    expect(page.get_by_text("Wir erreichen den Dienst gerade nicht")).to_be_visible()
    expect(page.get_by_role("button", name="Die Wörter stimmen")).to_have_count(0)
    page.evaluate("() => { enrolment.isBroken = false; }")
    page.get_by_role("button", name="Noch einmal versuchen").click()
    expect(page.get_by_role("button", name="Die Wörter stimmen")).to_be_visible()
