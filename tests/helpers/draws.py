"""What a keeper draws for doors in tests: the same in every scene, and nothing twice in one.

Argon2id is computed over what such a secret makes of a passphrase, and in a run only once for the
same words (tests/conftest.py). With other secrets in every scene each account would cost as much as
the first.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from crypto.random import Rand, random_bytes
from crypto.ristretto import WIDE_BYTES
from tests.helpers.organisation import seed

_starts: Counter[Path] = Counter()


def draws_of(folder: Path) -> Rand:
    """Return what a keeper draws from this start on, on whichever folders; all but scalars differ.

    Each start has a row of its own: a secret from before it must not come again.
    """
    row, count = _starts[folder], 0
    _starts[folder] += 1

    def draw(size: int) -> bytes:
        nonlocal count
        if size != WIDE_BYTES:
            return random_bytes(size)
        count += 1
        return seed(f"door {row} {count}", size)

    return draw
