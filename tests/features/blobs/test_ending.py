"""The end of files: an hour without commit, the purge of the box, rows and files left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from crypto import filestream
from crypto.wire.errors import ErrorCode
from e2e_server.blobstore.port import BlobError
from e2e_server.features.blobs import sizes, sweep
from tests.helpers.blobs import MIB, Line, SealedFile, files_with, stored_files
from tests.helpers.livecast import HOUR_MS, MINUTE_MS, House, Seeker, house
from tests.helpers.organisation import seed


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as found:
        yield found


async def chat(home: House, name: str = "Sam") -> tuple[Seeker, Line]:
    anna = await home.counsellor("Anna")
    await anna.on_duty()
    seeker = await home.chat(anna, name)
    return seeker, Line(home, seeker, seeker.box_cap, seeker.client)


async def test_an_upload_ends_after_an_hour(home: House) -> None:
    seeker, sam = await chat(home)
    kept, dropped = SealedFile("kept"), SealedFile("dropped", 2 * MIB)
    await sam.sends(kept)
    await sam.put(sam.path(dropped.blob16, 0), dropped.parts[0])
    await home.elapse(59 * MINUTE_MS)
    assert len(await home.rows("SELECT * FROM blobs_blobs")) == 2
    await home.elapse(2 * MINUTE_MS)
    assert len(await home.rows("SELECT * FROM blobs_blobs")) == 1
    assert await home.rows("SELECT * FROM blobs_parts") == []
    assert len(stored_files(home)) == 1
    assert (await sam.get(kept.blob16)).body == kept.sealed
    refused = await seeker.client.refusal(dropped.commit(seeker.box16), sam.cap)
    assert refused is ErrorCode.UNKNOWN


async def test_files_go_with_their_box_and_no_byte_stays(home: House) -> None:
    """T10: after 48 hours neither rows nor files nor any byte of them is left."""
    seeker, sam = await chat(home)
    file, unfinished = SealedFile("purged", 2 * MIB), SealedFile("unfinished")
    await sam.sends(file)
    await sam.put_parts(unfinished)
    needles = [file.sealed[:32], file.sealed[-32:], file.blob16, unfinished.sealed[:32]]
    assert all(files_with(home, needle) for needle in needles)
    await seeker.client.call(seeker.close_command(), sam.cap)
    await home.elapse(48 * HOUR_MS - MINUTE_MS)
    assert files_with(home, file.sealed[:32]) != []
    await home.elapse(2 * MINUTE_MS)
    assert await home.rows("SELECT * FROM blobs_blobs") == []
    assert stored_files(home) == []
    assert [files_with(home, needle) for needle in needles] == [[], [], [], []]


async def test_a_file_that_cannot_be_deleted_keeps_the_purge_overdue(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeker, sam = await chat(home)
    file = SealedFile("stuck")
    await sam.sends(file)
    await seeker.client.call(seeker.close_command(), sam.cap)

    def stuck(path: Path) -> None:
        raise BlobError("input/output error")

    with monkeypatch.context() as patched:
        patched.setattr("e2e_server.blobstore.local._delete", stuck)
        await home.elapse(48 * HOUR_MS + 2 * MINUTE_MS)
        url = f"{home.server.url}/healthz"
        async with aiohttp.ClientSession() as http, http.get(url) as answer:
            health = await answer.json()
        assert (health["ok"], health["purge_overdue"]) == (False, 1)
        assert len(await home.rows("SELECT * FROM blobs_blobs")) == 1
    await home.elapse(MINUTE_MS)
    assert await home.rows("SELECT * FROM boxes_boxes") == []
    assert stored_files(home) == []


async def test_the_server_holds_no_name_no_type_and_no_content(home: House) -> None:
    """T5: what was said about a file is in the message; its first bytes are sealed."""
    _, sam = await chat(home)
    file = SealedFile("quiet")
    await sam.sends(file)
    plain = (seed("plain quiet", 64) * 2)[:64]
    assert files_with(home, file.sealed[:32]) != []
    for needle in (plain[:16], b"Plan.pdf", b"application/pdf", file.sent.key, file.sent.header):
        assert files_with(home, needle) == []
    # Not even the operator's notes name a file or a box.
    log = "\n".join(home.server.log)
    assert file.blob16.hex() not in log
    columns = {row[1] for row in await home.rows("PRAGMA table_info(blobs_blobs)")}
    assert columns == {
        "blob",
        "box16",
        "blob16",
        "key16",
        "parts",
        "size_bytes",
        "hour",
        "expires_minute",
    }


async def test_a_file_without_a_row_goes(home: House) -> None:
    _, sam = await chat(home)
    file = SealedFile("kept")
    await sam.sends(file)
    folder = home.server.settings.data_dir / "blobs" / "ab"
    folder.mkdir(exist_ok=True)
    for name in ("ab" * 16, "ab" * 15 + "cd.part", "ab" * 15 + "cd.parts"):
        (folder / name).write_bytes(b"left behind")
    await home.elapse(HOUR_MS)
    assert files_with(home, b"left behind") == []
    assert (await sam.get(file.blob16)).body == file.sealed


async def test_a_row_without_a_box_goes(home: House) -> None:
    _, sam = await chat(home)
    await sam.sends(SealedFile("boxless"))

    def forget(tx: object) -> None:
        tx.run("UPDATE blobs_blobs SET box16 = $1", seed("no box", 16))  # type: ignore[attr-defined]

    await home.server.relay.parts.db.write(forget)
    await home.elapse(HOUR_MS)
    assert await home.rows("SELECT * FROM blobs_blobs") == []
    assert stored_files(home) == []


async def test_a_row_without_a_file_goes(home: House) -> None:
    _, sam = await chat(home)
    lost, kept = SealedFile("lost"), SealedFile("kept")
    await sam.sends(lost)
    (path,) = stored_files(home)
    await sam.sends(kept)
    path.unlink()
    await home.elapse(HOUR_MS)
    assert len(await home.rows("SELECT * FROM blobs_blobs")) == 1
    assert (await sam.get(kept.blob16)).body == kept.sealed


async def test_a_wrong_folder_costs_no_rows_and_is_told(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a restart with the folder not mounted: rows wait for the operator."""
    monkeypatch.setattr(sweep, "FREE_ROWS", 1)
    _, sam = await chat(home)
    for number in range(2):
        await sam.sends(SealedFile(f"away {number}"))
    folder = home.server.settings.data_dir / "blobs"
    away = folder.with_name("away")
    folder.rename(away)
    folder.mkdir()
    await home.elapse(HOUR_MS)
    assert len(await home.rows("SELECT * FROM blobs_blobs")) == 2
    url = f"{home.server.url}/healthz"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        assert (await answer.json())["blobs_lost"] == 2
    folder.rmdir()
    away.rename(folder)
    assert (await sam.get(SealedFile("away 1").blob16)).status == 200


async def test_what_was_found_is_counted_for_everybody_to_see(home: House) -> None:
    _, sam = await chat(home)
    await sam.sends(SealedFile("kept"))
    folder = home.server.settings.data_dir / "blobs"
    (path,) = stored_files(home)
    strange = [
        folder / "notes.txt",
        path.parent / "notes.txt",
        path.parent / (path.name + ".bak"),
        folder / ("00" if path.parent.name != "00" else "01") / path.name,
        path.parent / "deep" / path.name,
    ]
    for one in strange:
        one.parent.mkdir(exist_ok=True)
        one.write_bytes(b"left behind")
    (path.parent / (path.name[:2] + "0" * 30)).write_bytes(b"an orphan")
    await home.elapse(HOUR_MS)
    url = f"{home.server.url}/healthz"
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        health = await answer.json()
    found = (health["blobs_orphans"], health["blobs_lost"], health["blobs_strange"])
    assert found == (1, 0, len(strange))
    # What nobody here has written is nobody's here to delete.
    assert all(one.exists() for one in strange)
    assert files_with(home, b"an orphan") == []
    await home.elapse(HOUR_MS)
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        assert (await answer.json())["blobs_orphans"] == 0


@pytest.mark.parametrize("size", [0, 1, 1024, 1025, 262_144, 262_145, 5_000_000, 25 * MIB])
def test_sizes_are_those_of_the_agreement(size: int) -> None:
    sealed = filestream.sealed_size(size)
    assert sizes.sealed_bytes(size) == sealed
    assert sizes.is_sealed_size(sealed)
    assert not sizes.is_sealed_size(sealed - 1)
    assert not sizes.is_sealed_size(sealed + 1)
    assert sizes.max_parts(size) == -(-sealed // MIB)
