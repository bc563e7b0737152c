"""Conversations in a terminal: a seeker's, and what a counsellor's evening (`evening.py`) shares.

Nothing is printed that the transcript has not judged, and what others wrote passes `plain`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from clientlib.box import Box
from clientlib.errors import Disconnected, Refused
from clientlib.relay import RelayClient
from clientlib.said import Said
from clientlib.seeker import Seeker
from clientlib.terminal import Terminal, plain
from crypto import fingerprint
from crypto.envelope import Kind
from crypto.roster import Role
from crypto.verdict import Verdict
from crypto.wire.boxes import BoxState, CloseReason
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.live import TicketState
from crypto.words import Language

END = "/ende"
# A counsellor tells a seeker that they may make an access and go on later.
OFFER = "/zugang"
SOMEBODY = "Jemand aus dem Team"

_NOT_TRUSTED = "Achtung: Dieser Annahme ist nicht zu trauen ({})."
_TIME_OVER = "Die Zeit ist um; der Chat ist beendet."
_LEFT = "Ihr Gegenüber hat die Seite verlassen; der Chat ist beendet."
_ENDED = "Der Chat wurde beendet."
_ENDED_BY_SERVICE = "Der Chat wurde vom Dienst beendet."
_WARNINGS = {
    Verdict.UNREADABLE: "[Eine Nachricht ließ sich nicht entschlüsseln.]",
    Verdict.GAP: "[Davor fehlt eine Nachricht.]",
    Verdict.FORK: "[Achtung: Ihr Gegenüber sieht einen anderen Verlauf als Sie.]",
    Verdict.LOG_FORK: "[Achtung: Ihr Gegenüber sieht ein anderes Verzeichnis der Schlüssel. "
    "Sichern Sie beide mit »vieraugen log-proof DATEI«, was Sie sehen: das beweist es.]",
    Verdict.WITHHELD: "[Achtung: Der Server hält Nachrichten zurück.]",
}
_OFFERED = (
    "Ihr Gegenüber bietet Ihnen an, mit einem Zugang später weiterzuschreiben. "
    "Anlegen lässt er sich im Browser."
)
_NOT_GENUINE = "[Eine Nachricht wurde verworfen, weil ihre Prüfung fehlschlug.]"


class Ended(Exception):
    """The person typed `/ende`, or the input is over."""


async def chat(terminal: Terminal, relay: RelayClient, seeker: Seeker, language: Language) -> None:
    """Wait, judge who accepts, decide, talk; `/ende` leaves at any time.

    A request that was taken up from another device has its place already.
    """
    if not seeker.ticket16:
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
        terminal.say(_NOT_TRUSTED.format(refused.verdict))
        await seeker.withdraw()
        return
    try:
        await converse(terminal, relay, box, name)
    except asyncio.CancelledError:
        # Strg+C: for an unregistered seeker leaving is the end, as with the quick exit. Who has an
        # access comes back.
        if seeker.account is None:
            with suppress(WireError, Disconnected):
                await box.leave()
        raise


async def converse(terminal: Terminal, relay: RelayClient, box: Box, name: str) -> None:
    """Talk until either side ends it."""
    terminal.say(f"Der Chat hat begonnen. {END} beendet ihn.")
    if _counsels(box):
        terminal.say(f"{OFFER} bietet an, später mit einem Zugang weiterzuschreiben.")
    seen = 0
    try:
        while True:
            seen = _show(terminal, box, name, seen)
            if box.clock.state is not BoxState.OPEN:
                break
            await _acknowledge(box)
            line = await typed_before(terminal, relay, box.wait_until(_news(box, seen)))
            if line and line.strip() == OFFER and _counsels(box):
                await box.offer_account()
                terminal.say("Sie haben einen Zugang angeboten.")
            elif line:
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
        while seeker.state not in (TicketState.OFFERED, TicketState.ACTIVE):
            if seeker.state in (TicketState.GONE, TicketState.CLOSED):
                raise Ended
            await typed_before(terminal, relay, seeker.wait_until(_other_than(seeker)))
        if seeker.state is TicketState.ACTIVE:
            # Another device of this person said yes.
            return await seeker.confirm(), SOMEBODY
        counterpart = await seeker.offered()
        name = plain(counterpart.name) or SOMEBODY
        certificate = counterpart.certificate
        words = fingerprint.person_words(certificate.sign_pk, certificate.kem_pk, language)
        terminal.say(f"{name} ist jetzt für Sie da. (Schlüssel: {' '.join(words)})")
        terminal.say(f"Eingabetaste: jetzt chatten. {END}: doch nicht.")
        line = await typed_before(terminal, relay, seeker.wait_until(_other_than(seeker)))
        if line is not None:
            return await seeker.confirm(), name
        terminal.say("Das Angebot gilt nicht mehr.")


def _show(terminal: Terminal, box: Box, name: str, seen: int) -> int:
    """Print what has been judged since; return how much that is."""
    said = {one.n: one for one in box.said if not one.mine}
    for taken in box.taken[seen:]:
        if Verdict.GAP in taken.findings and taken.verdict is not Verdict.GAP:
            terminal.say(_WARNINGS[Verdict.GAP])
        if taken.verdict not in (Verdict.OK, Verdict.DUP, None):
            terminal.say(_WARNINGS.get(taken.verdict, _NOT_GENUINE))
        if taken.message is not None and taken.n in said:
            _show_one(terminal, box, name, said[taken.n])
    return len(box.taken)


def _show_one(terminal: Terminal, box: Box, name: str, one: Said) -> None:
    if one.text is not None:
        shown = box.pseudonym if _counsels(box) and box.pseudonym else name
        terminal.say(f"{plain(shown)}: {plain(one.text)}")
    elif one.kind == Kind.INTRODUCTION and _counsels(box) and box.pseudonym:
        terminal.say(f"{name} hat einen Zugang und heißt dort {plain(box.pseudonym)}.")
    elif one.kind == Kind.ACCOUNT_OFFER and not _counsels(box):
        terminal.say(_OFFERED)


def _counsels(box: Box) -> bool:
    own = box.transcript.own
    return own is not None and own.role is Role.COUNSELLOR


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
