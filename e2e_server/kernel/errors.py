"""What the kernel itself can fail with, and what a failure becomes on the wire."""

from __future__ import annotations

from crypto.errors import RemoteError
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.keeper.port import (
    BudgetSpentError,
    KeeperError,
    KeeperFullError,
    NoShareError,
    UnknownTokenError,
)
from e2e_server.storage.port import StorageError

_CODES: tuple[tuple[type[Exception], ErrorCode], ...] = (
    (RemoteError, ErrorCode.MALFORMED),
    (UnknownTokenError, ErrorCode.EXPIRED),
    (NoShareError, ErrorCode.UNKNOWN),
    (BudgetSpentError, ErrorCode.RATE_LIMITED),
    (KeeperFullError, ErrorCode.RATE_LIMITED),
    # Nothing of the command was stored: the client waits and tries again.
    (KeeperError, ErrorCode.STORAGE),
    (StorageError, ErrorCode.STORAGE),
)


class StartError(Exception):
    """The relay cannot start; the text is one sentence for the operator."""


def refusal_of(error: Exception) -> WireError | None:
    """Return what a client hears about `error`, or None when it is a fault of our own."""
    if isinstance(error, WireError):
        return error
    code = next((code for kind, code in _CODES if isinstance(error, kind)), None)
    return None if code is None else WireError(code)
