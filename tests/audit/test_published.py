"""The auditor's own reading of the published schemas, held against the server's."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from clientlib.audit.check import CannotRun
from clientlib.audit.inside.forms import form_of, is_known_text
from clientlib.audit.inside.published import (
    KEEPER_SCHEMA,
    RELAY_SCHEMA,
    ROOT,
    Published,
    differences,
    load,
    parse,
    unexplained,
)
from e2e_server.storage.schema import parse_schema

SCHEMAS = [load(ROOT, name) for name in (RELAY_SCHEMA, KEEPER_SCHEMA)]


@pytest.mark.parametrize("published", SCHEMAS, ids=["relay", "keeper"])
def test_both_readers_read_the_same(published: Published) -> None:
    theirs = parse_schema((published.sql).split("\nCREATE TABLE storage_schema")[0])
    assert published.version == theirs.version
    assert published.digest == theirs.hash
    assert list(published.tables) == list(theirs.tables)
    mine = [(c.table, c.name, c.sql_type, c.meaning, c.purpose, c.keep) for c in published.columns]
    assert mine == [
        (c.table, c.name, c.sql_type, c.meaning, c.purpose, c.keep) for c in theirs.columns
    ]


@pytest.mark.parametrize("published", SCHEMAS, ids=["relay", "keeper"])
def test_of_each_column_it_is_known_what_it_claims_to_be(published: Published) -> None:
    unknown = [
        f"{one.table}.{one.name}"
        for one in published.columns
        if (one.sql_type == "BLOB" and form_of(one) is None)
        or (one.sql_type == "TEXT" and not any(map(lambda t: is_known_text(one, t), TEXTS)))
        or one.sql_type not in ("BLOB", "TEXT", "INTEGER")
    ]
    assert unknown == []


TEXTS = ("de", "0123456789abcdef0123456789abcdef")


def test_a_column_that_is_not_explained_is_named() -> None:
    sql = """-- schema version: 3
    CREATE TABLE one_things (
      a INTEGER, -- a number; purpose: to count; keep: always
      b TEXT,
      c TEXT -- a text; keep: always
    ) STRICT;
    """
    assert unexplained(parse(sql)) == ["one_things.b", "one_things.c"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("ALTER TABLE a_a ADD COLUMN name TEXT", ["a_a.name TEXT"]),
        (
            "ALTER TABLE a_a RENAME COLUMN n TO m",
            ["a_by_n", "a_a.m INTEGER NOT NULL", "a_a.n INTEGER NOT NULL"],
        ),
        ("DROP INDEX a_by_n", ["a_by_n"]),
        ("CREATE TABLE b_b (x)", ["b_b"]),
        ("CREATE VIEW v AS SELECT 1", ["v"]),
        ("DROP TABLE a_a", ["a_by_n", "a_a"]),
        ("DELETE FROM a_a", []),
    ],
)
def test_each_difference_is_named(change: str, what: list[str]) -> None:
    published = parse(
        """-- schema version: 1
        CREATE TABLE a_a (
          n INTEGER NOT NULL -- a number; purpose: to count; keep: always
        ) STRICT;
        CREATE INDEX a_by_n ON a_a (n);
        """
    )
    with closing(sqlite3.connect(":memory:")) as found:
        found.executescript(published.sql)
        assert list(differences(published, found)) == []
        found.execute(change)
        assert [name for _, name in differences(published, found)] == what


def test_without_the_published_schema_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotRun):
        load(tmp_path, RELAY_SCHEMA)
