"""A counsellor leaves, in real browsers: the seeker's page says so, and gives it to the team."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage
from tests.browser.newcomer import NewcomerPage
from tests.browser.people import House
from tests.browser.teamdesk import TeamOffice, TeamPage
from tests.browser.writing import TEXT, WriterPage

PHRASE = "die flut kommt leise über nacht"
SUBJECT = "Ohne Beratung"
ASKED, HELD, NEXT = "Wie lange schon?", "Sind Sie noch da?", "Guten Tag, ich bin Maria."
BUTTON = "Dem Team geben"


@pytest.fixture
def office(house: House) -> TeamOffice:
    return TeamOffice(house)


def test_who_has_lost_their_counsellor_gives_it_to_the_team(
    house: House, windows: Windows, office: TeamOffice
) -> None:
    newcomer = NewcomerPage(house, windows.desk().page)
    link = office.invites()
    newcomer.enrols(link, "eva.s")
    eva16 = office.approves(link)
    office.admits(eva16)
    newcomer.is_confirmed()
    newcomer.types_into_the_sign_in("eva.s")
    expect(newcomer.heading("Erstanfragen")).to_be_visible()
    eva = DeskPage(house, newcomer.page)
    seeker = WriterPage(house, windows.phone().page)
    seeker.has_an_access("kiesel-915", PHRASE)
    seeker.sends_an_enquiry(subject=SUBJECT)
    eva.opens_enquiry(SUBJECT)
    eva.takes()
    eva.has_taken()
    eva.answers_now()
    eva.writes_back(ASKED)
    seeker.reads_letters(TEXT, ASKED)

    # Nobody of the team has changed its key yet: what she has is not what it is given to.
    office.revokes(eva16)
    seeker.presses("Zu meinen Gesprächen")
    seeker.opens(SUBJECT)
    page = seeker.page
    expect(page.get_by_role("heading", name="ist nicht mehr im Team")).to_be_visible()
    expect(page.get_by_text("Das Team richtet gerade einen neuen Schlüssel ein")).to_be_visible()
    expect(page.get_by_role("button", name=BUTTON)).to_have_count(0)
    expect(page.get_by_role("button", name="Senden")).to_be_disabled()
    page.locator("#message-field").fill(HELD)
    assert faults(page) == []

    maria = TeamPage(house, windows.desk().page)
    maria.signs_in("maria")
    maria.opens_team()
    maria.has_members("Maria B. (Sie)", "Jonas K.")
    seeker.presses("Zu meinen Gesprächen")
    seeker.opens(SUBJECT)
    reads = page.get_by_text("kann dann alles lesen, was hier steht")
    expect(reads).to_contain_text("Maria B.")
    expect(reads).to_contain_text("Jonas K.")
    assert faults(page) == []
    page.get_by_role("button", name=BUTTON).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=BUTTON)).to_have_count(0)
    seeker.stands("offen")
    log = page.get_by_role("log")
    expect(log.get_by_text("Sie haben dieses Gespräch dem Team gegeben.")).to_be_visible()
    expect(page.locator("#message-field")).to_have_value(HELD)
    seeker.presses("Senden")
    seeker.reads_letters(TEXT, ASKED, HELD)

    maria.opens_written()
    maria.opens_enquiry(SUBJECT)
    detail = maria.page.locator(".workspace__detail")
    for words in (TEXT, ASKED, HELD):
        expect(detail).to_contain_text(words)
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    maria.writes_back(NEXT)
    seeker.reads_letters(TEXT, ASKED, HELD, NEXT)
    expect(seeker.who_reads()).to_contain_text("Nur Sie und Maria B. können mitlesen.")
    expect(page.locator(".status-bar__line--warn")).to_have_count(0)
    assert faults(page) == []
    maria.closes()
