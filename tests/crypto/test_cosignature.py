"""Cosignatures: vectors, what the format says, and fuzz."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import cosignature, primitives
from crypto.cosignature import cosign, cosigned, read_verifier_key, verifier_key
from crypto.errors import LocalError, NotCanonical, RemoteError
from crypto.keys import SignPublic
from tests.helpers.vectors import Case, assert_reproduced, flip, name_of, vectors
from tests.vectors.make.checkpoint import GOOD
from tests.vectors.make.cosignature import NAMES, SECRETS, TIME_S, WITNESSES, cosigned_note


def run(case: Case) -> dict[str, object]:
    known = [(name, SignPublic(bytes.fromhex(key))) for name, key in case.given["witnesses"]]
    found = cosigned(case.bytes_of("note"), known)
    return {"times": [[key.hex(), time_s] for key, time_s in found.items()]}


@pytest.mark.parametrize("case", vectors("cosignature"), ids=name_of)
def test_cosignatures_follow_their_vectors(case: Case) -> None:
    case.check(lambda: run(case))


def test_the_generator_reproduces_the_vectors() -> None:
    assert_reproduced("cosignature")


def test_a_line_is_what_the_format_says() -> None:
    name, public = WITNESSES[0]
    dash, stated, signed = cosign(SECRETS[0], name, GOOD, TIME_S).split(" ")
    raw = base64.b64decode(signed)
    material = name.encode() + b"\n\x04" + public.raw
    assert (dash, stated) == ("\u2014", name)
    assert raw[:4] == hashlib.sha256(material).digest()[:4]
    assert int.from_bytes(raw[4:12], "big") == TIME_S
    text = GOOD.decode().split("\n\n")[0] + "\n"
    message = f"cosignature/v1\ntime {TIME_S}\n{text}"
    primitives.verify_raw(public, raw[12:], message.encode())


def test_the_key_of_a_witness_is_read_as_it_was_written() -> None:
    for name, public in WITNESSES:
        assert read_verifier_key(verifier_key(name, public)) == (name, public)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "name",
        "name+00000000",
        "a b+" + verifier_key(*WITNESSES[0]).split("+", 1)[1],
        verifier_key("a b", WITNESSES[0][1]),
        verifier_key(*WITNESSES[0])[:-2],
        verifier_key(*WITNESSES[0]) + "\n",
        verifier_key(*WITNESSES[0]).replace(NAMES[0], NAMES[1]),
        # The key of a log, which signs plain notes.
        cosignature.note_verifier_key(*WITNESSES[0]),
    ],
)
def test_another_line_is_no_key_of_a_witness(line: str) -> None:
    with pytest.raises(NotCanonical):
        read_verifier_key(line)


def test_every_flipped_bit_is_refused_or_counts_for_nobody() -> None:
    note = cosigned_note()
    for bit in range(len(GOOD) * 8, len(note) * 8):
        try:
            assert cosigned(flip(note, bit), WITNESSES) == {}
        except RemoteError:
            continue


def test_a_time_or_name_that_cannot_be_is_our_fault() -> None:
    for name, time_s in (("a b", 1), (NAMES[0], -1), (NAMES[0], 2**53)):
        with pytest.raises(LocalError):
            cosign(SECRETS[0], name, GOOD, time_s)


@given(st.binary(max_size=200))
def test_junk_raises_nothing_but_remote_errors(raw: bytes) -> None:
    with pytest.raises(RemoteError):
        cosigned(raw, WITNESSES)
