"""Scenes that tests begin with: somebody waits, an offer stands, a chat runs."""

from __future__ import annotations

import re
from contextlib import ExitStack

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Window
from tests.browser.people import CounsellorPage, House, SeekerPage

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


def number_of(seeker: SeekerPage) -> int:
    """The number in the name that the waiting room shows."""
    name = seeker.page.get_by_text(re.compile(r"^Ratsuchende_r \d+$")).inner_text()
    return int(name.rpartition(" ")[2])


def opens_request(counsellor: CounsellorPage, number: int) -> None:
    """She looks at one request; nothing is accepted yet."""
    counsellor.page.get_by_role("button", name="Erstanfragen").click()
    row(counsellor.page, number).click()


def opens_chat(counsellor: CounsellorPage, number: int) -> None:
    """She goes to one of her chats."""
    counsellor.page.get_by_role("button", name="Meine Nachrichten").click()
    row(counsellor.page, number).click()
    expect(counsellor.page.get_by_role("heading", name=exactly(number))).to_be_visible()


def names_the_chat(counsellor: CounsellorPage, nickname: str) -> None:
    """She gives the open chat a name and a colour of her own."""
    page = counsellor.page
    page.get_by_role("button", name="Eigener Name und Farbe").click()
    page.get_by_label(re.compile("Eigener Name für diesen Chat")).fill(nickname)
    page.get_by_text("Blau", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Speichern").click()
    expect(page.get_by_text(nickname).first).to_be_visible()


def row(page: Page, number: int) -> Locator:
    """The row of this seeker, in the queue or among the chats."""
    rows = page.locator("button.row:not([data-over])").filter(has_not_text="wartet nicht mehr")
    return rows.filter(has=page.locator(".row__name", has_text=exactly(number)))


def exactly(number: int) -> re.Pattern[str]:
    """This seeker's name, and not that of number 10 when 1 is asked for."""
    return re.compile(rf"Ratsuchende_r {number}(?!\d)")


def offer(maria: CounsellorPage, seeker: SeekerPage) -> int:
    """She accepts who waits, and has the chat before her; returns the seeker's number."""
    number = number_of(seeker)
    opens_request(maria, number)
    maria.page.get_by_role("button", name="Chat starten").click()
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


def said_in(page: Page) -> list[str]:
    """The texts of the open chat, in their order."""
    return page.get_by_role("log").locator(".message__bubble").all_inner_texts()


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
