"""What others have published in the same formats: a tree, a note, a real cosigned checkpoint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crypto import checkpoint, cosignature, merkle, primitives
from crypto.errors import BadSignature
from crypto.keys import SignPublic

PUBLIC: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "public" / "logs.json").read_text("utf-8")
)


def key_of(line: str) -> tuple[str, SignPublic]:
    """Read a key of C2SP's form that signs notes."""
    name, _, key = line.split("+", 2)
    found = name, SignPublic(checkpoint.from_base64(key)[1:])
    assert checkpoint.verifier_key(*found) == line
    return found


def test_the_reference_tree_has_its_roots() -> None:
    leaves = [bytes.fromhex(leaf) for leaf in PUBLIC["tree"]["leaves"]]
    roots = [merkle.root_of(leaves[: size + 1]).hex() for size in range(len(leaves))]
    assert roots == PUBLIC["tree"]["roots"]


def test_a_note_of_another_implementation_verifies() -> None:
    name, public = key_of(PUBLIC["note"]["key"])
    text, (line,) = checkpoint.split_note(PUBLIC["note"]["note"].encode())
    who, signed = checkpoint.read_signature(line)
    assert (who, signed[:4]) == (name, checkpoint.key_id(name, public))
    primitives.verify_raw(public, signed[4:], text.encode())
    with pytest.raises(BadSignature):
        primitives.verify_raw(public, signed[4:], text.upper().encode())


def test_a_public_checkpoint_opens_with_its_witness() -> None:
    given = PUBLIC["checkpoint"]
    note = given["note"].encode()
    origin, public = key_of(given["log"])
    assert checkpoint.open_checkpoint(note, origin, public).size == given["size"]
    witness = cosignature.read_verifier_key(given["witness"])
    assert cosignature.cosigned(note, [witness]) == {witness[1].raw: given["time_s"]}
    other = note.replace(b"1432088532", b"1432088533")
    with pytest.raises(BadSignature):
        checkpoint.open_checkpoint(other, origin, public)
    with pytest.raises(BadSignature):
        cosignature.cosigned(other, [witness])
