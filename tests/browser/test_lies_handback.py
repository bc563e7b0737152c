"""What the service can lie about to who gives a conversation away, for good, for a time or back to
the team; to who finds it there; and to who is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Page, expect

from clientlib.consent import Answer
from crypto import kem, letter
from crypto.commit import Reason
from crypto.envelope import Kind
from crypto.keys import KemSecret
from crypto.wire import codec, content
from crypto.wire.boxes import StoredLetter
from crypto.wire.enquiries import EnquiryRow, EnquiryRowChanged, EnquiryState
from tests.browser.conftest import Windows
from tests.browser.lies import LyingHouse, Talk, lying_house, sees, wary_windows, word
from tests.browser.lyingdesk import (
    LOOKING,
    STRANGER,
    Desk,
    case_of,
    jonas_at_his_desk,
    truth_in_the_end,
)
from tests.browser.test_lies_chat import NoNames, again, let_in, standing
from tests.helpers.handover import BEFORE, Scene, counsellors, scene_of, stands
from tests.helpers.written import TEXT, has, writes
from tests.lying.changes import Envelopes
from tests.lying.handing import AlwaysLate, Shows, letters_of, resealed

__all__ = ["jonas_at_his_desk", "lying_house", "truth_in_the_end", "wary_windows"]

# After so many a page gives up: letting somebody in, and giving back.
MOST_STEPS, ATTEMPTS = 8, 3
DRAFT = "Lieber Kiesel, ich habe nachgedacht."


# --- given back to the team -----------------------------------------------------------------------

GIVEN = "Moos-961"


@dataclass(slots=True)
class Given:
    """What Maria has given back twice: the letters of the first time, and those of now."""

    case: Scene
    row: EnquiryRow
    former: list[StoredLetter]
    letters: list[StoredLetter]

    @property
    def key(self) -> KemSecret:
        """The team's, to which all of them are sealed."""
        address, _ = letter.parse_letter(self.letters[0].e2)
        keys = self.case.jonas.caseload.kem_secrets
        return next(one for one in keys if letter.inbox16(kem.public(one)) == address)

    def shows(self, *letters: StoredLetter) -> Shows:
        return Shows(*letters, ticket16=self.case.ticket16)

    def other_history(self) -> Shows:
        """The very secrets, by a stranger."""
        welcome, grant, draft = self.letters
        return self.shows(welcome, resealed(grant, self.key, STRANGER), draft)

    def other_draft(self) -> Shows:
        """The very words, by a stranger."""
        welcome, grant, draft = self.letters
        return self.shows(welcome, grant, resealed(draft, self.key, STRANGER))


@pytest.fixture(scope="module", name="given")
def given_back_twice(desk: Desk) -> Given:
    async def gives(case: Scene) -> list[StoredLetter]:
        await case.maria.keyring.keep_draft(case.theirs.box16, DRAFT)
        await case.desk.release(case.ticket16)
        return await letters_of(case)

    async def work() -> Given:
        case = await case_of(desk, GIVEN)
        former = await gives(case)
        await case.desk.accept(case.ticket16)
        letters, rows = await gives(case), case.other.rows
        await case.other.wait_until(lambda: rows[case.ticket16].state == EnquiryState.OPEN)
        return Given(case, case.row, former, letters)

    return desk.house.server.run(work)


def finds(desk: Desk, given: Given) -> None:
    """Among the team's requests, as if for the first time."""
    desk.at.opens_written()
    maria16 = desk.house.maria.subject16
    taken = replace(given.row, state=EnquiryState.WAITING, assignee=maria16)
    shown = desk.row(".row--written", given.row.number, GIVEN)
    desk.looks_anew(shown, EnquiryRowChanged(row=taken), EnquiryRowChanged(row=given.row))


def test_what_was_given_back_in_truth_is_read(desk: Desk, given: Given) -> None:
    """Each lie below differs from this in one thing."""
    desk.house.tell(given.shows(*given.letters))
    finds(desk, given)
    for words in (TEXT, BEFORE, DRAFT):
        expect(desk.detail).to_contain_text(words)
    desk.may_take()


LIES: dict[str, tuple[Callable[[Given], Shows], str]] = {
    "other history": (Given.other_history, "workspace.enquiry_refused"),
    "former time": (lambda given: given.shows(*given.former), "workspace.enquiry_refused"),
}


@pytest.mark.parametrize("name", LIES)
def test_letters_that_gave_back_nothing_open_nothing(desk: Desk, given: Given, name: str) -> None:
    make, key = LIES[name]
    desk.house.tell(make(given))
    mark = desk.house.relay.mark()
    finds(desk, given)
    sees(desk.page, key)
    for words in (TEXT, BEFORE, DRAFT):
        expect(desk.detail).not_to_contain_text(words)
    desk.takes_nothing(mark)


def test_a_draft_that_a_stranger_slips_in_is_not_shown(desk: Desk, given: Given) -> None:
    desk.house.tell(given.other_draft())
    finds(desk, given)
    expect(desk.detail).to_contain_text(BEFORE)
    expect(desk.detail).not_to_contain_text(DRAFT)
    expect(desk.detail.get_by_text(word("release.draft_of", name="Maria B."))).to_have_count(0)


# --- lent for a time ------------------------------------------------------------------------------


def test_nobody_stands_in_because_the_service_says_so(desk: Desk) -> None:
    case = desk.house.server.run(lambda: case_of(desk, "Farn-962"))
    row, me = desk.house.server.run(lambda: row_of(case)), desk.staff.subject16
    mark = desk.house.relay.mark()
    desk.at.opens_written()
    desk.hears(EnquiryRowChanged(row=replace(row, successor=me, deputy=me)))
    shown = desk.row(".row--written", row.number, "Farn-962")
    expect(shown).to_contain_text(word("workspace.deputy_from", name="Maria B."))
    shown.click()
    sees(desk.page, "workspace.enquiry_over")
    desk.takes_nothing(mark)
    assert counsellors(case.theirs) == [case.maria.certificate.hash]


def test_nobody_goes_because_the_service_hides_a_deputy(desk: Desk) -> None:
    name, said = "Ulme-963", "Ich bin noch da."

    async def lends() -> tuple[Scene, EnquiryRow]:
        case = await case_of(desk, name)
        await case.lends()
        return case, case.row

    case, row = desk.house.server.run(lends)
    opens(desk, name)
    for_maria = word("workspace.deputy_for", name="Maria B.")
    expect(desk.at.handing()).to_contain_text(for_maria)
    mark = desk.house.relay.mark()
    desk.hears(EnquiryRowChanged(row=replace(row, deputy=b"")))
    desk.at.writes_back(said)
    desk.at.reads(said)
    expect(desk.at.handing()).to_contain_text(for_maria)
    desk.house.server.run(lambda: has(case.theirs, said))
    assert not {"commit", "enquiry_return", "enquiry_taken"} & set(desk.has_sent(mark))
    assert len(counsellors(case.theirs)) == 2


async def row_of(case: Scene) -> EnquiryRow:
    """As Maria sees it: it is hers."""
    await case.desk.wait_until(lambda: case.desk.rows[case.ticket16].state > EnquiryState.RESERVED)
    return case.desk.rows[case.ticket16]


def opens(desk: Desk, name: str) -> None:
    """One of Jonas's own conversations."""
    desk.at.opens_messages()
    desk.at.case(name).click()
    expect(desk.page.get_by_role("log")).to_contain_text(BEFORE)


# --- to who gives it away -------------------------------------------------------------------------


def test_what_the_service_does_not_let_happen_is_told_and_nothing_is_lost(desk: Desk) -> None:
    """Of every commit it says that somebody else was faster."""
    name = "Birke-964"

    async def takes() -> Scene:
        cast = desk.house.cast
        enquiry = await writes(cast, await cast.registers(name))
        return await scene_of(cast, desk.staff, desk.house.maria, enquiry)

    case = desk.house.server.run(takes)
    opens(desk, name)
    desk.at.asks_to_hand_over("Maria B.")
    late = AlwaysLate()
    desk.house.tell(late)
    mark = desk.house.relay.mark()
    desk.house.server.run(lambda: stands(case.theirs, Answer.OPEN))
    desk.house.server.run(lambda: case.enquiry.answer(is_yes=True))
    failed = word("workspace.handing_failed", seeker=name, name="Maria B.")
    expect(desk.at.handing()).to_contain_text(failed)
    assert (late.refused, "enquiry_hand_over" in desk.has_sent(mark)) == (MOST_STEPS, False)
    desk.at.takes_back()
    expect(desk.at.handing()).to_have_count(0)

    # And it cannot be given back to the team.
    desk.page.locator("#message-field").fill(DRAFT)
    desk.at.passes_on()
    desk.page.get_by_role("button", name="Freigeben …").click()
    dialog = desk.page.get_by_role("dialog", name="An das Team freigeben")
    dialog.get_by_role("button", name="Freigeben", exact=True).click()
    sees(desk.page, "release.failed")
    dialog.get_by_role("button", name="Abbrechen").click()
    expect(desk.page.locator("#message-field")).to_have_value(DRAFT)
    tried = (late.refused - MOST_STEPS, "enquiry_release" in desk.has_sent(mark))
    assert tried == (ATTEMPTS, False)
    assert counsellors(case.theirs) == [desk.staff.certificate.hash]


# --- to who is asked ------------------------------------------------------------------------------


def test_nobody_can_agree_to_whom_the_service_keeps_back(house: LyingHouse, wary: Windows) -> None:
    talk = Talk(house, wary)
    talk.begins()
    house.tell(NoNames(lambda n, e1: [(n, e1)]))
    line, mark = house.relay.lines[-1], house.relay.mark()
    asks(talk)
    sees(talk.seeker.page, "enquiries.consent_unknown")
    buttons = talk.seeker.page.locator(".consent").get_by_role("button")
    expect(buttons).to_have_text([word("enquiries.consent_decline")])
    assert set(house.relay.sent_since(mark, line)) <= LOOKING
    talk.ends()


def test_a_yes_to_who_goes_on_lets_nobody_in_for_anything_else(
    house: LyingHouse, wary: Windows
) -> None:
    """Maria asks in truth; the commit is by who has her keys, and works for the relay."""
    talk = Talk(house, wary)
    talk.begins()
    asks(talk)
    talk.seeker.page.get_by_role("button", name="Einverstanden", exact=True).click()
    house.server.run(lambda: stands(talk.hers, Answer.YES))
    for reason in (Reason.HAND_OVER, Reason.DEPUTY):
        page = shown_with(talk, let_in(talk, reason=reason))
        name = "Jonas K."
        expect(
            page.get_by_text(word("enquiries.line_person_came", name=name)).first
        ).to_be_visible()
        is_alarm = int(reason is Reason.DEPUTY)
        expect(page.get_by_text(word("chat.stop_uninvited", name=name))).to_have_count(is_alarm)
        mark = house.relay.mark()
        page.locator("#message-field").fill("Hallo?")
        expect(page.get_by_role("button", name="Senden", disabled=bool(is_alarm))).to_be_visible()
        assert "post" not in house.relay.sent_since(mark)
    talk.ends()


def asks(talk: Talk) -> None:
    """Whether Jonas may go on."""
    asked = content.HandOver(certificate_hash=jonas_hash(talk), with_history=1, is_deputy=0)
    talk.house.server.run(lambda: talk.hers.send(Kind.HAND_OVER, codec.encode(asked)))


def jonas_hash(talk: Talk) -> bytes:
    """The certificate of the other counsellor."""
    view = talk.maria.log.view
    team = view.latest_team(talk.house.cast.team16)
    assert team is not None
    (jonas,) = [one for one in team.team.members if one != talk.maria.subject16]
    return view.own_certificates(jonas)[-1].hash


def shown_with(talk: Talk, commit: bytes) -> Page:
    """The chat is read again, with this behind all that stands in it."""
    last = max(standing(talk))
    return again(
        talk, Envelopes(lambda n, e1: [(n, e1), *([(n + 1, commit)] if n == last else [])])
    )
