"""Enrols the people of the demo organisation over the wire, exactly as real people are enrolled.

Every step looks first whether it has been done, so that an interrupted start is mended by the next
one; the same walk renews what runs out.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field

from clientlib import accounts, enrolment, org, renewal, teamproposals, teams
from clientlib import staff as staff_client
from clientlib.relay import RelayClient
from clientlib.staff import Staff, certified_subject
from clientlib.translog import LogReader
from crypto import account, invitation, kem
from crypto.errors import WrongKey
from crypto.keys import AccountSecret, SignPublic
from crypto.logview import LogView
from crypto.primitives import sign_public
from crypto.random import random_bytes
from crypto.statement import Kind, Role
from crypto.wire.accounts import AccountKind
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.translog import LogRead

RETENTION_HOURS = 48
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A colleague: the name typed at sign-in, and what seekers see."""

    name: str
    shown: str
    phrase: str = field(repr=False)
    languages: tuple[str, ...] = ()
    texts: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the organisation shall look like; every counsellor is in every team.

    `auditor` stands alone in `audit_team`, behind the portal that is for audits; None for neither.
    """

    root: org.Root
    log_pk: SignPublic
    log_origin: str
    admin: Person
    counsellors: tuple[Person, ...]
    teams: tuple[bytes, ...]
    auditor: Person | None = None
    audit_team: bytes = b""


class Enrolment:
    """One walk through the plan; `tell` gets a line of progress for people."""

    def __init__(
        self, url: str, plan: Plan, now_ms: Callable[[], int], tell: Callable[[str], None]
    ) -> None:
        self._url = url
        self._plan = plan
        self._now_ms = now_ms
        self._tell = tell
        self._lines = AsyncExitStack()

    async def run(self) -> None:
        """Bring the organisation to what the plan says."""
        async with self._lines:
            relay = await self._line()
            await self._found(relay)
            await renewal.renew_admins(relay, self._log(relay), self._plan.root, self._now_ms())
            admin = await self._admin()
            await renewal.renew_colleagues(admin, self._now_ms())
            colleagues = [await self._colleague(admin, one) for one in self._plan.counsellors]
            self._tell("Teamschlüssel ausgeben")
            for team16 in self._plan.teams:
                await self._team(admin, colleagues, team16)
            if self._plan.auditor is not None:
                auditor = await self._colleague(admin, self._plan.auditor, Role.AUDITOR)
                await self._team(admin, [auditor], self._plan.audit_team)
                colleagues.append(auditor)
            for colleague in colleagues:
                await teams.take_team_seeds(colleague)
                await teams.renew_teams(colleague)

    async def _found(self, relay: RelayClient) -> None:
        root = self._plan.root
        if (await relay.request(LogRead(start=0))).size == 0:
            self._tell("Erste Zeile des Verzeichnisses veröffentlichen")
            await org.found_log(relay, root.first_leaf(self._now_ms()))
        if (await org.log_of(relay, root)).view.policy() is None:
            signed = root.policy(
                self._now_ms(),
                log_origin=self._plan.log_origin,
                log_pk=self._plan.log_pk,
                retention_hours=RETENTION_HOURS,
            )
            await org.found_log(relay, signed)

    async def _admin(self) -> Staff:
        person = self._plan.admin
        relay = await self._line()
        ams = await self._account(relay, person)
        view = await self._log(relay).update()
        if not certified_subject(view, sign_public(account.staff_sign(ams))):
            self._tell(f"{person.shown}: Zertifikat von der Wurzel")
            signed = self._plan.root.admin(
                self._now_ms(),
                subject16=random_bytes(16),
                sign_pk=sign_public(account.staff_sign(ams)),
                kem_pk=kem.public(account.staff_kem(ams)),
            )
            await org.found_log(relay, signed)
        return await self._sign_in(relay, person)

    async def _colleague(self, admin: Staff, person: Person, role: Role = Role.COUNSELLOR) -> Staff:
        relay = await self._line()
        ams = await self._account(relay, person)
        view = await admin.log.update()
        if not certified_subject(view, sign_public(account.staff_sign(ams))):
            self._tell(f"{person.shown}: Einladung beantworten und bestätigen")
            secret = invitation.new_secret()
            stamp = await accounts.make_stamp(relay, "invitation_answer")
            await enrolment.answer_invitation(relay, ams, secret, stamp)
            await enrolment.approve(admin, secret, role, self._now_ms(), random_bytes)
        colleague = await self._sign_in(relay, person)
        # A newer profile of their own is left alone.
        try:
            await colleague.publish_profile(
                person.shown, counter=1, languages=person.languages, texts=person.texts
            )
        except WireError as error:
            if error.code is not ErrorCode.CONFLICT:
                raise
        return colleague

    async def _team(self, admin: Staff, colleagues: list[Staff], team16: bytes) -> None:
        """Have the first TEAM proposed by a member and signed; a waiting proposal comes first."""
        await teamproposals.sign_proposals(admin, self._now_ms())
        if (await admin.log.update()).latest_team(team16) is not None:
            return
        for colleague in colleagues:
            await colleague.log.update()
        members = tuple(colleague.subject16 for colleague in colleagues)
        admin_kem = admin.certificate.kem_pk
        await teamproposals.propose_team(colleagues[0], admin_kem, team16, members, self._now_ms())
        await teamproposals.sign_proposals(admin, self._now_ms())

    async def _account(self, relay: RelayClient, person: Person) -> AccountSecret:
        """Open the account behind name and passphrase, made now if there is none."""
        deployment_id = self._plan.root.deployment_id
        # An unknown name answers like a wrong passphrase.
        with suppress(WrongKey):
            found = await accounts.sign_in(
                relay, name=person.name, phrase=person.phrase, deployment_id=deployment_id
            )
            return found.ams
        self._tell(f"{person.shown}: Zugang anlegen")
        return await accounts.create(
            relay,
            name=person.name,
            phrase=person.phrase,
            deployment_id=deployment_id,
            kind=AccountKind.STAFF,
        )

    async def _sign_in(self, relay: RelayClient, person: Person) -> Staff:
        return await staff_client.sign_in(
            relay,
            self._log(relay),
            name=person.name,
            phrase=person.phrase,
            deployment_id=self._plan.root.deployment_id,
            now_ms=self._now_ms,
        )

    async def _line(self) -> RelayClient:
        return await self._lines.enter_async_context(RelayClient(self._url))

    def _log(self, relay: RelayClient) -> LogReader:
        return LogReader(relay, self._plan.root.fingerprint, self._plan.root.deployment_id)


async def needs_renewal(url: str, root: org.Root, now_ms: int) -> bool:
    """Tell from the public log alone, without a sign-in, whether anything ends soon."""
    async with RelayClient(url) as relay:
        return ends_soon((await org.log_of(relay, root)).view, now_ms)


def ends_soon(view: LogView, now_ms: int) -> bool:
    """Tell whether a certificate or TEAM statement is in its time of renewal."""
    if renewal.due(view, Kind.ADMIN, now_ms) or renewal.due(view, Kind.COUNSELLOR, now_ms):
        return True
    latest = (view.latest_team(team16) for team16 in view.team_ids())
    limit_ms = now_ms + teams.RENEW_TEAM_DAYS * _DAY_MS
    return any(one is not None and one.not_after_ms <= limit_ms for one in latest)
