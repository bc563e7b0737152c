"""The stage of tests in which the service lies to real pages: every line comes through the liar.

A test module takes both fixtures over by importing them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from clientlib.box import Box
from crypto import oprf
from crypto.random import random_bytes
from crypto.wire.accounts import SignInStart, SignInStartReply
from crypto.wire.base import Command, Reply
from crypto.wire.boxes import GetShare, ShareReply
from crypto.wire.translog import LogReadReply
from tests.browser.conftest import Windows, clock_of_today
from tests.browser.people import House, SeekerPage
from tests.browser.shelf import Shelf
from tests.helpers.actors import until
from tests.helpers.server import ThreadedServer
from tests.lying.proxy import Lie, Line, LyingRelay
from tests.lying.report import words

READING = {"log_read", "profiles", "ping", "portal_state", "resume_drop"}


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


@pytest.fixture(scope="module", name="house")
def lying_house(
    enrolled: Path, pages: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LyingHouse]:
    folder = shutil.copytree(enrolled, tmp_path_factory.mktemp("lies"), dirs_exist_ok=True)
    with ThreadedServer(folder, site_dir=pages, clock=clock_of_today()) as server:
        found = LyingHouse(server)
        yield found
        found.close()


@pytest.fixture(name="wary")
def wary_windows(house: LyingHouse, shelf: Shelf) -> Iterator[Windows]:
    """Windows that may report on the console what they refuse; the policy holds all the same."""
    house.tell(Lie())
    windows = WaryWindows(shelf)
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
    sentence = words(key)
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
        ticket16 = self.ticket16()
        self.house.server.run(lambda: self.maria.accept(ticket16))

    def begins(self) -> None:
        """Up to the running chat."""
        self.waits()
        self.is_accepted()
        self.seeker.says_yes()
        expect(self.seeker.page.get_by_role("log")).to_be_visible()

        async def join() -> Box:
            (box,) = await until(self.maria.read_inbox, lambda boxes: len(boxes) == 1)
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

    def ticket16(self) -> bytes:
        """The ticket of this seeker, as soon as Maria has heard of it."""

        def new() -> list[bytes]:
            return [one for one in self.maria.rows if one not in self.known]

        async def hear() -> bytes:
            await self.maria.wait_until(lambda: bool(new()))
            return new()[0]

        return self.house.server.run(hear)


class OwnScalar(Lie):
    """Answers a sign-in in the keeper's place."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(command, SignInStart) and isinstance(reply, SignInStartReply):
            return replace(reply, beta=oprf.evaluate(oprf.random_scalar(), command.alpha))
        return reply


class Hides(Lie):
    """Keeps the last statement back."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        if isinstance(reply, LogReadReply) and reply.statements:
            return replace(reply, statements=reply.statements[:-1], size=reply.size - 1)
        return reply


class OtherShare(Lie):
    """Gives another share than the keeper's."""

    def reply(self, line: Line, command: Command[Any], reply: Reply) -> Reply:
        return ShareReply(share=random_bytes(32)) if isinstance(command, GetShare) else reply
