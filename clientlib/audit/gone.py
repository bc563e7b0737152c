"""Checks by the auditor's own trial: 48 hours later it is gone, for both sides, with evidence."""

from __future__ import annotations

import base64

from clientlib.audit import begun, canary, enquiry
from clientlib.audit.canary import Canary, answers
from clientlib.audit.check import CannotRun, Findings, NotRun, Outcome, Words, pending
from clientlib.audit.outside import Outside
from clientlib.deletion import DayLists
from clientlib.relay import RelayClient
from crypto import evidence
from crypto.evidence import Evidence
from crypto.wire import blobs
from crypto.wire.boxes import GetShare, Read

_DAY_MS = 86_400_000
# The list of a day is closed within the hour after it; two, for clocks.
_LIST_GRACE_MS = 2 * 3_600_000


async def gone(audit: Outside) -> Outcome:
    """Come back for each kept trial: it must be gone, and its tomb in the day's list."""
    kept = await canary.waiting(audit)
    if not kept:
        words = _BROKEN_OFF if await begun.load(audit) else _NOTHING_KEPT
        raise (CannotRun if audit.requires_canary else NotRun)(words)
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
            await enquiry.leave(audit, one, found)
        if len(found) == before and not until_ms:
            audit.state.forget(name)
    if not found and later_ms:
        return pending(_LIST_LATER, later_ms)
    return found.outcome(
        Words(
            de=f"Nach Ablauf der Frist eigene Proben gesucht ({len(due)}): mit den "
            "Geheimnissen beider Seiten, die Datei, den Anteil beim Keeper, den Nachweis in "
            "der Tagesliste. Danach gelöscht, was an Zugängen dafür angelegt war.",
            en=f"Looked for own trials after the deadline ({len(due)}): with both sides’ "
            "secrets, the file, the keeper’s share, the evidence in the day’s list. Then deleted "
            "the access that was made for an enquiry.",
        )
    )


async def _ask(audit: Outside, one: Canary, found: Findings) -> None:
    box16 = bytes.fromhex(one.box16)
    async with RelayClient(audit.url) as relay:
        for cap in one.caps:
            for command in (Read(box16=box16, start=1), GetShare(box16=box16)):
                if await answers(relay, command, bytes.fromhex(cap)):
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


_NOTHING_KEPT = Words(
    de="Es gibt keine frühere Probe, nach der zu sehen wäre.",
    en="There is no earlier trial to look after.",
)
_BROKEN_OFF = Words(
    de="Eine eigene Anfrage ist nicht zu Ende gekommen. Ein Aufruf mit --access führt sie weiter.",
    en="An own enquiry has not come to its end. A call with --access goes on with it.",
)
_COME_BACK = Words(
    de="Die Frist läuft noch; danach noch einmal aufrufen.",
    en="The time still runs; call again afterwards.",
)
_LIST_LATER = Words(
    de="Die Probe ist gelöscht; die Liste des Tages kommt in der Nacht ins Verzeichnis.",
    en="The trial is deleted; the day’s list enters the log in the night.",
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
