"""Makes docs/mutation.md of what was measured."""

from __future__ import annotations

from tests.mutation.record import Measured, argued, measured
from tests.mutation.targets import TARGETS, paths_of

_HEAD = """# Mutation testing

A test that cannot fail shows nothing. So the files that decide what is believed are changed in
one small place after the other (a check always true or always false, a relation turned or moved
by one, a part of a condition left out, another number, a word or a statement left out), in Python
and in JavaScript alike, and the tests must notice each change. What they do not notice survives:
either a test is missing, then it is written, or the change makes no difference, then it stands
below with the reason.

By hand, as it takes long: `nice make mutation`, or `python -m tests.mutation NAME …` for some
files. [tests/mutation/targets.py](../tests/mutation/targets.py) says which files and which tests.
This page is generated from what was found last; the state is the beginning of the file's SHA-256.

Noticed = killed by a test, by an error or by never ending (a limit of processor time). Score =
noticed of all. The last column counts survivors that nobody has argued yet.
"""


def markdown() -> str:
    """Return the whole page."""
    rows = measured()
    parts = [
        _HEAD,
        "| file | state | mutants | noticed | score | open |\n|---|---|---|---|---|---|",
    ]
    parts += [_row(path, one) for path, one in rows.items()]
    mutants = sum(one.mutants for one in rows.values())
    lost = sum(one.survived for one in rows.values())
    opened = sum(len(one.unargued(path)) for path, one in rows.items())
    if mutants:
        score = _percent(mutants - lost, mutants)
        parts.append(f"| all | | {mutants} | {mutants - lost} | {score} | {opened} |")
    if left := [path for name in TARGETS for path in paths_of(name) if path not in rows]:
        parts.append("\nNot measured yet: " + ", ".join(f"`{path}`" for path in left) + ".")
    parts.append("\n## Survivors\n")
    for path, one in rows.items():
        if one.survivors:
            parts.append(f"### {path}\n")
            parts += [_survivor(path, key) for key in one.survivors]
            parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _row(path: str, one: Measured) -> str:
    noticed = one.mutants - one.survived
    score = _percent(noticed, one.mutants)
    opened = len(one.unargued(path)) or "–"
    return f"| `{path}` | `{one.source}` | {one.mutants} | {noticed} | {score} | {opened} |"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"


def _survivor(path: str, key: str) -> str:
    why = argued().get(path, {}).get(key, "open")
    scope, _, change = key.partition(": ")
    # A line may hold arrows itself, as often before as after.
    parts = change.split(" =>")
    half = (len(parts) + 1) // 2
    before, after = " =>".join(parts[:half]), " =>".join(parts[half:]).strip()
    return f"- `{scope}`: `` {before} `` becomes `` {after} ``: {why}"
