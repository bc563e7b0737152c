"""A colleague stands in for a time, in three real browsers: at work together, ended by either."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage
from tests.browser.people import House
from tests.browser.test_hand_over import jonas, maria, written
from tests.browser.writing import TEXT, WriterPage

__all__ = ["jonas", "maria"]

FIRST, HIS, HERS = "Wie lange schon?", "Guten Tag, ich bin Jonas.", "Ich lese mit."


def lends(anna: WriterPage, maria: DeskPage, jonas: DeskPage, *, with_history: bool) -> None:
    """With the seeker's yes Jonas has it too."""
    maria.asks_to_hand_over("Jonas K.", with_history=with_history, is_deputy=True)
    anna.agrees("Jonas K.", instead_of="Maria B.")
    jonas.opens_written()
    jonas.page.locator(".row--written", has_text="Vertretung von Maria B.").first.click()
    jonas.page.get_by_role("button", name="Übernehmen", exact=True).click()
    expect(jonas.page.get_by_role("heading", name="Sie vertreten jetzt Maria B.")).to_be_visible()
    jonas.answers_now()


def ends(desk: DeskPage) -> None:
    """One of the two ends it, and is asked before."""
    desk.handing().get_by_role("button", name="Vertretung beenden").click()
    dialog = desk.page.get_by_role("dialog", name="Vertretung beenden?")
    dialog.get_by_role("button", name="Vertretung beenden").click()


def is_out(jonas: DeskPage) -> None:
    """Nothing of it is read by Jonas any more."""
    expect(jonas.page.get_by_role("heading", name="Vertretung beendet")).to_be_visible()
    expect(jonas.page.get_by_role("log")).to_have_count(0)


def test_both_are_there_for_a_time(
    house: House, windows: Windows, maria: DeskPage, jonas: DeskPage
) -> None:
    anna = written(house, windows, maria, "ulme-821", "Zur Vertretung")
    lends(anna, maria, jonas, with_history=True)
    expect(anna.question()).to_contain_text("dass Jonas K. Maria B. vertritt. Beide lesen mit.")
    assert faults(anna.page) == faults(jonas.page) == []
    expect(jonas.handing()).to_contain_text("Sie vertreten Maria B.")
    expect(maria.handing()).to_contain_text("Jonas K. vertritt Sie")
    jonas.writes_back(HIS)
    maria.reads(HIS)
    maria.writes_back(HERS)
    anna.reads_letters(TEXT, FIRST, HIS, HERS)
    expect(anna.who_reads()).to_contain_text("Maria B. und Jonas K.")
    jonas.reads(HERS)

    # By Maria; what he has typed stays.
    jonas.page.locator("#message-field").fill("Noch nicht gesendet")
    ends(maria)
    is_out(jonas)
    expect(jonas.page.locator(".unsent")).to_have_text("Noch nicht gesendet")
    assert faults(jonas.page) == []
    expect(anna.page.get_by_text("Jonas K. liest nicht mehr mit.").first).to_be_visible()
    expect(anna.who_reads()).to_contain_text("Nur Sie und Maria B. können mitlesen.")
    anna.answers("Nur für Maria.")
    maria.reads("Nur für Maria.")
    assert "Nur für Maria." not in jonas.page.content()

    # Once more, from then on only, on a device that was signed in anew; and he ends it himself.
    lends(anna, maria, jonas, with_history=False)
    jonas.writes_back("Da bin ich noch einmal.")
    jonas.page.reload()
    jonas.signs_in("jonas")
    jonas.opens_messages()
    jonas.case("Ohne bisherigen Verlauf").first.click()
    jonas.reads("Da bin ich noch einmal.")
    assert TEXT not in jonas.page.content()
    ends(jonas)
    is_out(jonas)
    expect(anna.who_reads()).to_contain_text("Nur Sie und Maria B. können mitlesen.")
    maria.reads("Jonas K. vertritt Sie nicht oder nicht mehr.")
    expect(maria.handing()).to_have_count(0)
    maria.closes()
