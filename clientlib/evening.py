"""A counsellor's evening in a terminal: on duty, accept, talk, again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from clientlib.box import Box
from clientlib.errors import Disconnected
from clientlib.relay import RelayClient
from clientlib.staff import Staff
from clientlib.talk import END, Ended, converse, typed_before
from clientlib.terminal import Terminal
from crypto.wire.base import Event
from crypto.wire.boxes import BoxState, LetterStored
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.live import QueueRow, QueueRowChanged, TicketState

DUTY_RENEWAL_S = 30


async def work(
    terminal: Terminal, relay: RelayClient, staff: Staff, portals: dict[bytes, str]
) -> None:
    """On duty until `/ende`: each Enter accepts whoever has waited longest."""
    async with _on_duty(staff, tuple(portals)):
        await staff.read_queue(tuple(portals))
        for box in await staff.running():
            if box.clock.state is BoxState.OPEN:
                terminal.say("Ein Chat läuft noch.")
                await converse(terminal, relay, box, _number_of(staff, box))
            await box.stop()
        terminal.say(f"Sie sind erreichbar. {END} beendet den Dienst.")
        with suppress(Ended):
            while True:
                row = await _next_row(terminal, relay, staff, portals)
                with suppress(Ended):
                    await _serve(terminal, relay, staff, row)
        terminal.say("Sie sind nicht mehr erreichbar.")


async def _next_row(
    terminal: Terminal, relay: RelayClient, staff: Staff, portals: dict[bytes, str]
) -> QueueRow:
    """Wait until somebody waits and the counsellor presses Enter."""
    shown: tuple[bytes, ...] = ()
    while True:
        rows = _waiting(staff)
        tickets = tuple(row.ticket16 for row in rows)
        if rows and tickets != shown:
            first = rows[0]
            bell = "\a" if not shown else ""
            where = portals.get(first.portal16, "")
            terminal.say(
                f"{bell}Es warten {len(rows)}. Eingabetaste: "
                f"Chat mit Ratsuchende_r {first.number} starten ({where})."
            )
        shown = tickets
        changed = staff.wait_until(_other_queue(staff, tickets))
        if await typed_before(terminal, relay, changed) is not None and rows:
            return rows[0]


async def _serve(terminal: Terminal, relay: RelayClient, staff: Staff, row: QueueRow) -> None:
    """Accept one request and talk; Ended when the counsellor gives the request back."""
    try:
        await staff.accept(row.ticket16)
    except WireError as error:
        if error.code not in (ErrorCode.TAKEN, ErrorCode.UNKNOWN, ErrorCode.WRONG_STATE):
            raise
        terminal.say("Diese Anfrage hat gerade jemand anderes übernommen.")
        return
    terminal.say(f"Angenommen. Warten auf Ratsuchende_r {row.number} … {END}: zurückgeben.")
    joining = _Joining(relay, staff, row.ticket16)
    try:
        while joining.box is None and not joining.is_gone:
            await typed_before(terminal, relay, joining.run())
    except Ended:
        await staff.hand_back(row.ticket16)
        terminal.say("Die Anfrage ist zurückgegeben.")
        raise
    finally:
        joining.stop()
    if joining.box is None:
        terminal.say("Die Anfrage ist nicht mehr da.")
        return
    await converse(terminal, relay, joining.box, f"Ratsuchende_r {row.number}")


class _Joining:
    """Waits for the seeker's letter, or for the word that there will be none."""

    def __init__(self, relay: RelayClient, staff: Staff, ticket16: bytes) -> None:
        self.box: Box | None = None
        self.is_gone = False
        self._staff = staff
        self._ticket16 = ticket16
        self._heard = asyncio.Event()
        self.stop = relay.listen(self._hear)

    async def run(self) -> None:
        """Read the inbox after each event until the box is there or the request is gone."""
        while self.box is None and not self.is_gone:
            self._heard.clear()
            # A half-made join would be lost with the keystroke that interrupts it.
            joined = await asyncio.shield(asyncio.ensure_future(self._read()))
            if not joined and not self.is_gone:
                await self._heard.wait()

    async def _read(self) -> bool:
        boxes = await self._staff.read_inbox()
        if boxes:
            self.box = boxes[0]
            self._heard.set()
        return bool(boxes)

    def _hear(self, event: Event) -> None:
        if isinstance(event, QueueRowChanged) and event.row.ticket16 == self._ticket16:
            self.is_gone = event.row.state not in (TicketState.OFFERED, TicketState.ACTIVE)
        elif not isinstance(event, LetterStored):
            return
        self._heard.set()


@asynccontextmanager
async def _on_duty(staff: Staff, portals: tuple[bytes, ...]) -> AsyncIterator[None]:
    """Hold the lease."""

    async def renew() -> None:
        while True:
            await asyncio.sleep(DUTY_RENEWAL_S)
            await staff.set_duty(portals, on=True)

    await staff.set_duty(portals, on=True)
    renewing = asyncio.ensure_future(renew())
    try:
        yield
    finally:
        renewing.cancel()
        await asyncio.gather(renewing, return_exceptions=True)
        with suppress(Disconnected, WireError):
            await staff.set_duty(portals, on=False)


def _other_queue(staff: Staff, tickets: tuple[bytes, ...]) -> Callable[[], bool]:
    return lambda: tuple(row.ticket16 for row in _waiting(staff)) != tickets


def _waiting(staff: Staff) -> list[QueueRow]:
    rows = (row for row in staff.rows.values() if row.state == TicketState.WAITING)
    return sorted(rows, key=lambda row: row.since_ms)


def _number_of(staff: Staff, box: Box) -> str:
    note = staff.note_of(box.box16)
    return f"Ratsuchende_r {note.number}" if note else "Ratsuchende_r"
