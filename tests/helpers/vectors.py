"""Load shared vectors into pytest, and check them against their generator.

@pytest.mark.parametrize("case", vectors("padding"), ids=name_of)
def test_padding_follows_its_vectors(case: Case) -> None: ...
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from tests.vectors.make.common import (
    LOCAL_ERROR,
    SUCCESS,
    flip,
    generate,
    hexed,
    outcome,
    unpacked,
    untag_value,
    vector_path,
)
from tests.vectors.make.common import ReplayRand as ReplayRand
from tests.vectors.make.common import SeededRand as SeededRand

__all__ = [
    "LOCAL_ERROR",
    "SUCCESS",
    "Case",
    "ReplayRand",
    "SeededRand",
    "assert_reproduced",
    "flip",
    "name_of",
    "unpacked",
    "untag_value",
    "vectors",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case of a vector file."""

    name: str
    comment: str
    expect: str
    given: dict[str, Any]
    out: dict[str, Any]

    def bytes_of(self, key: str) -> bytes:
        """Return input `key` as bytes."""
        return unpacked(cast("str", self.given[key]))

    def check(self, call: Callable[[], dict[str, Any]]) -> None:
        """Run `call`; its dict (bytes allowed) must equal `out`, or its error code `expect`."""
        got, value = outcome(call)
        assert got == self.expect, f"{self.name}: {self.comment}"
        if got == SUCCESS:
            assert hexed(value) == self.out, f"{self.name}: {self.comment}"

    def check_silent(self, call: Callable[[], None]) -> None:
        """Run a call that returns nothing: it must succeed, or refuse with the code `expect`."""
        got, _ = outcome(call)
        assert got == self.expect, f"{self.name}: {self.comment}"


def vectors(name: str, operation: str = "") -> list[Case]:
    """Load `<name>.json`; with `operation`, only the cases whose input names it under "op"."""
    content = json.loads(vector_path(name).read_text(encoding="utf-8"))
    cases = [
        Case(
            name=item["name"],
            comment=item["comment"],
            expect=item["expect"],
            given=item["in"],
            out=item["out"],
        )
        for item in content["cases"]
        if not operation or item["in"].get("op") == operation
    ]
    assert cases, f"no cases for {name} {operation}"
    return cases


def name_of(case: Case) -> str:
    """Give pytest the case's name as its id."""
    return case.name


def assert_reproduced(name: str) -> None:
    """Fail unless the committed file is exactly what its generator writes today."""
    written = vector_path(name).read_text(encoding="utf-8")
    assert written == generate(name), f"run: python -m tests.vectors.make {name}"
