"""What a client reports to the person who uses it."""

from __future__ import annotations

from crypto.errors import RemoteError


class Refused(RemoteError):
    """The relay, or somebody through it, sent what must not be believed; nothing was shown."""

    code = "refused"

    def __init__(self, verdict: str) -> None:
        super().__init__(verdict)
        self.verdict = verdict


class Disconnected(ConnectionError):
    """The line to the relay is gone; nothing is known about commands under way."""
