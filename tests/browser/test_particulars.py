"""What a counsellor notes about a person: after being asked, on two devices, until the purge."""

from __future__ import annotations

import asyncio

from playwright.sync_api import expect

from clientlib.particulars import PARTICULARS, About, Particulars
from clientlib.staff import Staff
from crypto.entry import EntryState
from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage, Writer
from tests.browser.people import House
from tests.helpers.actors import PHRASE

HOUR_MS = 3_600_000
SUBJECT = "Nachts wach mit Sorgen"
TEXT = "Guten Tag, ich habe zwei Kinder und schlafe schlecht."
PASSAGE = "zwei Kinder"


def left(staff: Staff) -> int:
    """How much of it lies in a keyring, drafts too."""
    found = (one for one in staff.keyring.entries if one.kind == PARTICULARS)
    return sum(one.state is not EntryState.GONE for one in found)


def noted(house: House, ticket16: bytes) -> list[About]:
    """As the Python client reads it."""
    maria = house.server.run(lambda: house.cast.signs_in("maria"))
    found = Particulars(maria.keyring, maria.caseload.now_ms).of(ticket16)
    return [one.about for one in found]


async def saves(house: House) -> int:
    """How often pages of keyrings were saved."""
    db = house.server.server.relay.parts.db
    ((total,),) = await db.read(lambda tx: tx.all("SELECT SUM(version) FROM accounts_pages"))
    return int(total)


def holds(house: House, count: int) -> None:
    """Wait until so much of it lies in Maria's keyring, whatever device saves it."""

    async def work() -> None:
        maria = await house.cast.signs_in("maria")
        async with asyncio.timeout(60):
            while True:
                before = await saves(house)
                await maria.keyring.refresh()
                if left(maria) == count:
                    return
                while await saves(house) == before:
                    pass

    house.server.run(work)


def test_from_the_enquiry_to_the_notes_and_to_their_end(house: House, windows: Windows) -> None:
    seeker = Writer(house, "quendel")
    seeker.writes(SUBJECT, TEXT, topic="Familie")
    assert seeker.enquiry is not None
    ticket16 = seeker.enquiry.note.ticket16
    maria = DeskPage(house, windows.desk().page)
    maria.signs_in("maria")
    maria.opens_enquiry(SUBJECT)
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    notes = maria.opens_particulars()
    expect(notes).to_contain_text("Noch keine Angaben.")
    maria.chooses_from_the_enquiry("Thema: Familie", PASSAGE)
    expect(notes.locator("mark")).to_have_text(["Neu: Familie", f"Neu: {PASSAGE}"])
    holds(house, 0)
    notes.get_by_role("button", name="Ja, übernehmen").click()
    expect(notes.locator("dd")).to_have_text(["Familie", PASSAGE])
    notes.get_by_role("button", name="Bearbeiten").click()
    notes.get_by_label("Ort oder Region").fill("bei Nürnberg")
    notes.get_by_role("button", name="Speichern").click()
    expect(notes.locator("dd")).to_have_text(["bei Nürnberg", "Familie", PASSAGE])
    assert noted(house, ticket16) == [About(place="bei Nürnberg", topic="Familie", notes=PASSAGE)]
    # Typed, and not saved by hand.
    notes.get_by_role("button", name="Bearbeiten").click()
    notes.get_by_label("Altersgruppe").fill("um die 40")
    notes.press("Escape")
    holds(house, 2)
    maria.page.close()

    # Another device of hers finds it, and goes on.
    other = DeskPage(house, windows.desk().page)
    other.signs_in("maria")
    other.opens_messages()
    expect(other.looks_for("nürnberg kinder")).to_have_count(1)
    other.looks_for("").wait_for(state="detached")
    other.case(SUBJECT).click()
    notes = other.opens_particulars()
    expect(notes.locator("dd").first).to_have_text("bei Nürnberg")
    notes.get_by_role("button", name="Weiterschreiben").click()
    expect(notes.get_by_label("Altersgruppe")).to_have_value("um die 40")
    notes.get_by_role("button", name="Speichern").click()
    expect(notes.locator("dd")).to_have_text(["um die 40", "bei Nürnberg", "Familie", PASSAGE])
    holds(house, 1)
    notes.get_by_role("button", name="Bearbeiten").click()
    notes.get_by_label("Lebenssituation").fill("Arbeitet nachts")
    notes.press("Escape")

    # A sign-in lasts 12 hours; what is typed stays on the page.
    other.closes()
    house.server.elapse(40 * HOUR_MS)
    # The log has a new day by then, which the page reads.
    expect(other.page.get_by_role("heading", name="Anmelden")).to_be_visible()
    other.page.get_by_label("Anmeldename").fill("maria")
    other.page.get_by_label("Passphrase", exact=True).fill(PHRASE)
    other.page.get_by_role("button", name="Anmelden").click()
    other.opens_messages("Erledigt")
    other.case(SUBJECT).click()
    other.page.get_by_role("button", name="Angaben zur Person").click()
    expect(notes.get_by_label("Lebenssituation")).to_have_value("Arbeitet nachts")
    notes.get_by_role("button", name="Verwerfen").click()
    expect(notes.locator("dd")).to_have_text(["um die 40", "bei Nürnberg", "Familie", PASSAGE])
    notes.get_by_role("button", name="Schließen").click()
    holds(house, 1)
    # With the conversation it goes.
    house.server.elapse(9 * HOUR_MS)
    expect(other.case(SUBJECT)).to_have_count(0)
    holds(house, 0)
