"""Tiles: paths, widths, bundles. That others can read them is shown in tests/interop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import tiles
from crypto.errors import LocalError, NotCanonical, RemoteError
from crypto.merkle import Tree, hash_node
from crypto.tiles import Tile


def tree_of(size: int) -> Tree:
    tree = Tree()
    for number in range(size):
        tree.append(number.to_bytes(4, "big"))
    return tree


PATHS = {
    "tile/0/000": Tile("tile/0", 0),
    "tile/0/000.p/1": Tile("tile/0", 0, 1),
    "tile/5/999.p/255": Tile("tile/5", 999, 255),
    "tile/0/x001/x234/067": Tile("tile/0", 1_234_067),
    "tile/entries/x001/234": Tile("tile/entries", 1_234),
    "payload/x001/234.p/16": Tile("payload", 1_234, 16),
}


@pytest.mark.parametrize("path", PATHS)
def test_a_path_and_its_tile(path: str) -> None:
    assert tiles.parse_path(path) == PATHS[path]
    assert PATHS[path].path == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "checkpoint",
        "tile/6/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/234",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000\n",
        "tile/0/../0/000",
        "tile/entries/../../../secrets",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/x001/x001/x001/x001/x001/001",
    ],
)
def test_any_other_path_is_refused(path: str) -> None:
    with pytest.raises(NotCanonical):
        tiles.parse_path(path)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537])
def test_the_tiles_of_a_log_hold_exactly_its_leaves(size: int) -> None:
    found = tiles.tiles_of(size)
    for kind, count in (
        ("tile/0", size),
        ("tile/1", size // 256),
        ("tile/2", size // 65_536),
        ("tile/entries", size),
        ("payload", size),
    ):
        row = [tile for tile in found if tile.kind == kind]
        assert sum(tile.width for tile in row) == count
        assert [tile.number for tile in row] == list(range(len(row)))
    assert len({tile.path for tile in found}) == len(found)


def test_what_a_leaf_changes_is_all_that_is_written() -> None:
    written: dict[tuple[str, int], int] = {}
    for size in range(1, 66_000):
        for tile in tiles.last_tiles(size):
            written[tile.kind, tile.number] = tile.width
        if size in (1, 255, 256, 257, 65_535, 65_536, 65_537):
            assert written == {(one.kind, one.number): one.width for one in tiles.tiles_of(size)}
    assert tiles.last_tiles(0) == []


def test_the_highest_tile_is_of_level_5() -> None:
    levels = [tile.level for tile in tiles.last_tiles(256**6)]
    assert levels == [0, 1, 2, 3, 4, 5, None, None]


def test_a_higher_tile_holds_the_roots_of_full_lower_ones() -> None:
    tree = tree_of(700)
    low = [tiles.hash_tile(tree, Tile("tile/0", number)) for number in range(2)]
    high = tiles.hash_tile(tree, Tile("tile/1", 0, 2))
    for place, raw in enumerate(low):
        row = tiles.decode_hashes(raw, 256)
        while len(row) > 1:
            row = [hash_node(row[i], row[i + 1]) for i in range(0, len(row), 2)]
        assert row[0] == high[32 * place : 32 * place + 32]
    assert tiles.hash_tile(tree, Tile("tile/0", 2, 3))[:32] == tree.node(0, 512)


def test_a_tile_beyond_the_tree_is_our_fault() -> None:
    tree = tree_of(5)
    for tile in (
        Tile("tile/0", 0, 6),
        Tile("tile/1", 0, 1),
        Tile("tile/entries", 0, 1),
        Tile("payload", 0, 1),
    ):
        with pytest.raises(LocalError):
            tiles.hash_tile(tree, tile)
    with pytest.raises(LocalError):
        tiles.encode_bundle([bytes(65_536)])


def test_an_entry_stands_behind_its_length() -> None:
    assert tiles.encode_bundle([b"ab", b""]) == b"\x00\x02ab\x00\x00"
    longest = bytes(65_535)
    assert tiles.decode_bundle(tiles.encode_bundle([longest]), 1) == [longest]


@given(st.lists(st.binary(max_size=40), max_size=256))
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]) -> None:
    raw = tiles.encode_bundle(entries)
    assert tiles.decode_bundle(raw, len(entries)) == entries
    for broken in (raw + b"\x00", raw + b"\x00\x02x", raw[:-1] if raw else b"\x00"):
        with pytest.raises(NotCanonical):
            tiles.decode_bundle(broken, len(entries))
    with pytest.raises(NotCanonical):
        tiles.decode_bundle(raw, len(entries) + 1)


def test_a_tile_of_hashes_has_its_width() -> None:
    with pytest.raises(NotCanonical):
        tiles.decode_hashes(bytes(65), 2)


@given(st.binary(max_size=60), st.integers(0, 256))
def test_junk_raises_nothing_but_remote_errors(raw: bytes, width: int) -> None:
    try:
        tiles.decode_bundle(raw, width)
    except RemoteError:
        return
