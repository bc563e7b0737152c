"""The audit on the operator's machine: what keeps its word is green, and nothing is touched."""

from __future__ import annotations

import asyncio
import bisect
import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from clientlib.audit import cli
from clientlib.audit.canary import Canary
from clientlib.audit.check import State
from clientlib.audit.inside import remains, run
from clientlib.audit.inside.config import Config
from clientlib.audit.inside.left import left_behind
from clientlib.audit.inside.published import KEEPER_SCHEMA, RELAY_SCHEMA, ROOT, load
from clientlib.audit.inside.run import CHECKS
from clientlib.audit.report import read_report
from clientlib.audit.state import StateDir
from clientlib.terminal import UsageError
from crypto.random import random_bytes
from tests.audit.machines import DAY_MS, MARKERS, SAID, Service, lived_in
from tests.helpers.actors import Cast, chat
from tests.helpers.enrolled import office
from tests.helpers.server import write_config
from tests.helpers.written import has


def on_disk(service: Service) -> dict[str, tuple[int, str]]:
    """Every file of the service with its time and what is in it, and every folder."""
    found = {}
    for path in sorted(service.folder.rglob("*")):
        raw = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (path.stat().st_mtime_ns, hashlib.sha256(raw).hexdigest())
    return found


async def test_a_service_that_keeps_its_word_is_green_and_untouched(tmp_path: Path) -> None:
    service = await lived_in(tmp_path)
    service.back_up()
    before = on_disk(service)
    outcomes = await service.outcomes()
    wrong = {
        name: (one.state, one.words.de, [(f.words.de, f.evidence) for f in one.findings])
        for name, one in outcomes.items()
        if one.state is not State.PASSED
    }
    assert wrong == {}
    assert on_disk(service) == before


async def test_a_running_service_is_green(tmp_path: Path, cast: Cast) -> None:
    """With a log that is not empty, while the service has its files open."""
    maria = await office(cast)
    theirs, hers, _ = await chat(cast, maria)
    await theirs.say("Guten Tag")
    await has(hers, "Guten Tag")
    config = Config.load(write_config(cast.server))
    os.utime(config.copy_file, ns=(cast.now_ms() * 1_000_000,) * 2)
    assert config.relay_file.with_name("relay.sqlite-wal").stat().st_size > 0
    service = Service(
        folder=tmp_path, config=config, now_ms=cast.now_ms(), box16=theirs.box16, gone16=b""
    )
    service.log.write_text("\n".join(cast.server.log), "utf-8")
    assert await service.red() == set()
    await theirs.say("Und weiter")
    await has(hers, "Und weiter")


async def test_a_backup_from_before_a_purge_is_named_and_is_as_designed(tmp_path: Path) -> None:
    """It holds envelopes of a conversation that is gone; the keeper has no share of it."""
    service = await lived_in(tmp_path)
    service.back_up()
    envelopes = service.forget_chat()
    service.drop_share()
    outcomes = await service.outcomes()
    assert {one.state for one in outcomes.values()} == {State.PASSED}
    said = outcomes["inside.backups"].words
    assert f"1 of them, {envelopes} envelopes, have been deleted in the service since" in said.en
    assert "Niemand kann sie öffnen" in said.de


async def test_without_more_files_the_rest_is_looked_at(tmp_path: Path) -> None:
    service = await lived_in(tmp_path)
    service.given = {"markers": (), "logs": ()}
    states = {name: one.state for name, one in (await service.outcomes()).items()}
    not_run = {name for name, state in states.items() if state is State.NOT_RUN}
    assert not_run == {"inside.canary", "inside.logs", "inside.backups"}
    assert {one for name, one in states.items() if name not in not_run} == {State.PASSED}


async def test_the_command_writes_a_signed_report(tmp_path: Path, capsys: Any) -> None:
    service = await lived_in(tmp_path)
    canary = tmp_path / "canary.json"
    canary.write_text(json.dumps({"markers": MARKERS}), "utf-8")
    report = tmp_path / "report.json"
    asked = ["inside", "--config", str(tmp_path / "config.toml"), "--canary", str(canary)]
    asked += ["--state", str(tmp_path / "auditor"), "--json", str(report), "--logs"]
    with mock.patch.object(run, "now_ms", return_value=service.now_ms):
        assert await asyncio.to_thread(cli.main, [*asked, str(service.log)]) == 0
        content = read_report(report.read_bytes())
        assert content["kind"] == "inside"
        assert content["counts"]["passed"] == len(CHECKS) - 1
        assert content["counts"]["not_run"] == 1
        service.change("CREATE TABLE people (name TEXT)")
        assert await asyncio.to_thread(cli.main, [*asked, str(service.log)]) == 1
    assert "people" in capsys.readouterr().out


def test_a_trial_of_ones_own_names_what_to_look_for(tmp_path: Path) -> None:
    """As the audit from outside keeps it."""
    kept = Canary(
        deployment="45" * 16,
        box16="ab" * 16,
        caps=("cd" * 32, "ef" * 32),
        blob16="01" * 16,
        tomb="23" * 32,
        close_minute=7,
        due_ms=8,
        markers=MARKERS,
    )
    state = StateDir(tmp_path / "state")
    state.save("canary-abababab", kept.kept())
    trial = run.load_trial(tmp_path / "state" / "canary-abababab.json")
    assert trial.markers == MARKERS
    assert trial.secrets == (b"\xcd" * 32, b"\xef" * 32)
    assert trial.box16 == "ab" * 16


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        '{"markers": []}',
        '{"markers": ["kurz"]}',
        '{"markers": ["langes Wort"], "caps": ["xy"]}',
    ],
)
def test_a_canary_that_names_nothing_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "canary.json"
    path.write_text(content, "utf-8")
    with pytest.raises(UsageError):
        run.load_trial(path)


def test_what_is_no_config_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        run.load_config(tmp_path / "config.toml")
    (tmp_path / "config.toml").write_text("data_dir = ", "utf-8")
    with pytest.raises(UsageError):
        run.load_config(tmp_path / "config.toml")


async def test_what_cannot_be_read_is_never_passed(tmp_path: Path) -> None:
    service = await lived_in(tmp_path)
    shutil.rmtree(service.config.keeper_mirror_dir)
    outcomes = await service.outcomes()
    assert outcomes["inside.keeper"].state is State.BROKEN
    assert outcomes["inside.schema"].state is State.BROKEN


async def test_a_purge_that_is_under_way_is_waited_for(tmp_path: Path) -> None:
    """What lay in the log at the first look and is gone at the second was being deleted."""
    service = await lived_in(tmp_path)
    looks = [{"relay.sqlite-wal": 2}, {}]
    waited = mock.AsyncMock()
    with (
        mock.patch.object(remains, "remains_of", side_effect=looks),
        mock.patch("asyncio.sleep", waited),
    ):
        service.given["patience_s"] = 70
        with service.machine() as machine:
            assert (await remains.no_remains(machine)).state is State.PASSED
    waited.assert_awaited_once_with(70)


async def test_a_published_table_that_no_check_knows_is_named(tmp_path: Path) -> None:
    """Who adds a column has to say what it claims to be, and how long a row stays."""
    service = await lived_in(tmp_path)
    more = """
    CREATE TABLE boxes_more (
      raw BLOB, -- bytes; purpose: none; keep: a while
      seen INTEGER
    ) STRICT;
    """
    repository = tmp_path / "published"
    for name in (RELAY_SCHEMA, KEEPER_SCHEMA, Path("config.toml")):
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, repository / name)
    with (repository / RELAY_SCHEMA).open("a", encoding="utf-8") as file:
        file.write(more)
    service.change(more)
    assert service.change("INSERT INTO boxes_more VALUES (?, 1)", bytes(16))
    service.change("UPDATE storage_schema SET hash = ?", load(repository, RELAY_SCHEMA).digest)
    service.given["repository"] = repository
    assert await service.red() == {"inside.deadlines", "inside.fields", "inside.schema"}


async def test_a_marker_cut_over_two_pages_of_the_file_is_found(tmp_path: Path) -> None:
    service = await lived_in(tmp_path)
    raw = random_bytes(30_000)
    on_disk = write_page(service, raw)
    # So much of it stands together on the first page.
    whole = bisect.bisect_left(range(len(raw)), True, key=lambda n: raw[: n + 1] not in on_disk)
    at, marker = whole - 10, SAID.encode()
    on_disk = write_page(service, raw[:at] + marker + raw[at + len(marker) :])
    assert marker not in on_disk
    outcome = (await service.outcomes())["inside.canary"]
    assert [dict(one.evidence) for one in outcome.findings] == [
        {"database": "relay", "table": "accounts_pages"}
    ]


def write_page(service: Service, raw: bytes) -> bytes:
    """Put a value into one row; return what the database's file is then."""
    with service.open() as database:
        database.execute("PRAGMA secure_delete = ON")
        row = "(SELECT min(rowid) FROM accounts_pages)"
        sql = f"UPDATE accounts_pages SET page_sealed = ? WHERE rowid = {row}"
        assert database.execute(sql, (raw,)).rowcount == 1
    return service.config.relay_file.read_bytes()


async def test_a_portal_may_have_an_id_that_somebody_has_chosen(tmp_path: Path) -> None:
    """It is public: it stands in site.json."""
    service = await lived_in(tmp_path)
    chosen, site = bytes(15) + b"\x02", service.config.data_dir / "site.json"
    portals = json.loads(site.read_text("utf-8"))["portals"]
    site.write_text(site.read_text("utf-8").replace(portals[0]["portal16"], chosen.hex()), "utf-8")
    for table in ("live_tickets", "enquiries_tickets"):
        assert service.change(f"UPDATE {table} SET portal16 = ?", chosen)
    assert await service.red() == set()
    site.unlink()
    assert (await service.outcomes())["inside.opacity"].state is State.BROKEN


async def test_a_profile_goes_thirty_days_after_its_person(tmp_path: Path) -> None:
    service = await lived_in(tmp_path)
    for days, found in ((27, []), (31, [("staff_profiles.subject16", 1)])):
        service.given["now_ms"] = service.now_ms + days * DAY_MS
        with service.machine() as machine:
            assert list(left_behind(machine)) == found


async def test_a_keeper_of_its_own_has_its_seed_in_its_own_folders(tmp_path: Path) -> None:
    service = await lived_in(tmp_path)
    seed = service.config.secrets / "keeper-seed"
    for database in service.config.keeper_files:
        folder = database.parent / "secrets"
        folder.mkdir(mode=0o700)
        shutil.copy2(seed, folder)
    shutil.copy(service.config.data_dir / "operator.pub", service.config.keeper_dir)
    seed.unlink()
    assert await service.red() == set()
    (service.config.keeper_mirror_dir / "secrets" / "keeper-seed").chmod(0o640)
    assert await service.red() == {"inside.keys"}
