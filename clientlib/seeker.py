"""A seeker in a live chat: wait, be offered, judge, confirm, begin (section 5).

Unregistered, everything lives in memory: an account secret that is never given a door, and when the
object goes, so does every key. With an account the same steps go by its keys, and the keyring has
each secret before it is used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from clientlib import accounts, begin
from clientlib.accept import accept_of
from clientlib.account import SeekerAccount
from clientlib.begin import Beginning
from clientlib.box import Box
from clientlib.counterpart import Counterpart, name_of
from clientlib.errors import Refused
from clientlib.relay import RelayClient
from clientlib.translog import LogReader
from clientlib.visit import Visit
from crypto import acceptance
from crypto.acceptance import COUNSELS, Verdict
from crypto.certificate import Certificate
from crypto.entry import Entry
from crypto.keyring import Draft, PageContent
from crypto.random import Rand, random_bytes
from crypto.statement import Role
from crypto.wire import live
from crypto.wire.accounts import AccountKind
from crypto.wire.base import Event
from crypto.wire.boxes import BoxState
from crypto.wire.errors import ErrorCode, WireError

# The relay ends a live box at its 180 minutes; this is only the age at which a box with a broken
# clock would end.
_CLOSES_AFTER_HOURS = 8


class Seeker:
    """One live request, from the queue to the end; `account` for who has signed in."""

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
        account: SeekerAccount | None = None,
        roles: tuple[Role, ...] = COUNSELS,
    ) -> None:
        """`roles`: who may accept; an audit's own trial asks for an auditor instead."""
        self._roles = roles
        self.ahead = 0
        self.state = live.TicketState.WAITING
        self.account = account
        self.visit = Visit.begin(portal16, now_ms(), account.ams if account else None, rand)
        self.box: Box | None = None
        self._relay = relay
        self._log = log
        self._team16 = team16
        self._language = language
        self._now_ms = now_ms
        self._rand = rand
        self._offer: live.Offer | None = None
        self._changed = asyncio.Condition()
        self._hearing: set[asyncio.Task[None]] = set()
        self.stop = relay.listen(self._hear)

    @classmethod
    async def take_up(
        cls, account: SeekerAccount, entry: Entry, *, team16: bytes, language: str
    ) -> Seeker:
        """Go on with a request of this account, begun on any device; WireError unknown if gone."""
        visit = Visit.remembered(account.ams, entry)
        seeker = cls(
            account.relay,
            account.log,
            portal16=visit.note.portal16,
            team16=team16,
            language=language,
            now_ms=account.now_ms,
            account=account,
        )
        seeker.visit = visit
        try:
            await seeker.resume()
        except WireError:
            seeker.stop()
            raise
        return seeker

    @property
    def ticket16(self) -> bytes:
        """The ticket's id; empty before there is one."""
        return self.visit.ticket16

    @property
    def number(self) -> int:
        """N of "Ratsuchende_r N"; 0 before the relay has drawn it."""
        return self.visit.note.number

    async def wait(self) -> None:
        """Take a place in the queue."""
        await self._remember()
        stamped = await accounts.make_stamp(self._relay, "wait")
        reply = await self._relay.request(
            live.Wait(
                client_id16=self.visit.client_id16,
                portal16=self.visit.note.portal16,
                language=self._language,
                cap_hash=self.visit.cap_hash,
                key_hash=self.visit.key_hash,
                stamp=stamped,
            )
        )
        self._place(reply.ticket16, reply.number, reply.ahead)

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
            seeker_hash=self.visit.key_hash,
            team16=self._team16,
            roles=self._roles,
            device_now_ms=self._now_ms(),
            relay_now_ms=await self._relay.relay_now_ms(),
        )
        certificate = view.certificate(accept.certificate_hash)
        if verdict is not Verdict.OK or certificate is None:
            raise Refused(verdict.value)
        name = await name_of(self._relay, self._team16, certificate)
        return Counterpart(certificate=certificate, name=name)

    async def confirm(self) -> Box:
        """ "Jetzt chatten": start the clock, create the box, let the counsellor in.

        With an account, come in where another of its devices has begun.
        """
        if self.account is not None and self.state is live.TicketState.ACTIVE:
            self.box = await self.account.find(self.visit.box16)
            if self.box is not None:
                return self.box
            await self.resume()
        counterpart = await self.judge()
        await self._relay.request(live.Confirm(), self.visit.keys.ticket_cap.raw)
        self.visit.note = replace(self.visit.note, since_ms=self._now_ms())
        self.visit.draw_epoch()
        await self._remember()
        try:
            self.box = await self._begin(counterpart.certificate)
        except WireError as error:
            if error.code is not ErrorCode.STALE or self.account is None:
                raise
            # Another device of this account was faster.
            self.box = await self.account.find(self.visit.box16)
            if self.box is None:
                raise
        if self.account is not None:
            self.account.take_in(self.box)
            await self.box.introduce(self.account.pseudonym)
        return self.box

    async def register(
        self,
        *,
        name: str,
        phrase: str,
        deployment_id: bytes,
        code: str | None = None,
        draft: str = "",
    ) -> SeekerAccount:
        """Give this visit an account: in the waiting room, or in the running chat, which it keeps.

        WireError wrong_state after the end. When that comes in between, the account stands and
        `account` is set, without the chat. `draft`: what was being typed.
        """
        is_over = self.state in (live.TicketState.CLOSED, live.TicketState.GONE)
        if self.account is not None or is_over or self._has_ended():
            raise WireError(ErrorCode.WRONG_STATE)
        await accounts.create(
            self._relay,
            name=name,
            phrase=phrase,
            deployment_id=deployment_id,
            kind=AccountKind.SEEKER,
            code=code,
            ams=self.visit.ams,
            content=self._content(draft),
        )
        signed_in = await accounts.sign_in(
            self._relay, name=name, phrase=phrase, deployment_id=deployment_id
        )
        self.account = SeekerAccount(self._relay, self._log, signed_in, self._now_ms)
        await self.account.begin()
        if self.box is not None:
            await self._relay.request(live.Keep(), self.visit.keys.ticket_cap.raw)
            self.account.take_in(self.box)
            await self.box.introduce(self.account.pseudonym)
        return self.account

    async def more_time(self) -> None:
        """Five more minutes to decide, once."""
        await self._relay.request(live.MoreTime(), self.visit.keys.ticket_cap.raw)

    async def withdraw(self) -> None:
        """Leave the queue, or cancel an offer."""
        await self._relay.request(live.Withdraw(), self.visit.keys.ticket_cap.raw)

    async def resume(self) -> live.TicketResumeReply:
        """The device is back: take the old place again and learn where things stand."""
        reply = await self._relay.request(live.TicketResume(), self.visit.keys.ticket_cap.raw)
        self._place(reply.ticket16, reply.number, reply.ahead)
        self.state = live.TicketState(reply.state)
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

    def _place(self, ticket16: bytes, number: int, ahead: int) -> None:
        self.visit.ticket16, self.ahead = ticket16, ahead
        self.visit.note = replace(self.visit.note, number=number)

    def _has_ended(self) -> bool:
        return self.box is not None and self.box.clock.state is not BoxState.OPEN

    async def _remember(self) -> None:
        """Durable before it is used: without an entry no device would find this chat again."""
        if self.account is not None:
            await self.account.keyring.remember(self.visit.entry())

    def _content(self, draft: str) -> PageContent:
        typed = Draft(box16=self.visit.box16, counter=1, text=draft.encode("utf-8"))
        return PageContent(entries=(self.visit.entry(),), drafts=(typed,) if draft else ())

    async def _begin(self, certificate: Certificate) -> Box:
        now_ms = self._now_ms()
        beginning = Beginning(
            box16=self.visit.box16,
            keys=self.visit.keys,
            es=self.visit.draw_epoch(),
            ticket16=self.visit.ticket16,
            is_written=False,
            closes_hour=now_ms // begin.HOUR_MS + _CLOSES_AFTER_HOURS,
            handle=self.account.handle if self.account else b"",
            staff=self._log.staff,
            log_size=self._log.view.size,
            now_ms=now_ms,
            rand=self._rand,
        )
        transcript = await begin.create_box(self._relay, beginning)
        recipient = begin.to_counsellor(certificate)
        await begin.commit_first(self._relay, beginning, recipient, transcript)
        keys = self.visit.keys
        box = Box(self._relay, self._log, transcript, keys.cap, keys.sign, self._now_ms)
        await box.open()
        return box
