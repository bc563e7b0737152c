"""A new access over sample models, on both sides, without a server: what people meet there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults
from tests.browser.keyboard import Keys
from tests.web.views_page import ACCESS, WORK, opens_messages, show, walks_in_forced_colours

pytestmark = pytest.mark.browser
DESK = 1280

STATES = (
    "invited_typing",
    "invited_looking",
    "invited_bad",
    "invited_over",
    "invited_invited",
    "invited_begun",
    "arrival_answering",
    "arrival_waiting",
    "arrival_joining",
    "arrival_over",
    "arrival_used",
    "arrival_refused",
    "arrival_stopped",
    "arrivals",
    "enquiryAgreed",
    "enquiryAgain",
    "enquiryMoved",
    "enquiryMovedElsewhere",
    "enquiryLost",
)
CASES = ("accessOpen", "accessOver", "accessForged", "accessAnswered", "accessAsked", "accessLate")
WORDS = "abbild kanal lampe moos turm wiese"


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


def shows(page: Page, state: str, width: int = 390) -> None:
    """The page of that state, drawn as a whole."""
    show(page, ACCESS, state, width)
    expect(page.locator("h1")).to_have_count(1)


def opens_case(page: Page, state: str, width: int = DESK) -> None:
    """Go to the first written conversation at a desk."""
    show(page, WORK, state, width)
    opens_messages(page)
    page.locator(".row--chat", has_text="Kiesel-407").click()
    expect(page.get_by_role("log")).to_contain_text("Ja, gern.")


def new_access(page: Page) -> Locator:
    """The way to it, in the head of the conversation."""
    return page.get_by_role("button", name="Neuer Zugang …")


# --- both -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_every_page_is_accessible_and_not_wider_than_the_smallest_phone(
    page: Page, state: str
) -> None:
    shows(page, state)
    assert faults(page) == []
    page.set_viewport_size({"width": 320, "height": 844})
    width = page.evaluate("() => document.querySelector('#content').scrollWidth")
    assert width <= 320


@pytest.mark.parametrize("state", CASES)
def test_every_state_of_a_conversation_is_accessible_and_fits(page: Page, state: str) -> None:
    opens_case(page, state)
    assert faults(page) == []
    page.set_viewport_size({"width": 320, "height": 844})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("state", ["invited_invited", "arrival_waiting", "enquiryAgreed"])
def test_everything_that_is_pressed_is_large_enough(page: Page, state: str) -> None:
    shows(page, state, 320)
    small = page.evaluate(
        """() => [...document.querySelectorAll('#app button, #app summary')]
          .filter((one) => one.checkVisibility())
          .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
          .filter(([, box]) => box.width < 44 || box.height < 44).map(([words]) => words)"""
    )
    assert small == []


def test_the_focus_is_seen_in_forced_colours(page: Page) -> None:
    shows(page, "invited_typing")
    walks_in_forced_colours(page)


def test_in_english_everything_has_words(page: Page) -> None:
    for state in STATES:
        show(page, f"/en{ACCESS}", state)
        expect(page.locator("h1")).to_have_count(1)
    for state in CASES:
        show(page, f"/en{WORK}", state, DESK)
        page.get_by_role("button", name="Messages").click()
        page.locator(".row--chat", has_text="Kiesel-407").click()
        expect(page.get_by_role("log")).to_be_visible()
        page.get_by_role("button", name="New access …").click()
        expect(page.get_by_role("dialog")).to_be_visible()


# --- the seeker -----------------------------------------------------------------------------------


def test_who_has_lost_both_reads_what_to_do_and_types_the_words_with_the_keyboard(
    page: Page,
) -> None:
    shows(page, "signIn")
    keys = Keys(page)
    keys.goes_to(page.locator("summary", has_text="Passphrase und Blatt verloren?"))
    keys.press("Enter")
    expect(page.get_by_text("Melden Sie sich bei Ihrer Beratungsperson")).to_be_visible()
    expect(page.get_by_text("Nur sie kann Sie zu einem neuen Zugang einladen")).to_be_visible()
    assert faults(page) == []
    keys.uses("Ich habe eine Einladung")
    expect(page.get_by_role("heading", name="Ihre Einladung")).to_be_focused()
    keys.goes_to(page.get_by_label("Sechs Wörter oder Link"))
    keys.types(WORDS)
    keys.uses("Weiter")
    expect(page.get_by_role("heading", name="Ihr neuer Zugang")).to_be_focused()
    keys.uses("Zugang anlegen")
    expect(page.get_by_role("heading", name="Wie möchten Sie hier heißen?")).to_be_focused()
    expect(page.get_by_text("zu dem Sie eingeladen sind")).to_be_visible()
    # As the counsellor has seen it too.
    expect(page.get_by_label("Ihr Fantasiename")).to_have_value("Lampe-407")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Bitte geben Sie die Wörter oder den Link ein."),
        ("abbild", "Jetzt ist es eines."),
        ("abbild kanal lampe", "Jetzt sind es\xa03."),
        ("abbild kanal lampe moos turm weise", "Das Wort „weise“ kommt in Einladungen nicht vor."),
        ("wiese kanal lampe moos turm abbild", "Mit diesen Wörtern gibt es keine Einladung."),
    ],
)
def test_a_slip_is_explained_and_what_was_typed_stays(page: Page, typed: str, words: str) -> None:
    shows(page, "invited_typing")
    field = page.get_by_label("Sechs Wörter oder Link")
    field.fill(typed)
    page.get_by_role("button", name="Weiter").click()
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile(re.escape(words).replace("\xa0", ".")))
    expect(field).to_have_value(typed)


def test_without_a_line_it_says_so_and_keeps_what_was_typed(page: Page) -> None:
    shows(page, "invited_typing")
    field = page.get_by_label("Sechs Wörter oder Link")
    field.fill("offline")
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_text("Wir erreichen den Dienst gerade nicht.")).to_be_visible()
    expect(field).to_have_value("offline")


def test_a_link_that_lost_something_leads_to_the_words(page: Page) -> None:
    shows(page, "invited_bad")
    page.get_by_role("button", name="Wörter eingeben").click()
    expect(page.get_by_label("Sechs Wörter oder Link")).to_be_visible()
    page.get_by_role("button", name="Zurück").click()
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()


def test_who_has_an_access_signs_in_and_waits(page: Page) -> None:
    shows(page, "invited_invited")
    expect(page.get_by_text("Die Einladung gilt bis")).to_be_visible()
    page.get_by_role("button", name="Ich habe schon einen Zugang").click()
    page.get_by_label("Ihr Fantasiename").fill("kiesel-407")
    page.get_by_label("Ihre Passphrase", exact=True).fill("richtig")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", name="Fast geschafft")).to_be_focused()
    expect(
        page.get_by_role("status").filter(has_text="Wir warten auf die Bestätigung.")
    ).to_have_count(1)
    page.get_by_role("button", name="Jetzt nachsehen").click()
    expect(page.get_by_text("Noch ist nichts da.")).to_be_visible()
    page.get_by_role("button", name="Zu meinen Gesprächen").click()
    row = page.get_by_role("button", name=re.compile("Ihr Gespräch mit der Beratung"))
    expect(row).to_contain_text("prüft noch, dass Sie es sind")


def test_what_was_begun_with_an_invitation_goes_on_with_a_sign_in(page: Page) -> None:
    shows(page, "invited_begun")
    expect(page.get_by_text("hat schon jemand begonnen")).to_be_visible()
    expect(page.get_by_role("button", name="Zugang anlegen")).to_have_count(0)


def test_an_invitation_that_was_refused_can_be_forgotten(page: Page) -> None:
    shows(page, "arrival_refused")
    page.get_by_role("button", name="Einladung vergessen").click()
    expect(page.get_by_role("heading", name="Meine Gespräche")).to_be_visible()
    expect(page.get_by_text("Ihr Gespräch mit der Beratung")).to_have_count(0)


def test_a_question_is_agreed_with_words_about_what_it_is_for(page: Page) -> None:
    shows(page, "enquiryAnswered")
    page.get_by_text("Falls Sie Passphrase und Blatt verlieren").click()
    opener = page.get_by_role("button", name="Frage vereinbaren")
    opener.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("muss sicher sein, dass Sie es sind")
    assert faults(page) == []
    question, answer = (
        dialog.get_by_label("Frage", exact=True),
        dialog.get_by_label("Ihre Antwort darauf"),
    )
    dialog.get_by_role("button", name="Vereinbaren").click()
    expect(question).to_be_focused()
    question.fill("Wie hieß mein Hund?")
    answer.fill("x" * 201)
    dialog.get_by_role("button", name="Vereinbaren").click()
    expect(answer).to_be_focused()
    expect(answer).to_have_accessible_description(re.compile(r"Jetzt sind es\s201"))
    expect(question).to_have_value("Wie hieß mein Hund?")
    answer.fill("Bello")
    dialog.get_by_role("button", name="Vereinbaren").click()
    expect(dialog).to_have_count(0)
    expect(
        page.get_by_text("Sie haben eine Frage vereinbart: „Wie hieß mein Hund?“")
    ).to_be_visible()
    # The answer stands nowhere on the page.
    assert "Bello" not in page.content()


def test_an_agreed_question_can_be_changed_or_taken_back(page: Page) -> None:
    shows(page, "enquiryAgreed")
    page.get_by_text("Falls Sie Passphrase und Blatt verlieren").click()
    page.get_by_role("button", name="Frage ändern").click()
    expect(page.get_by_role("dialog").get_by_label("Ihre Antwort darauf")).to_have_value("Herr Bär")
    page.get_by_role("button", name="Keine Frage mehr").click()
    expect(page.get_by_role("button", name="Frage vereinbaren")).to_be_visible()


def test_the_team_agrees_on_nothing(page: Page) -> None:
    shows(page, "enquiryOpen")
    expect(page.get_by_text("Falls Sie Passphrase und Blatt verlieren")).to_have_count(0)


def test_what_has_moved_says_so_and_keeps_what_was_not_sent(page: Page) -> None:
    shows(page, "enquiryMoved")
    expect(page.get_by_role("heading", name="Dieses Gespräch ist umgezogen")).to_be_visible()
    expect(
        page.get_by_text("Maria B. hat es für einen neuen Zugang neu verschlossen.")
    ).to_be_visible()
    expect(page.get_by_text("Was ich noch sagen wollte")).to_be_visible()
    page.get_by_role("button", name="Zu meinen Gesprächen").click()
    expect(page.get_by_role("button", name=re.compile("Umgezogen"))).to_contain_text(
        "Umgezogen zu einem neuen Zugang"
    )


# --- the counsellor -------------------------------------------------------------------------------


def test_it_says_what_it_does_before_anything_is_drawn(page: Page) -> None:
    opens_case(page, "queue")
    opener = new_access(page)
    opener.click()
    dialog = page.get_by_role("dialog")
    for words in (
        "Wenn Kiesel-407 Passphrase und Zugangsblatt verloren hat",
        "Sie prüfen, dass es dieselbe Person ist",
        "der alte kann nichts mehr davon öffnen",
    ):
        expect(dialog).to_contain_text(words)
    expect(dialog.get_by_role("button", name="Abbrechen")).to_be_focused()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_words_and_link_are_shown_and_copied(page: Page) -> None:
    opens_case(page, "queue")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    new_access(page).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Einladung machen").click()
    words = dialog.get_by_role("group", name="Sechs Wörter")
    expect(words.locator(".words__word")).to_have_text(WORDS.split())
    expect(dialog).to_contain_text("Wir schicken nichts davon.")
    assert faults(page) == []
    words.get_by_role("button", name="Kopieren").click()
    expect(words.get_by_role("button", name="Kopiert")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()") == WORDS
    dialog.get_by_role("button", name="Ich habe es weitergegeben").click()
    expect(page.get_by_text("Einladung für einen neuen Zugang gilt bis")).to_be_visible()
    new_access(page).click()
    expect(dialog.locator(".words__word")).to_have_count(6)


def test_what_fails_says_so_and_can_be_tried_again(page: Page) -> None:
    opens_case(page, "accessFails")
    new_access(page).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Einladung machen").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Keine Verbindung.")
    expect(dialog.get_by_role("button", name="Einladung machen")).to_be_enabled()


def test_an_invitation_that_runs_can_be_taken_back_with_the_keyboard(page: Page) -> None:
    opens_case(page, "accessOpen")
    keys = Keys(page)
    keys.uses("Zurückziehen")
    expect(page.get_by_text("Einladung für einen neuen Zugang")).to_have_count(0)
    assert page.evaluate("() => model.written.newAccess('w21').done") == ["withdrawn"]


def test_the_agreed_answer_is_folded_away_until_it_is_needed(page: Page) -> None:
    opens_case(page, "accessAsked")
    card = page.get_by_role("region", name="Jemand hat den neuen Zugang angelegt")
    expect(card).to_contain_text("Wie hieß mein erstes Stofftier?")
    expect(card.get_by_text("Herr Bär")).not_to_be_visible()
    card.get_by_text("Antwort zeigen").click()
    expect(card.get_by_text("Herr Bär")).to_be_visible()
    card.get_by_role("button", name="Das ist dieselbe Person: neu verschließen").click()
    expect(card).to_have_count(0)
    assert page.evaluate("() => model.written.newAccess('w21').done") == ["confirmed"]


def test_without_a_question_it_says_what_to_ask_and_one_may_refuse(page: Page) -> None:
    opens_case(page, "accessAnswered")
    card = page.get_by_role("region", name="Jemand hat den neuen Zugang angelegt")
    expect(card).to_contain_text("Sie haben keine Frage vereinbart.")
    card.get_by_role("button", name="Nein, verwerfen").click()
    assert page.evaluate("() => model.written.newAccess('w21').done") == ["withdrawn"]


def test_keys_that_somebody_else_put_there_are_an_alarm(page: Page) -> None:
    opens_case(page, "accessForged")
    expect(page.get_by_text("ohne Ihre Wörter und Ihren Link dort abgelegt")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("neu verschließen"))).to_have_count(0)
    page.get_by_role("button", name="Verstanden").click()
    expect(page.get_by_text("ohne Ihre Wörter")).to_have_count(0)


def test_a_device_that_has_not_seen_the_move_says_it_too(page: Page) -> None:
    shows(page, "enquiryMovedElsewhere")
    expect(page.get_by_role("heading", name="Dieses Gespräch ist umgezogen")).to_be_visible()
    expect(page.get_by_text("Es wurde für einen neuen Zugang neu verschlossen.")).to_be_visible()
