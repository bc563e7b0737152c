"""Several people at once: two counsellors, three chats at one desk, sound and speech."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.lines import Line, Traffic
from tests.browser.people import CounsellorPage, House
from tests.browser.scenes import (
    asked,
    chat,
    comes,
    field,
    leaves_the_queue,
    offer,
    opens_chat,
)

TAKEN = "Diese Anfrage hat gerade jemand anderes übernommen."
# Counts every tone that begins, before any script of the page runs.
COUNT_TONES = """
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  window.tones += 1;
  return start.apply(this, when);
};
"""
# Writes down each sentence that a status line comes to hold; a screen reader says just those.
LISTEN_TO_STATUS = """
window.announced = [];
new MutationObserver((changes) => {
  const lines = new Set(changes.map(({ target }) => {
    const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement;
    return element?.closest('[role=status], [role=alert], [aria-live]:not([aria-live=off])');
  }));
  for (const line of lines) if (line) window.announced.push(line.textContent);
}).observe(document, { subtree: true, childList: true, characterData: true });
"""
BREAK_RANDOMNESS = """() => {
  window.drawn = crypto.getRandomValues;
  crypto.getRandomValues = () => { throw new Error('no randomness'); };
}"""
MEND_RANDOMNESS = "() => { crypto.getRandomValues = window.drawn; }"


def test_three_seekers_have_numbers_and_chats_of_their_own(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    people = [chat(house, maria, windows.phone()) for _ in range(3)]
    assert [number for _, number in people] == [1, 2, 3]
    for seeker, number in people:
        seeker.writes(f"Ich bin die Nummer {number}.")
    for seeker, number in people:
        opens_chat(maria, number)
        maria.writes(f"Ich schreibe der Nummer {number}.")
        seeker.reads(f"Ich schreibe der Nummer {number}.")
        own = [f"Ich bin die Nummer {number}.", f"Ich schreibe der Nummer {number}."]
        for person in (maria, seeker):
            person.has_read("Guten Abend.", "Willkommen.", *own)


def test_of_two_counsellors_at_once_one_wins_and_the_other_is_told_kindly(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    desk = windows.desk()
    line = Line(desk.page)
    jonas = CounsellorPage(house, desk.page)
    jonas.signs_in("jonas")
    jonas.becomes_reachable()
    seeker = comes(house, windows.phone())
    jonas.opens_request(seeker.number)
    expect(jonas.page.get_by_role("button", name="Chat starten")).to_be_visible()
    # He has not heard yet that she was faster when he clicks.
    line.hold()
    offer(maria, seeker)
    jonas.page.get_by_role("button", name="Chat starten").click()
    line.release()
    expect(jonas.page.get_by_text(TAKEN)).to_be_visible()
    expect(jonas.page.get_by_role("button", name="Chat starten")).to_have_count(0)
    expect(jonas.page.get_by_role("button", name="Antworten")).to_have_count(0)
    expect(asked(seeker)).to_contain_text("Maria B.")
    seeker.says_yes()
    seeker.writes("Hallo.")
    maria.reads("Hallo.")


def test_a_message_is_announced_exactly_once(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    window = windows.phone()
    seeker, _ = chat(house, maria, window)
    for page in (maria.page, seeker.page):
        page.evaluate(f"() => {{ {LISTEN_TO_STATUS} }}")
    maria.writes("Hören Sie mich?")
    seeker.reads("Hören Sie mich?")
    seeker.writes("Ja, ich höre Sie.")
    maria.reads("Ja, ich höre Sie.")
    assert announced(seeker.page, "Hören Sie mich?") == ["Maria B.: Hören Sie mich?"]
    assert len(announced(maria.page, "Ja, ich höre Sie.")) == 1
    # The own words are not read back.
    assert announced(maria.page, "Hören Sie mich?") == []
    assert announced(seeker.page, "Ja, ich höre Sie.") == []


def test_the_history_after_a_reload_is_not_announced(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    window = windows.phone()
    seeker, _ = chat(house, maria, window)
    seeker.page.add_init_script(LISTEN_TO_STATUS)
    seeker.page.reload()
    seeker.reads("Willkommen.")
    maria.writes("Neu.")
    seeker.reads("Neu.")
    assert announced(seeker.page, "Neu.") == ["Maria B.: Neu."]
    assert announced(seeker.page, "Willkommen.") == []


def test_nothing_leaves_when_encryption_throws_and_the_text_stays(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    window = windows.phone()
    traffic = Traffic(window.page)
    seeker, _ = chat(house, maria, window)
    field(seeker.page).fill("Geheim 4711")
    traffic.wait_for_command("resume_put")
    seeker.page.evaluate(BREAK_RANDOMNESS)
    before = len([frame for frame in traffic.sent if b"post" in frame])
    seeker.page.get_by_role("button", name="Senden").click()
    failed = seeker.page.get_by_role("log").locator(".message--failed")
    expect(failed).to_contain_text("Geheim 4711")
    assert len([frame for frame in traffic.sent if b"post" in frame]) == before
    assert not any(b"Geheim 4711" in frame for frame in traffic.sent)
    # The fault is reported, in words without content; nothing else is wrong on the page.
    assert window.faults
    assert not any("Geheim" in fault for fault in window.faults)
    window.faults.clear()
    seeker.page.evaluate(MEND_RANDOMNESS)
    failed.get_by_role("button", name="Erneut senden").click()
    maria.reads("Geheim 4711")


def test_the_sound_repeats_while_somebody_waits_and_stops_when_taken(
    house: House, windows: Windows
) -> None:
    jonas = hears_tones(house, windows)
    seeker = comes(house, windows.phone())
    expect(jonas.page).to_have_title(re.compile(r"^\(1\) "))
    rings_again(jonas.page)
    rings_again(jonas.page)
    offer(jonas, seeker)
    stays_silent(jonas.page)


def test_the_sound_stops_when_the_waiting_person_leaves(house: House, windows: Windows) -> None:
    jonas = hears_tones(house, windows)
    seeker = comes(house, windows.phone())
    expect(jonas.page).to_have_title(re.compile(r"^\(1\) "))
    rings_again(jonas.page)
    leaves_the_queue(seeker)
    expect(jonas.page).not_to_have_title(re.compile(r"^\("))
    stays_silent(jonas.page)


def hears_tones(house: House, windows: Windows) -> CounsellorPage:
    """Jonas at a desk whose tones are counted and whose clock the test moves."""
    page = windows.desk(is_new=True).page
    page.add_init_script(COUNT_TONES)
    page.clock.install()
    jonas = CounsellorPage(house, page)
    jonas.signs_in("jonas")
    jonas.becomes_reachable()
    return jonas


def rings_again(page: Page) -> None:
    """Within the next nine seconds there are tones."""
    before = page.evaluate("window.tones")
    page.clock.run_for(9_000)
    assert page.evaluate("window.tones") > before


def stays_silent(page: Page) -> None:
    """For half a minute there is none."""
    before = page.evaluate("window.tones")
    page.clock.run_for(30_000)
    assert page.evaluate("window.tones") == before


def announced(page: Page, text: str) -> list[str]:
    """What was said that holds these words."""
    said: list[str] = page.evaluate("window.announced")
    return [sentence.strip() for sentence in said if text in sentence]
