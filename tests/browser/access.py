"""A registered seeker in a browser, in sentences: three steps, signing in, "Meine Gespräche"."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from clientlib import accounts
from crypto import recovery
from crypto.wire.accounts import AccountKind
from tests.browser.people import ChatPage, House

OWN_PHRASE = "wolken ziehen langsam über das meer"
NEXT_PHRASE = "morgens singt im garten eine amsel"


class AccessPage(ChatPage):
    """Somebody with an access, or on the way to one."""

    def __init__(self, house: House, page: Page) -> None:
        super().__init__(house, page)
        self.name = ""
        self.phrase = ""
        self.code = ""
        self.number = 0

    def comes(self) -> None:
        """To the page where one signs in."""
        self.page.goto(f"{self.house.url}/p/leben/zugang")
        expect(self.heading("Anmelden")).to_be_visible()

    def creates(self, name: str = "", phrase: str = "") -> None:
        """From the first page through the three steps; the sheet is typed back."""
        self.comes()
        self.presses("Zugang anlegen")
        self.takes_the_steps(name, phrase)
        self.is_home()

    def has_an_access(self, name: str, phrase: str = OWN_PHRASE) -> None:
        """Made with another client a while ago; signed in here now."""
        self.code = recovery.new_code()
        cast = self.house.cast

        async def create() -> None:
            await accounts.create(
                await cast.line(),
                name=name,
                phrase=phrase,
                code=self.code,
                deployment_id=cast.root.deployment_id,
                kind=AccountKind.SEEKER,
            )

        self.house.server.run(create)
        self.code = recovery.written(self.code)
        self.signs_in(name, phrase)

    def name_field(self) -> Locator:
        """Of the first step; the page before it has one with the same label."""
        expect(self.heading("Wie möchten Sie hier heißen?")).to_be_visible()
        return self.page.get_by_label("Ihr Fantasiename")

    def takes_the_steps(self, name: str = "", phrase: str = "", *, later: bool = False) -> None:
        """Name, passphrase, sheet; with suggestions where nothing is given."""
        field = self.name_field()
        if name:
            field.fill(name)
        self.name = field.input_value()
        self.presses("Weiter")
        self.chooses_a_passphrase(phrase)
        self.presses("Zugang anlegen")
        self.takes_the_sheet(later=later)

    def chooses_a_passphrase(self, phrase: str = "") -> None:
        """One's own, or the suggested words."""
        if phrase:
            self.page.get_by_label("Eigene wählen").check()
            self.page.get_by_label("Eigene Passphrase", exact=True).fill(phrase)
            self.phrase = phrase
        else:
            words = self.page.get_by_role("group", name="Ihre Passphrase aus sechs Wörtern")
            expect(words.locator(".words__word")).to_have_count(6)
            self.phrase = " ".join(words.locator(".words__word").all_inner_texts())

    def takes_the_sheet(self, *, later: bool = False) -> None:
        """Read the code from the sheet, and type it back or be reminded later."""
        expect(self.heading("Ihr Zugangsblatt")).to_be_visible()
        self.code = "".join(self.page.locator(".sheet .sheet__code").inner_text().split())
        if later:
            self.presses("Später erinnern")
            return
        self.presses("Ich habe es an einem sicheren Ort")
        self.types_the_code(self.code.lower())
        self.presses("Prüfen")

    def types_the_code(self, code: str) -> None:
        self.page.get_by_label("Code von Ihrem Blatt").fill(code)

    def types_name_and_phrase(self, name: str, phrase: str) -> None:
        self.page.get_by_label("Ihr Fantasiename").fill(name)
        self.page.get_by_label("Ihre Passphrase", exact=True).fill(phrase)
        self.page.get_by_role("button", name="Anmelden", exact=True).click()

    def signs_in(self, name: str, phrase: str) -> None:
        """On a page that has just been opened."""
        self.comes()
        self.types_name_and_phrase(name, phrase)
        self.name, self.phrase = name, phrase
        self.is_home()

    def is_home(self) -> None:
        expect(self.heading("Meine Gespräche")).to_be_visible()

    def asks_for_a_chat(self) -> None:
        """From "Meine Gespräche" into the waiting room.

        The number is the relay's: the page shows the chosen name in its place.
        """
        before = self.house.queue()
        self.presses("Jetzt chatten")
        page = self.page
        box = page.get_by_label("Ich habe den Datenschutz-Hinweis gelesen")
        box.or_(self.heading("Sie sind im Warteraum")).first.wait_for()
        if box.is_visible():
            box.check()
            self.presses("Bestätigen")
        expect(self.heading("Sie sind im Warteraum")).to_be_visible()
        (self.number,) = (
            number for ticket16, number in self.house.queue().items() if ticket16 not in before
        )

    def says_yes(self) -> None:
        self.page.get_by_role("dialog").get_by_role("button", name="Jetzt chatten").click()

    def opens_settings(self, panel: str) -> None:
        """From "Meine Gespräche" to one of the settings."""
        self.page.get_by_role("button", name="Zugang", exact=True).click()
        self.page.get_by_role("button", name=re.compile(panel)).click()

    def signs_out(self) -> None:
        self.presses("Abmelden")
        expect(self.heading("Anmelden")).to_be_visible()

    def goes_home(self) -> None:
        """From wherever a way leads there."""
        self.page.get_by_role("button", name=re.compile("[Mm]einen? Gespräche")).first.click()
        self.is_home()

    def presses(self, name: str) -> None:
        """A button of the dialog that is open at that moment, else of the page."""
        scope = self.page.locator("dialog[open], body:not(:has(dialog[open]))")
        scope.get_by_role("button", name=name, exact=True).click()

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)
