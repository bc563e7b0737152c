"""The table alone: every pair of state and event, and random lives."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.wire.live import TicketReason, TicketState
from e2e_server.features.live.machine import (
    TABLE,
    Clocks,
    RefusedTransition,
    TicketEvent,
    TicketLife,
    apply,
    diagram,
    elapse,
)

ROOT = Path(__file__).parents[3]
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
NOW_MS = 1_800_000_000_000
CLOCKS = Clocks(
    silence_ms=10 * MINUTE_MS,
    resting_ms=12 * HOUR_MS,
    offer_ms=5 * MINUTE_MS,
    chat_ms=180 * MINUTE_MS,
    retention_ms=48 * HOUR_MS,
)
S, E, R = TicketState, TicketEvent, TicketReason
# (state, event) -> (next state, why, ms from now until it ends by itself; KEEP: as before)
KEEP = -1
EXPECTED = {
    (S.WAITING, E.WITHDRAW): (S.GONE, R.WITHDRAWN, 0),
    (S.WAITING, E.DISCONNECT): (S.WAITING, R.NONE, 10 * MINUTE_MS),
    (S.WAITING, E.RETURN_OF_DEVICE): (S.WAITING, R.NONE, 0),
    (S.WAITING, E.DEADLINE): (S.RESTING, R.SILENCE, 12 * HOUR_MS),
    (S.WAITING, E.ACCEPT): (S.OFFERED, R.NONE, 5 * MINUTE_MS),
    (S.RESTING, E.WITHDRAW): (S.GONE, R.WITHDRAWN, 0),
    (S.RESTING, E.DISCONNECT): (S.RESTING, R.NONE, KEEP),
    (S.RESTING, E.RETURN_OF_DEVICE): (S.WAITING, R.NONE, 0),
    (S.RESTING, E.DEADLINE): (S.GONE, R.TOO_LONG, 0),
    (S.OFFERED, E.WITHDRAW): (S.GONE, R.CANCELLED, 0),
    (S.OFFERED, E.DISCONNECT): (S.OFFERED, R.NONE, KEEP),
    (S.OFFERED, E.RETURN_OF_DEVICE): (S.OFFERED, R.NONE, KEEP),
    (S.OFFERED, E.CONFIRM): (S.ACTIVE, R.NONE, 180 * MINUTE_MS),
    (S.OFFERED, E.HAND_BACK): (S.WAITING, R.RETURNED, 10 * MINUTE_MS),
    (S.OFFERED, E.DEADLINE): (S.RESTING, R.OFFER_EXPIRED, 12 * HOUR_MS),
    (S.ACTIVE, E.DISCONNECT): (S.ACTIVE, R.NONE, KEEP),
    (S.ACTIVE, E.RETURN_OF_DEVICE): (S.ACTIVE, R.NONE, KEEP),
    (S.ACTIVE, E.CONFIRM): (S.ACTIVE, R.NONE, KEEP),
    (S.ACTIVE, E.HAND_OVER): (S.ACTIVE, R.NONE, KEEP),
    (S.ACTIVE, E.SUCCEED): (S.ACTIVE, R.NONE, KEEP),
    (S.ACTIVE, E.KEEP): (S.ACTIVE, R.NONE, KEEP),
    (S.ACTIVE, E.CLOSE): (S.CLOSED, R.ENDED, 48 * HOUR_MS),
    (S.ACTIVE, E.LEAVE): (S.CLOSED, R.LEFT, 48 * HOUR_MS),
    (S.ACTIVE, E.WITHDRAW): (S.CLOSED, R.LEFT, 48 * HOUR_MS),
    (S.ACTIVE, E.DEADLINE): (S.CLOSED, R.TIME_OVER, 48 * HOUR_MS),
    (S.CLOSED, E.DEADLINE): (S.GONE, R.NONE, 0),
}
# The end of the offer is not counted from now: its half is added to the running one.
MORE_TIME = (S.OFFERED, E.MORE_TIME)


def life(state: TicketState, **changed: object) -> TicketLife:
    given_: dict[str, object] = {
        "state": state,
        "reason": R.NONE,
        "deadline_ms": NOW_MS + 77,
        "place": 5,
        "more_time_used": False,
        "started_ms": NOW_MS - 100 if state is S.ACTIVE else 0,
    }
    return TicketLife(**(given_ | changed))  # type: ignore[arg-type]


def step(before: TicketLife, event: TicketEvent, now_ms: int = NOW_MS) -> TicketLife:
    return apply(before, event, now_ms=now_ms, clocks=CLOCKS, front_place=-3)


def test_the_table_has_exactly_these_lines() -> None:
    assert set(TABLE) == {*EXPECTED, MORE_TIME}


@pytest.mark.parametrize("event", list(TicketEvent), ids=lambda e: e.name)
@pytest.mark.parametrize("state", list(TicketState), ids=lambda s: s.name)
def test_every_pair_of_state_and_event(state: TicketState, event: TicketEvent) -> None:
    before = life(state)
    if (state, event) == MORE_TIME:
        return
    if (state, event) not in EXPECTED:
        with pytest.raises(RefusedTransition):
            step(before, event)
        return
    to, reason, duration_ms = EXPECTED[state, event]
    after = step(before, event)
    assert (after.state, after.reason) == (to, reason)
    kept = before.deadline_ms if duration_ms == KEEP else 0
    assert after.deadline_ms == (kept or (NOW_MS + duration_ms if duration_ms else 0))
    assert after.place == (-3 if event is E.HAND_BACK else 5)
    assert after.more_time_used is False


def test_more_time_is_added_once_to_the_running_offer() -> None:
    offered = step(life(S.WAITING), E.ACCEPT)
    longer = step(offered, E.MORE_TIME, NOW_MS + 3 * MINUTE_MS)
    assert longer.deadline_ms == NOW_MS + 10 * MINUTE_MS
    with pytest.raises(RefusedTransition):
        step(longer, E.MORE_TIME)
    # Another counsellor's offer is another one.
    again = step(step(longer, E.HAND_BACK), E.ACCEPT)
    assert not again.more_time_used
    assert step(again, E.MORE_TIME).more_time_used


def test_the_clock_starts_at_the_first_confirm_only() -> None:
    active = step(life(S.OFFERED), E.CONFIRM)
    assert active.started_ms == NOW_MS
    assert step(active, E.CONFIRM, NOW_MS + HOUR_MS) == active
    assert step(active, E.CLOSE).started_ms == 0


def test_why_somebody_waits_is_not_wiped_by_a_lost_line() -> None:
    returned = step(life(S.OFFERED), E.HAND_BACK)
    assert step(step(returned, E.DISCONNECT), E.RETURN_OF_DEVICE).reason is R.RETURNED


def test_the_close_is_rounded_up_to_the_minute() -> None:
    assert NOW_MS % MINUTE_MS == 0
    assert step(life(S.ACTIVE), E.CLOSE, NOW_MS + 1).deadline_ms == NOW_MS + MINUTE_MS + (
        48 * HOUR_MS
    )


def test_late_deadlines_happen_each_at_its_own_moment() -> None:
    silent = step(life(S.WAITING), E.DISCONNECT)

    def at(late_ms: int) -> TicketLife:
        return elapse(silent, now_ms=NOW_MS + late_ms, clocks=CLOCKS, front_place=0)

    assert at(10 * MINUTE_MS - 1) == silent
    resting = at(10 * MINUTE_MS)
    assert resting.state is S.RESTING
    assert at(10 * MINUTE_MS + 12 * HOUR_MS - 1) == resting
    assert at(10 * MINUTE_MS + 12 * HOUR_MS).state is S.GONE
    assert at(1_000 * HOUR_MS).state is S.GONE


def test_the_diagram_in_the_spec_is_drawn_from_the_table() -> None:
    spec = (ROOT / "docs" / "spec" / "live.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram()}```\n" in spec
    assert diagram().count("-->") >= len(EXPECTED) - 8


MOMENTS = st.integers(min_value=0, max_value=20 * HOUR_MS)


@given(st.lists(st.tuples(st.sampled_from(TicketEvent), MOMENTS), max_size=40))
def test_random_lives_keep_the_promises(events: list[tuple[TicketEvent, int]]) -> None:
    now_ms, one = NOW_MS, life(S.WAITING, deadline_ms=0)
    confirmed_ms = 0
    for event, passed_ms in events:
        now_ms += passed_ms
        before = elapse(one, now_ms=now_ms, clocks=CLOCKS, front_place=0)
        # A chat that runs ends by nothing but its own clock.
        if one.state is S.ACTIVE and before.state is S.ACTIVE:
            assert before == one
        if one.state is S.ACTIVE:
            assert (before.state is S.ACTIVE) == (now_ms < confirmed_ms + CLOCKS.chat_ms)
        try:
            one = apply(before, event, now_ms=now_ms, clocks=CLOCKS, front_place=0)
        except RefusedTransition:
            one = before
        if one.state is S.ACTIVE and before.state is not S.ACTIVE:
            assert (before.state, event) == (S.OFFERED, E.CONFIRM)
            confirmed_ms = now_ms
        check_life(one, before, now_ms, confirmed_ms)
        if one.state is S.GONE:
            return


def check_life(one: TicketLife, before: TicketLife, now_ms: int, confirmed_ms: int) -> None:
    # Everything but a device that is there ends by itself some time.
    assert one.deadline_ms > 0 or one.state in (S.WAITING, S.GONE)
    assert one.deadline_ms <= now_ms + CLOCKS.retention_ms + MINUTE_MS
    if one.state is S.ACTIVE:
        assert one.started_ms == confirmed_ms
        assert one.deadline_ms == confirmed_ms + CLOCKS.chat_ms
    else:
        assert one.started_ms == 0
    if one.more_time_used:
        assert one.state is S.OFFERED
    if one.state is S.OFFERED:
        assert one.deadline_ms <= now_ms + 2 * CLOCKS.offer_ms
    if before.state is S.CLOSED:
        assert one.state in (S.CLOSED, S.GONE)
