"""Mutation testing by hand: `python -m tests.mutation [NAME …] [--anew | --again]`.

A name is one of targets.py, which means the file and its twin, or the path of one of them. Without
names: everything of targets.py that has changed since it was measured; with `--anew` also what has
not. `--again` asks only about what survived last time: tests that were added take nothing
back. What was found is kept in result.json, from which `python -m tests.make_generated` writes
docs/mutation.md.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial

from tests.mutation import javascript, python
from tests.mutation.mutants import ROOT, Mutant, mutants_of
from tests.mutation.record import Measured, measured, note
from tests.mutation.targets import TARGETS, paths_of


def main(arguments: list[str]) -> int:
    """Measure; 1 where something survives that argued.toml does not speak of."""
    names = [one for one in arguments if not one.startswith("--")] or list(TARGETS)
    paths = [path for name in names for path in ([name] if "/" in name else paths_of(name))]
    asked = _asked(paths, arguments)
    with tempfile.TemporaryDirectory() as own:
        # Many short runs of pytest would clear away the folders of others that run beside them.
        os.environ["PYTEST_DEBUG_TEMPROOT"] = own
        _ask(asked)
    open_ = {path: one.unargued(path) for path, one in measured().items() if path in asked}
    for path, keys in open_.items():
        for key in keys:
            _say(f"{path}: {key}")
    return int(any(open_.values()))


def _ask(asked: dict[str, list[Mutant]]) -> None:
    for tests in {TARGETS[_name(path)].python for path in asked}:
        ours = {
            path: mutants
            for path, mutants in asked.items()
            if path.endswith(".py") and TARGETS[_name(path)].python == tests
        }
        if ours:
            _apart(partial(python.survivors, ours, tests, _keep))
    theirs = {path: mutants for path, mutants in asked.items() if path.endswith(".js")}
    judges = {path: TARGETS[_name(path)].javascript for path in theirs}
    javascript.survivors(theirs, judges, _keep)


def _asked(paths: list[str], options: list[str]) -> dict[str, list[Mutant]]:
    known = measured()
    asked: dict[str, list[Mutant]] = {}
    for path in paths:
        source, before = (ROOT / path).read_bytes(), known.get(path)
        if "--again" in options:
            left = [] if before is None else before.survivors
            again = [one for one in mutants_of(path) if one.key(source) in left]
            asked |= {path: again} if again else {}
        elif "--anew" in options or before is None or not before.is_of_today(path):
            asked[path] = mutants_of(path)
    return asked


def _apart(work: Callable[[], None]) -> None:
    """In a process that ends with it, for what it imports stays."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    os.waitpid(child, 0)


def _keep(path: str, survivors: list[Mutant]) -> None:
    mutants = len(mutants_of(path))
    note(path, Measured.of(path, mutants, survivors))
    _say(f"{path}: {len(survivors)} of {mutants} survive")


def _name(path: str) -> str:
    return path.rsplit("/", 1)[1].split(".")[0]


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
