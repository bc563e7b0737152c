"""Canaries: what people type in a real browser is in no file, no log and on no line; after 48 hours
its ciphertext is in no file either.

A marker is looked for in every form in which it could lie somewhere by accident: plain, in UTF-16,
in hex, in base64, and as the browser would put it into an address.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from crypto import encoding
from crypto.errors import NotCanonical
from tests.browser.canary import files_of, holds, served_files
from tests.browser.conftest import Window, Windows
from tests.browser.lines import Traffic
from tests.browser.people import CounsellorPage, House, SeekerPage
from tests.browser.scenes import (
    KEPT,
    asked,
    comes,
    field,
    keeps_nothing,
    names_the_chat,
)
from tests.helpers.actors import PHRASE

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
TEXT = "Kanarienvogel Text äöü 1001"
ANSWER = "Kanarienvogel Antwort 1002"
DRAFT = "Kanarienvogel Entwurf 1003"
EARLY = "Kanarienvogel vorab 1004"
GREETING = "Kanarienvogel Gruß 1005"
NICKNAME = "Kanarienvogel Name 1006"
TOPIC = "Trennung"
LOGIN = "maria"
MARKERS = (TEXT, ANSWER, DRAFT, EARLY, GREETING, NICKNAME, PHRASE)
# An envelope of the smallest size is longer than this; shorter strings could meet by chance.
SHORTEST_CIPHERTEXT = 200


@dataclass(frozen=True)
class Evening:
    """One chat between two browsers, and everything that went over their lines."""

    house: House
    seeker: Traffic
    maria: Traffic
    kept_in_the_end: dict[str, object]
    envelopes: list[bytes]
    files: dict[str, bytes]
    served: dict[str, bytes]


@pytest.fixture(scope="module")
def evening(house: House, desks: Windows) -> Evening:
    """Everything a test here asks about, walked through once."""
    desk, phone = desks.desk(), desks.phone()
    hers, theirs = Traffic(desk.page), Traffic(phone.page)
    maria = CounsellorPage(house, desk.page)
    maria.signs_in(LOGIN)
    maria.becomes_reachable()
    seeker = comes_with_a_draft(house, phone)
    maria.accepts(seeker.number)
    maria.answers()
    maria.writes(GREETING)
    expect(asked(seeker)).to_be_visible()
    seeker.says_yes()
    seeker.reads(GREETING)
    expect(field(seeker.page)).to_have_value(f"Thema: {TOPIC}\n\n{EARLY}")
    seeker.page.get_by_role("button", name="Senden").click()
    maria.reads(EARLY)
    seeker.writes(TEXT)
    maria.reads(TEXT)
    maria.writes(ANSWER)
    seeker.reads(ANSWER)
    names_the_chat(maria, NICKNAME)
    field(seeker.page).fill(DRAFT)
    theirs.wait_for_command("resume_put")
    during = files_of(house)
    seeker.ends_the_chat()
    seeker.sees_the_end()
    maria.sees_the_end()
    files = during | files_of(house)
    return Evening(
        house=house,
        seeker=theirs,
        maria=hers,
        kept_in_the_end=phone.page.evaluate(KEPT),
        envelopes=ciphertexts(theirs.sent + theirs.received),
        files=files,
        served=dict(served_files(house)),
    )


@pytest.mark.parametrize("marker", MARKERS)
def test_no_file_and_no_log_line_holds_it(evening: Evening, marker: str) -> None:
    log = "\n".join(evening.house.server.server.log).encode()
    for name, content in {**evening.files, "log": log}.items():
        assert not holds(content, marker), name


@pytest.mark.parametrize("marker", MARKERS)
def test_no_served_file_holds_it(evening: Evening, marker: str) -> None:
    assert evening.served
    for name, content in evening.served.items():
        assert not holds(content, marker), name


@pytest.mark.parametrize("marker", [*MARKERS, TOPIC])
def test_no_line_carries_it(evening: Evening, marker: str) -> None:
    frames = lines(evening)
    assert len(frames) > 40
    for frame in frames:
        assert not holds(frame, marker)


def test_the_login_name_is_on_no_line_and_in_no_file(evening: Evening) -> None:
    # T4. The display name "Maria B." is public; the login name stands alone and in small letters.
    for content in (*lines(evening), *evening.files.values()):
        assert LOGIN.encode() not in content


def test_the_browser_keeps_nothing_after_the_end(evening: Evening) -> None:
    kept = evening.kept_in_the_end
    assert kept == {"session": 0, "local": 0, "databases": 0, "caches": 0, "cookies": ""}


def test_the_browser_keeps_nothing_after_the_exit(
    house: House, windows: Windows, evening: Evening
) -> None:
    phone = windows.phone()
    seeker = comes(house, phone)
    assert seeker.page.evaluate("sessionStorage.length") == 1
    seeker.page.locator("#exit").click()
    expect(seeker.page).to_have_title("Wetter")
    keeps_nothing(seeker.page)


def test_the_ciphertext_is_there_at_first(evening: Evening) -> None:
    # Else the next test would look for nothing.
    assert len(evening.envelopes) >= 5
    database = b"".join(evening.files.values())
    assert all(envelope in database for envelope in evening.envelopes)


def test_after_48_hours_no_file_holds_the_ciphertext_and_no_share_is_left(evening: Evening) -> None:
    handed = secrets_on(evening.seeker, evening.files)
    assert shares(evening.house) > 0
    assert handed
    evening.house.server.elapse(48 * HOUR_MS + MINUTE_MS)
    files = files_of(evening.house)
    assert files
    for name, content in files.items():
        for envelope in evening.envelopes:
            assert envelope not in content, name
        for secret in handed:
            assert secret not in content, name
    assert shares(evening.house) == 0


def comes_with_a_draft(house: House, phone: Window) -> SeekerPage:
    """Into the waiting room, with a topic and something written before."""
    seeker = SeekerPage(house, phone.page)
    seeker.comes_to_the_portal()
    seeker.page.get_by_label(TOPIC).check()
    seeker.page.get_by_label("Möchten Sie schon etwas aufschreiben?").fill(EARLY)
    seeker.confirms_the_privacy_notice()
    seeker.is_waiting()
    return seeker


def lines(evening: Evening) -> list[bytes]:
    """Every frame of both browsers, both ways."""
    people = (evening.seeker, evening.maria)
    return [frame for one in people for frame in one.sent + one.received]


def ciphertexts(frames: list[bytes]) -> list[bytes]:
    """The sealed part of every stored envelope (kind 1) that was on the line."""
    found: set[bytes] = set()
    for frame in frames:
        found.update(sealed_in(encoding.decode(frame)))
    return sorted(found)


def sealed_in(value: encoding.Value) -> Iterator[bytes]:
    """Look through a frame for envelopes: [1, 1, box16, kid8, nonce24, sealed]."""
    if isinstance(value, bytes) and len(value) > SHORTEST_CIPHERTEXT:
        try:
            inner = encoding.decode(value)
        except NotCanonical:
            return
        if isinstance(inner, list) and len(inner) == 6 and inner[:2] == [1, 1]:
            yield bytes(inner[5])
    elif isinstance(value, list):
        for one in value:
            yield from sealed_in(one)


def shares(house: House) -> int:
    """How many shares the keeper holds, in both of its files."""
    settings = house.server.server.settings
    found = 0
    with tempfile.TemporaryDirectory() as copies:
        for number, folder in enumerate((settings.keeper_dir, settings.keeper_mirror_dir)):
            copy = Path(copies) / str(number)
            # With its WAL, so that what is there is what a thief would find.
            shutil.copytree(folder, copy)
            with sqlite3.connect(copy / "keeper.sqlite") as connection:
                found += connection.execute("SELECT COUNT(*) FROM keeper_shares").fetchone()[0]
    return found


def secrets_on(traffic: Traffic, files: dict[str, bytes]) -> list[bytes]:
    """The 32-byte values that the relay handed to this browser that lie in the keeper's files."""
    keeper = b"".join(content for name, content in files.items() if "keeper.sqlite" in name)
    handed = {one for frame in traffic.received for one in binaries(encoding.decode(frame))}
    return [one for one in handed if len(one) == 32 and one in keeper]


def binaries(value: encoding.Value) -> Iterator[bytes]:
    """Every byte string in a frame."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from binaries(one)
