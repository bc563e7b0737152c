// RFC 6962 Merkle trees over SHA-256: the log of staff statements and the day's deletion list.
// Twin of crypto/merkle.py.
//
// SHA-256 and not our BLAKE2b, because existing log tools must be able to read and check the tree
// (protocol section 4). Sizes are below 2^31 here, so that shifts are safe; `Tree` could hold no more.
// Clients read the log whole; what proves a part of it stands in merkleproofs.js, which no page loads.

import { LocalError } from './errors.js';
import { concat, sha256 } from './primitives.js';

export const HASH_BYTES = 32;

// One byte keeps a leaf from ever being read as an inner node, and the reverse.
const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

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
    return this.span(0, this.size);
  }

  /**
   * Returns the root the tree had with its first `size` leaves.
   * @param {number} size
   * @returns {Uint8Array}
   */
  rootAt(size) {
    if (!(size >= 0 && size <= this.size)) throw new LocalError('the tree never had this size');
    return this.span(0, size);
  }

  /**
   * Returns the hash over leaves start..end-1; start is a multiple of the span's split.
   * @param {number} start
   * @param {number} end
   * @returns {Uint8Array}
   */
  span(start, end) {
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
