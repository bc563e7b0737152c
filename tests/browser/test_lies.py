"""What people see when the service lies, in real pages that come through the lying relay.

Each test ends with what was sent after the refusal: nothing.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from clientlib.box import Box
from crypto import oprf
from crypto.random import random_bytes
from crypto.wire import boxes
from crypto.wire.accounts import SignInStart, SignInStartReply
from crypto.wire.base import Command, Event, Reply
from crypto.wire.boxes import CloseReason, EnvelopeStored
from crypto.wire.codec import CommandFrame
from crypto.wire.live import Offered, QueueReply, QueueRow, QueueRowChanged
from crypto.wire.translog import LogReadReply
from e2e_server.web.texts import read_texts
from tests.browser.conftest import WEB, Windows, clock_of_today
from tests.browser.people import CounsellorPage, House, SeekerPage
from tests.helpers.actors import PHRASE
from tests.helpers.server import ThreadedServer
from tests.lying.proxy import Lie, Line, LyingRelay

READING = {"log_read", "profiles", "ping", "portal_state", "resume_drop"}
WORDS = read_texts(WEB / "text", "de")


class LyingHouse(House):
    """The service of the other tests, but each page and line of a browser goes through the lies."""

    def __init__(self, server: ThreadedServer) -> None:
        super().__init__(server)
        self.relay = LyingRelay(server.url)
        server.run(self.relay.start)
        self.url = self.relay.url
        self.maria = server.run(lambda: self.cast.signs_in("maria"))

    def tell(self, lie: Lie) -> None:
        """From now on."""
        self.relay.lie = lie

    def close(self) -> None:
        """Hang up everything."""
        super().close()
        self.server.run(self.relay.stop)
        assert self.relay.faults == []


@pytest.fixture(scope="module")
def house(
    enrolled: Path, pages: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LyingHouse]:
    folder = shutil.copytree(enrolled, tmp_path_factory.mktemp("lies"), dirs_exist_ok=True)
    with ThreadedServer(folder, site_dir=pages, clock=clock_of_today()) as server:
        found = LyingHouse(server)
        yield found
        found.close()


@pytest.fixture
def wary(house: LyingHouse, browser: Browser) -> Iterator[Windows]:
    """Windows that may report on the console what they refuse; the policy holds all the same."""
    house.tell(Lie())
    windows = WaryWindows(browser)
    yield windows
    windows.close()
    house.tell(Lie())


class WaryWindows(Windows):
    """Reports of refused things are no faults here; anything thrown past them is."""

    def close(self) -> None:
        for window in self._open:
            window.faults = [one for one in window.faults if one.startswith("page:")]
        super().close()


def word(key: str, **values: object) -> str:
    """A sentence of the German texts."""
    room, name = key.split(".")
    sentence: str = WORDS[room][name]
    for value, text in values.items():
        sentence = sentence.replace("{" + value + "}", str(text))
    return sentence


def sees(page: Page, key: str, **values: object) -> None:
    """Somebody sees this sentence."""
    expect(page.get_by_text(word(key, **values)).first).to_be_visible()


class Talk:
    """A seeker in a browser behind the lies; Maria through the Python client, past them."""

    def __init__(self, house: LyingHouse, windows: Windows) -> None:
        self.house = house
        self.seeker = SeekerPage(house, windows.phone().page)
        self.maria = house.maria
        self.hers: Box
        self.known: set[bytes] = set()

    def waits(self) -> int:
        """Come to the Warteraum; returns the place in what was sent."""
        self.house.server.run(lambda: self.house.cast.on_duty(self.maria))
        self.known = set(self.maria.rows)
        self.seeker.comes_to_the_portal()
        self.seeker.confirms_the_privacy_notice()
        self.seeker.is_waiting()
        return self.house.relay.mark()

    def is_accepted(self) -> None:
        """Maria takes this seeker."""

        async def accept() -> None:
            await self.maria.wait_until(lambda: bool(self.new_tickets()))
            await self.maria.accept(self.new_tickets()[0])

        self.house.server.run(accept)

    def begins(self) -> None:
        """Up to the running chat."""
        self.waits()
        self.is_accepted()
        self.seeker.says_yes()
        expect(self.seeker.page.get_by_role("log")).to_be_visible()

        async def join() -> Box:
            (box,) = await self.maria.read_inbox()
            return box

        self.hers = self.house.server.run(join)

    def maria_says(self, text: str) -> None:
        async def say() -> None:
            item = await self.hers.say(text)
            await self.hers.wait_until(lambda: self.hers.transcript.state.number >= item.n)

        self.house.server.run(say)

    def ends(self) -> None:
        async def end() -> None:
            await self.hers.stop()

        self.house.server.run(end)

    def new_tickets(self) -> list[bytes]:
        """Who has come since this seeker did, in order."""
        return [one for one in self.maria.rows if one not in self.known]


# --- the workspace ----------------------------------------------------------------------------


class OwnScalar(Lie):
    """Answers a sign-in in the keeper's place."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(command, SignInStart) and isinstance(reply, SignInStartReply):
            return replace(reply, beta=oprf.evaluate(oprf.random_scalar(), command.alpha))
        return reply


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


class OtherShare(Lie):
    """Gives the seeker another share than the keeper's."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(command, boxes.GetShare):
            return boxes.ShareReply(share=random_bytes(32))
        return reply


def test_a_wrong_share_opens_nothing_and_the_counsellor_hears_it(
    house: LyingHouse, wary: Windows
) -> None:
    jonas = CounsellorPage(house, wary.desk().page)
    jonas.signs_in("jonas")
    jonas.becomes_reachable()
    seeker = SeekerPage(house, wary.phone().page)
    seeker.comes_to_the_portal()
    seeker.confirms_the_privacy_notice()
    seeker.is_waiting()
    jonas.page.get_by_role("button", name=re.compile("Ratsuchende_r")).first.click()
    jonas.page.get_by_role("button", name="Chat starten").click()
    house.tell(OtherShare())
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
    jonas = CounsellorPage(house, wary.desk().page)
    jonas.signs_in("jonas")
    jonas.becomes_reachable()
    seeker = SeekerPage(house, wary.phone().page)
    seeker.comes_to_the_portal()
    seeker.confirms_the_privacy_notice()
    seeker.is_waiting()
    jonas.page.get_by_role("button", name=re.compile("Ratsuchende_r")).last.click()
    jonas.page.get_by_role("button", name="Chat starten").click()
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


# --- the seeker's page ------------------------------------------------------------------------


def test_a_device_whose_clock_is_wrong_is_told_so(house: LyingHouse, wary: Windows) -> None:
    """By its clock the team's statement has ended: it believes no other clock, but says which."""
    talk = Talk(house, wary)
    talk.seeker.page.add_init_script(
        "const now = Date.now; Date.now = () => now() + 40 * 86_400_000;"
    )
    mark = talk.waits()
    talk.is_accepted()
    sees(talk.seeker.page, "offer.not_trusted_clock")
    line = house.relay.lines[-1]
    assert set(house.relay.sent_since(mark, line)) <= READING | {"resume_put"}


def test_an_offer_is_judged_again_at_the_yes(house: LyingHouse, wary: Windows) -> None:
    """What was true when the name was shown need not be true any more."""
    talk = Talk(house, wary)
    talk.waits()
    talk.is_accepted()
    yes = talk.seeker.page.get_by_role("button", name="Jetzt chatten")
    expect(yes).to_be_visible()
    # Between the offer and the yes the team's statement ends, by the clock of this device.
    talk.seeker.page.evaluate("{ const now = Date.now; Date.now = () => now() + 40 * 86_400_000; }")
    mark = house.relay.mark()
    talk.seeker.says_yes()
    sees(talk.seeker.page, "offer.not_trusted_title")
    line = house.relay.lines[-1]
    assert set(house.relay.sent_since(mark, line)) <= READING | {"resume_put"}


def test_a_phone_that_is_twenty_minutes_off_chats(house: LyingHouse, wary: Windows) -> None:
    talk = Talk(house, wary)
    talk.seeker.page.add_init_script("const now = Date.now; Date.now = () => now() + 1_200_000;")
    talk.begins()
    talk.maria_says("Guten Abend")
    talk.seeker.reads("Guten Abend")
    talk.ends()


class ChangedOffer(Lie):
    """Changes what a seeker is told about who accepted."""

    def __init__(self, change: Callable[[Offered], Offered]) -> None:
        self.change = change

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        return (self.change(event) if isinstance(event, Offered) else event,)


def _flipped(event: Offered) -> Offered:
    raw = event.offer.signature
    return replace(event, offer=replace(event.offer, signature=bytes([raw[0] ^ 1]) + raw[1:]))


def _other_root(event: Offered) -> Offered:
    return replace(event, offer=replace(event.offer, log_root=b"f" * 32))


@pytest.mark.parametrize(
    ("change", "words"),
    [(_flipped, "offer.not_trusted"), (_other_root, "offer.not_trusted_log")],
)
def test_a_forged_acceptance_begins_nothing(
    house: LyingHouse, wary: Windows, change: Callable[[Offered], Offered], words: str
) -> None:
    talk = Talk(house, wary)
    house.tell(ChangedOffer(change))
    mark = talk.waits()
    talk.is_accepted()
    sees(talk.seeker.page, "offer.not_trusted_title")
    sees(talk.seeker.page, words)
    expect(talk.seeker.page.get_by_text("Maria B.")).to_have_count(0)
    line = house.relay.lines[-1]
    assert set(house.relay.sent_since(mark, line)) <= READING | {"resume_put"}


def test_two_seekers_cannot_be_swapped(house: LyingHouse, wary: Windows) -> None:
    first = Talk(house, wary)
    first.waits()
    other = Talk(house, wary)
    mark = other.waits()
    offered: list[Offered] = []

    class Shows(Lie):
        """The other seeker is shown what Maria signed for the first."""

        def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
            if isinstance(event, Offered):
                offered.append(event)
            return (event,)

    house.tell(Shows())

    first.is_accepted()
    expect(first.seeker.page.get_by_role("button", name="Jetzt chatten")).to_be_visible()
    line = house.relay.lines[-1]
    theirs = other.new_tickets()[0]
    house.server.run(lambda: line.say(replace(offered[0], ticket16=theirs)))
    sees(other.seeker.page, "offer.not_trusted_title")
    assert set(house.relay.sent_since(mark, line)) <= READING | {"resume_put"}


class Hides(Lie):
    """Keeps the last statement back."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, LogReadReply) and reply.statements:
            return replace(reply, statements=reply.statements[:-1], size=reply.size - 1)
        return reply


def test_a_shortened_log_begins_nothing(house: LyingHouse, wary: Windows) -> None:
    talk = Talk(house, wary)
    house.tell(Hides())
    mark = talk.waits()
    talk.is_accepted()
    sees(talk.seeker.page, "offer.not_trusted_title")
    sees(talk.seeker.page, "offer.not_trusted_log")
    line = house.relay.lines[-1]
    assert set(house.relay.sent_since(mark, line)) <= READING | {"resume_put"}


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


class Drops(Lie):
    """Takes one envelope out; the rest moves up."""

    def __init__(self, number: int) -> None:
        self.number = number

    def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
        if not isinstance(event, EnvelopeStored) or event.n < self.number:
            return (event,)
        return () if event.n == self.number else (replace(event, n=event.n - 1),)


def test_a_dropped_message_is_told_and_sending_waits_for_a_decision(
    house: LyingHouse, wary: Windows
) -> None:
    talk = Talk(house, wary)
    talk.begins()
    house.tell(Drops(3))
    talk.maria_says("eins")
    talk.seeker.reads("eins")
    talk.maria_says("zwei")
    talk.maria_says("drei")
    talk.seeker.reads("drei")
    page = talk.seeker.page
    sees(page, "chat.line_message_missing")
    sees(page, "chat.fork", name="Maria B.")
    expect(page.get_by_role("button", name=word("chat.proceed"))).to_be_visible()
    page.locator("#message-field").fill("vier")
    expect(page.get_by_role("button", name="Senden")).to_be_disabled()
    page.get_by_role("button", name=word("chat.proceed")).click()
    expect(page.get_by_role("button", name="Senden")).to_be_enabled()
    talk.ends()


class Misnumbers(Lie):
    """Says that a post stands elsewhere than it does."""

    def command(self, line: Line, sent: CommandFrame) -> CommandFrame | Reply:
        return boxes.NumberReply(n=1) if isinstance(sent.command, boxes.Post) else sent


def test_an_own_message_that_stands_elsewhere_is_told(house: LyingHouse, wary: Windows) -> None:
    talk = Talk(house, wary)
    talk.begins()
    house.tell(Misnumbers())
    talk.seeker.writes("Hallo")
    sees(talk.seeker.page, "chat.stop_other_history")
    talk.ends()


@pytest.mark.parametrize("reason", [CloseReason.MESSAGE, CloseReason.LEFT])
def test_an_end_that_nobody_signed_names_nobody(
    house: LyingHouse, wary: Windows, reason: CloseReason
) -> None:
    talk = Talk(house, wary)
    talk.begins()
    line = house.relay.lines[-1]
    minute = house.cast.now_ms() // 60_000
    event = boxes.Closed(
        box16=talk.hers.box16, reason=reason, close_minute=minute, purge_minute=minute + 2_880
    )
    house.server.run(lambda: line.say(event))
    expect(talk.seeker.page.get_by_role("heading")).to_contain_text("vom Dienst beendet")
    talk.ends()


def test_no_other_offer_counts_while_a_chat_runs(house: LyingHouse, wary: Windows) -> None:
    """The relay shows the same acceptance again, and says that the ticket waits: nothing moves."""
    talk = Talk(house, wary)
    seen: list[Offered] = []

    class Keeps(Lie):
        def event(self, line: Line, event: Event) -> tuple[Event | bytes, ...]:
            if isinstance(event, Offered):
                seen.append(event)
            return (event,)

    house.tell(Keeps())
    talk.begins()
    line = house.relay.lines[-1]
    other = replace(seen[-1], offer=replace(seen[-1].offer, signature=bytes(64)))
    house.server.run(lambda: line.say(other))
    talk.maria_says("noch da")
    talk.seeker.reads("noch da")
    expect(talk.seeker.page.get_by_role("button", name="Jetzt chatten")).to_have_count(0)
    talk.ends()
