"""The outside of what comes and goes: formats of envelopes, and how much fits one reply."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from crypto.errors import RemoteError
from crypto.wire.errors import ErrorCode, WireError

T = TypeVar("T")
PAGE_BYTES = 1024 * 1024


def outer_of(parse: Callable[[bytes], T], raw: bytes) -> T:
    """Read the outside of an envelope; `malformed` when it is none of the three formats."""
    try:
        return parse(raw)
    except RemoteError as error:
        raise WireError(ErrorCode.MALFORMED) from error


def page_of(rows: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Take rows up to about one MiB, at least one."""
    taken: list[tuple[int, bytes]] = []
    size = 0
    for row in rows:
        size += len(row[1])
        if taken and size > PAGE_BYTES:
            break
        taken.append(row)
    return taken
