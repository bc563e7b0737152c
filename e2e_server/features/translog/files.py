"""The log as static files below `data_dir/log`, in the C2SP forms that existing tools read.

They follow from the database and may be deleted: what is missing or wrong at a start is written
anew. Each is replaced whole. The checkpoint comes last, so that whoever reads it finds its tiles.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from crypto import tiles
from crypto.errors import RemoteError
from crypto.tiles import WIDTH, Tile

FOLDER = "log"
CHECKPOINT = "checkpoint"
COSIGNED = "cosigned"
NOTES = (CHECKPOINT, COSIGNED)
_NEW = ".new"

Content = Callable[[Tile], bytes]


class LogFiles:
    """The folder. `is_behind`: a write failed, so the next one writes all that is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.is_behind = False

    def read(self, path: str) -> bytes | None:
        """Return a file by its path below the prefix; None for any other and for a missing one."""
        name = path if path in NOTES else _tile_path(path)
        if name is None:
            return None
        try:
            return (self._folder / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, changed: Iterable[Tile], content: Content) -> None:
        """Write tiles; the narrower ones before a full one go."""
        for tile in changed:
            self._replace(tile.path, content(tile))
            if tile.width == WIDTH:
                self._drop_partial(tile)

    def write_note(self, name: str, note: bytes) -> None:
        """Replace one of `NOTES`; an empty one goes."""
        if note:
            self._replace(name, note)
        else:
            (self._folder / name).unlink(missing_ok=True)

    def repair(self, size: int, content: Content) -> None:
        """Make the folder what a log of `size` leaves says; what does not follow from it goes.

        Narrower tiles of an earlier size stay: who read that checkpoint may still ask for them.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        wanted = {tile.path: tile for tile in tiles.tiles_of(size)}
        ends = {(tile.kind, tile.number): tile.width for tile in wanted.values()}
        for file in [one for one in self._folder.rglob("*") if one.is_file()]:
            path = file.relative_to(self._folder).as_posix()
            if path not in NOTES and not _is_right(path, file, ends, content):
                file.unlink()
            else:
                wanted.pop(path, None)
        self.write(wanted.values(), content)

    def _replace(self, name: str, raw: bytes) -> None:
        file = self._folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(file.name + _NEW)
        new.write_bytes(raw)
        os.replace(new, file)

    def _drop_partial(self, tile: Tile) -> None:
        narrow = self._folder / f"{tile.path}.p"
        for file in narrow.glob("*"):
            file.unlink()
        with suppress(FileNotFoundError):
            narrow.rmdir()


def _tile_path(path: str) -> str | None:
    """Return a path that is exactly one tile's: nothing else is ever opened."""
    try:
        return tiles.parse_path(path).path
    except RemoteError:
        return None


def _is_right(path: str, file: Path, ends: dict[tuple[str, int], int], content: Content) -> bool:
    """Tell whether a file is a tile of this log, as wide as it is now or was."""
    try:
        tile = tiles.parse_path(path)
    except RemoteError:
        return False
    end = ends.get((tile.kind, tile.number), 0)
    # Beside a full tile the narrower ones are only a burden.
    fits = tile.width == end or tile.width < end < WIDTH
    return fits and file.read_bytes() == content(tile)
