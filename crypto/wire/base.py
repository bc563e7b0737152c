"""What every message is: Command[Reply], Reply, Event, Content, Record.

Each is a frozen dataclass whose fields are the `Annotated` types of `fields`, tuples of them with
a `ListUpTo`, or a `Record`. A command says which credential, role and right it needs and how large
its frame may be; the relay's dispatch refuses before a handler runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum, IntFlag
from typing import ClassVar, Generic, TypeVar


class Credential(Enum):
    """What must come with a command. Sign-ins bind to the connection, the others to one frame."""

    NONE = "none"
    SIGN_IN = "sign-in"
    STAFF = "staff"
    TICKET = "ticket"
    BOX = "box"


class Role(IntEnum):
    """Roles of certified staff (section 4)."""

    ADMIN = 1
    COUNSELLOR = 2
    LEAD = 3
    AUDITOR = 4


class Audience(IntEnum):
    """Whose client needs a message; each also needs those of the lines before.

    CONTACTS: seekers' and leads' pages, each when somebody opens that room.

    It decides what a browser loads (`mirror`), never what the relay permits.
    """

    EVERYONE = 1
    ACCOUNT = 2
    STAFF = 3
    CONTACTS = 4


class Right(IntFlag):
    """What a box capability may do (section 5)."""

    READ = 1
    POST = 2
    COMMIT = 4
    CLOSE = 8
    KEEP = 16


NO_RIGHT = Right(0)
ALL_RIGHTS = int(Right.READ | Right.POST | Right.COMMIT | Right.CLOSE | Right.KEEP)
COUNSELLING_ROLES = (Role.COUNSELLOR, Role.LEAD, Role.AUDITOR)
STAFF_ROLES = (Role.ADMIN, *COUNSELLING_ROLES)
DEFAULT_MAX_BYTES = 4_096
_AUDIENCES = {Credential.SIGN_IN: Audience.ACCOUNT, Credential.STAFF: Audience.STAFF}


class Record:
    """A group of fields inside a message; encoded as an array of fixed length."""


class Reply:
    """The answer to one command."""


class Event:
    """Something the relay tells without being asked; unknown events are ignored by clients."""

    NAME: ClassVar[str]
    AUDIENCE: ClassVar[Audience]


class Content:
    """What lies inside an envelope; declared here, decoded by clients only."""


R_co = TypeVar("R_co", bound=Reply, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandMeta:
    """What dispatch checks before it calls a handler."""

    name: str
    credential: Credential
    reply: type[Reply]
    audience: Audience
    right: Right = NO_RIGHT
    roles: tuple[Role, ...] = ()
    max_bytes: int = DEFAULT_MAX_BYTES
    # `stamped`: anonymous creating commands may need a stamp (section 3); `over_http`: may also
    # come as one keepalive request, for a page that is about to vanish.
    stamped: bool = False
    over_http: bool = False


class Command(Generic[R_co]):
    """A request with exactly one kind of reply."""

    META: ClassVar[CommandMeta]


C = TypeVar("C", bound=type)


def command(
    name: str,
    credential: Credential,
    reply: type[Reply],
    *,
    audience: Audience | None = None,
    right: Right = NO_RIGHT,
    roles: tuple[Role, ...] = (),
    max_bytes: int = DEFAULT_MAX_BYTES,
    stamped: bool = False,
    over_http: bool = False,
) -> Callable[[C], C]:
    """Give a command class its name on the wire and its conditions.

    Its audience needs a word only where the credential does not tell it.
    """
    meta = CommandMeta(
        name=name,
        credential=credential,
        reply=reply,
        audience=audience or _AUDIENCES.get(credential, Audience.EVERYONE),
        right=right,
        roles=roles,
        max_bytes=max_bytes,
        stamped=stamped,
        over_http=over_http,
    )

    def mark(cls: C) -> C:
        cls.META = meta  # type: ignore[attr-defined]  # C is a Command class
        return cls

    return mark


def event(name: str, *, audience: Audience = Audience.EVERYONE) -> Callable[[C], C]:
    """Give an event class its name on the wire, and say whom it is told."""

    def mark(cls: C) -> C:
        cls.NAME = name  # type: ignore[attr-defined]  # C is an Event class
        cls.AUDIENCE = audience  # type: ignore[attr-defined]  # as above
        return cls

    return mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Reply):
    """Nothing to say but that it is done, durably."""
