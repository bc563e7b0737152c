"""Sealing to a KEM key with replayed randomness: generators give the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from crypto import kem
from crypto.keys import KemPublic
from crypto.random import Rand
from tests.vectors.make.kem import replayed

ENCAPSULATION_SEED_BYTES = 64


@contextmanager
def replayed_kem() -> Iterator[None]:
    """Let `kem.seal` draw all its randomness from `rand`, 64 bytes at once, as the twin does."""

    def encapsulate(recipient: KemPublic, rand: Rand) -> tuple[bytes, bytes]:
        return replayed(recipient.raw, rand(ENCAPSULATION_SEED_BYTES))

    with mock.patch.object(kem, "encapsulate", encapsulate):
        yield
