"""The list of what a counsellor keeps an eye on (Merkliste), sealed in the own keyring.

Each mark is an entry of its own, named by its ticket, so that two devices that mark at the same
moment lose nothing: entries are joined one by one, and of one entry the later change counts.

    settings = [is marked 0 | 1, hour of the change]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clientlib.keyring import Keyring
from clientlib.notes import HOUR_MS, NO_PIN
from crypto import encoding
from crypto.entry import Entry, EntryState, gone
from crypto.errors import RemoteError

# Kinds from 128 on are things of the account, and no boxes.
BOOKMARK = 128
# Longer than a request and its conversation can lie about unused.
KEPT_DAYS = 400
_HOURS_OF_DAY = 24
_MINUTES_OF_HOUR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    is_marked: bool
    hour: int


class Bookmarks:
    """The marks of one signed-in counsellor."""

    def __init__(self, keyring: Keyring, now_ms: Callable[[], int]) -> None:
        self._keyring = keyring
        self._now_ms = now_ms

    def marked(self) -> frozenset[bytes]:
        """The tickets that are marked, as this device knows."""
        found = ((one.box16, _mark_of(one)) for one in self._keyring.entries)
        return frozenset(ticket16 for ticket16, mark in found if mark and mark.is_marked)

    async def set(self, ticket16: bytes, *, is_marked: bool) -> None:
        """Mark an enquiry, or take the mark away."""
        known = self._keyring.entry(ticket16)
        await self._keyring.remember(
            Entry(
                box16=ticket16,
                kind=BOOKMARK,
                state=EntryState.OPEN,
                key_context=ticket16,
                secrets=(),
                pin_n=NO_PIN[0],
                pin_chain=NO_PIN[1],
                counter=known.counter + 1 if known else 1,
                settings=encoding.encode([int(is_marked), self._hour]),
            )
        )

    async def forget(self, *ticket16s: bytes) -> None:
        """Their conversations are over for good: nothing of them stays, be it a mark."""
        known = (self._keyring.entry(one) for one in ticket16s)
        marks = [one for one in known if one is not None and _mark_of(one)]
        minute = self._hour * _MINUTES_OF_HOUR
        await self._keyring.remember(*(gone(one, minute, *NO_PIN) for one in marks))

    async def tidy(self) -> None:
        """Let go of what changed so long ago that nothing can be left of it."""
        oldest = self._hour - KEPT_DAYS * _HOURS_OF_DAY
        found = ((one.box16, _mark_of(one)) for one in self._keyring.entries)
        await self.forget(*(ticket16 for ticket16, mark in found if mark and mark.hour < oldest))

    @property
    def _hour(self) -> int:
        return self._now_ms() // HOUR_MS


def _mark_of(entry: Entry) -> _Mark | None:
    """Read a mark; None for anything else, and for a form that a newer client wrote."""
    if entry.kind != BOOKMARK or entry.state is EntryState.GONE:
        return None
    try:
        is_marked, hour = encoding.decode_array(entry.settings, 2)
        return _Mark(is_marked=encoding.uint(is_marked, 1) == 1, hour=encoding.uint(hour))
    except RemoteError:
        return None
