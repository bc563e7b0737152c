"""What the keeper promises, wherever it runs (protocol sections 1, 3 and 8).

Callers pass the ids the relay has: `door32` = KDF(pepper,"door",id) and `box16`. The keeper keys
and hashes them again, so neither database alone ties a door or a share to anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from crypto import labels
from crypto.primitives import hash_

DOOR_BYTES = 32
BOX_BYTES = 16
SHARE_BYTES = 32
TOKEN_BYTES = 32
RESUME_ID_BYTES = 32
BEGIN_MS = 10 * 60 * 1000
COPY_EVERY_S = 3600
SWEEP_EVERY_S = 60
EVALS_PER_DAY = 10_000
# The last tenth is for devices that the account remembers, so that a stranger who tries a door all
# day cannot keep its owner out. No device token is given out yet: nobody gets beyond these.
OPEN_EVALS_PER_DAY = EVALS_PER_DAY - EVALS_PER_DAY // 10


class KeeperError(Exception):
    """The keeper refuses or cannot; `code` is stable, the text names no id."""

    code = "keeper"


class UnknownTokenError(KeeperError):
    """This begin token was never given out, is older than 10 minutes, or served another door."""

    code = "unknown_token"


class GenerationError(KeeperError):
    """The keeper does not hold this generation of the door, or it is settled already."""

    code = "generation"


class BudgetSpentError(KeeperError):
    """This door has had its evaluations for today, as far as they are open to everybody."""

    code = "budget_spent"


class NoShareError(KeeperError):
    """There is no share for this box: never made, or deleted."""

    code = "no_share"


class KeeperFullError(KeeperError):
    """Too many pending secrets or resume slots; try again later."""

    code = "full"


class WrongKeeperError(KeeperError):
    """The relay's database belongs to another keeper, or this one is empty or lost."""

    code = "wrong_keeper"


class KeeperLostError(KeeperError):
    """A keeper of its own cannot be reached; what was asked may have been done. Try again later."""

    code = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperState:
    """What the relay and its operator may know about the keeper."""

    instance_id: bytes
    doors: int
    shares: int
    resume_slots: int
    copy_ms: int | None  # when the sealed copy was last written; None: never since the start
    repaired: str  # "", "main" or "mirror": which file was rebuilt from the other at the start


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorState:
    """What the keeper holds for one generation of a door, for the sweep that settles doors."""

    held: bool
    settled: bool
    others: int  # generations beside it

    @property
    def is_settled_alone(self) -> bool:
        """Tell whether `settle` would change nothing."""
        return self.settled and not self.others


class Resumable(NamedTuple):
    """A resume slot as its client put it: the higher version is the newer."""

    version: int
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldShare:
    """One share, without its bytes, for the sweep that compares boxes and shares."""

    share_key: bytes
    created_hour: int


def share_key(box16: bytes) -> bytes:
    """HASH("share-of",box16): the name under which the keeper files a box's share."""
    return hash_(labels.SHARE_OF, box16)


class Keeper(Protocol):
    """All calls; each write is on disk and mirror when it returns."""

    async def begin(self, alpha: bytes) -> tuple[bytes, bytes]:
        """Draw a secret that waits 10 minutes for `adopt`; return its token and beta."""
        ...

    async def adopt(self, door32: bytes, gen: int, token: bytes) -> None:
        """Make the pending secret generation `gen` of the door; replaces an unsettled one."""
        ...

    async def settle(self, door32: bytes, gen: int) -> None:
        """Delete every other generation, physically; GenerationError if `gen` is not held."""
        ...

    async def door_states(self, doors: Sequence[tuple[bytes, int]]) -> list[DoorState]:
        """Tell of each (door, generation), in order, whether it is held, settled and alone."""
        ...

    async def eval(self, door32: bytes, gen: int, alpha: bytes) -> bytes:
        """Return beta = k * alpha; an unknown door has a k from a PRF. BudgetSpentError."""
        ...

    async def drop(self, door32: bytes) -> None:
        """Delete every generation of the door, physically. Idempotent."""
        ...

    async def drop_keys(self, door_keys: Sequence[bytes]) -> None:
        """As `drop` for many at once, by the keys that `unnamed_doors` gives."""
        ...

    async def unnamed_doors(self, doors: Sequence[bytes]) -> list[bytes]:
        """Keys of the doors that are held and are not among these."""
        ...

    async def share_new(self, box16: bytes) -> bytes:
        """Return the box's 32-byte share, drawn at the first call."""
        ...

    async def share_get(self, box16: bytes) -> bytes:
        """Return the box's share; NoShareError."""
        ...

    async def share_drop(self, box16: bytes) -> None:
        """Delete the box's share, physically. Idempotent."""
        ...

    async def share_drop_keys(self, share_keys: Sequence[bytes]) -> None:
        """As `share_drop` for many at once, by `share_key`: purges, and shares without a box."""
        ...

    async def share_list(self, after: bytes, limit: int) -> list[HeldShare]:
        """Shares in the order of their keys, those greater than `after`."""
        ...

    async def resume_put(self, resume_id: bytes, kept: Resumable, expires_ms: int) -> None:
        """Keep a resume slot in memory, in place of an older version; KeeperFullError."""
        ...

    async def resume_get(self, resume_id: bytes) -> Resumable | None:
        """Return the slot, or None when there is none any more."""
        ...

    async def resume_drop(self, resume_id: bytes) -> None:
        """Forget the slot. Idempotent."""
        ...

    async def sweep(self) -> None:
        """Forget resume slots and pending secrets whose time is over; the caller does so often.

        A keeper of its own does it by itself.
        """
        ...

    async def state(self) -> KeeperState:
        """Counts, instance id, age of the sealed copy."""
        ...

    async def write_copy(self) -> None:
        """Replace the sealed copy; the caller does so every hour.

        A keeper of its own does it by itself, and this fails where it has not.
        """
        ...

    async def close(self) -> None:
        """Let go of files and memory; idempotent."""
        ...
