"""The canonical subset: vectors, hostile values and arbitrary bytes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import encoding
from crypto.errors import LocalError, NotCanonical
from tests.helpers.vectors import Case, assert_reproduced, name_of, untag_value, vectors


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("encoding")


@pytest.mark.parametrize("case", vectors("encoding", "accept"), ids=name_of)
def test_canonical_bytes_are_read_and_written_back_alike(case: Case) -> None:
    raw = case.bytes_of("raw")
    value = encoding.decode(raw)
    if "value" in case.out:
        assert value == untag_value(case.out["value"])
    else:
        assert not isinstance(value, int)
        assert len(value) == case.out["size"]
    assert encoding.encode(value) == raw


@pytest.mark.parametrize("case", vectors("encoding", "refuse"), ids=name_of)
def test_other_bytes_are_refused(case: Case) -> None:
    case.check(lambda: {"value": encoding.decode(case.bytes_of("raw"))})


@pytest.mark.parametrize(
    "value",
    [-1, 2**53, 1.0, None, True, {}, {1}, object(), "\ud800", "u\u0308", [None], bytearray(b"a")],
    ids=repr,
)
def test_a_value_outside_the_subset_is_a_bug_of_the_caller(value: Any) -> None:
    with pytest.raises(LocalError):
        encoding.encode(value)


def test_nine_lists_deep_or_4097_items_are_not_encodable() -> None:
    nested: Any = []
    for _ in range(8):
        nested = [nested]
    for value in (nested, [0] * 4097):
        with pytest.raises(LocalError):
            encoding.encode(value)


def test_a_fixed_array_of_another_size_is_refused() -> None:
    assert encoding.decode_array(b"\x92\x01\x02", 2) == [1, 2]
    for raw in (b"\x91\x01", b"\x93\x01\x02\x03", b"\x02", b"\xa0"):
        with pytest.raises(NotCanonical):
            encoding.decode_array(raw, 2)


def test_bytes_stand_for_themselves_as_a_part() -> None:
    assert encoding.encode_part(b"ab") == b"ab"
    assert encoding.encode_part(["ab"]) == b"\x91\xa2ab"


def test_readers_return_what_fits_and_refuse_the_rest() -> None:
    assert encoding.uint(7, 7) == 7
    assert encoding.binary(b"ab", 1, 2) == b"ab"
    assert encoding.binary(b"") == b""
    assert encoding.text("\U0001f331", 1) == "\U0001f331"
    assert encoding.array([1], 1) == [1]
    assert encoding.array([]) == []
    refusals: list[Any] = [
        lambda: encoding.uint(8, 7),
        lambda: encoding.uint(b"", 7),
        lambda: encoding.binary(b"ab", 1, 3),
        lambda: encoding.binary("ab", 2),
        lambda: encoding.text("ab", 1),
        lambda: encoding.text(b"a", 1),
        lambda: encoding.array([1], 2),
        lambda: encoding.array("a", 1),
    ]
    for refused in refusals:
        with pytest.raises(NotCanonical):
            refused()


@given(st.binary(max_size=64))
def test_arbitrary_bytes_are_refused_or_written_back_alike(raw: bytes) -> None:
    try:
        value = encoding.decode(raw)
    except NotCanonical:
        return
    assert encoding.encode(value) == raw
