"""Written requests at a counsellor's desk when the service lies; she sits in a browser.

Everybody else writes and answers past the lies, through the Python client. What seekers see is
test_lies_writing.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Locator, Page, expect

from clientlib.account import SeekerAccount
from clientlib.box import Box
from clientlib.enquiry import Enquiry
from crypto import account
from crypto.wire.base import Event
from crypto.wire.boxes import Commit, EnvelopeStored, Read
from crypto.wire.enquiries import EnquiryAccept, EnquiryRow, EnquiryRowChanged, EnquiryState
from crypto.wire.errors import ErrorCode
from tests.browser.desk import DeskPage
from tests.browser.lies import LyingHouse, WaryWindows, lying_house, sees, word
from tests.browser.shelf import Shelf
from tests.browser.writing import Answerer
from tests.helpers.written import TEXT, TOPIC, has, new, texts
from tests.lying.proxy import Lie, Line
from tests.lying.written import (
    BELIEVED,
    Letters,
    OtherShare,
    Plays,
    Refuses,
    ToNobody,
    Withholds,
)

__all__ = ["lying_house"]

RESTING = "Was nebenan liegt"
INVENTED = 9_999
GREETING, HERS, SECRET = "Guten Tag, hier ist Jonas.", "Hier ist Maria.", "Nur für eine Person."


@dataclass(slots=True)
class Scene:
    """Maria's page, Jonas past the lies, somebody who writes, and one request that just waits."""

    house: LyingHouse
    maria: DeskPage
    jonas: Answerer
    account: SeekerAccount
    resting: Enquiry

    @property
    def page(self) -> Page:
        return self.maria.page

    @property
    def line(self) -> Line:
        """Her page's."""
        relay = self.house.relay
        asked = next(one for one in reversed(relay.sent) if one.name == "enquiries")
        return relay.lines[asked.line]

    @property
    def detail(self) -> Locator:
        """What is shown of the request that is open."""
        return self.page.locator(".workspace__detail")

    def sends(self, enquiry: Enquiry, subject: str, text: str = TEXT) -> EnquiryRow:
        """Send it; returns the row as Jonas is told it."""
        ticket16, desk = enquiry.note.ticket16, self.jonas.desk

        async def work() -> EnquiryRow:
            await enquiry.send(TOPIC, subject, text)
            await desk.wait_until(lambda: ticket16 in desk.rows)
            return desk.rows[ticket16]

        return self.house.server.run(work)

    def begins(self) -> Enquiry:
        """One of which nothing is sent yet; its ids are drawn."""
        return new(self.house.cast, self.account)

    def row(self, number: int) -> Locator:
        """The row of a request that has not been read."""
        name = re.compile(rf"^Anfrage {number}$")
        return self.page.locator(
            ".row--written", has=self.page.locator(".row__name", has_text=name)
        )

    def hears(self, row: EnquiryRow) -> None:
        """Her page is told something that the relay never said."""
        self.house.server.run(lambda: self.line.say(EnquiryRowChanged(row=row)))


@pytest.fixture(scope="module", name="desk")
def desk_behind_the_lies(house: LyingHouse, shelf: Shelf) -> Iterator[Scene]:
    windows = WaryWindows(shelf)
    account_ = house.server.run(lambda: house.cast.registers("kiesel-801"))
    jonas = Answerer(house, "jonas")
    maria = DeskPage(house, windows.desk().page)
    # Only what is before her eyes is opened.
    maria.page.set_viewport_size({"width": 1280, "height": 1800})
    found = Scene(house, maria, jonas, account_, new(house.cast, account_))
    found.sends(found.resting, "Nebenan", RESTING)
    maria.signs_in("maria")
    maria.opens_written()
    expect(maria.enquiry_row("Nebenan")).to_be_visible()
    yield found
    house.tell(Lie())
    windows.close()


@pytest.fixture
def scene(desk: Scene) -> Iterator[Scene]:
    """The desk, with the list of requests in front; afterwards the truth is told."""
    desk.house.tell(Lie())
    desk.maria.opens_written()
    yield desk
    desk.house.tell(Lie())


# --- a first request ----------------------------------------------------------------------------


def _box(enquiry: Enquiry) -> Box:
    """The seeker's view of one that was sent."""
    assert enquiry.box is not None
    return enquiry.box


def _share_of(enquiry: Enquiry) -> bytes:
    share = _box(enquiry).transcript.state.share
    assert share is not None
    return share.raw


def _other_letter(scene: Scene, enquiry: Enquiry) -> Lie:
    return Letters({enquiry.note.ticket16: scene.resting.note.ticket16})


def _other_share(scene: Scene, enquiry: Enquiry) -> Lie:
    return OtherShare(enquiry.box16, _share_of(scene.resting))


NOT_SHOWN: dict[str, tuple[Callable[[Scene, Enquiry], Lie], str, str]] = {
    # What the relay does; what stands in the row, and in the place of the request.
    "another's letter": (_other_letter, "workspace.row_refused", "workspace.enquiry_refused"),
    "another's share": (_other_share, "workspace.row_refused", "workspace.enquiry_refused"),
    "an empty box": (
        lambda _, enquiry: Withholds(enquiry.box16),
        "workspace.row_refused",
        "workspace.enquiry_refused",
    ),
    "a letter to somebody else": (
        lambda _, enquiry: ToNobody(),
        "workspace.row_no_key",
        "workspace.enquiry_no_key",
    ),
}


@pytest.mark.parametrize("name", NOT_SHOWN)
def test_what_is_not_this_request_is_neither_shown_nor_taken(scene: Scene, name: str) -> None:
    make, tag, words = NOT_SHOWN[name]
    enquiry, mark = scene.begins(), scene.house.relay.mark()
    scene.house.tell(make(scene, enquiry))
    row = scene.row(scene.sends(enquiry, "Verdeckt").number)
    expect(row).to_contain_text(word(tag))
    row.click()
    sees(scene.page, words)
    for told in (TEXT, RESTING, "Verdeckt", "Nebenan"):
        expect(scene.detail).not_to_contain_text(told)
    expect(scene.page.get_by_role("button", name=word("workspace.take"))).to_have_count(0)
    assert not BELIEVED & set(scene.house.relay.sent_since(mark))


class HidesRows(Lie):
    """Tells nobody of new and changed rows."""

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        return () if isinstance(event, EnquiryRowChanged) else (event,)


def test_a_request_that_was_withdrawn_does_not_come_back(scene: Scene) -> None:
    enquiry = scene.begins()
    scene.house.tell(HidesRows())
    row = scene.sends(enquiry, "Zurückgezogen")
    scene.house.server.run(enquiry.close)
    scene.house.tell(Lie())
    mark = scene.house.relay.mark()
    scene.hears(row)
    scene.row(row.number).click()
    sees(scene.page, "workspace.enquiry_over")
    expect(scene.detail).not_to_contain_text(TEXT)
    expect(scene.page.get_by_role("button", name=word("workspace.take"))).to_have_count(0)
    assert not BELIEVED & set(scene.house.relay.sent_since(mark))


# --- who has it -----------------------------------------------------------------------------------


def test_what_is_refused_falsely_stays_and_is_taken_with_the_truth(scene: Scene) -> None:
    enquiry, maria = scene.begins(), scene.maria
    row = scene.sends(enquiry, "Umkämpft")
    refusals = {
        "workspace.no_place": Refuses(EnquiryAccept, ErrorCode.AT_CAPACITY),
        "workspace.late_title": Refuses(EnquiryAccept, ErrorCode.TAKEN),
        "workspace.accept_failed": Refuses(Commit, ErrorCode.FORBIDDEN),
    }
    for words, lie in refusals.items():
        scene.house.tell(Lie())
        maria.opens_enquiry("Umkämpft")
        scene.house.tell(lie)
        maria.takes()
        sees(scene.page, words)
    assert enquiry.standing.value == "offen"
    scene.house.tell(Lie())
    maria.opens_enquiry("Umkämpft")
    maria.takes()
    maria.has_taken()

    # The relay invents somebody who has it now, and then that it is over: the box says neither.
    maria.answers_now()
    jonas16 = scene.jonas.subject16
    scene.hears(replace(row, state=EnquiryState.ANSWERED, assignee=jonas16))
    scene.hears(replace(row, state=EnquiryState.GONE, assignee=b""))
    # A line is heard in its order: who sees this one has heard those.
    scene.hears(replace(row, ticket16=bytes(16), number=INVENTED))
    maria.opens_written()
    expect(scene.row(INVENTED)).to_be_visible()
    maria.opens_case("Umkämpft")
    maria.stands("in Bearbeitung")
    maria.writes_back(HERS)
    maria.stands("beantwortet")
    scene.house.server.run(lambda: has(_box(enquiry), HERS))
    assert texts(_box(enquiry)) == [TEXT, HERS]


def test_a_row_that_names_an_owner_makes_no_conversation(scene: Scene) -> None:
    """Who has a request is the relay's word in its row, and nothing else hangs on it."""
    enquiry, maria, maria16 = scene.begins(), scene.maria, scene.house.maria.subject16
    row = scene.sends(enquiry, "Angeblich Ihres")
    expect(maria.enquiry_row("Angeblich Ihres")).to_be_visible()
    mark = scene.house.relay.mark()
    scene.hears(replace(row, state=EnquiryState.WAITING, assignee=maria16))
    # Its row says whose it is in the place of the subject.
    expect(maria.enquiry_row("Angeblich Ihres")).to_have_count(0)
    maria.opens_messages()
    expect(maria.case("Angeblich Ihres")).to_have_count(0)
    assert not BELIEVED & set(scene.house.relay.sent_since(mark))
    assert enquiry.standing.value == "offen"


def test_of_two_who_are_told_that_they_won_one_talks_to_the_seeker(scene: Scene) -> None:
    enquiry, maria, house = scene.begins(), scene.maria, scene.house
    lie = Plays(scene.line.number, enquiry.box16)
    house.tell(lie)
    row = scene.sends(enquiry, "Für zwei")
    maria.opens_enquiry("Für zwei")
    expect(scene.detail).to_contain_text(TEXT)

    async def jonas_takes() -> None:
        case = await scene.jonas.desk.accept(row.ticket16)
        await case.say(GREETING)

        await has(_box(enquiry), GREETING)

    house.server.run(jonas_takes)
    # Of that she is told nothing, and all that she does is said to have been done.
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    maria.writes_back(HERS)
    expect(scene.page.locator(".message--own", has_text=HERS)).to_contain_text(
        word("chat.tick_stored")
    )

    async def the_seeker_answers() -> bytes:
        said = await enquiry.say(SECRET)
        await has(_box(enquiry), SECRET)
        cap = account.conversation(scene.account.ams, enquiry.box16).cap.raw
        page = await scene.account.relay.request(Read(box16=enquiry.box16, start=said.n), cap)
        return page.rows[0].e1

    raw, n = house.server.run(the_seeker_answers), lie.rows[-1].n + 1
    shown = EnvelopeStored(box16=enquiry.box16, n=n, e1=raw)
    house.server.run(lambda: scene.line.say(shown))
    sees(scene.page, "chat.stop_damaged")
    expect(scene.page.get_by_text(SECRET)).to_have_count(0)
    mark = house.relay.mark()
    scene.page.locator("#message-field").fill("Hallo?")
    expect(scene.page.get_by_role("button", name="Senden")).to_be_disabled()
    assert "post" not in house.relay.sent_since(mark)
    assert texts(_box(enquiry)) == [TEXT, GREETING, SECRET]
