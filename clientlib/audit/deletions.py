"""Checks of the deletion evidence: every day in the log, its list as entered, nothing overdue."""

from __future__ import annotations

import json

from clientlib.audit.check import Findings, NotRun, Outcome, Words
from clientlib.audit.outside import Outside
from clientlib.audit.page import moment
from crypto import daylist
from crypto.daylist import Grave
from crypto.errors import RemoteError
from crypto.logview import LogView

HEALTH_PATH = "/healthz"
LIST_PATH = "/log/deletions/{}"
# The kind of conversation that every POLICY names.
LIVE_KIND = "live"
# The relay keeps lists for 90 days; a margin, so that none vanishes while it is being looked at.
LIST_DAYS = 80
# From then on a log without any day hides something.
OLD_DAYS = 3
# A day's root stands in the log an hour after its end at the latest.
GRACE_MS = 3_600_000
_DAY_MS = 86_400_000
_KEY_NAMES = {
    "purge_overdue": Words(
        de="Gespräche, die schon gelöscht sein müssten",
        en="conversations that should have been deleted already",
    ),
    "purge_stalled": Words(
        de="Das Löschen steht seit mehr als zehn Minuten still",
        en="deletion has stood still for more than ten minutes",
    ),
    "deletions_overdue": Words(
        de="Tage, deren Löschliste im Verzeichnis fehlt",
        en="days whose list of deletions the log lacks",
    ),
    "policy_differs": Words(
        de="Fristen, die von den unterschriebenen abweichen",
        en="terms that differ from the signed ones",
    ),
    "jobs_failing": Words(de="Aufgaben, die nicht laufen", en="jobs that do not run"),
}


async def days(audit: Outside) -> Outcome:
    """Look whether every day up to yesterday is entered, and each list fits its entry."""
    found = Findings()
    view = await audit.view()
    entered = view.deletion_days()
    if not entered and _age_days(audit, view) >= OLD_DAYS:
        found.add(_NO_DAY)
        return found.outcome(_NO_DAY)
    if not entered:
        raise NotRun(
            Words(
                de="Im Verzeichnis ist noch kein Tag mit seinen Löschungen eingetragen.",
                en="The log has no day of deletions yet.",
            )
        )
    last = (audit.now_ms() - GRACE_MS) // _DAY_MS - 1
    for day in range(entered[-1] + 1, last + 1):
        found.add(
            Words(
                de=f"Der {_date(day)} ist nicht eingetragen: Über seine Löschungen gibt es "
                "keinen Nachweis.",
                en=f"{_date(day)} is not entered: there is no evidence of its deletions.",
            ),
            day=day,
        )
    looked = [day for day in entered if day > last - LIST_DAYS]
    total = 0
    for day in looked:
        total += await _compare(audit, view, day, found)
    return found.outcome(
        Words(
            de=f"{len(entered)} Tage im Verzeichnis, lückenlos; {len(looked)} Tageslisten mit "
            f"{total} Löschungen nachgerechnet.",
            en=f"{len(entered)} days in the log without a gap; recomputed {len(looked)} lists with "
            f"{total} deletions.",
        )
    )


async def health(audit: Outside) -> Outcome:
    """Ask the service whether everything that is due has been deleted."""
    found = Findings()
    answer = await audit.fetcher.get(HEALTH_PATH)
    try:
        figures = json.loads(answer.body)
        is_ok = figures["ok"] is True
    except (ValueError, KeyError, TypeError):
        found.add(
            Words(
                de="Der Dienst sagt nicht, ob das Löschen läuft.",
                en="The service does not say whether deletion runs.",
            ),
            status=answer.status,
        )
        return found.outcome(_HEALTH)
    for name, words in _KEY_NAMES.items():
        if figures.get(name, 0):
            found.add(
                Words(de=f"{words.de}: {figures[name]}", en=f"{words.en}: {figures[name]}"),
                figure=name,
                value=figures[name],
            )
    if not found and (not is_ok or answer.status != 200):
        found.add(
            Words(de="Der Dienst sagt, dass etwas nicht stimmt.", en="The service says it is ill."),
            status=answer.status,
        )
    return found.outcome(_HEALTH)


async def promised(audit: Outside) -> Outcome:
    """Compare when the pages say that a conversation is deleted with what the root has signed."""
    found = Findings()
    view, site = await audit.view(), await audit.site()
    policy = view.policy()
    if policy is None:
        raise NotRun(
            Words(de="Es gibt noch keine POLICY mit einer Frist.", en="No POLICY names a term yet.")
        )
    said = site.get("retention_hours")
    if not view.retention_hours(LIVE_KIND):
        found.add(
            Words(
                de="Die POLICY nennt für Chats keine Frist.", en="POLICY names no term for chats."
            )
        )
    for kind, hours in policy.retention:
        if said != hours:
            found.add(
                Words(
                    de=f"Die Seiten versprechen {said} Stunden bis zum Löschen, unterschrieben "
                    f"sind {hours} ({kind}).",
                    en=f"The pages promise {said} hours until deletion, {hours} are signed "
                    f"({kind}).",
                ),
                kind=kind,
                pages=said,
                policy=hours,
            )
    return found.outcome(
        Words(
            de=f"Frist der Seiten und der POLICY verglichen: {said} Stunden.",
            en=f"Compared the term of the pages and of POLICY: {said} hours.",
        )
    )


async def _compare(audit: Outside, view: LogView, day: int, found: Findings) -> int:
    """Compare one day's list with its entry; return how many deletions the list names."""
    entry = view.deletions(day)
    assert entry is not None
    answer = await audit.fetcher.get(LIST_PATH.format(day))
    graves = _read(answer.body, day) if answer.status == 200 else None
    if graves is None or (len(graves), daylist.root(graves)) != (entry.count, entry.root):
        found.add(
            Words(
                de=f"Die Löschliste vom {_date(day)} ist nicht die, die im Verzeichnis steht.",
                en=f"The list of deletions of {_date(day)} is not the one that the log names.",
            ),
            day=day,
            status=answer.status,
            entered=f"{entry.count} {entry.root.hex()}",
            bytes=len(answer.body),
        )
    return len(graves or ())


def _read(raw: bytes, day: int) -> tuple[Grave, ...] | None:
    """Return what a list names; None where it is no list of this day."""
    try:
        return daylist.read(raw, day)
    except RemoteError:
        return None


def _age_days(audit: Outside, view: LogView) -> int:
    """Return for how many days there has been a log."""
    first = view.entries[0].leaf
    return 0 if first is None else (audit.now_ms() - first.not_before_ms) // _DAY_MS


def _date(day: int) -> str:
    return moment(day * _DAY_MS)[:10]


_NO_DAY = Words(
    de="Das Verzeichnis gibt es seit Tagen, und kein Tag mit seinen Löschungen ist eingetragen.",
    en="The log has existed for days, and no day with its deletions is entered.",
)
_HEALTH = Words(
    de="Gefragt, was überfällig ist; der Dienst zählt es öffentlich.",
    en="Asked what is overdue; the service counts it in public.",
)
