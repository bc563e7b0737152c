"""Typed keys: sizes are checked once, at construction, and a secret never shows in a repr.

Raw bytes are `.raw`. Two keys are equal only when type and bytes are equal; secrets compare in
constant time. Keys of different use cannot be swapped by accident: mypy sees the types.
"""

from __future__ import annotations

import hmac
from typing import ClassVar

from crypto.errors import BadLength


class _Fixed:
    """Bytes of one fixed size and one fixed use."""

    SIZE_BYTES: ClassVar[int] = 32
    __slots__ = ("raw",)
    raw: bytes

    def __init__(self, raw: bytes) -> None:
        if len(raw) != self.SIZE_BYTES:
            raise BadLength(f"{type(self).__name__} has {self.SIZE_BYTES} bytes")
        object.__setattr__(self, "raw", bytes(raw))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and hmac.compare_digest(self.raw, other.raw)

    def __hash__(self) -> int:
        return hash((type(self).__name__, self.raw))


class _Secret(_Fixed):
    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(redacted)"


class _Public(_Fixed):
    __slots__ = ()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.raw[:4].hex()}…)"


class SignPublic(_Public):
    """Ed25519 public key, 32 bytes."""

    __slots__ = ()


class SignSecret(_Secret):
    """Ed25519 seed, 32 bytes; the public key is derived, never fetched."""

    __slots__ = ()


class KemPublic(_Public):
    """X-Wing public key, 1216 bytes: ML-KEM-768 (1184) then X25519 (32)."""

    SIZE_BYTES = 1216
    __slots__ = ()


class KemSecret(_Secret):
    """X-Wing seed, 32 bytes."""

    __slots__ = ()


class AccountSecret(_Secret):
    """AMS: 32 random bytes from which every key of an account follows (section 3)."""

    __slots__ = ()


class EpochSecret(_Secret):
    """ES: 32 random bytes drawn by the committer of an epoch (section 5)."""

    __slots__ = ()


class Share(_Secret):
    """The keeper's 32 bytes for one box; once deleted, the box is unreadable (section 8)."""

    __slots__ = ()


class CapSecret(_Secret):
    """A capability: 32 bytes of which the relay stores only a hash (section 5)."""

    __slots__ = ()


class ResumeSecret(_Secret):
    """R: the 32 bytes in sessionStorage that open the resume slot (section 3)."""

    __slots__ = ()
