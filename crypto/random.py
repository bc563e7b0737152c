"""The only door to the operating system's randomness.

Functions that draw take `rand: Rand = random_bytes`, so that vectors can replay them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

Rand = Callable[[int], bytes]


def random_bytes(size: int) -> bytes:
    """Return `size` bytes from the operating system's generator."""
    return secrets.token_bytes(size)
