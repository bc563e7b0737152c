"""How a chat ends – by whom, in which words – and that nothing stays in the seeker's browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Window, Windows
from tests.browser.people import CounsellorPage, House, SeekerPage
from tests.browser.scenes import asked, chat, comes, field, keeps_nothing, offer

MINUTE_MS = 60_000
END = re.compile(r"^Der Chat wurde beendet \(\d\d[:.]\d\d Uhr\)\.$")
END_BY_SERVICE = re.compile(r"Der Chat wurde vom Dienst beendet \(\d\d[:.]\d\d Uhr\)\.")
READ_ONLY = "Der Chat ist beendet. Sie können ihn noch 48 Stunden lesen, dann wird er gelöscht."
UNSENT = "Das haben Sie noch nicht gesendet"


def test_ended_by_the_counsellor(house: House, maria: CounsellorPage, windows: Windows) -> None:
    seeker, _ = chat(house, maria, windows.phone())
    maria.ends_the_chat()
    sees_the_end(seeker)
    expect(seeker.page.get_by_text(UNSENT)).to_have_count(0)
    expect(maria.page.get_by_text(END)).to_be_visible()
    expect(maria.page.get_by_text(READ_ONLY)).to_be_visible()
    expect(field(maria.page)).to_have_count(0)
    keeps_nothing(seeker.page)


def test_ended_by_the_seeker(house: House, maria: CounsellorPage, windows: Windows) -> None:
    seeker, _ = chat(house, maria, windows.phone())
    field(seeker.page).fill("Das schicke ich doch nicht.")
    seeker.ends_the_chat()
    sees_the_end(seeker)
    # Who ends it has decided; what was not sent is not offered again.
    expect(seeker.page.get_by_text(UNSENT)).to_have_count(0)
    expect(maria.page.get_by_text(END)).to_be_visible()
    expect(maria.page.get_by_text(READ_ONLY)).to_be_visible()
    keeps_nothing(seeker.page)


def test_unsent_text_can_be_copied_after_the_other_side_ended(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    window = windows.phone(is_new=True)
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    seeker, _ = chat(house, maria, window)
    field(seeker.page).fill("Was ich noch sagen wollte")
    maria.ends_the_chat()
    sees_the_end(seeker)
    unsent = seeker.page.get_by_role("region", name=UNSENT)
    expect(unsent).to_contain_text("Was ich noch sagen wollte")
    unsent.get_by_role("button", name="Kopieren").click()
    expect(unsent.get_by_role("button", name="Kopiert")).to_be_visible()
    assert seeker.page.evaluate("navigator.clipboard.readText()") == "Was ich noch sagen wollte"
    keeps_nothing(seeker.page)


def test_a_reload_after_the_end_does_not_lead_back(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    seeker, _ = chat(house, maria, windows.phone())
    maria.ends_the_chat()
    sees_the_end(seeker)
    seeker.page.reload()
    expect(seeker.page.get_by_role("heading", name="Bevor es losgeht")).to_be_visible()


def test_the_exit_button_ends_the_chat_at_once(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    window = windows.phone()
    seeker, number = chat(house, maria, window)
    seeker.page.locator("#exit").click()
    has_left(window, maria, number)


def test_shift_three_times_ends_the_chat_at_once(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    window = windows.phone()
    seeker, number = chat(house, maria, window)
    # In the middle of typing, too.
    field(seeker.page).fill("Halb")
    for _ in range(3):
        seeker.page.keyboard.press("Shift")
    has_left(window, maria, number)


def test_the_exit_out_of_the_waiting_room_leaves_the_queue(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    seeker = comes(house, windows.phone())
    number = seeker.number
    maria.page.get_by_role("button", name="Erstanfragen").click()
    expect(maria.row(number)).to_be_visible()
    seeker.page.locator("#exit").click()
    expect(maria.row(number)).to_have_count(0)
    expect(seeker.page).to_have_title("Wetter")


def test_the_exit_out_of_an_offer_takes_it_away(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    seeker = comes(house, windows.phone())
    offer(maria, seeker)
    # A dialog covers the page; the exit is in it as well.
    asked(seeker).locator("[data-quick-exit]").click()
    expect(seeker.page).to_have_title("Wetter")
    expect(maria.page.get_by_text("Wartet auf Bestätigung")).to_have_count(0)


def test_ended_by_the_service_after_180_minutes(
    house: House, maria: CounsellorPage, windows: Windows
) -> None:
    seeker, _ = chat(house, maria, windows.phone())
    field(seeker.page).fill("Noch im Satz")
    house.server.elapse(179 * MINUTE_MS)
    seeker.writes("Kurz vor Schluss.")
    maria.reads("Kurz vor Schluss.")
    field(seeker.page).fill("Noch im Satz")
    house.server.elapse(MINUTE_MS)
    sees_the_end(seeker, END_BY_SERVICE)
    expect(seeker.page.get_by_role("region", name=UNSENT)).to_contain_text("Noch im Satz")
    # No person is named: nobody signed this end.
    expect(maria.page.get_by_text(END_BY_SERVICE)).to_be_visible()
    keeps_nothing(seeker.page)


def sees_the_end(seeker: SeekerPage, words: re.Pattern[str] = END) -> None:
    """The last page, in its words."""
    expect(seeker.page.get_by_role("heading", name=words)).to_be_visible()
    expect(seeker.page.get_by_text("In 48 Stunden ist er auch bei uns gelöscht.")).to_be_visible()


def has_left(window: Window, maria: CounsellorPage, number: int) -> None:
    """T15: another page, she is told, nothing stays, and Back does not lead into the chat."""
    expect(window.page).to_have_title("Wetter")
    name = f"Ratsuchende_r {number}"
    told = re.compile(rf"{name} hat die Seite verlassen \(\d\d[:.]\d\d Uhr\)\.")
    expect(maria.page.get_by_text(told)).to_be_visible()
    keeps_nothing(window.page)
    window.page.go_back()
    expect(window.page.get_by_role("log")).to_have_count(0)
    expect(window.page.get_by_text("Willkommen.")).to_have_count(0)
    keeps_nothing(window.page)
