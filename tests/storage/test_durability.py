"""Acknowledged means durable: a server killed in the middle, and a disk that is really full."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from tests.storage.helpers import names, opened

ROOT = Path(__file__).parent.parent.parent

# Writes without end, eight at a time; one line on stdout for each acknowledged name.
WRITER = """
import asyncio, os, sys
from pathlib import Path
from tests.storage.helpers import opened, put

async def main(path, life):
    async with opened(Path(path)) as db:
        async def client(number):
            for i in range(100_000):
                name = f"{life}-{number}-{i}"
                await db.write(put(name, bytes(500)))
                os.write(1, (name + "\\n").encode())
        await asyncio.gather(*(client(number) for number in range(8)))

asyncio.run(main(*sys.argv[1:]))
"""

# Writes until the file-size limit stops it, then shows that it goes on within the limit.
FILLER = """
import asyncio, os, resource, signal, sys
from pathlib import Path
from e2e_server.blobstore.local import LocalBlobStore
from e2e_server.blobstore.port import BlobSpaceError
from e2e_server.storage.port import StorageError
from tests.storage.helpers import opened, put

async def main(path):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    async with opened(Path(path)) as db:
        await db.write(put("first"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
        refused = await asyncio.gather(
            *(db.write(put(f"big-{i}", bytes(200_000))) for i in range(3)), return_exceptions=True
        )
        assert all(isinstance(one, StorageError) for one in refused), refused
        blobs = LocalBlobStore(Path(path).parent / "blobs", max_bytes=2**20)
        key = blobs.new_key()
        try:
            await blobs.write_part(key, 0, bytes(400_000))
        except BlobSpaceError:
            os.write(1, b"blob refused\\n")
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        await blobs.write_part(key, 0, bytes(400_000))
        await blobs.commit(key, 1)
        await db.write(put("after"))
        os.write(1, b"went on\\n")

asyncio.run(main(sys.argv[1]))
"""


async def start(code: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )


@pytest.mark.parametrize("lives", [6])
async def test_every_acknowledged_row_is_there_after_kill_9(tmp_path: Path, lives: int) -> None:
    path = tmp_path / "db"
    acknowledged: list[str] = []
    for life in range(lives):
        child = await start(WRITER, str(path), str(life))
        assert child.stdout is not None
        lines = [await child.stdout.readline() for _ in range(200 + 37 * life)]
        child.send_signal(signal.SIGKILL)
        lines += (await child.stdout.read()).splitlines(keepends=True)
        await child.wait()
        acknowledged += [line.decode().strip() for line in lines if line.endswith(b"\n")]
    assert len(acknowledged) > 200 * lives
    async with opened(path) as db:
        stored = await names(db)
        assert set(acknowledged) <= set(stored)
        assert len(stored) == len(set(stored))
        # Each client's rows are there in order and without a hole.
        for life in range(lives):
            for number in range(8):
                own = [name for name in stored if name.startswith(f"{life}-{number}-")]
                assert own == [f"{life}-{number}-{i}" for i in range(len(own))]
        assert await db.read(lambda tx: tx.one("PRAGMA integrity_check")) == ("ok",)


async def test_a_full_disk_refuses_in_words_loses_nothing_and_goes_on(tmp_path: Path) -> None:
    child = await start(FILLER, str(tmp_path / "db"))
    out, _ = await child.communicate()
    assert child.returncode == 0
    assert out == b"blob refused\nwent on\n"
    async with opened(tmp_path / "db") as db:
        assert await names(db) == ["first", "after"]
