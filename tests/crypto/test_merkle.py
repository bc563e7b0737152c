"""RFC 6962 trees against the vectors, a naive second implementation and known facts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import merkle
from crypto.errors import BadProof, LocalError
from tests.helpers.vectors import Case, assert_reproduced, name_of, vectors
from tests.vectors.make.merkle import leaf, tree


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """The definition of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def run(case: Case) -> dict[str, object]:
    given = case.given
    if given["op"] == "roots":
        whole = tree(given["size"])
        return {"roots": [whole.root_at(size) for size in range(given["size"] + 1)]}
    proof = [bytes.fromhex(one) for one in given["proof"]]
    root = case.bytes_of("root")
    if given["op"] == "inclusion":
        leaf_hash = case.bytes_of("leaf_hash")
        merkle.verify_inclusion(leaf_hash, given["index"], given["size"], proof, root)
        return {"proof": tree(given["size"]).inclusion_proof(given["index"], given["size"])}
    old_root = case.bytes_of("old_root")
    merkle.verify_consistency(given["old_size"], given["size"], proof, old_root, root)
    return {"proof": tree(given["size"]).consistency_proof(given["old_size"], given["size"])}


@pytest.mark.parametrize("case", vectors("merkle"), ids=name_of)
def test_trees_follow_their_vectors(case: Case) -> None:
    case.check(lambda: run(case))


def test_the_generator_reproduces_the_vectors() -> None:
    assert_reproduced("merkle")


def test_the_root_of_the_empty_tree_is_the_hash_of_nothing() -> None:
    known = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.Tree().root().hex() == known


def test_roots_of_the_well_known_certificate_transparency_leaves() -> None:
    """The eight leaves that log implementations test with; roots published with them."""
    texts = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"]
    leaves = [bytes.fromhex(one) for one in [*texts, "606162636465666768696a6b6c6d6e6f"]]
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    for size, root in roots.items():
        assert merkle.root_of(leaves[:size]).hex() == root


def test_every_root_equals_the_definition() -> None:
    whole = tree(257)
    for size in range(258):
        assert whole.root_at(size) == naive_root([leaf(i) for i in range(size)])


def test_every_proof_of_every_small_tree_verifies_and_no_other_position_does() -> None:
    whole = tree(20)
    for size in range(1, 21):
        root = whole.root_at(size)
        for index in range(size):
            proof = whole.inclusion_proof(index, size)
            merkle.verify_inclusion(merkle.hash_leaf(leaf(index)), index, size, proof, root)
            for other in set(range(size)) - {index}:
                with pytest.raises(BadProof):
                    merkle.verify_inclusion(merkle.hash_leaf(leaf(index)), other, size, proof, root)
        for old in range(size + 1):
            path = whole.consistency_proof(old, size)
            merkle.verify_consistency(old, size, path, whole.root_at(old), root)


def test_a_copy_grows_alone() -> None:
    first = tree(5)
    second = first.copy()
    second.append(b"more")
    assert first.size == 5
    assert second.size == 6
    assert second.root_at(5) == first.root()


def test_full_subtrees_are_the_nodes() -> None:
    whole = tree(5)
    assert [whole.node(0, index) for index in range(5)] == [
        merkle.hash_leaf(leaf(index)) for index in range(5)
    ]
    assert whole.node(1, 1) == merkle.hash_node(whole.node(0, 2), whole.node(0, 3))
    assert whole.node(2, 0) == whole.root_at(4)


def test_contracts_of_the_tree_are_local_errors() -> None:
    whole = tree(3)
    for call in (
        lambda: whole.root_at(4),
        lambda: whole.root_at(-1),
        lambda: whole.node(-1, 0),
        lambda: whole.node(2, 0),
        lambda: whole.node(0, -1),
        lambda: whole.node(0, 3),
        lambda: whole.node(1, 1),
        lambda: whole.inclusion_proof(3, 3),
        lambda: whole.inclusion_proof(-1, 3),
        lambda: whole.inclusion_proof(0, 4),
        lambda: whole.consistency_proof(3, 2),
        lambda: whole.consistency_proof(-1, 2),
        lambda: whole.consistency_proof(0, 4),
        lambda: whole.append_hash(b"short"),
    ):
        with pytest.raises(LocalError):
            call()


@given(
    st.binary(max_size=33),
    st.integers(-1, 300),
    st.integers(-1, 300),
    st.lists(st.binary(min_size=31, max_size=33), max_size=10),
    st.binary(max_size=33),
)
def test_junk_proofs_raise_nothing_but_bad_proof(
    leaf_hash: bytes, index: int, size: int, proof: list[bytes], root: bytes
) -> None:
    # Equal junk can be a true proof (one leaf that is the root), hence no demand to refuse.
    with suppress(BadProof):
        merkle.verify_inclusion(leaf_hash, index, size, proof, root)
    with suppress(BadProof):
        merkle.verify_consistency(index, size, proof, leaf_hash, root)


@given(st.integers(1, 64), st.integers(0, 64), st.lists(st.binary(min_size=32, max_size=32)))
def test_junk_paths_of_the_right_shape_are_refused(
    size: int, index: int, proof: list[bytes]
) -> None:
    with pytest.raises(BadProof):
        merkle.verify_inclusion(bytes(32), index, size, proof, b"\x01" * 32)
    with pytest.raises(BadProof):
        merkle.verify_consistency(index, size, proof, b"\x02" * 32, b"\x01" * 32)
