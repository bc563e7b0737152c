"""The log as static files: what is there, what is not, and that they follow from the database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from crypto import checkpoint, merkle, tiles
from crypto.primitives import sign_public
from crypto.tiles import Tile
from e2e_server.features.translog.files import FOLDER, LogFiles
from tests.features.translog.test_translog import organisation_with_anna
from tests.helpers.accounts import publish
from tests.helpers.organisation import ORIGIN
from tests.helpers.server import Server, serving


async def fetch(server: Server, path: str) -> tuple[int, bytes, dict[str, str]]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{server.url}/log/{path}") as response,
    ):
        return response.status, await response.read(), dict(response.headers)


async def test_the_files_say_what_log_read_says(tmp_path: Path) -> None:
    organisation = organisation_with_anna()
    size = len(organisation.log)
    async with serving(tmp_path) as server:
        async with await server.connect() as client:
            await publish(client, organisation)
        status, note, headers = await fetch(server, "checkpoint")
        assert (status, headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Cache-Control"] == "no-cache"
        key = sign_public(organisation.log_key)
        opened = checkpoint.open_checkpoint(note, ORIGIN, key)
        assert (opened.size, opened.root) == (size, organisation.view().root())

        for kind, place in (("tile/entries", 0), ("payload", 1)):
            status, raw, headers = await fetch(server, Tile(kind, 0, size).path)
            assert status == 200
            assert tiles.decode_bundle(raw, size) == [one[place] for one in organisation.log]
            assert headers["Content-Type"] == "application/octet-stream"
            assert "immutable" in headers["Cache-Control"]
            assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        _, raw, _ = await fetch(server, Tile("tile/0", 0, size).path)
        hashes = [merkle.hash_leaf(leaf) for leaf, _ in organisation.log]
        assert tiles.decode_hashes(raw, size) == hashes
        # Who read the checkpoint before the last leaf finds what belonged to it.
        assert (await fetch(server, Tile("tile/0", 0, size - 1).path))[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/000",
        "tile/0/000.p/200",
        "cosigned",
        "checkpoint.new",
        "../secrets/log-key",
        "..%2fsecrets%2flog-key",
        "%2e%2e/secrets/log-key",
        "tile/../../secrets/log-key",
        "tile%2f..%2f..%2fsecrets%2flog-key",
        "..%5csecrets%5clog-key",
        "//etc/passwd",
        "tile/0/000%00",
    ],
)
async def test_nothing_else_is_reachable(tmp_path: Path, path: str) -> None:
    organisation = organisation_with_anna()
    async with serving(tmp_path) as server:
        async with await server.connect() as client:
            await publish(client, organisation)
        host, port = server.url.removeprefix("http://").split(":")
        status, body = await raw_get(host, int(port), f"/log/{path}")
        assert status in (400, 404)
        assert organisation.log_key.raw not in body


async def raw_get(host: str, port: int, path: str) -> tuple[int, bytes]:
    """Send the path as it is: clients would tidy it up."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()
    raw = await reader.read()
    writer.close()
    return int(raw.split(b" ", 2)[1]), raw


async def test_a_start_mends_the_files(tmp_path: Path) -> None:
    organisation = organisation_with_anna()
    size = len(organisation.log)
    async with serving(tmp_path) as server:
        async with await server.connect() as client:
            await publish(client, organisation)
        folder = server.settings.data_dir / FOLDER
        before = {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()}
        entries = folder / Tile("tile/entries", 0, size).path
        entries.write_bytes(entries.read_bytes()[:-1] + b"x")
        (folder / Tile("tile/0", 0, size).path).unlink()
        (folder / "checkpoint").unlink()
        (folder / "tile/0/000").write_bytes(b"wider than the log")
        (folder / "stray").write_text("stray")
        await server.restart()
        assert {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()} == before
        await server.stop()


async def test_a_full_disk_costs_no_statement_and_is_mended_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation = organisation_with_anna()
    last = organisation.log.pop()
    async with serving(tmp_path) as server, await server.connect() as client:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(LogFiles, "_replace", full)
            await publish(client, organisation)
            async with (
                aiohttp.ClientSession() as http,
                http.get(f"{server.url}/healthz") as response,
            ):
                assert (await response.json())["log_files_behind"] == 1
        organisation.log.append(last)
        await publish(client, organisation)
        size = len(organisation.log)
        status, raw, _ = await fetch(server, Tile("tile/entries", 0, size).path)
        assert (status, len(tiles.decode_bundle(raw, size))) == (200, size)
        assert (await fetch(server, "checkpoint"))[0] == 200
        fault = next(line for line in server.log if "log_files" in line)
        assert str(tmp_path) not in fault


def test_a_full_tile_takes_the_place_of_the_narrower_ones(tmp_path: Path) -> None:
    files = LogFiles(tmp_path)
    leaves = [number.to_bytes(2, "big") for number in range(257)]
    tree = merkle.Tree()

    def content(tile: Tile) -> bytes:
        if tile.level is not None:
            return tiles.hash_tile(tree, tile)
        return tiles.encode_bundle(leaves[tile.start : tile.start + tile.width])

    for leaf in leaves:
        tree.append(leaf)
        files.write(tiles.last_tiles(tree.size), content)
    names = {one.relative_to(tmp_path).as_posix() for one in tmp_path.rglob("*") if one.is_file()}
    assert names == {tile.path for tile in tiles.tiles_of(257)}
    assert not (tmp_path / "tile/0/000.p").exists()
    files.repair(257, content)
    assert names == {
        one.relative_to(tmp_path).as_posix() for one in tmp_path.rglob("*") if one.is_file()
    }
