"""Scenes that tests begin with: somebody waits, an offer stands, a chat runs."""

from __future__ import annotations

import re
from contextlib import ExitStack

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Window
from tests.browser.people import CounsellorPage, House, SeekerPage, name_of

# Everything that a browser keeps for an origin, and how much of it there is.
KEPT = """async () => ({
  session: sessionStorage.length,
  local: localStorage.length,
  databases: (await indexedDB.databases()).length,
  caches: window.isSecureContext ? (await caches.keys()).length : 0,
  cookies: document.cookie,
})"""
NOTHING = {"session": 0, "local": 0, "databases": 0, "caches": 0, "cookies": ""}


def comes(house: House, window: Window) -> SeekerPage:
    """Somebody goes from the portal to the waiting room."""
    seeker = SeekerPage(house, window.page)
    seeker.comes_to_the_portal()
    seeker.confirms_the_privacy_notice()
    seeker.is_waiting()
    return seeker


def opens_chat(counsellor: CounsellorPage, number: int) -> None:
    """She goes to one of her chats."""
    counsellor.page.get_by_role("button", name="Meine Nachrichten").click()
    counsellor.row(number).click()
    expect(counsellor.page.get_by_role("heading", name=name_of(number))).to_be_visible()


def names_the_chat(counsellor: CounsellorPage, nickname: str) -> None:
    """She gives the open chat a name and a colour of her own."""
    page = counsellor.page
    page.get_by_role("button", name="Eigener Name und Farbe").click()
    page.get_by_label(re.compile("Eigener Name für diesen Chat")).fill(nickname)
    page.get_by_text("Blau", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Speichern").click()
    expect(page.get_by_text(nickname).first).to_be_visible()


def offer(maria: CounsellorPage, seeker: SeekerPage) -> int:
    """She accepts who waits, and has the chat before her; returns the seeker's number."""
    number = seeker.number
    maria.accepts(number)
    maria.answers()
    expect(asked(seeker)).to_be_visible()
    return number


def asked(seeker: SeekerPage) -> Locator:
    """The dialog that asks whether to begin."""
    return seeker.page.get_by_role("dialog", name="Jemand aus dem Team ist jetzt für Sie da")


def chat(house: House, maria: CounsellorPage, window: Window) -> tuple[SeekerPage, int]:
    """Somebody comes, Maria accepts, both have said hello; returns them and their number."""
    seeker = comes(house, window)
    number = offer(maria, seeker)
    seeker.says_yes()
    seeker.writes("Guten Abend.")
    maria.reads("Guten Abend.")
    maria.writes("Willkommen.")
    seeker.reads("Willkommen.")
    return seeker, number


def talk_on(seeker: SeekerPage, counsellor: CounsellorPage) -> None:
    """The chat goes on, both ways."""
    seeker.writes("Weiter.")
    counsellor.reads("Weiter.")
    counsellor.writes("Ja.")
    seeker.reads("Ja.")


def leaves_the_queue(seeker: SeekerPage) -> None:
    """ "Warten beenden"."""
    seeker.page.get_by_role("button", name="Warten beenden").click()
    expect(seeker.page.get_by_role("heading", name="Sie warten nicht mehr.")).to_be_visible()


def field(page: Page) -> Locator:
    """Where one writes."""
    return page.locator("#message-field")


def keeps_nothing(page: Page) -> None:
    """S0.17, T6: the browser has nothing of this origin."""
    assert page.evaluate(KEPT) == NOTHING
    assert page.context.cookies() == []


def restarts(house: House, *pages: Page) -> None:
    """The server stops and starts; returns when these pages have a line again."""
    with ExitStack() as stack:
        for page in pages:
            stack.enter_context(page.expect_websocket())
        house.server.restart()
    for page in pages:
        expect(page.get_by_text(re.compile("^Keine Verbindung"))).to_have_count(0)
