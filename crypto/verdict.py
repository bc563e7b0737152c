"""What the transcript machine answers (protocol section 5, "Transcript rules")."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from crypto.envelope import Opened
from crypto.roster import RosterEntry


class Verdict(StrEnum):
    """One per envelope; what a client does with each stands in the table of section 5."""

    UNREADABLE = "UNREADABLE"
    OLD_EPOCH = "OLD_EPOCH"
    BAD_COMMIT = "BAD_COMMIT"
    NOT_MEMBER = "NOT_MEMBER"
    BAD_SIG = "BAD_SIG"
    DUP = "DUP"
    GAP = "GAP"
    FORK = "FORK"
    LOG_FORK = "LOG_FORK"
    WITHHELD = "WITHHELD"
    OK = "OK"


class NeedKind(StrEnum):
    """What the client must fetch before the machine can judge."""

    ENVELOPES = "ENVELOPES"  # read the box again from number `n`
    LOG = "LOG"  # read the staff log up to size `n`


class NoticeKind(StrEnum):
    """What a client draws or does beside the message; no content."""

    ADDED = "ADDED"
    REMOVED = "REMOVED"
    NEW_EPOCH = "NEW_EPOCH"  # save the keyring
    BEFORE_JOIN = "BEFORE_JOIN"  # counted unopened, for a late joiner
    CERTIFICATE_ENDED = "CERTIFICATE_ENDED"  # once per member; the conversation goes on
    OTHER_VIEW = "OTHER_VIEW"  # this member's view of the box is not mine
    OTHER_HISTORY = "OTHER_HISTORY"  # the relay shows another box than it showed before
    OTHER_LOG = "OTHER_LOG"  # this member's staff log is not mine; the message is the proof
    JOINED = "JOINED"  # the commit by which this member let me in stands here
    DAMAGED = "DAMAGED"  # a commit of this member breaks the rules: stop
    YOU_WERE_REMOVED = "YOU_WERE_REMOVED"  # by this member: stop
    UNINVITED = "UNINVITED"  # let in without my yes; raised by who reads the contents


@dataclass(frozen=True, slots=True)
class Need:
    """Fetch this, then call `take` again and name it as tried."""

    kind: NeedKind
    n: int


@dataclass(frozen=True, slots=True)
class Notice:
    """`sidx` is None where no member, only the relay, can be the cause."""

    kind: NoticeKind
    sidx: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A verified message. `n` is its number, of a fleeting one 0."""

    n: int
    opened: Opened
    author: RosterEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The answer for one envelope.

    `verdict` None: nothing was taken, `need` says what is missing. GAP, FORK and LOG_FORK let
    reading go on, so the checks below them run too: `findings` lists every failing check in the
    table's order, and the gravest is the verdict. OK, GAP, FORK and LOG_FORK bring a `message`.
    """

    n: int
    verdict: Verdict | None
    need: Need | None = None
    findings: tuple[Verdict, ...] = ()
    message: Message | None = None
    notices: tuple[Notice, ...] = ()
