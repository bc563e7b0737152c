"""Jonas at his desk behind a service that lies, and at another device past it.

Maria is honest, and so is whoever seeks advice; they use the Python client, past the lies. A test
module takes the fixtures over by importing them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from clientlib.staff import Staff
from crypto.wire.base import Event
from crypto.wire.boxes import StoredLetter
from tests.browser.desk import DeskPage
from tests.browser.lies import READING, LyingHouse, WaryWindows, word
from tests.browser.shelf import Shelf
from tests.helpers.handover import Scene, scene_of
from tests.helpers.organisation import sign_secret
from tests.helpers.written import TEXT, writes
from tests.lying.handing import letters_of
from tests.lying.proxy import Lie, Line

# What a page asks that only looks: nothing of it takes anything over.
LOOKING = READING | {"enquiry_letter", "inbox_read", "share", "read"}
# By who works for the relay: no key of anybody here.
STRANGER = sign_secret("relay")


@dataclass(slots=True)
class Desk:
    """Jonas: his page, its line through the lies, and his other device."""

    house: LyingHouse
    at: DeskPage
    line: Line
    staff: Staff

    @property
    def page(self) -> Page:
        return self.at.page

    @property
    def detail(self) -> Locator:
        """What is open beside the list."""
        return self.page.locator(".workspace__detail")

    def row(self, kind: str, number: int, name: str) -> Locator:
        """The row of a request, by its number or, once that is read, by who wrote it."""
        called = re.compile(f"^({word('workspace.enquiry_name', n=number)}|{name})$")
        return self.page.locator(kind, has=self.page.locator(".row__name", has_text=called))

    def hears(self, event: Event) -> None:
        """The service says so."""
        self.house.server.run(lambda: self.line.say(event))

    def looks_anew(self, row: Locator, over: Event, stands: Event) -> None:
        """The service says that it is over, and then that it is not: what was read is read anew."""
        self.hears(over)
        expect(row).to_have_attribute("data-over", "")
        self.hears(stands)
        expect(row).not_to_have_attribute("data-over", "")
        row.click()
        expect(self.detail.locator("#detail-title")).to_be_visible()

    def may_take(self) -> None:
        """What is open can be taken on, or over; see `takes_nothing`."""
        expect(self._ways_to_take()).to_have_count(1)

    def takes_nothing(self, mark: int) -> None:
        """Nothing that is open can be taken; this page has done no more than look since then."""
        expect(self._ways_to_take()).to_have_count(0)
        assert set(self.has_sent(mark)) <= LOOKING

    def has_sent(self, mark: int) -> list[str]:
        """What this page has sent since then."""
        return self.house.relay.sent_since(mark, self.line)

    def _ways_to_take(self) -> Locator:
        return self.detail.get_by_role("button", name=re.compile("[Üü]bernehmen$"))


@pytest.fixture(scope="module", name="desk")
def jonas_at_his_desk(house: LyingHouse, shelf: Shelf) -> Iterator[Desk]:
    windows = WaryWindows(shelf)
    house.tell(Lie())
    at = DeskPage(house, windows.desk().page)
    at.signs_in("jonas")
    staff = house.server.run(lambda: house.cast.signs_in("jonas"))
    yield Desk(house, at, house.relay.lines[-1], staff)
    house.tell(Lie())
    windows.close()


@pytest.fixture(autouse=True)
def truth_in_the_end(house: LyingHouse) -> Iterator[None]:
    yield
    house.tell(Lie())


async def case_of(desk: Desk, name: str, text: str = TEXT) -> Scene:
    """Somebody of this name has written, and Maria has it."""
    cast = desk.house.cast
    enquiry = await writes(cast, await cast.registers(name), text)
    return await scene_of(cast, desk.house.maria, desk.staff, enquiry)


async def handed(scene: Scene) -> tuple[StoredLetter, StoredLetter]:
    """With the seeker's yes Jonas has been let in; by these letters, welcome and grant."""
    await scene.asks()
    await scene.answers()
    await scene.settles()
    welcome, grant = await letters_of(scene)
    return welcome, grant
