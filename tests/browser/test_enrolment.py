"""Enrolling in Chromium: the link, an admin with the Python client, the workspace; and faults."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from crypto import fingerprint, invitelink
from tests.browser.conftest import Windows
from tests.browser.lines import Line
from tests.browser.newcomer import PHRASE, NewcomerPage, Office
from tests.browser.people import House
from tests.browser.scenes import KEPT, NOTHING

MINUTE_MS = 60_000


@pytest.fixture
def office(house: House) -> Office:
    return Office(house)


@pytest.fixture
def newcomer(house: House, windows: Windows) -> NewcomerPage:
    return NewcomerPage(house, windows.desk().page)


def test_a_newcomer_enrols_is_confirmed_and_signs_in(
    house: House, office: Office, newcomer: NewcomerPage
) -> None:
    link = office.invites()
    newcomer.opens(link)
    words = fingerprint.words(house.cast.root.fingerprint, 8, "de")
    assert newcomer.compares() == " ".join(words)
    newcomer.takes_the_steps("Anna.B")
    newcomer.is_waiting()
    assert newcomer.key_words == office.key_words(link)
    subject16 = office.approves(link)
    newcomer.is_confirmed()
    expect(newcomer.page.get_by_text("Noch nicht im Team")).to_be_visible()
    newcomer.types_into_the_sign_in("anna.b")
    expect(newcomer.heading("Jetzt fehlt noch Ihr Team")).to_be_visible()
    office.admits(subject16)
    # Without a step of her own.
    expect(newcomer.heading("Erstanfragen")).to_be_visible()


def test_the_suggested_words_do_as_well(
    house: House, office: Office, newcomer: NewcomerPage
) -> None:
    link = office.invites("en")
    page = newcomer.page
    newcomer.opens(link)
    assert page.url.endswith("/en/team/einladung")
    newcomer.presses("The words are the same")
    page.get_by_label("Sign-in name").fill("bela.c")
    newcomer.presses("Next")
    expect(page.locator(".words__word")).to_have_count(6)
    phrase = " ".join(page.locator(".words__word").all_inner_texts())
    newcomer.presses("Create the access")
    expect(newcomer.heading("Almost done")).to_be_visible()
    office.admits(office.approves(link))
    expect(newcomer.page.get_by_text("You belong to the team.")).to_be_visible()
    page.get_by_role("link", name="To the workspace").click()
    page.get_by_label("Sign-in name").fill("bela.c")
    page.get_by_label("Passphrase", exact=True).fill(phrase)
    newcomer.presses("Sign in")
    expect(newcomer.heading("First requests")).to_be_visible()


def test_a_link_leaves_no_trace_in_address_history_and_title(
    office: Office, newcomer: NewcomerPage
) -> None:
    link = office.invites()
    page = newcomer.page
    newcomer.opens(link)
    expect(newcomer.heading("Sie sind eingeladen")).to_be_visible()
    before = page.evaluate("history.length")
    assert page.url.endswith("/team/einladung")
    newcomer.compares()
    newcomer.takes_the_steps("cleo.d")
    newcomer.is_waiting()
    assert (page.url.endswith("/team/einladung"), page.evaluate("history.length")) == (True, before)
    assert "cleo" not in page.title()
    assert page.evaluate(KEPT) == NOTHING
    page.reload()
    expect(newcomer.heading("Bitte öffnen Sie Ihren Einladungslink")).to_be_visible()
    # Pasted into this very tab: only the fragment differs, and still it counts.
    with page.expect_navigation(wait_until="load"):
        page.evaluate("(fragment) => { location.hash = fragment; }", link.partition("#")[2])
    expect(newcomer.heading("Sie sind eingeladen")).to_be_visible()
    assert page.url.endswith("/team/einladung")


def test_after_a_reload_the_same_link_name_and_passphrase_go_on(
    office: Office, newcomer: NewcomerPage
) -> None:
    link = office.invites()
    newcomer.enrols(link, "dana.e")
    words = newcomer.key_words
    newcomer.page.reload()
    newcomer.goes_on(link, "dana.e", "nicht die richtige passphrase")
    expect(newcomer.page.get_by_text("Name oder Passphrase stimmt nicht.")).to_be_visible()
    newcomer.goes_on(link, "dana.e")
    newcomer.is_waiting()
    assert newcomer.key_words == words
    # As if nothing had been begun: the name is one's own.
    newcomer.enrols(link, "dana.e")
    assert newcomer.key_words == words == office.key_words(link)
    office.approves(link)
    newcomer.is_confirmed()
    # And once everything is done, too.
    newcomer.goes_on(link, "dana.e")
    newcomer.is_confirmed()


def test_a_second_person_with_the_same_link_is_told(
    office: Office, newcomer: NewcomerPage, house: House, windows: Windows
) -> None:
    link = office.invites()
    newcomer.enrols(link, "emil.f")
    words = newcomer.key_words
    other = NewcomerPage(house, windows.phone().page)
    other.opens(link)
    other.compares()
    other.takes_the_steps("fritz.g")
    expect(other.heading("Diese Einladung wurde schon benutzt")).to_be_visible()
    assert office.key_words(link) == words
    # The access stays, and opens the next invitation.
    other.goes_on(office.invites(), "fritz.g")
    other.is_waiting()


def test_a_name_that_is_taken_is_told(office: Office, newcomer: NewcomerPage) -> None:
    newcomer.opens(office.invites())
    newcomer.compares()
    newcomer.takes_the_steps("maria")
    expect(newcomer.page.get_by_role("alert").filter(has_text="gibt es schon")).to_be_visible()
    newcomer.chooses_a_name("gisela.h")
    expect(newcomer.page.get_by_label("Eigene Passphrase", exact=True)).to_have_value(PHRASE)
    newcomer.presses("Zugang anlegen")
    newcomer.is_waiting()


@pytest.mark.parametrize("command", ["account_finish", "invitation_answer"])
def test_a_line_that_breaks_loses_nothing(
    office: Office, newcomer: NewcomerPage, command: str
) -> None:
    line = Line(newcomer.page)
    link = office.invites()
    newcomer.opens(link)
    newcomer.compares()
    line.lose_answer(command)
    newcomer.takes_the_steps(f"hanna.{command[:1]}")
    if command == "invitation_answer":
        expect(newcomer.page.get_by_text("Wir erreichen den Dienst gerade nicht")).to_be_visible()
        newcomer.presses("Zugang anlegen")
    newcomer.is_waiting()
    assert line.has_lost
    line.cut()
    expect(newcomer.page.get_by_text(re.compile("^Keine Verbindung"))).to_be_visible()
    office.approves(link)
    line.mend()
    newcomer.is_confirmed()


def test_a_link_that_is_old_or_broken_asks_nothing(
    house: House, newcomer: NewcomerPage, office: Office
) -> None:
    page = newcomer.page
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    now_ms = house.cast.now_ms()
    week_ms = invitelink.VALID_HOURS * 60 * MINUTE_MS
    old = invitelink.link(house.url, invitelink.new_invitation(now_ms - week_ms))
    newcomer.opens(old)
    expect(newcomer.heading("Diese Einladung ist abgelaufen")).to_be_visible()
    newcomer.opens(office.invites()[:-1])
    expect(newcomer.heading("Dieser Link ist nicht vollständig")).to_be_visible()
    newcomer.opens(f"{house.url}/team/einladung")
    expect(newcomer.heading("Bitte öffnen Sie Ihren Einladungslink")).to_be_visible()
    assert sockets == []


def test_the_team_that_lists_the_newcomer_is_named(office: Office, newcomer: NewcomerPage) -> None:
    """Whoever is admitted while waiting on this page reads it here."""
    link = office.invites()
    newcomer.enrols(link, "ida.j")
    subject16 = office.approves(link)
    newcomer.is_confirmed()
    expect(newcomer.page.get_by_text("Jetzt fehlt noch Ihr Team")).to_be_visible()
    office.admits(subject16)
    expect(newcomer.page.get_by_text("Sie gehören zum Team.")).to_be_visible()
    expect(newcomer.page.get_by_text("Jetzt fehlt noch Ihr Team")).to_have_count(0)
