"""Counts under rotating salts, and stamps."""

from __future__ import annotations

import pytest

from crypto import stamp
from crypto.wire.errors import ErrorCode, WireError
from e2e_server.kernel import limits as module
from e2e_server.kernel.clock import MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE
from e2e_server.kernel.limits import CHALLENGE_LIFE_MS, FREE_STAMPED, SLOT_MS, Limits
from tests.helpers.clock import FakeClock

DOOR = b"a door id of 16."


def made(limits: Limits, command: str, bits: int) -> bytes:
    offer = limits.stamps.offer(command, bits)
    return offer.challenge + stamp.make(offer.challenge, command, offer.difficulty)


def test_events_are_counted_by_hour_and_day() -> None:
    clock = FakeClock()
    limits = Limits(clock)
    for _ in range(3):
        limits.count("start", DOOR, b"net")
    clock.elapse(MS_PER_HOUR)
    counted = limits.count("start", DOOR, b"net")
    assert (counted.last_hour, counted.last_day) == (1, 4)
    clock.elapse(MS_PER_DAY)
    assert limits.count("start", DOOR, b"net").last_day == 1
    assert limits.count("start", DOOR, b"another net").last_day == 1
    assert limits.count("other", DOOR, b"net").last_day == 1


def test_memory_holds_neither_ids_nor_the_same_key_for_long() -> None:
    clock = FakeClock()
    limits = Limits(clock)
    limits.count("start", DOOR)
    clock.elapse(SLOT_MS)
    limits.count("start", DOOR)
    slots = list(limits._slots)
    assert len({slot.salt for slot in slots}) == 2
    keys = [key for slot in slots for key in slot.counts]
    assert len(set(keys)) == 2
    assert all(DOOR not in key for key in keys)
    clock.elapse(2 * MS_PER_DAY)
    limits.count("start", DOOR)
    assert len(limits._slots) == 1


def test_a_flood_of_names_makes_new_ones_pay_and_pushes_none_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The real table would need minutes to fill.
    monkeypatch.setattr(module, "MAX_COUNTS_PER_SLOT", 10)
    limits = Limits(FakeClock())
    for i in range(10):
        limits.count("start", bytes([i]))
    assert limits.count("start", bytes([0])).last_hour == 2
    assert limits.count("start", bytes([99])).last_hour >= 10


def test_a_stamp_is_free_while_little_happens_and_costs_by_load() -> None:
    limits = Limits(FakeClock())
    for _ in range(FREE_STAMPED):
        limits.stamps.spend("wait", b"")
    assert limits.stamps.difficulty("wait") >= 10
    assert limits.stamps.difficulty("account_begin") == 0
    with pytest.raises(WireError) as refused:
        limits.stamps.spend("wait", b"")
    assert refused.value.code is ErrorCode.STAMP_NEEDED
    limits.stamps.spend("wait", made(limits, "wait", 0))


def test_a_stamp_works_once() -> None:
    limits = Limits(FakeClock())
    given = made(limits, "wait", 4)
    limits.stamps.spend("wait", given, 4)
    with pytest.raises(WireError):
        limits.stamps.spend("wait", given, 4)


def test_a_stamp_is_for_one_command_and_five_minutes() -> None:
    clock = FakeClock()
    limits = Limits(clock)
    given = made(limits, "wait", 4)
    with pytest.raises(WireError):
        limits.stamps.spend("account_begin", given, 4)
    clock.elapse(CHALLENGE_LIFE_MS)
    with pytest.raises(WireError):
        limits.stamps.spend("wait", given, 4)


def test_a_stamp_costs_what_is_asked_today_and_is_of_this_relay() -> None:
    clock = FakeClock()
    limits, other = Limits(clock), Limits(clock)
    cheap = made(limits, "wait", 1)
    with pytest.raises(WireError):
        limits.stamps.spend("wait", cheap, 4)
    with pytest.raises(WireError):
        limits.stamps.spend("wait", made(other, "wait", 4), 4)
    offer = limits.stamps.offer("wait", 12)
    lazy = offer.challenge + bytes(8)
    with pytest.raises(WireError):
        limits.stamps.spend("wait", lazy, 12)
    forged = bytes([*offer.challenge[:7], 4, *offer.challenge[8:]])
    with pytest.raises(WireError):
        limits.stamps.spend("wait", forged + stamp.make(forged, "wait", 4), 4)


def test_used_stamps_are_forgotten_when_they_have_died(monkeypatch: pytest.MonkeyPatch) -> None:
    # The real table would need hours to fill.
    monkeypatch.setattr(module, "MAX_USED_STAMPS", 2)
    clock = FakeClock()
    limits = Limits(clock)
    for _ in range(2):
        limits.stamps.spend("wait", made(limits, "wait", 1), 1)
    with pytest.raises(WireError):
        limits.stamps.spend("wait", made(limits, "wait", 1), 1)
    clock.elapse(10 * MS_PER_MINUTE)
    limits.stamps.spend("wait", made(limits, "wait", 1), 1)
