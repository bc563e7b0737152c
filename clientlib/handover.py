"""To hand a case, or a running chat, over once the seeker has said yes: the giver's steps (E1.14).

    1 ask      HAND_OVER: whom, and with or without what was said so far
    2 commit   after the yes: the colleague comes in, by a letter to their own inbox
    3 report   to whom it goes; the colleague then takes it over, or sends it back

One who only stands in (a deputy) comes in the same way, and who asked stays.

Each stands in the box before the relay is told, so `settle` goes on from wherever it stopped, on
any device of the account. Taken back or sent back, the colleague is taken out again. How it looks
from the other side stands in `succeeding.py`. Twin of web/js/features/workspace/handover.js.
"""

from __future__ import annotations

from contextlib import suppress

from clientlib import begin, commits
from clientlib.box import Box
from clientlib.caseload import Caseload
from clientlib.commits import Sealed
from clientlib.consent import Answer, HandOver
from clientlib.counterpart import Counterpart, in_force, readers_of
from clientlib.errors import OVER, Disconnected, Refused
from clientlib.notes import ChatNote
from clientlib.tickets import NOBODY, Given, Row, Ticket
from crypto import credential
from crypto.certificate import Certificate
from crypto.commit import Reason
from crypto.envelope import Kind
from crypto.grant import Grant
from crypto.keys import CapSecret, EpochSecret
from crypto.letter import LetterKind, Welcome
from crypto.random import Rand, random_bytes
from crypto.roster import Role, RosterEntry
from crypto.wire import boxes, codec, content
from crypto.wire.errors import ErrorCode, WireError

# Two devices of mine, and the colleague: after that somebody keeps me from it.
_ATTEMPTS = 3
_ASKED = (Answer.OPEN, Answer.YES, Answer.DONE)
_GIVEN_UP = (Answer.TAKEN_BACK, Answer.SENT_BACK)


class Handing:
    """One case on its way to a colleague; `teams16`: whose people may have it, (b"",) for any."""

    def __init__(
        self,
        caseload: Caseload,
        ticket: Ticket,
        note: ChatNote,
        box: Box,
        teams16: tuple[bytes, ...],
        rand: Rand = random_bytes,
    ) -> None:
        self._caseload = caseload
        self._ticket = ticket
        self._note = note
        self._box = box
        self._teams16 = teams16
        self._rand = rand

    # --- what it is -----------------------------------------------------------------------------

    @property
    def asked(self) -> HandOver | None:
        """My question to the seeker, and what has become of it; None where I ask nothing."""
        own, asked = self._box.transcript.own, self._box.learned.hand_over
        return asked if own is not None and asked is not None and asked.sidx == own.sidx else None

    @property
    def colleague(self) -> RosterEntry | None:
        """Who has been let in and has neither taken it over nor gone again."""
        own = self._box.transcript.own
        later = [one for one in self.others if own is not None and one.sidx > own.sidx]
        return later[-1] if later else None

    @property
    def others(self) -> tuple[RosterEntry, ...]:
        """Return the colleagues who are in it beside me: let in, lent to, or lending."""
        own, roster = self._box.transcript.own, self._box.transcript.state.roster
        entries = roster.entries.values() if roster and own else ()
        return tuple(one for one in entries if one.role is Role.COUNSELLOR and one != own)

    @property
    def has_history(self) -> bool:
        """Tell whether what was said so far is mine to hand on."""
        return not self._note.pin

    async def colleagues(self) -> tuple[Counterpart, ...]:
        """Return who may be asked about: certified, listed by TEAM, and not me."""
        view, own = await self._caseload.log.update(), self._box.transcript.own
        mine = own.certificate_hash if own else b""
        found: dict[bytes, Counterpart] = {}
        for team16 in self._teams16:
            for one in await readers_of(
                self._caseload.relay, view, team16, self._caseload.now_ms()
            ):
                found[one.certificate.subject16] = one
        others = [one for one in found.values() if one.certificate.hash != mine]
        there = [one for one in others if await self._may_go_to(one.certificate)]
        return tuple(sorted(there, key=lambda one: one.name))

    # --- steps ----------------------------------------------------------------------------------

    async def ask(
        self, colleague: Certificate, *, with_history: bool, is_deputy: bool = False
    ) -> None:
        """Ask the seeker; Refused where a question stands, or for whom or what cannot be given.

        `is_deputy`: the colleague stands in for a time, and I stay.
        """
        is_asked = self.asked is not None and self.asked.answer in _ASKED
        if is_asked or self.others:
            raise Refused("a question stands already")
        if with_history and not self.has_history:
            raise Refused("a history that is not mine")
        await self._caseload.log.update()
        if self._in_force(colleague.hash) is None or not await self._may_go_to(colleague):
            raise Refused("nobody whom the team lists, or nobody who is there")
        asked = content.HandOver(
            certificate_hash=colleague.hash,
            with_history=int(with_history),
            is_deputy=int(is_deputy),
        )
        await self._box.send(Kind.HAND_OVER, codec.encode(asked))
        await self._box.read_on()

    async def take_back(self) -> None:
        """Keep it: nobody is asked any more, and who was let in, or stands in, goes again."""
        asked = self.asked
        if asked is not None and asked.answer in _ASKED:
            given = content.HandOverAnswer(n=asked.n, is_yes=0)
            await self._box.send(Kind.HAND_OVER_ANSWER, codec.encode(given))
            await self._box.read_on()
        await self.settle()

    async def settle(self, row: Row | None = None) -> None:
        """Do what is due and was not done: after an answer, a crash, at the return.

        `row`: as the relay shows it now; None where that is not known.
        """
        before = self.asked
        for _ in range(_ATTEMPTS):
            try:
                await self._step()
                break
            except WireError as error:
                if error.code in OVER:
                    return  # closed, or handed over: that is told by the box, or its absence
                # By another device of mine, or by the colleague who took it over.
                if error.code is not ErrorCode.STALE:
                    raise
                await self._box.read_on()
        else:
            raise Refused("the service does not let the conversation go on")
        await self._report(row, before)

    async def _step(self) -> None:
        asked, colleague = self.asked, self.colleague
        if asked is None or self._box.transcript.sending_paused:
            return
        if asked.answer in (Answer.YES, Answer.DONE):
            await self._caseload.log.update()
            certificate = self._in_force(asked.certificate_hash)
            is_new = asked.answer is Answer.YES
            if certificate is None or (is_new and not await self._may_go_to(certificate)):
                await self._give_up(asked)
                asked, colleague = self.asked, self.colleague
            elif is_new:
                await self._let_in(asked, certificate)
        if asked is not None and asked.answer in _GIVEN_UP and colleague is not None:
            await commits.take_out(self._caseload, self._box, colleague, Reason.REMOVED, self._rand)

    async def _give_up(self, asked: HandOver) -> None:
        """The colleague has been revoked, left the team or went: nothing is sealed to them."""
        given = content.HandOverAnswer(n=asked.n, is_yes=0)
        await self._box.send(Kind.HAND_OVER_ANSWER, codec.encode(given))
        await self._box.read_on()

    async def _report(self, row: Row | None, before: HandOver | None) -> None:
        """Tell the relay what stands in the box; nothing hangs on it, and it may be repeated."""
        if self._box.transcript.stopped is not None:
            return
        given, told = self._given, self._ticket.told_of(row) if row else NOBODY
        # A row may be older than what was just given up.
        is_given_up = before is not None and before.added_n > 0 and given == NOBODY
        if given == told and not is_given_up:
            return
        with suppress(WireError, Disconnected):
            await self._caseload.relay.request(self._ticket.handed_to(given))

    @property
    def _given(self) -> Given:
        """Who may take it over now, or stands in."""
        asked, colleague = self.asked, self.colleague
        if asked is None or asked.answer is not Answer.DONE or colleague is None:
            return NOBODY
        certificate = self._caseload.log.staff.counsellor(colleague.certificate_hash)
        return Given(certificate.subject16, asked.is_deputy) if certificate else NOBODY

    async def _may_go_to(self, colleague: Certificate) -> bool:
        """Tell whether the colleague could take it over now."""
        return await self._ticket.may_go_to(self._caseload, self._teams16[0], colleague.subject16)

    # --- commits --------------------------------------------------------------------------------

    def _in_force(self, certificate_hash: bytes) -> Certificate | None:
        """Return the certificate if it may be handed this: newest of somebody whom TEAM lists."""
        log, now_ms = self._caseload.log, self._caseload.now_ms()
        certificate = log.staff.counsellor(certificate_hash)
        if certificate is None:
            return None
        subject16, size = certificate.subject16, log.view.size
        is_listed = any(log.staff.in_team(one, subject16, size, now_ms) for one in self._teams16)
        newest = in_force(log.view, subject16, now_ms)
        return certificate if is_listed and newest == certificate else None

    async def _let_in(self, asked: HandOver, certificate: Certificate) -> None:
        roster = commits.roster_of(self._box.transcript)
        newcomer = begin.counsellor_entry(certificate, roster.highest_sidx + 1)
        join_cap = CapSecret(self._rand(CapSecret.SIZE_BYTES))
        cap = boxes.NewCap(
            sidx=newcomer.sidx,
            cap_hash=credential.cap_hash(join_cap),
            rights=int(begin.COUNSELLOR_RIGHTS),
        )

        ticket16 = self._ticket.ticket16

        def fill(sealed: Sealed, es: EpochSecret) -> boxes.Commit:
            welcome = Welcome(
                box16=sealed.box16,
                epoch=sealed.epoch,
                es=es,
                commit=sealed.quoted,
                join_cap=join_cap,
                ticket16=ticket16,
            )
            letters = [self._letter(newcomer, LetterKind.WELCOME, welcome.encode())]
            if asked.with_history:
                entry = self._caseload.keyring.entry(sealed.box16)
                kept = entry.secrets if entry else ()
                grant = Grant(box16=sealed.box16, secrets=commits.history_of(self._box, kept))
                letters.append(self._letter(newcomer, LetterKind.GRANT, grant.encode()))
            return sealed.command(caps=(cap,), letters=tuple(letters), ticket16=ticket16)

        entries = (*roster.entries.values(), newcomer)
        reason = Reason.DEPUTY if asked.is_deputy else Reason.HAND_OVER
        await commits.make(self._caseload, self._box, entries, reason, self._rand, fill)

    def _letter(self, newcomer: RosterEntry, kind: LetterKind, payload: bytes) -> bytes:
        kem_pk = newcomer.kem_pk
        return commits.letter_to(self._caseload, self._box, kem_pk, kind, payload, self._rand)
