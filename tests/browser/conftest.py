"""Real browsers against a real relay: pages built once, people enrolled once, a server a module.

The server's clock stands still until a test moves it; the pages follow the server's time.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from e2e_server.web import build_web
from tests.browser.people import CounsellorPage, House
from tests.helpers.chromium import PATIENCE_MS
from tests.helpers.clock import FakeClock
from tests.helpers.organisation import Organisation
from tests.helpers.server import ThreadedServer, portal_entry, write_site
from tests.web.built import keep_exit_here

WEB = Path(__file__).parents[2] / "web"
# Runs before any script of the page and keeps what the browser refuses.
LISTEN = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.violations.push(event.violatedDirective + ' ' + event.blockedURI);
});
"""
# Chromium's words for a line to a relay that is down just now, or that a page lets go of.
BROKEN_LINE = (
    "net::ERR_CONNECTION_REFUSED",
    "net::ERR_INTERNET_DISCONNECTED",
    "closed before the connection is established",
)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site of the test organisation."""
    folder = tmp_path_factory.mktemp("pages")
    organisation = Organisation()
    site = write_site(folder / "site.json", organisation, [portal_entry(organisation)])
    build_web(site, WEB, folder / "out", year=2026, brotli_quality=1)
    keep_exit_here(folder / "out")
    return folder / "out"


@pytest.fixture(scope="session")
def enrolled(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of a service, at rest, with an admin, two counsellors and one team."""
    folder = tmp_path_factory.mktemp("enrolled")
    with ThreadedServer(folder, site_dir=pages, clock=clock_of_today()) as server:
        found = House(server)
        found.enrol()
        found.close()
    return folder


@pytest.fixture(scope="module")
def house(enrolled: Path, pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running service, in which nobody has waited yet."""
    folder = shutil.copytree(enrolled, tmp_path_factory.mktemp("house"), dirs_exist_ok=True)
    with ThreadedServer(folder, site_dir=pages, clock=clock_of_today()) as server:
        found = House(server)
        yield found
        found.close()
        # The relay notes what it did not expect; in a test that is a fault.
        assert [line for line in server.server.log if "error" in line] == []


def clock_of_today() -> FakeClock:
    """A clock that stands still at this moment; pages compare it with that of their device."""
    return FakeClock(time.time_ns() // 1_000_000)


class Window:
    """One private window; collects what must not happen in it."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.page.add_init_script(LISTEN)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(f"page: {error}"))

    def check(self) -> None:
        """No error on the console, nothing that the policy refused."""
        violations = [] if self.page.is_closed() else self.page.evaluate("window.violations ?? []")
        assert self.faults + violations == []

    def _hear(self, message: object) -> None:
        text = getattr(message, "text", "")
        # A line that breaks while it is being laid is the browser's own remark; the page goes on.
        is_broken_line = any(one in text for one in BROKEN_LINE)
        if getattr(message, "type", "") in ("error", "warning") and not is_broken_line:
            self.faults.append(f"console: {text}")


@pytest.fixture
def windows(browser: Browser) -> Iterator[Windows]:
    found = Windows(browser)
    yield found
    found.close()


@pytest.fixture(scope="module")
def desks(browser: Browser) -> Iterator[Windows]:
    """Windows that stay open through all tests of a file."""
    found = Windows(browser)
    yield found
    found.close()


@pytest.fixture(scope="module")
def maria(house: House, desks: Windows) -> CounsellorPage:
    """A counsellor at her desk, reachable all evening."""
    found = CounsellorPage(house, desks.desk().page)
    found.signs_in("maria")
    found.becomes_reachable()
    return found


class Windows:
    """Opens private windows and checks each at the end."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._open: list[Window] = []

    def phone(self) -> Window:
        """A seeker's phone."""
        return self._window(390, 844)

    def desk(self) -> Window:
        """A counsellor's screen."""
        return self._window(1280, 800)

    def tab(self, window: Window) -> Window:
        """Another tab of a private window."""
        found = Window(window.context)
        self._open.append(found)
        return found

    def close(self) -> None:
        """Check and close all."""
        for window in self._open:
            window.check()
        for window in self._open:
            window.context.close()

    def _window(self, width: int, height: int) -> Window:
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            locale="de-DE",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        window = Window(context)
        self._open.append(window)
        return window
