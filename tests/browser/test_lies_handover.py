"""What the service can lie about to whoever is to go on in a colleague's place: whose letters they
are, what came before, and who is still there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import expect

from clientlib.tickets import LiveTicket
from crypto import account
from crypto.wire.boxes import StoredLetter
from crypto.wire.enquiries import EnquiryRowChanged
from crypto.wire.live import QueueRow, QueueRowChanged, TicketState
from tests.browser.lies import lying_house, sees, word
from tests.browser.lyingdesk import (
    STRANGER,
    Desk,
    case_of,
    handed,
    jonas_at_his_desk,
    truth_in_the_end,
)
from tests.browser.test_lies_workspace import OtherShare
from tests.helpers.handedchat import WORRY, ChatScene, chat_scene_of
from tests.helpers.handover import BEFORE, Scene, alone_with, counsellors
from tests.helpers.written import TEXT
from tests.lying.handing import AlwaysLate, Leaves, Shows, ShowsInbox, resealed
from tests.lying.proxy import Lie

__all__ = ["jonas_at_his_desk", "lying_house", "truth_in_the_end"]

NAME = "Kiesel-951"
OTHERS = "Etwas ganz anderes"
# After so many a page gives up.
MOST_STEPS = 8


# --- a written case -------------------------------------------------------------------------------


@dataclass(slots=True)
class Handed:
    """A case that Maria hands to Jonas, with its letters; and those of another."""

    case: Scene
    welcome: StoredLetter
    grant: StoredLetter
    foreign: tuple[StoredLetter, StoredLetter]

    def shows(self, *letters: StoredLetter) -> Lie:
        return Shows(*letters, ticket16=self.case.ticket16)

    def by_a_stranger(self) -> StoredLetter:
        """The very secrets, under the name of who wrote the welcome."""
        return resealed(self.grant, account.staff_kem(self.case.jonas.ams), STRANGER)


@pytest.fixture(scope="module", name="one")
def two_handed_cases(desk: Desk) -> Handed:
    async def work() -> Handed:
        case, other = await case_of(desk, NAME), await case_of(desk, "Farn-952", OTHERS)
        welcome, grant = await handed(case)
        return Handed(case, welcome, grant, await handed(other))

    return desk.house.server.run(work)


def looks_at(desk: Desk, scene: Scene) -> None:
    """At what Maria hands over, as if for the first time."""
    desk.at.opens_written()
    row = scene.row
    kept = replace(row, successor=b"", deputy=b"")
    shown = desk.row(".row--written", row.number, NAME)
    desk.looks_anew(shown, EnquiryRowChanged(row=kept), EnquiryRowChanged(row=row))


def test_what_is_handed_over_in_truth_is_read(desk: Desk, one: Handed) -> None:
    """Each lie below differs from this in one thing."""
    desk.house.tell(one.shows(one.welcome, one.grant))
    looks_at(desk, one.case)
    for words in (TEXT, BEFORE):
        expect(desk.detail).to_contain_text(words)
    desk.may_take()


REFUSED, NONE = "workspace.handed_unreadable", "workspace.enquiry_over"
CASES: dict[str, tuple[Callable[[Handed], Lie], str]] = {
    "of another case": (lambda one: one.shows(*one.foreign), REFUSED),
    "history of another": (lambda one: one.shows(one.welcome, one.foreign[1]), REFUSED),
    "history by a stranger": (lambda one: one.shows(one.welcome, one.by_a_stranger()), REFUSED),
    "two at once": (lambda one: one.shows(one.welcome, one.welcome, one.grant), REFUSED),
    "another share": (lambda _: OtherShare(), REFUSED),
    "a word left out": (lambda one: Leaves(one.case.theirs.box16, 2), REFUSED),
    "none": (lambda one: one.shows(), NONE),
}


@pytest.mark.parametrize("name", CASES)
def test_letters_that_hand_nothing_over_open_nothing(desk: Desk, one: Handed, name: str) -> None:
    make, key = CASES[name]
    desk.house.tell(make(one))
    mark = desk.house.relay.mark()
    looks_at(desk, one.case)
    sees(desk.page, key)
    for words in (TEXT, BEFORE, OTHERS):
        expect(desk.detail).not_to_contain_text(words)
    desk.takes_nothing(mark)


def test_where_the_history_is_hidden_nothing_is_said_to_have_been_before(
    desk: Desk, one: Handed
) -> None:
    desk.house.tell(one.shows(one.welcome))
    looks_at(desk, one.case)
    sees(desk.page, "workspace.handed_no_history_text")
    for words in (TEXT, BEFORE):
        expect(desk.detail).not_to_contain_text(words)


# --- a running chat -------------------------------------------------------------------------------


@dataclass(slots=True)
class HandedChat:
    """A chat that Maria hands to Jonas, the letters of another, and the row of one that begins."""

    chat: ChatScene
    foreign: tuple[StoredLetter, ...]
    begun: QueueRow

    def shows(self, *letters: StoredLetter) -> Lie:
        return ShowsInbox(self.chat.ticket16, *letters)


async def handed_chat(desk: Desk) -> ChatScene:
    scene = await chat_scene_of(desk.house.cast, desk.house.maria, desk.staff)
    await scene.asks()
    await scene.answers()
    await scene.settles()
    return scene


async def begun(desk: Desk) -> QueueRow:
    """Jonas has accepted somebody; the letter that begins their chat lies in his inbox."""
    rows, seeker = desk.staff.rows, await desk.house.cast.seeker()
    await desk.staff.wait_until(lambda: seeker.ticket16 in rows)
    await desk.staff.accept(seeker.ticket16)
    await seeker.offered()
    await seeker.confirm()
    await desk.staff.wait_until(lambda: rows[seeker.ticket16].state == TicketState.ACTIVE)
    return rows[seeker.ticket16]


@pytest.fixture(scope="module", name="live")
def two_handed_chats(desk: Desk) -> HandedChat:
    async def work() -> HandedChat:
        await desk.house.cast.on_duty(desk.house.maria, desk.staff)
        chat, other = await handed_chat(desk), await handed_chat(desk)
        foreign = await LiveTicket(other.ticket16).letters(desk.staff.caseload)
        return HandedChat(chat, foreign, await begun(desk))

    # His page does not hear that there are letters: it would read them, and delete the last.
    desk.house.tell(ShowsInbox(b""))
    return desk.house.server.run(work)


CHATS: dict[str, tuple[Callable[[HandedChat], Lie], str]] = {
    "of another chat": (lambda live: live.shows(*live.foreign), REFUSED),
    "of one that begins": (lambda _: Lie(), REFUSED),
    "none": (lambda live: live.shows(), NONE),
}


@pytest.mark.parametrize("name", CHATS)
def test_letters_that_hand_no_chat_over_open_none(desk: Desk, live: HandedChat, name: str) -> None:
    make, key = CHATS[name]
    desk.page.get_by_role("button", name=re.compile("^Erstanfragen")).click()
    desk.page.get_by_role("tab", name=re.compile("Livechat")).click()
    desk.house.tell(make(live))
    mark = desk.house.relay.mark()
    row = live.chat.row
    if name == "of one that begins":
        row = replace(live.begun, assignee=row.assignee, successor=row.successor)
    kept = QueueRowChanged(row=replace(row, successor=b""))
    shown = desk.row("button.row", row.number, word("wait.seeker_name", n=row.number))
    desk.looks_anew(shown, kept, QueueRowChanged(row=row))
    sees(desk.page, key)
    expect(desk.detail).not_to_contain_text(WORRY)
    desk.takes_nothing(mark)


# --- taking it over ------------------------------------------------------------------------------


def test_who_cannot_be_taken_out_is_named_as_a_reader(desk: Desk, one: Handed) -> None:
    """Jonas takes it over, and of every commit the service says that somebody was faster."""
    looks_at(desk, one.case)
    expect(desk.detail).to_contain_text(BEFORE)
    late = AlwaysLate()
    desk.house.tell(late)
    desk.at.takes_over()
    desk.house.server.run(lambda: late.has_refused(MOST_STEPS))
    names = f"{NAME} und Maria B."
    expect(desk.detail).to_contain_text(word("workspace.readers_now", names=names))
    expect(desk.detail).not_to_contain_text("nur noch Sie")
    desk.at.answers_now()
    expect(desk.page.get_by_role("log")).to_contain_text(BEFORE)
    assert (late.refused, len(counsellors(one.case.theirs))) == (MOST_STEPS, 2)

    # With the truth it goes on where it was.
    desk.house.tell(Lie())
    desk.hears(EnquiryRowChanged(row=one.case.row))
    desk.house.server.run(lambda: alone_with(one.case.theirs, desk.staff))
    expect(desk.page.get_by_text("Maria B. liest nicht mehr mit.").first).to_be_visible()
