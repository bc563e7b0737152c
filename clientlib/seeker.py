"""An unregistered seeker in a live chat: wait, be offered, judge, confirm, begin (section 5).

Everything lives in memory: an account secret that is never given a door. When the object goes, so
does every key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from clientlib.accept import accept_of
from clientlib.accounts import make_stamp
from clientlib.box import Box
from clientlib.errors import Refused
from clientlib.relay import RelayClient
from clientlib.translog import LogReader
from crypto import acceptance, account, commit, credential, epoch, kem, letter, profile, reading
from crypto.acceptance import Verdict
from crypto.certificate import Certificate
from crypto.envelope import Kind, open_e1, seal_e1
from crypto.errors import RemoteError
from crypto.keys import CapSecret, EpochSecret, Share
from crypto.letter import Letter, LetterKind, Welcome
from crypto.primitives import sign_public
from crypto.random import Rand, random_bytes
from crypto.roster import BoxKind, Role, RosterEntry
from crypto.wire import boxes, live
from crypto.wire.base import Event, Right
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.staff import Profiles

SEEKER_SIDX = 0
COUNSELLOR_SIDX = 1
SEEKER_RIGHTS = Right.READ | Right.POST | Right.COMMIT | Right.CLOSE
COUNSELLOR_RIGHTS = Right.READ | Right.POST | Right.COMMIT | Right.CLOSE | Right.KEEP
_HOUR_MS = 3_600_000
# The relay ends a live box at its 180 minutes; this is only the age at which a box with a broken
# clock would end.
_CLOSES_AFTER_HOURS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """Who accepted, as verified: the certificate, and the name from the signed profile."""

    certificate: Certificate
    name: str


class Seeker:
    """One live request, from the queue to the end."""

    def __init__(
        self,
        relay: RelayClient,
        log: LogReader,
        *,
        portal16: bytes,
        team16: bytes,
        language: str,
        now_ms: Callable[[], int],
        rand: Rand = random_bytes,
    ) -> None:
        self.number = 0
        self.ahead = 0
        self.state = live.TicketState.WAITING
        self._relay = relay
        self._log = log
        self._portal16 = portal16
        self._team16 = team16
        self._language = language
        self._now_ms = now_ms
        self._rand = rand
        self._ams = account.new_account_secret(rand)
        self._box16 = rand(16)
        self._keys = account.conversation(self._ams, self._box16)
        self._client_id16 = rand(16)
        self.ticket16 = b""
        self._offer: live.Offer | None = None
        self._changed = asyncio.Condition()
        self._hearing: set[asyncio.Task[None]] = set()
        relay.listen(self._hear)

    async def wait(self) -> None:
        """Take a place in the queue."""
        stamped = await make_stamp(self._relay, "wait")
        reply = await self._relay.request(
            live.Wait(
                client_id16=self._client_id16,
                portal16=self._portal16,
                language=self._language,
                cap_hash=credential.cap_hash(self._keys.ticket_cap),
                key_hash=acceptance.seeker_key_hash(sign_public(self._keys.sign)),
                stamp=stamped,
            )
        )
        self.ticket16, self.number, self.ahead = reply.ticket16, reply.number, reply.ahead

    async def offered(self) -> Counterpart:
        """Wait for an offer and judge it; Refused when it must not be believed."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._offer is not None)
        return await self.judge()

    async def judge(self) -> Counterpart:
        """Check chain, team and signature of the present offer, and read the signed name.

        Chain and team by the own clock, the minutes of the offer by the relay's.
        """
        if self._offer is None:
            raise WireError(ErrorCode.WRONG_STATE)
        accept = accept_of(self.ticket16, self._offer)
        view = await self._log.update()
        verdict = acceptance.judge_accept(
            view,
            accept,
            ticket16=self.ticket16,
            seeker_hash=acceptance.seeker_key_hash(sign_public(self._keys.sign)),
            team16=self._team16,
            device_now_ms=self._now_ms(),
            relay_now_ms=await self._relay.relay_now_ms(),
        )
        certificate = view.certificate(accept.certificate_hash)
        if verdict is not Verdict.OK or certificate is None:
            raise Refused(verdict.value)
        return Counterpart(certificate=certificate, name=await self._name(certificate))

    async def confirm(self) -> Box:
        """ "Jetzt chatten": start the clock, create the box, let the counsellor in."""
        counterpart = await self.judge()
        await self._relay.request(live.Confirm(), self._keys.ticket_cap.raw)
        es = EpochSecret(self._rand(EpochSecret.SIZE_BYTES))
        created = await self._relay.request(self._create(), self._keys.ticket_cap.raw)
        share = Share(created.share)
        holder = reading.Holder(kem_secrets=(self._keys.kem,), share=share, secrets=(es,))
        transcript = reading.start(self._box16, es, holder, self._log.staff)
        entries = (self._own_entry(), self._counsellor_entry(counterpart.certificate))
        news = commit.make_commit0(self._box16, BoxKind.CASE, entries, es, share)
        body = transcript.draft(
            kind=Kind.COMMIT,
            stream=int.from_bytes(self._rand(4), "little"),
            i=0,
            sent_ms=self._now_ms(),
            log_n=self._log.view.size,
            payload=news.encode(),
            sidx=SEEKER_SIDX,
        )
        e1 = seal_e1(transcript.key, self._keys.sign, body, rand=self._rand)
        join_cap = CapSecret(self._rand(CapSecret.SIZE_BYTES))
        await self._relay.request(
            boxes.Commit(
                box16=self._box16,
                old_kid=bytes(8),
                new_kid=epoch.kid(es, self._box16, 0),
                e1=e1,
                caps=(
                    boxes.NewCap(
                        sidx=COUNSELLOR_SIDX,
                        cap_hash=credential.cap_hash(join_cap),
                        rights=int(COUNSELLOR_RIGHTS),
                    ),
                ),
                out=(),
                letters=(self._welcome(counterpart.certificate, es, e1, transcript.key, join_cap),),
            ),
            self._keys.cap.raw,
        )
        box = Box(self._relay, self._log, transcript, self._keys.cap, self._keys.sign, self._now_ms)
        await box.open()
        return box

    async def more_time(self) -> None:
        """Five more minutes to decide, once."""
        await self._relay.request(live.MoreTime(), self._keys.ticket_cap.raw)

    async def withdraw(self) -> None:
        """Leave the queue, or cancel an offer."""
        await self._relay.request(live.Withdraw(), self._keys.ticket_cap.raw)

    async def resume(self) -> live.TicketResumeReply:
        """The device is back: take the old place again and learn where things stand."""
        reply = await self._relay.request(live.TicketResume(), self._keys.ticket_cap.raw)
        self.state, self.ahead = live.TicketState(reply.state), reply.ahead
        self._offer = reply.offer[0] if reply.offer else None
        return reply

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds; it is asked after every event about the ticket."""
        async with self._changed:
            await self._changed.wait_for(condition)

    def _hear(self, event: Event) -> None:
        if isinstance(event, live.Ticket) and event.ticket16 == self.ticket16:
            self.state, self.ahead = live.TicketState(event.state), event.ahead
            if self.state is not live.TicketState.OFFERED:
                self._offer = None
        elif isinstance(event, live.Offered) and event.ticket16 == self.ticket16:
            self.state, self._offer = live.TicketState.OFFERED, event.offer
        else:
            return
        task = asyncio.get_running_loop().create_task(self._tell())
        self._hearing.add(task)
        task.add_done_callback(self._hearing.discard)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _name(self, certificate: Certificate) -> str:
        """Read the display name that the certified key signed; "" when there is none."""
        reply = await self._relay.request(Profiles(team16=self._team16))
        for signed in reply.profiles:
            if signed.subject16 == certificate.subject16:
                try:
                    return profile.open_profile(
                        certificate.sign_pk, signed.subject16, signed.profile, signed.signature
                    ).name
                except RemoteError:
                    return ""
        return ""

    def _create(self) -> boxes.Create:
        return boxes.Create(
            box16=self._box16,
            caps=(
                boxes.NewCap(
                    sidx=SEEKER_SIDX,
                    cap_hash=credential.cap_hash(self._keys.cap),
                    rights=int(SEEKER_RIGHTS),
                ),
            ),
            closes_hour=self._now_ms() // _HOUR_MS + _CLOSES_AFTER_HOURS,
        )

    def _own_entry(self) -> RosterEntry:
        return RosterEntry(
            sidx=SEEKER_SIDX,
            role=Role.SEEKER,
            sign_pk=sign_public(self._keys.sign),
            kem_pk=kem.public(self._keys.kem),
        )

    def _counsellor_entry(self, certificate: Certificate) -> RosterEntry:
        return RosterEntry(
            sidx=COUNSELLOR_SIDX,
            role=Role.COUNSELLOR,
            sign_pk=certificate.sign_pk,
            kem_pk=certificate.kem_pk,
            certificate_hash=certificate.hash,
        )

    def _welcome(
        self,
        certificate: Certificate,
        es: EpochSecret,
        e1: bytes,
        key: epoch.EpochKey,
        join_cap: CapSecret,
    ) -> bytes:
        welcome = Welcome(
            box16=self._box16,
            epoch=0,
            es=es,
            commit=open_e1(e1, key),
            join_cap=join_cap,
            ticket16=self.ticket16,
        )
        note = Letter(
            kind=LetterKind.WELCOME,
            certificate_hash=letter.NO_CERTIFICATE,
            sign_pk=sign_public(self._keys.sign),
            sent_ms=self._now_ms(),
            payload=welcome.encode(),
        )
        return letter.seal_letter(certificate.kem_pk, self._keys.sign, note, self._rand)
