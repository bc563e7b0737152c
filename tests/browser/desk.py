"""Written requests at a counsellor's desk, in sentences; who writes does so in Python."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from clientlib.enquiry import Enquiry
from tests.browser.people import CounsellorPage, House
from tests.helpers.written import has, new, texts


class Writer:
    """A seeker with an access at the Python client; each method is a whole act."""

    def __init__(self, house: House, name: str) -> None:
        self.house = house
        self.name = name[:1].upper() + name[1:]
        self.account = house.server.run(lambda: house.cast.registers(name))
        self.enquiry: Enquiry | None = None

    def writes(
        self, subject: str, text: str, *, topic: str = "Trennung", addressee: bytes = b""
    ) -> None:
        """To the team, or to one of it."""

        async def work() -> Enquiry:
            enquiry = new(self.house.cast, self.account, addressee)
            await enquiry.send(topic, subject, text)
            return enquiry

        self.enquiry = self.house.server.run(work)

    def says(self, text: str) -> None:
        enquiry = self._sent()
        self.house.server.run(lambda: enquiry.say(text))

    def sends_a_file(self, raw: bytes, name: str) -> None:
        enquiry = self._sent()
        self.house.server.run(lambda: enquiry.send_file(raw, name))

    def has_read(self, *wanted: str) -> None:
        """Wait until these texts have come."""
        box = self._sent().box
        assert box is not None
        self.house.server.run(lambda: has(box, *wanted))

    def said(self) -> list[str]:
        box = self._sent().box
        assert box is not None
        return texts(box)

    def stands(self) -> str:
        """In the word that people read."""
        return self._sent().standing.value

    def _sent(self) -> Enquiry:
        assert self.enquiry is not None, "nothing has been written yet"
        return self.enquiry


class DeskPage(CounsellorPage):
    """A counsellor in a browser who works through written requests."""

    def opens_written(self) -> None:
        """Erstanfragen, the second tab."""
        self.page.get_by_role("button", name=re.compile("^Erstanfragen")).click()
        self.page.get_by_role("tab", name=re.compile("Schriftlich")).click()

    def enquiry_row(self, subject: str) -> Locator:
        return self.page.locator(".row--written", has_text=subject)

    def opens_enquiry(self, subject: str) -> None:
        self.opens_written()
        self.enquiry_row(subject).click()
        expect(self.page.get_by_role("heading", name=subject)).to_be_visible()

    def takes(self) -> None:
        self.page.get_by_role("button", name="Anfrage übernehmen").click()

    def has_taken(self) -> None:
        title = self.page.get_by_role("heading", name="Sie haben die Anfrage übernommen")
        expect(title).to_be_focused()

    def answers_now(self) -> None:
        self.page.get_by_role("button", name="Jetzt antworten").click()

    def writes_back(self, text: str) -> None:
        self.page.locator("#message-field").fill(text)
        self.page.get_by_role("button", name="Senden").click()

    def opens_messages(self, shelf: str = "Aktuell") -> None:
        self.page.get_by_role("button", name=re.compile("^Meine Nachrichten")).click()
        self.page.get_by_role("tab", name=shelf).click()

    def case(self, subject: str) -> Locator:
        return self.page.locator(".row--chat:not(.row--found)", has_text=subject)

    def opens_case(self, subject: str, shelf: str = "Aktuell") -> None:
        self.opens_messages(shelf)
        self.case(subject).click()
        expect(self.page.locator(".case__subject")).to_have_text(subject)

    def stands(self, state: str) -> None:
        """Where the open conversation stands."""
        expect(self.page.locator(".case__facts")).to_contain_text(state)

    def closes(self) -> None:
        """Through the question."""
        self.page.get_by_role("button", name="Schließen und löschen").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name="Schließen und löschen").click()
        expect(self.page.get_by_text("Die Anfrage ist geschlossen.")).to_be_visible()

    # --- finding ----------------------------------------------------------------------------------

    def looks_for(self, words: str) -> Locator:
        """On this device; returns what is found."""
        self.page.get_by_label("Suche auf diesem Gerät").fill(words)
        return self.page.locator(".row--found")

    def bookmarks(self) -> None:
        """What is open beside the list."""
        mark = self.page.get_by_role("button", name="Auf die Merkliste")
        mark.click()
        expect(mark).to_have_attribute("aria-pressed", "true")

    def shows_only(self, choice: str, option: str) -> None:
        """Through the filters above the list."""
        if not self.page.get_by_label(choice).is_visible():
            self.page.get_by_text("Filter", exact=True).click()
        self.page.get_by_label(choice).select_option(label=option)

    def opens_particulars(self) -> Locator:
        """What is noted about the person of the open conversation."""
        self.page.get_by_role("button", name="Angaben zur Person").click()
        dialog = self.page.get_by_role("dialog", name="Angaben zur Person")
        expect(dialog).to_contain_text("Nur Sie können das lesen")
        return dialog

    def chooses_from_the_enquiry(self, whole: str, passage: str) -> None:
        """From the first request, to where one is asked: what to tick, and what to mark."""
        dialog = self.page.get_by_role("dialog", name="Angaben zur Person")
        dialog.get_by_role("button", name="Aus der Anfrage übernehmen …").click()
        dialog.get_by_role("checkbox", name=whole).check()
        text = dialog.get_by_label("Text der Anfrage")
        start = text.input_value().index(passage)
        text.evaluate(
            "(field, [start, end]) => field.setSelectionRange(start, end)",
            [start, start + len(passage)],
        )
        expect(dialog.locator(".noted__quote")).to_have_text(passage)
        dialog.get_by_role("button", name="In die Angaben übernehmen").click()

    def opens_blocks(self) -> Locator:
        """The dialog of the open conversation."""
        self.page.get_by_role("button", name="Textbausteine").click()
        return self.page.get_by_role("dialog")

    def makes_a_block(self, name: str, text: str, *, of_team: bool = False) -> None:
        """A text block of one's own, or of the team."""
        dialog = self.opens_blocks()
        dialog.get_by_role("button", name="Neuer Baustein").click()
        if of_team:
            dialog.get_by_role("radio", name="Mein Team").check()
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_label("Text", exact=True).fill(text)
        dialog.get_by_role("button", name="Speichern").click()
        expect(self.block(text)).to_be_visible()
        dialog.get_by_role("button", name="Schließen").click()

    def block(self, text: str) -> Locator:
        """A row of the open dialog."""
        return self.page.get_by_role("dialog").locator(".blocks__row", has_text=text)

    # --- handing over -----------------------------------------------------------------------------

    def passes_on(self) -> None:
        """The ways to let others answer are before one's eyes."""
        ways = self.page.get_by_role("button", name="Weitergeben")
        if ways.get_attribute("aria-expanded") == "false":
            ways.click()

    def releases(self) -> None:
        """The open conversation goes back to the team, with what is typed."""
        self.passes_on()
        self.page.get_by_role("button", name="Freigeben …").click()
        dialog = self.page.get_by_role("dialog", name="An das Team freigeben")
        dialog.get_by_role("button", name="Freigeben", exact=True).click()
        expect(dialog).to_have_count(0)
        expect(self.page.get_by_text("Die Anfrage ist wieder offen")).to_be_visible()

    def asks_to_hand_over(
        self, name: str, *, with_history: bool = True, is_deputy: bool = False
    ) -> None:
        """Through the dialog of the open conversation; `is_deputy`: for a time."""
        self.passes_on()
        button = "Vertretung …" if is_deputy else "Übergeben …"
        self.page.get_by_role("button", name=button).click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("radio", name=name).check()
        if not with_history:
            dialog.get_by_role("radio", name="Ohne bisherigen Verlauf").check()
        dialog.get_by_role("button", name="Um Zustimmung bitten").click()
        expect(self.handing()).to_contain_text("Wartet auf die Zustimmung")

    def handing(self) -> Locator:
        """How a hand-over stands, in the open conversation."""
        return self.page.locator(".case__bar--handing")

    def takes_back(self) -> None:
        self.handing().get_by_role("button", name="Zurückziehen").click()

    def handed_row(self, name: str) -> Locator:
        """What this colleague hands over, in the list."""
        return self.page.locator(".row--written", has_text=f"Übergabe von {name}")

    def opens_handed(self, name: str) -> Locator:
        """From anywhere to what this colleague hands over; returns what is shown of it."""
        self.opens_written()
        self.handed_row(name).first.click()
        detail = self.page.locator(".workspace__detail")
        expect(detail.locator("#detail-title")).to_be_focused()
        return detail

    def takes_over(self) -> None:
        self.page.get_by_role("button", name="Übernehmen", exact=True).click()
        self.has_taken()

    def sends_back(self) -> None:
        self.page.get_by_role("button", name="Zurückgeben", exact=True).click()
        expect(self.page.get_by_role("heading", name="Zurückgegeben")).to_be_focused()

    def has_handed_over(self, name: str) -> None:
        """The open conversation is this colleague's now."""
        title = self.page.get_by_role("heading", name=f"An {name} übergeben")
        expect(title).to_be_visible()
        expect(self.page.get_by_role("log")).to_have_count(0)
