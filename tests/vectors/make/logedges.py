"""Edges of the log's rules: each was written because a mutant lived there. Form as logview's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from crypto import certificate, encoding, labels, primitives
from crypto.publication import Deletions
from crypto.statement import DAY_MS, Kind, Org, RevokeReason, Role
from tests.helpers.logpublications import release, site
from tests.helpers.logscene import Act, Scene, certify, comes_back, revoked, then
from tests.helpers.organisation import (
    NOW_MS,
    Organisation,
    Person,
    seed,
    sign_anything,
    sign_secret,
)
from tests.vectors.make.common import case, document
from tests.vectors.make.logview import Pool, summary


def cases() -> dict[str, Any]:
    pool = Pool()
    found = [
        _judged(pool, "no_right", "deletions before any policy", _deletions_before_a_policy()),
        _judged(pool, "no_right", "a second first leaf by the log's key", _second_org()),
        _judged(pool, "ok", "an admin whose first certificate has ended", _renewed_admin()),
        _judged(pool, "ok", "an admin whose next certificate is still to come", _renewed_ahead()),
        _judged(pool, "ok", "the first of each, dated the beginning of 1970", _dated_zero()),
        _judged(pool, "stale", "a change of root before the last one", _older_root()),
        _acted(pool, "subject_taken", "listed subject with another signing key", _other_sign_key),
        _acted(pool, "ok", "back, and renewed with the same word", then(*_BACK, _same_word)),
        _acted(
            pool,
            "already_replaced",
            "renewed without the word, and replaced again",
            then(*_BACK, _renewed, lambda scene: comes_back(scene, "Eve")),
        ),
        _refused(pool, "first leaf with an end", _first(end_ms=NOW_MS + DAY_MS)),
        _refused(pool, "first leaf of another kind", _first(kind=Kind.POLICY)),
        _refused(pool, "first leaf that names another issuer", _first_of_another_issuer()),
    ]
    statements = case(
        "pool", "every statement used below", {"op": "pool", "statements": pool.statements}
    )
    return document("Edges of the log's rules; as in logview.json", [statements, *found])


def _judged(pool: Pool, reason: str, name: str, org: Organisation) -> dict[str, Any]:
    out = summary(org.view())
    assert out["reasons"][-1] == reason, f"{name}: {out['reasons'][-1]}"
    return case(f"{reason}: {name}", "the last leaf", pool.given(org, org.log), out)


def _acted(pool: Pool, reason: str, name: str, act: Act) -> dict[str, Any]:
    scene = Scene()
    act(scene)
    return _judged(pool, reason, name, scene.org)


def _refused(pool: Pool, name: str, org: Organisation) -> dict[str, Any]:
    return case(
        f"refused: {name}", "the whole log", pool.given(org, org.log), expect="bad_statement"
    )


def _founded() -> Organisation:
    org = Organisation()
    org.found()
    return org


def _deletions_before_a_policy() -> Organisation:
    """Nobody is the log's key yet."""
    org = _founded()
    org.log = org.log[:1]
    day = NOW_MS // DAY_MS - 1
    payload = Deletions(day=day, count=0, root=seed("no tombs"))
    org.add(org.root, org.deployment_id, payload, NOW_MS, 0)
    return org


def _second_org() -> Organisation:
    """Of all kinds the log's key may sign deletions alone."""
    org = _founded()
    again = Org.decode(org.log[0][1])
    org.add(org.log_key, org.deployment_id, again, NOW_MS, 0)
    return org


def _renewed_admin() -> Organisation:
    """Any certificate of a key that runs gives its right, not each."""
    org = _founded()
    ada = org.admin("Ada", days=10)
    org.admin("Ada", at_ms=NOW_MS + 9 * DAY_MS)
    org.counsellor(ada, "Anna", at_ms=NOW_MS + 20 * DAY_MS)
    return org


def _renewed_ahead() -> Organisation:
    """What was certified first goes on until it ends."""
    org = _founded()
    ada = org.admin("Ada", days=10)
    org.admin("Ada", at_ms=NOW_MS + 9 * DAY_MS)
    org.counsellor(ada, "Anna", at_ms=NOW_MS + 5 * DAY_MS)
    return org


def _dated_zero() -> Organisation:
    """Before the first of its kind there is no time that a statement must follow."""
    scene = Scene()
    scene.org.log = scene.org.log[:1]
    scene.org.policy(at_ms=0)
    scene.org.admin("Ada", at_ms=0)
    then(release(at_ms=0), site(at_ms=0))(scene)
    assert {entry.reason for entry in scene.org.view().entries} == {"ok"}
    return scene.org


def _older_root() -> Organisation:
    """Signed by the standby key and held back."""
    org = _founded()
    org.change_root(org.standby, sign_secret("new root"), NOW_MS + 5)
    org.change_root(org.standby, sign_secret("another new root"), NOW_MS + 3)
    return org


_BACK = (revoked("anna", RevokeReason.KEY_LOST), comes_back)


def _renewed(scene: Scene) -> None:
    certify(scene, "Anna again", Person("Anna again"))


def _same_word(scene: Scene) -> None:
    """A renewal may say again whom the person replaces."""
    again = Person("Anna again")
    payload = replace(scene.org.staff(again, Role.COUNSELLOR), replaces=scene.anna.subject16)
    scene.org.add(scene.ada.sign, again.subject16, payload, NOW_MS, NOW_MS + 31 * DAY_MS)


def _other_sign_key(scene: Scene) -> None:
    keys = replace(scene.org.staff(scene.anna, Role.COUNSELLOR), sign_pk=Person("Eve").sign_pk)
    subject16 = scene.anna.subject16
    scene.org.add(scene.ada.sign, subject16, keys, NOW_MS, NOW_MS + DAY_MS)


def _first(kind: Kind = Kind.ORG, end_ms: int = 0) -> Organisation:
    org = _founded()
    payload = org.log[0][1]
    leaf = sign_anything(org.root, kind, org.deployment_id, payload, NOW_MS, end_ms)
    org.log = [(leaf, payload)]
    return org


def _first_of_another_issuer() -> Organisation:
    """Signed by the root key, and said to be by somebody else."""
    org = _founded()
    payload = org.log[0][1]
    signed: list[encoding.Value] = [
        certificate.VERSION,
        int(Kind.ORG),
        org.deployment_id,
        certificate.key_hash(Person("Eve").sign_pk),
        NOW_MS,
        0,
        certificate.payload_hash(payload),
    ]
    signature = primitives.sign(org.root, labels.SIG_LEAF, signed)
    org.log = [(encoding.encode([*signed, signature]), payload)]
    return org
