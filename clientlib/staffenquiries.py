"""A counsellor's side of written enquiries: the list, first requests, taking one over (section 5).

Taking over, each step repeatable:

    1 reserve   `enquiry_accept`: the first of all wins, the others are told `taken`
    2 remember  ES_1 is drawn; entry and note are in the keyring before either is used
    3 commit 1  in the team's name: {seeker, me}, the team's capability out, the own one in
    4 report    `enquiry_taken`: the letters go
    5 reopen    from the keyring, as after any sign-in

An enquiry addressed to me needs no commit: the letter's capability is exchanged for the own one.
A crash after 2 leaves an entry that opens nothing, and the ticket opens again by itself; after 3
the box opens with the own capability, which the next try finds first. Twins:
enquiries.js and taking.js in web/js/features/workspace/.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from clientlib import begin
from clientlib.case import Case
from clientlib.caseload import Caseload
from clientlib.errors import Refused, over_is_fine
from clientlib.firstrequest import FirstRequest, open_first
from clientlib.notes import HOUR_MS, CaseNote, chat_note
from clientlib.staff import Staff
from crypto import account, commit, credential, epoch
from crypto.commit import Reason
from crypto.entry import Entry, KeptSecret
from crypto.envelope import Kind, seal_e1
from crypto.errors import BadProof
from crypto.keys import EpochSecret
from crypto.random import Rand, random_bytes
from crypto.roster import RosterEntry
from crypto.wire import boxes, enquiries
from crypto.wire.base import Event
from crypto.wire.enquiries import EnquiryRow, EnquiryState
from crypto.wire.errors import ErrorCode, WireError

_TAKEN = (EnquiryState.WAITING, EnquiryState.ANSWERED, EnquiryState.DONE)


class StaffEnquiries:
    """The written enquiries of a colleague's portals, and the own cases among them."""

    def __init__(self, staff: Staff, rand: Rand = random_bytes) -> None:
        self.rows: dict[bytes, EnquiryRow] = {}
        self.cases: dict[bytes, Case] = {}
        self._staff = staff
        self._caseload: Caseload = staff.caseload
        self._rand = rand
        self._first: dict[bytes, FirstRequest] = {}
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self.stop = staff.relay.listen(self._hear)

    # --- the list -----------------------------------------------------------------------------

    async def read(self, portals: tuple[bytes, ...], *, is_all: bool = False) -> None:
        """Read the lists whole, page by page, and follow them; `is_all`: colleagues' cases too."""
        for portal16 in portals:
            read = await self._rows(portal16, is_all)
            others = {k: one for k, one in self.rows.items() if one.portal16 != portal16}
            self.rows = others | {row.ticket16: row for row in read}
        await self._tell()

    async def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds; it is asked after every event about a row."""
        async with self._changed:
            await self._changed.wait_for(condition)

    # --- a first request ------------------------------------------------------------------------

    async def open(self, ticket16: bytes) -> FirstRequest:
        """Read a request that nobody has taken; WireError taken, or RemoteError (`open_first`)."""
        if ticket16 not in self._first:
            self._first[ticket16] = await open_first(self._caseload, ticket16)
        return self._first[ticket16]

    async def put_back(self, ticket16: bytes) -> None:
        """Look at it no more; it stays as open as it was."""
        first = self._first.pop(ticket16, None)
        if first is not None:
            await first.box.stop()

    async def give_back(self, ticket16: bytes) -> None:
        """Give a reservation back: it is open again."""
        await self._staff.relay.request(enquiries.EnquiryReturn(ticket16=ticket16))

    # --- taking over ----------------------------------------------------------------------------

    async def accept(self, ticket16: bytes) -> Case:
        """ "Anfrage übernehmen"; WireError taken when a colleague was first, however it shows."""
        case = await self._mine(ticket16)
        if case is None:
            first = await self.open(ticket16)
            await self._staff.log.update()
            if first.team is None:
                await self._swap(ticket16, first)
            else:
                await self._take_over(ticket16, first, first.team)
            await self.put_back(ticket16)
            case = await self._mine(ticket16)
        if case is None:
            raise Refused("the box that was just taken is not there")
        await case.report()
        return case

    async def take_up(self) -> tuple[Case, ...]:
        """Open the own cases after a new sign-in; read the list first.

        What a crash kept from the relay is told again.
        """
        for box in await self._caseload.running(written=True):
            note = self._staff.note_of(box.box16)
            assert isinstance(note, CaseNote), "only written ones are opened"
            if note.ticket16 in self.cases:
                await box.stop()
                continue
            case = self._know(Case(self._caseload, note, box))
            await case.settle(self.rows.get(note.ticket16))
        return tuple(self.cases.values())

    async def _mine(self, ticket16: bytes) -> Case | None:
        """Return the own case: taken here, by an earlier try, or on another device."""
        if ticket16 in self.cases:
            return self.cases[ticket16]
        row = self.rows.get(ticket16)
        if row is not None and row.assignee == self._staff.subject16 and row.state in _TAKEN:
            await self._caseload.keyring.refresh()
        entry = self._entry_of(ticket16)
        box = None if entry is None else await self._caseload.reopen(entry)
        if entry is None or box is None:
            return None
        note = chat_note(entry)
        assert isinstance(note, CaseNote), "found by its ticket"
        return self._know(Case(self._caseload, note, box))

    async def _swap(self, ticket16: bytes, first: FirstRequest) -> None:
        """Addressed to me: remember, then make the letter's capability the own one."""
        await self._remember(ticket16, first, ())
        with over_is_fine():
            await self._caseload.swap(first.box.box16, first.welcome.join_cap)

    async def _take_over(self, ticket16: bytes, first: FirstRequest, team: RosterEntry) -> None:
        """Steps 1 to 3; what stops them half-way gives the reservation back."""
        transcript = first.box.transcript
        if transcript.sending_paused or transcript.state.joining is not None:
            raise Refused("what the service shows of this request does not fit")
        await self._staff.relay.request(enquiries.EnquiryAccept(ticket16=ticket16))
        try:
            await self._commit(ticket16, first, team)
        except WireError as error:
            if error.code not in (ErrorCode.STALE, ErrorCode.UNKNOWN):
                await self._release(ticket16)
                raise
            # Somebody has moved the box on: a colleague, or I on another device.
            await self._caseload.keyring.refresh(first.box.box16)
            if await self._mine(ticket16) is None:
                await self._release(ticket16)
                raise WireError(ErrorCode.TAKEN) from error

    async def _commit(self, ticket16: bytes, first: FirstRequest, team: RosterEntry) -> None:
        """Make the commit in the team's name that leaves the seeker and me."""
        staff, transcript = self._staff, first.box.transcript
        roster, view = transcript.state.roster, staff.log.view
        assert roster is not None, "a joined box has a roster"
        me = begin.counsellor_entry(staff.certificate, roster.highest_sidx + 1)
        staying = (one for one in roster.entries.values() if one.sidx != team.sidx)
        secret = self._next_secret(first.box.box16, roster.epoch + 1)
        await self._remember(ticket16, first, (secret,))
        news, wraps = commit.make_commit(
            roster, (*staying, me), Reason.ACCEPTED, secret.es, me.certificate_hash, self._rand
        )
        transcript.staff = staff.log.staff
        body = transcript.draft(
            kind=Kind.COMMIT,
            stream=int.from_bytes(self._rand(4), "little"),
            i=0,
            sent_ms=self._caseload.now_ms(),
            log_n=view.size,
            payload=news.encode(),
            sidx=team.sidx,
        )
        key, box16 = transcript.key, first.box.box16
        own = boxes.NewCap(
            sidx=me.sidx,
            cap_hash=credential.cap_hash(self._caseload.cap(box16)),
            rights=int(begin.COUNSELLOR_RIGHTS),
        )
        await staff.relay.request(
            boxes.Commit(
                box16=box16,
                old_kid=key.kid8,
                new_kid=epoch.kid(secret.es, box16, news.epoch),
                e1=seal_e1(key, account.staff_sign(staff.ams), body, wraps, self._rand),
                caps=(own,),
                out=(team.sidx,),
                letters=(),
            ),
            first.welcome.join_cap.raw,
        )

    def _next_secret(self, box16: bytes, number: int) -> KeptSecret:
        """Return the secret of an earlier try, or draw one: a repeat adds none to the keyring."""
        entry = self._caseload.keyring.entry(box16)
        kept = (one for one in entry.secrets if one.epoch == number) if entry else iter(())
        drawn = EpochSecret(self._rand(EpochSecret.SIZE_BYTES))
        return next(kept, KeptSecret(epoch=number, es=drawn))

    async def _remember(
        self, ticket16: bytes, first: FirstRequest, more: tuple[KeptSecret, ...]
    ) -> None:
        row = self.rows[ticket16]
        note = CaseNote(
            ticket16=ticket16,
            portal16=row.portal16,
            number=row.number,
            joined_hour=self._caseload.now_ms() // HOUR_MS,
        )
        opened = KeptSecret(epoch=first.welcome.epoch, es=first.welcome.es)
        await self._caseload.remember(first.box.box16, (opened, *more), note)

    async def _release(self, ticket16: bytes) -> None:
        """Nothing hangs on it: a reservation ends by itself."""
        with suppress(WireError):
            await self.give_back(ticket16)

    # --- what is known --------------------------------------------------------------------------

    def _know(self, case: Case) -> Case:
        self.cases[case.ticket16] = case
        return case

    def _entry_of(self, ticket16: bytes) -> Entry | None:
        for entry in self._caseload.keyring.entries:
            note = chat_note(entry)
            if isinstance(note, CaseNote) and note.ticket16 == ticket16:
                return entry
        return None

    async def _rows(self, portal16: bytes, is_all: bool) -> list[EnquiryRow]:
        found: list[EnquiryRow] = []
        while True:
            start = found[-1].number + 1 if found else 0
            ask = enquiries.Enquiries(portal16=portal16, is_all=int(is_all), start=start)
            page = await self._staff.relay.request(ask)
            if page.rows and page.rows[0].number < start:
                raise BadProof("a list that begins again never ends")
            found.extend(page.rows)
            if not page.rows or len(found) >= page.total:
                return found

    def _hear(self, event: Event) -> None:
        if isinstance(event, enquiries.EnquiryRowChanged):
            self._take(event.row)
            task = asyncio.get_running_loop().create_task(self._tell())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _take(self, row: EnquiryRow) -> None:
        if row.state == EnquiryState.GONE:
            self.rows.pop(row.ticket16, None)
        else:
            self.rows[row.ticket16] = row

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
