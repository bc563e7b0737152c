"""People who use the service through the Python client: `await cast.counsellor("anna", "Anna K.")`.

Everything is real: enrolment by invitation, Argon2id, the log, the keys. Only the clock is moved by
the test.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from clientlib import accounts, comeback, enrolment, org, teamproposals, teams
from clientlib import staff as staff_client
from clientlib.account import SeekerAccount
from clientlib.comeback import Found
from clientlib.relay import RelayClient
from clientlib.seeker import Seeker
from clientlib.staff import Staff
from clientlib.translog import LogReader
from crypto import account, invitation, kem
from crypto.keys import SignSecret
from crypto.levels import Level, Teams
from crypto.primitives import sign_public
from crypto.random import random_bytes
from crypto.statement import Role
from crypto.wire.accounts import AccountKind
from tests.helpers.organisation import ORIGIN
from tests.helpers.server import OPERATOR_SECRET, PORTAL16, Server

# A passphrase that everybody has, and one that comes after it.
PHRASE = "lampe wiese sieben kanal moos turm"
NEW_PHRASE = "ofen birke neun segel laub brot"
T = TypeVar("T")


@dataclass(slots=True)
class Cast:
    """Everybody on one server; `close` hangs up all lines."""

    server: Server
    lines: list[RelayClient] = field(default_factory=list)
    # Of leads, and who reads what, as the server's site.json says.
    leads16: bytes = b""
    level: Level = Level.OPEN

    @property
    def root(self) -> org.Root:
        """The organisation's root file, as `org.new_root` would have made it."""
        organisation = self.server.organisation
        return org.Root(
            root=organisation.root,
            standby=organisation.standby,
            operator=OPERATOR_SECRET,
            deployment_id=organisation.deployment_id,
            language="de",
        )

    @property
    def team16(self) -> bytes:
        """The team behind the portal."""
        return self.server.organisation.team16

    @property
    def teams(self) -> Teams:
        """Both teams, and who of them reads what."""
        return Teams(team16=self.team16, leads16=self.leads16, level=self.level)

    def now_ms(self) -> int:
        """The server's time; clients that are told otherwise say so."""
        return self.server.clock.now_ms()

    async def line(self) -> RelayClient:
        """Open one more connection."""
        relay = RelayClient(self.server.url)
        await relay.open()
        self.lines.append(relay)
        return relay

    async def log(self, relay: RelayClient) -> LogReader:
        """Return a log reader under the organisation's fingerprint."""
        return LogReader(relay, self.root.fingerprint, self.root.deployment_id)

    async def found(self) -> Staff:
        """Publish first leaf and POLICY, certify one admin, and return them signed in."""
        relay = await self.line()
        now_ms = self.now_ms()
        log_pk = sign_public(SignSecret(self.server.organisation.log_key.raw))
        ams = await self._account(relay, "verwaltung")
        await org.found_log(
            relay,
            self.root.first_leaf(now_ms),
            self.root.policy(now_ms, log_origin=ORIGIN, log_pk=log_pk, retention_hours=48),
            self.root.admin(
                now_ms,
                subject16=random_bytes(16),
                sign_pk=sign_public(account.staff_sign(ams)),
                kem_pk=kem.public(account.staff_kem(ams)),
            ),
        )
        return await self.signs_in("verwaltung")

    async def counsellor(
        self, admin: Staff, name: str, shown: str, role: Role = Role.COUNSELLOR
    ) -> Staff:
        """Invite, answer, approve, sign in, publish a profile."""
        relay = await self.line()
        secret = invitation.new_secret()
        ams = await self._account(relay, name)
        stamp = await accounts.make_stamp(relay, "invitation_answer")
        await enrolment.answer_invitation(relay, ams, secret, stamp)
        await enrolment.approve(admin, secret, role, self.now_ms(), random_bytes)
        staff = await self.signs_in(name)
        await staff.publish_profile(shown, counter=1)
        return staff

    async def team(self, admin: Staff, *members: Staff, team16: bytes = b"") -> None:
        """The first member draws the key and proposes, the admin signs, the others take it."""
        named = team16 or self.team16
        first, *others = members
        for member in members:
            await member.log.update()
        subjects = tuple(member.subject16 for member in members)
        admin_kem = admin.certificate.kem_pk
        await teamproposals.propose_team(first, admin_kem, named, subjects, self.now_ms())
        assert await teamproposals.sign_proposals(admin, self.now_ms()) == 1
        for member in others:
            assert await teams.take_team_seeds(member) == 1

    async def signs_in(self, name: str) -> Staff:
        """Sign in on a new line, as after a crash."""
        relay = await self.line()
        return await staff_client.sign_in(
            relay,
            await self.log(relay),
            name=name,
            phrase=PHRASE,
            deployment_id=self.root.deployment_id,
            now_ms=self.now_ms,
        )

    async def on_duty(self, *people: Staff) -> None:
        """Take the lease and follow the queue."""
        for staff in people:
            await staff.set_duty((PORTAL16,), on=True)
            await staff.read_queue((PORTAL16,))

    async def seeker(self, account: SeekerAccount | None = None) -> Seeker:
        """Somebody comes to the portal and waits: unregistered, or signed in with an account."""
        relay = account.relay if account else await self.line()
        seeker = Seeker(
            relay,
            account.log if account else await self.log(relay),
            portal16=PORTAL16,
            team16=self.team16,
            language="de",
            now_ms=self.now_ms,
            account=account,
        )
        await seeker.wait()
        return seeker

    async def registers(self, name: str, code: str | None = None) -> SeekerAccount:
        """Somebody makes an access, with a sheet where a code is given, and signs in."""
        await accounts.create(
            await self.line(),
            name=name,
            phrase=PHRASE,
            deployment_id=self.root.deployment_id,
            kind=AccountKind.SEEKER,
            code=code,
        )
        return await self.seeker_signs_in(name)

    async def seeker_signs_in(self, name: str, phrase: str = PHRASE) -> SeekerAccount:
        """Sign in on a new line, as on another device."""
        relay = await self.line()
        signed_in = await accounts.sign_in(
            relay, name=name, phrase=phrase, deployment_id=self.root.deployment_id
        )
        return await self.account_of(relay, signed_in)

    async def account_of(self, relay: RelayClient, signed_in: accounts.SignedIn) -> SeekerAccount:
        """Return the account behind a sign-in, with its log checked."""
        account = SeekerAccount(relay, await self.log(relay), signed_in, self.now_ms)
        await account.begin()
        return account

    async def comes_back(self, account: SeekerAccount) -> Found:
        """Take up everything that a signed-in seeker has."""
        return await comeback.come_back(account, teams={PORTAL16: self.teams}, language="de")

    async def close(self) -> None:
        """Hang up."""
        for relay in self.lines:
            await relay.close()
        self.lines.clear()

    async def _account(self, relay: RelayClient, name: str) -> Any:
        return await accounts.create(
            relay,
            name=name,
            phrase=PHRASE,
            deployment_id=self.root.deployment_id,
            kind=AccountKind.STAFF,
        )


async def chat(
    cast: Cast, counsellor: Staff, account: SeekerAccount | None = None
) -> tuple[Any, Any, Seeker]:
    """Lead one seeker through queue and offer into a running chat: (seeker's box, hers, seeker)."""
    seeker = await cast.seeker(account)
    ticket16 = seeker.ticket16
    await counsellor.wait_until(lambda: ticket16 in counsellor.rows)
    await counsellor.accept(ticket16)
    await seeker.offered()
    box = await seeker.confirm()
    joined = await until(counsellor.read_inbox, lambda boxes: len(boxes) == 1)
    return box, joined[0], seeker


async def until(ask: Callable[[], Awaitable[T]], fits: Callable[[T], bool]) -> T:
    """Ask again until the answer fits; each question is a round trip, so nothing spins."""
    for _ in range(50):
        answer = await ask()
        if fits(answer):
            return answer
    raise AssertionError("never came true")
