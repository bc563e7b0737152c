"""Logs of staff statements with the judgement of each leaf.

The first case is a pool of statements, {name: [leaf, payload]}; the others list names from it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crypto import certificate, statement
from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.logview import LogView
from crypto.statement import DAY_MS, Kind, Role
from tests.helpers.organisation import NOW_MS, ORIGIN, Organisation, Person, seed, sign_anything
from tests.helpers.organisation import sign_secret as secret
from tests.vectors.make.common import case, document, flip

HOUR_MS = 60 * 60 * 1000


class Scene:
    """ORG, POLICY, admin Ada, counsellors Anna and Ben, auditor Olaf, lead Lea, and a TEAM."""

    def __init__(self) -> None:
        self.org = Organisation()
        self.org.found()
        self.ada = self.org.admin("Ada")
        self.anna = self.org.counsellor(self.ada, "Anna")
        self.ben = self.org.counsellor(self.ada, "Ben")
        self.olaf = self.org.counsellor(self.ada, "Olaf", Role.AUDITOR)
        self.lea = self.org.counsellor(self.ada, "Lea", Role.LEAD)
        self.org.team(self.ada, [self.anna, self.ben])

    def hash_of(self, person: Person) -> bytes:
        """Return the hash of the person's first certificate."""
        return self.org.view().own_certificates(person.subject16)[0].hash


def summary(view: LogView) -> dict[str, Any]:
    """What both languages must agree on after a replay."""
    certificates = [
        [one.hash, int(one.role), -1 if one.revoked_at is None else one.revoked_at]
        for entry in view.entries
        if (one := view.certificate(entry.hash))
    ]
    teams = [
        [one.team.team16, one.team.epoch, one.hash, len(one.team.members)]
        for team16 in view.team_ids()
        for one in view.team_history(team16)
    ]
    policy, root = view.policy(), view.root_pk()
    return {
        "reasons": [str(entry.reason) for entry in view.entries],
        "hashes": [entry.hash for entry in view.entries],
        "root": view.root(),
        "certificates": certificates,
        "teams": teams,
        "log_origin": policy.log_origin if policy else "",
        "root_pk": root.raw if root else b"",
    }


Act = Callable[[Scene], object]


def cases() -> dict[str, Any]:
    pool = Pool()
    found = [pool.judged("ok", name, why, act) for name, why, act in _GOOD]
    found += [pool.judged(reason, name, why, act) for reason, name, why, act in _HOSTILE]
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


def _add_raw(
    scene: Scene,
    issuer: str | Person,
    kind: int,
    payload: bytes,
    subject16: bytes,
    days: int = 10,
) -> None:
    key = secret(issuer) if isinstance(issuer, str) else issuer.sign
    end = NOW_MS + days * DAY_MS if days else 0
    leaf = sign_anything(key, kind, subject16, payload, NOW_MS, end)
    scene.org.log.append((leaf, payload))


def _flipped_leaf(scene: Scene, bit: int) -> None:
    leaf, payload = scene.org.log.pop()
    scene.org.log.append((flip(leaf, bit), payload))


def _certify(scene: Scene, subject: str, keys: Person, role: Role = Role.COUNSELLOR) -> None:
    payload = scene.org.staff(keys, role)
    end = NOW_MS + 30 * DAY_MS
    scene.org.add(scene.ada.sign, Person(subject).subject16, payload, NOW_MS, end)


def _mixed(scene: Scene, sign: Person, kem: Person) -> None:
    """Certify Clara's subject with two people's keys."""
    payload = statement.Staff(
        deployment_id=scene.org.deployment_id,
        role=Role.COUNSELLOR,
        sign_pk=sign.sign_pk,
        kem_pk=kem.kem_pk,
    )
    end = NOW_MS + 30 * DAY_MS
    scene.org.add(scene.ada.sign, Person("Clara").subject16, payload, NOW_MS, end)


def _revoked(who: str) -> Act:
    """Return an act in which the admin (or the root, for the admin) revokes somebody."""

    def act(scene: Scene) -> None:
        person: Person = getattr(scene, who)
        by = scene.org.root if who == "ada" else scene.ada.sign
        scene.org.revoke(by, person.subject16, scene.hash_of(person))

    return act


def _then(*acts: Act) -> Act:
    def act(scene: Scene) -> None:
        for one in acts:
            one(scene)

    return act


def _change_root(scene: Scene) -> None:
    scene.org.change_root(scene.org.standby, secret("new root"), NOW_MS + 1)


def _team(signer: str, members: str, epoch: int, key: str = "team key 1", **more: Any) -> Act:
    """Return an act: `signer` signs a TEAM of `members` (names of the scene)."""

    def act(scene: Scene) -> None:
        people = [getattr(scene, name) for name in members.split()]
        scene.org.team(getattr(scene, signer), people, epoch, key, **more)

    return act


def _other_team(scene: Scene, key: str, members: list[Person], **more: Any) -> None:
    mine, scene.org.team16 = scene.org.team16, seed("other team", 16)
    scene.org.team(scene.ada, members, key=key, **more)
    scene.org.team16 = mine


def _foreign_staff(scene: Scene) -> bytes:
    other = Organisation(deployment="elsewhere")
    return other.staff(Person("Clara"), Role.ADMIN).encode()


_GOOD: tuple[tuple[str, str, Act], ...] = (
    ("the whole scene", "from the root to the first TEAM", lambda s: None),
    ("certificate renewed", "same subject, same keys", lambda s: _certify(s, "Anna", s.anna)),
    (
        "role changed",
        "an unrevoked older certificate stays",
        lambda s: _certify(s, "Anna", s.anna, Role.LEAD),
    ),
    ("90 days", "the most", lambda s: s.org.counsellor(s.ada, "Clara", days=90)),
    ("366 days", "the most", lambda s: s.org.admin("Adam", days=366)),
    (
        "issuer's clock ten minutes behind",
        "tolerance at the start only",
        lambda s: s.org.counsellor(s.ada, "Clara", at_ms=NOW_MS - 10 * 60 * 1000),
    ),
    ("team renewed", "by a member, same key", _team("ben", "anna ben", 2)),
    ("team grown", "same key for one more", _team("anna", "anna ben lea", 2)),
    ("team key changed without need", "allowed", _team("anna", "anna ben", 2, "team key 2")),
    ("member left, new key", "", _team("anna", "anna", 2, "team key 2")),
    (
        "team ended, still renewed by a member",
        "the log knows no time; the members are the same",
        _team("anna", "anna ben", 2, at_ms=NOW_MS + 40 * DAY_MS),
    ),
    (
        "team restarted by the admin",
        "every client shows it as an alarm",
        _team("ada", "lea", 2, "team key 2", restart=True),
    ),
    ("a second team", "", lambda s: _other_team(s, "team key 9", [s.anna])),
    ("revoked by an admin", "", _revoked("anna")),
    (
        "revoked by its holder",
        "",
        lambda s: s.org.revoke(s.anna.sign, s.anna.subject16, s.hash_of(s.anna)),
    ),
    (
        "revoked by the root",
        "",
        lambda s: s.org.revoke(s.org.root, s.anna.subject16, s.hash_of(s.anna)),
    ),
    ("admin revoked by the root", "", _revoked("ada")),
    (
        "certified again after a revocation",
        "the same keys under a new certificate",
        _then(_revoked("anna"), lambda s: _certify(s, "Anna", s.anna, Role.LEAD)),
    ),
    ("policy replaced", "", lambda s: s.org.policy(NOW_MS + 1, "example.org/two")),
    ("root replaced", "by the standby key", _change_root),
    (
        "new root certifies",
        "",
        _then(
            _change_root,
            lambda s: setattr(s.org, "root", secret("new root")),
            lambda s: s.org.admin("Adam"),
        ),
    ),
    (
        "admin certified by the old root still issues",
        "issuers are judged at their place",
        _then(_change_root, lambda s: s.org.counsellor(s.ada, "Clara")),
    ),
)

_HOSTILE: tuple[tuple[str, str, str, Act], ...] = (
    (
        "duplicate",
        "statement repeated",
        "no rollback by repetition",
        lambda s: s.org.log.append(s.org.log[1]),
    ),
    (
        "duplicate",
        "revoked certificate repeated",
        "stays revoked",
        _then(_revoked("anna"), lambda s: s.org.log.append(s.org.log[3])),
    ),
    (
        "unknown_kind",
        "release, not known yet",
        "carried, gives no rights",
        lambda s: _add_raw(s, "root Vieraugen", 8, b"manifest", bytes(16)),
    ),
    (
        "malformed",
        "payload of another shape",
        "",
        lambda s: _add_raw(s, s.ada, Kind.COUNSELLOR, b"\x90", bytes(16)),
    ),
    (
        "malformed",
        "admin role in a counsellor certificate",
        "role and kind must fit",
        lambda s: _add_raw(
            s,
            s.ada,
            Kind.COUNSELLOR,
            s.org.staff(Person("Clara"), Role.ADMIN).encode(),
            Person("Clara").subject16,
        ),
    ),
    ("malformed", "leaf is not msgpack", "", lambda s: s.org.log.append((b"\xc1", b""))),
    ("malformed", "leaf is empty", "", lambda s: s.org.log.append((b"", b""))),
    ("malformed", "leaf version 2", "bit of the version", lambda s: _flipped_leaf(s, 8)),
    (
        "bad_signature",
        "signature flipped",
        "last bit",
        lambda s: _flipped_leaf(s, len(s.org.log[-1][0]) * 8 - 1),
    ),
    ("bad_signature", "subject flipped", "signed", lambda s: _flipped_leaf(s, 5 * 8)),
    ("unknown_issuer", "issuer flipped", "names nobody", lambda s: _flipped_leaf(s, 24 * 8)),
    ("bad_validity", "91 days", "too long", lambda s: s.org.counsellor(s.ada, "Clara", days=91)),
    ("bad_validity", "367 days", "too long", lambda s: s.org.admin("Adam", days=367)),
    ("bad_validity", "31 days", "too long", _team("anna", "anna ben", 2, days=31)),
    ("bad_validity", "no time at all", "", lambda s: s.org.counsellor(s.ada, "Clara", days=0)),
    (
        "bad_validity",
        "ends before it starts",
        "",
        lambda s: s.org.counsellor(s.ada, "Clara", days=-1),
    ),
    (
        "bad_validity",
        "certificate without end",
        "0 means no end",
        lambda s: s.org.add(
            s.ada.sign,
            Person("Clara").subject16,
            s.org.staff(Person("Clara"), Role.COUNSELLOR),
            NOW_MS,
            0,
        ),
    ),
    (
        "bad_validity",
        "policy with an end",
        "",
        lambda s: _add_raw(s, "root Vieraugen", Kind.POLICY, s.org.log[1][1], s.org.deployment_id),
    ),
    (
        "unknown_issuer",
        "self-signed admin",
        "under no root",
        lambda s: s.org.add(
            Person("Eve").sign,
            Person("Eve").subject16,
            s.org.staff(Person("Eve"), Role.ADMIN),
            NOW_MS,
            NOW_MS + DAY_MS,
        ),
    ),
    (
        "unknown_issuer",
        "under another root",
        "",
        _then(
            lambda s: setattr(s.org, "root", secret("another root")), lambda s: s.org.admin("Eve")
        ),
    ),
    (
        "no_right",
        "admin certifies an admin",
        "only the root does",
        lambda s: s.org.add(
            s.ada.sign,
            Person("Eve").subject16,
            s.org.staff(Person("Eve"), Role.ADMIN),
            NOW_MS,
            NOW_MS + DAY_MS,
        ),
    ),
    ("no_right", "counsellor certifies", "", lambda s: s.org.counsellor(s.anna, "Eve")),
    ("no_right", "auditor certifies", "", lambda s: s.org.counsellor(s.olaf, "Eve")),
    ("no_right", "lead certifies", "", lambda s: s.org.counsellor(s.lea, "Eve")),
    (
        "no_right",
        "root certifies a counsellor",
        "the root certifies admins",
        _then(
            lambda s: s.org.add(
                s.org.root,
                Person("Eve").subject16,
                s.org.staff(Person("Eve"), Role.COUNSELLOR),
                NOW_MS,
                NOW_MS + DAY_MS,
            )
        ),
    ),
    (
        "no_right",
        "second first leaf",
        "",
        lambda s: _add_raw(
            s, "root Vieraugen", Kind.ORG, s.org.log[0][1], seed("again", 16), days=0
        ),
    ),
    (
        "no_right",
        "policy by an admin",
        "",
        lambda s: _add_raw(s, s.ada, Kind.POLICY, s.org.log[1][1], s.org.deployment_id, days=0),
    ),
    (
        "no_right",
        "policy by the standby key",
        "",
        lambda s: _add_raw(
            s, "standby Vieraugen", Kind.POLICY, s.org.log[1][1], s.org.deployment_id, days=0
        ),
    ),
    (
        "foreign_deployment",
        "policy for another deployment",
        "",
        lambda s: _add_raw(
            s, "root Vieraugen", Kind.POLICY, s.org.log[1][1], seed("elsewhere", 16), days=0
        ),
    ),
    (
        "stale",
        "older policy held back",
        "must not come into force after a newer one",
        lambda s: s.org.policy(NOW_MS - 1, "example.org/old"),
    ),
    (
        "foreign_deployment",
        "admin of another deployment",
        "one root, two deployments",
        lambda s: _add_raw(
            s, "root Vieraugen", Kind.ADMIN, _foreign_staff(s), Person("Clara").subject16
        ),
    ),
    (
        "no_right",
        "root replaces itself",
        "only the standby key does",
        lambda s: s.org.change_root(s.org.root, secret("new root"), NOW_MS + 1),
    ),
    (
        "foreign_deployment",
        "root change for another deployment",
        "",
        lambda s: _add_raw(
            s,
            "standby Vieraugen",
            Kind.ROOT_CHANGE,
            b"\x91\xc4\x20" + bytes(32),
            seed("elsewhere", 16),
            days=0,
        ),
    ),
    (
        "stale",
        "older root change held back",
        "",
        lambda s: s.org.change_root(s.org.standby, secret("new root"), NOW_MS),
    ),
    (
        "key_taken",
        "root change to a known key",
        "",
        lambda s: s.org.change_root(s.org.standby, s.ada.sign, NOW_MS + 1),
    ),
    (
        "no_right",
        "old root after the change",
        "",
        _then(_change_root, lambda s: s.org.admin("Adam")),
    ),
    (
        "issuer_revoked",
        "issuer revoked before",
        "",
        _then(_revoked("ada"), lambda s: s.org.counsellor(s.ada, "E")),
    ),
    (
        "issuer_ended",
        "issuer ended before",
        "",
        lambda s: s.org.counsellor(s.ada, "Clara", at_ms=NOW_MS + 365 * DAY_MS),
    ),
    (
        "issuer_ended",
        "issuer not yet certified",
        "eleven minutes early",
        lambda s: s.org.counsellor(s.ada, "Clara", at_ms=NOW_MS - 11 * 60 * 1000),
    ),
    (
        "subject_taken",
        "listed subject with other keys",
        "else an admin alone places somebody in a live chat",
        lambda s: _certify(s, "Anna", Person("Eve")),
    ),
    (
        "subject_taken",
        "listed subject with another KEM key",
        "",
        lambda s: s.org.add(
            s.ada.sign,
            s.anna.subject16,
            statement.Staff(
                deployment_id=s.org.deployment_id,
                role=Role.COUNSELLOR,
                sign_pk=s.anna.sign_pk,
                kem_pk=Person("Eve").kem_pk,
            ),
            NOW_MS,
            NOW_MS + DAY_MS,
        ),
    ),
    ("key_taken", "Anna's keys for another subject", "", lambda s: _certify(s, "Eve", s.anna)),
    (
        "key_taken",
        "Anna's signing key for another",
        "",
        lambda s: _mixed(s, s.anna, Person("Clara")),
    ),
    ("key_taken", "Anna's KEM key for another", "", lambda s: _mixed(s, Person("Clara"), s.anna)),
    (
        "unknown_target",
        "revokes what is not there",
        "",
        lambda s: s.org.revoke(s.ada.sign, s.anna.subject16, bytes(32)),
    ),
    (
        "unknown_target",
        "revokes a TEAM",
        "only certificates",
        lambda s: s.org.revoke(s.ada.sign, s.org.team16, s.org.view().entries[-1].hash),
    ),
    (
        "malformed",
        "revokes under another subject",
        "",
        lambda s: s.org.revoke(s.ada.sign, s.ben.subject16, s.hash_of(s.anna)),
    ),
    (
        "already_revoked",
        "revoked twice",
        "the first counts",
        _then(
            _revoked("anna"),
            lambda s: s.org.revoke(s.org.root, s.anna.subject16, s.hash_of(s.anna)),
        ),
    ),
    (
        "no_right",
        "counsellor revokes a colleague",
        "",
        lambda s: s.org.revoke(s.ben.sign, s.anna.subject16, s.hash_of(s.anna)),
    ),
    (
        "no_right",
        "admin revokes an admin",
        "only root and holder do",
        _then(
            lambda s: s.org.admin("Adam"),
            lambda s: s.org.revoke(s.ada.sign, Person("Adam").subject16, s.hash_of(Person("Adam"))),
        ),
    ),
    (
        "issuer_revoked",
        "revoked admin revokes",
        "",
        _then(_revoked("ada"), _revoked("anna")),
    ),
    (
        "epoch_taken",
        "two statements for one epoch",
        "the earlier counts",
        _team("anna", "anna ben lea", 1),
    ),
    (
        "epoch_taken",
        "the slower of two renewals",
        "the earlier leaf counts",
        _then(_team("anna", "anna ben", 2), _team("ben", "anna ben lea", 2)),
    ),
    ("epoch_skipped", "epoch left out", "", _team("anna", "anna ben", 3)),
    (
        "epoch_skipped",
        "first epoch is not 1",
        "",
        lambda s: _other_team(s, "team key 9", [s.anna], epoch=2),
    ),
    ("not_member", "signed by a colleague outside", "", _team("lea", "anna ben lea", 2)),
    ("not_member", "signed by the admin without restart", "", _team("ada", "anna ben", 2)),
    (
        "not_member",
        "signed by who was taken out",
        "",
        _then(_team("anna", "anna", 2, "team key 2"), _team("ben", "anna ben", 3, "team key 3")),
    ),
    (
        "issuer_revoked",
        "signed by a revoked member",
        "",
        _then(_revoked("ben"), _team("ben", "anna", 2, "team key 2")),
    ),
    (
        "issuer_ended",
        "signed by a member whose certificate ended",
        "",
        _team("anna", "anna ben", 2, at_ms=NOW_MS + 90 * DAY_MS),
    ),
    (
        "no_right",
        "restart by a member",
        "",
        _team("anna", "anna ben", 2, "team key 2", restart=True),
    ),
    (
        "no_right",
        "first statement by a counsellor",
        "",
        lambda s: _other_team_by(s, s.anna),
    ),
    (
        "malformed",
        "first statement as restart",
        "nothing to restart",
        lambda s: _other_team(s, "team key 9", [s.anna], restart=True),
    ),
    (
        "malformed",
        "TEAM under another subject",
        "",
        lambda s: _add_raw(s, s.anna, Kind.TEAM, _next_team(s), seed("other team", 16)),
    ),
    (
        "unknown_member",
        "lists a revoked colleague",
        "",
        _then(_revoked("ben"), _team("anna", "anna ben", 2)),
    ),
    (
        "unknown_member",
        "lists somebody not certified",
        "an admin would choose later whose key that is",
        lambda s: s.org.team(s.anna, [s.anna, s.ben, Person("Eve")], 2),
    ),
    ("unknown_member", "lists an admin as such", "", _team("anna", "anna ben ada", 2)),
    ("key_kept", "member left, key kept", "who left knows it", _team("anna", "anna", 2)),
    (
        "key_kept",
        "restart with the old key",
        "",
        _team("ada", "anna ben", 2, restart=True),
    ),
    (
        "key_reused",
        "back to a former key",
        "",
        _then(_team("anna", "anna", 2, "team key 2"), _team("anna", "anna ben", 3)),
    ),
    ("key_taken", "another team's key", "", lambda s: _other_team(s, "team key 1", [s.anna])),
    ("key_taken", "a person's key as team key", "", _team("anna", "anna ben", 2, "Ben")),
)


def _other_team_by(scene: Scene, signer: Person) -> None:
    mine, scene.org.team16 = scene.org.team16, seed("other team", 16)
    scene.org.team(signer, [signer], key="team key 9")
    scene.org.team16 = mine


def _next_team(scene: Scene) -> bytes:
    latest = scene.org.view().latest_team(scene.org.team16)
    assert latest is not None
    return statement.Team(
        team16=scene.org.team16,
        epoch=2,
        kem_pk=latest.team.kem_pk,
        members=latest.team.members,
    ).encode()


def _lying_relay(pool: Pool) -> list[dict[str, Any]]:
    """Logs that no client may take in at all."""
    scene = Scene()
    _revoked("anna")(scene)
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
