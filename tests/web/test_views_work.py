"""What a counsellor meets, over sample models: sign-in, requests, several chats at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.web.views_page import WORK, opens_messages, show

pytestmark = pytest.mark.browser


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


@pytest.mark.parametrize("number", [3, 5, 2])
def test_each_kind_of_chat_of_the_workspace_is_accessible(page: Page, number: int) -> None:
    show(page, WORK, "queue")
    opens_messages(page)
    page.get_by_role("button", name=f"Ratsuchende_r {number}").click()
    assert faults(page) == []


def test_wrong_words_keep_the_name_and_say_so(page: Page) -> None:
    show(page, WORK, "signin")
    page.get_by_label("Anmeldename").fill("maria")
    page.get_by_label("Passphrase", exact=True).fill("falsch")
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("alert")).to_contain_text("Name oder Passphrase stimmt nicht.")
    expect(page.get_by_label("Anmeldename")).to_have_value("maria")
    expect(page.get_by_label("Passphrase", exact=True)).to_be_focused()


@pytest.mark.parametrize(
    ("state", "is_wrong"), [("wrong", True), ("revoked", False), ("signinunwitnessed", False)]
)
def test_only_a_wrong_passphrase_is_marked_as_one(page: Page, state: str, is_wrong: bool) -> None:
    show(page, WORK, state)
    expect(page.get_by_role("alert")).not_to_be_empty()
    marked = page.locator("input[aria-invalid=true]")
    expect(marked).to_have_count(int(is_wrong))


def test_accepting_leads_to_a_greeting_that_waits(page: Page) -> None:
    show(page, WORK, "queue", 1280)
    page.get_by_role("button", name="Ratsuchende_r 8").click()
    page.get_by_role("button", name="Chat starten").click()
    answer = page.get_by_role("button", name="Antworten")
    expect(answer).to_be_focused()
    answer.click()
    field = page.locator("#message-field")
    expect(field).to_be_focused()
    field.fill("Guten Tag, ich bin Maria.")
    field.press("Enter")
    expect(page.locator(".message--pending")).to_contain_text("sobald der Chat beginnt")
    page.get_by_role("button", name="Ändern").click()
    expect(field).to_have_value("Guten Tag, ich bin Maria.")


def test_what_was_deleted_stands_below_what_is_done(page: Page) -> None:
    show(page, WORK, "queue", 1280)
    opens_messages(page)
    page.get_by_role("tab", name="Erledigt").click()
    deleted = page.get_by_role("region", name="Gelöschte Gespräche")
    expect(deleted).to_contain_text("die Liste steht im öffentlichen Verzeichnis")
    expect(deleted.locator(".error-box")).to_contain_text("keine öffentliche Liste nennt es")
    assert faults(page) == []


def test_each_chat_keeps_its_own_draft(page: Page) -> None:
    show(page, WORK, "queue", 1280)
    page.keyboard.press("Alt+ArrowDown")
    field = page.locator("#message-field")
    for number, words in ((3, "für drei"), (7, "für sieben"), (5, "für fünf")):
        expect(page.get_by_text(f"An Ratsuchende_r {number}")).to_be_visible()
        field.fill(words)
        page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowUp")
    expect(field).to_have_value("für fünf")
    page.keyboard.press("Alt+ArrowUp")
    expect(field).to_have_value("für sieben")


def test_a_chat_gets_a_name_and_a_colour_of_ones_own(page: Page) -> None:
    show(page, WORK, "queue", 1280)
    opens_messages(page)
    page.get_by_role("button", name="Ratsuchende_r 3").click()
    opener = page.get_by_role("button", name="Eigener Name und Farbe")
    opener.click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_label("Eigener Name für diesen Chat (nur für Sie)")
    expect(field).to_be_focused()
    expect(dialog.get_by_role("radio", name="Keine")).to_be_checked()
    assert faults(page) == []
    field.fill("x" * 39 + "🌻🌻")
    field.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Höchstens 40 Zeichen. Jetzt sind es 41.")
    field.fill("Fehler")
    dialog.get_by_role("radio", name="Blau").check()
    dialog.get_by_role("button", name="Speichern").click()
    expect(dialog.get_by_role("alert")).to_contain_text("ließ sich gerade nicht speichern")
    expect(field).to_have_value("Fehler")
    expect(dialog.get_by_role("radio", name="Blau")).to_be_checked()
    field.fill("  Streit mit der Chefin 🌻 ")
    dialog.get_by_role("button", name="Speichern").click()
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    # In the list and in the head of the chat, and in no message.
    expect(page.get_by_text("Streit mit der Chefin 🌻", exact=True)).to_have_count(2)
    assert page.evaluate("() => model.chats.value[0].colour") == 1
    assert page.evaluate("() => model.chats.value[0].model.said") == []


def test_a_colour_without_a_name_is_named(page: Page) -> None:
    show(page, WORK, "queue", 1280)
    opens_messages(page)
    page.get_by_role("button", name="Ratsuchende_r 3").click()
    page.get_by_role("button", name="Eigener Name und Farbe").click()
    page.get_by_role("dialog").get_by_role("radio", name="Violett").check()
    page.get_by_role("dialog").get_by_role("button", name="Speichern").click()
    expect(
        page.get_by_role("button", name="Ratsuchende_r 3").get_by_text("Violett")
    ).to_be_visible()


def test_a_closed_chat_can_only_be_read(page: Page) -> None:
    show(page, WORK, "queue", 1280)
    opens_messages(page)
    page.get_by_role("button", name="Ratsuchende_r 2").click()
    expect(page.locator("#message-field")).to_have_count(0)
    expect(page.get_by_text("Sie können ihn noch 41 Stunden lesen")).to_be_visible()
    expect(page.locator(".system-entry--end")).to_contain_text("Der Chat wurde beendet")


def test_the_title_counts_and_the_duty_switch_says_its_state(page: Page) -> None:
    show(page, WORK, "queue", 1280)
    expect(page).to_have_title("(6) Arbeitsbereich")
    switch = page.get_by_role("switch", name="Erreichbar")
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    expect(page.get_by_role("button", name="Erreichbar werden")).to_be_visible()


def test_a_sound_is_promised_only_where_there_is_one(page: Page) -> None:
    show(page, WORK, "empty", 1280)
    page.get_by_role("button", name="Erreichbar werden").click()
    expect(page.get_by_text("Sie bekommen einen Ton, sobald jemand kommt.")).to_be_visible()
    page.get_by_label("Töne").select_option("aus")
    expect(page.get_by_text("Gerade wartet niemand. Ihre Töne sind ausgeschaltet.")).to_be_visible()


def test_an_access_is_offered_once_and_the_pseudonym_takes_the_numbers_place(page: Page) -> None:
    show(page, WORK, "queue", 1280)
    opens_messages(page)
    page.get_by_role("button", name="Ratsuchende_r 3").click()
    page.get_by_role("button", name="Zugang anbieten").click()
    expect(page.get_by_role("button", name="Zugang anbieten")).to_have_count(0)
    expect(page.locator("#message-field")).to_be_focused()
    page.evaluate(
        """() => {
            const chat = model.chats.value[0];
            chat.model.pseudonym.value = chat.model.peerName.value = 'kiesel-407';
            model.chats.value = [{ ...chat, name: 'kiesel-407' }, ...model.chats.value.slice(1)];
        }"""
    )
    expect(page.get_by_role("heading", name="kiesel-407")).to_be_visible()
    expect(page.get_by_text("An kiesel-407")).to_be_visible()
    expect(page.locator(".row--chat").first).to_contain_text("kiesel-407")
