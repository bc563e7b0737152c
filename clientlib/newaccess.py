"""A counsellor gives a seeker who has lost everything a new access to their conversation (S2.15).

    1 invite    six words are drawn; they are in the keyring before the relay hears of them
    2 look      somebody has answered, who knew the words: who it is, people decide
    3 confirm   NEW_KEY: the old access out, the new one in, with all that was written
    4 report    the invitation goes, and the words with it

The words travel by hand: by telephone, on paper, in another conversation. Every step is repeated
harmlessly, on any device of the counsellor. Twin of web/js/features/workspace/newaccess.js.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from clientlib.case import Case
from clientlib.errors import Refused
from clientlib.invitednotes import Pending, secret_of
from clientlib.notes import HOUR_MS, CaseNote, chat_note
from clientlib.readmission import Answer, Readmission
from clientlib.staff import Staff
from crypto import invitation, invitewords
from crypto.entry import Entry
from crypto.keys import KemPublic, SignPublic
from crypto.random import Rand, random_bytes
from crypto.roster import Role, RosterEntry
from crypto.wire import invitations as wire
from crypto.wire.base import Event
from crypto.wire.boxes import BoxState
from crypto.wire.errors import ErrorCode, WireError
from crypto.words import Language

# Each `stale` is another commit that was faster; more in a row is a relay that lies.
_TRIES = 5


class NewAccess:
    """What can be done about a new access in one own case."""

    def __init__(self, staff: Staff, case: Case, rand: Rand = random_bytes) -> None:
        self._staff = staff
        self._case = case
        self._rand = rand

    @property
    def pending(self) -> Pending | None:
        """The invitation that is under way, to be shown again; None where there is none."""
        return self._note(self._entry).invitation

    async def invite(self, language: Language) -> Pending:
        """Draw an invitation, or return the one that is under way; Refused in a closed case."""
        if self._case.box.clock.state is not BoxState.OPEN:
            raise Refused("a closed conversation")
        await self._staff.keyring.refresh(self._case.box.box16)
        await self.settle()
        pending = self.pending
        if pending is None:
            drawn = await draw(self._staff, language, self._seeker.sidx, self._rand)
            await self._keep(drawn)
            # Of two devices that draw at once, one remains.
            pending = self.pending or drawn
        await self._staff.relay.request(wire.Invite(join_id16=join_id_of(pending)))
        return pending

    async def look(self) -> Answer | None:
        """Return who has answered; None while nobody has, or when nobody is invited any more.

        BadTag when somebody who did not know the words has put keys there: nothing is committed.
        """
        await self._staff.keyring.refresh(self._case.box.box16)
        await self.settle()
        pending = self.pending
        if pending is None:
            return None
        join_id16 = join_id_of(pending)
        try:
            reply = await self._staff.relay.request(wire.InviteRead(join_id16=join_id16))
        except WireError as error:
            if error.code is not ErrorCode.UNKNOWN:
                raise
            # A crash lay between drawing it and giving it out.
            await self._staff.relay.request(wire.Invite(join_id16=join_id16))
            return None
        return next((checked(pending, one) for one in reply.answers), None)

    async def answered(self) -> Answer:
        """Wait until somebody has answered; Refused when nobody is invited any more."""
        news = asyncio.Event()

        def hear(event: Event) -> None:
            if isinstance(event, wire.InviteAnsweredNow):
                news.set()

        stop = self._staff.relay.listen(hear)
        try:
            while (found := await self.look()) is None:
                if self.pending is None:
                    raise Refused("nobody is invited")
                await news.wait()
                news.clear()
        finally:
            stop()
        return found

    async def confirm(self, answer: Answer) -> None:
        """It is the same person: seal the conversation anew to whoever gave this answer.

        Refused before anything is asked where the history is not here, or sending is paused.
        """
        pending = self.pending
        if pending is None or pending.is_over(self._staff.caseload.now_ms()):
            raise Refused("nobody is invited")
        await self._staff.log.update()
        readmission = Readmission(self._staff, self._case, pending, answer, self._rand)
        for _ in range(_TRIES):
            if self._seeker.sidx != pending.sidx:
                break
            try:
                await readmission.run()
            except WireError as error:
                if error.code is not ErrorCode.STALE:
                    raise
            # Whoever was faster: the box says what stands.
            await self._case.box.read_on()
        if self._seeker.kem_pk != answer.kem_pk:
            raise Refused("another access was let in")
        await self._report(pending)

    async def refuse(self) -> None:
        """It is not the same person, or nobody needs it any more: the words open nothing now."""
        pending = self.pending
        if pending is not None:
            await self._report(pending)

    async def settle(self) -> None:
        """Make up for what a crash has left, and forget what is over; at the return."""
        pending = self.pending
        if pending is None:
            return
        is_done = self._seeker.sidx != pending.sidx
        if is_done or pending.is_over(self._staff.caseload.now_ms()):
            await self._report(pending)

    @property
    def _seeker(self) -> RosterEntry:
        roster = self._case.box.transcript.state.roster
        assert roster is not None, "an own case has been read"
        return next(one for one in roster.entries.values() if one.role is Role.SEEKER)

    @property
    def _entry(self) -> Entry:
        entry = self._staff.keyring.entry(self._case.box.box16)
        assert entry is not None, "an own case is remembered"
        return entry

    def _note(self, entry: Entry) -> CaseNote:
        note = chat_note(entry)
        # One that is gone is known by what it was.
        return note if isinstance(note, CaseNote) else replace(self._case.note, invitation=None)

    async def _report(self, pending: Pending) -> None:
        """Forget it first: a crash then leaves a row that nobody reads and that ends by itself."""
        await self._keep(None)
        with suppress(WireError):
            await self._staff.relay.request(wire.InviteEnd(join_id16=join_id_of(pending)))

    async def _keep(self, pending: Pending | None) -> None:
        entry = self._entry
        note = replace(self._note(entry), invitation=pending)
        kept = replace(entry, counter=entry.counter + 1, settings=note.encode())
        await self._staff.keyring.remember(kept)


async def draw(staff: Staff, language: Language, sidx: int, rand: Rand) -> Pending:
    """Draw six words for the next 48 hours."""
    words = invitewords.new_words(language, rand)
    return Pending(
        words=words,
        secret=await secret_of(words, staff.log.view),
        expires_hour=staff.caseload.now_ms() // HOUR_MS + invitewords.VALID_HOURS,
        sidx=sidx,
    )


def join_id_of(pending: Pending) -> bytes:
    """Return where the relay keeps the answer."""
    return invitation.join_id(pending.secret)


def checked(pending: Pending, left: wire.InviteAnswered) -> Answer:
    """Read what was left; BadTag unless whoever left it knew the words."""
    found = Answer(
        sign_pk=SignPublic(left.sign_pk), kem_pk=KemPublic(left.kem_pk), cap_hash=left.cap_hash
    )
    invitation.check_join(
        pending.secret,
        left.mac,
        sign_pk=found.sign_pk,
        kem_pk=found.kem_pk,
        cap_hash=found.cap_hash,
    )
    return found
