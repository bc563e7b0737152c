"""What mutation testing has found, kept beside it and shown in docs/mutation.md."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from tests.mutation.mutants import ROOT, Mutant

HERE = Path(__file__).parent
RESULT = HERE / "result.json"
ARGUED = HERE / "argued.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One file: its state by hash, how many mutants it has and the keys of those that survive."""

    source: str
    mutants: int
    survivors: list[str]

    @classmethod
    def of(cls, path: str, mutants: int, survivors: list[Mutant]) -> Measured:
        """Note what was found."""
        source = (ROOT / path).read_bytes()
        keys = sorted({one.key(source) for one in survivors})
        return cls(source=source_hash(path), mutants=mutants, survivors=keys)

    def is_of_today(self, path: str) -> bool:
        """Tell whether the file is still what was measured."""
        return self.source == source_hash(path)

    def unargued(self, path: str) -> list[str]:
        """Return the survivors that nobody has said a word about."""
        return [key for key in self.survivors if key not in argued().get(path, {})]


def source_hash(path: str) -> str:
    """Return 16 hexadecimal digits that name the state of a file."""
    return hashlib.sha256((ROOT / path).read_bytes()).hexdigest()[:16]


def measured() -> dict[str, Measured]:
    """Return what was found last, by path."""
    if not RESULT.exists():
        return {}
    return {path: Measured(**one) for path, one in json.loads(RESULT.read_text("utf-8")).items()}


def note(path: str, found: Measured) -> None:
    """Keep what was found about one file."""
    both = measured() | {path: found}
    rows = {key: asdict(one) for key, one in sorted(both.items())}
    RESULT.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")


@cache
def argued() -> dict[str, dict[str, str]]:
    """Return why a survivor is one, by path and key."""
    raw = tomllib.loads(ARGUED.read_text("utf-8")) if ARGUED.exists() else {}
    found: dict[str, dict[str, str]] = {}
    for one in raw.get("survivor", []):
        for path in one["paths"]:
            found.setdefault(path, {}).update(dict.fromkeys(one["keys"], one["why"]))
    return found
