"""A written enquiry that a counsellor has taken: the conversation, and what the ticket says of it.

The ticket's row sorts lists and counts; the box alone is true. So every step is done in the box
first and told to the relay then, and `settle` makes up for what a crash kept from it. Twin of
web/js/features/workspace/casethread.js.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from clientlib.box import Box
from clientlib.caseload import Caseload
from clientlib.consent import Answer
from clientlib.deputising import Deputising
from clientlib.errors import OVER, Disconnected, Refused
from clientlib.handover import Handing
from clientlib.notes import CaseNote
from clientlib.outbox import Item, ItemState
from clientlib.releasing import Releasing
from clientlib.settings import RELATION_BYTES
from clientlib.standing import Standing, standing
from clientlib.succeeding import Succession
from clientlib.tickets import WrittenTicket
from crypto import credential
from crypto.envelope import Kind
from crypto.keys import CapSecret
from crypto.levels import NO_TEAMS, Teams
from crypto.random import random_bytes
from crypto.verdict import NoticeKind
from crypto.wire import codec, content
from crypto.wire.base import Command
from crypto.wire.boxes import BoxState
from crypto.wire.capacity import RelationDrop, RelationPut
from crypto.wire.enquiries import (
    EnquiryEnd,
    EnquiryMark,
    EnquiryRow,
    EnquiryState,
)
from crypto.wire.errors import WireError

# Of a question to the seeker: it has not come to its end.
_ASKED = (Answer.OPEN, Answer.YES, Answer.DONE)
_STATES = {Standing.ANSWERED: EnquiryState.ANSWERED, Standing.DONE: EnquiryState.DONE}


class Case:
    """One of the own cases; `box` follows the conversation."""

    def __init__(
        self, caseload: Caseload, note: CaseNote, box: Box, teams: Teams = NO_TEAMS
    ) -> None:
        self.note = note
        self.box = box
        # What was typed and not sent when a colleague took it over: the keyring keeps no draft of
        # what is over.
        self.unsent = ""
        self._ticket = WrittenTicket(note.ticket16)
        self.handing = Handing(caseload, self._ticket, note, box, teams.all16)
        self.deputising = Deputising(caseload, note, box)
        self._succession = Succession(caseload, note, box)
        self._releasing = Releasing(caseload, note, box, teams)
        self._caseload = caseload

    @property
    def ticket16(self) -> bytes:
        """The ticket's id."""
        return self.note.ticket16

    @property
    def standing(self) -> Standing:
        """Where it stands, as people see it."""
        is_closed = self.box.clock.state is BoxState.CLOSED
        return standing(self.box.transcript.state.roster, self.box.learned, is_closed=is_closed)

    @property
    def is_out(self) -> bool:
        """Tell whether a colleague's signed commit has taken me out, or I have said that I go."""
        stopped = self.box.transcript.stopped
        is_removed = stopped is not None and stopped.kind is NoticeKind.YOU_WERE_REMOVED
        return is_removed or self.deputising.has_ended

    @property
    def is_shared(self) -> bool:
        """Tell whether who handed it to me, and not for a time, is still in it."""
        return self._succession.predecessor is not None and not self.note.is_deputy

    async def say(self, text: str) -> Item:
        """Answer with a text."""
        item = await self.box.say(text)
        await self._mark(item, EnquiryState.ANSWERED)
        return item

    async def send_file(self, raw: bytes, name: str) -> Item:
        """Answer with a file."""
        item = await self.box.send_file(raw, name)
        await self._mark(item, EnquiryState.ANSWERED)
        return item

    async def mark_done(self) -> Item:
        """Say that this is done; the next message of either side takes it up again.

        It leaves a relation, which the relay knows first. A deputy leaves none: it is lent.
        """
        done = content.MarkedDone(relation=await self._put_known())
        item = await self.box.send(Kind.DONE, codec.encode(done))
        await self._mark(item, EnquiryState.DONE)
        return item

    async def _put_known(self) -> bytes:
        """Return the relation of whoever has had this conversation; empty where it is refused."""
        given, own = self.box.learned.known, self.box.transcript.own
        if own is None or self.deputising.for_whom is not None:
            return b""
        is_mine = given is not None and given.certificate_hash == own.certificate_hash
        relation = given.relation if given and is_mine else random_bytes(RELATION_BYTES)
        relation_hash = credential.cap_hash(CapSecret(relation))
        try:
            await self._caseload.relay.request(RelationPut(relation_hash=relation_hash, is_known=1))
        except (WireError, Disconnected):
            return b""
        return relation

    async def make_regular(self, *, is_first: bool = False) -> None:
        """Become the seeker's regular counsellor; `is_first`: only where they have none.

        The relay knows it first: what is told in the box holds then.
        """
        relation = random_bytes(RELATION_BYTES)
        relation_hash = credential.cap_hash(CapSecret(relation))
        await self._caseload.relay.request(RelationPut(relation_hash=relation_hash, is_known=0))
        given = content.Relation(relation=relation, is_first=int(is_first))
        await self.box.send(Kind.RELATION, codec.encode(given))

    async def end_regular(self) -> None:
        """Be it no more; without effect where I have never been."""
        given, own = self.box.learned.relation, self.box.transcript.own
        if given is None or own is None or given.sidx != own.sidx or not given.relation:
            return
        relation_hash = credential.cap_hash(CapSecret(given.relation))
        await self._caseload.relay.request(RelationDrop(relation_hash=relation_hash))
        await self.box.send(Kind.RELATION, codec.encode(content.Relation(relation=b"", is_first=0)))

    async def close(self) -> None:
        """End the conversation for both with a signed word; it stays readable until the purge.

        Refused for a deputy: it is lent.
        """
        if self.deputising.for_whom is not None:
            raise Refused("somebody else's conversation")
        await self.box.close()
        await self._end()

    async def stand_down(self) -> None:
        """End standing in; the colleague whose case it is goes on alone."""
        await self.deputising.end()
        await self.settle()

    async def release(self, draft: str) -> None:
        """Give it back to the team, with what was said and `draft`; raises as `Releasing.run`."""
        if self.handing.others:
            raise Refused("a colleague is in it")
        if self.handing.asked is not None and self.handing.asked.answer in _ASKED:
            raise Refused("the seeker is asked about a colleague")
        await self._releasing.run(draft)

    async def report(self) -> None:
        """Tell the relay that the roster is narrowed to me: its letters go."""
        await self._tell(self._ticket.taken())

    async def settle(self, row: EnquiryRow | None = None) -> None:
        """Make the ticket say what the box says: at the return, and after a message has come.

        `row`: as the relay shows it now; None where that is not known.
        """
        if self.is_out:
            if self.deputising.has_ended:
                await self._tell(self._ticket.given_back())
            await self._note_out()
            return
        where = self.standing
        if where is Standing.CLOSED:
            await self._end()
            return
        if self.note.is_deputy:
            await self.deputising.settle(row)
        else:
            await self._succession.finish()
            if self._succession.is_done and (row is None or row.successor):
                await self.report()
            elif row is not None and self._is_told_otherwise(row) and not await self._claims():
                return
        if self.deputising.for_whom is None:
            await self.handing.settle(row)
        if self._succession.knows(where):
            await self._settle_state(where, row)

    def _is_told_otherwise(self, row: EnquiryRow) -> bool:
        """Tell whether it is a colleague's by the relay, where any of the team may take it over."""
        own = self.box.transcript.own
        mine = self._caseload.log.staff.counsellor(own.certificate_hash) if own else None
        is_mine = mine is not None and row.assignee == mine.subject16
        is_taken = row.state not in (EnquiryState.OPEN, EnquiryState.RESERVED)
        return row.reads_along == 1 and is_taken and not is_mine and not self.is_shared

    async def _claims(self) -> bool:
        """Say that it is mine, unless a commit that I have not read yet has taken me out."""
        try:
            await self.box.read_on()
        except WireError as error:
            if error.code not in OVER:
                raise
            return False
        if self.is_out:
            await self._note_out()
            return False
        await self.report()
        return True

    async def _note_out(self) -> None:
        self.unsent = self._caseload.keyring.draft(self.box.box16) or self.unsent
        await self._caseload.note_handed_over(self.box.box16, self.note.admitted)

    async def _settle_state(self, where: Standing, row: EnquiryRow | None) -> None:
        state = row.state if row else EnquiryState.OPEN
        if state in (EnquiryState.OPEN, EnquiryState.RESERVED):
            await self.report()
            state = EnquiryState.WAITING
        wanted = _STATES.get(where, EnquiryState.WAITING)
        if row is None or state != wanted:
            await self._tell(EnquiryMark(ticket16=self.ticket16, state=wanted))

    async def _mark(self, item: Item, state: EnquiryState) -> None:
        if item.state is ItemState.STORED:
            await self._tell(EnquiryMark(ticket16=self.ticket16, state=state))

    async def _end(self) -> None:
        await self._tell(EnquiryEnd(ticket16=self.ticket16))
        await self._caseload.note_closed(self.box)

    async def _tell(self, command: Command[Any]) -> None:
        """Nothing hangs on it: a refusal is passed over, and a lost line repeats it later."""
        with suppress(WireError, Disconnected):
            await self._caseload.relay.request(command)
