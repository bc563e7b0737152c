"""What every generator needs: repeatable randomness, hex, cases, and the writer.

A generator module holds `cases() -> dict[str, Any]`, usually `document(comment, [case(...), ...])`.
It must give the same bytes on every run and machine: no clock, no system randomness, no sets.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import pkgutil
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

from crypto.encoding import Value
from crypto.errors import LocalError, RemoteError

VECTORS = Path(__file__).resolve().parent.parent
PACKAGE = "tests.vectors.make"
SUCCESS = "success"
LOCAL_ERROR = "local_error"
_NOT_GENERATORS = {"__main__", "common"}


class SeededRand:
    """A `Rand` that replays: BLAKE2b-512 over seed and counter, read as one stream.

    `drawn` holds all bytes handed out so far: put its hex into a case, and the twin replays it.
    """

    def __init__(self, seed: str) -> None:
        self._key = hashlib.blake2b(seed.encode("utf-8"), digest_size=32).digest()
        self._counter = 0
        self._left = b""
        self.drawn = b""

    def __call__(self, size: int) -> bytes:
        while len(self._left) < size:
            block = self._counter.to_bytes(8, "little")
            self._left += hashlib.blake2b(block, key=self._key).digest()
            self._counter += 1
        taken, self._left = self._left[:size], self._left[size:]
        self.drawn += taken
        return taken


class ReplayRand:
    """A `Rand` that hands out given bytes in order; LocalError when they run out."""

    def __init__(self, raw: bytes) -> None:
        self._left = raw

    def __call__(self, size: int) -> bytes:
        if len(self._left) < size:
            raise LocalError("replayed randomness ran out")
        taken, self._left = self._left[:size], self._left[size:]
        return taken

    @property
    def spent(self) -> bool:
        """Tell whether every byte was drawn."""
        return not self._left


def hexed(value: Any) -> Any:
    """Return `value` with all bytes inside lists and dicts as hex, ready for JSON."""
    if isinstance(value, bytes | bytearray):
        return bytes(value).hex()
    if isinstance(value, list | tuple):
        return [hexed(item) for item in value]
    if isinstance(value, dict):
        return {key: hexed(item) for key, item in value.items()}
    return value


def packed(raw: bytes) -> str:
    """Write long bytes short: runs of 64 or more equal bytes become `xx*count`, joined by spaces.

    Only where a case needs thousands of bytes; `unpacked` and the twin's `unhex` read both forms.
    """
    pieces: list[str] = []
    at = 0
    for run in re.finditer(rb"(.)\1{63,}", raw, flags=re.DOTALL):
        pieces += [raw[at : run.start()].hex(), f"{run[1].hex()}*{len(run[0])}"]
        at = run.end()
    return " ".join(filter(None, [*pieces, raw[at:].hex()]))


def unpacked(text: str) -> bytes:
    """Read hex, or what `packed` wrote."""
    raw = b""
    for piece in text.split():
        unit, _, count = piece.partition("*")
        raw += bytes.fromhex(unit) * int(count or 1)
    return raw


def flip(raw: bytes, bit: int) -> bytes:
    """Return `raw` with bit number `bit` turned (bit 0 is the lowest of the first byte)."""
    changed = bytearray(raw)
    changed[bit // 8] ^= 1 << (bit % 8)
    return bytes(changed)


def tag_value(value: Value) -> Any:
    """Write an encodable value so that JSON keeps its type: uint, {"bin": hex}, str, list."""
    if isinstance(value, bytes):
        return {"bin": value.hex()}
    if isinstance(value, list | tuple):
        return [tag_value(item) for item in value]
    return value


def untag_value(tagged: Any) -> Value:
    """Undo `tag_value`."""
    if isinstance(tagged, dict):
        return bytes.fromhex(tagged["bin"])
    if isinstance(tagged, list):
        return [untag_value(item) for item in tagged]
    return cast("int | str", tagged)


def outcome(call: Callable[[], Any]) -> tuple[str, Any]:
    """Run `call`: ("success", what it returned) or (error code, None)."""
    try:
        return SUCCESS, call()
    except RemoteError as error:
        return error.code, None
    except LocalError:
        return LOCAL_ERROR, None


def case(
    name: str,
    comment: str,
    given: dict[str, Any],
    out: dict[str, Any] | None = None,
    expect: str = SUCCESS,
) -> dict[str, Any]:
    """Build one case; bytes become hex. A refusal has no `out`."""
    return {
        "name": name,
        "comment": comment,
        "expect": expect,
        "in": hexed(given),
        "out": hexed(out or {}),
    }


def document(comment: str, cases: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Build the file's content; names must be unique, so that a failing case can be found."""
    names = [item["name"] for item in cases]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise LocalError(f"case names repeat: {repeated}")
    return {"comment": comment, "cases": list(cases)}


def generator_names() -> list[str]:
    """Name every generator module, sorted."""
    package = importlib.import_module(PACKAGE)
    found = {module.name for module in pkgutil.iter_modules(package.__path__)}
    return sorted(found - _NOT_GENERATORS)


def generate(name: str) -> str:
    """Return the exact text of `<name>.json`."""
    content: dict[str, Any] = importlib.import_module(f"{PACKAGE}.{name}").cases()
    return json.dumps(content, indent=1, ensure_ascii=True) + "\n"


def vector_path(name: str) -> Path:
    """Return where `<name>.json` lies."""
    return VECTORS / f"{name}.json"
