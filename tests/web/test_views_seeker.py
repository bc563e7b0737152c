"""What a seeker meets, over sample models: confirming, waiting, the offer, the chat, its end."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.views_page import SEEKER, show

pytestmark = pytest.mark.browser


@pytest.fixture
def page(sample_page: Page) -> Page:
    return sample_page


def test_confirming_needs_the_tick_at_the_privacy_notice(page: Page) -> None:
    show(page, SEEKER, "before")
    page.get_by_role("button", name="Bestätigen").click()
    expect(page.get_by_role("alert")).to_contain_text("Datenschutz")
    expect(page.locator("#privacy-read")).to_be_focused()
    page.locator("#privacy-read").check()
    page.get_by_role("button", name="Bestätigen").click()
    expect(page.get_by_role("heading", name="Sie sind im Warteraum")).to_be_focused()


def test_the_closing_time_promises_no_more_than_the_queue_shows(timed_page: Page) -> None:
    page = timed_page
    show(page, SEEKER, "closing")
    remark = page.locator(".waiting__remark")
    # Nothing has moved yet: only the hours are known.
    expect(remark).to_have_text(re.compile(r"^Wir schließen um \d\d:\d\d Uhr\.$"))
    page.clock.fast_forward("05:00")
    page.evaluate("() => { model.ahead.value = 1; }")
    expect(remark).to_contain_text("Sie kommen voraussichtlich noch dran.")
    page.clock.fast_forward("10:00")
    # At this pace it takes 30 of the 25 minutes that are left.
    expect(remark).to_contain_text("Heute schaffen wir es wahrscheinlich nicht mehr.")
    page.evaluate("() => { model.portalOpen.value = false; }")
    expect(remark).to_have_text("Gerade ist niemand im Dienst. Ihr Platz bleibt erhalten.")
    page.clock.fast_forward("25:01")
    # A portal that has closed knows no closing time any more.
    page.evaluate("() => { model.closesMs.value = 0; }")
    expect(remark).to_contain_text("ist geschlossen. Heute schaffen wir es wahrscheinlich nicht")


def test_no_closing_time_is_said_long_before_it(page: Page) -> None:
    show(page, SEEKER, "waiting")
    page.evaluate("() => { model.closesMs.value = Date.now() + 61 * 60_000; }")
    expect(page.get_by_text("Wir schließen")).to_have_count(0)
    page.evaluate("() => { model.closesMs.value = Date.now() + 59 * 60_000; }")
    expect(page.get_by_text("Wir schließen")).to_be_visible()


@pytest.mark.parametrize("state", ["long", "closing", "nobody"])
def test_for_whom_it_takes_too_long_an_access_keeps_the_place(page: Page, state: str) -> None:
    show(page, SEEKER, state)
    expect(page.get_by_text("Sie möchten nicht länger warten?")).to_be_visible()
    page.get_by_role("button", name="Zugang anlegen").click()
    dialog = page.get_by_role("dialog", name="Zugang anlegen")
    expect(dialog.get_by_role("textbox")).to_be_visible()
    expect(dialog.get_by_role("link", name="verlassen")).to_be_visible()
    # An offer that comes meanwhile lies over it, and the room is still there below.
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", name="Sie sind im Warteraum")).to_be_visible()


def test_who_waits_gladly_or_has_an_access_is_asked_for_none(page: Page) -> None:
    show(page, SEEKER, "waiting")
    expect(page.get_by_role("button", name="Zugang anlegen")).to_have_count(0)
    show(page, SEEKER, "registered")
    expect(page.get_by_role("button", name="Zugang anlegen")).to_have_count(0)
    expect(page.get_by_text("Sie haben einen Zugang.")).to_be_visible()


def test_the_counsellors_offer_of_an_access_stands_above_the_log(page: Page) -> None:
    show(page, SEEKER, "accessOffered")
    expect(page.get_by_text("noch 48 Stunden lesen")).to_be_visible()
    page.get_by_role("button", name="Zugang anlegen").click()
    expect(page.get_by_role("dialog", name="Zugang anlegen").get_by_role("textbox")).to_be_visible()
    page.keyboard.press("Escape")
    page.evaluate("() => { model.accountOffered.value = false; }")
    expect(page.get_by_role("button", name="Zugang anlegen")).to_have_count(0)


def test_with_an_access_the_end_says_where_the_chat_is_read_on(page: Page) -> None:
    show(page, SEEKER, "keptChat")
    page.get_by_role("button", name="beenden").first.click()
    dialog = page.get_by_role("dialog", name="Chat beenden?")
    expect(dialog).to_contain_text("Sie und Maria B. können ihn noch 48 Stunden lesen")
    show(page, SEEKER, "kept")
    expect(page.get_by_text("noch 48 Stunden unter „Meine Gespräche“ lesen")).to_be_visible()
    expect(page.get_by_text("auf diesem Gerät gelöscht")).to_have_count(0)


def test_the_offer_is_a_modal_dialog_with_the_exit_in_it(page: Page) -> None:
    show(page, SEEKER, "offer")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_be_focused()
    expect(page).to_have_title("▶ Jemand ist da")
    page.get_by_role("button", name="Ich brauche noch einen Moment").click()
    expect(page.get_by_role("button", name="Ich brauche noch einen Moment")).to_have_count(0)
    expect(page.get_by_role("button", name="Jetzt chatten")).to_be_focused()
    expect(dialog.locator("[data-quick-exit]")).to_be_in_viewport()


def test_ending_asks_first_and_the_safe_choice_has_the_focus(page: Page) -> None:
    show(page, SEEKER, "chat")
    page.get_by_role("button", name="Beenden").click()
    expect(page.get_by_role("button", name="Abbrechen")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.evaluate("() => window.model.chat.value.closed.value") is None
    expect(page.get_by_role("button", name="Beenden")).to_be_focused()


def test_enter_sends_and_the_message_is_shown_at_once(page: Page) -> None:
    show(page, SEEKER, "chat", 1280)
    field = page.get_by_role("textbox")
    field.fill("Guten **Abend**")
    field.press("Shift+Enter")
    field.press("Enter")
    expect(field).to_have_value("")
    expect(page.locator(".message--own strong").last).to_have_text("Abend")
    assert page.evaluate("() => window.model.chat.value.said") == ["Guten **Abend**"]


def test_a_new_message_is_spoken_once_and_history_never(page: Page) -> None:
    show(page, SEEKER, "many")
    spoken = page.locator(".chat__middle [role=status]")
    expect(spoken).to_have_text("")
    page.evaluate("() => window.model.chat.value.hear('Ich bin _noch_ da.')")
    expect(spoken).to_have_text("Maria B.: Ich bin noch da.")
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "off")


@pytest.mark.parametrize(("state", "n"), [("chat", 0), ("soon", 2)])
def test_an_early_end_says_nothing_of_minutes_that_were_left(
    page: Page, state: str, n: int
) -> None:
    show(page, SEEKER, state)
    marks = page.locator(".system-entry--warn")
    expect(marks).to_have_count(n)
    page.evaluate("() => window.model.chat.value.close()")
    expect(page.locator(".system-entry--end")).to_be_visible()
    expect(marks).to_have_count(n)


def test_reading_further_up_is_not_disturbed_by_new_messages(page: Page) -> None:
    show(page, SEEKER, "many")
    log = page.get_by_role("log")
    at_end = "(log) => log.scrollHeight - log.scrollTop - log.clientHeight < 2"
    assert log.evaluate(at_end)
    log.evaluate("(log) => { log.scrollTop = 0; }")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    page.evaluate("() => { model.chat.value.hear('Eins'); model.chat.value.hear('Zwei'); }")
    button = page.get_by_role("button", name="2 neue Nachrichten")
    expect(button).to_be_visible()
    assert log.evaluate("(log) => log.scrollTop") == 0
    button.click()
    expect(button).to_have_count(0)
    assert log.evaluate(at_end)


def test_a_tick_that_changes_does_not_move_the_reader(page: Page) -> None:
    show(page, SEEKER, "many")
    page.evaluate("() => window.model.chat.value.say('Eins')")
    expect(page.locator(".message--pending")).to_have_count(1)
    log = page.get_by_role("log")
    log.evaluate("(log) => { log.scrollTop = 0; }")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    page.evaluate(
        """() => {
          const { messages } = window.model.chat.value;
          messages.value = messages.value.map((one) => one.state ? { ...one, state: 'read' } : one);
        }"""
    )
    expect(page.locator(".message--pending")).to_have_count(0)
    assert log.evaluate("(log) => log.scrollTop") == 0


def test_the_emoji_picker_finds_by_german_words_and_inserts(page: Page) -> None:
    show(page, SEEKER, "chat", 1280)
    page.get_by_role("button", name="Emoji einfügen").click()
    search = page.get_by_role("searchbox", name="Emoji suchen")
    expect(search).to_be_focused()
    search.fill("katze")
    first = page.locator(".emoji-picker__emoji").first
    expect(first).to_have_accessible_name(re.compile("katze", re.IGNORECASE))
    sign = first.inner_text()
    first.click()
    expect(page.locator("#message-field")).to_have_value(sign)
    page.keyboard.press("Escape")


def test_formatting_marks_the_selection(page: Page) -> None:
    show(page, SEEKER, "chat", 1280)
    field = page.locator("#message-field")
    field.fill("wichtig")
    field.select_text()
    page.get_by_role("button", name="Text gestalten").click()
    page.get_by_role("button", name="Fett").click()
    expect(field).to_have_value("**wichtig**")


def test_a_failed_message_can_be_sent_again(page: Page) -> None:
    show(page, SEEKER, "chat")
    page.get_by_role("button", name="Erneut senden").click()
    expect(page.locator(".message--failed")).to_have_count(0)


def test_the_quick_exit_takes_everything_off_the_page(page: Page) -> None:
    show(page, SEEKER, "chat")
    page.evaluate("() => document.dispatchEvent(new CustomEvent('quickexit'))")
    assert page.evaluate("() => document.getElementById('app').childNodes.length") == 0
    expect(page.get_by_text("Maria B.")).to_have_count(0)


def test_the_privately_written_topic_is_carried_into_the_first_message(page: Page) -> None:
    show(page, SEEKER, "before")
    page.get_by_text("Angst", exact=True).click()
    page.evaluate("() => window.model.confirm()")
    expect(page.locator("#message-field")).to_have_value("Thema: Angst")


def test_a_document_is_saved_and_never_shown_as_a_page(page: Page) -> None:
    show(page, SEEKER, "files")
    page.evaluate(
        """() => {
          const make = URL.createObjectURL.bind(URL);
          window.kinds = [];
          URL.createObjectURL = (blob) => { window.kinds.push(blob.type); return make(blob); };
          const raw = new TextEncoder().encode('%PDF-1.7 <script>');
          const type = { mime: 'application/pdf' };
          model.chat.value.openFile = async () => ({ raw, type, name: 'Wochenplan.pdf' });
        }"""
    )
    button = page.get_by_role("button", name="Wochenplan.pdf speichern")
    expect(button).to_have_accessible_description(re.compile("kommt die Datei in Ihre Downloads"))
    before = page.url
    with page.expect_download() as found:
        button.click()
    assert found.value.suggested_filename == "Wochenplan.pdf"
    # No browser draws this type, whatever it makes of the wish to save.
    assert page.evaluate("() => window.kinds") == ["application/octet-stream"]
    assert (page.url, len(page.context.pages)) == (before, 1)
    expect(page.locator("iframe, embed, object")).to_have_count(0)
    expect(page.get_by_text("Die Datei liegt jetzt in Ihren Downloads")).to_be_visible()
