"""Files that were really tampered with: each fault turns its own check red, and nothing else."""

from __future__ import annotations

import base64
import gzip
import os
import shutil
import tarfile
from pathlib import Path

import pytest

from crypto import encoding
from crypto.random import random_bytes
from tests.audit.machines import (
    DAY_MS,
    DRAFTED,
    GONE,
    HOUR_MS,
    NAMED,
    SAID,
    Fault,
    Service,
    lived_in,
    noted_in,
    planted,
)

FAULTS: dict[str, list[Fault]] = {}
turns = noted_in(FAULTS)


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
    service.add_line(f"job_failed {base64.b64encode(NAMED.encode()).decode()[:18]} {NAMED}")


@turns("inside.canary")
def a_capability_that_only_clients_hold(service: Service) -> None:
    cap = random_bytes(32)
    service.given["secrets"] = (cap,)
    (service.config.site_dir / "a.bin").write_bytes(random_bytes(50) + cap)


@turns("inside.canary")
def a_marker_in_free_space(service: Service) -> None:
    """Behind the last page of the database, where no table looks."""
    with service.config.relay_file.open("ab") as file:
        file.write(GONE.encode("utf-16-le"))


# --- backups -------------------------------------------------------------------------------------


@turns("inside.backups")
def the_keeper_in_the_backup(service: Service) -> None:
    folder = service.back_up()
    shutil.copytree(service.config.keeper_dir, folder / "keeper")


@turns("inside.backups")
def the_keeper_in_an_archive_under_another_name(service: Service) -> None:
    folder = service.back_up()
    with tarfile.open(folder / "rest.tar.gz", "w:gz") as archive:
        archive.add(service.config.keeper_files[1], "var/db/old.bin")


@turns("inside.backups")
def the_sealed_copy_in_the_backup(service: Service) -> None:
    shutil.copy(service.config.copy_file, service.back_up())


@turns("inside.backups")
def a_backup_older_than_stated(service: Service) -> None:
    when = (service.now_ms - 90 * DAY_MS) * 1_000_000
    os.utime(service.back_up() / "relay.sqlite", ns=(when, when))


@turns("inside.backups")
def a_deleted_conversation_whose_share_is_kept(service: Service) -> None:
    """The relay has lost a conversation, the backup and the keeper have it still."""
    service.back_up()
    hour = service.now_ms // HOUR_MS
    service.on_both("UPDATE keeper_shares SET created_hour = ?", hour)
    service.forget_chat()


# --- the keeper and the keys ---------------------------------------------------------------------


@turns("inside.keeper")
def a_stale_copy(service: Service) -> None:
    when = (service.now_ms - 5 * HOUR_MS) * 1_000_000
    os.utime(service.config.copy_file, ns=(when, when))


@turns("inside.keeper")
def no_copy(service: Service) -> None:
    service.config.copy_file.unlink()


@turns("inside.keeper")
def an_open_copy(service: Service) -> None:
    shares = b"".join(
        bytes(one[0]) for one in service.keeper_rows("SELECT secret_raw FROM keeper_secrets")
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
def a_key_cut_short(service: Service) -> None:
    path = service.config.secrets / "log-key"
    path.write_bytes(path.read_bytes()[:31])


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
    share = service.keeper_rows(sql)[0][0]
    assert service.change(
        "UPDATE boxes_boxes SET kid = ? WHERE box16 = ?", share[:8], service.box16
    )
    assert service.change("UPDATE live_tickets SET key_hash = ?", share)


# --- logs and files ------------------------------------------------------------------------------


@turns("inside.logs")
def an_address_in_the_log(service: Service) -> None:
    service.add_line('{"at_ms":1,"event":"refused","from":"203.0.113.7"}')


@turns("inside.logs")
def an_ipv6_address_in_the_log(service: Service) -> None:
    service.add_line("GET /p/leben/chat 200 2001:db8::17")


@turns("inside.logs")
def an_id_in_the_log(service: Service) -> None:
    service.add_line(f'{{"at_ms":1,"event":"purged","box":"{service.gone16.hex()}"}}')


@turns("inside.logs")
def an_id_in_base64_in_the_log(service: Service) -> None:
    service.add_line(f"purged {base64.urlsafe_b64encode(random_bytes(32)).decode()}")


@turns("inside.logs")
def an_email_address_in_the_log(service: Service) -> None:
    service.add_line("refused anna.k17@example.org")


@turns("inside.files")
def an_unknown_file_in_the_blob_folder(service: Service) -> None:
    (service.config.blobs / "liste.csv").write_bytes(b"1;2;3\n")


@turns("inside.files")
def a_copy_of_the_database(service: Service) -> None:
    shutil.copy(service.config.relay_file, service.config.data_dir / "relay.sqlite.bak")


@pytest.mark.parametrize(("check", "fault"), planted(FAULTS))
async def test_it_turns_its_check_red_and_nothing_else(
    tmp_path: Path, check: str, fault: Fault
) -> None:
    service = await lived_in(tmp_path)
    fault(service)
    assert await service.red() == {check}
