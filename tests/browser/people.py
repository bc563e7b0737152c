"""Actors in sentences: what people do in the pages, and the house they come to."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from e2e_server.features.live import store
from tests.helpers.actors import PHRASE, Cast
from tests.helpers.server import PORTAL16, ThreadedServer

_CONVERSATIONS = (
    "boxes_boxes",
    "boxes_envelopes",
    "enquiries_tickets",
    "live_tickets",
    "boxes_letters",
    "blobs_blobs",
)


class House:
    """The service, and its staff through the Python client."""

    def __init__(self, server: ThreadedServer) -> None:
        self.server = server
        self.url = server.url
        self.cast = Cast(server.server)

    def enrol(self) -> None:
        """One admin, two counsellors, one team."""

        async def work() -> None:
            admin = await self.cast.found()
            maria = await self.cast.counsellor(admin, "maria", "Maria B.")
            jonas = await self.cast.counsellor(admin, "jonas", "Jonas K.")
            await self.cast.team(admin, maria, jonas)

        self.server.run(work)

    def queue(self) -> dict[bytes, int]:
        """Everybody in the queue as the relay has it: tickets and numbers."""

        async def work() -> dict[bytes, int]:
            db = self.server.server.relay.parts.db
            rows = await db.read(lambda tx: store.queue_of(tx, PORTAL16, bytes(16)))
            return {one.ticket16: one.number for one in rows}

        return self.server.run(work)

    def rows_left(self) -> int:
        """What is held of conversations: boxes and their envelopes, tickets, letters, files."""

        async def count() -> int:
            db = self.server.server.relay.parts.db
            return await db.read(
                lambda tx: sum(len(tx.all(f"SELECT 1 FROM {table}")) for table in _CONVERSATIONS)
            )

        return self.server.run(count)

    def close(self) -> None:
        """Hang up the Python client's lines."""
        self.server.run(self.cast.close)


class ChatPage:
    """Somebody at a page on which a chat can run."""

    def __init__(self, house: House, page: Page) -> None:
        self.house = house
        self.page = page

    def writes(self, text: str) -> None:
        """Type into the composer and send with the button."""
        self.page.get_by_role("textbox", name=re.compile("Nachricht|An Ratsuchende")).fill(text)
        self.page.get_by_role("button", name="Senden").click()

    def reads(self, text: str) -> None:
        """Once, not twice: whatever order answer and envelope came in."""
        expect(self.page.get_by_role("log").get_by_text(text)).to_have_count(1)
        expect(self.page.get_by_role("log").get_by_text(text)).to_be_visible()

    def has_read(self, *texts: str) -> None:
        """All of the open chat, in this order, and nothing else."""
        bubbles = self.page.get_by_role("log").locator(".message__bubble")
        expect(bubbles).to_have_text(list(texts), use_inner_text=True)

    def ends_the_chat(self) -> None:
        """Through the safety question."""
        self.page.get_by_role("button", name=re.compile("^(?:Chat b|B)eenden$")).click()
        self.page.get_by_role("dialog").get_by_role("button", name="Chat beenden").click()


class SeekerPage(ChatPage):
    """An unregistered seeker in a browser."""

    def comes_to_the_portal(self) -> None:
        self.page.goto(f"{self.house.url}/p/leben")
        self.page.get_by_role("link", name="Chat starten").click()

    def confirms_the_privacy_notice(self) -> None:
        self.page.get_by_label("Ich habe den Datenschutz-Hinweis gelesen").check()
        self.page.get_by_role("button", name="Bestätigen").click()

    def is_waiting(self) -> None:
        expect(self.page.get_by_role("heading", name="Sie sind im Warteraum")).to_be_visible()

    @property
    def number(self) -> int:
        """The number in the name that the waiting room shows."""
        name = self.page.get_by_text(re.compile(r"^Ratsuchende_r \d+$")).inner_text()
        return int(name.rpartition(" ")[2])

    def says_yes(self) -> None:
        self.page.get_by_role("button", name="Jetzt chatten").click()

    def sees_the_end(self) -> None:
        expect(self.page.get_by_role("heading", name="Der Chat wurde beendet")).to_be_visible()


class CounsellorPage(ChatPage):
    """A counsellor in a browser."""

    def signs_in(self, name: str) -> None:
        self.page.goto(f"{self.house.url}/team")
        self.page.get_by_label("Anmeldename").fill(name)
        self.page.get_by_label("Passphrase", exact=True).fill(PHRASE)
        self.page.get_by_role("button", name="Anmelden").click()
        expect(self.page.get_by_role("heading", name="Erstanfragen")).to_be_visible()

    def becomes_reachable(self) -> None:
        self.page.get_by_role("button", name="Erreichbar werden").first.click()
        expect(self.page.get_by_role("button", name="Erreichbar werden")).to_have_count(0)

    def row(self, number: int) -> Locator:
        """The row of this seeker, in the queue or among the chats; numbers are given out again."""
        rows = self.page.locator("button.row:not([data-over])")
        name = self.page.locator(".row__name", has_text=name_of(number))
        return rows.filter(has_not_text="wartet nicht mehr").filter(has=name)

    def opens_request(self, number: int) -> None:
        """She looks at one request; nothing is accepted yet."""
        self.page.get_by_role("button", name="Erstanfragen").click()
        self.row(number).click()

    def accepts(self, number: int) -> None:
        """She takes the request of this seeker, whoever else waits or has waited."""
        self.opens_request(number)
        self.page.get_by_role("button", name="Chat starten").click()

    def answers(self) -> None:
        self.page.get_by_role("button", name="Antworten").click()

    def sees_the_end(self) -> None:
        """Of the open chat; the rows of others may say it too."""
        expect(self.page.locator(".system-entry--end")).to_contain_text("Der Chat wurde beendet")


def name_of(number: int) -> re.Pattern[str]:
    """This seeker's name, and not that of number 10 when 1 is asked for."""
    return re.compile(rf"Ratsuchende_r {number}(?!\d)")
