"""Canaries of written counselling: words, subject, file and drafts of both sides are in no file, no
log and on no line; after the purge no box and no ticket is left.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import FilePayload, expect

from crypto.wire.capacity import CapacitySet
from tests.browser.canary import files_of, holds, served_files
from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage
from tests.browser.lines import Traffic
from tests.browser.people import House
from tests.browser.scenes import KEPT, NOTHING
from tests.browser.writing import Answerer, WriterPage

NAME = "Kanarienvogel-8801"
SUBJECT = "Kanarienvogel fragt 8802"
TEXT = "Kanarienvogel schreibt in Ruhe 8803"
FILE_NAME = "Kanarienvogel-8804.pdf"
FILE_TEXT = "Kanarienvogel legt bei 8805"
ANSWER = "Kanarienvogel antwortet 8806"
DRAFT = "Kanarienvogel denkt noch nach 8807"
OTHER_SUBJECT = "Kanarienvogel zweifelt 8808"
OTHER_DRAFT = "Kanarienvogel beginnt erst 8809"
ANSWER_DRAFT = "Kanarienvogel wägt ab 8810"
BLOCK_NAME = "Kanarienvogel-8811"
BLOCK = "Kanarienvogel wiederholt sich 8812"
QUERY = "Kanarienvogel sucht 8813"
NOTE = "Kanarienvogel wohnt am Wald 8814"
NOTE_DRAFT = "Kanarienvogel ist um die 8815"
TYPED = (
    *(NAME, NAME.lower(), SUBJECT, TEXT, FILE_NAME, FILE_TEXT),
    *(ANSWER, DRAFT, OTHER_SUBJECT, OTHER_DRAFT, ANSWER_DRAFT),
    *(BLOCK_NAME, BLOCK, QUERY, NOTE, NOTE_DRAFT),
)
PURGE_MS = 49 * 3_600_000


@dataclass(frozen=True)
class Life:
    """A written conversation to its end, and everything that went over its lines."""

    files: dict[str, bytes]
    served: dict[str, bytes]
    log: bytes
    frames: list[bytes]
    kept: object
    left: int


@pytest.fixture(scope="module")
def life(house: House, desks: Windows) -> Life:
    """Everything a test here asks about, walked through once."""
    phone, desk = desks.phone(), desks.desk()
    theirs, ours = Traffic(phone.page), Traffic(desk.page)
    maria = DeskPage(house, desk.page)
    maria.signs_in("maria")
    anna = WriterPage(house, phone.page)
    anna.creates(NAME, "Kanarienvogel singt morgens 8800")
    anna.begins()
    anna.types(TEXT, SUBJECT)
    pdf = b"%PDF-1.7\n" + FILE_TEXT.encode() + b"\n%%EOF\n"
    chosen = FilePayload(name=FILE_NAME, mimeType="application/pdf", buffer=pdf)
    anna.page.locator("input[type=file]").set_input_files(files=[chosen])
    anna.presses("Anhängen")
    anna.sends()
    maria.opens_enquiry(SUBJECT)
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    maria.writes_back(ANSWER)
    expect(anna.page.get_by_role("log").get_by_text(ANSWER)).to_be_visible()
    anna.page.locator("#message-field").fill(DRAFT)
    anna.goes_home()
    anna.begins()
    anna.types(OTHER_DRAFT, OTHER_SUBJECT)
    refuses(house, anna)
    anna.presses("Entwurf behalten")
    maria.page.locator("#message-field").fill(ANSWER_DRAFT)
    # Given back with it, and taken again: meanwhile it lies in letters.
    maria.releases()
    given_back = {f"given back: {name}": one for name, one in files_of(house).items()}
    maria.opens_enquiry(SUBJECT)
    expect(maria.page.locator(".workspace__detail")).to_contain_text(ANSWER_DRAFT)
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    maria.bookmarks()
    maria.makes_a_block(BLOCK_NAME, BLOCK)
    notes_something(maria)
    maria.opens_written()
    maria.looks_for(QUERY)
    during = files_of(house)
    during |= given_back
    anna.opens(SUBJECT)
    anna.closes()
    anna.goes_home()
    anna.signs_out()
    kept = anna.page.evaluate(KEPT)
    ended = files_of(house)
    house.server.run(lambda: house.server.server.elapse(PURGE_MS))
    return Life(
        files=during | ended | files_of(house),
        served=dict(served_files(house)),
        log="\n".join(house.server.server.log).encode(),
        frames=[*theirs.sent, *theirs.received, *ours.sent, *ours.received],
        kept=kept,
        left=house.rows_left(),
    )


def notes_something(maria: DeskPage) -> None:
    """About the person: something saved, something of the enquiry, and something only typed."""
    notes = maria.opens_particulars()
    notes.get_by_role("button", name="Bearbeiten").click()
    notes.get_by_label("Ort oder Region").fill(NOTE)
    notes.get_by_role("button", name="Speichern").click()
    maria.chooses_from_the_enquiry(f"Betreff: {SUBJECT}", TEXT)
    notes.get_by_role("button", name="Ja, übernehmen").click()
    expect(notes.locator("dd")).to_have_text([NOTE, SUBJECT, TEXT])
    notes.get_by_role("button", name="Bearbeiten").click()
    notes.get_by_label("Altersgruppe").fill(NOTE_DRAFT)
    notes.press("Escape")


def refuses(house: House, anna: WriterPage) -> None:
    """To somebody whose last place went meanwhile: what was written stays a draft."""
    anna.chooses("Jonas K.")
    jonas = Answerer(house, "jonas")
    full = CapacitySet(subject16=b"", places=0, is_regulars_only=0)
    house.server.run(lambda: jonas.staff.relay.request(full))
    anna.presses("Senden")
    expect(anna.page.get_by_text("nimmt gerade keine neuen Anliegen mehr an")).to_be_visible()


def test_no_file_and_no_log_line_holds_it(life: Life) -> None:
    for name, content in {**life.files, "log": life.log}.items():
        for marker in TYPED:
            assert not holds(content, marker), (name, marker)


def test_no_served_file_holds_it(life: Life) -> None:
    for name, content in life.served.items():
        assert not any(holds(content, marker) for marker in TYPED), name


def test_no_line_carries_it(life: Life) -> None:
    assert len(life.frames) > 50
    for frame in life.frames:
        assert not any(holds(frame, marker) for marker in TYPED)


def test_the_browser_keeps_nothing_and_the_relay_nothing_after_the_purge(life: Life) -> None:
    assert life.kept == NOTHING
    assert life.left == 0
