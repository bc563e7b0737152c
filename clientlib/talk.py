"""Conversations in a terminal: a seeker's, a counsellor's evening, and what both share.

Nothing is printed that the transcript has not judged, and what others wrote passes `plain`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from clientlib.box import Box
from clientlib.errors import Disconnected, Refused
from clientlib.relay import RelayClient
from clientlib.seeker import Seeker
from clientlib.staff import Staff
from clientlib.terminal import Terminal, plain
from crypto import fingerprint
from crypto.roster import Role
from crypto.verdict import Verdict
from crypto.wire.base import Event
from crypto.wire.boxes import BoxState, CloseReason, LetterStored
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.live import QueueRow, QueueRowChanged, TicketState
from crypto.words import Language

END = "/ende"
DUTY_RENEWAL_S = 30

_TIME_OVER = "Die Zeit ist um; der Chat ist beendet."
_LEFT = "Ihr Gegenüber hat die Seite verlassen; der Chat ist beendet."
_ENDED = "Der Chat wurde beendet."
_ENDED_BY_SERVICE = "Der Chat wurde vom Dienst beendet."
_WARNINGS = {
    Verdict.UNREADABLE: "[Eine Nachricht ließ sich nicht entschlüsseln.]",
    Verdict.GAP: "[Davor fehlt eine Nachricht.]",
    Verdict.FORK: "[Achtung: Ihr Gegenüber sieht einen anderen Verlauf als Sie.]",
    Verdict.LOG_FORK: "[Achtung: Ihr Gegenüber sieht ein anderes Verzeichnis der Schlüssel.]",
    Verdict.WITHHELD: "[Achtung: Der Server hält Nachrichten zurück.]",
}
_NOT_GENUINE = "[Eine Nachricht wurde verworfen, weil ihre Prüfung fehlschlug.]"


class Ended(Exception):
    """The person typed `/ende`, or the input is over."""


async def chat(terminal: Terminal, relay: RelayClient, seeker: Seeker, language: Language) -> None:
    """Wait, judge who accepts, decide, talk; `/ende` leaves at any time."""
    await seeker.wait()
    terminal.say(f"Sie heißen hier Ratsuchende_r {seeker.number}. Vor Ihnen: {seeker.ahead}.")
    terminal.say(f"Bitte warten Sie einen Moment. {END} beendet das Warten.")
    try:
        box, name = await _until_confirmed(terminal, relay, seeker, language)
    except Ended:
        with suppress(WireError):
            await seeker.withdraw()
        terminal.say("Ihre Anfrage ist zurückgezogen.")
        return
    except Refused as refused:
        terminal.say(f"Achtung: Dieser Annahme ist nicht zu trauen ({refused.verdict}).")
        await seeker.withdraw()
        return
    try:
        await converse(terminal, relay, box, name)
    except asyncio.CancelledError:
        # Strg+C: for an unregistered seeker leaving is the end, as with the quick exit.
        with suppress(WireError, Disconnected):
            await box.leave()
        raise


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


async def converse(terminal: Terminal, relay: RelayClient, box: Box, name: str) -> None:
    """Talk until either side ends it."""
    terminal.say(f"Der Chat hat begonnen. {END} beendet ihn.")
    seen = 0
    try:
        while True:
            seen = _show(terminal, box, name, seen)
            if box.clock.state is not BoxState.OPEN:
                break
            await _acknowledge(box)
            line = await typed_before(terminal, relay, box.wait_until(_news(box, seen)))
            if line:
                await box.say(line)
        terminal.say(_ending(box))
    except Ended:
        await box.close()
        terminal.say("Sie haben den Chat beendet.")
    except WireError as error:
        if error.code not in (ErrorCode.CLOSED, ErrorCode.EXPIRED):
            raise
        terminal.say("Der Chat ist schon beendet; das Letzte wurde nicht mehr gesendet.")
    finally:
        await box.stop()


async def _acknowledge(box: Box) -> None:
    """Say what has arrived; that the box has just closed will be told by its event."""
    try:
        await box.acknowledge()
    except WireError as error:
        if error.code not in (ErrorCode.CLOSED, ErrorCode.EXPIRED):
            raise


async def typed_before(
    terminal: Terminal, relay: RelayClient, work: Coroutine[Any, Any, object]
) -> str | None:
    """Return the line that is typed before `work` is over, or None.

    Ended for `/ende` and the end of the input; Disconnected when the line to the relay is lost.
    """
    typing = asyncio.ensure_future(terminal.lines.get())
    working = asyncio.ensure_future(work)
    losing = asyncio.ensure_future(relay.lost.wait())
    tasks = (typing, working, losing)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if not typing.cancelled():
        line = typing.result()
        if line is None or line.strip() == END:
            raise Ended
        return line
    if not working.cancelled():
        working.result()
        return None
    raise Disconnected("connection lost")


async def _until_confirmed(
    terminal: Terminal, relay: RelayClient, seeker: Seeker, language: Language
) -> tuple[Box, str]:
    """Wait for offers until one is confirmed; Ended when the person or the relay gives up."""
    while True:
        while seeker.state is not TicketState.OFFERED:
            if seeker.state in (TicketState.GONE, TicketState.CLOSED):
                raise Ended
            await typed_before(terminal, relay, seeker.wait_until(_other_than(seeker)))
        counterpart = await seeker.offered()
        name = plain(counterpart.name) or "Jemand aus dem Team"
        certificate = counterpart.certificate
        words = fingerprint.person_words(certificate.sign_pk, certificate.kem_pk, language)
        terminal.say(f"{name} ist jetzt für Sie da. (Schlüssel: {' '.join(words)})")
        terminal.say(f"Eingabetaste: jetzt chatten. {END}: doch nicht.")
        line = await typed_before(terminal, relay, seeker.wait_until(_other_than(seeker)))
        if line is not None:
            return await seeker.confirm(), name
        terminal.say("Das Angebot gilt nicht mehr.")


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


def _show(terminal: Terminal, box: Box, name: str, seen: int) -> int:
    """Print what has been judged since; return how much that is."""
    texts = {said.n: said for said in box.said if said.text is not None and not said.mine}
    for taken in box.taken[seen:]:
        if Verdict.GAP in taken.findings and taken.verdict is not Verdict.GAP:
            terminal.say(_WARNINGS[Verdict.GAP])
        if taken.verdict not in (Verdict.OK, Verdict.DUP, None):
            terminal.say(_WARNINGS.get(taken.verdict, _NOT_GENUINE))
        if taken.message is not None and taken.n in texts:
            terminal.say(f"{name}: {plain(texts[taken.n].text or '')}")
    return len(box.taken)


def _ending(box: Box) -> str:
    """How it ended; only a signed close message names a person, whatever the relay says."""
    own = box.transcript.own
    if box.closed_by is not None:
        return _ENDED
    if box.clock.reason is CloseReason.TIME_OVER:
        return _TIME_OVER
    # Leaving is what a seeker's page does at the quick exit, without a word; staff never do.
    is_seeker = own is None or own.role is Role.SEEKER
    left = box.clock.reason is CloseReason.LEFT and not is_seeker
    return _LEFT if left else _ENDED_BY_SERVICE


def _news(box: Box, seen: int) -> Callable[[], bool]:
    return lambda: len(box.taken) > seen or box.clock.state is not BoxState.OPEN


def _other_than(seeker: Seeker) -> Callable[[], bool]:
    state = seeker.state
    return lambda: seeker.state is not state


def _other_queue(staff: Staff, tickets: tuple[bytes, ...]) -> Callable[[], bool]:
    return lambda: tuple(row.ticket16 for row in _waiting(staff)) != tickets


def _waiting(staff: Staff) -> list[QueueRow]:
    rows = (row for row in staff.rows.values() if row.state == TicketState.WAITING)
    return sorted(rows, key=lambda row: row.since_ms)


def _number_of(staff: Staff, box: Box) -> str:
    note = staff.note_of(box.box16)
    return f"Ratsuchende_r {note.number}" if note else "Ratsuchende_r"
