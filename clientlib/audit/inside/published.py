"""The published `schema.sql`, and whether a database is exactly that.

Read anew from the repository with a parser of the auditor's own: the server's is part of what is
looked at. Each column has a line `name TYPE …, -- what; purpose: why; keep: until when`, whose
comment may go on below.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from clientlib.audit.check import CannotRun, Words

ROOT = Path(__file__).resolve().parents[3]
RELAY_SCHEMA = Path("schema.sql")
KEEPER_SCHEMA = Path("e2e_server/keeper/schema.sql")

# The server notes with which schema a file was made; the one table that it adds to both.
_META = """
CREATE TABLE storage_schema (
  version INTEGER NOT NULL, -- schema version, by init; purpose: refuse a newer file; keep: always
  hash TEXT NOT NULL        -- of the statements, by init; purpose: refuse another; keep: always
) STRICT;
"""
_TABLE = re.compile(r"CREATE TABLE (\w+) \(")
_CONSTRAINTS = ("PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT")
_KINDS = {
    "table": Words(de="Tabelle", en="table"),
    "index": Words(de="Index", en="index"),
    "trigger": Words(de="Auslöser", en="trigger"),
    "view": Words(de="Sicht", en="view"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column as declared; `rules` are its type and constraints, the texts its comment's."""

    table: str
    name: str
    rules: str
    meaning: str
    purpose: str
    keep: str

    @property
    def sql_type(self) -> str:
        """INTEGER, BLOB or TEXT."""
        return self.rules.split()[0] if self.rules else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A parsed schema file: its statements, the words above each table, and all columns."""

    sql: str
    tables: dict[str, str]
    columns: tuple[Column, ...]

    def of(self, table: str) -> tuple[Column, ...]:
        """The columns of one table."""
        return tuple(one for one in self.columns if one.table == table)

    @property
    def version(self) -> int:
        """The number in its first line; 0 without one."""
        found = re.search(r"^-- schema version: (\d+)$", self.sql, re.MULTILINE)
        return int(found[1]) if found else 0

    @property
    def digest(self) -> str:
        """What the server notes in each file: BLAKE2b-128 of the bare statements, in hex."""
        return hashlib.blake2b(_bare(self.sql).encode(), digest_size=16).hexdigest()


def load(repository: Path, name: Path) -> Published:
    """Read a schema file of the repository; CannotRun where there is none."""
    try:
        return parse((repository / name).read_text(encoding="utf-8"))
    except OSError as error:
        raise CannotRun(
            Words(
                de=f"Das veröffentlichte Schema {name} fehlt in {repository}.",
                en=f"The published schema {name} is missing in {repository}.",
            )
        ) from error


def parse(sql: str) -> Published:
    """Read tables and columns with their comments."""
    whole = sql + _META
    tables: dict[str, str] = {}
    columns: list[Column] = []
    table, above, entry = "", [""], _Entry()
    for line in [*whole.splitlines(), ""]:
        code, _, comment = (part.strip() for part in line.partition("--"))
        if entry.code and not code and comment:
            entry.comments.append(comment)
            continue
        if entry.code:
            columns.append(entry.column(table))
            entry = _Entry()
        if found := _TABLE.match(code):
            table = found[1]
            tables[table] = " ".join(above).strip(" =")
        elif code.startswith(")"):
            table = ""
        elif table and code and not code.startswith(_CONSTRAINTS):
            entry = _Entry(code, [comment])
        above = [*above, comment] if comment and not code else []
    return Published(sql=whole, tables=tables, columns=tuple(columns))


class _Entry:
    """A column that is being read."""

    def __init__(self, code: str = "", comments: list[str] | None = None) -> None:
        self.code = code
        self.comments = comments or []

    def column(self, table: str) -> Column:
        name, _, rules = self.code.rstrip(",").partition(" ")
        meaning, _, rest = " ".join(self.comments).partition("; purpose:")
        purpose, _, keep = rest.partition("; keep:")
        return Column(
            table=table,
            name=name,
            rules=rules.strip(),
            meaning=meaning.strip(),
            purpose=purpose.strip(),
            keep=keep.strip(),
        )


def unexplained(published: Published) -> list[str]:
    """Columns without meaning, purpose or time to keep, as table.column."""
    return [
        f"{one.table}.{one.name}"
        for one in published.columns
        if not (one.meaning and one.purpose and one.keep)
    ]


def differences(published: Published, found: sqlite3.Connection) -> Iterator[tuple[Words, str]]:
    """Everything in which a database differs from its published schema: words, and its name."""
    with closing(sqlite3.connect(":memory:")) as model:
        model.executescript(published.sql)
        wanted, there = _statements(model), _statements(found)
        for kind, name in sorted(there.keys() - wanted.keys()):
            yield _differs(kind, "steht nicht im veröffentlichten Schema", "is not published"), name
        for kind, name in sorted(wanted.keys() - there.keys()):
            yield _differs(kind, "fehlt", "is missing"), name
        for kind, name in sorted(wanted.keys() & there.keys()):
            if wanted[kind, name] != there[kind, name]:
                yield from _changed(kind, name, model, found)


def noted(found: sqlite3.Connection) -> tuple[int, str]:
    """The version and the hash that the server noted in the file; (0, "") without."""
    row = found.execute("SELECT version, hash FROM storage_schema").fetchone()
    return (int(row[0]), str(row[1])) if row else (0, "")


def _changed(
    kind: str, name: str, model: sqlite3.Connection, found: sqlite3.Connection
) -> Iterator[tuple[Words, str]]:
    wanted, there = (_columns(one, name) if kind == "table" else set() for one in (model, found))
    for column in sorted(there - wanted):
        words = Words(
            de="Eine Spalte ist nicht so veröffentlicht.", en="A column is not published like this."
        )
        yield words, f"{name}.{column}"
    for column in sorted(wanted - there):
        words = Words(
            de="Eine Spalte fehlt oder ist anders.", en="A column is missing or different."
        )
        yield words, f"{name}.{column}"
    if wanted == there:
        yield (
            _differs(kind, "ist anders als veröffentlicht", "differs from what is published"),
            name,
        )


def _differs(kind: str, de: str, en: str) -> Words:
    known = _KINDS.get(kind, Words(de=kind, en=kind))
    return Words(de=f"{known.de}: {de}.", en=f"{known.en}: {en}.")


def _statements(database: sqlite3.Connection) -> dict[tuple[str, str], str]:
    rows = database.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    return {(str(kind), str(name)): _bare(str(sql or "")) for kind, name, sql in rows}


def _columns(database: sqlite3.Connection, table: str) -> set[str]:
    """Names with type, NOT NULL, key and hidden flag, so that a changed one differs."""
    rows = database.execute(f'PRAGMA table_xinfo("{table}")').fetchall()
    return {f"{row[1]} {row[2]}" + " NOT NULL" * bool(row[3]) for row in rows}


def _bare(sql: str) -> str:
    """Statements without comments and line ends."""
    return " ".join(" ".join(line.partition("--")[0] for line in sql.splitlines()).split())
