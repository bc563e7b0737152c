"""What somebody shows who wants something of a box: a capability, and who they are signed in as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from e2e_server.features.boxes.store import CapRow
from e2e_server.features.translog import is_listed
from e2e_server.kernel.context import Context


def _nobody(team16: bytes) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A capability's hash, whether it came under a sign-in, and a way to ask for a team.

    `is_listed` answers for the moment in which it is asked: sign-ins end, certificates are revoked
    and members leave while somebody is connected.
    """

    cap_hash: bytes
    is_signed: bool = False
    is_listed: Callable[[bytes], bool] = _nobody

    def works(self, cap: CapRow) -> bool:
        """Tell whether this opens as that capability now; a team's needs one of its members."""
        return cap.team16 is None or self.is_listed(cap.team16)


class Held(NamedTuple):
    """A capability that was shown and found, for readers who go on with it."""

    shown: Shown
    cap: CapRow

    @property
    def cap_hash(self) -> bytes:
        """The hash by which the box knows it."""
        return self.cap.cap_hash

    @property
    def works(self) -> bool:
        """Tell whether it still opens anything, as far as who holds it decides."""
        return self.shown.works(self.cap)


def shown_by(context: Context) -> Shown:
    """Return what came with a command."""
    connection = context.connection
    return Shown(
        cap_hash=context.cap_hash,
        is_signed=context.sign_in is not None,
        is_listed=lambda team16: is_listed(context, team16, connection.sign_in),
    )
