"""What a handler and a job get: the relay's parts, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from crypto.wire.base import Role
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.bus.port import Bus
from e2e_server.config import Settings
from e2e_server.keeper.port import Keeper
from e2e_server.kernel.clock import Clock
from e2e_server.kernel.connection import Connection, Reader, SharedEvent, SignIn
from e2e_server.kernel.limits import Limits
from e2e_server.kernel.oplog import OpLog
from e2e_server.kernel.site import Site
from e2e_server.storage.port import Database

__all__ = [
    "Connection",
    "Context",
    "JobContext",
    "Reader",
    "Services",
    "SharedEvent",
    "SignIn",
    "StaffDirectory",
    "Standing",
]

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A certificate in force: what its holder may do, and the key that proves it is them."""

    certificate_hash: bytes
    role: Role
    sign_pk: bytes


class StaffDirectory(Protocol):
    """Knows from the log who is certified; the room `translog` registers it."""

    def standing(self, subject16: bytes, now_ms: int) -> Standing | None:
        """Return the certificate in force for `subject16`, or None."""
        ...


class Services:
    """What a room keeps in memory for itself and others, one object per class.

    A room puts its own when it starts; rooms start in the order of `e2e_server/slices.py`.
    """

    def __init__(self) -> None:
        self._found: dict[type[Any], Any] = {}

    def put(self, kind: type[Any], service: object) -> None:
        """Offer `service` as the one of its kind."""
        self._found[kind] = service

    def get(self, kind: type[S]) -> S:
        """Return the service of this kind; KeyError when no room has offered it."""
        found: S = self._found[kind]
        return found

    def find(self, kind: type[S]) -> S | None:
        """Return the service of this kind, or None."""
        found: S | None = self._found.get(kind)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class JobContext:
    """What a job, a start hook and a health check get."""

    db: Database
    bus: Bus
    keeper: Keeper
    clock: Clock
    settings: Settings
    site: Site
    limits: Limits
    services: Services
    oplog: OpLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One command: the parts, the connection it came on, and what it proved.

    `cap_hash` is HASH("cap", credential) of TICKET and BOX commands, else empty; whether it opens
    anything is for the room to look up. `sign_in` is set for SIGN_IN and STAFF commands, and for
    others where the connection happens to be signed in.
    """

    db: Database
    bus: Bus
    keeper: Keeper
    clock: Clock
    settings: Settings
    site: Site
    limits: Limits
    services: Services
    oplog: OpLog
    connection: Connection
    sign_in: SignIn | None = None
    cap_hash: bytes = b""

    def signed_in(self) -> SignIn:
        """Return the sign-in of a SIGN_IN or STAFF command."""
        if self.sign_in is None:
            raise WireError(ErrorCode.UNAUTHORISED)
        return self.sign_in
