"""Handing a written conversation over, as counsellors meet it, over sample models."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults
from tests.browser.keyboard import Keys
from tests.web.views_page import WORK, opens_messages, show

pytestmark = pytest.mark.browser
DESK = 1280
PHONE = 390
SMALLEST = 320


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


def opens_case(page: Page, name: str, width: int = DESK, path: str = WORK) -> None:
    show(page, path, "handed", width)
    opens_messages(page)
    page.locator(".row--chat", has_text=name).click()


def opens_row(page: Page, at: int, width: int = DESK) -> None:
    show(page, WORK, "handed", width)
    page.get_by_role("tab", name=re.compile("Schriftlich")).click()
    page.locator(".row--written").nth(at).click()


def dialog(page: Page) -> Locator:
    page.get_by_role("button", name="Weitergeben").click()
    page.get_by_role("button", name="Übergeben …").click()
    return page.get_by_role("dialog")


def handing(page: Page) -> Locator:
    return page.locator(".case__bar--handing")


def test_the_dialog_asks_whom_and_with_what_and_says_what_comes_next(page: Page) -> None:
    opens_case(page, "Kiesel-407")
    opened = dialog(page)
    assert faults(page) == []
    expect(opened).to_contain_text("Ohne Zustimmung geschieht nichts.")
    expect(opened.get_by_role("radio", name="Eva S.")).to_have_accessible_description(
        re.compile("Mein Schwerpunkt")
    )
    with_all = opened.get_by_role("radio", name="Mit bisherigem Verlauf")
    expect(with_all).to_be_checked()
    expect(with_all).to_have_accessible_description(re.compile("mit allen Dateien"))
    opened.get_by_role("button", name="Um Zustimmung bitten").click()
    expect(opened.get_by_role("alert")).to_contain_text("Bitte wählen Sie, wer weitermachen soll.")
    assert faults(page) == []
    opened.get_by_role("radio", name="Eva S.").check()
    opened.get_by_role("radio", name="Ohne bisherigen Verlauf").check()
    opened.get_by_role("button", name="Um Zustimmung bitten").click()
    expect(handing(page)).to_contain_text(
        "Wartet auf die Zustimmung von Kiesel-407: Eva S. soll weitermachen."
    )
    assert page.evaluate("() => model.written.handOvers.asked") == [[62, False, False]]
    expect(page.get_by_role("button", name="Weitergeben")).to_have_count(0)
    handing(page).get_by_role("button", name="Zurückziehen").click()
    expect(handing(page)).to_have_count(0)
    expect(page.locator("#message-field")).to_be_focused()


def test_the_keyboard_alone_hands_over(page: Page) -> None:
    opens_case(page, "Kiesel-407")
    keys = Keys(page)
    keys.uses("Weitergeben")
    keys.uses("Übergeben …")
    expect(page.get_by_role("dialog").get_by_role("heading").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Übergeben …")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("heading").first).to_be_focused()
    expect(page.get_by_role("radio", name="Ayse T.")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="Ayse T.")).to_be_checked()
    page.keyboard.press("Enter")
    expect(handing(page)).to_contain_text("Ayse T. soll weitermachen")


def test_what_is_not_mine_cannot_be_granted(page: Page) -> None:
    opens_case(page, "Anfrage 36")
    expect(page.locator(".case__subject")).to_have_text("Ohne bisherigen Verlauf")
    opened = dialog(page)
    expect(opened.get_by_role("radio", name="Mit bisherigem Verlauf")).to_be_disabled()
    expect(opened.get_by_role("radio", name="Ohne bisherigen Verlauf")).to_be_checked()
    expect(opened).to_contain_text("Den früheren Verlauf haben Sie selbst nicht.")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Farn-12", "Wartet auf die Zustimmung von Farn-12: Jonas K. soll weitermachen."),
        ("Nebel-88", "Nebel-88 hat zugestimmt. Jetzt wird an Jonas K. übergeben."),
        ("Amsel-3", "Bis Jonas K. übernimmt, lesen Sie beide mit."),
    ],
)
def test_every_state_is_said_in_words(page: Page, name: str, words: str) -> None:
    opens_case(page, name)
    expect(handing(page)).to_contain_text(words)
    expect(page.locator(".row--chat", has_text=name)).to_contain_text("Übergabe läuft")
    expect(page.locator("#message-field")).to_be_editable()
    assert faults(page) == []


def test_who_reads_follows_from_who_is_in_it(page: Page) -> None:
    opens_case(page, "Amsel-3")
    expect(page.get_by_role("log")).to_contain_text("Sie, Amsel-3 und Jonas K. können das lesen.")
    page.get_by_role("button", name=re.compile("Verschlüsselt")).click()
    expect(page.get_by_role("dialog")).to_contain_text("Amsel-3 und Jonas K.")


def test_handed_over_nothing_is_read_and_what_was_typed_is_still_there(page: Page) -> None:
    opens_case(page, "Birke-51")
    expect(page.get_by_role("heading", name="An Jonas K. übergeben")).to_be_visible()
    expect(page.locator(".unsent")).to_contain_text("ich wollte Ihnen noch schreiben")
    expect(page.get_by_role("log")).to_have_count(0)
    expect(page.locator("#message-field")).to_have_count(0)
    expect(page.locator(".row--chat", has_text="Birke-51")).not_to_contain_text("Ja, gern.")
    assert faults(page) == []
    page.get_by_role("button", name="Aus der Liste nehmen").click()
    expect(page.locator(".row--chat", has_text="Birke-51")).to_have_count(0)


def test_what_is_handed_to_me_stands_on_top_and_says_by_whom(page: Page) -> None:
    show(page, WORK, "handed", DESK)
    tab = page.get_by_role("tab", name=re.compile("Schriftlich"))
    expect(tab).to_contain_text("5")
    tab.click()
    rows = page.locator(".row--written")
    expect(rows.nth(0)).to_contain_text("Übergabe von Jonas K.")
    expect(rows.nth(1)).to_contain_text("Übergabe aus dem Team")
    expect(rows.nth(1)).to_contain_text("Ohne bisherigen Verlauf")
    expect(rows.nth(4)).to_contain_text("bleibt bei Eva S.")
    assert faults(page) == []


def test_a_hand_over_is_read_first_and_then_taken_over(page: Page) -> None:
    opens_row(page, 0)
    detail = page.locator(".workspace__detail")
    expect(detail.get_by_role("heading", name="Bisheriger Verlauf")).to_be_visible()
    expect(detail.locator(".handed-parts > li")).to_have_count(2)
    expect(detail).to_contain_text(
        "Jetzt Kiesel-407, Jonas K. und Sie. Wenn Sie übernehmen, liest Jonas K. nicht mehr mit."
    )
    assert faults(page) == []
    detail.get_by_role("button", name="Übernehmen", exact=True).click()
    title = page.get_by_role("heading", name="Sie haben die Anfrage übernommen")
    expect(title).to_be_focused()


def test_without_what_came_before_that_is_said(page: Page) -> None:
    opens_row(page, 1)
    detail = page.locator(".workspace__detail")
    expect(detail.get_by_role("heading", name="Ohne bisherigen Verlauf")).to_be_visible()
    assert faults(page) == []


def test_a_hand_over_goes_back(page: Page) -> None:
    opens_row(page, 0)
    page.get_by_role("button", name="Zurückgeben", exact=True).click()
    expect(page.get_by_role("heading", name="Zurückgegeben")).to_be_focused()
    expect(page.locator(".workspace__detail")).to_contain_text("Jonas K. behält die Anfrage")
    assert faults(page) == []


def test_what_cannot_be_opened_can_only_go_back(page: Page) -> None:
    opens_row(page, 2)
    detail = page.locator(".workspace__detail")
    expect(detail).to_contain_text("lässt sich nicht öffnen. Sie können sie zurückgeben.")
    expect(detail.get_by_role("button", name="Übernehmen", exact=True)).to_have_count(0)
    expect(detail.get_by_role("button", name="Zurückgeben", exact=True)).to_be_visible()
    assert faults(page) == []


@pytest.mark.parametrize("width", [SMALLEST, PHONE])
def test_nothing_is_wider_than_the_smallest_phone(page: Page, width: int) -> None:
    for name in ("Kiesel-407", "Amsel-3", "Birke-51"):
        opens_case(page, name, width)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    opens_case(page, "Kiesel-407", width)
    opened = dialog(page)
    assert opened.evaluate("(it) => it.scrollWidth <= it.clientWidth") is True
    opens_row(page, 0, width)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_in_english_everything_has_words(page: Page) -> None:
    for name in ("Farn-12", "Nebel-88", "Amsel-3", "Birke-51"):
        show(page, "/en/team", "handed", DESK)
        page.get_by_role("button", name=re.compile("my messages", re.I)).first.click()
        page.locator(".row--chat", has_text=name).click()
        expect(page.locator(".chat__name")).to_be_visible()


def test_a_stand_in_is_asked_for_in_its_own_words(page: Page) -> None:
    opens_case(page, "Kiesel-407")
    keys = Keys(page)
    keys.uses("Weitergeben")
    keys.uses("Vertretung …")
    opened = page.get_by_role("dialog")
    expect(opened.get_by_role("heading", name="Vertretung", exact=True)).to_be_focused()
    expect(opened).to_contain_text("Nach der Zustimmung lesen und schreiben Sie beide.")
    expect(opened).not_to_contain_text("Übergabe")
    assert faults(page) == []
    opened.get_by_role("button", name="Um Zustimmung bitten").click()
    expect(opened.get_by_role("alert")).to_contain_text("wer Sie vertreten soll")
    opened.get_by_role("radio", name="Eva S.").check()
    page.keyboard.press("Enter")
    expect(handing(page)).to_contain_text("Kiesel-407: Eva S. soll Sie vertreten.")
    assert page.evaluate("() => model.written.handOvers.asked") == [[62, True, True]]
    expect(page.get_by_role("button", name="Weitergeben")).to_have_count(0)


def test_while_somebody_stands_in_it_is_said_to_both_and_either_ends_it(page: Page) -> None:
    opens_case(page, "Linde-9")
    expect(handing(page)).to_contain_text("Jonas K. vertritt Sie und liest mit.")
    expect(handing(page)).to_contain_text("Übergeben können Sie erst, wenn")
    expect(page.locator(".row--chat", has_text="Linde-9")).to_contain_text("vertreten durch Jonas")
    expect(page.get_by_role("button", name="Schließen und löschen")).to_be_visible()
    assert faults(page) == []
    end = handing(page).get_by_role("button", name="Vertretung beenden")
    end.click()
    dialog = page.get_by_role("dialog", name="Vertretung beenden?")
    expect(dialog).to_contain_text("Jonas K. liest und schreibt dann hier nicht mehr mit.")
    expect(dialog).to_contain_text("müsste Linde-9 noch einmal zustimmen")
    expect(dialog.get_by_role("button", name="Abbrechen")).to_be_focused()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(end).to_be_focused()
    expect(handing(page)).to_contain_text("Jonas K. vertritt Sie")
    end.click()
    dialog.get_by_role("button", name="Vertretung beenden").click()
    expect(handing(page)).to_have_count(0)
    expect(dialog).to_have_count(0)

    opens_case(page, "Moos-64")
    expect(handing(page)).to_contain_text("Sie vertreten Jonas K.: Sie lesen und schreiben beide.")
    expect(page.locator(".row--chat", has_text="Moos-64")).to_contain_text("Vertretung von Jonas K")
    # What is somebody else's is neither closed nor handed on.
    for name in ("Schließen und löschen", "Weitergeben", "Neuer Zugang …"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.locator("#message-field")).to_be_editable()
    assert faults(page) == []
    handing(page).get_by_role("button", name="Vertretung beenden").click()
    expect(dialog).to_contain_text("Sie lesen und schreiben dann hier nicht mehr mit.")
    dialog.get_by_role("button", name="Vertretung beenden").click()
    expect(page.get_by_role("heading", name="Vertretung beendet")).to_be_visible()


def test_ended_nothing_is_read_and_what_was_typed_is_still_there(page: Page) -> None:
    opens_case(page, "Ufer-12")
    expect(page.get_by_role("heading", name="Vertretung beendet")).to_be_visible()
    expect(page.locator(".unsent")).to_contain_text("ich wollte Ihnen")
    expect(page.get_by_role("log")).to_have_count(0)


def test_standing_in_is_read_first_and_then_taken_on(page: Page) -> None:
    opens_row(page, 5)
    expect(page.locator(".row--written").nth(5)).to_contain_text("Vertretung von Jonas K.")
    detail = page.locator(".workspace__detail")
    expect(detail).to_contain_text("Jonas K. liest weiter mit")
    expect(detail).to_contain_text("Vertretung von Jonas K.")
    assert faults(page) == []
    detail.get_by_role("button", name="Übernehmen").click()
    expect(page.get_by_role("heading", name="Sie vertreten jetzt Jonas K.")).to_be_visible()
