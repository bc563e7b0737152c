// RFC 6962 Merkle trees over SHA-256: the log of staff statements and the day's deletion list.
// Twin of crypto/merkle.py.
//
// SHA-256 and not our BLAKE2b, because existing log tools must be able to read and check the tree
// (protocol section 4). A proof is a list of 32-byte hashes, nearest sibling first, as in RFC 6962
// section 2.1. Sizes are below 2^31 here, so that shifts are safe; `Tree` could hold no more.

import { BadProof, LocalError } from './errors.js';
import { concat, equal, sha256 } from './primitives.js';

export const HASH_BYTES = 32;

// One byte keeps a leaf from ever being read as an inner node, and the reverse.
const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);
const MAX_SIZE = 2 ** 31 - 1;

/** An append-only tree that remembers every full subtree, so any older root takes O(log n). */
export class Tree {
  /** @type {Uint8Array[][]} */
  #levels = [[]];

  /** Number of leaves. */
  get size() {
    return this.#levels[0].length;
  }

  /** Returns an independent tree with the same leaves. */
  copy() {
    const twin = new Tree();
    twin.#levels = this.#levels.map((level) => level.slice());
    return twin;
  }

  /**
   * Adds a leaf by its bytes.
   * @param {Uint8Array} leaf
   */
  append(leaf) {
    this.appendHash(hashLeaf(leaf));
  }

  /**
   * Adds a leaf by its RFC 6962 leaf hash (32 bytes).
   * @param {Uint8Array} leafHash
   */
  appendHash(leafHash) {
    if (leafHash.length !== HASH_BYTES) throw new LocalError('a leaf hash has 32 bytes');
    let node = leafHash;
    for (let height = 0; ; height += 1) {
      if (height === this.#levels.length) this.#levels.push([]);
      const level = this.#levels[height];
      level.push(node);
      if (level.length % 2 === 1) return;
      node = hashNode(level[level.length - 2], node);
    }
  }

  /** Returns the root over all leaves. */
  root() {
    return this.#span(0, this.size);
  }

  /**
   * Returns the root the tree had with its first `size` leaves.
   * @param {number} size
   * @returns {Uint8Array}
   */
  rootAt(size) {
    if (!(size >= 0 && size <= this.size)) throw new LocalError('the tree never had this size');
    return this.#span(0, size);
  }

  /**
   * Returns PATH(index, D[size]), RFC 6962 section 2.1.1.
   * @param {number} index
   * @param {number} size
   * @returns {Uint8Array[]}
   */
  inclusionProof(index, size) {
    if (!(index >= 0 && index < size && size <= this.size)) {
      throw new LocalError('no such leaf in a tree of this size');
    }
    const path = [];
    let [start, end] = [0, size];
    while (end - start > 1) {
      const middle = start + split(end - start);
      if (index < middle) {
        path.push(this.#span(middle, end));
        end = middle;
      } else {
        path.push(this.#span(start, middle));
        start = middle;
      }
    }
    return path.reverse();
  }

  /**
   * Returns PROOF(oldSize, D[size]), RFC 6962 section 2.1.2; empty for 0 and for equal.
   * @param {number} oldSize
   * @param {number} size
   * @returns {Uint8Array[]}
   */
  consistencyProof(oldSize, size) {
    if (!(oldSize >= 0 && oldSize <= size && size <= this.size)) {
      throw new LocalError('sizes must rise and lie within the tree');
    }
    if (oldSize === 0 || oldSize === size) return [];
    const path = [];
    let [start, end] = [0, size];
    while (end !== oldSize) {
      const middle = start + split(end - start);
      if (oldSize <= middle) {
        path.push(this.#span(middle, end));
        end = middle;
      } else {
        path.push(this.#span(start, middle));
        start = middle;
      }
    }
    // The verifier knows this subtree already when it is the whole old tree.
    if (start > 0) path.push(this.#span(start, end));
    return path.reverse();
  }

  /**
   * Returns the hash over leaves start..end-1; start is a multiple of the span's split.
   * @param {number} start
   * @param {number} end
   * @returns {Uint8Array}
   */
  #span(start, end) {
    if (start === end) return sha256(new Uint8Array(0));
    // Full subtrees from left to right, largest first, then folded from the right.
    const peaks = [];
    for (let at = start; at < end;) {
      const height = 31 - Math.clz32(end - at);
      peaks.push(this.#levels[height][at >>> height]);
      at += 2 ** height;
    }
    return peaks.reduceRight((node, peak) => hashNode(peak, node));
  }
}

/**
 * SHA-256(0x00 || leaf).
 * @param {Uint8Array} leaf
 * @returns {Uint8Array}
 */
export function hashLeaf(leaf) {
  return sha256(concat([LEAF_PREFIX, leaf]));
}

/**
 * SHA-256(0x01 || left || right).
 * @param {Uint8Array} left
 * @param {Uint8Array} right
 * @returns {Uint8Array}
 */
export function hashNode(left, right) {
  return sha256(concat([NODE_PREFIX, left, right]));
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
