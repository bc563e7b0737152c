"""The talking schema: every column declares itself; files with another schema are refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from e2e_server.storage.port import DamagedError, SchemaError
from e2e_server.storage.schema import (
    declared_columns,
    inventory_markdown,
    load_schema,
    parse_schema,
    prepare,
    schema_faults,
)
from tests.storage.helpers import SCHEMA

ROOT = Path(__file__).parent.parent.parent
SCHEMAS = (ROOT / "schema.sql", ROOT / "e2e_server" / "keeper" / "schema.sql")


@pytest.mark.parametrize("path", SCHEMAS, ids=["relay", "keeper"])
def test_every_column_says_what_it_is_why_the_server_sees_it_and_how_long(path: Path) -> None:
    assert schema_faults(path.read_text(encoding="utf-8")) == []


def test_the_data_inventory_is_what_the_schema_renders() -> None:
    rendered = inventory_markdown((ROOT / "schema.sql").read_text(encoding="utf-8"))
    assert (ROOT / "docs" / "data-inventory.md").read_text(encoding="utf-8") == rendered


GOOD = """
-- schema version: 3
-- ===== test =====

-- People who
-- write.
CREATE TABLE test_people (
  person16 BLOB NOT NULL PRIMARY KEY CHECK (length(person16) = 16), -- id, by us; purpose: to
    -- find them; keep: until they go
  born_hour INTEGER NOT NULL DEFAULT 0
    -- hours since epoch, by us; purpose: a|b; keep: as the row
) STRICT;

CREATE TABLE test_letters (
  letter_id INTEGER PRIMARY KEY, -- number, by the engine; purpose: order; keep: a day
  person16 BLOB NOT NULL REFERENCES test_people (person16), -- by us; purpose: whose; keep: a day
  body_sealed BLOB NOT NULL, -- ciphertext, by the writer; purpose: to hand it on; keep: a day
  UNIQUE (letter_id, person16)
) STRICT;
CREATE INDEX test_letters_person ON test_letters (person16);
"""


def test_columns_are_read_with_their_comments() -> None:
    found = {
        f"{c.table}.{c.name}": c for c in declared_columns(GOOD) if c.table != "storage_schema"
    }
    assert list(found) == [
        "test_people.person16",
        "test_people.born_hour",
        "test_letters.letter_id",
        "test_letters.person16",
        "test_letters.body_sealed",
    ]
    person = found["test_people.person16"]
    assert (person.sql_type, person.meaning, person.purpose, person.keep) == (
        "BLOB",
        "id, by us",
        "to find them",
        "until they go",
    )
    assert parse_schema(GOOD).tables["test_people"] == "People who write."
    assert schema_faults(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("; purpose: whose", "", "test_letters.person16: no purpose"),
        ("; keep: as the row", "", "test_people.born_hour: no keep"),
        ("hours since epoch, by us; purpose", "; purpose", "test_people.born_hour: no meaning"),
        (
            "-- number, by the engine; purpose: order; keep: a day",
            "",
            "test_letters.letter_id: no keep",
        ),
        (") STRICT;\nCREATE INDEX", ");\nCREATE INDEX", "test_letters: not STRICT"),
        (
            "CREATE INDEX test_letters_person ON test_letters (person16);",
            "",
            "test_letters(person16): foreign key without index",
        ),
        (
            "  body_sealed BLOB NOT NULL,",
            "  extra INTEGER, body_sealed BLOB NOT NULL,",
            "test_letters.body_sealed: its line could not be read",
        ),
    ],
)
def test_each_breach_is_named(old: str, new: str, fault: str) -> None:
    assert old in GOOD
    assert fault in schema_faults(GOOD.replace(old, new))


def test_the_inventory_lists_every_column() -> None:
    page = inventory_markdown(GOOD)
    assert "## test_people\n\nPeople who write.\n" in page
    assert "| `born_hour` | INTEGER | hours since epoch, by us | a\\|b | as the row |" in page
    assert all(f"| `{column.name}` |" in page for column in declared_columns(GOOD))


def test_a_new_file_has_the_tables_the_page_size_and_a_private_mode(tmp_path: Path) -> None:
    path = tmp_path / "db"
    assert prepare(path, parse_schema(GOOD)) is True
    assert prepare(path, parse_schema(GOOD)) is False
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA page_size").fetchone() == (8192,)
        assert file.execute("SELECT version FROM storage_schema").fetchone() == (3,)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["db"]


def test_a_faulty_schema_or_a_crash_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "db"
    with pytest.raises(sqlite3.OperationalError):
        prepare(path, parse_schema(GOOD + "CREATE TABLE test_people (x TEXT);"))
    assert not path.exists()
    (tmp_path / "db.new").write_bytes(b"what a crash left")
    assert prepare(path, parse_schema(GOOD)) is True


def test_better_words_are_no_other_schema(tmp_path: Path) -> None:
    prepare(tmp_path / "db", parse_schema(GOOD))
    prepare(tmp_path / "db", parse_schema(GOOD.replace("People who", "Persons  who")))


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (GOOD.replace("version: 3", "version: 2"), "newer program"),
        (GOOD.replace("version: 3", "version: 4"), "older schema 3"),
        (GOOD.replace("DEFAULT 0", "DEFAULT 1"), "another schema"),
    ],
)
def test_a_file_with_another_schema_is_refused(tmp_path: Path, sql: str, words: str) -> None:
    prepare(tmp_path / "db", parse_schema(GOOD))
    with pytest.raises(SchemaError, match=words):
        prepare(tmp_path / "db", parse_schema(sql))


def test_a_foreign_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "db"
    path.write_bytes(b"holiday picture" * 100)
    with pytest.raises(DamagedError):
        prepare(path, parse_schema(GOOD))
    assert path.read_bytes() == b"holiday picture" * 100


def test_a_schema_needs_exactly_one_version() -> None:
    for sql in (SCHEMA.replace("-- schema version: 1", ""), SCHEMA + "\n-- schema version: 2\n"):
        with pytest.raises(SchemaError, match="schema version"):
            parse_schema(sql)


def test_the_schemas_of_this_program_can_be_loaded() -> None:
    assert all(load_schema(path).version >= 1 for path in SCHEMAS)
