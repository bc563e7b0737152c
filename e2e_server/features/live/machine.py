"""The life of a live request: a pure table, nothing else decides.

`TABLE` maps (state, event) to a transition; a pair that is missing is refused (`wrong_state`).
`apply` turns a ticket into the next one, `elapse` lets the deadlines happen that have come; times
come in as values. The diagram in docs/spec/live.md is drawn from `TABLE` by `diagram`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from crypto.wire.live import TicketReason, TicketState

MINUTE_MS = 60_000


class TicketEvent(Enum):
    """What can happen to a ticket, and who causes it."""

    WITHDRAW = "withdraw (seeker)"
    DISCONNECT = "connection lost"
    RETURN_OF_DEVICE = "device returns (seeker)"
    ACCEPT = "accept (counsellor)"
    MORE_TIME = "more time (seeker, once)"
    CONFIRM = "confirm (seeker)"
    HAND_BACK = "return (counsellor)"
    HAND_OVER = "hand over (counsellor)"
    SUCCEED = "handed over (successor)"
    KEEP = "no hand-over any more (either)"
    DEADLINE = "time is up"
    CLOSE = "close (either)"
    LEAVE = "quick exit (seeker)"


class Deadline(Enum):
    """Which clock runs in the next state; its length is a setting."""

    NONE = "none"
    KEEP = "keep"
    SILENCE = "silence"
    RESTING = "resting"
    OFFER = "offer"
    CHAT = "chat"
    RETENTION = "retention"


class Place(Enum):
    """Where in the queue the ticket stands next."""

    KEEP = "keep"
    FRONT = "front"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One line of the table."""

    to: TicketState
    reason: TicketReason = TicketReason.NONE
    deadline: Deadline = Deadline.NONE
    place: Place = Place.KEEP
    # Only a ticket on which this has not happened yet may take the transition.
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The lengths of the deadlines, from SETTINGS."""

    silence_ms: int
    resting_ms: int
    offer_ms: int
    chat_ms: int
    retention_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketLife:
    """The part of a ticket that the table decides about."""

    state: TicketState
    reason: TicketReason
    deadline_ms: int
    place: int
    more_time_used: bool
    started_ms: int


class RefusedTransition(Exception):
    """The table has no such line, or its one use is spent."""


_S, _E, _R, _D = TicketState, TicketEvent, TicketReason, Deadline

TABLE: Mapping[tuple[TicketState, TicketEvent], Transition] = {
    (_S.WAITING, _E.WITHDRAW): Transition(to=_S.GONE, reason=_R.WITHDRAWN),
    (_S.WAITING, _E.DISCONNECT): Transition(to=_S.WAITING, deadline=_D.SILENCE),
    (_S.WAITING, _E.RETURN_OF_DEVICE): Transition(to=_S.WAITING),
    (_S.WAITING, _E.DEADLINE): Transition(to=_S.RESTING, reason=_R.SILENCE, deadline=_D.RESTING),
    (_S.WAITING, _E.ACCEPT): Transition(to=_S.OFFERED, deadline=_D.OFFER),
    (_S.RESTING, _E.WITHDRAW): Transition(to=_S.GONE, reason=_R.WITHDRAWN),
    (_S.RESTING, _E.DISCONNECT): Transition(to=_S.RESTING, deadline=_D.KEEP),
    (_S.RESTING, _E.RETURN_OF_DEVICE): Transition(to=_S.WAITING),
    (_S.RESTING, _E.DEADLINE): Transition(to=_S.GONE, reason=_R.TOO_LONG),
    (_S.OFFERED, _E.WITHDRAW): Transition(to=_S.GONE, reason=_R.CANCELLED),
    (_S.OFFERED, _E.DISCONNECT): Transition(to=_S.OFFERED, deadline=_D.KEEP),
    (_S.OFFERED, _E.RETURN_OF_DEVICE): Transition(to=_S.OFFERED, deadline=_D.KEEP),
    (_S.OFFERED, _E.MORE_TIME): Transition(to=_S.OFFERED, deadline=_D.OFFER, once=True),
    (_S.OFFERED, _E.CONFIRM): Transition(to=_S.ACTIVE, deadline=_D.CHAT),
    (_S.OFFERED, _E.HAND_BACK): Transition(
        to=_S.WAITING, reason=_R.RETURNED, deadline=_D.SILENCE, place=Place.FRONT
    ),
    (_S.OFFERED, _E.DEADLINE): Transition(
        to=_S.RESTING, reason=_R.OFFER_EXPIRED, deadline=_D.RESTING
    ),
    (_S.ACTIVE, _E.DISCONNECT): Transition(to=_S.ACTIVE, deadline=_D.KEEP),
    (_S.ACTIVE, _E.RETURN_OF_DEVICE): Transition(to=_S.ACTIVE, deadline=_D.KEEP),
    (_S.ACTIVE, _E.CONFIRM): Transition(to=_S.ACTIVE, deadline=_D.KEEP),
    (_S.ACTIVE, _E.HAND_OVER): Transition(to=_S.ACTIVE, deadline=_D.KEEP),
    (_S.ACTIVE, _E.SUCCEED): Transition(to=_S.ACTIVE, deadline=_D.KEEP),
    (_S.ACTIVE, _E.KEEP): Transition(to=_S.ACTIVE, deadline=_D.KEEP),
    (_S.ACTIVE, _E.CLOSE): Transition(to=_S.CLOSED, reason=_R.ENDED, deadline=_D.RETENTION),
    (_S.ACTIVE, _E.LEAVE): Transition(to=_S.CLOSED, reason=_R.LEFT, deadline=_D.RETENTION),
    (_S.ACTIVE, _E.WITHDRAW): Transition(to=_S.CLOSED, reason=_R.LEFT, deadline=_D.RETENTION),
    (_S.ACTIVE, _E.DEADLINE): Transition(to=_S.CLOSED, reason=_R.TIME_OVER, deadline=_D.RETENTION),
    (_S.CLOSED, _E.DEADLINE): Transition(to=_S.GONE),
}


def apply(
    life: TicketLife, event: TicketEvent, *, now_ms: int, clocks: Clocks, front_place: int
) -> TicketLife:
    """Return the ticket after `event`; RefusedTransition when the table has no such line.

    `front_place` is the place before everybody else in the portal.
    """
    line = TABLE.get((life.state, event))
    if line is None or (line.once and life.more_time_used):
        raise RefusedTransition
    return replace(
        life,
        state=line.to,
        # Two events that change nothing must not wipe why the ticket is where it is.
        reason=life.reason if line.to is life.state else line.reason,
        deadline_ms=_deadline_ms(line.deadline, life, now_ms, clocks),
        place=front_place if line.place is Place.FRONT else life.place,
        more_time_used=line.to is TicketState.OFFERED and (life.more_time_used or line.once),
        started_ms=_started_ms(line, life, now_ms),
    )


def elapse(life: TicketLife, *, now_ms: int, clocks: Clocks, front_place: int) -> TicketLife:
    """Let every deadline that has come by `now_ms` happen, each at its own moment.

    So a sweep that comes late, after a week without power or within its few seconds, finds the
    same lives as one that was there.
    """
    while 0 < life.deadline_ms <= now_ms:
        life = apply(
            life,
            TicketEvent.DEADLINE,
            now_ms=life.deadline_ms,
            clocks=clocks,
            front_place=front_place,
        )
    return life


def diagram() -> str:
    """Draw the table as Mermaid text for docs/spec/live.md."""
    lines = ["stateDiagram-v2", "    [*] --> waiting: request (seeker, portal open)"]
    for (state, event), line in TABLE.items():
        target = "[*]" if line.to is TicketState.GONE else line.to.name.lower()
        words = _CLOCK_WORDS.get((state, event), event.value)
        if line.deadline is not Deadline.KEEP or state is not line.to:
            lines.append(f"    {state.name.lower()} --> {target}: {words}")
    return "\n".join(lines) + "\n"


# "time is up" says more when it names the clock that ran.
_CLOCK_WORDS = {
    (_S.WAITING, _E.DEADLINE): "10 min silence",
    (_S.RESTING, _E.DEADLINE): "12 h",
    (_S.OFFERED, _E.DEADLINE): "5 min, once + 5",
    (_S.ACTIVE, _E.DEADLINE): "180 min after the start",
    (_S.CLOSED, _E.DEADLINE): "48 h after the close, to the minute",
}


def _started_ms(line: Transition, life: TicketLife, now_ms: int) -> int:
    """Return when the chat began; told nowhere before, and kept no longer than it runs."""
    if line.to is not TicketState.ACTIVE:
        return 0
    return now_ms if line.deadline is Deadline.CHAT else life.started_ms


def _deadline_ms(rule: Deadline, life: TicketLife, now_ms: int, clocks: Clocks) -> int:
    """Return the next deadline; 0 means none. More time is added to the running offer."""
    if rule is Deadline.NONE:
        return 0
    if rule is Deadline.KEEP:
        return life.deadline_ms
    if rule is Deadline.OFFER and life.state is TicketState.OFFERED:
        return life.deadline_ms + clocks.offer_ms
    if rule is Deadline.RETENTION:
        # Rounded up to the minute, as the close of the box is.
        return -(-now_ms // MINUTE_MS) * MINUTE_MS + clocks.retention_ms
    length_ms = {
        Deadline.SILENCE: clocks.silence_ms,
        Deadline.RESTING: clocks.resting_ms,
        Deadline.OFFER: clocks.offer_ms,
        Deadline.CHAT: clocks.chat_ms,
    }[rule]
    return now_ms + length_ms
