"""A counsellor's side of written enquiries: the list, first requests, the own cases (section 5).

How one is taken over stands in `taking.py`. It is reported last, and what a crash kept from the
relay is told again when the cases are opened. Twin of web/js/features/workspace/enquiries.js.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from clientlib import releasing
from clientlib.box import Box
from clientlib.case import Case
from clientlib.caseload import Caseload
from clientlib.enquirylist import EnquiryList
from clientlib.errors import Refused
from clientlib.firstrequest import FirstRequest, open_first
from clientlib.handeddesk import HandedDesk
from clientlib.newaccess import NewAccess
from clientlib.notes import CaseNote, chat_note
from clientlib.staff import Staff
from clientlib.succeeding import Handed
from clientlib.taking import TOO_LATE, Taking
from clientlib.tickets import WrittenTicket
from crypto.entry import Entry
from crypto.errors import RemoteError
from crypto.levels import NO_TEAMS, Teams
from crypto.random import Rand, random_bytes
from crypto.roster import RosterEntry
from crypto.wire import enquiries
from crypto.wire.capacity import PortalRules
from crypto.wire.enquiries import EnquiryState
from crypto.wire.errors import ErrorCode, WireError

_TAKEN = (EnquiryState.WAITING, EnquiryState.ANSWERED, EnquiryState.DONE)


class StaffEnquiries(EnquiryList):
    """The written enquiries of a colleague's portals, and the own cases among them."""

    def __init__(
        self, staff: Staff, teams: Mapping[bytes, Teams] | None = None, rand: Rand = random_bytes
    ) -> None:
        """`teams`: those behind a portal16, for cases that are handed over or given back."""
        super().__init__(staff.relay)
        self.cases: dict[bytes, Case] = {}
        self.staff = staff
        self._caseload: Caseload = staff.caseload
        self._rand = rand
        self._teams = teams or {}
        self._first: dict[bytes, FirstRequest] = {}
        self._handed = HandedDesk(self._caseload)

    # --- a first request ------------------------------------------------------------------------

    async def open(self, ticket16: bytes) -> FirstRequest:
        """Read a request that nobody has taken, or a colleague's in which the team reads along.

        WireError taken, or RemoteError (`open_first`). Whoever reads along writes nothing into it.
        """
        known = self._first.get(ticket16)
        if known is not None and known.box.transcript.stopped is not None:
            await self.put_back(ticket16)
        if ticket16 not in self._first:
            self._first[ticket16] = await open_first(
                self._caseload, ticket16, reads_along=self._reads_along(ticket16)
            )
        return self._first[ticket16]

    async def put_back(self, ticket16: bytes) -> None:
        """Look at it no more; it stays as open as it was."""
        first = self._first.pop(ticket16, None)
        if first is not None:
            await first.box.stop()

    async def give_back(self, ticket16: bytes) -> None:
        """Give a reservation back: it is open again."""
        await self.staff.relay.request(enquiries.EnquiryReturn(ticket16=ticket16))

    # --- taking over ----------------------------------------------------------------------------

    async def accept(self, ticket16: bytes) -> Case:
        """ "Anfrage übernehmen"; WireError taken when a colleague was first, however it shows."""
        case = await self._mine(ticket16) or await self._take_over(ticket16)
        await case.report()
        await self._become_regular(case)
        return case

    async def take_over(self, ticket16: bytes) -> Case:
        """ "Anfrage übernehmen" of a colleague's, at any time, where the team reads along.

        WireError taken when somebody else was first; Refused where I am in it with a colleague.
        """
        row = self.rows.get(ticket16)
        if row is not None and row.state not in _TAKEN:
            return await self.accept(ticket16)
        case = await self._mine(ticket16)
        if case is None:
            former = (await self.open(ticket16)).people
            mine = self.staff.certificate.hash
            if mine in (one.certificate_hash for one in former):
                raise Refused("I am in it already")
            case = await self._take_over(ticket16, former)
        if case.note.is_deputy:
            raise Refused("I am in it already")
        await case.report()
        return case

    async def take_up(self) -> tuple[Case, ...]:
        """Open the own cases after a new sign-in; read the list first.

        What a crash kept from the relay is told again.
        """
        for box in await self._caseload.running(written=True):
            note = self.staff.note_of(box.box16)
            assert isinstance(note, CaseNote), "only written ones are opened"
            if note.ticket16 in self.cases:
                await box.stop()
                continue
            case = self._know(note, box)
            # What cannot be done for one of them keeps nobody from the others.
            with suppress(RemoteError, WireError):
                await case.settle(self.rows.get(note.ticket16))
                await NewAccess(self.staff, case).settle()
            if case.is_out:
                await self.cases.pop(case.ticket16).box.stop()
        await self._finish_releases()
        return tuple(self.cases.values())

    # --- given back to the team -----------------------------------------------------------------

    async def release(self, ticket16: bytes, *, with_draft: bool = True) -> None:
        """ "Freigeben": all of the team may take it, with what was said and what I have typed.

        Raises as `Releasing.run` does, before anything is changed.
        """
        case = self.cases[ticket16]
        draft = self._caseload.keyring.draft(case.box.box16) if with_draft else ""
        try:
            await case.release(draft)
        except WireError as error:
            # By a try before, whose answer was lost.
            is_over = error.code is ErrorCode.UNKNOWN
            if not (is_over and await releasing.finish(self._caseload, ticket16)):
                raise
        await self.cases.pop(ticket16).box.stop()

    async def _finish_releases(self) -> None:
        """Of what I have, and cannot open: the letters tell whether I have given it back."""
        for ticket16, row in tuple(self.rows.items()):
            is_mine = row.assignee == self.staff.subject16 and row.state in _TAKEN
            if is_mine and ticket16 not in self.cases:
                await releasing.finish(self._caseload, ticket16)

    # --- handed over by a colleague -------------------------------------------------------------

    async def open_handed(self, ticket16: bytes) -> Handed:
        """Read what a colleague hands over; raises as `succeeding.open_handed` does."""
        return await self._handed.open(WrittenTicket(ticket16))

    async def succeed(self, ticket16: bytes) -> Case:
        """ "Übernehmen" of what a colleague hands over; goes on from wherever it stopped.

        WireError taken when they have taken it back, however it shows.
        """
        case = await self._mine(ticket16) or await self._succeed(ticket16)
        await case.settle(self.rows.get(ticket16))
        if case.is_out or case.is_shared:
            await self.cases.pop(ticket16).box.stop()
            raise WireError(ErrorCode.TAKEN)
        return case

    async def send_back(self, ticket16: bytes) -> None:
        """ "Zurückgeben", also where the letters open nothing."""
        await self._handed.send_back(WrittenTicket(ticket16))

    async def settle(self, ticket16: bytes) -> Case | None:
        """Do what is due in an own case after news of it; None once it is a colleague's alone."""
        case = self.cases[ticket16]
        await case.settle(self.rows.get(ticket16))
        if not case.is_out:
            return case
        await self.cases.pop(ticket16).box.stop()
        await self._finish_releases()
        return None

    async def stand_down(self, ticket16: bytes) -> None:
        """End standing in for a colleague; nothing of it stays here."""
        case = self.cases[ticket16]
        await case.stand_down()
        # Else the colleague was first, which their commit says.
        if case.is_out:
            await self.cases.pop(ticket16).box.stop()

    async def _succeed(self, ticket16: bytes) -> Case:
        row = self.rows.get(ticket16)
        if row is not None:
            await self._handed.take(WrittenTicket(ticket16), row)
        case = await self._mine(ticket16)
        if case is None:
            raise WireError(ErrorCode.TAKEN)
        return case

    async def _mine(self, ticket16: bytes) -> Case | None:
        """Return the own case: taken here, by an earlier try, or on another device."""
        known = self.cases.get(ticket16)
        if known is not None and not known.is_out:
            return known
        if known is not None:
            # From a time before: a colleague had it in between.
            await self.cases.pop(ticket16).box.stop()
        row = self.rows.get(ticket16)
        is_mine = row is not None and self.staff.subject16 in (row.assignee, row.deputy)
        if row is not None and is_mine and row.state in _TAKEN:
            await self._caseload.keyring.refresh()
        entry = self._entry_of(ticket16)
        box = None if entry is None else await self._caseload.reopen(entry)
        if entry is None or box is None:
            return None
        note = chat_note(entry)
        assert isinstance(note, CaseNote), "found by its ticket"
        return self._know(note, box)

    async def _become_regular(self, case: Case) -> None:
        """Where a portal wants it so, whoever takes somebody's first enquiry is who they come back
        to; once, whatever has been said of it since."""
        row = self.rows.get(case.ticket16)
        if row is None or row.has_regular or case.box.learned.relation is not None:
            return
        with suppress(WireError):
            rules = await self.staff.relay.request(PortalRules(portal16=row.portal16))
            if rules.is_automatic:
                await case.make_regular(is_first=True)

    async def _take_over(
        self, ticket16: bytes, former: tuple[RosterEntry, ...] | None = None
    ) -> Case:
        """Take all steps; `former`: whose it is, as the person has seen it; None: nobody's."""
        for is_last in (False, True):
            first = await self.open(ticket16)
            taking = Taking(
                self.staff,
                first,
                self.rows[ticket16],
                self._rand,
                reads_along=self._reads_along(ticket16),
                former=former,
            )
            try:
                await taking.run()
                break
            except WireError as error:
                if error.code not in TOO_LATE:
                    raise
                # By a colleague, or by me on another device; or sealed to the team's next key,
                # and then its new letters open it.
                await self._caseload.keyring.refresh(first.box.box16)
                if await self._mine(ticket16) is not None:
                    break
                await taking.release()
                await self.put_back(ticket16)
                if is_last:
                    raise WireError(ErrorCode.TAKEN) from error
        await self.put_back(ticket16)
        case = await self._mine(ticket16)
        if case is None:
            raise Refused("the box that was just taken is not there")
        return case

    # --- what is known --------------------------------------------------------------------------

    def _know(self, note: CaseNote, box: Box) -> Case:
        case = Case(self._caseload, note, box, self._teams.get(note.portal16, NO_TEAMS))
        self.cases[case.ticket16] = case
        return case

    def _reads_along(self, ticket16: bytes) -> bool:
        """By my own page, and by what held when it was written: that was said to the seeker."""
        row = self.rows.get(ticket16)
        is_told = row is not None and row.reads_along == 1
        return is_told and self._teams.get(row.portal16, NO_TEAMS).reads_along if row else False

    def _entry_of(self, ticket16: bytes) -> Entry | None:
        for entry in self._caseload.keyring.entries:
            note = chat_note(entry)
            if isinstance(note, CaseNote) and note.ticket16 == ticket16 and not note.is_prepared:
                return entry
        return None
