"""Contact data for leads in browsers: left, read by a lead and by nobody else, changed on another
device, sealed anew, gone with the conversation; and in no file, no log and on no line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from crypto.levels import Level
from crypto.statement import Role
from tests.browser.axe import faults
from tests.browser.canary import files_of, holds
from tests.browser.conftest import Windows, house_of
from tests.browser.desk import DeskPage
from tests.browser.lines import Traffic
from tests.browser.people import House
from tests.browser.writing import WriterPage
from tests.helpers.actors import Cast
from tests.helpers.leads import LEADS16
from tests.helpers.leaving import revoked
from tests.helpers.organisation import Organisation
from tests.helpers.server import portal_entry

PHRASE = "wolken ziehen langsam über das meer"
NAME = "kiesel-931"
EMAIL, PHONE, OTHER_PHONE = "kanarie-9311@example.org", "0431 9312 9312", "0431 9313 9313"
TYPED = (EMAIL, PHONE, OTHER_PHONE)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A portal where everything is open to its team, and which has leads all the same."""
    organisation = Organisation()
    portals = [portal_entry(organisation, leads16=LEADS16.hex(), level=Level.OPEN.value)]

    async def enrol(cast: Cast) -> None:
        admin = await cast.found()
        maria = await cast.counsellor(admin, "maria", "Maria B.")
        ruth = await cast.counsellor(admin, "ruth", "Ruth L.", Role.LEAD)
        otto = await cast.counsellor(admin, "otto", "Otto M.", Role.LEAD)
        await cast.team(admin, maria)
        await cast.team(admin, ruth, otto, team16=LEADS16)

    with house_of(tmp_path_factory.mktemp("contacts"), portals, enrol) as found:
        yield found


def room_of(anna: WriterPage) -> Locator:
    """The unfolded room of the open conversation."""
    room = anna.page.locator(".enquiry-contact")
    if room.get_attribute("open") is None:
        room.locator("summary").click()
    expect(room.get_by_label("E-Mail-Adresse")).to_be_visible()
    return room


def leaves(anna: WriterPage, email: str, phone: str) -> None:
    room = room_of(anna)
    room.get_by_label("E-Mail-Adresse").fill(email)
    room.get_by_label("Telefonnummer").fill(phone)
    room.locator("button[type=submit]").click()
    expect(room.get_by_role("status")).to_contain_text("für die Leitung hinterlegt")


def contacts_at(ruth: DeskPage) -> Locator:
    """The list as it is now."""
    rail = ruth.page.get_by_role("button", name="Anfragen")
    rail.first.click()
    ruth.page.get_by_role("button", name="Team", exact=True).click()
    card = ruth.page.get_by_role("region", name="Kontaktdaten")
    expect(
        card.get_by_role("listitem").or_(card.get_by_text("Es ist nichts")).first
    ).to_be_visible()
    return card


def test_left_read_changed_sealed_anew_and_gone(house: House, windows: Windows) -> None:
    phone, tablet = windows.phone(), windows.phone()
    maria, ruth = (DeskPage(house, windows.desk().page) for _ in range(2))
    lines = [Traffic(one.page) for one in (phone, tablet)]
    lines += [Traffic(one.page) for one in (maria, ruth)]
    maria.signs_in("maria")
    ruth.signs_in("ruth")
    anna = WriterPage(house, phone.page)
    anna.has_an_access(NAME, PHRASE)
    anna.sends_an_enquiry(subject="Anruf")
    maria.opens_enquiry("Anruf")
    maria.takes()
    maria.has_taken()

    room = room_of(anna)
    for words in ("Lesen kann es nur die Leitung (", "Ruth L.", "Otto M."):
        expect(room).to_contain_text(words)
    assert faults(anna.page) == []
    leaves(anna, EMAIL, PHONE)
    assert faults(anna.page) == []

    # Who counsels sees nothing of it, in the conversation or in the room of the team.
    expect(maria.page.locator("body")).not_to_contain_text(EMAIL)
    maria.page.get_by_role("button", name="Team", exact=True).click()
    expect(maria.page.get_by_role("heading", name="Lebensfragen")).to_be_visible()
    expect(maria.page.get_by_role("heading", name="Kontaktdaten")).to_have_count(0)

    card = contacts_at(ruth)
    expect(card).not_to_contain_text(EMAIL)
    card.get_by_role("button", name="Anzeigen").click()
    for words in (EMAIL, PHONE, "Sie lesen in diesem Gespräch nicht mit."):
        expect(card).to_contain_text(words)
    assert faults(ruth.page) == []

    # On another device it stands in the fields, and is changed there.
    again = WriterPage(house, tablet.page)
    again.comes()
    again.signs_in(NAME, PHRASE)
    again.is_home()
    again.opens("Anruf")
    expect(room_of(again).get_by_label("Telefonnummer")).to_have_value(PHONE)
    leaves(again, "", OTHER_PHONE)
    card.get_by_role("button", name="Verbergen").click()
    card.get_by_role("button", name="Anzeigen").click()
    expect(card).to_contain_text(OTHER_PHONE)
    expect(card).not_to_contain_text(EMAIL)
    # The first device types over what it last saw: told, and nothing lost.
    room.get_by_label("Telefonnummer").fill("0431 12345")
    room.locator("button[type=submit]").click()
    expect(room.get_by_role("alert")).to_contain_text("Auf einem anderen Gerät")
    expect(room).to_contain_text(OTHER_PHONE)
    expect(room.get_by_label("Telefonnummer")).to_have_value("0431 12345")

    # A lead leaves: what is there goes to the key of those who stay.
    before = house.server.run(lambda: rows_of(house))

    async def otto_leaves() -> None:
        await revoked(house.cast, await house.cast.signs_in("otto"))

    house.server.run(otto_leaves)
    expect(ruth.page.locator(".team", has_text="Leitung")).not_to_contain_text("Otto M.")
    card = contacts_at(ruth)
    card.get_by_role("button", name="Anzeigen").click()
    expect(card).to_contain_text(OTHER_PHONE)
    # By her page, with nothing pressed.
    expect(card).not_to_contain_text("früheren Schlüssel")
    after = house.server.run(lambda: rows_of(house))
    assert [len(before), len(after)] == [1, 1]
    assert before != after

    files = files_of(house)
    anna.closes()
    card = contacts_at(ruth)
    expect(card).to_contain_text("Es ist nichts hinterlegt.")
    assert house.server.run(lambda: rows_of(house)) == []
    files |= {f"ended: {name}": one for name, one in files_of(house).items()}
    files["log"] = "\n".join(house.server.server.log).encode()
    frames = [frame for one in lines for frame in (*one.sent, *one.received)]
    assert len(frames) > 50
    for marker in TYPED:
        assert not [name for name, one in files.items() if holds(one, marker)]
        assert not any(holds(frame, marker) for frame in frames)


async def rows_of(house: House) -> list[tuple[object, ...]]:
    """What the relay keeps: versions, and under which key."""
    db = house.server.server.relay.parts.db
    sql = "SELECT version, inbox16 FROM enquiries_contacts"
    return await db.read(lambda tx: [tuple(row) for row in tx.all(sql)])
