"""What must last: a draft over a reload, a nickname over a sign-in, a comparison of words."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage, Writer
from tests.browser.lies import word
from tests.browser.people import CounsellorPage, House
from tests.browser.scenes import chat, field, names_the_chat, opens_chat, talk_on
from tests.helpers.actors import PHRASE

HOUR_MS = 3_600_000


def test_what_was_typed_in_the_last_second_survives_a_reload(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    seeker, _ = chat(house, maria, windows.phone())
    field(seeker.page).fill("Ich wollte noch sagen")
    seeker.page.reload()
    expect(field(seeker.page)).to_have_value("Ich wollte noch sagen")
    field(seeker.page).fill("")
    talk_on(seeker, maria)
    seeker.ends_the_chat()
    seeker.sees_the_end()


def test_words_that_differ_stop_the_writing_until_they_fit(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    seeker, number = chat(house, maria, windows.phone())
    opens_chat(maria, number)
    compares(seeker.page, "Stimmt nicht")
    expect(seeker.page.get_by_text("Bitte schreiben Sie hier nichts mehr")).to_be_visible()
    field(seeker.page).fill("Geheim")
    expect(seeker.page.get_by_role("button", name="Senden")).to_have_attribute(
        "aria-disabled", "true"
    )
    compares(seeker.page, "Stimmt überein")
    expect(seeker.page.get_by_text("Bitte schreiben Sie hier nichts mehr")).to_have_count(0)
    sheet(seeker.page)
    expect(seeker.page.get_by_text("Persönlich geprüft")).to_be_visible()
    seeker.page.get_by_role("button", name="Schließen").click()
    field(seeker.page).fill("")
    talk_on(seeker, maria)
    seeker.ends_the_chat()
    seeker.sees_the_end()


def test_a_nickname_is_there_after_a_new_sign_in_and_what_was_answered_is_not_unread(
    house: House, windows: Windows
) -> None:
    jonas = CounsellorPage(house, windows.desk().page)
    jonas.signs_in("jonas")
    jonas.becomes_reachable()
    seeker, number = chat(house, jonas, windows.phone())
    opens_chat(jonas, number)
    names_the_chat(jonas, "die mit dem Hund")
    # Another device of the same account; the first one is not asked.
    again = CounsellorPage(house, windows.desk().page)
    again.signs_in("jonas")
    # Answered on the first device: nothing to be counted as unread here.
    rail = again.page.get_by_role("button", name="Meine Nachrichten", exact=True)
    expect(rail).to_be_visible()
    opens_chat(again, number)
    expect(again.page.get_by_text("die mit dem Hund").first).to_be_visible()
    seeker.ends_the_chat()
    seeker.sees_the_end()


def sheet(page: Page) -> None:
    """Open "Wer kann mitlesen?"."""
    page.get_by_role("button", name=re.compile("Verschlüsselt")).click()


def compares(page: Page, finding: str) -> None:
    """Look at the words, say what one found, and go back to the chat."""
    sheet(page)
    page.get_by_text("Selbst prüfen").click()
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(8)
    page.get_by_role("button", name=finding).click()
    page.get_by_role("button", name="Schließen").click()


def test_what_a_counsellor_typed_is_there_after_a_sign_in_ran_out(
    house: House, windows: Windows
) -> None:
    Writer(house, "kiesel-31").writes("Nach der Frist", "Ich schreibe Ihnen.")
    jonas = DeskPage(house, windows.desk().page)
    jonas.signs_in("jonas")
    jonas.opens_enquiry("Nach der Frist")
    jonas.takes()
    jonas.has_taken()
    jonas.answers_now()
    field(jonas.page).fill("Das wollte ich noch sagen")

    house.server.elapse(13 * HOUR_MS)
    expect(jonas.page.get_by_text(word("workspace.sign_in_expired"))).to_be_visible()
    expect(jonas.page.get_by_text("Das wollte ich noch sagen")).to_have_count(0)
    # On the same page: nobody has gone away.
    jonas.page.get_by_label("Anmeldename").fill("jonas")
    jonas.page.get_by_label("Passphrase", exact=True).fill(PHRASE)
    jonas.page.get_by_role("button", name="Anmelden").click()
    jonas.opens_case("Nach der Frist")
    expect(field(jonas.page)).to_have_value("Das wollte ich noch sagen")
