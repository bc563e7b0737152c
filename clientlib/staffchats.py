"""A counsellor's running chats as they go from one colleague to another (E1.14, live.md).

The box decides; the queue's row brings a chat into the colleague's list. A chat and its row go by
portal and number, which nobody else has while the row stands. Twin of the same part of
web/js/features/workspace/live.js.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from clientlib.box import Box
from clientlib.caseload import Caseload
from clientlib.errors import Disconnected
from clientlib.handeddesk import HandedDesk
from clientlib.handover import Handing
from clientlib.notes import CaseNote, ChatNote, chat_note
from clientlib.staff import Staff
from clientlib.succeeding import Handed, Succession
from clientlib.tickets import LiveTicket
from crypto.entry import Entry
from crypto.errors import RemoteError
from crypto.verdict import NoticeKind
from crypto.wire.boxes import BoxState
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.live import QueueRow, TicketState


class Chat:
    """One of the own chats that runs; `box` follows the conversation."""

    def __init__(
        self, caseload: Caseload, ticket16: bytes, note: ChatNote, box: Box, team16: bytes
    ) -> None:
        self.box = box
        self._note = note
        self._ticket = LiveTicket(ticket16)
        self.handing = Handing(caseload, self._ticket, note, box, (team16,))
        self._succession = Succession(caseload, note, box)
        self._caseload = caseload

    @property
    def is_out(self) -> bool:
        """Tell whether a colleague's signed commit has taken me out: it is theirs now."""
        stopped = self.box.transcript.stopped
        return stopped is not None and stopped.kind is NoticeKind.YOU_WERE_REMOVED

    @property
    def is_shared(self) -> bool:
        """Tell whether who handed it to me is still in it."""
        return self._succession.predecessor is not None

    async def settle(self, row: QueueRow | None = None) -> None:
        """Do what is due: at the return, and after an answer or a commit has come.

        `row`: as the relay shows it now; None where that is not known.
        """
        if self.is_out:
            await self._caseload.note_handed_over(self.box.box16, self._note.admitted)
            return
        if self.box.clock.state is not BoxState.OPEN:
            await self._caseload.note_closed(self.box)
            return
        await self._succession.finish()
        if self._succession.is_done and (row is None or row.successor):
            with suppress(WireError, Disconnected):
                await self._caseload.relay.request(self._ticket.taken())
        await self.handing.settle(row)


class StaffChats:
    """The running chats of a colleague; read the queue first."""

    def __init__(self, staff: Staff, teams: Mapping[bytes, bytes]) -> None:
        """`teams`: whose team16 is behind a portal16."""
        self.staff = staff
        self.chats: dict[bytes, Chat] = {}
        self._caseload = staff.caseload
        self._teams = teams
        self._handed = HandedDesk(staff.caseload)

    async def take_up(self) -> tuple[Chat, ...]:
        """Open the own chats after a new sign-in; what a crash kept from them is done."""
        for entry in tuple(self.staff.keyring.entries):
            note = chat_note(entry)
            row = None if note is None or isinstance(note, CaseNote) else self._row_of(note)
            if row is not None and row.ticket16 not in self.chats:
                chat = await self._reopen(entry, row)
                if chat is not None:
                    # What cannot be done for one of them keeps nobody from the others.
                    with suppress(RemoteError, WireError):
                        await chat.settle(row)
        return tuple(self.chats.values())

    def know(self, ticket16: bytes, box: Box) -> Chat:
        """Take in a chat that a letter has opened."""
        note = self.staff.note_of(box.box16)
        assert note is not None, "remembered before it is used"
        team16 = self._teams.get(note.portal16, b"")
        chat = self.chats[ticket16] = Chat(self._caseload, ticket16, note, box, team16)
        return chat

    async def open_handed(self, ticket16: bytes) -> Handed:
        """Read what a colleague hands over; raises as `succeeding.open_handed` does."""
        return await self._handed.open(LiveTicket(ticket16))

    async def succeed(self, ticket16: bytes) -> Chat:
        """ "Übernehmen" of what a colleague hands over; goes on from wherever it stopped.

        WireError taken when they have taken it back, however it shows.
        """
        row = self.staff.rows.get(ticket16)
        if row is None:
            raise WireError(ErrorCode.TAKEN)
        chat = await self._mine(row)
        if chat is None:
            await self._handed.take(LiveTicket(ticket16), row)
            chat = await self._mine(row)
        if chat is None:
            raise WireError(ErrorCode.TAKEN)
        await chat.settle(row)
        if chat.is_out or chat.is_shared:
            await self.chats.pop(ticket16).box.stop()
            raise WireError(ErrorCode.TAKEN)
        return chat

    async def send_back(self, ticket16: bytes) -> None:
        """ "Zurückgeben", also where the letters open nothing."""
        await self._handed.send_back(LiveTicket(ticket16))

    async def settle(self, ticket16: bytes) -> Chat | None:
        """Do what is due in an own chat after news of it; None once it is a colleague's."""
        chat = self.chats[ticket16]
        await chat.settle(self.staff.rows.get(ticket16))
        if not chat.is_out:
            return chat
        await self.chats.pop(ticket16).box.stop()
        return None

    def _row_of(self, note: ChatNote) -> QueueRow | None:
        """Return the row of a chat that runs, which is mine or is to be."""
        me = self.staff.subject16
        for row in self.staff.rows.values():
            is_it = (row.portal16, row.number) == (note.portal16, note.number)
            if is_it and row.state == TicketState.ACTIVE and me in (row.assignee, row.successor):
                return row
        return None

    async def _mine(self, row: QueueRow) -> Chat | None:
        """Return the own chat: taken here, by an earlier try, or on another device."""
        known = self.chats.get(row.ticket16)
        if known is not None and not known.is_out:
            return known
        if known is not None:
            # From a time before: a colleague had it in between.
            await self.chats.pop(row.ticket16).box.stop()
        for entry in self.staff.keyring.entries:
            note = chat_note(entry)
            if note is None or isinstance(note, CaseNote) or self._row_of(note) != row:
                continue
            chat = await self._reopen(entry, row)
            if chat is not None:
                return chat
        return None

    async def _reopen(self, entry: Entry, row: QueueRow) -> Chat | None:
        box = await self._caseload.reopen(entry)
        return None if box is None else self.know(row.ticket16, box)
