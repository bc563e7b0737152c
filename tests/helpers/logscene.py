"""A log that tests begin with, and what people do in it: an `Act` appends to a `Scene`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from crypto import statement
from crypto.statement import DAY_MS, RevokeReason, Role
from tests.helpers.organisation import NOW_MS, Organisation, Person, seed, sign_anything
from tests.helpers.organisation import sign_secret as secret
from tests.vectors.make.common import flip


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


Act = Callable[[Scene], object]


def add_raw(
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


def flipped_leaf(scene: Scene, bit: int) -> None:
    leaf, payload = scene.org.log.pop()
    scene.org.log.append((flip(leaf, bit), payload))


def certify(scene: Scene, subject: str, keys: Person, role: Role = Role.COUNSELLOR) -> None:
    payload = scene.org.staff(keys, role)
    end = NOW_MS + 30 * DAY_MS
    scene.org.add(scene.ada.sign, Person(subject).subject16, payload, NOW_MS, end)


def comes_back(
    scene: Scene, name: str = "Anna again", before: str = "Anna", keys: str = ""
) -> None:
    """Certify somebody under a new key who was certified under another."""
    payload = replace(
        scene.org.staff(Person(keys or name), Role.COUNSELLOR), replaces=Person(before).subject16
    )
    subject16, end = Person(name).subject16, NOW_MS + 30 * DAY_MS
    scene.org.add(scene.ada.sign, subject16, payload, NOW_MS, end)


def mixed(scene: Scene, sign: Person, kem: Person) -> None:
    """Certify Clara's subject with two people's keys."""
    payload = statement.Staff(
        deployment_id=scene.org.deployment_id,
        role=Role.COUNSELLOR,
        sign_pk=sign.sign_pk,
        kem_pk=kem.kem_pk,
    )
    end = NOW_MS + 30 * DAY_MS
    scene.org.add(scene.ada.sign, Person("Clara").subject16, payload, NOW_MS, end)


def revoked(who: str, reason: RevokeReason = RevokeReason.OTHER) -> Act:
    """Return an act in which the admin (or the root, for the admin) revokes somebody."""

    def act(scene: Scene) -> None:
        person: Person = getattr(scene, who)
        by = scene.org.root if who == "ada" else scene.ada.sign
        scene.org.revoke(by, person.subject16, scene.hash_of(person), reason=reason)

    return act


def then(*acts: Act) -> Act:
    def act(scene: Scene) -> None:
        for one in acts:
            one(scene)

    return act


def change_root(scene: Scene) -> None:
    scene.org.change_root(scene.org.standby, secret("new root"), NOW_MS + 1)


def team_of(signer: str, members: str, epoch: int, key: str = "team key 1", **more: Any) -> Act:
    """Return an act: `signer` signs a TEAM of `members` (names of the scene)."""

    def act(scene: Scene) -> None:
        people = [getattr(scene, name) for name in members.split()]
        scene.org.team(getattr(scene, signer), people, epoch, key, **more)

    return act


def other_team(scene: Scene, key: str, members: list[Person], **more: Any) -> None:
    mine, scene.org.team16 = scene.org.team16, seed("other team", 16)
    scene.org.team(scene.ada, members, key=key, **more)
    scene.org.team16 = mine


def foreign_staff(scene: Scene) -> bytes:
    other = Organisation(deployment="elsewhere")
    return other.staff(Person("Clara"), Role.ADMIN).encode()


def other_team_by(scene: Scene, signer: Person) -> None:
    mine, scene.org.team16 = scene.org.team16, seed("other team", 16)
    scene.org.team(signer, [signer], key="team key 9")
    scene.org.team16 = mine


def next_team(scene: Scene) -> bytes:
    latest = scene.org.view().latest_team(scene.org.team16)
    assert latest is not None
    return statement.Team(
        team16=scene.org.team16,
        epoch=2,
        kem_pk=latest.team.kem_pk,
        members=latest.team.members,
    ).encode()
