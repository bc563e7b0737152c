"""A written enquiry goes to a colleague and comes back, in three real browsers."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage
from tests.browser.people import House
from tests.browser.test_hand_over import jonas, maria, written
from tests.browser.writing import TEXT, WriterPage

__all__ = ["jonas", "maria"]

FIRST = "Wie lange schon?"
HIS = "Guten Tag, ich bin Jonas."
HERS = "Da bin ich wieder."


def passes(
    anna: WriterPage, giver: DeskPage, taker: DeskPage, names: tuple[str, str], *, history: bool
) -> None:
    """From one to the other, with the seeker's yes."""
    giver.asks_to_hand_over(names[1], with_history=history)
    anna.agrees(names[1])
    taker.opens_handed(names[0])
    taker.takes_over()
    taker.answers_now()
    expect(anna.who_reads()).to_contain_text(f"Nur Sie und {names[1]} können mitlesen.")


def test_there_and_back_with_all_that_was_written(
    house: House, windows: Windows, maria: DeskPage, jonas: DeskPage
) -> None:
    anna = written(house, windows, maria, "linde-811", "Hin und zurück")
    away, back = ("Maria B.", "Jonas K."), ("Jonas K.", "Maria B.")
    passes(anna, maria, jonas, away, history=True)
    jonas.writes_back(HIS)
    maria.has_handed_over("Jonas K.")
    passes(anna, jonas, maria, back, history=True)
    for words in (TEXT, FIRST, HIS):
        maria.reads(words)
    assert faults(maria.page) == []
    maria.writes_back(HERS)
    jonas.has_handed_over("Maria B.")
    anna.reads_letters(TEXT, FIRST, HIS, HERS)

    # Once more, and this time the rest is theirs alone.
    passes(anna, maria, jonas, away, history=False)
    jonas.writes_back("Nur für Sie und mich.")
    maria.has_handed_over("Jonas K.")
    passes(anna, jonas, maria, back, history=False)
    maria.writes_back("Und jetzt bleibe ich.")
    anna.reads_letters(TEXT, FIRST, HIS, HERS, "Nur für Sie und mich.", "Und jetzt bleibe ich.")
    for words in (TEXT, "Nur für Sie und mich."):
        assert words not in maria.page.content()

    again = DeskPage(house, windows.desk().page)
    again.signs_in("maria")
    again.opens_messages()
    again.case("Ohne bisherigen Verlauf").first.click()
    again.reads("Und jetzt bleibe ich.")
    assert "Nur für Sie und mich." not in again.page.content()
    anna.answers("Schön.")
    again.reads("Schön.")
    again.closes()
