"""Chain heads and tombs against their vectors, and hashlib as oracle."""

from __future__ import annotations

import hashlib

import pytest

from crypto import chain
from tests.helpers.vectors import Case, assert_reproduced, name_of, vectors


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("chain")


@pytest.mark.parametrize("case", vectors("chain", "start"), ids=name_of)
def test_start(case: Case) -> None:
    case.check(lambda: {"head": chain.start(case.bytes_of("box16"))})


@pytest.mark.parametrize("case", vectors("chain", "extend"), ids=name_of)
def test_extend(case: Case) -> None:
    env_id = chain.env_id(case.bytes_of("envelope"))
    case.check(lambda: {"env_id": env_id, "head": chain.extend(case.bytes_of("head"), env_id)})


@pytest.mark.parametrize("case", vectors("chain", "tomb"), ids=name_of)
def test_tomb(case: Case) -> None:
    box16, head = case.bytes_of("box16"), case.bytes_of("head")
    case.check(lambda: {"tomb": chain.tomb(box16, head, case.given["close_minute"])})


def test_a_head_is_the_hash_that_the_protocol_writes() -> None:
    head, env_id = bytes(range(32)), bytes(32)
    length = (32).to_bytes(8, "little")
    message = b"\x09va1/chain" + length + head + length + env_id
    assert chain.extend(head, env_id) == hashlib.blake2b(message, digest_size=32).digest()


def test_order_and_content_both_count() -> None:
    start = chain.start(bytes(16))
    one, other = chain.env_id(b"one"), chain.env_id(b"other")
    assert chain.extend(chain.extend(start, one), other) != chain.extend(
        chain.extend(start, other), one
    )
