"""Attachments: vectors, contracts, and tags that the protocol does not use."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import nacl.bindings as sodium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import attachment, filestream, labels, primitives
from crypto.attachment import Attachment
from crypto.encoding import Value
from crypto.errors import BadLength, BadTag, LocalError, RemoteError
from crypto.filestream import CHUNK_BYTES, Opener, Sealer
from crypto.padding import padme
from tests.helpers.vectors import (
    Case,
    ReplayRand,
    SeededRand,
    assert_reproduced,
    flip,
    name_of,
    untag_value,
    vectors,
)
from tests.vectors.make.attachment import BLOB, HEADER, KEY, build, plain


def run(case: Case) -> dict[str, object]:
    given = case.given
    if given["op"] == "items":
        made = Attachment.from_items(untag_value(given["items"]))
        return {"items": made.items(), "sealed_bytes": filestream.sealed_size(made.size)}
    data = plain(given["size"])[: given["size"]]
    if given["op"] == "seal":
        rand = ReplayRand(case.bytes_of("rand"))
        made, blob = filestream.seal_file(
            case.bytes_of("blob16"), data, "image/png", "Bild.png", rand
        )
        assert rand.spent
        assert filestream.open_file(made, blob) == data
        assert len(blob) == filestream.sealed_size(given["size"])
        digest = hashlib.sha256(blob).digest()
        return {"items": made.items(), "blob_sha256": digest, "blob_bytes": len(blob)}
    items = [
        bytes.fromhex(one) if i in (0, 1, 2, 5) else one for i, one in enumerate(given["items"])
    ]
    blob = build({**given, "tail": case.bytes_of("tail")})
    opened = filestream.open_file(Attachment.from_items(items), blob)
    return {"plain_sha256": hashlib.sha256(opened).digest()}


@pytest.mark.parametrize("case", vectors("attachment"), ids=name_of)
def test_attachments_follow_their_vectors(case: Case) -> None:
    case.check(lambda: run(case))


def test_the_generator_reproduces_the_vectors() -> None:
    assert_reproduced("attachment")


def small() -> tuple[Attachment, bytes]:
    """Seal a small file."""
    return filestream.seal_file(BLOB, b"hello", "text/plain", "a.txt", SeededRand("small"))


def test_every_flipped_bit_of_a_blob_is_refused() -> None:
    made, blob = small()
    for bit in range(len(blob) * 8):
        with pytest.raises(BadTag):
            filestream.open_file(made, flip(blob, bit))


def test_keys_stay_out_of_the_repr() -> None:
    made, _ = small()
    assert made.key.hex() not in repr(made)
    assert repr(made.key) not in repr(made)


def test_two_files_never_share_a_key() -> None:
    one, _ = filestream.seal_file(BLOB, b"", "text/plain", "a.txt")
    two, _ = filestream.seal_file(BLOB, b"", "text/plain", "a.txt")
    assert one.key != two.key
    assert one.header != two.header


@pytest.mark.parametrize("tag", ["PUSH", "REKEY"])
def test_tags_that_the_protocol_does_not_use_are_refused(tag: str) -> None:
    value = getattr(sodium, f"crypto_secretstream_xchacha20poly1305_TAG_{tag}")
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    sodium.crypto_secretstream_xchacha20poly1305_init_pull(state, HEADER, KEY)
    ad = primitives.hash_(labels.ATTACHMENT, BLOB, bytes(4))
    chunk = bytes(1024)
    sealed = sodium.crypto_secretstream_xchacha20poly1305_push(state, chunk, ad, value)
    with pytest.raises(BadTag):
        primitives.StreamOpener(KEY, HEADER).pull(sealed, ad)


def test_a_stream_opened_by_the_library_alone_reads_the_same() -> None:
    """The state from a given header is the one the library makes when it draws the header."""
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    header = sodium.crypto_secretstream_xchacha20poly1305_init_push(state, KEY)
    sealed = sodium.crypto_secretstream_xchacha20poly1305_push(state, b"text", b"ad", 3)
    assert primitives.StreamSealer(KEY, header).push(b"text", b"ad", True) == sealed
    assert primitives.StreamOpener(KEY, header).pull(sealed, b"ad") == (b"text", True)


def test_nothing_is_released_before_the_end() -> None:
    sealer = Sealer(BLOB, CHUNK_BYTES + 1, SeededRand("two"))
    data = plain(CHUNK_BYTES + 1)
    chunks = [sealer.seal(data[:CHUNK_BYTES]), sealer.seal(data[CHUNK_BYTES : CHUNK_BYTES + 1])]
    opener = Opener(sealer.finish("image/png", "a.png"))
    opener.open(chunks[0])
    with pytest.raises(BadLength):
        opener.finish()
    opener.open(chunks[1])
    assert b"".join(opener.finish()) == data[: CHUNK_BYTES + 1]


def test_contracts_are_local_errors() -> None:
    with pytest.raises(LocalError):
        Sealer(b"short", 1)
    with pytest.raises(LocalError):
        Sealer(BLOB, attachment.MAX_FILE_BYTES + 1)
    sealer = Sealer(BLOB, 5)
    with pytest.raises(LocalError):
        sealer.finish("text/plain", "a.txt")
    with pytest.raises(LocalError):
        sealer.seal(b"four")
    sealer.seal(b"fives")
    with pytest.raises(LocalError):
        sealer.seal(b"")
    for mime, name in (("text", "a.txt"), ("text/plain", "a/b")):
        with pytest.raises(LocalError):
            sealer.finish(mime, name)
    with pytest.raises(LocalError):
        primitives.StreamOpener(KEY, b"short")
    with pytest.raises(BadLength):
        primitives.StreamOpener(KEY, HEADER).pull(bytes(16), b"")


@given(
    st.lists(
        st.binary(max_size=40) | st.integers(0, 2**53 - 1) | st.text(max_size=9),
        min_size=8,
        max_size=8,
    )
)
def test_junk_items_raise_nothing_but_remote_errors(items: list[Value]) -> None:
    with suppress(RemoteError):
        Attachment.from_items(items)


@given(st.binary(max_size=3000))
def test_junk_blobs_raise_nothing_but_remote_errors(blob: bytes) -> None:
    made, _ = small()
    assert made.padded_size == padme(5)
    with pytest.raises(RemoteError):
        filestream.open_file(made, blob)
