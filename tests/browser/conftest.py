"""Real browsers against a real relay: pages built once, people enrolled once, a server a module.

The server's clock stands still until a test moves it; the pages follow the server's time.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from e2e_server.web import build_web
from tests.browser.people import CounsellorPage, House
from tests.browser.shelf import Shelf, Size
from tests.helpers.actors import Cast
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
    return _built(tmp_path_factory.mktemp("pages"), [portal_entry(Organisation())])


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
        yield from _watched(House(server))


@contextmanager
def house_of(
    folder: Path, portals: list[dict[str, Any]], enrol: Callable[[Cast], Awaitable[None]]
) -> Iterator[House]:
    """A running service of other portals than that of `house`, and those whom `enrol` certifies."""
    options = {"site_dir": _built(folder, portals), "clock": clock_of_today(), "portals": portals}
    with ThreadedServer(folder / "house", **options) as server:
        found = House(server)
        server.run(lambda: enrol(found.cast))
        yield from _watched(found)


def _built(folder: Path, portals: list[dict[str, Any]]) -> Path:
    """The pages of some portals of the test organisation."""
    site = write_site(folder / "site.json", Organisation(), portals)
    build_web(site, WEB, folder / "out", brotli_quality=1)
    keep_exit_here(folder / "out")
    return folder / "out"


def _watched(found: House) -> Iterator[House]:
    yield found
    found.close()
    # The relay notes what it did not expect; in a test that is a fault.
    assert [line for line in found.server.server.log if "error" in line] == []


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


@pytest.fixture(scope="module")
def shelf(browser: Browser, house: House) -> Iterator[Shelf]:
    """Windows of this file's browser."""
    found = Shelf(browser, house.url)
    yield found
    found.close()


@pytest.fixture
def windows(shelf: Shelf) -> Iterator[Windows]:
    found = Windows(shelf)
    yield found
    found.close()


@pytest.fixture(scope="module")
def desks(shelf: Shelf) -> Iterator[Windows]:
    """Windows that stay open through all tests of a file."""
    found = Windows(shelf)
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
    """Opens private windows and checks each at the end.

    `is_new`: for who counts what a first visit fetches, or changes more than a page (the clock, the
    network, a permission).
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._open: list[Window] = []

    def phone(self, *, is_new: bool = False) -> Window:
        """A seeker's phone."""
        return self._window((390, 844), is_new)

    def desk(self, *, is_new: bool = False) -> Window:
        """A counsellor's screen."""
        return self._window((1280, 800), is_new)

    def tab(self, window: Window) -> Window:
        """Another tab of a private window."""
        found = Window(window.context)
        self._open.append(found)
        return found

    def close(self) -> None:
        """Check all and give them back."""
        try:
            for window in self._open:
                window.check()
        finally:
            self._put_back()

    def _put_back(self) -> None:
        for context in dict.fromkeys(window.context for window in self._open):
            self._shelf.put_back(context)

    def _window(self, size: Size, is_new: bool) -> Window:
        window = Window(self._shelf.take(size, is_new=is_new))
        self._open.append(window)
        return window
