"""Go's implementation of signed notes and tiled logs reads our log, and refuses a changed one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from clientlib.audit.witness_cli import DONE
from crypto import checkpoint, cosignature, tiles
from crypto.checkpoint import Checkpoint, sign_checkpoint
from crypto.merkle import Tree
from crypto.primitives import sign_public
from crypto.tiles import Tile
from e2e_server.features.translog.files import CHECKPOINT, FOLDER, LogFiles
from tests.helpers.organisation import ORIGIN, Organisation, seed
from tests.helpers.server import serving
from tests.test_witness import Stand
from tests.vectors.make.cosignature import SECRETS, TIME_S, WITNESSES

PROGRAM = Path(__file__).with_name("main.go")
LOG_KEY = Organisation().log_key
LOG_LINE = checkpoint.verifier_key(ORIGIN, sign_public(LOG_KEY))
WITNESS_LINES = tuple(cosignature.verifier_key(*one) for one in WITNESSES)
BIG = 600


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the program, from Debian's packages alone."""
    folder = tmp_path_factory.mktemp("go")
    # Neither modules nor a network: the sources lie where the package put them.
    environment = {
        "PATH": os.environ["PATH"],
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": str(folder / "cache"),
        "GOPROXY": "off",
        "CGO_ENABLED": "0",
    }
    built = folder / "reader"
    subprocess.run(
        ["go", "build", "-o", str(built), str(PROGRAM)], env=environment, cwd=folder, check=True
    )
    return built


def run(reader: Path, folder: Path, *keys: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(reader), str(folder), *keys], capture_output=True, text=True)


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay out a log with full tiles, partial ones and a second level; leaves are mere bytes."""
    folder = tmp_path_factory.mktemp("big")
    files, tree = LogFiles(folder), Tree()
    leaves = [seed(f"leaf {number}", 64) * 3 for number in range(BIG)]
    for leaf in leaves:
        tree.append(leaf)

    def content(tile: Tile) -> bytes:
        if tile.level is not None:
            return tiles.hash_tile(tree, tile)
        return tiles.encode_bundle(leaves[tile.start : tile.start + tile.width])

    files.repair(BIG, content)
    note = sign_checkpoint(LOG_KEY, Checkpoint(origin=ORIGIN, size=BIG, root=tree.root()))
    for secret, (name, _) in zip(SECRETS, WITNESSES, strict=True):
        note = cosignature.with_line(note, cosignature.cosign(secret, name, note, TIME_S))
    files.write_note(CHECKPOINT, note)
    return folder


async def test_go_reads_what_a_service_serves(tmp_path: Path, reader: Path) -> None:
    stand = Stand(tmp_path)
    for number in range(9):
        stand.organisation.admin(f"Ada {number}")
    async with serving(tmp_path / "house") as server:
        await stand.publish(server)
        assert await stand.look(server) == DONE
        folder = server.settings.data_dir / FOLDER
        line = checkpoint.verifier_key(ORIGIN, sign_public(stand.organisation.log_key))
        found = run(reader, folder, line, stand.key.line)
    assert (found.returncode, found.stdout) == (0, "12 leaves, 1 witnesses\n"), found.stderr


def test_go_reads_full_and_partial_tiles_of_two_levels(reader: Path, big: Path) -> None:
    found = run(reader, big, LOG_LINE, *WITNESS_LINES)
    assert (found.returncode, found.stdout) == (0, f"{BIG} leaves, 2 witnesses\n"), found.stderr


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("checkpoint", 0),
        ("checkpoint", 16),
        ("checkpoint", 25),
        ("checkpoint", 130),
        ("checkpoint", -20),
        ("tile/entries/000", 0),
        ("tile/entries/001", 700),
        ("tile/entries/002.p/88", -1),
        ("tile/0/000", 5),
        ("tile/0/001", 32 * 255),
        ("tile/0/002.p/88", -1),
        ("tile/1/000.p/2", 33),
    ],
)
def test_go_refuses_one_changed_byte(
    tmp_path: Path, reader: Path, big: Path, name: str, place: int
) -> None:
    folder = tmp_path / "log"
    shutil.copytree(big, folder)
    raw = bytearray((folder / name).read_bytes())
    raw[place] ^= 1
    (folder / name).write_bytes(bytes(raw))
    found = run(reader, folder, LOG_LINE, *WITNESS_LINES)
    assert found.returncode == 1, found.stdout
    assert found.stderr


def test_go_refuses_a_missing_witness_and_a_strangers_key(reader: Path, big: Path) -> None:
    stranger = cosignature.verifier_key("witness.example/three", sign_public(LOG_KEY))
    assert run(reader, big, LOG_LINE, stranger).returncode == 1
    other = checkpoint.verifier_key(ORIGIN, sign_public(SECRETS[0]))
    assert run(reader, big, other).returncode == 1
