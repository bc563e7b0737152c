"""A new access, an invitation, somebody who comes back, and a relay that lies to the page of each.

Everybody else is at the Python client and hears the truth. Each lie ends with what was sent after
it, and what it was about goes on with the truth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Locator, Page, expect

from clientlib.arrival import Arrival
from crypto import account as keys
from crypto import kem
from crypto.primitives import sign_public
from crypto.wire.invitations import InviteAnswered, InviteAnsweredNow
from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage
from tests.browser.inviting import AFTER, HOME, NICKNAME, OLD, Scene, under_way
from tests.browser.lies import (
    Hides,
    LyingHouse,
    OtherShare,
    WaryWindows,
    lying_house,
    sees,
    wary_windows,
    word,
)
from tests.browser.shelf import Shelf
from tests.browser.writing import WriterPage
from tests.helpers.actors import PHRASE
from tests.helpers.returning import ANSWER
from tests.helpers.written import TEXT
from tests.lying.changes import Envelopes, KnowsNothing
from tests.lying.invitations import Leaves, NeverConfirmed, NeverStands
from tests.lying.proxy import Lie, Line

__all__ = ["lying_house", "wary_windows"]

# What would be sent by whoever believes.
BELIEVED = {"commit", "create", "enquiry_open", "invite_ticket", "invite_done", "page_save", "post"}


@pytest.fixture(scope="module", name="scene")
def whole_scene(house: LyingHouse) -> Scene:
    return house.server.run(lambda: under_way(house.cast, house.maria))


# --- the page of whoever invites ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Desk:
    """Maria's page, and its line through the lies."""

    house: LyingHouse
    maria: DeskPage
    line: Line

    @property
    def page(self) -> Page:
        return self.maria.page

    @property
    def same(self) -> Locator:
        """What lets somebody in, in the open conversation."""
        return self.page.get_by_role("button", name=word("workspace.new_access_same"))

    @property
    def waiting(self) -> Locator:
        """The row of whom a new conversation waits for."""
        rows = self.page.get_by_role("list", name=word("begin.waiting"))
        return rows.get_by_role("button", name=re.compile(NICKNAME))

    def hears(self, lie: Lie, arrival: Arrival) -> int:
        """From now on the relay lies, and says that there is news of an invitation."""
        self.house.tell(lie)
        mark = self.house.relay.mark()
        event = InviteAnsweredNow(join_id16=arrival.join_id16)
        self.house.server.run(lambda: self.line.say(event))
        return mark

    def sent(self, mark: int) -> list[str]:
        return self.house.relay.sent_since(mark, self.line)


@pytest.fixture(scope="module", name="desk")
def open_desk(house: LyingHouse, shelf: Shelf, scene: Scene) -> Iterator[Desk]:
    windows = WaryWindows(shelf)
    house.tell(Lie())
    maria = DeskPage(house, windows.desk().page)
    maria.signs_in("maria")
    found = Desk(house, maria, house.relay.lines[-1])
    # All of it is read before the first lie, which would be told of whatever is still on its way.
    for one in (scene.one, scene.other):
        maria.opens_case(one.subject)
        expect(found.same).to_be_visible()
    maria.opens_messages()
    expect(found.waiting).to_contain_text(word("begin.badge_answered"))
    yield found
    house.tell(Lie())
    windows.close()


def _false_keys(scene: Scene) -> InviteAnswered:
    own = keys.conversation(keys.new_account_secret(), bytes(16))
    sign_pk, kem_pk = sign_public(own.sign).raw, kem.public(own.kem).raw
    return replace(scene.one.left, sign_pk=sign_pk, kem_pk=kem_pk)


def _of_another(scene: Scene) -> InviteAnswered:
    return scene.other.left


@pytest.mark.parametrize("left", [_false_keys, _of_another])
def test_keys_of_who_did_not_know_the_words_are_told_and_let_nobody_in(
    desk: Desk, scene: Scene, left: Callable[[Scene], InviteAnswered]
) -> None:
    one, page, same = scene.one, desk.page, desk.same
    desk.maria.opens_case(one.subject)
    expect(same).to_be_visible()
    mark = desk.hears(Leaves(left(scene)), one.arrival)
    sees(page, "workspace.new_access_forged")
    expect(same).to_have_count(0)
    assert "invite_read" in desk.sent(mark)
    assert not BELIEVED & set(desk.sent(mark))
    # The invitation still stands: with the truth it is asked again who this is.
    desk.hears(Lie(), one.arrival)
    expect(same).to_be_visible()


def test_nobody_is_let_in_by_a_commit_that_does_not_stand_nor_under_an_alarm(
    house: LyingHouse, desk: Desk, scene: Scene
) -> None:
    one, page, before = scene.other, desk.page, scene.other.epoch
    desk.maria.opens_case(one.subject)
    house.tell(NeverStands())
    mark = house.relay.mark()
    desk.same.click()
    sees(page, "workspace.new_access_problem_late")
    assert desk.sent(mark).count("commit") == 5
    assert house.server.run(one.arrival.check) is None

    # What the seeker says is kept back, and not shown when it is asked for.
    hidden = one.case.box.transcript.state.number + 1
    house.tell(Envelopes(lambda n, e1: [] if n == hidden else [(n, e1)]))

    async def writes() -> None:
        for text in ("eins", "zwei"):
            await one.enquiry.say(text)

    house.server.run(writes)
    sees(page, "chat.stop_withheld")
    mark = house.relay.mark()
    desk.same.click()
    sees(page, "workspace.new_access_problem_paused")
    assert not {"commit", "invite_ticket", "post"} & set(desk.sent(mark))
    assert one.epoch == before


def test_a_conversation_begins_with_nobody_but_who_knew_the_words(
    house: LyingHouse, desk: Desk, scene: Scene
) -> None:
    page, row = desk.page, desk.waiting
    desk.maria.opens_messages()
    expect(row).to_contain_text(word("begin.badge_answered"))
    mark = desk.hears(Leaves(scene.other.left), scene.came)
    expect(row).to_contain_text(word("begin.badge_forged"))
    row.click()
    sees(page, "workspace.new_access_forged")
    confirm = page.get_by_role("button", name=word("begin.confirm"))
    expect(confirm).to_have_count(0)
    assert not BELIEVED & set(desk.sent(mark))

    # With the truth it could begin; a relay that says that it has shows nobody in it.
    desk.hears(NeverStands(), scene.came)
    mark = house.relay.mark()
    confirm.click()
    sees(page, "workspace.new_access_problem_late")
    assert [name for name in desk.sent(mark) if name == "commit"] == ["commit"]
    assert "page_save" not in desk.sent(mark)
    assert house.server.run(scene.came.check) is None
    page.keyboard.press("Escape")


# --- the page of whoever is invited ---------------------------------------------------------------


def _cut_off(scene: Scene) -> Lie:
    return Envelopes(lambda n, e1: [(n, e1)] if n < scene.back.commit_n else [])


LIES: dict[str, tuple[Callable[[Scene], Lie], str]] = {
    # What the relay does, and where it ends.
    "letters of a colleague": (lambda scene: scene.back.letters_of_colleague(), "stopped"),
    "history of a colleague": (
        lambda scene: scene.back.history_of_colleague(scene.jonas),
        "stopped",
    ),
    "another share": (lambda _: OtherShare(), "stopped"),
    "ends before me": (_cut_off, "stopped"),
    "never confirmed": (lambda _: NeverConfirmed(), "refused"),
}


def comes(house: LyingHouse, wary: Windows, name: str) -> tuple[WriterPage, int]:
    """Somebody signs in; returns the place in what was sent before."""
    page, mark = WriterPage(house, wary.phone().page), house.relay.mark()
    page.signs_in(name, PHRASE)
    return page, mark


def shows_nothing(page: Page) -> None:
    for text in (TEXT, ANSWER, AFTER):
        assert text not in page.content()


@pytest.mark.parametrize("name", LIES)
def test_a_conversation_that_is_not_the_one_i_am_invited_to_is_not_opened(
    house: LyingHouse, wary: Windows, scene: Scene, name: str
) -> None:
    make, end = LIES[name]
    house.tell(make(scene))
    anna, mark = comes(house, wary, HOME)
    row = anna.page.get_by_role("button", name=re.compile(word("newaccess.row_name")))
    expect(row).to_contain_text(word(f"newaccess.row_{end}"))
    row.click()
    for key in (f"newaccess.{end}_title", f"newaccess.{end}"):
        sees(anna.page, key)
    shows_nothing(anna.page)
    assert "invite_letters" in house.relay.sent_since(mark)
    assert not BELIEVED & set(house.relay.sent_since(mark))


def test_with_the_truth_it_is_all_there(house: LyingHouse, wary: Windows, scene: Scene) -> None:
    """Each lie above differs from this in one thing; this one is the last that can be."""
    anna, _ = comes(house, wary, HOME)
    anna.opens(scene.back.one.subject)
    anna.reads_letters(TEXT, ANSWER, AFTER)


# --- the page of whoever comes back ---------------------------------------------------------------


def test_an_old_access_that_is_served_on_is_told_and_shows_nothing(
    house: LyingHouse, wary: Windows, scene: Scene
) -> None:
    house.tell(scene.back.box)
    lost, mark = comes(house, wary, OLD)
    row = lost.row(scene.back.one.subject).or_(lost.row(word("enquiries.row_moved")))
    expect(row).to_contain_text(word("enquiries.row_moved"))
    row.click()
    sees(lost.page, "enquiries.moved_title")
    sees(lost.page, "enquiries.moved_not_me")
    shows_nothing(lost.page)
    assert "post" not in house.relay.sent_since(mark)


def test_a_conversation_of_which_the_relay_knows_nothing_is_kept(
    house: LyingHouse, wary: Windows, scene: Scene
) -> None:
    house.tell(KnowsNothing())
    anna, mark = comes(house, wary, OLD)
    row = anna.row(scene.one.subject)
    expect(row).to_contain_text(word("enquiries.row_lost"))
    row.click()
    for key in ("enquiries.lost_title", "enquiries.lost_text"):
        sees(anna.page, key)
    shows_nothing(anna.page)
    assert not {"post", "leave", "enquiry_withdraw"} & set(house.relay.sent_since(mark))
    house.tell(Lie())
    comes_again, _ = comes(house, wary, OLD)
    comes_again.opens(scene.one.subject)
    comes_again.reads_letters(TEXT, ANSWER)


def test_under_a_shortened_log_nothing_is_opened_and_it_is_told(
    house: LyingHouse, wary: Windows, scene: Scene
) -> None:
    house.tell(Hides())
    anna, mark = comes(house, wary, OLD)
    row = anna.row(scene.one.subject)
    expect(row).to_contain_text(word("enquiries.row_failed"))
    row.click()
    for key in ("enquiries.failed_title", "enquiries.problem_damaged"):
        sees(anna.page, key)
    shows_nothing(anna.page)
    assert not BELIEVED & set(house.relay.sent_since(mark))
    house.tell(Lie())
    anna.presses(word("common.try_again"))
    anna.reads_letters(TEXT, ANSWER)
