"""What colleagues hand over to me: looked at, taken over, or sent back; each way to be repeated.

The same for written cases and running chats. Twin of web/js/features/workspace/handovers.js.
"""

from __future__ import annotations

from contextlib import suppress

from clientlib.caseload import Caseload
from clientlib.succeeding import Handed, open_handed, send_back, take_over
from clientlib.tickets import Row, Ticket
from crypto.errors import RemoteError
from crypto.wire.errors import ErrorCode, WireError


class HandedDesk:
    """What waits for me to take it over, as far as I have looked at it."""

    def __init__(self, caseload: Caseload) -> None:
        self._caseload = caseload
        self._open: dict[bytes, Handed] = {}

    async def open(self, ticket: Ticket) -> Handed:
        """Read what a colleague hands over; raises as `succeeding.open_handed` does."""
        known = self._open.get(ticket.ticket16)
        if known is None:
            known = self._open[ticket.ticket16] = await open_handed(self._caseload, ticket)
        return known

    async def take(self, ticket: Ticket, row: Row) -> None:
        """Make it mine; who handed it over is still in it, and the keyring opens it now.

        Passed over is that somebody was first: who asked has taken it back, or I have taken it on
        another device. Which, the keyring tells.
        """
        try:
            await take_over(self._caseload, ticket, await self.open(ticket), row)
        except WireError as error:
            if error.code is not ErrorCode.TAKEN:
                raise
            await self._caseload.keyring.refresh()
        finally:
            await self._put_down(ticket)

    async def send_back(self, ticket: Ticket) -> None:
        """ "Zurückgeben", also where the letters open nothing."""
        handed = self._open.get(ticket.ticket16)
        if handed is None:
            with suppress(WireError, RemoteError):
                handed = await self.open(ticket)
        await send_back(self._caseload, ticket, handed)
        await self._put_down(ticket)

    async def _put_down(self, ticket: Ticket) -> None:
        handed = self._open.pop(ticket.ticket16, None)
        if handed is not None:
            await handed.box.stop()
