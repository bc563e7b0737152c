"""The page about checking this service in real browsers; what they refuse, they really refuse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from e2e_server.web import build_web
from tests.web.built import SITE
from tests.web.serve import HEALTHY, serving

pytestmark = pytest.mark.browser


def answer_health(page: Page, health: dict[str, Any] | None, status: int = 200) -> None:
    def answer(route: Route) -> None:
        if health is None:
            route.abort()
        else:
            route.fulfill(json=health, status=status)

    page.route("**/healthz", answer)


@pytest.mark.parametrize(
    ("health", "status", "state", "words"),
    [
        (HEALTHY, 200, "good", "Zuletzt nachgesehen: 14.10.26, 19:46:40. Das nächste Mal: "),
        (HEALTHY, 200, "good", "14.10.26, 19:47:00. Überfällig ist nichts. Die Seiten sind "),
        (HEALTHY | {"purge_overdue": 3}, 503, "bad", "Überfällig: 3. Solange beginnt hier kein"),
        (HEALTHY | {"purge_last_run_ms": 0}, 200, "bad", "noch nicht nachgesehen"),
        (HEALTHY | {"pages_signed": 0}, 200, "bad", "Verzeichnis nicht bestätigt"),
        (None, 0, "bad", "Wir erreichen den Dienst gerade nicht."),
    ],
)
def test_the_page_says_whether_deletion_is_in_time(
    page: Page, origin: str, health: dict[str, Any] | None, status: int, state: str, words: str
) -> None:
    answer_health(page, health, status)
    page.goto(origin + "/pruefen")
    expect(page.locator("#health")).to_contain_text(words)
    expect(page.locator("#health")).to_have_attribute("data-state", state)


def test_the_commands_name_this_service(page: Page, origin: str) -> None:
    answer_health(page, HEALTHY)
    page.goto(origin + "/pruefen")
    expect(page.locator(".command").first).to_contain_text(f"clientlib.audit {origin} --finger")


def test_a_browser_that_enforces_is_told_so(page: Page, origin: str) -> None:
    answer_health(page, HEALTHY)
    page.goto(origin + "/pruefen")
    page.get_by_role("button", name="Diesen Browser ausprobieren").click()
    expect(page.locator("#probe-said")).to_contain_text("Dieser Browser prüft mit")


def test_a_browser_that_does_not_enforce_is_told_so(
    page: Page, web_root: Path, tmp_path: Path
) -> None:
    """As if it knew neither: the header that asks for hashes is not sent."""
    build_web(SITE, web_root, tmp_path / "out", brotli_quality=1)
    table = tmp_path / "out" / "headers.json"
    table.write_text(table.read_text("utf-8").replace("Integrity-Policy", "X-Nothing"), "utf-8")
    with serving(tmp_path / "out") as origin:
        answer_health(page, HEALTHY)
        page.goto(origin + "/pruefen")
        page.get_by_role("button", name="Diesen Browser ausprobieren").click()
        expect(page.locator("#probe-said")).to_contain_text("prüft nicht alles")
        page.route("**/unnamed.js", lambda route: route.abort())
        page.get_by_role("button", name="Diesen Browser ausprobieren").click()
        expect(page.locator("#probe-said")).to_contain_text("nicht ausprobieren")


def test_without_javascript_the_figures_are_one_link_away(browser: Any, origin: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(origin + "/pruefen")
    expect(page.get_by_role("link", name="/healthz")).to_be_visible()
    expect(page.locator("#probe")).to_be_hidden()
    expect(page.locator("#health")).to_be_hidden()
    context.close()
