"""Keys of epochs against their vectors, and hashlib as oracle."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from crypto import epoch
from crypto.keys import EpochSecret, Share
from tests.helpers.vectors import Case, assert_reproduced, name_of, vectors

BOX16 = bytes(16)
ES, SHARE = EpochSecret(bytes([1]) * 32), Share(bytes([2]) * 32)


def test_the_vectors_are_what_the_generator_writes() -> None:
    assert_reproduced("epoch")


@pytest.mark.parametrize("case", vectors("epoch"), ids=name_of)
def test_keys_of_an_epoch(case: Case) -> None:
    box16 = case.bytes_of("box16")
    es, share = EpochSecret(case.bytes_of("es")), Share(case.bytes_of("share"))

    def made() -> dict[str, Any]:
        key = epoch.key(es, box16, case.given["epoch"], share)
        return {
            "es_hash": epoch.es_hash(box16, es),
            "share_hash": epoch.share_hash(box16, share),
            "kid8": key.kid8,
            "message_key": key.message_key,
        }

    case.check(made)


def test_kid_is_the_hash_that_the_protocol_writes() -> None:
    message = b"\x07va1/kid" + BOX16 + (7).to_bytes(4, "little")
    expected = hashlib.blake2b(message, digest_size=16, key=ES.raw).digest()[:8]
    assert epoch.kid(ES, BOX16, 7) == expected


def test_box_epoch_secret_and_share_each_change_the_key_and_all_but_the_share_the_kid() -> None:
    key = epoch.key(ES, BOX16, 1, SHARE)
    others = [
        epoch.key(EpochSecret(bytes(32)), BOX16, 1, SHARE),
        epoch.key(ES, bytes([1]) * 16, 1, SHARE),
        epoch.key(ES, BOX16, 2, SHARE),
        epoch.key(ES, BOX16, 1, Share(bytes(32))),
    ]
    assert len({one.message_key for one in [key, *others]}) == 5
    assert len({one.kid8 for one in [key, *others]}) == 4


def test_a_key_does_not_show_itself() -> None:
    key = epoch.key(ES, BOX16, 1, SHARE)
    assert key.message_key.hex() not in repr(key)
    assert "message_key" not in repr(key)
