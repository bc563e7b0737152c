"""C2SP checkpoints: vectors, a fact from the C2SP text, and fuzz."""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import checkpoint, primitives
from crypto.checkpoint import Checkpoint
from crypto.errors import BadSignature, LocalError, NotCanonical, RemoteError
from crypto.keys import SignPublic, SignSecret
from tests.helpers.organisation import ORIGIN
from tests.helpers.vectors import Case, assert_reproduced, flip, name_of, vectors
from tests.vectors.make.checkpoint import GOOD, LOG, ROOT

LOG_PK = primitives.sign_public(LOG)


def run(case: Case) -> dict[str, object]:
    given = case.given
    if given["op"] == "sign":
        made = Checkpoint(origin=given["origin"], size=given["size"], root=case.bytes_of("root"))
        return {"note": checkpoint.sign_checkpoint(SignSecret(case.bytes_of("secret")), made)}
    public = SignPublic(case.bytes_of("public"))
    if given["op"] == "key":
        return {
            "key_id": checkpoint.key_id(given["origin"], public),
            "verifier_key": checkpoint.verifier_key(given["origin"], public),
        }
    opened = checkpoint.open_checkpoint(case.bytes_of("note"), given["origin"], public)
    return {"size": opened.size, "root": opened.root}


@pytest.mark.parametrize("case", vectors("checkpoint"), ids=name_of)
def test_checkpoints_follow_their_vectors(case: Case) -> None:
    case.check(lambda: run(case))


def test_the_generator_reproduces_the_vectors() -> None:
    assert_reproduced("checkpoint")


def test_the_note_is_what_the_format_says() -> None:
    lines = GOOD.decode().split("\n")
    assert lines[:4] == [ORIGIN, "4095", base64.b64encode(ROOT).decode(), ""]
    dash, name, signed = lines[4].split(" ")
    assert (dash, name, lines[5:]) == ("\u2014", ORIGIN, [""])
    raw = base64.b64decode(signed)
    material = ORIGIN.encode() + b"\n\x01" + LOG_PK.raw
    assert raw[:4] == hashlib.sha256(material).digest()[:4]
    primitives.verify_raw(LOG_PK, raw[4:], ("\n".join(lines[:3]) + "\n").encode())


def test_the_key_of_the_go_checksum_database_has_its_published_id() -> None:
    published = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
    public = SignPublic(base64.b64decode(published.split("+", 2)[2])[1:])
    assert checkpoint.verifier_key("sum.golang.org", public) == published


def test_every_flipped_bit_is_refused() -> None:
    for bit in range(len(GOOD) * 8):
        with pytest.raises(RemoteError):
            checkpoint.open_checkpoint(flip(GOOD, bit), ORIGIN, LOG_PK)


def test_the_longest_note_and_the_longest_origin() -> None:
    longest = "b" * 65_532
    assert checkpoint.split_note(f"a\n\n{longest}\n".encode()) == ("a\n", [longest])
    with pytest.raises(NotCanonical):
        checkpoint.split_note(f"a\n\n{longest}b\n".encode())
    for none in (b"a\n", b"a\n\n", b"a\n\nb"):
        with pytest.raises(NotCanonical):
            checkpoint.split_note(none)
    assert checkpoint.is_origin("o" * 200)
    assert not checkpoint.is_origin("o" * 201)


def test_signing_something_else_than_a_checkpoint_is_our_fault() -> None:
    wrong = (("a b", 1, ROOT), (ORIGIN, -1, ROOT), (ORIGIN, 2**53, ROOT), (ORIGIN, 1, b"short"))
    for origin, size, root in wrong:
        with pytest.raises(LocalError):
            checkpoint.sign_checkpoint(LOG, Checkpoint(origin=origin, size=size, root=root))


@given(st.binary(max_size=300))
def test_junk_raises_nothing_but_remote_errors(raw: bytes) -> None:
    with pytest.raises(RemoteError):
        checkpoint.open_checkpoint(raw, ORIGIN, LOG_PK)


@given(st.text(max_size=200), st.text(max_size=80))
def test_junk_around_a_true_note_raises_nothing_but_remote_errors(head: str, tail: str) -> None:
    raw = head.encode(errors="replace") + GOOD + tail.encode(errors="replace")
    with suppress(RemoteError):
        opened = checkpoint.open_checkpoint(raw, ORIGIN, LOG_PK)
        assert (opened.size, opened.root) == (4095, ROOT)


def test_another_key_does_not_open_it() -> None:
    stranger = primitives.sign_public(SignSecret(bytes(32)))
    with pytest.raises(BadSignature):
        checkpoint.open_checkpoint(GOOD, ORIGIN, stranger)
