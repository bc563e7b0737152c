"""Which tests exist: functions that pytest collects, and names in files of the JS test runner.

Read from the sources, so that nothing has to run. A test that is always skipped is none.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.claims.claims import ROOT

_NAME = re.compile(r"(?:^|\s)test\(\s*(['\"`])((?:\\.|(?!\1).)*)\1\s*,", re.MULTILINE)
_REFERENCE = re.compile(r"tests/[\w/.]+\.(?:py|test\.js)::.+")


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return the names of the tests in one file; none where there is no such file."""
    if not path.is_file():
        return frozenset()
    text = path.read_text("utf-8")
    if path.suffix == ".js":
        return frozenset(found[1].replace("\\'", "'") for found in _NAME.findall(text))
    return frozenset(
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not any("mark.skip" in ast.unparse(one) for one in node.decorator_list)
    )


def exists(reference: str) -> bool:
    """Whether `tests/x/test_y.py::test_z` or `tests/js/y.test.js::its sentence` is a test."""
    if _REFERENCE.fullmatch(reference) is None:
        return False
    path, _, name = reference.partition("::")
    return name in names_in(ROOT / path)
