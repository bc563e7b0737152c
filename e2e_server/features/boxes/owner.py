"""What a room that coordinates boxes offers, so that box and ticket begin and end together.

`boxes` knows no ticket and the rooms above know no envelope; each offers the other one object.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from crypto.wire.boxes import CloseReason
from e2e_server.kernel.context import JobContext
from e2e_server.storage.port import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Leave to create one box; `ends_ms` 0 means no end of its own.

    `bound`: the ticket has this very box already, so creating it again is a repeat.
    """

    ends_ms: int
    bound: bool


class BoxOwner(ABC):
    """A room whose tickets open boxes."""

    @abstractmethod
    def admit(self, tx: ReadTransaction, cap_hash: bytes, box16: bytes) -> Admission | None:
        """Tell whether this ticket capability may create `box16` now; None when not mine."""

    @abstractmethod
    def bind(self, tx: WriteTransaction, cap_hash: bytes, box16: bytes) -> None:
        """The box exists now: note it on the ticket, in the same transaction."""

    @abstractmethod
    def ticket_of(self, tx: ReadTransaction, box16: bytes) -> bytes | None:
        """Return the ticket of a box, None when it is not mine."""

    @abstractmethod
    def ended(self, tx: WriteTransaction, box16: bytes, reason: CloseReason, close_ms: int) -> None:
        """The box has closed, in the same transaction; `close_ms` may lie a little back."""

    @abstractmethod
    def purged(self, tx: WriteTransaction, box16: bytes) -> None:
        """The box is gone: forget its ticket, in the same transaction."""


class BoxContents(ABC):
    """A room that keeps more for a box than its envelopes."""

    @abstractmethod
    async def delete(self, parts: JobContext, box16: bytes) -> None:
        """Delete all of a box, before the box itself; repeated after a failure or a crash."""


class Registrar(ABC):
    """The room that keeps what shows afterwards that a box was purged; offered as a service."""

    @abstractmethod
    def bury(self, tx: WriteTransaction, tomb: bytes) -> None:
        """Enter the tomb of a box into the list of the day, in the transaction that forgets it."""


class BoxOwners:
    """All owners of this relay, and who keeps more for boxes; rooms above add theirs at start."""

    def __init__(self) -> None:
        self.all: list[BoxOwner] = []
        self.contents: list[BoxContents] = []

    def ticket_of(self, tx: ReadTransaction, box16: bytes) -> bytes | None:
        """Return the ticket of a box, whichever room has it."""
        return next((t for owner in self.all if (t := owner.ticket_of(tx, box16))), None)
