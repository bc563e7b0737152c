"""A phone that reloads, is killed, sleeps, loses its line: no place, word or draft is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.lines import Line, Traffic
from tests.browser.people import CounsellorPage, House, SeekerPage
from tests.browser.scenes import (
    asked,
    chat,
    comes,
    field,
    leaves_the_queue,
    offer,
    opens_chat,
    restarts,
    talk_on,
)

OFFLINE = "Keine Verbindung. Ihre Nachricht wird gesendet, sobald es wieder geht."
HELLO = ["Guten Abend.", "Willkommen."]


def test_a_reload_keeps_the_place_in_the_queue(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    first, second = comes(house, windows.phone()), comes(house, windows.phone())
    number = second.number
    first.page.reload()
    second.page.reload()
    for seeker, place in (
        (first, "Sie sind als Nächstes dran."),
        (second, "Vor Ihnen: eine Person."),
    ):
        seeker.is_waiting()
        expect(seeker.page.locator(".waiting__place")).to_have_text(place)
    assert second.number == number
    for seeker in (first, second):
        leaves_the_queue(seeker)


def test_a_reload_brings_the_offer_back(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    seeker = comes(house, windows.phone())
    offer(maria, seeker)
    seeker.page.reload()
    expect(asked(seeker)).to_contain_text("Maria B.")
    seeker.says_yes()
    seeker.writes("Da bin ich wieder.")
    maria.reads("Da bin ich wieder.")


def test_a_reload_in_the_chat_brings_history_and_draft_back(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    window = windows.phone()
    traffic = Traffic(window.page)
    seeker, _ = chat(house, maria, window)
    drafts(seeker.page, traffic, "Noch nicht gesendet")
    seeker.page.reload()
    expect(field(seeker.page)).to_have_value("Noch nicht gesendet")
    seeker.has_read(*HELLO)
    talk_on(seeker, maria)


def test_a_tab_that_the_phone_killed_comes_back(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    window = windows.phone()
    traffic = Traffic(window.page)
    seeker, _ = chat(house, maria, window)
    drafts(seeker.page, traffic, "Mitten im Satz")
    kept = seeker.page.evaluate("sessionStorage.getItem('resume')")
    here = seeker.page.url
    window.check()
    window.page.close()
    # What a phone brings back of a killed tab is its address and its sessionStorage, nothing else.
    again = windows.tab(window)
    again.page.goto(f"{house.url}/p/leben")
    again.page.evaluate("(kept) => sessionStorage.setItem('resume', kept)", kept)
    again.page.goto(here)
    seeker = SeekerPage(house, again.page)
    expect(field(seeker.page)).to_have_value("Mitten im Satz")
    seeker.has_read(*HELLO)
    talk_on(seeker, maria)


def test_a_page_left_and_found_again_by_back_comes_back(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    seeker, _ = chat(house, maria, windows.phone())
    seeker.page.goto("about:blank")
    seeker.page.go_back()
    expect(field(seeker.page)).to_be_visible()
    seeker.has_read(*HELLO)
    talk_on(seeker, maria)


def test_a_frozen_tab_fetches_what_it_missed(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    window = windows.phone()
    seeker, _ = chat(house, maria, window)
    devtools = window.context.new_cdp_session(seeker.page)
    devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    maria.writes("Sind Sie noch da?")
    maria.reads("Sind Sie noch da?")
    devtools.send("Page.setWebLifecycleState", {"state": "active"})
    seeker.reads("Sind Sie noch da?")


def test_a_frozen_tab_whose_line_broke_fetches_what_it_missed(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    window = windows.phone()
    seeker, _ = chat(house, maria, window)
    devtools = window.context.new_cdp_session(seeker.page)
    devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    house.server.restart()
    maria.writes("Sind Sie noch da?")
    has_tick(maria.page, "Sind Sie noch da?", "beim Server")
    devtools.send("Page.setWebLifecycleState", {"state": "active"})
    seeker.reads("Sind Sie noch da?")
    talk_on(seeker, maria)


def test_what_is_said_without_a_line_is_sent_once_and_in_order(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    window = windows.phone()
    line = Line(window.page)
    seeker, _ = chat(house, maria, window)
    line.cut()
    expect(seeker.page.get_by_text(OFFLINE)).to_be_visible()
    said = ["Eins.", "Zwei.", "Drei."]
    for text in said:
        seeker.writes(text)
    expect(seeker.page.get_by_role("log").get_by_text("wird gesendet")).to_have_count(3)
    line.mend()
    maria.reads("Drei.")
    maria.has_read(*HELLO, *said)
    seeker.has_read(*HELLO, *said)
    expect(seeker.page.get_by_text("Wieder verbunden.")).to_be_visible()


def test_a_message_whose_answer_was_lost_is_there_once(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    window = windows.phone()
    line = Line(window.page)
    seeker, _ = chat(house, maria, window)
    line.lose_answer("post")
    seeker.writes("Nur einmal.")
    maria.reads("Nur einmal.")
    has_tick(seeker.page, "Nur einmal.", "zugestellt|gelesen|beim Server")
    assert line.has_lost
    seeker.writes("Und weiter.")
    maria.reads("Und weiter.")
    said = [*HELLO, "Nur einmal.", "Und weiter."]
    maria.has_read(*said)
    seeker.has_read(*said)


@pytest.mark.parametrize("command", ["confirm", "create", "commit"])
def test_a_line_that_breaks_while_the_chat_begins(
    house: House, maria: CounsellorPage, windows: Windows, command: str
) -> None:
    window = windows.phone()
    line = Line(window.page)
    seeker = comes(house, window)
    offer(maria, seeker)
    line.lose_answer(command)
    # One click is enough; the page goes on by itself once there is a line.
    seeker.says_yes()
    expect(field(seeker.page)).to_be_visible()
    assert line.has_lost
    talk_on(seeker, maria)


@pytest.mark.parametrize("event", ["online", "visibilitychange", "resume"])
def test_a_page_that_comes_back_looks_after_its_line_at_once(
    house: House, maria: CounsellorPage, windows: Windows, event: str
) -> None:
    window = windows.phone()
    traffic = Traffic(window.page)
    seeker = comes(house, window)
    with traffic.expect_command("ping"):
        target = "window" if event == "online" else "document"
        window.page.evaluate(f"{target}.dispatchEvent(new Event('{event}'))")
    leaves_the_queue(seeker)


def test_a_reload_soon_after_a_restart_of_the_server_still_leads_back(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    window = windows.phone()
    traffic = Traffic(window.page)
    seeker, _ = chat(house, maria, window)
    # What the keeper had in memory is gone; the page brings it again without being asked.
    restarts(house, maria.page, seeker.page)
    traffic.until_sent("resume_put")
    seeker.page.reload()
    seeker.reads("Willkommen.")
    talk_on(seeker, maria)


def test_both_find_each_other_again_after_a_restart_of_the_server(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    seeker, _ = chat(house, maria, windows.phone())
    house.server.restart()
    talk_on(seeker, maria)
    for person in (seeker, maria):
        person.has_read(*HELLO, "Weiter.", "Ja.")


def test_who_waits_keeps_the_place_through_a_restart_of_the_server(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    seeker = comes(house, windows.phone())
    number = seeker.number
    restarts(house, maria.page, seeker.page)
    expect(seeker.page.locator(".waiting__place")).to_have_text("Sie sind als Nächstes dran.")
    assert offer(maria, seeker) == number
    seeker.says_yes()
    talk_on(seeker, maria)


def test_a_counsellor_who_reloads_finds_every_running_chat(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    (one, first), (other, second) = (chat(house, maria, windows.phone()) for _ in range(2))
    maria.page.reload()
    maria.signs_in("maria")
    maria.becomes_reachable()
    for seeker, number in ((one, first), (other, second)):
        opens_chat(maria, number)
        maria.reads("Willkommen.")
        maria.has_read(*HELLO)
        talk_on(seeker, maria)


def drafts(page: Page, traffic: Traffic, text: str) -> None:
    """Type without sending, until the resume slot has it."""
    field(page).fill(text)
    traffic.wait_for_command("resume_put")


def has_tick(page: Page, text: str, words: str) -> None:
    """The own message with this text shows one of these ticks."""
    message = page.get_by_role("log").locator("li.message--own").filter(has_text=text)
    expect(message.locator(".tick-box")).to_have_text(re.compile(words))
