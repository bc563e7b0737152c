"""Applies and reads the talking `schema.sql`: the truth about tables, and the data inventory.

Each column has a line `name TYPE constraints, -- what, unit, writer; purpose: why the server must
see it; keep: until when`; the comment may go on in lines of its own right below. Comment lines
right above a CREATE TABLE describe the table. `-- schema version: N` stands once at the top. The
hash that a database file carries ignores comments and white space, so better words need no
migration.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from e2e_server.storage.port import DamagedError, SchemaError
from e2e_server.storage.sqlite_connection import PAGE_BYTES
from e2e_server.storage.sqlite_files import PRIVATE_MODE, create_private, replace_file

_META = "storage_schema"
_META_SQL = f"""
-- Which schema this file was made with.
CREATE TABLE {_META} (
  version INTEGER NOT NULL, -- schema version, by init; purpose: refuse a newer file; keep: always
  hash TEXT NOT NULL        -- of the statements, by init; purpose: refuse another; keep: always
) STRICT;
"""
_VERSION = re.compile(r"^-- schema version: (\d+)$", re.MULTILINE)
_CREATE_TABLE = re.compile(r"CREATE TABLE (\w+) \(")
_TABLE_CONSTRAINTS = ("PRIMARY", "UNIQUE", "CHECK", "FOREIGN", "CONSTRAINT")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredColumn:
    """One column and what its comment declares; empty text where the comment is silent."""

    table: str
    name: str
    sql_type: str
    meaning: str
    purpose: str
    keep: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A parsed `schema.sql`."""

    sql: str
    version: int
    hash: str
    tables: dict[str, str]
    columns: tuple[DeclaredColumn, ...]


def load_schema(path: Path) -> Schema:
    """Read and parse the file; SchemaError without its version line."""
    return parse_schema(path.read_text(encoding="utf-8"))


@cache
def parse_schema(sql: str) -> Schema:
    """Parse the text of a `schema.sql`, this module's own table included."""
    versions = _VERSION.findall(sql)
    if len(versions) != 1:
        raise SchemaError("schema.sql needs one line '-- schema version: N'")
    whole = sql + _META_SQL
    tables, columns = _parse_tables(whole)
    return Schema(
        sql=whole,
        version=int(versions[0]),
        hash=_hash_of_statements(whole),
        tables=tables,
        columns=columns,
    )


def declared_columns(sql: str) -> tuple[DeclaredColumn, ...]:
    """Every column of `sql` with what its comment declares."""
    return parse_schema(sql).columns


def prepare(path: Path, schema: Schema) -> bool:
    """Create the database file if it is missing, else check it; return whether it was created.

    Creation is atomic: a crash leaves either no file or a complete one. SchemaError for a file with
    another or newer schema, LockedError is `open_sqlite`'s to raise.
    """
    if not path.exists():
        create_database(path, schema)
        return True
    check_database(path, schema)
    return False


def create_database(path: Path, schema: Schema) -> None:
    """Write a new, empty database file with `schema`, readable by its owner only."""
    draft = path.with_name(path.name + ".new")
    create_private(draft)
    with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
        connection.executescript("BEGIN;" + schema.sql + "COMMIT;")
        connection.execute(
            f"INSERT INTO {_META} (version, hash) VALUES (?, ?)",  # noqa: S608 - our own constant
            (schema.version, schema.hash),
        )
    draft.chmod(PRIVATE_MODE)
    replace_file(draft, path)


def check_database(path: Path, schema: Schema) -> None:
    """SchemaError unless the file was made with exactly this schema."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as file:
            row = file.execute(f"SELECT version, hash FROM {_META}").fetchone()  # noqa: S608 - ours
    except sqlite3.Error as error:
        raise DamagedError(f"{path.name} is not a database of this program: {error}") from error
    version, digest = row or (0, "")
    if version > schema.version:
        raise SchemaError(
            f"{path.name} was written by a newer program (schema {version}, "
            f"this one knows {schema.version}); start that one, or restore a backup"
        )
    if version < schema.version:
        raise SchemaError(
            f"{path.name} has the older schema {version}, this program needs {schema.version}"
        )
    if digest != schema.hash:
        raise SchemaError(f"{path.name} has another schema than this program's version {version}")


def schema_faults(sql: str) -> list[str]:
    """Every breach of the rules for `schema.sql`, in words; empty is what a test demands."""
    schema = parse_schema(sql)
    faults = [
        f"{column.table}.{column.name}: no {part}"
        for column in schema.columns
        for part in ("meaning", "purpose", "keep")
        if not getattr(column, part)
    ]
    declared = {(column.table, column.name) for column in schema.columns}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as engine:
        engine.executescript(schema.sql)
        for _, table, kind, _, _, strict in engine.execute("PRAGMA table_list").fetchall():
            if kind == "table" and not table.startswith("sqlite_"):
                faults += _table_faults(engine, table, bool(strict), declared)
    return faults


def inventory_markdown(sql: str) -> str:
    """Render `docs/data-inventory.md`: every column the server holds, why, and until when."""
    schema = parse_schema(sql)
    lines = [
        "# Data inventory",
        "",
        "Generated from `schema.sql`; do not edit. Everything the relay stores, column by column.",
        "Names that end in `_sealed` are ciphertext which the server cannot open.",
    ]
    for table, about in schema.tables.items():
        lines += ["", f"## {table}", ""]
        lines += [about, ""] if about else []
        lines += [
            "| column | type | what | why the server must see it | kept |",
            "|---|---|---|---|---|",
        ]
        lines += [
            f"| `{column.name}` | {column.sql_type} | {_cell(column.meaning)} "
            f"| {_cell(column.purpose)} | {_cell(column.keep)} |"
            for column in schema.columns
            if column.table == table
        ]
    return "\n".join(lines) + "\n"


def _table_faults(
    engine: sqlite3.Connection, table: str, strict: bool, declared: set[tuple[str, str]]
) -> list[str]:
    faults = [] if strict else [f"{table}: not STRICT"]
    for row in engine.execute(f'PRAGMA table_info("{table}")'):
        if (table, row[1]) not in declared:
            faults.append(f"{table}.{row[1]}: its line could not be read")
    indexed = [
        [part[2] for part in engine.execute(f'PRAGMA index_info("{index[1]}")')]
        for index in engine.execute(f'PRAGMA index_list("{table}")').fetchall()
    ]
    indexed += [[row[1] for row in engine.execute(f'PRAGMA table_info("{table}")') if row[5]]]
    keys: dict[int, list[str]] = {}
    for row in engine.execute(f'PRAGMA foreign_key_list("{table}")'):
        keys.setdefault(row[0], []).append(row[3])
    for names in keys.values():
        if not any(set(index[: len(names)]) == set(names) for index in indexed):
            faults.append(f"{table}({', '.join(names)}): foreign key without index")
    return faults


def _parse_tables(sql: str) -> tuple[dict[str, str], tuple[DeclaredColumn, ...]]:
    tables: dict[str, str] = {}
    columns: list[DeclaredColumn] = []
    table, about = "", [""]
    entry: tuple[str, str, list[str]] | None = None
    for line in [*sql.splitlines(), ""]:
        code, _, comment = (part.strip() for part in line.partition("--"))
        if entry and not code and comment:
            entry[2].append(comment)
            continue
        if entry:
            columns.append(_column(table, *entry))
            entry = None
        if found := _CREATE_TABLE.match(code):
            table = found[1]
            tables[table] = " ".join(about).strip()
        elif table and code.startswith(")"):
            table = ""
        elif table and code and not code.startswith(_TABLE_CONSTRAINTS):
            name, sql_type = [*code.rstrip(",").split(), ""][:2]
            entry = (name, sql_type, [comment])
        about = [*about, comment] if comment and not code else []
    return tables, tuple(columns)


def _column(table: str, name: str, sql_type: str, comments: list[str]) -> DeclaredColumn:
    meaning, _, rest = " ".join(comments).partition("; purpose:")
    purpose, _, keep = rest.partition("; keep:")
    return DeclaredColumn(
        table=table,
        name=name,
        sql_type=sql_type,
        meaning=meaning.strip(),
        purpose=purpose.strip(),
        keep=keep.strip(),
    )


def _hash_of_statements(sql: str) -> str:
    bare = " ".join(" ".join(line.partition("--")[0] for line in sql.splitlines()).split())
    return hashlib.blake2b(bare.encode(), digest_size=16).hexdigest()


def _cell(words: str) -> str:
    return words.replace("|", "\\|")
