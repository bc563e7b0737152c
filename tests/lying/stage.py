"""The stage of the lies: a real service, people of every standing in its log, a relay that lies.

stage.play(scene)       # runs a coroutine function in the service's own loop
stage.lied              # people whose lines go through the lying relay; `stage.honest`: past it
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from clientlib.box import Box
from clientlib.relay import RelayClient
from clientlib.seeker import Seeker
from clientlib.staff import Staff
from crypto import acceptance, account
from crypto.keys import SignSecret
from crypto.primitives import sign_public
from crypto.statement import DAY_MS, Role, Team
from crypto.statement import Revoke as RevokeStatement
from crypto.statement import Staff as StaffStatement
from crypto.wire.base import Event
from crypto.wire.live import Offer, Offered
from tests.helpers.actors import Cast
from tests.helpers.organisation import Person, kem_public
from tests.helpers.server import ThreadedServer
from tests.lying.proxy import Lie, Line, LyingRelay

T = TypeVar("T")
E = TypeVar("E", bound=Event)
# Known to the log, each with another standing; their keys follow from the name.
OUTSIDER, ENDED, REVOKED, AUDITOR, LEAVER = (
    Person(name) for name in ("Jonas", "Edda", "Rosa", "Olga", "Lars")
)
ENDED_AFTER_DAYS = 1
SCENE_S = 30
PASSED_DAYS = 2


@dataclass(slots=True)
class LiedTo(Cast):
    """People whose lines go to the lying relay."""

    url: str = ""

    async def line(self) -> RelayClient:
        """Open one more connection, through the lies."""
        relay = RelayClient(self.url)
        await relay.open()
        self.lines.append(relay)
        return relay


class Stage:
    """One service for many lies; each test begins with the truth."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.server = ThreadedServer(folder, **options)
        self.admin: Staff
        self.maria: Staff

    def __enter__(self) -> Stage:
        self.server.__enter__()
        self.relay = LyingRelay(self.server.url)
        self.server.run(self.relay.start)
        self.honest = Cast(self.server.server)
        self.lied = LiedTo(self.server.server, url=self.relay.url)
        self.play(self._enrol)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.play(self.lied.close)
        self.play(self.honest.close)
        self.play(self.relay.stop)
        self.server.__exit__(kind, error, trace)

    def play(self, scene: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run a scene in the service's loop; a lie that fails makes it fail."""

        async def watched() -> T:
            try:
                return await asyncio.wait_for(scene(), SCENE_S)
            except TimeoutError as error:
                # Its cause says where the scene was waiting.
                raise AssertionError("the scene did not end") from error

        try:
            return self.server.run(watched)
        finally:
            assert self.relay.faults == []

    def tell(self, lie: Lie) -> None:
        """From now on the relay lies like this."""
        self.relay.lie = lie

    def now_ms(self) -> int:
        """The service's time."""
        return self.honest.now_ms()

    @property
    def maria_sign(self) -> SignSecret:
        """The key with which Maria, the honest counsellor, signs."""
        return account.staff_sign(self.maria.ams)

    async def waiting(self) -> tuple[Seeker, Line]:
        """A seeker who waits at the lying relay, and their line there."""
        seeker = await self.lied.seeker()
        return seeker, self.relay.lines[-1]

    async def let_in(self, seeker: Seeker, counsellor: Staff) -> tuple[Box, Box]:
        """Lead somebody who waits into a chat; the letters of the counsellor are read once."""
        ticket16 = seeker.ticket16
        await counsellor.wait_until(lambda: ticket16 in counsellor.rows)
        await counsellor.accept(ticket16)
        await seeker.offered()
        theirs = await seeker.confirm()
        (hers,) = await counsellor.read_inbox()
        return theirs, hers

    # --- what somebody dishonest could make ----------------------------------------------------

    def offer(
        self,
        seeker: Seeker,
        secret: SignSecret,
        certificate_hash: bytes,
        *,
        seeker_hash: bytes = b"",
        log_size: int | None = None,
        log_root: bytes | None = None,
        expires_in_ms: int = acceptance.VALID_MS,
    ) -> Offered:
        """An acceptance of this seeker's ticket, signed by anybody."""
        view = self.maria.log.view
        size = view.size if log_size is None else log_size
        root = view.root_at(min(size, view.size)) if log_root is None else log_root
        expires_ms = self.now_ms() + expires_in_ms
        mine = acceptance.seeker_key_hash(sign_public(seeker_secret(seeker)))
        signature = acceptance.sign_accept(
            secret, seeker.ticket16, seeker_hash or mine, size, root, expires_ms
        )
        offer = Offer(
            certificate_hash=certificate_hash,
            log_size=size,
            log_root=root,
            expires_ms=expires_ms,
            signature=signature,
            confirm_until_ms=self.now_ms() + 300_000,
        )
        return Offered(ticket16=seeker.ticket16, offer=offer)

    def certificate_of(self, person: Person) -> bytes:
        """The hash of a person's certificate in the log."""
        return self.maria.log.view.own_certificates(person.subject16)[-1].hash

    # --- enrolment -----------------------------------------------------------------------------

    async def _enrol(self) -> None:
        cast = self.honest
        self.admin = await cast.found()
        self.maria = await cast.counsellor(self.admin, "maria", "Maria B.")
        await self._certify(OUTSIDER, Role.COUNSELLOR, 90)
        await self._certify(ENDED, Role.COUNSELLOR, ENDED_AFTER_DAYS)
        await self._certify(REVOKED, Role.COUNSELLOR, 90)
        await self._certify(AUDITOR, Role.AUDITOR, 90)
        await self._certify(LEAVER, Role.COUNSELLOR, 90)
        await self._team()
        await self._revoke(REVOKED)
        # Sign-ins end with the days; Edda's certificate too.
        cast.server.clock.elapse(PASSED_DAYS * DAY_MS)
        self.admin = await cast.signs_in("verwaltung")
        self.maria = await cast.signs_in("maria")
        await cast.on_duty(self.maria)

    async def _certify(self, person: Person, role: Role, days: int) -> None:
        payload = StaffStatement(
            deployment_id=self.honest.root.deployment_id,
            role=role,
            sign_pk=person.sign_pk,
            kem_pk=person.kem_pk,
        )
        await self._publish(person.subject16, payload, days)

    async def _team(self) -> None:
        others = (one.subject16 for one in (ENDED, REVOKED, AUDITOR, LEAVER))
        team = Team(
            team16=self.honest.team16,
            epoch=1,
            kem_pk=kem_public("team key 1"),
            members=(self.maria.subject16, *others),
        )
        await self._publish(team.team16, team, 30)

    async def _revoke(self, person: Person) -> None:
        view = await self.admin.log.update()
        (held,) = view.own_certificates(person.subject16)
        now_ms = self.now_ms()
        payload = RevokeStatement(certificate_hash=held.hash)
        await self.admin.log.publish(self._admin_sign, person.subject16, payload, now_ms, 0)

    async def _publish(self, subject16: bytes, payload: Any, days: int) -> None:
        now_ms = self.now_ms()
        end_ms = now_ms + days * DAY_MS
        await self.admin.log.publish(self._admin_sign, subject16, payload, now_ms, end_ms)

    @property
    def _admin_sign(self) -> SignSecret:
        return account.staff_sign(self.admin.ams)


def seeker_secret(seeker: Seeker) -> SignSecret:
    """The key of a seeker's conversation; a test may look where no relay can."""
    return seeker.visit.keys.sign
