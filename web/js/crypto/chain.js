// Chain heads and tombs (protocol sections 5 and 8). Twin of crypto/chain.py; the relay computes
// them too.
//
//   env_id = HASH("env", envelope bytes)
//   chain_0 = HASH("box", box16);  chain_m = HASH("chain", chain_{m-1}, env_id_m)
//   tomb = HASH("tomb", box16, final head, close minute)
//
// Whatever the bytes of an envelope are, readable or not, they count: the pair (head_n, head) covers
// every envelope that the relay numbered.

import { BOX, CHAIN, ENV, TOMB } from './labels.js';
import { HASH_BYTES, hash } from './primitives.js';

export const HEAD_BYTES = HASH_BYTES;

/**
 * Names an envelope by its bytes; 32 bytes.
 * @param {Uint8Array} envelope
 * @returns {Uint8Array}
 */
export function envId(envelope) {
  return hash(ENV, envelope);
}

/**
 * Returns chain_0, the head of an empty box; 32 bytes.
 * @param {Uint8Array} box16
 * @returns {Uint8Array}
 */
export function start(box16) {
  return hash(BOX, box16);
}

/**
 * Returns the head after one more envelope; 32 bytes.
 * @param {Uint8Array} head
 * @param {Uint8Array} id what `envId` returned
 * @returns {Uint8Array}
 */
export function extend(head, id) {
  return hash(CHAIN, head, id);
}

/**
 * Names a purged box for those who knew it; `closeMinute` counts minutes since the epoch.
 * @param {Uint8Array} box16
 * @param {Uint8Array} head
 * @param {number} closeMinute
 * @returns {Uint8Array}
 */
export function tomb(box16, head, closeMinute) {
  return hash(TOMB, box16, head, closeMinute);
}
