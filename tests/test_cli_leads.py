"""`vieraugen team` and `admit` with `--leads`: the leads of a portal have a team of their own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clientlib import writing
from clientlib.cli_common import Site
from clientlib.cli_seeker import write_signed_in
from crypto.levels import Level
from e2e_server import paths
from tests.helpers.actors import Cast
from tests.helpers.clock import FakeClock
from tests.helpers.leads import LEADS16, led, office
from tests.helpers.organisation import Organisation
from tests.helpers.server import ThreadedServer, portal_entry
from tests.test_cli import Screen, Shell


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shell]:
    entry = portal_entry(Organisation(), leads16=LEADS16.hex(), level="eingeschraenkt")
    clock = FakeClock(time.time_ns() // 1_000_000)
    with ThreadedServer(tmp_path / "server", clock=clock, portals=[entry]) as server:
        found = Shell(server, tmp_path, capsys)
        Cast(server.server).root.save(tmp_path / "root")
        yield found


def test_leads_found_their_team_and_admit_only_leads(shell: Shell) -> None:
    shell.found()
    maria, ruth, otto = (
        shell.counsellor("maria"),
        shell.counsellor("ruth", "leitung"),
        shell.counsellor("otto", "leitung"),
    )
    shell.as_("maria", "team", "propose")
    said = shell.as_("ruth", "team", "propose", "--leads", "--member", maria, expect=1)
    assert "nur, wer als Leitung bestätigt ist" in said
    assert "Leitung von Lebensfragen" in shell.as_("ruth", "team", "propose", "--leads")
    assert "Unterschrieben: 2" in shell.as_("verwaltung", "team", "sign")

    said = shell.as_("ruth", "renew")
    assert "»Leitung von Lebensfragen«: 1 bestätigt und noch nicht im Team" in said
    said = shell.as_("ruth", "admit", "--leads", "--member", maria, "--compared", expect=1)
    assert "Niemand Bestätigtes" in said
    said = shell.as_("ruth", "admit", "--leads", "--member", otto, "--compared")
    assert "Aufgenommen in »Leitung von Lebensfragen«" in said
    assert "Übernommen: 1" in shell.as_("otto", "team", "take")
    assert "Nicht mehr in »Leitung" in shell.as_("otto", "team", "remove", "--leads", ruth)


def test_a_portal_without_leads_says_so(shell: Shell) -> None:
    shell.found()
    shell.counsellor("maria")
    site = shell.site.read_text("utf-8").replace(f'"leads16": "{LEADS16.hex()}", ', "")
    shell.site.write_text(site.replace("eingeschraenkt", "offen"), "utf-8")
    assert "keine Leitung" in shell.as_("maria", "team", "propose", "--leads", expect=1)


@pytest.mark.parametrize(
    ("level", "said", "names"),
    [
        (Level.WIDE_OPEN, "ganze Team, die ganze Zeit: ", {"Maria", "Jonas", "Otto"}),
        (Level.OPEN, "Das lesen, bis jemand es übernimmt: ", {"Maria", "Jonas", "Otto"}),
        (Level.RESTRICTED, "Gibt sie es zurück, liest es nur die Leitung: ", {"Ruth", "Otto"}),
        (Level.STRICT, "Das liest nur die Leitung: ", {"Ruth", "Otto"}),
    ],
)
async def test_who_will_read_is_said_before_sending(
    tmp_path: Path, level: Level, said: str, names: set[str]
) -> None:
    async with led(tmp_path, level) as cast:
        await office(cast)
        account = await cast.registers("kiesel-407")
        site, screen = Site.load(paths.site_path(cast.server.settings)), Screen()
        writes = write_signed_in(screen.terminal, account, site, site.portal(None))
        work = asyncio.ensure_future(writes)
        await screen.shows("neues Anliegen")
        for line in ("", "Wie weiter?", "Guten Tag", writing.SEND):
            screen.type(line)
        await screen.shows("Gesendet")
        listed = (await screen.shows(said)).split(said)[1].split(".")[0]
        assert set(listed.split(", ")) == names
        screen.type(None)
        await work
