"""Runs test files of `tests/js` against mutants of JavaScript files."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.mutation.mutants import ROOT, Mutant

# One process judges so many: each keeps its modules.
AT_ONCE = 40
# A mutant that never ends is noticed too, and its process stopped: after so many times the
# processor time of the tests, for a busy machine needs its time.
PATIENCE, LEAST_S = 5, 3


def survivors(
    asked: dict[str, list[Mutant]],
    tests: dict[str, tuple[str, ...]],
    found: Callable[[str, list[Mutant]], None],
) -> None:
    """Tell of each file which of its mutants survive its tests."""
    with tempfile.TemporaryDirectory() as raw:
        folder = Path(raw)
        for path, mutants in asked.items():
            judge = _Judge(folder, tests[path])
            if judge.is_noticed(None) or judge.is_noticed(None, backwards=True):
                raise SystemExit(f"the tests of {path} fail without any mutant")
            judge.be_impatient()
            left = [one for one in mutants if not judge.is_noticed(one)]
            judge.end()
            found(path, left)


class _Judge:
    """One process of Node after the other."""

    def __init__(self, folder: Path, tests: Sequence[str]) -> None:
        self._folder = folder
        self._tests = list(tests)
        self._asked = 0
        self._limit_s: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def be_impatient(self) -> None:
        """Stop whatever takes many times as long as what was asked so far."""
        assert self._process is not None
        self._limit_s = LEAST_S + PATIENCE * _seconds(self._process.pid)

    def is_noticed(self, mutant: Mutant | None, *, backwards: bool = False) -> bool:
        """Ask about one; what ends the process, or never ends, is noticed too."""
        if self._process is None or self._asked % AT_ONCE == 0:
            self._begin()
        self._asked += 1
        process, place = self._process, self._folder / str(self._asked)
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        if mutant is not None:
            changed = place / mutant.path
            changed.parent.mkdir(parents=True)
            changed.write_bytes(mutant.of((ROOT / mutant.path).read_bytes()))
        if self._limit_s is not None:
            until = _seconds(process.pid) + self._limit_s
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))
        question = json.dumps({"id": self._asked, "tests": self._tests, "backwards": backwards})
        process.stdin.write(f"{question}\n".encode())
        process.stdin.flush()
        line = process.stdout.readline()
        shutil.rmtree(place, ignore_errors=True)
        if not line:
            self.end()
            return True
        answer = json.loads(line)
        assert answer["id"] == self._asked
        return bool(answer["noticed"])

    def end(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _begin(self) -> None:
        self.end()
        script = Path(__file__).with_name("judge.mjs")
        self._process = subprocess.Popen(
            ["node", str(script), str(self._folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )


def _seconds(pid: int) -> int:
    """Return the processor time of a process so far, rounded up."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return -(-(int(fields[11]) + int(fields[12])) // os.sysconf("SC_CLK_TCK"))
