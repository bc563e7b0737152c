"""`vieraugen capacity`, `fallback`: how much somebody takes on, who steps in; in a terminal."""

from __future__ import annotations

from tests.test_cli import Shell, shell
from tests.test_cli_team import team_of

__all__ = ["shell"]


def test_places_are_set_by_oneself_and_by_an_admin(shell: Shell) -> None:
    ids = team_of(shell, "maria", "jonas")
    shell.as_("maria", "profile", "--shown", "Maria B.")
    assert "zugleich: alle. In Arbeit: 0" in shell.as_("maria", "capacity")
    assert "zugleich: 3" in shell.as_("maria", "capacity", "--places", "3")
    assert "zugleich: keine" in shell.as_("jonas", "capacity", "--places", "keine")
    by_admin = ("capacity", "--person", "Maria B.", "--places", "alle")
    assert "zugleich: alle" in shell.as_("verwaltung", *by_admin)
    assert "zugleich: alle" in shell.as_("maria", "capacity")
    for wrong in ("0", "1000", "-1", "viele", "²"):
        assert "oder eine Zahl" in shell.as_("maria", "capacity", f"--places={wrong}", expect=1)
    others = ("capacity", "--person", ids["jonas"])
    assert "forbidden" in shell.as_("maria", *others, expect=1)


def test_an_admin_says_who_steps_in(shell: Shell) -> None:
    ids = team_of(shell, "maria", "jonas")
    assert "das ganze Team" in shell.as_("maria", "fallback")
    assert "forbidden" in shell.as_("maria", "fallback", "--person", ids["maria"], expect=1)
    set_by_admin = shell.as_("verwaltung", "fallback", "--person", ids["jonas"])
    assert ids["jonas"] in set_by_admin
    assert ids["jonas"] in shell.as_("maria", "fallback")
    assert "unknown" in shell.as_("verwaltung", "fallback", "--person", "00" * 16, expect=1)
    assert "das ganze Team" in shell.as_("verwaltung", "fallback", "--team")


def test_an_admin_says_how_regular_counsellors_come_about(shell: Shell) -> None:
    ids = team_of(shell, "maria", "jonas")
    assert "nur von Hand" in shell.as_("maria", "regular")
    assert "forbidden" in shell.as_("maria", "regular", "--automatic", expect=1)
    shell.as_("verwaltung", "fallback", "--person", ids["jonas"])
    assert "von selbst" in shell.as_("verwaltung", "regular", "--automatic")
    # One rule of the portal does not undo the other.
    assert ids["jonas"] in shell.as_("maria", "fallback")
    shell.as_("verwaltung", "fallback", "--team")
    assert "von selbst" in shell.as_("maria", "regular")
    assert "nur von Hand" in shell.as_("verwaltung", "regular", "--by-hand")
