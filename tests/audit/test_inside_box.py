"""What one conversation reveals is listed from its rows, every column in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientlib.audit import cli
from clientlib.audit.inside.box import parts_of
from clientlib.audit.inside.boxwords import GERMAN, TITLES
from clientlib.audit.inside.published import KEEPER_SCHEMA, RELAY_SCHEMA, ROOT, load
from tests.audit.machines import MARKERS, lived_in


def test_each_column_has_words_in_both_languages() -> None:
    schemas = [load(ROOT, name) for name in (RELAY_SCHEMA, KEEPER_SCHEMA)]
    assert GERMAN.keys() == TITLES.keys()
    for table, words in GERMAN.items():
        columns = [one for schema in schemas for one in schema.of(table)]
        assert [one.name for one in columns] == list(words)
        assert all(all(one) for one in words.values())


def test_all_that_knows_a_box_is_listed() -> None:
    """A new table with a column for it is listed, or left out here with a reason."""
    schema = load(ROOT, RELAY_SCHEMA)
    knowing = {one.table for one in schema.columns if one.name in ("box16", "slot")}
    # Contact data name their ticket, and written tickets name no box.
    assert knowing - GERMAN.keys() == {"enquiries_contacts", "boxes_free_slots"}


async def test_every_row_of_a_conversation_is_listed(tmp_path: Path, capsys: Any) -> None:
    service = await lived_in(tmp_path)
    with service.machine() as machine:
        parts = {one.table: one for one in parts_of(machine, service.box16)}
        assert parts_of(machine, service.gone16) == ()
    assert {name: parts[name].rows for name in ("boxes_boxes", "blobs_blobs", "live_tickets")} == {
        "boxes_boxes": 1,
        "blobs_blobs": 1,
        "live_tickets": 1,
    }
    sql = "SELECT count(*) FROM boxes_envelopes WHERE box16 = ?"
    assert parts["boxes_envelopes"].rows == service.rows(sql, service.box16)[0][0]
    assert parts["keeper_secrets"].rows == 1

    given = [service.box16.hex(), "--config", str(tmp_path / "config.toml")]
    assert cli.main(["inside", "box", *given]) == 0
    german = capsys.readouterr().out
    assert "Das Gespräch (boxes_boxes, 1)" in german
    assert "Minute der Löschung; wozu: dann wird gelöscht; bleibt: wie das Gespräch" in german
    assert "Was sich daraus schließen lässt" in german
    assert not any(marker in german for marker in MARKERS)
    sql = "SELECT secret_raw FROM keeper_secrets"
    assert not any(bytes(raw).hex()[:8] in german for (raw,) in service.keeper_rows(sql))
    assert cli.main(["inside", "box", *given, "--language", "en"]) == 0
    assert "kept: until 48 h after the close" in capsys.readouterr().out


@pytest.mark.parametrize(("box16", "status"), [("ab" * 16, 1), ("ab", 2), ("xy" * 16, 2)])
async def test_what_is_no_conversation_is_refused(tmp_path: Path, box16: str, status: int) -> None:
    await lived_in(tmp_path)
    config = str(tmp_path / "config.toml")
    assert cli.main(["inside", "box", box16, "--config", config]) == status
