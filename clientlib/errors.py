"""What a client reports to the person who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from crypto.errors import RemoteError
from crypto.wire.errors import ErrorCode, WireError

# What a conversation answers that has ended, or is no more.
OVER = (ErrorCode.UNKNOWN, ErrorCode.CLOSED, ErrorCode.EXPIRED, ErrorCode.WRONG_STATE)


class Refused(RemoteError):
    """The relay, or somebody through it, sent what must not be believed; nothing was shown."""

    code = "refused"

    def __init__(self, verdict: str) -> None:
        super().__init__(verdict)
        self.verdict = verdict


class Disconnected(ConnectionError):
    """The line to the relay is gone; nothing is known about commands under way."""


@contextmanager
def over_is_fine() -> Iterator[None]:
    """Pass over the refusal of a conversation that has ended, or is no more."""
    try:
        yield
    except WireError as error:
        if error.code not in OVER:
            raise
