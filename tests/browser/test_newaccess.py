"""Passphrase and sheet both lost, in real browsers: invited, a new access, all of it back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import Windows
from tests.browser.desk import DeskPage
from tests.browser.people import House
from tests.browser.writing import SUBJECT, TEXT, WriterPage

QUESTION, ANSWER = "Wie hieß mein erstes Stofftier?", "Herr Bär"
ASKED = "Wie lange schon?"


def talking(house: House, windows: Windows, name: str) -> tuple[WriterPage, DeskPage]:
    """Somebody has written, Maria has taken it on and answered."""
    anna = WriterPage(house, windows.phone().page)
    anna.has_an_access(name)
    anna.sends_an_enquiry(subject=f"{SUBJECT} {name}")
    maria = DeskPage(house, windows.desk().page)
    maria.signs_in("maria")
    maria.opens_enquiry(f"{SUBJECT} {name}")
    maria.takes()
    maria.has_taken()
    maria.answers_now()
    maria.writes_back(ASKED)
    anna.reads_letters(TEXT, ASKED)
    return anna, maria


def invites(maria: DeskPage) -> tuple[str, str]:
    """In the open conversation; words and link, as she passes them on."""
    maria.page.get_by_role("button", name="Neuer Zugang …").click()
    dialog = maria.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Einladung machen").click()
    words = dialog.locator(".words__word")
    expect(words).to_have_count(6)
    found = " ".join(words.all_inner_texts()), dialog.locator(".newaccess__link").inner_text()
    dialog.get_by_role("button", name="Ich habe es weitergegeben").click()
    expect(maria.page.get_by_text("Einladung für einen neuen Zugang gilt bis")).to_be_visible()
    return found


def fragment_of(page: Page) -> str:
    return str(page.evaluate("() => location.hash"))


def test_both_lost_invited_confirmed_and_the_whole_history_is_there(
    house: House, windows: Windows
) -> None:
    lost, maria = talking(house, windows, "kiesel-801")
    lost.page.get_by_text("Falls Sie Passphrase und Blatt verlieren").click()
    lost.presses("Frage vereinbaren")
    dialog = lost.page.get_by_role("dialog")
    dialog.get_by_label("Frage", exact=True).fill(QUESTION)
    dialog.get_by_label("Ihre Antwort darauf").fill(ANSWER)
    lost.presses("Vereinbaren")
    maria.reads("Kiesel-801 hat eine Frage mit Ihnen vereinbart")
    lost.answers("Seit Juni.")
    maria.reads("Seit Juni.")
    _, link = invites(maria)

    # Another browser; neither address nor history keeps the words.
    anna = WriterPage(house, windows.phone().page)
    anna.page.goto(link)
    expect(anna.heading("Ihr neuer Zugang")).to_be_visible()
    assert fragment_of(anna.page) == ""
    assert faults(anna.page) == []
    anna.presses("Zugang anlegen")
    anna.takes_the_steps("farn-802", "wolken ziehen langsam über das meer", later=True)
    expect(anna.heading("Fast geschafft")).to_be_visible()
    assert faults(anna.page) == []

    # It waits over a reload, and on another device.
    anna.page.reload()
    anna.types_name_and_phrase("farn-802", "wolken ziehen langsam über das meer")
    waiting = anna.page.get_by_role("button", name=re.compile("Ihr Gespräch mit der Beratung"))
    expect(waiting).to_contain_text("prüft noch, dass Sie es sind")
    waiting.click()
    expect(anna.heading("Fast geschafft")).to_be_focused()

    card = maria.page.get_by_role("region", name="Jemand hat den neuen Zugang angelegt")
    expect(card).to_contain_text(QUESTION)
    expect(card.get_by_text(ANSWER)).not_to_be_visible()
    card.get_by_text("Antwort zeigen").click()
    expect(card.get_by_text(ANSWER)).to_be_visible()
    assert faults(maria.page) == []
    lost.page.get_by_role("textbox", name=re.compile("^Nachricht an")).fill("Wer liest das?")
    card.get_by_role("button", name="Das ist dieselbe Person: neu verschließen").click()
    maria.reads("für einen neuen Zugang neu verschlossen")

    # Whoever waits is led there.
    expect(anna.heading(f"{SUBJECT} kiesel-801")).to_be_focused()
    anna.reads_letters(TEXT, ASKED, "Seit Juni.")
    expect(anna.page.get_by_text("Ab hier schreiben Sie mit Ihrem neuen Zugang.")).to_be_visible()
    anna.answers("Da bin ich wieder.")
    maria.reads("Da bin ich wieder.")
    maria.writes_back("Schön, dass Sie wieder da sind.")
    anna.reads_letters(
        TEXT, ASKED, "Seit Juni.", "Da bin ich wieder.", "Schön, dass Sie wieder da sind."
    )

    # The access that was lost, should somebody find it: the open page, and a new sign-in.
    expect(lost.heading("Dieses Gespräch ist umgezogen")).to_be_visible()
    expect(lost.page.get_by_text("Wer liest das?")).to_be_visible()
    assert "Da bin ich wieder." not in lost.page.content()
    again = WriterPage(house, windows.desk().page)
    again.signs_in(lost.name, lost.phrase)
    # It was told on the open page, with the counsellor's signature for it, and is in no list.
    expect(again.page.get_by_text("Ihre Gespräche werden geladen")).to_have_count(0)
    expect(again.row("kiesel-801")).to_have_count(0)
    assert "Da bin ich wieder." not in again.page.content()

    # Another device of the new access has it all.
    tablet = WriterPage(house, windows.desk().page)
    tablet.signs_in("farn-802", "wolken ziehen langsam über das meer")
    tablet.row("kiesel-801").click()
    tablet.reads_letters(
        TEXT, ASKED, "Seit Juni.", "Da bin ich wieder.", "Schön, dass Sie wieder da sind."
    )


def test_words_that_were_told_and_a_no(house: House, windows: Windows) -> None:
    _, maria = talking(house, windows, "kiesel-803")
    words, _ = invites(maria)
    anna = WriterPage(house, windows.phone().page)
    anna.comes()
    anna.page.get_by_text("Passphrase und Blatt verloren?").click()
    anna.presses("Ich habe eine Einladung")
    field = anna.page.get_by_label("Sechs Wörter oder Link")
    first, *rest = words.split()
    field.fill(f"{first}x {' '.join(rest)}")
    anna.presses("Weiter")
    expect(anna.page.get_by_text(f"Das Wort „{first}x“")).to_be_visible()
    # Two of them in another order are other words.
    field.fill(" ".join([*rest, first]))
    anna.presses("Weiter")
    expect(anna.page.get_by_text("Mit diesen Wörtern gibt es keine Einladung.")).to_be_visible()
    field.fill(words.title())
    anna.presses("Weiter")
    expect(anna.heading("Ihr neuer Zugang")).to_be_visible()
    anna.presses("Zugang anlegen")
    anna.takes_the_steps("farn-804", "wolken ziehen langsam über das meer", later=True)
    card = maria.page.get_by_role("region", name="Jemand hat den neuen Zugang angelegt")
    expect(card).to_contain_text("Sie haben keine Frage vereinbart.")
    card.get_by_role("button", name="Nein, verwerfen").click()
    expect(card).to_have_count(0)
    expect(anna.heading("Das hat diesmal nicht geklappt")).to_be_visible()
    anna.presses("Einladung vergessen")
    expect(anna.page.get_by_text("Noch keine Gespräche.")).to_be_visible()
    # Nothing has changed for the two who talk.
    maria.writes_back("Noch da?")
    maria.reads("Noch da?")
