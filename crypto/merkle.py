"""RFC 6962 Merkle trees over SHA-256: the log of staff statements and the day's deletion list.

SHA-256 and not our BLAKE2b, because existing log tools must be able to read and check the tree
(protocol section 4). A proof is a list of 32-byte hashes, nearest sibling first, as in RFC 6962
section 2.1; sizes and indices are plain integers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from crypto import primitives
from crypto.errors import BadProof, LocalError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

# One byte keeps a leaf from ever being read as an inner node, and the reverse.
_LEAF_PREFIX = b"\x00"
_NODE_PREFIX = b"\x01"


class Tree:
    """An append-only tree that remembers every full subtree, so any older root takes O(log n)."""

    def __init__(self) -> None:
        self._levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0])

    def copy(self) -> Tree:
        """Return an independent tree with the same leaves."""
        twin = Tree()
        twin._levels = [list(level) for level in self._levels]
        return twin

    def append(self, leaf: bytes) -> None:
        """Add a leaf by its bytes."""
        self.append_hash(hash_leaf(leaf))

    def append_hash(self, leaf_hash: bytes) -> None:
        """Add a leaf by its RFC 6962 leaf hash (32 bytes)."""
        if len(leaf_hash) != HASH_BYTES:
            raise LocalError("a leaf hash has 32 bytes")
        node = leaf_hash
        for height, level in enumerate(self._levels):
            level.append(node)
            if len(level) % 2:
                return
            node = hash_node(level[-2], node)
            if height + 1 == len(self._levels):
                self._levels.append([node])
                return

    def root(self) -> bytes:
        """Return the root over all leaves."""
        return self._span(0, self.size)

    def root_at(self, size: int) -> bytes:
        """Return the root the tree had with its first `size` leaves."""
        if not 0 <= size <= self.size:
            raise LocalError("the tree never had this size")
        return self._span(0, size)

    def node(self, height: int, index: int) -> bytes:
        """Return the root over the full subtree of 2^height leaves that is the index-th of them."""
        if not (0 <= height < len(self._levels) and 0 <= index < len(self._levels[height])):
            raise LocalError("the tree has no such full subtree")
        return self._levels[height][index]

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """Return PATH(index, D[size]), RFC 6962 section 2.1.1."""
        if not 0 <= index < size <= self.size:
            raise LocalError("no such leaf in a tree of this size")
        path = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._span(middle, end))
                end = middle
            else:
                path.append(self._span(start, middle))
                start = middle
        return path[::-1]

    def consistency_proof(self, old_size: int, size: int) -> list[bytes]:
        """Return PROOF(old_size, D[size]), RFC 6962 section 2.1.2; empty for 0 and for equal."""
        if not 0 <= old_size <= size <= self.size:
            raise LocalError("sizes must rise and lie within the tree")
        if old_size == 0:
            return []
        path = []
        start, end = 0, size
        while end != old_size:
            middle = start + _split(end - start)
            if old_size <= middle:
                path.append(self._span(middle, end))
                end = middle
            else:
                path.append(self._span(start, middle))
                start = middle
        # The verifier knows this subtree already when it is the whole old tree.
        if start > 0:
            path.append(self._span(start, end))
        return path[::-1]

    def _span(self, start: int, end: int) -> bytes:
        """Return the hash over leaves start..end-1; start is a multiple of the span's split."""
        if start == end:
            return EMPTY_ROOT
        # Full subtrees from left to right, largest first, then folded from the right.
        peaks = []
        while start < end:
            height = (end - start).bit_length() - 1
            peaks.append(self._levels[height][start >> height])
            start += 1 << height
        node = peaks.pop()
        while peaks:
            node = hash_node(peaks.pop(), node)
        return node


def hash_leaf(leaf: bytes) -> bytes:
    """SHA-256(0x00 || leaf)."""
    return hashlib.sha256(_LEAF_PREFIX + leaf).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(_NODE_PREFIX + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over these leaves, in this order."""
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def verify_inclusion(
    leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise BadProof unless the leaf stands at `index` in the tree of `size` leaves and `root`.

    RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise BadProof("index outside the tree")
    _check_hashes(leaf_hash, root, *proof)
    node, position, last = leaf_hash, index, size - 1
    for sibling in proof:
        if last == 0:
            raise BadProof("proof too long")
        if position & 1 or position == last:
            node = hash_node(sibling, node)
            # A lone right edge is carried up unchanged until it becomes a right child.
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            node = hash_node(node, sibling)
        position >>= 1
        last >>= 1
    if last != 0 or not primitives.equal(node, root):
        raise BadProof("leaf is not in this tree")


def verify_consistency(
    old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> None:
    """Raise BadProof unless the tree of `old_size` leaves is a prefix of the tree of `size`.

    RFC 9162 section 2.1.4.2. The empty tree is a prefix of every tree, by the empty proof.
    """
    if not 0 <= old_size <= size:
        raise BadProof("a log never shrinks")
    _check_hashes(old_root, root, *proof)
    if old_size in (0, size):
        _check_trivial(old_size, size, proof, old_root, root)
        return
    path = list(proof)
    # A full old tree is its own first node, so the proof leaves it out.
    if old_size & (old_size - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise BadProof("proof too short")
    position, last = old_size - 1, size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    old_node = node = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise BadProof("proof too long")
        if position & 1 or position == last:
            old_node = hash_node(sibling, old_node)
            node = hash_node(sibling, node)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            node = hash_node(node, sibling)
        position >>= 1
        last >>= 1
    fits = primitives.equal(old_node, old_root) and primitives.equal(node, root)
    if last != 0 or not fits:
        raise BadProof("the new log does not contain the old one")


def _check_trivial(
    old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes
) -> None:
    """Check the two cases that need no proof: an empty old tree, and the same size."""
    if proof:
        raise BadProof("proof too long")
    expected = EMPTY_ROOT if old_size == 0 else root
    if not primitives.equal(old_root, expected):
        raise BadProof("the old root does not fit")
    if size == 0 and not primitives.equal(root, EMPTY_ROOT):
        raise BadProof("the root of an empty log does not fit")


def _check_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise BadProof("a hash has 32 bytes")


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
