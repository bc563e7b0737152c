"""Typed keys: sizes, equality, and silence."""

from __future__ import annotations

from typing import Any

import pytest

from crypto import keys
from crypto.errors import BadLength

SECRETS = [
    keys.SignSecret,
    keys.KemSecret,
    keys.AccountSecret,
    keys.EpochSecret,
    keys.Share,
    keys.CapSecret,
    keys.ResumeSecret,
]
ALL: list[Any] = [*SECRETS, keys.SignPublic, keys.KemPublic]


@pytest.mark.parametrize("kind", ALL)
def test_a_key_of_another_size_is_refused(kind: Any) -> None:
    assert len(kind(bytes(kind.SIZE_BYTES)).raw) == kind.SIZE_BYTES
    for size in (0, kind.SIZE_BYTES - 1, kind.SIZE_BYTES + 1):
        with pytest.raises(BadLength):
            kind(bytes(size))


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_never_shows(kind: Any) -> None:
    secret = kind(b"\xa7" * kind.SIZE_BYTES)
    assert "a7" not in repr(secret)
    assert "a7" not in f"{secret}"
    assert "xa7" not in str([secret])


def test_keys_are_equal_only_within_their_kind() -> None:
    assert keys.SignSecret(bytes(32)) == keys.SignSecret(bytes(32))
    assert keys.SignSecret(bytes(32)) != keys.SignSecret(b"\x01" + bytes(31))
    assert keys.SignSecret(bytes(32)) != keys.KemSecret(bytes(32))
    assert len({keys.SignSecret(bytes(32)), keys.KemSecret(bytes(32))}) == 2


def test_a_key_cannot_be_changed() -> None:
    source = bytearray(32)
    key = keys.SignPublic(bytes(source))
    with pytest.raises(AttributeError):
        key.raw = bytes(32)
