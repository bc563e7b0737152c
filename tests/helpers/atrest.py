"""What many tests prepare alike is prepared once in a run, and lies at rest until it is copied.

    if not atrest.lay_out(key, settings):
        await prepare()
        atrest.keep(key, settings)

A server that begins on a copy cannot tell it from folders of its own, and everything stays real.
Keys say all that matters: the moment too, as certificates begin and end.
"""

from __future__ import annotations

import shutil
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from e2e_server import paths
from e2e_server.config import Settings

_kept: dict[Hashable, tuple[Path, Any]] = {}
_shelves: list[Path] = []


@contextmanager
def kept_in(shelf: Path) -> Iterator[None]:
    """Keep what is prepared below this folder; outside of this, nothing is kept."""
    _shelves.append(shelf)
    try:
        yield
    finally:
        _shelves.clear()
        _kept.clear()


def keep(key: Hashable, settings: Settings, facts: Any = None) -> None:
    """Copy the folders of a server that does not run; `facts` is what else will be asked for."""
    for shelf in _shelves:
        folder = shelf / str(len(_kept))
        put_by(settings, folder)
        _kept[key] = (folder, facts)


def lay_out(key: Hashable, settings: Settings) -> bool:
    """Put a copy in the place of a server's folders, while it does not run; False without one."""
    if key not in _kept:
        return False
    # What a server promises follows from its own settings.
    site = paths.site_path(settings)
    promised = site.read_bytes() if site.exists() else b""
    put_back(_kept[key][0], settings)
    if promised:
        site.write_bytes(promised)
    return True


def facts_of(key: Hashable) -> Any:
    """What was kept beside the folders; None for what is not kept."""
    return _kept.get(key, (None, None))[1]


def put_by(settings: Settings, folder: Path) -> None:
    """Copy the folders of a server that does not run to a new folder."""
    for name, live in _folders(settings).items():
        shutil.copytree(live, folder / name)


def put_back(folder: Path, settings: Settings) -> None:
    """Put what was put by in the place of a server's folders, while it does not run."""
    for name, live in _folders(settings).items():
        shutil.rmtree(live, ignore_errors=True)
        shutil.copytree(folder / name, live)


def _folders(settings: Settings) -> dict[str, Path]:
    return {
        "data": settings.data_dir,
        "keeper": settings.keeper_dir,
        "mirror": settings.keeper_mirror_dir,
        "copy": settings.keeper_copy_dir,
    }
