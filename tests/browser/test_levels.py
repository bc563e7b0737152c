"""What leads alone read, in browsers: given back, and what is new at the strictest level."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from crypto.levels import Level
from crypto.statement import Role
from tests.browser.axe import faults
from tests.browser.conftest import Windows, house_of
from tests.browser.desk import DeskPage
from tests.browser.people import House
from tests.browser.writing import TEXT, WriterPage
from tests.helpers.actors import Cast
from tests.helpers.leads import LEADS16
from tests.helpers.organisation import Organisation, seed
from tests.helpers.server import portal_entry

PHRASE = "wolken ziehen langsam über das meer"
DRAFT = "Liebe Kiesel, ich habe nachgedacht."


class StrictPage(WriterPage):
    """Somebody at the portal of the strictest level."""

    def comes(self) -> None:
        self.page.goto(f"{self.house.url}/p/streng/zugang")
        expect(self.heading("Anmelden")).to_be_visible()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two portals of one team and its leads: one at each level that has leads."""
    organisation = Organisation()
    portals = [
        portal_entry(organisation, leads16=LEADS16.hex(), level=Level.RESTRICTED.value),
        portal_entry(
            organisation,
            slug="streng",
            portal16=seed("strict portal", 16).hex(),
            name={"de": "Gewalt", "en": "Violence"},
            leads16=LEADS16.hex(),
            level=Level.STRICT.value,
        ),
    ]

    async def enrol(cast: Cast) -> None:
        admin = await cast.found()
        maria = await cast.counsellor(admin, "maria", "Maria B.")
        jonas = await cast.counsellor(admin, "jonas", "Jonas K.")
        ruth = await cast.counsellor(admin, "ruth", "Ruth L.", Role.LEAD)
        await cast.team(admin, maria, jonas)
        await cast.team(admin, ruth, team16=LEADS16)

    with house_of(tmp_path_factory.mktemp("levels"), portals, enrol) as found:
        yield found


def test_given_back_only_leads_read_it(house: House, windows: Windows) -> None:
    maria, jonas, ruth = (DeskPage(house, windows.desk().page) for _ in range(3))
    for desk, name in ((maria, "maria"), (jonas, "jonas"), (ruth, "ruth")):
        desk.signs_in(name)
    anna = WriterPage(house, windows.phone().page)
    anna.has_an_access("kiesel-891", PHRASE)
    anna.begins()
    before = anna.page.locator(".enquiry-before")
    expect(before).to_contain_text("Lesen kann es das Team (Jonas K. und Maria B.)")
    expect(before).to_contain_text("Gibt sie es zurück, liest es nur die Leitung (Ruth L.).")
    anna.types(subject="Zurück")
    assert faults(anna.page) == []
    anna.sends()

    maria.opens_enquiry("Zurück")
    ruth.opens_written()
    expect(ruth.page.locator(".row--written")).to_have_count(0)
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    maria.writes_back("Wie lange schon?")
    maria.page.locator("#message-field").fill(DRAFT)
    maria.passes_on()
    maria.page.get_by_role("button", name="Freigeben …").click()
    dialog = maria.page.get_by_role("dialog", name="An die Leitung freigeben")
    expect(dialog).to_contain_text("Ruth L.")
    expect(dialog).not_to_contain_text("Jonas K.")
    assert faults(maria.page) == []
    dialog.get_by_role("button", name="Freigeben", exact=True).click()
    expect(maria.page.get_by_text("Nur die Leitung sieht sie.")).to_be_visible()

    said = "Maria B. hat Ihr Anliegen an die Leitung zurückgegeben."
    expect(anna.page.get_by_role("log").get_by_text(said)).to_be_visible()
    expect(anna.who_reads()).to_contain_text("Sie und die Leitung (Ruth L.) können mitlesen.")
    ruth.opens_enquiry("Zurück")
    expect(ruth.enquiry_row("Zurück")).to_contain_text("nur Leitung")
    for words in (TEXT, "Wie lange schon?", DRAFT):
        expect(ruth.page.locator(".workspace__detail")).to_contain_text(words)
    assert faults(ruth.page) == []
    for desk in (maria, jonas):
        desk.opens_written()
        expect(desk.enquiry_row("Zurück")).to_have_count(0)
    ruth.takes()
    ruth.has_taken()
    ruth.answers_now()
    expect(ruth.page.locator("#message-field")).to_have_value(DRAFT)
    ruth.writes_back("Guten Tag, ich bin Ruth.")
    anna.reads_letters(TEXT, "Wie lange schon?", "Guten Tag, ich bin Ruth.")
    expect(anna.who_reads()).to_contain_text("Nur Sie und Ruth L. können mitlesen.")


def test_what_is_new_only_leads_read_and_hand_on(house: House, windows: Windows) -> None:
    jonas, ruth = (DeskPage(house, windows.desk().page) for _ in range(2))
    jonas.signs_in("jonas")
    ruth.signs_in("ruth")
    anna = StrictPage(house, windows.phone().page)
    anna.has_an_access("moos-892", PHRASE)
    anna.begins()
    expect(anna.page.get_by_role("radio", name="An die Leitung")).to_be_checked()
    before = anna.page.locator(".enquiry-before")
    expect(before).to_contain_text("Lesen kann es nur die Leitung (Ruth L.)")
    anna.types(subject="Streng")
    assert faults(anna.page) == []
    anna.sends()

    ruth.opens_enquiry("Streng")
    jonas.opens_written()
    expect(jonas.enquiry_row("Streng")).to_have_count(0)
    ruth.takes()
    ruth.has_taken()
    ruth.answers_now()
    ruth.writes_back("Ich frage Jonas, ja?")
    ruth.asks_to_hand_over("Jonas K.")
    anna.presses("Einverstanden")
    detail = jonas.opens_handed("Ruth L.")
    expect(detail).to_contain_text(TEXT)
    jonas.takes_over()
    jonas.answers_now()
    jonas.writes_back("Guten Tag.")
    anna.reads_letters(TEXT, "Ich frage Jonas, ja?", "Guten Tag.")
    expect(anna.who_reads()).to_contain_text("Nur Sie und Jonas K. können mitlesen.")


def test_both_teams_stand_in_the_team_room(house: House, windows: Windows) -> None:
    ruth = DeskPage(house, windows.desk().page)
    ruth.signs_in("ruth")
    ruth.page.get_by_role("button", name="Team", exact=True).click()
    team = ruth.page.locator(".team", has_text="Lebensfragen (Leitung)")
    expect(team).to_contain_text("Ruth L. (Sie)")
    # Who counsels is certified, and no candidate here.
    expect(team).not_to_contain_text("Maria B.")
    assert faults(ruth.page) == []
