"""The quick exit in a real browser: at once, by mouse, keys or keyboard, and never covered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def press_shift(page: Page, times: int) -> None:
    for _ in range(times):
        page.keyboard.press("Shift")


def test_the_quick_exit_hides_tells_the_app_and_leaves(page: Page, origin: str) -> None:
    page.goto(origin + "/p/leben")
    page.evaluate(
        """() => document.addEventListener('quickexit', () => {
          sessionStorage.setItem('seen', [document.documentElement.hidden, document.title].join());
        })"""
    )
    page.click("#exit")
    expect(page).to_have_title("Wetter")
    assert page.evaluate("() => sessionStorage.getItem('seen')") == "true,Neue Seite"


def test_going_back_after_the_exit_does_not_lead_to_the_page_left(page: Page, origin: str) -> None:
    page.goto(origin + "/")
    page.goto(origin + "/p/leben")
    page.click("#exit")
    expect(page).to_have_title("Wetter")
    page.go_back()
    assert page.url == origin + "/"


def test_a_listener_can_hold_the_exit_back_only_for_a_moment(page: Page, origin: str) -> None:
    page.goto(origin + "/p/leben")
    page.evaluate("() => document.addEventListener('quickexit', (event) => event.preventDefault())")
    page.click("#exit")
    expect(page).to_have_title("Wetter")


def test_a_failing_listener_does_not_keep_anybody_here(page: Page, origin: str) -> None:
    page.goto(origin + "/p/leben")
    page.evaluate(
        "() => document.addEventListener('quickexit', () => { throw new Error('broken'); })"
    )
    page.click("#exit")
    expect(page).to_have_title("Wetter")


def test_three_times_shift_leaves_and_says_how_many_are_missing(page: Page, origin: str) -> None:
    page.goto(origin + "/datenschutz")
    press_shift(page, 1)
    expect(page.locator("#exit-progress")).to_have_text(
        "Noch 2-mal Umschalt, dann verlassen Sie die Seite."
    )
    press_shift(page, 1)
    expect(page.locator("#exit-progress")).to_have_text(
        "Noch 1-mal Umschalt, dann verlassen Sie die Seite."
    )
    press_shift(page, 1)
    expect(page).to_have_title("Wetter")


def test_capital_letters_do_not_leave(page: Page, origin: str) -> None:
    page.goto(origin + "/datenschutz")
    for key in ("Shift+A", "Shift+B", "Shift+C", "Shift+D"):
        page.keyboard.press(key)
    expect(page.locator("#exit-progress")).to_be_empty()
    assert page.url == origin + "/datenschutz"


def test_another_key_between_starts_the_count_anew(page: Page, origin: str) -> None:
    page.goto(origin + "/datenschutz")
    press_shift(page, 2)
    page.keyboard.press("a")
    expect(page.locator("#exit-progress")).to_be_empty()
    press_shift(page, 1)
    expect(page.locator("#exit-progress")).to_contain_text("2-mal")


def test_shift_counts_for_five_seconds_only(page: Page, origin: str) -> None:
    page.clock.install()
    page.goto(origin + "/datenschutz")
    press_shift(page, 2)
    page.clock.fast_forward(5_001)
    expect(page.locator("#exit-progress")).to_be_empty()
    press_shift(page, 1)
    expect(page.locator("#exit-progress")).to_contain_text("2-mal")


def test_a_page_that_comes_back_from_memory_is_loaded_anew(page: Page, origin: str) -> None:
    page.goto(origin + "/p/leben/chat")
    page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page).to_have_url(origin + "/p/leben")


def test_the_keyboard_reaches_the_exit_first(page: Page, origin: str) -> None:
    page.goto(origin + "/p/leben")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Diese Seite schnell verlassen (3-mal Umschalt)")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Wetter")


def test_an_open_dialog_never_covers_the_exit(page: Page, origin: str) -> None:
    page.goto(origin + "/sample/waiting")
    places = page.evaluate(
        """() => {
          const [behind, over] = document.querySelectorAll('.exit');
          document.querySelector('dialog').showModal();
          const [first, second] = [behind, over].map((one) => one.getBoundingClientRect());
          const hit = document.elementFromPoint(second.x + second.width / 2, second.y + 20);
          return [Math.abs(first.right - second.right), Math.abs(first.top - second.top),
            over.contains(hit)];
        }"""
    )
    assert places == [0, 0, True]
