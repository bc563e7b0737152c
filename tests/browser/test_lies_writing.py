"""Written enquiries when the service lies to who writes them: in a browser, with an access.

Who counsels answers past the lies, through the Python client. What counsellors see is
test_lies_enquiries.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from clientlib.firstrequest import FirstRequest
from clientlib.staff import Staff
from crypto.random import random_bytes
from crypto.wire.boxes import EnvelopeStored, GetShare
from crypto.wire.enquiries import EnquiryOpen
from crypto.wire.errors import ErrorCode
from tests.browser.forged import GHOST, OTHER_KEY, OTHER_SECRET, answer, signed_by, takeover
from tests.browser.lies import LyingHouse, WaryWindows, lying_house, sees, word
from tests.browser.shelf import Shelf
from tests.browser.writing import TEXT, Answerer, WriterPage
from tests.helpers.handover import team_is
from tests.helpers.leaving import revoked
from tests.lying.changes import Envelopes
from tests.lying.proxy import Lie, Line
from tests.lying.written import TAKEOVER_N, Forgets, Hides, Refuses, Steers

__all__ = ["lying_house"]

MOMENT_MS = 10_000
ANSWER, ASKED, HELD = "Guten Tag, hier ist Maria.", "Wie lange schon?", "Sind Sie noch da?"


@dataclass(slots=True)
class Scene:
    """Anna's page, and Maria past the lies."""

    house: LyingHouse
    anna: WriterPage
    maria: Answerer

    @property
    def page(self) -> Page:
        return self.anna.page

    @property
    def line(self) -> Line:
        """Her page's."""
        relay = self.house.relay
        asked = next(one for one in reversed(relay.sent) if one.name == "enquiry_open")
        return relay.lines[asked.line]

    def writes(self, subject: str) -> bytes:
        """Something new to the team; returns its ticket16, by which Maria finds it."""
        before = set(self.maria.desk.rows)
        self.anna.sends_an_enquiry(subject=subject)
        (ticket16,) = self.arrived(before)
        return ticket16

    def arrived(self, before: set[bytes]) -> set[bytes]:
        """What Maria has heard of since, as soon as it is something."""
        desk = self.maria.desk
        self.house.server.run(lambda: desk.wait_until(lambda: set(desk.rows) > before))
        return set(desk.rows) - before

    def admin(self) -> Staff:
        """Certified, and in no team."""
        return self.house.server.run(lambda: self.house.cast.signs_in("verwaltung"))

    def is_still_open(self) -> None:
        """Nobody has it, in whatever the page says of it."""
        self.anna.stands("offen")
        expect(self.anna.who_reads()).to_contain_text("Sie und das Team")
        taken = word("enquiries.line_taken", name="Maria B.")
        expect(self.page.get_by_text(taken)).to_have_count(0)

    def sends_nothing(self) -> None:
        """The next word waits: nobody can press "Senden"."""
        mark = self.house.relay.mark()
        self.page.locator("#message-field").fill(HELD)
        expect(self.page.get_by_role("button", name="Senden")).to_be_disabled()
        assert "post" not in self.house.relay.sent_since(mark)


@pytest.fixture(scope="module", name="desk")
def writer_behind_the_lies(house: LyingHouse, shelf: Shelf) -> Iterator[Scene]:
    windows = WaryWindows(shelf)
    anna = WriterPage(house, windows.phone().page)
    anna.has_an_access("kiesel-811")
    yield Scene(house, anna, Answerer(house))
    house.tell(Lie())
    windows.close()


@pytest.fixture
def scene(desk: Scene) -> Iterator[Scene]:
    """Anna at "Meine Gespräche"; afterwards the truth is told."""
    desk.house.tell(Lie())
    # One line may say so much in a moment, and the clock stands still.
    desk.house.server.elapse(MOMENT_MS)
    if not desk.anna.heading("Meine Gespräche").is_visible():
        desk.anna.goes_home()
    yield desk
    desk.house.tell(Lie())


# --- who has it, and what they say ----------------------------------------------------------------


Make = Callable[[Scene, FirstRequest], bytes]
FORGED: dict[str, tuple[Make, str]] = {
    # What comes after her words, and which sentence is in its place.
    "by who does not counsel": (
        lambda scene, first: takeover(first, scene.maria.staff, **signed_by(scene.admin())),
        "chat.stop_damaged",
    ),
    "in Maria's name": (
        lambda scene, first: takeover(first, scene.maria.staff, sign=OTHER_KEY),
        "chat.undecryptable",
    ),
    "with a ghost": (
        lambda scene, first: takeover(first, scene.maria.staff, more=(GHOST,)),
        "chat.stop_damaged",
    ),
    "with another secret": (
        lambda scene, first: takeover(first, scene.maria.staff, wrapped_es=OTHER_SECRET),
        "chat.stop_damaged",
    ),
    "no takeover, an answer": (
        lambda scene, first: answer(first, scene.maria.staff, ANSWER),
        "chat.undecryptable",
    ),
}


def shown(scene: Scene, make: Make) -> None:
    """Anna's page is told an envelope that the relay never numbered."""
    ticket16 = scene.writes("Erfunden")
    first = scene.house.server.run(lambda: scene.maria.desk.open(ticket16))
    event = EnvelopeStored(box16=first.box.box16, n=TAKEOVER_N, e1=make(scene, first))
    scene.house.server.run(lambda: scene.line.say(event))


@pytest.mark.parametrize("name", FORGED)
def test_nobody_who_must_not_be_believed_takes_it_or_answers(scene: Scene, name: str) -> None:
    make, words = FORGED[name]
    shown(scene, make)
    mark = scene.house.relay.mark()
    sees(scene.page, words)
    scene.is_still_open()
    expect(scene.page.get_by_text(ANSWER)).to_have_count(0)
    assert "post" not in scene.house.relay.sent_since(mark)
    if words == "chat.stop_damaged":
        scene.sends_nothing()


def test_a_takeover_by_one_of_the_team_is_believed(scene: Scene) -> None:
    """Each forgery above differs from this in one thing."""
    shown(scene, lambda scene, first: takeover(first, scene.maria.staff))
    scene.anna.stands("in Bearbeitung")
    sees(scene.page, "enquiries.line_taken", name="Maria B.")


@pytest.mark.parametrize(
    ("is_closed_up", "words"), [(False, "chat.stop_withheld"), (True, "chat.stop_damaged")]
)
def test_a_takeover_that_is_hidden_shows_at_the_first_answer(
    scene: Scene, is_closed_up: bool, words: str
) -> None:
    ticket16 = scene.writes("Verschwiegen")
    scene.house.tell(Hides(scene.line.number, is_closed_up=is_closed_up))

    async def answers() -> None:
        case = await scene.maria.desk.accept(ticket16)
        await case.say(ANSWER)

    scene.house.server.run(answers)
    sees(scene.page, words)
    scene.is_still_open()
    expect(scene.page.get_by_text(ANSWER)).to_have_count(0)
    scene.sends_nothing()


# --- sending ------------------------------------------------------------------------------------


def other_commit(n: int, e1: bytes) -> list[tuple[int, bytes]]:
    """The relay knows box and kid, not the key."""
    return [(n, e1[:60] + random_bytes(len(e1) - 60))] if n == 1 else [(n, e1)]


def test_no_word_goes_into_a_box_that_is_not_the_one_that_was_made(scene: Scene) -> None:
    scene.anna.begins()
    scene.anna.types(subject="Untergeschoben")
    scene.house.tell(Envelopes(other_commit))
    mark = scene.house.relay.mark()
    scene.anna.presses("Senden")
    sees(scene.page, "enquiries.problem_damaged")
    assert not {"post", "enquiry_open"} & set(scene.house.relay.sent_since(mark))
    expect(scene.page.get_by_label("Ihre Nachricht")).to_have_value(TEXT)
    # In a new one, with every word.
    scene.house.tell(Lie())
    scene.anna.presses("Noch einmal ändern")
    scene.anna.sends()
    scene.anna.reads_letters(TEXT)


def test_nobody_outside_the_team_gets_it_in_somebodys_place(scene: Scene) -> None:
    scene.house.tell(Steers(scene.admin().subject16))
    before = set(scene.maria.desk.rows)
    scene.anna.begins()
    scene.anna.types(subject="Umgeleitet")
    scene.anna.chooses("Maria B.")
    sees(scene.page, "enquiries.instead_team", name="Maria B.")
    scene.anna.sends()
    scene.is_still_open()
    (ticket16,) = scene.arrived(before)
    assert scene.maria.desk.rows[ticket16].is_addressed == 0


def test_a_place_that_is_denied_at_the_end_costs_no_word(scene: Scene) -> None:
    scene.anna.begins()
    scene.anna.types(subject="Angeblich voll")
    scene.anna.chooses("Maria B.")
    scene.house.tell(Refuses(EnquiryOpen, ErrorCode.AT_CAPACITY))
    scene.anna.presses("Senden")
    sees(scene.page, "enquiries.problem_no_place")
    scene.house.tell(Lie())
    scene.anna.presses(word("enquiries.anew_person", name="Maria B."))
    expect(scene.page.get_by_label("Ihre Nachricht")).to_have_value(TEXT)
    scene.anna.sends()
    scene.anna.reads_letters(TEXT)


# --- coming back ----------------------------------------------------------------------------------


def test_what_is_said_to_be_gone_is_not_forgotten(scene: Scene) -> None:
    anna, subject = scene.anna, "Angeblich weg"
    scene.writes(subject)
    anna.goes_home()
    anna.signs_out()
    scene.house.tell(Refuses(GetShare, ErrorCode.UNKNOWN))
    anna.types_name_and_phrase(anna.name, anna.phrase)
    anna.row(subject).click()
    sees(scene.page, "enquiries.lost_title")
    scene.house.tell(Lie())
    anna.goes_home()
    anna.signs_out()
    anna.types_name_and_phrase(anna.name, anna.phrase)
    anna.opens(subject)
    anna.reads_letters(TEXT)


def test_that_it_was_called_back_is_not_believed_without_the_commit(scene: Scene) -> None:
    """Jonas leaves; the tests above need him no more."""
    house, anna, page = scene.house, scene.anna, scene.page
    ticket16, jonas = scene.writes("Ohne Jonas"), Answerer(house, "jonas")

    async def answers_and_leaves() -> None:
        case = await jonas.desk.accept(ticket16)
        await case.say(ASKED)
        await revoked(house.cast, jonas.staff)
        await team_is(house.cast, scene.maria.staff, scene.maria.staff)

    house.server.run(answers_and_leaves)
    anna.reads_letters(TEXT, ASKED)
    anna.goes_home()
    anna.opens("Ohne Jonas")
    page.locator("#message-field").fill(HELD)
    house.tell(Forgets())
    mark = house.relay.mark()
    anna.presses("Dem Team geben")
    sees(page, "callback.failed")
    expect(anna.who_reads()).to_contain_text("Nur Sie und Jonas K. können mitlesen.")
    expect(page.get_by_role("button", name="Senden")).to_be_disabled()
    assert not {"post", "enquiry_call_back"} & set(house.relay.sent_since(mark))
    house.tell(Lie())
    anna.presses("Dem Team geben")
    anna.stands("offen")
    anna.presses("Senden")
    anna.reads_letters(TEXT, ASKED, HELD)
