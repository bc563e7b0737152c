"""The views over sample models in a real browser, under the real policy; all states, both roles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import LISTEN, WEB
from tests.web.views_page import ORIGIN, SEEKER, WORK, ViewPages

pytestmark = pytest.mark.browser

SEEKER_STATES = (
    "before",
    "waiting",
    "next",
    "long",
    "offline",
    "declined",
    "nobody",
    "resting",
    "offer",
    "chat",
    "soon",
    "stopped",
    "files",
    "ended",
    "gone",
    "refused",
    "closed",
    "broken",
)
WORK_STATES = ("signin", "wrong", "queue", "empty")
STATES = [(SEEKER, state) for state in SEEKER_STATES] + [(WORK, state) for state in WORK_STATES]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = (WEB / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RUN_AXE = """async (tags) => {
  const found = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
  const places = (one) => one.nodes.map((node) => node.target).join(' | ');
  return found.violations.map((one) => one.id + ': ' + places(one));
}"""
BAD_WIDTH = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def views() -> ViewPages:
    return ViewPages()


@pytest.fixture
def page(browser: Browser, views: ViewPages) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        locale="de-DE",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.add_init_script(LISTEN)
    views.answer(page)
    said: list[str] = []
    page.on("console", lambda line: said.append(f"{line.type}: {line.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    complaints = [*said, *page.evaluate("() => window.violations ?? []")]
    context.close()
    assert complaints == []


def show(page: Page, path: str, state: str, width: int = 390, height: int = 844) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{ORIGIN}{path}?state={state}")
    page.wait_for_selector("html[data-ready]", state="attached")


def opens_messages(page: Page) -> None:
    page.get_by_role("button", name="Nachrichten").click()


def axe(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN_AXE, AXE_TAGS)
    return found


@pytest.mark.parametrize(("path", "state"), STATES)
def test_every_state_is_accessible_in_light_and_dark(page: Page, path: str, state: str) -> None:
    show(page, path, state)
    found = {}
    for width, scheme in ((390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")):
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found[width, scheme] = axe(page)
    assert not any(found.values()), found


@pytest.mark.parametrize(("path", "state"), STATES)
def test_no_state_scrolls_sideways(page: Page, path: str, state: str) -> None:
    # 1280 px at 400 % and at 200 %.
    show(page, path, state, 320, 256)
    assert not page.evaluate(BAD_WIDTH)
    page.set_viewport_size({"width": 640, "height": 512})
    assert not page.evaluate(BAD_WIDTH)


@pytest.mark.parametrize("number", [3, 5, 2])
@pytest.mark.parametrize("width", [320, 1280])
def test_each_kind_of_chat_of_the_workspace_is_accessible(
    page: Page, width: int, number: int
) -> None:
    show(page, WORK, "queue", width)
    opens_messages(page)
    page.get_by_role("button", name=f"Ratsuchende_r {number}").click()
    assert axe(page) == []
    assert not page.evaluate(BAD_WIDTH)


def test_confirming_needs_the_tick_at_the_privacy_notice(page: Page) -> None:
    show(page, SEEKER, "before")
    page.get_by_role("button", name="Bestätigen").click()
    expect(page.get_by_role("alert")).to_contain_text("Datenschutz")
    expect(page.locator("#privacy-read")).to_be_focused()
    page.locator("#privacy-read").check()
    page.get_by_role("button", name="Bestätigen").click()
    expect(page.get_by_role("heading", name="Sie sind im Warteraum")).to_be_focused()


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
    page.locator(".emoji-picker__emoji").first.click()
    expect(page.locator("#message-field")).not_to_have_value("")
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


def test_wrong_words_keep_the_name_and_say_so(page: Page) -> None:
    show(page, WORK, "signin")
    page.get_by_label("Anmeldename").fill("maria")
    page.get_by_label("Passphrase", exact=True).fill("falsch")
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("alert")).to_contain_text("Name oder Passphrase stimmt nicht.")
    expect(page.get_by_label("Anmeldename")).to_have_value("maria")
    expect(page.get_by_label("Passphrase", exact=True)).to_be_focused()


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


def test_a_closed_chat_can_only_be_read(page: Page) -> None:
    show(page, WORK, "queue", 1280)
    opens_messages(page)
    page.get_by_role("button", name="Ratsuchende_r 2").click()
    expect(page.locator("#message-field")).to_have_count(0)
    expect(page.get_by_text("Sie können ihn noch 41 Stunden lesen")).to_be_visible()
    expect(page.locator(".system-entry--end")).to_contain_text("Der Chat wurde beendet")


def test_the_title_counts_and_the_duty_switch_says_its_state(page: Page) -> None:
    show(page, WORK, "queue", 1280)
    expect(page).to_have_title("(4) Arbeitsbereich")
    switch = page.get_by_role("switch", name="Erreichbar")
    expect(switch).to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    expect(page.get_by_role("button", name="Erreichbar werden")).to_be_visible()
