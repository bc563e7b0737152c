"""Buckets, padding and Padmé."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import padding
from crypto.errors import BadLength
from tests.helpers.vectors import Case, assert_reproduced, name_of, vectors


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("padding")


@pytest.mark.parametrize("case", vectors("padding", "bucket"), ids=name_of)
def test_a_size_has_one_bucket(case: Case) -> None:
    size, maximum = case.given["size"], case.given["maximum"]
    case.check(lambda: {"bucket": padding.bucket(size, maximum)})


@pytest.mark.parametrize("case", vectors("padding", "pad"), ids=name_of)
def test_a_message_is_padded_and_comes_back(case: Case) -> None:
    message = case.bytes_of("message")
    case.check(lambda: {"padded": padding.pad(message)})
    assert padding.unpad(bytes.fromhex(case.out["padded"])) == message


@pytest.mark.parametrize("case", vectors("padding", "unpad"), ids=name_of)
def test_a_padding_that_pad_would_not_make_is_refused(case: Case) -> None:
    padded, maximum = case.bytes_of("padded"), case.given["maximum"]
    case.check(lambda: {"message": padding.unpad(padded, maximum)})


@pytest.mark.parametrize("case", vectors("padding", "padme"), ids=name_of)
def test_an_attachment_is_extended_to_its_padme_length(case: Case) -> None:
    case.check(lambda: {"padded": padding.padme(case.given["size"])})


@given(st.integers(min_value=0, max_value=2**48))
def test_padme_grows_by_at_most_twelve_percent_and_is_stable(size: int) -> None:
    padded = padding.padme(size)
    assert size <= padded
    assert padded <= max(1024, size * 1.12)
    assert padding.padme(padded) == padded


@given(st.binary(max_size=1200))
def test_arbitrary_padded_bytes_are_refused_or_padded_back_alike(padded: bytes) -> None:
    try:
        message = padding.unpad(padded)
    except BadLength:
        return
    assert padding.pad(message) == padded
