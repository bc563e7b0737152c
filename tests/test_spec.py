"""The spec says what the code does: its examples, numbers, lists and map are recomputed here.

Four kinds of checked text stand in docs/spec (docs/spec/README.md explains them):

    ```example name      `key: value` lines are given, `= key: value` lines are recomputed
    ```codes module.Enum the values of a closed set, in the order of the code
    | `module.NAME` | 7 | a limit or a number of the wire; likewise the tables of errors and rights
    **K1** ...           a numbered step; each number exists once
"""

from __future__ import annotations

import importlib
import re
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from crypto import labels
from crypto.encoding import Value
from crypto.errors import LocalError, RemoteError
from crypto.roster import RIGHTS, BoxKind, Rights, Role
from tests.helpers import spec_accounts, spec_boxes
from tests.helpers.spec_text import FILES, SPEC, Example, Given, blocks, examples

ROOT = Path(__file__).parents[1]
COMPUTED = {**spec_accounts.COMPUTED, **spec_boxes.COMPUTED}
# A change to an input must show in the outputs. Sizes fall into classes; the others are names.
_UNCHANGED = frozenset({"sizes", "label", "case"})
# Each costs Argon2id at full price, so a changed byte is tried on the cheap ones only.
_SLOW = frozenset({"door", "invitation"})


def _recomputed(name: str, given: dict[str, Value]) -> dict[str, Value]:
    reader = Given(given)
    found = COMPUTED[name](reader)
    assert reader.used == set(given), "an input of the example is not used"
    return found


# --- examples ------------------------------------------------------------------------------------


def test_every_computation_has_its_one_example() -> None:
    assert sorted(one.name for one in examples()) == sorted(COMPUTED)


@pytest.mark.parametrize("example", examples(), ids=lambda one: one.name)
def test_an_example_states_what_the_code_computes(example: Example) -> None:
    assert _recomputed(example.name, example.given) == example.stated


def _changed(value: Value) -> Value | None:
    """Change the first byte string, number or text inside; None where there is none."""
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:] if value else None
    if isinstance(value, int):
        return value ^ 1
    if isinstance(value, str):
        return value + "x"
    for at, item in enumerate(value):
        changed = _changed(item)
        if changed is not None:
            return [*value[:at], changed, *value[at + 1 :]]
    return None


@pytest.mark.parametrize(
    "example", [one for one in examples() if one.name not in _SLOW], ids=lambda one: one.name
)
def test_a_changed_input_changes_what_is_computed(example: Example) -> None:
    for key, value in example.given.items():
        changed = _changed(value)
        if changed is None or key in _UNCHANGED:
            continue
        try:
            found = _recomputed(example.name, {**example.given, key: changed})
        except (RemoteError, LocalError):
            continue  # a refusal is a difference too
        assert found != example.stated, f"{example.name}: {key} has no effect"


# --- numbers, lists, steps, map -------------------------------------------------------------------


def _named(path: str) -> Any:
    """Find `module.NAME` or `module.Enum.MEMBER` of crypto, also of its wire package."""
    module, *names = path.split(".")
    package = f"crypto.{module}" if module != "wire" else f"crypto.wire.{names.pop(0)}"
    found: Any = importlib.import_module(package)
    for name in names:
        found = getattr(found, name)
    return found


def _rows() -> list[tuple[str, str]]:
    row = re.compile(r"^\| `([a-z0-9_]+(?:\.\w+)+)` \| ([0-9][0-9,]*) \|", re.MULTILINE)
    texts = [(SPEC / file).read_text(encoding="utf-8") for file in FILES]
    return [found for text in texts for found in row.findall(text)]


@pytest.mark.parametrize(("path", "stated"), _rows(), ids=[path for path, _ in _rows()])
def test_a_number_in_a_table_is_the_number_in_the_code(path: str, stated: str) -> None:
    assert int(_named(path)) == int(stated.replace(",", ""))


@pytest.mark.parametrize("block", blocks("codes"), ids=lambda one: one[1])
def test_a_list_of_codes_is_the_list_in_the_code(block: tuple[str, str, str]) -> None:
    _, path, body = block
    found = _named(path)
    assert issubclass(found, Enum)
    assert body.split() == [str(one.value) for one in found]


def _codes(error: type[RemoteError]) -> set[str]:
    """Codes of all kinds of `error` that the agreement defines; other packages may add theirs."""
    ours = [one for one in error.__subclasses__() if one.__module__.startswith("crypto.")]
    return {error.code}.union(*(_codes(one) for one in ours))


def _first_cells(section: str) -> set[str]:
    text = (SPEC / "notation.md").read_text(encoding="utf-8")
    rows = text[text.index(section) :].split("\n## ")[0]
    return {
        one for row in re.findall(r"^\| ([^|]+) \|", rows, re.MULTILINE) for one in row.split(", ")
    }


def test_every_error_code_and_every_signature_is_listed() -> None:
    for path in (ROOT / "crypto").glob("[a-z]*.py"):
        importlib.import_module(f"crypto.{path.stem}")
    ours = {one for one in _codes(RemoteError) if one != RemoteError.code}
    assert {one.strip("`") for one in _first_cells("## 9 Errors")} - {"code", "---"} == ours
    signed = {one.name.removeprefix("sig/") for one in labels.ALL if one.name.startswith("sig/")}
    assert signed <= _first_cells("## 4 AEAD")


def _roles(cell: str, box_kind: BoxKind) -> set[Role]:
    if cell == "all":
        return {role for kind, role in RIGHTS if kind is box_kind}
    names = cell.removesuffix(" (revoked only)").split(", ") if cell != "-" else []
    return {Role[name.upper()] for name in names}


def test_the_table_of_rights_is_the_one_in_the_code() -> None:
    text = (SPEC / "conversations.md").read_text(encoding="utf-8")
    row = r"^\| (case|group|staff) \| (\w+) \| ([^|]+) \| ([^|]+) \| (yes|no) \| (yes|no) \|"
    stated = {}
    for box, role, add, remove, create, close in re.findall(row, text, re.MULTILINE):
        kind = BoxKind[box.upper()]
        adds, removes = (frozenset(_roles(cell, kind)) for cell in (add, remove))
        stated[kind, Role[role.upper()]] = Rights(adds, removes, create == "yes", close == "yes")
    assert stated == RIGHTS


def test_every_step_has_a_number_of_its_own() -> None:
    step = re.compile(r"^\*\*([A-Z][0-9]*(?:\.?[0-9]+))\*\*", re.MULTILINE)
    steps = [n for file in FILES for n in step.findall((SPEC / file).read_text(encoding="utf-8"))]
    assert len(steps) > 100
    assert len(steps) == len(set(steps)), sorted(n for n in steps if steps.count(n) > 1)
    known = set(steps)
    for file in FILES:
        cited = re.findall(r"\bsteps? ([A-Z][0-9]+(?:\.[0-9]+)?)", (SPEC / file).read_text("utf-8"))
        assert set(cited) <= known, file


def test_the_map_names_every_module_and_only_files_that_exist() -> None:
    text = (SPEC / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:crypto|web/js|tests|docs)/[\w/.-]+\.\w+)`", text))
    missing = sorted(name for name in named if not (ROOT / name).exists())
    assert not missing
    modules = {f"crypto/{path.name}" for path in (ROOT / "crypto").glob("[a-z]*.py")}
    assert modules - named == set()
