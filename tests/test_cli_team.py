"""`vieraugen admit`, `revoke`, `team`: who is in a team, from a terminal."""

from __future__ import annotations

import asyncio
import sys
from io import StringIO

import pytest

from clientlib import restarts, writing
from clientlib.cli_common import Site
from clientlib.cli_seeker import write_signed_in
from e2e_server import paths
from tests.helpers.actors import Cast
from tests.helpers.written import at_desk, centre, writes
from tests.test_cli import Screen, Shell, shell
from tests.test_teams import restarted

__all__ = ["shell"]


def answers(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """What the person types at the next questions."""
    monkeypatch.setattr(sys, "stdin", StringIO("".join(f"{one}\n" for one in lines)))


def team_of(shell: Shell, *names: str) -> dict[str, str]:
    """A team of these; returns their ids."""
    shell.found()
    ids = {name: shell.counsellor(name) for name in names}
    first, *others = names
    more = [part for name in others for part in ("--member", ids[name])]
    shell.as_(first, "team", "propose", *more)
    shell.as_("verwaltung", "team", "sign")
    for name in others:
        shell.as_(name, "team", "take")
    return ids


def test_a_newcomer_is_admitted_after_name_and_words(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    team_of(shell, "maria")
    anna = shell.counsellor("anna")
    shell.as_("anna", "profile", "--shown", "Anna K.")
    assert "1 bestätigt und noch nicht im Team" in shell.as_("maria", "renew")
    answers(monkeypatch, "nein")
    assert "Nicht aufgenommen" in shell.as_("maria", "admit")
    assert "Übernommen: 0" in shell.as_("anna", "team", "take")
    answers(monkeypatch, "ja")
    said = shell.as_("maria", "admit")
    assert "Anna K., neu" in said
    words = next(line for line in shell("fingerprint").splitlines() if anna in line)
    assert words.split(": ")[1] in said
    assert "Aufgenommen" in said
    assert "Übernommen: 1" in shell.as_("anna", "team", "take")
    assert "Niemand Bestätigtes" in shell.as_("maria", "admit", expect=1)
    lena = shell.counsellor("lena")
    assert "Aufgenommen" in shell.as_("anna", "admit", "--member", lena, "--compared")
    assert "nicht die ID" in shell.as_("anna", "admit", "--member", "lena", expect=1)


def test_a_certificate_is_taken_back_after_it_was_said_what_that_means(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = team_of(shell, "maria", "jonas", "anna")
    shell.as_("jonas", "profile", "--shown", "Jonas W.")
    answers(monkeypatch, "nein")
    assert "Nichts unterschrieben" in shell.as_("verwaltung", "revoke", "Jonas W.", expect=1)
    answers(monkeypatch, "ja")
    said = shell.as_("verwaltung", "revoke", "Jonas W.")
    assert "für immer" in said
    assert "verschließt die\n    offenen Anliegen neu" in said
    assert ids["jonas"] in said
    assert "Ihr Zugang wurde gesperrt" in shell.as_("jonas", "renew", expect=1)
    assert "neuer Teamschlüssel" in shell.as_("maria", "renew")
    assert "kein Zertifikat" in shell.as_("verwaltung", "revoke", ids["jonas"], expect=1)
    # Who shows no name to any team is named by the id; the own certificate goes by itself.
    assert "bad_statement" in shell.as_("maria", "revoke", ids["anna"], "--sure", expect=1)
    assert "Bitte nennen" in shell.as_("anna", "revoke", expect=1)
    assert "Zurückgenommen" in shell.as_("anna", "revoke", "--own", "--sure")
    assert "neuer Teamschlüssel" in shell.as_("maria", "renew")


def test_a_member_is_taken_out_and_comes_back(shell: Shell) -> None:
    ids = team_of(shell, "maria", "jonas")
    said = shell.as_("maria", "team", "remove", ids["jonas"])
    assert "Nicht mehr in" in said
    assert "nicht in diesem Team" in shell.as_("maria", "team", "remove", ids["jonas"], expect=1)
    assert "Sich selbst" in shell.as_("maria", "team", "remove", ids["maria"], expect=1)
    said = shell.as_("maria", "admit", "--member", ids["jonas"], "--compared")
    assert "war schon einmal in diesem Team" in said
    assert "Übernommen: 1" in shell.as_("jonas", "team", "take")


def test_a_restart_is_asked_for_and_confirmed_by_everybody_once(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = team_of(shell, "maria", "jonas")
    assert "schon einen Schlüssel" in shell.as_("jonas", "team", "propose", expect=1)
    again = ("team", "propose", "--restart", "--member", ids["maria"])
    shell.as_("jonas", *again)
    assert "Unterschrieben: 0" in shell.as_("verwaltung", "team", "sign")
    assert "Unterschrieben: 1" in shell.as_("verwaltung", "team", "sign", "--restart")
    shell.as_("maria", "team", "take")
    answers(monkeypatch, "nein")
    assert "fragen Sie im Team nach" in shell.as_("maria", "renew", expect=1)
    answers(monkeypatch, "ja")
    assert "ACHTUNG" in shell.as_("maria", "renew")
    answers(monkeypatch)
    assert "ACHTUNG" not in shell.as_("maria", "renew")


async def test_who_writes_sees_the_alarm_once_and_loses_no_word(cast: Cast) -> None:
    maria, jonas = await centre(cast, "maria", "jonas")
    account = await cast.registers("kiesel-407")
    await restarted(cast, maria, jonas)
    site, screen = Site.load(paths.site_path(cast.server.settings)), Screen()
    work = asyncio.ensure_future(write_signed_in(screen.terminal, account, site, site.portal(None)))
    await screen.shows("neues Anliegen")
    for line in ("", "Wie weiter?", "Guten Tag", writing.SEND, "nein"):
        screen.type(line)
    await screen.shows("ACHTUNG")
    await screen.shows("Der Entwurf ist aufgehoben")
    for line in ("1", writing.SEND, "ja"):
        screen.type(line)
    await screen.shows("Gesendet")
    screen.type(None)
    await work
    again = await cast.seeker_signs_in("kiesel-407")
    view = await again.log.update()
    assert restarts.unseen(view, cast.team16, restarts.seen_of(again.keyring)) is None
    await writes(cast, again)
    await restarts.note_seen(maria.keyring, view, view.team_history(cast.team16)[-1])
    assert len((await at_desk(maria)).rows) == 2
