"""What an auditor keeps between two runs: their own signing key, what they saw, what they wait for.

One folder, readable by its owner only. The key signs reports and nothing else; what was seen of a
service's log lies under the service's fingerprint, so that one auditor may watch several.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

from clientlib.privatefile import write_private
from clientlib.terminal import UsageError
from crypto.errors import BadLength
from crypto.keys import SignSecret
from crypto.random import Rand, random_bytes

KEY_NAME = "auditor.key"
KEY_BYTES = 32
_FOLDER_MODE = 0o700


class StateDir:
    """The folder; made on first use."""

    def __init__(self, path: Path) -> None:
        """Open or make it; UsageError where others could read it."""
        self.path = path
        try:
            path.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{path} lässt sich nicht anlegen: {error.strerror}.") from error
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise UsageError(f"{path} dürfen andere lesen; bitte »chmod 700 {path}«.")

    def key(self, rand: Rand = random_bytes) -> SignSecret:
        """Return the auditor's own key, drawn on the first call; UsageError when unreadable."""
        path = self.path / KEY_NAME
        if not path.exists():
            write_private(path, rand(KEY_BYTES).hex() + "\n")
        try:
            return SignSecret(bytes.fromhex(path.read_text("ascii").strip()))
        except (ValueError, BadLength) as error:
            raise UsageError(f"{path} ist kein Schlüssel.") from error

    def load(self, name: str) -> dict[str, Any]:
        """Return what was kept under `name`, empty when nothing; UsageError when unreadable."""
        path = self._file(name)
        try:
            found = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise UsageError(f"{path} ist beschädigt.") from error
        if not isinstance(found, dict):
            raise UsageError(f"{path} ist beschädigt.")
        return found

    def save(self, name: str, kept: dict[str, Any]) -> None:
        """Keep something whole or not at all, readable by the owner only."""
        path = self._file(name)
        draft = path.with_name(path.name + ".new")
        draft.unlink(missing_ok=True)
        write_private(draft, json.dumps(kept, indent=1, sort_keys=True) + "\n")
        os.replace(draft, path)

    def forget(self, name: str) -> None:
        """Remove what was kept under `name`; nothing to do where there is none."""
        self._file(name).unlink(missing_ok=True)

    def names(self, prefix: str) -> tuple[str, ...]:
        """Return the names of everything kept that begin so, sorted."""
        return tuple(sorted(one.stem for one in self.path.glob(f"{prefix}*.json")))

    def _file(self, name: str) -> Path:
        return self.path / f"{name}.json"
