"""The field types of messages: each carries its limits, checked on both ends.

A field is an `Annotated` type whose metadata knows how to read one decoded item (`read`), how to
write it (`write`) and how to describe itself to the mirror (`spec`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Protocol

from crypto import encoding
from crypto.encoding import MAX_UINT, MAX_UINT16, Value
from crypto.errors import NotCanonical

_LANGUAGE = re.compile(r"[a-z]{2,3}")


class Field(Protocol):
    """What codec and mirror need of a field type."""

    def read(self, value: Value) -> object:
        """Check one decoded item and return it in its Python type, or refuse (RemoteError)."""

    def spec(self) -> str:
        """Describe the type for the mirror, e.g. `bin 16 16`, `uint 5`, `list 50 <spec>`."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Bytes between two sizes."""

    minimum: int
    maximum: int

    def read(self, value: Value) -> object:
        """Refuse anything but bytes within the sizes."""
        raw = encoding.binary(value)
        if not self.minimum <= len(raw) <= self.maximum:
            raise NotCanonical("bytes out of range")
        return raw

    def spec(self) -> str:
        """`bin <min> <max>`."""
        return f"bin {self.minimum} {self.maximum}"


@dataclass(frozen=True, slots=True)
class EmptyOr:
    """Bytes of one size, or empty where the value is absent (section 2: absent = empty bin)."""

    size: int

    def read(self, value: Value) -> object:
        """Refuse anything but bytes of that size or none."""
        return encoding.binary(value, 0, self.size)

    def spec(self) -> str:
        """`opt <size>`."""
        return f"opt {self.size}"


@dataclass(frozen=True, slots=True)
class UintUpTo:
    """An unsigned integer with a maximum."""

    maximum: int

    def read(self, value: Value) -> object:
        """Refuse anything but an integer in range."""
        return encoding.uint(value, self.maximum)

    def spec(self) -> str:
        """`uint <max>`."""
        return f"uint {self.maximum}"


@dataclass(frozen=True, slots=True)
class TextUpTo:
    """NFC text with a maximum number of code points."""

    maximum: int

    def read(self, value: Value) -> object:
        """Refuse anything but text within the limit."""
        return encoding.text(value, self.maximum)

    def spec(self) -> str:
        """`text <max>`."""
        return f"text {self.maximum}"


@dataclass(frozen=True, slots=True)
class LanguageCode:
    """A language as ISO 639 writes it; no room for anything else that somebody might put there."""

    minimum: int

    def read(self, value: Value) -> object:
        """Refuse anything but two or three small letters, or nothing where that is allowed."""
        text = encoding.text(value, 3)
        if not (_LANGUAGE.fullmatch(text) or len(text) == self.minimum == 0):
            raise NotCanonical("not a language")
        return text

    def spec(self) -> str:
        """`lang <min>`."""
        return f"lang {self.minimum}"


@dataclass(frozen=True, slots=True)
class ListUpTo:
    """A tuple field: marks the most items it may have; the item type comes from `tuple[X, ...]`."""

    maximum: int


Bytes8 = Annotated[bytes, Bin(8, 8)]
Bytes16 = Annotated[bytes, Bin(16, 16)]
Bytes32 = Annotated[bytes, Bin(32, 32)]
Bytes64 = Annotated[bytes, Bin(64, 64)]
Opt16 = Annotated[bytes, EmptyOr(16)]
Opt32 = Annotated[bytes, EmptyOr(32)]
Opt64 = Annotated[bytes, EmptyOr(64)]
# A stamp: challenge (32) and x (8); empty where none is asked for.
StampField = Annotated[bytes, EmptyOr(40)]
Uint = Annotated[int, UintUpTo(MAX_UINT)]
Uint8 = Annotated[int, UintUpTo(255)]
Ms = Annotated[int, UintUpTo(MAX_UINT)]
Minute = Annotated[int, UintUpTo(MAX_UINT)]
Hour = Annotated[int, UintUpTo(MAX_UINT)]
# The limit of a roster (crypto/envelope.py MAX_SIDX), which the relay must not load.
Sidx = Annotated[int, UintUpTo(MAX_UINT16)]
Language = Annotated[str, LanguageCode(2)]
# Of a row that is gone.
LanguageOrNone = Annotated[str, LanguageCode(0)]

# Rounded up from the largest bucket (64 KiB; commits and letters 128 KiB) plus frame and KEM.
Envelope = Annotated[bytes, Bin(256, 70_000)]
CommitEnvelope = Annotated[bytes, Bin(256, 140_000)]
FleetingEnvelope = Annotated[bytes, Bin(256, 512)]
LetterEnvelope = Annotated[bytes, Bin(256, 140_000)]
# A door's slot has one size (section 3): see crypto/account.py SLOT_BYTES.
Slot = Annotated[bytes, Bin(64, 256)]
Page = Annotated[bytes, Bin(4_096, 300_000)]
# A team's sheet in one of its steps, with what stands around it: see crypto/sheet.py.
SheetBytes = Annotated[bytes, Bin(16_384, 270_000)]
Leaf = Annotated[bytes, Bin(64, 512)]
Payload = Annotated[bytes, Bin(1, 32_768)]
