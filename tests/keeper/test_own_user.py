"""A real process under a user of its own: strangers, its open files, SIGKILL and SIGTERM."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from e2e_server.config import load
from e2e_server.keeper.port import KeeperLostError
from e2e_server.keeper.remote import RemoteKeeper, open_remote
from tests.helpers.clock import FakeClock
from tests.keeper.helpers import BOX, operator_key

ROOT = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0
# Two users that no machine names; only root can become them.
KEEPER_UID, STRANGER_UID = 61_234, 61_235

# Loads everything as the test's user, who can read the program, and becomes another one then.
_AS = """
import asyncio, os, sys
import encodings.ascii, encodings.idna, encodings.latin_1, linecache, nacl.bindings, sqlite3
asyncio.run(asyncio.to_thread(os.getpid))
from e2e_server import cli
from e2e_server.keeper import embedded
schema = embedded.load_schema(embedded.SCHEMA_PATH)
embedded.load_schema = lambda _: schema
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(int(sys.argv[1]))
    os.setuid(int(sys.argv[1]))
sys.exit(cli.main(sys.argv[2:]))
"""
_KNOCK = """
import os, socket, sys
os.setgroups([]); os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1]))
line = socket.socket(socket.AF_UNIX)
try:
    line.connect(sys.argv[2])
    print(len(line.recv(100)))
except (PermissionError, ConnectionResetError) as error:
    print(type(error).__name__)
"""


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder that other users may pass through; pytest's own are closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="keeper-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


class Apart:
    """A keeper in a process of its own, under a user of its own where the tests run as root."""

    def __init__(self, place: Path) -> None:
        self.uid = KEEPER_UID if IS_ROOT else os.geteuid()
        (place / "k").mkdir(mode=0o755)
        (place / "run").mkdir(mode=0o755)
        if IS_ROOT:
            os.chown(place / "k", self.uid, self.uid)
            os.chown(place / "run", self.uid, self.uid)
        self.socket = place / "run" / "socket"
        lines = {
            "data_dir": place / "data",
            "site_dir": place / "site",
            "keeper_dir": place / "k" / "main",
            "keeper_mirror_dir": place / "k" / "mirror",
            "keeper_copy_dir": place / "k" / "copy",
            "keeper_socket": self.socket,
            "keeper_user": self.uid,
            "relay_user": os.geteuid(),
        }
        self.config = place / "config.toml"
        self.config.write_text("".join(f'{name} = "{value}"\n' for name, value in lines.items()))
        self.key = operator_key(place)
        for path in (self.config, self.key):
            path.chmod(0o644)

    async def command(self, *arguments: str) -> asyncio.subprocess.Process:
        """Begin one of the keeper's commands as its user."""
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _AS,
            str(self.uid),
            "--config",
            str(self.config),
            *arguments,
            stderr=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )

    @asynccontextmanager
    async def runs(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """Run it, and end it as the system does."""
        process = await self.command("keeper")
        assert process.stderr is not None
        assert b"keeper_serving" in await process.stderr.readline()
        try:
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
            await process.communicate()

    async def connect(self, known: bytes | None = None) -> RemoteKeeper:
        return await open_remote(
            self.socket, keeper_uid=self.uid, now_ms=FakeClock().now_ms, expected_instance_id=known
        )


async def knock(uid: int, path: Path) -> str:
    """Try to connect as another user; say what came of it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _KNOCK, str(uid), str(path), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return said.decode().strip()


async def test_a_process_under_its_own_user(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    apart = Apart(place)
    made = await apart.command("init-keeper", "--operator-key", str(apart.key))
    _, complaint = await made.communicate()
    assert made.returncode == 0, complaint.decode()
    async with apart.runs() as process:
        keeper = await apart.connect()
        share = await keeper.share_new(BOX)
        assert sockets_of(process.pid) == {"unix"}
        if IS_ROOT:
            assert os.stat(f"/proc/{process.pid}").st_uid == KEEPER_UID
            # The file's mode keeps a stranger out, and where it does not, the keeper itself does.
            assert await knock(STRANGER_UID, apart.socket) == "PermissionError"
            apart.socket.chmod(0o666)
            for stranger in (STRANGER_UID, KEEPER_UID):
                assert await knock(stranger, apart.socket) in ("0", "ConnectionResetError")
        else:
            with capsys.disabled():
                print("\nNOT ROOT: the keeper ran as the same user; strangers were not tried")
        # Killed, not asked, in the midst of work; the socket file stays behind and answers nobody.
        boxes = [bytes([i]) * 16 for i in range(40)]
        asked = [asyncio.ensure_future(keeper.share_new(box)) for box in boxes]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        process.kill()
        await process.communicate()
        answers = await asyncio.gather(*asked, return_exceptions=True)
        answered = {
            box: one for box, one in zip(boxes, answers, strict=True) if isinstance(one, bytes)
        }
        assert answered
        assert all(isinstance(one, bytes | KeeperLostError) for one in answers)
        assert apart.socket.exists()
        with pytest.raises(KeeperLostError):
            await keeper.share_get(BOX)
    async with apart.runs() as process:
        assert await keeper.share_get(BOX) == share
        assert {box: await keeper.share_get(box) for box in answered} == answered
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
        assert not apart.socket.exists()
    await keeper.close()
    seed = load(apart.config).keeper_dir / "secrets" / "keeper-seed"
    assert (seed.stat().st_uid, seed.stat().st_mode & 0o777) == (apart.uid, 0o600)


def sockets_of(pid: int) -> set[str]:
    """Name the kinds of the sockets that a process has open."""
    open_files = set()
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile, as the listing's own
            open_files.add(os.readlink(one))
    inodes = {one[8:-1] for one in open_files if one.startswith("socket:")}
    kinds = {
        kind: set(Path(f"/proc/{pid}/net/{kind}").read_text().split())
        for kind in ("unix", "tcp", "tcp6", "udp", "udp6", "raw", "packet")
        if Path(f"/proc/{pid}/net/{kind}").exists()
    }
    found = {kind for kind, words in kinds.items() for inode in inodes if inode in words}
    assert inodes
    return found


def test_the_helper_sees_a_socket_of_the_network() -> None:
    with socket.create_server(("127.0.0.1", 0)):
        assert "tcp" in sockets_of(os.getpid())
