"""Frames judged before any room is asked. Pure: bytes in, actions out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import encoding
from crypto.wire import catalogue, codec
from crypto.wire.accounts import AccountFinish, PageRead
from crypto.wire.base import Command, Credential
from crypto.wire.boxes import Read
from crypto.wire.errors import ErrorCode
from crypto.wire.kernel import Ping
from e2e_server.kernel.session import (
    BURST_COMMANDS,
    COMMANDS_PER_S,
    MAX_OFFENCES,
    MAX_RATE_OFFENCES,
    Action,
    HangUp,
    Head,
    Perform,
    Send,
    Session,
    fault_of,
    largest_frame_bytes,
    peek_head,
)

COMMANDS = catalogue.commands()
NOW_MS = 1_000_000
CAP = bytes(32)
READ = Read(box16=bytes(16), start=1)


def session() -> Session:
    return Session(COMMANDS, NOW_MS)


def refused(actions: tuple[Action, ...]) -> tuple[int, ErrorCode]:
    assert isinstance(actions[0], Send)
    frame = codec.decode_from_relay(actions[0].frame, {})
    assert isinstance(frame, codec.RefusalFrame)
    return frame.request, frame.code


def frame(name: str, fields: Any, request: int = 7, credential: bytes = b"") -> bytes:
    return encoding.encode([1, request, name, credential, fields])


def test_a_good_frame_is_performed() -> None:
    raw = codec.encode_command(7, READ, CAP)
    assert session().receive(raw, NOW_MS) == (Perform(7, READ, CAP),)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xc1",
        b"\x80",
        encoding.encode([2, 7, "ping", b"", []]),
        encoding.encode([1, 7, "ping", b""]),
        encoding.encode([1, 7, "ping", b"", [], 0]),
        b"\x95\x01\xcc\x07\xa4ping\xc4\x00\x90",
        encoding.encode([1, "7", "ping", b"", []]),
    ],
)
def test_what_is_no_frame_is_refused_with_request_zero(raw: bytes) -> None:
    assert refused(session().receive(raw, NOW_MS)) == (0, ErrorCode.MALFORMED)


def test_repeated_offences_cut_the_line() -> None:
    one = session()
    for _ in range(MAX_OFFENCES - 1):
        assert len(one.receive(b"\xc1", NOW_MS)) == 1
    assert one.receive(b"\xc1", NOW_MS)[1] == HangUp(1008)


def test_a_frame_that_is_not_binary_is_an_offence() -> None:
    one = session()
    assert refused(one.offend()) == (0, ErrorCode.MALFORMED)
    one.offend()
    assert one.offend()[1] == HangUp(1008)


def test_an_unknown_command_is_no_offence() -> None:
    one = session()
    for _ in range(MAX_OFFENCES + 1):
        actions = one.receive(frame("never_heard_of", []), NOW_MS)
        assert refused(actions) == (7, ErrorCode.UNKNOWN_COMMAND)
        assert len(actions) == 1


@pytest.mark.parametrize(
    "fields", [[], [0, 0], [bytes(15), 0], ["x", 0], [bytes(16), -0, 1], [[bytes(16)], 0]]
)
def test_fields_that_do_not_fit_are_malformed(fields: Any) -> None:
    raw = frame("read", fields, credential=CAP)
    if fields == [0, 0]:
        raw = frame("read", [0, 0], credential=CAP)
    assert refused(session().receive(raw, NOW_MS)) == (7, ErrorCode.MALFORMED)


def test_each_command_has_its_own_largest_frame() -> None:
    one = session()
    assert largest_frame_bytes(COMMANDS) > AccountFinish.META.max_bytes
    too_large = frame("ping", [bytes(5_000)])
    assert refused(one.receive(too_large, NOW_MS)) == (7, ErrorCode.TOO_LARGE)
    # As large, but of a command that may be: then the fields are looked at.
    allowed = frame("account_finish", [bytes(5_000)])
    assert refused(one.receive(allowed, NOW_MS)) == (7, ErrorCode.MALFORMED)
    over = frame("account_finish", [bytes(AccountFinish.META.max_bytes)])
    assert refused(one.receive(over, NOW_MS)) == (7, ErrorCode.TOO_LARGE)


def test_a_large_frame_without_a_readable_head_is_not_decoded() -> None:
    deep = b"\x95\x05" + b"\x91" * 10_000
    assert refused(session().receive(deep, NOW_MS)) == (0, ErrorCode.TOO_LARGE)


def test_a_command_may_be_smaller_than_the_usual_limit() -> None:
    arrived = codec.CommandFrame(request=7, command=Ping(), credential=b"")
    assert fault_of(arrived, Ping.META.max_bytes) is None
    assert fault_of(arrived, Ping.META.max_bytes + 1) is ErrorCode.TOO_LARGE


def credentials() -> list[tuple[Command[Any], bytes, ErrorCode]]:
    return [
        (READ, b"", ErrorCode.UNAUTHORISED),
        (Ping(), CAP, ErrorCode.MALFORMED),
        (PageRead(page=0), CAP, ErrorCode.MALFORMED),
    ]


@pytest.mark.parametrize(("command", "credential", "code"), credentials())
def test_a_credential_of_the_wrong_kind_is_refused(
    command: Command[Any], credential: bytes, code: ErrorCode
) -> None:
    raw = codec.encode_command(7, command, credential)
    assert refused(session().receive(raw, NOW_MS)) == (7, code)


def test_a_credential_of_another_length_is_malformed() -> None:
    raw = frame("read", [bytes(16), 1], credential=bytes(31))
    assert refused(session().receive(raw, NOW_MS)) == (7, ErrorCode.MALFORMED)


def test_too_many_commands_are_slowed_down_then_cut_off() -> None:
    one = session()
    raw = codec.encode_command(7, Ping())
    for _ in range(BURST_COMMANDS):
        assert isinstance(one.receive(raw, NOW_MS)[0], Perform)
    assert refused(one.receive(raw, NOW_MS)) == (7, ErrorCode.RATE_LIMITED)
    assert isinstance(one.receive(raw, NOW_MS + 1000)[0], Perform)
    for _ in range(COMMANDS_PER_S - 1):
        one.receive(raw, NOW_MS + 1000)
    for _ in range(MAX_RATE_OFFENCES - 2):
        assert len(one.receive(raw, NOW_MS + 1000)) == 1
    assert one.receive(raw, NOW_MS + 1000)[1] == HangUp(1008)


def test_a_clock_that_is_set_back_gives_nothing_away() -> None:
    one = session()
    raw = codec.encode_command(7, Ping())
    for _ in range(BURST_COMMANDS):
        one.receive(raw, NOW_MS)
    assert refused(one.receive(raw, NOW_MS - 60_000))[1] is ErrorCode.RATE_LIMITED


@pytest.mark.parametrize("request_number", [0, 127, 128, 255, 256, 65_536, 2**32, 2**53 - 1])
@pytest.mark.parametrize("name", ["ping", "x" * 31, "x" * 40])
def test_the_head_shows_number_and_name(request_number: int, name: str) -> None:
    raw = encoding.encode([1, request_number, name, b"", []])
    assert peek_head(raw) == Head(request_number, name)


@given(st.binary(max_size=200))
def test_any_bytes_are_judged_without_an_error(raw: bytes) -> None:
    peek_head(raw)
    peek_head(b"\x95\x01" + raw)
    assert session().receive(raw, NOW_MS)


def test_every_command_declares_what_is_checked_here() -> None:
    for command in COMMANDS.values():
        assert 0 < command.META.max_bytes <= 4 * 1024 * 1024
        assert bool(command.META.roles) <= (command.META.credential is Credential.STAFF)
