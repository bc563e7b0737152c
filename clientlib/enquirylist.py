"""A portal's written enquiries as the relay lists them, read whole and followed from then on.

What stands in a row sorts and counts; the boxes alone are true.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from clientlib.relay import RelayClient
from crypto.errors import BadProof
from crypto.wire import enquiries
from crypto.wire.base import Event
from crypto.wire.enquiries import EnquiryRow, EnquiryState


class EnquiryList:
    """The rows of a colleague's portals, by ticket16; `stop()` to hear no more."""

    def __init__(self, relay: RelayClient) -> None:
        self.rows: dict[bytes, EnquiryRow] = {}
        self._relay = relay
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self.stop = relay.listen(self._hear)

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

    async def _rows(self, portal16: bytes, is_all: bool) -> list[EnquiryRow]:
        found: list[EnquiryRow] = []
        while True:
            start = found[-1].number + 1 if found else 0
            ask = enquiries.Enquiries(portal16=portal16, is_all=int(is_all), start=start)
            page = await self._relay.request(ask)
            if page.rows and page.rows[0].number < start:
                raise BadProof("a list that begins again never ends")
            found.extend(page.rows)
            if not page.rows or not page.has_more:
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
