"""Somebody who was invited, in a browser, and the admin who invites with the Python client."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from clientlib import enrolment, teams
from crypto import fingerprint, invitelink
from crypto.random import random_bytes
from crypto.statement import Role
from tests.browser.people import House

PHRASE = "morgens singt im garten eine amsel"


class Office:
    """The admin, at a terminal."""

    def __init__(self, house: House) -> None:
        self.house = house

    def invites(self, language: str = "de") -> str:
        """Draw an invitation; returns its link."""
        drawn = invitelink.new_invitation(self.house.cast.now_ms())
        return invitelink.link(self.house.url, drawn, "en" if language == "en" else "de")

    def key_words(self, link: str) -> str:
        """The words of whoever answered, as `approve` shows them before it signs."""
        secret = invitelink.read(link).secret

        async def look() -> enrolment.Newcomer:
            admin = await self.house.cast.signs_in("verwaltung")
            return await enrolment.newcomer(admin, secret)

        found = self.house.server.run(look)
        return " ".join(fingerprint.person_words(found.sign_pk, found.kem_pk, "de"))

    def approves(self, link: str) -> bytes:
        """Sign; returns the new subject16."""
        invited = invitelink.read(link)

        async def sign() -> bytes:
            cast = self.house.cast
            admin = await cast.signs_in("verwaltung")
            role = Role.COUNSELLOR
            return await enrolment.approve(
                admin,
                invited.secret,
                role,
                cast.now_ms(),
                random_bytes,
                replaces=invited.replaces,
            )

        return self.house.server.run(sign)

    def admits(self, subject16: bytes) -> None:
        """A member of the team lists the newcomer in its next statement."""
        cast = self.house.cast

        async def admit() -> None:
            maria = await cast.signs_in("maria")
            await teams.admit(maria, cast.team16, subject16)

        self.house.server.run(admit)


class NewcomerPage:
    """Somebody with an invitation link."""

    def __init__(self, house: House, page: Page) -> None:
        self.house = house
        self.page = page

    def opens(self, link: str) -> None:
        """As a click in a message does: on a page of its own."""
        self.page.goto("about:blank")
        self.page.goto(link)

    def compares(self) -> str:
        """The organisation's words, found right; returns them."""
        words = self.words("Die 8 Wörter der Organisation")
        self.presses("Die Wörter stimmen")
        return words

    def takes_the_steps(self, name: str, phrase: str = PHRASE) -> None:
        """Name and passphrase."""
        self.chooses_a_name(name)
        self.chooses_a_passphrase(phrase)

    def chooses_a_name(self, name: str) -> None:
        expect(self.heading("Ihr Anmeldename")).to_be_visible()
        self.page.get_by_label("Anmeldename").fill(name)
        self.presses("Weiter")

    def chooses_a_passphrase(self, phrase: str) -> None:
        self.page.get_by_label("Eigene wählen").check()
        self.page.get_by_label("Eigene Passphrase", exact=True).fill(phrase)
        self.presses("Zugang anlegen")

    def enrols(self, link: str, name: str, phrase: str = PHRASE) -> None:
        """From the link to the wait."""
        self.opens(link)
        self.compares()
        self.takes_the_steps(name, phrase)
        self.is_waiting()

    def goes_on(self, link: str, name: str, phrase: str = PHRASE) -> None:
        """The same link again, and what was typed before."""
        self.opens(link)
        self.presses("Ich habe schon angefangen")
        self.page.get_by_label("Anmeldename").fill(name)
        self.page.get_by_label("Passphrase", exact=True).fill(phrase)
        self.presses("Weiter")

    def is_waiting(self) -> None:
        expect(self.heading("Fast geschafft")).to_be_visible()

    def is_confirmed(self) -> None:
        expect(self.heading("Sie sind bestätigt")).to_be_visible()

    def types_into_the_sign_in(self, name: str, phrase: str = PHRASE) -> None:
        """In the workspace, by the link on the last page of the enrolment."""
        link = self.page.get_by_role("link", name="Zum Arbeitsbereich")
        link.or_(self.heading("Anmelden")).wait_for()
        if link.count():
            link.click()
        self.page.get_by_label("Anmeldename").fill(name)
        self.page.get_by_label("Passphrase", exact=True).fill(phrase)
        self.presses("Anmelden")

    def words(self, label: str) -> str:
        """The eight words that are to be compared."""
        group = self.page.get_by_role("group", name=label).locator(".words__word")
        expect(group).to_have_count(8)
        return " ".join(group.all_inner_texts())

    @property
    def key_words(self) -> str:
        return self.words("Die 8 Wörter Ihres Schlüssels")

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()
