"""Canaries of an access: name, passphrases, code and drafts of a registered seeker are in no file,
no log and on no line; and the browser keeps nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.browser.access import AccessPage
from tests.browser.canary import files_of, holds, served_files
from tests.browser.conftest import Windows
from tests.browser.lines import Traffic
from tests.browser.people import CounsellorPage, House
from tests.browser.scenes import KEPT, NOTHING, field

NAME = "Kanarienvogel-7701"
PHRASE = "Kanarienvogel singt morgens 7702"
NEXT_PHRASE = "Kanarienvogel schweigt abends 7703"
LAST_PHRASE = "Kanarienvogel schläft nachts 7704"
TEXT = "Kanarienvogel schreibt 7705"
DRAFT = "Kanarienvogel denkt noch 7706"
TYPED = (NAME, NAME.lower(), PHRASE, NEXT_PHRASE, LAST_PHRASE, TEXT, DRAFT)


@dataclass(frozen=True)
class Life:
    """An access from its first day on, and everything that went over its lines."""

    files: dict[str, bytes]
    served: dict[str, bytes]
    log: bytes
    frames: list[bytes]
    kept: list[dict[str, object]]
    codes: tuple[str, ...]


@pytest.fixture(scope="module")
def life(house: House, desks: Windows, maria: CounsellorPage) -> Life:
    """Everything a test here asks about, walked through once."""
    phone, tablet = desks.phone(), desks.desk()
    theirs, others = Traffic(phone.page), Traffic(tablet.page)
    anna = AccessPage(house, phone.page)
    anna.creates(NAME, PHRASE)
    codes = [anna.code]
    anna.asks_for_a_chat()
    maria.accepts(anna.number)
    maria.answers()
    anna.says_yes()
    anna.writes(TEXT)
    maria.reads(TEXT)
    field(anna.page).fill(DRAFT)
    during = files_of(house)
    # The draft goes into the keyring when the page is left, and is there on the other device.
    anna.page.goto("about:blank")
    other = AccessPage(house, tablet.page)
    other.signs_in(NAME, PHRASE)
    other.page.get_by_role("button", name=re.compile("Chat läuft")).click()
    expect(field(other.page)).to_have_value(DRAFT)
    maria.ends_the_chat()
    other.goes_home()
    other.opens_settings("Passphrase ändern")
    other.page.get_by_label("Ihre jetzige Passphrase").fill(PHRASE)
    other.chooses_a_passphrase(NEXT_PHRASE)
    other.presses("Passphrase ändern")
    expect(other.page.get_by_text("Ihre neue Passphrase gilt ab sofort.")).to_be_visible()
    other.goes_home()
    other.signs_out()
    kept = [other.page.evaluate(KEPT)]
    other.presses("Mit Zugangsblatt anmelden")
    other.types_the_code(codes[0])
    other.presses("Zugang öffnen")
    other.chooses_a_passphrase(LAST_PHRASE)
    other.presses("Neue Passphrase speichern")
    other.takes_the_sheet()
    codes.append(other.code)
    other.is_home()
    other.signs_out()
    kept.append(other.page.evaluate(KEPT))
    return Life(
        files=during | files_of(house),
        served=dict(served_files(house)),
        log="\n".join(house.server.server.log).encode(),
        frames=[*theirs.sent, *theirs.received, *others.sent, *others.received],
        kept=kept,
        codes=tuple(codes),
    )


def markers(life: Life) -> list[str]:
    """What was typed, and each code as it stands on the sheet and as it is hashed."""
    bare = [code.replace("-", "") for code in life.codes]
    return [*TYPED, *life.codes, *bare, *(code[:26] for code in bare)]


def test_no_file_and_no_log_line_holds_it(life: Life) -> None:
    for name, content in {**life.files, "log": life.log}.items():
        for marker in markers(life):
            assert not holds(content, marker), (name, marker)


def test_no_served_file_holds_it(life: Life) -> None:
    for name, content in life.served.items():
        assert not any(holds(content, marker) for marker in markers(life)), name


def test_no_line_carries_it(life: Life) -> None:
    assert len(life.frames) > 60
    for frame in life.frames:
        assert not any(holds(frame, marker) for marker in markers(life))


def test_the_browser_keeps_nothing_after_signing_out(life: Life) -> None:
    assert life.kept == [NOTHING, NOTHING]
