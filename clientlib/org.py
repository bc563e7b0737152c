"""The organisation's ceremonies: root file, statements of the root, certificates and their end.

The root file is meant for offline keeping; its words can be written down. What the root signs is
carried to the relay as (leaf, payload); the relay needs no secret of it. The keys of teams are the
affair of their members (`teams.py`). Protocol section 4.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from clientlib.privatefile import write_private
from clientlib.relay import RelayClient
from clientlib.staff import Staff
from clientlib.translog import LogReader, publish
from crypto import account, certificate
from crypto.certificate import Certificate, Leaf, make_leaf
from crypto.cosignature import Witness
from crypto.errors import BadKey, BadLength, BadStatement
from crypto.keys import KemPublic, SignPublic, SignSecret
from crypto.kinds import Kind
from crypto.primitives import sign_public, x25519_public
from crypto.publication import Release
from crypto.random import Rand, random_bytes
from crypto.statement import Org, Policy, Revoke, RevokeReason, Role, RootChange
from crypto.statement import Staff as StaffStatement

FORMAT = "vieraugen-root-1"
_DAY_MS = 86_400_000
ADMIN_DAYS = 365
COUNSELLOR_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """What lies in the root file: both root keys, the operator's key, and who they are for.

    `first`: the organisation's first root key, once the standby key has put another in its place.
    """

    root: SignSecret
    standby: SignSecret
    operator: bytes = field(repr=False)
    deployment_id: bytes
    language: str
    first: SignPublic | None = None

    @property
    def first_pk(self) -> SignPublic:
        """The root key of the first leaf, which the fingerprint names for ever."""
        return self.first or sign_public(self.root)

    @property
    def fingerprint(self) -> bytes:
        """HASH("org", root_pk, standby_pk) of the first leaf, the one thing people compare."""
        return certificate.fingerprint(self.first_pk, sign_public(self.standby))

    @property
    def operator_public(self) -> bytes:
        """The X25519 key to which the keeper seals its rolling copy."""
        return x25519_public(self.operator)

    def save(self, path: Path) -> None:
        """Write the file, readable by its owner only; refuses to overwrite one."""
        content = {
            "format": FORMAT,
            "root": self.root.raw.hex(),
            "standby": self.standby.raw.hex(),
            "operator": self.operator.hex(),
            "deployment_id": self.deployment_id.hex(),
            "language": self.language,
        }
        if self.first is not None:
            content["first"] = self.first.raw.hex()
        write_private(path, json.dumps(content, indent=1) + "\n")

    @staticmethod
    def load(path: Path) -> Root:
        """Read the file; BadStatement when it is none."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            if found["format"] != FORMAT:
                raise BadStatement("not a root file of this version")
            return Root(
                root=SignSecret(bytes.fromhex(found["root"])),
                standby=SignSecret(bytes.fromhex(found["standby"])),
                operator=bytes.fromhex(found["operator"]),
                deployment_id=bytes.fromhex(found["deployment_id"]),
                language=str(found["language"]),
                first=SignPublic(bytes.fromhex(found["first"])) if "first" in found else None,
            )
        except (ValueError, KeyError, TypeError, BadKey, BadLength) as error:
            raise BadStatement("not a root file") from error

    def first_leaf(self, now_ms: int) -> tuple[bytes, bytes]:
        """Return the log's first leaf and its payload: both keys, deployment, word language.

        BadStatement where another root key than the first is in force.
        """
        if self.first is not None:
            raise BadStatement("the first leaf is the first root's")
        payload = Org(
            root_pk=sign_public(self.root),
            standby_pk=sign_public(self.standby),
            deployment_id=self.deployment_id,
            language=self.language,
        )
        leaf = make_leaf(self.root, self.deployment_id, payload, now_ms, 0)
        return leaf, payload.encode()

    def changed(self, now_ms: int, rand: Rand = random_bytes) -> tuple[Root, tuple[bytes, bytes]]:
        """Draw another root key; return its file and the standby's statement that it is in force.

        Standby, operator's key and fingerprint stay. Whoever holds the standby too can do the same.
        """
        new = replace(self, root=SignSecret(rand(32)), first=self.first_pk)
        payload = RootChange(root_pk=sign_public(new.root))
        leaf = make_leaf(self.standby, self.deployment_id, payload, now_ms, 0)
        return new, (leaf, payload.encode())

    def policy(
        self,
        now_ms: int,
        *,
        log_origin: str,
        log_pk: SignPublic,
        retention_hours: int,
        witnesses: tuple[Witness, ...] = (),
        witness_quorum: int = 0,
        cosigned_hours: int = 0,
    ) -> tuple[bytes, bytes]:
        """Return the signed POLICY: the log's name and key, how long a case is kept, who witnesses.

        NotCanonical for a quorum that could never be reached, or without an age.
        """
        payload = Policy(
            log_origin=log_origin,
            log_pk=log_pk,
            retention=(("live", retention_hours),),
            witnesses=witnesses,
            witness_quorum=witness_quorum,
            cosigned_hours=cosigned_hours,
        )
        Policy.decode(payload.encode())
        if len({key for _, key in witnesses}) != len(witnesses):
            raise BadStatement("one key of two witnesses")
        return make_leaf(self.root, self.deployment_id, payload, now_ms, 0), payload.encode()

    def admin(
        self, now_ms: int, *, subject16: bytes, sign_pk: SignPublic, kem_pk: KemPublic
    ) -> tuple[bytes, bytes]:
        """Return the signed certificate of an admin, for a year."""
        payload = StaffStatement(
            deployment_id=self.deployment_id, role=Role.ADMIN, sign_pk=sign_pk, kem_pk=kem_pk
        )
        end_ms = now_ms + ADMIN_DAYS * _DAY_MS
        return make_leaf(self.root, subject16, payload, now_ms, end_ms), payload.encode()

    def revoke(self, now_ms: int, leaf: bytes, reason: RevokeReason) -> tuple[bytes, bytes]:
        """Return the signed end of a certificate, given by its leaf: the only way for an admin's.

        BadStatement where the leaf is no certificate; NotCanonical where it is none at all.
        """
        ended = Leaf.decode(leaf)
        if ended.kind not in (Kind.ADMIN, Kind.COUNSELLOR):
            raise BadStatement("not a certificate")
        payload = Revoke(certificate_hash=certificate.leaf_hash(leaf), reason=reason)
        return make_leaf(self.root, ended.subject16, payload, now_ms, 0), payload.encode()

    def release(self, now_ms: int, *, tag: str, manifest: bytes) -> tuple[bytes, bytes]:
        """Return the signed RELEASE: `manifest` is the SHA-384 of MANIFEST.code.json at `tag`.

        NotCanonical unless the tag is 1 to 64 visible ASCII characters.
        """
        payload = Release.decode(Release(tag=tag, manifest=manifest).encode())
        return make_leaf(self.root, self.deployment_id, payload, now_ms, 0), payload.encode()


def new_root(language: str, rand: Rand = random_bytes) -> Root:
    """Draw the keys of a new organisation."""
    return Root(
        root=SignSecret(rand(32)),
        standby=SignSecret(rand(32)),
        operator=rand(32),
        deployment_id=rand(16),
        language=language,
    )


async def certify(
    admin: Staff,
    sign_pk: SignPublic,
    kem_pk: KemPublic,
    role: Role,
    subject16: bytes,
    now_ms: int,
    *,
    replaces: bytes = b"",
) -> bytes:
    """Sign a COUNSELLOR certificate for 90 days and have it logged.

    `replaces`: under whom the person was certified before; the log wants that one revoked.
    """
    org = admin.log.view.org()
    if org is None:
        raise BadStatement("no organisation yet")
    payload = StaffStatement(
        deployment_id=org.deployment_id,
        role=role,
        sign_pk=sign_pk,
        kem_pk=kem_pk,
        replaces=replaces,
    )
    secret = account.staff_sign(admin.ams)
    end_ms = now_ms + COUNSELLOR_DAYS * _DAY_MS
    await admin.log.publish(secret, subject16, payload, now_ms, end_ms)
    return subject16


async def revoke(issuer: Staff, revoked: Certificate, reason: RevokeReason, now_ms: int) -> None:
    """Take a certificate back: an admin any colleague's, everybody the own. It is for good.

    Whoever signs in next among those who share a team with that person gives the team a new key
    (`teams.succeed`).
    """
    payload = Revoke(certificate_hash=revoked.hash, reason=reason)
    secret = account.staff_sign(issuer.ams)
    await issuer.log.publish(secret, revoked.subject16, payload, now_ms, 0)
    await issuer.log.update()


async def found_log(relay: RelayClient, *statements: tuple[bytes, bytes]) -> None:
    """Publish the root's statements in order: first leaf, POLICY, admins."""
    for leaf, payload in statements:
        await publish(relay, leaf, payload)


async def log_of(relay: RelayClient, root: Root) -> LogReader:
    """Return the log read to its end."""
    log = LogReader(relay, root.fingerprint, root.deployment_id)
    await log.update()
    return log
