"""The OPRF, and ristretto255 on Python integers beneath it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import oprf, ristretto
from crypto.errors import BadKey, LocalError
from crypto.primitives import scalar_invert
from tests.helpers.vectors import (
    LOCAL_ERROR,
    SUCCESS,
    Case,
    ReplayRand,
    SeededRand,
    assert_reproduced,
    name_of,
    vectors,
)


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("oprf")


@pytest.mark.parametrize("case", vectors("oprf", "blind"), ids=name_of)
def test_an_input_is_blinded_as_in_the_rfc(case: Case) -> None:
    def call() -> dict[str, bytes]:
        r, alpha = oprf.blind(case.bytes_of("message"), ReplayRand(case.bytes_of("rand")))
        return {"r": r, "alpha": alpha}

    case.check(call)


@pytest.mark.parametrize("case", vectors("oprf", "evaluate"), ids=name_of)
def test_the_keeper_multiplies_elements_and_nothing_else(case: Case) -> None:
    case.check(lambda: {"beta": oprf.evaluate(case.bytes_of("scalar"), case.bytes_of("alpha"))})


@pytest.mark.parametrize("case", vectors("oprf", "finalize"), ids=name_of)
def test_an_answer_is_unblinded_or_refused(case: Case) -> None:
    message, r, beta = (case.bytes_of(key) for key in ("message", "r", "beta"))
    case.check(lambda: {"output": oprf.finalize(message, r, beta)})


@pytest.mark.parametrize("case", vectors("oprf", "evaluate"), ids=name_of)
def test_what_is_multiplied_is_an_element_and_what_is_refused_is_none(case: Case) -> None:
    if case.expect != LOCAL_ERROR:
        assert oprf.is_element(case.bytes_of("alpha")) == (case.expect == SUCCESS)


def test_two_blindings_of_one_input_give_one_output() -> None:
    scalar = oprf.random_scalar(SeededRand("keeper"))
    outputs, alphas = set(), set()
    for seed in ("first", "second"):
        r, alpha = oprf.blind(b"secret", SeededRand(seed))
        alphas.add(alpha)
        outputs.add(oprf.finalize(b"secret", r, oprf.evaluate(scalar, alpha)))
    assert len(alphas) == 2
    assert len(outputs) == 1


def test_another_scalar_gives_another_output() -> None:
    r, alpha = oprf.blind(b"secret", SeededRand("blind"))
    scalars = [oprf.random_scalar(SeededRand(seed)) for seed in ("own", "foreign")]
    own, foreign = (oprf.finalize(b"secret", r, oprf.evaluate(k, alpha)) for k in scalars)
    assert own != foreign


def test_an_input_too_long_for_its_length_prefix_is_refused() -> None:
    r, alpha = oprf.blind(b"", SeededRand("blind"))
    with pytest.raises(LocalError):
        oprf.finalize(bytes(oprf.MAX_INPUT_BYTES + 1), r, alpha)


def test_a_scalar_is_reduced_from_64_bytes_only() -> None:
    with pytest.raises(LocalError):
        oprf.scalar_from(bytes([1]) * 32)
    with pytest.raises(LocalError):
        ristretto.from_hash(bytes(32))


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_arbitrary_elements_are_refused_or_survive_a_round_trip(raw: bytes) -> None:
    scalar = oprf.random_scalar(SeededRand("round trip"))
    inverse = scalar_invert(scalar)
    try:
        beta = oprf.evaluate(scalar, raw)
    except BadKey:
        assert not oprf.is_element(raw)
        return
    assert oprf.is_element(raw)
    assert oprf.evaluate(inverse, beta) == raw


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=64, max_size=64))
def test_every_mapped_point_is_an_element(wide: bytes) -> None:
    mapped = ristretto.from_hash(wide)
    # 64 zero bytes, which no hash gives, do map to the identity.
    assert oprf.is_element(mapped) or mapped == ristretto.IDENTITY
