"""Nothing stays longer than its declared time, and what a close has set in motion happens.

A table of which `rules` knows neither an end nor its absence is a finding: nobody may add one
without saying how long it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator

from clientlib.audit.check import Check, Findings, Outcome, Words
from clientlib.audit.inside.left import left_behind
from clientlib.audit.inside.machine import HOUR_MS, MINUTE_MS, Database, Machine
from clientlib.audit.inside.rules import RULES, Rule, unruled

# The slowest sweep comes every ten minutes.
GRACE_MS = 15 * MINUTE_MS
PURGE_GRACE_MS = 2 * MINUTE_MS


async def nothing_old(machine: Machine) -> Outcome:
    """Hold the end of each row against now, and against how far ahead it may lie."""
    found, count = Findings(), 0
    for _, database in machine.databases[:2]:
        for table in unruled(database):
            found.add(_NO_RULE, table=table)
        for rule in RULES:
            if rule.table not in database.tables():
                continue
            count += int(database.value(f'SELECT count(*) FROM "{rule.table}"'))  # noqa: S608
            for words, rows, worst in _breaches(database, rule, machine):
                found.add(words, rows=rows, column=f"{rule.table}.{rule.column}", hours=worst)
    for column, rows in left_behind(machine):
        found.add(_LEFT, rows=rows, column=column)
    return found.outcome(
        Words(
            de=f"{count} Einträge mit einem Ende gegen die Uhr gehalten.",
            en=f"{count} entries that have an end held against the clock.",
        )
    )


async def purges_run(machine: Machine) -> Outcome:
    """Look for closed conversations that should be gone, or that would stay too long."""
    found, relay = Findings(), machine.relay
    closed = int(relay.value("SELECT count(*) FROM boxes_boxes WHERE state = 2"))
    late = (machine.now_ms - PURGE_GRACE_MS) // MINUTE_MS
    overdue, oldest = next(
        relay.rows(
            """
            SELECT count(*), min(purge_minute) FROM boxes_boxes
            WHERE purge_minute > 0 AND purge_minute <= ?
            """,
            late,
        )
    )
    if overdue:
        found.add(
            _OVERDUE,
            conversations=overdue,
            hours_late=round((machine.now_ms - oldest * MINUTE_MS) / HOUR_MS, 1),
        )
    minutes = machine.config.hours("retention_hours") * 60
    for words, where in (
        (_NO_PURGE, "state = 2 AND purge_minute = 0"),
        (_LONG_PURGE, f"purge_minute > close_minute + {minutes}"),
    ):
        rows = int(relay.value(f"SELECT count(*) FROM boxes_boxes WHERE {where}"))  # noqa: S608
        if rows:
            found.add(words, conversations=rows)
    found.fact("closed", closed)
    return found.outcome(
        Words(
            de=f"{closed} beendete Gespräche angesehen, {overdue} davon überfällig.",
            en=f"Looked at {closed} closed conversations, {overdue} of them overdue.",
        )
    )


def _breaches(
    database: Database, rule: Rule, machine: Machine
) -> Iterator[tuple[Words, int, float]]:
    """Return words, number of rows, and by how many hours the worst of them breaks the rule."""
    oldest = machine.now_ms - rule.after_ms - GRACE_MS - (rule.unit_ms if rule.unit_ms > 1 else 0)
    farthest = machine.now_ms + rule.ahead_ms(machine.config) + rule.unit_ms + GRACE_MS
    for words, compare, limit_ms, worst in (
        (_OLD, "<", oldest, "min"),
        (_FAR, ">", farthest, "max"),
    ):
        sql = f"""
        SELECT count(*), {worst}("{rule.column}") FROM "{rule.table}"
        WHERE ({rule.where}) AND "{rule.column}" * {rule.unit_ms} {compare} ?
        """  # noqa: S608  # our own constants
        rows, value = next(database.rows(sql, limit_ms))
        if rows:
            yield words, rows, round(abs(value * rule.unit_ms - limit_ms) / HOUR_MS, 1)


_NO_RULE = Words(
    de="Für eine Tabelle ist nicht bekannt, wie lange ihre Einträge bleiben.",
    en="Of a table it is not known how long its entries are kept.",
)
_OLD = Words(
    de="Einträge sind noch da, deren Zeit vorbei ist.",
    en="Entries are still there whose time is over.",
)
_FAR = Words(
    de="Einträge sollen länger bleiben, als für sie zugesagt ist.",
    en="Entries are to stay longer than was promised for them.",
)
_LEFT = Words(
    de="Einträge über Menschen oder Teams, die ausgeschieden sind, sind noch da.",
    en="Entries about people or teams that have left are still there.",
)
_OVERDUE = Words(
    de="Beendete Gespräche hätten gelöscht sein müssen und sind noch da.",
    en="Closed conversations should have been deleted and are still there.",
)
_NO_PURGE = Words(
    de="Ein beendetes Gespräch hat keinen Termin für seine Löschung.",
    en="A closed conversation has no date of its deletion.",
)
_LONG_PURGE = Words(
    de="Ein beendetes Gespräch soll länger bleiben, als der Betrieb zusagt.",
    en="A closed conversation is to stay longer than the operator promises.",
)

DEADLINES = Check(
    id="inside.deadlines",
    title=Words(
        de="Nichts bleibt länger, als zugesagt ist", en="Nothing is kept longer than promised"
    ),
    proves=Words(
        de="Kein Eintrag, der ein Ende hat, ist älter als dieses Ende, und keiner hat ein "
        "späteres, als Schema und Einstellungen zulassen: Anmeldungen 12 Stunden, Einladungen "
        "7 Tage oder 48 Stunden, Briefe 30 Tage, begonnene Uploads eine Stunde und so fort. "
        "Über Ausgeschiedene ist nur noch da, was für kurze Zeit bleiben darf.",
        en="No entry that has an end is older than that end, and none has a later one than schema "
        "and settings allow: sign-ins 12 hours, invitations 7 days or 48 hours, letters 30 days, "
        "unfinished uploads one hour, and so on. About people who left only that is there which "
        "may stay for a short time.",
    ),
    cannot=Words(
        de="Ob jemand vorher eine Kopie gezogen hat, steht nirgends. Zugänge und laufende "
        "Gespräche haben kein festes Ende: Sie bleiben, solange sie genutzt werden.",
        en="Whether somebody has made a copy before is written nowhere. Accounts and open "
        "conversations have no fixed end: they stay as long as they are used.",
    ),
    run=nothing_old,
)
PURGE = Check(
    id="inside.purge",
    title=Words(
        de="Beendete Gespräche werden pünktlich gelöscht",
        en="Closed conversations are deleted on time",
    ),
    proves=Words(
        de="Jedes beendete Gespräch hat einen Termin, keiner ist mehr als zwei Minuten "
        "überschritten und keiner liegt später als zugesagt.",
        en="Each closed conversation has a date of deletion, none is passed by more than two "
        "minutes, and none is later than promised.",
    ),
    cannot=Words(
        de="Es zeigt diesen Augenblick. Dass die Löschung jeden Tag lief, belegen die täglichen "
        "Löschlisten im öffentlichen Verzeichnis.",
        en="It shows this moment. That deletion ran every day is shown by the daily lists of "
        "deletions in the public log.",
    ),
    run=purges_run,
)
