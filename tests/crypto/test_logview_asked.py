"""What a replayed log says when it is asked: people, publications, days, tiles."""

from __future__ import annotations

import pytest

from crypto import tiles
from crypto.errors import BadProof
from crypto.logview import LogView, Position
from crypto.statement import DAY_MS, Kind
from crypto.tiles import Tile
from tests.helpers.logpublications import DAY, deletions, release, site
from tests.helpers.logscene import Scene, revoked, then
from tests.helpers.organisation import NOW_MS, Person


def subjects(view: LogView, kind: Kind, at_ms: int) -> set[bytes]:
    return {one.subject16 for one in view.people_in_force(kind, at_ms)}


def test_who_is_in_force_now() -> None:
    scene = Scene()
    staff = {one.subject16 for one in (scene.anna, scene.ben, scene.olaf, scene.lea)}
    view = scene.org.view()
    assert subjects(view, Kind.COUNSELLOR, NOW_MS) == staff
    assert subjects(view, Kind.ADMIN, NOW_MS) == {scene.ada.subject16}
    assert subjects(view, Kind.COUNSELLOR, NOW_MS - DAY_MS) == set()
    assert subjects(view, Kind.COUNSELLOR, NOW_MS + 91 * DAY_MS) == set()
    assert subjects(view, Kind.ADMIN, NOW_MS + 91 * DAY_MS) == {scene.ada.subject16}
    revoked("anna")(scene)
    later = scene.org.view()
    assert subjects(later, Kind.COUNSELLOR, NOW_MS) == staff - {scene.anna.subject16}


def test_somebody_renewed_is_one_person_under_the_newest_certificate() -> None:
    scene = Scene()
    scene.org.counsellor(scene.ada, "Anna", at_ms=NOW_MS + 1)
    newest = scene.org.view().own_certificates(Person("Anna").subject16)[-1]
    found = scene.org.view().people_in_force(Kind.COUNSELLOR, NOW_MS + 1)
    assert [one.hash for one in found if one.subject16 == scene.anna.subject16] == [newest.hash]


def test_what_is_published_is_found_again() -> None:
    scene = Scene()
    then(release(), release(NOW_MS + 1, tag="v2"), site())(scene)
    then(deletions(DAY), deletions(DAY + 1))(scene)
    view = scene.org.view()
    org = view.org()
    assert org is not None
    assert org.deployment_id == scene.org.deployment_id
    hashes = [entry.hash for entry in view.entries if entry.leaf and entry.leaf.kind == 8]
    found = [view.released(one) for one in hashes]
    assert [one.tag for one in found if one] == ["v1.0.0", "v2"]
    assert view.released(bytes(32)) is None
    assert view.deletion_days() == (DAY, DAY + 1)
    assert [entry.index for entry in view.entries] == list(range(view.size))


def test_a_view_gives_the_tiles_of_its_tree() -> None:
    view = Scene().org.view()
    leaves = [one for one in tiles.tiles_of(view.size) if one.level == 0]
    assert b"".join(view.tile(one) for one in leaves) == b"".join(view.leaf_hashes())
    assert isinstance(leaves[0], Tile)


def test_leaves_without_their_payloads_are_not_taken() -> None:
    log = Scene().org.log
    with pytest.raises(BadProof):
        Scene().org.view().extend([leaf for leaf, _ in log[:2]], [log[0][1]])


def test_positions_have_the_names_that_both_languages_use() -> None:
    assert [str(one) for one in Position] == ["known", "ahead", "fork"]
