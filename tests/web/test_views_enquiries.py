"""Written enquiries over sample models, without a server: what people meet there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.keyboard import Keys
from tests.web.views_page import ACCESS, show

pytestmark = pytest.mark.browser

STATES = (
    "written",
    "write",
    "writePerson",
    "writeFiles",
    "writeFails",
    "writeFixed",
    "writeGone",
    "writeFull",
    "writeNoPlace",
    "writeRestarted",
    "enquiryOpen",
    "enquiryTaken",
    "enquiryAnswered",
    "enquiryDone",
    "enquiryLate",
    "enquiryClosed",
    "enquiryFiles",
    "enquiryFailed",
    "enquiryAsked",
    "enquiryAskedWithout",
    "enquiryAskedUnknown",
    "enquiryConsented",
    "enquiryUninvited",
    "enquiryLeft",
    "enquiryLeftWaits",
    "enquiryLeftOthers",
    "enquiryUnlisted",
)
TEXT = "Guten Tag, ich weiß nicht weiter."


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


def shows(page: Page, state: str, width: int = 390) -> None:
    """The page of that state, drawn as a whole."""
    show(page, ACCESS, state, width)
    expect(page.locator("h1")).to_have_count(1)


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible_in_every_way_of_showing_it(page: Page, state: str) -> None:
    shows(page, state)
    assert faults(page) == []


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_wider_than_the_smallest_phone(page: Page, state: str) -> None:
    shows(page, state, 320)
    width = page.evaluate("() => document.querySelector('#content').scrollWidth")
    assert width <= 320


@pytest.mark.parametrize(
    "state", ["written", "write", "enquiryAnswered", "enquiryFiles", "enquiryAsked"]
)
def test_everything_that_is_pressed_is_large_enough(page: Page, state: str) -> None:
    shows(page, state, 320)
    small = page.evaluate(
        """() => [...document.querySelectorAll('#app button, #app .choice, #app summary')]
          .filter((one) => one.checkVisibility())
          .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
          .filter(([, box]) => box.width < 44 || box.height < 44).map(([words]) => words)"""
    )
    assert small == []


@pytest.mark.parametrize("state", ["write", "enquiryAnswered"])
def test_the_focus_is_seen_in_forced_colours(page: Page, state: str) -> None:
    shows(page, state)
    page.emulate_media(forced_colors="active", reduced_motion="reduce")
    keys = Keys(page)
    for _ in range(12):
        keys.tab()


def test_an_enquiry_with_the_keyboard_alone(page: Page) -> None:
    shows(page, "home")
    keys = Keys(page)
    keys.uses("Neues Anliegen")
    expect(page.get_by_role("heading", name="Neues Anliegen")).to_be_focused()
    keys.goes_to(page.get_by_label("Betreff"))
    keys.types("Umzug")
    keys.goes_to(page.get_by_label("Ihre Nachricht"))
    keys.types(TEXT)
    keys.press("Enter")
    keys.types("Danke.")
    keys.uses("Senden")
    expect(page.get_by_role("heading", name="Umzug")).to_be_focused()
    # Said once; the card below says it for as long as nobody has taken it.
    expect(page.get_by_role("status").filter(has_text="Ihre Nachricht ist bei uns.")).to_have_count(
        1
    )
    expect(page.get_by_role("heading", name="So geht es weiter")).to_be_visible()
    keys.goes_to(page.get_by_role("textbox", name=re.compile("Nachricht an")))
    keys.types("Noch etwas")
    # In a letter Enter makes a line.
    keys.press("Enter")
    assert page.evaluate("() => enquiries.shown.value.thread.value.said") == []
    keys.press("Control+Enter")
    assert page.evaluate("() => enquiries.shown.value.thread.value.said") == ["Noch etwas"]


def test_the_way_back_from_a_conversation_leads_to_the_list(page: Page) -> None:
    shows(page, "enquiryTaken")
    page.get_by_role("button", name="Zu meinen Gesprächen").click()
    expect(page.get_by_role("heading", name="Meine Gespräche")).to_be_focused()


def test_the_list_says_who_answers_where_it_stands_and_what_is_new(page: Page) -> None:
    shows(page, "written")
    rows = page.get_by_role("list", name="Ihre Gespräche")
    answered = rows.get_by_role("button", name=re.compile("neue Nachricht"))
    expect(answered).to_have_accessible_name(
        re.compile("Mit meiner Tochter reden.*eine neue Nachricht", re.S)
    )
    expect(answered).to_contain_text("beantwortet")
    expect(answered).to_contain_text("Maria B.")
    expect(rows.get_by_role("button", name=re.compile("überfällig"))).to_contain_text(
        "Team Lebensfragen"
    )
    expect(rows.get_by_role("button", name=re.compile("Entwurf"))).to_contain_text(
        "Weiterschreiben"
    )
    expect(rows.get_by_role("button", name=re.compile(r"\bgeschlossen"))).to_contain_text(
        "lesbar bis"
    )
    # A chat that runs stands first.
    expect(rows.get_by_role("button").first).to_contain_text("Chat läuft")


def test_who_reads_it_and_until_when_is_said_before_it_is_sent(page: Page) -> None:
    shows(page, "write")
    before = page.get_by_role("region", name="Gut zu wissen, bevor Sie senden")
    expect(before).to_contain_text("Maria\xa0B., Jonas\xa0K. und Ayse\xa0T.")
    expect(before).to_contain_text("Danach nur noch diese Person")
    expect(before).to_contain_text(
        re.compile(r"bis (Montag|Dienstag|Mittwoch|Donnerstag|Freitag), \d+\.")
    )
    expect(before).to_contain_text(re.compile(r"48\s(Stunden)"))
    page.get_by_text("Lieber an eine bestimmte Person").click()
    page.get_by_role("radio", name="Ayse T.").check()
    expect(before).to_contain_text("Nur Ayse T. kann es lesen, außer")
    expect(page.get_by_role("radio", name="Jonas K.")).to_have_accessible_description(
        "Nimmt gerade keine neuen Anliegen an. Urlaub bis 4. Januar Berät auf: Deutsch und Türkisch"
    )


def test_what_is_missing_or_too_long_is_explained_and_kept(page: Page) -> None:
    shows(page, "write")
    text, subject = page.get_by_label("Ihre Nachricht"), page.get_by_label("Betreff")
    page.get_by_role("button", name="Senden").click()
    expect(text).to_be_focused()
    expect(text).to_have_accessible_description(re.compile("Bitte schreiben Sie erst etwas."))
    text.fill(TEXT)
    subject.fill("x" * 121)
    page.get_by_role("button", name="Senden").click()
    expect(subject).to_be_focused()
    expect(subject).to_have_accessible_description(re.compile(r"Jetzt sind es\s121"))
    text.fill("x" * 12_001)
    subject.fill("kurz")
    page.get_by_role("button", name="Senden").click()
    expect(text).to_have_accessible_description(re.compile(r"12000\sZeichen"))
    expect(text).to_have_value("x" * 12_001)


def test_a_draft_is_thrown_away_only_after_a_question(page: Page) -> None:
    shows(page, "writePerson")
    page.get_by_role("button", name="Verwerfen").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Abbrechen")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Ihre Nachricht")).not_to_have_value("")
    page.get_by_role("button", name="Verwerfen").click()
    dialog.get_by_role("button", name="Verwerfen").click()
    expect(page.get_by_role("heading", name="Meine Gespräche")).to_be_visible()


def test_who_was_addressed_is_gone_and_every_word_stays(page: Page) -> None:
    shows(page, "writeGone")
    expect(page.get_by_role("button", name="Noch einmal senden")).to_have_count(0)
    page.get_by_role("button", name="An das ganze Team schreiben").click()
    expect(page.get_by_label("Betreff")).to_have_value("Mit meiner Tochter reden")
    expect(page.get_by_role("button", name="Senden", exact=True)).to_be_visible()


def test_what_is_on_its_way_can_be_sent_again_or_changed_but_not_typed_over(page: Page) -> None:
    shows(page, "writeFixed")
    assert page.get_by_label("Ihre Nachricht").get_attribute("readonly") is not None
    expect(page.get_by_role("radio", name="An das ganze Team")).to_be_disabled()
    page.get_by_role("button", name="Noch einmal ändern").click()
    expect(page.get_by_label("Ihre Nachricht")).to_be_editable()


def test_closing_says_what_is_deleted_when(page: Page) -> None:
    shows(page, "enquiryAnswered")
    page.get_by_role("button", name="Anliegen schließen").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(
        re.compile(r"Sie und Maria B\. können es noch 48\sStunden lesen")
    )
    expect(dialog).to_contain_text("jede Nachricht und jede Datei")
    expect(dialog.get_by_role("button", name="Abbrechen")).to_be_focused()
    assert faults(page) == []
    dialog.get_by_role("button", name="Anliegen schließen").click()
    expect(page.get_by_text("Sie haben dieses Anliegen geschlossen.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    assert page.evaluate("() => document.activeElement.matches('[data-closed]')") is True


def test_a_new_message_is_spoken_once(page: Page) -> None:
    shows(page, "enquiryTaken")
    page.evaluate("() => enquiries.shown.value.thread.value.hear('Wie war der Abend?')")
    spoken = page.get_by_role("status").filter(has_text="Maria B.: Wie war der Abend?")
    expect(spoken).to_have_count(1)
    expect(page.get_by_role("log").get_by_text("Wie war der Abend?")).to_have_count(1)


def test_who_reads_follows_from_the_roster(page: Page) -> None:
    shows(page, "enquiryOpen")
    page.get_by_text("Wer kann mitlesen?").first.click()
    fold = page.locator(".enquiry-head .fold__body")
    expect(fold).to_contain_text(
        "Sie und das Team (Maria\xa0B., Jonas\xa0K. und Ayse\xa0T.) können mitlesen."
    )
    expect(fold).to_contain_text("wenn niemand mehr schreibt")
    fold.get_by_role("button", name=re.compile("Verschlüsselt")).click()
    expect(page.get_by_role("dialog")).to_contain_text("Sie und das Team")
    assert faults(page) == []


def test_the_question_for_a_hand_over_says_who_what_and_that_there_is_time(page: Page) -> None:
    shows(page, "enquiryAsked")
    card = page.locator(".consent")
    expect(card.get_by_role("heading")).to_have_text("Maria B. möchte Ihr Anliegen weitergeben")
    for words in ("alles lesen, was hier steht", "nicht mehr mit", "Lassen Sie sich Zeit"):
        expect(card).to_contain_text(words)
    expect(card.locator(".words__word")).to_have_count(0)
    card.get_by_text("Schlüssel prüfen").click()
    expect(card.locator(".words__word")).to_have_count(8)
    assert faults(page) == []
    # It waits among the messages; one may go on writing.
    expect(page.get_by_role("textbox", name=re.compile("Nachricht an"))).to_be_editable()
    show(page, ACCESS, "enquiryAskedWithout")
    expect(card).to_contain_text("Alles davor bleibt zu.")


def test_the_question_is_answered_with_the_keyboard_and_the_focus_stays(page: Page) -> None:
    for button, words in (
        ("Einverstanden", "Sie haben zugestimmt."),
        ("Nicht einverstanden", "Sie haben abgelehnt."),
    ):
        shows(page, "enquiryAsked")
        keys, card = Keys(page), page.locator(".consent")
        keys.goes_to(card.get_by_role("button", name=button, exact=True))
        keys.press("Enter")
        expect(card.get_by_role("heading")).to_be_focused()
        expect(card.get_by_role("status").filter(has_text=words)).to_have_count(1)
        expect(card.get_by_role("button")).to_have_count(0)
        assert faults(page) == []


def test_to_somebody_who_cannot_be_checked_one_can_only_say_no(page: Page) -> None:
    shows(page, "enquiryAskedUnknown")
    card = page.locator(".consent")
    expect(card).to_contain_text("Wir können gerade nicht prüfen, wer weitermachen soll.")
    expect(card.get_by_role("button")).to_have_text(["Nicht einverstanden"])


def test_a_colleague_whom_nobody_invited_is_named_and_sending_pauses(page: Page) -> None:
    shows(page, "enquiryUninvited")
    stop = page.get_by_role("status").filter(has_text="Jonas K. liest hier mit, ohne dass Sie")
    expect(stop).to_be_visible()
    page.get_by_role("textbox", name=re.compile("Nachricht an")).fill("Wer ist das?")
    expect(page.get_by_role("button", name="Senden")).to_be_disabled()
    stop.get_by_role("button").click()
    expect(page.get_by_role("button", name="Senden")).to_be_enabled()


def test_in_english_everything_has_words(page: Page) -> None:
    for state in STATES:
        show(page, f"/en{ACCESS}", state)
        expect(page.locator("h1")).to_have_count(1)


def test_who_has_no_place_says_so_and_who_gets_it_instead_is_said_before(page: Page) -> None:
    shows(page, "writeFull")
    about = [
        one.locator(".recipient__takes").inner_text()
        for one in page.locator(".recipients .recipient").all()
    ]
    # Who has a place stands first.
    assert about == [
        "Nimmt gerade neue Anliegen an.",
        "Nimmt gerade neue Anliegen an.",
        "Nimmt gerade keine neuen Anliegen an.",
    ]
    before = page.get_by_role("region", name="Gut zu wissen, bevor Sie senden")
    instead = (
        "Jonas K. nimmt gerade keine neuen Anliegen an. Stattdessen bekommt Ayse T. Ihr Anliegen."
    )
    expect(before.get_by_role("status")).to_have_text(instead)
    expect(before).to_contain_text("Nur Ayse T. kann es lesen, außer")
    page.get_by_role("radio", name="Maria B.").check()
    expect(before.get_by_role("status")).to_be_empty()
    page.get_by_role("radio", name="Jonas K.").check()
    page.get_by_role("button", name="Senden").click()
    # Sealed to whom it was said, and to nobody else.
    sealed = "() => window.enquiries.shown.value.typed.value.addressee[0]"
    assert page.evaluate(sealed) == 63


def test_whom_somebody_knows_takes_it_without_a_place(page: Page) -> None:
    shows(page, "writeFull")
    page.evaluate(
        """() => {
          const { team } = window.enquiries;
          team.value = { ...team.value, passing: [new Uint8Array(16).fill(62)] };
        }"""
    )
    jonas = page.locator(".recipients .recipient", has_text="Jonas K.")
    expect(jonas).to_contain_text("Mit dieser Person haben Sie schon geschrieben.")
    expect(jonas).to_contain_text("keine neuen Anliegen an, Ihres aber schon.")
    before = page.get_by_role("region", name="Gut zu wissen, bevor Sie senden")
    expect(before.get_by_role("status")).to_be_empty()
    expect(before).to_contain_text("Nur Jonas K. kann es lesen")
    assert faults(page) == []


def test_where_the_last_place_went_meanwhile_the_words_go_on_to_somebody_else(page: Page) -> None:
    shows(page, "writeNoPlace")
    alert = page.get_by_role("alert").filter(has_text="nimmt gerade keine neuen Anliegen mehr an")
    expect(alert).to_be_visible()
    expect(page.get_by_role("button", name="senden", exact=False)).to_have_count(0)
    words = page.get_by_label("Ihre Nachricht").input_value()
    alert.get_by_role("button", name="An Ayse T. schreiben").click()
    assert page.get_by_label("Ihre Nachricht").input_value() == words


def test_who_has_lost_their_counsellor_gives_it_to_the_team_with_the_keyboard(page: Page) -> None:
    shows(page, "enquiryLeft")
    expect(page.get_by_role("heading", name="Maria B. ist nicht mehr im Team")).to_be_visible()
    # Who reads then is said before; what was typed stays, and nothing can be sent.
    expect(page.get_by_text("kann dann alles lesen")).to_contain_text("Jonas K.")
    expect(page.get_by_role("textbox", name=re.compile("Nachricht an"))).to_have_value(
        "Sind Sie noch"
    )
    expect(page.get_by_role("button", name="Senden")).to_be_disabled()
    Keys(page).uses("Dem Team geben")
    expect(page.get_by_role("button", name="Dem Team geben")).to_have_count(0)
    assert page.evaluate("() => enquiries.shown.value.calls") == ["callBack"]
    expect(page.get_by_role("textbox", name=re.compile("Nachricht an"))).to_be_focused()


def test_what_could_not_be_given_to_the_team_says_so(page: Page) -> None:
    shows(page, "enquiryLeftFails")
    title = "Ihre Beratungsperson ist nicht mehr im Team"
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_role("button", name="Dem Team geben").click()
    expect(page.get_by_role("alert").filter(has_text="hat gerade nicht geklappt")).to_be_visible()
    expect(page.get_by_role("button", name="Dem Team geben")).to_be_visible()
