"""Reads `web/text/<language>.js`: the sentences that templates and browser modules share.

Each file is a module a browser can import and, after its first "=", strict JSON: one source, no
generated copy. In templates a missing key is an error, never an empty place on the page.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any


def read_text_file(path: Path) -> dict[str, Any]:
    """The nested dictionary inside `export const text = {...};`."""
    head, found, body = path.read_text("utf-8").partition("export const text = ")
    if not found or any(line and not line.startswith("//") for line in head.splitlines()):
        raise ValueError(f"{path.name} does not begin with its one export")
    loaded = json.loads(body.strip().removesuffix(";"))
    if not isinstance(loaded, dict):
        raise ValueError(f"{path.name} does not hold an object")
    return loaded


def as_namespace(loaded: dict[str, Any]) -> SimpleNamespace:
    """Attribute access for templates, so that `t.chat.items` is our key and not a dict method."""
    return SimpleNamespace(
        **{
            key: as_namespace(value) if isinstance(value, dict) else value
            for key, value in loaded.items()
        }
    )


def fill(sentence: str, **values: object) -> str:
    """Puts `values` into the `{name}` places; a place without a value is an error."""
    return sentence.format_map(values)
