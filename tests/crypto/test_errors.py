"""Refusals: codes are stable names, and messages carry nothing else."""

from __future__ import annotations

from crypto import errors
from tests.helpers.vectors import assert_reproduced, vectors


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("errors")


def test_each_refusal_has_a_code_of_its_own() -> None:
    codes = [case.out["code"] for case in vectors("errors")]
    assert len(set(codes)) == len(codes)


def test_a_refusal_says_its_code_first() -> None:
    assert str(errors.BadTag()) == "bad_tag"
    assert str(errors.BadLength("not a bucket")) == "bad_length: not a bucket"
    assert not issubclass(errors.LocalError, errors.RemoteError)
