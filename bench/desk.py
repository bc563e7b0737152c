"""A desk with many open enquiries, in Chromium: `python -m bench.desk [rows] [slower]`.

One portal holds `rows` written enquiries, of which the first READABLE are real ones, written by a
client, so that what the list shows is fetched, opened and judged as on any day. The page runs on a
processor slowed down `slower` times. Timed in the page, to the frame in which it stands there:

    sign_in       from "Anmelden" to the workspace (Argon2id twice and the keyring are in it)
    first_screen  from the workspace to a list of readable subjects
    complete      until every page of the list is there, while people may work
    look          a row is chosen; its request stands beside the list
    scroll        the list is drawn at its end

Beside it the same with FEW_ROWS rows, in the same run: their ratio is what the length costs.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench.enquiries import fill
from e2e_server.web import build_web
from tests.browser.conftest import WEB, clock_of_today
from tests.browser.desk import Writer
from tests.browser.people import House
from tests.helpers.actors import PHRASE
from tests.helpers.chromium import running_chromium
from tests.helpers.organisation import Organisation
from tests.helpers.server import ThreadedServer, portal_entry, write_site

ROWS = 10_000
FEW_ROWS = 20
READABLE = 12
SLOWER = 4
ROUNDS = 5
PATIENCE_MS = 120_000
# The promise is kept in the second frame after the condition: by then the first one was painted.
_UNTIL = """
([act, condition]) => new Promise((resolve, reject) => {
  const isSo = new Function('return ' + condition);
  const begun = performance.now();
  new Function(act)();
  const look = () => {
    if (performance.now() - begun > 60000) { reject(new Error(condition)); return; }
    if (!isSo()) { requestAnimationFrame(look); return; }
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begun)));
  };
  look();
})
"""
_AT_DESK = "document.querySelector('#tab-written') !== null"
_SUBJECT = "[...document.querySelectorAll('.row--written .row__line')]"
_READABLE = f"{_SUBJECT}.filter((one) => one.textContent.startsWith('Anliegen ')).length >= 3"
_LIST = "document.querySelector('#panel-written')"
_COMPLETE = "document.querySelector('.rows--window li')?.ariaSetSize === '{rows}'"
_LOOKED = "document.querySelector('#request-subject')?.textContent === 'Anliegen 2'"
_AT_END = "[...document.querySelectorAll('.rows--window li')].at(-1)?.ariaPosInSet === '{rows}'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Medians in ms."""

    sign_in: float
    first_screen: float
    complete: float
    look: float
    scroll: float


def measure(browser: Browser, folder: Path, rows: int, slower: int, rounds: int) -> Times:
    """Found a house, have people write, fill the portal, sit down `rounds` times."""
    folder.mkdir()
    organisation = Organisation()
    site = write_site(folder / "site.json", organisation, [portal_entry(organisation)])
    build_web(site, WEB, folder / "pages", year=2026)
    with ThreadedServer(folder, site_dir=folder / "pages", clock=clock_of_today()) as server:
        house = House(server)
        house.enrol()
        writer = Writer(house, "kiesel")
        for n in range(1, min(READABLE, rows) + 1):
            writer.writes(f"Anliegen {n}", "Guten Tag, ich weiß nicht weiter.")
        server.run(lambda: fill(server.server, rows - READABLE, first=READABLE + 1))
        seen = [_sit_down(browser, house, rows, slower) for _ in range(rounds)]
        house.close()
    names = Times.__dataclass_fields__
    return Times(**{name: statistics.median(getattr(one, name) for one in seen) for name in names})


def _sit_down(browser: Browser, house: House, rows: int, slower: int) -> Times:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="de-DE")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{house.url}/team")
    page.get_by_label("Anmeldename").fill("maria")
    page.get_by_label("Passphrase", exact=True).fill(PHRASE)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    press = "[...document.querySelectorAll('button')].find((b) => b.textContent === 'Anmelden')"
    sign_in = _timed(page, f"{press}.click()", _AT_DESK)
    first = _timed(page, "document.querySelector('#tab-written').click()", _READABLE)
    whole = _timed(page, "", _COMPLETE.format(rows=rows))
    look = _timed(page, "document.querySelectorAll('.row--written')[1].click()", _LOOKED)
    scroll = _timed(page, f"{_LIST}.scrollTop = {_LIST}.scrollHeight", _AT_END.format(rows=rows))
    context.close()
    return Times(sign_in=sign_in, first_screen=first, complete=whole, look=look, scroll=scroll)


def _timed(page: Page, act: str, condition: str) -> float:
    """Return how long it took from `act` to the frame that shows `condition`; ms, in the page."""
    return float(page.evaluate(_UNTIL, [act, condition]))


def main(rows: int, slower: int) -> None:
    """Measure both lengths and print."""
    with tempfile.TemporaryDirectory() as folder, running_chromium() as browser:
        few = measure(browser, Path(folder) / "few", FEW_ROWS, slower, ROUNDS)
        many = measure(browser, Path(folder) / "many", rows, slower, ROUNDS)
    sys.stdout.write(f"ms, median, {slower}x slower{FEW_ROWS:>8}{rows:>12,}{'ratio':>10}\n")
    for name in Times.__dataclass_fields__:
        small, large = getattr(few, name), getattr(many, name)
        sys.stdout.write(f"{name:22}{small:10.0f}{large:12.0f}{large / small:10.1f}\n")


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:3]]
    main(*(given + [ROWS, SLOWER][len(given) :]))
