"""Which restarts of teams a person has not seen; what an account keeps of those it has."""

from __future__ import annotations

import pytest

from clientlib import restarts
from clientlib.restarts import RestartedTeam
from clientlib.settings import Settings
from crypto.encoding import encode
from tests.helpers.organisation import NOW_MS, Organisation, Person


def begun() -> tuple[Organisation, Person, Person]:
    org = Organisation()
    org.found()
    ada = org.admin("Ada")
    anna = org.counsellor(ada, "Anna")
    org.team(ada, [anna])
    return org, ada, anna


def test_a_team_that_its_members_lead_on_is_no_alarm() -> None:
    org, _, anna = begun()
    org.team(anna, [anna], epoch=2, at_ms=NOW_MS + 1)
    view = org.view()
    assert restarts.unseen(view, org.team16, ()) is None
    restarts.must_be_seen(view, org.team16, ())


def test_a_restart_is_one_until_it_was_seen_whatever_follows_it() -> None:
    org, ada, anna = begun()
    first = org.team(ada, [anna], epoch=2, key="team key 2", restart=True)
    # A member's next statement hides nothing.
    org.team(anna, [anna], epoch=3, key="team key 2")
    view = org.view()
    with pytest.raises(RestartedTeam) as alarm:
        restarts.must_be_seen(view, org.team16, ())
    assert alarm.value.statement.hash == first
    restarts.must_be_seen(view, org.team16, (first,))
    second = org.team(ada, [anna], epoch=4, key="team key 3", restart=True)
    found = restarts.unseen(org.view(), org.team16, (first,))
    assert found is not None
    assert found.hash == second
    assert restarts.unseen(org.view(), bytes(16), ()) is None


def test_settings_come_back_as_they_were_kept() -> None:
    for settings in (
        Settings(),
        Settings(sheet_noted=True, restarts=(b"r" * 32,)),
        Settings(restarts=(b"r" * 32, b"s" * 32), others=("neu", 7)),
    ):
        assert Settings.decode(settings.encode()) == settings
    assert Settings.decode(encode([1])) == Settings(sheet_noted=True)
    for raw in (encode([1, "neu"]), encode([1, [b"short"]]), encode([1, 7])):
        assert Settings.decode(raw) == Settings()
