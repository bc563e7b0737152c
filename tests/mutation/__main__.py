"""Mutation testing by hand: `python -m tests.mutation [NAME …] [--anew]`, best under `nice`.

Without names: everything of targets.py that has changed since it was measured. What was found is
kept in result.json, from which `python -m tests.make_generated` writes docs/mutation.md.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial

from tests.mutation import javascript, python
from tests.mutation.mutants import Mutant
from tests.mutation.record import Measured, measured, note
from tests.mutation.targets import TARGETS, paths_of


def main(arguments: list[str]) -> int:
    """Measure; 1 where something survives that argued.toml does not speak of."""
    names = [one for one in arguments if not one.startswith("--")] or list(TARGETS)
    known = measured()
    wanted = [
        path
        for name in names
        for path in paths_of(name)
        if "--anew" in arguments or path not in known or not known[path].is_of_today(path)
    ]
    for tests in {TARGETS[_name(path)].python for path in wanted}:
        of_these = [one for one in wanted if TARGETS[_name(one)].python == tests]
        if ours := [one for one in of_these if one.endswith(".py")]:
            _apart(partial(python.survivors, ours, tests, _keep))
    theirs = {one: TARGETS[_name(one)].javascript for one in wanted if one.endswith(".js")}
    if theirs:
        javascript.survivors(theirs, _keep)
    open_ = {path: one.unargued(path) for path, one in measured().items() if path in wanted}
    for path, keys in open_.items():
        for key in keys:
            _say(f"{path}: {key}")
    return int(any(open_.values()))


def _apart(work: Callable[[], None]) -> None:
    """In a process that ends with it, for what it imports stays."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    os.waitpid(child, 0)


def _keep(path: str, mutants: int, survivors: list[Mutant]) -> None:
    note(path, Measured.of(path, mutants, survivors))
    _say(f"{path}: {len(survivors)} of {mutants} survive")


def _name(path: str) -> str:
    return path.rsplit("/", 1)[1].split(".")[0]


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
