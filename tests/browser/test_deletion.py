"""From a chat to the evidence that it was deleted, in a browser; and a relay that takes it away."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.access import OWN_PHRASE, AccessPage
from tests.browser.conftest import Windows
from tests.browser.lies import LyingHouse, lying_house, wary_windows
from tests.browser.people import CounsellorPage
from tests.lying.proxy import Lie
from tests.lying.test_deletion import Lists

__all__ = ["lying_house", "wary_windows"]
HOUR_MS = 3_600_000
STOCK = "Was ist noch auf dem Server"


def deleted(page: AccessPage | CounsellorPage) -> Locator:
    return page.page.get_by_role("region", name="Gelöschte Gespräche")


def test_both_find_the_deletion_and_a_list_that_was_changed_is_an_alarm(
    house: LyingHouse, wary: Windows
) -> None:
    anna = AccessPage(house, wary.phone().page)
    anna.has_an_access("Basalt-4")
    maria = CounsellorPage(house, wary.desk().page)
    maria.signs_in("maria")
    maria.becomes_reachable()
    anna.asks_for_a_chat()
    maria.accepts(anna.number)
    anna.says_yes()
    anna.writes("Guten Abend.")
    maria.answers()
    maria.reads("Guten Abend.")
    anna.ends_the_chat()
    maria.sees_the_end()
    anna.goes_home()
    anna.signs_out()
    house.server.elapse(48 * HOUR_MS + 60_000)
    anna.signs_in("Basalt-4", OWN_PHRASE)
    anna.opens_settings(STOCK)
    expect(deleted(anna)).to_contain_text("kommt in der Nacht ins öffentliche Verzeichnis")
    house.server.elapse(24 * HOUR_MS)
    anna.signs_in("Basalt-4", OWN_PHRASE)
    anna.opens_settings(STOCK)
    expect(deleted(anna)).to_contain_text("die Liste steht im öffentlichen Verzeichnis")
    maria.signs_in("maria")
    maria.page.get_by_role("button", name="Meine Nachrichten", exact=True).click()
    maria.page.get_by_role("tab", name="Erledigt").click()
    expect(deleted(maria)).to_contain_text("die Liste steht im öffentlichen Verzeichnis")
    # Somebody takes the line out of the list afterwards.
    house.tell(Lists(lambda raw: b""))
    anna.signs_in("Basalt-4", OWN_PHRASE)
    anna.opens_settings(STOCK)
    expect(deleted(anna).locator(".error-box")).to_contain_text("Das darf nicht sein")
    expect(deleted(anna)).to_contain_text("Jemand hat sie geändert oder hält sie zurück")
    house.tell(Lie())
