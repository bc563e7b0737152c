"""Logs of staff statements with the judgement of each leaf.

The first case is a pool of statements, {name: [leaf, payload]}; the others list names from it.
"""

from __future__ import annotations

from typing import Any

from crypto import certificate, statement
from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.logview import LogView
from tests.helpers import logpublications, logreturns
from tests.helpers.logacts import HONEST
from tests.helpers.logattacks import ON_STAFF
from tests.helpers.logattacks_team import ON_TEAMS
from tests.helpers.logscene import Act, Scene, revoked
from tests.helpers.organisation import NOW_MS, ORIGIN, Organisation, Person, sign_anything
from tests.helpers.organisation import sign_secret as secret
from tests.vectors.make.common import case, document, flip


def summary(view: LogView) -> dict[str, Any]:
    """What both languages must agree on after a replay."""
    certificates = [
        [
            one.hash,
            int(one.role),
            -1 if one.revoked_at is None else one.revoked_at,
            view.replaces(one.subject16),
        ]
        for entry in view.entries
        if (one := view.certificate(entry.hash))
    ]
    teams = [
        [one.team.team16, one.team.epoch, one.hash, len(one.team.members)]
        for team16 in view.team_ids()
        for one in view.team_history(team16)
    ]
    policy, root, release, site = view.policy(), view.root_pk(), view.release(), view.site()
    days = [view.deletions(day) for day in range(logpublications.DAY - 1, logpublications.DAY + 4)]
    return {
        "reasons": [str(entry.reason) for entry in view.entries],
        "hashes": [entry.hash for entry in view.entries],
        "root": view.root(),
        "certificates": certificates,
        "teams": teams,
        "log_origin": policy.log_origin if policy else "",
        "root_pk": root.raw if root else b"",
        "release": release[1].manifest if release else b"",
        "site": site.manifest if site else b"",
        "days": [one.root if one else b"" for one in days],
    }


def cases() -> dict[str, Any]:
    pool = Pool()
    found = [
        pool.judged("ok", name, why, act)
        for name, why, act in (*HONEST, *logreturns.HONEST, *logpublications.HONEST)
    ]
    found += [
        pool.judged(reason, name, why, act)
        for reason, name, why, act in (
            *ON_STAFF,
            *ON_TEAMS,
            *logreturns.ATTACKS,
            *logpublications.ATTACKS,
        )
    ]
    found += _lying_relay(pool)
    found += _checkpoints(pool)
    statements = case(
        "pool", "every statement used below", {"op": "pool", "statements": pool.statements}
    )
    return document("Replayed logs; `reasons` judges each leaf", [statements, *found])


class Pool:
    """Names each distinct statement once, so that the file stays small."""

    def __init__(self) -> None:
        self.statements: dict[str, tuple[bytes, bytes]] = {}

    def names(self, log: list[tuple[bytes, bytes]]) -> list[str]:
        """Return the names of these statements, taking new ones in."""
        for leaf, payload in log:
            self.statements.setdefault(_name(leaf, payload), (leaf, payload))
        return [_name(leaf, payload) for leaf, payload in log]

    def judged(self, reason: str, name: str, why: str, act: Act) -> dict[str, Any]:
        """Build a case from the scene after `act`; `reason` is how its last leaf is judged."""
        scene = Scene()
        act(scene)
        view = scene.org.view()
        out = summary(view)
        assert out["reasons"][-1] == reason, f"{name}: {out['reasons'][-1]}"
        return case(f"{reason}: {name}", why, self.given(scene.org, scene.org.log), out)

    def given(self, org: Organisation, log: list[tuple[bytes, bytes]]) -> dict[str, Any]:
        """Return a case's input for this log under this organisation."""
        return {
            "op": "replay",
            "fingerprint": org.fingerprint,
            "deployment_id": org.deployment_id,
            "log": self.names(log),
        }


def _name(leaf: bytes, payload: bytes) -> str:
    return certificate.leaf_hash(leaf + payload).hex()[:12]


def _lying_relay(pool: Pool) -> list[dict[str, Any]]:
    """Logs that no client may take in at all."""
    scene = Scene()
    revoked("anna")(scene)
    org, log = scene.org, scene.org.log
    other = Organisation("Other", deployment="Vieraugen")
    twin = Organisation(deployment="elsewhere")
    other.found()
    twin.found()
    swapped = [*log[:3], (log[3][0], log[4][1]), *log[4:]]
    hidden = [*log[:-1], (log[-1][0], b"")]
    unknown = sign_anything(org.root, 99, bytes(16), b"real", NOW_MS, 0)
    first_org, first_payload = log[0]
    self_made = sign_anything(secret("Eve"), 1, org.deployment_id, first_payload, NOW_MS, 0)
    other_subject = sign_anything(org.root, 1, bytes(16), first_payload, NOW_MS, 0)
    one_key = statement.Org(
        root_pk=Person("Eve").sign_pk,
        standby_pk=Person("Eve").sign_pk,
        deployment_id=org.deployment_id,
        language="de",
    )
    lonely = sign_anything(secret("Eve"), 1, org.deployment_id, one_key.encode(), NOW_MS, 0)
    refused = [
        ("payload swapped", "bad_proof", swapped),
        ("revocation hidden behind an empty payload", "bad_proof", hidden),
        ("payload of an unknown kind swapped", "bad_proof", [*log, (unknown, b"false")]),
        ("another organisation", "bad_statement", other.log),
        ("another deployment of the same root", "bad_statement", twin.log),
        ("begins with POLICY", "bad_statement", log[1:]),
        ("first leaf malformed", "bad_statement", [(b"\x00", b""), *log]),
        ("first leaf flipped", "bad_statement", [(flip(first_org, 900), first_payload)]),
        ("first leaf signed by another", "bad_statement", [(self_made, first_payload)]),
        ("first leaf under another subject", "bad_statement", [(other_subject, first_payload)]),
        ("root and standby are one key", "bad_statement", [(lonely, one_key.encode())]),
        ("first payload is junk", "bad_statement", [_junk_first(org)]),
    ]
    found = []
    for name, expect, bad in refused:
        given = pool.given(org, bad)
        if name == "root and standby are one key":
            eve = Person("Eve").sign_pk
            given["fingerprint"] = certificate.fingerprint(eve, eve)
        found.append(case(f"refused: {name}", "the whole log", given, expect=expect))
    found.append(case("empty log", "before the first leaf", pool.given(org, []), _nothing(org)))
    return found


def _junk_first(org: Organisation) -> tuple[bytes, bytes]:
    return sign_anything(org.root, 1, org.deployment_id, b"\x90", NOW_MS, 0), b"\x90"


def _nothing(org: Organisation) -> dict[str, Any]:
    return summary(LogView(org.fingerprint))


def _checkpoints(pool: Pool) -> list[dict[str, Any]]:
    """Notes compared with the whole scene: only the log key's, for this size and root."""
    org = Scene().org
    view = org.view()
    given = {**pool.given(org, org.log), "op": "checkpoint"}
    out = {"size": view.size, "root": view.root()}
    good = case("checkpoint: true", "", {**given, "note": org.checkpoint()}, out)
    return [good] + [
        case(f"checkpoint: {name}", "", {**given, "note": note}, expect="bad_proof")
        for name, note in wrong_checkpoints(org, view).items()
    ]


def wrong_checkpoints(org: Organisation, view: LogView) -> dict[str, bytes]:
    """Notes that a client must not take for this log."""

    def note(size: int, root: bytes, who: str = "log Vieraugen", origin: str = ORIGIN) -> bytes:
        return sign_checkpoint(secret(who), Checkpoint(origin=origin, size=size, root=root))

    return {
        "older": note(view.size - 1, view.root_at(view.size - 1)),
        "longer": note(view.size + 1, view.root()),
        "other root": note(view.size, flip(view.root(), 0)),
        "other key": note(view.size, view.root(), "else"),
        "other log": note(view.size, view.root(), origin="example.org/two"),
        "junk": b"junk",
    }
