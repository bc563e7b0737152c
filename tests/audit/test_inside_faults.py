"""A service that was really tampered with: each fault turns its own check red, and nothing else."""

from __future__ import annotations

import base64
import gzip
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from crypto import chain, encoding
from crypto.random import random_bytes
from tests.audit.machines import DRAFTED, GONE, HOUR_MS, NAMED, SAID, Service, lived_in

DAY_MS = 24 * HOUR_MS
MINUTE_MS = 60_000
LETTERS = "Ich habe heute mit meiner Mutter gesprochen, und sie hat mich nicht verstanden. "

Fault = Callable[[Service], None]
FAULTS: dict[str, list[Fault]] = {}


def turns(check: str) -> Callable[[Fault], Fault]:
    """Plant what the function does; exactly this check has to find it."""

    def note(fault: Fault) -> Fault:
        FAULTS.setdefault(check, []).append(fault)
        return fault

    return note


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
    slot = last_slot(service)
    assert service.change("DELETE FROM boxes_envelopes WHERE slot = ?", slot)
    free(service, slot)


@turns("inside.fields")
def a_value_against_its_rule(service: Service) -> None:
    with service.open() as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute("UPDATE boxes_caps SET under_sign_in = 7")


@turns("inside.fields")
def an_attachment_of_another_size(service: Service) -> None:
    path = blob_of(service)
    path.write_bytes(path.read_bytes() + random_bytes(100))


@turns("inside.opacity")
def writing_in_an_envelope(service: Service) -> None:
    in_envelope(service, LETTERS.encode())


@turns("inside.opacity")
def writing_in_utf16_in_an_envelope(service: Service) -> None:
    in_envelope(service, LETTERS.encode("utf-16-le"))


@turns("inside.opacity")
def packed_writing_in_an_envelope(service: Service) -> None:
    in_envelope(service, gzip.compress(LETTERS.encode()))


@turns("inside.opacity")
def base64_in_an_envelope(service: Service) -> None:
    in_envelope(service, base64.b64encode(LETTERS.encode()))


@turns("inside.opacity")
def a_name_as_an_id(service: Service) -> None:
    assert service.change(
        "UPDATE accounts_accounts SET handle = ? WHERE kind = 1", b"Kornblume, Anna\0"
    )


@turns("inside.opacity")
def an_attachment_in_the_clear(service: Service) -> None:
    path = blob_of(service)
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
    closes(service, closed, closed + 48 * 60)


@turns("inside.purge")
def a_close_without_a_purge(service: Service) -> None:
    closes(service, service.now_ms // MINUTE_MS, 0)


@turns("inside.purge")
def a_longer_purge(service: Service) -> None:
    minute = service.now_ms // MINUTE_MS
    closes(service, minute, minute + 30 * 24 * 60)


# --- what belongs together -----------------------------------------------------------------------


@turns("inside.orphans")
def a_file_without_a_row(service: Service) -> None:
    name = random_bytes(16).hex()
    path = service.config.blobs / name[:2] / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(blob_of(service), path)


@turns("inside.orphans")
def a_row_without_a_file(service: Service) -> None:
    blob_of(service).unlink()


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
    service.on_both(
        "DELETE FROM keeper_shares WHERE share_key = (SELECT min(share_key) FROM keeper_shares)"
    )


@turns("inside.orphans")
def an_envelope_without_a_box(service: Service) -> None:
    assert service.change(
        "UPDATE boxes_caps SET box16 = ? WHERE box16 = ?", random_bytes(16), service.box16
    )


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
    raw = foreign_envelope()
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
def a_free_slot_that_is_full(service: Service) -> None:
    raw = random_bytes(300)
    assert service.change("INSERT INTO boxes_slots (bytes_sealed) VALUES (?)", raw)
    assert service.change("INSERT INTO boxes_free_slots SELECT max(slot), 300 FROM boxes_slots")


# --- what the audit itself has written -----------------------------------------------------------


@turns("inside.canary")
def a_marker_in_a_file_served_to_all(service: Service) -> None:
    (service.config.site_dir / "statistik.txt").write_text(f"heute: {SAID}\n", "utf-8")


@turns("inside.canary")
def a_marker_in_a_packed_log(service: Service) -> None:
    packed = service.folder / "relay.log.1.gz"
    packed.write_bytes(gzip.compress(f"job_failed {DRAFTED}\n".encode()))
    service.given["logs"] = (service.log, packed)


@turns("inside.canary")
def a_marker_as_the_name_of_a_file(service: Service) -> None:
    (service.config.site_dir / f"{SAID}.png").write_bytes(random_bytes(64))


@turns("inside.canary")
def a_marker_in_the_log(service: Service) -> None:
    add_line(service, f"job_failed {base64.b64encode(NAMED.encode()).decode()[:18]} {NAMED}")


@turns("inside.canary")
def a_marker_in_free_space(service: Service) -> None:
    """Behind the last page of the database, where no table looks."""
    with service.config.relay_file.open("ab") as file:
        file.write(GONE.encode("utf-16-le"))


# --- backups -------------------------------------------------------------------------------------


@turns("inside.backups")
def the_keeper_in_the_backup(service: Service) -> None:
    folder = backed_up(service)
    shutil.copytree(service.config.keeper_dir, folder / "keeper")


@turns("inside.backups")
def the_keeper_in_an_archive_under_another_name(service: Service) -> None:
    folder = backed_up(service)
    with tarfile.open(folder / "rest.tar.gz", "w:gz") as archive:
        archive.add(service.config.keeper_files[1], "var/db/old.bin")


@turns("inside.backups")
def the_sealed_copy_in_the_backup(service: Service) -> None:
    shutil.copy(service.config.copy_file, backed_up(service))


@turns("inside.backups")
def a_backup_older_than_stated(service: Service) -> None:
    when = (service.now_ms - 90 * DAY_MS) * 1_000_000
    os.utime(backed_up(service) / "relay.sqlite", ns=(when, when))


@turns("inside.backups")
def a_deleted_conversation_whose_share_is_kept(service: Service) -> None:
    """The relay has lost a conversation, the backup and the keeper have it still."""
    backed_up(service)
    hour = service.now_ms // HOUR_MS
    service.on_both("UPDATE keeper_shares SET created_hour = ?", hour)
    forget_box(service)


# --- the keeper and the keys ---------------------------------------------------------------------


@turns("inside.keeper")
def a_stale_copy(service: Service) -> None:
    when = (service.now_ms - 5 * HOUR_MS) * 1_000_000
    os.utime(service.config.copy_file, ns=(when, when))


@turns("inside.keeper")
def an_open_copy(service: Service) -> None:
    shares = b"".join(
        bytes(one[0])
        for one in rows(service.config.keeper_files[0], "SELECT secret_raw FROM keeper_secrets")
    )
    service.config.copy_file.write_bytes(encoding.encode([1, bytes(16), 7, 1, shares, shares]))
    when = service.now_ms * 1_000_000
    os.utime(service.config.copy_file, ns=(when, when))


@turns("inside.keeper")
def a_mirror_that_fell_behind(service: Service) -> None:
    assert service.change(
        "UPDATE keeper_identity SET version = version - 1", database=service.config.keeper_files[1]
    )


@turns("inside.keeper")
def another_relays_keeper(service: Service) -> None:
    assert service.change("UPDATE kernel_keeper SET instance_id = ?", random_bytes(16))


@turns("inside.keys")
def a_key_file_that_all_may_read(service: Service) -> None:
    (service.config.secrets / "keeper-seed").chmod(0o644)


@turns("inside.keys")
def a_folder_of_the_keeper_that_all_may_read(service: Service) -> None:
    service.config.keeper_mirror_dir.chmod(0o755)


@turns("inside.keys")
def a_key_in_the_pages(service: Service) -> None:
    pepper = (service.config.secrets / "pepper").read_bytes()
    (service.config.site_dir / "settings.js").write_text(f"const p = '{pepper.hex()}';", "ascii")


@turns("inside.keys")
def a_share_in_the_database(service: Service) -> None:
    sql = "SELECT secret_raw FROM keeper_shares JOIN keeper_secrets USING (slot)"
    share = rows(service.config.keeper_files[0], sql)[0][0]
    assert service.change(
        "UPDATE boxes_boxes SET kid = ? WHERE box16 = ?", share[:8], service.box16
    )
    assert service.change("UPDATE live_tickets SET key_hash = ?", share)


# --- logs and files ------------------------------------------------------------------------------


@turns("inside.logs")
def an_address_in_the_log(service: Service) -> None:
    add_line(service, '{"at_ms":1,"event":"refused","from":"203.0.113.7"}')


@turns("inside.logs")
def an_ipv6_address_in_the_log(service: Service) -> None:
    add_line(service, "GET /p/leben/chat 200 2001:db8::17")


@turns("inside.logs")
def an_id_in_the_log(service: Service) -> None:
    add_line(service, f'{{"at_ms":1,"event":"purged","box":"{service.gone16.hex()}"}}')


@turns("inside.logs")
def an_id_in_base64_in_the_log(service: Service) -> None:
    add_line(service, f"purged {base64.urlsafe_b64encode(random_bytes(32)).decode()}")


@turns("inside.files")
def an_unknown_file_in_the_blob_folder(service: Service) -> None:
    (service.config.blobs / "liste.csv").write_bytes(b"1;2;3\n")


@turns("inside.files")
def a_copy_of_the_database(service: Service) -> None:
    shutil.copy(service.config.relay_file, service.config.data_dir / "relay.sqlite.bak")


@pytest.mark.parametrize(
    ("check", "fault"),
    [
        pytest.param(check, fault, id=f"{check.removeprefix('inside.')}-{fault.__name__}")
        for check, faults in FAULTS.items()
        for fault in faults
    ],
)
async def test_a_planted_fault_turns_its_check_red_and_nothing_else(
    tmp_path: Path, check: str, fault: Fault
) -> None:
    service = await lived_in(tmp_path)
    fault(service)
    assert await service.red() == {check}


# --- what the faults need ------------------------------------------------------------------------


def rows(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """Ask a database."""
    database = sqlite3.connect(path)
    try:
        return database.execute(sql, values).fetchall()
    finally:
        database.close()


def add_line(service: Service, line: str) -> None:
    """Write one more line into the log."""
    with service.log.open("a", encoding="utf-8") as file:
        file.write(line + "\n")


def blob_of(service: Service) -> Path:
    """The one attachment."""
    (found,) = [one for one in service.config.blobs.glob("??/*") if not one.suffix]
    return found


def last_slot(service: Service) -> int:
    """Where the newest envelope of the running chat lies."""
    sql = "SELECT slot FROM boxes_envelopes WHERE box16 = ? ORDER BY n DESC LIMIT 1"
    return int(rows(service.config.relay_file, sql, service.box16)[0][0])


def free(service: Service, slot: int) -> None:
    """Overwrite a slot as the relay does."""
    sql = "UPDATE boxes_slots SET bytes_sealed = zeroblob(length(bytes_sealed)) WHERE slot = ?"
    service.change(sql, slot)
    sql = "SELECT slot, length(bytes_sealed) FROM boxes_slots WHERE slot = ?"
    service.change(f"INSERT INTO boxes_free_slots {sql}", slot)


def foreign_envelope() -> bytes:
    """An envelope of a box that nobody has."""
    return encoding.encode(
        [1, 1, random_bytes(16), random_bytes(8), random_bytes(24), random_bytes(272)]
    )


def in_envelope(service: Service, text: bytes) -> None:
    """Put text into the sealed part of an envelope, with everything around it as it has to be."""
    path, slot = service.config.relay_file, last_slot(service)
    raw = bytes(rows(path, "SELECT bytes_sealed FROM boxes_slots WHERE slot = ?", slot)[0][0])
    at = len(raw) - len(text) - 8
    changed = raw[:at] + text + raw[at + len(text) :]
    assert len(changed) == len(raw)
    service.change("UPDATE boxes_slots SET bytes_sealed = ? WHERE slot = ?", changed, slot)
    service.change(
        "UPDATE boxes_envelopes SET env_id = ? WHERE slot = ?", chain.env_id(changed), slot
    )
    head = chain.start(service.box16)
    sql = "SELECT env_id FROM boxes_envelopes WHERE box16 = ? ORDER BY n"
    for (env_id,) in rows(path, sql, service.box16):
        head = chain.extend(head, bytes(env_id))
    service.change("UPDATE boxes_boxes SET head = ? WHERE box16 = ?", head, service.box16)


def closes(service: Service, close_minute: int, purge_minute: int) -> None:
    """Have the chat closed at that minute."""
    assert service.change(
        """
        UPDATE boxes_boxes SET state = 2, ends_ms = 0, close_minute = ?, purge_minute = ?
        WHERE box16 = ?
        """,
        close_minute,
        purge_minute,
        service.box16,
    )


def backed_up(service: Service) -> Path:
    """A backup of the data folder, as its operator makes it."""
    folder = service.folder / "backup"
    shutil.copytree(service.config.data_dir, folder)
    for path in folder.rglob("*"):
        os.utime(path, ns=(service.now_ms * 1_000_000,) * 2)
    service.given["backups"] = (folder,)
    return folder


def forget_box(service: Service) -> None:
    """Delete the chat from the relay's files, and leave the keeper alone."""
    path, box16 = service.config.relay_file, service.box16
    for (slot,) in rows(path, "SELECT slot FROM boxes_envelopes WHERE box16 = ?", box16):
        service.change("DELETE FROM boxes_envelopes WHERE slot = ?", slot)
        free(service, int(slot))
    for table in ("boxes_caps", "blobs_blobs", "live_tickets", "boxes_boxes"):
        service.change(f"DELETE FROM {table} WHERE box16 = ?", box16)
    blob_of(service).unlink()
