"""A real service with content, at rest, of which each test gets a copy to tamper with.

service = await lived_in(tmp_path)        # folders, config.toml, a log file, a clock
assert await service.red() == set()       # ids of the checks that fail
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from clientlib.audit.check import Outcome, State, outcome_of
from clientlib.audit.inside.config import Config
from clientlib.audit.inside.machine import Machine, opened
from clientlib.audit.inside.orphans import share_key
from clientlib.audit.inside.run import CHECKS
from crypto import chain
from tests.helpers import atrest
from tests.helpers.actors import Cast, chat
from tests.helpers.enrolled import MARIA, enrolled
from tests.helpers.files import png
from tests.helpers.leaving import revoked
from tests.helpers.server import Server, serving, write_bare_pages, write_config
from tests.helpers.written import at_desk, has, takes, writes

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
# Said in a chat that is gone, in one that is there, typed as a name, and drafted.
MARKERS = (
    "Pruefwort-Alpenveilchen-71",
    "Pruefwort-Bernsteinkette-72",
    "pruefname-kornblume-73",
    "Pruefwort-Drosselgasse-74",
)
GONE, SAID, NAMED, DRAFTED = MARKERS


@dataclass(slots=True)
class Service:
    """The folders of one service; whatever a test does to them is found out, or not."""

    folder: Path
    config: Config
    now_ms: int
    box16: bytes
    gone16: bytes
    # Somebody whose certificate was taken back more than two days ago.
    left16: bytes = b""
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """What the service has written for its operator."""
        return self.folder / "relay.log"

    @contextmanager
    def machine(self) -> Iterator[Machine]:
        """What the checks see, with everything named that can be."""
        named: dict[str, Any] = {"markers": MARKERS, "logs": (self.log,), "now_ms": self.now_ms}
        with opened(self.config, **(named | self.given)) as machine:
            yield machine

    async def outcomes(self) -> dict[str, Outcome]:
        """Run every check."""
        with self.machine() as machine:
            return {one.id: await outcome_of(one, machine) for one in CHECKS}

    async def red(self) -> set[str]:
        """Run every check; return those that failed. None may be unable to run."""
        outcomes = await self.outcomes()
        broken = {name: one for name, one in outcomes.items() if one.state is State.BROKEN}
        assert broken == {}
        return {name for name, one in outcomes.items() if one.state is State.FAILED}

    def change(self, sql: str, *values: object, database: Path | None = None) -> int:
        """Change a database behind the service's back; return how many rows."""
        with self.open(database) as found:
            return found.execute(sql, values).rowcount

    @contextmanager
    def open(self, database: Path | None = None) -> Iterator[sqlite3.Connection]:
        """Open the relay's database, or another, as its operator could."""
        found = sqlite3.connect(database or self.config.relay_file, isolation_level=None)
        try:
            yield found
        finally:
            found.close()

    def on_both(self, sql: str, *values: object) -> None:
        """Change the keeper and its mirror alike."""
        for database in self.config.keeper_files:
            assert self.change(sql, *values, database=database) > 0

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Ask the relay's database."""
        with self.open() as found:
            return found.execute(sql, values).fetchall()

    def keeper_rows(self, sql: str) -> list[Any]:
        """Ask the keeper's."""
        with self.open(self.config.keeper_files[0]) as found:
            return found.execute(sql).fetchall()

    @property
    def blob(self) -> Path:
        """The one attachment."""
        (found,) = [one for one in self.config.blobs.glob("??/*") if not one.suffix]
        return found

    def last_slot(self) -> int:
        """Where the newest envelope of the running chat lies."""
        sql = "SELECT slot FROM boxes_envelopes WHERE box16 = ? ORDER BY n DESC LIMIT 1"
        return int(self.rows(sql, self.box16)[0][0])

    def free(self, slot: int) -> None:
        """Overwrite a slot as the relay does."""
        sql = "UPDATE boxes_slots SET bytes_sealed = zeroblob(length(bytes_sealed)) WHERE slot = ?"
        self.change(sql, slot)
        sql = "SELECT slot, length(bytes_sealed) FROM boxes_slots WHERE slot = ?"
        self.change(f"INSERT INTO boxes_free_slots {sql}", slot)

    def write_into_envelope(self, text: bytes) -> None:
        """Put text into the sealed part of an envelope; all around it is as it has to be."""
        slot = self.last_slot()
        raw = bytes(self.rows("SELECT bytes_sealed FROM boxes_slots WHERE slot = ?", slot)[0][0])
        at = len(raw) - len(text) - 8
        changed = raw[:at] + text + raw[at + len(text) :]
        assert len(changed) == len(raw)
        self.change("UPDATE boxes_slots SET bytes_sealed = ? WHERE slot = ?", changed, slot)
        env_id = chain.env_id(changed)
        self.change("UPDATE boxes_envelopes SET env_id = ? WHERE slot = ?", env_id, slot)
        head = chain.start(self.box16)
        sql = "SELECT env_id FROM boxes_envelopes WHERE box16 = ? ORDER BY n"
        for (env_id,) in self.rows(sql, self.box16):
            head = chain.extend(head, bytes(env_id))
        self.change("UPDATE boxes_boxes SET head = ? WHERE box16 = ?", head, self.box16)

    def close_chat(self, close_minute: int, purge_minute: int) -> None:
        """Have the chat closed at that minute."""
        assert self.change(
            """
            UPDATE boxes_boxes SET state = 2, ends_ms = 0, close_minute = ?, purge_minute = ?
            WHERE box16 = ?
            """,
            close_minute,
            purge_minute,
            self.box16,
        )

    def forget_chat(self) -> int:
        """Delete the chat from the relay's files, and leave the keeper alone; count envelopes."""
        found = self.rows("SELECT slot FROM boxes_envelopes WHERE box16 = ?", self.box16)
        for (slot,) in found:
            self.change("DELETE FROM boxes_envelopes WHERE slot = ?", slot)
            self.free(int(slot))
        for table in ("boxes_caps", "blobs_blobs", "live_tickets", "boxes_boxes"):
            self.change(f"DELETE FROM {table} WHERE box16 = ?", self.box16)
        self.blob.unlink()
        return len(found)

    def drop_share(self) -> None:
        """Have keeper and mirror delete the chat's share, as at a purge."""
        key = share_key(self.box16)
        slot = "slot = (SELECT slot FROM keeper_shares WHERE share_key = ?)"
        self.on_both(f"UPDATE keeper_secrets SET secret_raw = zeroblob(32) WHERE {slot}", key)
        sql = f"INSERT INTO keeper_free_slots SELECT slot FROM keeper_secrets WHERE {slot}"
        self.on_both(sql, key)
        self.on_both("DELETE FROM keeper_shares WHERE share_key = ?", key)

    def back_up(self) -> Path:
        """Make a backup of the data folder, as its operator makes it."""
        folder = self.folder / "backup"
        shutil.copytree(self.config.data_dir, folder)
        for path in folder.rglob("*"):
            os.utime(path, ns=(self.now_ms * 1_000_000,) * 2)
        self.given["backups"] = (folder,)
        return folder

    def add_line(self, line: str) -> None:
        """Write one more line into the log."""
        with self.log.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


Fault = Callable[[Service], None]


def noted_in(faults: dict[str, list[Fault]]) -> Callable[[str], Callable[[Fault], Fault]]:
    """Return `turns(check)`: what the function plants, exactly this check has to find."""

    def turns(check: str) -> Callable[[Fault], Fault]:
        def note(fault: Fault) -> Fault:
            faults.setdefault(check, []).append(fault)
            return fault

        return note

    return turns


def planted(faults: dict[str, list[Fault]]) -> list[Any]:
    """Return all of them as the parameters (check, fault) of a test."""
    return [
        pytest.param(check, one, id=f"{check.removeprefix('inside.')}-{one.__name__}")
        for check, found in faults.items()
        for one in found
    ]


async def lived_in(folder: Path) -> Service:
    """Return the folders of a service in which people have talked; made once in a run."""
    server = Server(folder)
    key = ("audited", server.organisation.log_key.raw)
    if not atrest.lay_out(key, server.settings):
        facts = await _live(folder / "first")
        atrest.keep(key, facts["server"].settings, facts)
        atrest.lay_out(key, server.settings)
    facts = atrest.facts_of(key)
    write_bare_pages(server.settings.site_dir)
    (folder / "relay.log").write_text("\n".join(facts["log"]) + "\n", "utf-8")
    for path in (server.settings.keeper_copy_dir / "keeper.sealed",):
        os.utime(path, ns=(facts["now_ms"] * 1_000_000,) * 2)
    return Service(
        folder=folder,
        config=Config.load(write_config(server)),
        now_ms=facts["now_ms"],
        box16=facts["box16"],
        gone16=facts["gone16"],
        left16=facts["left16"],
    )


async def _live(folder: Path) -> dict[str, Any]:
    async with serving(folder) as server:
        cast = Cast(server)
        admin, maria = await enrolled(cast, MARIA)
        jonas = await cast.counsellor(admin, "jonas", "Jonas K.")
        await revoked(cast, jonas)
        gone16 = await _a_chat_that_is_over(cast, maria)
        await cast.server.elapse(49 * HOUR_MS)
        maria = await cast.signs_in("maria")
        await cast.on_duty(maria)
        account = await cast.registers(NAMED)
        enquiry = await writes(cast, account, SAID)
        case = await takes(await at_desk(maria), enquiry)
        await case.say(SAID)
        await account.keyring.keep_draft(enquiry.box16, DRAFTED)
        await writes(cast, account, SAID)  # and nobody takes it
        theirs, hers, _ = await chat(cast, maria)
        await theirs.say(SAID)
        await has(hers, SAID)
        await theirs.send_file(png(extra=SAID.encode()), f"{SAID}.png")
        await server.relay.jobs.run_all()
        await cast.close()
        await server.stop()
        return {
            "server": server,
            "log": list(server.log),
            "now_ms": server.clock.now_ms(),
            "box16": theirs.box16,
            "gone16": gone16,
            "left16": jonas.subject16,
        }


async def _a_chat_that_is_over(cast: Cast, maria: Any) -> bytes:
    await cast.on_duty(maria)
    theirs, hers, _ = await chat(cast, maria)
    await theirs.say(GONE)
    await has(hers, GONE)
    await theirs.close()
    return bytes(theirs.box16)
