"""The embedded engine: grouped commits, isolation of units, announcements, log and lock."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from e2e_server.bus.port import Announcement
from e2e_server.storage.port import (
    CheckpointError,
    ConstraintError,
    LockedError,
    ReadTransaction,
    StorageBusyError,
    StorageClosedError,
    StorageError,
    WriteTransaction,
)
from e2e_server.storage.schema import parse_schema, prepare
from e2e_server.storage.sqlite import open_sqlite
from e2e_server.storage.sqlite_files import wal_path
from tests.storage.helpers import SCHEMA, Clock, names, open_to_others, opened, put, raw_files


async def test_a_write_returns_its_result_and_is_read_back(tmp_path: Path) -> None:
    async with opened(tmp_path / "db") as db:
        assert await db.write(put("one", b"body")) == 1
        row = await db.read(
            lambda tx: tx.one("SELECT body_sealed FROM test_notes WHERE name = $1", "one")
        )
        assert row == (b"body",)
        assert (
            await db.read(lambda tx: tx.one("SELECT 1 FROM test_notes WHERE name = $1", "x"))
            is None
        )


async def test_writes_that_arrive_together_share_commits(tmp_path: Path) -> None:
    async with opened(tmp_path / "db") as db:
        numbers = await asyncio.gather(*(db.write(put(f"n{i}")) for i in range(500)))
        assert numbers == list(range(1, 501))
        assert db.counters.units == 500
        assert db.counters.commits <= 5


async def test_a_unit_that_raises_is_undone_alone(tmp_path: Path) -> None:
    class Refused(Exception):
        pass

    def bad(tx: WriteTransaction) -> None:
        tx.run("INSERT INTO test_notes (name) VALUES ($1)", "bad")
        tx.announce(b"notes", 99)
        raise Refused

    published: list[Sequence[Announcement]] = []
    async with opened(tmp_path / "db", published) as db:
        results = await asyncio.gather(
            db.write(put("a")), db.write(bad), db.write(put("a")), db.write(put("b")),
            return_exceptions=True,
        )  # fmt: skip
        assert results[0] == 1
        assert isinstance(results[1], Refused)
        assert isinstance(results[2], ConstraintError)
        assert await names(db) == ["a", "b"]
        assert db.counters.commits == 1
        assert [item for batch in published for item in batch] == [(b"notes", 1), (b"notes", 2)]


async def test_units_run_again_only_when_something_has_to_be_undone(tmp_path: Path) -> None:
    runs: list[str] = []

    def counted(tx: WriteTransaction) -> int:
        runs.append("counted")
        return put("counted")(tx)

    def refused(tx: WriteTransaction) -> None:
        raise LookupError

    def half_done(tx: WriteTransaction) -> None:
        put("half")(tx)
        raise LookupError

    async with opened(tmp_path / "db") as db:
        await asyncio.gather(db.write(counted), db.write(refused), return_exceptions=True)
        assert runs == ["counted"]
        await db.write(lambda tx: tx.run("DELETE FROM test_notes"))
        results = await asyncio.gather(
            db.write(counted), db.write(half_done), db.write(refused), return_exceptions=True
        )
        assert runs == ["counted"] * 3
        assert [type(result) for result in results] == [int, LookupError, LookupError]
        assert await names(db) == ["counted"]


async def test_a_unit_that_ends_the_transaction_fails_the_group_and_stores_nothing_more(
    tmp_path: Path,
) -> None:
    def rogue(tx: WriteTransaction) -> None:
        tx.run("ROLLBACK")
        tx.run("INSERT INTO test_notes (name) VALUES ($1)", "outside")

    async with opened(tmp_path / "db") as db:
        results = await asyncio.gather(
            db.write(put("a")), db.write(rogue), db.write(put("b")), return_exceptions=True
        )
        assert all(isinstance(result, StorageError) for result in results)
        assert await names(db) == []
        await db.write(put("later"))
        assert await names(db) == ["later"]


async def test_announcements_leave_after_the_commit_and_after_the_answer(tmp_path: Path) -> None:
    order: list[str] = []
    path = tmp_path / "db"
    async with opened(path):
        pass

    def publish(batch: Sequence[Announcement]) -> None:
        with sqlite3.connect(path) as other:
            (count,) = other.execute("SELECT count(*) FROM test_notes").fetchone()
        order.append(f"announced {len(batch)}, {count} stored, answered {asked.done()}")

    db = await open_sqlite(path, now_ms=Clock(), publish=publish)
    asked: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    answered = db.write(put("a"))

    async def ask() -> None:
        await answered
        order.append("caller went on")

    task = asyncio.ensure_future(ask())
    await task
    await db.close()
    assert order == ["announced 1, 1 stored, answered False", "caller went on"]


async def test_a_cancelled_caller_does_not_break_the_group(tmp_path: Path) -> None:
    async with opened(tmp_path / "db") as db:
        first, gone, last = (
            asyncio.ensure_future(db.write(put(name))) for name in ("first", "gone", "last")
        )
        await asyncio.wait([asyncio.ensure_future(asyncio.sleep(0))])
        gone.cancel()
        assert await first == 1
        await last
        assert gone.cancelled()
        assert {"first", "last"} <= set(await names(db))


async def test_a_full_database_answers_an_error_and_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    published: list[Sequence[Announcement]] = []
    async with opened(tmp_path / "db", published) as db:
        await db.write(put("small"))
        await db._writer.call(lambda connection: connection.execute("PRAGMA max_page_count = 12"))
        results = await asyncio.gather(
            db.write(put("big", bytes(100_000))), db.write(put("tiny")), return_exceptions=True
        )
        assert isinstance(results[0], StorageError)
        assert "FULL" in str(results[0])
        await db._writer.call(
            lambda connection: connection.execute("PRAGMA max_page_count = 100000")
        )
        await db.write(put("after", bytes(100_000)))
        stored = await names(db)
        assert "big" not in stored
        assert stored[-1] == "after"
        assert [r for batch in published for _, r in batch] == list(range(1, len(stored) + 1))


async def test_a_failed_commit_answers_everybody_in_the_group_and_announces_nothing(
    tmp_path: Path,
) -> None:
    def late(tx: WriteTransaction) -> None:
        tx.run("INSERT INTO test_notes (name) VALUES ($1)", "late")
        tx.announce(b"notes", 1)
        tx.run("INSERT INTO pair_children (parent) VALUES ($1)", 7)  # checked only at COMMIT

    published: list[Sequence[Announcement]] = []
    async with opened(tmp_path / "db", published) as db:
        await db._writer.call(
            lambda connection: connection.executescript(
                "CREATE TABLE pair_parents (id INTEGER PRIMARY KEY);"
                "CREATE TABLE pair_children (parent INTEGER REFERENCES pair_parents (id)"
                " DEFERRABLE INITIALLY DEFERRED);"
            )
        )
        results = await asyncio.gather(
            db.write(put("a")), db.write(late), db.write(put("b")), return_exceptions=True
        )
        assert all(isinstance(result, StorageError) for result in results)
        assert published == []
        assert await names(db) == []
        assert db.counters.failed_commits == 1
        assert await db.write(put("c")) == 1


async def test_too_many_waiting_writes_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("e2e_server.storage.sqlite.MAX_QUEUED_UNITS", 3)  # 20,000 would be slow
    async with opened(tmp_path / "db") as db:
        results = await asyncio.gather(
            *(db.write(put(f"n{i}")) for i in range(5)), return_exceptions=True
        )
        assert [isinstance(result, StorageBusyError) for result in results] == [False] * 3 + [
            True
        ] * 2


async def test_checkpoint_empties_the_log_and_deleted_bytes_are_in_no_file(tmp_path: Path) -> None:
    body = bytes(range(1, 200)) * 30
    async with opened(tmp_path / "db") as db:
        await db.write(put("secret", body))
        assert body[:64] in raw_files(tmp_path)
        await db.write(lambda tx: tx.run("DELETE FROM test_notes WHERE name = $1", "secret"))
        assert body[:64] in raw_files(tmp_path)  # the log still has it: why checkpoint exists
        await db.checkpoint()
        assert wal_path(db.path).stat().st_size == 0
        assert body[:64] not in raw_files(tmp_path)


async def test_checkpoint_reports_a_reader_that_prevents_it(tmp_path: Path) -> None:
    async with opened(tmp_path / "db") as db:
        await db._checkpointer.call(lambda connection: connection.execute("PRAGMA busy_timeout=1"))
        await db.write(put("a"))
        reader = sqlite3.connect(db.path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM test_notes").fetchone()
        await db.write(put("b"))
        with pytest.raises(CheckpointError):
            await db.checkpoint()
        reader.close()
        await db.checkpoint()


async def test_compact_removes_what_moved_cells_left_behind(tmp_path: Path) -> None:
    bodies = {f"n{i}": i.to_bytes(4, "big") * (30 + 90 * (i % 3)) for i in range(1, 3000)}
    async with opened(tmp_path / "db") as db:
        await asyncio.gather(*(db.write(put(name, body)) for name, body in bodies.items()))
        for third in range(3):
            await db.write(
                lambda tx, third=third: tx.run(
                    "DELETE FROM test_notes WHERE note_id % 3 = $1 AND note_id % 7 > 0", third
                )
            )
        await db.compact()
        raw = raw_files(tmp_path)
        kept = set(await names(db))
        assert [
            name for name, body in bodies.items() if name not in kept and body[:60] in raw
        ] == []


async def test_the_log_is_moved_into_the_file_and_does_not_grow_under_steady_load(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path / "db") as db:

        async def client(number: int) -> None:
            for i in range(150):
                await db.write(put(f"{number}-{i}", bytes(8000)))

        await asyncio.gather(*(client(number) for number in range(100)))
        assert db.counters.passive_checkpoints >= 5
        assert wal_path(db.path).stat().st_size < 100 * 1024 * 1024  # 250 MB and more were written


async def test_reads_see_one_state_while_writes_go_on(tmp_path: Path) -> None:
    async with opened(tmp_path / "db") as db:
        await asyncio.gather(*(db.write(put(f"n{i}")) for i in range(50)))
        counts = await asyncio.gather(
            *(
                db.read(lambda tx: tx.one("SELECT count(*), max(note_id) FROM test_notes"))
                for _ in range(20)
            ),
            *(db.write(put(f"m{i}")) for i in range(50)),
        )
        assert all(row[0] == row[1] for row in counts[:20])


async def test_a_read_that_raises_harms_no_other_of_its_group(tmp_path: Path) -> None:
    def bad(tx: ReadTransaction) -> None:
        tx.one("SELECT nothing FROM nowhere")

    async with opened(tmp_path / "db") as db:
        await db.write(put("a"))
        gone = asyncio.ensure_future(db.read(lambda tx: 0))
        await asyncio.sleep(0)
        gone.cancel()
        results = await asyncio.gather(
            db.read(lambda tx: 1), db.read(bad), db.read(lambda tx: 2), return_exceptions=True
        )
        assert results[0] == 1
        assert isinstance(results[1], StorageError)
        assert results[2] == 2
        assert await names(db) == ["a"]


async def test_reads_that_arrive_together_share_a_call(tmp_path: Path) -> None:
    clock = Clock()
    asked: list[int] = []

    def now_ms() -> int:
        asked.append(1)
        return clock.ms

    prepare(tmp_path / "db", parse_schema(SCHEMA))
    db = await open_sqlite(tmp_path / "db", now_ms=now_ms)
    try:
        results = await asyncio.gather(*(db.read(lambda tx, i=i: i) for i in range(100)))
    finally:
        await db.close()
    assert results == list(range(100))
    # A group asks the clock once.
    assert len(asked) <= 2


async def test_a_read_that_waits_when_the_database_closes_is_answered(tmp_path: Path) -> None:
    async with opened(tmp_path / "db") as db:
        await db.write(put("a"))
        waiting = asyncio.ensure_future(names(db))
        await asyncio.sleep(0)
        await db.close()
        assert await waiting == ["a"]
        with pytest.raises(StorageClosedError):
            await names(db)


async def test_a_read_cannot_write(tmp_path: Path) -> None:
    async with opened(tmp_path / "db") as db:
        with pytest.raises(StorageError):
            await db.read(lambda tx: tx.all("INSERT INTO test_notes (name) VALUES ('x')"))
        assert await names(db) == []


async def test_a_group_has_one_time(tmp_path: Path) -> None:
    clock = Clock(5000)
    async with opened(tmp_path / "db", clock=clock) as db:
        assert await db.write(lambda tx: tx.now_ms) == 5000
        clock.elapse(250)
        assert await db.read(lambda tx: tx.now_ms) == 5250


async def test_a_second_process_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "db"
    code = (
        "import asyncio, sys, pathlib\n"
        "from e2e_server.storage.sqlite import open_sqlite\n"
        "from e2e_server.storage.port import LockedError\n"
        "async def main():\n"
        "    try:\n        await open_sqlite(pathlib.Path(sys.argv[1]), now_ms=lambda: 0)\n"
        "    except LockedError as error:\n        print(error)\n"
        "asyncio.run(main())\n"
    )
    async with opened(path):
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, str(path), stdout=asyncio.subprocess.PIPE
        )
        said, _ = await child.communicate()
        assert b"another process has this database open" in said
        with pytest.raises(LockedError):
            await open_sqlite(path, now_ms=Clock())
    async with opened(path) as db:
        assert await names(db) == []


async def test_close_writes_what_was_queued_and_then_refuses(tmp_path: Path) -> None:
    async with opened(tmp_path / "db") as db:
        waiting = [asyncio.ensure_future(db.write(put(f"n{i}"))) for i in range(5)]
        await asyncio.wait([asyncio.ensure_future(asyncio.sleep(0))])
        await asyncio.gather(db.close(), db.close())
        assert await asyncio.gather(*waiting) == [1, 2, 3, 4, 5]
        for refused in (db.write(put("x")), names(db), db.checkpoint()):
            with pytest.raises(StorageClosedError):
                await refused
    async with opened(tmp_path / "db") as db:
        assert len(await names(db)) == 5


async def test_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    async with opened(tmp_path / "db") as db:
        await db.write(put("a"))
        assert open_to_others(tmp_path) == []


async def test_every_connection_syncs_each_commit_and_overwrites_what_is_deleted(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path / "db") as db:
        for connection in (db._writer, db._checkpointer, *db._readers):
            for name, value in (
                ("journal_mode", "wal"),
                ("synchronous", 2),  # FULL; a lost sync shows only when the power fails
                ("secure_delete", 1),
                ("foreign_keys", 1),
                ("wal_autocheckpoint", 0),
                ("page_size", 8192),
            ):
                question = f"PRAGMA {name}"
                row = await connection.call(lambda one, sql=question: one.execute(sql).fetchone())
                assert row == (value,), name
