// Proofs in RFC 6962 Merkle trees: that a leaf stands in one, and that one is the beginning of another.
// Twin of the second half of crypto/merkle.py.
//
// A proof is a list of 32-byte hashes, nearest sibling first, as in RFC 6962 section 2.1.

import { BadProof, LocalError } from './errors.js';
import { HASH_BYTES, Tree, hashNode } from './merkle.js';
import { equal } from './primitives.js';

const MAX_SIZE = 2 ** 31 - 1;

/**
 * Returns PATH(index, D[size]), RFC 6962 section 2.1.1.
 * @param {Tree} tree
 * @param {number} index
 * @param {number} size
 * @returns {Uint8Array[]}
 */
export function inclusionProof(tree, index, size) {
  if (!(index >= 0 && index < size && size <= tree.size)) {
    throw new LocalError('no such leaf in a tree of this size');
  }
  const path = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + split(end - start);
    if (index < middle) {
      path.push(tree.span(middle, end));
      end = middle;
    } else {
      path.push(tree.span(start, middle));
      start = middle;
    }
  }
  return path.reverse();
}

/**
 * Returns PROOF(oldSize, D[size]), RFC 6962 section 2.1.2; empty for 0 and for equal.
 * @param {Tree} tree
 * @param {number} oldSize
 * @param {number} size
 * @returns {Uint8Array[]}
 */
export function consistencyProof(tree, oldSize, size) {
  if (!(oldSize >= 0 && oldSize <= size && size <= tree.size)) {
    throw new LocalError('sizes must rise and lie within the tree');
  }
  if (oldSize === 0) return [];
  const path = [];
  let [start, end] = [0, size];
  while (end !== oldSize) {
    const middle = start + split(end - start);
    if (oldSize <= middle) {
      path.push(tree.span(middle, end));
      end = middle;
    } else {
      path.push(tree.span(start, middle));
      start = middle;
    }
  }
  // The verifier knows this subtree already when it is the whole old tree.
  if (start > 0) path.push(tree.span(start, end));
  return path.reverse();
}

/**
 * Returns the root over these leaves, in this order.
 * @param {Iterable<Uint8Array>} leaves
 * @returns {Uint8Array}
 */
export function rootOf(leaves) {
  const tree = new Tree();
  for (const leaf of leaves) tree.append(leaf);
  return tree.root();
}

/**
 * Throws BadProof unless the leaf stands at `index` in the tree of `size` leaves and `root`.
 * RFC 9162 section 2.1.3.2.
 * @param {Uint8Array} leafHash
 * @param {number} index
 * @param {number} size
 * @param {readonly Uint8Array[]} proof
 * @param {Uint8Array} root
 */
export function verifyInclusion(leafHash, index, size, proof, root) {
  if (!(index >= 0 && index < size && size <= MAX_SIZE)) {
    throw new BadProof('index outside the tree');
  }
  checkHashes([leafHash, root, ...proof]);
  let [node, position, last] = [leafHash, index, size - 1];
  for (const sibling of proof) {
    if (last === 0) throw new BadProof('proof too long');
    if (position % 2 === 1 || position === last) {
      node = hashNode(sibling, node);
      // A lone right edge is carried up unchanged until it becomes a right child.
      while (position % 2 === 0 && position > 0) {
        position >>>= 1;
        last >>>= 1;
      }
    } else {
      node = hashNode(node, sibling);
    }
    position >>>= 1;
    last >>>= 1;
  }
  if (last !== 0 || !equal(node, root)) throw new BadProof('leaf is not in this tree');
}

/**
 * Throws BadProof unless the tree of `oldSize` leaves is a prefix of the tree of `size`.
 * RFC 9162 section 2.1.4.2. The empty tree is a prefix of every tree, by the empty proof.
 * @param {number} oldSize
 * @param {number} size
 * @param {readonly Uint8Array[]} proof
 * @param {Uint8Array} oldRoot
 * @param {Uint8Array} root
 */
export function verifyConsistency(oldSize, size, proof, oldRoot, root) {
  if (!(oldSize >= 0 && oldSize <= size && size <= MAX_SIZE)) {
    throw new BadProof('a log never shrinks');
  }
  checkHashes([oldRoot, root, ...proof]);
  if (oldSize === 0 || oldSize === size) {
    checkTrivial(oldSize, size, proof, oldRoot, root);
    return;
  }
  // A full old tree is its own first node, so the proof leaves it out.
  const isFull = (oldSize & (oldSize - 1)) === 0;
  const path = isFull ? [oldRoot, ...proof] : [...proof];
  if (path.length === 0) throw new BadProof('proof too short');
  let [position, last] = [oldSize - 1, size - 1];
  while (position % 2 === 1) {
    position >>>= 1;
    last >>>= 1;
  }
  let [oldNode, node] = [path[0], path[0]];
  for (const sibling of path.slice(1)) {
    if (last === 0) throw new BadProof('proof too long');
    if (position % 2 === 1 || position === last) {
      oldNode = hashNode(sibling, oldNode);
      node = hashNode(sibling, node);
      while (position % 2 === 0 && position > 0) {
        position >>>= 1;
        last >>>= 1;
      }
    } else {
      node = hashNode(node, sibling);
    }
    position >>>= 1;
    last >>>= 1;
  }
  const fits = equal(oldNode, oldRoot) && equal(node, root);
  if (last !== 0 || !fits) throw new BadProof('the new log does not contain the old one');
}

/**
 * Checks the two cases that need no proof: an empty old tree, and the same size.
 * @param {number} oldSize
 * @param {number} size
 * @param {readonly Uint8Array[]} proof
 * @param {Uint8Array} oldRoot
 * @param {Uint8Array} root
 */
function checkTrivial(oldSize, size, proof, oldRoot, root) {
  if (proof.length > 0) throw new BadProof('proof too long');
  const empty = rootOf([]);
  if (!equal(oldRoot, oldSize === 0 ? empty : root)) {
    throw new BadProof('the old root does not fit');
  }
  if (size === 0 && !equal(root, empty)) {
    throw new BadProof('the root of an empty log does not fit');
  }
}

/** @param {readonly Uint8Array[]} hashes */
function checkHashes(hashes) {
  if (hashes.some((one) => one.length !== HASH_BYTES)) {
    throw new BadProof('a hash has 32 bytes');
  }
}

/**
 * Returns the largest power of two below `size`.
 * @param {number} size
 * @returns {number}
 */
function split(size) {
  return 2 ** (31 - Math.clz32(size - 1));
}
