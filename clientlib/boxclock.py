"""What the relay says about the life of a box."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.wire.boxes import BoxState, Closed, CloseReason, ReadReply


@dataclass(slots=True)
class BoxClock:
    """The box's life in the relay's words; 0 where nothing is planned.

    `end_minute` is the close minute once everything before the end was read, else 0.
    """

    state: BoxState = BoxState.OPEN
    reason: CloseReason = CloseReason.NONE
    ends_ms: int = 0
    close_minute: int = 0
    purge_minute: int = 0
    end_minute: int = 0
    purged: bool = False

    def read(self, page: ReadReply, number: int) -> None:
        """Take what a page of the box says; `number`: how far it was read by then."""
        self.state = BoxState(page.state)
        self.reason = CloseReason(page.reason)
        self.ends_ms = page.ends_ms
        self.close_minute = page.close_minute
        self.purge_minute = page.purge_minute
        if number >= page.head_n:
            self.end_minute = page.close_minute

    def closed(self, event: Closed) -> None:
        """The box has closed; on one line this comes after all that was written."""
        self.state = BoxState.CLOSED
        self.reason = CloseReason(event.reason)
        self.close_minute = event.close_minute
        self.purge_minute = event.purge_minute
        self.end_minute = event.close_minute
