"""Written enquiries in a browser, in sentences; and who answers, through the Python client."""

from __future__ import annotations

import asyncio
import re

from playwright.sync_api import Locator, expect

from clientlib.case import Case
from clientlib.staff import Staff
from clientlib.staffenquiries import StaffEnquiries
from crypto.wire.enquiries import EnquiryState
from tests.browser.access import AccessPage
from tests.browser.people import House
from tests.helpers.server import PORTAL16
from tests.helpers.written import has, texts

SCENE_S = 30
TEXT = "Seit dem Sommer schlafe ich schlecht."
SUBJECT = "Schlaf"


class WriterPage(AccessPage):
    """Somebody with an access who writes."""

    def begins(self) -> None:
        """From "Meine Gespräche" to an empty form."""
        self.presses("Neues Anliegen")
        expect(self.heading("Neues Anliegen")).to_be_focused()

    def types(self, text: str = TEXT, subject: str = SUBJECT) -> None:
        """Into the form."""
        self.page.get_by_label("Betreff").fill(subject)
        self.page.get_by_label("Ihre Nachricht").fill(text)

    def sends(self) -> None:
        """From the form to the conversation."""
        self.presses("Senden")
        expect(self.page.get_by_text("Ihre Nachricht ist bei uns.")).to_be_visible()

    def sends_an_enquiry(self, text: str = TEXT, subject: str = SUBJECT) -> None:
        """From "Meine Gespräche" to the open conversation."""
        self.begins()
        self.types(text, subject)
        self.sends()

    def chooses(self, name: str) -> None:
        """One person, and not the whole team."""
        self.page.get_by_text("Lieber an eine bestimmte Person").click()
        self.page.get_by_role("radio", name=name).check()

    def answers(self, text: str) -> None:
        """In the conversation."""
        self.page.get_by_role("textbox", name=re.compile("^Nachricht an")).fill(text)
        self.presses("Senden")

    def stands(self, state: str) -> None:
        """Where the open conversation stands, in its word."""
        expect(self.page.locator(".enquiry-head .enquiry-state")).to_have_text(state)

    def reads_letters(self, *wanted: str) -> None:
        """All of the conversation, in this order, and nothing else."""
        letters = self.page.get_by_role("log").locator(".letter .message__text")
        expect(letters).to_have_text(list(wanted), use_inner_text=True)

    def who_reads(self) -> Locator:
        """What stands under "Wer kann mitlesen?"."""
        fold = self.page.locator(".enquiry-head details")
        if fold.get_attribute("open") is None:
            fold.locator("summary").click()
        return fold.locator(".fold__body")

    def row(self, subject: str = SUBJECT) -> Locator:
        """Its line in "Meine Gespräche"."""
        return self.page.get_by_role("list", name="Ihre Gespräche").get_by_role(
            "button", name=re.compile(re.escape(subject))
        )

    def opens(self, subject: str = SUBJECT) -> None:
        """From "Meine Gespräche" to one of them."""
        self.row(subject).click()
        expect(self.heading(subject)).to_be_focused()

    def would_rather_write(self) -> None:
        """In the waiting room."""
        self.page.get_by_text("Sie möchten nicht länger warten?").or_(
            self.page.get_by_role("button", name="Lieber schreiben")
        ).first.click()
        button = self.page.get_by_role("button", name="Lieber schreiben")
        if button.is_visible():
            button.click()

    def finds_written(self, text: str) -> None:
        """What was jotted down elsewhere stands in the form."""
        expect(self.heading("Neues Anliegen")).to_be_visible()
        expect(self.page.get_by_label("Ihre Nachricht")).to_have_value(text)

    def question(self) -> Locator:
        """Whether a colleague may go on: the newest card of that kind."""
        return self.page.locator(".consent").last

    def agrees(self, name: str, *, instead_of: str = "") -> None:
        """To be followed by this colleague; or that they stand in for another."""
        asked = f"{name} soll {instead_of} vertreten." if instead_of else "soll weitermachen."
        expect(self.question()).to_contain_text(asked)
        expect(self.question()).to_contain_text(name)
        self.question().get_by_role("button", name="Einverstanden", exact=True).click()
        expect(self.question()).to_contain_text("Sie haben zugestimmt")

    def declines(self) -> None:
        self.question().get_by_role("button", name="Nicht einverstanden").click()
        expect(self.question()).to_contain_text("Sie haben abgelehnt.")

    def closes(self) -> None:
        """Through the question."""
        self.presses("Anliegen schließen")
        self.page.get_by_role("dialog").get_by_role("button", name="Anliegen schließen").click()
        expect(self.page.get_by_text("Sie haben dieses Anliegen geschlossen.")).to_be_visible()


class Answerer:
    """A counsellor at the Python client; each method is a whole act."""

    def __init__(self, house: House, name: str = "maria") -> None:
        self.house = house

        async def begin() -> tuple[Staff, StaffEnquiries]:
            staff = await house.cast.signs_in(name)
            desk = StaffEnquiries(staff)
            await desk.read((PORTAL16,))
            return staff, desk

        self.staff, self.desk = house.server.run(begin)

    @property
    def subject16(self) -> bytes:
        return self.staff.subject16

    def opens_the_portal(self) -> None:
        """She is reachable for live chats too."""
        self.house.server.run(lambda: self.staff.set_duty((PORTAL16,), on=True))

    def open_requests(self) -> int:
        """How many nobody has taken."""
        rows = self.desk.rows.values()
        return sum(one.state == EnquiryState.OPEN for one in rows)

    def reads_the_first(self) -> tuple[str, str, list[str]]:
        """Look at the newest open request: pseudonym, subject and texts; nothing is taken."""

        async def work() -> tuple[str, str, list[str]]:
            ticket16 = await self._newest()
            first = await self.desk.open(ticket16)
            learned = first.box.learned
            return learned.pseudonym, learned.subject, texts(first.box)

        return self.house.server.run(work)

    def takes(self) -> Case:
        """ "Anfrage übernehmen"."""

        async def work() -> Case:
            return await self.desk.accept(await self._newest())

        return self.house.server.run(work)

    def says(self, case: Case, text: str) -> None:
        self.house.server.run(lambda: case.say(text))

    def marks_done(self, case: Case) -> None:
        self.house.server.run(case.mark_done)

    def closes(self, case: Case) -> None:
        self.house.server.run(case.close)

    def has_read(self, case: Case, *wanted: str) -> None:
        """Wait until these texts have come."""
        self.house.server.run(lambda: has(case.box, *wanted))

    def row_is(self, case: Case, state: EnquiryState) -> None:
        """Wait until the list says so."""

        async def work() -> None:
            async with asyncio.timeout(SCENE_S):
                await self.desk.wait_until(lambda: self._state(case) == state)

        self.house.server.run(work)

    def _state(self, case: Case) -> int:
        row = self.desk.rows.get(case.ticket16)
        return EnquiryState.GONE if row is None else row.state

    async def _newest(self) -> bytes:
        async with asyncio.timeout(SCENE_S):
            await self.desk.wait_until(lambda: self.open_requests() > 0)
        rows = [one for one in self.desk.rows.values() if one.state == EnquiryState.OPEN]
        return max(rows, key=lambda one: one.number).ticket16
