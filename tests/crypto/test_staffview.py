"""The questions of boxes about staff, answered for any earlier size of the log."""

from __future__ import annotations

from crypto.staffview import LogStaff
from crypto.statement import DAY_MS, Role
from tests.helpers.organisation import NOW_MS, Organisation, seed


class _Scene:
    """Anna alone in the first TEAM, Anna and Ben in the second."""

    def __init__(self) -> None:
        self.organisation = Organisation()
        self.organisation.found()
        self.ada = self.organisation.admin("Ada")
        self.anna = self.organisation.counsellor(self.ada, "Anna")
        self.ben = self.organisation.counsellor(self.ada, "Ben")
        self.first = self.organisation.team(self.ada, [self.anna])
        self.size = self.organisation.view().size
        self.second = self.organisation.team(
            self.anna, [self.anna, self.ben], epoch=2, key="team key 1"
        )
        self.staff = LogStaff(self.organisation.view())


def test_an_earlier_size_gives_the_team_of_that_time() -> None:
    scene = _Scene()
    team16, now_size = scene.organisation.team16, scene.staff.view.size
    ben = scene.ben.subject16
    assert not scene.staff.in_team(team16, ben, scene.size, NOW_MS)
    assert scene.staff.in_team(team16, ben, now_size, NOW_MS)
    assert scene.staff.is_current_team(scene.first, scene.size, NOW_MS)
    assert not scene.staff.is_current_team(scene.first, now_size, NOW_MS)
    assert scene.staff.is_current_team(scene.second, now_size, NOW_MS)


def test_before_its_first_statement_a_team_is_none() -> None:
    scene = _Scene()
    team16, before = scene.organisation.team16, scene.size - 1
    assert not scene.staff.in_team(team16, scene.anna.subject16, before, NOW_MS)
    assert scene.staff.is_current_team(scene.first, before, NOW_MS) is False


def test_a_team_that_has_run_out_lists_nobody() -> None:
    scene = _Scene()
    later_ms = NOW_MS + 31 * DAY_MS
    size = scene.staff.view.size
    assert not scene.staff.in_team(scene.organisation.team16, scene.anna.subject16, size, later_ms)
    assert not scene.staff.is_current_team(scene.second, size, later_ms)


def test_an_empty_team_asks_for_some_team() -> None:
    scene = _Scene()
    others, anna = seed("other team", 16), scene.anna.subject16
    scene.organisation.team(scene.ada, [scene.ben], key="team key 9", team16=others)
    staff = LogStaff(scene.organisation.view())
    size = staff.view.size
    assert staff.in_team(b"", anna, size, NOW_MS)
    assert not staff.in_team(others, anna, size, NOW_MS)
    assert not staff.in_team(b"", bytes(16), size, NOW_MS)
    assert not staff.in_team(bytes(16), anna, size, NOW_MS)


def test_a_statement_is_known_by_its_hash_superseded_or_not() -> None:
    scene = _Scene()
    found = [scene.staff.team(one) for one in (scene.first, scene.second)]
    assert [one and one.hash for one in found] == [scene.first, scene.second]
    (held,) = scene.staff.view.own_certificates(scene.anna.subject16)
    assert scene.staff.counsellor(held.hash) == held


def test_an_unknown_team_is_never_current_and_an_unknown_certificate_is_none() -> None:
    scene = _Scene()
    assert scene.staff.counsellor(bytes(32)) is None
    assert scene.staff.team(bytes(32)) is None
    assert scene.staff.is_current_team(bytes(32), scene.staff.view.size, NOW_MS) is False


def test_the_root_of_a_longer_log_is_not_known() -> None:
    scene = _Scene()
    size = scene.staff.view.size
    assert scene.staff.log_root(size) == scene.staff.view.root()
    assert scene.staff.log_root(size) == scene.staff.view.root()
    assert scene.staff.log_root(scene.size) == scene.staff.view.root_at(scene.size)
    assert scene.staff.log_root(size + 1) is None


def test_a_root_is_computed_once() -> None:
    staff = _Scene().staff
    assert staff.log_root(staff.view.size) is staff.log_root(staff.view.size)


def test_an_auditors_certificate_opens_no_box_but_that_of_their_own_trial() -> None:
    organisation = Organisation()
    organisation.found()
    admin = organisation.admin("Ada")
    olaf = organisation.counsellor(admin, "Olaf", Role.AUDITOR)
    # A slip, or a trick: TEAM lists the auditor.
    organisation.team(admin, [olaf])
    view = organisation.view()
    (held,) = view.own_certificates(olaf.subject16)
    assert LogStaff(view).counsellor(held.hash) is None
    assert LogStaff(view, for_audit=True).counsellor(held.hash) == held
