"""Actors in sentences: what people do in the pages, and the house they come to."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.helpers.actors import PHRASE, Cast
from tests.helpers.server import ThreadedServer


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

    def close(self) -> None:
        """Hang up the Python client's lines."""
        self.server.run(self.cast.close)


class SeekerPage:
    """An unregistered seeker in a browser."""

    def __init__(self, house: House, page: Page) -> None:
        self.house = house
        self.page = page

    def comes_to_the_portal(self) -> None:
        self.page.goto(f"{self.house.url}/p/leben")
        self.page.get_by_role("link", name="Chat starten").click()

    def confirms_the_privacy_notice(self) -> None:
        self.page.get_by_label("Ich habe den Datenschutz-Hinweis gelesen").check()
        self.page.get_by_role("button", name="Bestätigen").click()

    def is_waiting(self) -> None:
        expect(self.page.get_by_role("heading", name="Sie sind im Warteraum")).to_be_visible()

    def says_yes(self) -> None:
        self.page.get_by_role("button", name="Jetzt chatten").click()

    def writes(self, text: str) -> None:
        write(self.page, text)

    def reads(self, text: str) -> None:
        """Once, not twice: whatever order answer and envelope came in."""
        expect(self.page.get_by_role("log").get_by_text(text)).to_have_count(1)
        expect(self.page.get_by_role("log").get_by_text(text)).to_be_visible()

    def ends_the_chat(self) -> None:
        end(self.page)

    def sees_the_end(self) -> None:
        expect(self.page.get_by_role("heading", name="Der Chat wurde beendet")).to_be_visible()


class CounsellorPage:
    """A counsellor in a browser."""

    def __init__(self, house: House, page: Page) -> None:
        self.house = house
        self.page = page

    def signs_in(self, name: str) -> None:
        self.page.goto(f"{self.house.url}/team")
        self.page.get_by_label("Anmeldename").fill(name)
        self.page.get_by_label("Passphrase", exact=True).fill(PHRASE)
        self.page.get_by_role("button", name="Anmelden").click()
        expect(self.page.get_by_role("heading", name="Erstanfragen")).to_be_visible()

    def becomes_reachable(self) -> None:
        self.page.get_by_role("button", name="Erreichbar werden").first.click()
        expect(self.page.get_by_role("button", name="Erreichbar werden")).to_have_count(0)

    def accepts(self, number: int) -> None:
        self.page.get_by_role("button", name=re.compile(f"Ratsuchende_r {number}")).first.click()
        self.page.get_by_role("button", name="Chat starten").click()

    def answers(self) -> None:
        self.page.get_by_role("button", name="Antworten").click()

    def writes(self, text: str) -> None:
        write(self.page, text)

    def reads(self, text: str) -> None:
        """Once, not twice: whatever order answer and envelope came in."""
        expect(self.page.get_by_role("log").get_by_text(text)).to_have_count(1)
        expect(self.page.get_by_role("log").get_by_text(text)).to_be_visible()

    def ends_the_chat(self) -> None:
        end(self.page)

    def sees_the_end(self) -> None:
        expect(self.page.get_by_text(re.compile("Der Chat wurde beendet")).first).to_be_visible()


def write(page: Page, text: str) -> None:
    """Type into the composer and send with the button."""
    page.get_by_role("textbox", name=re.compile("Nachricht|An Ratsuchende")).fill(text)
    page.get_by_role("button", name="Senden").click()


def end(page: Page) -> None:
    """End the chat through the safety question."""
    page.get_by_role("button", name=re.compile("Beenden|Chat beenden")).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Chat beenden").click()
