"""Asks both languages the same and compares: accepted or refused, and what was read."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.fuzz.decoders import answer, sealed
from tests.fuzz.mutate import mutated
from tests.fuzz.samples import samples

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Asked:
    """One question."""

    name: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the two are not of one mind, or one of them fell over."""

    asked: Asked
    python: str
    javascript: str


# Messages of the wire are read by one codec after their declarations; a few of each do.
MESSAGES = ("reply ", "content ")
OF_MESSAGES = 10


def questions(seed: int, each: int) -> Iterator[Asked]:
    """Every valid sample, then `each` changes for each decoder; the same for the same seed."""
    random = Random(seed)
    for name, valid in samples().items():
        for raw in valid:
            yield _asked(name, raw)
        for _ in range(each // OF_MESSAGES if name.startswith(MESSAGES) else each):
            yield _asked(name, mutated(random, valid))


def found_before() -> list[Asked]:
    """What the two once disagreed about, each with a reason in found.json."""
    rows = json.loads((HERE / "found.json").read_text("utf-8"))
    return [Asked(one["name"], bytes.fromhex(one["raw"])) for one in rows]


def differences(asked: list[Asked]) -> tuple[list[Difference], int]:
    """Return what both disagree about, and how many of the questions both accept."""
    found, accepted = [], 0
    for one, theirs in zip(asked, _javascript(asked), strict=True):
        ours = answer(one.name, one.raw)
        if ours != theirs or ours.startswith("fault"):
            found.append(Difference(one, ours, theirs))
        accepted += ours == theirs and ours != "refused"
    return found, accepted


def _asked(name: str, raw: bytes) -> Asked:
    return Asked(name, sealed(raw) if name == "opened" else raw)


def _javascript(asked: list[Asked]) -> list[str]:
    lines = "".join(f"{json.dumps({'name': one.name, 'raw': one.raw.hex()})}\n" for one in asked)
    out = subprocess.run(
        ["node", str(HERE / "decoders.mjs")],
        input=lines.encode(),
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    return [json.loads(line) for line in out.splitlines()]
