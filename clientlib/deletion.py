"""Evidence of deletion: fetch the public lists of the days, look for the own tombs in them.

The lists are fetched without any credential, over HTTP and whole: the relay learns that somebody
reads the list of a day, and not which line they look for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

from clientlib.errors import Disconnected
from crypto import evidence
from crypto.entry import Entry
from crypto.evidence import Evidence, Found
from crypto.logview import LogView
from crypto.roster import BoxKind

_OK, _UNKNOWN = 200, 404
# A hundred thousand conversations in a day.
_MAX_LIST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """What can be said of one conversation whose end this account saw."""

    entry: Entry
    due_minute: int
    found: Found


class DayLists:
    """The lists of one service, each fetched once."""

    def __init__(self, url: str) -> None:
        """`url`: the service's address, as `RelayClient` has it."""
        self._url = url
        self._lists: dict[int, bytes | None] = {}

    async def of(self, day: int) -> bytes | None:
        """Return the list of a day; None where the service has none; Disconnected."""
        if day not in self._lists:
            self._lists[day] = await self._fetch(day)
        return self._lists[day]

    async def _fetch(self, day: int) -> bytes | None:
        url = f"{self._url}/log/deletions/{day}"
        try:
            async with aiohttp.ClientSession() as http, http.get(url) as answer:
                if answer.status == _UNKNOWN:
                    return None
                if answer.status != _OK:
                    raise Disconnected("no list of deletions")
                raw = b""
                async for piece in answer.content.iter_any():
                    raw += piece
                    if len(raw) > _MAX_LIST_BYTES:
                        raise Disconnected("a list of deletions without an end")
                return raw
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Disconnected("cannot reach the service") from error


async def deletions_of(
    entries: Sequence[Entry], view: LogView, url: str, now_ms: int
) -> tuple[Deletion, ...]:
    """Say of each conversation whose end was seen whether it is gone, the last one first.

    `view`: the log, read anew just before; Disconnected where a list cannot be fetched.
    """
    lists, hours = DayLists(url), view.retention_hours("live")
    ended = [one for one in entries if one.kind == BoxKind.CASE and evidence.tomb_of(one)]
    return tuple(
        [
            Deletion(
                entry=one,
                due_minute=one.close_minute + hours * 60,
                found=await _look(one, view, lists, now_ms),
            )
            for one in sorted(ended, key=lambda one: one.close_minute, reverse=True)
        ]
    )


async def _look(entry: Entry, view: LogView, lists: DayLists, now_ms: int) -> Found:
    tomb, seen_false = evidence.tomb_of(entry), False
    assert tomb is not None  # sorted out before
    for day in evidence.days_of(entry.close_minute, now_ms):
        found = evidence.judge_day(tomb, day, await lists.of(day), view.deletions(day), now_ms)
        if found is not None and found.evidence is not Evidence.FALSE_LIST:
            return found
        seen_false = seen_false or found is not None
    return evidence.unnamed(entry.close_minute, view.retention_hours("live"), seen_false, now_ms)
