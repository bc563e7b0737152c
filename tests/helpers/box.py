"""People, a staff log and a relay for tests of boxes: everything repeatable from a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from crypto import chain, commit, envelope, epoch, kem, primitives, reading
from crypto.certificate import Certificate, TeamStatement
from crypto.envelope import Body, Kind, Wrap
from crypto.epoch import EpochKey
from crypto.keys import EpochSecret, KemPublic, KemSecret, Share, SignPublic, SignSecret
from crypto.roster import NO_CERTIFICATE, NO_SIGN_PK, BoxKind, Role, RosterEntry
from crypto.statement import Role as StaffRole
from crypto.statement import Team
from crypto.transcript import Transcript
from crypto.verdict import Taken
from tests.vectors.make.common import SeededRand

NOW_MS = 1_800_000_000_000
LOG_N = 10
TEAM16 = b"team" * 4


def seeded(name: str, size: int = 32) -> bytes:
    """Return repeatable bytes of a name."""
    return hashlib.blake2b(name.encode(), digest_size=size).digest()


class FactStaff:
    """A `StaffView` made of plain facts; its log roots are made up, one per size."""

    def __init__(
        self, size: int, certificates: Sequence[Certificate], teams: Sequence[TeamStatement]
    ) -> None:
        self.size = size
        self.certificates = {one.hash: one for one in certificates}
        self.teams = {one.hash: one for one in teams}

    def counsellor(self, certificate_hash: bytes) -> Certificate | None:
        """See StaffView."""
        return self.certificates.get(certificate_hash)

    def team(self, team_hash: bytes) -> TeamStatement | None:
        """See StaffView."""
        return self.teams.get(team_hash)

    def is_current_team(self, team_hash: bytes, log_n: int, at_ms: int) -> bool:
        """See StaffView."""
        asked = self.teams.get(team_hash)
        if asked is None:
            return False
        newest = max(
            (one for one in self.teams.values() if _same(one, asked) and one.index < log_n),
            key=lambda one: one.index,
            default=None,
        )
        return newest == asked and asked.runs_at(at_ms)

    def in_team(self, team16: bytes, subject16: bytes, log_n: int, at_ms: int) -> bool:
        """See StaffView."""
        return any(
            subject16 in one.team.members
            and team16 in (b"", one.team.team16)
            and self.is_current_team(one.hash, log_n, at_ms)
            for one in self.teams.values()
        )

    def log_root(self, log_n: int) -> bytes | None:
        """See StaffView."""
        return fact_root(log_n) if log_n <= self.size else None


def _same(one: TeamStatement, other: TeamStatement) -> bool:
    return one.team.team16 == other.team.team16


def fact_root(size: int) -> bytes:
    """Return the made-up root of the made-up log."""
    return hashlib.sha256(b"root" + size.to_bytes(8, "little")).digest()


class Person:
    """Keys of one person, from a name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sign = SignSecret(seeded(name + " sign"))
        self.kem = KemSecret(seeded(name + " kem"))
        self.sign_pk: SignPublic = primitives.sign_public(self.sign)
        self.kem_pk: KemPublic = kem.public(self.kem)
        self.subject16 = seeded(name + " subject", 16)
        self.certificate_hash = seeded(name + " certificate")

    def entry(self, sidx: int, role: Role) -> RosterEntry:
        """Return this person as a member."""
        certified = role not in (Role.SEEKER, Role.PARTICIPANT)
        return RosterEntry(
            sidx=sidx,
            role=role,
            sign_pk=self.sign_pk,
            kem_pk=self.kem_pk,
            certificate_hash=self.certificate_hash if certified else NO_CERTIFICATE,
        )

    def certificate(self, index: int = 1, role: StaffRole = StaffRole.COUNSELLOR) -> Certificate:
        """Return a certificate in force around NOW_MS."""
        return Certificate(
            hash=self.certificate_hash,
            index=index,
            subject16=self.subject16,
            role=role,
            sign_pk=self.sign_pk,
            kem_pk=self.kem_pk,
            not_before_ms=NOW_MS - 1_000_000,
            not_after_ms=NOW_MS + 1_000_000_000,
        )


TEAM_SEED = KemSecret(seeded("team seed"))
TEAM_HASH = seeded("team statement")


def team_statement(members: Sequence[Person], index: int = 5) -> TeamStatement:
    """Return a TEAM statement in force around NOW_MS."""
    team = Team(
        team16=TEAM16,
        epoch=1,
        kem_pk=kem.public(TEAM_SEED),
        members=tuple(sorted(one.subject16 for one in members)),
    )
    return TeamStatement(
        hash=TEAM_HASH,
        index=index,
        not_before_ms=NOW_MS - 1_000_000,
        not_after_ms=NOW_MS + 1_000_000_000,
        team=team,
    )


def team_entry(sidx: int) -> RosterEntry:
    """Return the team as a member."""
    return RosterEntry(
        sidx=sidx,
        role=Role.TEAM,
        sign_pk=NO_SIGN_PK,
        kem_pk=kem.public(TEAM_SEED),
        certificate_hash=TEAM_HASH,
    )


SEEKER = Person("seeker")
ANNA = Person("anna")
BELA = Person("bela")
LEA = Person("lea")
CARL = Person("carl")  # certified, in no team
EVE = Person("eve")  # certified by nobody


def staff(size: int = LOG_N) -> FactStaff:
    """Return a log of four certified people, three of them in a team."""
    certificates = [
        ANNA.certificate(1),
        BELA.certificate(2),
        LEA.certificate(3, StaffRole.LEAD),
        CARL.certificate(4),
    ]
    return FactStaff(size, certificates, [team_statement([ANNA, BELA, LEA])])


def revoked(view: FactStaff, person: Person, index: int) -> FactStaff:
    """Return the view with a REVOKE of the person at `index`."""
    certificates = [
        replace(one, revoked_at=index) if one.hash == person.certificate_hash else one
        for one in view.certificates.values()
    ]
    return FactStaff(max(view.size, index + 1), certificates, list(view.teams.values()))


@dataclass(slots=True)
class Device:
    """One sign-in of a person, reading and writing one box."""

    person: Person
    transcript: Transcript
    stream: int
    rand: SeededRand
    i: int = 0

    def write(self, kind: int = Kind.TEXT, payload: bytes = b"\xa2hi", log_n: int = LOG_N) -> bytes:
        """Seal a message from the present view and count it."""
        raw = envelope.seal_e1(
            self.transcript.key, self.person.sign, self.body(kind, payload, log_n), rand=self.rand
        )
        self.i += 1
        return raw

    def body(self, kind: int, payload: bytes, log_n: int = LOG_N, sidx: int | None = None) -> Body:
        """Draft a message."""
        return self.transcript.draft(
            kind=kind,
            stream=self.stream,
            i=self.i,
            sent_ms=NOW_MS,
            log_n=log_n,
            payload=payload,
            sidx=sidx,
        )

    def commit(
        self,
        roster: Sequence[RosterEntry],
        es: EpochSecret,
        *,
        by: bytes = b"",
        sidx: int | None = None,
        log_n: int = LOG_N,
    ) -> bytes:
        """Seal the next commit; the keyring keeps `es` before."""
        state = self.transcript.state
        assert state.roster is not None
        state.secrets[epoch.es_hash(state.box16, es)] = es
        news, wraps = commit.make_commit(
            state.roster, roster, commit.Reason.ADDED, es, by, self.rand
        )
        body = self.body(Kind.COMMIT, news.encode(), log_n, sidx=sidx)
        self.i += 1
        return envelope.seal_e1(self.transcript.key, self.person.sign, body, wraps, self.rand)


class World:
    """A case box with its relay's list of envelopes."""

    def __init__(self, name: str = "world", view: FactStaff | None = None) -> None:
        self.rand = SeededRand(name)
        self.box16 = seeded(name + " box", 16)
        self.es0 = EpochSecret(seeded(name + " es 0"))
        self.share = Share(seeded(name + " share"))
        self.staff = view or staff()
        self.log: list[bytes] = []
        self._streams = 100

    def es(self, number: int) -> EpochSecret:
        """Return the secret that this world uses for a later epoch."""
        return EpochSecret(seeded(f"es {number} of {self.box16.hex()}"))

    def key(self, number: int = 0) -> EpochKey:
        """Return an epoch's key."""
        es = self.es0 if number == 0 else self.es(number)
        return epoch.key(es, self.box16, number, self.share)

    def holder(self, *secrets: KemSecret) -> reading.Holder:
        """Return what a reader with these KEM secrets holds."""
        return reading.Holder(kem_secrets=secrets, share=self.share, secrets=())

    def device(self, person: Person, *, as_team: bool = False) -> Device:
        """Start reading from number 1."""
        secret = TEAM_SEED if as_team else person.kem
        transcript = reading.start(self.box16, self.es0, self.holder(secret), self.staff)
        return self.with_transcript(person, transcript)

    def with_transcript(self, person: Person, transcript: Transcript) -> Device:
        """Sign in a person with a transcript."""
        self._streams += 1
        return Device(person, transcript, self._streams, self.rand)

    def commit0(
        self, author: Person, sidx: int, roster: Sequence[RosterEntry], kind: BoxKind = BoxKind.CASE
    ) -> bytes:
        """Return the sealed first commit."""
        first = commit.make_commit0(self.box16, kind, roster, self.es0, self.share)
        return self.seal(author, self.first_body(first.encode(), sidx))

    def first_body(self, payload: bytes, sidx: int) -> Body:
        """Return the body of a first commit."""
        return Body(
            kind=Kind.COMMIT,
            sidx=sidx,
            stream=7,
            i=0,
            epoch_hash=commit.NO_EPOCH_HASH,
            sent_ms=NOW_MS,
            head_n=0,
            head=chain.start(self.box16),
            log_n=LOG_N,
            log_root=fact_root(LOG_N),
            payload=payload,
        )

    def seal(
        self, author: Person, body: Body, wraps: Sequence[Wrap] = (), number: int = 0
    ) -> bytes:
        """Seal any body with the author's key."""
        return envelope.seal_e1(self.key(number), author.sign, body, wraps, self.rand)

    def post(self, raw: bytes) -> int:
        """Number an envelope."""
        self.log.append(raw)
        return len(self.log)


def sync(world: World, *devices: Device) -> list[Taken]:
    """Let every device take what it has not; returns the answers of the last one."""
    answers: list[Taken] = []
    for device in devices:
        answers = []
        first = device.transcript.state.number + 1
        for n in range(first, len(world.log) + 1):
            answers.append(device.transcript.take(n, world.log[n - 1]))
    return answers


def live_chat(name: str = "world", view: FactStaff | None = None) -> tuple[World, Device, Device]:
    """Return a case of seeker (1) and Anna (2) after commit 0, both reading."""
    world = World(name, view)
    roster = [SEEKER.entry(1, Role.SEEKER), ANNA.entry(2, Role.COUNSELLOR)]
    world.post(world.commit0(SEEKER, 1, roster))
    seeker, anna = world.device(SEEKER), world.device(ANNA)
    sync(world, seeker, anna)
    return world, seeker, anna
