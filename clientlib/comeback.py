"""Coming back on any device: every conversation of a signed-in seeker is found where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clientlib.account import SeekerAccount
from clientlib.box import Box
from clientlib.seeker import Seeker
from clientlib.visit import VisitNote
from crypto.entry import Entry, EntryState
from crypto.wire.errors import ErrorCode, WireError


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Requests that wait, are offered or begin; and chats, running or closed and readable."""

    seekers: tuple[Seeker, ...]
    boxes: tuple[Box, ...]


async def come_back(
    account: SeekerAccount, *, teams: Mapping[bytes, bytes], language: str
) -> Found:
    """Take up what the keyring remembers; `teams`: team16 of each portal, from the site.

    What the relay knows no more is forgotten once its purge must be past.
    """
    seekers: list[Seeker] = []
    boxes: list[Box] = []
    for entry in account.keyring.entries:
        if entry.state is EntryState.GONE:
            continue
        box = await account.reopen(entry) if entry.secrets else None
        seeker = None if box is not None else await _seeker(account, entry, teams, language)
        if box is not None:
            boxes.append(box)
        elif seeker is not None:
            seekers.append(seeker)
        else:
            await account.forget_if_over(entry)
    return Found(seekers=tuple(seekers), boxes=tuple(boxes))


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
