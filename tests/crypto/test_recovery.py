"""Recovery codes: what stands on the sheet, how it is read back, and the door behind it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import labels, recovery
from crypto.errors import RemoteError
from crypto.primitives import hash_, kdf
from crypto.recovery import CODE_SYMBOLS, WRITTEN_SYMBOLS, Mistyped
from tests.helpers.vectors import Case, ReplayRand, assert_reproduced, name_of, vectors

_BITS = st.binary(min_size=17, max_size=17)


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("recovery")


@pytest.mark.parametrize("case", vectors("recovery", "new_code"), ids=name_of)
def test_a_code_is_drawn_as_in_the_vectors(case: Case) -> None:
    code = recovery.new_code(ReplayRand(case.bytes_of("rand")))
    case.check(
        lambda: {
            "code": code,
            "written": recovery.written(code),
            "door_id": recovery.door_id(code),
        }
    )


@pytest.mark.parametrize("case", vectors("recovery", "read_code"), ids=name_of)
def test_a_code_is_read_as_in_the_vectors(case: Case) -> None:
    case.check(lambda: {"code": recovery.read_code(case.given["typed"])})


@given(_BITS)
def test_what_stands_on_the_sheet_is_read_back(bits: bytes) -> None:
    code = recovery.new_code(lambda _: bits)
    assert (len(code), recovery.read_code(recovery.written(code))) == (CODE_SYMBOLS, code)
    # All 130 bits are in it: no two draws give one code unless those bits are equal.
    number = int("".join(f"{_ALPHABET.index(symbol):05b}" for symbol in code), 2)
    assert number == int.from_bytes(bits, "big") >> 6


_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_most_slips_are_noticed() -> None:
    """Ten bits of check: of the 28 * 31 codes with one wrong symbol hardly any passes."""
    whole = recovery.written(recovery.new_code(lambda size: bytes(range(size)))).replace("-", "")
    passed = 0
    for at in range(WRITTEN_SYMBOLS):
        for symbol in _ALPHABET.replace(whole[at], ""):
            try:
                recovery.read_code(whole[:at] + symbol + whole[at + 1 :])
                passed += 1
            except Mistyped:
                pass
    assert passed <= 4  # expected: 28 * 31 / 1024


def test_the_formulas_are_those_of_the_text() -> None:
    code = recovery.new_code(lambda _: b"\x5a" * 17)
    raw = code.encode("ascii")
    assert recovery.door_id(code) == kdf(raw, labels.REC_ID, b"", 16)
    check = int.from_bytes(hash_(labels.REC_CHECK, raw)[:2], "big") >> 6
    symbols = _ALPHABET[check >> 5] + _ALPHABET[check & 31]
    assert recovery.written(code).replace("-", "") == code + symbols


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        code = recovery.read_code(typed)
    except RemoteError:
        return
    assert recovery.read_code(recovery.written(code)) == code
