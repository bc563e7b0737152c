"""Commits: every rule of the table, broken once; wraps; decoders."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import commit, encoding, envelope
from crypto.commit import Commit
from crypto.errors import BadStatement, LocalError, NotCanonical, RemoteError
from crypto.keys import EpochSecret
from crypto.roster import (
    BoxKind,
    Place,
    Role,
    RosterEntry,
    check_newcomer,
    check_shape,
    rights,
)
from crypto.statement import Role as StaffRole
from tests.helpers import script
from tests.helpers.box import (
    ANNA,
    BELA,
    CARL,
    NOW_MS,
    SEEKER,
    Person,
    World,
    live_chat,
    team_entry,
    team_statement,
)
from tests.helpers.vectors import Case, assert_reproduced, name_of, vectors
from tests.vectors.make.roster import entry_of

DEFAULT_STAFF = vectors("commit", "staff")[0].given["staff"]
BOX16 = bytes(16)


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("commit")


@pytest.mark.parametrize("case", vectors("commit", "check"), ids=name_of)
def test_the_rules_follow_the_vectors(case: Case) -> None:
    named = case.given["staff"]
    staff = script.view_of(DEFAULT_STAFF if named == "default" else named)
    place = Place(case.given["log_n"], case.given["at_ms"])
    wraps = [envelope.Wrap(sidx=sidx, sealed=bytes(1168)) for sidx in case.given["wraps"]]
    news, signer = Commit.decode(case.bytes_of("payload")), case.given["signer"]
    box16, before = case.bytes_of("box16"), case.bytes_of("before")

    def judged() -> dict[str, Any]:
        if before:
            state = commit.state_of(box16, Commit.decode(before), case.given["highest_sidx"])
            after = commit.check_commit(state, news, signer, wraps, place, staff)
        else:
            after = commit.check_commit0(box16, news, signer, wraps, place, staff)
        return {
            "epoch": after.epoch,
            "epoch_hash": after.epoch_hash,
            "members": list(after.entries),
            "highest_sidx": after.highest_sidx,
        }

    case.check(judged)


@pytest.mark.parametrize("case", vectors("commit", "decode"), ids=name_of)
def test_decoding_follows_the_vectors(case: Case) -> None:
    case.check(lambda: {"raw": Commit.decode(case.bytes_of("raw")).encode()})


def test_the_roster_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("roster")


@pytest.mark.parametrize("case", vectors("roster", "numbers"), ids=name_of)
def test_numbers_are_those_of_the_spec(case: Case) -> None:
    kinds: dict[str, type[IntEnum]] = {"BoxKind": BoxKind, "Role": Role, "Reason": commit.Reason}
    assert {one.name: int(one) for one in kinds[case.given["of"]]} == case.out


@pytest.mark.parametrize("case", vectors("roster", "rights"), ids=name_of)
def test_rights_are_those_of_the_spec(case: Case) -> None:
    def found() -> dict[str, Any]:
        may = rights(BoxKind(case.given["kind"]), Role(case.given["role"]))
        return {
            "add": sorted(may.add),
            "remove": sorted(may.remove),
            "create": may.create,
            "close": may.close,
        }

    case.check(found)


@pytest.mark.parametrize("case", vectors("roster", "shape"), ids=name_of)
def test_shapes_follow_the_vectors(case: Case) -> None:
    entries = tuple(entry_of(one) for one in case.given["entries"])
    case.check_silent(lambda: check_shape(BoxKind(case.given["kind"]), entries))


@pytest.mark.parametrize("case", vectors("roster", "newcomer"), ids=name_of)
def test_newcomers_follow_the_vectors(case: Case) -> None:
    given, named = case.given, case.given["staff"]
    staff = script.view_of(DEFAULT_STAFF if named == "default" else named)
    entry = RosterEntry.from_value(encoding.decode(case.bytes_of("entry")))
    place = Place(given["log_n"], given["at_ms"])
    case.check_silent(lambda: check_newcomer(BoxKind(given["kind"]), entry, place, staff))


def test_a_wrap_opens_for_its_member_epoch_and_box_only() -> None:
    es = EpochSecret(bytes([7]) * 32)
    entry = ANNA.entry(2, Role.COUNSELLOR)
    made = commit.wrap(entry, BOX16, 3, es)
    assert commit.open_wrap(made, BOX16, 3, ANNA.kem) == es
    wrong = [
        (made, BOX16, 4, ANNA.kem),
        (made, bytes([1]) * 16, 3, ANNA.kem),
        (replace(made, sidx=3), BOX16, 3, ANNA.kem),
        (made, BOX16, 3, BELA.kem),
    ]
    for one, box16, number, secret in wrong:
        with pytest.raises(RemoteError):
            commit.open_wrap(one, box16, number, secret)


def test_fifty_members_fit_a_commit_and_one_more_does_not() -> None:
    crowd = [Person(f"member {n}").entry(n, Role.PARTICIPANT) for n in range(2, 51)]
    roster = [ANNA.entry(1, Role.MODERATOR), *crowd]
    world, _, anna = live_chat()
    first = commit.make_commit0(world.box16, BoxKind.GROUP, roster, world.es0, world.share)
    state = commit.state_of(world.box16, first)
    leaving = roster[:-1]
    news, wraps = commit.make_commit(state, leaving, commit.Reason.REMOVED, world.es(1))
    body = replace(world.first_body(news.encode(), 1), i=1)
    raw = envelope.seal_e1(world.key(), anna.person.sign, body, wraps)
    assert envelope.open_e1(raw, world.key()).wraps == wraps
    assert Commit.decode(first.encode()) == first
    check_shape(BoxKind.GROUP, tuple(roster))
    more = (*roster, Person("one more").entry(99, Role.PARTICIPANT))
    with pytest.raises(BadStatement):
        check_shape(BoxKind.GROUP, more)
    with pytest.raises(NotCanonical, match="too many"):
        Commit.decode(replace(first, roster=more).encode())


def test_a_box_id_of_another_size_is_our_bug() -> None:
    world = World()
    with pytest.raises(LocalError):
        commit.make_commit0(bytes(15), BoxKind.STAFF, [], world.es0, world.share)


def test_an_admins_certificate_opens_no_box() -> None:
    world = World()
    carl = replace(CARL.certificate(4), role=StaffRole.ADMIN)
    world.staff.certificates[carl.hash] = carl
    roster = [CARL.entry(1, Role.STAFF)]
    first = commit.make_commit0(world.box16, BoxKind.STAFF, roster, world.es0, world.share)
    with pytest.raises(BadStatement, match="admin"):
        commit.check_commit0(world.box16, first, 1, (), Place(10, NOW_MS), world.staff)


def test_a_certificate_counts_from_its_place_in_the_log() -> None:
    world = World()
    roster = [CARL.entry(1, Role.STAFF)]
    first = commit.make_commit0(world.box16, BoxKind.STAFF, roster, world.es0, world.share)
    assert commit.check_commit0(world.box16, first, 1, (), Place(5, NOW_MS), world.staff)
    with pytest.raises(BadStatement, match="no such certificate"):
        commit.check_commit0(world.box16, first, 1, (), Place(4, NOW_MS), world.staff)


def test_a_superseded_team_is_written_to_no_more() -> None:
    world = World()
    newer = replace(team_statement([ANNA, BELA], index=8), hash=bytes([8]) * 32)
    world.staff.teams[newer.hash] = newer
    roster = [SEEKER.entry(1, Role.SEEKER), team_entry(2)]
    first = commit.make_commit0(world.box16, BoxKind.CASE, roster, world.es0, world.share)
    assert commit.check_commit0(world.box16, first, 1, (), Place(8, NOW_MS), world.staff)
    with pytest.raises(BadStatement, match="not current"):
        commit.check_commit0(world.box16, first, 1, (), Place(9, NOW_MS), world.staff)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_or_read(raw: bytes) -> None:
    with suppress(RemoteError):
        Commit.decode(raw)


def test_no_other_member_is_needed_for_a_box_of_ones_own() -> None:
    world = World()
    roster = [CARL.entry(1, Role.STAFF)]
    first = commit.make_commit0(world.box16, BoxKind.STAFF, roster, world.es0, world.share)
    place = Place(10, NOW_MS)
    assert commit.check_commit0(world.box16, first, 1, (), place, world.staff).entries
    assert SEEKER.entry(1, Role.SEEKER).certificate_hash == bytes(32)
