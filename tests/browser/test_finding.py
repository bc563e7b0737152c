"""Finding at the desk: search on the device, filters, bookmarks over devices, the same name."""

from __future__ import annotations

from playwright.sync_api import Request, expect

from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage, Writer
from tests.browser.people import House


def test_search_bookmark_and_filter_on_two_devices(house: House, windows: Windows) -> None:
    kiesel, farn = Writer(house, "kiesel"), Writer(house, "farn")
    kiesel.writes("Streit mit meiner Chefin", "Guten Tag, ich weiß nicht weiter.")
    farn.writes("Umzug", "Niemand hilft mir.", topic="Wohnen")
    maria = DeskPage(house, windows.desk().page)
    asked: list[str] = []
    maria.page.on("request", lambda request: asked.append(_told(request)))
    maria.signs_in("maria")
    maria.opens_enquiry("Streit mit meiner Chefin")
    maria.bookmarks()
    # Words of a request that was read here; nothing is asked for, and no address names them.
    before = len(asked)
    expect(maria.looks_for("NIEMAND hilft")).to_have_count(1)
    expect(maria.looks_for("chefin weiter")).to_have_count(1)
    assert not [one for one in asked[before:] if "chefin" in one.lower()]
    maria.looks_for("").wait_for(state="detached")
    maria.shows_only("Für wen", "Merkliste")
    expect(maria.enquiry_row("Umzug")).to_have_count(0)
    expect(maria.enquiry_row("Streit mit meiner Chefin")).to_have_count(1)
    maria.page.get_by_role("button", name="Alle zeigen").click()
    expect(maria.enquiry_row("Umzug")).to_have_count(1)
    # Another device of hers knows the mark, and finds nothing before it has read it.
    second = DeskPage(house, windows.desk().page)
    second.signs_in("maria")
    second.opens_written()
    expect(second.enquiry_row("Streit mit meiner Chefin")).to_contain_text("gemerkt")
    # What is gone with the sign-in is found no more.
    maria.looks_for("chefin")
    maria.page.get_by_role("button", name="Abmelden").click()
    expect(maria.page.locator(".row--found")).to_have_count(0)


def test_a_conversation_and_what_came_under_the_same_name(house: House, windows: Windows) -> None:
    amsel = Writer(house, "amsel")
    amsel.writes("Nachts wach", "Guten Tag.")
    maria = DeskPage(house, windows.desk().page)
    maria.signs_in("maria")
    maria.opens_enquiry("Nachts wach")
    maria.takes()
    maria.has_taken()
    amsel.writes("Wieder wach", "Ich schreibe wieder.")
    maria.opens_enquiry("Wieder wach")
    earlier = maria.page.locator(".earlier")
    earlier.locator("summary").click()
    expect(earlier).to_contain_text("Gleich heißt nicht bewiesen")
    earlier.locator(".row--found", has_text="Nachts wach").click()
    expect(maria.page.locator(".case__subject")).to_have_text("Nachts wach")


def _told(request: Request) -> str:
    return f"{request.url} {request.post_data or ''}"
