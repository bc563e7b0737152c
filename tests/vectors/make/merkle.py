"""Merkle trees of 0 to 257 leaves: roots, proofs, and proofs that must be refused."""

from __future__ import annotations

from typing import Any

from crypto import merkle
from tests.vectors.make.common import case, document, flip

MAX_SIZE = 257
PROOF_SIZES = (1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 255, 256, 257)


def leaf(index: int) -> bytes:
    """Leaf number `index` of every tree here: the index as four bytes."""
    return index.to_bytes(4, "big")


def tree(size: int) -> merkle.Tree:
    """Return the tree of the first `size` leaves."""
    made = merkle.Tree()
    for index in range(size):
        made.append(leaf(index))
    return made


def cases() -> dict[str, Any]:
    whole = tree(MAX_SIZE)
    roots = [whole.root_at(size) for size in range(MAX_SIZE + 1)]
    found = [
        case("roots", "RFC 6962 2.1", {"op": "roots", "size": MAX_SIZE}, {"roots": roots}),
        *_inclusion(whole),
        *_consistency(whole),
    ]
    return document("RFC 6962 trees; leaf i is the number i in four bytes, big-endian", found)


def _inclusion(whole: merkle.Tree) -> list[dict[str, Any]]:
    found = []
    for size in PROOF_SIZES:
        for index in sorted({0, size // 2, size - 1}):
            given = _inclusion_of(whole, index, size)
            name = f"inclusion {index} of {size}"
            found.append(case(name, "RFC 6962 2.1.1", given, {"proof": given["proof"]}))
    good = _inclusion_of(whole, 5, 9)
    bad: dict[str, tuple[str, dict[str, Any]]] = {
        "other index": ("the path depends on the place", {"index": 4}),
        "other size": ("the path depends on the size", {"size": 8}),
        "index beyond the size": ("no such leaf", {"index": 9}),
        "leaf flipped": ("one bit", {"leaf_hash": flip(good["leaf_hash"], 7)}),
        "root flipped": ("one bit", {"root": flip(good["root"], 255)}),
        "proof flipped": ("one bit", {"proof": [flip(good["proof"][0], 0), *good["proof"][1:]]}),
        "proof cut": ("last hash missing", {"proof": good["proof"][:-1]}),
        "proof too long": ("a hash more", {"proof": [*good["proof"], good["root"]]}),
        "proof reordered": ("order counts", {"proof": good["proof"][::-1]}),
        "short hash": ("31 bytes", {"proof": [good["proof"][0][1:], *good["proof"][1:]]}),
        "node given as leaf": ("prefixes differ", {"leaf_hash": merkle.hash_node(b"", b"")}),
        "climbs above the root": (
            "true of a larger tree, stated of a smaller one",
            {**_inclusion_of(whole, 7, 8), "index": 3, "size": 4},
        ),
        "ends below the root": (
            "true of a smaller tree, stated of a larger one",
            {**_inclusion_of(whole, 3, 4), "size": 8},
        ),
        "hashes cut elsewhere": ("joined they are the same", _cut_elsewhere(whole)),
        "before the first": ("no such leaf", {**_inclusion_of(whole, 0, 1), "index": -1}),
    }
    for name, (why, change) in bad.items():
        found.append(case(f"inclusion: {name}", why, {**good, **change}, expect="bad_proof"))
    lone = {**_inclusion_of(whole, 0, 1), "index": 1}
    found.append(case("inclusion: beside a lone leaf", "no such leaf", lone, expect="bad_proof"))
    return found


def _inclusion_of(whole: merkle.Tree, index: int, size: int) -> dict[str, Any]:
    return {
        "op": "inclusion",
        "leaf_hash": merkle.hash_leaf(leaf(index)),
        "index": index,
        "size": size,
        "proof": whole.inclusion_proof(index, size),
        "root": whole.root_at(size),
    }


def _cut_elsewhere(whole: merkle.Tree) -> dict[str, Any]:
    given = _inclusion_of(whole, 0, 2)
    (sibling,) = given["proof"]
    return {**given, "leaf_hash": given["leaf_hash"] + sibling[:1], "proof": [sibling[1:]]}


def _consistency(whole: merkle.Tree) -> list[dict[str, Any]]:
    nothing = _consistency_of(whole, 0, 0)
    found = [case("consistency 0 to 0", "RFC 6962 2.1.2", nothing, {"proof": []})]
    for size in PROOF_SIZES:
        for old in sorted({0, 1, size // 2, size - 1, size}):
            given = _consistency_of(whole, old, size)
            name = f"consistency {old} to {size}"
            found.append(case(name, "RFC 6962 2.1.2", given, {"proof": given["proof"]}))
    good = _consistency_of(whole, 6, 9)
    full = _consistency_of(whole, 8, 9)
    same = _consistency_of(whole, 9, 9)
    empty = _consistency_of(whole, 0, 9)
    lone = whole.root_at(1)
    cut = _cut_elsewhere(whole)
    bad: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
        "old root flipped": ("rewritten history", good, {"old_root": flip(good["old_root"], 0)}),
        "new root flipped": ("one bit", good, {"root": flip(good["root"], 0)}),
        "shrinks": ("a log never shrinks", good, {"old_size": 10}),
        "other old size": ("the path depends on it", good, {"old_size": 5}),
        "proof empty": ("nothing shown", good, {"proof": []}),
        "proof cut": ("last hash missing", good, {"proof": good["proof"][:-1]}),
        "proof too long": ("a hash more", good, {"proof": [*good["proof"], good["root"]]}),
        "short root": ("31 bytes", good, {"root": good["root"][1:]}),
        "full tree, old root flipped": ("", full, {"old_root": flip(full["old_root"], 9)}),
        "full tree, proof empty": ("", full, {"proof": []}),
        "same size, other root": ("a fork", same, {"old_root": flip(same["root"], 3)}),
        "same size with a proof": ("nothing to prove", same, {"proof": [same["root"]]}),
        "from nothing, wrong empty root": ("", empty, {"old_root": empty["root"]}),
        "from nothing with a proof": ("", empty, {"proof": [empty["root"]]}),
        "both empty, wrong root": ("", empty, {"size": 0}),
        "climbs above the root": (
            "true of larger trees, stated of smaller ones",
            _consistency_of(whole, 7, 8),
            {"old_size": 3, "size": 4},
        ),
        "ends below the root": (
            "true of a smaller tree, stated of a larger one",
            _consistency_of(whole, 3, 4),
            {"size": 8},
        ),
        "hashes cut elsewhere": (
            "joined they are the same",
            _consistency_of(whole, 1, 2),
            {"old_root": cut["leaf_hash"], "proof": cut["proof"]},
        ),
        "shrinks under one root": (
            "a log never shrinks",
            _consistency_of(whole, 1, 1),
            {"old_size": 2},
        ),
        "from before nothing": (
            "no such size",
            _consistency_of(whole, 1, 1),
            {"old_size": -1, "proof": [lone]},
        ),
    }
    for name, (why, base, change) in bad.items():
        found.append(case(f"consistency: {name}", why, {**base, **change}, expect="bad_proof"))
    return found


def _consistency_of(whole: merkle.Tree, old: int, size: int) -> dict[str, Any]:
    return {
        "op": "consistency",
        "old_size": old,
        "size": size,
        "proof": whole.consistency_proof(old, size),
        "old_root": whole.root_at(old),
        "root": whole.root_at(size),
    }
