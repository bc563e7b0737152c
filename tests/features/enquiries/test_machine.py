"""The table of a written enquiry: what may happen, whose clocks run, when they end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.wire.enquiries import EnquiryState
from e2e_server.features.enquiries import machine
from e2e_server.features.enquiries.machine import (
    HOUR_MS,
    TABLE,
    UNTAKEN,
    Clocks,
    EnquiryEvent,
    EnquiryLife,
    RefusedTransition,
)
from tests.helpers.organisation import NOW_MS

CLOCKS = Clocks(reserve_ms=600_000, unaccepted_hours=720, idle_hours=183 * 24 + 48)
NOW_HOUR = NOW_MS // HOUR_MS
S, E = EnquiryState, EnquiryEvent
TAKEN = (S.WAITING, S.ANSWERED, S.DONE)


def after(*events: EnquiryEvent, now_ms: int = NOW_MS) -> EnquiryLife:
    """Return an enquiry that was opened at NOW_MS, after events that come at `now_ms`."""
    life = machine.opened(NOW_MS, CLOCKS)
    for event in events:
        life = machine.apply(life, event, now_ms=now_ms, clocks=CLOCKS)
    return life


def test_it_begins_open_for_thirty_days() -> None:
    assert after() == EnquiryLife(
        state=S.OPEN, since_hour=NOW_HOUR, until_ms=0, ends_hour=NOW_HOUR + 720
    )


def test_what_the_table_does_not_name_is_refused() -> None:
    for state in S:
        life = EnquiryLife(state=state, since_hour=0, until_ms=0, ends_hour=1)
        for event in E:
            if (state, event) not in TABLE:
                with pytest.raises(RefusedTransition):
                    machine.apply(life, event, now_ms=NOW_MS, clocks=CLOCKS)


def test_what_is_gone_stays_gone_and_everything_can_go() -> None:
    assert not [event for state, event in TABLE if state is S.GONE]
    for state in (*UNTAKEN, *TAKEN):
        assert TABLE[state, E.WITHDRAW] is TABLE[state, E.EXPIRE] is S.GONE


def test_nobody_who_has_not_taken_it_marks_or_ends_it() -> None:
    marks = (E.MARK_WAITING, E.MARK_ANSWERED, E.MARK_DONE)
    for event in (*marks, E.HAND_OVER, E.SUCCEED, E.KEEP, E.END):
        assert [state for state in S if (state, event) in TABLE] == list(TAKEN)


def test_accepting_again_gives_the_same_end() -> None:
    reserved = after(E.ACCEPT)
    later = machine.apply(reserved, E.ACCEPT, now_ms=NOW_MS + 60_000, clocks=CLOCKS)
    assert later.until_ms == reserved.until_ms == NOW_MS + 600_000


def test_reserving_and_returning_keep_nothing_alive() -> None:
    late_ms = NOW_MS + 29 * 24 * HOUR_MS
    once = after(E.ACCEPT, E.HAND_BACK, now_ms=late_ms)
    assert once == after()
    assert after(E.ACCEPT, now_ms=late_ms).ends_hour == after().ends_hour


def test_one_wait_lasts_until_the_answer() -> None:
    later_ms = NOW_MS + 5 * HOUR_MS
    for events in ((E.ACCEPT,), (E.ACCEPT, E.TAKE), (E.TAKE, E.WRITE_AGAIN)):
        assert after(*events, now_ms=later_ms).since_hour == NOW_HOUR
    answered = after(E.TAKE, E.MARK_ANSWERED, now_ms=later_ms)
    assert answered.since_hour == NOW_HOUR + 5
    again = machine.apply(answered, E.WRITE_AGAIN, now_ms=later_ms + HOUR_MS, clocks=CLOCKS)
    assert (again.state, again.since_hour) == (S.WAITING, NOW_HOUR + 6)


def test_a_hand_over_changes_neither_state_nor_wait() -> None:
    later_ms = NOW_MS + 5 * HOUR_MS
    for mark in ((), (E.MARK_ANSWERED,), (E.MARK_DONE,)):
        before = after(E.TAKE, *mark)
        for event in (E.HAND_OVER, E.SUCCEED, E.KEEP):
            life = machine.apply(before, event, now_ms=later_ms, clocks=CLOCKS)
            assert (life.state, life.since_hour) == (before.state, before.since_hour)


def test_each_report_moves_the_end_once_it_is_taken() -> None:
    later_ms = NOW_MS + 100 * 24 * HOUR_MS
    for event in (E.TAKE, E.MARK_WAITING, E.WRITE_AGAIN, E.MARK_ANSWERED, E.MARK_DONE):
        life = machine.apply(after(E.TAKE), event, now_ms=later_ms, clocks=CLOCKS)
        assert life.ends_hour == later_ms // HOUR_MS + CLOCKS.idle_hours


@pytest.mark.parametrize(
    ("events", "passed_ms", "state"),
    [
        ((), 720 * HOUR_MS - 1, S.OPEN),
        ((), 720 * HOUR_MS, S.GONE),
        ((E.ACCEPT,), 599_999, S.RESERVED),
        ((E.ACCEPT,), 600_000, S.OPEN),
        ((E.ACCEPT,), 720 * HOUR_MS, S.GONE),
        ((E.TAKE,), CLOCKS.idle_hours * HOUR_MS - 1, S.WAITING),
        ((E.TAKE,), CLOCKS.idle_hours * HOUR_MS, S.GONE),
    ],
)
def test_deadlines_come_at_their_moment(
    events: tuple[EnquiryEvent, ...], passed_ms: int, state: EnquiryState
) -> None:
    # NOW_MS is a full hour, or "to the hour" would be an hour early at most.
    assert NOW_MS % HOUR_MS == 0
    life = machine.elapse(after(*events), now_ms=NOW_MS + passed_ms, clocks=CLOCKS)
    assert life.state is state
    assert life.until_ms == (NOW_MS + 600_000 if state is S.RESERVED else 0)


@given(
    st.lists(st.tuples(st.sampled_from(list(E)), st.integers(0, 20 * 24 * HOUR_MS)), max_size=12)
)
def test_looking_late_and_looking_often_find_the_same(
    steps: list[tuple[EnquiryEvent, int]],
) -> None:
    often = late = machine.opened(NOW_MS, CLOCKS)
    now_ms = NOW_MS
    for event, passed_ms in steps:
        for part in (passed_ms // 2, passed_ms):
            often = machine.elapse(often, now_ms=now_ms + part, clocks=CLOCKS)
        now_ms += passed_ms
        late = machine.elapse(late, now_ms=now_ms, clocks=CLOCKS)
        assert often == late
        if (late.state, event) in TABLE:
            often = late = machine.apply(late, event, now_ms=now_ms, clocks=CLOCKS)
        assert (late.until_ms > 0) == (late.state is S.RESERVED)
