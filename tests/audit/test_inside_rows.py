"""Rows that were really tampered with: each fault turns its own check red, and nothing else."""

from __future__ import annotations

import base64
import gzip
import shutil
from pathlib import Path

import pytest

from crypto import chain, encoding
from crypto.random import random_bytes
from tests.audit.machines import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    Fault,
    Service,
    lived_in,
    noted_in,
    planted,
)

LETTERS = "Ich habe heute mit meiner Mutter gesprochen, und sie hat mich nicht verstanden. "
FAULTS: dict[str, list[Fault]] = {}
turns = noted_in(FAULTS)


# --- the schema ----------------------------------------------------------------------------------


@turns("inside.schema")
def a_column_more(service: Service) -> None:
    service.change("ALTER TABLE accounts_accounts ADD COLUMN name TEXT")
    assert service.change("UPDATE accounts_accounts SET name = 'kornblume'")


@turns("inside.schema")
def a_table_more(service: Service) -> None:
    service.change("CREATE TABLE sign_in_times (at_ms INTEGER)")
    service.change("INSERT INTO sign_in_times VALUES (1)")


@turns("inside.schema")
def an_index_more(service: Service) -> None:
    service.change("CREATE INDEX doors_by_key ON accounts_doors (auth_pk)")


@turns("inside.schema")
def a_trigger(service: Service) -> None:
    service.change(
        "CREATE TRIGGER t AFTER DELETE ON boxes_envelopes BEGIN SELECT raise(IGNORE); END"
    )


@turns("inside.schema")
def a_view(service: Service) -> None:
    service.change("CREATE VIEW who AS SELECT account16, door FROM accounts_doors")


@turns("inside.schema")
def a_column_more_at_the_keeper(service: Service) -> None:
    for database in service.config.keeper_files:
        service.change("ALTER TABLE keeper_shares ADD COLUMN was_raw BLOB", database=database)


@turns("inside.schema")
def another_schema_noted(service: Service) -> None:
    assert service.change("UPDATE storage_schema SET hash = ?", "0" * 32)


# --- what values are -----------------------------------------------------------------------------


@turns("inside.fields")
def plain_text_in_a_page(service: Service) -> None:
    assert service.change(
        "UPDATE accounts_pages SET page_sealed = ? WHERE page = 0", LETTERS.encode() * 60
    )


@turns("inside.fields")
def an_exact_time(service: Service) -> None:
    assert service.change("UPDATE boxes_envelopes SET hour = ?", service.now_ms)


@turns("inside.fields")
def a_language_that_is_none(service: Service) -> None:
    assert service.change("UPDATE enquiries_tickets SET language = 'Kornbl.'")


@turns("inside.fields")
def a_message_taken_out(service: Service) -> None:
    slot = service.last_slot()
    assert service.change("DELETE FROM boxes_envelopes WHERE slot = ?", slot)
    service.free(slot)


@turns("inside.fields")
def a_value_against_its_rule(service: Service) -> None:
    with service.open() as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute("UPDATE boxes_caps SET under_sign_in = 7")


@turns("inside.fields")
def an_attachment_of_another_size(service: Service) -> None:
    path = service.blob
    path.write_bytes(path.read_bytes() + random_bytes(100))


@turns("inside.opacity")
def writing_in_an_envelope(service: Service) -> None:
    service.write_into_envelope(LETTERS.encode())


@turns("inside.opacity")
def writing_in_utf16_in_an_envelope(service: Service) -> None:
    service.write_into_envelope(LETTERS.encode("utf-16-le"))


@turns("inside.opacity")
def packed_writing_in_an_envelope(service: Service) -> None:
    service.write_into_envelope(gzip.compress(LETTERS.encode()))


@turns("inside.opacity")
def base64_in_an_envelope(service: Service) -> None:
    service.write_into_envelope(base64.b64encode(LETTERS.encode()))


@turns("inside.opacity")
def a_name_as_an_id(service: Service) -> None:
    assert service.change(
        "UPDATE accounts_accounts SET handle = ? WHERE kind = 1", b"Kornblume, Anna\0"
    )


@turns("inside.opacity")
def a_name_as_a_portal(service: Service) -> None:
    assert service.change("UPDATE live_tickets SET portal16 = ?", b"Kornblume, Anna\0")


@turns("inside.opacity")
def an_attachment_in_the_clear(service: Service) -> None:
    path = service.blob
    path.write_bytes((LETTERS.encode() * 1000)[: path.stat().st_size])


# --- how long it stays ---------------------------------------------------------------------------


@turns("inside.deadlines")
def an_old_letter(service: Service) -> None:
    late = (service.now_ms - 2 * DAY_MS) // HOUR_MS
    assert service.change("UPDATE boxes_letters SET ends_hour = ?", late)


@turns("inside.deadlines")
def a_sign_in_that_never_ends(service: Service) -> None:
    later = service.now_ms // HOUR_MS + 24 * 400
    assert service.change("UPDATE accounts_sign_ins SET expires_hour = ?", later)


@turns("inside.deadlines")
def an_upload_of_yesterday(service: Service) -> None:
    assert service.change(
        """
        INSERT INTO blobs_blobs (box16, blob16, key16, parts, size_bytes, hour, expires_minute)
        VALUES (?, ?, ?, 0, 0, ?, ?)
        """,
        service.box16,
        random_bytes(16),
        random_bytes(16),
        service.now_ms // HOUR_MS,
        (service.now_ms - DAY_MS) // MINUTE_MS,
    )


@turns("inside.purge")
def the_purge_has_stopped_for_three_days(service: Service) -> None:
    closed = (service.now_ms - 5 * DAY_MS) // MINUTE_MS
    service.close_chat(closed, closed + 48 * 60)


@turns("inside.deadlines")
def limits_of_somebody_who_left(service: Service) -> None:
    sql = "INSERT INTO capacity_people (subject16, places, is_regulars_only) VALUES (?, 3, 0)"
    assert service.change(sql, service.left16)


@turns("inside.deadlines")
def a_sheet_of_a_team_that_is_no_more(service: Service) -> None:
    team16, sealed = random_bytes(16), random_bytes(16 * 1024 + 16)
    sheet = encoding.encode([1, team16, 1, 1, random_bytes(24), sealed])
    sql = "INSERT INTO sheets_sheets (team16, kind, version, sheet_sealed) VALUES (?, 1, 1, ?)"
    assert service.change(sql, team16, sheet)


@turns("inside.deadlines")
def a_chat_beyond_its_three_hours(service: Service) -> None:
    ended = service.now_ms - 5 * HOUR_MS
    assert service.change("UPDATE boxes_boxes SET ends_ms = ? WHERE ends_ms > 0", ended)


@turns("inside.purge")
def a_close_without_a_purge(service: Service) -> None:
    service.close_chat(service.now_ms // MINUTE_MS, 0)


@turns("inside.purge")
def a_longer_purge(service: Service) -> None:
    minute = service.now_ms // MINUTE_MS
    service.close_chat(minute, minute + 30 * 24 * 60)


# --- what belongs together -----------------------------------------------------------------------


@turns("inside.orphans")
def a_file_without_a_row(service: Service) -> None:
    name = random_bytes(16).hex()
    path = service.config.blobs / name[:2] / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(service.blob, path)


@turns("inside.orphans")
def a_row_without_a_file(service: Service) -> None:
    service.blob.unlink()


@turns("inside.orphans")
def a_share_without_a_box(service: Service) -> None:
    secret, hour = random_bytes(32), service.now_ms // HOUR_MS - 5
    service.on_both(
        "INSERT INTO keeper_secrets SELECT max(slot) + 1, ? FROM keeper_secrets", secret
    )
    service.on_both(
        "INSERT INTO keeper_shares SELECT ?, ?, max(slot) FROM keeper_secrets",
        chain.env_id(secret),
        hour,
    )


@turns("inside.orphans")
def a_box_without_a_share(service: Service) -> None:
    service.drop_share()


@turns("inside.orphans")
def an_envelope_without_a_box(service: Service) -> None:
    assert service.change(
        "UPDATE boxes_caps SET box16 = ? WHERE box16 = ?", random_bytes(16), service.box16
    )


@turns("inside.orphans")
def a_secret_of_nothing(service: Service) -> None:
    sql = "INSERT INTO keeper_secrets SELECT max(slot) + 1, ? FROM keeper_secrets"
    service.on_both(sql, random_bytes(32))


@turns("inside.orphans")
def a_page_of_nobody(service: Service) -> None:
    row = "(SELECT max(rowid) FROM accounts_pages)"
    sql = f"UPDATE accounts_pages SET account16 = ? WHERE rowid = {row}"
    assert service.change(sql, random_bytes(16))


@turns("inside.orphans")
def a_finished_upload_that_is_still_begun(service: Service) -> None:
    assert service.change("INSERT INTO blobs_parts SELECT blob, 0, 1000 FROM blobs_blobs")


@turns("inside.orphans")
def a_request_whose_box_is_no_more(service: Service) -> None:
    sql = "UPDATE live_tickets SET box16 = ? WHERE box16 = ?"
    assert service.change(sql, random_bytes(16), service.box16)


@turns("inside.orphans")
def an_attachment_whose_box_is_no_more(service: Service) -> None:
    assert service.change("UPDATE blobs_blobs SET box16 = ?", random_bytes(16))


@turns("inside.orphans")
def bytes_that_belong_to_nothing(service: Service) -> None:
    assert service.change("INSERT INTO boxes_slots (bytes_sealed) VALUES (?)", random_bytes(300))


@turns("inside.orphans")
def a_letter_of_a_request_that_is_no_more(service: Service) -> None:
    hour = service.now_ms // HOUR_MS + 24 * 10
    assert service.change(
        "UPDATE boxes_letters SET ticket16 = ?, ends_hour = ?", random_bytes(16), hour
    )


# --- what is deleted -----------------------------------------------------------------------------


@turns("inside.remains")
def envelopes_in_the_log(service: Service) -> None:
    """As a service leaves it that never empties its write-ahead log."""
    path = service.config.relay_file
    log = path.with_name(path.name + "-wal")
    raw = encoding.encode(
        [1, 1, random_bytes(16), random_bytes(8), random_bytes(24), random_bytes(272)]
    )
    with service.open() as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute("INSERT INTO boxes_slots (bytes_sealed) VALUES (?)", (raw,))
        database.execute(
            "UPDATE boxes_slots SET bytes_sealed = ? WHERE slot = last_insert_rowid()",
            (bytes(len(raw)),),
        )
        database.execute(
            "INSERT INTO boxes_free_slots SELECT max(slot), ? FROM boxes_slots", (len(raw),)
        )
        before = path.read_bytes(), log.read_bytes()
    path.write_bytes(before[0])
    log.write_bytes(before[1])
    log.chmod(0o600)


@turns("inside.remains")
def a_secret_that_was_not_overwritten(service: Service) -> None:
    sql = "INSERT INTO keeper_secrets SELECT max(slot) + 1, ? FROM keeper_secrets"
    service.on_both(sql, random_bytes(32))
    service.on_both("INSERT INTO keeper_free_slots SELECT max(slot) FROM keeper_secrets")


@turns("inside.remains")
def a_free_slot_that_is_full(service: Service) -> None:
    raw = random_bytes(300)
    assert service.change("INSERT INTO boxes_slots (bytes_sealed) VALUES (?)", raw)
    assert service.change("INSERT INTO boxes_free_slots SELECT max(slot), 300 FROM boxes_slots")


@pytest.mark.parametrize(("check", "fault"), planted(FAULTS))
async def test_it_turns_its_check_red_and_nothing_else(
    tmp_path: Path, check: str, fault: Fault
) -> None:
    service = await lived_in(tmp_path)
    fault(service)
    assert await service.red() == {check}
