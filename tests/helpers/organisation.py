"""A small organisation with repeatable keys, for tests and vector generators.

org = Organisation(); org.found(); admin = org.admin("Ada"); anna = org.counsellor(admin, "Anna")
org.team(admin, [anna]); view = org.view()
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from crypto import certificate, encoding, kem, labels, primitives
from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.cosignature import Witness
from crypto.keys import KemPublic, KemSecret, SignPublic, SignSecret
from crypto.logview import LogView, replay
from crypto.statement import (
    DAY_MS,
    Org,
    Payload,
    Policy,
    Revoke,
    RevokeReason,
    Role,
    RootChange,
    Staff,
    Team,
)

NOW_MS = 1_800_000_000_000
ORIGIN = "example.org/log"


def seed(name: str, size: int = 32) -> bytes:
    """Return bytes that follow from `name` alone."""
    return hashlib.blake2b(name.encode(), digest_size=size).digest()


def sign_secret(name: str) -> SignSecret:
    """Return the Ed25519 seed of `name`."""
    return SignSecret(seed(f"sign {name}"))


def kem_public(name: str) -> KemPublic:
    """Return the X-Wing public key of `name`."""
    return kem.public(kem_secret(name))


def kem_secret(name: str) -> KemSecret:
    """Return the X-Wing seed of `name`."""
    return KemSecret(seed(f"kem {name}"))


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff; subject and keys follow from the name."""

    name: str

    @property
    def subject16(self) -> bytes:
        return seed(f"subject {self.name}", 16)

    @property
    def sign(self) -> SignSecret:
        return sign_secret(self.name)

    @property
    def sign_pk(self) -> SignPublic:
        return primitives.sign_public(self.sign)

    @property
    def kem_pk(self) -> KemPublic:
        return kem_public(self.name)


class Organisation:
    """Builds a log leaf by leaf; each method appends one statement and returns its hash."""

    def __init__(self, name: str = "Vieraugen", deployment: str = "") -> None:
        self.root = sign_secret(f"root {name}")
        self.standby = sign_secret(f"standby {name}")
        self.log_key = sign_secret(f"log {name}")
        self.deployment_id = seed(f"deployment {deployment or name}", 16)
        self.team16 = seed(f"team {name}", 16)
        # The printed one; it stays when a test puts another root key in its place.
        self.fingerprint = certificate.fingerprint(
            primitives.sign_public(self.root), primitives.sign_public(self.standby)
        )
        self.log: list[tuple[bytes, bytes]] = []

    def view(self) -> LogView:
        """Replay everything so far."""
        leaves, payloads = [one for one, _ in self.log], [one for _, one in self.log]
        return replay(self.fingerprint, leaves, payloads, self.deployment_id)

    def checkpoint(self) -> bytes:
        """Return the log key's note over everything so far."""
        view = self.view()
        return sign_checkpoint(
            self.log_key, Checkpoint(origin=ORIGIN, size=view.size, root=view.root())
        )

    def add(
        self,
        issuer: SignSecret,
        subject16: bytes,
        payload: Payload,
        not_before_ms: int,
        not_after_ms: int,
    ) -> bytes:
        """Append any statement, also one that `make_leaf` would refuse."""
        leaf = sign_anything(
            issuer, payload.kind, subject16, payload.encode(), not_before_ms, not_after_ms
        )
        self.log.append((leaf, payload.encode()))
        return certificate.leaf_hash(leaf)

    def found(self) -> bytes:
        """Append ORG and POLICY."""
        org = Org(
            root_pk=primitives.sign_public(self.root),
            standby_pk=primitives.sign_public(self.standby),
            deployment_id=self.deployment_id,
            language="de",
        )
        self.add(self.root, self.deployment_id, org, NOW_MS, 0)
        return self.policy()

    def policy(
        self,
        at_ms: int = NOW_MS,
        origin: str = ORIGIN,
        quorum: int = 0,
        witnesses: Sequence[Witness] = (),
        retention: tuple[tuple[str, int], ...] = (("live", 48),),
    ) -> bytes:
        witness = ("example.org/witness", Person("Witness").sign_pk)
        policy = Policy(
            log_origin=origin,
            log_pk=primitives.sign_public(self.log_key),
            retention=retention,
            witnesses=tuple(witnesses) or (witness,) * min(quorum, 1),
            witness_quorum=quorum,
            cosigned_hours=24 if quorum else 0,
        )
        return self.add(self.root, self.deployment_id, policy, at_ms, 0)

    def staff(self, person: Person, role: Role) -> Staff:
        """Return the payload that certifies a person; nothing is appended."""
        return Staff(
            deployment_id=self.deployment_id,
            role=role,
            sign_pk=person.sign_pk,
            kem_pk=person.kem_pk,
        )

    def admin(self, name: str, at_ms: int = NOW_MS, days: int = 365) -> Person:
        person = Person(name)
        payload = self.staff(person, Role.ADMIN)
        self.add(self.root, person.subject16, payload, at_ms, at_ms + days * DAY_MS)
        return person

    def counsellor(
        self,
        admin: Person,
        name: str,
        role: Role = Role.COUNSELLOR,
        at_ms: int = NOW_MS,
        days: int = 90,
    ) -> Person:
        person = Person(name)
        payload = self.staff(person, role)
        self.add(admin.sign, person.subject16, payload, at_ms, at_ms + days * DAY_MS)
        return person

    def team(
        self,
        signer: Person,
        members: Sequence[Person],
        epoch: int = 1,
        key: str = "team key 1",
        restart: bool = False,
        at_ms: int = NOW_MS,
        days: int = 30,
        team16: bytes = b"",
    ) -> bytes:
        team16 = team16 or self.team16
        team = Team(
            team16=team16,
            epoch=epoch,
            kem_pk=kem_public(key),
            members=tuple(person.subject16 for person in members),
            restart=restart,
        )
        return self.add(signer.sign, team16, team, at_ms, at_ms + days * DAY_MS)

    def revoke(
        self,
        signer: SignSecret,
        subject16: bytes,
        certificate_hash: bytes,
        at_ms: int = NOW_MS,
        reason: RevokeReason = RevokeReason.OTHER,
    ) -> bytes:
        payload = Revoke(certificate_hash=certificate_hash, reason=reason)
        return self.add(signer, subject16, payload, at_ms, 0)

    def change_root(self, signer: SignSecret, new_root: SignSecret, at_ms: int = NOW_MS) -> bytes:
        payload = RootChange(root_pk=primitives.sign_public(new_root))
        return self.add(signer, self.deployment_id, payload, at_ms, 0)


def sign_anything(
    issuer: SignSecret,
    kind: int,
    subject16: bytes,
    payload: bytes,
    not_before_ms: int,
    not_after_ms: int,
) -> bytes:
    """Sign a leaf without any of `make_leaf`'s checks, as a hostile issuer would."""
    signed: list[encoding.Value] = [
        certificate.VERSION,
        int(kind),
        subject16,
        certificate.key_hash(primitives.sign_public(issuer)),
        not_before_ms,
        not_after_ms,
        certificate.payload_hash(payload),
    ]
    return encoding.encode([*signed, primitives.sign(issuer, labels.SIG_LEAF, signed)])
