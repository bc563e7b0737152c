"""To stand in for a colleague in a case that stays theirs: the deputy's side (E1.18).

It begins as a hand-over does, with the same question, letters and steps (`handover.py`,
`succeeding.py`), only that nobody goes at its end: both read, and both write. Whoever is absent
ends it by taking it back; I end it by saying so. Then my keys go at once, and the colleague's
client takes me out: who goes must not draw the secret of those who stay. Twin of the steps in
web/js/features/workspace/handover.js.
"""

from __future__ import annotations

from contextlib import suppress

from clientlib import commits
from clientlib.box import Box
from clientlib.caseload import Caseload
from clientlib.errors import OVER, Disconnected, Refused, over_is_fine
from clientlib.notes import CaseNote
from clientlib.succeeding import Succession
from clientlib.tickets import WrittenTicket
from crypto.boxstate import Pin
from crypto.commit import Reason
from crypto.envelope import Kind
from crypto.random import Rand, random_bytes
from crypto.roster import RosterEntry, is_revoked
from crypto.wire import codec, content
from crypto.wire.enquiries import EnquiryRow
from crypto.wire.errors import ErrorCode, WireError


class Deputising:
    """One case that a colleague has lent to me."""

    def __init__(
        self, caseload: Caseload, note: CaseNote, box: Box, rand: Rand = random_bytes
    ) -> None:
        self._caseload = caseload
        self._note = note
        self._box = box
        self._rand = rand
        self._succession = Succession(caseload, note, box)

    @property
    def for_whom(self) -> RosterEntry | None:
        """For whom I stand in; None where I do not, or where they have left: then it is mine."""
        return self._succession.predecessor if self._note.is_deputy else None

    @property
    def has_ended(self) -> bool:
        """Tell whether I have said that I stand in no more, on whichever device."""
        return self._note.is_deputy and any(
            one.message is not None
            and one.message.author == self._box.transcript.own
            and one.message.opened.body.kind == Kind.HAND_OVER_ANSWER
            for one in self._box.taken
        )

    async def end(self) -> None:
        """Say in the box that I stand in no more; Refused where I do not.

        That the colleague was first is passed over: their commit takes me out.
        """
        if self.for_whom is None:
            raise Refused("nobody whom I stand in for")
        given = content.HandOverAnswer(n=self._added_n, is_yes=0)
        await self._box.send(Kind.HAND_OVER_ANSWER, codec.encode(given))
        with over_is_fine():
            await self._box.read_on()

    async def settle(self, row: EnquiryRow | None) -> None:
        """Tell the relay what is done; take out the colleague whose certificate was revoked."""
        leaving = self.for_whom
        log = await self._caseload.log.update()
        if leaving is not None and is_revoked(leaving, log.size, self._caseload.log.staff):
            await self._take_out(leaving)
        if row is None or row.successor or self._is_mine(row) != (self.for_whom is None):
            with suppress(WireError, Disconnected):
                await self._caseload.relay.request(WrittenTicket(self._note.ticket16).taken())

    async def _take_out(self, leaving: RosterEntry) -> None:
        """Somebody else may be first: what is missing then is done at the next news."""
        if self._box.transcript.sending_paused:
            return
        try:
            await commits.take_out(self._caseload, self._box, leaving, Reason.REVOKED, self._rand)
        except WireError as error:
            if error.code not in OVER and error.code is not ErrorCode.STALE:
                raise

    def _is_mine(self, row: EnquiryRow) -> bool:
        own = self._box.transcript.own
        mine = self._caseload.log.staff.counsellor(own.certificate_hash) if own else None
        return mine is not None and row.assignee == mine.subject16

    @property
    def _added_n(self) -> int:
        """The number of the commit that let me in."""
        asked, pin = self._box.learned.hand_over, self._note.pin
        if pin:
            return Pin.decode(pin).n
        return asked.added_n if asked is not None else 0
