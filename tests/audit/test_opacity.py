"""The opacity test: bytes drawn at random pass, and what can be read is found in any writing."""

from __future__ import annotations

import base64
import bz2
import gzip
import random
import zlib
from collections.abc import Callable

import pytest

from clientlib.audit.opacity import Reason, suspicion, suspicion_of_many

GERMAN = "Ich habe heute mit meiner Mutter gesprochen, und sie hat mich nicht verstanden. "
RUSSIAN = "Сегодня я говорила со своей матерью, и она меня не поняла. "
ARABIC = "تحدثت اليوم مع والدتي ولم تفهمني على الإطلاق، ولا أعرف ماذا أفعل. "
JAPANESE = "今日は母と話しましたが、わかってもらえませんでした。どうすればいいのかわかりません。"


def drawn(size: int, seed: int = 1) -> bytes:
    """Bytes drawn at random, the same ones at each run."""
    return random.Random(seed).randbytes(size)


def within(text: bytes, size: int = 4096) -> bytes:
    """Text in the middle of ciphertext."""
    return drawn(size // 2) + text + drawn(size - size // 2 - len(text), seed=2)


def test_a_hundred_thousand_random_fields_pass() -> None:
    """Fewer than one in 10^9 would not: of 10^5 none."""
    source = random.Random(7)
    sizes = [16] * 45 + [32] * 40 + [104] * 10 + [272] * 4 + [1040]
    found = [
        (size, reason)
        for _ in range(1_000)
        for size in sizes
        if (reason := suspicion(source.randbytes(size)))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (within(GERMAN.encode()), Reason.READABLE),
        (within(GERMAN.encode("utf-16-le")), Reason.READABLE),
        (within(GERMAN.encode("utf-16-be")), Reason.READABLE),
        (within(GERMAN.encode().hex().encode()), Reason.READABLE),
        (within(base64.b64encode(GERMAN.encode())), Reason.READABLE),
        (within(base64.urlsafe_b64encode(drawn(60))), Reason.READABLE),
        (within(RUSSIAN.encode()), Reason.READABLE),
        (within(ARABIC.encode()), Reason.READABLE),
        (within(JAPANESE.encode() * 4), Reason.UNEVEN),
        (within(gzip.compress(GERMAN.encode())), Reason.PACKED),
        (within(zlib.compress(GERMAN.encode())), Reason.PACKED),
        (within(bz2.compress(GERMAN.encode())), Reason.MARK),
        (within(b"\x89PNG\r\n\x1a\n"), Reason.MARK),
        (within(b"Telefon"), Reason.WORD),
        (within(b"tELefOn"), None),
        (within(b"adresse"), Reason.WORD),
        (within(bytes(8)), Reason.BLANK),
        (drawn(16) * 100, Reason.REPEATED),
        (bytes(one ^ 0xA5 for one in GERMAN.encode() * 9), Reason.REPEATED),
        (bytes(128 | one & 63 for one in drawn(600)), Reason.UNEVEN),
        (bytes(range(128, 256)) * 4, Reason.REPEATED),
        (bytes(range(128, 256)) + bytes(range(0, 128, 1)), Reason.READABLE),
        (b"Kornblume, Anna\0", Reason.READABLE),
        (b"\0\0\0\0\0\0\0anna.k17", Reason.READABLE),
        (b"01761234567 Anna", Reason.READABLE),
    ],
)
def test_what_can_be_read_is_found(raw: bytes, reason: Reason | None) -> None:
    assert suspicion(raw) is reason


def test_short_values_are_judged_together() -> None:
    ids = [drawn(16, seed) for seed in range(400)]
    assert suspicion_of_many(ids) is None
    # Rows point at others: the same id many times is one.
    assert suspicion_of_many([ids[0]] * 400) is None
    assert suspicion_of_many([]) is None
    assert suspicion_of_many([*ids, b"Kornblume, Anna\0"]) is Reason.READABLE


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        # A time in front, as in some kinds of ids; a number that counts; few signs only.
        (lambda one: bytes([1, 0x8F]) + drawn(14, one), Reason.REPEATED),
        (lambda one: one.to_bytes(16, "big"), Reason.BLANK),
        (lambda one: bytes(128 | n & 63 for n in drawn(16, one)), Reason.UNEVEN),
    ],
)
def test_ids_that_are_not_drawn_are_found(made: Callable[[int], bytes], reason: Reason) -> None:
    assert suspicion_of_many([made(one) for one in range(1, 400)]) is reason
