"""The codes with which the relay refuses; the words for people are in `web/text/`."""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """One stable name per reason; a client shows words by code, never this text."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    UNKNOWN_COMMAND = "unknown_command"
    UNSUPPORTED_VERSION = "unsupported_version"
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    RATE_LIMITED = "rate_limited"
    STAMP_NEEDED = "stamp_needed"
    NAME_TAKEN = "name_taken"
    CONFLICT = "conflict"
    STALE = "stale"
    TAKEN = "taken"
    WRONG_STATE = "wrong_state"
    CLOSED = "closed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    PORTAL_CLOSED = "portal_closed"
    PORTAL_FULL = "portal_full"
    OFF_DUTY = "off_duty"
    AT_CAPACITY = "at_capacity"
    PURGE_OVERDUE = "purge_overdue"
    BAD_STATEMENT = "bad_statement"
    STORAGE = "storage"
    INTERNAL = "internal"


class WireError(Exception):
    """A refusal on its way over the wire; `retry_ms` > 0 says when trying again makes sense."""

    def __init__(self, code: ErrorCode, retry_ms: int = 0) -> None:
        super().__init__(code.value)
        self.code = code
        self.retry_ms = retry_ms
