"""A desk with many open enquiries, in Chromium: `python -m bench.desk [rows] [slower]`.

One portal holds `rows` written enquiries, of which the first READABLE are real ones, written by a
client, so that what the list shows is fetched, opened and judged as on any day. TEAM lists
COUNSELLORS people, each with a certificate in the log and a signed profile. Timed in the page, to
the frame in which it stands there:

    sign_in       from "Anmelden" to the workspace (Argon2id twice and the keyring are in it)
    first_screen  from the workspace to a list of readable subjects
    complete      until every page of the list is there, while people may work
    look          a row is chosen; its request stands beside the list
    scroll        the list is drawn at its end

Twice: by the clock on a processor slowed down `slower` times, and as processor time of the page's
own thread at full speed, which another load on the machine hardly moves (the wait for Argon2id and
for the relay is not in it). Beside it the same with FEW_ROWS rows, in the same run: their ratio is
what the length costs.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Page

from bench.enquiries import fill
from clientlib import org
from clientlib.staff import Staff
from clientlib.teams import TEAM_DAYS
from crypto import account, kem
from crypto.keyring import TeamSeed
from crypto.keys import KemSecret
from crypto.ownprofile import encode_profile, sign_profile
from crypto.profile import Profile
from crypto.random import random_bytes
from crypto.statement import DAY_MS, Role, Team
from crypto.statement import Staff as StaffStatement
from e2e_server.features.staff import store as staff_store
from e2e_server.storage.port import WriteTransaction
from e2e_server.web import build_web
from tests.browser.conftest import WEB, clock_of_today
from tests.browser.desk import Writer
from tests.browser.people import House
from tests.helpers.actors import PHRASE, Cast
from tests.helpers.chromium import running_chromium
from tests.helpers.organisation import Organisation, Person
from tests.helpers.server import ThreadedServer, portal_entry, write_site

ROWS = 10_000
FEW_ROWS = 100
COUNSELLORS = 200
READABLE = 12
# Statements on one line, which has a limit of commands.
PER_LINE = 100
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
_PRESS = "[...document.querySelectorAll('button')].find((b) => b.textContent === 'Anmelden')"
_AT_DESK = "document.querySelector('#tab-written') !== null"
_SUBJECT = "[...document.querySelectorAll('.row--written .row__line')]"
_READABLE = f"{_SUBJECT}.filter((one) => one.textContent.startsWith('Anliegen ')).length >= 3"
_LIST = "document.querySelector('#panel-written')"
_COMPLETE = "document.querySelector('.rows--window li')?.ariaSetSize === '{rows}'"
_LOOKED = "document.querySelector('#request-subject')?.textContent === 'Anliegen 2'"
_AT_END = "[...document.querySelectorAll('.rows--window li')].at(-1)?.ariaPosInSet === '{rows}'"
_STEPS = {
    "sign_in": (f"{_PRESS}.click()", _AT_DESK),
    "first_screen": ("document.querySelector('#tab-written').click()", _READABLE),
    "complete": ("", _COMPLETE),
    "look": ("document.querySelectorAll('.row--written')[1].click()", _LOOKED),
    "scroll": (f"{_LIST}.scrollTop = {_LIST}.scrollHeight", _AT_END),
}

# Of each step, medians in ms.
Times = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`clock`: slowed down, by the clock. `processor`: at full speed, of the page's own thread."""

    clock: Times
    processor: Times


def measure(browser: Browser, folder: Path, rows: int, slower: int, rounds: int) -> Measured:
    """Found a house, have people write, fill the portal, sit down `rounds` times each way."""
    folder.mkdir()
    organisation = Organisation()
    site = write_site(folder / "site.json", organisation, [portal_entry(organisation)])
    build_web(site, WEB, folder / "pages")
    with ThreadedServer(folder, site_dir=folder / "pages", clock=clock_of_today()) as server:
        house = House(server)
        enrol(house, COUNSELLORS)
        writer = Writer(house, "kiesel")
        for n in range(1, min(READABLE, rows) + 1):
            writer.writes(f"Anliegen {n}", "Guten Tag, ich weiß nicht weiter.")
        server.run(lambda: fill(server.server, rows - READABLE, first=READABLE + 1))
        clock = [_sit_down(browser, house, rows, slower, _by_clock) for _ in range(rounds)]
        processor = [_sit_down(browser, house, rows, 1, _by_processor) for _ in range(rounds)]
        house.close()
    return Measured(clock=_medians(clock), processor=_medians(processor))


def enrol(house: House, counsellors: int) -> None:
    """An admin, Maria, and as many colleagues as make `counsellors`; all in one TEAM."""
    cast = house.cast

    async def work() -> None:
        admin = await cast.found()
        maria = await cast.counsellor(admin, "maria", "Maria B.")
        people = [Person(f"Kollegin {n}") for n in range(2, counsellors + 1)]
        await _certify(cast, admin, people)
        seed = KemSecret(random_bytes(KemSecret.SIZE_BYTES))
        await maria.keyring.remember_seed(TeamSeed(team16=cast.team16, epoch=1, seed=seed))
        team = Team(
            team16=cast.team16,
            epoch=1,
            kem_pk=kem.public(seed),
            members=(maria.subject16, *(one.subject16 for one in people)),
            restart=False,
        )
        signer, now_ms = account.staff_sign(admin.ams), cast.now_ms()
        await admin.log.publish(signer, cast.team16, team, now_ms, now_ms + TEAM_DAYS * DAY_MS)
        await house.server.server.relay.parts.db.write(lambda tx: _publish(tx, people))

    house.server.run(work)


async def _certify(cast: Cast, admin: Staff, people: list[Person]) -> None:
    found = admin.log.view.org()
    assert found is not None
    signer, now_ms = account.staff_sign(admin.ams), cast.now_ms()
    end_ms = now_ms + org.COUNSELLOR_DAYS * DAY_MS
    for at, one in enumerate(people):
        if at % PER_LINE == 0:
            log = await cast.log(await cast.line())
        payload = StaffStatement(
            deployment_id=found.deployment_id,
            role=Role.COUNSELLOR,
            sign_pk=one.sign_pk,
            kem_pk=one.kem_pk,
        )
        await log.publish(signer, one.subject16, payload, now_ms, end_ms)


def _publish(tx: WriteTransaction, people: list[Person]) -> None:
    texts = ("Ich höre Ihnen zu. " * 10, "I am listening. " * 10)
    for one in people:
        raw = encode_profile(
            Profile(subject16=one.subject16, counter=1, name=one.name, texts=texts)
        )
        staff_store.save_profile(
            tx,
            staff_store.ProfileRow(
                subject16=one.subject16,
                counter=1,
                profile=raw,
                signature=sign_profile(one.sign, raw),
                picture=b"",
            ),
        )


# What a step costs: from the act to the frame in which its condition is so.
Meter = Callable[[Page, CDPSession, str, str], float]


def _sit_down(browser: Browser, house: House, rows: int, slower: int, meter: Meter) -> Times:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="de-DE")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{house.url}/team")
    page.get_by_label("Anmeldename").fill("maria")
    page.get_by_label("Passphrase", exact=True).fill(PHRASE)
    session = context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    times = {
        name: meter(page, session, act, condition.replace("{rows}", str(rows)))
        for name, (act, condition) in _STEPS.items()
    }
    context.close()
    return times


def _by_clock(page: Page, _: CDPSession, act: str, condition: str) -> float:
    return float(page.evaluate(_UNTIL, [act, condition]))


def _by_processor(page: Page, session: CDPSession, act: str, condition: str) -> float:
    before = _busy_ms(session)
    page.evaluate(_UNTIL, [act, condition])
    return _busy_ms(session) - before


def _busy_ms(session: CDPSession) -> float:
    """Processor time of the page's thread so far; ms."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration") * 1000


def _medians(found: list[Times]) -> Times:
    return {name: statistics.median(one[name] for one in found) for name in _STEPS}


def main(rows: int, slower: int) -> None:
    """Measure both lengths and print."""
    with tempfile.TemporaryDirectory() as folder, running_chromium() as browser:
        few = measure(browser, Path(folder) / "few", FEW_ROWS, slower, ROUNDS)
        many = measure(browser, Path(folder) / "many", rows, slower, ROUNDS)
    _print(f"ms by the clock, {slower}x slower", rows, few.clock, many.clock)
    _print("ms of processor", rows, few.processor, many.processor)


def _print(title: str, rows: int, few: Times, many: Times) -> None:
    sys.stdout.write(f"{title:30}{FEW_ROWS:>8}{rows:>12,}{'ratio':>10}\n")
    for name in _STEPS:
        small, large = few[name], many[name]
        sys.stdout.write(f"{name:28}{small:10.1f}{large:12.1f}{large / small:10.1f}\n")


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:3]]
    main(*(given + [ROWS, SLOWER][len(given) :]))
