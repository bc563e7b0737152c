"""Every screen of the journey, as it really is: no violation of WCAG A or AA in light or dark, on a
phone or a desk, and nothing to scroll sideways at 320 px or at 200 %; and all of it in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from e2e_server.web.texts import read_texts
from tests.browser.axe import faults
from tests.browser.conftest import Windows
from tests.browser.people import CounsellorPage, House, SeekerPage

WEB = Path(__file__).parents[2] / "web"
LEGAL = ("datenschutz", "impressum", "barrierefreiheit", "sicher-surfen")
# Words of one or two short syllables may be the same in both languages.
SHORTEST_WORD = 4
READ_ALL = """() => {
  const parts = [document.title, document.body.innerText];
  const named = ['aria-label', 'title', 'placeholder', 'alt'];
  for (const one of document.querySelectorAll(named.map((name) => `[${name}]`).join())) {
    parts.push(...named.map((name) => one.getAttribute(name) ?? ''));
  }
  const hidden = document.querySelectorAll('.visually-hidden');
  parts.push(...[...hidden].map((one) => one.textContent));
  return parts.join('\\n');
}"""


class Inspector:
    """Collects what is wrong with each screen, so that one run shows all of it."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}

    def look(self, page: Page, name: str) -> None:
        wrong = faults(page)
        if wrong:
            self.found[name] = wrong


@pytest.fixture
def inspector() -> Iterator[Inspector]:
    found = Inspector()
    yield found
    assert found.found == {}


def test_pages_that_need_no_script(house: House, windows: Windows, inspector: Inspector) -> None:
    page = windows.phone().page
    # Nobody is on duty yet: the portal says so and offers what is left.
    page.goto(f"{house.url}/p/leben")
    expect(page.get_by_text("Gerade ist niemand im Dienst")).to_be_visible()
    inspector.look(page, "portal without staff")
    for slug in ("", *LEGAL, "en/p/leben"):
        page.goto(f"{house.url}/{slug}")
        inspector.look(page, slug)


def test_the_journey_of_both(house: House, windows: Windows, inspector: Inspector) -> None:
    desk, phone = windows.desk().page, windows.phone().page
    maria, seeker = CounsellorPage(house, desk), SeekerPage(house, phone)
    _signs_in(maria, inspector)
    phone.goto(f"{house.url}/p/leben")
    expect(phone.get_by_text("Jetzt geöffnet")).to_be_visible()
    inspector.look(phone, "portal")
    seeker.comes_to_the_portal()
    phone.get_by_role("button", name="Bestätigen").click()
    expect(phone.get_by_role("alert")).to_be_visible()
    inspector.look(phone, "before, with its error")
    seeker.confirms_the_privacy_notice()
    seeker.is_waiting()
    inspector.look(phone, "waiting room")
    number = seeker.number
    maria.opens_request(number)
    inspector.look(desk, "request")
    maria.accepts(number)
    inspector.look(desk, "accepted")
    expect(phone.get_by_role("button", name="Jetzt chatten")).to_be_visible()
    inspector.look(phone, "offer")
    maria.answers()
    inspector.look(desk, "greeting")
    seeker.says_yes()
    _talk(seeker, maria, inspector)
    _end(seeker, maria, inspector)


def test_a_seeker_may_do_all_of_it_in_english(
    house: House, windows: Windows, maria: CounsellorPage, inspector: Inspector
) -> None:
    page = windows.phone().page
    german = _german_only()

    def read(name: str) -> None:
        assert page.locator("html").get_attribute("lang") == "en"
        text = page.evaluate(READ_ALL)
        assert [one for one in german if re.search(one, text)] == [], name

    page.goto(f"{house.url}/en/p/leben")
    expect(page.get_by_text("Open now")).to_be_visible()
    read("portal")
    page.get_by_role("link", name="Start chat").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_be_visible()
    read("before")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Confirm").click()
    name = page.get_by_text(re.compile(r"^Seeker \d+$"))
    expect(name).to_be_visible()
    number = int(name.inner_text().split()[-1])
    read("waiting room")
    maria.accepts(number)
    maria.answers()
    expect(page.get_by_role("dialog")).to_be_visible()
    read("offer")
    page.get_by_role("dialog").get_by_role("button").first.click()
    write_english(page, "Good evening.")
    maria.reads("Good evening.")
    maria.writes("I am here.")
    expect(page.get_by_role("log").get_by_text("I am here.")).to_be_visible()
    read("chat")
    inspector.look(page, "chat in English")
    for opener in ("Encrypted", "Insert an emoji", "Format text", "Help by phone"):
        page.get_by_role("button", name=opener).click()
        read(opener)
        page.keyboard.press("Escape")
    page.get_by_role("button", name="End", exact=True).click()
    read("end dialog")
    page.get_by_role("dialog").get_by_role("button", name="End chat").click()
    expect(page.get_by_role("link", name="To the start page")).to_be_visible()
    read("ended")


def write_english(page: Page, text: str) -> None:
    page.locator("#message-field").fill(text)
    page.get_by_role("button", name="Send").click()


def _signs_in(maria: CounsellorPage, inspector: Inspector) -> None:
    page = maria.page
    page.goto(f"{maria.house.url}/team")
    page.get_by_label("Anmeldename").fill("maria")
    page.get_by_label("Passphrase", exact=True).fill("falsche worte aus dem gedächtnis")
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_text("Name oder Passphrase stimmt nicht.")).to_be_visible()
    inspector.look(page, "sign-in, refused")
    maria.signs_in("maria")
    inspector.look(page, "not reachable")
    maria.becomes_reachable()
    page.get_by_role("button", name="Tastenkürzel").click()
    inspector.look(page, "keys")
    page.keyboard.press("Escape")


def _talk(seeker: SeekerPage, maria: CounsellorPage, inspector: Inspector) -> None:
    phone, desk = seeker.page, maria.page
    maria.reads("Nur Sie und")
    seeker.writes(
        "**Guten** Abend.\n- Donaudampfschifffahrtsgesellschaftskapitänswitwenrente\n> ja"
    )
    maria.reads("Donaudampf")
    maria.writes("Guten Abend. https://example.org/" + "sehr-lange-adresse/" * 6)
    seeker.reads("sehr-lange-adresse")
    inspector.look(phone, "seeker's chat")
    inspector.look(desk, "counsellor's chat")
    phone.get_by_role("button", name="Verschlüsselt").click()
    phone.get_by_text("Selbst prüfen").click()
    expect(phone.locator(".words__word")).to_have_count(8)
    inspector.look(phone, "who reads")
    phone.keyboard.press("Escape")
    for tool in ("Emoji einfügen", "Text gestalten"):
        phone.get_by_role("button", name=tool).click()
        inspector.look(phone, tool)
    phone.get_by_role("button", name="Hilfe am Telefon").click()
    inspector.look(phone, "help")
    phone.keyboard.press("Escape")


def _end(seeker: SeekerPage, maria: CounsellorPage, inspector: Inspector) -> None:
    phone, desk = seeker.page, maria.page
    desk.get_by_role("button", name="Chat beenden").click()
    inspector.look(desk, "counsellor's end dialog")
    desk.keyboard.press("Escape")
    phone.get_by_role("button", name="Beenden").click()
    inspector.look(phone, "seeker's end dialog")
    phone.keyboard.press("Escape")
    seeker.ends_the_chat()
    seeker.sees_the_end()
    inspector.look(phone, "ended")
    maria.sees_the_end()
    inspector.look(desk, "ended, to read")


def _german_only() -> list[str]:
    """Patterns of every German sentence whose words are not the same in English."""
    german = _sentences(read_texts(WEB / "text", "de"))
    english = _sentences(read_texts(WEB / "text", "en"))
    found = []
    for key, sentence in german.items():
        parts = [
            part for part in re.split(r"\{\w+\}", sentence) if len(part.strip()) >= SHORTEST_WORD
        ]
        if sentence == english[key] or not parts:
            continue
        pattern = ".*".join(re.escape(part.strip()) for part in parts)
        if not any(re.search(pattern, one) for one in english.values()):
            found.append(rf"\b{pattern}")
    # The name of the other language stands in that language.
    return [one for one in found if "Deutsch" not in one]


def _sentences(table: Any, key: str = "") -> dict[str, str]:
    if isinstance(table, str):
        return {key: table}
    pairs = table.items() if isinstance(table, dict) else enumerate(table)
    return {
        name: text
        for inner, value in pairs
        for name, text in _sentences(value, f"{key}.{inner}".strip(".")).items()
    }
