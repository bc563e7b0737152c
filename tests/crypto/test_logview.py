"""The judged log and acceptances: vectors, and how clients ask."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import acceptance, certificate, merkle
from crypto.acceptance import Accept
from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.errors import BadProof, LocalError, RemoteError
from crypto.keys import SignPublic
from crypto.logview import LogView, Position, replay
from crypto.statement import DAY_MS, Kind
from tests.helpers.logscene import Scene
from tests.helpers.organisation import NOW_MS, ORIGIN, Organisation, Person, sign_secret
from tests.helpers.vectors import Case, assert_reproduced, flip, name_of, vectors
from tests.vectors.make.logview import summary

POOL = {
    name: [bytes.fromhex(one) for one in pair]
    for file in ("logview", "acceptance", "logedges")
    for name, pair in vectors(file, "pool")[0].given["statements"].items()
}


def view_of(case: Case) -> LogView:
    """Replay the log that a case names; its last leaf comes later, so a copy must keep all."""
    log = [POOL[name] for name in case.given["log"]]
    leaves, payloads = [leaf for leaf, _ in log], [payload for _, payload in log]
    fingerprint, deployment_id = case.bytes_of("fingerprint"), case.bytes_of("deployment_id")
    before = replay(fingerprint, leaves[:-1], payloads[:-1], deployment_id)
    return before.extend(leaves[-1:], payloads[-1:])


def judged(case: Case) -> dict[str, Any]:
    items: list[Any] = [
        bytes.fromhex(one) if isinstance(one, str) else one for one in case.given["accept"]
    ]
    accept = Accept(
        ticket16=items[0],
        certificate_hash=items[1],
        log_size=items[2],
        log_root=items[3],
        expires_ms=items[4],
        signature=items[5],
    )
    known = {key: case.bytes_of(key) for key in ("ticket16", "seeker_hash", "team16")}
    now = {key: case.given[key] for key in ("device_now_ms", "relay_now_ms")}
    verdict = acceptance.judge_accept(view_of(case), accept, **known, **now)
    return {"verdict": str(verdict)}


@pytest.mark.parametrize(
    "case", [*vectors("logview", "replay"), *vectors("logedges", "replay")], ids=name_of
)
def test_logs_follow_their_vectors(case: Case) -> None:
    case.check(lambda: summary(view_of(case)))


@pytest.mark.parametrize("case", vectors("acceptance", "judge"), ids=name_of)
def test_acceptances_follow_their_vectors(case: Case) -> None:
    case.check(lambda: judged(case))


@pytest.mark.parametrize("case", vectors("acceptance", "hash"), ids=name_of)
def test_seeker_key_hashes_follow_their_vectors(case: Case) -> None:
    public = SignPublic(case.bytes_of("public"))
    case.check(lambda: {"hash": acceptance.seeker_key_hash(public)})


@pytest.mark.parametrize("name", ["logview", "acceptance", "logedges"])
def test_the_generators_reproduce_the_vectors(name: str) -> None:
    assert_reproduced(name)


def test_extending_leaves_the_old_view_alone_and_equals_a_whole_replay() -> None:
    scene = Scene()
    whole = scene.org.view()
    step = LogView(scene.org.fingerprint, scene.org.deployment_id)
    for leaf, payload in scene.org.log:
        before = summary(step)
        longer = step.extend([leaf], [payload])
        assert summary(step) == before
        step = longer
    assert summary(step) == summary(whole)


def test_a_failed_extension_changes_nothing() -> None:
    scene = Scene()
    view = scene.org.view()
    before = summary(view)
    scene.org.counsellor(scene.ada, "Clara")
    leaf, payload = scene.org.log[-1]
    with pytest.raises(BadProof):
        view.extend([leaf, leaf], [payload, b"other"])
    with pytest.raises(BadProof):
        view.extend([leaf], [])
    assert summary(view) == before


def test_the_relay_asks_how_the_next_statement_would_be_judged() -> None:
    scene = Scene()
    view = scene.org.view()
    scene.org.counsellor(scene.anna, "Eve")
    assert view.judge_next(*scene.org.log[-1]) == "no_right"
    scene.org.counsellor(scene.ada, "Clara")
    assert view.judge_next(*scene.org.log[-1]) == "ok"
    assert view.size == 8


@pytest.mark.parametrize("case", vectors("logview", "checkpoint"), ids=name_of)
def test_checkpoints_are_compared_with_the_view(case: Case) -> None:
    def check() -> dict[str, Any]:
        opened = view_of(case).check_checkpoint(case.bytes_of("note"))
        return {"size": opened.size, "root": opened.root}

    case.check(check)


def test_no_checkpoint_counts_before_a_policy_names_the_key() -> None:
    org = Organisation()
    org.found()
    note = org.checkpoint()
    leaf, payload = org.log[0]
    with pytest.raises(BadProof):
        replay(org.fingerprint, [leaf], [payload]).check_checkpoint(note)


def test_the_log_key_of_the_newest_policy_counts() -> None:
    scene = Scene()
    old = scene.org.log_key
    scene.org.log_key = sign_secret("second log key")
    scene.org.policy(NOW_MS + 1)
    view = scene.org.view()
    view.check_checkpoint(scene.org.checkpoint())
    made = Checkpoint(origin=ORIGIN, size=view.size, root=view.root())
    with pytest.raises(BadProof):
        view.check_checkpoint(sign_checkpoint(old, made))


def test_a_pin_must_be_a_prefix() -> None:
    view = Scene().org.view()
    view.check_pin(0, view.root_at(0))
    view.check_pin(5, view.root_at(5))
    view.check_pin(8, view.root())
    for size, root in ((5, view.root_at(4)), (9, view.root()), (0, view.root())):
        with pytest.raises(BadProof):
            view.check_pin(size, root)


def test_what_a_policy_retains_and_the_log_without_what_it_says() -> None:
    view = Scene().org.view()
    assert (view.retention_hours("live"), view.retention_hours("case")) == (48, 0)
    assert LogView(bytes(32)).retention_hours("live") == 0
    tree = merkle.Tree()
    for one in view.leaf_hashes():
        tree.append_hash(one)
    assert (tree.size, tree.root()) == (8, view.root())


def test_positions_of_others() -> None:
    view = Scene().org.view()
    assert view.position(8, view.root()) is Position.KNOWN
    assert view.position(3, view.root_at(3)) is Position.KNOWN
    assert view.position(9, view.root()) is Position.AHEAD
    assert view.position(3, view.root()) is Position.FORK
    assert view.position(3, b"short") is Position.FORK
    with pytest.raises(LocalError):
        view.root_at(9)


def test_only_the_newest_team_statement_is_ever_current() -> None:
    scene = Scene()
    org, team16 = scene.org, scene.org.team16
    first = org.view().current_team(team16, NOW_MS)
    assert first is not None
    assert first.team.members == tuple(sorted([scene.anna.subject16, scene.ben.subject16]))
    assert org.view().current_team(team16, NOW_MS + 30 * DAY_MS) is None
    assert org.view().current_team(team16, NOW_MS - 600_001) is None
    assert org.view().current_team(bytes(16), NOW_MS) is None
    assert org.view().latest_team(bytes(16)) is None
    later = NOW_MS + 20 * DAY_MS
    second_hash = org.team(scene.ben, [scene.ben], 2, "team key 2", at_ms=later)
    view = org.view()
    assert view.current_team(team16, NOW_MS) is None
    second = view.current_team(team16, later)
    assert second is not None
    assert second.hash == second_hash
    assert view.latest_team(team16) == second
    assert view.team(first.hash) == first
    assert view.team(bytes(32)) is None
    assert view.in_team(team16, scene.ben.subject16, later)
    assert not view.in_team(team16, scene.anna.subject16, later)
    assert view.team_ids() == (team16,)


def test_a_revocation_is_dated_by_its_place() -> None:
    scene = Scene()
    certificate_hash = scene.hash_of(scene.anna)
    scene.org.revoke(scene.anna.sign, scene.anna.subject16, certificate_hash)
    found = scene.org.view().certificate(certificate_hash)
    assert found is not None
    assert found.revoked_at == 8
    assert not found.is_revoked_in(8)
    assert found.is_revoked_in(9)


def test_staff_see_their_own_certificates_and_what_is_new() -> None:
    scene = Scene()
    scene.org.counsellor(scene.anna, "Eve")
    scene.org.counsellor(scene.ada, "Anna", at_ms=NOW_MS + 1)
    view = scene.org.view()
    own = view.own_certificates(scene.anna.subject16)
    assert [one.index for one in own] == [3, 9]
    assert view.own_certificates(Person("Eve").subject16) == ()
    assert [entry.index for entry in view.staff_statements_since(7)] == [7, 9]


def test_an_empty_view_answers_nothing() -> None:
    view = LogView(bytes(32))
    assert (view.size, view.org(), view.root_pk(), view.policy()) == (0, None, None, None)
    assert view.certificate(bytes(32)) is None
    assert view.team(bytes(32)) is None
    assert view.own_certificates(bytes(16)) == ()
    assert view.team_history(bytes(16)) == ()
    assert view.team_ids() == ()
    assert (view.release(), view.site(), view.deletions(0)) == (None, None, None)
    assert view.released(bytes(32)) is None
    assert view.deletion_days() == ()
    assert view.replaces(bytes(16)) == b""
    assert view.people_in_force(Kind.COUNSELLOR, 0) == ()


def test_the_deployment_is_compared_only_where_it_is_known() -> None:
    org = Scene().org
    leaves, payloads = zip(*org.log, strict=True)
    assert replay(org.fingerprint, leaves, payloads).size == 8


def test_every_flipped_bit_of_a_log_takes_the_statement_out_or_is_refused() -> None:
    scene = Scene()
    leaf, payload = scene.org.log.pop()
    view = scene.org.view()
    for bit in range(0, len(leaf) * 8):
        with suppress(BadProof):
            assert view.judge_next(flip(leaf, bit), payload) != "ok"
    for bit in range(0, len(payload) * 8, 61):
        with pytest.raises(BadProof):
            view.judge_next(leaf, flip(payload, bit))


def test_a_flipped_bit_in_an_acceptance_is_refused() -> None:
    scene = Scene()
    view = scene.org.view()
    ticket16, seeker = bytes(16), certificate.key_hash(scene.ben.sign_pk)
    expires = NOW_MS + acceptance.VALID_MS
    signature = acceptance.sign_accept(
        scene.anna.sign, ticket16, seeker, view.size, view.root(), expires
    )

    def judge(signed: bytes, root: bytes) -> str:
        accept = Accept(
            ticket16=ticket16,
            certificate_hash=scene.hash_of(scene.anna),
            log_size=view.size,
            log_root=root,
            expires_ms=expires,
            signature=signed,
        )
        return acceptance.judge_accept(
            view,
            accept,
            ticket16=ticket16,
            seeker_hash=seeker,
            team16=scene.org.team16,
            device_now_ms=NOW_MS,
            relay_now_ms=NOW_MS,
        )

    assert judge(signature, view.root()) == "ok"
    for bit in range(512):
        assert judge(flip(signature, bit), view.root()) == "bad_signature"
    for bit in range(256):
        assert judge(signature, flip(view.root(), bit)) == "log_fork"


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_junk_leaves_raise_nothing_but_remote_errors(leaf: bytes, payload: bytes) -> None:
    with suppress(RemoteError):
        LogView(bytes(32)).extend([leaf], [payload])
