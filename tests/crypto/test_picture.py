"""Pictures beside profiles: vectors and fuzz."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import picture
from crypto.errors import NotCanonical, RemoteError
from tests.helpers.portraits import portrait, segment
from tests.helpers.vectors import Case, assert_reproduced, flip, name_of, vectors


def run(case: Case) -> dict[str, object]:
    raw = case.bytes_of("raw")
    if case.given["op"] == "plain":
        return {"plain": picture.plain(raw)}
    return {"hash": picture.picture_hash(picture.open_picture(case.bytes_of("stated"), raw))}


@pytest.mark.parametrize("case", vectors("picture"), ids=name_of)
def test_pictures_follow_their_vectors(case: Case) -> None:
    case.check(lambda: run(case))


def test_the_generator_reproduces_the_vectors() -> None:
    assert_reproduced("picture")


def test_a_picture_of_too_many_bytes_is_refused_before_it_is_stated() -> None:
    good = portrait()
    padded = good[:2] + segment(0xDB, b"\x00" + b"\x01" * 64) * 400 + good[2:]
    assert picture.plain(padded) == padded
    with pytest.raises(NotCanonical):
        picture.check_picture(padded)


@given(st.binary(max_size=300), st.integers(0, 399 * 8 - 1))
def test_junk_raises_nothing_but_remote_errors(raw: bytes, bit: int) -> None:
    good = portrait()
    for one in (raw, b"\xff\xd8" + raw, good[:200] + raw, flip(good, bit)):
        with suppress(RemoteError):
            picture.check_picture(one)
        with suppress(RemoteError):
            picture.check_picture(picture.plain(one))
