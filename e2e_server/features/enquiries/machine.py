"""The life of a written enquiry: a pure table, nothing else decides.

`TABLE` maps (state, event) to the next state; a pair that is missing is refused (`wrong_state`).
`apply` turns an enquiry into the next one, `elapse` lets the deadlines happen that have come; times
come in as values. The diagram in docs/spec/enquiries.md is drawn from `TABLE` by `diagram`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from crypto.wire.enquiries import EnquiryState

HOUR_MS = 3_600_000


class EnquiryEvent(Enum):
    """What can happen to an enquiry, and who causes it."""

    ACCEPT = "accept (counsellor)"
    HAND_BACK = "return (counsellor)"
    TAKE = "taken (counsellor)"
    MARK_WAITING = "mark waiting (counsellor)"
    MARK_ANSWERED = "mark answered (counsellor)"
    MARK_DONE = "mark done (counsellor)"
    HAND_OVER = "hand over (counsellor)"
    LEND = "hand over for a time (counsellor)"
    SUCCEED = "taken (successor)"
    STAND_IN = "taken (deputy)"
    TAKE_OVER = "taken (colleague)"
    KEEP = "no hand-over any more (either)"
    RELEASE = "release (counsellor)"
    END = "end (counsellor)"
    WRITE_AGAIN = "again (seeker)"
    CALL_BACK = "call back (seeker)"
    WITHDRAW = "withdraw (seeker)"
    LAPSE = "10 min without a commit"
    EXPIRE = "time is up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The lengths of the deadlines, from SETTINGS."""

    reserve_ms: int
    unaccepted_hours: int
    # Of a conversation that nobody uses, with the hours that it can still be read in after its end.
    idle_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnquiryLife:
    """The part of an enquiry that the table decides about; `until_ms` 0: nobody reserves it."""

    state: EnquiryState
    since_hour: int
    until_ms: int
    ends_hour: int


class RefusedTransition(Exception):
    """The table has no such line."""


_S, _E = EnquiryState, EnquiryEvent

UNTAKEN = frozenset({_S.OPEN, _S.RESERVED})
# In these somebody waits for an answer: passing from one to another does not begin a new wait.
_UNANSWERED = UNTAKEN | {_S.WAITING}

TABLE: Mapping[tuple[EnquiryState, EnquiryEvent], EnquiryState] = {
    (_S.OPEN, _E.ACCEPT): _S.RESERVED,
    # The commit is made, but its report comes late.
    (_S.OPEN, _E.TAKE): _S.WAITING,
    (_S.OPEN, _E.HAND_BACK): _S.OPEN,
    (_S.OPEN, _E.RELEASE): _S.OPEN,
    (_S.OPEN, _E.WRITE_AGAIN): _S.OPEN,
    (_S.OPEN, _E.CALL_BACK): _S.OPEN,
    (_S.OPEN, _E.WITHDRAW): _S.GONE,
    (_S.OPEN, _E.EXPIRE): _S.GONE,
    (_S.RESERVED, _E.ACCEPT): _S.RESERVED,
    (_S.RESERVED, _E.TAKE): _S.WAITING,
    (_S.RESERVED, _E.HAND_BACK): _S.OPEN,
    (_S.RESERVED, _E.LAPSE): _S.OPEN,
    (_S.RESERVED, _E.WRITE_AGAIN): _S.RESERVED,
    (_S.RESERVED, _E.CALL_BACK): _S.OPEN,
    (_S.RESERVED, _E.WITHDRAW): _S.GONE,
    (_S.RESERVED, _E.EXPIRE): _S.GONE,
    **{
        (state, event): after
        for state in (_S.WAITING, _S.ANSWERED, _S.DONE)
        for event, after in (
            (_E.TAKE, state),
            (_E.HAND_OVER, state),
            (_E.LEND, state),
            (_E.SUCCEED, state),
            (_E.STAND_IN, state),
            (_E.TAKE_OVER, state),
            (_E.KEEP, state),
            (_E.RELEASE, _S.OPEN),
            (_E.MARK_WAITING, _S.WAITING),
            (_E.MARK_ANSWERED, _S.ANSWERED),
            (_E.MARK_DONE, _S.DONE),
            (_E.WRITE_AGAIN, _S.WAITING),
            (_E.CALL_BACK, _S.OPEN),
            (_E.END, _S.GONE),
            (_E.WITHDRAW, _S.GONE),
            (_E.EXPIRE, _S.GONE),
        )
    },
}


def opened(now_ms: int, clocks: Clocks) -> EnquiryLife:
    """Return the life of an enquiry that begins now."""
    hour = now_ms // HOUR_MS
    return EnquiryLife(
        state=_S.OPEN, since_hour=hour, until_ms=0, ends_hour=hour + clocks.unaccepted_hours
    )


def apply(life: EnquiryLife, event: EnquiryEvent, *, now_ms: int, clocks: Clocks) -> EnquiryLife:
    """Return the enquiry after `event`; RefusedTransition when the table has no such line."""
    state = TABLE.get((life.state, event))
    if state is None:
        raise RefusedTransition
    hour = now_ms // HOUR_MS
    waits_on = state is life.state or {state, life.state} <= _UNANSWERED
    return replace(
        life,
        state=state,
        since_hour=life.since_hour if waits_on else hour,
        until_ms=_until_ms(life, state, now_ms, clocks),
        ends_hour=_ends_hour(life, state, hour, clocks),
    )


def begun_anew(life: EnquiryLife, *, now_ms: int, clocks: Clocks) -> EnquiryLife:
    """Return an open enquiry that waits from now on for as long as any that nobody takes."""
    return replace(life, ends_hour=now_ms // HOUR_MS + clocks.unaccepted_hours)


def elapse(life: EnquiryLife, *, now_ms: int, clocks: Clocks) -> EnquiryLife:
    """Let the deadlines happen that have come by `now_ms`, however late anybody looks."""
    if life.state is _S.RESERVED and life.until_ms <= now_ms:
        life = apply(life, _E.LAPSE, now_ms=life.until_ms, clocks=clocks)
    if life.state is not _S.GONE and life.ends_hour * HOUR_MS <= now_ms:
        life = apply(life, _E.EXPIRE, now_ms=life.ends_hour * HOUR_MS, clocks=clocks)
    return life


def diagram() -> str:
    """Draw the table as Mermaid text for docs/spec/enquiries.md."""
    lines = ["stateDiagram-v2", "    [*] --> open: open (seeker)"]
    for (before, event), after in TABLE.items():
        if before is not after:
            target = "[*]" if after is _S.GONE else after.name.lower()
            lines.append(f"    {before.name.lower()} --> {target}: {event.value}")
    return "\n".join(lines) + "\n"


def _ends_hour(life: EnquiryLife, state: EnquiryState, hour: int, clocks: Clocks) -> int:
    """Reserving and returning must not keep alive what nobody takes; letting go begins anew."""
    if state not in UNTAKEN:
        return hour + clocks.idle_hours
    return life.ends_hour if life.state in UNTAKEN else hour + clocks.unaccepted_hours


def _until_ms(life: EnquiryLife, state: EnquiryState, now_ms: int, clocks: Clocks) -> int:
    """Return the end of the reservation; who accepts again gets the same."""
    if state is not _S.RESERVED:
        return 0
    return life.until_ms or now_ms + clocks.reserve_ms
