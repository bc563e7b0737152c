"""The team's room over sample models: admitting, taking out, alarms, and what is sealed anew."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.web.views_page import WORK, show

pytestmark = pytest.mark.browser
DESK = 1280
STATES = (
    "alone",
    "newcomer",
    "comesback",
    "restart",
    "sealing",
    "sealed",
    "unsealed",
    "due",
    "problem",
    "teamless",
    "teamloading",
)


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


def opens_team(page: Page, state: str, width: int = DESK, path: str = WORK) -> None:
    """Go to the team of a sample."""
    show(page, path, state, width)
    page.get_by_role("button", name=re.compile("^Team")).click()
    # Of the room itself, not of what stands there while it is fetched.
    expect(page.locator("#team-title")).to_be_focused()


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_accessible(page: Page, state: str) -> None:
    opens_team(page, state)
    assert faults(page) == []


@pytest.mark.parametrize("path", [WORK, f"/en{WORK}"])
@pytest.mark.parametrize("state", ["newcomer", "comesback", "restart", "unsealed", "due", "noteam"])
def test_nothing_is_wider_than_a_small_phone(page: Page, state: str, path: str) -> None:
    if state == "noteam":
        show(page, path, state, 320)
    else:
        opens_team(page, state, 320, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    # The words of the rail stand beside each other.
    words = page.locator(".rail .when-narrow:visible, .rail__item--more:visible > span")
    boxes = [word.bounding_box() for word in words.all()]
    edges = [edge for box in boxes if box for edge in (box["x"], box["x"] + box["width"])]
    assert edges == sorted(edges)


def test_the_words_are_compared_and_somebody_is_admitted(page: Page) -> None:
    opens_team(page, "newcomer")
    rail = page.get_by_role("button", name=re.compile("^Team"))
    expect(rail).to_contain_text("1")
    card = page.get_by_role("region", name="Anna B. möchte ins Team Lebensfragen")
    expect(card.get_by_role("group", name="Die 8 Wörter von Anna B.")).to_contain_text("apfel")
    button = card.get_by_role("button", name="Wörter stimmen überein: aufnehmen")
    for fails, words in (
        ("failed", "Das hat nicht geklappt."),
        ("offline", "Es ist noch nichts geschehen."),
        ("noKey", "Schlüssel dieses Teams"),
    ):
        page.evaluate("(fails) => { model.team.fails = fails; }", fails)
        button.click()
        expect(card.get_by_role("alert")).to_contain_text(words)
    page.evaluate("() => { model.team.fails = ''; }")
    button.click()
    expect(
        page.get_by_role("status").filter(has_text="Anna B. gehört jetzt zum Team.")
    ).to_be_visible()
    expect(page.get_by_role("heading", name="Team", exact=True)).to_be_focused()
    expect(card).to_have_count(0)
    expect(rail).not_to_contain_text("1")


def test_later_keeps_the_person_in_reach(page: Page) -> None:
    opens_team(page, "newcomer")
    page.get_by_role("button", name="Später").click()
    expect(page.get_by_role("region", name=re.compile("^Anna B. möchte"))).to_have_count(0)
    page.get_by_text("Weitere Personen, die bestätigt sind").click()
    for note in ("möchte ins Team", "in einem anderen Team", "war schon im Team"):
        expect(page.get_by_text(note, exact=True)).to_be_visible()
    page.get_by_role("button", name="Aufnehmen … Cleo D.").click()
    expect(
        page.get_by_role("region", name="Cleo D. wieder ins Team Lebensfragen aufnehmen")
    ).to_be_visible()
    assert faults(page) == []


def test_taking_out_wants_the_name(page: Page) -> None:
    opens_team(page, "alone")
    expect(page.get_by_role("button", name=re.compile("nehmen … Maria B."))).to_have_count(0)
    opener = page.get_by_role("button", name="Aus dem Team nehmen … Eva S.")
    opener.click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_label("Tippen Sie zur Sicherheit den Namen ein: Eva S.")
    expect(field).to_be_focused()
    for meaning in (
        "liest danach nichts mehr",
        "neuen Schlüssel",
        "bleibt dort, bis es übergeben wird",
    ):
        expect(dialog.get_by_text(meaning)).to_be_visible()
    assert faults(page) == []
    field.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("noch nicht richtig geschrieben")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    assert page.evaluate("() => model.team.asked.filter((one) => one !== 'look')") == []
    opener.click()
    field.fill(" eva s. ")
    page.evaluate("() => { model.team.fails = 'offline'; }")
    field.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Es ist noch nichts geschehen.")
    page.evaluate("() => { model.team.fails = ''; }")
    dialog.get_by_role("button", name="Aus dem Team nehmen", exact=True).click()
    expect(page.get_by_text("Eva S. gehört nicht mehr zum Team.")).to_be_visible()


def test_who_has_no_name_is_taken_out_by_a_word(page: Page) -> None:
    opens_team(page, "alone")
    page.get_by_role("button", name="Aus dem Team nehmen … Jemand ohne Namen").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("herausnehmen")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Jemand ohne Namen gehört nicht mehr zum Team.")).to_be_visible()


def test_a_team_begun_anew_stands_everywhere_until_somebody_has_asked(page: Page) -> None:
    show(page, WORK, "restart", DESK)
    bar = page.get_by_text("Das Team Lebensfragen wurde von der Verwaltung neu begonnen.")
    expect(bar).to_be_visible()
    page.get_by_role("button", name="Ansehen").click()
    card = page.get_by_role("region", name="Das Team Lebensfragen wurde neu begonnen")
    expect(card).to_contain_text("Die Verwaltung hat am")
    expect(card.get_by_role("group", name=re.compile("^Die 8 Wörter der Person"))).to_be_visible()
    # Nobody is admitted or taken out before that.
    expect(
        page.get_by_role("button", name=re.compile("aufnehmen|Aus dem Team nehmen"))
    ).to_have_count(0)
    page.evaluate("() => { model.team.fails = 'offline'; }")
    seen = card.get_by_role("button", name="Ich habe nachgefragt, es stimmt")
    seen.click()
    expect(card.get_by_role("alert")).to_contain_text("Das hat nicht geklappt.")
    page.evaluate("() => { model.team.fails = ''; }")
    seen.click()
    expect(bar).to_have_count(0)
    expect(page.get_by_role("heading", name="Team", exact=True)).to_be_focused()


def test_sealing_anew_says_how_far_and_who_could_read(page: Page) -> None:
    show(page, WORK, "sealing", DESK)
    expect(page.get_by_text("Die Anfragen werden neu verschlossen: 12 von 40")).to_be_visible()
    page.get_by_role("button", name="Ansehen").click()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "12")
    expect(
        page.get_by_text("könnte Jonas K. die übrigen offenen Anfragen noch lesen")
    ).to_be_visible()
    opens_team(page, "unsealed")
    for words in (
        "Neu verschlossen: 37 von 40.",
        "Anfrage 7: Ihr Zugang hat",
        "Anfrage 9: Was uns",
        "Anfrage 11: Der Dienst",
    ):
        expect(page.get_by_text(words)).to_be_visible()
    expect(page.get_by_text("Jonas K. und wer das Team verlassen hat")).to_be_visible()
    page.get_by_role("button", name="Noch einmal versuchen").click()
    expect(page.get_by_role("progressbar")).to_be_visible()


def test_what_runs_out_is_told_and_goes_once_it_was_read(page: Page) -> None:
    show(page, WORK, "due", DESK)
    own = page.get_by_text(re.compile("^Ihre Bestätigung läuft am .* ab"))
    expect(own).to_be_visible()
    expect(
        page.get_by_text(re.compile("^Der Schlüssel des Teams Lebensfragen ist am"))
    ).to_be_visible()
    page.get_by_role("button", name="Verstanden").first.click()
    expect(own).to_have_count(0)


def test_waiting_for_a_team_shows_the_own_words_and_takes_a_name(page: Page) -> None:
    show(page, WORK, "noteam", DESK)
    heading = page.get_by_role("heading", name="Jetzt fehlt noch Ihr Team")
    expect(heading).to_be_focused()
    expect(page.get_by_role("group", name="Die 8 Wörter Ihres Schlüssels")).to_contain_text("turm")
    assert faults(page) == []
    page.get_by_role("button", name="Namen speichern").click()
    expect(page.get_by_role("alert")).to_contain_text("höchstens 80 Zeichen")
    field = page.get_by_label("So sehen Sie Team und Ratsuchende")
    expect(field).to_be_focused()
    field.fill("Fehler")
    field.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("ließ sich gerade nicht speichern")
    field.fill("Anna B.")
    field.press("Enter")
    expect(page.get_by_text("Anna B.", exact=True)).to_be_visible()
    # Admitted meanwhile: the workspace is there by itself.
    page.evaluate("() => { model.stage.value = 'work'; }")
    expect(page.get_by_role("heading", name="Erstanfragen")).to_be_visible()


def test_the_keyboard_alone_opens_words_and_admits(page: Page) -> None:
    opens_team(page, "newcomer")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Wörter stimmen überein: aufnehmen")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Anna B. gehört jetzt zum Team.")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator("summary:focus")).to_contain_text("Wörter des Schlüssels")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Die 8 Wörter von Maria B.")).to_be_visible()
