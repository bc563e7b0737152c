"""`vieraugen reinvite`: a passphrase is lost, and the person comes back with another key."""

from __future__ import annotations

import pytest

from clientlib.cli import WORDS_FOR_STANDING
from clientlib.terminal import now_ms
from crypto import invitelink
from tests.test_cli import Shell, shell
from tests.test_cli_team import answers, team_of

__all__ = ["shell"]


def invited_again(said: str) -> str:
    """Return the code that the command said last but one."""
    code = said.splitlines()[-2]
    assert invitelink.read(code).replaces
    return code


def test_who_lost_the_passphrase_comes_back_with_another_key(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = team_of(shell, "maria", "jonas")
    shell.as_("maria", "profile", "--shown", "Maria B.")
    answers(monkeypatch, "nein")
    asked = shell.as_("verwaltung", "reinvite", "Maria B.", expect=1)
    assert asked == "Nichts unterschrieben.\n"
    answers(monkeypatch, "ja")
    said = shell.as_("verwaltung", "reinvite", "Maria B.")
    assert "eigenen laufenden Gespräche" in said
    assert f"reinvite … {ids['maria']}" in said
    assert "Der alte Schlüssel ist gesperrt." in said
    assert shell.as_("maria", "renew", expect=1) == WORDS_FOR_STANDING["revoked"] + "\n"

    shell.holds("code", invited_again(said))
    shell.new_account("maria.neu", "--code-file", shell.file("code"))
    code = ("--code-file", shell.file("code"))
    said = shell.as_("verwaltung", "approve", *code, "--compared")
    assert f"Neuer Schlüssel für {ids['maria']}" in said
    back = said.split()[-1]
    assert back != ids["maria"]
    shell.as_("maria.neu", "profile", "--shown", "Maria B.")
    answers(monkeypatch, "ja")
    said = shell.as_("jonas", "admit")
    assert "neuer Teamschlüssel" in said
    assert "davon mit neuem Schlüssel zurück: 1" in said
    assert f"Maria B. kommt mit neuem Schlüssel zurück: Maria B. ({back})" in said
    assert "Aufgenommen" in said
    assert "Übernommen: 1" in shell.as_("maria.neu", "team", "take")
    again = shell.as_("verwaltung", "reinvite", ids["maria"], expect=1)
    assert f"schon mit neuem Schlüssel zurück: {back}" in again


def test_an_interrupted_step_goes_on_and_the_order_cannot_be_got_wrong(shell: Shell) -> None:
    ids = team_of(shell, "maria", "jonas")
    first = shell.as_("verwaltung", "reinvite", ids["maria"], "--sure")
    second = shell.as_("verwaltung", "reinvite", ids["maria"])
    assert "ist schon gesperrt" in second
    for code, name in ((invited_again(first), "eins"), (invited_again(second), "zwei")):
        shell.holds(f"code.{name}", code)
        shell.new_account(name, "--code-file", shell.file(f"code.{name}"))
    # Two invitations for one person: the first that is confirmed counts.
    approve = ("approve", "--compared", "--code-file")
    assert "Bestätigt" in shell.as_("verwaltung", *approve, shell.file("code.zwei"))
    refused = shell.as_("verwaltung", *approve, shell.file("code.eins"), expect=1)
    assert "schon mit neuem Schlüssel zurück" in refused


def test_nobody_is_confirmed_while_the_old_key_counts(shell: Shell) -> None:
    """An invitation made elsewhere, or a relay that withholds the revocation: all look alike."""
    ids = team_of(shell, "maria", "jonas")
    drawn = invitelink.new_invitation(now_ms(), replaces=bytes.fromhex(ids["maria"]))
    shell.holds("code", invitelink.written(drawn))
    shell.new_account("maria.neu", "--code-file", shell.file("code"))
    code = ("--code-file", shell.file("code"), "--compared")
    refused = shell.as_("verwaltung", "approve", *code, expect=1)
    assert "noch nicht gesperrt" in refused
    assert ids["maria"] in refused
    # A planned change of key is the same step.
    shell.as_("verwaltung", "reinvite", ids["maria"], "--sure", "--reason", "wechsel")
    assert "Bestätigt" in shell.as_("verwaltung", "approve", *code)


def test_who_comes_back_keeps_the_role_and_only_staff_are_invited_anew(shell: Shell) -> None:
    team_of(shell, "maria")
    shell.invite()
    shell.new_account("lea", "--code-file", shell.file("code"))
    code = ("--code-file", shell.file("code"), "--compared")
    lea = shell.as_("verwaltung", "approve", *code, "--role", "leitung").split()[-1]
    shell.holds("code", invited_again(shell.as_("verwaltung", "reinvite", lea, "--sure")))
    shell.new_account("lea.neu", "--code-file", shell.file("code"))
    back = shell.as_("verwaltung", "approve", *code).split()[-1]
    assert f"{back} (lead)" in shell("fingerprint")
    nobody = "00" * 16
    assert "niemand bestätigt" in shell.as_("verwaltung", "reinvite", nobody, expect=1)
    admin = next(line.split()[0] for line in shell("fingerprint").splitlines() if "(admin)" in line)
    assert "bestätigt die Wurzel" in shell.as_("verwaltung", "reinvite", admin, expect=1)
    # Who is no admin revokes no colleague.
    refused = shell.as_("maria", "reinvite", back, "--sure", expect=1)
    assert "bad_statement" in refused
