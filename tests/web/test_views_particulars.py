"""What a counsellor notes about a person, over sample models."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults
from tests.web.views_page import WORK, opens_messages, show, walks_in_forced_colours

pytestmark = pytest.mark.browser
DESK = 1280
PHONE = 390
NOTES = "Möchte zuerst über die Nächte sprechen.\nVorsichtig mit dem Thema Familie."


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


def opens(page: Page, state: str = "noted", width: int = DESK, name: str = "Kiesel-407") -> Locator:
    """Go to a conversation, and to what is noted about who writes there."""
    show(page, WORK, state, width)
    opens_messages(page)
    page.locator(".row--chat", has_text=name).first.click()
    page.get_by_role("button", name="Angaben zur Person").click()
    dialog = page.get_by_role("dialog", name="Angaben zur Person")
    expect(dialog).to_contain_text("Nur Sie können das lesen")
    expect(dialog.get_by_role("heading", name="Angaben zur Person")).to_be_focused()
    return dialog


def marks(dialog: Locator, passage: str) -> None:
    """With the keyboard: from its beginning to its end."""
    field = dialog.get_by_label("Text der Anfrage")
    at = field.input_value().index(passage)
    field.press("Control+Home")
    for _ in range(at):
        field.press("ArrowRight")
    for _ in passage:
        field.press("Shift+ArrowRight")
    # It takes nothing that is typed, or pressed to take away.
    field.press("x")
    field.press("Delete")
    expect(dialog.locator(".noted__quote")).to_have_text(passage)


@pytest.mark.parametrize(
    ("state", "width"),
    [("noted", PHONE), ("notedtwice", DESK), ("noteddraft", PHONE), ("notedelsewhere", DESK)],
)
def test_it_is_accessible(page: Page, state: str, width: int) -> None:
    dialog = opens(page, state, width)
    assert faults(page) == []
    dialog.get_by_role("button", name="Bearbeiten").click()
    expect(dialog.get_by_label("Anrede und Geschlecht")).to_be_focused()
    assert faults(page) == []


def test_nothing_is_taken_over_by_itself_and_that_is_said(page: Page) -> None:
    dialog = opens(page, "queue")
    expect(dialog).to_contain_text("Aus der Anfrage wird nichts von selbst übernommen")
    expect(dialog).to_contain_text("Nur Sie können das lesen")
    expect(dialog.locator("dd")).to_have_count(0)
    expect(dialog.get_by_role("button", name="Löschen …")).to_have_count(0)


def test_topic_subject_and_a_passage_are_shown_before_they_are_taken_over(page: Page) -> None:
    dialog = opens(page, "noted")
    dialog.get_by_role("button", name="Aus der Anfrage übernehmen …").click()
    take = dialog.get_by_role("button", name="In die Angaben übernehmen")
    take.click()
    expect(dialog.get_by_role("alert")).to_contain_text("Bitte wählen Sie etwas aus")
    dialog.get_by_role("checkbox", name="Thema: Arbeit").check()
    dialog.get_by_role("checkbox", name="Betreff: Streit mit meiner Chefin").check()
    marks(dialog, "Seit dem Frühjahr")
    assert faults(page) == []
    take.click()
    expect(dialog.get_by_role("button", name="Zurück")).to_be_focused()
    # The topic stands there already: nothing is shown of it. The note keeps what was in it.
    expect(dialog.locator("dt")).to_have_text(["Anliegen", "Notizen"])
    expect(dialog.locator("mark")).to_have_text(
        ["Neu: Streit mit meiner Chefin", "Neu: Seit dem Frühjahr"]
    )
    expect(dialog.locator("dd").nth(1)).to_contain_text("Vorsichtig mit dem Thema Familie.")
    assert faults(page) == []
    dialog.get_by_role("button", name="Zurück").click()
    expect(dialog.locator(".noted__quote")).to_have_text("Seit dem Frühjahr")
    take.click()
    dialog.get_by_role("button", name="Ja, übernehmen").click()
    expect(dialog.get_by_role("status").filter(has_text="Übernommen.")).to_be_visible()
    expect(dialog.locator("dd").last).to_have_text(f"{NOTES}\nSeit dem Frühjahr")


def test_a_passage_may_go_elsewhere_and_too_long_a_one_is_told(page: Page) -> None:
    dialog = opens(page, "noted")
    dialog.get_by_role("button", name="Bearbeiten").click()
    dialog.get_by_label("Lebenssituation").fill("x" * 100)
    dialog.get_by_role("button", name="Speichern").click()
    dialog.get_by_role("button", name="Aus der Anfrage übernehmen …").click()
    dialog.get_by_label("Die markierte Stelle kommt zu").select_option(label="Lebenssituation")
    dialog.get_by_label("Text der Anfrage").press("Control+a")
    dialog.get_by_role("button", name="In die Angaben übernehmen").click()
    dialog.get_by_role("button", name="Ja, übernehmen").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Lebenssituation: höchstens 300 Zeichen.")
    expect(dialog.locator("dt")).to_have_text("Lebenssituation")


def test_what_is_typed_stays_when_the_window_is_closed(page: Page) -> None:
    dialog = opens(page, "queue")
    dialog.get_by_role("button", name="Bearbeiten").click()
    dialog.get_by_label("Notizen").fill("Halb getippt")
    dialog.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Angaben zur Person").click()
    expect(dialog.get_by_label("Notizen")).to_have_value("Halb getippt")
    dialog.get_by_role("button", name="Speichern").click()
    expect(dialog.locator("dd")).to_have_text("Halb getippt")
    dialog.press("Escape")
    expect(page.get_by_role("button", name="Angaben zur Person (vorhanden)")).to_be_focused()
    page.get_by_label("Suche auf diesem Gerät").fill("halb getippt")
    expect(page.locator(".row--found")).to_have_count(1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x" * 1001, "Notizen: höchstens 1000 Zeichen. Jetzt sind es 1001."),
        ("Fehler", "Das ließ sich gerade nicht speichern"),
        ("Voll", "Dafür ist kein Platz mehr"),
    ],
)
def test_what_was_not_saved_is_told_and_stays(page: Page, typed: str, said: str) -> None:
    dialog = opens(page, "queue")
    dialog.get_by_role("button", name="Bearbeiten").click()
    dialog.get_by_label("Notizen").fill(typed)
    dialog.get_by_role("button", name="Speichern").click()
    expect(dialog.get_by_role("alert")).to_contain_text(said)
    expect(dialog.get_by_label("Notizen")).to_have_value(typed)
    dialog.get_by_role("button", name="Verwerfen").click()
    expect(dialog).to_contain_text("Noch keine Angaben.")


def test_two_versions_are_joined_by_hand(page: Page) -> None:
    dialog = opens(page, "notedtwice")
    expect(dialog.get_by_role("region", name="Zwei Fassungen")).to_contain_text("Möchte zuerst")
    dialog.get_by_role("button", name="Zusammenführen").click()
    expect(dialog.get_by_label("Notizen")).to_have_value(f"Auf dem Telefon geschrieben.\n{NOTES}")
    dialog.get_by_role("button", name="Speichern").click()
    expect(dialog.get_by_role("region", name="Zwei Fassungen")).to_have_count(0)


def test_a_draft_of_another_device_is_gone_on_with_or_thrown_away(page: Page) -> None:
    for button, left in (("Weiterschreiben", "Angefangen und nicht"), ("Verwerfen", "")):
        dialog = opens(page, "noteddraft")
        expect(dialog.get_by_role("region", name="Getippt und nicht gespeichert")).to_be_visible()
        dialog.get_by_role("button", name=button).click()
        if left:
            expect(dialog.get_by_label("Notizen")).to_have_value(left)
        else:
            expect(dialog.get_by_role("region")).to_have_count(0)


def test_the_same_name_is_told_as_a_name_and_no_proof(page: Page) -> None:
    dialog = opens(page, "notedelsewhere")
    same = dialog.get_by_role("region", name="Unter demselben Namen")
    expect(same).to_contain_text("Gleich heißt nicht bewiesen")
    expect(same.get_by_text("bei Köln")).not_to_be_visible()
    same.get_by_text("Ansehen").click()
    expect(same.get_by_text("bei Köln")).to_be_visible()
    same.get_by_role("button", name="Dieselbe Person").click()
    expect(dialog).to_contain_text("Diese Angaben stehen bei 2 Anfragen.")
    dialog.get_by_role("button", name="Hier nicht mehr zeigen").click()
    expect(dialog).to_contain_text("Noch keine Angaben.")


def test_deleting_is_asked_about_first(page: Page) -> None:
    dialog = opens(page, "noted")
    dialog.get_by_role("button", name="Löschen …").click()
    expect(dialog.get_by_role("button", name="Abbrechen")).to_be_focused()
    dialog.get_by_role("button", name="Löschen", exact=True).click()
    expect(dialog.get_by_role("status").filter(has_text="Gelöscht.")).to_be_visible()
    expect(dialog).to_contain_text("Noch keine Angaben.")


def test_who_passes_a_conversation_on_is_told_what_does_not_go_along(page: Page) -> None:
    opens(page, "noted").press("Escape")
    page.get_by_role("button", name="Weitergeben").click()
    for way, told in (("Übergeben …", 1), ("Vertretung …", 0), ("Freigeben …", 1)):
        page.get_by_role("button", name=way).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("button", name="Abbrechen")).to_be_visible()
        expect(dialog.get_by_text("Ihre Angaben zur Person gehen nicht mit.")).to_have_count(told)
        dialog.get_by_role("button", name="Abbrechen").click()


def test_what_is_not_known_here_cannot_be_taken_over(page: Page) -> None:
    dialog = opens(page, "handed", name="Anfrage 36")
    expect(dialog.get_by_role("button", name="Bearbeiten")).to_be_visible()
    expect(dialog.get_by_role("button", name="Aus der Anfrage")).to_have_count(0)


def test_in_forced_colours_the_focus_is_seen(page: Page) -> None:
    opens(page, "noted")
    walks_in_forced_colours(page)


def test_english_words(page: Page) -> None:
    show(page, f"/en{WORK}", "noted", DESK)
    page.get_by_role("button", name="Messages").click()
    page.locator(".row--chat", has_text="Kiesel-407").first.click()
    page.get_by_role("button", name="About this person").click()
    expect(page.get_by_role("dialog")).to_contain_text("Only you can read this")
