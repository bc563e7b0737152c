"""The organisation's ceremonies: root file, statements of the root, certificates, team keys.

The root file is meant for offline keeping; its words can be written down. What the root signs is
carried to the relay as (leaf, payload); the relay needs no secret of it. Protocol section 4.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from clientlib.privatefile import write_private
from clientlib.relay import RelayClient
from clientlib.staff import Staff
from clientlib.translog import LogReader, publish
from crypto import account, certificate, kem, keyring, letter
from crypto.certificate import make_leaf
from crypto.errors import BadLength, BadStatement, RemoteError
from crypto.keys import KemPublic, KemSecret, SignPublic, SignSecret
from crypto.letter import Letter, LetterKind
from crypto.primitives import sign_public, x25519_public
from crypto.random import Rand, random_bytes
from crypto.statement import Org, Policy, Role, Team
from crypto.statement import Staff as StaffStatement
from crypto.wire import boxes

FORMAT = "vieraugen-root-1"
_DAY_MS = 86_400_000
ADMIN_DAYS = 365
COUNSELLOR_DAYS = 90
TEAM_DAYS = 30
RENEW_TEAM_DAYS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """What lies in the root file: both root keys, the operator's key, and who they are for."""

    root: SignSecret
    standby: SignSecret
    operator: bytes = field(repr=False)
    deployment_id: bytes
    language: str

    @property
    def fingerprint(self) -> bytes:
        """HASH("org", root_pk, standby_pk), the one thing people compare."""
        return certificate.fingerprint(sign_public(self.root), sign_public(self.standby))

    @property
    def operator_public(self) -> bytes:
        """The X25519 key to which the keeper seals its rolling copy."""
        return x25519_public(self.operator)

    def save(self, path: Path) -> None:
        """Write the file, readable by its owner only; refuses to overwrite one."""
        text = json.dumps(
            {
                "format": FORMAT,
                "root": self.root.raw.hex(),
                "standby": self.standby.raw.hex(),
                "operator": self.operator.hex(),
                "deployment_id": self.deployment_id.hex(),
                "language": self.language,
            },
            indent=1,
        )
        write_private(path, text + "\n")

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
            )
        except (ValueError, KeyError, TypeError, BadLength) as error:
            raise BadStatement("not a root file") from error

    def first_leaf(self, now_ms: int) -> tuple[bytes, bytes]:
        """Return the log's first leaf and its payload: both keys, deployment, word language."""
        payload = Org(
            root_pk=sign_public(self.root),
            standby_pk=sign_public(self.standby),
            deployment_id=self.deployment_id,
            language=self.language,
        )
        leaf = make_leaf(self.root, self.deployment_id, payload, now_ms, 0)
        return leaf, payload.encode()

    def policy(
        self, now_ms: int, *, log_origin: str, log_pk: SignPublic, retention_hours: int
    ) -> tuple[bytes, bytes]:
        """Return the signed POLICY: the log's name and key, and how long a case is kept."""
        payload = Policy(
            log_origin=log_origin, log_pk=log_pk, retention=(("live", retention_hours),)
        )
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
) -> bytes:
    """Sign a COUNSELLOR certificate for 90 days and have it logged."""
    org = admin.log.view.org()
    if org is None:
        raise BadStatement("no organisation yet")
    payload = StaffStatement(
        deployment_id=org.deployment_id, role=role, sign_pk=sign_pk, kem_pk=kem_pk
    )
    secret = account.staff_sign(admin.ams)
    end_ms = now_ms + COUNSELLOR_DAYS * _DAY_MS
    await admin.log.publish(secret, subject16, payload, now_ms, end_ms)
    return subject16


async def propose_team(
    member: Staff,
    admin_kem: KemPublic,
    team16: bytes,
    members: tuple[bytes, ...],
    now_ms: int,
    rand: Rand = random_bytes,
) -> None:
    """Draw the first team key, keep it, send it to each listed member, propose TEAM to an admin.

    The key is a member's, never an admin's: the admin sees only its public half.
    """
    seed = KemSecret(rand(KemSecret.SIZE_BYTES))
    await member.keyring.remember_seed(keyring.TeamSeed(team16=team16, epoch=1, seed=seed))
    # The seeds go first: a crash in between leaves letters without a statement, never the reverse.
    gift = letter.TeamSeed(team16=team16, epoch=1, seed=seed).encode()
    for subject16 in members:
        if subject16 != member.subject16:
            other = member.log.view.own_certificates(subject16)[-1]
            await _send(member, other.kem_pk, LetterKind.TEAM_SEED, gift, now_ms)
    team = Team(team16=team16, epoch=1, kem_pk=kem.public(seed), members=members)
    await _send(member, admin_kem, LetterKind.TEAM_PROPOSAL, team.encode(), now_ms)


async def sign_proposals(admin: Staff, now_ms: int) -> int:
    """Sign and log the first TEAM statements proposed by certified members; return how many."""
    inbox16 = letter.inbox16(kem.public(account.staff_kem(admin.ams)))
    reply = await admin.relay.request(boxes.InboxRead(inbox16=inbox16, start=0))
    await admin.log.update()
    signed = 0
    for stored in reply.letters:
        note = _opened(admin, stored)
        if note is None:
            continue
        author = admin.log.view.certificate(note.certificate_hash)
        if note.kind == LetterKind.TEAM_PROPOSAL and author and author.sign_pk == note.sign_pk:
            team = Team.decode(note.payload)
            if author.subject16 in team.members and admin.log.view.latest_team(team.team16) is None:
                secret = account.staff_sign(admin.ams)
                end_ms = now_ms + TEAM_DAYS * _DAY_MS
                await admin.log.publish(secret, team.team16, team, now_ms, end_ms)
                signed += 1
        await admin.relay.request(boxes.LetterDelete(inbox16=inbox16, letter=stored.letter))
    return signed


async def renew_teams(member: Staff, now_ms: int) -> int:
    """Renew every TEAM of mine that ends within 10 days, same key, next epoch; return how many."""
    view = await member.log.update()
    renewed = 0
    for team16 in view.team_ids():
        latest = view.latest_team(team16)
        if latest is None or member.subject16 not in latest.team.members:
            continue
        if latest.not_after_ms - now_ms > RENEW_TEAM_DAYS * _DAY_MS:
            continue
        old = latest.team
        team = Team(team16=team16, epoch=old.epoch + 1, kem_pk=old.kem_pk, members=old.members)
        secret = account.staff_sign(member.ams)
        end_ms = now_ms + TEAM_DAYS * _DAY_MS
        await member.log.publish(secret, team16, team, now_ms, end_ms)
        renewed += 1
    if renewed:
        await member.log.update()
    return renewed


async def take_team_seeds(member: Staff) -> int:
    """Keep the team keys that colleagues sent, if they fit what the log says; return how many."""
    inbox16 = letter.inbox16(kem.public(account.staff_kem(member.ams)))
    reply = await member.relay.request(boxes.InboxRead(inbox16=inbox16, start=0))
    view = await member.log.update()
    taken = 0
    for stored in reply.letters:
        note = _opened(member, stored)
        if note is None or note.kind != LetterKind.TEAM_SEED:
            continue
        gift = letter.TeamSeed.decode(note.payload)
        known = {one.team.epoch: one.team for one in view.team_history(gift.team16)}
        team = known.get(gift.epoch)
        if team is None:
            continue
        if team.kem_pk == kem.public(gift.seed) and member.subject16 in team.members:
            await member.keyring.remember_seed(
                keyring.TeamSeed(team16=gift.team16, epoch=gift.epoch, seed=gift.seed)
            )
            taken += 1
        await member.relay.request(boxes.LetterDelete(inbox16=inbox16, letter=stored.letter))
    return taken


async def found_log(relay: RelayClient, *statements: tuple[bytes, bytes]) -> None:
    """Publish the root's statements in order: first leaf, POLICY, admins."""
    for leaf, payload in statements:
        await publish(relay, leaf, payload)


async def log_of(relay: RelayClient, root: Root) -> LogReader:
    """Return the log read to its end."""
    log = LogReader(relay, root.fingerprint, root.deployment_id)
    await log.update()
    return log


def _opened(reader: Staff, stored: boxes.StoredLetter) -> Letter | None:
    """Open a letter; None for one that does not open, which must not stop the others."""
    try:
        return letter.open_letter(stored.e2, account.staff_kem(reader.ams))
    except RemoteError:
        return None


async def _send(
    member: Staff, recipient: KemPublic, kind: LetterKind, payload: bytes, now_ms: int
) -> None:
    note = Letter(
        kind=kind,
        certificate_hash=member.certificate.hash,
        sign_pk=member.sign_pk,
        sent_ms=now_ms,
        payload=payload,
    )
    e2 = letter.seal_letter(recipient, account.staff_sign(member.ams), note)
    await member.relay.request(boxes.LetterSend(e2=e2))
