"""What counsellors see when the service lies; each test ends with what was sent after it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from crypto.wire import boxes
from crypto.wire.base import Command, Event, Reply
from crypto.wire.live import QueueReply, QueueRow, QueueRowChanged
from tests.browser.conftest import Windows
from tests.browser.lies import (
    Hides,
    LyingHouse,
    OtherShare,
    OwnScalar,
    lying_house,
    sees,
    wary_windows,
)
from tests.browser.people import CounsellorPage, SeekerPage
from tests.browser.scenes import comes
from tests.helpers.actors import PHRASE
from tests.lying.proxy import Lie, Line

__all__ = ["lying_house", "wary_windows"]

# Behind the head of an E2 comes the KEM's ciphertext, 1,120 bytes.
IN_KEM = 200


def test_a_relay_with_its_own_scalar_gets_nothing(house: LyingHouse, wary: Windows) -> None:
    page = wary.desk().page
    house.tell(OwnScalar())
    page.goto(f"{house.url}/team")
    page.get_by_label("Anmeldename").fill("maria")
    page.get_by_label("Passphrase", exact=True).fill(PHRASE)
    mark = house.relay.mark()
    page.get_by_role("button", name="Anmelden").click()
    sees(page, "workspace.sign_in_wrong")
    assert [name for name in house.relay.sent_since(mark) if name != "ping"] == ["sign_in_start"]


def accepted(house: LyingHouse, wary: Windows) -> tuple[CounsellorPage, SeekerPage]:
    """Jonas has accepted a seeker who has not said yes."""
    jonas = CounsellorPage(house, wary.desk().page)
    jonas.signs_in("jonas")
    jonas.becomes_reachable()
    seeker = comes(house, wary.phone())
    jonas.accepts(seeker.number)
    return jonas, seeker


class OtherLetter(Lie):
    """Flips a bit of what the letter's key is sealed in."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if not isinstance(reply, boxes.InboxReadReply):
            return reply
        return replace(reply, letters=tuple(self._flipped(one) for one in reply.letters))

    def _flipped(self, one: boxes.StoredLetter) -> boxes.StoredLetter:
        changed = one.e2[:IN_KEM] + bytes([one.e2[IN_KEM] ^ 1]) + one.e2[IN_KEM + 1 :]
        return replace(one, e2=changed)


@pytest.mark.parametrize("lie", [OtherShare(), OtherLetter()], ids=["share", "letter"])
def test_a_wrong_share_or_letter_opens_nothing_and_the_counsellor_hears_it(
    house: LyingHouse, wary: Windows, lie: Lie
) -> None:
    jonas, seeker = accepted(house, wary)
    house.tell(lie)
    mark = house.relay.mark()
    seeker.says_yes()
    sees(jonas.page, "workspace.letter_refused")
    assert not {"swap", "page_save"} & set(house.relay.sent_since(mark))


class OtherSeeker(Lie):
    """Shows another seeker's key beside what a counsellor has accepted."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, QueueReply):
            return replace(reply, rows=tuple(self._shown(row) for row in reply.rows))
        return reply

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        return (
            replace(event, row=self._shown(event.row))
            if isinstance(event, QueueRowChanged)
            else event,
        )

    def _shown(self, row: QueueRow) -> QueueRow:
        return replace(row, key_hash=b"k" * 32) if row.acceptance else row


def test_two_seekers_cannot_be_swapped_after_a_crash_of_the_counsellors_page(
    house: LyingHouse, wary: Windows
) -> None:
    jonas, seeker = accepted(house, wary)
    yes = seeker.page.get_by_role("button", name="Jetzt chatten")
    expect(yes).to_be_visible()
    jonas.page.close()
    seeker.says_yes()
    expect(seeker.page.get_by_role("log")).to_be_visible()

    # All that the next page knows of the request it has from the relay.
    house.tell(OtherSeeker())
    mark = house.relay.mark()
    again = CounsellorPage(house, wary.desk().page)
    again.signs_in("jonas")
    sees(again.page, "workspace.letter_refused")
    opening = {"share", "swap", "page_save", "letter_delete"}
    assert not opening & set(house.relay.sent_since(mark, house.relay.lines[-1]))

    # The letter is still there: with the truth the chat begins.
    house.tell(Lie())
    again.page.reload()
    again.signs_in("jonas")
    seeker.writes("Sind Sie da?")
    news = re.compile("Neue Nachrichten: 1")
    expect(again.page.get_by_role("button", name=news)).to_be_visible()


def test_a_shortened_log_stops_a_counsellor_at_the_sign_in(
    house: LyingHouse, wary: Windows
) -> None:
    page = wary.desk().page
    house.tell(Hides())
    page.goto(f"{house.url}/team")
    page.get_by_label("Anmeldename").fill("maria")
    page.get_by_label("Passphrase", exact=True).fill(PHRASE)
    mark = house.relay.mark()
    page.get_by_role("button", name="Anmelden").click()
    sees(page, "workspace.sign_in_log_fork")
    sent = [name for name in house.relay.sent_since(mark) if name != "ping"]
    assert sent == ["sign_in_start", "log_read"]
