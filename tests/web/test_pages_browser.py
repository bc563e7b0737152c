"""The pages in a real browser, under the real headers: quick exit, open state, reflow, axe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from e2e_server.web import build_web
from tests.browser.axe import ALL, COLOURS, Look, violations
from tests.web.built import SHEETS, SITE, swapped
from tests.web.serve import OPEN_STATE, serving

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/en/",
    "/p/leben",
    "/p/trennung",
    "/datenschutz",
    "/impressum",
    "/barrierefreiheit",
    "/sicher-surfen",
    "/pruefen",
)
SAMPLES = ("/sample/components", "/sample/chat", "/sample/waiting", "/sample/workspace")
LIGHT_AND_DARK: tuple[Look, ...] = ((390, "light", ALL), (390, "dark", COLOURS))
IMPORTED = "(url) => import(url).then(() => 'ran', () => 'refused')"
TOO_SMALL = """() =>
  [...document.querySelectorAll('button, .exit, .choice, summary, .crisis__number')]
    .filter((one) => one.offsetParent !== null && one.getBoundingClientRect().height < 44)
    .map((one) => one.className)"""


def watched(page: Page) -> list[str]:
    """Everything the browser complains about from here on."""
    said: list[str] = []
    page.on(
        "console",
        lambda line: said.append(line.text) if line.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def answer_state(page: Page, state: dict[str, Any] | None) -> None:
    def answer(route: Route) -> None:
        if state is None:
            route.abort()
        else:
            route.fulfill(json=OPEN_STATE | state)

    page.route("**/api/portal/*", answer)


@pytest.mark.parametrize("path", PAGES + SAMPLES)
def test_every_page_is_well_formed_for_everybody(page: Page, origin: str, path: str) -> None:
    """In one visit: no complaint of the browser, nothing too small or too wide, nothing for axe."""
    said = watched(page)
    # Without transitions, so that no colour is measured on its way to another.
    page.emulate_media(reduced_motion="reduce", color_scheme="light")
    page.goto(origin + path, wait_until="networkidle")
    assert [*said, *page.evaluate("() => window.violations")] == []
    assert page.evaluate(TOO_SMALL) == []
    assert violations(page, LIGHT_AND_DARK) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320


def test_without_javascript_the_exit_and_the_numbers_are_there(
    browser: Browser, origin: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(origin + "/p/leben")
    expect(page.locator("#open-state noscript")).to_be_visible()
    assert "Ohne JavaScript" in page.locator("#open-state noscript").inner_text()
    page.goto(origin + "/p/leben/chat")
    expect(page.get_by_role("heading", name="Hier braucht der Chat JavaScript")).to_be_visible()
    expect(page.get_by_role("heading", name="Ihr Browser ist leider zu alt")).to_be_hidden()
    expect(page.get_by_role("link", name="0800 111 0 111")).to_be_visible()
    page.click("#exit")
    expect(page).to_have_title("Wetter")
    context.close()


def test_an_old_browser_is_told_so_after_a_moment(page: Page, origin: str) -> None:
    # As if no module could run: the app never takes the text away.
    page.route("**/js/*.js", lambda route: route.abort())
    page.goto(origin + "/p/leben/chat")
    heading = page.get_by_role("heading", name="Ihr Browser ist leider zu alt")
    expect(heading).to_be_hidden()
    page.evaluate("() => document.getAnimations().forEach((one) => one.finish())")
    expect(heading).to_be_visible()


@pytest.mark.parametrize(
    ("state", "words", "can_start"),
    [
        ({"waiting": 0}, "Jetzt geöffnet", True),
        ({"waiting": 1}, "Jetzt geöffnet · Eine Person wartet gerade.", True),
        ({"waiting": 2}, "Jetzt geöffnet · 2 Personen warten gerade.", True),
        ({"waiting": 9}, "Gerade warten schon viele Menschen.", True),
        ({"open": False}, "Gerade ist niemand im Dienst.", False),
        (None, "Wir können gerade nicht sehen, ob der Chat geöffnet ist.", True),
    ],
)
def test_the_portal_says_whether_the_chat_is_open(
    page: Page, origin: str, state: dict[str, Any] | None, words: str, can_start: bool
) -> None:
    answer_state(page, state)
    page.goto(origin + "/p/trennung")
    expect(page.locator("#open-state")).to_contain_text(words)
    expect(page.locator("#chat-start")).to_be_visible(visible=can_start)


@pytest.mark.parametrize(
    ("opens", "words"),
    [
        ("2026-11-23T16:00:00+01:00", "Der Chat öffnet heute um 16:00 Uhr."),
        ("2026-11-24T09:30:00+01:00", "Der Chat öffnet morgen um 09:30 Uhr."),
        ("2026-11-26T09:30:00+01:00", "Der Chat öffnet am Donnerstag um 09:30 Uhr."),
    ],
)
def test_a_closed_chat_says_when_it_opens(page: Page, origin: str, opens: str, words: str) -> None:
    page.clock.install(time="2026-11-23T10:00:00+01:00")
    page.goto(origin + "/datenschutz")
    opens_ms = page.evaluate("(at) => Date.parse(at)", opens)
    answer_state(page, {"open": False, "next_open_ms": opens_ms})
    page.goto(origin + "/p/leben")
    expect(page.locator("#open-state")).to_contain_text(words)


@pytest.mark.parametrize(
    ("closes", "words"),
    [
        ("2026-11-23T21:00:00+01:00", "Jetzt geöffnet, bis 21:00 Uhr"),
        ("2026-11-24T00:00:00+01:00", "Jetzt geöffnet, bis 24:00 Uhr"),
        ("2026-11-25T09:00:00+01:00", "Jetzt geöffnet"),
    ],
)
def test_an_open_chat_says_until_when(page: Page, origin: str, closes: str, words: str) -> None:
    page.clock.install(time="2026-11-23T10:00:00+01:00")
    page.goto(origin + "/datenschutz")
    closes_ms = page.evaluate("(at) => Date.parse(at)", closes)
    answer_state(page, {"waiting": 0, "closes_ms": closes_ms})
    page.goto(origin + "/p/leben")
    expect(page.locator("#open-state-text")).to_have_text(words)


def test_modules_with_the_right_bytes_run(page: Page, web_root: Path, tmp_path: Path) -> None:
    build_web(SITE, web_root, tmp_path / "out", brotli_quality=1)
    with serving(tmp_path / "out") as origin:
        page.goto(origin + "/p/leben/chat")
        expect(page.locator("#fallback")).to_have_count(0)


@pytest.mark.parametrize("module", ["js/seeker.js", "js/core/start.js", "vendor/tiny.mjs"])
def test_a_module_with_other_bytes_never_runs(
    page: Page, web_root: Path, tmp_path: Path, module: str
) -> None:
    """The entry, what it imports, and what that imports: each hangs on the shell's hashes."""
    build_web(SITE, web_root, tmp_path / "out", brotli_quality=1)
    swapped(tmp_path / "out", module)
    with serving(tmp_path / "out") as origin:
        with page.expect_console_message(lambda line: "integrity" in line.text.lower()):
            page.goto(origin + "/p/leben/chat")
        expect(page.locator("#fallback")).to_have_count(1)


def test_a_late_module_with_other_bytes_never_runs(
    page: Page, web_root: Path, tmp_path: Path
) -> None:
    """What is fetched when somebody wants it hangs on the shell's hashes like the rest."""
    build_web(SITE, web_root, tmp_path / "out", brotli_quality=1)
    with serving(tmp_path / "out") as origin:
        page.goto(origin + "/p/leben/chat")
        expect(page.locator("html")).to_have_attribute("data-late", "ran")
    swapped(tmp_path / "out", "js/features/late.js")
    with serving(tmp_path / "out") as origin:
        page.goto(origin + "/p/leben/chat")
        expect(page.locator("html")).to_have_attribute("data-late", "refused")


def test_a_style_sheet_with_other_bytes_does_not_count(
    page: Page, web_root: Path, tmp_path: Path
) -> None:
    build_web(SITE, web_root, tmp_path / "out", brotli_quality=1)
    swapped(tmp_path / "out", "css/access.css")
    with serving(tmp_path / "out") as origin:
        page.goto(origin + "/p/leben/zugang", wait_until="networkidle")
        # The one that was left alone is there.
        assert page.evaluate(f"() => {SHEETS}") == ["all.css"]


def test_a_module_that_the_shell_does_not_name_never_runs(
    page: Page, web_root: Path, tmp_path: Path
) -> None:
    build_web(SITE, web_root, tmp_path / "out", brotli_quality=1)
    with serving(tmp_path / "out") as origin:
        page.goto(origin + "/p/leben/chat")
        tree = next(iter((tmp_path / "out" / "static").iterdir())).name
        assert page.evaluate(IMPORTED, f"/static/{tree}/js/worker.js") == "refused"
