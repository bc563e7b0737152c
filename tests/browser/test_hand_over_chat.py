"""A running chat handed over, in three real browsers: who seeks advice, who gives, who goes on."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import Windows
from tests.browser.people import CounsellorPage, House, SeekerPage

HOUR_MS = 3_600_000
WORRY = "Ich weiß gerade nicht weiter."
ANSWER = "Gut, dass Sie da sind."


class Talk(SeekerPage):
    """The seeker's side of a chat that is handed over."""

    def question(self) -> Locator:
        """Whether a colleague may go on: the newest card of that kind."""
        return self.page.locator(".consent").last

    def agrees(self, name: str) -> None:
        expect(self.question()).to_contain_text(f"{name} soll weitermachen.")
        self.question().get_by_role("button", name="Einverstanden", exact=True).click()
        expect(self.question()).to_contain_text("Sie haben zugestimmt")

    def talks_to(self, name: str) -> None:
        expect(self.page.locator("#brand .chat__name")).to_have_text(name)


class ChatDesk(CounsellorPage):
    """A counsellor who hands a running chat over, or takes one over."""

    def asks_to_hand_over(self, name: str, *, with_history: bool = True) -> None:
        self.page.get_by_role("button", name="Übergeben …").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("radio", name=name).check()
        if not with_history:
            dialog.get_by_role("radio", name="Ohne bisherigen Verlauf").check()
        dialog.get_by_role("button", name="Um Zustimmung bitten").click()
        expect(self.handing()).to_contain_text("Wartet auf die Zustimmung")

    def handing(self) -> Locator:
        return self.page.locator(".case__bar--handing")

    def opens_handed(self, name: str) -> Locator:
        """From anywhere to what this colleague hands over; returns what is shown of it."""
        self.page.get_by_role("button", name="Erstanfragen").click()
        self.page.locator("button.row", has_text=f"Übergabe von {name}").first.click()
        detail = self.page.locator(".workspace__detail")
        expect(detail.locator("#detail-title")).to_be_visible()
        return detail

    def takes_over(self) -> None:
        self.page.get_by_role("button", name="Übernehmen", exact=True).click()
        expect(self.page.get_by_role("log")).to_be_visible()

    def has_handed_over(self, name: str) -> None:
        expect(self.page.get_by_role("heading", name=f"An {name} übergeben")).to_be_visible()
        expect(self.page.get_by_role("log")).to_have_count(0)


def signed_in(house: House, page: Page, name: str) -> ChatDesk:
    found = ChatDesk(house, page)
    found.signs_in(name)
    found.becomes_reachable()
    return found


@pytest.fixture
def maria(house: House, windows: Windows) -> ChatDesk:
    return signed_in(house, windows.desk().page, "maria")


@pytest.fixture
def jonas(house: House, windows: Windows) -> ChatDesk:
    return signed_in(house, windows.desk().page, "jonas")


def chatting(house: House, windows: Windows, maria: ChatDesk) -> Talk:
    """Maria is in a chat with somebody who has no account."""
    sam = Talk(house, windows.phone().page)
    sam.page.goto(f"{house.url}/p/leben/chat")
    sam.confirms_the_privacy_notice()
    sam.is_waiting()
    maria.accepts(sam.number)
    maria.answers()
    sam.says_yes()
    sam.writes(WORRY)
    maria.reads(WORRY)
    maria.writes(ANSWER)
    sam.reads(ANSWER)
    return sam


def ends(sam: Talk, *desks: ChatDesk) -> None:
    sam.ends_the_chat()
    sam.sees_the_end()
    for desk in desks:
        desk.sees_the_end()


def test_with_what_came_before_from_one_to_the_other(
    house: House, windows: Windows, maria: ChatDesk, jonas: ChatDesk
) -> None:
    sam = chatting(house, windows, maria)
    maria.asks_to_hand_over("Jonas K.")
    assert faults(maria.page) == []
    expect(sam.question()).to_contain_text("Maria B. möchte Ihr Anliegen weitergeben")
    expect(sam.question()).to_contain_text("Jonas K. kann dann alles lesen")
    sam.question().get_by_text("Schlüssel prüfen").click()
    expect(sam.question().locator(".words__word")).to_have_count(8)
    assert faults(sam.page) == []
    # Nobody is kept from writing meanwhile, and the question outlives a reload without an account.
    sam.writes("Ich überlege es mir.")
    maria.reads("Ich überlege es mir.")
    sam.page.reload()
    sam.reads("Ich überlege es mir.")
    sam.agrees("Jonas K.")

    expect(maria.handing()).to_contain_text("Wird an Jonas K. übergeben")
    expect(sam.page.get_by_text("Jonas K. liest jetzt mit.").first).to_be_visible()
    maria.page.get_by_role("textbox").first.fill("Das schaffe ich nicht mehr")
    # In the middle of it every page comes again.
    sam.page.reload()
    sam.talks_to("Maria B.")
    expect(sam.page.get_by_role("log")).to_contain_text("Maria B. und Jonas K. können mitlesen")
    detail = jonas.opens_handed("Maria B.")
    for words in (WORRY, ANSWER, "Ich überlege es mir."):
        expect(detail).to_contain_text(words)
    assert faults(jonas.page) == []
    jonas.page.reload()
    jonas.signs_in("jonas")
    jonas.opens_handed("Maria B.")
    jonas.takes_over()
    jonas.writes("Guten Tag, ich bin Jonas.")

    sam.reads("Guten Tag, ich bin Jonas.")
    sam.talks_to("Jonas K.")
    expect(sam.page.get_by_text("Maria B. liest nicht mehr mit.").first).to_be_visible()
    maria.has_handed_over("Jonas K.")
    expect(maria.page.locator(".unsent")).to_have_text("Das schaffe ich nicht mehr")
    assert faults(maria.page) == []
    sam.writes("Nur für Jonas.")
    jonas.reads("Nur für Jonas.")
    assert "Nur für Jonas." not in maria.page.content()
    # After it, too, somebody without an account comes back to whom they talk to now.
    sam.page.reload()
    sam.reads("Nur für Jonas.")
    sam.talks_to("Jonas K.")
    assert faults(sam.page) == []
    ends(sam, jonas)

    # 48 hours later nothing of it is left, with anybody. A sign-in lasts 12 hours.
    number = sam_number(jonas)
    assert house.rows_left() > 0
    house.server.elapse(49 * HOUR_MS)
    for desk in (maria, jonas):
        desk.signs_in("jonas" if desk is jonas else "maria")
        desk.page.get_by_role("button", name="Meine Nachrichten").click()
        expect(desk.row(number)).to_have_count(0)
    assert house.rows_left() == 0


def test_without_what_came_before(
    house: House, windows: Windows, maria: ChatDesk, jonas: ChatDesk
) -> None:
    sam = chatting(house, windows, maria)
    maria.asks_to_hand_over("Jonas K.", with_history=False)
    expect(sam.question()).to_contain_text("nur lesen, was ab der Übergabe geschrieben wird")
    sam.agrees("Jonas K.")
    detail = jonas.opens_handed("Maria B.")
    expect(detail).to_contain_text("Ohne bisherigen Verlauf")
    assert WORRY not in jonas.page.content()
    sam.writes("Hallo, ich bin noch da.")
    expect(detail).to_contain_text("Hallo, ich bin noch da.")
    jonas.takes_over()
    jonas.writes("Guten Tag, ich bin Jonas.")
    sam.reads("Guten Tag, ich bin Jonas.")
    # On another device nothing of before is there either.
    again = ChatDesk(house, windows.desk().page)
    again.signs_in("jonas")
    again.page.get_by_role("button", name="Meine Nachrichten").click()
    again.row(sam_number(maria)).click()
    again.reads("Hallo, ich bin noch da.")
    assert WORRY not in again.page.content()
    ends(sam, jonas)


def sam_number(maria: ChatDesk) -> int:
    """The number of the chat that was handed over, as its heading says it."""
    name = maria.page.locator(".chat__name").inner_text()
    return int(name.rpartition(" ")[2])


def test_refused_nothing_changes_and_sent_back_it_stays(
    house: House, windows: Windows, maria: ChatDesk, jonas: ChatDesk
) -> None:
    sam = chatting(house, windows, maria)
    maria.asks_to_hand_over("Jonas K.")
    sam.question().get_by_role("button", name="Nicht einverstanden").click()
    expect(sam.question()).to_contain_text("Sie haben abgelehnt.")
    expect(maria.handing()).to_have_count(0)
    maria.asks_to_hand_over("Jonas K.")
    sam.agrees("Jonas K.")
    jonas.opens_handed("Maria B.")
    jonas.page.get_by_role("button", name="Zurückgeben", exact=True).click()
    expect(jonas.page.get_by_text("Zurückgegeben.")).to_be_visible()
    expect(sam.page.get_by_text("Jonas K. liest nicht mehr mit.").first).to_be_visible()
    expect(sam.question()).to_contain_text("Jonas K. kann Ihr Anliegen doch nicht übernehmen")
    expect(maria.handing()).to_have_count(0)
    maria.writes("Dann machen wir zusammen weiter.")
    sam.reads("Dann machen wir zusammen weiter.")
    sam.talks_to("Maria B.")
    ends(sam, maria)


def test_who_is_not_on_duty_is_not_offered(
    house: House, windows: Windows, maria: ChatDesk, jonas: ChatDesk
) -> None:
    sam = chatting(house, windows, maria)
    jonas.page.get_by_role("switch").first.click()
    expect(jonas.page.get_by_role("button", name="Erreichbar werden").first).to_be_visible()
    maria.page.get_by_role("button", name="Übergeben …").click()
    dialog = maria.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Gerade ist niemand sonst aus dem Team erreichbar.")
    dialog.get_by_role("button", name="Abbrechen").click()
    ends(sam, maria)
