"""What a person has said, until the relay holds it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clientlib.outbox import Item, Outbox
from crypto.envelope import Kind
from crypto.errors import LocalError
from tests.helpers import box
from tests.helpers.box import ANNA, LOG_N, NOW_MS, SEEKER, Device, World


def cast() -> tuple[World, Device, Device, Outbox]:
    world, seeker, anna = box.live_chat()
    return world, seeker, anna, Outbox(SEEKER.sign)


def say(outbox: Outbox, text: bytes = b"\xa2hi") -> Item:
    return outbox.say(Kind.TEXT, text, NOW_MS)


def alarm(world: World, seeker: Device, anna: Device) -> None:
    """Anna claims another history: sending pauses."""
    lie = replace(anna.body(Kind.TEXT, b"\x90"), head=bytes(32))
    seeker.transcript.take(2, world.seal(ANNA, lie))
    assert seeker.transcript.sending_paused


def test_one_goes_at_a_time_and_the_same_bytes_go_again() -> None:
    _, seeker, _, outbox = cast()
    first, second = say(outbox), say(outbox)
    assert outbox.next(seeker.transcript, LOG_N) is first
    envelope = first.envelope
    assert outbox.next(seeker.transcript, LOG_N) is first
    assert first.envelope == envelope != b""
    outbox.stored(first, 2)
    assert outbox.next(seeker.transcript, LOG_N) is second
    assert (first.n, first.envelope, outbox.next_i) == (2, b"", 1)


def test_what_is_stale_is_sealed_anew_under_the_same_count() -> None:
    _, seeker, _, outbox = cast()
    item = say(outbox)
    outbox.next(seeker.transcript, LOG_N)
    before = item.envelope
    outbox.stale(item)
    assert outbox.next(seeker.transcript, LOG_N) is item
    assert item.envelope not in (b"", before)
    assert outbox.next_i == 0


def test_an_alarm_lets_nothing_out_but_the_end() -> None:
    world, seeker, anna, outbox = cast()
    held = say(outbox)
    alarm(world, seeker, anna)
    assert outbox.next(seeker.transcript, LOG_N) is None
    end = outbox.end(b"\x90", NOW_MS)
    assert held not in outbox.waiting
    assert outbox.next(seeker.transcript, LOG_N) is end
    assert end.envelope


def test_before_the_end_goes_what_the_relay_may_have_already() -> None:
    world, seeker, anna, outbox = cast()
    tried = say(outbox)
    outbox.next(seeker.transcript, LOG_N)
    sent = tried.envelope
    untried = say(outbox)
    alarm(world, seeker, anna)
    end = outbox.end(b"\x90", NOW_MS)
    assert outbox.waiting == (tried, end)
    assert untried not in outbox.waiting
    assert outbox.next(seeker.transcript, LOG_N) is tried
    assert tried.envelope == sent
    outbox.stored(tried, 3)
    assert outbox.next(seeker.transcript, LOG_N) is end


def test_what_turns_out_not_to_be_stored_is_not_said_after_an_end() -> None:
    world, seeker, anna, outbox = cast()
    tried = say(outbox)
    outbox.next(seeker.transcript, LOG_N)
    alarm(world, seeker, anna)
    end = outbox.end(b"\x90", NOW_MS)
    outbox.stale(tried)
    assert outbox.waiting == (end,)
    outbox.next(seeker.transcript, LOG_N)
    outbox.stale(end)
    assert outbox.next(seeker.transcript, LOG_N) is end


def test_what_the_relay_refused_does_not_stand_in_the_way_of_the_end() -> None:
    _, seeker, _, outbox = cast()
    refused = say(outbox)
    outbox.next(seeker.transcript, LOG_N)
    outbox.failed(refused)
    assert outbox.next(seeker.transcript, LOG_N) is None
    end = outbox.end(b"\x90", NOW_MS)
    assert outbox.next(seeker.transcript, LOG_N) is end


def test_a_refused_item_waits_for_a_person() -> None:
    _, seeker, _, outbox = cast()
    item, later = say(outbox), say(outbox)
    outbox.next(seeker.transcript, LOG_N)
    outbox.failed(item)
    assert outbox.next(seeker.transcript, LOG_N) is None
    outbox.retry(item)
    assert outbox.next(seeker.transcript, LOG_N) is item
    outbox.failed(item)
    outbox.withdraw(item)
    assert outbox.next(seeker.transcript, LOG_N) is later


def test_what_may_have_been_sent_is_not_taken_back() -> None:
    _, seeker, _, outbox = cast()
    item = say(outbox)
    outbox.next(seeker.transcript, LOG_N)
    with pytest.raises(LocalError):
        outbox.withdraw(item)


def test_what_cannot_be_sealed_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """T1: nothing leaves, and nothing is lost."""
    _, seeker, _, outbox = cast()
    item = say(outbox)

    def broken(*_: object, **__: object) -> bytes:
        raise RuntimeError("no randomness")

    # The one failure that cannot be brought about from outside.
    monkeypatch.setattr("clientlib.outbox.seal_e1", broken)
    with pytest.raises(RuntimeError):
        outbox.next(seeker.transcript, LOG_N)
    assert (outbox.waiting, item.envelope, item.tried) == ((item,), b"", False)
