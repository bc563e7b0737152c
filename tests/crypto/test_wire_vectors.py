"""The wire's messages against the vectors that the browser's codec is checked with."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import encoding
from crypto.errors import RemoteError
from crypto.wire import catalogue, codec
from tests.helpers.vectors import Case, assert_reproduced, name_of, unpacked, vectors


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("wire")


@pytest.mark.parametrize("case", vectors("wire", "command"), ids=name_of)
def test_a_command_is_read_from_its_frame_and_written_back_alike(case: Case) -> None:
    raw = unpacked(case.out["raw"])
    frame = codec.decode_command(raw, catalogue.commands())
    assert frame.request == case.given["request"]
    assert frame.credential == case.bytes_of("credential")
    assert codec.encode_command(frame.request, frame.command, frame.credential) == raw


@pytest.mark.parametrize("language", ["", "d", "deut", "De", "d-A", "dü", "de\n", b"de"])
@pytest.mark.parametrize("name", ["wait", "enquiry_open"])
def test_a_command_names_a_language_and_nothing_else_in_its_place(
    name: str, language: str | bytes
) -> None:
    (case,) = (
        one
        for one in vectors("wire", "command")
        if name_of(one).startswith(f"command {name} least")
    )
    frame = encoding.array(encoding.decode(unpacked(case.out["raw"])))
    fields = encoding.array(frame[4])
    place = [one for one, _ in codec.fields_of(catalogue.commands()[name])].index("language")
    assert fields[place] == "de"
    fields[place] = language
    with pytest.raises(RemoteError):
        codec.decode_command(encoding.encode(frame), catalogue.commands())


@pytest.mark.parametrize("case", vectors("wire", "reply"), ids=name_of)
def test_a_reply_is_read_from_its_frame_and_written_back_alike(case: Case) -> None:
    raw = case.bytes_of("raw")
    frame = codec.decode_from_relay(raw, catalogue.events())
    assert isinstance(frame, codec.ReplyFrame)
    kind = catalogue.commands()[case.given["name"]].META.reply
    assert codec.encode_reply(frame.request, codec.from_value(kind, frame.fields)) == raw


@pytest.mark.parametrize("case", vectors("wire", "event"), ids=name_of)
def test_an_event_is_read_from_its_frame_and_written_back_alike(case: Case) -> None:
    raw = case.bytes_of("raw")
    frame = codec.decode_from_relay(raw, catalogue.events())
    assert isinstance(frame, codec.EventFrame)
    assert frame.event is not None
    assert codec.encode_event(frame.event) == raw


@pytest.mark.parametrize("case", vectors("wire", "content"), ids=name_of)
def test_a_content_is_read_and_written_back_alike(case: Case) -> None:
    kinds = {content.__name__: content for content in catalogue.contents()}
    raw = unpacked(case.out["raw"])
    assert codec.encode(codec.decode(kinds[case.given["name"]], raw)) == raw


@pytest.mark.parametrize("case", vectors("wire", "frame"), ids=name_of)
def test_other_frames_of_the_relay(case: Case) -> None:
    case.check(lambda: _plain(codec.decode_from_relay(case.bytes_of("raw"), catalogue.events())))


def _plain(frame: Any) -> dict[str, Any]:
    """A frame as the vectors write it."""
    if isinstance(frame, codec.Greeting):
        return {
            "kind": "greeting",
            "versionMin": frame.version_min,
            "versionMax": frame.version_max,
            "nowMs": frame.now_ms,
            "heartbeatMs": frame.heartbeat_ms,
        }
    if isinstance(frame, codec.RefusalFrame):
        code = frame.code.value
        return {
            "kind": "refusal",
            "request": frame.request,
            "code": code,
            "retryMs": frame.retry_ms,
        }
    assert isinstance(frame, codec.EventFrame)
    assert frame.event is None
    return {"kind": "event", "name": "of_tomorrow", "event": 0}


# The innermost values are bytes and numbers, so that arrays of any shape reach the field readers.
_VALUES = st.recursive(
    st.integers(0, 2**53 - 1) | st.binary(max_size=40) | st.just("log_grown"),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=12,
)


@given(st.binary(max_size=64) | _VALUES.map(encoding.encode))
def test_hostile_frames_raise_nothing_but_remote_errors(raw: bytes) -> None:
    for read in (
        lambda: codec.decode_from_relay(raw, catalogue.events()),
        lambda: codec.decode_command(raw, catalogue.commands()),
    ):
        try:
            read()
        except RemoteError:
            continue
