"""The access room over its real models and an entrance without a server: what people meet there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.keyboard import Keys
from tests.web.views_page import ACCESS, show, walks_in_forced_colours

pytestmark = pytest.mark.browser

STATES = (
    "signIn",
    "wrong",
    "rateLimited",
    "name",
    "nameShort",
    "passphrase",
    "own",
    "weak",
    "taken",
    "createFails",
    "sheet",
    "recover",
    "recoverMistyped",
    "recoverPassphrase",
    "home",
    "empty",
    "homeFails",
    "reminder",
    "settings",
    "change",
    "newSheet",
    "stock",
    "stockDeleted",
    "stockOverdue",
    "delete",
    "deleted",
    "past",
    "idle",
    "locked",
    "lockedEnded",
)
# At these the keys go through everything.
WALKED = ("signIn", "passphrase", "sheet", "home", "delete")
TOO_SMALL = """() => [...document.querySelectorAll('#app button, #app .choice, #app summary')]
  .filter((one) => one.checkVisibility())
  .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 44).map(([words]) => words)"""


def said(words: str) -> re.Pattern[str]:
    """These words; a number and its unit do not break, and the gap between them counts as one."""
    return re.compile(re.escape(words).replace("\\ ", r"\s"))


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible_in_every_way_of_showing_it(page: Page, state: str) -> None:
    show(page, ACCESS, state, 320)
    expect(page.locator("h1")).to_have_count(1)
    assert page.evaluate(TOO_SMALL) == []
    assert faults(page) == []
    if state in WALKED:
        walks_in_forced_colours(page)


# --- creating an access ---------------------------------------------------------------------------


def test_the_three_steps_with_the_keyboard_alone(page: Page) -> None:
    show(page, ACCESS, "signIn")
    keys = Keys(page)
    keys.uses("Zugang anlegen")
    expect(page.get_by_role("heading", name="Wie möchten Sie hier heißen?")).to_be_focused()
    suggested = page.get_by_label("Ihr Fantasiename").input_value()
    assert re.fullmatch(r"[A-Z][a-z]+-[1-9]\d\d", suggested)
    keys.uses("Weiter")
    expect(page.get_by_text("Schritt 2 von 3")).to_be_visible()
    expect(page.get_by_role("heading", name="Ihre Passphrase")).to_be_focused()
    assert len(page.locator(".words__word").all_inner_texts()) == 6
    keys.uses("Zugang anlegen")
    expect(page.get_by_role("heading", name="Ihr Zugangsblatt")).to_be_focused()
    keys.uses("Ich habe es an einem sicheren Ort")
    keys.goes_to(page.get_by_label("Code von Ihrem Blatt"))
    keys.types(str(page.evaluate("() => entrance.writtenCode.toLowerCase()")))
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Meine Gespräche")).to_be_focused()
    expect(page.get_by_text(f"Angemeldet als {suggested}")).to_be_visible()
    expect(page.get_by_text("Sie wollten sich Ihr Zugangsblatt später notieren")).to_have_count(0)
    assert page.evaluate("() => entrance.sheetNoted") is True


def test_a_sheet_for_later_is_reminded_of(page: Page) -> None:
    show(page, ACCESS, "sheet")
    page.get_by_role("button", name="Später erinnern").click()
    expect(page.get_by_role("heading", name="Meine Gespräche")).to_be_focused()
    expect(page.get_by_text("Sie wollten sich Ihr Zugangsblatt später notieren")).to_be_visible()
    page.get_by_role("button", name="Habe ich schon").click()
    expect(page.get_by_text("Sie wollten sich Ihr Zugangsblatt später notieren")).to_have_count(0)
    assert page.evaluate("() => entrance.sheetNoted") is True


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ki", "mindestens 3 Zeichen"),
        ("K" * 33, "höchstens 32 Zeichen"),
        ("Kiesel 407", "Ohne Leerzeichen"),
    ],
)
def test_a_name_that_cannot_be_one_is_explained_and_kept(page: Page, name: str, words: str) -> None:
    show(page, ACCESS, "name")
    field = page.get_by_label("Ihr Fantasiename")
    field.fill(name)
    page.get_by_role("button", name="Weiter").click()
    expect(field).to_be_focused()
    expect(field).to_have_value(name)
    expect(field).to_have_accessible_description(said(words))


def test_a_taken_name_leads_back_and_keeps_the_passphrase(page: Page) -> None:
    show(page, ACCESS, "name")
    page.get_by_label("Ihr Fantasiename").fill("Vergeben-1")
    page.get_by_role("button", name="Weiter").click()
    page.get_by_text("Eigene wählen").click()
    page.get_by_label("Eigene Passphrase").fill("ein Boot auf dem See")
    page.get_by_role("button", name="Zugang anlegen").click()
    field = page.get_by_label("Ihr Fantasiename")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile("Diesen Namen gibt es schon"))
    field.fill("Frei-2")
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_label("Eigene Passphrase")).to_have_value("ein Boot auf dem See")
    page.get_by_role("button", name="Zugang anlegen").click()
    expect(page.get_by_role("heading", name="Ihr Zugangsblatt")).to_be_focused()
    assert page.evaluate("() => entrance.calls[0]") == ["create", "frei-2", "ein Boot auf dem See"]


def test_the_strength_of_an_own_passphrase_stands_in_words(page: Page) -> None:
    show(page, ACCESS, "passphrase")
    page.get_by_text("Eigene wählen").click()
    field = page.get_by_label("Eigene Passphrase")
    strength = page.locator("#own-phrase-strength")
    for typed, words in (
        ("neun Zeich", "Noch 4 Zeichen"),
        ("dreizehn Zeic", "Noch ein Zeichen"),
        ("vierzehn Zeich", "Gut"),
        ("ein Boot auf dem See", "Sehr gut"),
        ("abababababababab", "Das erraten andere zu leicht"),
    ):
        field.fill(typed)
        expect(strength).to_contain_text(words)
    field.fill("kurz")
    page.get_by_role("button", name="Zugang anlegen").click()
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(said("mindestens 14 Zeichen"))
    assert field.get_attribute("type") == "password"
    page.get_by_role("button", name="Passphrase anzeigen").click()
    assert field.get_attribute("type") == "text"
    expect(field).to_have_value("kurz")


def test_a_failure_on_the_way_keeps_everything_and_can_be_repeated(page: Page) -> None:
    show(page, ACCESS, "createFails")
    expect(page.get_by_role("alert").filter(has_text="Wir erreichen den Dienst")).to_be_visible()
    before = page.locator(".words__word").all_inner_texts()
    page.evaluate(
        "() => { entrance.create = entrance.signIn.bind(null, 'kiesel-407', 'richtig'); }"
    )
    page.get_by_role("button", name="Zugang anlegen").click()
    expect(page.get_by_role("heading", name="Ihr Zugangsblatt")).to_be_visible()
    assert len(before) == 6


# --- the sheet ------------------------------------------------------------------------------------


def test_the_sheet_shows_its_code_in_groups_and_as_squares(page: Page) -> None:
    show(page, ACCESS, "sheet")
    code = str(page.evaluate("() => entrance.writtenCode"))
    shown = "-".join(page.locator("#app .sheet__line").all_inner_texts())
    assert shown == code
    assert re.fullmatch(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}", code)
    expect(
        page.locator("#app").get_by_role("img", name="QR-Code mit demselben Code")
    ).to_be_visible()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("(code) => ''", "Bitte geben Sie den Code"),
        ("(code) => code.slice(0, -2)", "Da fehlen noch 2 Zeichen"),
        ("(code) => code.slice(0, -1)", "Da fehlt noch ein Zeichen"),
        ("(code) => code + '0'", "zu viele Zeichen"),
        ("(code) => (code[0] === '7' ? '8' : '7') + code.slice(1)", "Da stimmt ein Zeichen nicht"),
        ("(code) => 'ä' + code.slice(1)", "ein Zeichen, das im Code nicht vorkommt"),
        ("(code) => entrance.firstCode", "nicht der von diesem Blatt"),
    ],
)
def test_a_code_typed_back_wrong_is_explained(page: Page, change: str, words: str) -> None:
    show(page, ACCESS, "sheet")
    page.evaluate(
        """async () => {
          const { newCode, written } = await import('/code/js/crypto/recovery.js');
          entrance.firstCode = written(newCode());
        }"""
    )
    page.get_by_role("button", name="Ich habe es an einem sicheren Ort").click()
    field = page.get_by_label("Code von Ihrem Blatt")
    typed = page.evaluate(f"() => ({change})(entrance.writtenCode)")
    field.fill(typed)
    page.get_by_role("button", name="Prüfen").click()
    expect(field).to_be_focused()
    expect(field).to_have_value(typed)
    expect(field).to_have_accessible_description(said(words))


def test_the_sheet_can_be_looked_at_again_before_it_is_typed_back(page: Page) -> None:
    show(page, ACCESS, "sheet")
    page.get_by_role("button", name="Ich habe es an einem sicheren Ort").click()
    expect(page.locator("#app .sheet")).to_have_count(0)
    page.get_by_role("button", name="Blatt noch einmal ansehen").click()
    expect(page.locator("#app .sheet")).to_be_visible()


def test_on_paper_stands_the_sheet_alone_and_nothing_says_where_it_is_from(page: Page) -> None:
    show(page, ACCESS, "sheet")
    page.evaluate("() => { window.print = () => { window.printedTitle = document.title; }; }")
    page.get_by_role("button", name="Drucken").click()
    page.emulate_media(media="print")
    printed = page.evaluate("() => document.body.innerText")
    assert page.evaluate("() => window.printedTitle") == "Blatt"
    assert "Beratung" not in printed
    assert "Zugang" not in printed
    for line in str(page.evaluate("() => entrance.writtenCode")).split("-"):
        assert line in printed
    page.emulate_media(media="screen")
    page.evaluate("() => { window.dispatchEvent(new Event('afterprint')); }")
    expect(page).to_have_title("Lebensfragen")
    assert "data-prints" not in page.content()


def test_the_picture_of_the_sheet_has_a_neutral_name(page: Page) -> None:
    show(page, ACCESS, "sheet")
    with page.expect_download() as found:
        page.get_by_role("button", name="Als Bild sichern").click()
    assert found.value.suggested_filename == "blatt.png"
    assert found.value.path().read_bytes().startswith(b"\x89PNG")
    expect(page.get_by_text("Das Bild liegt jetzt in Ihren Downloads")).to_be_visible()


def test_the_picture_of_the_sheet_shows_the_sheet_alone(page: Page) -> None:
    show(page, ACCESS, "sheet")
    page.evaluate(
        """() => {
          window.drawn = [];
          const { fillText } = CanvasRenderingContext2D.prototype;
          CanvasRenderingContext2D.prototype.fillText = function (...asked) {
            window.drawn.push(asked[0]);
            return fillText.apply(this, asked);
          };
        }"""
    )
    with page.expect_download():
        page.get_by_role("button", name="Als Bild sichern").click()
    drawn = page.evaluate("() => window.drawn")
    name = page.locator("#app .sheet__name").inner_text()
    assert drawn[:3] == ["Name", name, "Code"]
    assert "-".join(drawn[3:]) == page.evaluate("() => entrance.writtenCode")


def test_the_paper_leaves_with_the_step(page: Page) -> None:
    show(page, ACCESS, "sheet")
    expect(page.locator(".paper")).to_have_count(1)
    page.get_by_role("button", name="Später erinnern").click()
    expect(page.locator(".paper")).to_have_count(0)


# --- signing in -----------------------------------------------------------------------------------


def test_signing_in_lets_managers_of_passwords_help(page: Page) -> None:
    show(page, ACCESS, "signIn")
    expect(page.get_by_label("Ihr Fantasiename")).to_have_attribute("autocomplete", "username")
    phrase = page.get_by_label("Ihre Passphrase")
    expect(phrase).to_have_attribute("autocomplete", "current-password")
    expect(phrase).to_have_attribute("type", "password")


def test_a_wrong_passphrase_keeps_what_was_typed_and_shows_the_other_way(page: Page) -> None:
    show(page, ACCESS, "signIn")
    name, phrase = page.get_by_label("Ihr Fantasiename"), page.get_by_label("Ihre Passphrase")
    name.fill("Kiesel-407")
    phrase.fill("falsch")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Name oder Passphrase")).to_be_visible()
    expect(name).to_have_value("Kiesel-407")
    expect(phrase).to_have_value("falsch")
    expect(page.get_by_role("button", name="Mit Zugangsblatt anmelden")).to_be_visible()
    phrase.fill("richtig")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", name="Meine Gespräche")).to_be_focused()


@pytest.mark.parametrize(
    ("name", "phrase", "label"),
    [("", "richtig", "Ihr Fantasiename"), ("Kiesel-407", "", "Ihre Passphrase")],
)
def test_an_empty_field_is_asked_for(page: Page, name: str, phrase: str, label: str) -> None:
    show(page, ACCESS, "signIn")
    page.get_by_label("Ihr Fantasiename").fill(name)
    page.get_by_label("Ihre Passphrase").fill(phrase)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_label(label)).to_be_focused()
    expect(page.get_by_label(label)).to_have_accessible_description(re.compile("Bitte geben Sie"))


def test_after_ten_seconds_the_page_says_why_it_takes_long(timed_page: Page) -> None:
    page = timed_page
    show(page, ACCESS, "signIn")
    page.evaluate("() => { entrance.signIn = () => new Promise(() => {}); }")
    page.get_by_label("Ihr Fantasiename").fill("Kiesel-407")
    page.get_by_label("Ihre Passphrase").fill("richtig")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("button", name="Einen Moment …")).to_be_visible()
    page.clock.run_for(9_000)
    expect(page.get_by_text("Ihr Gerät rechnet noch")).to_have_count(0)
    page.clock.run_for(2_000)
    expect(page.get_by_text("gesperrt werden Sie nie")).to_be_visible()
    page.evaluate("() => { entrance.connection.value = 'lost'; }")
    expect(page.get_by_text("Keine Verbindung. Wir versuchen es weiter.")).to_be_visible()


def test_the_sheet_opens_the_access_and_makes_both_doors_anew(page: Page) -> None:
    show(page, ACCESS, "signIn")
    page.get_by_role("button", name="Mit Zugangsblatt anmelden").click()
    expect(page.get_by_role("heading", name="Mit Zugangsblatt anmelden")).to_be_focused()
    old = str(page.evaluate("() => entrance.writtenCode"))
    page.get_by_label("Code von Ihrem Blatt").fill(old)
    page.get_by_role("button", name="Zugang öffnen").click()
    expect(page.get_by_role("heading", name="Ihre neue Passphrase")).to_be_focused()
    expect(page.get_by_text("Der Code stimmt, Kiesel-407.")).to_be_visible()
    words = " ".join(page.locator(".words__word").all_inner_texts())
    page.get_by_role("button", name="Neue Passphrase speichern").click()
    expect(page.get_by_role("heading", name="Ihr Zugangsblatt")).to_be_focused()
    assert page.evaluate("() => entrance.calls[0]") == ["renew", words]
    assert page.evaluate("() => entrance.writtenCode") != old
    page.get_by_role("button", name="Später erinnern").click()
    expect(page.get_by_role("heading", name="Meine Gespräche")).to_be_focused()


def test_a_code_that_opens_nothing_is_kept_in_its_field(page: Page) -> None:
    show(page, ACCESS, "recover")
    page.evaluate("() => { entrance.code = ''; }")
    code = str(page.evaluate("() => entrance.writtenCode"))
    page.get_by_label("Code von Ihrem Blatt").fill(code)
    page.get_by_role("button", name="Zugang öffnen").click()
    expect(page.get_by_text("Mit diesem Code gibt es keinen Zugang")).to_be_visible()
    expect(page.get_by_label("Code von Ihrem Blatt")).to_have_value(code)


# --- signed in ------------------------------------------------------------------------------------


def test_what_runs_stands_first_and_what_is_over_says_how_long_it_is_there(page: Page) -> None:
    show(page, ACCESS, "home")
    talks = page.locator(".talk")
    expect(talks).to_have_count(3)
    expect(talks.nth(0)).to_contain_text("Zurück in den Chat")
    expect(talks.nth(1)).to_contain_text(re.compile(r"lesbar bis \w+, \d+\.\s\w+, \d\d:\d\d Uhr"))
    # There is one way into the chat, and it is the running one.
    expect(page.get_by_role("button", name="Jetzt chatten")).to_have_count(0)


def test_a_closed_chat_is_read_and_left_again(page: Page) -> None:
    show(page, ACCESS, "home")
    page.locator(".talk").nth(1).click()
    expect(page.get_by_role("log")).to_be_visible()
    expect(page.get_by_role("heading", name="Maria B.")).to_be_focused()
    expect(page.get_by_text("Sie können ihn bis")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    page.get_by_role("button", name="Zu meinen Gesprächen").click()
    expect(page.get_by_role("heading", name="Meine Gespräche")).to_be_focused()


def test_the_chat_opens_on_the_same_page_and_the_lock_rests_meanwhile(page: Page) -> None:
    show(page, ACCESS, "empty")
    before = page.evaluate("() => history.length")
    page.get_by_role("button", name="Jetzt chatten").click()
    expect(page.get_by_role("heading", name="Sie sind im Warteraum")).to_be_visible()
    page.evaluate("() => { idle.secondsLeft.value = 100; }")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("() => history.length") == before
    assert page.evaluate("() => model.isResting") is True


def test_a_new_passphrase_needs_the_present_one(page: Page) -> None:
    show(page, ACCESS, "change")
    page.get_by_role("button", name="Passphrase ändern").click()
    present = page.get_by_label("Ihre jetzige Passphrase")
    expect(present).to_have_accessible_description(re.compile("Bitte geben Sie Ihre Passphrase"))
    words = page.locator(".words__word").all_inner_texts()
    present.fill("falsch")
    page.get_by_role("button", name="Passphrase ändern").click()
    expect(present).to_have_accessible_description(re.compile("stimmt nicht"))
    expect(present).to_have_value("falsch")
    assert page.locator(".words__word").all_inner_texts() == words
    present.fill("richtig")
    page.get_by_role("button", name="Passphrase ändern").click()
    expect(page.get_by_text("Ihre neue Passphrase gilt ab sofort")).to_be_visible()
    assert page.evaluate("() => entrance.calls") == [["changePassphrase", " ".join(words)]]


def test_a_new_sheet_is_made_and_noted(page: Page) -> None:
    show(page, ACCESS, "newSheet")
    page.get_by_label("Ihre Passphrase").fill("richtig")
    page.get_by_role("button", name="Neues Blatt machen").click()
    expect(page.get_by_text("Das alte öffnet nichts mehr")).to_be_visible()
    page.get_by_role("button", name="Ich habe es an einem sicheren Ort").click()
    page.get_by_label("Code von Ihrem Blatt").fill(str(page.evaluate("entrance.writtenCode")))
    page.get_by_role("button", name="Prüfen").click()
    expect(page.get_by_text("Ihr neues Blatt ist notiert")).to_be_visible()


def test_the_server_is_counted_exactly(page: Page) -> None:
    show(page, ACCESS, "stock")
    expect(page.get_by_text("eine verschlüsselte Seite, 4.145 Byte")).to_be_visible()
    expect(page.get_by_text("33 verschlüsselte Umschläge, 48.213 Byte")).to_be_visible()
    expect(page.get_by_text("eine, 219.104 Byte")).to_be_visible()
    expect(page.get_by_text("48 Stunden nach dem Ende")).to_be_visible()


def test_what_was_deleted_is_said_with_what_shows_it(page: Page) -> None:
    show(page, ACCESS, "stockDeleted")
    deleted = page.get_by_role("region", name="Gelöschte Gespräche")
    expect(deleted.get_by_role("listitem")).to_have_count(2)
    expect(deleted).to_contain_text("kommt in der Nacht ins öffentliche Verzeichnis")
    expect(deleted).to_contain_text("die Liste steht im öffentlichen Verzeichnis")
    expect(deleted.locator(".error-box")).to_have_count(0)


def test_a_deletion_without_its_evidence_is_an_alarm_in_words(page: Page) -> None:
    show(page, ACCESS, "stockOverdue")
    alarms = page.get_by_role("region", name="Gelöschte Gespräche").locator(".error-box")
    for number, words in enumerate(
        (
            "keine öffentliche Liste nennt es",
            "diese Liste fehlt im öffentlichen Verzeichnis",
            "passt nicht zum öffentlichen Verzeichnis",
        )
    ):
        expect(alarms.nth(number)).to_contain_text(words)
        expect(alarms.nth(number)).to_contain_text("Das darf nicht sein")


def test_deleting_says_what_goes_when_and_the_safe_choice_has_the_focus(page: Page) -> None:
    show(page, ACCESS, "delete")
    dialog = page.get_by_role("dialog", name="Zugang löschen?")
    expect(dialog.get_by_role("button", name="Abbrechen")).to_be_focused()
    expect(dialog).to_contain_text("Ein laufendes Gespräch endet damit")
    expect(dialog).to_contain_text("2 beendete Gespräche werden wie geplant gelöscht")
    expect(dialog.locator("[data-quick-exit]")).to_be_in_viewport()
    dialog.get_by_label("Ihre Passphrase").fill("falsch")
    dialog.get_by_role("button", name="Zugang löschen").click()
    field = dialog.get_by_label("Ihre Passphrase")
    expect(field).to_have_accessible_description("Diese Passphrase stimmt nicht.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Zugang löschen").click()
    page.get_by_role("dialog").get_by_label("Ihre Passphrase").fill("richtig")
    page.get_by_role("dialog").get_by_role("button", name="Zugang löschen").click()
    expect(page.get_by_role("heading", name="Ihr Zugang ist gelöscht.")).to_be_focused()
    assert page.evaluate("() => model.account.value") is None


# --- idle, and leaving ----------------------------------------------------------------------------


def test_the_last_two_minutes_are_counted_down_and_one_press_stays(page: Page) -> None:
    show(page, ACCESS, "idle")
    dialog = page.get_by_role("dialog", name="Sind Sie noch da?")
    expect(dialog).to_contain_text("Noch 01:44 Minuten.")
    expect(page).to_have_title("Sind Sie noch da?")
    expect(dialog.get_by_role("button", name="Ich bin noch da")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", name="Meine Gespräche")).to_be_visible()


def test_who_signs_in_again_is_back_in_the_same_place(page: Page) -> None:
    show(page, ACCESS, "past")
    page.evaluate("() => { window.before = model.account.value; }")
    page.evaluate("() => model.lock('idle')")
    expect(page.get_by_role("heading", name="Sie waren längere Zeit nicht aktiv")).to_be_focused()
    expect(page.get_by_role("log")).to_have_count(0)
    assert page.evaluate("() => [before.isWiped, model.account.value]") == [True, None]
    page.get_by_label("Ihr Fantasiename").fill("Kiesel-407")
    page.get_by_label("Ihre Passphrase").fill("richtig")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("log")).to_be_visible()


def test_a_sign_in_that_ended_elsewhere_asks_again_and_says_why(page: Page) -> None:
    show(page, ACCESS, "settings")
    page.evaluate("() => { model.account.value.ended.value = true; }")
    expect(
        page.get_by_role("heading", name="Bitte melden Sie sich noch einmal an.")
    ).to_be_focused()
    expect(page.get_by_text("auf einem anderen Gerät geändert")).to_be_visible()
    page.get_by_label("Ihr Fantasiename").fill("Kiesel-407")
    page.get_by_label("Ihre Passphrase").fill("richtig")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    expect(page.get_by_role("heading", name="Ihr Zugang")).to_be_focused()


def test_signing_out_wipes_the_keys(page: Page) -> None:
    show(page, ACCESS, "home")
    page.evaluate("() => { window.before = model.account.value; }")
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("heading", name="Anmelden")).to_be_focused()
    expect(page.get_by_text("Sie sind abgemeldet.")).to_be_visible()
    assert page.evaluate("() => [before.isWiped, model.account.value]") == [True, None]


@pytest.mark.parametrize("state", ["home", "sheet", "past", "own"])
def test_the_quick_exit_takes_everything_off_the_page(page: Page, state: str) -> None:
    show(page, ACCESS, state)
    page.evaluate("() => { window.before = model.account.value; }")
    page.evaluate("() => document.dispatchEvent(new CustomEvent('quickexit'))")
    assert page.evaluate("() => document.getElementById('app').childNodes.length") == 0
    expect(page.locator(".paper")).to_have_count(0)
    assert page.evaluate("() => [before?.isWiped ?? true, model.account.value]") == [True, None]


@pytest.mark.parametrize("state", ["signIn", "passphrase", "sheet", "home", "stock", "delete"])
def test_the_room_speaks_english_too(page: Page, state: str) -> None:
    show(page, f"/en{ACCESS}", state)
    words = page.locator("#app").inner_text()
    assert re.search(r"[äöüß]|\b(?:Ihre?|und|der|nicht)\b", words) is None
