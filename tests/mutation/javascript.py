"""Runs test files of `tests/js` against mutants of JavaScript files, in a copy of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.mutation.mutants import ROOT, Mutant, mutants_of

COPIED = ("web/js", "web/text", "web/vendor", "web/package.json", "tests/js", "tests/vectors")
PATIENCE_S = 60


def survivors(
    paths: dict[str, tuple[str, ...]], found: Callable[[str, int, list[Mutant]], None]
) -> None:
    """Tell of each file, given with its tests, how many mutants it has and which survive."""
    with tempfile.TemporaryDirectory() as raw:
        folder = Path(raw)
        for name in COPIED:
            source, target = ROOT / name, folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
        (folder / "package.json").write_text('{"type": "module"}', "utf-8")
        (folder / "web" / "node_modules").symlink_to(ROOT / "web" / "node_modules")
        for path, tests in paths.items():
            if not _passes(folder, tests):
                raise SystemExit(f"the tests of {path} fail without any mutant")
            mutants = mutants_of(path)
            left = [one for one in mutants if not _is_noticed(folder, one, tests)]
            found(path, len(mutants), left)


def _is_noticed(folder: Path, mutant: Mutant, tests: Sequence[str]) -> bool:
    source, target = (ROOT / mutant.path).read_bytes(), folder / mutant.path
    target.write_bytes(mutant.of(source))
    try:
        return not _passes(folder, tests)
    finally:
        target.write_bytes(source)


def _passes(folder: Path, tests: Sequence[str]) -> bool:
    """Tell whether all test files pass; one that never ends does not."""
    for name in tests:
        try:
            code = subprocess.run(
                ["node", f"tests/js/{name}.test.js"],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=PATIENCE_S,
                env=os.environ | {"NODE_ENV": "test"},
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return False
        if code != 0:
            return False
    return True
