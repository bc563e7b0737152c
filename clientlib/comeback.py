"""Coming back on any device: every conversation of a signed-in seeker is found where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from clientlib.account import SeekerAccount
from clientlib.arrival import Arrival
from clientlib.box import Box
from clientlib.enquiry import Enquiry
from clientlib.invitednotes import ArrivalNote
from clientlib.notes import EnquiryNote, VisitNote, arrival_note, enquiry_note
from clientlib.seeker import Seeker
from clientlib.sending import UNACCEPTED_DAYS, Portal
from crypto.entry import Entry, EntryState, has_moved
from crypto.errors import RemoteError
from crypto.levels import NO_TEAMS, Teams
from crypto.wire.errors import ErrorCode, WireError


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is there of live chats, and of what was written.

    `seekers`: requests that wait, are offered or begin; `boxes`: chats, running or closed and
    readable; `enquiries`: drafts, what is being sent, and written conversations; `arrivals`:
    invitations that are not confirmed yet; `lost`: written conversations that this access does not
    open any more, since they have ended or were sealed anew for another access; `moved`: the box16
    of those of which the latter is known, by a signed commit, on whichever device.
    """

    seekers: tuple[Seeker, ...]
    boxes: tuple[Box, ...]
    enquiries: tuple[Enquiry, ...]
    arrivals: tuple[Arrival, ...] = ()
    lost: tuple[EnquiryNote, ...] = ()
    moved: tuple[bytes, ...] = ()


async def come_back(
    account: SeekerAccount,
    *,
    teams: Mapping[bytes, Teams],
    language: str,
    unaccepted_days: int = UNACCEPTED_DAYS,
) -> Found:
    """Take up what the keyring remembers; `teams`: those of each portal, from the site.

    What the relay knows no more is forgotten once its purge must be past.
    """
    seekers: list[Seeker] = []
    boxes: list[Box] = []
    written = _Written(account, teams, language, unaccepted_days)
    for entry in account.keyring.entries:
        if entry.state is EntryState.GONE or await written.takes(entry):
            continue
        box = await account.reopen(entry) if entry.secrets else None
        seeker = None if box is not None else await _seeker(account, entry, teams, language)
        if box is not None:
            boxes.append(box)
        elif seeker is not None:
            seekers.append(seeker)
        else:
            await account.forget_if_over(entry)
    return Found(
        seekers=tuple(seekers),
        boxes=tuple(boxes),
        enquiries=tuple(written.enquiries),
        arrivals=tuple(written.arrivals),
        lost=tuple(written.lost.values()),
        moved=tuple(one.box16 for one in account.keyring.entries if has_moved(one)),
    )


class _Written:
    """What there is of written conversations, and of the ways into them."""

    def __init__(
        self,
        account: SeekerAccount,
        teams: Mapping[bytes, Teams],
        language: str,
        unaccepted_days: int,
    ) -> None:
        self.enquiries: list[Enquiry] = []
        self.arrivals: list[Arrival] = []
        self.lost: dict[bytes, EnquiryNote] = {}
        self._account = account
        self._teams = teams
        self._language = language
        self._unaccepted_days = unaccepted_days

    async def takes(self, entry: Entry) -> bool:
        """Take up an entry; False for one of a live chat."""
        asked, invited = enquiry_note(entry), arrival_note(entry)
        if asked is not None:
            await self._enquiry(entry, asked)
        elif invited is not None:
            await self._arrival(entry, invited)
        return asked is not None or invited is not None

    async def _enquiry(self, entry: Entry, note: EnquiryNote) -> None:
        enquiry = await Enquiry.take_up(self._account, self._portal(note.portal16), entry)
        if has_moved(enquiry.entry):
            return
        if enquiry.box is not None or not enquiry.is_sent:
            self.enquiries.append(enquiry)
        else:
            self.lost[entry.box16] = note

    async def _arrival(self, entry: Entry, note: ArrivalNote) -> None:
        """Ask whether it is confirmed; what the relay refuses waits for the person, or for time."""
        arrival = Arrival(self._account, self._portal(note.portal16), entry)
        if arrival.is_forgotten:
            await arrival.forget()
            return
        joined = None
        with suppress(RemoteError, WireError):
            joined = await arrival.check()
        if joined is None:
            self.arrivals.append(arrival)
        else:
            # Another access of this very account may have had it before.
            self.lost.pop(joined.box16, None)
            self.enquiries.append(joined)

    def _portal(self, portal16: bytes) -> Portal:
        return Portal(
            portal16=portal16,
            teams=self._teams.get(portal16, NO_TEAMS),
            language=self._language,
            unaccepted_days=self._unaccepted_days,
        )


async def _seeker(
    account: SeekerAccount, entry: Entry, teams: Mapping[bytes, Teams], language: str
) -> Seeker | None:
    """Take up the request; None where the relay has none."""
    team16 = teams.get(VisitNote.decode(entry.settings).portal16, NO_TEAMS).team16
    try:
        return await Seeker.take_up(account, entry, team16=team16, language=language)
    except WireError as error:
        if error.code is not ErrorCode.UNKNOWN:
            raise
        return None
