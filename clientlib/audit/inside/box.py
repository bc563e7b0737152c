"""All that the machine holds about one conversation, from the rows as they are now.

Each fact comes with the schema's words: what it is, why the server must see it, how long it is
kept. Bytes are shown by their beginning, times as the people of the house would read them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from clientlib.audit.check import Words
from clientlib.audit.inside.boxwords import ABSENT_DE, ABSENT_EN, GERMAN, INFERRED, TITLES
from clientlib.audit.inside.machine import DAY_MS, HOUR_MS, MINUTE_MS, Machine
from clientlib.audit.inside.orphans import share_key
from clientlib.audit.inside.published import Column

_UNITS = {"hour": HOUR_MS, "minute": MINUTE_MS, "day": DAY_MS, "ms": 1}
_SHOWN = 6
_HEAD_BYTES = 4

# Which rows belong to a box, and how they are found; letters go with the ticket.
_ROWS = {
    "boxes_boxes": "SELECT * FROM boxes_boxes WHERE box16 = ?",
    "boxes_caps": "SELECT * FROM boxes_caps WHERE box16 = ? ORDER BY sidx",
    "boxes_envelopes": "SELECT * FROM boxes_envelopes WHERE box16 = ? ORDER BY n",
    "boxes_slots": """
        SELECT boxes_slots.* FROM boxes_slots JOIN boxes_envelopes USING (slot) WHERE box16 = ?
    """,
    "blobs_blobs": "SELECT * FROM blobs_blobs WHERE box16 = ? ORDER BY blob",
    "blobs_parts": """
        SELECT blobs_parts.* FROM blobs_parts JOIN blobs_blobs USING (blob) WHERE box16 = ?
    """,
    "live_tickets": "SELECT * FROM live_tickets WHERE box16 = ?",
    "boxes_letters": """
        SELECT boxes_letters.* FROM boxes_letters
        JOIN live_tickets USING (ticket16) WHERE box16 = ?
    """,
}
_KEEPER_ROWS = {
    "keeper_shares": "SELECT * FROM keeper_shares WHERE share_key = ?",
    "keeper_secrets": """
        SELECT keeper_secrets.* FROM keeper_secrets
        JOIN keeper_shares USING (slot) WHERE share_key = ?
    """,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One column of the rows of one conversation."""

    column: str
    values: str
    what: Words
    why: Words
    keep: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table: how many rows belong to the conversation, and what they say."""

    table: str
    title: Words
    rows: int
    facts: tuple[Fact, ...]


ABSENT = tuple(Words(de=de, en=en) for de, en in zip(ABSENT_DE, ABSENT_EN, strict=True))


def parts_of(machine: Machine, box16: bytes) -> tuple[Part, ...]:
    """Return every table with rows about this conversation; empty for one that does not exist."""
    found = []
    for database, questions, key in (
        (machine.relay, _ROWS, box16),
        (machine.keeper, _KEEPER_ROWS, share_key(box16)),
    ):
        for table, sql in questions.items():
            if rows := list(database.rows(sql, key)):
                columns = database.schema.of(table)
                found.append(_part(table, columns, rows))
    return tuple(found)


def lines_of(parts: Sequence[Part], language: str) -> Iterator[str]:
    """Write it for people, one line after the other."""

    def said(words: Words) -> str:
        return words.en if language == "en" else words.de

    labels = ("why", "kept") if language == "en" else ("wozu", "bleibt")
    for part in parts:
        yield f"{said(part.title)} ({part.table}, {part.rows})"
        for fact in part.facts:
            yield f"  {fact.column} = {fact.values}"
            why, kept = f"{labels[0]}: {said(fact.why)}", f"{labels[1]}: {said(fact.keep)}"
            yield f"      {said(fact.what)}; {why}; {kept}"
        yield ""
    yield "What is not there:" if language == "en" else "Was nicht da ist:"
    for words in ABSENT:
        yield f"  {said(words)}"
    yield ""
    yield said(Words(de=INFERRED[0], en=INFERRED[1]))


def _part(table: str, columns: Sequence[Column], rows: Sequence[sqlite3.Row]) -> Part:
    german = GERMAN[table]
    facts = tuple(
        Fact(
            column=one.name,
            values=_shown([_value(one.name, row[one.name]) for row in rows]),
            what=Words(de=german[one.name].what, en=one.meaning),
            why=Words(de=german[one.name].why, en=one.purpose),
            keep=Words(de=german[one.name].keep, en=one.keep),
        )
        for one in columns
    )
    de, en = TITLES[table]
    return Part(table=table, title=Words(de=de, en=en), rows=len(rows), facts=facts)


def _shown(values: Sequence[str]) -> str:
    distinct = list(dict.fromkeys(values))
    more = f" … ({len(distinct)})" if len(distinct) > _SHOWN else ""
    return ", ".join(distinct[:_SHOWN]) + more


def _value(name: str, value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bytes):
        # Of a secret not even its beginning.
        head = "" if name.endswith("_raw") else value[:_HEAD_BYTES].hex()
        return f"{head}… ({len(value)} B)"
    unit = _UNITS.get(name.rpartition("_")[2])
    if unit is None or not isinstance(value, int) or value == 0:
        return str(value)
    moment = datetime.fromtimestamp(value * unit / 1000, UTC)
    shapes = {DAY_MS: "%Y-%m-%d", HOUR_MS: "%Y-%m-%d %H h", MINUTE_MS: "%Y-%m-%d %H:%M"}
    return moment.strftime(shapes.get(unit, "%Y-%m-%d %H:%M:%S")) + " UTC"
