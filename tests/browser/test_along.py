"""A team that reads along, in browsers: answered, read by a colleague, taken over, sealed anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from crypto.levels import Level
from tests.browser.axe import faults
from tests.browser.conftest import Windows, house_of
from tests.browser.people import House
from tests.browser.teamdesk import TeamOffice, TeamPage
from tests.browser.writing import TEXT, WriterPage
from tests.helpers.actors import Cast
from tests.helpers.organisation import Organisation
from tests.helpers.server import portal_entry

PHRASE = "wolken ziehen langsam über das meer"
SUBJECT = "Mitgelesen"
TYPED = "Liebe Kiesel, ich wollte noch"


class AlongPage(TeamPage):
    """A counsellor in a browser who reads along."""

    def opens_along(self, subject: str) -> Locator:
        """From anywhere to what a colleague has; returns what is shown of it."""
        self.opens_written()
        self.page.get_by_role("tab", name="Im Team").click()
        self.enquiry_row(subject).click()
        expect(self.page.get_by_role("heading", name=subject)).to_be_visible()
        return self.page.locator(".workspace__detail")

    def takes_over(self) -> None:
        """Through the question."""
        self.page.get_by_role("button", name="Anfrage übernehmen …").click()
        dialog = self.page.get_by_role("dialog", name="Anfrage übernehmen?")
        assert faults(self.page) == []
        dialog.get_by_role("button", name="Anfrage übernehmen", exact=True).click()
        self.has_taken()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One portal, whose team reads along: Maria, Jonas and Eva."""
    organisation = Organisation()
    portals = [portal_entry(organisation, level=Level.WIDE_OPEN.value)]

    async def enrol(cast: Cast) -> None:
        admin = await cast.found()
        maria = await cast.counsellor(admin, "maria", "Maria B.")
        jonas = await cast.counsellor(admin, "jonas", "Jonas K.")
        eva = await cast.counsellor(admin, "eva", "Eva S.")
        await cast.team(admin, maria, jonas, eva)

    with house_of(tmp_path_factory.mktemp("along"), portals, enrol) as found:
        yield found


def test_a_colleague_reads_along_takes_over_and_who_leaves_is_shut_out(
    house: House, windows: Windows
) -> None:
    maria, jonas = (AlongPage(house, windows.desk().page) for _ in range(2))
    maria.signs_in("maria")
    jonas.signs_in("jonas")
    anna = WriterPage(house, windows.phone().page)
    anna.has_an_access("kiesel-931", PHRASE)
    anna.begins()
    before = anna.page.locator(".enquiry-before")
    for name in ("Das ganze Team (", "Eva S.", "Jonas K.", "Maria B."):
        expect(before).to_contain_text(name)
    expect(before).to_contain_text("liest die ganze Zeit mit, auch wenn jemand")
    anna.types(subject=SUBJECT)
    assert faults(anna.page) == []
    anna.sends()

    maria.opens_enquiry(SUBJECT)
    expect(maria.page.locator(".workspace__detail")).to_contain_text("auch dann noch, wenn jemand")
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    maria.writes_back("Wie lange schon?")
    anna.reads_letters(TEXT, "Wie lange schon?")
    expect(anna.who_reads()).to_contain_text("Maria B. antwortet Ihnen. Das ganze Team (")
    assert faults(anna.page) == []

    detail = jonas.opens_along(SUBJECT)
    for words in (TEXT, "Wie lange schon?", "bei Maria B."):
        expect(detail).to_contain_text(words)
    expect(jonas.page.get_by_role("textbox")).to_have_count(0)
    assert faults(jonas.page) == []
    anna.answers("Seit dem Sommer.")
    expect(detail).to_contain_text("Seit dem Sommer.")
    maria.page.locator("#message-field").fill(TYPED)

    jonas.takes_over()
    gone = maria.page.locator(".workspace__detail")
    expect(gone).to_contain_text("Jonas K. hat die Anfrage übernommen")
    expect(gone).to_contain_text(TYPED)
    assert faults(maria.page) == []
    jonas.answers_now()
    jonas.writes_back("Guten Tag, ich bin Jonas.")
    said = (TEXT, "Wie lange schon?", "Seit dem Sommer.", "Guten Tag, ich bin Jonas.")
    anna.reads_letters(*said)
    log = anna.page.get_by_role("log")
    expect(log.get_by_text("Maria B. antwortet hier nicht mehr.")).to_be_visible()
    expect(log.get_by_text("Jonas K. hat Ihr Anliegen übernommen.")).to_be_visible()

    # Maria reads along now, and goes on with it on another day.
    detail = maria.opens_along(SUBJECT)
    expect(detail).to_contain_text("Guten Tag, ich bin Jonas.")

    # Eva leaves: what runs is sealed to a key that she does not have, and goes on.
    eva = house.server.run(lambda: house.cast.signs_in("eva"))
    jonas.opens_team()
    TeamOffice(house).revokes(eva.subject16)
    jonas.has_members("Jonas K. (Sie)", "Maria B.")
    anna.answers("Und jetzt?")
    expect(detail).to_contain_text("Und jetzt?")
    jonas.opens_case(SUBJECT)
    jonas.writes_back("Es geht weiter.")
    anna.reads_letters(*said, "Und jetzt?", "Es geht weiter.")
    expect(anna.who_reads()).to_contain_text("Jonas K. antwortet Ihnen. Das ganze Team (")
    expect(anna.who_reads()).not_to_contain_text("Eva S.")
    maria.takes_over()
    maria.answers_now()
    maria.writes_back("Hier ist wieder Maria.")
    anna.reads_letters(*said, "Und jetzt?", "Es geht weiter.", "Hier ist wieder Maria.")
