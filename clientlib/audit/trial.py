"""Checks by the auditor's own trial: it works between two, and 48 hours later it is gone."""

from __future__ import annotations

import base64
from typing import Any

from clientlib.audit import canary
from clientlib.audit.access import audit_portal
from clientlib.audit.canary import Canary
from clientlib.audit.check import (
    CannotRun,
    Findings,
    NotRun,
    Outcome,
    Words,
    pending,
)
from clientlib.audit.outside import Outside
from clientlib.deletion import DayLists
from clientlib.relay import RelayClient
from clientlib.staff import NotInForce
from crypto import encoding, evidence, padding
from crypto.errors import WrongKey
from crypto.evidence import Evidence
from crypto.primitives import NONCE_BYTES, TAG_BYTES
from crypto.random import Rand
from crypto.wire import blobs
from crypto.wire.base import Command
from crypto.wire.boxes import GetShare, Post, Read
from crypto.wire.errors import ErrorCode, WireError
from crypto.wire.outer import KID_BYTES, SUITE, OuterKind

NAME = "canary-"
_GONE = (ErrorCode.UNKNOWN, ErrorCode.UNAUTHORISED, ErrorCode.CLOSED, ErrorCode.EXPIRED)
_DAY_MS = 86_400_000
# The list of a day is closed within the hour after it; two, for clocks.
_LIST_GRACE_MS = 2 * 3_600_000


async def written(audit: Outside) -> Outcome:
    """Have a chat with oneself, unless one is waiting already to be looked after."""
    if audit.access is None:
        raise (CannotRun if audit.requires_canary else NotRun)(_NO_ACCESS)
    if _waiting(audit):
        raise NotRun(_WAITING)
    portal = audit_portal(await audit.site())
    if portal is None:
        raise (CannotRun if audit.requires_canary else NotRun)(_NO_PORTAL)
    found = Findings()
    try:
        one = await canary.play(audit, audit.access, portal, found)
    except (WrongKey, NotInForce) as error:
        raise CannotRun(_NO_SIGN_IN) from error
    await _strangers(audit, one, found)
    audit.state.save(_name(one), one.kept())
    return found.outcome(
        Words(
            de="Im Portal für Prüfungen ein Gespräch mit sich selbst geführt: in beide Richtungen "
            "ein Merkwort, eine Datei, dann beendet. Mit den Geheimnissen dieses Gesprächs ein "
            "anderes zu öffnen versucht, und nach dem Ende noch zu schreiben.",
            en="Had a conversation with oneself in the portal for audits: a marker in each "
            "direction, a file, then the end. Tried to open another conversation with its "
            "secrets, and to write after the end.",
        )
    )


async def gone(audit: Outside) -> Outcome:
    """Come back for each kept trial: it must be gone, and its tomb in the day's list."""
    kept = {name: Canary.read(audit.state.load(name)) for name in audit.state.names(NAME)}
    if not kept:
        raise (CannotRun if audit.requires_canary else NotRun)(_NOTHING_KEPT)
    now_ms = audit.now_ms()
    due = {name: one for name, one in kept.items() if one.due_ms <= now_ms}
    if not due:
        return pending(_COME_BACK, min(one.due_ms for one in kept.values()))
    found, later_ms = Findings(), 0
    for name, one in due.items():
        before = len(found)
        await _ask(audit, one, found)
        until_ms = await _tomb(audit, one, found)
        later_ms = max(later_ms, until_ms)
        if len(found) == before and not until_ms:
            audit.state.forget(name)
    if not found and later_ms:
        return pending(_LIST_LATER, later_ms)
    return found.outcome(
        Words(
            de=f"{len(due)} eigene(s) Gespräch(e) nach Ablauf der Frist gesucht: mit den "
            "Geheimnissen beider Seiten, die Datei, den Anteil beim Verwahrer, den Nachweis in "
            "der Tagesliste.",
            en=f"Looked for {len(due)} own conversation(s) after the deadline: with both sides’ "
            "secrets, the file, the keeper’s share, the evidence in the day’s list.",
        )
    )


async def _strangers(audit: Outside, one: Canary, found: Findings) -> None:
    """This box's capabilities must open no other, nobody else's this one; and it takes no more."""
    box16, other = bytes.fromhex(one.box16), audit.rand(16)
    caps = [bytes.fromhex(cap) for cap in one.caps]
    attempts = (
        *((Read(box16=other, start=1), cap) for cap in caps),
        (Read(box16=box16, start=1), audit.rand(32)),
        (GetShare(box16=box16), audit.rand(32)),
    )
    async with RelayClient(audit.url) as relay:
        for command, cap in attempts:
            if await _answers(relay, command, cap):
                found.add(_OPENED, command=command.META.name)
        for cap in caps:
            if await _answers(relay, Post(box16=box16, e1=_sealed(box16, audit.rand)), cap):
                found.add(_TAKES_MORE, tomb=one.tomb)


def _sealed(box16: bytes, rand: Rand) -> bytes:
    """Return an envelope of the right form that nobody sealed."""
    sealed = rand(padding.MIN_BUCKET_BYTES + TAG_BYTES)
    kind = OuterKind.E1.value
    return encoding.encode([SUITE, kind, box16, rand(KID_BYTES), rand(NONCE_BYTES), sealed])


async def _ask(audit: Outside, one: Canary, found: Findings) -> None:
    box16 = bytes.fromhex(one.box16)
    async with RelayClient(audit.url) as relay:
        for cap in one.caps:
            for command in (Read(box16=box16, start=1), GetShare(box16=box16)):
                if await _answers(relay, command, bytes.fromhex(cap)):
                    found.add(_STILL_THERE, command=command.META.name, tomb=one.tomb)
    for cap in one.caps:
        given = base64.urlsafe_b64encode(bytes.fromhex(cap)).decode("ascii").rstrip("=")
        answer = await audit.fetcher.ask(
            "GET",
            f"/blob/{one.box16}/{one.blob16}",
            headers=(("Authorization", f"{blobs.AUTHORIZATION_SCHEME} {given}"),),
        )
        if answer.status < 400:
            found.add(_FILE_THERE, status=answer.status, tomb=one.tomb)


async def _tomb(audit: Outside, one: Canary, found: Findings) -> int:
    """Look for the tomb; return when to come back where its list is not in the log yet, else 0."""
    view, lists, now_ms = await audit.view(), DayLists(audit.url), audit.now_ms()
    for day in evidence.days_of(one.close_minute, now_ms):
        raw, stated = await lists.of(day), view.deletions(day)
        judged = evidence.judge_day(bytes.fromhex(one.tomb), day, raw, stated, now_ms)
        if judged is None or judged.evidence is Evidence.FALSE_LIST:
            continue
        if judged.evidence is Evidence.TONIGHT:
            return (day + 1) * _DAY_MS + _LIST_GRACE_MS
        if judged.evidence is Evidence.NOT_ENTERED:
            found.add(_NOT_ENTERED, day=day, tomb=one.tomb)
        return 0
    found.add(_NO_TOMB, tomb=one.tomb)
    return 0


async def _answers(relay: RelayClient, command: Command[Any], cap: bytes) -> bool:
    try:
        await relay.request(command, cap)
    except WireError as error:
        if error.code not in _GONE:
            raise
        return False
    return True


def _waiting(audit: Outside) -> bool:
    now_ms = audit.now_ms()
    kept = (Canary.read(audit.state.load(name)) for name in audit.state.names(NAME))
    return any(one.due_ms > now_ms for one in kept)


def _name(one: Canary) -> str:
    return NAME + one.tomb[:16]


_NO_ACCESS = Words(
    de="Kein Zugang einer prüfenden Person (--access).",
    en="No auditor access (--access).",
)
_NO_SIGN_IN = Words(
    de="Mit diesem Zugang geht keine Anmeldung: Name oder Passphrase stimmt nicht, oder das "
    "Zertifikat der prüfenden Person gilt nicht mehr.",
    en="This access does not sign in: name or passphrase is wrong, or the auditor’s certificate "
    "is no longer in force.",
)
_NO_PORTAL = Words(
    de="Dieser Dienst hat kein Portal für Prüfungen.",
    en="This service has no portal for audits.",
)
_WAITING = Words(
    de="Eine Probe von einem früheren Lauf wartet noch auf ihr Ende.",
    en="A trial of an earlier run is still waiting for its end.",
)
_NOTHING_KEPT = Words(
    de="Es gibt keine frühere Probe, nach der zu sehen wäre.",
    en="There is no earlier trial to look after.",
)
_COME_BACK = Words(
    de="Die Frist läuft noch; danach noch einmal aufrufen.",
    en="The time still runs; call again afterwards.",
)
_LIST_LATER = Words(
    de="Die Probe ist gelöscht; die Liste des Tages kommt in der Nacht ins Verzeichnis.",
    en="The trial is deleted; the day’s list enters the log in the night.",
)
_OPENED = Words(
    de="Ein Gespräch ließ sich mit einem fremden Geheimnis öffnen.",
    en="A conversation could be opened with somebody else’s secret.",
)
_TAKES_MORE = Words(
    de="Ein beendetes Gespräch nimmt noch Nachrichten an.",
    en="A finished conversation still takes messages.",
)
_STILL_THERE = Words(
    de="Ein Gespräch, dessen Frist abgelaufen ist, lässt sich noch abrufen.",
    en="A conversation whose time is over can still be fetched.",
)
_FILE_THERE = Words(
    de="Eine Datei, deren Frist abgelaufen ist, lässt sich noch abrufen.",
    en="A file whose time is over can still be fetched.",
)
_NOT_ENTERED = Words(
    de="Die Löschung steht in einer Tagesliste, die nicht ins Verzeichnis eingetragen ist.",
    en="The deletion stands in a day’s list that is not entered into the log.",
)
_NO_TOMB = Words(
    de="Das Gespräch ist fort, aber keine Tagesliste weist seine Löschung nach.",
    en="The conversation has gone, but no day’s list gives evidence of its deletion.",
)
