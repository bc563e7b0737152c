"""Mutation testing by hand: `python -m tests.mutation [NAME …] [--anew]`, best under `nice`.

Without names: everything of targets.py that has changed since it was measured. What was found is
kept in result.json, from which `python -m tests.make_generated` writes docs/mutation.md.
"""

from __future__ import annotations

import sys

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
    ours = [path for path in wanted if path.endswith(".py")]
    theirs = {path: TARGETS[_name(path)] for path in wanted if path.endswith(".js")}
    if ours:
        python.survivors(ours, _keep)
    if theirs:
        javascript.survivors(theirs, _keep)
    open_ = {path: one.unargued(path) for path, one in measured().items() if path in wanted}
    for path, keys in open_.items():
        for key in keys:
            _say(f"{path}: {key}")
    return int(any(open_.values()))


def _keep(path: str, mutants: int, survivors: list[Mutant]) -> None:
    note(path, Measured.of(path, mutants, survivors))
    _say(f"{path}: {len(survivors)} of {mutants} survive")


def _name(path: str) -> str:
    return path.rsplit("/", 1)[1].split(".")[0]


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
