"""Coming back on any device: every conversation of a signed-in seeker is found where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clientlib.account import SeekerAccount
from clientlib.box import Box
from clientlib.enquiry import Enquiry
from clientlib.notes import VisitNote, enquiry_note
from clientlib.seeker import Seeker
from clientlib.sending import UNACCEPTED_DAYS, Portal
from crypto.entry import Entry, EntryState
from crypto.wire.errors import ErrorCode, WireError


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What is there of live chats, and of what was written.

    `seekers`: requests that wait, are offered or begin; `boxes`: chats, running or closed and
    readable; `enquiries`: drafts, what is being sent, and written conversations.
    """

    seekers: tuple[Seeker, ...]
    boxes: tuple[Box, ...]
    enquiries: tuple[Enquiry, ...]


async def come_back(
    account: SeekerAccount,
    *,
    teams: Mapping[bytes, bytes],
    language: str,
    unaccepted_days: int = UNACCEPTED_DAYS,
) -> Found:
    """Take up what the keyring remembers; `teams`: team16 of each portal, from the site.

    What the relay knows no more is forgotten once its purge must be past.
    """
    seekers: list[Seeker] = []
    boxes: list[Box] = []
    enquiries: list[Enquiry] = []
    for entry in account.keyring.entries:
        if entry.state is EntryState.GONE:
            continue
        note = enquiry_note(entry)
        if note is not None:
            portal = Portal(
                portal16=note.portal16,
                team16=teams.get(note.portal16, b""),
                language=language,
                unaccepted_days=unaccepted_days,
            )
            enquiry = await Enquiry.take_up(account, portal, entry)
            if enquiry.box is not None or not enquiry.is_sent:
                enquiries.append(enquiry)
            continue
        box = await account.reopen(entry) if entry.secrets else None
        seeker = None if box is not None else await _seeker(account, entry, teams, language)
        if box is not None:
            boxes.append(box)
        elif seeker is not None:
            seekers.append(seeker)
        else:
            await account.forget_if_over(entry)
    return Found(seekers=tuple(seekers), boxes=tuple(boxes), enquiries=tuple(enquiries))


async def _seeker(
    account: SeekerAccount, entry: Entry, teams: Mapping[bytes, bytes], language: str
) -> Seeker | None:
    """Take up the request; None where the relay has none."""
    team16 = teams.get(VisitNote.decode(entry.settings).portal16, b"")
    try:
        return await Seeker.take_up(account, entry, team16=team16, language=language)
    except WireError as error:
        if error.code is not ErrorCode.UNKNOWN:
            raise
        return None
