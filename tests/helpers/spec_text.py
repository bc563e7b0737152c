"""Read the checked parts of docs/spec: examples, lists of codes (docs/spec/README.md)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from crypto import encoding
from crypto.encoding import Value

SPEC = Path(__file__).parents[2] / "docs/spec"
FILES = (
    "README.md",
    "notation.md",
    "accounts.md",
    "staff.md",
    "conversations.md",
    "transcript.md",
    "attachments.md",
    "deletion.md",
    "release.md",
)

_TOKEN = re.compile(r'\s*([\[\],]|#\d+|"(?:[^"\\]|\\.)*"|[0-9a-f]+|-)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One ```example block."""

    file: str
    name: str
    given: dict[str, Value]
    stated: dict[str, Value]


class Given:
    """The inputs of an example by key and type; every one of them must be used."""

    def __init__(self, values: dict[str, Value]) -> None:
        self._values = values
        self.used: set[str] = set()

    def value(self, key: str) -> Value:
        self.used.add(key)
        return self._values[key]

    def raw(self, key: str) -> bytes:
        return encoding.binary(self.value(key))

    def number(self, key: str) -> int:
        return encoding.uint(self.value(key))

    def text(self, key: str) -> str:
        return encoding.text(self.value(key), 1000)

    def array(self, key: str) -> list[Value]:
        return encoding.array(self.value(key))


def parse_value(source: str) -> Value:
    """Read `#7`, `"text"`, hex, `-` for no bytes, or `[a, b]`."""
    tokens = _TOKEN.findall(source)
    assert re.sub(r"\s", "", "".join(tokens)) == re.sub(r"\s", "", source), source
    value, rest = _value(tokens)
    assert not rest, source
    return value


def _value(tokens: list[str]) -> tuple[Value, list[str]]:
    first, rest = tokens[0], tokens[1:]
    if first == "[":
        items: list[Value] = []
        while rest[0] != "]":
            rest = rest[1:] if rest[0] == "," else rest
            item, rest = _value(rest)
            items.append(item)
        return items, rest[1:]
    if first.startswith("#"):
        return int(first[1:]), rest
    if first.startswith('"'):
        return cast("str", json.loads(first)), rest
    return b"" if first == "-" else bytes.fromhex(first), rest


def blocks(kind: str) -> list[tuple[str, str, str]]:
    """Return (file, name, body) of every fenced block of this kind."""
    pattern = re.compile(rf"^```{kind} (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return [
        (file, name, body)
        for file in FILES
        for name, body in pattern.findall((SPEC / file).read_text(encoding="utf-8"))
    ]


def examples() -> list[Example]:
    """Read every example; a line that begins with two spaces continues the one before."""
    found = []
    for file, name, body in blocks("example"):
        sides: tuple[dict[str, Value], dict[str, Value]] = ({}, {})
        for line in body.replace("\n  ", "").splitlines():
            key, value = line.removeprefix("= ").split(": ", 1)
            sides[line.startswith("= ")][key] = parse_value(value)
        found.append(Example(file=file, name=name, given=sides[0], stated=sides[1]))
    return found
