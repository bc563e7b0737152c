"""What people say, inside the envelope: decoded by clients, never by the relay.

One class per `envelope.Kind` that carries content; commits have their own file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from crypto.wire.base import Content
from crypto.wire.fields import (
    Bin,
    Bytes16,
    Bytes32,
    TextUpTo,
    Uint,
    UintUpTo,
)

MAX_TEXT_CHARS = 12_000
MAX_NAME_CHARS = 200
# 25 MiB, the largest file of a chat (S0.14), and its padded size (Padme: at most 12 % more).
MAX_FILE_BYTES = 25 * 1024 * 1024
MAX_PADDED_BYTES = 30 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Content):
    """A text with the light mark-up of the composer; shown only after our own parser."""

    text: Annotated[str, TextUpTo(MAX_TEXT_CHARS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Content):
    """A file: where its ciphertext lies and all that opens and names it (section 6)."""

    blob16: Bytes16
    key: Bytes32
    header: Annotated[bytes, Bin(24, 24)]
    true_size_bytes: Annotated[int, UintUpTo(MAX_FILE_BYTES)]
    padded_size_bytes: Annotated[int, UintUpTo(MAX_PADDED_BYTES)]
    ciphertext_hash: Bytes32
    mime: Annotated[str, TextUpTo(100)]
    name: Annotated[str, TextUpTo(MAX_NAME_CHARS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement(Content):
    """I hold everything up to my head_n; read up to `read_n`, 0 where marks are off."""

    read_n: Uint


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Content):
    """I end this conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendRequest(Content):
    """I could not open number `n`: please send it again."""

    n: Uint


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing(Content):
    """I am writing (1) or have stopped (0); only ever in an E3."""

    active: Annotated[int, UintUpTo(1)]
