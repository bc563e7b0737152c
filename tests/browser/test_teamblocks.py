"""A team's text blocks in Chromium: two members who write at once, and one who leaves."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from crypto.errors import BadTag
from crypto.keys import KemSecret
from crypto.sheet import SheetKind, open_sheet
from tests.browser.axe import faults
from tests.browser.conftest import Windows
from tests.browser.desk import Writer
from tests.browser.people import House
from tests.browser.teamdesk import TeamOffice, TeamPage

HELP = "Ich mache mir Sorgen um Sie."
CANARY = "Kanarienvogel: so gehen wir vor."


def has_a_case(house: House, desk: TeamPage, name: str, seeker: str, subject: str) -> Writer:
    """Somebody writes, and this counsellor is about to answer."""
    writer = Writer(house, seeker)
    writer.writes(subject, "Guten Tag.")
    desk.signs_in(name)
    desk.opens_enquiry(subject)
    desk.takes()
    desk.has_taken()
    desk.answers_now()
    return writer


def kept(house: House) -> bytes:
    """What lies at the relay; nothing of it can be read there."""
    sql = "SELECT sheet_sealed FROM sheets_sheets"
    db = house.server.server.relay.parts.db
    rows = house.server.run(lambda: db.read(lambda tx: tx.all(sql)))
    raw: bytes = rows[0][0]
    assert CANARY.encode() not in raw
    return raw


def test_two_members_and_one_who_leaves(house: House, windows: Windows) -> None:
    maria = TeamPage(house, windows.desk().page)
    jonas = TeamPage(house, windows.desk().page)
    writer = has_a_case(house, maria, "maria", "kiesel-901", "Nachts wach")
    has_a_case(house, jonas, "jonas", "farn-902", "Streit")

    # The proposal for emergencies, for the team.
    dialog = maria.opens_blocks()
    dialog.get_by_role("button", name="Neuer Baustein").click()
    dialog.get_by_role("radio", name="Mein Team").check()
    dialog.get_by_role("checkbox", name="Notfallbaustein des Teams").check()
    dialog.get_by_role("button", name="Vorschlag einsetzen").click()
    expect(dialog.get_by_label("Text", exact=True)).to_have_value(like(HELP))
    assert faults(maria.page) == []
    dialog.get_by_role("button", name="Speichern").click()
    expect(maria.block(HELP)).to_contain_text("Zuletzt geändert von Maria B.")
    assert faults(maria.page) == []
    dialog.get_by_role("button", name="Schließen").click()
    maria.makes_a_block("Ablauf", CANARY, of_team=True)
    maria.makes_a_block("Gruß", "Nur meiner.")

    # A colleague has them too, but not what is her own; one key puts it where he writes.
    jonas.opens_blocks()
    expect(jonas.block(CANARY)).to_contain_text("Team")
    expect(jonas.block("Nur meiner.")).to_have_count(0)
    jonas.page.keyboard.press("Escape")
    field = jonas.page.locator("#message-field")
    field.focus()
    jonas.page.keyboard.press("Alt+KeyN")
    expect(field).to_have_value(like(HELP))
    # It is never sent by itself.
    assert "112" not in jonas.page.get_by_role("log").inner_text()
    field.fill("")
    field.press_sequentially("/abl")
    field.press("Enter")
    expect(field).to_have_value(CANARY)

    # Both change one block at once: both versions stay.
    for desk in (maria, jonas):
        desk.opens_blocks()
        desk.block(CANARY).get_by_role("button", name="Ablauf ändern").click()
    for desk, text in ((maria, "So, sagt Maria."), (jonas, "So, sagt Jonas.")):
        dialog = desk.page.get_by_role("dialog")
        dialog.get_by_label("Text", exact=True).fill(text)
        dialog.get_by_role("button", name="Speichern").click()
        expect(desk.block(text)).to_be_visible()
    expect(jonas.block("So, sagt Maria.")).to_contain_text("Zuletzt geändert von Maria B.")
    jonas.page.keyboard.press("Escape")
    maria.page.keyboard.press("Escape")

    # He leaves: what he took along opens them no more, and he has none.
    seeds, raw = taken_along(house, "jonas"), kept(house)
    assert opens(house, seeds, raw)
    maria.opens_team()
    TeamOffice(house).revokes(house.server.run(lambda: subject_of(house, "jonas")))
    maria.has_members("Maria B. (Sie)")
    maria.opens_case("Nachts wach")
    maria.opens_blocks()
    row = maria.block("So, sagt Jonas.")
    expect(row).to_contain_text("Zuletzt geändert von Jonas K.")
    row.get_by_role("button", name="Ablauf löschen").click()
    maria.page.get_by_role("dialog").get_by_role("button", name="Löschen", exact=True).click()
    expect(row).to_have_count(0)
    maria.page.keyboard.press("Escape")
    assert not opens(house, seeds, kept(house))
    expect(jonas.page.get_by_role("heading", name="Ihr Zugang wurde gesperrt")).to_be_visible()
    maria.page.get_by_role("button", name="Notfall", exact=True).click()
    maria.page.get_by_role("button", name="Senden").click()
    writer.has_read(maria.page.locator(".message__bubble", has_text=HELP).inner_text())


def taken_along(house: House, name: str) -> tuple[KemSecret, ...]:
    """The keys of the team that somebody has."""

    async def work() -> tuple[KemSecret, ...]:
        staff = await house.cast.signs_in(name)
        return tuple(one.seed for one in staff.keyring.team_seeds)

    return house.server.run(work)


async def subject_of(house: House, name: str) -> bytes:
    return (await house.cast.signs_in(name)).subject16


def opens(house: House, seeds: tuple[KemSecret, ...], raw: bytes) -> bool:
    """Whether any of these keys opens a sheet."""
    for seed in seeds:
        try:
            open_sheet(seed, house.cast.team16, int(SheetKind.TEXT_BLOCKS), raw)
        except BadTag:
            continue
        return True
    return False


def like(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))
